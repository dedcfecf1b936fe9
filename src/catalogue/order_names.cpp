#include "catalogue/order_names.hpp"

#include <algorithm>

#include "base/nearest.hpp"
#include "catalogue/sheet_columns.hpp"

namespace fvm::catalogue {
namespace {

std::string table_key(const std::string& register_name, const std::string& table) {
  return folded(register_name) + "." + folded(table);
}

// Parts of a text that may be the code: after " - ", before " (", the whole.
std::vector<std::string> candidates(const std::string& text) {
  std::vector<std::string> out{text};
  if (const size_t dash = text.rfind(" - "); dash != std::string::npos) {
    out.push_back(text.substr(dash + 3));
    out.push_back(text.substr(0, dash));
  }
  if (const size_t bracket = text.find(" ("); bracket != std::string::npos && text.ends_with(')')) {
    out.push_back(text.substr(0, bracket));
    out.push_back(text.substr(bracket + 2, text.size() - bracket - 3));
  }
  for (std::string& one : out) one = folded(one);
  return out;
}

}  // namespace

OrderNames::OrderNames(const Catalogue& catalogue, const std::vector<Register>& overview)
    : catalogue_(catalogue) {
  const auto add = [&](const std::string& text, const std::string& code) {
    if (!text.empty()) registers_.emplace(folded(text), code);
  };
  for (const std::string& code : catalogue.register_codes()) add(code, code);
  for (const Register& one : catalogue.registers)
    for (const std::string& text : {one.code, one.sheet, one.name_da, one.name_en}) add(text, one.code);
  // The order's own words, where they lead to a register that there is.
  for (const Register& one : overview) {
    const auto known = registers_.find(folded(one.code));
    if (known == registers_.end()) continue;
    const std::string code = known->second;
    add(one.sheet, code), add(one.name_da, code);
  }
  for (const Table& table : catalogue.tables) {
    tables_.emplace(table_key(table.register_name, table.name), &table);
    auto& variables = variables_[&table];
    for (const Variable& variable : table.variables) variables.emplace(folded(variable.name), &variable);
  }
}

Named OrderNames::register_of(const std::string& text) const {
  for (const std::string& one : candidates(text)) {
    const auto found = registers_.find(one);
    if (found != registers_.end()) return {.name = found->second};
  }
  // A letter or two beside a whole name ("Cancerregistret") is that name; codes are too short for that.
  constexpr size_t long_name_bytes = 10, slips_max = 2;
  std::string best;
  size_t best_distance = text.size();
  for (const auto& [spelling, code] : registers_) {
    const size_t distance = edit_distance(folded(text), spelling);
    if (distance < best_distance) best_distance = distance, best = spelling;
  }
  if (best.size() >= long_name_bytes && best_distance <= slips_max)
    return {.name = registers_.at(best), .guessed = true};
  return {.advice = best.empty() ? "" : registers_.at(best)};
}

Named OrderNames::table_of(const std::string& register_name, const std::string& text) const {
  if (const Table* table = find(register_name, text)) return {.name = table->name};
  std::vector<std::string> names;
  for (const Table& table : catalogue_.tables) {
    if (!same_name(table.register_name, register_name)) continue;
    if (table.is_pattern() && matches_pattern(table.name, text)) return {.name = table.name, .guessed = true};
    names.push_back(table.name);
  }
  return {.advice = fvm::nearest(text, names)};
}

std::string OrderNames::register_with(const std::string& table) const {
  std::string found;
  for (const Table& each : catalogue_.tables) {
    if (table.empty() || !same_name(each.name, table)) continue;
    if (!found.empty() && found != each.register_name) return {};
    found = each.register_name;
  }
  return found;
}

std::string OrderNames::table_with(const std::string& register_name, const std::string& variable) const {
  std::string found;
  for (const Table& each : catalogue_.tables) {
    if (!same_name(each.register_name, register_name) || find(each, variable) == nullptr) continue;
    if (!found.empty()) return {};
    found = each.name;
  }
  return found;
}

const Table* OrderNames::find(const std::string& register_name, const std::string& table) const {
  const auto found = tables_.find(table_key(register_name, table));
  return found == tables_.end() ? nullptr : found->second;
}

const Variable* OrderNames::find(const Table& table, const std::string& variable) const {
  const auto& variables = variables_.at(&table);
  const auto found = variables.find(folded(variable));
  return found == variables.end() ? nullptr : found->second;
}

std::string OrderNames::nearest_variable(const Table& table, const std::string& variable) const {
  std::vector<std::string> names;
  for (const Variable& each : table.variables)
    if (each.orderable && granting(each) != Granting::never_stored) names.push_back(each.name);
  if (names.empty())  // nothing of the table can be ordered; its names help all the same
    for (const Variable& each : table.variables) names.push_back(each.name);
  return fvm::nearest(variable, names);
}

}  // namespace fvm::catalogue
