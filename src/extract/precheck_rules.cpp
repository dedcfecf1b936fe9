// The rules that need neither mirror nor store.
#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "extract/precheck.hpp"
#include "extract/precheck_classes.hpp"
#include "extract/precheck_texts.hpp"

namespace fvm::extract {
namespace {

using catalogue::Catalogue;
using catalogue::Class;
using catalogue::Table;
using catalogue::Variable;

constexpr size_t reason_letters_min = 20;

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

// Letters and digits, bytes of other scripts included.
size_t letters_of(std::string_view text) {
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c >= 0xC0; }));
}

std::string same_words(std::string_view text) {
  std::string out;
  for (const char c : lower(text)) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || static_cast<unsigned char>(c) >= 0x80) out += c;
  }
  return out;
}

// A day that rows could be limited by; a birth date is none.
bool limits_rows(const Variable& variable) {
  const bool dated = variable.type == catalogue::Type::date || variable.type == catalogue::Type::timestamp;
  return dated && variable.what != Class::birth_date;
}

class Checker {
 public:
  Checker(const Specification& specification, const Catalogue& catalogue, Date today,
          const VariableReasons& reasons, std::vector<Remark>& remarks)
      : specification_(specification),
        catalogue_(catalogue),
        today_(today),
        reasons_(reasons),
        remarks_(remarks) {}

  void check() {
    population();
    for (const Grant& grant : specification_.grants) {
      const Table* table = catalogue_.find(grant.table);
      if (table == nullptr) continue;  // the reader has said so
      reason(grant);
      period(grant, *table);
      joining(grant, *table);
      for (const std::string& name : grant.variables) {
        if (const Variable* known = table->find(name)) variable(grant, *known);
      }
    }
    same_reasons();
  }

 private:
  void add(Severity severity, const std::string& code, Arguments arguments) {
    remarks_.push_back(remark(severity, code, std::move(arguments)));
  }
  void add(Severity severity, const std::string& code, const Grant& grant, Arguments more = {}) {
    more.insert(more.begin(), {"table", grant.table});
    add(severity, code, std::move(more));
  }

  void population() {
    if (!specification_.supplied.empty())
      add(Severity::note, "precheck.supplied", {{"name", specification_.supplied}});
    for (const auto* criteria : {&specification_.all, &specification_.any}) {
      for (const Criterion& criterion : *criteria) {
        if (!criterion.where && criterion.at_least <= 1)
          add(Severity::weigh, "precheck.everybody", {{"table", criterion.table}});
      }
    }
  }

  void reason(const Grant& grant) {
    if (letters_of(grant.reason) < reason_letters_min)
      add(Severity::weigh, "precheck.short_reason", grant,
          {{"letters_min", std::to_string(reason_letters_min)}});
  }

  // One reason for several registers is a reason for none.
  void same_reasons() {
    std::map<std::string, std::set<std::string>> registers;
    for (const Grant& grant : specification_.grants)
      registers[same_words(grant.reason)].insert(grant.table.substr(0, grant.table.find('.')));
    for (const auto& [words, names] : registers) {
      if (words.empty() || names.size() < 2) continue;
      std::string list;
      for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
      add(Severity::weigh, "precheck.same_reason", {{"registers", list}});
    }
  }

  void period(const Grant& grant, const Table& table) {
    if (!grant.period) {
      const bool dated = std::any_of(table.variables.begin(), table.variables.end(), limits_rows);
      if (dated) add(Severity::weigh, "precheck.no_period", grant);
      return;
    }
    if (grant.period->from > today_)
      add(Severity::weigh, "precheck.period_ahead", grant, {{"from", fvm::to_text(grant.period->from)}});
  }

  void variable(const Grant& grant, const Variable& known) {
    const Arguments where{{"name", known.name}, {"class", std::string(catalogue::to_text(known.what))}};
    if (known.listed && !known.orderable) add(Severity::blocks, "precheck.not_orderable", grant, where);
    if (is_sensitive(known) && !has_reason(grant, known))
      add(Severity::weigh, "precheck.sensitive_without_reason", grant, where);
    validity(grant, known);
  }

