#include "disclosure/fingerprint.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>
#include <deque>
#include <map>
#include <numeric>
#include <string_view>

#include "base/beside.hpp"
#include "disclosure/ascii.hpp"
#include "disclosure/byte_pieces.hpp"
#include "disclosure/radix_sort.hpp"

namespace fvm::disclosure {
namespace {

constexpr int digits_told = 10;

// Whether a number stands as "%.10g" writes it, seen without writing it: digits, perhaps a point and more
// digits, none too many. All others are written: with an exponent, a sign, blanks, points between thousands.
bool is_told_so(std::string_view text, bool whole_number) {
  const auto point = std::min(text.find('.'), text.size());
  const std::string_view whole = text.substr(0, point);
  if (whole.empty() || (whole.size() > 1 && whole.front() == '0') || text.size() > digits_told) return false;
  const auto are_digits = [](std::string_view part) { return std::ranges::all_of(part, ascii::digit); };
  if (point == text.size()) return are_digits(text);
  if (whole_number) return false;
  const std::string_view part = text.substr(point + 1);
  const bool has_exponent = whole == "0" && part.starts_with("0000");
  return !has_exponent && !part.empty() && part.back() != '0' && are_digits(whole) && are_digits(part);
}

// A text as it is compared: numbers by their value (as "%.10g"), others as they stand. What stands otherwise
// than it is compared is made in `made`.
std::string_view canonical(const Grid& table, Grid::Id id, std::deque<std::string>& made) {
  const std::string_view as_it_stands = table.text(id);
  const auto& number = table.said(id).number;
  if (!number || number->percent || is_told_so(as_it_stands, number->whole)) return as_it_stands;
  std::array<char, 40> room;
  const auto end = std::to_chars(room.data(), room.data() + room.size(), number->value,
                                 std::chars_format::general, digits_told);
  const std::string_view text(room.data(), end.ptr);
  return text == as_it_stands ? as_it_stands : made.emplace_back(text);
}

bool is_of_table(std::span<const Grid::Id> row) {
  return std::count_if(row.begin(), row.end(), [](Grid::Id id) { return id != 0; }) > 1;
}

size_t heading_of(const Grid& table) {
  size_t heading = 0;
  while (heading < table.rows() && !is_of_table(table.row(heading))) ++heading;
  return heading;
}

// The rows that are told of.
struct Part {
  size_t heading = 0, size = 0;
  bool whole = false;        // each row below the heading: then the tallies tell what stands in it
  std::vector<size_t> some;  // else these
  size_t row(size_t i) const { return whole ? heading + 1 + i : some[i]; }
};

// Each row has two cells and a number in it, as columns without a gap show.
bool are_all_of_table(const Grid& table, const Tallies& tallies) {
  const size_t rows = table.rows() - std::min(tallies.first_row(), table.rows());
  size_t full = 0;
  bool numbered = false;
  for (size_t c = 0; c < tallies.columns() && rows > 0; ++c) {
    if (tallies.filled(c) < rows) continue;
    ++full;
    numbered = numbered || !tallies.any(c, [&](Grid::Id id) { return !table.says_number(id); });
  }
  return full > 1 && numbered;
}

Part part_of(const Grid& table, const Tallies& tallies, size_t heading) {
  if (are_all_of_table(table, tallies)) return {heading, table.rows() - heading - 1, true, {}};
  Part part{heading};
  for (size_t r = part.heading + 1; r < table.rows(); ++r) {
    const auto row = table.row(r);
    const bool numbered =
        std::any_of(row.begin(), row.end(), [&](Grid::Id id) { return id != 0 && table.says_number(id); });
    if (numbered && is_of_table(row)) part.some.push_back(r);
  }
  part.size = part.some.size();
  return part;
}

// The first bytes as a number that is ordered as they are.
uint64_t beginning(std::string_view text) {
  uint64_t number = 0;
  for (size_t i = 0; i < sizeof number; ++i)
    number = number << 8 | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0);
  return number;
}

constexpr uint32_t end_of_texts = 0xFFFFFFFF, end_of_row = 0;

class Lines {
 public:
  Lines(const Grid& table, const Tallies& tallies, const Part& part)
      : table_(table), tallies_(tallies), part_(part), canonical_(table.texts()) {
    const auto make = [&](Grid::Id id) {
      if (id != 0 && canonical_[id].empty()) canonical_[id] = canonical(table, id, made_);
    };
    for (size_t c = 0; part.whole && c < tallies.columns(); ++c) {
      for (const Tally& tally : tallies.column(c)) make(tally.text);
    }
    for (const size_t r : part.some) {
      for (const Grid::Id id : table.row(r)) make(id);
    }
    for (size_t c = 0; c < table.width(); ++c) headings_.push_back(table.text(part.heading, c));
    columns_.resize(table.width());
    std::iota(columns_.begin(), columns_.end(), 0);
    std::stable_sort(columns_.begin(), columns_.end(),
                     [&](size_t a, size_t b) { return headings_[a] < headings_[b]; });
  }

