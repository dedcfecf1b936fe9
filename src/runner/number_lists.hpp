// Lists of the numbers in a column of a mirror file (lake/number_list.hpp): written by a job of its own, read
// by builds that look for the rows of few persons.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "duck/database.hpp"

namespace fvm::runner {

// Mapped into memory for as long as it lives.
class NumberList {
 public:
  // Of a column of a mirror file; nothing when there is no list, or it is not whole.
  static std::optional<NumberList> of(const std::string& mirror_file, const std::string& column);
  static std::optional<NumberList> open(const std::string& path);
  NumberList(NumberList&& other) noexcept;
  NumberList& operator=(NumberList&&) = delete;
  ~NumberList();

  size_t size() const { return numbers_.size(); }
  std::span<const uint64_t> numbers() const { return numbers_; }
  // Is any of these there? `wanted` is ascending. Costs what is wanted, not what is there.
  bool has_any(std::span<const uint64_t> wanted) const;

 private:
  NumberList(void* mapped, size_t bytes);
  void* mapped_ = nullptr;
  size_t bytes_ = 0;
  std::span<const uint64_t> numbers_;
};

// Writes the list of the numbers that `query` gives (UBIGINT, ascending, each once).
Result<void> write_number_list(duck::Connection& connection, const std::string& query,
                               const std::string& path);

// The same of numbers at hand, ascending and each once.
Result<void> write_number_list(std::span<const uint64_t> numbers, const std::string& path);

// Of `files`, those that may hold one of `wanted` (ascending) in `column`: all that have no list too.
struct FilesFound {
  std::vector<std::string> listed, unlisted;
  std::vector<std::string> all() const;
};
FilesFound files_with_any(const std::vector<std::string>& files, const std::string& column,
                          std::span<const uint64_t> wanted);

// What a query with one column gives (BIGINT, no NULL), ascending, each once. Sorted here: the engine takes
// five times as long to.
Result<std::vector<uint64_t>> sorted_numbers(duck::Connection& connection, const std::string& query);
// The same, also of a query with NULL in it. No list holds a number below zero, so none is looked for.
Result<std::vector<uint64_t>> numbers_of(duck::Connection& connection, const std::string& query);

}  // namespace fvm::runner
