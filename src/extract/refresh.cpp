#include "extract/refresh.hpp"

#include <algorithm>
#include <fstream>
#include <mutex>
#include <thread>

#include "extract/job.hpp"
#include "extract/look.hpp"
#include "extract/store.hpp"

namespace fvm::extract {
namespace {

constexpr uint64_t kib_per_mib = 1024;

// What the kernel thinks can be had without swapping; plenty where it does not tell.
uint64_t free_memory_mib() {
  std::ifstream in("/proc/meminfo");
  for (std::string name; in >> name;) {
    uint64_t kib = 0;
    if (name == "MemAvailable:" && in >> kib) return kib / kib_per_mib;
  }
  return UINT64_MAX;
}

// The open, valid and built projects that may be behind, the oldest data first.
Result<std::vector<std::string>> in_order(const Setting& setting, const Refreshing& refreshing,
                                          Refreshed& sum) {
  const auto numbers = TRY(list_projects(setting.ledger.database()));
  if (numbers.empty()) return numbers;  // a new instance has no catalogue either
  std::vector<std::pair<int64_t, std::string>> found;
  const int64_t lately = setting.world.now().microseconds - refreshing.patience_microseconds;
  const auto catalogue = TRY(newest_catalogue(setting));
  for (const std::string& number : numbers) {
    const Project project = TRY(open_project(setting.ledger.database(), number));
    if (!may_be_used(project, setting.world.now()).ok()) continue;
    const auto failed = TRY(failed_at(setting.ledger.database(), number));
    if (failed && failed->microseconds > lately) continue;
    if (TRY(is_surely_fresh(setting, project, catalogue))) {
      ++sum.up_to_date;
      if (refreshing.on_project)
        refreshing.on_project(
            number, Built{.version = project.version, .up_to_date = true, .persons = project.persons});
      continue;
    }
    found.emplace_back(project.built.microseconds, number);
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> out;
  for (auto& [built, number] : found) out.push_back(std::move(number));
  return out;
}

// Hands out the projects one by one and adds up what came of them.
class Queue {
 public:
  Queue(std::vector<std::string> numbers, const Refreshing& refreshing, Refreshed sum)
      : numbers_(std::move(numbers)), refreshing_(refreshing), sum_(sum) {}

  // The next project; empty when there is none, or when it is time to stop.
  std::string next() {
    const std::lock_guard lock(mutex_);
    if (refreshing_.stop != nullptr && *refreshing_.stop) return {};
    return at_ < numbers_.size() ? numbers_[at_++] : std::string();
  }
  void ended(const std::string& number, const Result<Built>& built) {
    const std::lock_guard lock(mutex_);
    size_t& count = !built.ok() ? sum_.failed : built->up_to_date ? sum_.up_to_date : sum_.built;
    ++count;
    if (refreshing_.on_project) refreshing_.on_project(number, built);
  }
  void failed_to_open(Error error) {
    const std::lock_guard lock(mutex_);
    if (!error_) error_ = std::move(error);
  }
  size_t size() const { return numbers_.size(); }
  // An error only if it kept projects from being tried at all.
  Result<Refreshed> sum() const {
    if (error_ && at_ == 0) return *error_;
    return sum_;
  }

 private:
  std::vector<std::string> numbers_;
  const Refreshing& refreshing_;
  std::mutex mutex_;
  size_t at_ = 0;
  Refreshed sum_;
  std::optional<Error> error_;
};

void work(const Setting& setting, const Refreshing& refreshing, Queue& queue) {
  const auto ledger = refreshing.open_ledger();
  if (!ledger.ok()) return queue.failed_to_open(ledger.error());
  const Setting own{setting.world, setting.instance, setting.config, **ledger, setting.actor, {}};
  for (std::string number = queue.next(); !number.empty(); number = queue.next()) {
    queue.ended(number, build_project(own, number, When::if_changed));
  }
}

}  // namespace

size_t projects_at_a_time(const config::Config::Build& settings, size_t processors, uint64_t free_mib) {
  const uint64_t by_memory = free_mib / std::max<uint64_t>(settings.memory_mib, 1);
  uint64_t fitting = std::min<uint64_t>(std::max<size_t>(processors, 1), by_memory);
  if (settings.projects_at_a_time > 0) fitting = std::min<uint64_t>(fitting, settings.projects_at_a_time);
  return std::max<uint64_t>(fitting, 1);
}

Result<Refreshed> refresh_stale(const Setting& setting, const Refreshing& refreshing) {
  Refreshed fresh;
  auto numbers = TRY(in_order(setting, refreshing, fresh));
  Queue queue(std::move(numbers), refreshing, fresh);
  const size_t at_a_time =
      projects_at_a_time(setting.config.build, std::thread::hardware_concurrency(), free_memory_mib());
  {
    std::vector<std::jthread> threads;
    for (size_t i = 0; i < std::min(at_a_time, queue.size()); ++i) {
      threads.emplace_back([&] { work(setting, refreshing, queue); });
    }
  }
  return queue.sum();
}

}  // namespace fvm::extract
