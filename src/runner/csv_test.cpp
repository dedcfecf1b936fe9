// Dialects, records, values; and the two readers against each other: what our RecordReader takes for a good
// record, DuckDB must too, with the same fields.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <fstream>

#include "base/descriptor.hpp"
#include "duck/database.hpp"
#include "runner/csv_dialect.hpp"
#include "runner/csv_records.hpp"
#include "runner/ingest_bad_rows.hpp"
#include "runner/ingest_look.hpp"
#include "runner/ingest_survey.hpp"
#include "runner/ingest_windows.hpp"
#include "runner/values.hpp"

namespace fvm::runner {
namespace {

using Rows = std::vector<std::vector<std::string>>;

Rows read_all(std::string_view text, const Dialect& dialect) {
  Rows rows;
  RecordReader reader = RecordReader::over(text, dialect);
  while (const Record* record = reader.next()) {
    rows.emplace_back();
    if (record->broken != Broken::no)
      rows.back().push_back("!" + std::to_string(static_cast<int>(record->broken)));
    for (const auto field : record->fields) rows.back().emplace_back(field);
  }
  return rows;
}

TEST(Records, FieldsQuotesAndLines) {
  const std::string text = "a;b\n1;\"x\ny\"\n\n2;\"say \"\"hi\"\"\"\n3; \"z\" \n";
  EXPECT_EQ(read_all(text, {.delimiter = ';'}),
            (Rows{{"a", "b"}, {"1", "x\ny"}, {"2", "say \"hi\""}, {"3", "z"}}));
  RecordReader reader = RecordReader::over(text, {.delimiter = ';'});
  std::vector<uint64_t> lines, offsets;
  while (const Record* record = reader.next())
    lines.push_back(record->line), offsets.push_back(record->offset);
  EXPECT_EQ(lines, (std::vector<uint64_t>{1, 2, 5, 6}));
  EXPECT_EQ(offsets, (std::vector<uint64_t>{0, 4, 13, 28}));
}

TEST(Records, BrokenOnes) {
  EXPECT_EQ(read_all("a,b\n1,\"x\"y\n2,z\n", {}), (Rows{{"a", "b"}, {"!1"}, {"2", "z"}}));
  EXPECT_EQ(read_all("a,b\n1,\"open\n2,z\n", {}), (Rows{{"a", "b"}, {"!2"}}));
  EXPECT_EQ(read_all("a,b\r\n1,2\n", {.line_end = LineEnd::crlf}), (Rows{{"a", "b"}, {"!4", "1", "2"}}));
  const std::string longest(record_bytes_max + 10, 'x');
  EXPECT_EQ(read_all("a\n" + longest + "\nb\n", {}), (Rows{{"a"}, {"!3"}, {"b"}}));
}

// As DuckDB has it; when the two readers differ, a whole delivery is refused.
TEST(Records, OneSpaceBeforeAQuoteIsNothingTwoAreText) {
  EXPECT_EQ(read_all("a,b\n 1, \"x,y\"\n", {}), (Rows{{"a", "b"}, {" 1", "x,y"}}));
  EXPECT_EQ(read_all("a,b\n1,  \"x\"\n", {}), (Rows{{"a", "b"}, {"1", "  \"x\""}}));
}

TEST(Records, NeverMindsWhereAPieceEnds) {
  const std::string text = "a,b\r\n\"1\",\"x\r\n\"\"y\"\r\n2,\r\n";
  const Dialect dialect{.line_end = LineEnd::crlf};
  for (size_t piece = 1; piece < 9; ++piece) {
    size_t at = 0;
    RecordReader reader(
        [&](char* into, size_t most) -> Result<size_t> {
          const size_t count = std::min({most, piece, text.size() - at});
          text.copy(into, count, at);
          at += count;
          return count;
        },
        dialect);
    Rows rows;
    while (const Record* record = reader.next())
      rows.emplace_back(record->fields.begin(), record->fields.end());
    EXPECT_EQ(rows, (Rows{{"a", "b"}, {"1", "x\r\n\"y"}, {"2", ""}})) << piece;
  }
}

// What DuckDB reads of the same text, with the options that ingest uses; nothing when it gives up.
std::optional<Rows> duckdb_reads(const Path& file, size_t columns) {
  // One for all examples; what it keeps of rejected rows belongs to the connection. Never closed: at the end
  // of the program DuckDB's own statics may be gone before it.
  static const auto& database =
      *new Result<duck::Database>(duck::Database::open({.memory_mib = 256, .threads = 1}));
  auto connection = database->connect();
  std::string names;
  for (size_t i = 0; i < columns; ++i)
    names += (i > 0 ? ", " : "") + ("'c" + std::to_string(i)) + "': 'VARCHAR'";
  auto result = connection->query(
      "SELECT * FROM read_csv(" + duck::quote_text(file.string()) + ", columns = {" + names +
      "}, auto_detect = false, header = true, delim = ';', quote = '\"', escape = '\"', "
      "nullstr = '', max_line_size = 2097152, store_rejects = true, rejects_limit = 0)");
  if (!result.ok()) return std::nullopt;
  Rows rows;
  while (true) {
    auto chunk = result->next();
    if (!chunk.ok()) return std::nullopt;
    if (!*chunk) return rows;
    for (size_t row = 0; row < chunk->rows(); ++row) {
      rows.emplace_back();
      for (size_t i = 0; i < columns; ++i)
        rows.back().push_back(chunk->column(i).valid(row) ? std::string(chunk->column(i).text(row)) : "");
    }
  }
}

RC_GTEST_PROP(RecordsAgainstDuckDB, TheSameRowsAreGoodToBoth, ()) {
  const std::vector<std::string> bits{"a",  "1", ";", ";",     "\"",  "\"\"", "\n",
                                      "\n", " ", "æ", "\"q\"", "x;y", ""};
  std::string body;
  for (const size_t i : *rc::gen::container<std::vector<size_t>>(rc::gen::inRange<size_t>(0, bits.size())))
    body += bits[i];
  const std::string text = "a;b;c\n" + body + "\n1;2;3\n";
  const Path folder = std::filesystem::temp_directory_path() / ("fvm-csv-" + random_hex(real_world(), 6));
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "t.csv", std::ios::binary) << text;
  Rows ours;
  bool broken_quote = false;
  RecordReader reader = RecordReader::over(text, {.delimiter = ';'});
  reader.next();
  while (const Record* record = reader.next()) {
    broken_quote = broken_quote || record->broken != Broken::no;
    auto fields = record->fields;
    while (fields.size() > 3 && fields.back().empty()) fields.pop_back();
    if (record->broken == Broken::no && fields.size() == 3) ours.emplace_back(fields.begin(), fields.end());
  }
  const auto theirs = duckdb_reads(folder / "t.csv", 3);
  std::filesystem::remove_all(folder);
  // After a broken quote the two may differ: then a delivery is refused (ingest.unclear), so nothing hangs on
  // it.
  RC_PRE(!broken_quote && theirs.has_value());
  auto sorted = *theirs;
  std::sort(sorted.begin(), sorted.end());
  std::sort(ours.begin(), ours.end());
  RC_ASSERT(ours == sorted);
}

Verdict verdict(std::string_view text) {
  Surveyor surveyor;
  surveyor.add(text);
  return verdict_of(surveyor.finish(), text.substr(0, 4));
}

TEST(Dialects, Encoding) {
  const std::string ascii(500, 'a');
  EXPECT_EQ(verdict(ascii + "\n"), Verdict::utf8);
  EXPECT_EQ(verdict(ascii + "æøå"), Verdict::utf8);
  EXPECT_EQ(verdict(ascii + "\xE6\xF8\xE5"), Verdict::latin1);
  EXPECT_EQ(verdict("æøå æøå æøå" + ascii + "\xE6"), Verdict::mixed);
  EXPECT_EQ(verdict(ascii + std::string(1, '\0')), Verdict::binary);
  EXPECT_EQ(verdict("\xFF\xFE"
                    "a"),
            Verdict::utf16);
  EXPECT_EQ(verdict(ascii + "5 \x80 \x96 \xE6"), Verdict::windows1252);
  EXPECT_EQ(verdict("\xED\xA0\x80"), Verdict::windows1252);  // a surrogate is no UTF-8
  EXPECT_EQ(verdict("abc\xC3"), Verdict::latin1);            // cut off in the middle
}

RC_GTEST_PROP(Dialects, PiecesDoNotMatter, (const std::string& text)) {
  Surveyor whole, parts;
  whole.add(text);
  for (size_t i = 0; i < text.size(); i += 3) parts.add(std::string_view(text).substr(i, 3));
  const auto a = whole.finish(), b = parts.finish();
  RC_ASSERT(a.bytes == b.bytes && a.multibyte == b.multibyte && a.wrong == b.wrong);
  RC_ASSERT(a.wrong_at == b.wrong_at && a.zero_at == b.zero_at);
}

// However many threads look at a file, they see what one sees.
RC_GTEST_PROP(Dialects, ThreadsSeeWhatOneSees, ()) {
  const auto lines = *rc::gen::container<std::vector<std::string>>(rc::gen::string<std::string>());
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  const Descriptor file(::memfd_create("survey", MFD_CLOEXEC));
  RC_ASSERT(::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  const auto one = survey_file(file.get(), text.size(), 1, 1);
  const auto many = survey_file(file.get(), text.size(), *rc::gen::inRange<uint16_t>(2, 9), 1);
  RC_ASSERT(one.ok() && many.ok());
  RC_ASSERT(one->bytes == text.size() && many->bytes == text.size());
  RC_ASSERT(one->multibyte == many->multibyte && one->wrong == many->wrong);
  RC_ASSERT(one->upper_controls == many->upper_controls && one->wrong_at == many->wrong_at);
  RC_ASSERT(one->zero_at == many->zero_at && one->control_at == many->control_at);
}

TEST(Dialects, SniffsByKnownNames) {
  const std::vector<std::string> known{"cpr", "a,b", "day"};
  EXPECT_EQ(sniff("CPR;Day\n", known, {}).delimiter, ';');
  EXPECT_EQ(sniff("cpr\tday\tx,y,z,w\n", known, {}).delimiter, '\t');
  EXPECT_EQ(sniff("'cpr','day'\r\n", known, {}).quote, '\'');
  EXPECT_EQ(sniff("'cpr','day'\r\n", known, {}).line_end, LineEnd::crlf);
  EXPECT_TRUE(sniff("\xEF\xBB\xBF"
                    "cpr;day\n",
                    known, {})
                  .byte_order_mark);
  EXPECT_EQ(sniff_decimal({"1,5", "2"}, ','), ',');
  EXPECT_EQ(sniff_decimal({"1", "2"}, ';'), ',');
  EXPECT_EQ(sniff_decimal({"1", "2"}, '\t'), '.');
}

TEST(Values, Numbers) {
  EXPECT_EQ(parse_integer(" -12 "), -12);
  EXPECT_EQ(parse_integer("+7"), 7);
  for (const char* bad : {"", "1.5", "0x10", "1e3", "9223372036854775808", "- 1", "+-1"})
    EXPECT_FALSE(parse_integer(bad)) << bad;
  EXPECT_EQ(parse_decimal("-1,25", ','), -1.25);
  EXPECT_EQ(parse_decimal("1.5E+03", '.'), 1500);
  for (const char* bad : {"1.234,5", "1,5", "nan", "inf", "1e999", "0x1", ".", "1.2.3"})
    EXPECT_FALSE(parse_decimal(bad, '.')) << bad;
}

TEST(Values, Dates) {
  const DateFormat iso;
  EXPECT_EQ(iso.date("1970-01-02"), 1);
  EXPECT_EQ(iso.date("2000-02-29 00:00:00"), 11016);
  EXPECT_EQ(iso.date("1066-10-14"), days_of_date(1066, 10, 14));
  for (const char* bad :
       {"2021-02-29", "2021-13-01", "21-01-01", "2021-1-1", "2021-01-01 10:00", "infinity", "2021-00-10"})
    EXPECT_FALSE(iso.date(bad)) << bad;
  EXPECT_EQ(iso.timestamp("1970-01-01T00:00:01.5Z"), 1'500'000);
  EXPECT_FALSE(iso.timestamp("1970-01-01 24:00"));
  const DateFormat danish = *DateFormat::of("%d-%m-%Y");
  EXPECT_EQ(danish.date("2-1-1970"), 1);
  EXPECT_EQ(danish.date("1970-01-02"), 1);  // ISO always
  EXPECT_EQ(DateFormat::of("%d%m%y")->date("020170"), 1);
  EXPECT_FALSE(DateFormat::of("%d/%q").ok());
}

RC_GTEST_PROP(Values, EveryDayReadsBack, ()) {
  const auto days = *rc::gen::inRange<int64_t>(-700000, 2900000);  // years 54 to 9909
  RC_ASSERT(DateFormat().date(to_text(date_of_days(days))) == static_cast<int32_t>(days));
}

TEST(Values, ShapesHideEverything) {
  EXPECT_EQ(shape_of("0101501234"), "9999999999");
  EXPECT_EQ(shape_of("Ærø-7\t"), "aaa-9?");
  EXPECT_EQ(shape_of(std::string(60, 'x')).size(), shape_characters_max + std::string("…").size());
  EXPECT_TRUE(looks_like_person("010150-1234"));
  EXPECT_FALSE(looks_like_person("9901501234"));
  for (const char* text : {"moder 010150-1234 set", "K0101501234", "(010150 1234)", "0101501234"})
    EXPECT_TRUE(holds_person(text)) << text;
  for (const char* text : {"moder 990150-1234 set", "K01015012345", "70000000001", "010150-12345", "note 12"})
    EXPECT_FALSE(holds_person(text)) << text;
  EXPECT_EQ(utf8_of_latin1("\xE6"), "æ");
  EXPECT_EQ(utf8_of_windows1252("5 \x80 \x96 \xE6"), "5 € – æ");
  EXPECT_EQ(utf8_of_windows1252("\x81"), "\xC2\x81");
}

TEST(Dialects, ALineWithoutAnEnd) {
  const auto endless = [](const std::string& text) {
    Surveyor surveyor;
    surveyor.add(text);
    return surveyor.finish().endless_at.has_value();
  };
  const std::string lines(1 << 20, 'x');
  EXPECT_FALSE(endless(lines + "\n" + lines + "\r" + lines + "\n" + lines + lines));
  EXPECT_TRUE(endless("a\n" + lines + lines + lines + lines + lines));
  std::string wide;  // other than ASCII goes byte by byte
  while (wide.size() <= endless_bytes) wide += "æ";
  EXPECT_TRUE(endless(wide));
}

TEST(Header, FindsEveryMistake) {
  IngestJob job;
  job.columns = {{.name = "cpr", .required = true}, {.name = "day", .required = true}, {.name = "note"}};
  std::vector<std::optional<size_t>> columns;
  EXPECT_TRUE(check_header(job, "f", {"DAY", "Cpr"}, columns).empty());
  EXPECT_EQ(columns, (std::vector<std::optional<size_t>>{1, 0}));
  const auto findings = check_header(job, "f", {"cpr", "CPR", "nots", "0101501234"}, columns);
  ASSERT_EQ(findings.size(), 4u);
  EXPECT_EQ(findings[0].rule, "finding.column_twice");
  EXPECT_EQ(findings[1].advice, "note");
  EXPECT_EQ(findings[2].column, "\"9999999999\"");  // a value where a name should be is not shown
  EXPECT_EQ(findings[3].rule, "finding.column_missing");
}

}  // namespace
}  // namespace fvm::runner
