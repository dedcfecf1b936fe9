// The disclosure record as JSON: what is kept, and what the sandboxed job reads of earlier tables.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "safetable/types.hpp"

namespace fvm::safetable {

std::string to_json(const Record& record);
// "table.ledger_damaged" (surroundings) when it is out of shape.
Result<Record> record_of_json(std::string_view text);

// "persons", "providers": what settings, records and answers call the kinds.
std::string_view name_of(UnitKind kind);
std::optional<UnitKind> kind_named(std::string_view name);
std::string_view name_of(Figure figure);     // "sum", "mean", "percentile"
std::string_view name_of(Dimension::As as);  // "value", "time", "event"
std::string_view name_of(Percent percent);   // "", "row", "column", "total"
std::optional<Percent> percent_named(std::string_view name);

// Fills dimensions' codes, marks, counts, figures and facts from the job's result document; nothing in it is
// trusted. "table.bad_result" (defect).
Result<void> read_result(std::string_view text, Record& record);

}  // namespace fvm::safetable