  // First the different cells with their headings, in order; then the rows, each as the numbers of its cells
  // from 1, in order.
  void write(const Take& take) const {
    Bytes out(take);
    are_plain() ? write_plain(out) : write_any(out);
    out.flush();
  }

 private:
  // No heading stands twice: then cells are ordered as their columns are. Not worth its while where most rows
  // have no cell in most columns.
  bool are_plain() const {
    constexpr size_t places_per_cell_max = 16;
    size_t filled = 0;
    for (size_t c = 0; c < tallies_.columns(); ++c) filled += tallies_.filled(c);
    if (part_.size * table_.width() > filled * places_per_cell_max) return false;
    const auto same = [&](size_t a, size_t b) { return headings_[a] == headings_[b]; };
    return std::adjacent_find(columns_.begin(), columns_.end(), same) == columns_.end();
  }

  // A column that has cells: its different texts in order, and where the number of a row's text stands: in a
  // key, above `shift` bits. 0: no cell, and no further one in the row; `end`: no cell.
  struct Ranked {
    size_t column;
    std::vector<Grid::Id> texts;
    size_t key = 0;
    unsigned shift = 0;
    uint32_t end() const { return static_cast<uint32_t>(texts.size()) + 1; }
    unsigned bits() const { return static_cast<unsigned>(std::bit_width(end())); }
  };

  // Numbers the texts of a column from 1 as they are ordered; equal ones have the same. Returns one of each.
  std::vector<Grid::Id> rank(size_t column, std::vector<uint32_t>& ranks) const {
    std::vector<std::pair<uint64_t, Grid::Id>> sorted;
    const auto take = [&](Grid::Id id) {
      if (id != 0 && ranks[id] == 0) ranks[id] = 1, sorted.emplace_back(beginning(canonical_[id]), id);
    };
    for (size_t i = 0; !part_.whole && i < part_.size; ++i) take(table_.id(part_.some[i], column));
    if (part_.whole) {
      for (const Tally& tally : tallies_.column(column)) take(tally.text);
    }
    std::vector<std::pair<uint64_t, Grid::Id>> room(sorted.size());
    sort_by(sorted, room, [](const auto& each) { return each.first; });
    sort_alike(sorted);
    std::vector<Grid::Id> texts;
    for (const auto& [first, id] : sorted) {
      if (texts.empty() || canonical_[id] != canonical_[texts.back()]) texts.push_back(id);
      ranks[id] = static_cast<uint32_t>(texts.size());
    }
    return texts;
  }

