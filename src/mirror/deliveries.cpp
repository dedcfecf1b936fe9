#include "mirror/deliveries.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <future>

#include "audit/ledger.hpp"
#include "base/log.hpp"
#include "base/running.hpp"
#include "catalogue/catalogue.hpp"
#include "crypto/encoding.hpp"
#include "crypto/sha256.hpp"
#include "lake/table.hpp"
#include "mirror/plan.hpp"
#include "mirror/store.hpp"
#include "mirror/table_lock.hpp"
#include "mirror/taking.hpp"
#include "mirror/worker.hpp"

namespace fvm::mirror {
namespace {

// What changes when somebody writes to a file or puts another in its place.
struct FileState {
  ino_t number = 0;
  off_t bytes = 0;
  timespec changed{};
  bool operator==(const FileState& other) const {
    return number == other.number && bytes == other.bytes && changed.tv_sec == other.changed.tv_sec &&
           changed.tv_nsec == other.changed.tv_nsec;
  }
};

std::vector<FileState> states_of(const Request& request) {
  std::vector<FileState> states;
  for (const Path& path : request.files) {
    struct stat facts{};
    if (::stat(path.c_str(), &facts) != 0) facts = {};
    states.push_back({facts.st_ino, facts.st_size, facts.st_ctim});
  }
  return states;
}

// The record says which bytes came: what was read must be what was hashed, however long it waited in between.
Result<void> still_the_same(const Request& request, const std::vector<FileState>& before) {
  const auto now = states_of(request);
  for (size_t i = 0; i < now.size(); ++i) {
    if (!(now[i] == before[i])) return usage("deliver.file_changed", {{"file", request.files[i].string()}});
  }
  return {};
}

// Files with their sizes; not hashed yet. Only files that can be read twice.
Result<std::vector<InputFile>> look_at_files(const Request& request) {
  std::vector<InputFile> files;
  for (const Path& path : request.files) {
    struct stat facts{};
    if (::stat(path.c_str(), &facts) != 0)
      return errno == ENOENT ? surroundings("file.missing", {{"file", path.string()}})
                             : system_error("look at " + path.string(), errno);
    if (!S_ISREG(facts.st_mode)) return usage("deliver.not_a_file", {{"file", path.string()}});
    files.push_back({std::filesystem::absolute(path).string(), {}, static_cast<uint64_t>(facts.st_size)});
  }
  return files;
}

Result<std::vector<InputFile>> hash_files(std::vector<InputFile> files) {
  for (InputFile& file : files) {
    const auto digest = TRY(crypto::sha256_of_file(file.path));
    file.sha256 = crypto::to_hex(digest.sha256);
    file.bytes = digest.bytes;
  }
  return files;
}

// Hashes while the worker reads: a second and a half for each gigabyte that nobody has to wait for.
class Hashing {
 public:
  explicit Hashing(const std::vector<InputFile>& files)
      : files_(std::async(std::launch::async, hash_files, files)) {}
  Result<std::vector<InputFile>> finish() { return files_.get(); }

