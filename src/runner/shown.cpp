#include "runner/shown.hpp"

#include <algorithm>

#include "base/utf8.hpp"
#include "disclosure/text.hpp"

namespace fvm::runner {
namespace {

// At most so many bytes, no letter cut in two.
std::string bounded(std::string_view utf8, bool& cut) {
  if (utf8.size() <= shown_line_bytes_max) return disclosure::to_utf8(utf8);
  cut = true;
  return disclosure::to_utf8(whole_characters(utf8, shown_line_bytes_max)) + "…";
}

}  // namespace

ShownPart* Shown::part(ShownPart::Kind kind, std::string_view name) {
  if (parts_.size() >= shown_parts_max) return cut_ = true, nullptr;
  parts_.push_back({.kind = kind, .name = bounded(name, cut_)});
  return &parts_.back();
}

bool Shown::put(ShownPart& part, std::vector<std::string> row) {
  size_t bytes = 0;
  for (const std::string& cell : row) bytes += cell.size();
  if (rows_ >= shown_rows_max || bytes_ + bytes > shown_text_bytes_max) return !(cut_ = true);
  ++rows_, bytes_ += bytes;
  part.rows.push_back(std::move(row));
  return true;
}

void Shown::table(const disclosure::Table& table) {
  if (table.rows.empty()) return;
  ShownPart* into = part(ShownPart::Kind::table, table.sheet);
  if (into == nullptr) return;
  into->first_row = table.first_row, into->letters = table.letters;
  for (const auto& cells : table.rows) {
    std::vector<std::string> row;
    cut_ |= cells.size() > shown_columns_max;
    for (size_t i = 0; i < std::min(cells.size(), shown_columns_max); ++i)
      row.push_back(bounded(cells[i], cut_));
    if (!put(*into, std::move(row))) return;
  }
}

void Shown::text(std::string_view name, std::string_view utf8) {
  if (disclosure::trim(utf8).empty()) return;
  ShownPart* into = part(ShownPart::Kind::text, name);
  if (into == nullptr) return;
  for (size_t at = 0; at < utf8.size();) {
    const size_t end = std::min(utf8.find('\n', at), utf8.size());
    std::string_view line = utf8.substr(at, end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!put(*into, {bounded(line, cut_)})) return;
    at = end + 1;
  }
}

void Shown::picture(std::string png) {
  if (png.size() > shown_picture_bytes_max) return void(cut_ = true);
  if (ShownPart* into = part(ShownPart::Kind::picture, {})) into->png = std::move(png);
}

}  // namespace fvm::runner
