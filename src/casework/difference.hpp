// What changed between two texts of an application: by meaning, for a person to read, and line by line. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "casework/document.hpp"

namespace fvm::casework {

struct Change {
  std::string where;          // "application.task", "grant LMDB.lmdb variables", "user anna@demo.example"
  std::string before, after;  // empty: was not there, is not there any more
};
// In the document's order. Order and case of variables, spaces and comments are no change.
std::vector<Change> difference(const Application& before, const Application& after);

struct Line {
  char sign = ' ';                 // '+', '-', or ' ' for up to three lines around
  unsigned before = 0, after = 0;  // line numbers from 1; 0 where it does not stand
  std::string text;
};
// A shortest script of whole lines (Myers, "An O(ND) difference algorithm", 1986), with three lines of
// context. Texts that differ in more than `edits_max` lines come out as one block replaced.
inline constexpr size_t edits_max = 2000;
std::vector<Line> line_difference(std::string_view before, std::string_view after);

}  // namespace fvm::casework
