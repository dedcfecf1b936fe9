// What a breach leads to (measures.def). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace fvm::sanction {

enum class Severity { minor, serious };
enum class Before { first, again };
enum class Reported { self, others };
enum class Reach { none, user, project, institution };  // from mildest to hardest

struct Measure {
  Reach reach{};
  int64_t days = 0;  // 0: for good
  bool operator==(const Measure&) const = default;
};

struct Rule {
  Severity severity;
  Before before;
  Reported reported;
  Measure measure;
};
std::span<const Rule> rules();
Measure measure_for(Severity severity, Before before, Reported reported);
// Neither farther nor longer, and not the same. A warning is milder than any closing.
bool is_milder(const Measure& wanted, const Measure& rule);

std::string_view name_of(Severity severity);
std::string_view name_of(Reach reach);
std::optional<Severity> severity_named(std::string_view name);
std::optional<Reach> reach_named(std::string_view name);

}  // namespace fvm::sanction
