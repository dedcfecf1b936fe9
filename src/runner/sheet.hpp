// One worksheet, or a part of it, as its XML tells of it: its cells, and what stands around them. Used by
// scan_sheet.cpp alone.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "disclosure/text.hpp"
#include "runner/cells.hpp"
#include "runner/plain_xml.hpp"
#include "runner/scan.hpp"
#include "runner/sheet_cells.hpp"
#include "runner/sheet_pieces.hpp"
#include "runner/xml.hpp"

namespace fvm::runner {

// How a part of a sheet is read, and its cells kept: by plain_xml.hpp or expat, in order or as they come.
struct Way {
  bool plain = true, ordered = true;
};

class Sheet {
 public:
  Sheet(const SheetFacts& facts, const std::vector<std::string>& shared, Scan& scan,
        const std::vector<CellStyle>& styles, Way way)
      : name_(facts.name), shared_(shared), scan_(&scan), styles_(styles), way_(way), used_(shared.size()) {}
  Sheet(const Sheet&) = delete;
  Sheet& operator=(const Sheet&) = delete;

  // False: what was read is not all; why, where it is wanted, is a finding.
  bool read(const Pieces& pieces) {
    constexpr size_t cell_bytes = 32;  // of most sheets
    size_t bytes = 0;
    for (const std::string_view piece : pieces) bytes += piece.size();
    ordered_.reserve(std::min(bytes / cell_bytes, cells_max));
    const bool whole = way_.plain ? read_plain_xml(pieces, *this) : read_any(pieces);
    ordered_.end();
    return whole;
  }
  // All cells could be kept.
  bool fits() const { return !way_.ordered || ordered_.fits(); }

  // What the part says that follows this one, behind it. False: they are not one behind the other, or more
  // than one may say; then nothing was taken.
  bool take(Sheet&& next) {
    const CellsInOrder &last = below_.empty() ? ordered_ : below_.back(), &cells = next.ordered_;
    size_t total = ordered_.cells() + cells.cells();
    for (const CellsInOrder& part : below_) total += part.cells();
    if (total > cells_max || (next.counted_rows_ && last.end_row() > 0)) return false;
    if (cells.cells() > 0 && cells.first_row() < last.end_row()) return false;
    if (cells.cells() > 0) below_.push_back(std::move(next.ordered_));
    hidden_ |= next.hidden_;
    formulas_ |= next.formulas_;
    next.mark_used(used_);
    // What opens a part begins a line, as its first row did unless one had begun.
    rest_ += rest_.ends_with('\n') && next.rest_.starts_with('\n') ? next.rest_.substr(1) : next.rest_;
    return true;
  }

  // The shared texts that its cells show.
  void mark_used(std::vector<bool>& used) const {
    for (size_t i = 0; i < std::min(used.size(), used_.size()); ++i) used[i] = used[i] || used_[i];
  }

  // When all of it was read, into the scan of the whole file.
  void finish(Scan& scan) {
    if (hidden_) scan.findings.add("finding.hidden_cells", {name_, 0, 0});
    if (formulas_) scan.findings.add("finding.formula", {name_, 0, 0});
    scan.text(rest_, {name_, 0, 0});
    scan.prose(rest_, {name_, 0, 0});
    // Texts to choose from, which stand in no cell.
    if (scan.must_be_understood && ("\n" + rest_).find("\n\"") != std::string::npos)
      scan.findings.add("finding.remarks", {name_, 0, 0}, {}, name_);
    constexpr size_t words_max = 20;  // of lists to choose from, conditions and the like
    if (disclosure::words(rest_).size() > words_max)
      scan.findings.add("finding.person_reads", {name_, 0, 0}, {}, "prose");
    way_.ordered ? scan.grid(called(std::move(ordered_).grid(std::move(below_)))) : finish_unordered(scan);
  }

