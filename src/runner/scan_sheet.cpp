#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <future>
#include <memory>

#include "base/beside.hpp"
#include "disclosure/text.hpp"
#include "runner/cells.hpp"
#include "runner/scan.hpp"
#include "runner/sheet_pieces.hpp"
#include "runner/xml.hpp"

namespace fvm::runner {
namespace {

class Sheet {
 public:
  Sheet(const SheetFacts& facts, const std::vector<std::string>& shared, Scan& scan,
        const std::vector<CellStyle>& styles)
      : shared_(shared), scan_(scan), styles_(styles) {
    table_.sheet = facts.name;
    table_.letters = true;
  }

  // False: what was read is not all; why, where it is wanted, is a finding.
  bool read(const Pieces& pieces) {
    const XmlEvents events{[this](auto name, const auto& attributes) { start(name, attributes); },
                           [this](auto name) { end(name); },
                           [this](auto text) {
                             if (in_value_ || in_other_) value_ += text;
                             if (!in_value_ && !in_other_) rest_ += text;
                           },
                           [this](auto text) { scan_.text(text, {table_.sheet, 0, 0}); }};
    const auto done = read_xml(pieces, events);
    if (!done.ok() && done.error().code == "xml.document_type") {
      scan_.findings.add("finding.xml_entities", {table_.sheet, 0, 0});
    } else if (!done.ok() || too_many_) {
      scan_.unreadable(table_.sheet, too_many_ ? "cells" : done.error().code);
    }
    return done.ok() && !too_many_;
  }

  // What the part says that follows this one, behind it. False: they are not one behind the other, or more
  // than one may say; then nothing was taken.
  bool take(Sheet&& next) {
    auto& rows = next.table_.rows;
    const size_t mine = table_.rows.size(), overlap = std::min(mine, rows.size());
    const bool apart = std::all_of(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(overlap),
                                   [](const auto& row) { return row.empty(); });
    if (!apart || (next.counted_rows_ && mine > 0) || room_ + next.room_ > cells_max) return false;
    table_.rows.insert(table_.rows.end(),
                       std::make_move_iterator(rows.begin() + static_cast<std::ptrdiff_t>(overlap)),
                       std::make_move_iterator(rows.end()));
    room_ += next.room_;
    hidden_ |= next.hidden_;
    formulas_ |= next.formulas_;
    // What opens a part begins a line, as its first row did unless one had begun.
    rest_ += rest_.ends_with('\n') && next.rest_.starts_with('\n') ? next.rest_.substr(1) : next.rest_;
    return true;
  }

  // When all of it was read.
  void finish() {
    scan_.without_raised(table_);
    for (auto& row : table_.rows) {
      for (auto& cell : row) cell = disclosure::plain_text(cell).text;
    }
    if (hidden_) scan_.findings.add("finding.hidden_cells", {table_.sheet, 0, 0});
    if (formulas_) scan_.findings.add("finding.formula", {table_.sheet, 0, 0});
    scan_.text(rest_, {table_.sheet, 0, 0});
    scan_.table(table_);
  }

 private:
  void start(std::string_view name, const Attributes& attributes) {
    rest_ += rest_.ends_with('\n') ? "" : "\n";
    if (name == "row" || name == "col") {
      const std::string_view hidden = attribute(attributes, "hidden");
      hidden_ |= hidden == "1" || hidden == "true";
      const std::string_view height = attribute(attributes, name == "row" ? "ht" : "width");
      constexpr double seen_min = 1;
      hidden_ |= !height.empty() && std::strtod(std::string(height).c_str(), nullptr) < seen_min;
      if (name == "row") next_column_ = 0;
      if (name == "row" && !number(attribute(attributes, "r"), row_))
        row_ = table_.rows.size() + 1, counted_rows_ = true;
    } else if (name == "c") {
      type_ = attribute(attributes, "t");
      size_t style = 0;
      style_ =
          number(attribute(attributes, "s"), style) && style < styles_.size() ? &styles_[style] : nullptr;
      cell_ = place_of(attribute(attributes, "r"));
      if (!cell_ && row_ > 0 && row_ <= sheet_rows_max)
        cell_ = std::make_pair(row_ - 1, next_column_);  // r is optional
      if (cell_) next_column_ = cell_->second + 1;
      text_.clear();
      other_text_.clear();
      raised_ = false;
    } else if (name == "r") {
      raised_ = false;
    } else if (name == "vertAlign") {
      raised_ = attribute(attributes, "val") != "baseline";
    } else if (name == "v" || name == "t") {
      in_value_ = true;
      value_.clear();
    } else if (name == "f") {
      formulas_ = true;
      in_other_ = true;
      value_.clear();
    } else if (name == "oddHeader" || name == "oddFooter" || name == "evenHeader" || name == "evenFooter" ||
               name == "firstHeader" || name == "firstFooter") {
      in_other_ = true;
      value_.clear();
    }
    // Filters, lists to choose from, conditions and links: what they hold is written in attributes.
    if (name == "row" || name == "col" || name == "c") return;
    for (const auto& [key, value] : attributes) {
      if (key == "prompt" || key == "error" || key == "tooltip" || key == "display")
        scan_.text(value, {table_.sheet, 0, 0});
      else
        scan_.attribute(name, key, value, {table_.sheet, 0, 0});
    }
  }

