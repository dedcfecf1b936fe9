#include "steward/callers.hpp"

#include <sys/socket.h>

#include <thread>

#include "wire/messages.hpp"

namespace fvm::steward {

void Callers::take(wire::Connection caller, const std::function<Result<void>()>& admit,
                   std::function<void(wire::Connection&)> answer) {
  const std::lock_guard lock(mutex_);
  const Result<void> admitted = callers_.size() >= max_ ? Result<void>(busy_) : admit();
  if (!admitted.ok()) {
    (void)caller.send(wire::to_failure(admitted.error())).ok();
    return;
  }
  callers_.push_back(std::move(caller));
  std::thread([this, at = std::prev(callers_.end()), answer = std::move(answer)] {
    answer(*at);
    const std::lock_guard gone(mutex_);
    callers_.erase(at);
    left_.notify_all();
  }).detach();
}

void Callers::hang_up() {
  std::unique_lock lock(mutex_);
  for (const wire::Connection& caller : callers_) ::shutdown(caller.descriptor(), SHUT_RDWR);
  left_.wait(lock, [this] { return callers_.empty(); });
}

}  // namespace fvm::steward
