#include "disclosure/fingerprint.hpp"

#include <algorithm>
#include <array>
#include <bit>
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
    const bool numbered =
        std::any_of(row.begin(), row.end(), [&](Grid::Id id) { return id != 0 && table.says_number(id); });
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

  // Sorted, each with a line break; to `take` in pieces.
  void sorted(const Take& take) const {
    std::string piece;
    const auto put = [&](bool all) {
      constexpr size_t piece_bytes = 1 << 16;
      if (piece.size() < piece_bytes && !all) return;
      take(piece);
      piece.clear();
    };
    if (are_plain()) {
      const std::vector<uint32_t> rows = order();
      constexpr size_t ahead = 16;  // rows lie far apart: they are fetched before they are needed
      for (size_t i = 0; i < rows.size(); ++i, put(false)) {
        if (i + ahead < rows.size()) __builtin_prefetch(table_.row(rows[i + ahead]).data());
        add(piece, rows[i]);
      }
    } else {
      std::vector<std::string> lines;
      for (const size_t r : part_.rows) lines.push_back(line_of(r));
      std::sort(lines.begin(), lines.end());
      for (const std::string& line : lines) piece += line, put(false);
    }
    put(true);
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

  // The rank of each text among those of a column, from 1; equal ones have the same. Returns the texts.
  std::vector<Grid::Id> rank(const std::vector<Grid::Id>& column, std::vector<uint32_t>& ranks) const {
    std::vector<Grid::Id> texts;
    for (const Grid::Id id : column) {
      if (id != 0 && ranks[id] == 0) ranks[id] = 1, texts.push_back(id);
    }
    std::vector<std::pair<uint64_t, Grid::Id>> sorted;
    for (const Grid::Id id : texts) sorted.emplace_back(beginning(canonical_[id]), id);
    std::sort(sorted.begin(), sorted.end(), [&](const auto& a, const auto& b) {
      return a.first != b.first ? a.first < b.first : canonical_[a.second] < canonical_[b.second];
    });
    uint32_t last = 0;
    for (size_t i = 0; i < sorted.size(); ++i) {
      const Grid::Id id = texts[i] = sorted[i].second;
      if (i == 0 || canonical_[id] != canonical_[sorted[i - 1].second]) ++last;
      ranks[id] = last;
    }
    return texts;
  }

  // Rows in the order of their lines: by the columns that fit into one number, the last ones first. Where a
  // cell is missing, the line goes on with a later heading, or ends.
  std::vector<uint32_t> order() const {
    const size_t n = part_.rows.size();
    std::vector<Keyed> rows(n), room(n);
    for (size_t i = 0; i < n; ++i) rows[i].row = static_cast<uint32_t>(i);
    std::vector<uint64_t> keys(n);
    std::vector<uint32_t> ranks(table_.texts());
    std::vector<uint8_t> goes_on(n);
    std::vector<Grid::Id> ids(n);
    unsigned bits = 0;
    for (auto column = columns_.rbegin(); column != columns_.rend(); ++column) {
      for (size_t i = 0; i < n; ++i) ids[i] = table_.id(part_.rows[i], *column);
      const std::vector<Grid::Id> texts = rank(ids, ranks);
      const uint32_t end = texts.empty() ? 1 : ranks[texts.back()] + 1;
      const auto more = static_cast<unsigned>(std::bit_width(end));
      if (bits + more > key_bits_max) sort_by(keys, bits, rows, room), bits = 0, keys.assign(n, 0);
      for (size_t i = 0; i < n; ++i) {
        const Grid::Id id = ids[i];
        const uint64_t key = id != 0 ? ranks[id] : goes_on[i] != 0 ? end : 0;
        goes_on[i] |= id != 0;
        keys[i] |= key << bits;
      }
      bits += more;
      for (const Grid::Id id : texts) ranks[id] = 0;
    }
    sort_by(keys, bits, rows, room);
    std::vector<uint32_t> out(n);
    for (size_t i = 0; i < n; ++i) out[i] = static_cast<uint32_t>(part_.rows[rows[i].row]);
    return out;
  }

  struct Keyed {
    uint64_t key = 0;
    uint32_t row = 0;  // of part_.rows
  };
  static constexpr unsigned key_bits_max = 64;

  // Keeps the order of rows with the same key; digit by digit, the last first.
  static void sort_by(const std::vector<uint64_t>& keys, unsigned bits, std::vector<Keyed>& rows,
                      std::vector<Keyed>& room) {
    constexpr unsigned digit_bits = 11;
    constexpr uint64_t digit_mask = (1u << digit_bits) - 1;
    for (Keyed& row : rows) row.key = keys[row.row];
    for (unsigned shift = 0; shift < bits; shift += digit_bits) {
      std::array<size_t, digit_mask + 2> begin{};
      for (const Keyed& row : rows) ++begin[(row.key >> shift & digit_mask) + 1];
      for (size_t i = 1; i < begin.size(); ++i) begin[i] += begin[i - 1];
      for (const Keyed& row : rows) room[begin[row.key >> shift & digit_mask]++] = row;
      rows.swap(room);
    }
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

void canonical_cells(const Grid& table, const Take& take) {
  const Part part = part_of(table);
  if (!part.rows.empty()) Lines(table, part).sorted(take);
}

std::string canonical_cells(const Grid& table) {
  std::string all;
  canonical_cells(table, [&](std::string_view piece) { all += piece; });
  return all;
}

}  // namespace fvm::disclosure
