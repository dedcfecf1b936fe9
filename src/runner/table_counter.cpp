#include "runner/table_counter.hpp"

#include <chrono>

namespace fvm::runner {
namespace {

constexpr int look_milliseconds = 50;  // how often we look whether to go on waiting

Error not_waited() {
  return surroundings("table.not_waited");
}

}  // namespace

Result<wire::TableAnswer> TableCounter::ask(const std::string& request,
                                            const std::atomic<bool>& interrupted) {
  if (request.size() > wire::table_request_bytes_max)
    return usage("table.request_too_long", {{"max", std::to_string(wire::table_request_bytes_max)}});
  std::unique_lock turn(mutex_, std::defer_lock);
  while (!turn.try_lock_for(std::chrono::milliseconds(look_milliseconds)))
    if (interrupted) return not_waited();
  if (owed_) {
    const auto former = read_answer(interrupted);
    if (owed_) return former.error();  // still waiting for it, or it will never come
  }
  assembly_ = {};
  if (!socket_.send(wire::AskTable{request}).ok()) return surroundings("table.no_counter");
  owed_ = true;
  return read_answer(interrupted);
}

Result<wire::TableAnswer> TableCounter::read_answer(const std::atomic<bool>& interrupted) {
  for (;;) {
    const auto frame = socket_.receive(look_milliseconds);
    if (!frame.ok() && frame.error().code == "wire.timeout") {
      if (interrupted) return not_waited();
      continue;
    }
    if (!frame.ok()) return surroundings("table.no_counter");
    const auto whole = assembly_.add(*frame);
    if (!whole.ok() || *whole) owed_ = false;
    if (!whole.ok()) return whole.error();
    if (*whole) return assembly_.take();
  }
}

}  // namespace fvm::runner
