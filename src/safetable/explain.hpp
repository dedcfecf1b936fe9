// What may make a cell of a released table hidden, and which coarser one is not. All hidden cells of a table
// have the same reason: which of them are small must not be told (0018, "One mark, not two"). Pure.
#pragma once

#include <string>
#include <vector>

#include "base/messages.hpp"
#include "base/result.hpp"
#include "safetable/types.hpp"

namespace fvm::safetable {

struct Explanation {
  std::string cell;  // "kommune = 101, koen = K"
  bool is_open = false;
  std::string reason;                   // a sentence
  std::vector<std::string> published;   // the nearest coarser cells that are open
  std::vector<std::string> would_tell;  // what would have given it away: would_tell.hpp
};

// Why the hidden cells of a table are hidden, in a sentence; nothing when none is.
std::string why_hidden(const Record& record, Language language);

// `cell`: "kommune=101,koen=K"; dimensions that are not named are taken together. "table.cell_unreadable",
// "table.cell_unknown" (usage).
Result<Explanation> explain(const Record& record, const std::string& cell, Language language);

}  // namespace fvm::safetable
