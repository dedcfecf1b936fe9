#include "extract/specification_population.hpp"

#include <algorithm>

#include "extract/specification_rules.hpp"

namespace fvm::extract {
namespace {

using catalogue::Class;
using catalogue::Table;
using catalogue::Type;

bool is_file_name(const std::string& file) {
  return !file.empty() && file.find('/') == std::string::npos && file.find('\0') == std::string::npos &&
         file.front() != '.';
}

class PopulationReader {
 public:
  PopulationReader(const Section& section, const TableReader& tables, const catalogue::Catalogue& catalogue,
                   const IsThere& is_there, Findings& findings, Specification& out)
      : section_(section),
        tables_(tables),
        catalogue_(catalogue),
        is_there_(is_there),
        findings_(findings),
        out_(out) {}

  void read() {
    section_.only({"all", "any", "none", "supplied", "cohort", "event", "index", "controls"});
    out_.all = criteria(section_, "all");
    out_.any = criteria(section_, "any");
    out_.none = criteria(section_, "none");
    cohorts();
    events();
    index();
    if (section_.node("controls") != nullptr) controls();
    // What is written counts, also where it has a finding of its own.
    const bool somebody = section_.node("supplied") != nullptr || !section_.tables("all").empty() ||
                          !section_.tables("any").empty() || !section_.tables("cohort").empty() || happened_;
    if (!somebody) findings_.add(section_.place("population"), refused("project.population_open"));
  }

 private:
  template <class Sections>
  bool few_enough(const Section& section, std::string_view name, const Sections& sections, size_t most) {
    if (sections.size() <= most) return true;
    findings_.add(section.place(name),
                  usage("project.too_many", {{"name", std::string(name)}, {"most", std::to_string(most)}}));
    return false;
  }

  std::vector<Criterion> criteria(const Section& section, std::string_view name) {
    std::vector<Criterion> out;
    for (const Section& item : section.tables(name)) {
      if (++criteria_ > criteria_count_max) break;
      out.push_back(tables_.criterion(item));
    }
    if (criteria_ == criteria_count_max + 1) {
      findings_.add(section.place(name),
                    usage("project.too_many",
                          {{"name", std::string(name)}, {"most", std::to_string(criteria_count_max)}}));
    }
    return out;
  }

  // --- cohorts

  void file_of(const Section& section, std::string_view key, const std::string& file) {
    if (!is_file_name(file)) {
      findings_.add(section.place(key), usage("project.supplied_name", {{"name", file}}));
    } else if (is_there_ && !is_there_(file)) {
      findings_.add(section.place(key), usage("project.supplied_missing", {{"name", file}}));
    }
  }

  void cohorts() {
    if (const auto file = section_.optional_text("supplied")) {
      file_of(section_, "supplied", *file);
      out_.cohorts.push_back({.name = "supplied", .file = *file, .date = {}});
    }
    const auto sections = section_.tables("cohort");
    if (!few_enough(section_, "cohort", sections, cohorts_count_max)) return;
    for (const Section& section : sections) cohort(section);
    if (!out_.cohorts.empty()) out_.supplied = out_.cohorts[0].file;
  }

  void cohort(const Section& section) {
    section.only({"name", "file", "date"});
    Cohort made{.name = new_name(section), .file = section.text("file").value_or(""), .date = {}};
    if (section.node("file") != nullptr) file_of(section, "file", made.file);
    made.date = section.optional_text("date").value_or("");
    if (section.node("date") != nullptr && is_blank(made.date))
      findings_.add(section.place("date"), usage("project.blank", {{"name", "date"}}));
    out_.cohorts.push_back(std::move(made));
  }

  // --- events

  // The name of an event or cohort, which is a word of the caseworker's own and new.
  std::string new_name(const Section& section) {
    const std::string name = section.text("name").value_or("");
    if (section.node("name") == nullptr) return name;
    if (!is_event_name(name)) {
      findings_.add(section.place("name"), usage("population.bad_name", {{"name", name}}));
    } else if (is_named(name)) {
      findings_.add(section.place("name"), usage("population.named_twice", {{"name", name}}));
    }
    return name;
  }

  bool is_named(const std::string& name) const {
    const auto same = [&](const auto& each) { return each.name == name; };
    return std::any_of(out_.events.begin(), out_.events.end(), same) ||
           std::any_of(out_.cohorts.begin(), out_.cohorts.end(), same);
  }

  // What an event may lie before or after: has a date, and stands above it.
  bool is_anchor(const std::string& name) const {
    return std::any_of(out_.events.begin(), out_.events.end(),
                       [&](const Event& each) { return each.name == name && each.pick != Pick::none; }) ||
           std::any_of(out_.cohorts.begin(), out_.cohorts.end(),
                       [&](const Cohort& each) { return each.name == name && !each.date.empty(); });
  }

