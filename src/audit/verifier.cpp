#include "audit/verifier.hpp"

#include <algorithm>

#include "audit/verifier_checkpoints.hpp"
#include "audit/verifier_lines.hpp"

namespace fvm::audit {
namespace {

using verifier::Line;
using verifier::LineReader;
using verifier::SignedRoot;
using verifier::Tree;

constexpr uint64_t note_bytes_max = 64u << 10;

// The records that are whole and in order, from the first: hashes[i] is that of record i, hashes[0] zeros.
struct Accepted {
  Tree tree;
  std::vector<std::string> hashes{std::string(64, '0')};
  uint64_t next() const { return hashes.size(); }
};

bool follows(const Line& line, uint64_t seq, const std::string& previous) {
  return line.fits && line.seq == seq && line.previous == previous;
}

// What happened where the chain first breaks. `rest`: the lines from there on.
class Judgement {
 public:
  Judgement(const Accepted& accepted, const std::vector<Line>& rest)
      : hashes_(accepted.hashes), rest_(rest), expected_(accepted.next()), first_(rest.front()) {}

  Finding finding() const {
    if (!first_.finished && (first_.seq == 0 || follows(first_, expected_, hashes_.back()))) {
      return at(Fault::torn, expected_);
    }
    if (const size_t later = where_expected_stands(); later > 0) return before_its_place(later);
    if (first_.fits && first_.seq < expected_) return second_history();
    if (first_.fits && first_.seq == expected_) return broken_link();
    if (first_.seq > expected_ && !stands_in_for_expected()) {
      if (first_.fits || next_seq() == first_.seq + 1) return at(Fault::removed, expected_);
    }
    return at(Fault::changed, expected_);
  }

 private:
  Finding at(Fault fault, uint64_t record) const { return {fault, record, record, "", 0}; }
  const Line* next() const { return rest_.size() > 1 ? &rest_[1] : nullptr; }
  uint64_t next_seq() const { return next() == nullptr ? 0 : next()->seq; }
  // The line after it is the one that should come after the expected record.
  bool stands_in_for_expected() const { return next_seq() == expected_ + 1; }

  size_t where_expected_stands() const {
    for (size_t i = 1; i < rest_.size(); ++i) {
      if (follows(rest_[i], expected_, hashes_.back())) return i;
    }
    return 0;
  }

  // The expected record comes `later`: either it was taken out of its place, or something was put before it.
  Finding before_its_place(size_t later) const {
    if (!first_.fits || first_.seq <= expected_ || !is_missed_elsewhere(first_))
      return at(Fault::added, expected_);
    for (size_t i = 0; i < later; ++i) {
      if (rest_[i].seq != expected_ + 1 + i) return at(Fault::moved, first_.seq);
    }
    return at(Fault::moved, expected_);
  }

  // Its own place is empty, and the record before it is here: else it is a copy, or never was one of ours.
  bool is_missed_elsewhere(const Line& line) const {
    bool parent = false;
    for (const Line& other : rest_) {
      if (&other != &line && other.seq == line.seq) return false;
      parent = parent || (other.seq + 1 == line.seq && other.hash == line.previous);
    }
    return parent;
  }

  // A record with a number that has been: a copy, or the true one after a false one that was put before it.
  Finding second_history() const {
    if (stands_in_for_expected()) return at(Fault::changed, expected_);
    const bool same_parent = first_.previous == hashes_[first_.seq - 1];
    const bool copy = first_.hash == hashes_[first_.seq];
    const bool goes_on = next() != nullptr && next()->previous == first_.hash;
    return at(Fault::added, same_parent && !copy && goes_on ? first_.seq : expected_);
  }

  // Right number, whole in itself, but it names another record before it: that one was changed and its hash
  // made to fit; unless the line after this one disowns this one too.
  Finding broken_link() const {
    const bool disowned = next() != nullptr && next()->previous != first_.hash;
    return at(Fault::changed, expected_ == 1 || disowned ? expected_ : expected_ - 1);
  }

