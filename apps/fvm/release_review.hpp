// release review | escalate | queue | compare | record: what reviewers do.
#pragma once

#include "fvm/options.hpp"
#include "fvm/services.hpp"
#include "release/types.hpp"

namespace fvm::cli {

void add_release_review(Verb& release, Context& context);

// One that the user may see, as he sees it; else the same words as for one that does not exist.
Result<release::Request> find_visible(const Context& context, const Services& services,
                                      const std::string& number);
// Every request of `requests` that the user may see, as he sees it.
Result<std::vector<release::Request>> only_visible(const Context& context, const Services& services,
                                                   std::vector<release::Request> requests);
// What `request` looks like to the user, after a step that he took.
Result<release::Request> seen(const Context& context, const Services& services, release::Request request);

}  // namespace fvm::cli
