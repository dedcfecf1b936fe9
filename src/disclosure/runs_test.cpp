#include "disclosure/runs.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "disclosure/ascii.hpp"
#include "disclosure/disguises.hpp"
#include "disclosure/identifiers.hpp"
#include "disclosure/text.hpp"

namespace fvm::disclosure {
namespace {

using Runs = std::vector<std::pair<size_t, size_t>>;

Runs runs_by_byte(std::string_view text, size_t least, bool (*is)(char)) {
  Runs all;
  for (size_t at = 0, n = 0; at < text.size(); at += std::max<size_t>(n, 1)) {
    for (n = 0; at + n < text.size() && is(text[at + n]);) ++n;
    if (n >= least) all.emplace_back(at, n);
  }
  return all;
}

template <typename Kind>
Runs runs_by_block(std::string_view text, size_t least, const Kind& kind) {
  Runs all;
  runs::each(text, kind, least, [&](size_t at, size_t n) { all.emplace_back(at, n); });
  return all;
}

// Long runs of few signs, so that some fill blocks and some end where a block does.
rc::Gen<std::string> texts() {
  const std::vector<std::string> signs = {"1", "a",        "Z",        " ",    ";",
                                          "-", "\xC3\xA5", "\xC3\xA5", "\xC3", "\xC2"};
  const auto piece = rc::gen::map(rc::gen::pair(rc::gen::inRange<size_t>(0, 90), rc::gen::elementOf(signs)),
                                  [](const std::pair<size_t, std::string>& each) {
                                    std::string text;
                                    for (size_t i = 0; i < each.first; ++i) text += each.second;
                                    return text;
                                  });
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(piece), [](const auto& pieces) {
    std::string all;
    for (const std::string& each : pieces) all += each;
    return all;
  });
}

RC_GTEST_PROP(Runs, AreWhatOneByteAfterAnotherGives, ()) {
  const std::string text = *texts();
  const auto least = *rc::gen::inRange<size_t>(1, 65);
  RC_ASSERT(runs_by_block(text, least, runs::digit) == runs_by_byte(text, least, ascii::digit));
  RC_ASSERT(runs_by_block(text, least, runs::alphanumeric) == runs_by_byte(text, least, ascii::alphanumeric));
}

TEST(Runs, EveryByteIsOfItsKind) {
  for (int c = 0; c < 256; ++c) {
    const std::string text(1, static_cast<char>(c));
    const auto is = [&](const auto& kind) { return !runs_by_block(text, 1, kind).empty(); };
    EXPECT_EQ(is(runs::digit), ascii::digit(text[0])) << c;
    EXPECT_EQ(is(runs::alphanumeric), ascii::alphanumeric(text[0])) << c;
    const bool control =
        (c < 0x20 && std::string_view("\t\n\r\f\x1B").find(text[0]) == std::string::npos) || c == 0x7F;
    EXPECT_EQ(looks_like_text(text), !control) << c;
  }
}

// "Plain" is what plain_text() leaves as it is, made of ASCII and of letters of two bytes that begin with C3.
RC_GTEST_PROP(Runs, PlainIsWhatItIsByteByByte, ()) {
  const std::string text = *texts();
  bool plain = true;
  for (size_t at = 0; plain && at < text.size(); ++at) {
    if (static_cast<unsigned char>(text[at]) < 0x80) continue;
    plain = text[at] == '\xC3' && at + 1 < text.size() && (text[at + 1] & '\xC0') == '\x80';
    ++at;
  }
  RC_ASSERT(is_plain(text) == plain);
}

// Wherever a number stands, also across the end of a block.
TEST(Runs, WhatIsLookedForIsFoundAtEveryPlace) {
  const std::vector<uint64_t> sorted = {78'364'164'096 + 5};  // 36^7 and a little
  const Pseudonyms pseudonyms{std::span(sorted)};
  for (size_t before = 0; before < 140; ++before) {
    const std::string space(before, ';');
    for (const std::string_view number : {"0102031234", "010203-1234", "01-02-03-1234", "2003-02-01 1234"}) {
      const auto found = find_personal_numbers(space + std::string(number) + ";2;x");
      ASSERT_EQ(found.size(), 1u) << before << ' ' << number;
      EXPECT_EQ(found[0].offset, before);
    }
    for (const std::string_view pseudonym :
         {"78364164101", "78 364 164 101", "id78364164101", "0x123ee5a405"}) {
      const bool hexadecimal = pseudonym.starts_with("0x");
      const std::vector<uint64_t> other = {0x123ee5a405};
      const auto found = find_pseudonyms(space + std::string(pseudonym) + ";2;x",
                                         hexadecimal ? Pseudonyms(std::span(other)) : pseudonyms);
      EXPECT_EQ(found, std::vector<size_t>{before}) << pseudonym;
    }
    EXPECT_EQ(undisguised(space + "x1O2").size(), before + 4);
    EXPECT_EQ(backwards(space + "4321302010").empty(), false);
    EXPECT_TRUE(has_raised(space + "3\xC2\xB2"));
    EXPECT_FALSE(looks_like_text(space + '\x01'));
    EXPECT_TRUE(looks_like_text(space + "\t\n"));
  }
}

TEST(Runs, PackedDataIsFoundAtEveryPlace) {
  for (size_t before = 0; before < 70; ++before) {
    Runs found;
    each_packed_run(std::string(before, ' ') + "cGVyc29uIDEyMzQ1Njc4OTAx " + std::string(200, 'a'),
                    [&](size_t at, size_t n) { found.emplace_back(at, n); });
    EXPECT_EQ(found, (Runs{{before, 24}, {before + 25, 200}}));
  }
}

}  // namespace
}  // namespace fvm::disclosure
