#include "spreadsheet/sandboxed.hpp"

#include <boost/json.hpp>

#include "wire/job.hpp"

namespace fvm::spreadsheet {
namespace {

constexpr const char* inside_file = "/in/file";

}  // namespace

Result<Workbook> read_in_sandbox(const Path& launcher_socket, const Path& file, const std::string& name) {
  wire::WorkerJob job{
      .profile = "sheet",
      .label = "order sheet",
      .document = boost::json::serialize(boost::json::object{{"file", inside_file}, {"name", name}})};
  job.mounts.push_back({file, {inside_file, 0}});
  auto answer = wire::run_worker(launcher_socket, job);
  if (!answer.ok()) return std::move(answer.error()).with("file", name);
  return from_json(*answer);
}

}  // namespace fvm::spreadsheet
