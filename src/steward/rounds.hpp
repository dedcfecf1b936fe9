// Walks a table of duties. Each duty has a thread of its own, so that a long one (a refresh) does not hold up
// a short one (ending a session whose project has expired), and is never carried out twice at a time. One
// that fails is logged and tried again when it is due next; the others do not notice.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/result.hpp"

namespace fvm::steward {

// True when the program is to end: a duty that takes long looks at it between two steps.
using Stop = std::atomic<bool>;

struct Duty {
  std::string name;                    // "sessions": what `wake` and the log call it
  std::chrono::milliseconds interval;  // from one start to the next; first at once
  std::function<Result<void>(const Stop& stop)> run;
};

class Rounds {
 public:
  // Starts at once.
  explicit Rounds(std::vector<Duty> duties);
  ~Rounds();  // tells the duties to stop and waits for them
  Rounds(const Rounds&) = delete;
  Rounds& operator=(const Rounds&) = delete;

  // Carries out a duty now, or as soon as it has ended if it is at work; with an empty name all of them.
  // False when there is none of that name.
  bool wake(std::string_view duty);
  // How often a duty was carried out since start, all together.
  uint64_t carried_out() const { return carried_out_; }

 private:
  struct Slot {
    Duty duty;
    bool wanted = true;      // guarded by mutex_
    std::string last_error;  // of the duty's thread: its last outcome, so that a lasting one is logged once
    std::thread thread;
  };
  void walk(Slot& slot);
  void carry_out(Slot& slot);

  std::mutex mutex_;
  std::condition_variable changed_;
  Stop stop_ = false;
  std::atomic<uint64_t> carried_out_ = 0;
  std::vector<Slot> slots_;  // never grows after the threads have begun
};

}  // namespace fvm::steward
