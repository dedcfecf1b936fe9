#include "extract/specification.hpp"

#include <algorithm>
#include <set>

#include "extract/specification_rules.hpp"
#include "extract/specification_toml.hpp"

namespace fvm::extract {
namespace {

using catalogue::Table;
using catalogue::Type;

using IsThere = std::function<bool(const std::string&)>;

class Reader {
 public:
  Reader(const toml::table& document, const catalogue::Catalogue& catalogue, Date today,
         const IsThere& is_there, Findings& findings)
      : root_(document, findings),
        findings_(findings),
        catalogue_(catalogue),
        today_(today),
        is_there_(is_there) {}

  Specification read() {
    root_.only({"project", "population", "grant"});
    if (const auto section = root_.table("project")) project(*section);
    if (const auto section = root_.table("population")) population(*section);
    grants();
    return std::move(out_);
  }

 private:
  void project(const Section& section) {
    section.only({"number", "title", "authority", "valid"});
    out_.number = section.text("number").value_or("");
    if (section.node("number") != nullptr && !is_project_number(out_.number)) {
      findings_.add(section.place("number"), usage("project.bad_number", {{"name", out_.number}}));
    }
    out_.title = section.text("title").value_or("");
    if (section.node("title") != nullptr && is_blank(out_.title)) {
      findings_.add(section.place("title"), usage("project.blank", {{"name", "title"}}));
    }
    if (const auto inner = section.table("authority")) authority(*inner);
    if (const auto inner = section.table("valid")) validity(*inner);
  }

  void authority(const Section& section) {
    section.only({"name", "cvr"});
    out_.authority = section.text("name").value_or("");
    if (section.node("name") != nullptr && is_blank(out_.authority)) {
      findings_.add(section.place("name"), usage("project.blank", {{"name", "name"}}));
    }
    const auto cvr = section.text("cvr");
    if (!cvr) return;
    out_.cvr = *cvr;
    if (!is_eight_digits(*cvr))
      return findings_.add(section.place("cvr"), usage("project.bad_cvr", {{"name", *cvr}}));
    if (has_check_digit(*cvr)) return;
    const auto begin = section.place("cvr")->source().begin;
    // A note: the number alone decides nothing here, and made-up authorities in tests and demos have one too.
    findings_.add(Place{begin.line, begin.column}, usage("project.cvr_check_digit", {{"name", *cvr}}), {},
                  Finding::Weight::note);
  }

  void validity(const Section& section) {
    section.only({"from", "to"});
    const auto from = section.date("from"), to = section.date("to");
    if (!from || !to) return;
    out_.valid_from = *from, out_.valid_to = *to;
    const Arguments days{{"from", to_text(*from)}, {"to", to_text(*to)}};
    if (*from > *to) return findings_.add(section.place("from"), usage("project.from_after_to", days));
    if (*to < today_) findings_.add(section.place("to"), refused("project.agreement_expired", days));
    if (*from > today_) findings_.add(section.place("from"), refused("project.agreement_begins", days));
  }

  void population(const Section& section) {
    section.only({"all", "any", "none", "supplied"});
    out_.all = criteria(section, "all");
    out_.any = criteria(section, "any");
    out_.none = criteria(section, "none");
    supplied(section);
    const bool somebody = section.node("supplied") != nullptr || !section.tables("all").empty() ||
                          !section.tables("any").empty();
    if (!somebody) findings_.add(root_.place("population"), refused("project.population_open"));
  }

  void supplied(const Section& section) {
    const auto file = section.optional_text("supplied");
    if (!file) return;
    out_.supplied = *file;
    const bool plain = !file->empty() && file->find('/') == std::string::npos &&
                       file->find('\0') == std::string::npos && file->front() != '.';
    if (!plain) {
      findings_.add(section.place("supplied"), usage("project.supplied_name", {{"name", *file}}));
    } else if (is_there_ && !is_there_(*file)) {
      findings_.add(section.place("supplied"), usage("project.supplied_missing", {{"name", *file}}));
    }
  }

  std::vector<Criterion> criteria(const Section& section, std::string_view name) {
    std::vector<Criterion> out;
    for (const Section& item : section.tables(name)) {
      if (++criteria_ > criteria_count_max) break;
      item.only({"table", "where", "at_least"});
      const Table* table = read_table(item);
      Criterion criterion;
      criterion.at_least = item.number("at_least", 1, 1'000'000).value_or(1);
      if (table != nullptr) {
        criterion.table = table->full_name();
        criterion.where = condition(item, *table);
        needs_person(item, *table);
      }
      out.push_back(std::move(criterion));
    }
    if (criteria_ == criteria_count_max + 1) {
      findings_.add(section.place(name),
                    usage("project.too_many",
                          {{"name", std::string(name)}, {"most", std::to_string(criteria_count_max)}}));
    }
    return out;
  }

