#include "runner/ingest_job.hpp"

#include <boost/json.hpp>

#include "crypto/encoding.hpp"

namespace fvm::runner {
namespace {

namespace json = boost::json;

std::string text(const json::object& object, std::string_view name) {
  return std::string(object.at(name).as_string());
}

IngestColumn column_of(const json::object& object) {
  IngestColumn column;
  column.name = text(object, "name");
  column.type = catalogue::type_of(text(object, "type")).value();
  column.what = catalogue::class_of(text(object, "class")).value();
  column.required = object.at("required").as_bool();
  column.format = text(object, "format");
  return column;
}

std::vector<IngestFile> files_of(const json::value& list) {
  std::vector<IngestFile> files;
  for (const json::value& file : list.as_array())
    files.push_back({text(file.as_object(), "inside"), text(file.as_object(), "name"), {}});
  return files;
}

Encoding encoding_of(std::string_view name) {
  if (name == to_text(Encoding::windows1252)) return Encoding::windows1252;
  return name == to_text(Encoding::latin1) ? Encoding::latin1 : Encoding::utf8;
}

Given given_of(const json::object& object) {
  Given given;
  if (const auto* delimiter = object.if_contains("delimiter")) given.delimiter = delimiter->as_string().at(0);
  if (const auto* decimal = object.if_contains("decimal")) given.decimal = decimal->as_string().at(0);
  if (const auto* encoding = object.if_contains("encoding"))
    given.encoding = encoding_of(encoding->as_string());
  return given;
}

IngestJob job_of(const json::object& object) {
  IngestJob job;
  job.table = text(object, "table");
  job.files = files_of(object.at("files"));
  for (const json::value& column : object.at("columns").as_array())
    job.columns.push_back(column_of(column.as_object()));
  job.given = given_of(object.at("dialect").as_object());
  for (const json::value& name : object.at("key").as_array()) job.key.emplace_back(name.as_string());
  job.existing = files_of(object.at("existing"));
  job.output = text(object, "output");
  job.set_aside_key = crypto::from_hex(text(object, "set_aside_key")).value();
  job.findings_max = object.at("findings_max").to_number<uint32_t>();
  job.bad_rows_share_max = object.at("bad_rows_share_max").to_number<double>();
  job.keeper_connections = object.at("keeper_connections").to_number<uint16_t>();
  if (const auto* first = object.if_contains("keeper_descriptor_first"))
    job.keeper_descriptor_first = first->to_number<int>();
  job.threads = object.at("threads").to_number<uint16_t>();
  job.memory_mib = object.at("memory_mib").to_number<uint64_t>();
  return job;
}

json::object object_of(const Finding& finding) {
  return {{"rule", finding.rule},     {"file", finding.file},   {"line", finding.line},
          {"column", finding.column}, {"shape", finding.shape}, {"advice", finding.advice}};
}

json::object object_of(const WrittenFile& file) {
  json::array columns;
  for (const auto& column : file.columns)
    columns.push_back(json::object{{"name", column.name},
                                   {"minimum", column.minimum},
                                   {"maximum", column.maximum},
                                   {"nulls", column.nulls}});
  return {{"name", file.name}, {"rows", file.rows}, {"bytes", file.bytes}, {"columns", std::move(columns)}};
}

template <class List>
json::array array_of(const List& list) {
  json::array array;
  for (const auto& item : list) {
    if constexpr (requires { object_of(item); }) {
      array.push_back(object_of(item));
    } else {
      array.push_back(json::value(item));
    }
  }
  return array;
}

}  // namespace

Result<IngestJob> read_ingest_job(std::string_view document) {
  try {
    return job_of(json::parse(document).as_object());
  } catch (const std::exception& error) {
    return defect("ingest.bad_job", {{"reason", error.what()}});
  }
}

std::string to_json(const IngestResult& result) {
  return json::serialize(json::object{{"rows_read", result.rows_read},
                                      {"rows_rejected", result.rows_rejected},
                                      {"bytes_read", result.bytes_read},
                                      {"unreadable", result.unreadable},
                                      {"too_many_bad", result.too_many_bad},
                                      {"set_aside", result.set_aside},
                                      {"findings", array_of(result.findings)},
                                      {"findings_more", result.findings_more},
                                      {"dialects", array_of(result.dialects)},
                                      {"files", array_of(result.files)},
                                      {"replaced", array_of(result.replaced)}});
}

}  // namespace fvm::runner
