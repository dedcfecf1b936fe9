// The catalogue in the store: versions, of which the newest counts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "catalogue/listing.hpp"
#include "catalogue/merge.hpp"
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
// Its number alone; 0 before the first import.
Result<int64_t> newest_version(const store::Database& database);
// A certain version; "catalogue.no_version" (usage).
Result<Catalogue> load(const store::Database& database, int64_t version);

struct Imported {
  int64_t version = 0;
  size_t tables = 0, variables = 0;
  bool changed = false;      // false: the newest version says the same already
  size_t unconfirmed = 0;    // variables that cannot be granted until somebody confirms what they are
  std::vector<Error> notes;  // what is odd about a list (merge.hpp)
};

// Each makes a new version with one record in the ledger, or changes nothing when the newest version already
// says the same. `file` is for messages and for the record.

// `text` (TOML) becomes the described part of the catalogue; the listed part stays.
Result<Imported> import(audit::Ledger& ledger, std::string_view actor, std::string_view text,
                        std::string_view file);
// `listing` becomes the listed part; the described part stays. `text` is kept as it came (may be empty).
Result<Imported> import_list(audit::Ledger& ledger, std::string_view actor, const Listing& listing,
                             std::string_view text, std::string_view file);
// Says what a listed variable is.
Result<Imported> confirm(audit::Ledger& ledger, std::string_view actor, const Confirmation& confirmation);

}  // namespace fvm::catalogue
