// Lists of numbers beside the files of a mirror table, for builds that look for few persons.
//
// Document (JSON): "lists": [{"file": name below /in/table, "column", "path": name below /out}]; "memory_mib"
// (for the engine); "threads". Result: {}.
#include <fmt/format.h>
#include <boost/json.hpp>

#include "duck/database.hpp"
#include "runner/jobs.hpp"
#include "runner/number_lists.hpp"

namespace fvm::runner {
namespace {

namespace json = boost::json;

constexpr std::string_view input_folder = "/in/table", output_folder = "/out";

// A number below zero ends the job: nobody makes such, and a list of them would have another order.
Result<void> make_list(duck::Connection& connection, const json::object& wanted) {
  const std::string column = duck::quote_name(wanted.at("column").as_string());
  const std::string file =
      fmt::format("{}/{}", input_folder, std::string_view(wanted.at("file").as_string()));
  const std::string path =
      fmt::format("{}/{}", output_folder, std::string_view(wanted.at("path").as_string()));
  return write_number_list(
      connection,
      fmt::format("SELECT DISTINCT {0}::UBIGINT FROM read_parquet({1}) WHERE {0} IS NOT NULL "
                  "ORDER BY 1",
                  column, duck::quote_text(file)),
      path);
}

Result<std::string> run(const json::object& document) {
  auto database = TRY(duck::Database::open({.memory_mib = document.at("memory_mib").to_number<uint64_t>(),
                                            .threads = document.at("threads").to_number<uint16_t>(),
                                            .temporary = fmt::format("{}/temporary", output_folder)}));
  TRY(database.lock_down({input_folder, output_folder}));
  auto connection = TRY(database.connect());
  for (const json::value& wanted : document.at("lists").as_array()) {
    TRY(make_list(connection, wanted.as_object()));
  }
  return std::string("{}");
}

}  // namespace

Result<std::string> number_lists(std::string_view document) {
  try {
    return run(json::parse(document).as_object());
  } catch (const std::exception&) {  // Boost.JSON on a field that is missing or of the wrong type
    return defect("job.bad_document", {{"job", "numbers"}});
  }
}

}  // namespace fvm::runner
