// One delivery at a time to a table, across processes. A killed process lets go by itself.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/descriptor.hpp"
#include "base/result.hpp"
#include "base/world.hpp"

namespace fvm::mirror {

class TableLock {
 public:
  // Waits for the table; `on_wait` is called once if somebody else is at it.
  static Result<TableLock> take(const Path& folder, const std::string& table,
                                const std::function<void()>& on_wait);
  // Nothing when somebody else is at it.
  static Result<std::optional<TableLock>> try_take(const Path& folder, const std::string& table);

 private:
  explicit TableLock(Descriptor file) : file_(std::move(file)) {}
  Descriptor file_;
};

}  // namespace fvm::mirror
