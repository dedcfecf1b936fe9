#include "catalogue/toml.hpp"

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <sstream>

// The same in every file that includes it (config/read.cpp too): two settings in one program do not go
// together.
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "base/toml_screen.hpp"
#include "catalogue/rules.hpp"

namespace fvm::catalogue {
namespace {

// Reads one TOML table field by field; the first thing wrong ends it with file and line.
class Reader {
 public:
  Reader(const toml::table& table, std::string_view file) : table_(table), file_(file) {}

  Error wrong(std::string code, const toml::node* at, Arguments more = {}) const {
    const auto line = (at != nullptr ? at->source() : table_.source()).begin.line;
    Arguments arguments{{"file", std::string(file_)}, {"line", std::to_string(line)}};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return usage(std::move(code), std::move(arguments));
  }

  Result<void> only(std::initializer_list<std::string_view> names) const {
    for (const auto& [key, node] : table_) {
      if (std::find(names.begin(), names.end(), key.str()) != names.end()) continue;
      const std::string near = nearest(key.str(), {names.begin(), names.end()});
      return wrong("catalogue.unknown_field", &node, {{"field", std::string(key.str())}, {"advice", near}});
    }
    return {};
  }

  Result<std::string> text(std::string_view name, bool needed) const {
    const toml::node* node = table_.get(name);
    if (node == nullptr && !needed) return std::string();
    if (node == nullptr) return wrong("catalogue.field_missing", nullptr, {{"field", std::string(name)}});
    const auto value = node->value_exact<std::string>();
    if (!value || (needed && value->empty()))
      return wrong("catalogue.field_kind", node, {{"field", std::string(name)}});
    return *value;
  }

  Result<bool> flag(std::string_view name, bool otherwise) const {
    const toml::node* node = table_.get(name);
    if (node == nullptr) return otherwise;
    const auto value = node->value_exact<bool>();
    if (!value) return wrong("catalogue.field_kind", node, {{"field", std::string(name)}});
    return *value;
  }

  Result<std::vector<std::string>> texts(std::string_view name) const {
    std::vector<std::string> out;
    const toml::node* node = table_.get(name);
    if (node == nullptr) return out;
    if (!node->is_array()) return wrong("catalogue.field_kind", node, {{"field", std::string(name)}});
    for (const auto& item : *node->as_array()) {
      const auto value = item.value_exact<std::string>();
      if (!value) return wrong("catalogue.field_kind", &item, {{"field", std::string(name)}});
      out.push_back(*value);
    }
    return out;
  }

  // The inner table, or null when there is none.
  Result<const toml::table*> inner(std::string_view name) const {
    const toml::node* node = table_.get(name);
    if (node == nullptr) return static_cast<const toml::table*>(nullptr);
    if (!node->is_table()) return wrong("catalogue.field_kind", node, {{"field", std::string(name)}});
    return node->as_table();
  }

  const toml::node* at(std::string_view name) const { return table_.get(name); }
  std::string_view file() const { return file_; }

