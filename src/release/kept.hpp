// The kept copies against what is on record: every attempt has its bytes, and they are what they were; and
// what versions before this one left in the clear.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "config/instance.hpp"
#include "release/copies.hpp"
#include "release/store.hpp"

namespace fvm::release {

struct KeptFault {
  // `locked`: what opens it is not there. `left`: destroyed on record, but something of it is there.
  enum class What { missing, changed, writable, unknown, locked, left } what{};
  std::string sha256;   // of `unknown`: the name of the file
  std::string release;  // the first that has it; empty for `unknown`
};
struct KeptReport {
  size_t attempts = 0;   // files of all revisions of all requests
  size_t copies = 0;     // different bytes among them that are to be there
  size_t destroyed = 0;  // different bytes that were destroyed when their time was over
  size_t plain = 0;      // copies that are not encrypted yet (encrypt_plain)
  uint64_t bytes = 0;
  std::vector<KeptFault> faults;
};
// Reads every kept file and proves each of its pieces. `unknown`: bytes that no attempt has on record; a
// capture that was cut off leaves such. `progress` is called after each copy.
Result<KeptReport> verify_kept(World& world, const config::Instance& instance, const KeptCopies& copies,
                               const store::Database& store,
                               const std::function<void(const KeptReport&)>& progress = {});

// The same with a record in the ledger; operators are told of each request that has a fault. Without a copy
// there is nothing to look at, and no record.
Result<KeptReport> watch_kept(World& world, const config::Instance& instance, const KeptCopies& copies,
                              audit::Ledger& ledger);

// Encrypts what lies there in the clear and removes what captures that were killed have left half-written;
// how many were encrypted. May be cut off anywhere and run again.
Result<size_t> encrypt_plain(World& world, const config::Instance& instance, const KeptCopies& copies);

}  // namespace fvm::release
