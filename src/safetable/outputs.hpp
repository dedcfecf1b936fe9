// Files of released tables, known again by their bytes: such a file may leave without anybody having to guess
// what is in it. And tables that are recalled: their files are known no more, but what they told stays in the
// ledger, because it is out. docs/architecture/0025-leaving.md.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "safetable/service.hpp"

namespace fvm::safetable {

struct Recognised {
  int64_t table = 0;          // its number within the institution
  std::string format;         // "xlsx"
  std::string record_sha256;  // of the disclosure record that the instance keeps
  // What of the record may be told, as JSON: rules, data, what was hidden and how much is out; no cell.
  std::string disclosure;
  // Title, names and headings are short, and without long numbers: nobody has to read them.
  bool plain_words = false;
};

// The released table of institution `cvr` of which these are the bytes of a file. Nothing when there is none,
// when it is recalled, or when its record is not the one that stands in the store and in the audit chain.
// Reads the record and looks through the audit files: not for inside a transaction.
Result<std::optional<Recognised>> recognise(World& world, const config::Instance& instance,
                                            const store::Database& store, std::string_view cvr,
                                            std::string_view sha256);

// What can be asked inside a transaction: table `number` has such a file and is not recalled.
Result<bool> in_force(const store::Database& store, std::string_view cvr, int64_t number,
                      std::string_view sha256);

// A file of a released table, written (again): from now on known by its bytes. `record`: from
// released_tables. "table.recalled" (refused).
Result<std::string> write_again(const Setting& setting, const std::string& user, const Record& record,
                                std::string_view format, Language language);

struct Recall {
  int64_t table = 0;
  Time at;
  std::string who, reason;
};
// Of all tables of the institution, by number.
Result<std::vector<Recall>> recalls_of(const store::Database& store, std::string_view cvr);
// A member of the table's project, or an operator; with a reason. "table.unknown", "table.recalled",
// "table.no_reason", "table.recall_not_allowed" (on record).
Result<void> recall_table(audit::Ledger& ledger, const std::string& user, std::string_view project,
                          int64_t number, const std::string& reason);
// As part of a greater change: the tables of a release that is recalled. One that is recalled already stays
// as it is.
Result<void> recall_with(audit::Writer& writer, const std::string& user, std::string_view cvr, int64_t number,
                         const std::string& reason);

// For the transaction that releases a table.
Result<void> insert_outputs(audit::Writer& writer, std::string_view cvr, int64_t number,
                            const std::vector<Output>& outputs);

}  // namespace fvm::safetable
