// Watches the outboxes of open sessions, and for a while those that somebody asks for: what stands there is
// scanned in the sandbox as soon as it was saved, so that the user sees what sending it would lead to before
// he sends it (release/outlook.hpp). Everything is in memory: after a restart it is looked at again.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "config/instance.hpp"
#include "release/outlook.hpp"
#include "steward/callers.hpp"
#include "store/readers.hpp"
#include "wire/storage.hpp"

namespace fvm::steward {

// Limits.
inline constexpr std::chrono::milliseconds outbox_look_interval{500};
inline constexpr size_t outboxes_max = 100;  // watched at a time
inline constexpr size_t outbox_scans_at_once_max = 2;
inline constexpr size_t outbox_askers_max = 16;
inline constexpr int64_t outbox_asked_seconds =
    60;                                             // an outbox is watched for so long after it was asked for
inline constexpr int64_t outbox_retry_seconds = 5;  // after surroundings that failed
inline constexpr std::chrono::milliseconds outbox_first_look_max{300};  // an asker waits for it
inline constexpr std::chrono::milliseconds outbox_idle_max{1000};       // of a scan that nobody woke
// Two seconds after saving the answer should be there (0034): what is waited beside scanning is less.
static_assert(outbox_look_interval + outbox_idle_max + outbox_first_look_max < std::chrono::seconds(2));

class Outlooks {
 public:
  Outlooks(World& world, const config::Instance& instance, const config::Config& config);
  ~Outlooks();  // ends the scans; waits for the threads
  Outlooks(const Outlooks&) = delete;
  Outlooks& operator=(const Outlooks&) = delete;

  // Answers in a thread of its own, by wire::answer_table (JSON: docs/outbox.md) or Failure: to members of
  // the project with access, of their own outbox only; "release.outlook_busy" at once.
  void take(wire::Connection caller, wire::AskOutlook asked);

 private:
  enum class Progress { waiting, at_work, seen, changed, failed };
  struct Entry {
    release::Staged staged;
    Progress progress = Progress::waiting;
    release::File file;                   // when seen
    std::optional<release::File> so_far;  // at work: only its rows are still to be compared
    std::optional<Error> why;             // when failed
    Time not_before = {};
  };
  struct Box {
    Time asked = {};
    bool in_session = false;
    wire::StorageHold folder;
    std::vector<Entry> entries;
    size_t left_out = 0, looks = 0;
    uint64_t served = 0;  // when one of its files was last scanned, as a count of scans
    std::optional<Error> why;
  };
  using Place = std::pair<std::string, std::string>;  // project, user
  struct Task {
    Place place;
    release::Staged staged;
  };

  void watch();
  void look_at_all();
  Result<void> follow_sessions();
  void look(const Place& place);
  static void merge(Box& box, release::Outbox found);
  void scan();
  std::optional<Task> next_task();
  std::vector<Entry*> entries_of(const Task& task);
  void note_so_far(const Task& task, const release::File& file);
  void finish(const Task& task, const Result<release::File>& seen);
  Result<std::string> tell(const wire::AskOutlook& asked);
  Result<std::vector<release::Seen>> copy_of(const Place& place, size_t& left_out);
  release::Foresight foresight() { return {world_, instance_, config_, reports_, ended_.get()}; }

  World& world_;
  const config::Instance& instance_;
  const config::Config& config_;
  store::Readers readers_;
  release::Reports reports_;
  Descriptor ended_;  // an eventfd: readable when all is to end
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stop_ = false, wanted_ = false;
  uint64_t scans_ = 0;
  std::map<Place, Box> boxes_;
  Callers callers_{outbox_askers_max, surroundings("release.outlook_busy")};
  std::vector<std::thread> threads_;
};

}  // namespace fvm::steward
