#include "sandbox/register.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

namespace fvm::sandbox {

Register::Entry::Entry(Register& in, const wire::Launch& launch, Descriptor ended)
    : register_(in), launch_(launch), ended_(std::move(ended)) {
  place_ = register_.entries_.insert(register_.entries_.end(), this);
}

Register::Entry::~Entry() {
  const std::lock_guard lock(register_.mutex_);
  register_.entries_.erase(place_);
  register_.left_.notify_all();
}

Result<std::unique_ptr<Register::Entry>> Register::enter(const wire::Launch& launch, size_t jobs_max) {
  Descriptor ended(::eventfd(0, EFD_CLOEXEC));
  if (!ended) return system_error("watch a job", errno);
  const std::lock_guard lock(mutex_);
  if (entries_.size() >= jobs_max)
    return surroundings("sandbox.too_many", {{"jobs_max", std::to_string(jobs_max)}});
  return std::unique_ptr<Entry>(new Entry(*this, launch, std::move(ended)));
}

size_t Register::end(const wire::EndJobs& which) {
  size_t ended = 0;
  const std::lock_guard lock(mutex_);
  for (const Entry* entry : entries_) {
    const uint64_t one = 1;
    if (is_one(*entry, which) && ::write(entry->ended(), &one, sizeof one) == sizeof one) ++ended;
  }
  return ended;
}

bool Register::is_one(const Entry& entry, const wire::EndJobs& which) {
  const wire::Launch& launch = entry.launch_;
  if (launch.profile != which.profile || launch.label != which.label) return false;
  return which.user.empty() || setting_in(launch, "USER") == which.user;
}

bool Register::wait_until_gone(const wire::EndJobs& which, int milliseconds) {
  std::unique_lock lock(mutex_);
  return left_.wait_for(lock, std::chrono::milliseconds(milliseconds), [&] {
    return std::none_of(entries_.begin(), entries_.end(),
                        [&](const Entry* entry) { return is_one(*entry, which); });
  });
}

std::string_view setting_in(const wire::Launch& launch, std::string_view name) {
  for (const std::string& setting : launch.environment) {
    const std::string_view text(setting);
    if (text.starts_with(name) && text.substr(name.size()).starts_with('='))
      return text.substr(name.size() + 1);
  }
  return {};
}

}  // namespace fvm::sandbox
