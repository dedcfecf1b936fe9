#include "pgwire/copy.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "pgwire/protocol.hpp"

namespace fvm::pgwire {
namespace {

using Rows = std::vector<std::vector<CopyField>>;

CopyOptions csv() {
  CopyOptions options;
  options.format = CopyOptions::Format::csv;
  options.delimiter = ',';
  options.null = "";
  return options;
}

std::string written(const Rows& rows, const CopyOptions& options) {
  std::string out;
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      if (i > 0) out += options.delimiter;
      if (!row[i]) {
        out += options.null;
        continue;
      }
      std::string value(copy_bytes_max(*row[i]), '\0');
      value.resize(static_cast<size_t>(put_copy_value(value.data(), *row[i], options, i) - value.data()));
      out += value;
    }
    out += '\n';
  }
  return out;
}

Result<Rows> read(const std::string& bytes, const CopyOptions& options, size_t columns, size_t piece) {
  Rows rows;
  CopyParser parser(options, columns, [&](std::span<const CopyField> fields) -> Result<void> {
    rows.emplace_back(fields.begin(), fields.end());
    return {};
  });
  for (size_t at = 0; at < bytes.size(); at += piece)
    TRY(parser.add(std::string_view(bytes).substr(at, piece)));
  TRY(parser.finish());
  return rows;
}

rc::Gen<std::string> nasty() {  // what escaping is about, and some ordinary letters
  return rc::gen::container<std::string>(rc::gen::element('a', 'b', ',', ';', '"', '\'', '\\', '\n', '\r',
                                                          '\t', 'N', '.', ' ', '\xC3', '\b', 'x', '0'));
}

void comes_back(const CopyOptions& options) {
  const size_t columns = *rc::gen::inRange<size_t>(1, 5);
  Rows rows(*rc::gen::inRange<size_t>(0, 6));
  for (auto& row : rows)
    for (size_t i = 0; i < columns; ++i)
      row.push_back(*rc::gen::arbitrary<bool>() ? CopyField(*nasty()) : CopyField());
  const auto piece = *rc::gen::inRange<size_t>(1, 9);
  const auto bytes = written(rows, options);
  const auto back = read(bytes, options, columns, piece);
  RC_ASSERT(back.ok());
  RC_ASSERT(*back == rows);
}

RC_GTEST_PROP(Copy, TextComesBack, ()) {
  comes_back({});
}

RC_GTEST_PROP(Copy, CsvComesBack, ()) {
  comes_back(csv());
}

RC_GTEST_PROP(Copy, CsvWithOtherSignsComesBack, ()) {
  auto options = csv();
  options.delimiter = ';';
  options.quote = '\'';
  options.escape = '\\';
  options.null = "NA";
  comes_back(options);
}

RC_GTEST_PROP(Copy, AnythingIsReadOrRefused, (const std::string& bytes)) {
  (void)read(bytes, csv(), 2, 7);
  (void)read(bytes, {}, 2, 7);
}

TEST(Copy, NullAndEmptyDiffer) {
  EXPECT_EQ(written({{CopyField(), CopyField("")}}, csv()), ",\"\"\n");
  EXPECT_EQ(written({{CopyField(), CopyField("")}}, {}), "\\N\t\n");
}

TEST(Copy, TextEscapesAsPostgresDocumentsThem) {
  EXPECT_EQ(written({{CopyField("a\tb\nc\\d\re")}}, {}), "a\\tb\\nc\\\\d\\re\n");
  const auto rows = read("\\x41\\102\\q\\.\n", {}, 1, 100);
  ASSERT_TRUE(rows.ok());
  EXPECT_EQ(*(*rows)[0][0], "ABq.");
}

TEST(Copy, HeaderIsSkippedAndWritten) {
  auto options = csv();
  options.header = true;
  const auto rows = read("a,b\n1,2\n", options, 2, 3);
  ASSERT_TRUE(rows.ok());
  EXPECT_EQ(rows->size(), 1u);
  const std::string names[] = {"a", "b,c"};
  EXPECT_EQ(copy_header(names, options), "a,\"b,c\"\n");
}

TEST(Copy, EndMarkerWindowsLinesAndLastLineWithoutEnd) {
  EXPECT_EQ(read("1,2\r\n3,4", csv(), 2, 2)->size(), 2u);
  EXPECT_EQ(read("1\t2\n\\.\nrubbish\n", {}, 2, 100)->size(), 1u);
}

TEST(Copy, RowsThatDoNotFitSayWhichLine) {
  const auto few = read("1,2\n3\n", csv(), 2, 100);
  EXPECT_EQ(sqlstate_of(few.error()), "22P04");
  EXPECT_NE(few.error().argument("message").find("line 2"), std::string_view::npos);
  EXPECT_FALSE(read("1,2,3\n", csv(), 2, 100).ok());
  EXPECT_FALSE(read("1,\"2\n", csv(), 2, 100).ok());
}

TEST(Copy, ForcedQuotes) {
  auto options = csv();
  options.force_quote = {false, true};
  EXPECT_EQ(written({{CopyField("1"), CopyField("2")}}, options), "1,\"2\"\n");
}

}  // namespace
}  // namespace fvm::pgwire
