// A ledger as versions before 2026-11-29 wrote it: fingerprints of other bytes. They are made anew from the
// records, once, and that is on record.
#include <gtest/gtest.h>

#include <map>
#include <numeric>

#include "crypto/sha256.hpp"
#include "disclosure/fingerprint.hpp"
#include "safetable/output.hpp"
#include "safetable/outside.hpp"
#include "safetable/record.hpp"
#include "safetable/renew.hpp"
#include "safetable/store.hpp"

namespace fvm::safetable {
namespace {

namespace fs = std::filesystem;
constexpr const char* cvr = "12345678";

Record drawn(int64_t number) {
  Record record;
  record.number = number, record.project = "FVM-2026-0017", record.cvr = cvr, record.count = "persons";
  record.row_dimensions = 1;
  record.dimensions = {{{"kommune", ""}, {{"*total", ""}, {"=101", "*total"}, {"=102", "*total"}}}};
  record.marks = "ooo";
  record.counts = {30 + number, 20, 10 + number};
  record.title = title_of(record, Language::english);
  return record;
}

// The bytes of those versions: of each row its cells with their headings, sorted, and the rows sorted.
std::string old_bytes(const Grid& grid) {
  std::vector<std::string> lines;
  for (const auto& row : grid.rows) {
    std::vector<std::string> cells;
    for (size_t c = 0; c < row.size(); ++c) cells.push_back(grid.heading[c] + '\x1f' + row[c] + '\x1e');
    std::sort(cells.begin(), cells.end());
    lines.push_back(std::accumulate(cells.begin(), cells.end(), std::string()) + '\n');
  }
  std::sort(lines.begin(), lines.end());
  return std::accumulate(lines.begin(), lines.end(), std::string());
}

class Renewing : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(instance_.make_folders(real_world()).ok());
    ledger_ = audit::Ledger::open(real_world(), instance_.audit(), instance_.store_file(), {}).value();
    ASSERT_TRUE(migrate(*ledger_).ok());
    fs::create_directories(folder_of(instance_, cvr));
  }
  void TearDown() override { fs::remove_all(instance_.root()); }

  std::string old_digest(int64_t number) const {
    return crypto::sha256_hex(old_bytes(grid_of(drawn(number), Language::english)));
  }
  void write_old(int64_t number) {
    const std::string text = to_json(drawn(number));
    ASSERT_TRUE(real_world().replace_file(folder_of(instance_, cvr) / record_name(number), text, 0600).ok());
    Row row{.number = number, .project = "FVM-2026-0017", .author = "anna"};
    row.record_sha256 = crypto::sha256_hex(text);
    ASSERT_TRUE(ledger_
                    ->write({"test", "test.changed", cvr, {}},
                            [&](audit::Writer& writer) -> Result<void> {
                              TRY(insert_row(writer, cvr, row));
                              return writer.execute(
                                  "INSERT INTO safetable_cells (cvr, digest, number) VALUES (?, ?, ?)", cvr,
                                  old_digest(number), number);
                            })
                    .ok());
  }
  std::vector<int64_t> known(const std::string& digest) const {
    return tables_with(ledger_->database(), cvr, digest).value();
  }
  Renewed renew() {
    return renew_fingerprints({real_world(), instance_, config_, *ledger_}, "fvm-steward", stop_).value();
  }
  std::string events() const {
    std::string out;
    for (const auto& entry : fs::directory_iterator(instance_.audit()))
      out += real_world().read_file(entry.path(), 1 << 20).value();
    return out;
  }

  config::Instance instance_{fs::temp_directory_path() / ("fvm-renew-" + random_hex(real_world(), 6))};
  config::Config config_;
  std::unique_ptr<audit::Ledger> ledger_;
  std::atomic<bool> stop_{false};
};

TEST_F(Renewing, ATableOfOldBytesIsKnownAgain) {
  for (int64_t number = 1; number <= 3; ++number) write_old(number);
  const auto digests = cells_digests(drawn(2));
  ASSERT_FALSE(digests.empty());
  EXPECT_TRUE(known(digests.front()).empty()) << "the control: it was not named";
  EXPECT_EQ(known(old_digest(2)), std::vector<int64_t>{2});
  EXPECT_EQ(renew().tables, 3u);
  for (const std::string& each : digests) EXPECT_EQ(known(each), std::vector<int64_t>{2});
  EXPECT_TRUE(known(old_digest(2)).empty());
  EXPECT_NE(events().find(R"("table.fingerprints_renewed")"), std::string::npos);
  const auto before = ledger_->head()->size;
  EXPECT_EQ(renew().tables, 0u) << "once";
  EXPECT_EQ(ledger_->head()->size, before);
}

TEST_F(Renewing, ADamagedRecordKeepsWhatItHadAndTheOthersGoOn) {
  for (int64_t number = 1; number <= 2; ++number) write_old(number);
  ASSERT_TRUE(real_world().replace_file(folder_of(instance_, cvr) / record_name(1), "{}", 0600).ok());
  const Renewed done = renew();
  EXPECT_EQ(done.tables, 1u);
  EXPECT_EQ(done.unreadable, 1u);
  EXPECT_EQ(known(old_digest(1)), std::vector<int64_t>{1});
  EXPECT_EQ(known(cells_digests(drawn(2)).front()), std::vector<int64_t>{2});
}

TEST_F(Renewing, WhoMustEndLeavesTheRestForTheNextTime) {
  write_old(1);
  stop_ = true;
  EXPECT_EQ(renew().tables, 0u);
  stop_ = false;
  EXPECT_EQ(renew().tables, 1u);
}

// Whoever changes the bytes counts the version on, and released tables are renewed.
TEST(FingerprintVersion, StandsForTheseBytes) {
  disclosure::Table table;
  table.rows = {{"kommune", "K", "M"}, {"101", "19", "…"}, {"102", "23", "1,5"}};
  const std::string digest = crypto::sha256_hex(disclosure::canonical_cells(table));
  const std::map<int64_t, std::string> known = {
      {2, "cab2e6c2e1b4b14189a916a6cb763716b725ef812c0e8bc919a1abc3d2eb6e8f"}};
  EXPECT_EQ(known.at(disclosure::fingerprint_version), digest);
}

}  // namespace
}  // namespace fvm::safetable
