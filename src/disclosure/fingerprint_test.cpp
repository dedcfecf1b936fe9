#include "disclosure/fingerprint.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>

#include "disclosure/text.hpp"

namespace fvm::disclosure {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string canonical_cells(const Rows& rows) {
  Table table;
  table.rows = rows;
  return disclosure::canonical_cells(table);
}

const Rows table = {{"kommune", "K", "M"}, {"101", "19", "…"}, {"102", "23", "1,5"}};

TEST(Fingerprint, IsOfHeadingsLabelsAndNumbersAlone) {
  const std::string one = canonical_cells(table);
  EXPECT_FALSE(one.empty());
  const Rows same[] = {
      {{"kommune", "M", "K"}, {"102", "1.50", "23"}, {"101", "…", "19"}},  // turned about
      {{"Titel"}, {}, {"kommune", "K", "M"}, {"101", " 19 ", "…"}, {"102", "23", "1,5"}, {"Note"}},  // words
                                                                                                     // around
  };
  for (const Rows& rows : same) EXPECT_EQ(canonical_cells(rows), one);
}

TEST(Fingerprint, AnotherNumberHeadingOrLabelIsAnotherTable) {
  for (size_t row = 0; row < table.size(); ++row) {
    for (size_t column = 0; column < table[row].size(); ++column) {
      Rows other = table;
      other[row][column] = "77";
      EXPECT_NE(canonical_cells(other), canonical_cells(table)) << row << " " << column;
    }
  }
  EXPECT_NE(canonical_cells({table[0], table[1]}), canonical_cells(table));
}

TEST(Fingerprint, WithoutNumbersThereIsNoTable) {
  EXPECT_EQ(canonical_cells({}), "");
  EXPECT_EQ(canonical_cells({{"a"}, {"b"}}), "");
  EXPECT_EQ(canonical_cells({{"a", "b"}, {"c", "d"}}), "");
}

// Numbers by their value, others as they stand.
std::string compared(const std::string& cell) {
  const auto number = number_of(cell);
  if (!number || number->percent) return cell;
  std::array<char, 40> room{};
  (void)std::snprintf(room.data(), room.size(), "%.10g", number->value);
  return room.data();
}

// The same by the definition: the different cells under their headings in order, then the rows, each as the
// numbers of its cells in order, in order.
std::string by_definition(const Rows& rows) {
  const auto filled = [](const auto& row) {
    return std::count_if(row.begin(), row.end(), [](const auto& cell) { return !trim(cell).empty(); });
  };
  const auto heading =
      std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return filled(row) > 1; });
  std::vector<std::vector<std::pair<std::string, std::string>>> lines;
  for (auto row = heading; row != rows.end(); ++row) {
    const bool numbered =
        std::any_of(row->begin(), row->end(), [](const auto& cell) { return number_of(trim(cell)); });
    if (row == heading || filled(*row) < 2 || !numbered) continue;
    auto& line = lines.emplace_back();
    for (size_t i = 0; i < row->size(); ++i) {
      const std::string cell(trim((*row)[i]));
      if (!cell.empty()) line.emplace_back(i < heading->size() ? (*heading)[i] : "", compared(cell));
    }
    std::sort(line.begin(), line.end());
  }
  std::sort(lines.begin(), lines.end());
  if (lines.empty()) return {};
  std::map<std::pair<std::string, std::string>, uint32_t> numbers;
  for (const auto& line : lines)
    for (const auto& cell : line) numbers[cell] = 0;
  std::string out;
  const auto put = [&](uint32_t number) {
    for (int i = 0; i < 4; ++i) out += static_cast<char>(number >> (8 * i) & 0xFF);
  };
  uint32_t last = 0;
  for (auto& [cell, number] : numbers) {
    number = ++last;
    for (const std::string& text : {cell.first, cell.second})
      put(static_cast<uint32_t>(text.size())), out += text;
  }
  put(0xFFFFFFFF);
  for (const auto& line : lines) {
    for (const auto& cell : line) put(numbers[cell]);
    put(0);
  }
  return out;
}

