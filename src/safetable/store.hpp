// The ledger of released tables: one row for each in the store, its record and everybody's atoms in the
// institution's folder. Private to this room.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "audit/ledger.hpp"
#include "config/instance.hpp"
#include "safetable/types.hpp"

namespace fvm::safetable {

struct Row {
  int64_t number = 0;
  std::string project, author;
  Time released{};
  std::string record_sha256, atoms_sha256, places_sha256, knowledge_sha256;
};

// All tables of the institution, by number.
Result<std::vector<Row>> rows_of(const store::Database& store, std::string_view cvr);
// Those of one project, or a part of them.
Result<std::vector<Row>> rows_of_project(const store::Database& store, std::string_view cvr,
                                         std::string_view project, const TablePart& part);
Result<void> insert_row(audit::Writer& writer, std::string_view cvr, const Row& row);

// That no table was made of what was asked for.
Result<void> record_refusal(audit::Ledger& ledger, const std::string& user, const std::string& project,
                            std::string_view sql, const Error& why);

// Where the institution's records lie, and what is called what there.
Path folder_of(const config::Instance& instance, std::string_view cvr);
std::string record_name(int64_t number);
std::string atoms_name(int64_t number);
std::string places_name(int64_t number);
std::string knowledge_name(int64_t number);
std::string value_atoms_name(int64_t number);
std::string value_knowledge_name(int64_t number);
// The kinds that have a ledger beside that of persons: the same five files with this in their names.
inline constexpr UnitKind kinds_kept[] = {UnitKind::providers, UnitKind::holdings};
std::string prefix_of(UnitKind kind);  // "providers-"; of persons none
std::string kind_name(int64_t number, UnitKind kind,
                      std::string_view file);  // "atoms.parquet", "values.bin", …

// The record of a row; "table.ledger_damaged" when its bytes are not those that were recorded.
Result<Record> read_record(World& world, const Path& folder, const Row& row);
// Makes `rules` protect sets of as few units of that kind as the institution's newest exact table did, and so
// as every one before it: what a stricter register kept must not be told by a later table of others (0021).
void inherit_threshold(const std::optional<Record>& newest, UnitKind kind, Rules& rules);
// Whether a table rounded to multiples of `base` (0: exact) may join those: all of an institution's are of
// one kind. The key of its rounding, hexadecimal; made for its first rounded table, empty for exact ones.
// Errors (usage): "table.round_too_fine", "table.ledger_exact", "table.ledger_rounded".
Result<std::string> rounding_of(World& world, const Path& folder, const std::optional<Record>& newest,
                                uint64_t base, uint64_t threshold);
// The files of a kind's ledger and their SHA-256.
std::vector<std::pair<std::string, std::string>> files_of(const Record& record, UnitKind kind);
// That every record, and the newest atoms, places, knowledge and values, are what was recorded. The newest
// table's record, if there is one.
Result<std::optional<Record>> verify(World& world, const Path& folder, const std::vector<Row>& rows);

}  // namespace fvm::safetable
