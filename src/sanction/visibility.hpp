// What of a case somebody sees, and what he may do with it.
#pragma once

#include <string_view>
#include <vector>

#include "sanction/permissions.hpp"

namespace fvm::sanction {

// What was said is for whom it is about, who reported it, security and decision-makers; whoever a closing
// merely reaches sees what is closed, and no words.
bool sees_words(const Case& about, const Facts& facts, std::string_view user);

// Without the words that he may not see; without any when nobody can tell.
Case as_seen_by(const store::Database& store, Case about, std::string_view user);

// The case as that user sees it; "sanction.unknown" when he may not, as if it were not there.
Result<Case> seen(const store::Database& store, std::string_view number, std::string_view user);
// All that he may see, newest first, without words: of those older than `before` (an id; 0: of all) the first
// `most` (-1: all).
Result<std::vector<Case>> all_seen(const store::Database& store, std::string_view user, int64_t before = 0,
                                   int64_t most = -1);

// The steps that states.def lists for him as it stands.
Result<std::vector<Event>> allowed_events(const store::Database& store, const Case& about,
                                          std::string_view user);

}  // namespace fvm::sanction
