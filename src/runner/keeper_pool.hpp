// The keeper's connections that a job was handed, lent to one call at a time, and a vector of identifiers
// made pseudonyms through them.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "wire/messages.hpp"
#include "wire/socket.hpp"

namespace fvm::runner {

class KeeperPool {
 public:
  // `count` connected descriptors from `first` upwards; they are the pool's from now on.
  KeeperPool(int first, uint16_t count);

  // In place: packed identifiers become pseudonyms of `scope`. Safe from several threads; waits for a free
  // connection. A connection that failed is not used again: "wire.closed" when none is left.
  Result<void> pseudonymise(const std::string& scope, wire::Identifier kind, std::vector<uint64_t>& values);

 private:
  Result<wire::Connection> borrow();
  void give_back(wire::Connection connection, bool usable);

  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<wire::Connection> free_;
  uint16_t living_ = 0;  // free or lent
};

// What one thread remembers of the keeper's answers: registers name the same persons and providers again and
// again. Direct-mapped, so it is small and never grows.
class PseudonymCache {
 public:
  PseudonymCache() : entries_(entry_count) {}
  bool find(uint64_t value, uint64_t& pseudonym) const {
    const Entry& entry = entries_[place(value)];
    pseudonym = entry.pseudonym;
    return entry.value_plus_one == value + 1;
  }
  void put(uint64_t value, uint64_t pseudonym) { entries_[place(value)] = {value + 1, pseudonym}; }

 private:
  static constexpr size_t entry_bits = 12, entry_count = 1u << entry_bits;  // 64 KiB: near the processor
  struct Entry {
    uint64_t value_plus_one = 0, pseudonym = 0;
  };
  static size_t place(uint64_t value) { return (value * 0x9E3779B97F4A7C15u) >> (64 - entry_bits); }
  std::vector<Entry> entries_;
};

}  // namespace fvm::runner
