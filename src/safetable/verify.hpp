// Whether what is kept of an institution's released tables is what was recorded: records, files' hashes,
// recalls and the newest atoms and places, held against the store and the store against the audit chain. That
// the chain itself is whole is the verifier's business (audit/verifier.hpp); that published numbers are sums
// of atoms is looked at by the job that judges the next table.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/instance.hpp"
#include "safetable/types.hpp"
#include "store/database.hpp"

namespace fvm::safetable {

struct Damage {
  enum class Kind {
    record,    // the file of a record is missing or has other bytes
    contents,  // a record says another table, institution, project or author than the store
    atoms,     // who is where in the newest tables is missing or has other bytes
    places,
    chain,      // the store has something that the chain has not, or has otherwise
    missing,    // the chain has something that the store has not
    knowledge,  // what follows from all tables is missing or has other bytes
    values,     // what their sums told
  };
  Kind kind = Kind::record;
  int64_t table = 0;
  std::string what;  // the file, or what of the table
};
std::string_view name_of(Damage::Kind kind);

struct Verified {
  size_t tables = 0, files = 0, recalled = 0, events = 0;  // that were looked at
  std::vector<Damage> damages;
};
// Reads all records and the whole chain. Errors only when the chain cannot be read.
Result<Verified> verify_ledger(World& world, const config::Instance& instance, const store::Database& store,
                               std::string_view cvr);

}  // namespace fvm::safetable
