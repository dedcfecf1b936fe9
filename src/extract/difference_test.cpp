// What a refresh keeps, drops and reads: by example, and against a slow twin that keeps rows.
#include "extract/difference.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <set>

namespace fvm::extract {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

lake::File mirror_file(const std::string& path, uint64_t mib = 200) {
  return {.path = path, .bytes = mib << 20, .rows = 1};
}
lake::Change added(int64_t version, std::vector<std::string> names) {
  lake::Change out{.version = version, .data_change = true};
  for (const std::string& name : names) out.added.push_back(mirror_file(name));
  return out;
}
lake::Change replaced(int64_t version, std::vector<std::string> gone, std::vector<std::string> names,
                      bool data) {
  lake::Change out = added(version, std::move(names));
  out.removed = std::move(gone), out.data_change = data;
  return out;
}
std::map<std::string, lake::File> project(const std::map<std::string, std::vector<std::string>>& files) {
  std::map<std::string, lake::File> out;
  for (const auto& [path, origins] : files) {
    out[path] = {.path = path, .rows = 1, .tags = {{origins_tag, origins_text(origins)}}};
  }
  return out;
}
std::vector<std::string> kept_paths(const Difference& difference) {
  std::vector<std::string> out;
  for (const KeptGroup& group : difference.kept)
    out.insert(out.end(), group.paths.begin(), group.paths.end());
  return out;
}

TEST(Difference, NewFilesAreReadAndNothingElse) {
  const auto made =
      difference_of(project({{"p", {"a"}}}), {added(0, {}), added(1, {"a"}), added(2, {"b"})}, 1);
  ASSERT_TRUE(made);
  EXPECT_THAT(made->read, ElementsAre("b"));
  EXPECT_THAT(made->dropped, IsEmpty());
  EXPECT_THAT(kept_paths(*made), ElementsAre("p"));
}

TEST(Difference, AnUpsertDropsTheFilesMadeFromTheOnesThatItRewrote) {
  const auto made = difference_of(project({{"p", {"a", "b"}}, {"q", {"c"}}}),
                                  {added(1, {"a", "b", "c"}), replaced(2, {"a"}, {"kept", "new"}, true)}, 1);
  EXPECT_THAT(made->read, UnorderedElementsAre("b", "kept", "new")) << "b stood in the dropped file too";
  EXPECT_THAT(made->dropped, ElementsAre("p"));
  EXPECT_THAT(kept_paths(*made), ElementsAre("q"));
}

TEST(Difference, DroppingSpreadsOverSharedOrigins) {
  const auto made = difference_of(project({{"p", {"a", "b"}}, {"q", {"b", "c"}}, {"r", {"d"}}}),
                                  {added(1, {"a", "b", "c", "d"}), replaced(2, {"a"}, {}, true)}, 1);
  EXPECT_THAT(made->read, UnorderedElementsAre("b", "c"));
  EXPECT_THAT(made->dropped, ElementsAre("p", "q"));
}

TEST(Difference, ACompactedMirrorIsNotReadAgain) {
  const std::vector<lake::Change> changes = {added(1, {"a", "b"}), replaced(2, {"a", "b"}, {"ab"}, false)};
  const auto made = difference_of(project({{"p", {"a"}}, {"q", {"b"}}}), changes, 1);
  EXPECT_THAT(made->read, IsEmpty());
  EXPECT_THAT(made->dropped, IsEmpty());
  ASSERT_EQ(made->kept.size(), 1u) << "both belong to one file of the mirror now";
  EXPECT_THAT(made->kept[0].origins, ElementsAre("ab"));
  EXPECT_THAT(made->kept[0].paths, ElementsAre("p", "q"));
  EXPECT_FALSE(changed_rows(changes, 1));
}

TEST(Difference, ACompactionOfOldAndNewRowsIsRead) {
  const auto made = difference_of(
      project({{"p", {"a"}}}), {added(1, {"a"}), added(2, {"b"}), replaced(3, {"a", "b"}, {"ab"}, false)}, 1);
  EXPECT_THAT(made->read, ElementsAre("ab"));
  EXPECT_THAT(made->dropped, ElementsAre("p"));
}

TEST(Difference, ACompactionThatTellsWhichFileCameFromWhichIsFollowedThere) {
  lake::Change compaction = replaced(3, {"a", "b"}, {"a2", "b2"}, false);
  compaction.added[0].tags["compacted"] = R"(["a"])", compaction.added[1].tags["compacted"] = R"(["b"])";
  const auto made = difference_of(project({{"p", {"a"}}}), {added(1, {"a"}), added(2, {"b"}), compaction}, 1);
  EXPECT_THAT(made->read, ElementsAre("b2"));
  EXPECT_THAT(kept_paths(*made), ElementsAre("p"));
}

TEST(Difference, WithoutOriginsNothingIsKept) {
  auto files = project({{"p", {"a"}}});
  files["p"].tags.clear();
  EXPECT_FALSE(difference_of(files, {added(1, {"a"})}, 1));
}

TEST(Difference, SmallFilesBecomeOneNowAndThen) {
  std::vector<lake::Change> changes;
  std::map<std::string, std::vector<std::string>> files;
  for (int i = 0; i < 12; ++i) {
    const std::string name = "m" + std::to_string(i);
    changes.push_back({.version = i, .data_change = true, .added = {mirror_file(name, 2)}, .removed = {}});
    files["p" + std::to_string(i)] = {name};
  }
  changes.push_back({.version = 12, .data_change = true, .added = {mirror_file("large")}, .removed = {}});
  files["large"] = {"large"};
  const auto merged = difference_of(project(files), changes, 12);
  EXPECT_EQ(merged->read.size(), 12u);
  EXPECT_EQ(merged->dropped.size(), 12u);
  EXPECT_THAT(kept_paths(*merged), ElementsAre("large"));
  std::map<std::string, lake::File> mirror;
  for (const lake::Change& change : changes) mirror[change.added[0].path] = change.added[0];
  EXPECT_EQ(in_parts(merged->read, mirror).size(), 1u);
  files.erase("p0");
  EXPECT_THAT(difference_of(project(files), changes, 12)->read, IsEmpty());
}

TEST(Difference, OnlyAddedRowsMeansThatNoneWentAway) {
  const std::vector<lake::Change> changes = {added(1, {"a"}), added(2, {"b"}),
                                             replaced(3, {"a", "b"}, {"ab"}, false)};
  EXPECT_TRUE(only_added_rows(changes, 1));
  EXPECT_TRUE(changed_rows(changes, 1));
  EXPECT_THAT(files_since(changes, 1), ElementsAre("ab"));
  EXPECT_FALSE(only_added_rows({added(1, {"a"}), replaced(2, {"a"}, {"c"}, true)}, 1));
}

TEST(Difference, RowsThatChangedLieInNewFilesAndInThoseThatWent) {
  const auto upsert =
      row_changes({added(1, {"a", "b"}), added(2, {"c"}), replaced(3, {"a"}, {"a2"}, true)}, 1);
  EXPECT_THAT(upsert.gone, ElementsAre("a"));
  EXPECT_THAT(upsert.come, ElementsAre("a2", "c"));
  const auto compacted = row_changes({added(1, {"a", "b"}), replaced(2, {"a", "b"}, {"ab"}, false)}, 1);
  EXPECT_THAT(compacted.gone, IsEmpty());
  EXPECT_THAT(compacted.come, IsEmpty());
}

TEST(Difference, ACompactionOfOldAndNewRowsIsHeldAgainstTheOldOnes) {
  const auto mixed =
      row_changes({added(1, {"a", "z"}), added(2, {"b"}), replaced(3, {"a", "b"}, {"ab"}, false)}, 1);
  EXPECT_THAT(mixed.gone, ElementsAre("a"));
  EXPECT_THAT(mixed.come, ElementsAre("ab"));
}

TEST(Difference, WhatIsLeftOfACompactionThatWasChangedIsComparedToo) {
  // a's rows went to two files, one of which was changed since: the other is no news, but stands against a.
  const auto split = row_changes(
      {added(1, {"a"}), replaced(2, {"a"}, {"a1", "a2"}, false), replaced(3, {"a1"}, {"n"}, true)}, 1);
  EXPECT_THAT(split.gone, ElementsAre("a"));
  EXPECT_THAT(split.come, ElementsAre("a2", "n"));
}

// The twin: every mirror file holds rows by number; a project file holds all rows of its origins that are
// wanted (those divisible by three). Random histories, refreshed at random; the project must always hold the
// same rows.
class Twin {
 public:
  void step(int what, size_t pick) {
    lake::Change change{.version = static_cast<int64_t>(changes_.size()), .data_change = what != 2};
    std::set<int> rows;
    if (what != 0 && !live_.empty()) {  // upsert, or compaction of up to three files
      const size_t count = what == 2 ? 1 + pick % 3 : 1;
      for (size_t i = 0; i < count && !live_.empty(); ++i) {
        auto at = std::next(live_.begin(), static_cast<long>((pick * 7 + i) % live_.size()));
        rows.insert(at->second.begin(), at->second.end());
        change.removed.push_back(at->first);
        live_.erase(at);
      }
      if (what == 1 && !rows.empty()) rows.erase(rows.begin());
    }
    if (what != 2) rows.insert(next_row_), rows.insert(next_row_ + 1), next_row_ += 2;
    const std::string name = "m" + std::to_string(changes_.size());
    if (!rows.empty()) change.added.push_back(mirror_file(name, 1 + pick % 5)), live_[name] = rows;
    changes_.push_back(std::move(change));
  }

