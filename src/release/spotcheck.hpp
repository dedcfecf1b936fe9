// Second looks at what was sent: drawn by a lot that can be verified (lot.hpp), looked at by somebody who did
// not vote on it, recalled when something is found.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "release/lot.hpp"
#include "release/service.hpp"
#include "release/standing.hpp"

namespace fvm::release {

struct SampleRules {
  uint32_t days = 7;   // of a period
  uint32_t quota = 1;  // drawn at least, of each institution in a period
  static SampleRules of(const config::Config& config);
};

// What the clock does, in this order; each part may be repeated and cut off anywhere: the seeds of the
// present and the next period exist and are committed to; what was sent is drawn; periods that are over get
// their quotas and their seeds are revealed. How many were drawn.
Result<size_t> follow_lot(World& world, audit::Ledger& ledger, const SampleRules& rules);

// Newest first. A seed that was not revealed is not in them.
Result<std::vector<Period>> periods(const store::Database& store);

// Those that this person may take a second look at now: drawn, and not voted on by him.
Result<std::vector<Request>> second_looks_for(const store::Database& store, std::string_view inspector);
// What the second look says. "release.no_reason"; a finding names the rule that should have seen it.
Result<Request> close_look(audit::Ledger& ledger, std::string_view number, const std::string& inspector,
                           const std::string& reason);
Result<Request> report_finding(audit::Ledger& ledger, std::string_view number, const std::string& inspector,
                               const std::string& rule, const std::string& reason);

// A revealed period against the ledger's files: the commitment stands there before every draw, it is that of
// the seed, every draw is what the seed says, and the quotas too. What is wrong, in words of the messages
// ("lot.…"); nothing: all is well. "lot.not_revealed", "lot.unknown".
struct LotFault {
  std::string key, number;
};
Result<std::vector<LotFault>> verify_lot(World& world, const Path& audit_folder, const store::Database& store,
                                         int64_t period);

// What people say about the rules: of the revisions in which a rule wanted a person to look, how many people
// held back; and second looks by route.
struct Precision {
  std::string rule;
  size_t fired = 0, held_back = 0;
};
struct Looked {
  std::string route;
  size_t looked = 0, found = 0;
};
Result<std::vector<Precision>> precision_of_rules(const store::Database& store);
Result<std::vector<Looked>> second_looks(const store::Database& store);

}  // namespace fvm::release
