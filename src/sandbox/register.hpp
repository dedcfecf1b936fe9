// The jobs that run now, so that they can be ended by name. Safe from several threads.
#pragma once

#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/descriptor.hpp"
#include "base/result.hpp"
#include "wire/messages.hpp"

namespace fvm::sandbox {

class Register {
 public:
  // A job's place, from before its start to after its end.
  class Entry {
   public:
    ~Entry();
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    int ended() const { return ended_.get(); }  // becomes readable when the job is to end

   private:
    friend class Register;
    Entry(Register& in, const wire::Launch& launch, Descriptor ended);
    Register& register_;
    const wire::Launch& launch_;
    Descriptor ended_;
    std::list<Entry*>::iterator place_;
  };
  // "sandbox.too_many" when `jobs_max` run. `launch` outlives the entry.
  Result<std::unique_ptr<Entry>> enter(const wire::Launch& launch, size_t jobs_max);
  // Tells those jobs to end; how many.
  size_t end(const wire::EndJobs& which);
  // Waits until none of them runs any more; false after `milliseconds`.
  bool wait_until_gone(const wire::EndJobs& which, int milliseconds);

 private:
  static bool is_one(const Entry& entry, const wire::EndJobs& which);
  std::mutex mutex_;
  std::condition_variable left_;
  std::list<Entry*> entries_;
};

// The value of `name` in NAME=value settings; empty when there is none.
std::string_view setting_in(const wire::Launch& launch, std::string_view name);

}  // namespace fvm::sandbox
