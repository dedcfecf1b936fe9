#include "mirror/deliveries.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <future>

#include "audit/ledger.hpp"
#include "base/log.hpp"
#include "catalogue/catalogue.hpp"
#include "crypto/encoding.hpp"
#include "crypto/sha256.hpp"
#include "lake/table.hpp"
#include "mirror/plan.hpp"
#include "mirror/store.hpp"
#include "mirror/table_lock.hpp"
#include "mirror/worker.hpp"

namespace fvm::mirror {
namespace {

constexpr const char* application = "fvm-delivery";  // of the Delta log's transactions

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

// What is known about a table and one delivery to it.
class Taking {
 public:
  Taking(World& world, const config::Instance& instance, audit::Ledger& ledger, catalogue::Table table)
      : world_(world),
        instance_(instance),
        ledger_(ledger),
        table_(std::move(table)),
        name_(table_.full_name()),
        lake_(world, instance.mirror_table(table_.register_name, table_.name)) {}

  // Finishes or gives up what a crash left behind.
  Result<void> recover() {
    for (const Unfinished& left : TRY(unfinished(ledger_.database(), name_))) {
      if (left.status == Status::ingested) {
        const Plan plan = TRY(plan_of_json(left.plan));
        const auto finished = finish(left.number, left.mode, plan, "fvm");
        // Files that an upsert rewrote were compacted meanwhile: its plan is of no use any more.
        const bool overtaken =
            left.mode == Mode::upsert && !finished.ok() &&
            (finished.error().code == "lake.conflict" || finished.error().code == "lake.bad_commit");
        if (overtaken) TRY(end(left.number, Status::abandoned, {}, -1, "fvm"));
        if (!finished.ok() && !overtaken) return finished.error();
      } else {
        TRY(end(left.number, Status::abandoned, {}, -1, "fvm"));
      }
      TRY(remove_staging(left.number));
    }
    return {};
  }

  // The number of the delivery that already holds this content, or 0. An append may not bring some files
  // again beside new ones: their rows would be doubled.
  Result<int64_t> already(const Request& request, const std::vector<InputFile>& files) {
    const auto standing = TRY(standing_files(ledger_.database(), name_));
    const auto find = [&](const InputFile& file) {
      return std::find_if(standing.rbegin(), standing.rend(),
                          [&](const AcceptedFile& s) { return s.sha256 == file.sha256; });
    };
    size_t known = 0;
    int64_t number = 0;
    const InputFile* first = nullptr;
    for (const InputFile& file : files) {
      const auto found = find(file);
      if (found == standing.rend()) continue;
      ++known;
      number = std::max(number, found->delivery);
      if (first == nullptr) first = &file;
    }
    const int64_t newest = standing.empty() ? 0 : standing.back().delivery;
    const auto same_size = static_cast<size_t>(std::count_if(
        standing.begin(), standing.end(), [&](const AcceptedFile& s) { return s.delivery == newest; }));
    if (request.mode != Mode::append) {  // replacing by what is already newest changes nothing
      const bool whole = known == files.size() && number == newest && same_size == files.size();
      const bool alone = request.mode == Mode::upsert || standing.size() == files.size();
      return whole && alone ? number : 0;
    }
    if (known == files.size()) return number;
    if (known == 0) return int64_t{0};
    return usage("deliver.file_already", {{"file", first->path}, {"number", std::to_string(number)}});
  }

  // Whether some of these may have come before: only then must they be hashed before anything else.
  Result<bool> may_stand(const std::vector<InputFile>& files) {
    const auto standing = TRY(standing_files(ledger_.database(), name_));
    return std::any_of(standing.begin(), standing.end(), [&](const AcceptedFile& before) {
      return std::any_of(files.begin(), files.end(),
                         [&](const InputFile& file) { return file.bytes == before.bytes; });
    });
  }

  Result<void> hashed(int64_t number, const std::vector<InputFile>& files, const std::string& actor) {
    audit::Event event{actor, "delivery.hashed", "delivery " + std::to_string(number), {{"table", name_}}};
    add_hashes(files, event);
    return ledger_.write(std::move(event),
                         [&](audit::Writer& writer) { return set_hashes(writer, number, files); });
  }

  Result<int64_t> record(const Request& request, const std::vector<InputFile>& files) {
    audit::Event event{request.actor,
                       "delivery.started",
                       "",
                       {{"table", name_}, {"mode", std::string(to_text(request.mode))}}};
    add_hashes(files, event);
    return ledger_.write(std::move(event), [&](audit::Writer& writer) -> Result<int64_t> {
      const int64_t number = TRY(insert_delivery(writer, name_, request, files));
      writer.subject("delivery " + std::to_string(number));
      return number;
    });
  }

  Result<void> ingested(int64_t number, Plan& plan, const std::string& actor) {
    for (PlannedFile& file : plan.files) file.name = lake_.new_name();
    const audit::Event event{actor,
                             "delivery.ingested",
                             "delivery " + std::to_string(number),
                             {{"table", name_},
                              {"rows_read", std::to_string(plan.rows_read)},
                              {"rows_rejected", std::to_string(plan.rows_rejected)}}};
    return ledger_.write(event, [&](audit::Writer& writer) { return set_ingested(writer, number, plan); });
  }

  Result<void> end(int64_t number, Status status, const Plan& plan, int64_t version,
                   const std::string& actor) {
    audit::Event event{actor,
                       "delivery." + std::string(to_text(status)),
                       "delivery " + std::to_string(number),
                       {{"table", name_},
                        {"rows_read", std::to_string(plan.rows_read)},
                        {"rows_rejected", std::to_string(plan.rows_rejected)}}};
    if (version >= 0) event.facts.emplace_back("version", std::to_string(version));
    return ledger_.write(
        event, [&](audit::Writer& writer) { return set_done(writer, number, status, plan, version); });
  }

