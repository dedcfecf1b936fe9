#include "mirror/worker.hpp"

#include <charconv>

#include "wire/job.hpp"
#include "wire/messages.hpp"
#include "wire/socket.hpp"

namespace fvm::mirror {
namespace {

constexpr const char* keeper_name = "fvm-keeper";

Result<std::vector<wire::Connection>> keeper_connections(const Path& socket, uint16_t count) {
  std::vector<wire::Connection> connections;
  for (uint16_t i = 0; i < count; ++i) {
    wire::Connection connection = TRY(wire::connect(socket, keeper_name));
    // From here on it can do nothing else, whoever holds it.
    TRY(connection.call<wire::Done>(wire::Narrow{"mirror"}));
    connections.push_back(std::move(connection));
  }
  return connections;
}

Result<std::string> set_aside_key(const Path& socket) {
  wire::Connection connection = TRY(wire::connect(socket, keeper_name));
  return TRY(connection.call<wire::PublicKeys>(wire::GetPublicKeys{})).set_aside;
}

std::vector<std::pair<Path, wire::Mount>> mounts_of(const Workbench& bench, const Request& request,
                                                    const std::vector<std::string>& existing) {
  std::vector<std::pair<Path, wire::Mount>> mounts;
  for (size_t i = 0; i < request.files.size(); ++i)
    mounts.emplace_back(request.files[i], wire::Mount{inside_input(i), 0});
  for (size_t i = 0; i < existing.size(); ++i)
    mounts.emplace_back(bench.table / existing[i], wire::Mount{inside_existing(i), 0});
  mounts.emplace_back(bench.staging, wire::Mount{"/out", 1});
  return mounts;
}

uint64_t total_bytes(const Request& request) {
  uint64_t bytes = 0;
  std::error_code ignored;
  for (const Path& file : request.files) bytes += std::filesystem::file_size(file, ignored);
  return bytes;
}

uint64_t number_after(std::string_view line, std::string_view name) {
  const size_t at = line.find(name);
  uint64_t value = 0;
  if (at != std::string_view::npos)
    std::from_chars(line.data() + at + name.size(), line.data() + line.size(), value);
  return value;
}

}  // namespace

std::optional<Progress> parse_progress(std::string_view line) {
  constexpr std::string_view head = "progress ";
  const size_t rows = line.find(" rows=");
  if (!line.starts_with(head) || rows == std::string_view::npos) return std::nullopt;
  return Progress{.what = std::string(line.substr(head.size(), rows - head.size())),
                  .rows = number_after(line, " rows="),
                  .bytes = number_after(line, " bytes=")};
}

Result<Plan> run_ingest(const Workbench& bench, const catalogue::Table& table, const Request& request,
                        const std::vector<std::string>& existing, int64_t number,
                        const OnProgress& on_progress) {
  const Path keeper = bench.instance.keeper_socket();
  const JobFacts facts{
      .table = table,
      .request = request,
      .existing = existing,
      .set_aside_key = TRY(set_aside_key(keeper)),
      .bad_rows_share_max = request.bad_rows_share_max.value_or(bench.settings.bad_rows_share_max),
      .threads = bench.settings.threads,
      .memory_mib = bench.settings.memory_mib};
  const auto connections = TRY(keeper_connections(keeper, bench.settings.threads));
  TRY(bench.world.make_directories(bench.staging, 0700));
  wire::WorkerJob job{.profile = "ingest",
                      .label = "delivery " + std::to_string(number),
                      .document = job_document(facts),
                      .mounts = mounts_of(bench, request, existing),
                      .memory_mib = bench.settings.memory_mib,
                      .threads = bench.settings.threads};
  for (const auto& connection : connections) job.passed.push_back(connection.descriptor());
  const uint64_t bytes = total_bytes(request);
  job.on_line = [&](std::string_view line) {
    if (auto progress = parse_progress(line)) {
      progress->bytes_total = bytes;
      on_progress(*progress);
    }
  };
  return plan_of_result(TRY(wire::run_worker(bench.instance.launcher_socket(), job)));
}

}  // namespace fvm::mirror
