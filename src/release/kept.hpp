// The kept copies against what is on record: every attempt has its bytes, and they are what they were.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "config/instance.hpp"
#include "release/store.hpp"

namespace fvm::release {

struct KeptFault {
  enum class What { missing, changed, writable, unknown } what{};
  std::string sha256;
  std::string release;  // the first that has it; empty for `unknown`
};
struct KeptReport {
  size_t attempts = 0;  // files of all revisions of all requests
  size_t copies = 0;    // different bytes among them
  uint64_t bytes = 0;
  std::vector<KeptFault> faults;
};
// Reads every kept file. `unknown`: bytes that no attempt has on record; a capture that was cut off leaves
// such for a moment. `progress` is called after each copy.
Result<KeptReport> verify_kept(World& world, const config::Instance& instance, const store::Database& store,
                               const std::function<void(const KeptReport&)>& progress = {});

}  // namespace fvm::release
