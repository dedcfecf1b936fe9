// What a locked database must refuse, each with its positive control: the same statement works before.
#include <gtest/gtest.h>

#include <filesystem>

#include "duck/database.hpp"

namespace fvm::duck {
namespace {

namespace fs = std::filesystem;

class LockDownTest : public ::testing::Test {
 protected:
  Path root_ = fs::temp_directory_path() / ("fvm-duck-" + random_hex(real_world(), 6));
  Path allowed_ = root_ / "allowed";
  Path outside_ = root_ / "outside";
  Database database_ = Database::open({.memory_mib = 256, .threads = 2}).value();
  Connection connection_ = database_.connect().value();

  void SetUp() override {
    for (const Path& folder : {allowed_, outside_}) {
      ASSERT_TRUE(real_world().make_directories(folder, 0700).ok());
      ASSERT_TRUE(real_world().create_file(folder / "a.csv", "x,y\n1,2\n", 0600).ok());
      ASSERT_TRUE(connection_.run("COPY (SELECT 1 AS x) TO " + text(folder / "a.parquet")).ok());
    }
  }
  void TearDown() override { (void)real_world().remove_tree(root_); }
  static std::string text(const Path& path) { return quote_text(path.string()); }
  bool works(const std::string& sql) { return connection_.run(sql).ok(); }
  void lock() { ASSERT_TRUE(database_.lock_down({allowed_}).ok()); }
};

TEST_F(LockDownTest, FilesOutsideAreRefused) {
  const std::string csv = text(outside_ / "a.csv"), parquet = text(outside_ / "a.parquet");
  const std::vector<std::string> attacks = {
      "SELECT * FROM read_csv(" + csv + ")",
      "SELECT * FROM " + csv,
      "SELECT * FROM read_text(" + csv + ")",
      "SELECT * FROM read_blob(" + csv + ")",
      "SELECT * FROM read_parquet(" + parquet + ")",
      "SELECT * FROM parquet_metadata(" + parquet + ")",
      "SELECT * FROM glob(" + text(outside_ / "*") + ")",
      "SELECT * FROM sniff_csv(" + csv + ")",
      "COPY (SELECT 1) TO " + text(outside_ / "copy.csv"),
      "COPY (SELECT 1 AS x) TO " + text(outside_ / "copy.parquet") + " (FORMAT parquet)",
      "CREATE OR REPLACE TABLE loaded(x INTEGER, y INTEGER); COPY loaded FROM " + csv,
      "ATTACH " + text(outside_ / "other.db") + " AS other; DETACH other",
      "EXPORT DATABASE " + text(outside_ / "export"),
      // Out of the allowed folder by its own path.
      "SELECT * FROM read_text(" + text(allowed_ / ".." / "outside" / "a.csv") + ")",
      "COPY (SELECT 1) TO " + text(allowed_ / ".." / "outside" / "up.csv"),
  };
  for (const auto& attack : attacks) EXPECT_TRUE(works(attack)) << "control: " << attack;
  lock();
  for (const auto& attack : attacks) EXPECT_FALSE(works(attack)) << attack;
}

TEST_F(LockDownTest, AllowedFolderStaysReadableAndWritable) {
  lock();
  EXPECT_TRUE(works("SELECT * FROM read_parquet(" + text(allowed_ / "a.parquet") + ")"));
  EXPECT_TRUE(works("SELECT * FROM read_csv(" + text(allowed_ / "a.csv") + ")"));
  EXPECT_TRUE(works("COPY (SELECT 1) TO " + text(allowed_ / "new.csv")));
}

TEST_F(LockDownTest, ANeighbourWithTheSameBeginningIsOutside) {
  ASSERT_TRUE(real_world().make_directories(root_ / "allowed2", 0700).ok());
  ASSERT_TRUE(real_world().create_file(root_ / "allowed2" / "a.csv", "x\n1\n", 0600).ok());
  const std::string attack = "SELECT * FROM read_csv(" + text(root_ / "allowed2" / "a.csv") + ")";
  EXPECT_TRUE(works(attack)) << "control";
  lock();
  EXPECT_FALSE(works(attack));
}

TEST_F(LockDownTest, SettingsAreLocked) {
  const std::vector<std::string> settings = {
      "SET enable_external_access = false",
      "SET memory_limit = '300MiB'",
      "SET threads = 1",
      "SET allowed_directories = ['/']",
      "SET allow_community_extensions = false",
      "SET temp_directory = '/tmp'",
      "SET autoload_known_extensions = false",
      "RESET memory_limit",
      "PRAGMA threads = 2",
      "SET GLOBAL preserve_insertion_order = true",
  };
  for (const auto& setting : settings) {
    Database open = Database::open({.memory_mib = 256, .threads = 2}).value();
    EXPECT_TRUE(open.connect().value().run(setting).ok()) << "control: " << setting;
  }
  lock();
  for (const auto& setting : settings) EXPECT_FALSE(works(setting)) << setting;
  EXPECT_FALSE(works("SET enable_external_access = true"));
  EXPECT_FALSE(works("SET lock_configuration = false"));
  EXPECT_FALSE(works("RESET lock_configuration"));
  EXPECT_FALSE(works("SET allow_unsigned_extensions = true"));
}

// Their controls would need a network; what is checked is that the refusal is the lock's own.
TEST_F(LockDownTest, ExtensionsAreRefusedByPermission) {
  lock();
  for (const std::string attack :
       {"INSTALL httpfs", "LOAD httpfs", "INSTALL x FROM community", "LOAD '/tmp/x.duckdb_extension'",
        "SELECT * FROM read_csv('https://127.0.0.1:1/a.csv')", "ATTACH 'https://127.0.0.1:1/a.db'"}) {
    const auto result = connection_.run(attack);
    ASSERT_FALSE(result.ok()) << attack;
    const std::string reason(result.error().argument("reason"));
    EXPECT_TRUE(reason.find("Permission Error") != std::string::npos ||
                reason.find("disabled") != std::string::npos ||
                reason.find("requires the extension") != std::string::npos)
        << attack << ": " << reason;
  }
}

TEST_F(LockDownTest, ANewConnectionIsLockedToo) {
  lock();
  Connection fresh = database_.connect().value();
  EXPECT_FALSE(fresh.run("SELECT * FROM read_text(" + text(outside_ / "a.csv") + ")").ok());
}

}  // namespace
}  // namespace fvm::duck
