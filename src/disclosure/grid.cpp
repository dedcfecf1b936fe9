#include "disclosure/grid.hpp"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <deque>
#include <functional>

#include "disclosure/ascii.hpp"
#include "disclosure/text.hpp"

namespace fvm::disclosure {
namespace {

constexpr size_t block_bytes = 1 << 16;

Grid::Said said_by(std::string_view text) {
  constexpr size_t exact_digits_max = 15;
  uint64_t whole = 0;
  size_t digits = 0;
  for (; digits < text.size() && digits < exact_digits_max && ascii::digit(text[digits]); ++digits)
    whole = whole * 10 + static_cast<uint64_t>(text[digits] - '0');
  if (digits == text.size() && digits > 0) return {Number{static_cast<double>(whole), true}, whole, false};
  return {number_of(text), count_of(text), is_masked(text)};
}

}  // namespace

struct Grid::Texts {
  struct Known {
    std::string_view text;
    bool asked = false;
    Said said;
  };
  std::vector<Known> all{1};
  boost::unordered_flat_map<std::string_view, Id, std::hash<std::string_view>> by_text;
  std::deque<std::string> blocks;

  std::string_view keep(std::string_view text) {
    if (blocks.empty() || blocks.back().capacity() - blocks.back().size() < text.size())
      blocks.emplace_back().reserve(std::max(block_bytes, text.size()));
    std::string& block = blocks.back();
    block.append(text);  // within its capacity: what points into it stays
    return std::string_view(block).substr(block.size() - text.size());
  }

  Id id_of(std::string_view text) {
    if (text.empty()) return 0;
    if (const auto known = by_text.find(text); known != by_text.end()) return known->second;
    const auto id = static_cast<Id>(all.size());
    all.push_back({keep(text), false, {}});
    by_text.emplace(all.back().text, id);
    return id;
  }
};

Grid::Grid() : texts_(std::make_unique<Texts>()) {}
Grid::Grid(Grid&&) noexcept = default;
Grid& Grid::operator=(Grid&&) noexcept = default;
Grid::~Grid() = default;

Grid::Grid(const Table& table) : Grid() {
  sheet = table.sheet, letters = table.letters, first_row = table.first_row;
  for (const auto& row : table.rows) {
    for (const std::string& cell : row) add(cell);
    end_row();
  }
}

void Grid::add(std::string_view cell) {
  cells_.push_back(texts_->id_of(trim(cell)));
}

void Grid::end_row() {
  columns_.clear();
  starts_.push_back(cells_.size());
  width_ = std::max(width_, width(rows() - 1));
}

void Grid::remove_last_row() {
  columns_.clear();
  starts_.pop_back();
  cells_.resize(starts_.back());
}

size_t Grid::texts() const {
  return texts_->all.size();
}

std::string_view Grid::text(Id id) const {
  return texts_->all[id].text;
}

const Grid::Said& Grid::said(Id id) const {
  Texts::Known& known = texts_->all[id];
  if (!known.asked) {
    known.asked = true;
    known.said = said_by(known.text);
  }
  return known.said;
}

void Grid::index() const {
  std::vector<size_t> next(width_ + 1);
  for (size_t r = 0; r < rows(); ++r) {
    const auto cells = row(r);
    for (size_t c = 0; c < cells.size(); ++c) next[c + 1] += cells[c] != 0;
  }
  for (size_t c = 0; c < width_; ++c) next[c + 1] += next[c];
  columns_ = next;
  entries_.resize(next.back());
  for (size_t r = 0; r < rows(); ++r) {
    const auto cells = row(r);
    for (size_t c = 0; c < cells.size(); ++c) {
      if (cells[c] != 0) entries_[next[c]++] = {static_cast<uint32_t>(r), cells[c]};
    }
  }
}

std::span<const Grid::Entry> Grid::column(size_t column) const {
  if (columns_.empty()) index();
  return {entries_.data() + columns_[column], columns_[column + 1] - columns_[column]};
}

}  // namespace fvm::disclosure