  // Steps 3 to 5; each may have been done before.
  Result<int64_t> finish(int64_t number, Mode mode, const Plan& plan, const std::string& actor) {
    TRY(keep_set_aside(number, plan));
    std::vector<lake::File> files;
    for (const PlannedFile& planned : plan.files) {
      lake::File file = TRY(lake_.adopt(staging(number) / planned.staged, planned.name));
      file.rows = planned.rows;
      file.statistics = planned.statistics;
      file.tags["delivery"] = std::to_string(number);
      files.push_back(std::move(file));
    }
    crash_point("deliver.moved");
    const int64_t version = TRY(commit(number, mode, plan, std::move(files)));
    crash_point("deliver.committed");
    TRY(end(number, Status::accepted, plan, version, actor));
    return version;
  }

  Result<void> keep_set_aside(int64_t number, const Plan& plan) {
    if (!plan.set_aside) return {};
    const Path from = staging(number) / "set_aside.box";
    const Path to = instance_.set_aside() / ("delivery-" + std::to_string(number) + ".box");
    if (world_.exists(from)) TRY(world_.rename(from, to));
    return world_.flush(to);
  }

  Result<void> remove_staging(int64_t number) { return world_.remove_tree(staging(number)); }
  Path staging(int64_t number) const { return lake_.folder() / ".staging" / std::to_string(number); }
  const std::string& name() const { return name_; }
  const catalogue::Table& table() const { return table_; }
  const lake::Table& lake() const { return lake_; }

  // Makes the table at its first delivery; takes in new columns of the catalogue. A column that went away or
  // changed its type needs a replace.
  Result<void> prepare(Mode mode) {
    const lake::Schema wanted = schema_of(table_);
    if (!lake_.exists()) {
      TRY(world_.make_directories(lake_.folder(), 0700));
      const auto made = lake_.create(wanted, {.name = name_, .description = table_.text_en});
      if (!made.ok() && made.error().code != "lake.exists") return made;
    }
    const lake::Snapshot snapshot = TRY(lake_.snapshot());
    for (const lake::Field& field : snapshot.schema.fields) {
      const bool kept = std::find_if(wanted.fields.begin(), wanted.fields.end(), [&](const lake::Field& w) {
                          return w.name == field.name && w.type == field.type;
                        }) != wanted.fields.end();
      if (!kept && mode != Mode::replace)
        return usage("deliver.schema_changed", {{"table", name_}, {"column", field.name}});
    }
    return {};
  }

 private:
  static void add_hashes(const std::vector<InputFile>& files, audit::Event& event) {
    // A record's facts have each its own name.
    for (size_t i = 0; i < files.size(); ++i) {
      if (files[i].sha256.empty()) continue;
      event.facts.emplace_back(i == 0 ? "sha256" : "sha256_" + std::to_string(i + 1), files[i].sha256);
    }
  }

  Result<int64_t> commit(int64_t number, Mode mode, const Plan& plan, std::vector<lake::File> files) {
    const lake::Snapshot snapshot = TRY(lake_.snapshot());
    lake::Commit commit{.read_version = snapshot.version,
                        .reads = mode == Mode::append ? lake::Reads::nothing : lake::Reads::everything,
                        .adds = std::move(files)};
    if (mode == Mode::replace)
      for (const auto& [path, file] : snapshot.files) commit.removes.push_back(path);
    if (mode == Mode::upsert) commit.removes = plan.replaced;
    const lake::Schema wanted = schema_of(table_);
    if (!(wanted == snapshot.schema)) commit.schema = wanted;
    commit.transaction = lake::Transaction{application, number};
    commit.operation = mode == Mode::upsert ? "MERGE" : "WRITE";
    commit.facts = {{"delivery", std::to_string(number)}, {"mode", std::string(to_text(mode))}};
    return TRY(lake_.commit(commit)).version;
  }

  World& world_;
  const config::Instance& instance_;
  audit::Ledger& ledger_;
  catalogue::Table table_;
  std::string name_;
  lake::Table lake_;
};

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

// Nothing is done, and that is written down.
Result<Delivered> Deliveries::recognised(const std::string& table, int64_t number, const std::string& actor) {
  TRY(ledger_.record(
      {actor, "delivery.recognised", "delivery " + std::to_string(number), {{"table", table}}}));
  Delivered same = TRY(read_delivery(ledger_.database(), number));
  same.already = true;
  return same;
}

Result<Delivered> Deliveries::deliver(const Request& request, const OnProgress& on_progress) {
  Taking taking(world_, instance_, ledger_, TRY(find_table(ledger_.database(), request.table)));
  if (request.mode == Mode::upsert && taking.table().key.empty())
    return usage("deliver.no_key", {{"table", taking.name()}});
  auto files = TRY(look_at_files(request));
  const auto before = states_of(request);
  const TableLock lock =
      TRY(TableLock::take(instance_.run(), taking.name(), [&] { on_progress({.what = "waiting"}); }));
  TRY(taking.recover());
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
  TRY(taking.ingested(number, plan, request.actor));
  crash_point("deliver.ingested");
  auto finished = taking.finish(number, request.mode, plan, request.actor);
  if (!finished.ok()) return std::move(finished.error()).with("number", std::to_string(number));
  TRY(taking.remove_staging(number));
  return read_delivery(ledger_.database(), number);
}

}  // namespace fvm::mirror
