#include "sandbox/profiles.hpp"

#include <algorithm>
#include <array>

namespace fvm::sandbox {
namespace {

constexpr std::string_view safe_characters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./=+";
constexpr size_t path_bytes_max = 1024;
constexpr size_t arguments_max = 4096;

constexpr Place job_places[] = {{"/in/", false}, {"/out", true}};
constexpr Place document_places[] = {{"/out", true}};  // what it reads comes with its request
// A safe table: an analyst's SQL sees /data alone; what judges it sees /in.
constexpr Place table_places[] = {{"/data", false}, {"/in/", false}, {"/out", true}};
constexpr Place session_places[] = {{"/data", false}, {"/work", true}, {"/home/", true}, {"/outbox", true}};
constexpr std::string_view session_environment[] = {"PGHOST",   "PGPORT",  "PGDATABASE", "PGUSER",   "USER",
                                                    "LOGNAME",  "HOME",    "TERM",       "LANG",     "TZ",
                                                    "FVM_LANG", "COLUMNS", "LINES",      "COLORTERM"};
constexpr uint32_t hour_seconds = 3600;

// Profiles here are: name, verb, system, sockets, places, environment,
//   memory default and most, time default and most, threads default and most, processes, files, file size,
//   /tmp

// A job on whole tables of the mirror or of a project.
constexpr Profile table_job(std::string_view name) {
  return {name,
          name,
          System::worker_only,
          Sockets::none,
          job_places,
          {},
          1024,
          65536,
          12 * hour_seconds,
          48 * hour_seconds,
          2,
          128,
          256,
          4096,
          1 << 20,
          4096};
}

constexpr std::array<Profile, 12> table = {{
    table_job("ingest"),
    table_job("build"),
    table_job("compact"),
    table_job("numbers"),
    // A file that somebody wants to send home, of any kind.
    {"scan",
     "scan",
     System::worker_and_poppler,
     Sockets::none,
     job_places,
     {},
     512,
     4096,
     120,
     900,
     2,
     4,
     32,
     256,
     256,
     256},
    // What the scan took out of such a file, compared with the project's data: reads no foreign file.
    {"population",
     "population",
     System::worker_only,
     Sockets::none,
     job_places,
     {},
     2048,
     65536,
     120,
     900,
     2,
     16,
     256,
     256,
     256,
     4096},
    {"document",
     "document",
     System::office,
     Sockets::local_only,
     document_places,
     {},
     1024,
     8192,
     180,
     900,
     2,
     8,
     64,
     1024,
     256,
     512},
    // A mail as it came: parsed with everything that a stranger may put in one.
    {"mail",
     "mail",
     System::worker_and_charsets,
     Sockets::none,
     job_places,
     {},
     512,
     2048,
     60,
     300,
     1,
     4,
     32,
     256,
     64,
     16},
    // Reads the mirror and writes nothing but its result.
    {"precheck",
     "precheck",
     System::worker_only,
     Sockets::none,
     job_places,
     {},
     1024,
     65536,
     1800,
     12 * hour_seconds,
     2,
     128,
     256,
     4096,
     1 << 20,
     4096},
    // A workbook that an applicant sent, or a list as text.
    {"sheet",
     "sheet",
     System::worker_only,
     Sockets::none,
     job_places,
     {},
     512,
     1024,
     60,
     120,
     1,
     2,
     32,
     64,
     64,
     64},
    {"table",
     "table",
     System::worker_only,
     Sockets::none,
     table_places,
     {},
     2048,
     65536,
     3600,
     12 * hour_seconds,
     2,
     128,
     256,
     4096,
     1 << 20,
     4096},
    {"session", "enter", System::analysis, Sockets::local_only, session_places, session_environment, 4096,
     65536, 8 * hour_seconds, 7 * 24 * hour_seconds, 2, 64, 256, 1024, 4096, 1024},
}};

bool is_plain_path(std::string_view path) {
  if (path.size() < 2 || path.size() > path_bytes_max || path[0] != '/' || path.back() == '/') return false;
  if (path.find_first_not_of(safe_characters) != std::string_view::npos) return false;
  return path.find("//") == std::string_view::npos && path.find("/.") == std::string_view::npos;
}

const Place* place_of(const Profile& profile, std::string_view inside) {
  for (const Place& place : profile.places) {
    const bool below = place.inside.back() == '/';
    if (below ? inside.starts_with(place.inside) : inside == place.inside) return &place;
  }
  return nullptr;
}

Error not_allowed(const Profile& profile, std::string_view what) {
  return refused("sandbox.not_allowed",
                 {{"profile", std::string(profile.name)}, {"what", std::string(what)}});
}

}  // namespace

std::span<const Profile> profiles() {
  return table;
}

Result<const Profile*> profile_named(std::string_view name) {
  const auto found =
      std::find_if(table.begin(), table.end(), [&](const Profile& p) { return p.name == name; });
  if (found == table.end()) return refused("sandbox.unknown_profile", {{"profile", std::string(name)}});
  return &*found;
}

Limits limits_of(const Profile& profile, const wire::Launch& launch) {
  const auto within = [](auto asked, auto otherwise, auto most) {
    return asked == 0 ? otherwise : std::min(asked, most);
  };
  return {.memory_mib = within(launch.memory_mib, profile.memory_mib, profile.memory_mib_max),
          .time_seconds = within(launch.time_seconds, profile.time_seconds, profile.time_seconds_max),
          .threads = within(launch.threads, profile.threads, profile.threads_max),
          .processes_max = profile.processes_max,
          .open_files_max = profile.open_files_max,
          .file_mib_max = profile.file_mib_max};
}

Limits limits_of(const Profile& profile, const wire::Launch& launch,
                 const config::Config::Session& settings) {
  Limits limits = limits_of(profile, launch);
  if (profile.system != System::analysis) return limits;
  limits.processes_max = settings.processes_max;
  limits.file_mib_max = settings.file_mib_max;
  limits.time_seconds = std::min(limits.time_seconds, settings.time_seconds);
  return limits;
}

Result<void> check_request(const Profile& profile, const wire::Launch& launch) {
  if (launch.arguments.empty() || launch.arguments[0] != profile.verb) return not_allowed(profile, "verb");
  if (launch.arguments.size() > arguments_max) return not_allowed(profile, "arguments");
  for (const auto& mount : launch.mounts) {
    const Place* place = is_plain_path(mount.inside) ? place_of(profile, mount.inside) : nullptr;
    if (place == nullptr || (mount.writable != 0 && !place->writable))
      return not_allowed(profile, mount.inside);
  }
  for (const std::string& setting : launch.environment) {
    const std::string_view name = std::string_view(setting).substr(0, setting.find('='));
    const bool known =
        std::find(profile.environment.begin(), profile.environment.end(), name) != profile.environment.end();
    // No control characters: a value may become a line of a made-up /etc/passwd.
    const bool clean = std::all_of(setting.begin(), setting.end(), [](unsigned char c) { return c >= ' '; });
    if (!known || !clean || name.size() == setting.size()) return not_allowed(profile, name);
  }
  for (const std::string& argument : launch.arguments) {
    if (argument.find('\0') != std::string::npos) return not_allowed(profile, "arguments");
  }
  return {};
}

}  // namespace fvm::sandbox
