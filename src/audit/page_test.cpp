// The ledger read backwards: every record once, newest first, over pages, files and lines longer than a
// chunk.
#include "audit/page.hpp"

#include "audit/ledger_fixture.hpp"

namespace fvm::audit {
namespace {

class PageTest : public LedgerTest {
 protected:
  std::vector<std::string> all(Wanted wanted) const {
    std::vector<std::string> subjects;
    do {
      const Page page = page_of(real_world(), audit(), wanted).value();
      for (const Entry& entry : page.entries) subjects.push_back(entry.subject);
      wanted.before = page.next;
    } while (wanted.before != 0);
    return subjects;
  }
};

TEST_F(PageTest, EveryRecordOnceNewestFirstWhateverThePage) {
  auto ledger = open({}, {.segment_records = 7}).value();
  std::vector<std::string> wanted;
  for (int i = 0; i < 40; ++i) {
    ASSERT_TRUE(add(*ledger, "n" + std::to_string(i)).ok());
    wanted.insert(wanted.begin(), "n" + std::to_string(i));
  }
  for (const size_t records : {1u, 3u, 7u, 39u, 40u, 100u})
    EXPECT_EQ(all({.action = "test.noted", .records_max = records}), wanted) << records;
}

TEST_F(PageTest, ByWhoWhatAndAbout) {
  auto ledger = open().value();
  ASSERT_TRUE(ledger->record({"anna", "release.begun", "H-1", {{"project", "P-1"}}}).ok());
  ASSERT_TRUE(ledger->record({"bo", "release.looked", "H-1", {{"project", "P-10"}}}).ok());
  ASSERT_TRUE(ledger->record({"anna", "login.opened", "anna", {}}).ok());
  EXPECT_EQ(all({.actor = "anna"}), (std::vector<std::string>{"anna", "H-1"}));
  EXPECT_EQ(all({.action = "release."}).size(), 2u);
  EXPECT_EQ(all({.subject = "P-1"}).size(), 1u) << "a project is named whole";
  EXPECT_EQ(all({.subject = "H-1"}).size(), 2u);
  EXPECT_TRUE(all({.since = "2999-01-01"}).empty());
  EXPECT_EQ(all({.actor = "bo", .action = "login."}).size(), 0u);
}

TEST_F(PageTest, ManyLongLinesOverSeveralChunks) {
  auto ledger = open().value();
  const std::string long_value(40'000, 'x');
  for (int i = 0; i < 60; ++i)
    ASSERT_TRUE(ledger->record({"anna", "test.long", "n" + std::to_string(i), {{"value", long_value}}}).ok());
  const auto found = all({.action = "test.long", .records_max = 11});
  ASSERT_EQ(found.size(), 60u);
  EXPECT_EQ(found.front(), "n59");
  EXPECT_EQ(found.back(), "n0");
}

TEST_F(PageTest, ALineThatIsNoRecordIsPassedOver) {
  auto ledger = open().value();
  ASSERT_TRUE(add(*ledger, "a").ok());
  const auto entries = real_world().list(audit()).value();
  for (const auto& entry : entries) {
    if (entry.name.ends_with(".jsonl")) std::ofstream(audit() / entry.name, std::ios::app) << "{\"seq\":\n\n";
  }
  EXPECT_EQ(all({.action = "test.noted"}), std::vector<std::string>{"a"});
}

}  // namespace
}  // namespace fvm::audit
