#include "steward/orders.hpp"

#include <boost/json.hpp>
#include <filesystem>

#include "base/scratch.hpp"
#include "catalogue/catalogue.hpp"
#include "catalogue/order.hpp"
#include "identity/service.hpp"
#include "spreadsheet/sandboxed.hpp"

namespace fvm::steward {
namespace {

namespace json = boost::json;

json::object remark(const catalogue::OrderFinding& finding) {
  return {{"sheet", finding.place.sheet},
          {"row", finding.place.row},
          {"column", finding.place.column},
          {"da", describe(Language::danish, finding)},
          {"en", describe(Language::english, finding)},
          {"blocks", finding.blocks}};
}

json::object to_json(const catalogue::Order& order) {
  json::array variables, remarks;
  for (const auto& item : order.items) {
    variables.push_back(json::object{{"table", item.register_name + "." + item.table},
                                     {"variable", item.variable},
                                     {"reason", item.reason}});
  }
  for (const auto& finding : order.findings) remarks.push_back(remark(finding));
  return {{"variables", std::move(variables)}, {"remarks", std::move(remarks)}};
}

}  // namespace

Orders::Orders(World& world, const config::Instance& instance)
    : world_(world), instance_(instance), readers_(instance.store_file()) {
  std::error_code error;
  std::filesystem::remove_all(folder(), error);
}

void Orders::take(wire::Connection caller, wire::AskOrder asked) {
  callers_.tell(std::move(caller), "order not told",
                [this, asked = std::move(asked)] { return read(asked); });
}

Result<std::string> Orders::read(const wire::AskOrder& asked) {
  const auto lent = TRY(readers_.lend());
  const store::Database& store = lent;
  TRY(identity::require_open(TRY(identity::find_user(store, asked.user))));
  const auto catalogue = TRY(catalogue::load(store));
  const std::string name = asked.name.substr(0, order_name_bytes_max);
  const Scratch scratch = TRY(Scratch::make(world_, folder() / random_hex(world_, 8)));
  const Path file = scratch.path() / "order";
  TRY(world_.create_file(file, asked.bytes, 0600));
  const auto workbook = TRY(spreadsheet::read_in_sandbox(instance_.launcher_socket(), file, name));
  return json::serialize(to_json(catalogue::read_order(workbook, catalogue)));
}

}  // namespace fvm::steward
