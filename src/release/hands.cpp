// The scan as a job in its sandbox, and the courier as the one who keeps.
#include <fcntl.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>

#include <fmt/format.h>

#include "extract/project.hpp"
#include "release/link.hpp"
#include "release/population.hpp"
#include "release/progress.hpp"
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

Result<disclosure::Severity> severity_of(std::string_view name) {
  if (name == "note") return disclosure::Severity::note;
  if (name == "review") return disclosure::Severity::review;
  return disclosure::Severity::block;
}

// Words of ours and a digest; a few rows.
bool is_shape(const disclosure::SmallShape& small) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789+ ";
  constexpr uint64_t rows_max = 1000;
  return small.shape.size() <= disclosure::small_shape_bytes_max && small.rows <= rows_max &&
         small.shape.find_first_not_of(letters) == std::string::npos;
}

// May throw what Boost.JSON throws on another shape.
Result<disclosure::Outline> read_outline(const json::value& value) {
  constexpr size_t tables_max = 100, totals_max = 2000, header_bytes_max = 200;
  disclosure::Outline outline;
  outline.rows = json::value_to<uint64_t>(value.at("rows"));
  outline.traits = json::value_to<uint64_t>(value.at("traits"));
  for (const json::value& small : value.at("shapes").as_array()) {
    outline.shapes.push_back(
        {json::value_to<std::string>(small.at(0)), json::value_to<uint64_t>(small.at(1))});
    if (outline.shapes.size() > disclosure::small_shapes_max || !is_shape(outline.shapes.back()))
      return surroundings("release.scan_unreadable");
  }
  size_t count = 0;
  for (const json::value& table : value.at("totals").as_array()) {
    auto& totals = outline.totals.emplace_back();
    for (const json::value& total : table.as_array()) {
      totals.push_back({json::value_to<std::string>(total.at(0)).substr(0, header_bytes_max),
                        json::value_to<uint64_t>(total.at(1))});
      if (++count > totals_max || outline.totals.size() > tables_max)
        return surroundings("release.scan_unreadable");
    }
    if (totals.empty()) return surroundings("release.scan_unreadable");
  }
  return outline;
}

// What the scan took out of the file: bounded, texts without control characters. May throw as above.
Result<disclosure::Candidate> read_candidate(const json::value& value) {
  constexpr size_t sheet_bytes_max = 200;
  const Error broken = surroundings("release.scan_unreadable");
  const auto is_cell = [](const std::string& cell) {
    return cell.size() <= 2 * disclosure::candidate_cell_bytes_max &&
           std::none_of(cell.begin(), cell.end(), [](unsigned char c) { return c < ' '; });
  };
  disclosure::Candidate out;
  out.sheet = json::value_to<std::string>(value.at("sheet")).substr(0, sheet_bytes_max);
  out.on_side = value.at("on_side").as_bool();
  out.all_rows = json::value_to<uint64_t>(value.at("all_rows"));
  out.headings = json::value_to<std::vector<std::string>>(value.at("headings"));
  out.places = json::value_to<std::vector<uint64_t>>(value.at("places"));
  out.rows = json::value_to<std::vector<std::vector<std::string>>>(value.at("rows"));
  bool good = out.headings.size() <= disclosure::candidate_columns_max &&
              out.rows.size() <= disclosure::candidate_rows_max && out.places.size() == out.rows.size() &&
              std::all_of(out.headings.begin(), out.headings.end(), is_cell);
  for (const auto& row : out.rows)
    good = good && row.size() == out.headings.size() && std::all_of(row.begin(), row.end(), is_cell);
  if (!good) return broken;
  return out;
}

Result<std::vector<disclosure::Candidate>> read_candidates(const json::value& value) {
  std::vector<disclosure::Candidate> out;
  size_t cells = 0;
  for (const json::value& each : value.as_array()) {
    out.push_back(TRY(read_candidate(each)));
    cells += out.back().cells();
    if (out.size() > disclosure::candidate_tables_max || cells > disclosure::candidate_cells_max)
      return surroundings("release.scan_unreadable");
  }
  return out;
}

// The scan's answer comes from a sandbox that has read a hostile file: every field is taken as text or a
// number, bounded, and anything out of shape fails.
struct ScanSaid {
  Report report;
  std::vector<disclosure::Candidate> candidates;
};
Result<ScanSaid> read_report(std::string_view text) {
  constexpr size_t findings_max = 2000, text_bytes_max = 200, tables_max = 200, digest_characters = 64;
  const Error broken = surroundings("release.scan_unreadable");
  boost::system::error_code error;
  const json::value value = json::parse(text, error);
  if (error || !value.is_object()) return broken;
  try {
    const json::object& top = value.as_object();
    Report report;
    report.type = json::value_to<std::string>(top.at("type")).substr(0, text_bytes_max);
    report.blocks = top.at("blocks").as_bool();
    for (const json::value& digest : top.at("tables").as_array()) {
      report.tables.push_back(json::value_to<std::string>(digest));
      if (report.tables.size() > tables_max || report.tables.back().size() != digest_characters)
        return broken;
    }
    const json::array& findings = top.at("findings").as_array();
    if (findings.size() > findings_max) return broken;
    for (const json::value& item : findings) {
      const auto word = [&](const char* key) {
        return json::value_to<std::string>(item.at(key)).substr(0, text_bytes_max);
      };
      const auto number = [&](const char* key) { return json::value_to<uint64_t>(item.at(key)); };
      const disclosure::Severity severity = TRY(severity_of(word("severity")));
      report.blocks |= severity == disclosure::Severity::block;
      report.findings.push_back({word("rule"),
                                 severity,
                                 {word("sheet"), number("row"), number("column")},
                                 word("shape"),
                                 word("detail")});
    }
    report.outline = TRY(read_outline(top.at("outline")));
    auto candidates = TRY(read_candidates(top.at("candidates")));
    if (const auto left_out = json::value_to<uint64_t>(top.at("candidates_left_out")); left_out > 0)
      report.findings.push_back({"finding.rows_sampled",
                                 disclosure::Severity::note,
                                 {},
                                 "",
                                 fmt::format("{}/{}", candidates.size(), candidates.size() + left_out)});
    return ScanSaid{std::move(report), std::move(candidates)};
  } catch (const std::exception&) {  // Boost.JSON throws on a missing key or another type
    return broken;
  }
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
  auto [report, candidates] = TRY(read_report(TRY(wire::run_worker(instance.launcher_socket(), job))));
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
