// Many rows of two numbers, parted by the first so that equal ones meet in memory that is near. Private to
// the second job.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "duck/database.hpp"
#include "duck/function.hpp"

namespace fvm::runner {

struct TableRow {
  int64_t key = 0, value = 0;
};

class TableRows {
 public:
  // A power of two: parts of so many rows fit into a processor's own memory.
  static size_t parts_for(size_t rows);
  explicit TableRows(size_t parts) : parts_(parts), mutexes_(new std::mutex[parts]) {}

  // Reads all rows of `from` (something with columns key and value, whole numbers; about `rows` of them)
  // whose part is one of first … last - 1, on all threads of the engine. "table.bad_result" (defect): one of
  // the two is missing, or a value is above `value_max` or, if that is given, below 0.
  struct Which {
    size_t rows = 0;
    uint64_t value_max = UINT64_MAX;
    size_t first = 0, last = SIZE_MAX;
  };
  Result<void> read(duck::Connection& connection, const std::string& from, const Which& which);
  // One thread's rows, until a part has enough of them to be worth its lock.
  class Writer {
   public:
    explicit Writer(TableRows& rows);
    void add(const TableRow& row) {
      const size_t part = rows_->part_of(row.key);
      at_hand_[part * rows_at_hand + counts_[part]++] = row;
      if (counts_[part] == rows_at_hand) hand_over(part);
    }
    void hand_over_all();

   private:
    static constexpr size_t rows_at_hand = 32;
    void hand_over(size_t part);
    TableRows* rows_;
    std::vector<TableRow> at_hand_;
    std::vector<uint8_t> counts_;
  };

  size_t parts() const { return parts_.size(); }
  std::vector<TableRow>& part(size_t index) { return parts_[index]; }
  void forget(size_t index) { std::vector<TableRow>().swap(parts_[index]); }
  size_t part_of(int64_t key) const { return hash_of(key) & (parts_.size() - 1); }

  // The lowest bits tell the part, the highest ones the place in it.
  static uint64_t hash_of(int64_t key) {
    const uint64_t mixed = static_cast<uint64_t>(key) * 0x9E3779B97F4A7C15U;
    return (mixed ^ (mixed >> 32)) * 0xD6E8FEB86659FD93U;
  }

 private:
  class Taken;
  std::vector<std::vector<TableRow>> parts_;
  std::unique_ptr<std::mutex[]> mutexes_;  // one a part
};

// The different keys of one part, numbered in the order in which they were added.
class TableIndex {
 public:
  static constexpr uint32_t none = UINT32_MAX;
  explicit TableIndex(size_t keys_max);
  uint32_t add(int64_t key);         // its number, new or not
  uint32_t find(int64_t key) const;  // none: not there
  size_t size() const { return keys_.size(); }

 private:
  size_t place(int64_t key) const { return TableRows::hash_of(key) >> shift_; }
  unsigned shift_;
  std::vector<uint32_t> slots_;  // a key's number; none: free
  std::vector<int64_t> keys_;
};

// Writes two columns of numbers as Parquet.
Result<void> write_columns(duck::Connection& connection, const std::string& file, const std::string& names,
                           const std::vector<int64_t>& first, const std::vector<uint32_t>& second);

// Calls `work(thread, part)` for every part, on so many threads, which are 0, 1, 2 …
void for_all_parts(size_t threads, size_t parts, const std::function<void(size_t thread, size_t part)>& work);

}  // namespace fvm::runner