  // A whole cell (plain_xml.hpp), as its elements would be taken one by one.
  bool cell(const plain_xml::Cell& one) {
    if (in_cell_ || in_other_ || into_ != &rest_ || !prefix_.empty() || !had_root_) return false;
    if (one.within != (one.type == "inlineStr")) return false;
    if (rest_.empty() || rest_.back() != '\n') rest_ += '\n';
    begin_cell(one.place, one.style, one.type);
    plain_ = plain_ && !one.referred;
    text_.assign(one.text);
    put();
    return true;
  }

  // Names with their prefixes. The sheet's own elements have the root's; its own attributes have none.
  void start(std::string_view full, const Attributes& attributes) {
    if (rest_.empty() || rest_.back() != '\n') rest_ += '\n';
    if (!had_root_) prefix_ = full.substr(0, full.find(':') + 1), had_root_ = true;  // npos + 1: none
    const std::string_view name = own(full);
    const char letter = name.size() == 1 ? name[0] : ' ';
    if (into_ == &text_ || into_ == &other_text_) contradicts();  // an element in a value
    if (letter == 'c') return start_cell(attributes);
    if (letter == 'v' || letter == 't') {
      start_value(name);
      if (attributes.empty()) return;
    } else if (name == "row" || name == "col") {
      return start_row(name, attributes);
    } else if (name == "r") {
      raised_ = false, runs_ = true;
    } else if (name == "rPh") {
      aside_ = true;  // how a word is read aloud: no part of the value
    } else if (name == "vertAlign") {
      raised_ = attribute(attributes, "val") != "baseline";
    } else if (name == "f") {
      formulas_ = true;
      start_other();
    } else if (name == "oddHeader" || name == "oddFooter" || name == "evenHeader" || name == "evenFooter" ||
               name == "firstHeader" || name == "firstFooter") {
      start_other();
      beside_ = true;
    }
    if (name.empty() && is_of_cells(full)) contradicts();
    if (in_cell_ && name == "color" && is_white(attribute(attributes, "rgb")))
      scan_->findings.add("finding.hidden_cells", {name_, 0, 0});
    scan_->markup_name(full, {name_, 0, 0});
    // Filters, lists to choose from, conditions and links: what they hold is written in attributes.
    for (const auto& [key, value] : attributes) {
      if (key == "prompt" || key == "error" || key == "tooltip" || key == "display" || key == "promptTitle" ||
          key == "errorTitle") {
        scan_->text(value, {name_, 0, 0});
        scan_->beside_cells(value, {name_, 0, 0});
      } else {
        scan_->attribute(full, key, value, {name_, 0, 0});
      }
    }
  }

  void text(std::string_view said) { *into_ += said; }
  void reference(std::string_view said) { plain_ = false, text(said); }

  void end(std::string_view full) {
    const std::string_view name = own(full);
    const char letter = name.size() == 1 ? name[0] : ' ';
    if (name == "rPh") aside_ = false;
    if (letter == 'r') runs_ = false;
    if (letter == 'v' || letter == 't') {
      if (raised_) {
        plain_ = false;
        into_->replace(value_begin_, std::string::npos, disclosure::raised(into_->substr(value_begin_)));
      }
      into_ = in_other_ ? &other_ : &rest_;
    } else if (letter == 'c') {
      put();
    } else if (in_other_) {
      in_other_ = false;
      into_ = &rest_;
      const disclosure::Place place{name_, cell_ ? cell_->first + 1 : 0, cell_ ? cell_->second + 1 : 0};
      scan_->text(other_, place);
      scan_->prose(other_, place);
      if (std::exchange(beside_, false)) scan_->beside_cells(other_, place);
    }
  }

 private:
  // Without the root's prefix; nothing for an element of another namespace.
  std::string_view own(std::string_view name) const {
    if (prefix_.empty() && name.size() == 1) return name;  // as most are
    const bool foreign =
        prefix_.empty() ? std::find(name.begin(), name.end(), ':') != name.end() : !name.starts_with(prefix_);
    return foreign ? std::string_view() : name.substr(prefix_.size());
  }
  // Called as what cells are made of: a reader might take it for one.
  static bool is_of_cells(std::string_view full) {
    const std::string_view name = full.substr(full.find(':') + 1);
    return name == "c" || name == "v" || name == "t" || name == "is" || name == "row";
  }
  // What is shown is not what can be read.
  void contradicts() { scan_->unreadable(name_, "cell"); }