  void grants() {
    const auto sections = root_.tables("grant");
    if (sections.empty() && root_.node("grant") == nullptr) {
      findings_.add(root_.place("grant"), refused("project.nothing_granted"));
    }
    if (sections.size() > grants_count_max) {
      return findings_.add(
          root_.place("grant"),
          usage("project.too_many", {{"name", "grant"}, {"most", std::to_string(grants_count_max)}}));
    }
    for (const Section& section : sections) out_.grants.push_back(grant(section));
  }

  Grant grant(const Section& section) {
    section.only({"table", "variables", "period", "where", "reason", "mode"});
    Grant made;
    made.mode = mode(section);
    made.reason = section.optional_text("reason").value_or("");
    if (is_blank(made.reason)) findings_.add(section.place("reason"), refused("project.no_reason"));
    const Table* table = read_table(section);
    if (table == nullptr) return made;
    made.table = table->full_name();
    if (!granted_.insert(made.table).second) {
      findings_.add(section.place("table"), refused("project.granted_twice", {{"name", made.table}}));
    }
    needs_person(section, *table);
    made.variables = variables(section, *table);
    made.where = condition(section, *table);
    made.period = period(section, *table);
    return made;
  }

  Mode mode(const Section& section) {
    const std::string text = section.optional_text("mode").value_or("live");
    if (text == "frozen") return Mode::frozen;
    if (text != "live") {
      findings_.add(section.place("mode"),
                    usage("project.unknown_mode",
                          {{"name", text}, {"suggestion", catalogue::nearest(text, {"live", "frozen"})}}));
    }
    return Mode::live;
  }

  const Table* read_table(const Section& section) {
    const auto name = section.text("table");
    if (!name) return nullptr;
    const Table* table = catalogue_.find(*name);
    if (table != nullptr) return table;
    std::vector<std::string> names;
    for (const Table& each : catalogue_.tables) names.push_back(each.full_name());
    findings_.add(
        section.place("table"),
        usage("project.unknown_table", {{"name", *name}, {"suggestion", catalogue::nearest(*name, names)}}));
    return nullptr;
  }

  void needs_person(const Section& section, const Table& table) {
    if (!way_to_person(table, catalogue_).empty()) return;
    findings_.add(section.place("table"), refused("project.no_way_to_person", {{"name", table.full_name()}}));
  }

  std::vector<std::string> variables(const Section& section, const Table& table) {
    std::vector<std::string> out;
    if (section.node("variables") == nullptr) {
      findings_.add(section.place("variables"), usage("project.missing_key", {{"name", "variables"}}));
      return out;
    }
    const auto wanted = section.texts("variables");
    if (wanted.empty())
      findings_.add(section.place("variables"),
                    refused("project.no_variables", {{"name", table.full_name()}}));
    for (const auto& [name, node] : wanted) {
      if (const catalogue::Variable* known = variable(table, name, node)) {
        if (std::find(out.begin(), out.end(), known->name) == out.end()) {
          out.push_back(known->name);
        } else {
          findings_.add(node, usage("project.variable_twice", {{"name", known->name}}));
        }
      }
    }
    return out;
  }

  // Known and grantable; null (with a finding) otherwise.
  const catalogue::Variable* variable(const Table& table, const std::string& name, const toml::node* node) {
    const catalogue::Variable* known = table.find(name);
    if (known == nullptr) {
      findings_.add(node, usage("project.unknown_variable", {{"name", name},
                                                             {"table", table.full_name()},
                                                             {"suggestion", nearest_variable(table, name)}}));
      return nullptr;
    }
    const auto granting = catalogue::granting(*known);
    if (granting == catalogue::Granting::yes) return known;
    const char* code = granting == catalogue::Granting::never_stored  ? "project.never_stored"
                       : granting == catalogue::Granting::unconfirmed ? "project.unconfirmed"
                                                                      : "project.not_grantable";
    findings_.add(node, refused(code, {{"name", known->name},
                                       {"table", table.full_name()},
                                       {"class", std::string(to_text(known->what))}}));
    return nullptr;
  }

  static std::string nearest_variable(const Table& table, const std::string& name) {
    std::vector<std::string> names;
    for (const auto& each : table.variables) {
      if (catalogue::may_be_granted(each)) names.push_back(each.name);
    }
    return catalogue::nearest(name, names);
  }

  std::optional<Expression> condition(const Section& section, const Table& table) {
    const auto text = section.optional_text("where");
    if (!text) return std::nullopt;
    auto read = read_condition(*text, table);
    if (read.ok()) return std::move(*read);
    findings_.add_in_condition(*section.node("where"), std::move(read.error()));
    return std::nullopt;
  }

