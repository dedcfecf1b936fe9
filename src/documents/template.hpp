// Texts that lawyers write, as files: a small part of Markdown.
//
//   # Title         ## Section      ### Part        headings of level 1 to 3
//   - one           1. first                        lists (each item on one line)
//   > atc LIKE …                                    a literal
//   any other lines                                 a paragraph, until an empty line
//   {name}                                          a value
//   {?name} …                                       at the start of a paragraph, item or heading: only if
//   there is a value
//   @name                                           alone on its line: blocks made by the program
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "documents/document.hpp"

namespace fvm::documents {

struct Values {
  std::map<std::string, std::string> texts;          // {name}
  std::map<std::string, std::vector<Block>> blocks;  // @name
};

// "document.unknown_value" (usage) with file, line, name and the nearest known one as `suggestion`: an
// agreement with a hole in it is not made.
Result<std::vector<Block>> fill(std::string_view text, const std::string& file, const Values& values);

}  // namespace fvm::documents
