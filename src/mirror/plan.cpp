#include "mirror/plan.hpp"

#include <boost/json.hpp>

#include "catalogue/stored.hpp"
#include "crypto/encoding.hpp"

namespace fvm::mirror {
namespace {

namespace json = boost::json;
using catalogue::Variable;

std::string text(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value == nullptr ? std::string() : std::string(value->as_string());
}

uint64_t number(const json::object& object, std::string_view name) {
  return object.at(name).to_number<uint64_t>();
}

std::vector<std::string> texts(const json::object& object, std::string_view name) {
  std::vector<std::string> out;
  for (const json::value& value : object.at(name).as_array()) out.emplace_back(value.as_string());
  return out;
}

std::optional<std::string> not_empty(std::string value) {
  if (value.empty()) return std::nullopt;
  return value;
}

PlannedFile file_of(const json::object& object) {
  PlannedFile file{
      .staged = text(object, "name"), .name = text(object, "target"), .rows = number(object, "rows")};
  for (const json::value& value : object.at("columns").as_array()) {
    const json::object& column = value.as_object();
    file.statistics.push_back({.column = text(column, "name"),
                               .minimum = not_empty(text(column, "minimum")),
                               .maximum = not_empty(text(column, "maximum")),
                               .nulls = number(column, "nulls")});
  }
  return file;
}

Plan plan_of(const json::object& object) {
  Plan plan;
  plan.rows_read = number(object, "rows_read");
  plan.rows_rejected = number(object, "rows_rejected");
  plan.unreadable = object.at("unreadable").as_bool();
  plan.too_many_bad = object.at("too_many_bad").as_bool();
  plan.set_aside = object.at("set_aside").as_bool();
  for (const json::value& value : object.at("findings").as_array()) {
    const json::object& finding = value.as_object();
    plan.findings.push_back({text(finding, "rule"), text(finding, "file"), number(finding, "line"),
                             text(finding, "column"), text(finding, "shape"), text(finding, "advice")});
  }
  plan.findings_more = number(object, "findings_more");
  plan.dialects = texts(object, "dialects");
  for (const json::value& file : object.at("files").as_array())
    plan.files.push_back(file_of(file.as_object()));
  plan.replaced = texts(object, "replaced");
  plan.schema = text(object, "schema");
  return plan;
}

json::object object_of(const PlannedFile& file) {
  json::array columns;
  for (const auto& column : file.statistics)
    columns.push_back(json::object{{"name", column.column},
                                   {"minimum", column.minimum.value_or("")},
                                   {"maximum", column.maximum.value_or("")},
                                   {"nulls", column.nulls.value_or(0)}});
  return {{"name", file.staged}, {"target", file.name}, {"rows", file.rows}, {"columns", std::move(columns)}};
}

json::object object_of(const Finding& finding) {
  return {{"rule", finding.rule},     {"file", finding.file},   {"line", finding.line},
          {"column", finding.column}, {"shape", finding.shape}, {"advice", finding.advice}};
}

json::object object_of(const Variable& variable) {
  return {{"name", variable.name},
          {"type", to_text(variable.type)},
          {"class", to_text(variable.what)},
          {"required", variable.required},
          {"format", variable.format}};
}

json::object object_of(const std::string& inside, const std::string& name) {
  return {{"inside", inside}, {"name", name}};
}

Result<Plan> read(std::string_view document) {
  try {
    return plan_of(json::parse(document).as_object());
  } catch (const std::exception& error) {
    return defect("mirror.bad_plan", {{"reason", error.what()}});
  }
}

}  // namespace

Result<Plan> plan_of_result(std::string_view result) {
  return read(result);
}

Result<Plan> plan_of_json(std::string_view text) {
  return read(text);
}

std::string to_json(const Plan& plan) {
  json::array findings, files, dialects, replaced;
  for (const Finding& finding : plan.findings) findings.push_back(object_of(finding));
  for (const PlannedFile& file : plan.files) files.push_back(object_of(file));
  for (const std::string& dialect : plan.dialects) dialects.emplace_back(dialect);
  for (const std::string& path : plan.replaced) replaced.emplace_back(path);
  return json::serialize(json::object{{"rows_read", plan.rows_read},
                                      {"rows_rejected", plan.rows_rejected},
                                      {"unreadable", plan.unreadable},
                                      {"too_many_bad", plan.too_many_bad},
                                      {"set_aside", plan.set_aside},
                                      {"findings", std::move(findings)},
                                      {"findings_more", plan.findings_more},
                                      {"dialects", std::move(dialects)},
                                      {"files", std::move(files)},
                                      {"replaced", std::move(replaced)},
                                      {"schema", plan.schema}});
}

lake::Schema schema_of(const catalogue::Table& table) {
  lake::Schema schema;
  for (const Variable& variable : table.variables)
    if (catalogue::is_stored(variable.what))
      schema.fields.push_back({variable.name, catalogue::delta_type(variable)});
  return schema;
}

std::string schema_text(const lake::Schema& schema) {
  std::string out;
  for (const lake::Field& field : schema.fields) out += field.name + ' ' + field.type + '\n';
  return out;
}

std::string inside_input(size_t index) {
  return "/in/" + std::to_string(index) + ".csv";
}

std::string inside_existing(size_t index) {
  return "/in/existing-" + std::to_string(index) + ".parquet";
}

std::string job_document(const JobFacts& facts) {
  json::array files, columns, existing, key;
  for (size_t i = 0; i < facts.request.files.size(); ++i)
    files.push_back(object_of(inside_input(i), facts.request.files[i].filename().string()));
  for (const Variable& variable : facts.table.variables) columns.push_back(object_of(variable));
  for (size_t i = 0; i < facts.existing.size(); ++i)
    existing.push_back(object_of(inside_existing(i), facts.existing[i]));
  if (facts.request.mode == Mode::upsert)
    for (const std::string& name : facts.table.key) key.emplace_back(facts.table.find(name)->name);
  json::object dialect;
  if (facts.request.delimiter) dialect["delimiter"] = *facts.request.delimiter;
  if (facts.request.decimal) dialect["decimal"] = *facts.request.decimal;
  if (facts.request.encoding) dialect["encoding"] = *facts.request.encoding;
  return json::serialize(json::object{{"table", facts.table.full_name()},
                                      {"files", std::move(files)},
                                      {"columns", std::move(columns)},
                                      {"dialect", std::move(dialect)},
                                      {"key", std::move(key)},
                                      {"existing", std::move(existing)},
                                      {"output", "/out"},
                                      {"set_aside_key", crypto::to_hex(facts.set_aside_key)},
                                      {"findings_max", facts.request.findings_max},
                                      {"bad_rows_share_max", facts.bad_rows_share_max},
                                      {"keeper_connections", facts.threads},
                                      {"threads", facts.threads},
                                      {"memory_mib", facts.memory_mib}});
}

}  // namespace fvm::mirror
