// ClamAV where the operator has it: its daemon (clamd) gets the bytes of a file over its Unix socket
// (INSTREAM) and says what it knows in them. It parses them itself, under its own system user, with its own
// limits; what it says is one line, read as hostile text. Why not in our sandbox:
// docs/architecture/0041-second-opinions.md.
#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"

namespace fvm::release {

inline constexpr int virus_wait_seconds = 120;

// The name of what was found in the bytes behind `descriptor` (from its beginning); nothing: clean as far as
// it knows. "release.virus_scanner_failed" (surroundings, with `socket` and `reason`): then nobody has
// looked. "job.ended" when `ended` became readable first.
Result<std::optional<std::string>> look_for_virus(const std::string& socket, int descriptor, int ended = -1);

// What it is and how new its signatures are: "ClamAV 1.4.6/27800/Sat Nov 28 ...".
Result<std::string> virus_scanner_version(const std::string& socket);

// For a status: whether one is asked at all, and whether it answers.
struct VirusScanner {
  enum class State { absent, answers, silent } state = State::absent;
  std::string version;
};
std::string_view name_of(VirusScanner::State state);
VirusScanner virus_scanner(const std::string& socket);

}  // namespace fvm::release
