// A page of one table, read by a grammar that leaves a browser nothing to repair. Used by scan_alone.cpp
// alone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "disclosure/table.hpp"

namespace fvm::runner {

// What is read of a file: its one table, and what stands around it, line by line.
struct AloneContent {
  disclosure::Table table;
  std::vector<std::string> notes;
};

// False for whatever is not: each element closed by its own name, in its place; a few attributes with the
// values that programs give them; text in cells, headings, paragraphs and the title alone; four entities.
bool read_alone_page(std::string_view html, AloneContent& content);

}  // namespace fvm::runner
