// A specification in words, for the annex of an agreement, the caseworker and the applicant: made from the
// very structure that is compiled, so what is read is what is built. Danish and English.
#pragma once

#include <string>
#include <vector>

#include "base/messages.hpp"
#include "extract/specification.hpp"

namespace fvm::extract {

// A condition: "atc begins with A10 and eksd is 2015-01-01 or later". What has no plain words (functions,
// arithmetic) stands as it is written.
std::string in_words(Language language, const Expression& condition);

// Who: a sentence each for the criteria, the cohorts, the events in their order, the index date and the
// controls.
std::vector<std::string> describe_population(Language language, const Specification& specification);

// Of these only what is more than criteria: events, index date, controls.
std::vector<std::string> describe_events(Language language, const Specification& specification);

// The days from the index date that a grant keeps to, if it does.
std::vector<std::string> describe_days(Language language, const Grant& grant);

// Of one grant: which rows, from when to when, live or frozen. Table, variables and reason are the grant's
// own fields.
std::vector<std::string> describe_rows(Language language, const Grant& grant);

}  // namespace fvm::extract
