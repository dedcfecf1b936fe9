// The catalogue in the store: versions, of which the newest counts.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "catalogue/types.hpp"

namespace fvm::store {
class Database;
}
namespace fvm::audit {
class Ledger;
}

namespace fvm::catalogue {

// Makes the tables of this room; done once however often it is called.
Result<void> migrate(audit::Ledger& ledger);

// The newest catalogue; "catalogue.none" (usage) before the first import.
Result<Catalogue> load(const store::Database& database);

struct Imported {
  int64_t version = 0;
  size_t tables = 0, variables = 0;
  bool changed = false;  // false: the same text was already the newest version
};
// Checks `text` and makes it the newest version, with one record in the ledger. The same text again changes
// nothing. `file` is for messages and for the record.
Result<Imported> import(audit::Ledger& ledger, std::string_view actor, std::string_view text,
                        std::string_view file);

}  // namespace fvm::catalogue
