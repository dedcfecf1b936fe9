// Deliveries that are held because they are unusual (quality.hpp): an operator looks and decides. Deciding
// changes the store alone, so the portal can do it; whoever may write to the mirror carries it out.
#pragma once

#include <string>

#include "audit/ledger.hpp"
#include "config/instance.hpp"
#include "mirror/deliveries.hpp"

namespace fvm::mirror {

enum class Decision { take, refuse };

// One record with the reason. "deliver.not_held" (usage) when there is no such delivery or it is not held;
// "deliver.no_reason" (usage).
Result<void> decide(audit::Ledger& ledger, int64_t number, Decision decision, const std::string& actor,
                    const std::string& reason);

// Takes in what was decided to be, and clears away what was refused; how many tables were changed. A table
// that somebody is delivering to is left for the next time. May be cut off anywhere and run again.
Result<size_t> carry_out_decisions(World& world, const config::Instance& instance, audit::Ledger& ledger);

}  // namespace fvm::mirror