  std::optional<Period> period(const Section& section, const Table& table) {
    if (section.node("period") == nullptr) {
      if (table.period) {
        findings_.add(
            section.place("period"),
            refused("project.no_period", {{"name", table.full_name()}, {"suggestion", *table.period}}),
            "project.write_period");
      }
      return std::nullopt;
    }
    const auto inner = section.table("period");
    if (!inner) return std::nullopt;
    inner->only({"variable", "from", "to"});
    const auto name = inner->text("variable");
    const auto from = inner->date("from"), to = inner->date("to");
    if (!name || !from || !to) return std::nullopt;
    if (*from > *to) {
      findings_.add(inner->place("from"),
                    usage("project.from_after_to", {{"from", to_text(*from)}, {"to", to_text(*to)}}));
    }
    return dated(*inner, table, *name, *from, *to);
  }

  // The period's variable: the table's own, or its parent's when the table itself has no such variable.
  std::optional<Period> dated(const Section& section, const Table& table, const std::string& name, Date from,
                              Date to) {
    const catalogue::Variable* known = table.find(name);
    const auto way = way_to_person(table, catalogue_);
    const bool in_parent = known == nullptr && way.size() > 1 && way[1]->find(name) != nullptr;
    if (in_parent) known = way[1]->find(name);
    if (known == nullptr) {
      findings_.add(
          section.place("variable"),
          usage("project.unknown_variable",
                {{"name", name}, {"table", table.full_name()}, {"suggestion", nearest_date(table, name)}}));
      return std::nullopt;
    }
    if (catalogue::is_stored(known->what) && (known->type == Type::date || known->type == Type::timestamp)) {
      return Period{known->name, in_parent, from, to};
    }
    findings_.add(section.place("variable"),
                  usage("project.period_not_a_date",
                        {{"name", known->name}, {"suggestion", table.period.value_or("")}}));
    return std::nullopt;
  }

  static std::string nearest_date(const Table& table, const std::string& name) {
    std::vector<std::string> dates;
    for (const auto& each : table.variables) {
      if (each.type == Type::date || each.type == Type::timestamp) dates.push_back(each.name);
    }
    const std::string near = catalogue::nearest(name, dates);
    return near.empty() ? table.period.value_or("") : near;
  }

  Section root_;
  Findings& findings_;
  const catalogue::Catalogue& catalogue_;
  Date today_;
  const IsThere& is_there_;
  Specification out_;
  std::set<std::string> granted_;
  size_t criteria_ = 0;
};

// A child without a date of its own, whose parent is granted too, keeps to the parent's period: it would
// otherwise hold what its contacts may not.
void take_periods_from_parents(Specification& specification, const catalogue::Catalogue& catalogue) {
  for (Grant& grant : specification.grants) {
    if (grant.period) continue;
    const auto way = way_to_person(*catalogue.find(grant.table), catalogue);
    if (way.size() < 2) continue;
    const auto parent = std::find_if(specification.grants.begin(), specification.grants.end(),
                                     [&](const Grant& each) { return each.table == way[1]->full_name(); });
    if (parent == specification.grants.end() || !parent->period || parent->period->in_parent) continue;
    grant.period = parent->period;
    grant.period->in_parent = true;
  }
}

Error syntax_error(const toml::parse_error& error) {
  return usage("project.not_toml", {{"reason", std::string(error.description())}});
}

}  // namespace

std::vector<const Table*> way_to_person(const Table& table, const catalogue::Catalogue& catalogue) {
  constexpr size_t steps_max = 8;
  std::vector<const Table*> way{&table};
  while (!way.back()->person) {
    if (!way.back()->parent || way.size() == steps_max) return {};
    const Table* parent = catalogue.find(way.back()->register_name + "." + way.back()->parent->table);
    if (parent == nullptr) return {};
    way.push_back(parent);
  }
  return way;
}

Reading read_specification(std::string_view text, const std::string& file,
                           const catalogue::Catalogue& catalogue, Date today, const IsThere& is_there) {
  Findings findings(text, file);
  Reading reading;
  if (text.size() > specification_bytes_max) {
    findings.add(Place{},
                 usage("project.too_large", {{"bytes_max", std::to_string(specification_bytes_max)}}));
    reading.findings = findings.take();
    return reading;
  }
  if (const auto stray = stray_letter(text)) {
    findings.add(*stray, usage("project.stray_letter"));
    reading.findings = findings.take();
    return reading;
  }
  const toml::parse_result document = toml::parse(text, std::string_view(file));
  if (document) {
    Specification specification = Reader(document.table(), catalogue, today, is_there, findings).read();
    if (!findings.blocks()) {
      take_periods_from_parents(specification, catalogue);
      reading.specification = std::move(specification);
    }
  } else {
    const auto begin = document.error().source().begin;
    findings.add(Place{begin.line, begin.column}, syntax_error(document.error()));
  }
  reading.findings = findings.take();
  return reading;
}

}  // namespace fvm::extract
