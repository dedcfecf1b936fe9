// Percentages, and cells that tell about everybody in their group: made of published counts alone. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/messages.hpp"
#include "safetable/types.hpp"

namespace fvm::safetable {

// 0 … 100 of record.percent's kind; nothing when either count is hidden, or nobody is there to be shared out.
std::optional<double> percent_of(const Record& record, const Cells& cells, size_t cell);
std::string percent_text(const Record& record, const Cells& cells, size_t cell, Language language);
std::string percent_name(const Record& record, Language language);  // "% of row"

// Cells that are published and hold all of a published group which has other parts: all of the group share
// that one part (disclosure::judge_part).
std::vector<size_t> whole_groups(const Record& record);
// What is said of them below the table; empty when there is none.
std::string groups_note(const Record& record, Language language);

}  // namespace fvm::safetable
