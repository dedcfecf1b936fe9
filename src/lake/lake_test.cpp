#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sys/wait.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "lake/child.hpp"
#include "lake/log.hpp"
#include "lake/table.hpp"

namespace fvm::lake {
namespace {

namespace fs = std::filesystem;

const Schema schema{{{"pnr", "long"}, {"word", "string"}, {"amount", "decimal(18,2)"}, {"day", "date"}}};

class LakeTest : public ::testing::Test {
 protected:
  World& world_ = real_world();
  Path folder_ = fs::temp_directory_path() / ("fvm-lake-" + random_hex(real_world(), 6));
  Table table_{world_, folder_};

  void SetUp() override {
    ASSERT_TRUE(
        table_.create(schema, {.name = "LPR_F.kontakter", .configuration = {{"fvm.key", "mirror"}}}).ok());
  }
  void TearDown() override { (void)world_.remove_tree(folder_); }

  // A data file in the table's folder; the log does not look into it.
  File make_file(uint64_t rows = 10) {
    const std::string name = table_.new_name();
    EXPECT_TRUE(world_.create_file(folder_ / name, std::string(rows, 'x'), 0600).ok());
    return {.path = name, .bytes = rows, .rows = rows};
  }
  Committed append(uint64_t rows = 10, std::optional<Transaction> transaction = {}) {
    const auto done =
        table_.commit({.reads = Reads::nothing, .adds = {make_file(rows)}, .transaction = transaction});
    EXPECT_TRUE(done.ok()) << done.error().code << " " << done.error().argument("reason");
    return done.ok() ? *done : Committed{};
  }
  Snapshot now() { return table_.snapshot().value(); }
  std::string log_text(int64_t version) {
    return world_.read_file(folder_ / "_delta_log" / log_name(version), 1 << 20).value();
  }
  void write_log(int64_t version, const std::string& text) {
    ASSERT_TRUE(world_.replace_file(folder_ / "_delta_log" / log_name(version), text, 0600).ok());
  }
};

TEST_F(LakeTest, ANewTableIsEmptyAndKnowsItself) {
  const Snapshot snapshot = now();
  EXPECT_EQ(snapshot.version, 0);
  EXPECT_EQ(snapshot.schema, schema);
  EXPECT_EQ(snapshot.name, "LPR_F.kontakter");
  EXPECT_EQ(snapshot.configuration.at("fvm.key"), "mirror");
  EXPECT_EQ(snapshot.id.size(), 36u);
  EXPECT_EQ(snapshot.rows(), 0u);
  EXPECT_EQ(table_.create(schema, {}).error().code, "lake.exists");
  EXPECT_EQ(Table(world_, folder_ / "elsewhere").snapshot().error().code, "lake.missing");
}

TEST_F(LakeTest, FilesComeBackAsTheyWereGiven) {
  File file = make_file(3);
  file.statistics = {{"pnr", "1", "3", 0}, {"word", "\"a \\\"b\\\"\"", std::nullopt, 2}};
  file.tags = {{"mirror_file", "part-1.parquet"}};
  ASSERT_TRUE(table_.commit({.reads = Reads::nothing, .adds = {file}, .facts = {{"delivery", "L-1"}}}).ok());
  const File back = now().files.at(file.path);
  EXPECT_EQ(back.bytes, 3u);
  EXPECT_EQ(back.rows, 3u);
  EXPECT_EQ(back.tags, file.tags);
  ASSERT_EQ(back.statistics.size(), 2u);
  EXPECT_EQ(back.statistics[0].maximum, "3");
  EXPECT_EQ(back.statistics[1].minimum, "\"a \\\"b\\\"\"");
  EXPECT_EQ(back.statistics[1].nulls, 2u);
  EXPECT_EQ(table_.history()->front().facts.at("delivery"), "L-1");
}

TEST_F(LakeTest, EveryVersionStaysReadable) {
  const std::string first = [&] {
    append(1);
    return now().files.begin()->first;
  }();
  append(2);
  ASSERT_TRUE(table_.commit({.read_version = 2, .adds = {make_file(5)}, .removes = {first}}).ok());
  EXPECT_EQ(now().rows(), 7u);
  EXPECT_EQ(table_.snapshot(0)->rows(), 0u);
  EXPECT_EQ(table_.snapshot(1)->rows(), 1u);
  EXPECT_EQ(table_.snapshot(2)->rows(), 3u);
  EXPECT_EQ(table_.snapshot(4).error().code, "lake.no_version");
  EXPECT_EQ(table_.snapshot(-1).error().code, "lake.no_version");
}

TEST_F(LakeTest, AsOfTakesTheVersionThatStoodThen) {
  std::vector<Time> times = {now().time};
  for (int i = 0; i < 3; ++i) times.push_back(append().time);
  for (size_t version = 0; version < times.size(); ++version) {
    EXPECT_EQ(table_.as_of(times[version])->version, static_cast<int64_t>(version));
    if (version > 0) {
      EXPECT_GT(times[version], times[version - 1]) << "times grow";
      EXPECT_EQ(table_.as_of(Time{times[version].microseconds - 1})->version,
                static_cast<int64_t>(version) - 1);
    }
  }
  EXPECT_EQ(table_.as_of(Time{times[0].microseconds - 1}).error().code, "lake.no_version");
}

TEST_F(LakeTest, AClockSetBackDoesNotTurnVersionsRound) {
  append();
  std::string text = log_text(1);
  const size_t at = text.find("\"timestamp\":") + 12;
  text.replace(at, text.find(',', at) - at, "1000");  // one second after 1970
  write_log(1, text);
  const auto history = table_.history().value();
  EXPECT_GT(history[0].time, history[1].time);
}

TEST_F(LakeTest, ATransactionIsDoneOnce) {
  const Committed first = append(10, Transaction{"deliver:LPR_F.kontakter", 7});
  EXPECT_FALSE(first.already);
  for (const int64_t version : {7, 6}) {
    const Committed again = append(10, Transaction{"deliver:LPR_F.kontakter", version});
    EXPECT_TRUE(again.already);
    EXPECT_EQ(again.version, first.version);
  }
  EXPECT_EQ(now().rows(), 10u);
  EXPECT_TRUE(*table_.has({"deliver:LPR_F.kontakter", 7}));
  EXPECT_FALSE(*table_.has({"deliver:LPR_F.kontakter", 8}));
  EXPECT_FALSE(*table_.has({"other", 1}));
  EXPECT_FALSE(append(10, Transaction{"deliver:LPR_F.kontakter", 8}).already);
}

// What each kind of commit may meet without being refused.
TEST_F(LakeTest, ConflictsAreDecidedByWhatWasRead) {
  append();
  const Snapshot seen = now();
  const std::string old = seen.files.begin()->first;
  append();  // somebody else
  const auto commit = [&](Reads reads, std::vector<std::string> removes) {
    return table_.commit(
        {.read_version = seen.version, .reads = reads, .adds = {make_file()}, .removes = removes});
  };
  EXPECT_TRUE(commit(Reads::nothing, {}).ok());
  EXPECT_EQ(commit(Reads::everything, {}).error().code, "lake.conflict");
  EXPECT_EQ(commit(Reads::everything, {old}).error().code, "lake.conflict");
  EXPECT_TRUE(commit(Reads::removed, {old}).ok());
  EXPECT_EQ(commit(Reads::removed, {old}).error().code, "lake.conflict") << "removed by the one before";
  EXPECT_EQ(commit(Reads::removed, {"no_such.parquet"}).error().code, "lake.conflict");
}

TEST_F(LakeTest, ACompactionDisturbsOnlyThoseWhoReadItsFiles) {
  append(), append();
  const Snapshot seen = now();
  std::vector<std::string> both;
  for (const auto& [path, file] : seen.files) both.push_back(path);
  ASSERT_TRUE(table_
                  .commit({.read_version = seen.version,
                           .reads = Reads::removed,
                           .adds = {make_file(20)},
                           .removes = both,
                           .data_change = false,
                           .operation = "OPTIMIZE"})
                  .ok());
  EXPECT_TRUE(table_.commit({.read_version = seen.version, .adds = {make_file()}}).ok())
      << "rows are the same";
  EXPECT_EQ(
      table_.commit({.read_version = seen.version, .adds = {make_file()}, .removes = both}).error().code,
      "lake.conflict");
}

TEST_F(LakeTest, AChangedSchemaConflictsWithEverybody) {
  Schema wider = schema;
  wider.fields.push_back({"more", "string"});
  ASSERT_TRUE(table_.commit({.read_version = 0, .schema = wider, .operation = "ADD COLUMNS"}).ok());
  EXPECT_EQ(now().schema, wider);
  EXPECT_EQ(table_.snapshot(0)->schema, schema);
  EXPECT_EQ(now().name, "LPR_F.kontakter");
  EXPECT_EQ(table_.commit({.read_version = 0, .reads = Reads::nothing, .adds = {make_file()}}).error().code,
            "lake.conflict");
  EXPECT_TRUE(table_.commit({.read_version = 1, .reads = Reads::nothing, .adds = {make_file()}}).ok());
}

TEST_F(LakeTest, WrongCommitsAreRefusedAndWriteNothing) {
  const File file = make_file();
  const std::vector<Commit> wrong = {
      {.read_version = 5, .adds = {file}},
      {.read_version = -1, .adds = {file}},
      {.reads = Reads::nothing, .removes = {"a.parquet"}},
      {.reads = Reads::nothing, .adds = {{.path = "not_there.parquet"}}},
      {.reads = Reads::nothing, .adds = {{.path = "../outside.parquet"}}},
      {.reads = Reads::nothing, .adds = {{.path = "/etc/passwd"}}},
  };
  for (const Commit& commit : wrong) EXPECT_EQ(table_.commit(commit).error().code, "lake.bad_commit");
  EXPECT_EQ(now().version, 0);
}

TEST_F(LakeTest, AdoptMovesAFileOnceHoweverOftenItIsAsked) {
  const Path staged = fs::temp_directory_path() / ("fvm-staged-" + random_hex(world_, 6));
  ASSERT_TRUE(world_.create_file(staged, "12345", 0600).ok());
  const std::string name = table_.new_name();
  for (int turn = 0; turn < 2; ++turn) EXPECT_EQ(table_.adopt(staged, name)->bytes, 5u);
  EXPECT_FALSE(world_.exists(staged));
  ASSERT_TRUE(world_.create_file(staged, "123", 0600).ok());
  EXPECT_EQ(table_.adopt(staged, name).error().code, "lake.bad_commit") << "would overwrite";
  EXPECT_EQ(table_.adopt(staged, "../x").error().code, "lake.bad_commit");
  (void)world_.remove(staged);
  EXPECT_EQ(table_.adopt(staged, table_.new_name()).error().code, "file.missing");
}

TEST_F(LakeTest, VacuumTakesOnlyOldOrphans) {
  append();
  const std::string removed = now().files.begin()->first;
  ASSERT_TRUE(table_.commit({.read_version = 1, .adds = {make_file()}, .removes = {removed}}).ok());
  const File orphan = make_file();
  ASSERT_TRUE(world_.make_directories(folder_ / ".staging" / "1", 0700).ok());
  ASSERT_TRUE(world_.create_file(folder_ / ".staging" / "1" / "0.parquet", "x", 0600).ok());
  const Time past{world_.now().microseconds - 3'600'000'000},
      future{world_.now().microseconds + 3'600'000'000};
  EXPECT_TRUE(table_.vacuum(past)->empty()) << "younger than asked for";
  EXPECT_EQ(table_.verify()->orphans, std::vector<std::string>{orphan.path});
  EXPECT_EQ(*table_.vacuum(future), std::vector<std::string>{orphan.path});
  EXPECT_TRUE(world_.exists(folder_ / removed)) << "version 1 needs it";
  EXPECT_TRUE(world_.exists(folder_ / ".staging/1/0.parquet")) << "somebody else's work";
  EXPECT_TRUE(table_.verify()->ok());
}

TEST_F(LakeTest, VerifySeesMissingAndCutFiles) {
  append(), append();
  const Snapshot snapshot = now();
  const std::string cut = snapshot.files.begin()->first, gone = snapshot.files.rbegin()->first;
  fs::resize_file(folder_ / cut, 1);
  fs::remove(folder_ / gone);
  const VerifyReport report = table_.verify().value();
  EXPECT_FALSE(report.ok());
  EXPECT_EQ(report.missing, std::vector<std::string>{gone});
  EXPECT_EQ(report.wrong_size, std::vector<std::string>{cut});
}

TEST_F(LakeTest, ADamagedLogIsNamedWithFileAndLine) {
  append(), append();
  const std::string good = log_text(1);
  const std::vector<std::string> bad = {
      "{\"add\": {\"path\": \"a\"}}\n",
      "{\"add\": 7}\n",
      "no json\n",
      "[]\n",
      "{\"add\":{\"path\":\"../x\",\"size\":1,\"modificationTime\":1,\"dataChange\":true}}\n",
      "{\"add\":{\"path\":\"x\",\"size\":-1,\"modificationTime\":1,\"dataChange\":true}}\n",
      "{\"remove\":{\"path\":\"x\",\"deletionTimestamp\":\"now\"}}\n",
      "{\"txn\":{\"appId\":1}}\n",
  };
  for (const std::string& line : bad) {
    write_log(1, good + line);
    const auto failed = table_.snapshot();
    ASSERT_FALSE(failed.ok()) << line;
    EXPECT_EQ(failed.error().code, "lake.damaged") << line;
    EXPECT_NE(failed.error().argument("file").find("00000000000000000001.json"), std::string::npos);
    EXPECT_EQ(failed.error().argument("line"), "3") << line;
    EXPECT_EQ(table_.snapshot(0)->version, 0) << "what stands before the damage can be read";
  }
  write_log(1, good + "{\"protocol\":{\"minReaderVersion\":3,\"minWriterVersion\":7}}\n");
  EXPECT_EQ(table_.snapshot().error().code, "lake.unsupported");
  write_log(1, good + "{\"somethingNew\":{}}\n\n");
  EXPECT_TRUE(table_.snapshot().ok()) << "unknown actions are skipped";
  fs::remove(folder_ / "_delta_log" / log_name(1));
  EXPECT_EQ(table_.snapshot().error().code, "lake.gap");
  EXPECT_EQ(table_.commit({.reads = Reads::nothing}).error().code, "lake.gap");
}

TEST_F(LakeTest, CheckpointsComeEveryTenCommits) {
  for (int i = 0; i < 25; ++i) append();
  for (const int64_t version : {10, 20}) {
    const auto text = world_.read_file(folder_ / "_delta_log" / checkpoint_name(version), 1 << 20).value();
    EXPECT_TRUE(text.starts_with("PAR1") && text.ends_with("PAR1"));
  }
  EXPECT_FALSE(world_.exists(folder_ / "_delta_log" / checkpoint_name(11)));
  const auto pointer =
      boost::json::parse(*world_.read_file(folder_ / "_delta_log/_last_checkpoint", 1 << 20));
  EXPECT_EQ(pointer.at("version").as_int64(), 20);
}

TEST_F(LakeTest, EightProcessesCommitEachOfTheirCommitsOnce) {
  constexpr int processes = 8, commits = 25;
  std::vector<pid_t> children;
  for (int p = 0; p < processes; ++p) {
    const pid_t child = ::fork();
    if (child == 0) {
      for (int64_t i = 1; i <= commits; ++i) {
        const Commit commit{.reads = Reads::nothing,
                            .adds = {make_file(1)},
                            .transaction = Transaction{"writer-" + std::to_string(p), i}};
        // Asked twice, as after a crash when nobody knows whether it was done.
        for (int turn = 0; turn < 2; ++turn) {
          if (!table_.commit(commit).ok()) ::_exit(1);
        }
      }
      ::_exit(0);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  }
  const Snapshot snapshot = now();
  EXPECT_EQ(snapshot.version, processes * commits) << "gapless, none twice";
  EXPECT_EQ(snapshot.files.size(), static_cast<size_t>(processes * commits));
  EXPECT_TRUE(table_.verify()->ok());
}

TEST_F(LakeTest, KilledAtAnyStepNothingIsLostOrDoubled) {
  int64_t number = 0;
  for (const std::string step : {"lake.adopted", "lake.before_commit", "lake.after_commit",
                                 "lake.before_checkpoint", "lake.between_checkpoint_and_pointer"}) {
    ++number;
    while (step.find("checkpoint") != std::string::npos && now().version % 10 != 9) append();
    const size_t before = now().files.size();
    const std::string command = "FVM_CRASH_AT=" + step +
                                " FVM_TEST_LAKE_CHILD=deliver FVM_TEST_LAKE_FOLDER=" + folder_.string() +
                                " FVM_TEST_LAKE_NUMBER=" + std::to_string(number) + " exec \"$0\"";
    const std::string self = fs::read_symlink("/proc/self/exe");
    const pid_t child = ::fork();
    if (child == 0) {
      ::execl("/bin/sh", "sh", "-c", command.c_str(), self.c_str(), static_cast<char*>(nullptr));
      ::_exit(127);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << step << ": the crash point was not passed";
    EXPECT_TRUE(table_.snapshot().ok()) << step << ": readers go on";
    ASSERT_TRUE(child::deliver(world_, folder_, number).ok()) << step;
    EXPECT_EQ(now().files.size(), before + 1) << step;
    EXPECT_TRUE(table_.verify()->ok()) << step;
  }
}

TEST(Schema, RefusesWhatDeltaOrWeCannotHold) {
  EXPECT_EQ(to_json({{{"a", "long"}, {"A", "long"}}}).error().code, "lake.bad_schema");
  EXPECT_EQ(to_json({{{"a", "timestamp_ntz"}}}).error().code, "lake.bad_schema");
  for (const char* type :
       {"decimal", "decimal(39,1)", "decimal(5,6)", "decimal(5)", "decimal(,)", "struct", ""}) {
    EXPECT_FALSE(to_json({{{"a", type}}}).ok()) << type;
  }
  EXPECT_TRUE(to_json({{{"a", "decimal(38,38)"}}}).ok());
  for (const char* text :
       {"", "{}", "{\"fields\":[{\"name\":\"a\",\"type\":{\"type\":\"struct\"}}]}", "[1]"}) {
    EXPECT_EQ(schema_of_json(text).error().code, "lake.bad_schema") << text;
  }
}

RC_GTEST_PROP(Schema, ComesBackWhateverTheNames, (const std::vector<std::string>& names)) {
  static const char* const types[] = {"string", "long", "double", "date", "timestamp", "decimal(9,2)"};
  Schema schema;
  std::set<std::string> seen;
  for (const std::string& name : names) {
    std::string ascii;
    for (const char c : name) ascii += static_cast<char>('!' + static_cast<unsigned char>(c) % 32);
    if (ascii.empty() || !seen.insert(ascii).second) continue;
    schema.fields.push_back({ascii, types[schema.fields.size() % 6], ascii.size() % 2 == 0});
  }
  RC_ASSERT(schema_of_json(to_json(schema).value()).value() == schema);
}

RC_GTEST_PROP(Paths, InsideMeansInside, (const std::string& raw)) {
  // Whatever is_inside accepts stays below the folder when the system resolves it.
  const std::string alphabet = "./ab:%";
  std::string path;
  for (const char c : raw) path += alphabet[static_cast<unsigned char>(c) % alphabet.size()];
  if (!is_inside(path)) return;
  const Path resolved = (Path("/table") / path).lexically_normal();
  RC_ASSERT(resolved.string().starts_with("/table/"));
}

}  // namespace
}  // namespace fvm::lake