  const std::vector<std::string>& hashes_;
  const std::vector<Line>& rest_;
  uint64_t expected_;
  const Line& first_;
};

Result<std::vector<Line>> read_rest(LineReader& reader, Line first) {
  std::vector<Line> rest{std::move(first)};
  while (auto text = TRY(reader.next())) {
    rest.push_back(verifier::read_line(*text));
    rest.back().finished = reader.finished();
  }
  return rest;
}

// The notes that the key signed, smallest first; the names of the others go into the report.
std::vector<SignedRoot> open_notes(const std::vector<KeptCheckpoint>& checkpoints,
                                   const std::string& public_key, Report& report) {
  std::vector<SignedRoot> roots;
  for (const KeptCheckpoint& kept : checkpoints) {
    auto root = verifier::open_note(kept.note, public_key);
    root ? roots.push_back(std::move(*root)) : report.bad_checkpoints.push_back(kept.name);
  }
  std::stable_sort(roots.begin(), roots.end(), [](const auto& a, const auto& b) { return a.size < b.size; });
  return roots;
}

// Every checkpoint must find the tree that it signed. What it finds comes before the chain's own finding when
// it lies earlier in the ledger.
void compare_with_checkpoints(const Accepted& accepted, const std::vector<SignedRoot>& roots,
                              Report& report) {
  for (const SignedRoot& root : roots) {
    if (root.size > accepted.tree.size()) {
      if (!report.finding) report.finding = Finding{Fault::cut_off, accepted.next(), root.size, "", 0};
      return;
    }
    if (accepted.tree.root(root.size) != root.root) {
      const bool told =
          report.finding && report.finding->record > report.covered && report.finding->record <= root.size;
      if (told) return;  // the chain says more exactly which
      report.finding = Finding{Fault::rewritten, report.covered + 1, root.size, "", 0};
      return;
    }
    ++report.checkpoints;
    report.covered = root.size;
  }
}

}  // namespace

Result<Report> verify_files(World& world, const Path& folder, const std::string& public_key,
                            const std::vector<KeptCheckpoint>& checkpoints) {
  auto reader = TRY(LineReader::in(world, folder));
  Report report;
  Accepted accepted;
  while (auto text = TRY(reader.next())) {
    Line line = verifier::read_line(*text);
    if (!follows(line, accepted.next(), accepted.hashes.back()) || !reader.finished()) {
      const std::string file = reader.names()[reader.file()];
      const uint64_t number = reader.number();
      line.finished = reader.finished();
      report.finding = Judgement(accepted, TRY(read_rest(reader, std::move(line)))).finding();
      report.finding->file = file;
      report.finding->line = number;
      break;
    }
    accepted.tree.add(*text);
    accepted.hashes.push_back(line.hash);
  }
  report.records = accepted.tree.size();
  report.last_hash = accepted.hashes.back();
  compare_with_checkpoints(accepted, open_notes(checkpoints, public_key, report), report);
  return report;
}

Result<std::vector<KeptCheckpoint>> read_checkpoints(World& world, const Path& folder) {
  std::vector<KeptCheckpoint> checkpoints;
  for (const DirectoryEntry& entry : TRY(world.list(folder / "checkpoints"))) {
    if (!entry.name.ends_with(".note")) continue;
    checkpoints.push_back(
        {entry.name, TRY(world.read_file(folder / "checkpoints" / entry.name, note_bytes_max))});
  }
  return checkpoints;
}

std::string_view to_text(Fault fault) {
  switch (fault) {
    case Fault::changed:
      return "changed";
    case Fault::removed:
      return "removed";
    case Fault::added:
      return "added";
    case Fault::moved:
      return "moved";
    case Fault::cut_off:
      return "cut_off";
    case Fault::rewritten:
      return "rewritten";
    case Fault::torn:
      return "torn";
  }
  return "";
}

}  // namespace fvm::audit
