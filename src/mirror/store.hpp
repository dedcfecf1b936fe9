// The deliveries in the store.
#pragma once

#include <string>
#include <vector>

#include "audit/ledger.hpp"
#include "base/result.hpp"
#include "mirror/deliveries.hpp"
#include "mirror/plan.hpp"
#include "store/database.hpp"

namespace fvm::mirror {

struct InputFile {
  std::string path;    // where it was
  std::string sha256;  // hexadecimal; empty: not known yet
  uint64_t bytes = 0;
};

// A delivery that a crash left behind.
struct Unfinished {
  int64_t number = 0;
  Status status = Status::started;
  Mode mode = Mode::append;
  std::string plan;
};
Result<std::vector<Unfinished>> unfinished(const store::Database& database, std::string_view table);

// The accepted deliveries whose files still make up the table: all since the last replace.
struct AcceptedFile {
  int64_t delivery = 0;
  std::string sha256;
  uint64_t bytes = 0;
};
Result<std::vector<AcceptedFile>> standing_files(const store::Database& database, std::string_view table);

// Rows of the newest accepted appends, the newest first.
Result<std::vector<uint64_t>> appended_rows(const store::Database& database, std::string_view table,
                                            size_t count);
// The number of the delivery to the table that is held, or 0.
Result<int64_t> held_delivery(const store::Database& database, std::string_view table);
Status status_of(std::string_view text);

Result<int64_t> insert_delivery(audit::Writer& writer, std::string_view table, const Request& request,
                                const std::vector<InputFile>& files);
// The files' SHA-256, where they were not known when the delivery began.
Result<void> set_hashes(audit::Writer& writer, int64_t number, const std::vector<InputFile>& files);
// `status`: ingested, or held.
Result<void> set_planned(audit::Writer& writer, int64_t number, Status status, const Plan& plan);
// Ends it: status, and what is known of rows, version and report.
Result<void> set_done(audit::Writer& writer, int64_t number, Status status, const Plan& plan,
                      int64_t version);

// The delivery as it was answered.
Result<Delivered> read_delivery(const store::Database& database, int64_t number);

}  // namespace fvm::mirror
