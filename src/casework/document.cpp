#include "casework/document.hpp"

#include <algorithm>
#include <cctype>
#include <set>

#include "base/nearest.hpp"
#include "casework/form.hpp"
#include "casework/payer.hpp"
#include "casework/toml_text.hpp"
#include "identity/rules.hpp"

namespace fvm::casework {
namespace {

using Weight = Finding::Weight;

std::string folded(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

// A table of the document with other fields taken out, as text that stands by itself.
std::string written(std::string_view header, toml::table table,
                    std::initializer_list<std::string_view> without, bool in_array) {
  for (const std::string_view field : without) table.erase(field);
  toml::table root;
  if (in_array) {
    toml::array one;
    table.is_inline(false);
    one.push_back(std::move(table));
    root.insert(header, std::move(one));
  } else {
    table.is_inline(false);
    root.insert(header, std::move(table));
  }
  return toml_text(root) + "\n";
}

class Reader {
 public:
  Reader(const toml::table& document, Date today, Findings& findings)
      : document_(document), findings_(findings), today_(today) {}

  Application read(const std::vector<OrderItem>& order) {
    for (const auto& [key, value] : document_) known_at_the_top(key);
    if (const auto form = table("application")) application(Section(*form, "application", findings_));
    population();
    for (const toml::table* grant : tables("grant", grants_count_max)) this->grant(*grant);
    for (const toml::table* own : tables("own_data", grants_count_max))
      own_data(Section(*own, "own_data", findings_));
    for (const toml::table* item : tables("order", order_items_max))
      ordered(Section(*item, "order", findings_));
    out_.order.insert(out_.order.end(), order.begin(), order.end());
    merge_order();
    if (out_.grants.empty()) incomplete("application.no_grants");
    return std::move(out_);
  }

 private:
  void incomplete(const char* code) {
    findings_.add(TextPlace{}, refused(code), Weight::incomplete, "application.fill_in");
  }

  void known_at_the_top(const toml::key& key) {
    static const std::vector<std::string> names = {"application", "population", "grant", "own_data", "order"};
    const std::string name(key.str());
    if (std::find(names.begin(), names.end(), name) != names.end()) return;
    const auto begin = key.source().begin;
    findings_.add(TextPlace{begin.line, begin.column},
                  usage("application.unknown_key", {{"name", name}, {"suggestion", nearest(name, names)}}),
                  Weight::wrong, "application.did_you_mean");
  }

  const toml::table* table(std::string_view name) {
    const toml::node* found = document_.get(name);
    if (found == nullptr) {
      findings_.add(TextPlace{}, refused("application.missing", {{"name", std::string(name)}}),
                    Weight::incomplete, "application.fill_in");
      return nullptr;
    }
    if (found->is_table()) return found->as_table();
    findings_.add(place_of(*found),
                  usage("application.wrong_kind",
                        {{"name", std::string(name)}, {"expected", "[" + std::string(name) + "]"}}),
                  Weight::wrong);
    return nullptr;
  }

  std::vector<const toml::table*> tables(std::string_view name, size_t most) {
    std::vector<const toml::table*> out;
    const toml::node* found = document_.get(name);
    if (found == nullptr) return out;
    const toml::array* items = found->as_array();
    const auto wrong = [&](const toml::node& at) {
      findings_.add(place_of(at),
                    usage("application.wrong_kind",
                          {{"name", std::string(name)}, {"expected", "[[" + std::string(name) + "]]"}}),
                    Weight::wrong);
    };
    if (items == nullptr) {
      wrong(*found);
      return out;
    }
    for (const toml::node& item : *items) {
      if (!item.is_table()) {
        wrong(item);
      } else if (out.size() == most) {
        findings_.add(
            place_of(item),
            usage("application.too_many", {{"name", std::string(name)}, {"most", std::to_string(most)}}),
            Weight::wrong);
        break;
      } else {
        out.push_back(item.as_table());
      }
    }
    return out;
  }

  void application(const Section& form) {
    form.only({"title", "applicant", "authority", "contact", "signatory", "task", "purpose", "legal_basis",
               "necessity", "place", "period", "users", "payer"});
    out_.title = form.text("title");
    out_.task = form.text("task");
    out_.purpose = form.text("purpose");
    out_.legal_basis = form.text("legal_basis");
    out_.necessity = form.text("necessity");
    out_.place = form.text("place");
    authority(form);
    out_.applicant = person(form, "applicant");
    out_.contact = person(form, "contact");
    out_.signatory = person(form, "signatory");
    out_.period = form.days("period");
    if (out_.period && out_.period->to < today_) {
      form.wrong("period", refused("application.period_over", {{"to", to_text(out_.period->to)}}),
                 "application.write_period");
    }
    users(form);
    payer(form);
  }

  void authority(const Section& form) {
    const auto section = form.section("authority");
    if (!section) {
      if (!form.has("authority")) form.missing("authority");
      return;
    }
    section->only({"name", "cvr", "unit"});
    out_.authority = section->text("name");
    out_.unit = section->optional_text("unit");
    out_.cvr = section->text("cvr");
    if (out_.cvr.empty()) return;
    if (!identity::is_cvr(out_.cvr)) {
      section->wrong("cvr", usage("application.bad_cvr", {{"cvr", out_.cvr}}));
    } else if (!identity::cvr_digit_fits(out_.cvr)) {
      section->note("cvr", usage("application.cvr_check_digit", {{"cvr", out_.cvr}}));
    }
  }

  Person read_person(const Section& section) {
    section.only({"name", "email", "phone", "account"});
    Person out{section.text("name"), section.text("email"), section.optional_text("phone"),
               section.optional_text("account"), place_of(section.table())};
    if (!out.email.empty() && !identity::is_address(out.email)) {
      section.wrong("email", usage("application.bad_email", {{"name", out.name}}));
      out.email.clear();  // nothing is ever written to what is no address
    }
    if (!out.account.empty() && !identity::is_user_name(out.account))
      section.wrong("account", usage("application.bad_account", {{"name", out.account}}));
    return out;
  }

  Person person(const Section& form, std::string_view field) {
    if (const auto section = form.section(field)) return read_person(*section);
    if (!form.has(field)) form.missing(field);
    return {};
  }

  void users(const Section& form) {
    const auto sections = form.sections("users");
    if (sections.empty()) form.missing("users");
    if (sections.size() > people_count_max) {
      return form.wrong("users", usage("application.too_many",
                                       {{"name", "users"}, {"most", std::to_string(people_count_max)}}));
    }
    std::set<std::string> seen;
    for (const Section& section : sections) {
      out_.users.push_back(read_person(section));
      const Person& person = out_.users.back();
      if (!person.email.empty() && !seen.insert(folded(person.email)).second)
        section.wrong("email", usage("application.user_twice", {{"name", person.name}}));
    }
  }

  void payer(const Section& form) {
    const auto section = form.section("payer");
    if (!section) {
      if (!form.has("payer")) form.missing("payer");
      return;
    }
    section->only({"name", "ean", "reference"});
    out_.payer = {section->text("name"), section->text("ean"), section->optional_text("reference")};
    const std::string& ean = out_.payer.ean;
    if (ean.empty()) return;
    if (!is_ean(ean))
      return section->wrong("ean", usage("application.bad_ean", {{"ean", ean}}), "application.write_ean");
    if (!ean_digit_fits(ean))
      return section->wrong("ean", usage("application.ean_check_digit", {{"ean", ean}}),
                            "application.write_ean");
    if (!is_danish_ean(ean)) section->note("ean", usage("application.ean_foreign", {{"ean", ean}}));
  }

  void population() {
    const toml::table* found = table("population");
    if (found == nullptr) return;
    const Section section(*found, "population", findings_);
    Population& out = out_.population;
    out.place = place_of(*found);
    out.description = section.text("description");
    out.supplied = section.optional_text("supplied");
    out.numbers_from = section.optional_text("numbers_from");
    for (const auto& [key, value] : *found) {
      const std::string_view name = key.str();
      out.has_criteria |=
          name != "description" && name != "numbers_from" && name != "supplied" && name != "none";
    }
    if (!out.supplied.empty() && out.numbers_from.empty()) section.missing("numbers_from");
    if (out.supplied.empty() && !out.has_criteria) {
      findings_.add(out.place, refused("application.population_open"), Weight::incomplete,
                    "application.write_population");
    }
    out.toml = written("population", *found, {"description", "numbers_from"}, false);
  }

  void grant(const toml::table& table) {
    const Section section(table, "grant", findings_);
    Grant out{.table = section.text("table"),
              .variables = section.texts("variables"),
              .reason = section.text("reason"),
              .place = place_of(table)};
    if (section.has("mode")) out.mode = section.optional_text("mode");
    if (const auto reasons = section.section("variable_reasons")) {
      for (const auto& [key, value] : reasons->table()) {
        out.variable_reasons[folded(key.str())] = reasons->text(key.str());
      }
    }
    out_.grants.push_back(std::move(out));
    sources_.push_back(table);
  }

  void own_data(const Section& section) {
    section.only({"table", "description", "source", "variables", "person"});
    out_.own_data.push_back({section.text("table"), section.text("description"), section.text("source"),
                             section.texts("variables"), section.optional_text("person"),
                             place_of(section.table())});
  }

  void ordered(const Section& section) {
    section.only({"table", "variables"});
    const std::string table = section.text("table");
    const size_t dot = table.find('.');
    const TextPlace place = place_of(section.table());
    if (!table.empty() && dot == std::string::npos) {
      return section.wrong("table", usage("application.order_table", {{"name", table}}));
    }
    for (const std::string& variable : section.texts("variables"))
      out_.order.push_back({table.substr(0, dot), table.substr(std::min(dot + 1, table.size())), variable, "",
                            place.line, place.column});
  }

  // The grant of an ordered table; a new one when nobody wrote a [[grant]] for it.
  size_t grant_of(const OrderItem& item) {
    const std::string name = item.register_name + "." + item.table;
    const auto found = std::find_if(out_.grants.begin(), out_.grants.end(),
                                    [&](const Grant& each) { return folded(each.table) == folded(name); });
    if (found != out_.grants.end()) return static_cast<size_t>(found - out_.grants.begin());
    out_.grants.push_back({.table = name, .from_order = true});
    sources_.emplace_back().insert("table", name);
    first_items_.resize(out_.grants.size());
    first_items_.back() = item;
    return out_.grants.size() - 1;
  }

  void add_ordered(const OrderItem& item) {
    Grant& grant = out_.grants[grant_of(item)];
    const std::string name = folded(item.variable);
    const bool there = std::any_of(grant.variables.begin(), grant.variables.end(),
                                   [&](const std::string& each) { return folded(each) == name; });
    if (!there) grant.variables.push_back(item.variable);
    if (item.reason.empty()) return;
    grant.variable_reasons.emplace(name, item.reason);
    if (grant.from_order && grant.reason.empty()) grant.reason = item.reason;
  }

  // What was ordered is granted. Then every grant is written as the compiler will read it.
  void merge_order() {
    for (const OrderItem& item : out_.order) add_ordered(item);
    first_items_.resize(out_.grants.size());
    for (size_t i = 0; i < out_.grants.size(); ++i) {
      Grant& grant = out_.grants[i];
      if (grant.from_order && grant.reason.empty()) {
        findings_.add(first_items_[i], refused("application.order_without_reason", {{"name", grant.table}}),
                      Weight::incomplete, "application.write_grant");
      }
      if (grant.variables.empty()) {
        findings_.add(grant.place, refused("application.no_variables", {{"name", grant.table}}),
                      Weight::incomplete, "application.fill_in");
      }
      toml::array variables;
      for (const std::string& variable : grant.variables) variables.push_back(variable);
      sources_[i].insert_or_assign("variables", std::move(variables));
      if (grant.from_order && !grant.reason.empty()) sources_[i].insert_or_assign("reason", grant.reason);
      grant.toml = written("grant", sources_[i], {"variable_reasons"}, true);
    }
  }

  const toml::table& document_;
  Findings& findings_;
  Date today_;
  Application out_;
  std::vector<toml::table> sources_;    // beside out_.grants
  std::vector<OrderItem> first_items_;  // the same: what a table was first ordered by
};

}  // namespace

std::string describe(Language language, const Finding& finding) {
  const auto argument = [&](std::string_view name) { return std::string(finding.error.argument(name)); };
  std::string at = argument("sheet").empty() ? argument("file") + ":" + argument("line")
                                             : argument("sheet") + ":" + argument("row");
  at += ":" + argument("column");
  // A remark of the pre-check is about a table or a variable, or about the whole.
  if (argument("sheet").empty() && argument("line").empty())
    at = argument("table") +
         (argument("name").empty() || argument("table").empty() ? "" : "." + argument("name"));
  std::string text = (at.empty() ? "" : at + ": ") + fvm::describe(language, finding.error);
  if (!finding.advice.empty()) text += " " + message(language, finding.advice, finding.error.arguments);
  return text;
}

bool block(const std::vector<Finding>& findings) {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& finding) { return finding.weight != Weight::note; });
}

Reading read_application(std::string_view text, const std::string& file, Date today,
                         const std::vector<OrderItem>& order) {
  Findings findings(file);
  Reading reading;
  if (text.size() > application_bytes_max) {
    findings.add(TextPlace{},
                 usage("application.too_large", {{"bytes_max", std::to_string(application_bytes_max)}}),
                 Weight::wrong);
  } else if (const auto stray = stray_letter(text)) {
    findings.add(*stray, usage("application.stray_letter"), Weight::wrong);
  } else if (const toml::parse_result document = toml::parse(text, std::string_view(file)); !document) {
    const auto begin = document.error().source().begin;
    findings.add(TextPlace{begin.line, begin.column},
                 usage("application.not_toml", {{"reason", std::string(document.error().description())}}),
                 Weight::wrong);
  } else {
    reading.application = Reader(document.table(), today, findings).read(order);
    reading.readable = true;
  }
  reading.findings = findings.take();
  return reading;
}

}  // namespace fvm::casework