  // Those that begin alike, in order.
  void sort_alike(std::vector<std::pair<uint64_t, Grid::Id>>& sorted) const {
    for (auto from = sorted.begin(), to = from; from != sorted.end(); from = to) {
      to = std::find_if(from, sorted.end(), [&](const auto& each) { return each.first != from->first; });
      if (to - from > 1)
        std::sort(from, to,
                  [&](const auto& a, const auto& b) { return canonical_[a.second] < canonical_[b.second]; });
    }
  }

  struct Keyed {
    uint64_t key = 0;
    uint32_t row = 0;  // of part_
  };
  using Keys = std::vector<std::vector<uint64_t>>;  // one number of each row, for as many columns as it holds

  // Puts the numbers of a column's cells into a key of their rows. `goes_on`: rows with cells in columns that
  // were there before.
  void put_column(const Ranked& ranked, const std::vector<uint32_t>& ranks, std::vector<uint8_t>& goes_on,
                  std::vector<uint64_t>& keys) const {
    in_halves([&](size_t, size_t from, size_t to) {
      for (size_t i = from; i < to; ++i) {
        const Grid::Id id = table_.id(part_.row(i), ranked.column);
        const uint64_t key = id != 0 ? ranks[id] : goes_on[i] != 0 ? ranked.end() : 0;
        goes_on[i] |= id != 0;
        keys[i] |= key << ranked.shift;
      }
    });
  }

  // The keys of the rows, the last columns' first.
  Keys keys_of(std::vector<Ranked>& columns) const {
    Keys keys;
    std::vector<uint32_t> ranks(table_.texts());
    std::vector<uint8_t> goes_on(part_.size);
    unsigned bits = key_bits_max;
    for (auto column = columns_.rbegin(); column != columns_.rend(); ++column) {
      Ranked ranked{*column, rank(*column, ranks)};
      if (ranked.texts.empty()) continue;
      if (bits + ranked.bits() > key_bits_max) keys.emplace_back(part_.size), bits = 0;
      ranked.key = keys.size() - 1;
      ranked.shift = bits;
      bits += ranked.bits();
      put_column(ranked, ranks, goes_on, keys.back());
      for (const Tally& tally : tallies_.column(*column)) ranks[tally.text] = 0;
      columns.push_back(std::move(ranked));
    }
    std::reverse(columns.begin(), columns.end());
    return keys;
  }

  void write_plain(Bytes& out) const {
    std::vector<Ranked> columns;
    Keys keys = keys_of(columns);
    for (const Ranked& column : columns) {
      for (const Grid::Id id : column.texts) out.text(headings_[column.column]), out.text(canonical_[id]);
    }
    out.number(end_of_texts);
    std::vector<Place> places;
    uint32_t before = 0;
    for (const Ranked& column : columns) {
      places.push_back({column.key, column.shift, (uint64_t{1} << column.bits()) - 1, column.end(), before});
      before += static_cast<uint32_t>(column.texts.size());
    }
    if (keys.size() == 1) return write_sorted(keys[0], places, out);  // the key says all of a row
    std::vector<Keyed> rows(part_.size), room(rows.size());
    for (size_t i = 0; i < rows.size(); ++i) rows[i].row = static_cast<uint32_t>(i);
    for (const auto& key : keys) {
      for (Keyed& row : rows) row.key = key[row.row];
      sort_by(rows, room, [](const Keyed& row) { return row.key; });
    }
    for (const Keyed& row : rows) write_row(places, out, [&](size_t key) { return keys[key][row.row]; });
  }

  // Where in which key the number of a column's text stands.
  struct Place {
    size_t key;
    unsigned shift;
    uint64_t mask;
    uint32_t end, before;
  };

