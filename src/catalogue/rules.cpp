#include "catalogue/rules.hpp"

#include <algorithm>
#include <cctype>

namespace fvm::catalogue {
namespace {

using Problem = std::optional<Error>;

constexpr size_t name_bytes_max = 64;

// Becomes a folder, a schema or a column name: nothing that must be quoted in a path. Variables may hold the
// Danish letters (bytes from 0x80).
bool is_name(std::string_view name, bool other_letters) {
  if (name.empty() || name.size() > name_bytes_max) return false;
  return std::all_of(name.begin(), name.end(), [&](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || (other_letters && c >= 0x80);
  });
}

bool is_identifier(Class what) {
  return what == Class::person || what == Class::relative || what == Class::provider;
}

Error about(const Table& table, std::string code, Arguments more) {
  more.insert(more.begin(), {"table", table.full_name()});
  return usage(std::move(code), std::move(more));
}

std::vector<std::string> variable_names(const Table& table) {
  std::vector<std::string> names;
  for (const Variable& variable : table.variables) names.push_back(variable.name);
  return names;
}

Problem must_have(const Table& owner, const Table& table, std::string_view variable) {
  if (table.find(variable) != nullptr) return std::nullopt;
  return about(owner, "catalogue.no_variable",
               {{"variable", std::string(variable)}, {"advice", nearest(variable, variable_names(table))}});
}

Problem check_person(const Table& table) {
  if (!table.person) return std::nullopt;
  if (auto problem = must_have(table, table, *table.person)) return problem;
  const Variable& variable = *table.find(*table.person);
  if (variable.what == Class::person && variable.required) return std::nullopt;
  return about(table, "catalogue.person_class", {{"variable", variable.name}});
}

Problem check_period(const Table& table) {
  if (!table.period) return std::nullopt;
  if (auto problem = must_have(table, table, *table.period)) return problem;
  const Type type = table.find(*table.period)->type;
  if (type == Type::date || type == Type::timestamp) return std::nullopt;
  return about(table, "catalogue.period_type", {{"variable", *table.period}});
}

Problem check_key(const Table& table) {
  for (const std::string& key : table.key) {
    if (auto problem = must_have(table, table, key)) return problem;
    const Variable& variable = *table.find(key);
    if (!is_stored(variable.what) || !variable.required)
      return about(table, "catalogue.key_required", {{"variable", key}});
  }
  return std::nullopt;
}

Problem check_parent(const Catalogue& catalogue, const Table& table) {
  if (!table.parent) {
    if (table.person) return std::nullopt;
    return about(table, "catalogue.nobody", {});
  }
  if (table.person) return about(table, "catalogue.person_and_parent", {});
  const Table* parent = catalogue.find(table.register_name + "." + table.parent->table);
  if (parent == nullptr) {
    std::vector<std::string> names;
    for (const Table& other : catalogue.tables)
      if (other.register_name == table.register_name) names.push_back(other.name);
    return about(table, "catalogue.no_parent",
                 {{"parent", table.parent->table}, {"advice", nearest(table.parent->table, names)}});
  }
  if (!parent->person) return about(table, "catalogue.parent_nobody", {{"parent", table.parent->table}});
  if (auto problem = must_have(table, table, table.parent->key)) return problem;
  return must_have(table, *parent, table.parent->parent_key);
}

Problem check_succession(const Table& table) {
  if (!table.succession) return std::nullopt;
  if (auto problem = must_have(table, table, table.succession->successor)) return problem;
  if (table.person && table.find(table.succession->successor)->what == Class::person) return std::nullopt;
  return about(table, "catalogue.person_class", {{"variable", table.succession->successor}});
}

}  // namespace

std::optional<Error> check_variable(const Variable& variable) {
  if (!is_name(variable.name, true)) return usage("catalogue.bad_name", {{"name", variable.name}});
  if (is_identifier(variable.what) && variable.type != Type::text)
    return usage("catalogue.identifier_type", {{"variable", variable.name}});
  const bool dated = variable.type == Type::date || variable.type == Type::timestamp;
  if (!variable.format.empty() && !dated)
    return usage("catalogue.format_without_date", {{"variable", variable.name}});
  if (!is_stored(variable.what) && variable.grantable)
    return usage("catalogue.dropped_granted", {{"variable", variable.name}});
  return std::nullopt;
}

std::optional<Error> check_table(const Catalogue& catalogue, const Table& table) {
  for (const std::string& name : {table.register_name, table.name})
    if (!is_name(name, false)) return usage("catalogue.bad_name", {{"name", name}});
  for (const auto check : {check_person, check_period, check_key, check_succession})
    if (auto problem = check(table)) return problem;
  return check_parent(catalogue, table);
}

}  // namespace fvm::catalogue
