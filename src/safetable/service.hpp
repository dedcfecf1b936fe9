// Safe tables: counted and judged in the sandbox against everything that the institution was told before,
// recorded, and only then shown. A table that was asked for is on record whether or not it was released.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "audit/ledger.hpp"
#include "base/messages.hpp"
#include "config/instance.hpp"
#include "safetable/types.hpp"

namespace fvm::safetable {

struct Setting {
  World& world;
  const config::Instance& instance;
  const config::Config& config;
  audit::Ledger& ledger;
  // A descriptor that becomes readable when whoever asked is gone: what has not been recorded then is given
  // up
  // ("job.ended"). -1: none.
  int ended = -1;
};

// The tables of this room; call once when the ledger is opened.
Result<void> migrate(audit::Ledger& ledger);

struct Released {
  Record record;
  std::vector<std::string> documents;  // bytes, one for each of `formats`
};
// Makes and releases the table in `formats` (see output.hpp). When this returns, it is on record. Errors:
// "table.…" (usage: the SQL, the columns; refused: values that are somebody's number), those of
// enclave::check_request, and of the sandbox.
Result<Released> release_table(const Setting& setting, const Request& request,
                               const std::vector<std::string>& formats, Language language);

// What was released to the project, by number, read from records whose SHA-256 is the recorded one.
Result<std::vector<Record>> released_tables(World& world, const config::Instance& instance,
                                            const store::Database& store, std::string_view project,
                                            const TablePart& part = {});

}  // namespace fvm::safetable