  // Each half sorted by a thread, both as one when they are written.
  void write_sorted(std::vector<uint64_t>& keys, const std::vector<Place>& places, Bytes& out) const {
    std::vector<uint64_t> room(keys.size());
    std::array<std::span<const uint64_t>, 2> sorted;
    in_halves([&](size_t half, size_t from, size_t to) {
      sorted[half] = sort_by(std::span(keys).subspan(from, to - from),
                             std::span(room).subspan(from, to - from), [](uint64_t key) { return key; });
    });
    const uint64_t *a = sorted[0].data(), *b = sorted[1].data();
    const uint64_t *const end_a = a + sorted[0].size(), *const end_b = b + sorted[1].size();
    const auto write = [&](uint64_t key) { write_row(places, out, [&](size_t) { return key; }); };
    while (a != end_a && b != end_b) {
      const bool first = *a <= *b;  // no branch: it would be foretold wrongly each second time
      write(first ? *a : *b);
      a += first, b += !first;
    }
    std::for_each(a, end_a, write);
    std::for_each(b, end_b, write);
  }

  // Calls `each(half, from, to)` for the rows, by two threads when they are many.
  template <typename Each>
  void in_halves(const Each& each) const {
    constexpr size_t rows_beside_min = 100'000;
    const size_t halves = part_.size >= rows_beside_min ? 2 : 1;
    all_beside(halves, [&](size_t i) { each(i, part_.size * i / halves, part_.size * (i + 1) / halves); });
  }

  template <typename KeyOf>
  static void write_row(const std::vector<Place>& places, Bytes& out, const KeyOf& key_of) {
    char* const room = out.room(places.size() + 1);
    size_t n = 0;
    const auto put = [&](uint32_t number) { std::memcpy(room + n * sizeof number, &number, sizeof number); };
    for (const Place& place : places) {
      const auto number = static_cast<uint32_t>(key_of(place.key) >> place.shift & place.mask);
      put(place.before + number);  // written over when there is no cell
      n += number != 0 && number != place.end;
    }
    put(end_of_row);
    out.wrote(n + 1);
  }

  void write_any(Bytes& out) const {
    using Cell = std::pair<std::string_view, std::string_view>;  // heading, text
    std::map<Cell, uint32_t> numbers;
    std::vector<std::vector<Cell>> cells;
    for (size_t i = 0; i < part_.size; ++i) {
      const size_t r = part_.row(i);
      auto& row = cells.emplace_back();
      for (size_t c = 0; c < table_.width(r); ++c) {
        if (const Grid::Id id = table_.id(r, c); id != 0)
          numbers.try_emplace(row.emplace_back(headings_[c], canonical_[id]));
      }
    }
    uint32_t last = 0;
    for (auto& [cell, number] : numbers) out.text(cell.first), out.text(cell.second), number = ++last;
    out.number(end_of_texts);
    std::vector<std::vector<uint32_t>> rows;
    for (const auto& row : cells) {
      auto& of_row = rows.emplace_back();
      for (const Cell& cell : row) of_row.push_back(numbers.at(cell));
      std::sort(of_row.begin(), of_row.end());
    }
    std::sort(rows.begin(), rows.end());
    for (const auto& row : rows) {
      for (const uint32_t number : row) out.number(number);
      out.number(end_of_row);
    }
  }

  const Grid& table_;
  const Tallies& tallies_;
  const Part& part_;
  std::deque<std::string> made_;  // what canonical_ refers to beside the table's own texts
  std::vector<std::string_view> canonical_;
  std::vector<std::string_view> headings_;
  std::vector<size_t> columns_;  // in the order of their headings
};

}  // namespace

void canonical_cells(const Grid& table, const Take& take) {
  canonical_cells(table, Tallies(table, heading_of(table) + 1), take);
}

void canonical_cells(const Grid& table, const Tallies& tallies, const Take& take) {
  const size_t heading = heading_of(table);
  if (tallies.first_row() != heading + 1) return canonical_cells(table, take);
  const Part part = part_of(table, tallies, heading);
  if (part.size > 0) Lines(table, tallies, part).write(take);
}

std::string canonical_cells(const Grid& table) {
  std::string all;
  canonical_cells(table, [&](std::string_view piece) { all += piece; });
  return all;
}

}  // namespace fvm::disclosure
