#include "base/running.hpp"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>
#include <fstream>

namespace fvm {
namespace {

namespace json = boost::json;

constexpr int64_t told_every_microseconds = 500'000;
constexpr uint64_t note_bytes_max = 4096;
constexpr std::string_view ending = ".json";

json::object to_json(const RunningJob& job) {
  return {{"kind", job.kind},
          {"subject", job.subject},
          {"step", job.step},
          {"unit", job.unit},
          {"done", job.done},
          {"total", job.total},
          {"rows", job.rows},
          {"began", job.began.microseconds},
          {"told", job.told.microseconds},
          {"pid", job.pid}};
}

// Throws what Boost.JSON throws on another shape.
RunningJob from_json(const json::value& note) {
  const auto text = [&](const char* name) { return std::string(note.at(name).as_string()); };
  const auto number = [&](const char* name) { return note.at(name).to_number<uint64_t>(); };
  return {.kind = text("kind"),
          .subject = text("subject"),
          .step = text("step"),
          .unit = text("unit"),
          .done = number("done"),
          .total = number("total"),
          .rows = number("rows"),
          .began = {note.at("began").to_number<int64_t>()},
          .told = {note.at("told").to_number<int64_t>()},
          .pid = note.at("pid").to_number<int64_t>()};
}

std::optional<RunningJob> read_note(World& world, const Path& file) {
  const auto text = world.read_file(file, note_bytes_max);
  boost::system::error_code error;
  if (!text.ok()) return std::nullopt;  // it has ended meanwhile
  const json::value note = json::parse(*text, error);
  try {
    if (error) return std::nullopt;
    return from_json(note);
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

bool is_alive(int64_t pid) {
  return ::kill(static_cast<pid_t>(pid), 0) == 0 || errno == EPERM;
}

struct Noted {
  Path file;
  RunningJob job;
};
std::vector<Noted> notes_in(World& world, const Path& folder) {
  std::vector<Noted> out;
  const auto files = world.list(folder);
  if (!files.ok()) return out;  // nothing has run yet
  for (const DirectoryEntry& each : *files) {
    if (!each.name.ends_with(ending)) continue;
    if (auto job = read_note(world, folder / each.name)) out.push_back({folder / each.name, std::move(*job)});
  }
  return out;
}

}  // namespace

JobNote::JobNote(World& world, Path folder, RunningJob about)
    : world_(world), folder_(std::move(folder)), job_(std::move(about)) {
  constexpr unsigned folder_mode = 0700;
  if (!world_.make_directories(folder_, folder_mode).ok()) return;
  for (const Noted& each : notes_in(world_, folder_)) {
    if (!is_alive(each.job.pid)) (void)world_.remove(each.file).ok();
  }
  file_ = folder_ / (random_hex(world_, 8) + std::string(ending));
  job_.began = world_.now();
  job_.pid = ::getpid();
  write();
}

JobNote::~JobNote() {
  if (!file_.empty()) (void)world_.remove(file_).ok();
}

void JobNote::tell(std::string_view step, uint64_t done, uint64_t total, uint64_t rows) {
  job_.step = step, job_.done = done, job_.total = total, job_.rows = rows;
  if (!file_.empty() && world_.now().microseconds - job_.told.microseconds >= told_every_microseconds)
    write();
}

// Whole or not at all, but not durable: nobody misses it after a crash.
void JobNote::write() {
  job_.told = world_.now();
  const Path made = file_.string() + ".new";
  {
    std::ofstream out(made);
    out << json::serialize(to_json(job_));
  }
  ::rename(made.c_str(), file_.c_str());
}

std::vector<RunningJob> running_jobs(World& world, const Path& folder) {
  std::vector<RunningJob> out;
  for (Noted& each : notes_in(world, folder)) {
    if (is_alive(each.job.pid)) out.push_back(std::move(each.job));
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.began < b.began; });
  return out;
}

}  // namespace fvm