 private:
  std::future<Result<std::vector<InputFile>>> files_;
};

Result<catalogue::Table> find_table(const store::Database& database, const std::string& name) {
  const catalogue::Catalogue catalogue = TRY(catalogue::load(database));
  if (const catalogue::Table* table = catalogue.find(name)) return *table;
  std::vector<std::string> names;
  for (const catalogue::Table& table : catalogue.tables) names.push_back(table.full_name());
  return usage("catalogue.unknown_table", {{"table", name}, {"advice", catalogue::nearest(name, names)}});
}

Result<std::vector<std::string>> existing_files(const Taking& taking, Mode mode) {
  std::vector<std::string> paths;
  if (mode != Mode::upsert) return paths;
  for (const auto& [path, file] : TRY(taking.lake().snapshot()).files) paths.push_back(path);
  return paths;
}

// A delivery whose worker or surroundings failed: nothing of it stays but its record.
Error give_up(Taking& taking, int64_t number, Error error, const std::string& actor) {
  const Status status =
      error.kind == Kind::usage || error.kind == Kind::refused ? Status::refused : Status::failed;
  // What happened counts more than that it could not be written down: the next delivery tidies up.
  const auto ended = taking.end(number, status, {}, -1, actor);
  if (!ended.ok()) log_error("delivery left open", ended.error());
  const auto removed = taking.remove_staging(number);
  if (!removed.ok()) log_error("staging left", removed.error());
  return std::move(error).with("number", std::to_string(number));
}

Result<void> record_hashes(Taking& taking, int64_t number, Hashing& hashing, const std::string& actor) {
  const auto files = TRY(hashing.finish());
  return taking.hashed(number, files, actor);
}

}  // namespace

std::string sentence(const Finding& finding, Language language) {
  return message(language, finding.rule,
                 {{"file", finding.file},
                  {"line", std::to_string(finding.line)},
                  {"column", finding.column},
                  {"shape", finding.shape},
                  {"advice", finding.advice.empty() ? "–" : finding.advice}});
}

// Nothing is done, and that is written down.
Result<Delivered> Deliveries::recognised(const std::string& table, int64_t number, const std::string& actor) {
  TRY(ledger_.record(
      {actor, "delivery.recognised", "delivery " + std::to_string(number), {{"table", table}}}));
  Delivered same = TRY(read_delivery(ledger_.database(), number));
  same.already = true;
  return same;
}

Result<Delivered> Deliveries::deliver(const Request& request, const OnProgress& told_caller) {
  Taking taking(world_, instance_, ledger_, TRY(find_table(ledger_.database(), request.table)));
  JobNote note(world_, instance_.jobs(), {.kind = "delivery", .subject = taking.name(), .unit = "bytes"});
  const OnProgress on_progress = [&](const Progress& at) {
    note.tell(at.what, at.bytes, at.bytes_total, at.rows);
    told_caller(at);
  };
  if (request.mode == Mode::upsert && taking.table().key.empty())
    return usage("deliver.no_key", {{"table", taking.name()}});
  auto files = TRY(look_at_files(request));
  const auto before = states_of(request);
  const TableLock lock =
      TRY(TableLock::take(instance_.run(), taking.name(), [&] { on_progress({.what = "waiting"}); }));
  TRY(taking.recover());
  if (const int64_t held = TRY(held_delivery(ledger_.database(), taking.name())); held != 0)
    return usage("deliver.held_first", {{"table", taking.name()}, {"number", std::to_string(held)}});
  if (TRY(taking.may_stand(files))) {
    on_progress({.what = "hashing"});
    files = TRY(hash_files(std::move(files)));
    if (const int64_t number = TRY(taking.already(request, files)); number != 0)
      return recognised(taking.name(), number, request.actor);
  }
  TRY(taking.prepare(request.mode));
  const int64_t number = TRY(taking.record(request, files));
  crash_point("deliver.recorded");
  const auto existing = TRY(existing_files(taking, request.mode));
  Workbench bench{world_, instance_, settings_, taking.lake().folder(), taking.staging(number)};
  std::optional<Hashing> hashing;
  if (files.front().sha256.empty()) hashing.emplace(files);
  auto worked = run_ingest(bench, taking.table(), request, existing, number, on_progress);
  const auto known = hashing ? record_hashes(taking, number, *hashing, request.actor) : Result<void>();
  if (!worked.ok()) return give_up(taking, number, std::move(worked.error()), request.actor);
  if (!known.ok()) return give_up(taking, number, known.error(), request.actor);
  if (auto same = still_the_same(request, before); !same.ok())
    return give_up(taking, number, std::move(same.error()), request.actor);
  Plan& plan = *worked;
  if (plan.unreadable || plan.too_many_bad) {
    TRY(taking.keep_set_aside(number, plan));
    TRY(taking.end(number, Status::refused, plan, -1, request.actor));
    TRY(taking.remove_staging(number));
    return read_delivery(ledger_.database(), number);
  }
  auto odd = TRY(taking.oddities(settings_, request.mode, plan));
  if (!odd.empty()) {
    std::move(plan.findings.begin(), plan.findings.end(), std::back_inserter(odd));
    plan.findings = std::move(odd);
    TRY(taking.planned(number, Status::held, plan, request.actor));
    return read_delivery(ledger_.database(), number);
  }
  TRY(taking.planned(number, Status::ingested, plan, request.actor));
  crash_point("deliver.ingested");
  auto finished = taking.finish(number, request.mode, plan, request.actor);
  if (!finished.ok()) return std::move(finished.error()).with("number", std::to_string(number));
  TRY(taking.remove_staging(number));
  return read_delivery(ledger_.database(), number);
}

}  // namespace fvm::mirror
