#include "steward/callers.hpp"

#include <sys/socket.h>

#include <thread>

#include "base/log.hpp"
#include "wire/messages.hpp"
#include "wire/tables.hpp"

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

void Callers::tell(wire::Connection caller, const char* what, std::function<Result<std::string>()> make) {
  take(
      std::move(caller), [] { return Result<void>(); },
      [what, make = std::move(make)](wire::Connection& open) {
        auto made = make();
        const auto sent = made.ok() ? wire::answer_table(open, wire::TableAnswer{std::move(*made), {}})
                                    : wire::answer_table(open, made.error());
        if (!sent.ok()) log_error(what, sent.error());
      });
}

void Callers::hang_up() {
  std::unique_lock lock(mutex_);
  for (const wire::Connection& caller : callers_) ::shutdown(caller.descriptor(), SHUT_RDWR);
  left_.wait(lock, [this] { return callers_.empty(); });
}

}  // namespace fvm::steward
