#include "catalogue/difference.hpp"

#include <algorithm>
#include <cctype>
#include <map>

namespace fvm::catalogue {
namespace {

struct Field {
  std::string name, value;
  bool matters;
};

std::string yes_no(bool value) {
  return value ? "true" : "false";
}

std::vector<Field> fields_of(const Variable& v) {
  return {{"type", std::string(to_text(v.type)), true},
          {"class", std::string(to_text(v.what)), true},
          {"confirmed", yes_no(v.confirmed), true},
          {"required", yes_no(v.required), true},
          {"grantable", yes_no(v.grantable), true},
          {"format", v.format, true},
          {"valid", v.validity.text, true},
          {"orderable", yes_no(v.orderable), false},
          {"list", v.code_list, false},
          {"minipas", v.minipas, false},
          {"da", v.text_da, false},
          {"en", v.text_en, false}};
}

std::vector<Field> fields_of(const Table& t) {
  std::string key;
  for (const std::string& name : t.key) key += (key.empty() ? "" : ", ") + name;
  const std::string parent =
      t.parent ? t.parent->table + " (" + t.parent->key + " = " + t.parent->parent_key + ")" : "";
  return {{"person", t.person.value_or(""), true},
          {"parent", parent, true},
          {"period", t.period.value_or(""), true},
          {"key", key, true},
          {"succession", t.succession ? t.succession->successor + ": " + t.succession->condition : "", true},
          {"updated", t.update_frequency, false},
          {"da", t.text_da, false},
          {"en", t.text_en, false}};
}

void compare(const std::vector<Field>& before, const std::vector<Field>& after, const std::string& table,
             const std::string& variable, std::vector<Change>& changes) {
  for (size_t i = 0; i < before.size(); ++i) {
    if (before[i].value == after[i].value) continue;
    changes.push_back({Change::What::changed, table, variable, before[i].name, before[i].value,
                       after[i].value, before[i].matters});
  }
}

void compare(const Table& before, const Table& after, std::vector<Change>& changes) {
  const std::string name = after.full_name();
  compare(fields_of(before), fields_of(after), name, "", changes);
  std::map<std::string, const Variable*> old;
  for (const Variable& variable : before.variables) old[folded(variable.name)] = &variable;
  for (const Variable& variable : after.variables) {
    const auto found = old.find(folded(variable.name));
    if (found == old.end()) {
      changes.push_back(
          {.what = Change::What::added, .table = name, .variable = variable.name, .matters = false});
      continue;
    }
    compare(fields_of(*found->second), fields_of(variable), name, variable.name, changes);
    old.erase(found);
  }
  for (const auto& [key, variable] : old)
    changes.push_back({.what = Change::What::removed, .table = name, .variable = variable->name});
}

}  // namespace

std::vector<Change> difference(const Catalogue& before, const Catalogue& after) {
  std::map<std::string, std::pair<const Table*, const Table*>> tables;
  for (const Table& table : before.tables) tables[folded(table.full_name())].first = &table;
  for (const Table& table : after.tables) tables[folded(table.full_name())].second = &table;
  std::vector<Change> changes;
  for (const auto& [name, pair] : tables) {
    const auto& [old, fresh] = pair;
    if (old != nullptr && fresh != nullptr) {
      compare(*old, *fresh, changes);
    } else if (old != nullptr) {
      changes.push_back({.what = Change::What::removed, .table = old->full_name()});
    } else {
      changes.push_back({.what = Change::What::added, .table = fresh->full_name(), .matters = false});
    }
  }
  return changes;
}

}  // namespace fvm::catalogue