  bool read_any(const Pieces& pieces) {
    const auto done =
        read_xml(pieces, {[this](auto name, const auto& attributes) { start(name, attributes); },
                          [this](auto name) { end(name); }, [this](auto said) { text(said); },
                          [this](auto said) { scan_->markup_aside(said, {name_, 0, 0}); }, true});
    if (done.ok()) return true;
    const bool entities = done.error().code == "xml.document_type";
    if (entities) scan_->findings.add("finding.xml_entities", {name_, 0, 0});
    if (!entities) scan_->unreadable(name_, done.error().code);
    return false;
  }

  void start_row(std::string_view name, const Attributes& attributes) {
    const std::string_view hidden = attribute(attributes, "hidden");
    hidden_ |= hidden == "1" || hidden == "true";
    const std::string_view height = attribute(attributes, name == "row" ? "ht" : "width");
    constexpr double seen_min = 1;
    hidden_ |= !height.empty() && std::strtod(std::string(height).c_str(), nullptr) < seen_min;
    if (name == "col") return;
    next_column_ = 0;
    if (!whole_number(attribute(attributes, "r"), row_))
      row_ = std::max(ordered_.end_row(), any_order_.end_row()) + 1, counted_rows_ = true;
  }

  void start_cell(const Attributes& attributes) {
    std::string_view place, style, type, other;
    // The first of a name, as attribute() has it.
    for (size_t i = attributes.size(); i-- > 0;) {
      const auto& [key, value] = attributes[i];
      if (key.size() == 1)
        (key[0] == 'r' ? place : key[0] == 's' ? style : key[0] == 't' ? type : other) = value;
    }
    begin_cell(place, style, type);
  }

  void begin_cell(std::string_view place, std::string_view style, std::string_view type) {
    type_ = type.empty() || type == "n" ? Type::number
            : type == "s"               ? Type::listed
            : type == "inlineStr"       ? Type::text_within
                                        : Type::other;
    size_t index = 0;
    style_ =
        !style.empty() && whole_number(style, index) && index < styles_.size() ? &styles_[index] : nullptr;
    cell_ = place_of(place);
    if (!cell_ && row_ > 0 && row_ <= sheet_rows_max)
      cell_ = std::make_pair(row_ - 1, next_column_);  // r is optional
    if (cell_) next_column_ = cell_->second + 1;
    in_cell_ = true;
    has_value_ = has_text_ = aside_ = runs_ = false;
    plain_ = way_.plain;
    text_.clear();
    other_text_.clear();
    raised_ = false;
  }

  // A spreadsheet shows <v>, or <t> in a cell whose text stands in it; a cell with both says two things. What
  // stands in no cell is text that nobody sees.
  void start_value(std::string_view name) {
    const bool within = name == "t", shown_one = within == (type_ == Type::text_within);
    into_ = !in_cell_ || aside_ ? &rest_ : shown_one ? &text_ : &other_text_;
    if (in_cell_ && !aside_ && !(within && runs_) && std::exchange(within ? has_text_ : has_value_, true))
      contradicts();  // which of the two?
    value_begin_ = into_->size();
  }

  void start_other() {
    in_other_ = true;
    other_.clear();
    into_ = &other_;
  }

  void finish_unordered(Scan& scan) {
    auto [table, twice, too_many] = std::move(any_order_).sorted();
    if (twice) scan.unreadable(name_, "cell");  // which of the two is shown?
    if (too_many) scan.unreadable(name_, "cells");
    table = called(std::move(table));
    scan.without_raised(table);
    for (auto& row : table.rows) {
      for (auto& cell : row) cell = disclosure::plain_text(cell).text;
    }
    scan.table(table);
  }
  template <typename Table>
  Table called(Table&& table) const {
    table.sheet = name_;
    table.letters = true;
    return std::forward<Table>(table);
  }