  void end(std::string_view name) {
    if (name == "v" || name == "t") {
      in_value_ = false;
      if (raised_) value_ = disclosure::raised(value_);
      // A spreadsheet shows <v>, or <t> in a cell whose text stands in it; a cell with both says two things.
      const bool shown_one = (name == "t") == (type_ == "inlineStr");
      (shown_one ? text_ : other_text_) += value_;
    } else if (in_other_ && name != "c") {
      in_other_ = false;
      scan_.text(value_, {table_.sheet, cell_ ? cell_->first + 1 : 0, cell_ ? cell_->second + 1 : 0});
    } else if (name == "c") {
      put();
    }
  }

  void put() {
    if (text_.empty()) std::swap(text_, other_text_);
    if (!other_text_.empty()) scan_.unreadable(table_.sheet, "cell");
    if (!cell_ || text_.empty()) return;
    const auto [row, column] = *cell_;
    if (row >= table_.rows.size()) table_.rows.resize(row + 1);
    auto& cells = table_.rows[row];
    if (column >= cells.size()) {
      room_ += column + 1 - cells.size();
      if (room_ > cells_max) {
        too_many_ = true;
        return;
      }
      cells.resize(column + 1);
    }
    if (!cells[column].empty()) scan_.unreadable(table_.sheet, "cell");  // which of the two is shown?
    cells[column] = value();
    check_style(row, column);
  }

  void check_style(size_t row, size_t column) {
    if (style_ == nullptr) return;
    const disclosure::Place place{table_.sheet, row + 1, column + 1};
    if (style_->unseen) scan_.findings.add("finding.hidden_cells", place);
    if (!type_.empty() && type_ != "n") return;
    const double value = std::strtod(text_.c_str(), nullptr);
    if (hides_digits(*style_, value))
      scan_.findings.add("finding.hidden_digits", place, disclosure::shape_of(shown(text_)));
  }

  std::string value() const {
    // From 1920 to 2100. A three with a date's format stays a three.
    constexpr double serial_min = 7306, serial_max = 73051;
    const bool dated = style_ != nullptr && style_->date && (type_.empty() || type_ == "n");
    const double serial = dated ? std::strtod(text_.c_str(), nullptr) : 0;
    if (dated && serial >= serial_min && serial < serial_max) return date_of_serial(serial);
    if (type_ == "s") {
      size_t index = 0;
      return number(text_, index) && index < shared_.size() ? shared_[index] : "?";
    }
    return type_.empty() || type_ == "n" ? shown(text_) : text_;
  }

  static bool number(std::string_view text, size_t& out) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc() && end == text.data() + text.size() && !text.empty();
  }

  disclosure::Table table_;
  const std::vector<std::string>& shared_;
  Scan& scan_;
  const std::vector<CellStyle>& styles_;
  const CellStyle* style_ = nullptr;
  std::string type_, text_, other_text_, value_, rest_;
  std::optional<std::pair<size_t, size_t>> cell_;
  size_t row_ = 0, next_column_ = 0, room_ = 0;
  bool in_value_ = false, in_other_ = false, hidden_ = false, formulas_ = false, too_many_ = false,
       raised_ = false;
  bool counted_rows_ = false;  // one had no number: which it is depends on those before it
};

size_t parts_of(std::string_view xml, const SheetFacts& facts, const Scan& scan) {
  if (scan.shown != nullptr) return 1;
  if (facts.parts != 0) return facts.parts;
  return threads_for(xml.size());
}

// A part of a sheet and what was found in it.
struct PartRead {
  Scan scan;
  std::unique_ptr<Sheet> sheet;
  bool whole = false;
};

// In parts, each by a thread; false, and nothing is found: it has to be read in one.
bool read_in_parts(const std::vector<Pieces>& parts, const SheetFacts& facts,
                   const std::vector<std::string>& shared, Scan& scan, const std::vector<CellStyle>& styles) {
  std::vector<PartRead> read(parts.size());
  for (PartRead& part : read) {
    part.scan.pseudonyms = scan.pseudonyms;
    part.scan.parameters = scan.parameters;
    part.sheet = std::make_unique<Sheet>(facts, shared, part.scan, styles);
  }
  all_beside(parts.size(), [&](size_t i) { read[i].whole = read[i].sheet->read(parts[i]); });
  for (size_t i = 0; i < read.size(); ++i) {
    if (!read[i].whole || (i > 0 && !read[0].sheet->take(std::move(*read[i].sheet)))) return false;
  }
  Sheet whole(facts, shared, scan, styles);
  if (!whole.take(std::move(*read[0].sheet))) return false;
  for (const PartRead& part : read) scan.findings.append(part.scan.findings);
  whole.finish();
  return true;
}

}  // namespace

void scan_sheet(std::string_view xml, const SheetFacts& facts, const std::vector<std::string>& shared,
                Scan& scan, const std::vector<CellStyle>& styles) {
  if (facts.hidden) scan.findings.add("finding.hidden_sheet", {facts.name, 0, 0});
  const std::vector<Pieces> parts = cut_sheet(xml, parts_of(xml, facts, scan));
  if (parts.size() > 1 && read_in_parts(parts, facts, shared, scan, styles)) return;
  Sheet whole(facts, shared, scan, styles);
  (void)whole.read({xml});
  whole.finish();
}

}  // namespace fvm::runner
