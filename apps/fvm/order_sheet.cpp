#include "fvm/order_sheet.hpp"

#include <set>

#include "catalogue/catalogue.hpp"
#include "spreadsheet/sandboxed.hpp"

namespace fvm::cli {

Result<catalogue::Order> read_order_file(const Context&, const Services& services, const std::string& file) {
  const catalogue::Catalogue catalogue = TRY(catalogue::load(services.database()));
  const auto workbook = TRY(spreadsheet::read_in_sandbox(
      services.instance.launcher_socket(), std::filesystem::absolute(file), Path(file).filename().string()));
  return catalogue::read_order(workbook, catalogue);
}

void say_findings(const Context& context, const catalogue::Order& order) {
  std::set<std::string> tables;
  for (const auto& item : order.items) tables.insert(item.register_name + "." + item.table);
  size_t notes = 0;
  for (const auto& finding : order.findings) {
    notes += finding.blocks ? 0 : 1;
    std::fprintf(stderr, "%s %s\n", finding.blocks ? "!" : "·", describe(context.language, finding).c_str());
  }
  say(context, "order.summary",
      {{"items", std::to_string(order.items.size())},
       {"tables", std::to_string(tables.size())},
       {"blocks", std::to_string(order.findings.size() - notes)},
       {"notes", std::to_string(notes)}});
}

Result<std::vector<casework::OrderItem>> ordered(const Context& context, const Services& services,
                                                 const std::string& file) {
  std::vector<casework::OrderItem> items;
  if (file.empty()) return items;
  const catalogue::Order order = TRY(read_order_file(context, services, file));
  say_findings(context, order);
  if (order.blocks()) return refused("order.refused", {{"file", Path(file).filename().string()}});
  for (const auto& item : order.items)
    items.push_back({item.register_name, item.table, item.variable, item.place.sheet,
                     static_cast<unsigned>(item.place.row),
                     static_cast<unsigned>(spreadsheet::column_number(item.place.column)), item.reason});
  return items;
}

}  // namespace fvm::cli
