// Moves a request from `staged` to where a person has to act or it is `blocked` or `approved`, from wherever
// a crash left it. What is done twice is done on the same kept bytes; a check is never skipped, because only
// a finished one leads on.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/ledger.hpp"
#include "base/descriptor.hpp"
#include "base/world.hpp"
#include "config/instance.hpp"
#include "disclosure/together.hpp"
#include "release/copies.hpp"
#include "release/standing.hpp"
#include "release/types.hpp"
#include "release/words.hpp"
#include "safetable/outputs.hpp"
#include "wire/job.hpp"
#include "wire/storage.hpp"

namespace fvm::release {

// What the scan said of one file.
struct Report {
  std::string type;
  std::vector<disclosure::Finding> findings;
  bool blocks = false;
  disclosure::Outline outline;
  std::vector<std::string> tables;  // SHA-256 of headings and numbers of each table that the scan saw
};

// The hands of this room: who copies bytes and who reads foreign files.
struct Hands {
  std::function<Result<Kept>(std::string_view number, std::string_view name, int descriptor)> keep;
  // The keeper's word that they were kept, and checked without a refusal, for the project.
  Vouch vouch;
  // The kept bytes, known to be those of the digest; as KeptCopies::open.
  std::function<Result<Bytes>(const std::string& sha256)> open;
  // Between a capture and its record, lest it be destroyed meanwhile; may be empty.
  std::function<Result<Descriptor>()> hold_still;
  std::function<Result<Report>(const Request&, const File&, const Bytes&)> scan;
  // The safe table that a kept file is one of, if it may leave as such; may be empty.
  std::function<Result<std::optional<safetable::Recognised>>(const Request&, const File&)> recognise;
  bool tables_leave = true;  // else a person looks at them too
  Rules rules;               // which way it goes then
  uint64_t cell_count_min = 5;
};

// Takes up the request and goes on as far as it can; returns it as it then is. When every file is one of a
// safe table it is approved at once. A scan that fails blocks the file ("finding.scan_failed"); surroundings
// that fail (no launcher, no courier) leave the state as it was.
Result<Request> advance(World& world, audit::Ledger& ledger, const config::Instance& instance,
                        const Hands& hands, std::string_view number);
// The numbers of all that stand before review and have not moved for `idle_seconds`.
Result<std::vector<std::string>> due_before_review(World& world, const store::Database& store,
                                                   int64_t idle_seconds);
// Takes these up, one after another. Goes on with the next when one fails.
Result<size_t> advance_all(World& world, audit::Ledger& ledger, const config::Instance& instance,
                           const Hands& hands, int64_t idle_seconds);

// Opens a regular file in a folder, never through a symbolic link, a pipe or a device: "release.not_a_file".
Result<Descriptor> open_staged(const Path& outbox, const std::string& name);

// Keeps the project's folder mounted, if it is encrypted: its outbox and population are about to be read.
Result<wire::StorageHold> hold_folder(World& world, const config::Instance& instance,
                                      const std::string& project);

// Hands with the programs of a running instance: the courier keeps, the launcher runs the scan, the ledger of
// tables knows its files.
Hands real_hands(World& world, const config::Instance& instance, const config::Config& config,
                 const audit::Ledger& ledger);
// The safe table that these bytes are a file of, if the instance lets its kind and size leave.
Result<std::optional<safetable::Recognised>> recognise_file(World& world, const config::Instance& instance,
                                                            const config::Config& config,
                                                            const store::Database& store,
                                                            std::string_view project, std::string_view sha256,
                                                            uint64_t bytes);
// That what was cleared as files of safe tables is known as such still, by records that are whole:
// "release.table_unknown" (refused). Reads records and audit files; ask before the transaction that sends.
Result<void> still_known(World& world, const config::Instance& instance, const store::Database& store,
                         const Request& request);
// The scan, and what it took out compared with the project's data, of any open file: for a preview of what
// stands in /outbox. It is ended when `ended` becomes readable. `so_far` is told what the scan found before
// the rows are compared, when they will be.
Result<Report> scan_file(const config::Instance& instance, const config::Config& config,
                         const store::Database& store, std::string_view project, std::string_view name,
                         uint64_t bytes, const Bytes& from, int ended = -1,
                         const std::function<void(const Report&)>& so_far = {});
// How a job reads what lies there: as what its document says "file" is, a mount or a descriptor handed over.
std::string job_reads(const Bytes& bytes, wire::WorkerJob& job);

}  // namespace fvm::release
