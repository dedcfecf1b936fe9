// The precise description of a data access: made from the very text that the compiler reads, so that what
// people sign and what is built cannot differ. Pure.
#pragma once

#include <string>
#include <vector>

#include "base/messages.hpp"
#include "base/result.hpp"
#include "catalogue/types.hpp"
#include "documents/document.hpp"
#include "extract/specification.hpp"

namespace fvm::agreement {

// A specification with the text that it was read from.
struct Compiled {
  std::string text;
  std::string sha256;  // of `text`
  extract::Specification specification;
  std::vector<extract::Finding> notes;
};

// Reads `text` as the compiler will. A specification that cannot be built is refused with its first finding;
// `findings`, if given, gets them all. A period that begins later than `today` is no reason: access begins
// then.
Result<Compiled> compile(std::string text, const std::string& file, const catalogue::Catalogue& catalogue,
                         Date today, std::vector<extract::Finding>* findings = nullptr);

// Population in words, one table for each grant with its variables and their descriptions, period, condition,
// reason and mode; then the text itself, whole, and its hash. Headings from level 2.
std::vector<documents::Block> annex(Language language, const Compiled& compiled,
                                    const catalogue::Catalogue& catalogue);

}  // namespace fvm::agreement
