#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "screen/gate.hpp"

namespace fvm::screen {
namespace {

std::string two(uint32_t value) {
  return {static_cast<char>(value >> 8), static_cast<char>(value & 0xff)};
}
std::string four(uint32_t value) {
  return two(value >> 16) + two(value & 0xffff);
}
std::string zeros(size_t count) {
  return std::string(count, '\0');
}
const std::string format =
    std::string("\x20\x18\x00\x01", 4) + two(255) + two(255) + two(255) + "\x10\x08" + zeros(4);

// What a screen says before its first message.
std::string greeting(const std::string& name = "FVM") {
  return std::string("RFB 003.008\n") + "\x01\x01" + four(0) + two(640) + two(480) + format +
         four(static_cast<uint32_t>(name.size())) + name;
}
std::string rectangle(uint32_t width, uint32_t height, int32_t encoding, const std::string& data) {
  return two(0) + two(0) + two(width) + two(height) + four(static_cast<uint32_t>(encoding)) + data;
}
std::string update(const std::vector<std::string>& rectangles) {
  std::string out = std::string(2, '\0') + two(static_cast<uint32_t>(rectangles.size()));
  for (const std::string& each : rectangles) out += each;
  return out;
}
const std::string bell = "\x02";
const std::string cut_text = std::string("\x03\x00\x00\x00", 4) + four(5) + "01017";

std::string code_of(const Result<void>& result) {
  return result.ok() ? "" : result.error().code;
}
std::string told(const std::string& bytes) {
  FromScreen gate;
  return code_of(gate.look(bytes));
}

std::vector<std::string> kinds_of_rectangles() {
  return {
      rectangle(3, 2, 0, zeros(24)),
      rectangle(3, 2, 1, zeros(4)),
      rectangle(9, 2, -239, zeros(72 + 4)),
      rectangle(8, 8, 16, four(7) + zeros(7)),
      rectangle(640, 480, -308, std::string("\x02\0\0\0", 4) + zeros(32)),
      rectangle(640, 480, -223, ""),
      rectangle(0, 0, -258, ""),
      rectangle(8, 8, 7, std::string("\x80") + zeros(3)),            // one colour
      rectangle(8, 8, 7, std::string("\x90\x85\x01") + zeros(133)),  // JPEG, two bytes of length
      rectangle(200, 200, 7, std::string("\x00", 1) + "\x81\x80\x02" + zeros(1 + 32768)),  // three of them
      rectangle(1, 2, 7, std::string("\x00", 1) + zeros(6)),  // too few to be packed
      rectangle(9, 8, 7,
                std::string("\x50\x01\x01", 3) + zeros(6) + "\x05" + zeros(5)),   // two colours, packed
      rectangle(3, 2, 7, std::string("\x40\x01\x03", 3) + zeros(12) + zeros(6)),  // four colours, few
      rectangle(8, 8, 7, std::string("\x40\x02", 2) + "\x04" + zeros(4))};        // gradient
}

TEST(FromScreen, PicturesOfEveryKindPassAndAreFollowedToTheirEnd) {
  for (const std::string& each : kinds_of_rectangles()) {
    EXPECT_EQ(told(greeting() + update({each}) + bell), "");
    // The control: a byte that is no message comes exactly after the picture.
    EXPECT_EQ(told(greeting() + update({each}) + "\x77"), "screen.message")
        << testing::PrintToString(each.substr(8, 8));
  }
  EXPECT_EQ(told(greeting() + update(kinds_of_rectangles()) + bell), "");
}

TEST(FromScreen, AnUpdateOfUnknownLengthEndsWithItsLastRectangle) {
  const std::string open =
      std::string(2, '\0') + two(0xffff) + rectangle(1, 1, 0, zeros(4)) + rectangle(0, 0, -224, "");
  EXPECT_EQ(told(greeting() + open + bell), "");
  EXPECT_EQ(told(greeting() + open + cut_text), "screen.text_out");
}

TEST(FromScreen, CopiedTextNeverPasses) {
  EXPECT_EQ(told(greeting() + cut_text), "screen.text_out");
  EXPECT_EQ(told(greeting() + update(kinds_of_rectangles()) + cut_text), "screen.text_out");
}

TEST(FromScreen, NothingThatCarriesTextPasses) {
  EXPECT_EQ(told(greeting() + update({rectangle(0, 0, -307, four(5) + "01017")})),
            "screen.encoding");  // a name
  EXPECT_EQ(told(greeting(std::string(65, 'x'))), "screen.too_long");
  EXPECT_EQ(told(greeting() + "\x01"), "screen.message");  // a map of colours
  EXPECT_EQ(told(greeting() + "\xfc"), "screen.message");  // files, as some servers send them
  EXPECT_EQ(told(greeting() + update({rectangle(1, 1, 7, "\xa0")})), "screen.encoding");  // PNG within Tight
  EXPECT_EQ(told("RFB 003.007\n"), "screen.handshake");
  EXPECT_EQ(told(std::string("RFB 003.008\n") + "\x01\x02"), "screen.handshake");
}

RC_GTEST_PROP(FromScreen, CutsInTheStreamChangeNothing, ()) {
  std::string whole = greeting() + update(kinds_of_rectangles()) + bell;
  const bool bad = *rc::gen::arbitrary<bool>();
  if (bad) whole += cut_text;
  FromScreen gate;
  std::string code;
  while (!whole.empty() && code.empty()) {
    const size_t length = std::min<size_t>(whole.size(), *rc::gen::inRange<size_t>(1, 4000));
    code = code_of(gate.look(whole.substr(0, length)));
    whole.erase(0, length);
  }
  RC_ASSERT(code == (bad ? "screen.text_out" : ""));
}

RC_GTEST_PROP(FromScreen, RubbishIsFollowedOrRefusedButNeverMore, (const std::string& rubbish)) {
  FromScreen gate;
  ASSERT_TRUE(gate.look(greeting()).ok());
  (void)gate.look(rubbish).ok();
}

const std::string hello = std::string("RFB 003.008\n") + "\x01\x01";

std::string passed(const std::string& bytes) {
  FromBrowser gate;
  auto out = gate.pass(hello + bytes);
  return out.ok() ? out->substr(hello.size()) : out.error().code;
}

TEST(FromBrowser, WhatUsersDoPassesAndCountsAsBeingThere) {
  const std::string key = std::string("\x04\x01\0\0", 4) + four(0xe5),
                    pointer = std::string("\x05", 1) + zeros(5);
  const std::string qemu = std::string("\xff\0", 2) + two(1) + four(97) + four(30), ask = "\x03" + zeros(9);
  const std::string paste = std::string("\x06\0\0\0", 4) + four(5) + "SELEC",
                    fence = "\xf8" + zeros(7) + "\x03xyz";
  const std::string resize =
      std::string("\xfb\0", 2) + two(800) + two(600) + std::string("\x01\0", 2) + zeros(16);
  FromBrowser gate;
  const std::string all = hello + key + pointer + qemu + ask + paste + fence + resize;
  EXPECT_EQ(gate.pass(all).value(), all);
  EXPECT_EQ(gate.acts(), 4u);
}

TEST(FromBrowser, OnlyEncodingsThatCanBeFollowedAreAskedFor) {
  // Tight, a copied text's extension, a name, a level of quality.
  const std::string offers = std::string("\x02\0", 2) + two(4) + four(7) + four(0xc0a1e5ce) +
                             four(uint32_t(-307)) + four(uint32_t(-26));
  EXPECT_EQ(passed(offers), std::string("\x02\0", 2) + two(2) + four(7) + four(uint32_t(-26)));
}

TEST(FromBrowser, WhatIsTooLongOrUnknownIsRefused) {
  EXPECT_EQ(passed(std::string("\x06\0\0\0", 4) + four(paste_bytes_max + 1)), "screen.too_long");
  EXPECT_EQ(passed(std::string("\x06\0\0\0", 4) + four(uint32_t(-8))),
            "screen.too_long");  // the extended form
  EXPECT_EQ(passed(std::string("\x02\0", 2) + two(encodings_max + 1)), "screen.too_long");
  EXPECT_EQ(passed("\x07"), "screen.message");
  EXPECT_EQ(passed(std::string("\0\0\0\0", 4) + "\x08\x08" + zeros(14)), "screen.format");
  FromBrowser gate;
  EXPECT_EQ(gate.pass("RFB 003.008\n\x02").error().code, "screen.handshake");
}

TEST(FromBrowser, AMessageIsHeldUntilItIsWhole) {
  FromBrowser gate;
  ASSERT_TRUE(gate.pass(hello).ok());
  const std::string key = std::string("\x04\x01\0\0", 4) + four(0xe5);
  for (size_t i = 0; i + 1 < key.size(); ++i) EXPECT_EQ(gate.pass(key.substr(i, 1)).value(), "");
  EXPECT_EQ(gate.pass(key.substr(key.size() - 1)).value(), key);
}

}  // namespace
}  // namespace fvm::screen