  void put() {
    in_cell_ = false;
    if (!other_text_.empty() && text_.empty()) std::swap(text_, other_text_);
    if (!other_text_.empty()) contradicts();
    if (text_.empty()) return;
    if (!cell_) return aside(text_);  // of no place that a spreadsheet has
    const auto [row, column] = *cell_;
    put_value(row, column);
    check_style(row, column);
  }

  void check_style(size_t row, size_t column) {
    if (style_ == nullptr) return;
    const disclosure::Place place{name_, row + 1, column + 1};
    if (style_->unseen) scan_->findings.add("finding.hidden_cells", place);
    if (type_ != Type::number) return;
    const double value = std::strtod(text_.c_str(), nullptr);
    if (!hides_digits(*style_, value)) return;
    if (style_->shown.hidden || scan_->rounded.size() == rounded_max)
      scan_->findings.add("finding.hidden_digits", place, disclosure::shape_of(shown(text_)));
    else
      scan_->rounded.push_back({row, column});
  }

  void put_value(size_t row, size_t column) {
    const bool is_number = type_ == Type::number;
    // From 1901 to 2100. A three with a date's format stays a three.
    constexpr double serial_min = 367, serial_max = 73051;
    const bool dated = is_number && style_ != nullptr && style_->date;
    const double serial = dated ? std::strtod(text_.c_str(), nullptr) : 0;
    if (dated && serial >= serial_min && serial < serial_max)
      return keep(row, column, date_of_serial(serial));
    if (type_ == Type::listed) return put_listed(row, column);
    if (is_number && !is_shown_so(text_)) return keep(row, column, shown(text_), plain_);
    keep(row, column, text_, plain_);
  }

  void put_listed(size_t row, size_t column) {
    size_t index = 0;
    if (whole_number(text_, index) && index < shared_.size()) {
      used_[index] = true;
      return keep(row, column, shared_[index], false);
    }
    keep(row, column, "?");
    contradicts();
    aside(text_);
  }

  void keep(size_t row, size_t column, const std::string& text, bool plain = true) {
    way_.ordered ? ordered_.put(row, column, text, plain) : any_order_.put(row, column, text);
  }

  // What no program shows.
  void aside(std::string_view text) {
    rest_ += text;
    rest_ += '\n';
  }

  const std::string name_;
  const std::vector<std::string>& shared_;
  Scan* scan_;
  const std::vector<CellStyle>& styles_;
  const CellStyle* style_ = nullptr;
  enum class Type { number, listed, text_within, other } type_ = Type::number;  // of the cell that is read
  std::string text_, other_text_;  // what it shows, and what it does not
  std::string other_, rest_;       // a formula or heading; what stands around all that
  std::string* into_ = &rest_;     // where text goes
  size_t value_begin_ = 0;
  std::optional<std::pair<size_t, size_t>> cell_;
  const Way way_;
  std::vector<bool> used_;  // of the shared texts
  CellsInOrder ordered_;
  std::vector<CellsInOrder> below_;  // of the parts that were taken
  CellsInAnyOrder any_order_;
  size_t row_ = 0, next_column_ = 0;
  bool plain_ = true;  // the text of the cell is is_plain()
  bool in_cell_ = false, in_other_ = false, beside_ = false, hidden_ = false, formulas_ = false,
       raised_ = false;
  bool has_value_ = false, has_text_ = false;  // the cell has had one
  bool aside_ = false, runs_ = false;          // what is read is in how a word sounds, in a run of letters
  bool had_root_ = false;
  std::string prefix_;         // of the sheet's elements, with its colon
  bool counted_rows_ = false;  // one had no number: which it is depends on those before it
};

}  // namespace fvm::runner