  // Given for the variable itself, or the table's reason names it.
  bool has_reason(const Grant& grant, const Variable& known) const {
    for (const auto& [table, variables] : reasons_) {
      if (!catalogue::same_name(table, grant.table)) continue;
      for (const auto& [name, text] : variables) {
        if (catalogue::same_name(name, known.name) && letters_of(text) >= reason_letters_min) return true;
      }
    }
    return lower(grant.reason).find(lower(known.name)) != std::string::npos;
  }

  void validity(const Grant& grant, const Variable& known) {
    if (!grant.period || known.validity.years.empty()) return;
    const int from = grant.period->from.year, to = std::min(grant.period->to.year, today_.year);
    const auto beyond = catalogue::outside(known.validity, from, to);
    if (!beyond) return;
    const int last = beyond->to.value_or(to);
    const std::string years = beyond->from == last
                                  ? std::to_string(last)
                                  : std::to_string(beyond->from) + "–" + std::to_string(last);
    const bool never = beyond->from <= from && last >= to;
    add(Severity::weigh, never ? "precheck.never_valid" : "precheck.outside_validity", grant,
        {{"name", known.name}, {"years", years}, {"validity", known.validity.text}});
  }

  // Rows that nobody can join to a person or to their parents.
  void joining(const Grant& grant, const Table& table) {
    const auto has = [&](const std::string& name) {
      return std::any_of(grant.variables.begin(), grant.variables.end(),
                         [&](const std::string& each) { return catalogue::same_name(each, name); });
    };
    if (table.person && !has(*table.person))
      add(Severity::note, "precheck.no_person", grant, {{"name", *table.person}});
    if (!table.person && table.parent && !has(table.parent->key))
      add(Severity::note, "precheck.no_key", grant,
          {{"name", table.parent->key}, {"parent", table.parent->table}});
  }

  const Specification& specification_;
  const Catalogue& catalogue_;
  Date today_;
  const VariableReasons& reasons_;
  std::vector<Remark>& remarks_;
};

Remark remark_of(const Finding& finding) {
  const bool blocks = finding.weight == Finding::Weight::blocks;
  return {blocks ? Severity::blocks : Severity::note, finding.error,
          finding.advice.empty() ? "precheck.mend" : finding.advice};
}

}  // namespace

std::string_view to_text(Severity severity) {
  if (severity == Severity::note) return "note";
  return severity == Severity::weigh ? "weigh" : "blocks";
}

std::string place_of(const Remark& remark) {
  const auto argument = [&](std::string_view name) { return std::string(remark.error.argument(name)); };
  if (!argument("line").empty()) return argument("file") + ":" + argument("line") + ":" + argument("column");
  if (argument("table").empty())
    return remark.error.code.starts_with("precheck.population") ? "population" : "";
  return argument("table") + (argument("name").empty() ? "" : "." + argument("name"));
}

std::string describe(Language language, const Remark& remark) {
  const std::string place = place_of(remark);
  std::string text = (place.empty() ? "" : place + ": ") + fvm::describe(language, remark.error);
  if (!remark.advice.empty()) text += " " + message(language, remark.advice, remark.error.arguments);
  return text;
}

bool block(const std::vector<Remark>& remarks) {
  return std::any_of(remarks.begin(), remarks.end(),
                     [](const Remark& remark) { return remark.severity == Severity::blocks; });
}

std::vector<Remark> check_specification(const Reading& reading, const Catalogue& catalogue, Date today,
                                        const VariableReasons& reasons) {
  std::vector<Remark> remarks;
  for (const Finding& finding : reading.findings) remarks.push_back(remark_of(finding));
  if (reading.specification) Checker(*reading.specification, catalogue, today, reasons, remarks).check();
  return remarks;
}

}  // namespace fvm::extract
