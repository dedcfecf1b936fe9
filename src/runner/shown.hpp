// What a person is shown of a foreign file: the tables and texts that the scan read, no more than a page can
// hold. No markup, no formula, no script of the file's own: letters and digits alone, and pictures drawn
// anew.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "disclosure/table.hpp"

namespace fvm::runner {

// Limits of what is shown of one file.
inline constexpr size_t shown_parts_max = 100;
inline constexpr size_t shown_rows_max = 5'000;  // of all tables and texts together
inline constexpr size_t shown_columns_max = 200;
inline constexpr size_t shown_line_bytes_max = 2'000;        // of a line or a cell
inline constexpr size_t shown_text_bytes_max = 1u << 20;     // of all of it
inline constexpr size_t shown_picture_bytes_max = 6u << 20;  // of a picture drawn anew

struct ShownPart {
  enum class Kind { table, text, picture } kind{};
  std::string name;        // of the sheet or part, as findings call it; empty: the file itself
  uint64_t first_row = 1;  // where rows[0] stands
  bool letters = false;    // columns are called A, B …
  std::vector<std::vector<std::string>> rows;  // a text: one cell a line
  std::string png;
};

class Shown {
 public:
  void table(const disclosure::Table& table);
  void text(std::string_view name, std::string_view utf8);
  void picture(std::string png);

  const std::vector<ShownPart>& parts() const { return parts_; }
  bool cut() const { return cut_; }  // there is more than is shown

 private:
  ShownPart* part(ShownPart::Kind kind, std::string_view name);
  // False when no more fits.
  bool put(ShownPart& part, std::vector<std::string> row);
  std::vector<ShownPart> parts_;
  size_t rows_ = 0, bytes_ = 0;
  bool cut_ = false;
};

}  // namespace fvm::runner
