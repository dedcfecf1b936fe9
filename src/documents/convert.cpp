#include "documents/convert.hpp"

#include <boost/json.hpp>

#include "wire/job.hpp"

namespace fvm::documents {
namespace {

namespace json = boost::json;
constexpr unsigned folder_mode = 0700;

Result<std::vector<Made>> read_all(World& world, const Path& staging, const std::vector<Ready>& ready) {
  std::vector<Made> made;
  for (const Ready& each : ready) {
    made.push_back({each.name, TRY(world.read_file(staging / (each.name + ".pdf"), file_bytes_max)),
                    TRY(world.read_file(staging / (each.name + ".docx"), file_bytes_max))});
  }
  return made;
}

}  // namespace

Result<std::vector<Made>> convert(World& world, const Path& launcher_socket, const Path& staging,
                                  const std::string& label, const std::vector<Ready>& ready) {
  TRY(world.remove_tree(staging));
  TRY(world.make_directories(staging, folder_mode));
  json::array texts;
  for (const Ready& each : ready) {
    texts.push_back({{"name", each.name}, {"xml", each.flat_xml}});
  }
  wire::WorkerJob job{.profile = "document",
                      .label = label,
                      .document = json::serialize(json::object{{"texts", std::move(texts)}})};
  job.mounts = {{staging, {"/out", 1}}};
  const auto ran = wire::run_worker(launcher_socket, job);
  auto made = ran.ok() ? read_all(world, staging, ready) : Result<std::vector<Made>>(ran.error());
  TRY(world.remove_tree(staging));
  return made;
}

}  // namespace fvm::documents
