#include "extract/specification.hpp"

#include <algorithm>
#include <set>

#include "extract/specification_population.hpp"
#include "extract/specification_rules.hpp"
#include "extract/specification_toml.hpp"

namespace fvm::extract {
namespace {

using catalogue::Table;
using catalogue::Type;

class Reader {
 public:
  Reader(const toml::table& document, const catalogue::Catalogue& catalogue, Date today,
         const IsThere& is_there, Findings& findings)
      : root_(document, findings),
        findings_(findings),
        catalogue_(catalogue),
        tables_(catalogue, findings),
        today_(today),
        is_there_(is_there) {}

  Specification read(Needs needs) {
    root_.only({"project", "population", "grant"});
    if (const auto section = root_.table("project")) project(*section);
    if (const auto section = root_.table("population"))
      read_population(*section, tables_, catalogue_, is_there_, findings_, out_);
    if (needs == Needs::grants) grants();
    return std::move(out_);
  }

 private:
  void project(const Section& section) {
    section.only({"number", "title", "purpose", "authority", "valid"});
    out_.number = section.text("number").value_or("");
    if (section.node("number") != nullptr && !is_project_number(out_.number)) {
      findings_.add(section.place("number"), usage("project.bad_number", {{"name", out_.number}}));
    }
    out_.title = section.text("title").value_or("");
    if (section.node("title") != nullptr && is_blank(out_.title)) {
      findings_.add(section.place("title"), usage("project.blank", {{"name", "title"}}));
    }
    if (section.node("purpose") != nullptr) out_.purpose = section.text("purpose").value_or("");
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
    for (const Section& section : sections) {
      Grant made = grant(section);
      if (made.table == population_table().full_name()) {
        out_.population_grant = std::move(made);
      } else {
        out_.grants.push_back(std::move(made));
      }
    }
    if (out_.population_grant && out_.grants.empty() && sections.size() == 1)
      findings_.add(root_.place("grant"), refused("project.nothing_granted"));
  }

  Grant grant(const Section& section) {
    section.only({"table", "variables", "period", "where", "reason", "mode"});
    Grant made;
    made.mode = mode(section);
    made.reason = section.optional_text("reason").value_or("");
    if (is_blank(made.reason)) findings_.add(section.place("reason"), refused("project.no_reason"));
    const Table* table = tables_.granted_table(section);
    if (table == nullptr) return made;
    made.table = table->full_name();
    if (!granted_.insert(made.table).second) {
      findings_.add(section.place("table"), refused("project.granted_twice", {{"name", made.table}}));
    }
    tables_.needs_person(section, *table);
    made.variables = variables(section, *table);
    made.where = tables_.condition(section, *table);
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
    inner->only({"variable", "from", "to", "from_days", "to_days"});
    const auto name = inner->text("variable");
    const auto from = inner->date("from"), to = inner->date("to");
    if (!name || !from || !to) return std::nullopt;
    if (*from > *to) {
      findings_.add(inner->place("from"),
                    usage("project.from_after_to", {{"from", to_text(*from)}, {"to", to_text(*to)}}));
    }
    const auto dated = tables_.dated(*inner, "variable", table, *name);
    if (!dated) return std::nullopt;
    Period made{dated->variable, dated->in_parent, *from, *to, {}, {}};
    days(*inner, table, made);
    return made;
  }

  // Days from the person's index date: only where the date and the person are in one table, which is one
  // join.
  void days(const Section& section, const Table& table, Period& made) {
    if (section.node("from_days") != nullptr)
      made.from_days = section.whole("from_days", -days_max, days_max);
    if (section.node("to_days") != nullptr) made.to_days = section.whole("to_days", -days_max, days_max);
    if (!made.is_relative()) return;
    const toml::node* at = section.place(made.from_days ? "from_days" : "to_days");
    if (out_.index.empty()) return findings_.add(at, refused("population.no_index"));
    if (made.from_days && made.to_days && *made.from_days > *made.to_days) {
      findings_.add(at, usage("population.days_empty", {{"from", std::to_string(*made.from_days)},
                                                        {"to", std::to_string(*made.to_days)}}));
    }
    const auto way = way_to_person(table, catalogue_);
    if (way.size() != (made.in_parent ? 2u : 1u))
      findings_.add(at, refused("population.relative_person", {{"name", table.full_name()}}));
  }

  Section root_;
  Findings& findings_;
  const catalogue::Catalogue& catalogue_;
  TableReader tables_;
  Date today_;
  const IsThere& is_there_;
  Specification out_;
  std::set<std::string> granted_;
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
                           const catalogue::Catalogue& catalogue, Date today, const IsThere& is_there,
                           Needs needs) {
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
    Specification specification = Reader(document.table(), catalogue, today, is_there, findings).read(needs);
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
