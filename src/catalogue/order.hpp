// An order: which variables somebody wants, read from a filled order sheet, or from a list of variables as
// applicants make them. Pure; the workbook has been read in the sandbox.
#pragma once

#include <string>
#include <vector>

#include "base/messages.hpp"
#include "base/result.hpp"
#include "catalogue/types.hpp"
#include "spreadsheet/workbook.hpp"

namespace fvm::catalogue {

// As a spreadsheet shows it: sheet "LPR", row 7, column "G".
struct OrderPlace {
  std::string sheet;
  size_t row = 0;      // 0: the sheet as a whole
  std::string column;  // empty: the row as a whole
};

// A variable of the catalogue that is wanted. Names are as the catalogue spells them.
struct OrderItem {
  std::string register_name, table, variable;
  OrderPlace place;
  std::string reason;  // where the list has such a column
};

// What is wrong with a row, or worth knowing. `error.arguments` holds sheet, row and column beside what the
// sentence needs; `advice` (argument) is the nearest name there is.
struct OrderFinding {
  Error error;
  OrderPlace place;
  bool blocks = true;  // false: a note; the row counts
};

struct Order {
  std::vector<OrderItem> items;
  std::vector<OrderFinding> findings;
  bool blocks() const;
};

inline constexpr size_t order_findings_max = 2000;

// Layouts: the authority's order sheet (a worksheet per register, an x in the last column); a list with a
// column Register (every row is wanted, headings may come again); a list with a column that says 1 or 0.
//
// Findings that block: "order.unclear_mark", "order.mark_without_variable", "order.unknown_register",
// "order.unknown_table", "order.table_missing", "order.unknown_variable", "order.not_orderable",
// "order.never", "order.no_heading", "order.no_mark_column", "order.nothing", "order.too_many".
// Notes: "order.twice", "order.hidden_mark", "order.mark_elsewhere", "order.taken_as", "order.unconfirmed",
// "order.pattern".
Order read_order(const spreadsheet::Workbook& workbook, const Catalogue& catalogue);

// "LPR, row 7, column G: …"
std::string describe(Language language, const OrderFinding& finding);

}  // namespace fvm::catalogue
