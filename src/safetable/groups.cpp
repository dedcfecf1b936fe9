#include "safetable/groups.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "disclosure/statistics.hpp"
#include "safetable/output.hpp"

namespace fvm::safetable {
namespace {

constexpr size_t examples_max = 5;

// The cell whose count is 100 %.
size_t whole_of(const Record& record, const Cells& cells, size_t cell) {
  auto codes = cells.codes(cell);
  for (size_t i = 0; i < codes.size(); ++i) {
    const bool is_row = i < record.row_dimensions;
    if (record.percent == Percent::total || is_row == (record.percent == Percent::column)) codes[i] = 0;
  }
  return cells.at(codes);
}

// Of each dimension's codes: into how many parts it is divided.
std::vector<std::vector<size_t>> parts_of_codes(const Record& record, const Cells& cells) {
  std::vector<std::vector<size_t>> parts;
  for (size_t i = 0; i < record.dimensions.size(); ++i) {
    auto& counts = parts.emplace_back(record.dimensions[i].codes.size(), 0);
    for (size_t code = 1; code < counts.size(); ++code) ++counts[cells.parent(i, code)];
  }
  return parts;
}

bool is_whole_group(const Record& record, const Cells& cells, const std::vector<std::vector<size_t>>& parts,
                    size_t cell) {
  if (!record.counts[cell] || *record.counts[cell] == 0) return false;
  const auto codes = cells.codes(cell);
  for (size_t i = 0; i < codes.size(); ++i) {
    if (codes[i] == 0 || parts[i][cells.parent(i, codes[i])] < 2) continue;
    auto above = codes;
    above[i] = cells.parent(i, codes[i]);
    const auto& group = record.counts[cells.at(above)];
    if (!group) continue;
    const auto verdict = disclosure::judge_part(static_cast<double>(*record.counts[cell]),
                                                static_cast<double>(*group), record.rules);
    if (verdict.reason == "verdict.whole_group") return true;
  }
  return false;
}

std::string name_of_cell(const Record& record, const std::vector<size_t>& codes, Language language) {
  std::string out;
  for (size_t i = 0; i < codes.size(); ++i)
    if (codes[i] != 0) out += (out.empty() ? "" : " · ") + label_of(record.dimensions[i], codes[i], language);
  return out;
}

}  // namespace

std::optional<double> percent_of(const Record& record, const Cells& cells, size_t cell) {
  constexpr double all = 100, tenths = 10;
  const auto& part = record.counts[cell];
  const auto& whole = record.counts[whole_of(record, cells, cell)];
  if (!part || !whole || *whole == 0) return std::nullopt;
  return std::round(static_cast<double>(*part) / static_cast<double>(*whole) * all * tenths) / tenths;
}

std::string percent_text(const Record& record, const Cells& cells, size_t cell, Language language) {
  const auto percent = percent_of(record, cells, cell);
  if (!percent) return hidden_or_nobody(record.counts[whole_of(record, cells, cell)] == 0);
  std::string text = fmt::format("{:.1f}", *percent);
  if (language == Language::danish) std::replace(text.begin(), text.end(), '.', ',');
  return text;
}

std::string percent_name(const Record& record, Language language) {
  if (record.percent == Percent::row) return message(language, "safetable.percent_row");
  return message(language,
                 record.percent == Percent::column ? "safetable.percent_column" : "safetable.percent_total");
}

std::vector<size_t> whole_groups(const Record& record) {
  const Cells cells(record);
  const auto parts = parts_of_codes(record, cells);
  std::vector<size_t> out;
  for (size_t cell = 0; cell < cells.size(); ++cell)
    if (is_whole_group(record, cells, parts, cell)) out.push_back(cell);
  return out;
}

std::string groups_note(const Record& record, Language language) {
  const auto found = whole_groups(record);
  if (found.empty()) return {};
  const Cells cells(record);
  std::string examples;
  for (size_t i = 0; i < std::min(found.size(), examples_max); ++i)
    examples += (i == 0 ? "" : "; ") + name_of_cell(record, cells.codes(found[i]), language);
  if (found.size() > examples_max) examples += "; …";
  return message(language, "safetable.note_groups",
                 {{"cells", std::to_string(found.size())}, {"examples", examples}});
}

}  // namespace fvm::safetable
