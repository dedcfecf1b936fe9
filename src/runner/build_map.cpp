#include "runner/build_map.hpp"

#include <filesystem>

#include "runner/seen_pseudonyms.hpp"

namespace fvm::runner {
namespace {

constexpr size_t reads_from_file_max = 4;
// The base is written again when there are so many changes: one for 16 rows of it, and a few where it is
// small.
constexpr uint64_t base_rows_per_change = 16, base_rows_more = 128;

// Maps of before providers' numbers were kept have no column for them.
std::string with_providers(const std::string& map) {
  return "(FROM " + map + " UNION ALL BY NAME SELECT NULL::BIGINT AS provider_mirror WHERE false)";
}
// What the map has of providers.
std::string providers_in(const std::string& map) {
  return "(SELECT project, provider_mirror FROM " + with_providers(map) +
         " WHERE provider_mirror IS NOT NULL)";
}

std::string base_file(const BuildDocument& document) {
  return "read_parquet(" + duck::quote_text(document.input + "/former.parquet") + ")";
}

// Rows of the base that no change has taken the place of, and the changes' own. `among`: " SEMI JOIN …" of b.
std::string now_of(const std::string& base, const std::string& changes, const std::string& among = {}) {
  const std::string of_changes = among.empty() ? changes : "(SELECT b.* FROM " + changes + " b" + among + ")";
  return "(SELECT b.* FROM " + base + " b" + among + " ANTI JOIN " + changes +
         " c ON c.mirror = b.mirror WHERE b.mirror IS NOT NULL UNION ALL BY NAME SELECT * FROM " +
         of_changes + " WHERE mirror IS NOT NULL AND project IS NOT NULL)";
}

// The rows of the base that a statement may need: see BuildDocument::wanted.
std::string wanted_of(const std::string& base) {
  return "(FROM " + base + " WHERE wanted_number(mirror))";
}

// Few reads of the population of the build before are made from its file, many from a table in memory.
bool is_read_from_file(const BuildDocument& document) {
  if (!document.population_kept && !document.change) return false;
  size_t parts = 0;
  for (const BuildTable& table : document.tables) {
    parts += table.parts.size() * (1 + table.went_in.size());
    if (document.change && !table.keys.now.empty()) parts += table.kept.size();
  }
  return parts <= reads_from_file_max;
}
std::string view_or_table(const BuildDocument& document) {
  return is_read_from_file(document) ? "CREATE VIEW " : "CREATE TABLE ";
}

// map_change(…): what changed between the base and the build before.
Result<void> read_changes(duck::Connection& connection, const BuildDocument& document) {
  return connection.run(
      "CREATE TABLE map_change AS FROM " +
      (document.former_changes
           ? "read_parquet(" + duck::quote_text(document.input + "/former_changes.parquet") + ")"
           : base_file(document) + " LIMIT 0"));
}

// Who came and who went, by whole rows of the map: a number whose pseudonym is another one now both came and
// went. One pass over both instead of two differences of sets.
Result<void> compare(duck::Connection& connection, const std::string& now, const std::string& then) {
  TRY(connection.run(
      "CREATE TABLE difference AS SELECT n.*, f.mirror AS former_mirror, f.is_main AS was_main FROM " + now +
      " n FULL JOIN " + then +
      " f ON n.mirror = f.mirror AND n.project = f.project AND n.index_day IS NOT DISTINCT FROM f.index_day "
      "AND n.is_main = f.is_main AND n.is_control = f.is_control AND n.match_set IS NOT DISTINCT FROM "
      "f.match_set AND n.cohort IS NOT DISTINCT FROM f.cohort WHERE n.mirror IS NULL OR f.mirror IS NULL"));
  return connection.run(
      "CREATE TABLE came AS SELECT DISTINCT * EXCLUDE (former_mirror, was_main) FROM difference WHERE mirror "
      "IS "
      "NOT NULL; CREATE TABLE went AS SELECT DISTINCT former_mirror AS mirror FROM difference WHERE mirror "
      "IS "
      "NULL; CREATE TABLE changed AS SELECT mirror FROM came UNION SELECT mirror FROM went");
}

Result<void> nobody_came_or_went(duck::Connection& connection) {
  return connection.run(
      "CREATE TABLE came AS FROM population LIMIT 0; CREATE TABLE went(mirror BIGINT); CREATE TABLE "
      "changed(mirror BIGINT)");
}

// The changes as they are now: map_change becomes it. A pseudonym that stood nowhere but in a change that is
// gone is still one that the project has seen.
Result<void> change_map(duck::Connection& connection) {
  TRY(connection.run(
      "CREATE TABLE changes_now AS SELECT m.* FROM map_change m ANTI JOIN changed x ON x.mirror = m.mirror "
      "UNION ALL BY NAME SELECT * FROM came UNION ALL BY NAME SELECT mirror FROM went ANTI JOIN came USING "
      "(mirror) "
      "UNION ALL BY NAME SELECT DISTINCT m.project FROM map_change m SEMI JOIN changed x ON x.mirror = "
      "m.mirror "
      "ANTI JOIN came k ON k.project = m.project WHERE m.project IS NOT NULL"));
  return connection.run("DROP TABLE map_change; ALTER TABLE changes_now RENAME TO map_change");
}

// Everybody whom nothing that changed can touch is as before.
Result<void> join_the_others(duck::Connection& connection, const BuildDocument& document,
                             PopulationCounts& counts) {
  const std::string base = base_file(document), make = view_or_table(document);
  TRY(read_changes(connection, document));
  TRY(connection.run("ALTER TABLE population RENAME TO affected_population"));
  TRY(connection.run("CREATE TABLE map_before AS FROM map_change"));
  TRY(connection.run(make + "former AS FROM " + now_of(base, "map_before")));
  TRY(compare(connection, "affected_population",
              now_of(base, "map_before", " SEMI JOIN affected_number a ON a.mirror = b.mirror")));
  TRY(change_map(connection));
  TRY(add_wanted_number(connection, *document.wanted));
  TRY(connection.run(make + "population AS FROM " + now_of(wanted_of(base), "map_change")));
  const auto count = [&](const std::string& from) {
    return connection.query_number("SELECT count(*) FROM " + from);
  };
  if (document.persons_before) {
    counts.persons = *document.persons_before +
                     static_cast<uint64_t>(TRY(count("difference WHERE mirror IS NOT NULL AND is_main")) -
                                           TRY(count("difference WHERE mirror IS NULL AND was_main")));
  } else {
    counts.persons = static_cast<uint64_t>(TRY(count("population WHERE is_main")));
  }
  counts.numbers = static_cast<uint64_t>(TRY(count("(FROM population LIMIT 1)")));
  return {};
}

Result<void> keep_all(duck::Connection& connection, const BuildDocument& document, PopulationCounts& counts) {
  TRY(read_changes(connection, document));
  TRY(add_wanted_number(connection, *document.wanted));
  const std::string base = wanted_of(base_file(document));
  TRY(connection.run(
      view_or_table(document) + "population AS FROM " +
      (document.former_changes ? now_of(base, "map_change") : base + " WHERE mirror IS NOT NULL")));
  TRY(connection.run("CREATE VIEW former AS FROM population"));
  counts.numbers =
      static_cast<uint64_t>(TRY(connection.query_number("SELECT count(*) FROM (FROM population LIMIT 1)")));
  return nobody_came_or_went(connection);
}

// Pseudonyms of providers that stand in neither file with their number.
Result<bool> find_unknown_providers(duck::Connection& connection, const BuildDocument& document) {
  TRY(connection.run(
      "CREATE TABLE unknown_provider AS SELECT DISTINCT project, mirror AS provider_mirror FROM provider "
      "WHERE project IS NOT NULL"));
  if (TRY(connection.query_number("SELECT count(*) FROM unknown_provider")) == 0) return false;
  TRY(connection.run(
      "CREATE OR REPLACE TABLE unknown_provider AS SELECT p.* FROM unknown_provider p ANTI JOIN " +
      providers_in(base_file(document)) + " b ON b.project = p.project ANTI JOIN " +
      providers_in("map_change") + " m ON m.project = p.project"));
  return TRY(connection.query_number("SELECT count(*) FROM unknown_provider")) > 0;
}

// Pseudonyms are as good as random: neither a dictionary nor compression is worth its time.
Result<void> write(duck::Connection& connection, const BuildDocument& document, const std::string& query,
                   std::string_view name) {
  const std::string file = document.output + "/population/" + std::string(name);
  TRY(connection.run("COPY (" + query + ") TO " + duck::quote_text(file) +
                     " (FORMAT PARQUET, COMPRESSION uncompressed, DICTIONARY_SIZE_LIMIT 1)"));
  return list_pseudonyms(connection, file);
}

// Beside the map, without a person's number of the mirror, stands every other pseudonym that the project has
// seen: providers', with their own number, and those of the builds before whose persons are no longer in the
// population. They still lie in the analysts' files, so the check of what is sent home must know them.
Result<MapWritten> write_whole(duck::Connection& connection, const BuildDocument& document,
                               bool has_changes) {
  std::string others = "SELECT project, mirror AS provider_mirror FROM provider";
  const auto add = [&](const std::string& map) {
    others += " UNION ALL SELECT project, provider_mirror FROM " + with_providers(map);
  };
  if (document.former) add(base_file(document));
  if (document.former_changes)
    add("read_parquet(" + duck::quote_text(document.input + "/former_changes.parquet") + ")");
  if (has_changes) add("map_change");
  TRY(write(connection, document,
            "SELECT * FROM population UNION ALL BY NAME SELECT NULL::BIGINT AS mirror, o.project, "
            "max(o.provider_mirror) AS provider_mirror FROM (" +
                others +
                ") o ANTI JOIN population p ON p.project = o.project WHERE o.project IS NOT NULL GROUP BY "
                "o.project",
            "population.parquet"));
  return MapWritten::whole;
}

}  // namespace

std::string map_now(const std::string& base, const std::string& changes) {
  const std::string of_base = "read_parquet(" + duck::quote_text(base) + ")";
  std::error_code ignored;
  if (changes.empty() || !std::filesystem::exists(changes, ignored))
    return "(FROM " + of_base + " WHERE mirror IS NOT NULL)";
  return now_of(of_base, "read_parquet(" + duck::quote_text(changes) + ")");
}

std::string map_of_providers(const std::string& base, const std::string& changes) {
  const auto of = [](const std::string& file) {
    return providers_in("read_parquet(" + duck::quote_text(file) + ")");
  };
  std::error_code ignored;
  const bool changed = !changes.empty() && std::filesystem::exists(changes, ignored);
  return "(SELECT DISTINCT project, provider_mirror AS mirror FROM " +
         (changed ? "(FROM " + of(base) + " UNION ALL FROM " + of(changes) + ")" : of(base)) + ")";
}

Result<void> join_former(duck::Connection& connection, const BuildDocument& document,
                         PopulationCounts& counts) {
  if (document.population_kept) return keep_all(connection, document, counts);
  if (document.change) return join_the_others(connection, document, counts);
  counts.numbers = static_cast<uint64_t>(TRY(connection.query_number("SELECT count(*) FROM population")));
  if (!document.compares()) {
    TRY(connection.run("CREATE VIEW former AS FROM population"));  // asked for only when it was kept
    return nobody_came_or_went(connection);
  }
  TRY(read_changes(connection, document));
  TRY(connection.run("CREATE TABLE former AS FROM " + now_of(base_file(document), "map_change")));
  return compare(connection, "population", "former");
}

Result<void> want_numbers(duck::Connection& connection, const BuildDocument& document,
                          const std::vector<std::string>& columns) {
  if (!is_read_from_file(document)) return {};
  const std::string from = " FROM read_parquet(getvariable('files'), union_by_name = true)";
  const int64_t numbers =
      TRY(connection.query_number("SELECT count(*)" + from)) * static_cast<int64_t>(columns.size());
  if (numbers > TRY(connection.query_number("SELECT count(*) FROM " + base_file(document)))) return {};
  document.wanted->set(static_cast<size_t>(numbers));
  for (const std::string& column : columns) {
    auto result = TRY(connection.query("SELECT coalesce(" + duck::quote_name(column) + ", -1)::BIGINT" + from,
                                       duck::Fetch::streaming));
    while (duck::Chunk chunk = TRY(result.next())) document.wanted->add(chunk.column(0).values<int64_t>());
  }
  return {};
}

Result<MapWritten> write_map(duck::Connection& connection, const BuildDocument& document) {
  if (!document.population_kept && !document.change) return write_whole(connection, document, false);
  const bool providers = TRY(find_unknown_providers(connection, document));
  if (!providers && TRY(connection.query_number("SELECT count(*) FROM changed")) == 0)
    return MapWritten::nothing;
  TRY(
      connection.run("ALTER TABLE map_change ADD COLUMN IF NOT EXISTS provider_mirror BIGINT;"
                     "INSERT INTO map_change BY NAME FROM unknown_provider"));
  const auto rows = static_cast<uint64_t>(TRY(connection.query_number("SELECT count(*) FROM map_change")));
  const auto base =
      static_cast<uint64_t>(TRY(connection.query_number("SELECT count(*) FROM " + base_file(document))));
  if (rows * base_rows_per_change > base + base_rows_more) return write_whole(connection, document, true);
  TRY(write(connection, document, "FROM map_change", "changes.parquet"));
  return MapWritten::changes;
}

}  // namespace fvm::runner
