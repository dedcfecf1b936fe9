#include "steward/outlooks.hpp"

#include <sys/eventfd.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/log.hpp"
#include "enclave/service.hpp"
#include "identity/service.hpp"
#include "release/service.hpp"
#include "wire/tables.hpp"

namespace fvm::steward {
namespace {

constexpr int64_t second = 1'000'000;

}  // namespace

Outlooks::Outlooks(World& world, const config::Instance& instance, const config::Config& config)
    : world_(world),
      instance_(instance),
      config_(config),
      readers_(instance.store_file()),
      ended_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  threads_.emplace_back([this] { watch(); });
  for (size_t i = 0; i < outbox_scans_at_once_max; ++i) threads_.emplace_back([this] { scan(); });
}

Outlooks::~Outlooks() {
  (void)::eventfd_write(ended_.get(), 1);
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
    changed_.notify_all();
  }
  callers_.hang_up();
  for (std::thread& thread : threads_) thread.join();
}

void Outlooks::watch() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    wanted_ = false;
    lock.unlock();
    look_at_all();
    lock.lock();
    changed_.wait_for(lock, outbox_look_interval, [this] { return stop_ || wanted_; });
  }
}

// Which outboxes are watched: of open sessions, and of who asked lately and still may. A store that cannot be
// read now can be the next time: the duties log it.
Result<void> Outlooks::follow_sessions() {
  const auto lent = TRY(readers_.lend());
  const store::Database& store = lent;
  const auto open = TRY(enclave::list(store, {}, true));
  const Time now = world_.now();
  const std::lock_guard lock(mutex_);
  for (auto& [place, box] : boxes_) box.in_session = false;
  for (const enclave::Session& session : open) {
    const Place place(session.project, session.user);
    if (boxes_.contains(place) || boxes_.size() < outboxes_max) boxes_[place].in_session = true;
  }
  std::erase_if(boxes_, [&](const auto& each) {
    const auto& [place, box] = each;
    if (box.in_session) return false;
    return now.microseconds - box.asked.microseconds > outbox_asked_seconds * second ||
           !release::may_stage(store, now, place.second, place.first).ok();
  });
  return {};
}

void Outlooks::look_at_all() {
  (void)follow_sessions().ok();
  std::vector<Place> places;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [place, box] : boxes_) places.push_back(place);
  }
  for (const Place& place : places) look(place);
}

// Only this thread takes boxes away and holds folders, so a box stays while it is looked at.
void Outlooks::look(const Place& place) {
  bool held = false, first = false;
  {
    const std::lock_guard lock(mutex_);
    held = boxes_.at(place).folder.has_value();
    first = boxes_.at(place).looks == 0;
  }
  wire::StorageHold folder;
  auto found = [&]() -> Result<release::Outbox> {
    if (!held) folder = TRY(release::hold_folder(world_, instance_, place.first));
    // What a steward that was killed has left there.
    if (first) TRY(world_.remove_tree(release::copies_of(instance_, place.first, place.second)));
    return release::list_outbox(instance_.project_outbox(place.first, place.second));
  }();
  const std::lock_guard lock(mutex_);
  Box& box = boxes_.at(place);
  if (folder) box.folder = std::move(folder);
  box.why = found.ok() ? std::nullopt : std::optional(found.error());
  if (found.ok()) merge(box, std::move(*found));
  ++box.looks;
  changed_.notify_all();
}

// What has the same stamp is known; all else is new.
void Outlooks::merge(Box& box, release::Outbox found) {
  std::vector<Entry> entries;
  for (release::Staged& staged : found.files) {
    const auto same = std::find_if(box.entries.begin(), box.entries.end(), [&](const Entry& entry) {
      return entry.progress != Progress::changed && entry.staged.name == staged.name &&
             entry.staged.stamp == staged.stamp;
    });
    entries.push_back(same == box.entries.end() ? Entry{.staged = std::move(staged)} : std::move(*same));
  }
  box.entries = std::move(entries);
  box.left_out = found.left_out;
}

// A file of the outbox that has waited longest for its turn.
std::optional<Outlooks::Task> Outlooks::next_task() {
  const Time now = world_.now();
  Box* box = nullptr;
  Entry* entry = nullptr;
  const Place* place = nullptr;
  for (auto& [at, each] : boxes_) {
    if (box != nullptr && box->served <= each.served) continue;
    const auto ready = std::find_if(each.entries.begin(), each.entries.end(), [&](const Entry& one) {
      const bool due = one.progress == Progress::waiting || one.progress == Progress::failed;
      return one.staged.is_file && due && one.not_before.microseconds <= now.microseconds;
    });
    if (ready != each.entries.end()) box = &each, entry = &*ready, place = &at;
  }
  if (box == nullptr) return std::nullopt;
  box->served = ++scans_;
  entry->progress = Progress::at_work;
  return Task{*place, entry->staged};
}

