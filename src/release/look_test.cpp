// Who sees what of a kept file, what is believed of the job that read it, and that each look is on record.
#include "release/look.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json.hpp>

#include "release/testing.hpp"

namespace fvm::release {
namespace {

namespace json = boost::json;

constexpr const char* one_table =
    R"({"type":"csv","parts":[{"kind":"table","name":"","first_row":1,"letters":false,"rows":[["g","antal"]]}],)"
    R"("cut":false,"why":""})";

class LookTest : public ReleaseTest {
 protected:
  Result<std::string> look_as(const std::string& who, const std::string& number, uint32_t position = 1,
                              uint32_t revision = 0) {
    const Show show = [this](const Request&, const File&, const Bytes& kept) -> Result<std::string> {
      opened_ = text_of(kept.memory.get());
      return said_;
    };
    return look(*ledger_, *copies_, vouch_, show, {number, who, revision, position});
  }
  std::string why_of(const std::string& number) {
    const auto shown = look_as("rita", number);
    EXPECT_TRUE(shown.ok()) << code(shown);
    return std::string(json::parse(*shown).at("why").as_string());
  }
  size_t looks() const {
    const std::string all = ledger_text();
    size_t count = 0;
    for (size_t at = all.find("release.looked"); at != std::string::npos;
         at = all.find("release.looked", at + 1))
      ++count;
    return count;
  }
  Result<std::string> said_ = std::string(one_table);
  static std::string text_of(int memory) {
    std::string text(100, 0);
    text.resize(static_cast<size_t>(std::max<ssize_t>(0, ::pread(memory, text.data(), text.size(), 0))));
    return text;
  }
  std::string opened_;
};

TEST_F(LookTest, AReviewerSeesTheKeptFileAndEachLookIsOnRecord) {
  const std::string number = sent();
  const auto shown = look_as("rita", number);
  ASSERT_TRUE(shown.ok()) << code(shown);
  const json::value value = json::parse(*shown);
  EXPECT_EQ(value.at("parts").at(0).at("rows").at(0).at(1).as_string(), "antal");
  EXPECT_EQ(value.at("name").as_string(), "t.csv");
  EXPECT_EQ(opened_, "g;antal\nA;50\n");
  EXPECT_EQ(looks(), 1u);
  ASSERT_TRUE(look_as("rita", number).ok());
  EXPECT_EQ(looks(), 2u);
}

TEST_F(LookTest, NobodyElseAndNothingIsOpenedForThem) {
  const std::string number = sent();
  for (const char* who : {"anna", "bo", "olga"}) {
    EXPECT_EQ(code(look_as(who, number)), "release.no_look") << who;
    EXPECT_EQ(opened_, "") << who;
  }
  for (const char* who : {"eve", "nobody", "fvm-courier", ""})
    EXPECT_EQ(code(look_as(who, number)), "release.unknown") << who;
  EXPECT_EQ(code(look_as("rita", "H-000099")), "release.unknown");
  execute("INSERT INTO suspension (scope, subject, reference, began) VALUES ('user', 'rita', 'x', 1)");
  EXPECT_EQ(code(look_as("rita", number)), "release.unknown") << "who is closed sees nothing";
  EXPECT_EQ(looks(), 0u);
  execute("DELETE FROM suspension");
  EXPECT_EQ(code(look_as("rita", number)), "") << "the control";
}

TEST_F(LookTest, OnlyWhileItIsWithReviewers) {
  const std::string number = sent();
  ASSERT_EQ(code(say(number, "rita", Ballot::reject)), "");
  EXPECT_EQ(code(look_as("rita", number)), "release.no_look");
  EXPECT_EQ(code(look_as("ruth", number)), "release.no_look");
}

TEST_F(LookTest, WhatIsNotThereAndWhatIsNotWhole) {
  const std::string number = sent();
  EXPECT_EQ(code(look_as("rita", number, 2)), "release.no_such_position");
  EXPECT_EQ(code(look_as("rita", number, 1, 7)), "release.no_such_position");
  const Path kept = copies_->place_of(found(number).files[0].sha256)->sealed;
  std::filesystem::permissions(kept, std::filesystem::perms::owner_all);
  std::ofstream(kept) << "other bytes";
  opened_.clear();
  EXPECT_EQ(code(look_as("rita", number)), "release.kept_changed");
  std::filesystem::remove(kept);
  EXPECT_EQ(code(look_as("rita", number)), "release.kept_missing");
  EXPECT_EQ(opened_, "");
}

TEST_F(LookTest, NothingOfTheJobIsBelieved) {
  const std::string number = sent();
  for (
      const char* said :
      {"", "[]", "{}", R"({"parts":[],"cut":0,"why":""})",
       R"({"parts":[{"kind":"table"}],"cut":false,"why":""})",
       R"({"parts":[{"kind":"picture","name":"","first_row":1,"letters":false,"png":"PHN2Zz4="}],"cut":false,"why":""})"}) {
    said_ = std::string(said);
    EXPECT_EQ(why_of(number), "unreadable") << said;
  }
  std::string wide = R"({"parts":[{"kind":"text","name":"","first_row":1,"letters":false,"rows":[[")" +
                     std::string(3u << 20, 'x') + R"("]]}],"cut":false,"why":""})";
  said_ = wide;
  EXPECT_EQ(why_of(number), "unreadable");
  said_ = surroundings("job.died");
  EXPECT_EQ(why_of(number), "unreadable") << "the file broke the job: the reviewer is told";
  said_ = surroundings("wire.not_running");
  EXPECT_EQ(code(look_as("rita", number)), "wire.not_running");
}

TEST_F(LookTest, WhoVotedFirstSeesItStillAndNothingShowsThatTheOtherLooked) {
  const std::string number = sent_for_two();
  const Request before = found(number);
  ASSERT_EQ(code(look_as("rita", number)), "");
  const Request after = found(number);
  EXPECT_EQ(before.changed, after.changed);
  EXPECT_EQ(before.history.size(), after.history.size());
  ASSERT_EQ(code(say(number, "rita", Ballot::approve)), "");
  EXPECT_EQ(code(look_as("rita", number)), "");
}

}  // namespace
}  // namespace fvm::release
