// Deliveries: register files come in, are checked and pseudonymised in a sandbox, and become one new version
// of a mirror table, or nothing at all. Steps, each of which a crash may follow:
//
//   1 recorded   the delivery has a number and its files' sizes (status started); their SHA-256 too when
//                they may have come before, else it follows as soon as the worker is done
//   2 ingested   fvm-worker wrote Parquet into mirror/REGISTER/TABLE/.staging/NUMBER; the plan is recorded
//                (status ingested)
//   3 moved      the files lie in the table's folder under the names of the plan
//   4 committed  the Delta log names them, with transaction (fvm-delivery, NUMBER)
//   5 done       the delivery is accepted, with its version
//
// What is unusual (quality.hpp) is held after 2 until an operator has decided (holds.hpp).
//
// Whoever delivers to the table next finishes a delivery that stopped after 2 and gives up one that stopped
// before: rows are never doubled, and never half there. docs/architecture/0006-deliveries.md says why so.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/messages.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "base/world.hpp"
#include "config/instance.hpp"

namespace fvm::audit {
class Ledger;
}
namespace fvm::store {
class Database;
}

namespace fvm::mirror {

enum class Mode { append, replace, upsert };
std::string_view to_text(Mode mode);
std::optional<Mode> mode_of(std::string_view text);

enum class Status {
  started,    // at work, or stopped by a crash before anything was kept
  ingested,   // the plan is recorded; only moving and committing are left
  accepted,   // in the mirror
  refused,    // by its content: the report says why
  failed,     // by the surroundings: disk, keeper, sandbox
  abandoned,  // given up after a crash
  held,       // ingested, but unusual: an operator says whether it is taken in (holds.hpp)
};
std::string_view to_text(Status status);

// What a worker found wrong; `rule` is the key of its sentence in messages/*.txt.
struct Finding {
  std::string rule, file;
  uint64_t line = 0;
  std::string column, shape, advice;
};
std::string sentence(const Finding& finding, Language language);

struct Request {
  std::string table;  // "REGISTER.TABLE", any case
  std::vector<Path> files;
  Mode mode = Mode::append;
  std::string actor;
  std::optional<double> bad_rows_share_max;                 // instead of the configuration's
  std::optional<std::string> delimiter, decimal, encoding;  // instead of sniffing
  uint32_t findings_max = 100;
};

struct Delivered {
  int64_t number = 0;
  std::string table;
  Status status = Status::started;
  bool already = false;  // the same content was accepted before, as `number`: nothing was done now
  uint64_t rows_read = 0, rows_accepted = 0, rows_rejected = 0;
  int64_t version = -1;  // of the mirror table; -1: none was made
  std::vector<Finding> findings;
  uint64_t findings_more = 0;
  bool unreadable = false;  // refused before any row was read (exit code 2, not 1)
  std::vector<std::string> dialects;
  std::string set_aside;  // file in the instance's set_aside folder; empty: none
};

struct Progress {
  std::string what;  // "hashing", "checking 1", "reading", "finding bad rows"
  uint64_t rows = 0, bytes = 0, bytes_total = 0;
};
using OnProgress = std::function<void(const Progress&)>;

// Makes the tables of this room.
Result<void> migrate(audit::Ledger& ledger);

class Deliveries {
 public:
  Deliveries(World& world, const config::Instance& instance, const config::Config::Deliver& settings,
             audit::Ledger& ledger)
      : world_(world), instance_(instance), settings_(settings), ledger_(ledger) {}

  // Takes a delivery in, or says in the result why not (status refused, or held). Errors:
  // "deliver.held_first" (usage: an earlier one to the table is not decided on), "catalogue.unknown_table",
  // "file.missing", "deliver.not_a_file", "deliver.no_key", "deliver.file_already" (usage);
  // "ingest.open_quote" and the like when the worker could not tell rows apart; surroundings when keeper,
  // sandbox or disk fail: then nothing changed. Two deliveries to one table wait for each other; different
  // tables go side by side.
  Result<Delivered> deliver(const Request& request, const OnProgress& on_progress);

 private:
  Result<Delivered> recognised(const std::string& table, int64_t number, const std::string& actor);
  World& world_;
  const config::Instance& instance_;
  const config::Config::Deliver& settings_;
  audit::Ledger& ledger_;
};

}  // namespace fvm::mirror