  std::string nearest_anchor(const std::string& name) const {
    std::vector<std::string> names;
    for (const Event& each : out_.events) names.push_back(each.name);
    for (const Cohort& each : out_.cohorts) names.push_back(each.name);
    return catalogue::nearest(name, names);
  }

  void events() {
    const auto sections = section_.tables("event");
    if (!few_enough(section_, "event", sections, events_count_max)) return;
    for (const Section& section : sections) out_.events.push_back(event(section));
  }

  Event event(const Section& section) {
    section.only({"name", "table", "where", "date", "from", "to", "pick", "at_least", "after", "before",
                  "from_days", "within_days"});
    Event made;
    made.name = new_name(section);
    made.pick = pick(section);
    happened_ = happened_ || made.pick != Pick::none;
    made.at_least = section.number("at_least", 1, 1'000'000).value_or(1);
    made.from = section.optional_date("from"), made.to = section.optional_date("to");
    if (made.from && made.to && *made.from > *made.to) {
      findings_.add(section.place("from"), usage("project.from_after_to",
                                                 {{"from", to_text(*made.from)}, {"to", to_text(*made.to)}}));
    }
    made.bonds = bonds(section);
    const Table* table = tables_.table(section);
    if (table == nullptr) return made;
    made.table = table->full_name();
    made.where = tables_.condition(section, *table);
    tables_.needs_person(section, *table);
    date(section, *table, made);
    return made;
  }

  Pick pick(const Section& section) {
    const std::string text = section.optional_text("pick").value_or("first");
    static constexpr std::pair<std::string_view, Pick> known[] = {
        {"first", Pick::first}, {"last", Pick::last}, {"any", Pick::any}, {"none", Pick::none}};
    for (const auto& [name, pick] : known) {
      if (name == text) return pick;
    }
    findings_.add(
        section.place("pick"),
        usage("population.unknown_pick",
              {{"name", text}, {"suggestion", catalogue::nearest(text, {"first", "last", "any", "none"})}}));
    return Pick::first;
  }

  // Without `date` the date that limits the table, or its parent's.
  void date(const Section& section, const Table& table, Event& made) {
    auto name = section.optional_text("date");
    if (!name) {
      const auto way = way_to_person(table, catalogue_);
      if (table.period)
        name = table.period;
      else if (way.size() > 1)
        name = way[1]->period;
    }
    if (!name) {
      return findings_.add(section.place("date"), usage("population.no_date", {{"name", table.full_name()}}));
    }
    if (const auto dated = tables_.dated(section, "date", table, *name))
      made.variable = dated->variable, made.in_parent = dated->in_parent;
  }

  // `after = "x"` with `within_days` and `from_days` beside it, or `after = { event = "x", … }`; when both
  // `after` and `before` are there, days must stand inside.
  std::vector<Bond> bonds(const Section& section) {
    std::vector<Bond> out;
    const bool both = section.node("after") != nullptr && section.node("before") != nullptr;
    for (const std::string_view key : {"after", "before"}) {
      const toml::node* node = section.node(key);
      if (node == nullptr) continue;
      if (node->is_table()) {
        const Section inner(*node->as_table(), findings_);
        inner.only({"event", "from_days", "within_days"});
        out.push_back(bond(inner, "event", key == "after", true));
      } else {
        out.push_back(bond(section, key, key == "after", !both));
      }
    }
    const bool days = section.node("from_days") != nullptr || section.node("within_days") != nullptr;
    const auto is_text = [&](const char* key) {
      return section.node(key) != nullptr && !section.node(key)->is_table();
    };
    const bool beside = !both && (is_text("after") || is_text("before"));
    if (days && !beside) {
      findings_.add(section.place(section.node("within_days") != nullptr ? "within_days" : "from_days"),
                    usage("population.days_of_which"));
    }
    return out;
  }

  Bond bond(const Section& section, std::string_view key, bool after, bool with_days) {
    Bond made{.event = section.text(key).value_or(""), .after = after, .within_days = {}};
    if (section.node(key) != nullptr && !is_anchor(made.event)) {
      findings_.add(section.place(key),
                    usage("population.unknown_event",
                          {{"name", made.event}, {"suggestion", nearest_anchor(made.event)}}));
    }
    if (!with_days) return made;
    if (section.node("from_days") != nullptr)
      made.from_days = section.whole("from_days", 0, days_max).value_or(1);
    if (section.node("within_days") != nullptr) made.within_days = section.whole("within_days", 0, days_max);
    if (made.within_days && *made.within_days < made.from_days) {
      findings_.add(section.place("within_days"),
                    usage("population.days_empty", {{"from", std::to_string(made.from_days)},
                                                    {"to", std::to_string(*made.within_days)}}));
    }
    return made;
  }

