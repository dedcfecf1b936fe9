// The ledger's files: audit/ledger-000001.jsonl and on, so many lines each. They only ever grow: a
// line torn by a crash is finished, not cut off. The caller holds the lock while appending.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/descriptor.hpp"
#include "base/result.hpp"
#include "base/world.hpp"

namespace fvm::audit {

struct Tail {
  uint64_t seq = 0;  // of the last whole record; 0 when there is none
  std::string hash;  // of that record, hexadecimal; zeros when there is none
  std::string torn;  // bytes after it, without a line break
};

struct Pending {
  uint64_t seq = 0;
  std::string line;
};

class Segments {
 public:
  Segments(World& world, Path folder, uint64_t segment_records)
      : world_(world), folder_(std::move(folder)), segment_records_(segment_records) {}

  Result<Descriptor> lock() { return world_.lock(folder_ / "ledger.lock", 0600); }
  // "audit.file_damaged" when the last line is no record.
  Result<Tail> tail();
  // Lines that follow tail(), in order; durable when it returns.
  Result<void> append(const Tail& tail, const std::vector<Pending>& lines);
  // That record `seq`, and what other programs may be writing beside it, will find room.
  Result<void> reserve(uint64_t seq);

 private:
  Path segment_of(uint64_t seq) const;
  Result<std::vector<Path>> files() const;
  Result<Tail> read_tail(const Path& file, uint64_t bytes);

  World& world_;
  Path folder_;
  uint64_t segment_records_;  // lines per file
  Path known_file_;           // where known_ was read
  uint64_t known_bytes_ = 0;  // that file's length then: unchanged length, unchanged tail
  Tail known_;
};

}  // namespace fvm::audit
