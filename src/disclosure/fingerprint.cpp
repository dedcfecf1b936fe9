#include "disclosure/fingerprint.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>
#include <string_view>

namespace fvm::disclosure {
namespace {

constexpr char behind_heading = '\x1f', behind_cell = '\x1e';

// A text as it is compared: numbers by their value (as "%.10g"), others as they stand.
std::string canonical(const Grid& table, Grid::Id id) {
  const auto& number = table.said(id).number;
  if (!number || number->percent) return std::string(table.text(id));
  constexpr int digits = 10;
  std::array<char, 40> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number->value,
                                 std::chars_format::general, digits);
  return {text.data(), end.ptr};
}

bool is_of_table(std::span<const Grid::Id> row) {
  return std::count_if(row.begin(), row.end(), [](Grid::Id id) { return id != 0; }) > 1;
}

struct Part {
  size_t heading = 0;
  std::vector<size_t> rows;
};

Part part_of(const Grid& table) {
  Part part;
  while (part.heading < table.rows() && !is_of_table(table.row(part.heading))) ++part.heading;
  for (size_t r = part.heading + 1; r < table.rows(); ++r) {
    const auto row = table.row(r);
    const bool numbered = std::any_of(
        row.begin(), row.end(), [&](Grid::Id id) { return id != 0 && table.said(id).number.has_value(); });
    if (numbered && is_of_table(row)) part.rows.push_back(r);
  }
  return part;
}

// The first bytes as a number that is ordered as they are.
uint64_t beginning(std::string_view text) {
  uint64_t number = 0;
  for (size_t i = 0; i < sizeof number; ++i)
    number = number << 8 | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0);
  return number;
}

class Lines {
 public:
  Lines(const Grid& table, const Part& part) : table_(table), part_(part), canonical_(table.texts()) {
    for (const size_t r : part.rows) {
      for (const Grid::Id id : table.row(r)) {
        if (id != 0 && canonical_[id].empty()) canonical_[id] = canonical(table, id) + behind_cell;
      }
    }
    for (size_t c = 0; c < table.width(); ++c)
      headings_.push_back(std::string(table.text(part.heading, c)) + behind_heading);
    columns_.resize(table.width());
    std::iota(columns_.begin(), columns_.end(), 0);
    std::stable_sort(columns_.begin(), columns_.end(),
                     [&](size_t a, size_t b) { return headings_[a] < headings_[b]; });
  }

  // Sorted, each with a line break.
  std::string sorted() const {
    std::string out;
    if (are_plain()) {
      const std::vector<size_t> rows = order();
      constexpr size_t ahead = 16;  // rows lie far apart: they are fetched before they are needed
      for (size_t i = 0; i < rows.size(); ++i) {
        if (i + ahead < rows.size()) __builtin_prefetch(table_.row(rows[i + ahead]).data());
        add(out, rows[i]);
      }
      return out;
    }
    std::vector<std::string> lines;
    for (const size_t r : part_.rows) lines.push_back(line_of(r));
    std::sort(lines.begin(), lines.end());
    for (const std::string& line : lines) out += line;
    return out;
  }

 private:
  // No heading stands twice and no text has our signs: then lines are ordered as their cells are, column by
  // column. Not worth its while where most rows have no cell in most columns.
  bool are_plain() const {
    constexpr size_t places_per_cell_max = 16;
    size_t cells = 0;
    for (size_t c = 0; c < table_.width(); ++c) cells += table_.column(c).size();
    if (part_.rows.size() * table_.width() > cells * places_per_cell_max) return false;
    for (size_t i = 0; i + 1 < columns_.size(); ++i) {
      if (headings_[columns_[i]] == headings_[columns_[i + 1]]) return false;
    }
    for (Grid::Id id = 1; id < canonical_.size(); ++id) {
      for (const char c : table_.text(id)) {
        if (c == behind_heading || c == behind_cell) return false;
      }
    }
    return true;
  }

  // The rank of each text among those of a column, from 1; equal ones have the same. Returns the last.
  uint32_t rank(size_t column, std::vector<uint32_t>& ranks) const {
    std::vector<Grid::Id> texts;
    for (const size_t r : part_.rows) {
      const Grid::Id id = table_.id(r, column);
      if (id != 0 && ranks[id] == 0) ranks[id] = 1, texts.push_back(id);
    }
    std::vector<std::pair<uint64_t, Grid::Id>> sorted;
    for (const Grid::Id id : texts) sorted.emplace_back(beginning(canonical_[id]), id);
    std::sort(sorted.begin(), sorted.end(), [&](const auto& a, const auto& b) {
      return a.first != b.first ? a.first < b.first : canonical_[a.second] < canonical_[b.second];
    });
    uint32_t last = 0;
    for (size_t i = 0; i < sorted.size(); ++i) {
      const Grid::Id id = sorted[i].second;
      if (i == 0 || canonical_[id] != canonical_[sorted[i - 1].second]) ++last;
      ranks[id] = last;
    }
    return last;
  }

  // Rows in the order of their lines: sorted by the last column first. Where a cell is missing, the line goes
  // on with a later heading, or ends.
  std::vector<size_t> order() const {
    std::vector<size_t> rows(part_.rows.size()), next(rows.size());
    std::iota(rows.begin(), rows.end(), 0);
    std::vector<uint32_t> keys(rows.size()), ranks;
    std::vector<bool> goes_on(rows.size());
    for (auto column = columns_.rbegin(); column != columns_.rend(); ++column) {
      ranks.assign(table_.texts(), 0);
      const uint32_t last = rank(*column, ranks);
      for (size_t i = 0; i < rows.size(); ++i) {
        const Grid::Id id = table_.id(part_.rows[i], *column);
        keys[i] = id != 0 ? ranks[id] : goes_on[i] ? last + 1 : 0;
        if (id != 0) goes_on[i] = true;
      }
      std::vector<size_t> begin(last + 3);
      for (const uint32_t key : keys) ++begin[key + 1];
      for (size_t i = 1; i < begin.size(); ++i) begin[i] += begin[i - 1];
      for (const size_t i : rows) next[begin[keys[i]]++] = i;
      rows.swap(next);
    }
    for (size_t& i : rows) i = part_.rows[i];
    return rows;
  }

  void add(std::string& out, size_t row) const {
    for (const size_t c : columns_) {
      const Grid::Id id = table_.id(row, c);
      if (id != 0) out.append(headings_[c]).append(canonical_[id]);
    }
    out += '\n';
  }

  std::string line_of(size_t row) const {
    std::vector<std::string> cells;
    for (size_t c = 0; c < table_.width(row); ++c) {
      const Grid::Id id = table_.id(row, c);
      if (id != 0) cells.push_back(headings_[c] + canonical_[id]);
    }
    std::sort(cells.begin(), cells.end());
    return std::accumulate(cells.begin(), cells.end(), std::string()) + '\n';
  }

  const Grid& table_;
  const Part& part_;
  std::vector<std::string> canonical_, headings_;  // with our signs behind them
  std::vector<size_t> columns_;                    // in the order of their headings
};

}  // namespace

std::string canonical_cells(const Grid& table) {
  const Part part = part_of(table);
  return part.rows.empty() ? std::string() : Lines(table, part).sorted();
}

}  // namespace fvm::disclosure