  void index() {
    const auto name = section_.optional_text("index");
    if (!name) return;
    out_.index = *name;
    const auto event = std::find_if(out_.events.begin(), out_.events.end(),
                                    [&](const Event& each) { return each.name == *name; });
    if (event != out_.events.end() && event->pick == Pick::any) {
      return findings_.add(section_.place("index"), usage("population.index_any", {{"name", *name}}));
    }
    if (is_anchor(*name)) return;
    findings_.add(section_.place("index"), usage("population.unknown_event",
                                                 {{"name", *name}, {"suggestion", nearest_anchor(*name)}}));
  }

  // --- controls

  void controls() {
    const auto section = section_.table("controls");
    if (!section) return;
    section->only({"per_case", "table", "where", "match", "none"});
    Controls made;
    made.per_case = section->number("per_case", 1, controls_per_case_max).value_or(1);
    made.none = criteria(*section, "none");
    if (const Table* table = tables_.table(*section)) {
      made.table = table->full_name();
      made.where = tables_.condition(*section, *table);
      tables_.needs_person(*section, *table);
      matches(*section, *table, made);
    }
    out_.controls = std::move(made);
  }

  void matches(const Section& section, const Table& table, Controls& made) {
    constexpr size_t matches_max = 10;
    const auto items = section.tables("match");
    if (!few_enough(section, "match", items, matches_max)) return;
    if (items.empty()) findings_.add(section.place("match"), refused("population.no_match"));
    for (const Section& item : items) {
      item.only({"table", "variable", "where", "years", "within_years"});
      const Table* from = item.node("table") != nullptr ? tables_.table(item) : &table;
      if (from != nullptr) match(item, *from, made);
    }
  }

  void match(const Section& item, const Table& table, Controls& made) {
    if (!table.person) {
      return findings_.add(item.place("table"),
                           refused("population.match_person", {{"name", table.full_name()}}));
    }
    const auto name = item.text("variable");
    if (!name) return;
    const catalogue::Variable* known = table.find(*name);
    if (known == nullptr) {
      std::vector<std::string> names;
      for (const auto& each : table.variables) {
        if (is_matchable(each)) names.push_back(each.name);
      }
      return findings_.add(item.place("variable"), usage("project.unknown_variable",
                                                         {{"name", *name},
                                                          {"table", table.full_name()},
                                                          {"suggestion", catalogue::nearest(*name, names)}}));
    }
    if (!is_matchable(*known))
      return findings_.add(item.place("variable"),
                           refused("population.match_identifier", {{"name", known->name}}));
    Match one{.table = table.full_name(), .variable = known->name, .where = tables_.condition(item, table)};
    years(item, *known, made, one);
    made.match.push_back(std::move(one));
  }

  // A window moves with each case, and cases can be brought round one circle only: one window for all.
  void years(const Section& item, const catalogue::Variable& known, const Controls& made, Match& one) {
    const bool bands = item.node("years") != nullptr, window = item.node("within_years") != nullptr;
    if (!bands && !window) return;
    if (bands) one.years = item.number("years", 1, 100).value_or(1);
    if (window) one.within_years = item.number("within_years", 1, match_within_years_max).value_or(1);
    if (known.type != Type::date && known.type != Type::timestamp)
      findings_.add(item.place("variable"),
                    usage("project.period_not_a_date", {{"name", known.name}, {"suggestion", ""}}));
    const bool another = std::any_of(made.match.begin(), made.match.end(),
                                     [](const Match& each) { return each.within_years > 0; });
    if (window && (bands || another))
      findings_.add(item.place("within_years"), usage("population.match_window", {{"name", known.name}}));
  }

  static bool is_matchable(const catalogue::Variable& variable) {
    return catalogue::may_be_granted(variable) && !catalogue::identifies(variable.what);
  }

  const Section& section_;
  const TableReader& tables_;
  const catalogue::Catalogue& catalogue_;
  const IsThere& is_there_;
  Findings& findings_;
  Specification& out_;
  size_t criteria_ = 0;
  bool happened_ = false;  // an event that must have happened
};

}  // namespace

void read_population(const Section& section, const TableReader& tables, const catalogue::Catalogue& catalogue,
                     const IsThere& is_there, Findings& findings, Specification& out) {
  PopulationReader(section, tables, catalogue, is_there, findings, out).read();
}

}  // namespace fvm::extract
