// A condition of an access specification in words, for people who do not read SQL. Pure.
#pragma once

#include <string>

#include "base/messages.hpp"
#include "catalogue/types.hpp"
#include "extract/condition.hpp"

namespace fvm::agreement {

// "atc begynder med »A10« og eksd er 2015-01-01 eller senere". What has no words of its own is shown as SQL,
// so that nothing is ever left out. `table` gives the descriptions of variables, in parentheses; it may be
// null.
std::string in_words(Language language, const extract::Expression& condition, const catalogue::Table* table);

}  // namespace fvm::agreement
