// Small files of a mirror table into larger ones: the same rows in other files.
//
// Document (JSON): "groups": lists of file names below /in/table, each list to become one file; "memory_mib"
// (for the engine); "threads". Result: "files": [{"path": name below /out, "rows"}], one per group.
#include <fmt/format.h>
#include <boost/json.hpp>

#include "duck/database.hpp"
#include "runner/jobs.hpp"

namespace fvm::runner {
namespace {

namespace json = boost::json;

constexpr const char* input_folder = "/in/table";
constexpr const char* output_folder = "/out";

std::string list_of(const json::array& names) {
  std::string out = "[";
  for (const json::value& name : names) {
    if (out.size() > 1) out += ", ";
    out += duck::quote_text(fmt::format("{}/{}", input_folder, std::string_view(name.as_string())));
  }
  return out + "]";
}

// Files of before and after a new column stand side by side: columns are matched by name.
Result<json::object> write_group(duck::Connection& connection, const json::array& names, size_t number) {
  const std::string path = fmt::format("{}.parquet", number);
  const auto result = TRY(connection.query(
      fmt::format("COPY (SELECT * FROM read_parquet({}, union_by_name = true)) TO {} (FORMAT parquet)",
                  list_of(names), duck::quote_text(fmt::format("{}/{}", output_folder, path)))));
  progress("compacting", result.rows_changed(), 0);
  return json::object{{"path", path}, {"rows", result.rows_changed()}};
}

Result<std::string> run(const json::object& document) {
  auto database = TRY(duck::Database::open({.memory_mib = document.at("memory_mib").to_number<uint64_t>(),
                                            .threads = document.at("threads").to_number<uint16_t>(),
                                            .temporary = "/tmp"}));
  TRY(database.lock_down({input_folder, output_folder}));
  auto connection = TRY(database.connect());
  json::array files;
  for (const json::value& group : document.at("groups").as_array()) {
    files.push_back(TRY(write_group(connection, group.as_array(), files.size())));
  }
  return json::serialize(json::object{{"files", std::move(files)}});
}

}  // namespace

Result<std::string> compact(std::string_view document) {
  boost::system::error_code error;
  const json::value parsed = json::parse(document, error);
  if (error || !parsed.is_object()) return defect("job.bad_document", {{"job", "compact"}});
  try {
    return run(parsed.as_object());
  } catch (const std::exception&) {  // Boost.JSON on a field that is missing or of the wrong type
    return defect("job.bad_document", {{"job", "compact"}});
  }
}

}  // namespace fvm::runner
