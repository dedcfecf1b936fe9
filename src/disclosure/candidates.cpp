#include "disclosure/candidates.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "disclosure/text.hpp"
#include "disclosure/traits.hpp"

namespace fvm::disclosure {
namespace {

constexpr size_t columns_min = 2, groups_max = 5, packed_bytes_max = 200;

std::string value_of(std::string_view cell) {
  cell = trim(cell);
  return cell.size() > candidate_cell_bytes_max ? std::string() : lower(cell);
}

// Of each cell one letter: nothing, a date, a whole number, another number, a text.
char make_of(std::string_view cell) {
  if (cell.empty()) return 'e';
  if (is_full_date(cell)) return 'd';
  const auto number = number_of(cell);
  if (!number) return 't';
  return number->whole ? 'w' : 'f';
}

std::string make_of(const std::vector<std::string>& row) {
  std::string make;
  for (const std::string& cell : row) make += make_of(cell);
  return make;
}

// Which rows are compared: all, or so many evenly spread.
std::vector<size_t> chosen(const std::vector<size_t>& rows) {
  if (rows.size() <= candidate_rows_max) return rows;
  std::vector<size_t> some;
  for (size_t i = 0; i < candidate_rows_max; ++i) some.push_back(rows[i * rows.size() / candidate_rows_max]);
  return some;
}

std::vector<size_t> body_of(const Grid& table, const Layout& layout) {
  const auto columns =
      layout.tallies.columns_with([&](size_t, Grid::Id text) { return table.says_masked(text); });
  if (columns.empty()) {
    std::vector<size_t> all(table.rows() - layout.header_rows);
    std::iota(all.begin(), all.end(), layout.header_rows);
    return all;
  }
  std::vector<size_t> open, masked;
  for (size_t r = layout.header_rows; r < table.rows(); ++r) {
    const bool hides = std::any_of(columns.begin(), columns.end(),
                                   [&](size_t c) { return table.says_masked(table.id(r, c)); });
    (hides ? masked : open).push_back(r);
  }
  if (masked.size() <= open.size()) return open;
  open.insert(open.end(), masked.begin(), masked.end());
  std::sort(open.begin(), open.end());
  return open;
}

// `rows`: those of `all_rows` that are compared.
Candidate as_it_stands(const Grid& table, const Layout& layout, size_t width, size_t all_rows,
                       const std::vector<size_t>& rows) {
  Candidate out{.sheet = table.sheet, .all_rows = all_rows};
  for (size_t c = 0; c < width; ++c) out.headings.push_back(value_of(layout.columns[c].header));
  for (const size_t r : rows) {
    auto& row = out.rows.emplace_back();
    for (size_t c = 0; c < width; ++c) row.push_back(value_of(table.text(r, c)));
    out.places.push_back(table.first_row + r);
  }
  return out;
}

// Each column of the file as a row. What was a heading may be the first value.
Candidate on_its_side(const Grid& table, const Layout& layout) {
  Candidate out{.sheet = table.sheet, .on_side = true, .all_rows = table.width()};
  const size_t from = layout.header_rows > 1 ? layout.header_rows - 1 : 0;
  std::vector<size_t> columns(table.width());
  for (size_t c = 0; c < columns.size(); ++c) columns[c] = c;
  for (size_t r = from; r < table.rows(); ++r) out.headings.push_back(value_of(table.text(r, 0)));
  for (const size_t c : chosen(columns)) {
    auto& row = out.rows.emplace_back();
    for (size_t r = from; r < table.rows(); ++r) row.push_back(value_of(table.text(r, c)));
    out.places.push_back(c + 1);
  }
  return out;
}

// Rows that are made otherwise than most: a few persons below an honest table.
void add_groups(const Candidate& whole, std::vector<Candidate>& out) {
  std::map<std::string, std::vector<size_t>> by_make;
  for (size_t r = 0; r < whole.rows.size(); ++r) by_make[make_of(whole.rows[r])].push_back(r);
  if (by_make.size() < 2) return;
  std::vector<const std::vector<size_t>*> groups;
  for (const auto& [make, rows] : by_make) groups.push_back(&rows);
  std::stable_sort(groups.begin(), groups.end(),
                   [](const auto* a, const auto* b) { return a->size() > b->size(); });
  for (size_t g = 0; g < std::min(groups.size(), groups_max); ++g) {
    Candidate part{.sheet = whole.sheet,
                   .on_side = whole.on_side,
                   .all_rows = groups[g]->size(),
                   .headings = whole.headings};
    for (const size_t r : *groups[g])
      part.rows.push_back(whole.rows[r]), part.places.push_back(whole.places[r]);
    out.push_back(std::move(part));
  }
}

std::vector<std::string> pieces_of(std::string_view cell, char mark) {
  std::vector<std::string> pieces;
  for (size_t from = 0; from <= cell.size() && pieces.size() < candidate_columns_max;) {
    const size_t end = std::min(cell.find(mark, from), cell.size());
    pieces.push_back(value_of(cell.substr(from, end - from)));
    from = end + 1;
  }
  return pieces;
}

// One column whose cells hold several values each, taken apart; the others stay beside it.
void add_unpacked(const Grid& table, const Layout& layout, size_t column, const std::vector<size_t>& rows,
                  std::vector<Candidate>& out) {
  for (const char mark : {'|', '_', ';', ',', ':', '~', '/', ' '}) {
    const auto packed = [&](size_t r) {
      const std::string_view cell = table.text(r, column);
      return cell.size() <= packed_bytes_max && cell.find(mark) != std::string_view::npos &&
             !is_full_date(cell) && !number_of(cell);
    };
    if (rows.empty() ||
        static_cast<size_t>(std::count_if(rows.begin(), rows.end(), packed)) * 10 < rows.size() * 8)
      continue;
    Candidate made{.sheet = table.sheet, .all_rows = table.rows() - layout.header_rows};
    size_t width = 0;
    for (const size_t r : rows) {
      auto row = pieces_of(table.text(r, column), mark);
      for (size_t c = 0; c < layout.columns.size(); ++c) {
        if (c != column && row.size() < candidate_columns_max) row.push_back(value_of(table.text(r, c)));
      }
      width = std::max(width, row.size());
      made.rows.push_back(std::move(row));
      made.places.push_back(table.first_row + r);
    }
    for (auto& row : made.rows) row.resize(width);
    made.headings.resize(width);
    out.push_back(std::move(made));
    return;
  }
}

}  // namespace

std::vector<Candidate> candidates_of(const Grid& table, const Layout& layout) {
  constexpr size_t low_rows_max = candidate_columns_max, packed_columns_max = 3;
  std::vector<Candidate> out;
  const size_t width = std::min(layout.columns.size(), candidate_columns_max);
  if (table.rows() <= layout.header_rows) return out;
  const std::vector<size_t> body = body_of(table, layout), rows = chosen(body);
  if (width >= columns_min) {
    out.push_back(as_it_stands(table, layout, width, body.size(), rows));
    const Candidate whole = out.front();
    add_groups(whole, out);
  }
  for (size_t c = 0, packed = 0; c < width && packed < packed_columns_max; ++c) {
    const size_t before = out.size();
    add_unpacked(table, layout, c, rows, out);
    packed += out.size() - before;
  }
  if (table.rows() <= low_rows_max && table.width() > columns_min && table.rows() >= columns_min)
    out.insert(table.width() > table.rows() ? out.begin() : out.end(), on_its_side(table, layout));
  std::erase_if(
      out, [](const Candidate& each) { return each.rows.empty() || each.headings.size() < columns_min; });
  return out;
}

}  // namespace fvm::disclosure
