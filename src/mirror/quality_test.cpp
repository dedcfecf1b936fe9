// What is unusual, and what is not: one line a case.
#include "mirror/quality.hpp"

#include <gtest/gtest.h>

namespace fvm::mirror {
namespace {

constexpr std::string_view latest = "2027-11-29";

Picture picture(uint64_t rows, uint64_t empty = 0, std::string greatest = "\"2026-01-01\"") {
  Picture made;
  made.add(rows,
           {{"kode", std::nullopt, std::nullopt, empty}, {"dato", std::nullopt, std::move(greatest), 0}});
  return made;
}

Before before(uint64_t rows, uint64_t empty = 0, std::string greatest = "\"2025-12-31\"") {
  return {picture(rows, empty, std::move(greatest)), {}, {"dato"}, latest};
}

std::vector<std::string> rules(Mode mode, const Before& was, const Picture& now,
                               const config::Config::Deliver& settings = {}) {
  std::vector<std::string> out;
  for (const Finding& finding : oddities(settings, mode, was, now)) out.push_back(finding.rule);
  return out;
}
using Rules = std::vector<std::string>;

TEST(Quality, AReplacedTableIsAboutAsLargeAsBefore) {
  const Before was = before(100'000);
  EXPECT_EQ(rules(Mode::replace, was, picture(100'500)), Rules());
  EXPECT_EQ(rules(Mode::replace, was, picture(50'000)), Rules());
  EXPECT_EQ(rules(Mode::replace, was, picture(49'999)), Rules{"deliver.odd_few_rows"});
  EXPECT_EQ(rules(Mode::replace, was, picture(200'000)), Rules());
  EXPECT_EQ(rules(Mode::replace, was, picture(200'001)), Rules{"deliver.odd_many_rows"});
  EXPECT_EQ(rules(Mode::replace, was, picture(0)), Rules{"deliver.odd_few_rows"}) << "cut off";
}

TEST(Quality, AnAppendIsComparedWithTheAppendsBefore) {
  Before was = before(10'000'000);
  was.appended = {100'000, 10'000'000};
  EXPECT_EQ(rules(Mode::append, was, picture(1'000)), Rules()) << "two are no custom";
  was.appended = {110'000, 90'000, 100'000, 10'000'000};
  EXPECT_EQ(rules(Mode::append, was, picture(100'000)), Rules());
  EXPECT_EQ(rules(Mode::append, was, picture(20'000)), Rules{"deliver.odd_few_rows"});
  EXPECT_EQ(rules(Mode::append, was, picture(400'000)), Rules{"deliver.odd_many_rows"});
  EXPECT_EQ(rules(Mode::upsert, was, picture(20'000)), Rules()) << "corrections come as they come";
}

TEST(Quality, AColumnThatCameEmpty) {
  EXPECT_EQ(rules(Mode::replace, before(100'000, 5'000), picture(100'000, 100'000)),
            Rules{"deliver.odd_empty"});
  EXPECT_EQ(rules(Mode::upsert, before(100'000, 5'000), picture(2'000, 400)), Rules{"deliver.odd_empty"});
  EXPECT_EQ(rules(Mode::replace, before(100'000, 5'000), picture(100'000, 14'000)), Rules());
  EXPECT_EQ(rules(Mode::replace, before(100'000, 90'000), picture(100'000, 10)), Rules())
      << "fuller is no harm";
  const auto found = oddities({}, Mode::replace, before(100'000, 5'000), picture(100'000, 100'000));
  EXPECT_EQ(found.at(0).column, "kode");
  EXPECT_EQ(found.at(0).shape, "100");
  EXPECT_EQ(found.at(0).advice, "5");
}

TEST(Quality, DatesThatHaveNotBeenYet) {
  EXPECT_EQ(rules(Mode::upsert, before(5'000), picture(1, 0, "\"2031-01-01\"")), Rules{"deliver.odd_future"});
  EXPECT_EQ(rules(Mode::upsert, before(5'000), picture(1, 0, "\"2031-01-01T10:00:00\"")),
            Rules{"deliver.odd_future"});
  EXPECT_EQ(rules(Mode::upsert, before(5'000), picture(1, 0, "\"2027-11-29\"")), Rules());
  EXPECT_EQ(rules(Mode::upsert, before(5'000, 0, "\"9999-12-31\""), picture(1, 0, "\"9999-12-31\"")), Rules())
      << "until further notice";
}

TEST(Quality, TooFewRowsTellNothing) {
  EXPECT_EQ(rules(Mode::replace, before(999), picture(1)), Rules());
  EXPECT_EQ(rules(Mode::replace, before(0), picture(1'000'000)), Rules()) << "the first";
  EXPECT_EQ(rules(Mode::replace, before(999), picture(999, 999)), Rules());
}

TEST(Quality, AnOperatorMayTurnItOff) {
  config::Config::Deliver settings;
  settings.hold = "never";
  EXPECT_EQ(rules(Mode::replace, before(100'000), picture(0), settings), Rules());
}

}  // namespace
}  // namespace fvm::mirror
