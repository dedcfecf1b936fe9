// The ledger: every change is one record, and no change is possible without one. write() runs its body in one
// SQLite transaction together with the record; after the commit the record is appended to the files in the
// audit folder (ledger-*.jsonl) and made durable. A record that a crash left behind is appended by whoever
// opens the ledger next.
//
// Each record holds the hash of the one before it; checkpoints (signed Merkle roots, RFC 6962 and C2SP
// tlog-checkpoint) fix the whole history. See README.md for the formats and what they prove.
//
// Safe from several threads and several processes at a time: SQLite's write lock orders the records.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <vector>

#include "base/result.hpp"
#include "base/world.hpp"
#include "store/database.hpp"

namespace fvm::audit {

class Segments;

// Limits.
inline constexpr uint64_t record_bytes_max = 64u << 10;

// What happened. `facts` are names and short values: numbers of rows, versions, SHA-256, states. Never an
// identifier of a person; text that looks like a personal number is masked before it is written.
struct Event {
  std::string actor;    // user name, or the program that acts by itself
  std::string action;   // "project.built": room and what was done
  std::string subject;  // what it was done to: a project, delivery or release number
  Arguments facts;
};

// Signs a checkpoint: Ed25519 over "fvm-audit-checkpoint\n" + text. The keeper does it.
struct Signed {
  std::string signature;   // 64 bytes
  std::string public_key;  // 32 bytes
};
using Signer = std::function<Result<Signed>(const std::string& text)>;

// What a body gets: reads and changes inside the transaction, and may add to the record what it found out.
class Writer {
 public:
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // Reads inside the transaction; so functions that take a Database take a Writer.
  const store::Database& database() const { return access_.database(); }
  operator const store::Database&() const { return database(); }  // NOLINT: implicit on purpose

  template <class... Values>
  Result<void> execute(std::string_view sql, const Values&... values) {
    return access_.execute_guarded(sql, values...);
  }
  int64_t changed_rows() const { return access_.changed_rows(); }
  int64_t last_row() const { return access_.last_row(); }

  Time now() const { return now_; }  // the time that the record will carry
  void subject(std::string subject) { event_.subject = std::move(subject); }
  void fact(std::string name, std::string value);  // replaces a fact of the same name
  // One more record of the same transaction, after its own: where one decision changes many things at once,
  // and each is a step by itself. All are kept, or none.
  void also(Event event) { more_.push_back(std::move(event)); }

 private:
  friend class Ledger;
  Writer(store::WriteAccess& access, Event& event, Time now) : access_(access), event_(event), now_(now) {}
  store::WriteAccess& access_;
  Event& event_;
  Time now_;
  std::vector<Event> more_;
};

// Where the chain stands.
struct Head {
  uint64_t size = 0;          // records
  std::string hash;           // of the last record, hexadecimal; zeros when there is none
  uint64_t checkpointed = 0;  // size of the newest checkpoint
};

// Tests make both small.
struct Options {
  uint64_t segment_records = 100'000;           // lines per ledger file; may not change for a ledger's life
  uint64_t checkpoint_interval_records = 1000;  // a checkpoint by itself after so many
};

class Ledger {
 public:
  // Opens or makes the ledger; `signer` may be empty (then there are no checkpoints). Left-over records are
  // appended. "audit.files_behind" or "audit.files_ahead" when files and store do not belong together.
  static Result<std::unique_ptr<Ledger>> open(World& world, Path folder, const Path& database_file,
                                              Signer signer, Options options = {});
  ~Ledger();

  // Runs `body` (taking Writer&, returning Result<T>) and writes `event` in the same transaction. If the body
  // fails, neither its changes nor the event are kept, and its error comes back. If the ledger's files cannot
  // be appended, nothing is even begun: "audit.not_writable".
  template <class Body>
  auto write(Event event, Body&& body) -> std::invoke_result_t<Body&, Writer&> {
    using Return = std::invoke_result_t<Body&, Writer&>;
    std::optional<Return> returned;
    const auto written = write_erased(std::move(event), [&](Writer& writer) -> Result<void> {
      returned.emplace(body(writer));
      if (!returned->ok()) return returned->error();
      return {};
    });
    if (!written.ok()) return written.error();
    return std::move(*returned);
  }
  // An event without a change to the store: something was refused, read or sent.
  Result<void> record(Event event);

  // Brings the tables of `room` up to date, each script once and in order, one record for all that were new.
  // "store.newer_schema" when the store was made by a newer version; "store.migration_changed" when a script
  // that already ran is not the same any more.
  Result<void> migrate(std::string_view room, const std::vector<std::string_view>& scripts);

  // For reading outside of write(); same rules as any Database. One thread at a time.
  const store::Database& database() const { return reading_; }

  Result<Head> head();
  // Signs the present state and writes audit/checkpoints/SIZE.note; returns its text. The checkpoint of an
  // unchanged ledger is the one it already has. "audit.no_signer" without a signer.
  Result<std::string> checkpoint();

 private:
  Ledger(World& world, Path folder, store::WriteAccess access, store::Database reading, Signer signer,
         Options options);
  Result<void> write_erased(Event event, const std::function<Result<void>(Writer&)>& body);
  Result<void> in_transaction(Event& event, const std::function<Result<void>(Writer&)>& body);
  Result<void> make_tables();
  Result<void> compare_with_files();
  Result<void> ready();
  Result<void> drain();
  Result<std::string> checkpoint_locked();
  void checkpoint_if_due();
  Result<void> insert_record(const Event& event, Time now);

  World& world_;
  Path folder_;
  std::mutex mutex_;
  std::atomic<std::thread::id> writing_{};  // the thread whose body runs now
  store::WriteAccess access_;
  store::Database reading_;
  Signer signer_;
  Options options_;
  std::unique_ptr<Segments> segments_;
  uint64_t appended_ = 0;       // records known to be in the files
  uint64_t checkpointed_ = 0;   // size of the newest checkpoint known here
  uint64_t ask_signer_at_ = 0;  // after it could not sign: not before there are so many records
};

}  // namespace fvm::audit
