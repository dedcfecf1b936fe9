// The scan as a job in its sandbox, and the courier as the one who keeps.
#include <fcntl.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>

#include "extract/project.hpp"
#include "release/link.hpp"
#include "release/population.hpp"
#include "release/progress.hpp"
#include "release/scan_answer.hpp"
#include "release/virus.hpp"
#include "wire/job.hpp"
#include "wire/socket.hpp"

namespace fvm::release {
namespace {

namespace json = boost::json;

constexpr std::string_view inside_file = "/in/file", inside_population = "/in/population";
constexpr uint64_t scan_memory_mib = 1024;
constexpr uint32_t scan_time_seconds = 300;

std::string document_of(const config::Config& config, std::string_view file, std::string_view name,
                        uint64_t bytes) {
  json::array types;
  for (const std::string& type : config.release.types) types.emplace_back(type);
  json::object document{{"file", file},
                        {"name", name},
                        {"bytes", bytes},
                        {"bytes_max", config.release.file_bytes_max},
                        {"cell_count_min", config.release.cell_count_min},
                        {"types", std::move(types)},
                        {"population", inside_population}};
  return json::serialize(document);
}

// ClamAV looks too, where there is one. When it does not answer nobody has looked: the check has failed.
Result<void> ask_virus_scanner(const std::string& socket, const Bytes& bytes, Report& report, int ended) {
  if (socket.empty()) return {};
  Descriptor file;  // the path may be /proc/self/fd/N: what was opened without following links before
  if (!bytes.memory) file = Descriptor(::open(bytes.path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!bytes.memory && !file) return system_error("read a file for the virus scanner", errno);
  const auto found = TRY(look_for_virus(socket, bytes.memory ? bytes.memory.get() : file.get(), ended));
  if (!found) return {};
  report.blocks = true;
  report.findings.push_back({"finding.virus", disclosure::Severity::block, {}, "", *found});
  return {};
}

}  // namespace

// A memory file has no place that could be mounted: the job finds it behind its first descriptor.
std::string job_reads(const Bytes& bytes, wire::WorkerJob& job) {
  constexpr int first_passed = 3;
  if (!bytes.memory) {
    job.mounts.push_back({bytes.path, {std::string(inside_file), 0}});
    return std::string(inside_file);
  }
  job.passed.push_back(bytes.memory.get());
  return "/proc/self/fd/" + std::to_string(first_passed + job.passed.size() - 1);
}

Result<Report> scan_file(const config::Instance& instance, const config::Config& config,
                         const store::Database& store, std::string_view project, std::string_view name,
                         uint64_t bytes, const Bytes& from, int ended,
                         const std::function<void(const Report&)>& so_far) {
  const auto folder = TRY(hold_folder(real_world(), instance, std::string(project)));
  wire::WorkerJob job{.profile = "scan", .label = std::string(project)};
  job.document = document_of(config, job_reads(from, job), name, bytes);
  job.mounts.push_back({instance.project_population(project), {std::string(inside_population), 0}});
  job.memory_mib = scan_memory_mib;
  job.time_seconds = scan_time_seconds;
  job.ended = ended;
  auto [report, candidates] = TRY(read_scan_answer(TRY(wire::run_worker(instance.launcher_socket(), job))));
  const bool compare = !report.blocks && !candidates.empty();
  if (compare && so_far) so_far(report);
  if (compare)
    TRY(compare_with_population(instance, config, TRY(extract::open_project(store, project)), candidates,
                                report, ended));
  TRY(ask_virus_scanner(config.release.clamd_socket, from, report, ended));
  return report;
}

Result<wire::StorageHold> hold_folder(World& world, const config::Instance& instance,
                                      const std::string& project) {
  return wire::hold_storage(world, instance.launcher_socket(), instance.project_storage(project), project);
}

Result<std::optional<safetable::Recognised>> recognise_file(World& world, const config::Instance& instance,
                                                            const config::Config& config,
                                                            const store::Database& store,
                                                            std::string_view project, std::string_view sha256,
                                                            uint64_t bytes) {
  if (bytes > config.release.file_bytes_max) return std::optional<safetable::Recognised>();
  const auto opened = TRY(extract::open_project(store, project));
  auto found = TRY(safetable::recognise(world, instance, store, opened.cvr, sha256));
  const auto& types = config.release.types;
  if (found && std::find(types.begin(), types.end(), found->format) == types.end()) found.reset();
  return found;
}

Result<void> still_known(World& world, const config::Instance& instance, const store::Database& store,
                         const Request& request) {
  const auto project = TRY(extract::open_project(store, request.project));
  for (const File& file : request.files) {
    if (file.table == 0) continue;
    const auto found = TRY(safetable::recognise(world, instance, store, project.cvr, file.sha256));
    if (!found || found->record_sha256 != file.record_sha256)
      return refused("release.table_unknown",
                     {{"release", request.number}, {"table", std::to_string(file.table)}});
  }
  return {};
}

Hands real_hands(World& world, const config::Instance& instance, const config::Config& config,
                 const audit::Ledger& ledger) {
  Hands hands;
  hands.keep = [instance](std::string_view number, std::string_view name, int descriptor) -> Result<Kept> {
    auto courier = TRY(wire::connect(instance.courier_socket(), "fvm-courier"));
    const auto captured = TRY(courier.call<wire::Captured>(
        wire::Capture{std::string(number), std::string(name), kept_bytes_max}, {descriptor}));
    return Kept{captured.sha256, captured.bytes};
  };
  hands.vouch = keeper_vouches(instance);
  const KeptCopies copies(world, instance, keeper_keys(instance));
  hands.open = [copies](const std::string& sha256) { return copies.open(sha256); };
  hands.hold_still = [copies] { return copies.hold_still(); };
  hands.scan = [&ledger, instance, config](const Request& request, const File& file, const Bytes& kept) {
    return scan_file(instance, config, ledger.database(), request.project, file.name, file.bytes, kept);
  };
  hands.recognise = [&world, &ledger, instance, config](const Request& request, const File& file) {
    return recognise_file(world, instance, config, ledger.database(), request.project, file.sha256,
                          file.bytes);
  };
  hands.cell_count_min = config.release.cell_count_min;
  hands.tables_leave = config.release.safe_tables == "leave";
  hands.rules = Rules::of(config);
  return hands;
}

}  // namespace fvm::release
