// The verifier against made-up tampering of every kind, against known vectors and against a slow tree.
#include "audit/verifier.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "audit/checkpoint.hpp"
#include "audit/memory_files.hpp"
#include "audit/merkle.hpp"
#include "audit/record.hpp"
#include "audit/verifier_checkpoints.hpp"
#include "audit/verifier_lines.hpp"
#include "crypto/ed25519.hpp"
#include "crypto/encoding.hpp"
#include "crypto/sha256.hpp"

namespace fvm::audit {
namespace {

Record record_after(uint64_t seq, const std::string& previous, const std::string& note = "") {
  return make_record(seq, {static_cast<int64_t>(seq) * 1'000'000},
                     {"anne",
                      "test.noted",
                      "note " + std::to_string(seq) + note,
                      {{"rows", std::to_string(seq * 3)}}},
                     previous)
      .value();
}

Lines honest(size_t count) {
  Lines lines;
  std::string previous(64, '0');
  for (size_t i = 1; i <= count; ++i) {
    Record record = record_after(i, previous);
    previous = record.hash;
    lines.push_back(std::move(record.line));
  }
  return lines;
}

std::string hash_of(const Lines& lines, size_t seq) {
  return seq == 0 ? std::string(64, '0') : read_ends(lines[seq - 1])->hash;
}

const crypto::SigningKey& key() {
  static const auto key = crypto::SigningKey::from_seed(std::string(32, 'k')).value();
  return key;
}

KeptCheckpoint checkpoint_of(const Lines& lines, size_t size, const crypto::SigningKey& by = key()) {
  Frontier frontier;
  for (size_t i = 0; i < size; ++i) frontier.add(merkle_leaf(lines[i]));
  const std::string text = checkpoint_text(size, frontier.root());
  const std::string signature = by.sign(std::string(checkpoint_origin) + "\n" + text).value();
  return {checkpoint_file_name(size), checkpoint_note(text, {signature, by.public_key()})};
}

Report verify(const Lines& lines, const std::vector<KeptCheckpoint>& checkpoints = {}, bool finished = true) {
  MemoryWorld world(lines, 7, finished);
  return verify_files(world, "audit", key().public_key(), checkpoints).value();
}

void expect_finding(const Report& report, Fault fault, uint64_t record) {
  RC_ASSERT(report.finding.has_value());
  RC_LOG() << to_text(report.finding->fault) << " " << report.finding->record << ", wanted " << to_text(fault)
           << " " << record;
  RC_ASSERT(report.finding->fault == fault);
  RC_ASSERT(report.finding->record == record);
}

size_t pick(size_t low, size_t high) {
  return *rc::gen::inRange<size_t>(low, high + 1);
}

// Sometimes with checkpoints of the honest ledger, which must not change what is found.
std::vector<KeptCheckpoint> some_checkpoints(const Lines& lines) {
  std::vector<KeptCheckpoint> kept;
  for (size_t i = pick(0, 3); i > 0; --i) kept.push_back(checkpoint_of(lines, pick(0, lines.size())));
  return kept;
}

TEST(Verifier, AcceptsAnHonestLedgerAndSaysWhatCheckpointsCover) {
  const Lines lines = honest(30);
  const Report report =
      verify(lines, {checkpoint_of(lines, 20), checkpoint_of(lines, 5), checkpoint_of(lines, 0)});
  EXPECT_FALSE(report.finding.has_value());
  EXPECT_EQ(report.records, 30u);
  EXPECT_EQ(report.checkpoints, 3u);
  EXPECT_EQ(report.covered, 20u);
  EXPECT_EQ(report.last_hash, hash_of(lines, 30));
  EXPECT_TRUE(report.bad_checkpoints.empty());
}

RC_GTEST_PROP(Tampering, AChangedByteIsFound, ()) {
  Lines lines = honest(pick(1, 20));
  const auto checkpoints = some_checkpoints(lines);
  const size_t victim = pick(1, lines.size());
  std::string& line = lines[victim - 1];
  const size_t at = pick(0, line.size() - 1);
  const char to =
      *rc::gen::suchThat(rc::gen::arbitrary<char>(), [&](char c) { return c != '\n' && c != line[at]; });
  line[at] = to;
  expect_finding(verify(lines, checkpoints), Fault::changed, victim);
}

RC_GTEST_PROP(Tampering, AChangedRecordWithAFittingHashIsFound, ()) {
  Lines lines = honest(pick(2, 20));
  const auto checkpoints = some_checkpoints(lines);
  const size_t victim = pick(1, lines.size() - 1);
  lines[victim - 1] = record_after(victim, hash_of(lines, victim - 1), " changed").line;
  expect_finding(verify(lines, checkpoints), Fault::changed, victim);
}

RC_GTEST_PROP(Tampering, AChangedNumberWithAFittingHashIsFound, ()) {
  Lines lines = honest(pick(2, 20));
  const size_t victim = pick(1, lines.size() - 1);
  const size_t other =
      *rc::gen::suchThat(rc::gen::inRange<size_t>(1, 40), [&](size_t n) { return n != victim; });
  lines[victim - 1] = record_after(other, hash_of(lines, victim - 1), " renumbered").line;
  expect_finding(verify(lines), Fault::changed, victim);
}

RC_GTEST_PROP(Tampering, RemovedRecordsAreFound, ()) {
  Lines lines = honest(pick(2, 20));
  const auto checkpoints = some_checkpoints(lines);
  const size_t victim = pick(1, lines.size() - 1);
  const size_t count = pick(1, lines.size() - victim);
  lines.erase(lines.begin() + victim - 1, lines.begin() + victim - 1 + count);
  expect_finding(verify(lines, checkpoints), Fault::removed, victim);
}

RC_GTEST_PROP(Tampering, TruncationIsFoundThroughACheckpoint, ()) {
  Lines lines = honest(pick(2, 20));
  const KeptCheckpoint newest = checkpoint_of(lines, lines.size());
  const size_t left = pick(1, lines.size() - 1);
  const size_t before = lines.size();
  lines.resize(left);
  const Report report = verify(lines, {newest});
  expect_finding(report, Fault::cut_off, left + 1);
  RC_ASSERT(report.finding->last == before);
}

RC_GTEST_PROP(Tampering, AForgedRecordIsFound, ()) {
  Lines lines = honest(pick(2, 20));
  const auto checkpoints = some_checkpoints(lines);
  const size_t place = pick(1, lines.size() - 1);
  std::string previous = hash_of(lines, place - 1);
  const size_t count = pick(1, 3);
  for (size_t i = 0; i < count; ++i) {
    const Record forged = record_after(place + i, previous, " forged");
    previous = forged.hash;
    lines.insert(lines.begin() + place - 1 + i, forged.line);
  }
  expect_finding(verify(lines, checkpoints), Fault::added, place);
}

RC_GTEST_PROP(Tampering, ALineThatIsNoRecordIsFound, (const std::string& noise)) {
  Lines lines = honest(pick(1, 20));
  const size_t place = pick(1, lines.size());
  RC_PRE(noise.find('\n') == std::string::npos);
  lines.insert(lines.begin() + place - 1, noise);
  expect_finding(verify(lines), Fault::added, place);
}

RC_GTEST_PROP(Tampering, ACopiedRecordIsFound, ()) {
  Lines lines = honest(pick(1, 20));
  const auto checkpoints = some_checkpoints(lines);
  const size_t original = pick(1, lines.size());
  const size_t place = pick(1, lines.size() + 1);
  lines.insert(lines.begin() + place - 1, std::string(lines[original - 1]));
  // Beside its original, the second of the two is the copy.
  expect_finding(verify(lines, checkpoints), Fault::added, place == original ? place + 1 : place);
}

RC_GTEST_PROP(Tampering, AMovedRecordIsFound, ()) {
  Lines lines = honest(pick(2, 20));
  const auto checkpoints = some_checkpoints(lines);
  const size_t from = pick(1, lines.size());
  const size_t to =
      *rc::gen::suchThat(rc::gen::inRange<size_t>(1, lines.size() + 1), [&](size_t n) { return n != from; });
  const std::string line = lines[from - 1];
  lines.erase(lines.begin() + from - 1);
  lines.insert(lines.begin() + to - 1, line);
  // Of two neighbours that changed places, the one that comes too late is named.
  expect_finding(verify(lines, checkpoints), Fault::moved, from == to + 1 ? to : from);
}

RC_GTEST_PROP(Tampering, ARewrittenEndIsFoundThroughTheNextCheckpoint, ()) {
  Lines lines = honest(pick(2, 20));
  const size_t first_sign = pick(0, lines.size() - 1);
  const size_t second_sign = pick(first_sign + 1, lines.size());
  const std::vector<KeptCheckpoint> kept = {checkpoint_of(lines, second_sign),
                                            checkpoint_of(lines, first_sign)};
  const size_t victim = pick(first_sign + 1, second_sign);
  std::string previous = hash_of(lines, victim - 1);
  for (size_t i = victim; i <= lines.size(); ++i) {
    const Record record = record_after(i, previous, i == victim ? " rewritten" : "");
    previous = record.hash;
    lines[i - 1] = record.line;
  }
  RC_ASSERT(!verify(lines).finding.has_value());  // the chain alone cannot tell
  const Report report = verify(lines, kept);
  expect_finding(report, Fault::rewritten, first_sign + 1);
  RC_ASSERT(report.finding->last == second_sign);
  RC_ASSERT(victim >= report.finding->record && victim <= report.finding->last);
}

RC_GTEST_PROP(Tampering, AHalfWrittenLastLineIsTorn, ()) {
  Lines lines = honest(pick(1, 10));
  lines.back().resize(pick(1, lines.back().size()));
  expect_finding(verify(lines, {}, false), Fault::torn, lines.size());
}

TEST(Tampering, SaysFileAndLine) {
  Lines lines = honest(20);
  lines[15][20] ^= 1;
  const Report report = verify(lines);
  EXPECT_EQ(report.finding->file, "ledger-100002.jsonl");
  EXPECT_EQ(report.finding->line, 2u);
}

TEST(Checkpoint, AForeignOrChangedOneIsNamed) {
  const Lines lines = honest(9);
  const auto stranger = crypto::SigningKey::from_seed(std::string(32, 'x')).value();
  const Report foreign = verify(lines, {checkpoint_of(lines, 9, stranger)});
  EXPECT_EQ(foreign.bad_checkpoints, std::vector<std::string>{checkpoint_file_name(9)});
  EXPECT_EQ(foreign.covered, 0u);
  const KeptCheckpoint good = checkpoint_of(lines, 9);
  for (size_t i = 0; i < good.note.size(); ++i) {
    KeptCheckpoint bad = good;
    bad.note[i] ^= 1;
    EXPECT_EQ(verify(lines, {bad}).bad_checkpoints.size(), 1u) << i;
    bad.note = good.note.substr(0, i);
    EXPECT_EQ(verify(lines, {bad}).bad_checkpoints.size(), 1u) << i;
  }
}

TEST(Checkpoint, IsASignedNoteOfThreeLines) {
  const Lines lines = honest(3);
  const std::string note = checkpoint_of(lines, 3).note;
  EXPECT_TRUE(note.starts_with("fvm-audit-checkpoint\n3\n")) << note;
  EXPECT_NE(note.find("\n\n\u2014 fvm-audit-checkpoint "), std::string::npos) << note;
  // The key number of the example in Go's golang.org/x/mod/sumdb/note: the same rule gives it.
  const std::string example = *crypto::from_base64("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
  EXPECT_EQ(crypto::sha256_hex("PeterNeumann\n" + example).substr(0, 8), "c74f20a3");
}

// The leaves and roots that every implementation of RFC 6962 is tested with (certificate-transparency's
// merkle tree tests).
TEST(Merkle, KnownVectors) {
  const std::vector<std::string> leaves = {
      "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
  const std::vector<std::string> roots = {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                                          "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                                          "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                                          "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                                          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                                          "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                                          "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                                          "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                                          "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  Frontier frontier;
  verifier::Tree tree;
  EXPECT_EQ(crypto::to_hex(frontier.root()), roots[0]);
  for (size_t i = 0; i < leaves.size(); ++i) {
    const std::string leaf = *crypto::from_hex(leaves[i]);
    frontier.add(merkle_leaf(leaf));
    tree.add(leaf);
    EXPECT_EQ(crypto::to_hex(frontier.root()), roots[i + 1]) << i;
  }
  for (size_t size = 0; size < roots.size(); ++size)
    EXPECT_EQ(crypto::to_hex(tree.root(size)), roots[size]) << size;
}

// Word for word from the standard, and slow.
std::string reference_root(const Lines& leaves) {
  if (leaves.empty()) return crypto::sha256("");
  if (leaves.size() == 1) return crypto::sha256(std::string(1, '\0') + leaves[0]);
  size_t k = 1;
  while (2 * k < leaves.size()) k *= 2;
  return crypto::sha256("\1" + reference_root(Lines(leaves.begin(), leaves.begin() + k)) +
                        reference_root(Lines(leaves.begin() + k, leaves.end())));
}

RC_GTEST_PROP(Merkle, WriterAndVerifierAgreeWithTheReference, (const Lines& leaves)) {
  Frontier frontier;
  verifier::Tree tree;
  for (const std::string& leaf : leaves) {
    frontier = Frontier::from_bytes(frontier.size(), frontier.to_bytes()).value();
    frontier.add(merkle_leaf(leaf));
    tree.add(leaf);
  }
  RC_ASSERT(frontier.root() == reference_root(leaves));
  for (size_t size = 0; size <= leaves.size(); ++size) {
    RC_ASSERT(tree.root(size) == reference_root(Lines(leaves.begin(), leaves.begin() + size)));
  }
}

TEST(Merkle, ADamagedFrontierIsRefused) {
  EXPECT_EQ(Frontier::from_bytes(3, std::string(32, 'x')).error().code, "audit.head_damaged");
  EXPECT_TRUE(Frontier::from_bytes(0, "").ok());
}

}  // namespace
}  // namespace fvm::audit
