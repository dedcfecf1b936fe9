// catalogue import | confirm | show | diff | order-sheet | order.
#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "catalogue/catalogue.hpp"
#include "catalogue/sheets.hpp"
#include "catalogue/toml.hpp"
#include "extract/touched.hpp"
#include "fvm/catalogue_views.hpp"
#include "fvm/context.hpp"
#include "fvm/options.hpp"
#include "fvm/order_sheet.hpp"
#include "fvm/services.hpp"
#include "fvm/verbs.hpp"
#include "spreadsheet/sandboxed.hpp"
#include "spreadsheet/write.hpp"

namespace fvm::cli {
namespace {

namespace json = boost::json;
using catalogue::Catalogue;
using catalogue::Imported;
using catalogue::Table;
using catalogue::Variable;

Result<Imported> import_list(Context& context, const Services& services, const std::string& file,
                             const std::string& classes) {
  const std::string name = Path(file).filename().string();
  const std::string text = TRY(context.world.read_file(file, catalogue::list_bytes_max));
  catalogue::Listing listing = TRY(catalogue::read_list(text, name));
  if (!classes.empty())
    TRY(catalogue::add_classes(listing, TRY(context.world.read_file(classes, catalogue::list_bytes_max)),
                               Path(classes).filename().string()));
  return catalogue::import_list(*services.ledger, context.user, listing, text, name);
}

Result<Imported> import_sheet(Context& context, const Services& services, const std::string& file) {
  const std::string name = Path(file).filename().string();
  const auto workbook = TRY(spreadsheet::read_in_sandbox(services.instance.launcher_socket(), file, name));
  return catalogue::import_list(*services.ledger, context.user, TRY(catalogue::list_of(workbook, name)), "",
                                name);
}

Result<Imported> import_any(Context& context, const Services& services, const std::string& file,
                            const std::string& classes) {
  const std::string ending = Path(file).extension().string();
  if (catalogue::same_name(ending, ".tsv")) return import_list(context, services, file, classes);
  if (catalogue::same_name(ending, ".xlsx")) return import_sheet(context, services, file);
  if (!catalogue::same_name(ending, ".toml")) return usage("catalogue.unknown_ending", {{"file", file}});
  const std::string text = TRY(context.world.read_file(file, catalogue::catalogue_bytes_max));
  return catalogue::import(*services.ledger, context.user, text, Path(file).filename().string());
}

void report(const Context& context, const Imported& imported) {
  if (context.json) {
    print(json::serialize(json::object{{"version", imported.version},
                                       {"tables", imported.tables},
                                       {"variables", imported.variables},
                                       {"changed", imported.changed},
                                       {"unconfirmed", imported.unconfirmed},
                                       {"notes", notes_array(context, imported.notes)}}));
    return;
  }
  print_notes(context, imported.notes);
  if (imported.unconfirmed > 0)
    say(context, "catalogue.unconfirmed", {{"count", std::to_string(imported.unconfirmed)}});
  say(context, imported.changed ? "catalogue.imported" : "catalogue.unchanged",
      {{"version", std::to_string(imported.version)},
       {"tables", std::to_string(imported.tables)},
       {"variables", std::to_string(imported.variables)}});
}

Result<void> import_file(Context& context, const std::string& file, const std::string& classes) {
  const Services services = TRY(open_services(context));
  report(context, TRY(import_any(context, services, file, classes)));
  return {};
}

struct ConfirmFlags {
  std::string table, variable, what, type;
};

Result<void> confirm(Context& context, const ConfirmFlags& flags) {
  catalogue::Confirmation confirmation{.table = flags.table, .variable = flags.variable};
  if (!flags.what.empty()) {
    confirmation.what = catalogue::class_of(flags.what);
    if (!confirmation.what)
      return usage(
          "catalogue.unknown_class_word",
          {{"class", flags.what}, {"advice", catalogue::nearest(flags.what, catalogue::class_words())}});
  }
  if (!flags.type.empty()) {
    confirmation.type = catalogue::type_of(flags.type);
    if (!confirmation.type) return usage("catalogue.unknown_type_word", {{"type", flags.type}});
  }
  const Services services = TRY(open_services(context));
  report(context, TRY(catalogue::confirm(*services.ledger, context.user, confirmation)));
  return {};
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

Result<void> show(Context& context, const std::string& wanted, bool only_unconfirmed) {
  const Services services = TRY(open_services(context));
  Catalogue catalogue = TRY(catalogue::load(services.database()));
  json::array tables;
  size_t shown = 0;
  for (Table& table : catalogue.tables) {
    if (!is_wanted(table, wanted)) continue;
    ++shown;
    if (only_unconfirmed) {
      std::erase_if(table.variables, [](const Variable& variable) {
        return granting(variable) != catalogue::Granting::unconfirmed;
      });
      if (table.variables.empty()) continue;
    }
    if (context.json) {
      tables.push_back(object_of(table));
    } else {
      print_table(context, table, only_unconfirmed || wanted.find('.') != std::string::npos);
    }
  }
  if (shown == 0) return unknown(catalogue, wanted);
  if (context.json)
    print(json::serialize(json::object{{"version", catalogue.version}, {"tables", std::move(tables)}}));
  return {};
}

Result<void> diff(Context& context, int64_t before, int64_t after) {
  const Services services = TRY(open_services(context));
  const Catalogue old = TRY(catalogue::load(services.database(), before));
  const Catalogue fresh = TRY(catalogue::load(services.database(), after));
  const auto changes = catalogue::difference(old, fresh);
  const auto projects = TRY(extract::touched_by(services.database(), changes, old, fresh));
  if (context.json) {
    json::array list, touched;
    for (const auto& change : changes) list.push_back(object_of(change));
    for (const std::string& number : projects) touched.emplace_back(number);
    print(json::serialize(json::object{{"before", before},
                                       {"after", after},
                                       {"changes", std::move(list)},
                                       {"projects", std::move(touched)}}));
    return {};
  }
  for (const auto& change : changes) print(line_of(change));
  if (changes.empty()) return say(context, "catalogue.no_difference"), Result<void>();
  if (projects.empty()) return say(context, "catalogue.touches_none"), Result<void>();
  say(context, "catalogue.touches", {{"projects", fmt::format("{}", fmt::join(projects, ", "))}});
  return {};
}

Result<void> write_sheet(Context& context, const std::string& file) {
  const Services services = TRY(open_services(context));
  const Catalogue catalogue = TRY(catalogue::load(services.database()));
  TRY(context.world.replace_file(file, TRY(spreadsheet::write_xlsx(catalogue::order_sheet(catalogue))),
                                 0644));
  size_t variables = 0;
  for (const Table& table : catalogue.tables) variables += table.variables.size();
  const size_t registers = catalogue.register_codes().size();
  if (context.json) {
    print(json::serialize(json::object{{"file", file}, {"registers", registers}, {"variables", variables}}));
    return {};
  }
  say(context, "catalogue.sheet_written",
      {{"file", file}, {"sheets", std::to_string(registers)}, {"variables", std::to_string(variables)}});
  return {};
}

// A filled order sheet against the catalogue; 1 when something must be put right.
Result<int> read_order(Context& context, const std::string& file) {
  const Services services = TRY(open_services(context));
  const catalogue::Order order = TRY(read_order_file(context, services, file));
  const int code = order.blocks() ? static_cast<int>(Kind::refused) : 0;
  if (context.json) {
    print(json::serialize(object_of(context, order)));
    return code;
  }
  for (const auto& item : order.items)
    print(fmt::format("{}.{}.{}", item.register_name, item.table, item.variable));
  say_findings(context, order);
  return code;
}

void add_import(Verb& verb, Context& context) {
  const auto file = std::make_shared<std::string>(), classes = std::make_shared<std::string>();
  Verb* import = verb.add_subcommand("import", "make FILE part of the newest version of the catalogue");
  import
      ->add_option("file", *file, "TOML (described by hand), TSV (the public list) or XLSX (an order sheet)")
      ->required();
  import->add_option("--classes", *classes, "heuristic classes of the list's variables (TSV)");
  import->footer(
      "Example: fvm catalogue import share/catalogue/denmark.toml\n"
      "         fvm catalogue import variables.tsv --classes variable-classes.tsv");
  import->callback([&context, file, classes] {
    run_verb(context, [&] { return import_file(context, *file, *classes); });
  });
}

void add_confirm(Verb& verb, Context& context) {
  const auto flags = std::make_shared<ConfirmFlags>();
  Verb* confirmed = verb.add_subcommand("confirm", "say what a variable of the public list is");
  confirmed->add_option("table", flags->table, "REGISTER.TABLE")->required();
  confirmed->add_option("variable", flags->variable, "variable")->required();
  confirmed->add_option("--class", flags->what, "its class; else as it was guessed");
  confirmed->add_option("--type", flags->type, "text, integer, decimal, date or timestamp");
  confirmed->footer("Example: fvm catalogue confirm ABR.t_abort v_cpr --class person");
  confirmed->callback([&context, flags] { run_verb(context, [&] { return confirm(context, *flags); }); });
}

void add_show_and_diff(Verb& verb, Context& context) {
  const auto text = std::make_shared<std::string>();
  const auto unconfirmed = std::make_shared<bool>(false);
  Verb* shown = verb.add_subcommand("show", "list tables, or the variables of one");
  shown->add_option("table", *text, "REGISTER or REGISTER.TABLE");
  shown->add_flag("--unconfirmed", *unconfirmed, "only variables that somebody must confirm");
  shown->footer(
      "Example: fvm catalogue show LPR_F.kontakter\n"
      "Marks: ! required  ? class guessed from its name  - cannot be ordered");
  shown->callback([&context, text, unconfirmed] {
    run_verb(context, [&] { return show(context, *text, *unconfirmed); });
  });

  const auto versions = std::make_shared<std::pair<int64_t, int64_t>>();
  Verb* difference =
      verb.add_subcommand("diff", "what changed between two versions, and which projects it touches");
  difference->add_option("before", versions->first, "version")->required();
  difference->add_option("after", versions->second, "version")->required();
  difference->footer("Example: fvm catalogue diff 1 2");
  difference->callback([&context, versions] {
    run_verb(context, [&] { return diff(context, versions->first, versions->second); });
  });
}

void add_sheets(Verb& verb, Context& context) {
  const auto file = std::make_shared<std::string>();
  Verb* sheet = verb.add_subcommand("order-sheet", "write the order sheet that applicants fill in");
  sheet->add_option("file", *file, "XLSX to write")->required();
  sheet->footer("Example: fvm catalogue order-sheet bestillingsark.xlsx");
  sheet->callback([&context, file] { run_verb(context, [&] { return write_sheet(context, *file); }); });

  Verb* order = verb.add_subcommand("order", "read a filled order sheet and check it against the catalogue");
  order->add_option("file", *file, "XLSX, or a list of variables as CSV")->required();
  order->footer("Example: fvm catalogue order filled.xlsx");
  order->callback(
      [&context, file] { run_verb_with_code(context, [&] { return read_order(context, *file); }); });
}

}  // namespace

void add_catalogue(Verb& app, Context& context) {
  Verb* verb = app.add_subcommand("catalogue", "the registers, their tables and variables");
  verb->require_subcommand(1);
  add_import(*verb, context);
  add_confirm(*verb, context);
  add_show_and_diff(*verb, context);
  add_sheets(*verb, context);
}

}  // namespace fvm::cli
