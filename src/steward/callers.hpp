// Callers who are answered each in a thread of his own; at the end they are hung up on and waited for.
#pragma once

#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <string>

#include "wire/socket.hpp"

namespace fvm::steward {

class Callers {
 public:
  // One more than `max` gets `busy`.
  Callers(size_t max, Error busy) : max_(max), busy_(std::move(busy)) {}
  ~Callers() { hang_up(); }
  Callers(const Callers&) = delete;
  Callers& operator=(const Callers&) = delete;

  // Runs `answer` in a thread of its own; whom `admit` refuses (asked one at a time) is told why.
  void take(wire::Connection caller, const std::function<Result<void>()>& admit,
            std::function<void(wire::Connection&)> answer);
  // The same for one JSON document: told by wire::answer_table, or the Failure that it became. `what` is for
  // the log, where nobody takes the answer.
  void tell(wire::Connection caller, const char* what, std::function<Result<std::string>()> make);
  // Shuts every connection and returns when all threads have ended.
  void hang_up();

 private:
  const size_t max_;
  const Error busy_;
  std::mutex mutex_;
  std::condition_variable left_;
  std::list<wire::Connection> callers_;
};

}  // namespace fvm::steward
