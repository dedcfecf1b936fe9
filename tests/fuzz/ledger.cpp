// rooms: audit
// An honest ledger, its files handled in any way that the input says: the verifier never crashes, never
// accuses honest files, and with a checkpoint of the whole never accepts others.
#include <algorithm>
#include <cstdlib>

#include "audit/checkpoint.hpp"
#include "audit/memory_files.hpp"
#include "audit/merkle.hpp"
#include "audit/record.hpp"
#include "audit/verifier.hpp"
#include "audit/verifier_checkpoints.hpp"
#include "crypto/ed25519.hpp"

using namespace fvm;
using namespace fvm::audit;

namespace {

constexpr size_t records = 12;

void must(bool holds) {
  if (!holds) std::abort();
}

struct Honest {
  crypto::SigningKey key = crypto::SigningKey::from_seed(std::string(32, 'k')).value();
  Lines lines;
  KeptCheckpoint whole;

  Honest() {
    Frontier frontier;
    std::string previous(64, '0');
    for (uint64_t i = 1; i <= records; ++i) {
      Record record =
          make_record(i, {static_cast<int64_t>(i)}, {"a", "b.c", "d", {{"e", "f"}}}, previous).value();
      previous = record.hash;
      frontier.add(merkle_leaf(record.line));
      lines.push_back(std::move(record.line));
    }
    const std::string text = checkpoint_text(records, frontier.root());
    const std::string signature = key.sign(std::string(checkpoint_origin) + "\n" + text).value();
    whole = {"whole.note", checkpoint_note(text, {signature, key.public_key()})};
  }
};

// A record with any number after any other, its own hash right.
std::string forged(const Lines& lines, uint8_t number, uint8_t after) {
  const auto ends = lines.empty() ? std::nullopt : read_ends(lines[after % lines.size()]);
  return make_record(number, {0}, {"x", "y.z", "w", {}}, ends ? ends->hash : std::string(64, '0'))
      .value()
      .line;
}

// One act of tampering: what, and two places.
void tamper(Lines& lines, const uint8_t* act) {
  const size_t a = lines.empty() ? 0 : act[1] % lines.size();
  const size_t b = lines.empty() ? 0 : act[2] % lines.size();
  if (lines.empty()) return lines.push_back(forged(lines, act[1], act[2]));
  const auto at = [&](size_t i) { return lines.begin() + static_cast<std::ptrdiff_t>(i); };
  switch (act[0] % 7) {
    case 0:
      return std::swap(lines[a], lines[b]);
    case 1:
      lines.erase(at(a));
      return;
    case 2:
      lines.insert(at(a), std::string(lines[b]));
      return;
    case 3:
      lines.insert(at(a), forged(lines, act[1], act[2]));
      return;
    case 4:
      lines[a] = forged(lines, act[1], act[2]);
      return;
    case 5:
      if (!lines[a].empty())
        lines[a][act[2] % lines[a].size()] = static_cast<char>(act[1] == '\n' ? 'n' : act[1]);
      return;
    default:
      lines.resize(a);
      return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const Honest honest;
  Lines lines = honest.lines;
  for (size_t i = 0; i + 3 <= std::min<size_t>(size, 30); i += 3) tamper(lines, data + i);
  MemoryWorld world(lines, 5);
  const auto report = verify_files(world, "audit", honest.key.public_key(), {honest.whole});
  must(report.ok() == !lines.empty());  // no file at all is an error of its own
  if (report.ok()) {
    const bool begins_honestly =
        lines.size() >= records && std::equal(honest.lines.begin(), honest.lines.end(), lines.begin());
    if (lines == honest.lines) must(!report->finding);
    if (!begins_honestly) {
      must(report->finding.has_value());
      // Several forged records can vouch for one another and pass for one that was moved; nothing else may
      // name a record that there never was.
      must(report->finding->record <= records || report->finding->fault == Fault::moved);
    }
    if (report->finding)
      must(report->finding->record >= 1 && report->finding->record <= report->finding->last);
    must(report->bad_checkpoints.empty());
  }
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  must(!verifier::open_note(text, honest.key.public_key()) || text == honest.whole.note);
  return 0;
}