void Outlooks::scan() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    const auto task = next_task();
    if (!task) {
      changed_.wait_for(lock, outbox_idle_max);
      continue;
    }
    lock.unlock();
    const auto seen = [&]() -> Result<release::File> {
      const auto lent = TRY(readers_.lend());
      return release::see(foresight(), lent, task->place.first, task->place.second, task->staged,
                          [&](const release::File& file) { note_so_far(*task, file); });
    }();
    lock.lock();
    finish(*task, seen);
  }
}

// The file may have been written to, or gone, in the meantime: then its entry is another.
std::vector<Outlooks::Entry*> Outlooks::entries_of(const Task& task) {
  std::vector<Entry*> out;
  const auto box = boxes_.find(task.place);
  if (box == boxes_.end()) return out;
  for (Entry& entry : box->second.entries) {
    if (entry.staged.name == task.staged.name && entry.staged.stamp == task.staged.stamp)
      out.push_back(&entry);
  }
  return out;
}

void Outlooks::note_so_far(const Task& task, const release::File& file) {
  const std::lock_guard lock(mutex_);
  for (Entry* entry : entries_of(task)) entry->so_far = file;
}

void Outlooks::finish(const Task& task, const Result<release::File>& seen) {
  for (Entry* each : entries_of(task)) {
    Entry& entry = *each;
    entry.why.reset();
    entry.so_far.reset();
    if (seen.ok()) {
      entry.file = *seen;
      entry.progress = Progress::seen;
    } else if (seen.error().code == "release.changed_meanwhile") {
      entry.progress = Progress::changed;  // the next look begins anew
    } else {
      entry.why = seen.error();
      entry.progress = Progress::failed;
      entry.not_before = {world_.now().microseconds + outbox_retry_seconds * second};
    }
  }
}

void Outlooks::take(wire::Connection caller, wire::AskOutlook asked) {
  callers_.tell(std::move(caller), "outlook not told",
                [this, asked = std::move(asked)] { return tell(asked); });
}

Result<std::string> Outlooks::tell(const wire::AskOutlook& asked) {
  const auto lent = TRY(readers_.lend());
  const store::Database& store = lent;
  TRY(release::may_stage(store, world_.now(), asked.user, asked.project));
  const Place place(asked.project, TRY(identity::find_user(store, asked.user)).name);
  size_t left_out = 0;
  auto looked = TRY(copy_of(place, left_out));
  const auto document = TRY(
      release::outbox_json(foresight(), store, place.first, place.second, looked, left_out, asked.together));
  const std::lock_guard lock(mutex_);
  const auto box = boxes_.find(place);
  for (const release::Seen& each : looked) {
    if (each.file || each.why || box == boxes_.end()) continue;
    for (Entry& entry : box->second.entries) {  // forgotten, or of data that are no longer the project's
      if (entry.progress == Progress::seen && entry.staged.name == each.staged.name)
        entry.progress = Progress::waiting;
    }
  }
  return boost::json::serialize(document);
}

// As it is now: whoever asks first waits for the first look, so that he sees at least the names.
Result<std::vector<release::Seen>> Outlooks::copy_of(const Place& place, size_t& left_out) {
  std::unique_lock lock(mutex_);
  if (!boxes_.contains(place) && boxes_.size() >= outboxes_max) return surroundings("release.outlook_busy");
  boxes_[place].asked = world_.now();
  const size_t before = boxes_[place].looks;
  wanted_ = true;
  changed_.notify_all();
  changed_.wait_for(lock, outbox_first_look_max, [&] {
    const auto box = boxes_.find(place);
    return stop_ || box == boxes_.end() || box->second.looks > before;
  });
  const auto box = boxes_.find(place);
  if (box == boxes_.end()) return surroundings("release.outlook_busy");
  if (box->second.why) return *box->second.why;
  if (box->second.looks == 0)
    return surroundings("release.outlook_busy");  // nothing is known, not even names
  std::vector<release::Seen> out;
  for (const Entry& entry : box->second.entries) {
    release::Seen looked{.staged = entry.staged, .file = {}, .why = entry.why};
    if (entry.progress == Progress::seen) looked.file = entry.file;
    if (entry.progress == Progress::at_work) looked.so_far = entry.so_far;
    out.push_back(std::move(looked));
  }
  left_out = box->second.left_out;
  return out;
}

}  // namespace fvm::steward
