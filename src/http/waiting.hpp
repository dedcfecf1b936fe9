// Connections whose request has not come yet, or not to its end. Where all places are taken, whoever has
// waited longest gives way to a newcomer: many slow clients keep nobody out. For several threads.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

namespace fvm::http {

class Waiting {
 public:
  class Guest {
   public:
    virtual ~Guest() = default;
    virtual void give_way() = 0;  // from any thread; not for long
  };

  // A number by which the guest leaves.
  uint64_t enter(std::weak_ptr<Guest> guest) {
    const std::lock_guard lock(mutex_);
    guests_.emplace(++last_, std::move(guest));
    return last_;
  }
  void leave(uint64_t number) {
    const std::lock_guard lock(mutex_);
    guests_.erase(number);
  }
  // False: nobody waits.
  bool make_room() {
    std::shared_ptr<Guest> first;
    {
      const std::lock_guard lock(mutex_);
      while (!first && !guests_.empty()) {
        first = guests_.begin()->second.lock();
        guests_.erase(guests_.begin());
      }
    }
    if (first) first->give_way();
    return first != nullptr;
  }

 private:
  std::mutex mutex_;
  uint64_t last_ = 0;
  std::map<uint64_t, std::weak_ptr<Guest>> guests_;  // who came first is first
};

}  // namespace fvm::http
