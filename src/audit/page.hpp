// The ledger read backwards, a page at a time: for those who look for what happened, newest first. What is
// shown is what the files say; whether they are whole is the verifier's business (verifier.hpp).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/world.hpp"

namespace fvm::audit {

// Empty fields: any.
struct Wanted {
  std::string actor;    // exactly
  std::string action;   // begins so: "release." or "release.looked"
  std::string subject;  // exactly, or the value of a fact: a project, a user, a number
  std::string since;    // "2026-11-01": nothing older
  uint64_t before = 0;  // only records before this one; 0: from the newest
  size_t records_max = 50;
};

struct Entry {
  uint64_t seq = 0;
  std::string time, actor, action, subject;
  std::vector<std::pair<std::string, std::string>> facts;
};

struct Page {
  std::vector<Entry> entries;
  uint64_t next = 0;  // `before` of the next page; 0: there is none
};

// How much of the files one page reads at most; then `next` goes on from there.
inline constexpr uint64_t page_bytes_max = 128u << 20;

Result<Page> page_of(World& world, const Path& folder, const Wanted& wanted);

}  // namespace fvm::audit
