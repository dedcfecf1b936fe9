// What is known of a user and an institution from before: it decides how many look and how much is drawn.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/instance.hpp"
#include "release/routes.hpp"
#include "store/database.hpp"

namespace fvm::release {

// Settings of the rules, from config.toml.
struct Rules {
  uint32_t trusted_releases = 0;       // so many that people let leave make a user trusted; 0: nobody is
  std::vector<std::string> sensitive;  // registers
  std::vector<std::string> questions;  // findings that the author is asked about before a person looks
  uint64_t cell_count_min = 0, file_bytes_max = 0;  // what the scan goes by
  std::vector<std::string> types;
  static Rules of(const config::Config& config);
};

inline constexpr int64_t warned_days = 365;             // a finding or a closing counts for so long
inline constexpr int64_t blocked_days = 90;             // blocked attempts count for so long
inline constexpr int64_t blocked_share_max = 10;        // percent of the attempts; above it nobody is trusted
inline constexpr int64_t institution_findings_max = 2;  // more within warned_days: the institution is warned

// warned: a second look found something, or the account was closed, within a year. trusted: at least
// `trusted_releases` of his were sent after people had looked, and not more than a tenth of what he tried
// lately was blocked (whoever tries out the scanner is not trusted).
Result<Standing> user_standing(const store::Database& store, const Rules& rules, Time now,
                               std::string_view author);
// warned: closed within a year, or more than `institution_findings_max` findings in its projects. Never
// trusted.
Result<Standing> institution_standing(const store::Database& store, Time now, std::string_view project);
// Whether the project reads a register of `rules.sensitive`.
Result<Registers> registers_of(const store::Database& store, const Rules& rules, std::string_view project);

// All of it for a request whose files are checked. `cleared`: every file is a safe table's.
Result<Situation> situation_of(const store::Database& store, const Rules& rules, Time now,
                               const Request& request, const std::vector<File>& files, bool cleared);

}  // namespace fvm::release
