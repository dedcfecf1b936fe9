// What a reviewer is shown of files of each kind: letters and digits alone, and no more than a page holds.
#include "runner/show.hpp"

#include <gtest/gtest.h>
#include <png.h>

#include "runner/jobs.hpp"
#include "runner/scan.hpp"
#include "spreadsheet/write.hpp"

namespace fvm::runner {
namespace {

using Kind = ShownPart::Kind;

std::string_view show_as(std::string_view bytes, const std::string& extension, Shown& shown) {
  return show_content(bytes, extension, shown);
}

std::string made_png(unsigned width, unsigned height) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION, image.width = width, image.height = height;
  image.format = PNG_FORMAT_RGBA;
  std::vector<png_byte> points(PNG_IMAGE_SIZE(image), 200);
  png_alloc_size_t size = 0;
  png_image_write_get_memory_size(image, size, 0, points.data(), 0, nullptr);
  std::string png(size, '\0');
  png_image_write_to_memory(&image, png.data(), &size, 0, points.data(), 0, nullptr);
  png.resize(size);
  return png;
}

TEST(Show, ATableIsATableAndAProgramIsItsLines) {
  Shown table;
  EXPECT_EQ(show_as("g;antal\nA;50\n", "csv", table), "");
  ASSERT_EQ(table.parts().size(), 1u);
  EXPECT_EQ(table.parts()[0].kind, Kind::table);
  EXPECT_EQ(table.parts()[0].rows[1], (std::vector<std::string>{"A", "50"}));
  Shown program;
  EXPECT_EQ(show_as("x <- 1\r\ny <- 2", "r", program), "");
  ASSERT_EQ(program.parts()[0].rows.size(), 2u);
  EXPECT_EQ(program.parts()[0].kind, Kind::text);
  EXPECT_EQ(program.parts()[0].rows[0][0], "x <- 1");
}

// The scan has looked already: whoever reads the file again waits for its tables alone.
TEST(Show, NothingIsLookedForAgain) {
  const std::string xlsx =
      spreadsheet::write_xlsx(
          {{{.name = "Ark", .rows = {{1, false, {"gruppe", "antal"}}, {2, false, {"A", "3"}}}}}})
          .value();
  Scan looked;
  EXPECT_EQ(scan_office(xlsx, looked), "xlsx");
  EXPECT_EQ(looked.findings.count("finding.small_count"), 1u);
  Shown shown;
  Scan showing;
  showing.shown = &shown;
  EXPECT_EQ(scan_office(xlsx, showing), "xlsx");
  EXPECT_TRUE(showing.findings.list().empty());
  EXPECT_TRUE(showing.tables.empty());
  ASSERT_EQ(shown.parts().size(), 1u);
  EXPECT_EQ(shown.parts()[0].rows[1], (std::vector<std::string>{"A", "3"}));
}

TEST(Show, OnlyWhatIsAskedForIsShown) {
  const auto job = [](const char* show) {
    return scan(std::string(R"({"file": "/nowhere", "name": "a.csv", "bytes": 1, "bytes_max": 9,
                                "cell_count_min": 5, "types": [], "show": )") +
                show + "}");
  };
  EXPECT_TRUE(job("true").ok());
  EXPECT_EQ(job("false").error().code, "scan.bad_document") << "a scan needs a population";
}

TEST(Show, APageIsShownAsItsSourceNeverRun) {
  Shown shown;
  EXPECT_EQ(show_as("<script>alert(1)</script>\n<b>3</b>\n", "html", shown), "");
  EXPECT_EQ(shown.parts()[0].rows[0][0], "<script>alert(1)</script>");
}

TEST(Show, NoMoreThanAPageHoldsAndItSaysSo) {
  std::string rows;
  for (size_t i = 0; i < shown_rows_max + 10; ++i) rows += "A;" + std::to_string(i) + "\n";
  Shown many;
  EXPECT_EQ(show_as(rows, "csv", many), "");
  EXPECT_EQ(many.parts()[0].rows.size(), shown_rows_max);
  EXPECT_TRUE(many.cut());
  Shown few;
  EXPECT_EQ(show_as("A;1\n", "csv", few), "");
  EXPECT_FALSE(few.cut());
  Shown wide;
  std::string line(shown_line_bytes_max - 1, 'x');
  show_as(line + "æææ\n", "txt", wide);
  EXPECT_TRUE(wide.cut());
  EXPECT_EQ(wide.parts()[0].rows[0][0], line + "…") << "no letter is cut in two";
}

TEST(Show, WhatCannotBeShownSaysWhy) {
  Shown shown;
  EXPECT_EQ(show_as("\x7f"
                    "ELF\x02\x01\x01",
                    "bin", shown),
            "kind");
  EXPECT_EQ(show_as("PK\x03\x04 no archive", "xlsx", shown), "kind");
  EXPECT_EQ(show_as("", "csv", shown), "unreadable");
  EXPECT_EQ(show_as("\x89PNG\r\n\x1a\nbroken", "png", shown), "picture");
  EXPECT_TRUE(shown.parts().empty());
}

TEST(Show, APictureIsDrawnAnewWithoutWhatHungOnIt) {
  const std::string png = made_png(8, 6);
  Shown shown;
  EXPECT_EQ(show_as(png + "0101011234", "png", shown), "");
  ASSERT_EQ(shown.parts()[0].kind, Kind::picture);
  const std::string& drawn = shown.parts()[0].png;
  EXPECT_TRUE(drawn.starts_with("\x89PNG\r\n\x1a\n"));
  EXPECT_EQ(drawn.find("0101011234"), std::string::npos);
  png_image read{};
  read.version = PNG_IMAGE_VERSION;
  ASSERT_NE(png_image_begin_read_from_memory(&read, drawn.data(), drawn.size()), 0);
  EXPECT_EQ(read.width, 8u);
  EXPECT_EQ(read.height, 6u);
  png_image_free(&read);
}

}  // namespace
}  // namespace fvm::runner
