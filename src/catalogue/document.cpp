#include "catalogue/document.hpp"

#include <boost/json.hpp>

namespace fvm::catalogue {
namespace {

namespace json = boost::json;

void put(json::object& object, std::string_view name, const std::string& text) {
  if (!text.empty()) object[name] = text;
}

json::object object_of(const Variable& variable) {
  const Variable usual;
  json::object object{{"name", variable.name}};
  if (variable.type != usual.type) object["type"] = to_text(variable.type);
  if (variable.what != usual.what) object["class"] = to_text(variable.what);
  const std::pair<std::string_view, bool Variable::*> flags[] = {
      {"required", &Variable::required},   {"grantable", &Variable::grantable},
      {"confirmed", &Variable::confirmed}, {"described", &Variable::described},
      {"listed", &Variable::listed},       {"orderable", &Variable::orderable}};
  for (const auto& [name, flag] : flags)
    if (variable.*flag != usual.*flag) object[name] = variable.*flag;
  put(object, "format", variable.format);
  put(object, "da", variable.text_da);
  put(object, "en", variable.text_en);
  put(object, "list", variable.code_list);
  put(object, "valid", variable.validity.text);
  put(object, "minipas", variable.minipas);
  return object;
}

json::object object_of(const Table& table) {
  json::array variables, key;
  for (const Variable& variable : table.variables) variables.push_back(object_of(variable));
  for (const std::string& name : table.key) key.emplace_back(name);
  json::object object{{"register", table.register_name}, {"name", table.name}};
  if (table.person) object["person"] = *table.person;
  if (table.parent) object["parent"] = {table.parent->table, table.parent->key, table.parent->parent_key};
  if (table.period) object["period"] = *table.period;
  if (!key.empty()) object["key"] = std::move(key);
  if (table.succession) object["succession"] = {table.succession->successor, table.succession->condition};
  put(object, "updated", table.update_frequency);
  put(object, "da", table.text_da);
  put(object, "en", table.text_en);
  if (!table.described) object["described"] = false;
  object["variables"] = std::move(variables);
  return object;
}

std::string text(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value == nullptr ? std::string() : std::string(value->as_string());
}

void flag(const json::object& object, std::string_view name, bool& out) {
  if (const json::value* value = object.if_contains(name)) out = value->as_bool();
}

std::string at(const json::object& object, std::string_view name, size_t index) {
  return std::string(object.at(name).as_array().at(index).as_string());
}

Variable variable_of(const json::object& object) {
  Variable variable{.name = text(object, "name")};
  if (object.contains("type")) variable.type = type_of(text(object, "type")).value();
  if (object.contains("class")) variable.what = class_of(text(object, "class")).value();
  flag(object, "required", variable.required);
  flag(object, "grantable", variable.grantable);
  flag(object, "confirmed", variable.confirmed);
  flag(object, "described", variable.described);
  flag(object, "listed", variable.listed);
  flag(object, "orderable", variable.orderable);
  variable.format = text(object, "format");
  variable.text_da = text(object, "da");
  variable.text_en = text(object, "en");
  variable.code_list = text(object, "list");
  variable.validity = read_validity(text(object, "valid"));
  variable.minipas = text(object, "minipas");
  return variable;
}

Table table_of(const json::object& object) {
  Table table{.register_name = text(object, "register"), .name = text(object, "name")};
  if (object.contains("person")) table.person = text(object, "person");
  if (object.contains("parent"))
    table.parent = Parent{at(object, "parent", 0), at(object, "parent", 1), at(object, "parent", 2)};
  if (object.contains("period")) table.period = text(object, "period");
  if (const json::value* key = object.if_contains("key"))
    for (const json::value& name : key->as_array()) table.key.emplace_back(name.as_string());
  if (object.contains("succession"))
    table.succession = Table::Succession{at(object, "succession", 0), at(object, "succession", 1)};
  table.update_frequency = text(object, "updated");
  table.text_da = text(object, "da");
  table.text_en = text(object, "en");
  flag(object, "described", table.described);
  for (const json::value& variable : object.at("variables").as_array())
    table.variables.push_back(variable_of(variable.as_object()));
  return table;
}

}  // namespace

std::string to_document(const Catalogue& catalogue) {
  json::array tables, registers;
  for (const Table& table : catalogue.tables) tables.push_back(object_of(table));
  for (const Register& one : catalogue.registers) {
    json::object object{{"code", one.code}};
    put(object, "sheet", one.sheet);
    put(object, "da", one.name_da);
    put(object, "en", one.name_en);
    registers.push_back(std::move(object));
  }
  return json::serialize(json::object{{"registers", std::move(registers)}, {"tables", std::move(tables)}});
}

Result<Catalogue> read_document(std::string_view document) {
  try {  // Boost.JSON throws on a missing key or another type
    json::monotonic_resource memory;
    const json::value root = json::parse(document, &memory);
    Catalogue catalogue;
    for (const json::value& value : root.at("registers").as_array()) {
      const json::object& one = value.as_object();
      catalogue.registers.push_back(
          {text(one, "code"), text(one, "sheet"), text(one, "da"), text(one, "en")});
    }
    for (const json::value& table : root.at("tables").as_array())
      catalogue.tables.push_back(table_of(table.as_object()));
    return catalogue;
  } catch (const std::exception& error) {
    return defect("catalogue.bad_document", {{"reason", error.what()}});
  }
}

}  // namespace fvm::catalogue
