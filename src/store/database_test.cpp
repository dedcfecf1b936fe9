// What a reader of the store may and may not do. Writing is tested where it is made possible: audit.
#include "store/readers.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <fstream>

namespace fvm::store {
namespace {

namespace fs = std::filesystem;

class Store : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("fvm-store-" + random_hex(real_world(), 6));
    fs::create_directories(folder_);
    run("CREATE TABLE person (name TEXT, born INTEGER, weight REAL); INSERT INTO person VALUES ('Anne', 12, "
        "1.5), (NULL, NULL, NULL);");
  }
  void TearDown() override { fs::remove_all(folder_); }
  void run(const char* sql) const {
    sqlite3* raw = nullptr;
    ASSERT_EQ(sqlite3_open(file().c_str(), &raw), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(raw, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(raw);
    sqlite3_close(raw);
  }
  Path file() const { return folder_ / "fvm.sqlite"; }
  Path folder_;
};

TEST_F(Store, ReadsTypedColumnsAndNull) {
  const auto database = Database::open_reading(file()).value();
  auto rows = database.prepare("SELECT name, born, weight FROM person WHERE born = ? OR ?", 12, true).value();
  ASSERT_TRUE(rows.step().value());
  EXPECT_EQ(rows.text(0), "Anne");
  EXPECT_EQ(rows.integer(1), 12);
  EXPECT_EQ(rows.real(2), 1.5);
  EXPECT_EQ(rows.optional_text(0), "Anne");
  ASSERT_TRUE(rows.step().value());
  EXPECT_TRUE(rows.is_null(0));
  EXPECT_EQ(rows.text(0), "");
  EXPECT_FALSE(rows.optional_integer(1).has_value());
  EXPECT_FALSE(rows.step().value());
  ASSERT_TRUE(rows.bind(12, false).step().value());  // used again
  EXPECT_FALSE(rows.step().value());
}

TEST_F(Store, LendsTheSameViewAgainAndSeesWhatIsNew) {
  Readers readers(file());
  const auto count = [&] {
    const auto lent = readers.lend().value();
    auto row = static_cast<const Database&>(lent).prepare("SELECT count(*) FROM person").value();
    EXPECT_TRUE(row.step().value());
    return row.integer(0);
  };
  const int64_t before = count();
  run("INSERT INTO person (name) VALUES ('Ny')");
  EXPECT_EQ(count(), before + 1);
  EXPECT_EQ(Readers(file().parent_path() / "nowhere").lend().error().code, "store.missing");
}

TEST_F(Store, RefusesEveryStatementThatIsNotReading) {
  const auto database = Database::open_reading(file()).value();
  for (const char* sql :
       {"INSERT INTO person VALUES ('x', 1, 1)", "UPDATE person SET born = 1", "DELETE FROM person",
        "DROP TABLE person", "CREATE TABLE t (a)", "BEGIN IMMEDIATE", "COMMIT", "VACUUM",
        "ATTACH DATABASE '/tmp/other.sqlite' AS other", "PRAGMA journal_mode = DELETE",
        "PRAGMA user_version = 7", "INSERT INTO person VALUES ('x', 1, 1) RETURNING born", ""}) {
    const auto statement = database.prepare(sql);
    ASSERT_FALSE(statement.ok()) << sql;
    EXPECT_EQ(statement.error().code, "store.not_reading") << sql;
  }
  auto rows = database.prepare("SELECT count(*) FROM person").value();
  ASSERT_TRUE(rows.step().value());
  EXPECT_EQ(rows.integer(0), 2);
}

TEST_F(Store, WrongBindingIsAnErrorAtTheStep) {
  const auto database = Database::open_reading(file()).value();
  auto rows = database.prepare("SELECT 1 WHERE 1 = ?", 1, 2).value();
  EXPECT_EQ(rows.step().error().code, "store.failed");
}

TEST_F(Store, SaysMissingAndCorrupt) {
  EXPECT_EQ(Database::open_reading(folder_ / "none").error().code, "store.missing");
  std::ofstream(folder_ / "text") << std::string(8192, 'x');
  const auto opened = Database::open_reading(folder_ / "text");
  const auto statement =
      opened.ok() ? opened->prepare("SELECT * FROM sqlite_master") : Result<Statement>(opened.error());
  ASSERT_FALSE(statement.ok());
  EXPECT_EQ(statement.error().code, "store.corrupt");
  EXPECT_EQ(statement.error().kind, Kind::surroundings);
}

TEST_F(Store, SaysNameOfUnknownColumn) {
  const auto statement = Database::open_reading(file()).value().prepare("SELECT nothing FROM person");
  ASSERT_FALSE(statement.ok());
  EXPECT_NE(statement.error().argument("reason").find("nothing"), std::string_view::npos);
}

}  // namespace
}  // namespace fvm::store
