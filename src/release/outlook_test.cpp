// Outboxes as they stand, and what is remembered of them. Scans in the sandbox:
// tests/functional/test_outlook.py.
#include "release/outlook.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <boost/json.hpp>

#include "release/testing.hpp"

namespace fvm::release {
namespace {

namespace json = boost::json;

class OutlookTest : public ReleaseTest {
 protected:
  Foresight foresight() { return {world_, *instance_, config_, reports_}; }
  // As after a scan that said `report`.
  File seen(const std::string& name, const Report& report, const std::string& sha256 = std::string(64, 'a')) {
    const File file{.name = name, .sha256 = sha256, .bytes = 7};
    reports_.put(std::string(project) + "\n1\n" + sha256 + "\n7\n" + name, report);
    return file;
  }
  static Report clean() { return {"csv", {}, false, {}, {}}; }
  Result<Checked> ahead(const std::vector<File>& files) {
    return look_ahead(foresight(), store(), project, "anna", files);
  }
  config::Config config_;
  Reports reports_;
};

TEST_F(OutlookTest, AnOutboxIsListedWithoutOpeningAnything) {
  put("b.csv", "1");
  put("a.csv", "22");
  std::filesystem::create_directory(outbox() / "folder");
  std::filesystem::create_symlink("/etc/passwd", outbox() / "link");
  ASSERT_EQ(::mkfifo((outbox() / "pipe").c_str(), 0600), 0);
  put("bad\xff", "1");
  const auto all = list_outbox(outbox()).value();
  std::vector<std::string> names;
  for (const Staged& each : all.files) names.push_back(each.name + (each.is_file ? "" : "!"));
  EXPECT_EQ(names, (std::vector<std::string>{"!", "a.csv", "b.csv", "folder!", "link!", "pipe!"}));
  EXPECT_EQ(all.files[1].bytes(), 2u);
  EXPECT_EQ(all.left_out, 0u);
  EXPECT_TRUE(list_outbox(outbox() / "none")->files.empty());
  std::filesystem::create_directory_symlink(outbox(), outbox().parent_path() / "other");
  EXPECT_FALSE(list_outbox(outbox().parent_path() / "other").ok()) << "a link in the place of the folder";
}

TEST_F(OutlookTest, OfTooManyFilesTheNewestAreShown) {
  for (size_t i = 0; i < outbox_files_max + 3; ++i) put("f" + std::to_string(i), "1");
  const auto all = list_outbox(outbox()).value();
  EXPECT_EQ(all.files.size(), outbox_files_max);
  EXPECT_EQ(all.left_out, 3u);
}

TEST_F(OutlookTest, AStampTellsOfEveryWriteAlsoWhenTheClockIsSetBack) {
  put("a.csv", "12");
  const Stamp before = list_outbox(outbox())->files.at(0).stamp;
  EXPECT_EQ(list_outbox(outbox())->files.at(0).stamp, before) << "the control";
  ::usleep(20'000);
  put("a.csv", "13");
  const timespec times[] = {{0, 0}, {before.modified / 1'000'000'000, before.modified % 1'000'000'000}};
  ASSERT_EQ(::utimensat(AT_FDCWD, (outbox() / "a.csv").c_str(), times, 0), 0);
  const Stamp after = list_outbox(outbox())->files.at(0).stamp;
  EXPECT_EQ(after.modified, before.modified);
  EXPECT_NE(after, before);
}

TEST_F(OutlookTest, WhatStoodThereIsNotReadWhenItIsAnother) {
  put("a.csv", "12");
  const Staged before = list_outbox(outbox())->files.at(0);
  put("new", "13");
  std::filesystem::rename(outbox() / "new", outbox() / "a.csv");
  EXPECT_EQ(code(see(foresight(), store(), project, "anna", before)), "release.changed_meanwhile");
  std::filesystem::remove(outbox() / "a.csv");
  std::filesystem::create_symlink("/etc/passwd", outbox() / "a.csv");
  EXPECT_EQ(code(see(foresight(), store(), project, "anna", before)), "release.not_a_file");
}

TEST_F(OutlookTest, OneThatIsTooLargeIsNotRead) {
  config_.release.file_bytes_max = 10;
  put("a.csv", "12345678901");
  const auto file = see(foresight(), store(), project, "anna", list_outbox(outbox())->files.at(0));
  ASSERT_TRUE(file.ok()) << code(file);
  EXPECT_EQ(file->sha256, "");
  const auto checked = ahead({*file});
  ASSERT_TRUE(checked.ok()) << code(checked);
  EXPECT_EQ(prospect_of(*checked), Prospect::refused);
  EXPECT_EQ(checked->files[0].findings.at(0).rule, "finding.too_large");
}

TEST_F(OutlookTest, WhatIsRememberedIsOfTheseBytesUnderThisNameInThisVersion) {
  const File file = seen("a.csv", clean());
  EXPECT_EQ(prospect_of(ahead({file}).value()), Prospect::person);
  File other = file;
  other.name = "0101011234.csv";
  EXPECT_EQ(code(ahead({other})), "release.not_seen");
  other = file, other.sha256[0] = 'b';
  EXPECT_EQ(code(ahead({other})), "release.not_seen");
  execute("INSERT INTO project_build(project, state, started) VALUES ('FVM-2026-0017', 'done', 0)");
  execute(
      "INSERT INTO project_version(project, version, build, built, persons, population_file, "
      "catalogue_version, specification_sha256, sources) SELECT project, 2, build + 1, built, persons, "
      "population_file, catalogue_version, specification_sha256, sources FROM project_version");
  execute("UPDATE project SET version = 2");
  EXPECT_EQ(code(ahead({file})), "release.not_seen") << "the population may be another";
}

TEST_F(OutlookTest, TheRouteIsAskedAnewForWhoHeIsNow) {
  const File file = seen("a.csv", clean());
  EXPECT_EQ(ahead({file})->reviewers, 1u);
  execute(
      "INSERT INTO suspension (scope, subject, reference, began, ended) VALUES ('user', 'anna', 'x', 1, "
      "9000000000000000)");
  EXPECT_EQ(ahead({file})->reviewers, 2u);
}

TEST_F(OutlookTest, LookingLeavesNoTrace) {
  const size_t before = records();
  const File file = seen("a.csv", clean());
  ASSERT_TRUE(ahead({file}).ok());
  std::vector<Seen> looked = {{{"a.csv", {1, 7, 0, 0}, true, false}, file, {}}};
  ASSERT_TRUE(outbox_json(foresight(), store(), project, "anna", looked, 0, {}).ok());
  EXPECT_EQ(records(), before);
  EXPECT_TRUE(list(store()).value().empty());
}

TEST_F(OutlookTest, WhatIsForgottenIsPendingAgainAndWhatFailedIsUnknown) {
  const File known = seen("a.csv", clean());
  File forgotten = known;
  forgotten.name = "b.csv";
  std::vector<Seen> looked = {{{"a.csv", {1, 7, 0, 0}, true, false}, known, {}},
                              {{"b.csv", {2, 7, 0, 0}, true, false}, forgotten, {}},
                              {{"c.csv", {3, 7, 0, 0}, true, false}, {}, surroundings("wire.no_answer")},
                              {{"", {4, 7, 0, 0}, false, true}, {}, {}}};
  const auto told = outbox_json(foresight(), store(), project, "anna", looked, 0, {}).value();
  std::vector<std::string> answers;
  for (const json::value& each : told.at("files").as_array())
    answers.emplace_back(each.at("outlook").at("answer").as_string());
  EXPECT_EQ(answers, (std::vector<std::string>{"person", "pending", "unknown", "refused"}));
  EXPECT_FALSE(looked[1].file) << "it is looked at again";
  EXPECT_EQ(told.at("together").at("files").as_array().size(), 1u);
}

TEST_F(OutlookTest, WhatWasFoundBeforeItsRowsWereComparedIsToldAsSoFar) {
  const File file{.name = "a.csv", .sha256 = std::string(64, 'a'), .bytes = 7};
  const std::string key = std::string(project) + "\n1\n" + file.sha256 + "\n7\na.csv";
  std::vector<Seen> looked = {{{"a.csv", {1, 7, 0, 0}, true, false}, {}, {}, file}};
  const auto told = [&] { return outbox_json(foresight(), store(), project, "anna", looked, 0, {}).value(); };
  const auto outlook = [](const json::object& box) { return box.at("files").at(0).at("outlook"); };
  EXPECT_TRUE(outlook(told()).at("so_far").is_null()) << "nothing is known yet";
  reports_.put_so_far(key, clean());
  const json::object early = told();
  EXPECT_EQ(outlook(early).at("answer"), "pending");
  EXPECT_EQ(outlook(early).at("so_far").at("answer"), "person");
  EXPECT_EQ(early.at("files").at(0).at("checked"), false);
  EXPECT_TRUE(early.at("together").is_null()) << "it cannot be chosen for sending as if it were known";
  EXPECT_EQ(code(ahead({file})), "release.not_seen") << "what is known so far is no answer";
  reports_.put(key, clean());
  looked.at(0).file = file;
  EXPECT_EQ(outlook(told()).at("answer"), "person");
  EXPECT_TRUE(outlook(told()).at("so_far").is_null());
}

TEST_F(OutlookTest, SuchReportsAreBounded) {
  for (size_t i = 0; i <= Reports::reports_max; ++i) reports_.put(std::to_string(i), clean());
  EXPECT_FALSE(reports_.find("0"));
  EXPECT_TRUE(reports_.find(std::to_string(Reports::reports_max)));
}

}  // namespace
}  // namespace fvm::release
