// The ledger as its users see it: a change and its record stand or fall together, whatever happens between.
#include "audit/checkpoint.hpp"
#include "audit/ledger_fixture.hpp"
#include "base/log.hpp"
#include "base/messages.hpp"
#include "crypto/ed25519.hpp"

namespace fvm::audit {
namespace {

// The powers to change cannot be made outside the ledger.
static_assert(!std::is_constructible_v<Writer, store::WriteAccess&, Event&, Time>);
static_assert(!std::is_default_constructible_v<store::WriteAccess>);
static_assert(!std::is_constructible_v<store::WriteAccess, store::Database>);
static_assert(!std::is_copy_constructible_v<Writer>);

Signer test_signer() {
  return [](const std::string& text) -> Result<Signed> {
    const auto key = TRY(crypto::SigningKey::from_seed(std::string(32, 's')));
    return Signed{TRY(key.sign(std::string(checkpoint_origin) + "\n" + text)), key.public_key()};
  };
}

TEST_F(LedgerTest, AChangeIsOneRecord) {
  auto ledger = open().value();
  const auto number =
      ledger->write({"anne", "test.noted", "", {{"rows", "1"}}}, [&](Writer& writer) -> Result<int> {
        TRY(writer.execute("INSERT INTO note VALUES (?)", "hello"));
        EXPECT_EQ(writer.changed_rows(), 1);
        writer.subject("note 1");
        writer.fact("rows", "2");
        writer.fact("a \"quoted\"\n", "b");
        return 7;
      });
  EXPECT_EQ(*number, 7);
  EXPECT_EQ(notes(*ledger), 1);
  expect_one_chain(2);  // the migration and the note
  const std::string line = lines().back();
  EXPECT_NE(
      line.find(
          R"("actor":"anne","action":"test.noted","subject":"note 1","facts":{"a \"quoted\"\u000a":"b","rows":"2"})"),
      std::string::npos)
      << line;
}

TEST_F(LedgerTest, AFailedChangeLeavesNothing) {
  auto ledger = open().value();
  const auto done = ledger->write({"anne", "test.noted", "x", {}}, [&](Writer& writer) -> Result<int> {
    TRY(writer.execute("INSERT INTO note VALUES ('x')"));
    return refused("time.unreadable", {{"text", "x"}});
  });
  EXPECT_EQ(done.error().code, "time.unreadable");
  EXPECT_EQ(notes(*ledger), 0);
  expect_one_chain(1);
  EXPECT_TRUE(add(*ledger, "after").ok());
  expect_one_chain(2);
}

TEST_F(LedgerTest, AChangeInsideAChangeIsADefectNotADeadlock) {
  auto ledger = open().value();
  const auto done = ledger->write({"anne", "test.noted", "x", {}},
                                  [&](Writer&) -> Result<void> { return add(*ledger, "inner"); });
  EXPECT_EQ(done.error().code, "audit.nested_write");
  EXPECT_EQ(notes(*ledger), 0);
}

TEST_F(LedgerTest, TooLargeARecordIsRefusedWithItsChange) {
  auto ledger = open().value();
  EXPECT_EQ(add(*ledger, std::string(record_bytes_max, 'x')).error().code, "audit.record_too_large");
  EXPECT_EQ(notes(*ledger), 0);
}

TEST_F(LedgerTest, MasksWhatLooksLikeAPersonalNumber) {
  EXPECT_EQ(mask_identifiers("file 0101501234.csv and 010150-1234, 311299A12B"),
            "file ##########.csv and ###########, 311299A12B");
  EXPECT_EQ(mask_identifiers("9901501234 rows 1234567 H-000001 01015012345"),
            "9901501234 rows 1234567 H-000001 01015012345");
  auto ledger = open().value();
  ASSERT_TRUE(add(*ledger, "610150-1234").ok());
  EXPECT_EQ(lines().back().find("610150"), std::string::npos);
}

TEST_F(LedgerTest, BrokenTextStaysValidJson) {
  auto ledger = open().value();
  ASSERT_TRUE(ledger
                  ->record({"an\xff"
                            "ne",
                            "test.odd",
                            "\xc3\xa6\xed\xa0\x80",
                            {{"\x01", "\xf0\x9f\x98\x80"}}})
                  .ok());
  EXPECT_NE(lines().back().find("\"an\xef\xbf\xbdne\""), std::string::npos);
  EXPECT_NE(lines().back().find("\"subject\":\"\xc3\xa6\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""),
            std::string::npos);
}

TEST_F(LedgerTest, MigrationsRunOnceAndRefuseAChangedOrNewerStore) {
  auto ledger = open().value();
  EXPECT_TRUE(ledger->migrate("test", {"CREATE TABLE note (text TEXT)"}).ok());
  expect_one_chain(1);
  EXPECT_TRUE(
      ledger
          ->migrate("test", {"CREATE TABLE note (text TEXT)", "CREATE TABLE more (a); CREATE TABLE most (b)"})
          .ok());
  expect_one_chain(2);
  EXPECT_EQ(ledger->migrate("test", {"CREATE TABLE note (text TEXT)"}).error().code, "store.newer_schema");
  EXPECT_EQ(ledger->migrate("test", {"CREATE TABLE other (a)", "x"}).error().code, "store.migration_changed");
  EXPECT_FALSE(ledger->migrate("broken", {"CREATE TABLE good (a); CREATE TABL bad"}).ok());
  EXPECT_FALSE(ledger->database().prepare("SELECT * FROM good").ok());
}

// Not a test: what a process of its own does for the tests below (and is killed, or ends).
TEST_F(LedgerTest, DISABLED_InAProcessOfItsOwn) {
  const Path mine = std::exchange(folder_, Path(std::getenv("FVM_TEST_FOLDER")));
  EXPECT_TRUE(add(*open().value(), std::getenv("FVM_TEST_TEXT")).ok());
  folder_ = mine;
}

// Kills a child between two steps; afterwards the note is there exactly if its record is, and the chain goes
// on.
TEST_F(LedgerTest, KilledBetweenAnyTwoStepsLosesAndDoublesNothing) {
  {
    ASSERT_TRUE(open().ok());
  }
  size_t records = 1;
  int64_t kept = 0;
  for (const auto& [step, survives] : std::vector<std::pair<std::string, bool>>{
           {"audit.before_commit", false}, {"audit.after_commit", true}, {"audit.after_append", true}}) {
    add_and_die(step, step);
    auto ledger = open().value();
    kept += survives ? 1 : 0;
    records += survives ? 1 : 0;
    EXPECT_EQ(notes(*ledger), kept) << step;
    expect_one_chain(records);
    ASSERT_TRUE(add(*ledger, "after " + step).ok());
    ++kept, ++records;
    expect_one_chain(records);
  }
}

// A crash in the middle of an append leaves part of a line: it is finished, byte for byte.
TEST_F(LedgerTest, ATornLineIsFinishedNotCutOff) {
  {
    ASSERT_TRUE(open().ok());
  }
  add_and_die("audit.after_commit", "torn");
  fs::copy(folder_, folder_.string() + ".copy", fs::copy_options::recursive);
  {
    ASSERT_TRUE(open().ok());
  }
  const std::string whole = lines().back();
  fs::remove_all(folder_);
  fs::rename(folder_.string() + ".copy", folder_);
  std::ofstream(audit() / "ledger-000001.jsonl", std::ios::app) << whole.substr(0, 100);
  auto ledger = open().value();
  EXPECT_EQ(lines().back(), whole);
  ASSERT_TRUE(add(*ledger, "next").ok());
  expect_one_chain(3);
}

TEST_F(LedgerTest, SeveralThreadsShareOneLedger) {
  auto ledger = open().value();
  constexpr int threads = 4, each = 20;
  std::vector<std::thread> workers;
  std::atomic<int> failed = 0;
  for (int t = 0; t < threads; ++t) {
    workers.emplace_back([&] {
      for (int i = 0; i < each; ++i) failed += add(*ledger, std::to_string(i)).ok() ? 0 : 1;
    });
  }
  for (std::thread& worker : workers) worker.join();
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(notes(*ledger), threads * each);
  expect_one_chain(threads * each + 1);
}

TEST_F(LedgerTest, SeveralProcessesWriteOneGaplessChain) {
  constexpr int processes = 4, each = 25;
  std::vector<pid_t> children;
  for (int p = 0; p < processes; ++p) {
    const pid_t child = ::fork();
    if (child == 0) {
      auto ledger = open();
      Result<void> done = ledger.ok() ? Result<void>() : ledger.error();
      for (int i = 0; done.ok() && i < each; ++i) done = add(**ledger, std::to_string(i));
      if (!done.ok()) log_error("test.child_failed", done.error());
      ::_exit(done.ok() ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 1;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(notes(*open().value()), processes * each);
  expect_one_chain(processes * each + 1);
}

// Programs come and go while another keeps the ledger open: each closing is the moment at which SQLite may
// take its log away, if it believes that nobody else has the store.
TEST_F(LedgerTest, AnOpenLedgerOutlivesManyShortOnes) {
  {
    ASSERT_TRUE(open().ok());
  }  // a store that exists: on a new one SQLite takes its locks later
  auto lasting = open().value();
  constexpr int rounds = 20;
  for (int i = 0; i < rounds; ++i) {
    ASSERT_EQ(add_elsewhere("short", ""), 0);
    EXPECT_EQ(notes(*lasting), 2 * i + 1);
    const auto added = add(*lasting, "lasting");
    ASSERT_TRUE(added.ok()) << describe(Language::english, added.error());
  }
  expect_one_chain(2 * rounds + 1);
  EXPECT_EQ(notes(*open().value()), 2 * rounds);
}

TEST_F(LedgerTest, ManyFilesAreOneChain) {
  const Options options{.segment_records = 3};
  for (int run = 0; run < 4; ++run) {
    auto ledger = open({}, options).value();
    for (int i = 0; i <= run; ++i) ASSERT_TRUE(add(*ledger, "x").ok());
  }
  expect_one_chain(11);
  EXPECT_TRUE(fs::exists(audit() / "ledger-000004.jsonl"));
}

// A new store is the moment when SQLite does not wait for others by itself.
TEST_F(LedgerTest, SeveralProcessesMayMakeTheStoreAtOnce) {
  constexpr int rounds = 5, processes = 6;
  for (int round = 0; round < rounds; ++round) {
    fs::remove_all(folder_);
    fs::create_directories(audit());
    for (int p = 0; p < processes; ++p) {
      if (::fork() != 0) continue;
      const auto ledger = open();
      if (!ledger.ok()) log_error("test.child_failed", ledger.error());
      ::_exit(ledger.ok() ? 0 : 1);
    }
    for (int p = 0; p < processes; ++p) {
      int status = 1;
      ::wait(&status);
      EXPECT_EQ(status, 0);
    }
    expect_one_chain(1);
  }
}

TEST_F(LedgerTest, FilesOrStorePutBackAreNoticed) {
  {
    ASSERT_TRUE(add(*open().value(), "one").ok());
  }
  fs::copy(folder_, folder_.string() + ".old", fs::copy_options::recursive);
  {
    ASSERT_TRUE(add(*open().value(), "two").ok());
  }
  const Path old = folder_.string() + ".old";
  fs::copy(folder_, folder_.string() + ".new", fs::copy_options::recursive);
  fs::copy_file(old / "audit/ledger-000001.jsonl", audit() / "ledger-000001.jsonl",
                fs::copy_options::overwrite_existing);
  // The last record may still lie in the store's outbox: then it is simply written again.
  {
    ASSERT_TRUE(open().ok());
  }
  expect_one_chain(3);
  {
    ASSERT_TRUE(add(*open().value(), "three").ok());
  }
  fs::copy_file(old / "audit/ledger-000001.jsonl", audit() / "ledger-000001.jsonl",
                fs::copy_options::overwrite_existing);
  EXPECT_EQ(open().error().code, "audit.files_behind");
  fs::remove_all(folder_);
  fs::rename(folder_.string() + ".new", folder_);
  for (const char* name : {"fvm.sqlite", "fvm.sqlite-wal", "fvm.sqlite-shm"}) {
    fs::remove(folder_ / name);
    if (fs::exists(old / name)) fs::copy_file(old / name, folder_ / name);
  }
  EXPECT_EQ(open().error().code, "audit.files_ahead");
  fs::remove_all(old);
}

TEST_F(LedgerTest, ABodyCannotEndTheTransactionNorTouchTheLedgersTables) {
  auto ledger = open().value();
  for (const char* sql :
       {"COMMIT", "ROLLBACK", "SAVEPOINT a", "DELETE FROM ledger_outbox", "UPDATE ledger_head SET size = 0",
        "DROP TABLE ledger_head", "INSERT INTO migration VALUES ('x', 1, '')", "PRAGMA journal_mode = DELETE",
        "ATTACH DATABASE '/tmp/x.sqlite' AS x"}) {
    const auto done = ledger->write({"anne", "test.noted", "x", {}}, [&](Writer& writer) -> Result<void> {
      TRY(writer.execute("INSERT INTO note VALUES ('x')"));
      return writer.execute(sql);
    });
    EXPECT_EQ(done.error().code, "store.forbidden") << sql;
  }
  EXPECT_EQ(notes(*ledger), 0);
  expect_one_chain(1);
}

TEST_F(LedgerTest, CheckpointsComeByThemselvesAndWaitForTheSigner) {
  bool down = true;
  auto ledger = open(
                    [&](const std::string& text) -> Result<Signed> {
                      if (down)
                        return surroundings("wire.not_running", {{"program", "fvm-keeper"}, {"file", "x"}});
                      return test_signer()(text);
                    },
                    {.checkpoint_interval_records = 20})
                    .value();
  const auto notes_in = [&] { return real_world().list(audit() / "checkpoints").value().size(); };
  while (ledger->head()->size < 21) ASSERT_TRUE(ledger->record({"a", "test.tick", "", {}}).ok());
  EXPECT_EQ(notes_in(), 0u);
  EXPECT_EQ(ledger->checkpoint().error().code, "wire.not_running");
  down = false;
  for (int i = 0; i < 3 && notes_in() == 0; ++i) ASSERT_TRUE(ledger->record({"a", "test.tick", "", {}}).ok());
  EXPECT_EQ(notes_in(), 1u);
  EXPECT_EQ(ledger->head()->checkpointed, ledger->head()->size);
  const auto again = ledger->checkpoint();
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(ledger->checkpoint().value(), *again);
  EXPECT_EQ(notes_in(), 1u);
}

TEST_F(LedgerTest, OneTransactionMayBeSeveralRecordsAndAllOrNoneAreKept) {
  auto ledger = open().value();
  const auto several = [&](bool fails) {
    return ledger->write({"anne", "test.decided", "S-1", {}}, [&](Writer& writer) -> Result<void> {
      for (const char* each : {"H-1", "H-2"}) {
        TRY(writer.execute("INSERT INTO note VALUES (?)", each));
        writer.also({"anne", "test.followed", each, {}});
      }
      if (fails) return refused("test.no");
      return {};
    });
  };
  const uint64_t before = ledger->head()->size;
  EXPECT_FALSE(several(true).ok());
  EXPECT_EQ(ledger->head()->size, before);
  EXPECT_EQ(notes(*ledger), 0);
  ASSERT_TRUE(several(false).ok());
  EXPECT_EQ(ledger->head()->size, before + 3);
  EXPECT_EQ(notes(*ledger), 2);
  expect_one_chain(before + 3);
}

TEST_F(LedgerTest, AScriptMayPutATableInThePlaceOfAnother) {
  auto ledger = open().value();
  ASSERT_TRUE(add(*ledger, "kept").ok());
  const char* again =
      "ALTER TABLE note RENAME TO note_before; CREATE TABLE note (text TEXT, more TEXT NOT NULL DEFAULT 'x');"
      "INSERT INTO note (text) SELECT text FROM note_before; DROP TABLE note_before;";
  ASSERT_TRUE(ledger->migrate("test", {"CREATE TABLE note (text TEXT)", again}).ok());
  EXPECT_EQ(notes(*ledger), 1);
}

}  // namespace
}  // namespace fvm::audit
