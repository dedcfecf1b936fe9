// fvm mirror versions | freshness | verify | compact | vacuum: what the logs of the mirror's tables say,
// whether the files are there, and keeping them few.
#include <algorithm>
#include <boost/json.hpp>
#include <memory>

#include "config/instance.hpp"
#include "fvm/context.hpp"
#include "fvm/freshness.hpp"
#include "fvm/options.hpp"
#include "fvm/services.hpp"
#include "fvm/verbs.hpp"
#include "lake/table.hpp"
#include "mirror/compact.hpp"

namespace fvm::cli {
namespace {

namespace json = boost::json;

struct Options {
  std::string table;
  size_t limit = 0;
  uint64_t older_than_days = 7;
  mirror::CompactionLimits compaction;
};

// A table of the mirror: its name as REGISTER.TABLE in lower case, and its folder.
struct Place {
  std::string name;
  Path folder;
};

Result<Place> place_of(const Context& context, const std::string& full_name) {
  const size_t dot = full_name.find('.');
  if (dot == std::string::npos || !config::is_safe_name(full_name.substr(0, dot)) ||
      !config::is_safe_name(full_name.substr(dot + 1))) {
    return usage("mirror.bad_name", {{"table", full_name}});
  }
  const config::Instance instance(context.instance);
  return Place{full_name, instance.mirror_table(full_name.substr(0, dot), full_name.substr(dot + 1))};
}

Result<std::vector<Place>> every_place(const Context& context) {
  const Path mirror = config::Instance(context.instance).mirror();
  std::vector<Place> places;
  for (const DirectoryEntry& register_folder : TRY(context.world.list(mirror))) {
    for (const DirectoryEntry& table : TRY(context.world.list(mirror / register_folder.name))) {
      const Path folder = mirror / register_folder.name / table.name;
      if (lake::Table(context.world, folder).exists()) {
        places.push_back({register_folder.name + "." + table.name, folder});
      }
    }
  }
  return places;
}

Result<std::vector<Place>> places_of(const Context& context, const Options& options) {
  if (options.table.empty()) return every_place(context);
  return std::vector<Place>{TRY(place_of(context, options.table))};
}

std::string text_of(std::optional<uint64_t> rows) {
  return rows ? std::to_string(*rows) : "?";
}

json::object object_of(const lake::HistoryEntry& entry) {
  json::object out{{"version", entry.version},
                   {"time", to_text(entry.time)},
                   {"operation", entry.operation},
                   {"files_added", entry.files_added},
                   {"files_removed", entry.files_removed},
                   {"bytes_added", entry.bytes_added},
                   {"data_change", entry.data_change}};
  if (entry.rows_added) out["rows_added"] = *entry.rows_added;
  json::object facts;
  for (const auto& [name, value] : entry.facts) facts[name] = value;
  out["facts"] = std::move(facts);
  return out;
}

std::string line_of(const Context& context, const lake::HistoryEntry& entry) {
  std::string facts;
  for (const auto& [name, value] : entry.facts) facts += " " + name + "=" + value;
  return message(context.language, "mirror.version_line",
                 {{"version", std::to_string(entry.version)},
                  {"time", to_text(entry.time)},
                  {"operation", entry.operation},
                  {"rows", text_of(entry.rows_added)},
                  {"files_added", std::to_string(entry.files_added)},
                  {"files_removed", std::to_string(entry.files_removed)},
                  {"facts", facts}});
}

Result<void> versions(const Context& context, const Options& options) {
  const Place place = TRY(place_of(context, options.table));
  const auto history = TRY(lake::Table(context.world, place.folder).history(options.limit));
  if (context.json) {
    json::array entries;
    for (const auto& entry : history) entries.push_back(object_of(entry));
    print(json::serialize(json::object{{"table", options.table}, {"versions", std::move(entries)}}));
    return {};
  }
  for (const auto& entry : history) print(line_of(context, entry));
  return {};
}

json::array array_of(const std::vector<std::string>& texts) {
  return json::array(texts.begin(), texts.end());
}

void print_report(const Context& context, const Place& place, const lake::VerifyReport& report) {
  print(message(context.language, report.ok() ? "mirror.verified" : "mirror.broken",
                {{"table", place.name},
                 {"version", std::to_string(report.version)},
                 {"files", std::to_string(report.files)},
                 {"bytes", std::to_string(report.bytes)},
                 {"orphans", std::to_string(report.orphans.size())}}));
  for (const auto& file : report.missing) {
    print(message(context.language, "mirror.file_missing", {{"file", (place.folder / file).string()}}));
  }
  for (const auto& file : report.wrong_size) {
    print(message(context.language, "mirror.file_wrong_size", {{"file", (place.folder / file).string()}}));
  }
}

// Exit code 0, or 3 when a file that a log names is not there as the log says.
Result<int> verify(const Context& context, const Options& options) {
  const std::vector<Place> places = TRY(places_of(context, options));
  bool all_ok = true;
  json::array tables;
  for (const Place& place : places) {
    const lake::VerifyReport report = TRY(lake::Table(context.world, place.folder).verify());
    all_ok &= report.ok();
    if (!context.json) print_report(context, place, report);
    tables.push_back({{"table", place.name},
                      {"version", report.version},
                      {"files", report.files},
                      {"bytes", report.bytes},
                      {"ok", report.ok()},
                      {"missing", array_of(report.missing)},
                      {"wrong_size", array_of(report.wrong_size)},
                      {"orphans", array_of(report.orphans)}});
  }
  if (context.json) print(json::serialize(json::object{{"ok", all_ok}, {"tables", std::move(tables)}}));
  return all_ok ? 0 : static_cast<int>(Kind::surroundings);
}

Result<void> compact(const Context& context, const Options& options) {
  const Services services = TRY(open_services(context));
  json::array tables;
  for (const Place& place : TRY(places_of(context, options))) {
    const lake::Table table(context.world, place.folder);
    const mirror::Compacted done =
        TRY(mirror::compact(context.world, services.instance, *services.ledger, services.config.deliver,
                            table, context.user, options.compaction));
    tables.push_back({{"table", place.name},
                      {"version", done.version},
                      {"files_before", done.files_before},
                      {"files_after", done.files_after}});
    if (context.json) continue;
    print(message(context.language, "mirror.compacted",
                  {{"table", place.name},
                   {"version", std::to_string(done.version)},
                   {"before", std::to_string(done.files_before)},
                   {"after", std::to_string(done.files_after)}}));
  }
  if (context.json) print(json::serialize(json::object{{"tables", std::move(tables)}}));
  return {};
}

Result<void> vacuum(const Context& context, const Options& options) {
  const Services services = TRY(open_services(context));
  constexpr int64_t day_microseconds = 86'400'000'000;
  const Time limit{context.world.now().microseconds -
                   static_cast<int64_t>(options.older_than_days) * day_microseconds};
  json::array tables;
  for (const Place& place : TRY(places_of(context, options))) {
    // Recorded before anything is gone: a crash in between leaves a record too many, not one too few.
    TRY(services.ledger->record(
        {context.user, "mirror.vacuum", place.name, {{"older_than", to_text(limit)}}}));
    const auto gone = TRY(lake::Table(context.world, place.folder).vacuum(limit));
    tables.push_back({{"table", place.name}, {"removed", array_of(gone)}});
    if (context.json) continue;
    print(message(context.language, "mirror.vacuumed",
                  {{"table", place.name}, {"files", std::to_string(gone.size())}}));
  }
  if (context.json) print(json::serialize(json::object{{"tables", std::move(tables)}}));
  return {};
}

}  // namespace

void add_mirror(Verb& app, Context& context) {
  Verb* mirror = app.add_subcommand("mirror", "the mirror's tables: versions, and whether they are whole");
  mirror->require_subcommand(1);
  const auto options = std::make_shared<Options>();

  Verb* list = mirror->add_subcommand("versions", "what was committed to a table, newest first");
  list->add_option("table", options->table, "REGISTER.TABLE")->required();
  list->add_option("--limit", options->limit, "so many of the newest (0: all)");
  list->footer("Example: fvm mirror versions LPR_F.kontakter --limit 10");
  list->callback([&context, options] { run_verb(context, [&] { return versions(context, *options); }); });

  Verb* check = mirror->add_subcommand("verify", "every file that the logs name is there, with its size");
  check->add_option("table", options->table, "REGISTER.TABLE; all tables when left out");
  check->footer("Example: fvm mirror verify\nExit code 3 when a file is missing or of another size.");
  check->callback(
      [&context, options] { run_verb_with_code(context, [&] { return verify(context, *options); }); });

  Verb* pack = mirror->add_subcommand("compact", "small files into larger ones, with the same rows");
  pack->add_option("table", options->table, "REGISTER.TABLE; all tables when left out");
  pack->add_option("--small-mib", options->compaction.small_mib, "files below this are taken together")
      ->capture_default_str();
  pack->add_option("--group-mib", options->compaction.group_mib, "at most so much becomes one file")
      ->capture_default_str();
  pack->footer("Example: fvm mirror compact LMDB.lmdb\nVersions of before keep their files.");
  pack->callback([&context, options] { run_verb(context, [&] { return compact(context, *options); }); });

  add_freshness(*mirror, context);

  Verb* tidy =
      mirror->add_subcommand("vacuum", "removes files that no version names, as a crash leaves them");
  tidy->add_option("table", options->table, "REGISTER.TABLE; all tables when left out");
  tidy->add_option("--older-than-days", options->older_than_days, "younger ones may be somebody's work")
      ->capture_default_str()
      ->check(between(1, 36500));
  tidy->footer("Example: fvm mirror vacuum --older-than-days 7");
  tidy->callback([&context, options] { run_verb(context, [&] { return vacuum(context, *options); }); });
}

}  // namespace fvm::cli
