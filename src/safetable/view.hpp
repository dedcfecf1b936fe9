// Released tables as JSON for programs: the same on the command line, in a session and in the API. Pure.
#pragma once

#include <string>
#include <vector>

#include "base/messages.hpp"
#include "safetable/explain.hpp"
#include "safetable/outputs.hpp"
#include "safetable/outside.hpp"
#include "safetable/types.hpp"

namespace fvm::safetable {

// The table as a document (output.hpp) with the names of its columns, why what is hidden is hidden, and what
// the ledger says of it; with `cell`, also of that one. Errors: those of explain.
Result<std::string> table_json(const Record& record, const std::string& cell, Language language);
std::string explanation_json(const Record& record, const Explanation& explanation);
// What was released to a project, without the cells, and which files with tables are out beside (`outside`:
// of the institution; those of other projects are counted).
std::string list_json(const std::string& project, const std::vector<Record>& records,
                      const std::vector<Recall>& recalls, const std::vector<OutsideFile>& outside);
// The recall of a table; null when there is none.
const Recall* recall_of(const std::vector<Recall>& recalls, int64_t table);

}  // namespace fvm::safetable
