// A case about a breach of the rules: what is said to have happened, what was decided, what is closed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "sanction/measures.hpp"
#include "sanction/states.hpp"

namespace fvm::sanction {

// Limits and times.
inline constexpr size_t words_bytes_max = 4000;
inline constexpr int64_t hearing_days = 10;         // working days to answer in
inline constexpr int64_t appeal_days = 20;          // working days to appeal in
inline constexpr int64_t period_days_max = 36'500;  // a century; longer is for good
inline constexpr int64_t again_days = 3 * 365;
inline constexpr const char* clock_name = "fvm-clock";  // who acts when a time is over

struct Step {
  Time at;
  std::string actor;
  Role role{};
  Event event{};
  State from{}, to{};
  std::string words;
};

struct Case {
  int64_t id = 0;
  std::string number;  // "B-000001"
  State state{};
  std::string reporter;
  std::string user, project, cvr;  // whom it is about: the account, its project, the project's institution
  std::string release;             // the release that it is about, or empty
  std::optional<Severity> severity;
  bool interim = false;  // closed until it is decided
  std::optional<Measure> measure;
  bool milder = false;  // than the rule
  std::optional<Date> answer_by, appeal_by;
  std::optional<Time> until;  // the measure's end; none: for good, or not decided
  Time created, changed;
  std::vector<Step> history;

  bool self_reported() const { return reporter == user; }
};

std::string number_of(int64_t id);
std::optional<int64_t> id_of(std::string_view number);

}  // namespace fvm::sanction
