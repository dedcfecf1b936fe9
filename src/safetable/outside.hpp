// What an institution was told otherwise than by safe tables: files that were released after a scan and by a
// person. The counts in them are no part of the exact audit; that they are out is on record, and told.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "audit/ledger.hpp"
#include "safetable/types.hpp"

namespace fvm::safetable {

struct OutsideFile {
  std::string project, release, name, sha256;
  uint32_t position = 0;  // in the release, from 1
  Time sent;
  size_t tables = 0;             // that the scan took for tables with numbers
  std::vector<int64_t> same_as;  // safe tables with exactly these headings and numbers
};

// In the transaction in which the file's release is sent.
Result<void> insert_outside(audit::Writer& writer, std::string_view cvr, const OutsideFile& file);
// All of the institution, oldest first.
Result<std::vector<OutsideFile>> outside_of(const store::Database& store, std::string_view cvr);

// SHA-256 of the numbers under their headings (disclosure/fingerprint.hpp), in either language.
std::vector<std::string> cells_digests(const Record& record);
Result<void> insert_digests(audit::Writer& writer, std::string_view cvr, int64_t number,
                            const std::vector<std::string>& digests);
// Safe tables of the institution, also recalled ones, with the cells of this digest.
Result<std::vector<int64_t>> tables_with(const store::Database& store, std::string_view cvr,
                                         std::string_view digest);

}  // namespace fvm::safetable
