// catalogue import | show | order-sheet.
#include <memory>
#include "fvm/options.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include "catalogue/catalogue.hpp"
#include "catalogue/toml.hpp"
#include "fvm/context.hpp"
#include "fvm/services.hpp"
#include "fvm/verbs.hpp"

namespace fvm::cli {
namespace {

namespace json = boost::json;
using catalogue::Catalogue;
using catalogue::Table;
using catalogue::Variable;

Result<void> import_file(Context& context, const std::string& file) {
  const std::string text = TRY(context.world.read_file(file, catalogue::catalogue_bytes_max));
  const Services services = TRY(open_services(context));
  const auto imported =
      TRY(catalogue::import(*services.ledger, context.user, text, Path(file).filename().string()));
  if (context.json) {
    print(json::serialize(json::object{{"version", imported.version},
                                       {"tables", imported.tables},
                                       {"variables", imported.variables},
                                       {"changed", imported.changed}}));
    return {};
  }
  say(context, imported.changed ? "catalogue.imported" : "catalogue.unchanged",
      {{"version", std::to_string(imported.version)},
       {"tables", std::to_string(imported.tables)},
       {"variables", std::to_string(imported.variables)}});
  return {};
}

json::object object_of(const Variable& variable) {
  return {{"name", variable.name},           {"type", to_text(variable.type)},
          {"class", to_text(variable.what)}, {"required", variable.required},
          {"grantable", variable.grantable}, {"da", variable.text_da},
          {"en", variable.text_en}};
}

json::object object_of(const Table& table) {
  json::array variables;
  for (const Variable& variable : table.variables) variables.push_back(object_of(variable));
  json::object object{{"table", table.full_name()},
                      {"updated", table.update_frequency},
                      {"da", table.text_da},
                      {"en", table.text_en},
                      {"variables", std::move(variables)}};
  if (table.person) object["person"] = *table.person;
  if (table.parent) object["parent"] = table.register_name + "." + table.parent->table;
  if (table.period) object["period"] = *table.period;
  return object;
}

void print_table(const Context& context, const Table& table, bool with_variables) {
  const std::string& text = context.language == Language::danish ? table.text_da : table.text_en;
  const std::string person = table.person ? *table.person : "→ " + table.parent->table;
  print(fmt::format("{:<28} {:<14} {:>4}  {}", table.full_name(), person, table.variables.size(), text));
  if (!with_variables) return;
  for (const Variable& variable : table.variables) {
    print(fmt::format("  {:<34} {:<10} {:<11} {:<2} {}", variable.name, to_text(variable.type),
                      to_text(variable.what), variable.required ? "!" : "", variable.text_da));
  }
}

// Does `wanted` ("REGISTER", "REGISTER.TABLE" or empty) name this table?
bool is_wanted(const Table& table, const std::string& wanted) {
  if (wanted.empty()) return true;
  const std::string name = wanted.find('.') == std::string::npos ? table.register_name : table.full_name();
  return catalogue::same_name(name, wanted);
}

Error unknown(const Catalogue& catalogue, const std::string& wanted) {
  std::vector<std::string> names;
  for (const Table& table : catalogue.tables)
    names.push_back(wanted.find('.') == std::string::npos ? table.register_name : table.full_name());
  return usage("catalogue.unknown_table", {{"table", wanted}, {"advice", catalogue::nearest(wanted, names)}});
}

Result<void> show(Context& context, const std::string& wanted) {
  const Services services = TRY(open_services(context));
  const Catalogue catalogue = TRY(catalogue::load(services.database()));
  json::array tables;
  size_t shown = 0;
  for (const Table& table : catalogue.tables) {
    if (!is_wanted(table, wanted)) continue;
    ++shown;
    if (context.json) {
      tables.push_back(object_of(table));
    } else {
      print_table(context, table, wanted.find('.') != std::string::npos);
    }
  }
  if (shown == 0) return unknown(catalogue, wanted);
  if (context.json)
    print(json::serialize(json::object{{"version", catalogue.version}, {"tables", std::move(tables)}}));
  return {};
}

}  // namespace

void add_catalogue(Verb& app, Context& context) {
  Verb* verb = app.add_subcommand("catalogue", "the registers, their tables and variables");
  verb->require_subcommand(1);
  const auto text = std::make_shared<std::string>();

  Verb* import = verb->add_subcommand("import", "make FILE the newest version of the catalogue");
  import->add_option("file", *text, "catalogue in TOML")->required();
  import->footer("Example: fvm catalogue import share/catalogue/denmark.toml");
  import->callback([&context, text] { run_verb(context, [&] { return import_file(context, *text); }); });

  Verb* shown = verb->add_subcommand("show", "list tables, or the variables of one");
  shown->add_option("table", *text, "REGISTER or REGISTER.TABLE");
  shown->footer("Example: fvm catalogue show LPR_F.kontakter");
  shown->callback([&context, text] { run_verb(context, [&] { return show(context, *text); }); });

  Verb* sheet = verb->add_subcommand("order-sheet", "not built yet");
  sheet->allow_extras()->fallthrough(false);  // else the program above refuses them
  sheet->callback([&context] {
    run_verb(context,
             []() -> Result<void> { return refused("verb.not_yet", {{"verb", "catalogue order-sheet"}}); });
  });
}

}  // namespace fvm::cli
