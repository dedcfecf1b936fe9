// Filled order sheets that somebody uploads while he writes an application: read in the sandbox, held against
// the newest catalogue, answered, and forgotten. fvm-portal may start no job, the steward may.
#pragma once

#include "config/instance.hpp"
#include "steward/callers.hpp"
#include "store/readers.hpp"
#include "wire/messages.hpp"

namespace fvm::steward {

// Limits.
inline constexpr size_t orders_at_once_max = 2;
inline constexpr size_t order_name_bytes_max = 200;

class Orders {
 public:
  Orders(World& world, const config::Instance& instance);  // what a crash left is removed
  Orders(const Orders&) = delete;
  Orders& operator=(const Orders&) = delete;

  // Answers in a thread of its own, by wire::answer_table: what was ordered and what there is to say about
  // it (OrderRead in web/src/shapes.ts), or Failure: "spreadsheet.…" when it cannot be read, "order.busy".
  void take(wire::Connection caller, wire::AskOrder asked);

 private:
  Result<std::string> read(const wire::AskOrder& asked);
  Path folder() const { return instance_.root() / "orders"; }

  World& world_;
  const config::Instance& instance_;
  store::Readers readers_;
  Callers callers_{orders_at_once_max, surroundings("order.busy")};  // last: its threads end first
};

}  // namespace fvm::steward
