// Pictures, drawings, styles, printed rows and programs, on small texts. Whole files: tests/attacks/release.
#include <gtest/gtest.h>

#include "runner/scan_code.hpp"
#include "runner/scan_markup.hpp"
#include "runner/scan_pdf.hpp"
#include "runner/scan_pdf_parts.hpp"
#include "runner/scan_picture.hpp"
#include "runner/scan_printed.hpp"

namespace fvm::runner {
namespace {

bool finds(const Scan& scan, std::string_view rule) {
  return scan.findings.count("finding." + std::string(rule)) > 0;
}

TEST(Drawing, StringsCommentsAndWhatIsNotSeen) {
  const PdfDrawing drawing =
      read_drawing("% note\nBT /F1 9 Tf 3 Tr (01\\0602) Tj <3033> Tj ET 1 2 m 3 4 l S");
  EXPECT_EQ(drawing.strings, "010203\n");
  EXPECT_EQ(drawing.comments, "% note\n");
  EXPECT_TRUE(drawing.invisible_text);
  EXPECT_FALSE(drawing.picture);
  EXPECT_TRUE(read_drawing("BI /W 1 ID x EI").picture);
  EXPECT_FALSE(read_drawing("0 Tr (3 Tr) Tj").invisible_text);
}

TEST(Pdf, WhatIsNoPdfIsUnreadable) {
  for (const char* bytes : {"", "%PDF-1.7\n%%EOF\n", "%PDF-1.7\n1 0 obj <<>>\nendobj\n%%EOF\n"}) {
    Scan scan;
    scan_pdf(bytes, [](const std::string&) -> Result<std::string> { return std::string(); }, scan);
    EXPECT_TRUE(finds(scan, "unreadable")) << bytes;
  }
}

TEST(Styles, FormatsThatShowAnotherNumber) {
  EXPECT_TRUE(hides_digits({"0", false}, 12.5));
  EXPECT_FALSE(hides_digits({"0", false}, 12));
  EXPECT_FALSE(hides_digits({"0.0%", false}, 0.125));
  EXPECT_TRUE(hides_digits({"0%", false}, 0.125));
  EXPECT_TRUE(hides_digits({";;;", false}, 3));
  EXPECT_TRUE(hides_digits({"\"<5\"", false}, 3));
  EXPECT_TRUE(hides_digits({"#,##0,", false}, 120000));
  EXPECT_FALSE(hides_digits({"#,##0", false}, 120000));
  EXPECT_FALSE(hides_digits({"General", false}, 12.345));
  EXPECT_EQ(date_of_serial(1), "1899-12-31");
  EXPECT_EQ(date_of_serial(18701), "1951-03-14");
}

std::vector<CellStyle> styles_with(const std::string& format, int number = 164) {
  return read_styles("<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"" + format +
                     "\"/></numFmts><cellXfs><xf numFmtId=\"" + std::to_string(number) +
                     "\"/></cellXfs></styleSheet>");
}

TEST(Styles, ADateIsOneWhateverTheValue) {
  for (const char* format : {"yyyy\\-mm\\-dd;@", "dd/mm/yy", "[$-406]d\\.\\ mmmm\\ yyyy;@"})
    EXPECT_TRUE(styles_with(format)[0].date) << format;
  for (const char* format : {"0;yyyy", "yyyy;0", "[&gt;1000]yyyy;@", "0&quot;yd&quot;", "General"})
    EXPECT_FALSE(styles_with(format)[0].date) << format;
}

TEST(Styles, FormatsThatEveryWorkbookKnowsHideDecimalsToo) {
  for (const int number : {5, 6, 37, 38})
    EXPECT_TRUE(hides_digits(styles_with("0", number)[0], 12.5)) << number;
  for (const int number : {7, 8, 39, 40, 44})
    EXPECT_TRUE(hides_digits(styles_with("0", number)[0], 12.345)) << number;
  for (const int number : {5, 37, 40, 44})
    EXPECT_FALSE(hides_digits(styles_with("0", number)[0], 12)) << number;
}

TEST(Styles, FontsAndFormatsByNumber) {
  const auto styles = read_styles(R"(<styleSheet><numFmts><numFmt numFmtId="164" formatCode="0.0"/></numFmts>
    <fonts><font><sz val="11"/></font><font><color rgb="FFFFFFFF"/></font></fonts>
    <cellXfs><xf numFmtId="164" fontId="1"/><xf numFmtId="14" fontId="0"/></cellXfs></styleSheet>)");
  ASSERT_EQ(styles.size(), 2u);
  EXPECT_EQ(styles[0].format, "0.0");
  EXPECT_TRUE(styles[0].unseen);
  EXPECT_TRUE(styles[1].date);
}

TEST(Printed, RowsAndVectors) {
  const char* rows =
      "   koen foedselsdato diagnose\n1  M    01-02-1951   DE119\n2  K    17-12-1963   DJ459\n3  M    "
      "03-05-1947   DI109\n4  K    22-08-1980   DF329\n5  M    30-11-1972   DC509\n";
  Scan scan;
  scan_printed(rows, Printed::log, scan);
  EXPECT_TRUE(finds(scan, "printed_rows"));
  Scan vector;
  scan_printed(" [1]  0 13 26 39 52 65 78  1 14 27 40 53\n[13] 66 79  2 15 28 41 54 67 80  3\n", Printed::log,
               vector);
  EXPECT_TRUE(finds(vector, "printed_rows"));
  Scan model;
  scan_printed(
      "            Estimate Std. Error t value Pr(>|t|)\n(Intercept)   25.1    0.2   120   0.01\nalder   3   "
      "1   3   0.4\n",
      Printed::log, model);
  EXPECT_TRUE(model.findings.list().empty());
}

std::string points(const std::string& role, const std::vector<std::string>& values) {
  std::string out = "<" + role + "><cache>";
  for (size_t i = 0; i < values.size(); ++i)
    out += "<pt idx=\"" + std::to_string(i) + "\"><v>" + values[i] + "</v></pt>";
  return out + "</cache></" + role + ">";
}
Scan scanned_chart(const std::string& series, const std::string& axes) {
  Scan scan;
  scan_chart("<chartSpace><ser>" + points("tx", {"middel"}) + points("xVal", {"1", "2"}) +
                 points("yVal", {"40", "60"}) + series + "</ser>" + axes + "</chartSpace>",
             "chart1.xml", scan);
  return scan;
}
std::string bars(const std::string& direction, const std::string& length) {
  return "<errBars><errDir val=\"" + direction + "\"/>" + points("plus", {length, length}) +
         points("minus", {length, length}) + "</errBars>";
}

TEST(Chart, EachAxisHasATitleAndEachPointBarsBothWays) {
  const std::string titles =
      "<title>" + points("tx", {"alder"}) + "</title><title>" + points("tx", {"vægt"}) + "</title>";
  EXPECT_FALSE(scanned_chart(bars("x", "11") + bars("y", "12"), titles).findings.blocks());
}

TEST(Chart, TwoValuesForOnePointAreNot) {
  const auto twice = [](const std::string& role) {
    return "<" + role + "><pt idx=\"0\"><v>30</v></pt><pt idx=\"0\"><v>31</v></pt></" + role + ">";
  };
  EXPECT_FALSE(finds(scanned_chart("", ""), "unreadable"));
  EXPECT_TRUE(finds(scanned_chart("", "<title>" + twice("tx") + "</title>"), "unreadable"));
  EXPECT_TRUE(finds(scanned_chart(bars("x", "11") + bars("x", "12"), ""), "unreadable"));
  EXPECT_TRUE(finds(scanned_chart(points("yVal", {"30"}), ""), "unreadable"));
}

TEST(Chart, BarsAreNumbersToo) {
  EXPECT_TRUE(finds(scanned_chart(bars("x", "1102031235") + bars("y", "12"), ""), "personal_number"));
}

TEST(Code, ValuesAndConditions) {
  Scan values, honest, person, since;
  scan_code("x <- c(1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15, 4, 8, 12)\n", "r", values);
  EXPECT_TRUE(finds(values, "values_in_code"));
  scan_code("dg <- c(\"DE10\", \"DE11\")\nx <- cut(alder, c(18, 40, 60, 80))\n", "r", honest);
  EXPECT_TRUE(honest.findings.list().empty());
  scan_code("SELECT * FROM t WHERE foedt = '1951-03-14'\n", "sql", person);
  EXPECT_TRUE(finds(person, "one_person_condition"));
  scan_code("SELECT * FROM t WHERE dato >= DATE '2018-01-01'\n", "sql", since);
  EXPECT_TRUE(since.findings.list().empty());
}

TEST(Markup, WhatRunsFetchesOrHides) {
  for (const auto& [page, rule] : std::vector<std::pair<const char*, const char*>>{
           {"<p onmouseover=x>", "script"},
           {"<img src='https://x.example/p'>", "external_link"},
           {"<p style='display : none'>", "hidden_cells"},
           {"<p hidden>", "hidden_cells"},
           {"<a href='data:text/csv;base64,YQ=='>", "data_uri"}}) {
    Scan scan;
    check_markup(page, scan);
    EXPECT_TRUE(finds(scan, rule)) << page;
  }
  Scan honest;
  check_markup(
      "<table class='dataframe' border=1><tr><td>on = hidden data: 3</td></tr></table> <svg "
      "xmlns=\"http://www.w3.org/2000/svg\"/>",
      honest);
  EXPECT_TRUE(honest.findings.list().empty());
}

TEST(Pictures, BrokenOnesAreUnreadable) {
  Scan png, jpeg;
  scan_png(std::string("\x89PNG\r\n\x1A\n", 8) + std::string(20, 'x'), png);
  scan_jpeg("\xFF\xD8\xFF\xE0", jpeg);
  EXPECT_TRUE(finds(png, "unreadable"));
  EXPECT_TRUE(finds(jpeg, "unreadable"));
}

Scan scanned(std::string_view text, std::string_view extension) {
  Scan scan;
  scan_text(text, extension, scan);
  return scan;
}

bool leaves_as_tables(std::string_view text, std::string_view extension) {
  return finds(scanned(text, extension), "tables_alone");
}

TEST(TablesAlone, TextNotesAndPagesOfTablesAndNothingElse) {
  EXPECT_TRUE(leaves_as_tables("region  antal\nNord  120\nSyd  130\n", "txt"));
  EXPECT_TRUE(leaves_as_tables("region;antal\nNord;120\nSyd;130\n", "txt"));
  EXPECT_TRUE(leaves_as_tables(
      "# Antal\n\n| region | antal |\n|---|---|\n| Nord | 120 |\n\nKilde: LPR 2024.\n", "md"));
  const std::string page =
      "<html><head><title>Antal</title></head><body><h1>Antal</h1><table border=\"1\" class=\"dataframe\">"
      "<tr style=\"text-align: "
      "right;\"><th>region</th><th>antal</th></tr><tr><td>Nord</td><td>120</td></tr></table></body></html>";
  EXPECT_TRUE(leaves_as_tables(page, "html"));
  EXPECT_TRUE(leaves_as_tables(page + "<p>Kilde: LPR 2024.</p>", "html"));
  // One thing more than that, and a person reads it.
  for (const char* more :
       {"<style>td { color: #fff }</style>", "<p onclick=\"x()\">a</p>", "<img src=\"x\">", "<!-- 3 -->",
        "<p style=\"display:none\">a</p>", "<p hidden>3</p>", "<p>Tre patienter er udeladt</p>", "<td>3</td>",
        "<table>", "<p>0102031235</p>", "<p title='x'>a</p>"})
    EXPECT_FALSE(leaves_as_tables(page + more, "html")) << more;
}

// What a browser or a viewer of Markdown shows otherwise than a scan would read it; each with the same file
// without it.
TEST(TablesAlone, WhatAViewerShowsOtherwise) {
  const auto page = [](const std::string& cell, const std::string& note = "") {
    return note + "<table><tr><th>region</th><th>antal</th></tr><tr><td>Nord</td><td>" + cell +
           "</td></tr></table>";
  };
  EXPECT_TRUE(leaves_as_tables(page("300"), "html"));
  EXPECT_TRUE(leaves_as_tables(page("300", "<h1>Antal</h1>"), "html"));
  for (const char* cell :
       {"3<title>00</title>", "12<tbody>3", "12</tr>3", "71<br>65", "<b>3</b>00", "300 & 3 HIV;",
        "300&lpar;3&rpar;", "10&minus;7", "<p>3</p><p>4</p>", "3\xE0\x80\xB0\xE0\x80\xB0",
        "12<caption>3</caption>", "300</td></tr><tr><td>Syd</td><td>98"})
    EXPECT_EQ(leaves_as_tables(page(cell), "html"), std::string_view(cell).ends_with("98")) << cell;
  for (const char* note : {"<p>Heraf <b>3</b> med HIV</p>", "<p>HIV 3</p>", "<p>kun 3</p>",
                           "<p>I alt 463</p>", "<p>Alder 93 88 71</p>", "<p>Borgmesteren</p>", "<td>98</td>"})
    EXPECT_FALSE(leaves_as_tables(page("300", note), "html")) << note;
  EXPECT_FALSE(leaves_as_tables(page("340") + page("338"), "html")) << "two tables that differ by two";
  const std::string table = "| region | antal |\n|---|---|\n| Nord | 120 |\n";
  EXPECT_TRUE(leaves_as_tables(table, "md"));
  for (const char* more :
       {"Vest 3\n", "\nkun &#51; med HIV\n", "|\n", "\n| a |\n", "\n- Antal\n", "\n    Antal\n"})
    EXPECT_FALSE(leaves_as_tables(table + more, "md")) << more;
  EXPECT_FALSE(leaves_as_tables("| region | antal |\n| Nord | 120 |\n", "md"));
  EXPECT_FALSE(leaves_as_tables("|\n|\n|\n", "md"));
}

TEST(TablesAlone, WhatCanBeReadInTwoWaysIsNoTable) {
  // "Kvinde Mand" over "2430 3": one column or two.
  EXPECT_FALSE(leaves_as_tables("region  Kvinde Mand\nNord  2430 3\nSyd  2531 2411\n", "txt"));
  EXPECT_FALSE(leaves_as_tables("region  antal\nNord  120\nSyd  130  5\n", "txt"));
  EXPECT_FALSE(leaves_as_tables("region  antal\nNord  120\nSyd  3\n", "txt"));
  EXPECT_FALSE(leaves_as_tables("region  loen\nNord  412000\nSyd  512000\n", "txt")) << "not understood";
  EXPECT_FALSE(leaves_as_tables("| region | antal |\n|---|---|\n| Nord | 120 |\n\n[x](http://a)\n", "md"));
  EXPECT_FALSE(leaves_as_tables("Ingen tabel her.\n", "md"));
  // Notes in the form of a table leave beside results only.
  EXPECT_FALSE(leaves_as_tables("Antal;\nRegion;\nKommune;\n", "txt"));
  EXPECT_FALSE(leaves_as_tables("| Kilde | |\n|---|---|\n| Antal personer | |\n| Region Nord | |\n", "md"));
}

TEST(Code, WordsAndNumbersInProgramsAreLookedAt) {
  EXPECT_TRUE(finds(scanned("# kun 3 patienter i gruppen\nx <- 1\n", "r"), "small_count_possible"));
  EXPECT_TRUE(finds(scanned("# Skive havde 3, Morsø 2\nx <- 1\n", "r"), "small_count_possible"));
  EXPECT_TRUE(finds(scanned("x <- 123456789\n", "r"), "values_in_code"));
  std::string many;
  for (int i = 0; i < 45; ++i) many += "x" + std::to_string(i) + " <- " + std::to_string(311 + 17 * i) + "\n";
  EXPECT_TRUE(finds(scanned(many, "r"), "values_in_code"));
  const Scan plain = scanned(
      "# Model 2: justeret for alder\nd <- subset(d, aar >= 2018 & aar <= 2024)\nm <- glm(doed ~ koen, "
      "binomial, d)\n",
      "r");
  EXPECT_TRUE(plain.findings.list().empty());
}

}  // namespace
}  // namespace fvm::runner
