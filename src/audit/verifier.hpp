// The verifier: looks at the ledger's files with nothing but a public key, and says which record is the first
// that was changed, removed, added or moved. It shares no code with the writer: what it knows is the format
// as README.md tells it, so a mistake of the writer does not hide here.
//
// What it can prove: the hash chain finds every touch that did not rewrite all records after it; the
// checkpoints find the rest, and truncation, up to the newest one. Records after the newest checkpoint are
// only chained (`covered` says how many are fixed).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/world.hpp"

namespace fvm::audit {

enum class Fault {
  changed,    // the record is there with other content
  removed,    // it is not there
  added,      // a line that the ledger never wrote, or a copy of one
  moved,      // it stands at another place
  cut_off,    // the files end before a signed checkpoint does
  rewritten,  // one of records `record` to `last` was touched and all after it made to fit; a checkpoint
              // tells
  torn,       // the last line is not finished: a crash while writing; the next start finishes it
};

struct Finding {
  Fault fault = Fault::changed;
  uint64_t record = 0;  // number of the first record concerned
  uint64_t last = 0;    // for rewritten: end of the range in which it lies; else equal to record
  std::string file;     // where it shows: file name and line in it, from 1
  uint64_t line = 0;
};

// A checkpoint as somebody kept it.
struct KeptCheckpoint {
  std::string name;  // file name, for the report
  std::string note;
};

struct Report {
  uint64_t records = 0;      // whole and in order, from the first
  uint64_t checkpoints = 0;  // that are signed by the key and agree with the records
  uint64_t covered = 0;      // records that the newest of them fixes
  std::string last_hash;     // of the last good record, hexadecimal
  std::optional<Finding> finding;
  std::vector<std::string> bad_checkpoints;  // names of those that are unreadable or not signed by the key
};

// `folder`: with ledger-*.jsonl. `public_key`: 32 bytes. Errors only when files cannot be read; what is wrong
// with their content is in the report. Memory: about 130 bytes a record.
Result<Report> verify_files(World& world, const Path& folder, const std::string& public_key,
                            const std::vector<KeptCheckpoint>& checkpoints);

// The notes in FOLDER/checkpoints.
Result<std::vector<KeptCheckpoint>> read_checkpoints(World& world, const Path& folder);

std::string_view to_text(Fault fault);

}  // namespace fvm::audit