RC_GTEST_PROP(Fingerprint, IsWhatItsDefinitionSays, ()) {
  const auto texts =
      rc::gen::element<std::string>("", "", "1", "1,0", "12", "2", "a", "ab", "a b", "å", "a\x1f", "\x01");
  const auto headings = rc::gen::element<std::string>("", "a", "aa", "ab", "b", "b c", "n", "å");
  Rows rows{*rc::gen::container<std::vector<std::string>>(*rc::gen::inRange(2, 5), headings)};
  const auto body = *rc::gen::container<Rows>(rc::gen::container<std::vector<std::string>>(texts));
  rows.insert(rows.end(), body.begin(), body.end());
  RC_ASSERT(canonical_cells(rows) == by_definition(rows));
}

// Full columns and numbers in each row, and now and then a gap; tallies from the right row and from another.
RC_GTEST_PROP(Fingerprint, IsTheSameByTallies, ()) {
  const auto width = *rc::gen::inRange<size_t>(2, 9);
  const auto texts = rc::gen::element<std::string>("1", "1,0", "12", "2", "a", "ab", "a b");
  const auto numbers = rc::gen::element<std::string>("1", "2", "30", "1,0");
  Rows rows{
      *rc::gen::container<std::vector<std::string>>(width, rc::gen::element<std::string>("a", "b", "c"))};
  for (size_t c = 0; c < width && *rc::gen::arbitrary<bool>(); ++c) rows[0][c] += std::to_string(c);
  auto body = *rc::gen::container<Rows>(rc::gen::container<std::vector<std::string>>(width, texts));
  for (auto& row : body) row[0] = *numbers;
  if (!body.empty() && *rc::gen::arbitrary<bool>()) body.front()[*rc::gen::inRange<size_t>(0, width)] = "";
  rows.insert(rows.end(), body.begin(), body.end());
  Table table;
  table.rows = rows;
  const Grid grid = table;
  std::string all;
  disclosure::canonical_cells(grid, Tallies(grid, *rc::gen::inRange<size_t>(0, 3)),
                              [&](std::string_view piece) { all += piece; });
  RC_ASSERT(all == by_definition(rows));
}

// More columns than one key holds.
TEST(Fingerprint, OfManyFullColumnsIsWhatItsDefinitionSays) {
  Rows rows(1);
  for (size_t c = 0; c < 40; ++c) rows[0].push_back("c" + std::to_string(c));
  for (size_t r = 0; r < 300; ++r) {
    auto& row = rows.emplace_back();
    for (size_t c = 0; c < 40; ++c) row.push_back(std::to_string(r * (c + 3) * 7919 % (c * c + 2)));
  }
  EXPECT_EQ(canonical_cells(rows), by_definition(rows));
}

// Points between thousands, zeros in front and behind, too many digits, exponents.
RC_GTEST_PROP(Fingerprint, NumbersAreComparedByTheirValue, ()) {
  const auto digits = rc::gen::mapcat(rc::gen::inRange<size_t>(0, 13), [](size_t count) {
    return rc::gen::container<std::string>(count, rc::gen::element('0', '0', '1', '2', '9'));
  });
  Rows rows{{"a", "b"}};
  for (auto count = *rc::gen::inRange(1, 20); count > 0; --count) {
    const std::string ends = *rc::gen::element<std::string>("", "", "", "e3", "%", "-");
    const std::string mark = *rc::gen::element<std::string>("", ".", ",");
    rows.push_back({*digits + mark + *digits + ends, "1"});
  }
  RC_ASSERT(canonical_cells(rows) == by_definition(rows));
}

// So many that threads share the work.
TEST(Fingerprint, OfManyRowsIsWhatItsDefinitionSays) {
  Rows rows{{"k", "n", "x"}};
  for (size_t r = 0; r < 101'000; ++r)
    rows.push_back({"K" + std::to_string(r % 97), std::to_string(r * 7919 % 90'001),
                    std::to_string(r * 31 % 977) + "." + std::to_string(r % 10)});
  EXPECT_EQ(canonical_cells(rows), by_definition(rows));
  for (size_t r = 1; r < rows.size(); r += 1000) rows[r][2].clear();  // and with gaps
  EXPECT_EQ(canonical_cells(rows), by_definition(rows));
}

}  // namespace
}  // namespace fvm::disclosure
