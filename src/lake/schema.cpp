// Delta's schemaString: a Spark struct type as JSON.
#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cctype>
#include <charconv>
#include <set>

#include "lake/types.hpp"

namespace fvm::lake {
namespace {

namespace json = boost::json;

constexpr std::array primitive_types = {"string", "long",  "integer", "double", "float",     "boolean",
                                        "date",   "short", "byte",    "binary", "timestamp", "timestamp_ntz"};
constexpr size_t fields_max = 10'000;

Error bad_schema(std::string reason) {
  return surroundings("lake.bad_schema", {{"reason", std::move(reason)}});
}

// "decimal(P,S)" with 1 <= P <= 38 and S <= P.
bool is_decimal(std::string_view type) {
  if (!type.starts_with("decimal(") || !type.ends_with(')')) return false;
  const std::string_view inside = type.substr(8, type.size() - 9);
  const size_t comma = inside.find(',');
  if (comma == std::string_view::npos) return false;
  const auto number = [](std::string_view text) {
    unsigned value = 99;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? value : 99u;
  };
  const unsigned precision = number(inside.substr(0, comma)), scale = number(inside.substr(comma + 1));
  constexpr unsigned precision_max = 38;
  return precision >= 1 && precision <= precision_max && scale <= precision;
}

bool is_type(std::string_view type) {
  // timestamp_ntz needs a newer reader: we write UTC timestamps.
  if (type == "timestamp_ntz") return false;
  return std::find(primitive_types.begin(), primitive_types.end(), type) != primitive_types.end() ||
         is_decimal(type);
}

Result<void> check(const Schema& schema) {
  if (schema.fields.size() > fields_max) return bad_schema("too many columns");
  std::set<std::string> seen;
  for (const Field& field : schema.fields) {
    std::string lower = field.name;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return std::tolower(c); });
    if (field.name.empty()) return bad_schema("a column without a name");
    if (!seen.insert(lower).second) return bad_schema("the column " + field.name + " stands twice");
    if (!is_type(field.type)) return bad_schema("the column " + field.name + " has the type " + field.type);
  }
  return {};
}

Result<Field> read_field(const json::value& value) {
  const json::object* object = value.if_object();
  if (object == nullptr) return bad_schema("a field is no object");
  const json::value* name = object->if_contains("name");
  const json::value* type = object->if_contains("type");
  if (name == nullptr || !name->is_string()) return bad_schema("a column without a name");
  if (type == nullptr || !type->is_string()) {
    return bad_schema("the column " + std::string(name->as_string()) + " has a nested type");
  }
  Field field{std::string(name->as_string()), std::string(type->as_string())};
  const json::value* nullable = object->if_contains("nullable");
  field.nullable = nullable == nullptr || !nullable->is_bool() || nullable->as_bool();
  if (const json::value* metadata = object->if_contains("metadata");
      metadata != nullptr && metadata->is_object()) {
    for (const auto& [key, item] : metadata->as_object()) {
      if (item.is_string()) field.metadata.emplace(key, item.as_string());
    }
  }
  return field;
}

}  // namespace

Result<std::string> to_json(const Schema& schema) {
  TRY(check(schema));
  json::array fields;
  for (const Field& field : schema.fields) {
    json::object metadata;
    for (const auto& [name, value] : field.metadata) metadata[name] = value;
    fields.push_back({{"name", field.name},
                      {"type", field.type},
                      {"nullable", field.nullable},
                      {"metadata", std::move(metadata)}});
  }
  return json::serialize(json::object{{"type", "struct"}, {"fields", std::move(fields)}});
}

Result<Schema> schema_of_json(std::string_view text) {
  boost::system::error_code error;
  const json::value value = json::parse(text, error);
  const json::object* object = error ? nullptr : value.if_object();
  const json::value* fields = object == nullptr ? nullptr : object->if_contains("fields");
  if (fields == nullptr || !fields->is_array()) return bad_schema("no JSON struct");
  Schema schema;
  for (const json::value& field : fields->as_array()) schema.fields.push_back(TRY(read_field(field)));
  TRY(check(schema));
  return schema;
}

}  // namespace fvm::lake
