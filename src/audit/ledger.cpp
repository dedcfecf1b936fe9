#include "audit/ledger.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "audit/checkpoint.hpp"
#include "audit/merkle.hpp"
#include "audit/record.hpp"
#include "audit/segments.hpp"
#include "base/log.hpp"
#include "crypto/ed25519.hpp"
#include "crypto/sha256.hpp"

namespace fvm::audit {
namespace {

constexpr std::string_view tables = R"sql(
CREATE TABLE IF NOT EXISTS ledger_head (
  id INTEGER PRIMARY KEY CHECK (id = 1), size INTEGER NOT NULL, hash TEXT NOT NULL, frontier BLOB NOT NULL);
INSERT OR IGNORE INTO ledger_head VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000', x'');
CREATE TABLE IF NOT EXISTS ledger_outbox (seq INTEGER PRIMARY KEY, line TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS migration (
  room TEXT NOT NULL, number INTEGER NOT NULL, sha256 TEXT NOT NULL, PRIMARY KEY (room, number));
)sql";

struct StoredHead {
  uint64_t size = 0;
  std::string hash, frontier;
};

Result<StoredHead> read_head(const store::Database& database) {
  auto statement = TRY(database.prepare("SELECT size, hash, frontier FROM ledger_head WHERE id = 1"));
  if (!TRY(statement.step())) return surroundings("audit.head_damaged");
  return StoredHead{static_cast<uint64_t>(statement.integer(0)), statement.text(1), statement.text(2)};
}

Result<bool> has_tables(const store::Database& database) {
  auto statement = TRY(database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'migration'"));
  return statement.step();
}

// Why the files cannot take a record, as one error that says that nothing was changed.
Error not_writable(const Path& folder, const Error& error) {
  if (error.code == "file.disk_full") return surroundings("audit.disk_full", {{"folder", folder.string()}});
  if (error.code.starts_with("audit.")) return error;
  const std::string_view reason =
      error.code == "file.missing" ? ::strerror(ENOENT) : error.argument("reason");
  return surroundings("audit.not_writable", {{"folder", folder.string()},
                                             {"reason", std::string(reason.empty() ? error.code : reason)}});
}

}  // namespace

void Writer::fact(std::string name, std::string value) {
  for (auto& [known, old] : event_.facts) {
    if (known == name) {
      old = std::move(value);
      return;
    }
  }
  event_.facts.emplace_back(std::move(name), std::move(value));
}

Ledger::Ledger(World& world, Path folder, store::WriteAccess access, store::Database reading, Signer signer,
               Options options)
    : world_(world),
      folder_(std::move(folder)),
      access_(std::move(access)),
      reading_(std::move(reading)),
      signer_(std::move(signer)),
      options_(options),
      segments_(std::make_unique<Segments>(world, folder_, options.segment_records)) {}

Ledger::~Ledger() = default;

Result<std::unique_ptr<Ledger>> Ledger::open(World& world, Path folder, const Path& database_file,
                                             Signer signer, Options options) {
  auto access = TRY(store::WriteAccess::open(database_file));
  auto reading = TRY(store::Database::open_reading(database_file));
  std::unique_ptr<Ledger> ledger(new Ledger(world, std::move(folder), std::move(access), std::move(reading),
                                            std::move(signer), options));
  TRY(ledger->make_tables());
  TRY(ledger->compare_with_files());
  for (const DirectoryEntry& entry : TRY(world.list(ledger->folder_ / "checkpoints"))) {
    ledger->checkpointed_ = std::max(ledger->checkpointed_, checkpoint_size_of(entry.name));
  }
  return ledger;
}

Result<void> Ledger::make_tables() {
  if (TRY(has_tables(access_.database()))) return {};
  TRY(access_.begin());
  if (auto made = access_.run_script(tables); !made.ok()) {
    access_.roll_back();
    return made;
  }
  return access_.commit();
}

// Files and store must tell the same story: an older copy of either, put back, is found here.
Result<void> Ledger::compare_with_files() {
  const StoredHead before = TRY(read_head(access_.database()));
  if (auto drained = drain(); !drained.ok()) {
    if (drained.error().code == "audit.files_behind" || drained.error().code == "audit.file_damaged")
      return drained;
    // Files that cannot be written now: reading stays possible, every write is refused.
    log_error("audit.left_over", drained.error());
    return {};
  }
  const Descriptor lock = TRY(segments_->lock());
  const Tail tail = TRY(segments_->tail());
  const StoredHead after = TRY(read_head(access_.database()));
  const Arguments facts = {{"folder", folder_.string()},
                           {"files", std::to_string(tail.seq)},
                           {"store", std::to_string(after.size)}};
  if (tail.seq < before.size) return surroundings("audit.files_behind", facts);
  if (tail.seq > after.size) return surroundings("audit.files_ahead", facts);
  if (tail.seq == after.size && tail.hash != after.hash) return surroundings("audit.files_differ", facts);
  return {};
}

Result<void> Ledger::write_erased(Event event, const std::function<Result<void>(Writer&)>& body) {
  if (writing_ == std::this_thread::get_id()) return defect("audit.nested_write", {{"action", event.action}});
  const std::lock_guard<std::mutex> guard(mutex_);
  if (auto can = ready(); !can.ok()) return not_writable(folder_, can.error());
  TRY(access_.begin());
  writing_ = std::this_thread::get_id();
  auto done = in_transaction(event, body);
  writing_ = std::thread::id();
  if (!done.ok()) {
    access_.roll_back();
    return done;
  }
  crash_point("audit.after_commit");
  // The change and its record are durable now; a file that fails here is caught up by the next write, or
  // stops it.
  if (auto drained = drain(); !drained.ok()) {
    log_error("audit.left_over", drained.error());
  } else {
    crash_point("audit.after_append");
    checkpoint_if_due();
  }
  return {};
}

Result<void> Ledger::in_transaction(Event& event, const std::function<Result<void>(Writer&)>& body) {
  const Time now = world_.now();
  Writer writer(access_, event, now);
  TRY(body(writer));
  TRY(insert_record(event, now));
  for (const Event& each : writer.more_) TRY(insert_record(each, now));
  crash_point("audit.before_commit");
  return access_.commit();
}

Result<void> Ledger::insert_record(const Event& event, Time now) {
  const StoredHead head = TRY(read_head(access_.database()));
  Frontier frontier = TRY(Frontier::from_bytes(head.size, head.frontier));
  const Record record = TRY(make_record(head.size + 1, now, event, head.hash));
  frontier.add(merkle_leaf(record.line));
  const std::string bytes = frontier.to_bytes();
  TRY(access_.execute("DELETE FROM ledger_outbox WHERE seq <= ?", appended_));
  TRY(access_.execute("INSERT INTO ledger_outbox (seq, line) VALUES (?, ?)", head.size + 1, record.line));
  return access_.execute("UPDATE ledger_head SET size = ?, hash = ?, frontier = ? WHERE id = 1",
                         head.size + 1, record.hash, store::Blob{bytes});
}

Result<void> Ledger::record(Event event) {
  return write_erased(std::move(event), [](Writer&) -> Result<void> { return {}; });
}

Result<void> Ledger::ready() {
  TRY(drain());
  return segments_->reserve(appended_ + 1);
}

// Appends what is committed and not yet in the files. Whoever holds the file lock does it for everybody.
Result<void> Ledger::drain() {
  const Descriptor lock = TRY(segments_->lock());
  const Tail tail = TRY(segments_->tail());
  appended_ = tail.seq;
  std::vector<Pending> lines;
  auto statement = TRY(
      access_.database().prepare("SELECT seq, line FROM ledger_outbox WHERE seq > ? ORDER BY seq", tail.seq));
  while (TRY(statement.step())) {
    lines.push_back({static_cast<uint64_t>(statement.integer(0)), statement.text(1)});
  }
  if (lines.empty() && !tail.torn.empty())
    return surroundings("audit.file_damaged", {{"file", folder_.string()}});
  if (lines.empty()) return {};
  if (lines.front().seq != tail.seq + 1) {
    return surroundings("audit.files_behind", {{"folder", folder_.string()},
                                               {"files", std::to_string(tail.seq)},
                                               {"store", std::to_string(lines.back().seq)}});
  }
  TRY(segments_->append(tail, lines));
  appended_ = lines.back().seq;
  return {};
}

Result<void> Ledger::migrate(std::string_view room, const std::vector<std::string_view>& scripts) {
  auto known =
      TRY(reading_.prepare("SELECT number, sha256 FROM migration WHERE room = ? ORDER BY number", room));
  size_t done = 0;
  while (TRY(known.step())) {
    const auto number = static_cast<size_t>(known.integer(0));
    const Arguments facts = {{"room", std::string(room)}, {"number", std::to_string(number)}};
    if (number > scripts.size()) return surroundings("store.newer_schema", facts);
    if (known.text(1) != crypto::sha256_hex(scripts[number - 1]))
      return defect("store.migration_changed", facts);
    done = number;
  }
  known.reset();
  if (done == scripts.size()) return {};
  Event event{.actor = "fvm",
              .action = "store.migrated",
              .subject = std::string(room),
              .facts = {{"to", std::to_string(scripts.size())}}};
  auto migrated = write(std::move(event), [&](Writer& writer) -> Result<void> {
    auto count = TRY(writer.database().prepare("SELECT count(*) FROM migration WHERE room = ?", room));
    TRY(count.step());
    // Another program may have been first: then there is nothing to do, and the error undoes the event.
    if (static_cast<size_t>(count.integer(0)) != done) return refused("store.migrated_already");
    count.reset();  // a statement that is under way would lock the tables that a script drops
    for (size_t i = done; i < scripts.size(); ++i) {
      TRY(access_.run_script(scripts[i]));
      TRY(access_.execute("INSERT INTO migration (room, number, sha256) VALUES (?, ?, ?)", room, i + 1,
                          crypto::sha256_hex(scripts[i])));
    }
    return {};
  });
  if (!migrated.ok() && migrated.error().code == "store.migrated_already") return migrate(room, scripts);
  return migrated;
}

Result<Head> Ledger::head() {
  const std::lock_guard<std::mutex> guard(mutex_);
  const StoredHead head = TRY(read_head(access_.database()));
  return Head{head.size, head.hash, checkpointed_};
}

Result<std::string> Ledger::checkpoint() {
  const std::lock_guard<std::mutex> guard(mutex_);
  return checkpoint_locked();
}

Result<std::string> Ledger::checkpoint_locked() {
  if (!signer_) return surroundings("audit.no_signer");
  TRY(drain());
  const StoredHead head = TRY(read_head(access_.database()));
  const Frontier frontier = TRY(Frontier::from_bytes(head.size, head.frontier));
  const Path file = folder_ / "checkpoints" / checkpoint_file_name(head.size);
  if (world_.exists(file)) return world_.read_file(file, record_bytes_max);
  const std::string text = checkpoint_text(head.size, frontier.root());
  const Signed by = TRY(signer_(text));
  if (!crypto::verify(by.public_key, std::string(checkpoint_origin) + "\n" + text, by.signature)) {
    return surroundings("audit.signature_wrong");
  }
  const std::string note = checkpoint_note(text, by);
  TRY(world_.make_directories(file.parent_path(), 0700));
  auto created = world_.create_file(file, note, 0600);
  if (!created.ok() && created.error().code != "file.exists") return created.error();
  checkpointed_ = head.size;
  return note;
}

// While the keeper is down, checkpoints wait; records go on, and the keeper is asked again now and then.
void Ledger::checkpoint_if_due() {
  if (!signer_ || appended_ < std::max(checkpointed_ + options_.checkpoint_interval_records, ask_signer_at_))
    return;
  if (auto made = checkpoint_locked(); !made.ok()) {
    log_error("audit.checkpoint_waits", made.error());
    ask_signer_at_ = appended_ + options_.checkpoint_interval_records / 10 + 1;
  }
}

}  // namespace fvm::audit