  void refresh() {
    const auto made =
        difference_of(project_, changes_, version_, {.groups_min = 3, .files_max = 2, .part_mib = 8});
    RC_ASSERT(made.has_value());
    for (const std::string& path : made->dropped) project_.erase(path), rows_.erase(path);
    std::multiset<std::string> accounted(made->read.begin(), made->read.end());
    for (const KeptGroup& group : made->kept) accounted.insert(group.origins.begin(), group.origins.end());
    std::multiset<std::string> all;
    std::map<std::string, lake::File> files;
    for (const auto& [name, rows] : live_) all.insert(name), files[name] = mirror_file(name, 1);
    RC_ASSERT(accounted == all);
    for (const auto& part : in_parts(made->read, files, {.part_mib = 8})) write(part);
    version_ = static_cast<int64_t>(changes_.size()) - 1;
    before_ = live_;
  }

  // What came and went since the last refresh is just the difference of the two versions' rows.
  void compare() const {
    if (version_ < 0) return;
    const RowChanges changed = row_changes(changes_, version_);
    std::map<int, int> told, true_ones;
    for (const std::string& name : changed.come) {
      for (const int row : live_.at(name)) ++told[row];
    }
    for (const std::string& name : changed.gone) {
      for (const int row : before_.at(name)) --told[row];
    }
    for (const auto& [name, rows] : live_) {
      for (const int row : rows) ++true_ones[row];
    }
    for (const auto& [name, rows] : before_) {
      for (const int row : rows) --true_ones[row];
    }
    for (auto* counts : {&told, &true_ones})
      std::erase_if(*counts, [](const auto& row) { return row.second == 0; });
    RC_ASSERT(told == true_ones);
  }

