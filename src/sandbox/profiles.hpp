// What a sandbox of each kind may do: one table, and the checks of a request against it. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "config/instance.hpp"
#include "wire/messages.hpp"

namespace fvm::sandbox {

enum class System : uint8_t {
  worker_only,          // fvm-worker and its shared libraries; no shell, no other program
  worker_and_charsets,  // that, and the C library's tables of character sets (read-only)
  worker_and_poppler,   // that, and pdftotext with its libraries; still no shell
  analysis,             // the machine's /usr read-only: psql, R, Python, shell
  office,               // LibreOffice, its libraries and fonts read-only; no shell
};

enum class Sockets : uint8_t {
  none,        // may use the sockets it was handed, make none
  local_only,  // Unix sockets inside the sandbox: the SQL session's, LibreOffice's own
};

// A place where a request may have something mounted.
struct Place {
  std::string_view inside;  // "/in/": anything below; "/data": exactly that
  bool writable;            // whether a request may ask for writing
};

struct Profile {
  std::string_view name;
  std::string_view verb;  // of fvm-worker: the only program that the launcher starts
  System system;
  Sockets sockets;
  std::span<const Place> places;
  std::span<const std::string_view> environment;  // names that a request may set
  uint64_t memory_mib, memory_mib_max;            // when the request says 0; the most it may say
  uint32_t time_seconds, time_seconds_max;
  uint16_t threads, threads_max;
  uint32_t processes_max;   // processes and threads
  uint32_t open_files_max;  // each process
  uint64_t file_mib_max;    // each file
  uint64_t temporary_mib;   // size of /tmp
};

std::span<const Profile> profiles();
// "sandbox.unknown_profile".
Result<const Profile*> profile_named(std::string_view name);

// Limits of one job: what was asked for, within what the profile allows.
struct Limits {
  uint64_t memory_mib;
  uint32_t time_seconds;
  uint16_t threads;
  uint32_t processes_max;
  uint32_t open_files_max;
  uint64_t file_mib_max;
};
Limits limits_of(const Profile& profile, const wire::Launch& launch);
// A session's are settings of the operator as well.
Limits limits_of(const Profile& profile, const wire::Launch& launch, const config::Config::Session& settings);

// Whether the profile allows this request: its verb, every mount's place and writing, every environment name.
// "sandbox.not_allowed" with `what`.
Result<void> check_request(const Profile& profile, const wire::Launch& launch);

}  // namespace fvm::sandbox