 private:
  const toml::table& table_;
  std::string_view file_;
};

template <class Value>
std::vector<std::string> names_of(std::initializer_list<Value> values) {
  std::vector<std::string> names;
  for (const Value value : values) names.emplace_back(to_text(value));
  return names;
}

Result<Type> read_type(const Reader& reader) {
  const std::string text = TRY(reader.text("type", false));
  if (text.empty()) return Type::text;
  if (const auto type = type_of(text)) return *type;
  const auto known = names_of({Type::text, Type::integer, Type::decimal, Type::date, Type::timestamp});
  return reader.wrong("catalogue.unknown_type", reader.at("type"),
                      {{"type", text}, {"advice", nearest(text, known)}});
}

// What a variable is when nothing is said.
Class usual_class(Type type) {
  if (type == Type::date || type == Type::timestamp) return Class::date;
  return type == Type::decimal ? Class::measure : Class::ordinary;
}

Result<Class> read_class(const Reader& reader, Type type) {
  const std::string text = TRY(reader.text("class", false));
  if (text.empty()) return usual_class(type);
  if (const auto what = class_of(text)) return *what;
  return reader.wrong("catalogue.unknown_class", reader.at("class"),
                      {{"class", text}, {"advice", nearest(text, class_words())}});
}

Result<Variable> read_variable(const toml::table& node, std::string_view file) {
  const Reader reader(node, file);
  TRY(reader.only({"name", "type", "class", "required", "grantable", "format", "list", "orderable", "valid",
                   "da", "en"}));
  Variable variable;
  variable.name = TRY(reader.text("name", true));
  variable.type = TRY(read_type(reader));
  variable.what = TRY(read_class(reader, variable.type));
  variable.required = TRY(reader.flag("required", false));
  variable.grantable = TRY(reader.flag("grantable", is_stored(variable.what)));
  variable.orderable = TRY(reader.flag("orderable", variable.grantable));
  variable.code_list = TRY(reader.text("list", false));
  variable.validity = read_validity(TRY(reader.text("valid", false)));
  variable.format = TRY(reader.text("format", false));
  variable.text_da = TRY(reader.text("da", false));
  variable.text_en = TRY(reader.text("en", false));
  if (const auto problem = check_variable(variable))
    return reader.wrong(problem->code, nullptr, problem->arguments);
  return variable;
}

Result<void> read_variables(const Reader& reader, Table& table) {
  const toml::node* node = reader.at("variables");
  if (node == nullptr) return reader.wrong("catalogue.field_missing", nullptr, {{"field", "variables"}});
  if (!node->is_array() || node->as_array()->empty())
    return reader.wrong("catalogue.field_kind", node, {{"field", "variables"}});
  for (const auto& item : *node->as_array()) {
    if (!item.is_table()) return reader.wrong("catalogue.field_kind", &item, {{"field", "variables"}});
    Variable variable = TRY(read_variable(*item.as_table(), reader.file()));
    if (table.find(variable.name) != nullptr)
      return reader.wrong("catalogue.variable_twice", &item,
                          {{"table", table.full_name()}, {"variable", variable.name}});
    table.variables.push_back(std::move(variable));
  }
  return {};
}

Result<void> read_links(const Reader& reader, Table& table) {
  if (const toml::table* parent = TRY(reader.inner("parent"))) {
    const Reader inner(*parent, reader.file());
    TRY(inner.only({"table", "key", "parent_key"}));
    table.parent = Parent{TRY(inner.text("table", true)), TRY(inner.text("key", true)),
                          TRY(inner.text("parent_key", true))};
  }
  if (const toml::table* succession = TRY(reader.inner("succession"))) {
    const Reader inner(*succession, reader.file());
    TRY(inner.only({"successor", "condition"}));
    table.succession =
        Table::Succession{TRY(inner.text("successor", true)), TRY(inner.text("condition", true))};
  }
  return {};
}

Result<Table> read_table(const toml::table& node, std::string_view file) {
  const Reader reader(node, file);
  TRY(reader.only({"register", "name", "person", "parent", "period", "key", "succession", "updated", "da",
                   "en", "variables"}));
  Table table;
  table.register_name = TRY(reader.text("register", true));
  table.name = TRY(reader.text("name", true));
  if (reader.at("person") != nullptr) table.person = TRY(reader.text("person", true));
  if (reader.at("period") != nullptr) table.period = TRY(reader.text("period", true));
  table.key = TRY(reader.texts("key"));
  table.update_frequency = TRY(reader.text("updated", false));
  table.text_da = TRY(reader.text("da", false));
  table.text_en = TRY(reader.text("en", false));
  TRY(read_links(reader, table));
  TRY(read_variables(reader, table));
  return table;
}

Result<std::vector<Register>> read_registers(const Reader& reader) {
  std::vector<Register> registers;
  const toml::node* node = reader.at("register");
  if (node == nullptr) return registers;
  if (!node->is_array()) return reader.wrong("catalogue.field_kind", node, {{"field", "register"}});
  for (const auto& item : *node->as_array()) {
    if (!item.is_table()) return reader.wrong("catalogue.field_kind", &item, {{"field", "register"}});
    const Reader inner(*item.as_table(), reader.file());
    TRY(inner.only({"code", "sheet", "da", "en"}));
    registers.push_back({TRY(inner.text("code", true)), TRY(inner.text("sheet", false)),
                         TRY(inner.text("da", false)), TRY(inner.text("en", false))});
    for (const Register& other : registers)
      if (&other != &registers.back() && same_name(other.code, registers.back().code))
        return inner.wrong("catalogue.register_twice", nullptr, {{"register", other.code}});
  }
  return registers;
}

Result<Catalogue> read_root(const toml::table& root, std::string_view file) {
  const Reader reader(root, file);
  TRY(reader.only({"table", "register"}));
  const toml::node* node = reader.at("table");
  if (node == nullptr || !node->is_array() || node->as_array()->empty())
    return reader.wrong("catalogue.no_tables", node);
  Catalogue catalogue;
  catalogue.registers = TRY(read_registers(reader));
  std::vector<const toml::table*> nodes;
  for (const auto& item : *node->as_array()) {
    if (!item.is_table()) return reader.wrong("catalogue.field_kind", &item, {{"field", "table"}});
    nodes.push_back(item.as_table());
    Table table = TRY(read_table(*nodes.back(), file));
    if (catalogue.find(table.full_name()) != nullptr)
      return reader.wrong("catalogue.table_twice", &item, {{"table", table.full_name()}});
    catalogue.tables.push_back(std::move(table));
  }
  for (size_t i = 0; i < nodes.size(); ++i) {
    const auto problem = check_table(catalogue, catalogue.tables[i]);
    if (problem) return Reader(*nodes[i], file).wrong(problem->code, nullptr, problem->arguments);
  }
  return catalogue;
}

}  // namespace

Result<Catalogue> read_toml(std::string_view text, std::string_view file) {
  if (const auto stray = stray_letter(text))
    return usage("catalogue.stray_letter",
                 {{"file", std::string(file)}, {"line", std::to_string(stray->line)}});
  const toml::parse_result root = toml::parse(text, file);
  if (root) return read_root(root.table(), file);
  return usage("catalogue.unreadable", {{"file", std::string(file)},
                                        {"line", std::to_string(root.error().source().begin.line)},
                                        {"reason", std::string(root.error().description())}});
}

}  // namespace fvm::catalogue
