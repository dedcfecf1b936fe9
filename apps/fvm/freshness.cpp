#include "fvm/freshness.hpp"
#include "fvm/options.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include "catalogue/catalogue.hpp"
#include "fvm/context.hpp"
#include "fvm/services.hpp"
#include "mirror/freshness.hpp"

namespace fvm::cli {
namespace {

namespace json = boost::json;

json::object object_of(const mirror::TableFreshness& table) {
  json::object object{{"table", table.register_name + "." + table.table},
                      {"updated", table.update_frequency},
                      {"deliveries", table.deliveries},
                      {"rows", table.rows}};
  object["delivered"] = table.delivered ? json::value(to_text(*table.delivered)) : json::value();
  object["version"] = table.version < 0 ? json::value() : json::value(table.version);
  return object;
}

Result<void> freshness(const Context& context) {
  const Services services = TRY(open_services(context));
  const auto known = TRY(catalogue::load(services.database()));
  const auto tables = TRY(mirror::freshness(services.database(), known));
  json::array array;
  for (size_t i = 0; i < tables.size(); ++i) {
    const auto& table = tables[i];
    if (!mirror::is_told(known.tables[i], table)) continue;
    array.push_back(object_of(table));
    if (context.json) continue;
    const std::string when = table.delivered ? to_text(*table.delivered).substr(0, 19) + "Z" : "–";
    print(fmt::format("{:<28} {:<21} {:>14} {:>5}  {}", table.register_name + "." + table.table, when,
                      table.rows, table.version < 0 ? "–" : std::to_string(table.version),
                      table.update_frequency));
  }
  if (context.json) print(json::serialize(json::object{{"tables", std::move(array)}}));
  return {};
}

}  // namespace

void add_freshness(Verb& mirror, Context& context) {
  Verb* verb = mirror.add_subcommand("freshness", "newest delivery, rows and version of each table");
  verb->footer("Example: fvm mirror freshness");
  verb->callback([&context] { run_verb(context, [&] { return freshness(context); }); });
}

}  // namespace fvm::cli