  std::multiset<int> in_project() const {
    std::multiset<int> out;
    for (const auto& [path, rows] : rows_) out.insert(rows.begin(), rows.end());
    return out;
  }
  std::multiset<int> expected() const {
    std::multiset<int> out;
    for (const auto& [name, rows] : live_) {
      for (const int row : rows) {
        if (row % 3 == 0) out.insert(row);
      }
    }
    return out;
  }

 private:
  void write(const std::vector<std::string>& origins) {
    std::multiset<int> rows;
    for (const std::string& origin : origins) {
      for (const int row : live_.at(origin)) {
        if (row % 3 == 0) rows.insert(row);
      }
    }
    if (rows.empty()) return;
    const std::string path = "p" + std::to_string(next_path_++);
    project_[path] = {.path = path, .rows = rows.size(), .tags = {{origins_tag, origins_text(origins)}}};
    rows_[path] = rows;
  }

  std::vector<lake::Change> changes_;
  std::map<std::string, std::set<int>> live_, before_;
  std::map<std::string, lake::File> project_;
  std::map<std::string, std::multiset<int>> rows_;
  int64_t version_ = -1;
  int next_row_ = 0, next_path_ = 0;
};

RC_GTEST_PROP(DifferenceProperty, RefreshedIsTheSameAsBuiltAnew, ()) {
  const auto steps = *rc::gen::container<std::vector<std::pair<int, size_t>>>(
      rc::gen::pair(rc::gen::inRange(0, 4), rc::gen::inRange<size_t>(0, 100)));
  Twin twin;
  for (const auto& [what, pick] : steps) {
    what == 3 ? twin.refresh() : twin.step(what, pick);
    twin.compare();
    if (what == 3) RC_ASSERT(twin.in_project() == twin.expected());
  }
}

}  // namespace
}  // namespace fvm::extract
