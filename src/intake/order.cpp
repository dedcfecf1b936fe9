// The order sheet among a message's documents, read by the catalogue's reader; the workbook itself only in
// the sandbox.
#include "catalogue/order.hpp"
#include "catalogue/catalogue.hpp"
#include "intake/read.hpp"
#include "spreadsheet/sandboxed.hpp"

namespace fvm::intake {
namespace {

constexpr size_t notes_max = 200;

}  // namespace

Result<Ordered> read_order_sheet(const Setting& setting, const Path& file, const std::string& name) {
  const auto catalogue = TRY(catalogue::load(setting.casework.ledger.database()));
  const auto workbook = TRY(spreadsheet::read_in_sandbox(setting.instance.launcher_socket(), file, name));
  const catalogue::Order order = catalogue::read_order(workbook, catalogue);
  Ordered out;
  for (const catalogue::OrderItem& each : order.items) {
    out.items.push_back({each.register_name, each.table, each.variable, each.place.sheet,
                         static_cast<unsigned>(each.place.row),
                         static_cast<unsigned>(spreadsheet::column_number(each.place.column))});
  }
  for (const catalogue::OrderFinding& each : order.findings) {
    if (out.notes.size() == notes_max) break;
    out.notes.push_back({each.error.code, each.error.arguments});
  }
  return out;
}

}  // namespace fvm::intake
