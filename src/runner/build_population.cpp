#include <algorithm>

#include "runner/build_aliases.hpp"
#include "runner/build_steps.hpp"

namespace fvm::runner {
namespace {

constexpr size_t reads_from_file_max = 4;

std::string joined(const std::vector<std::string>& queries, std::string_view between) {
  std::string out;
  for (const std::string& query : queries)
    out += (out.empty() ? "(" : std::string(between) + "(") + query + ")";
  return out;
}

Result<std::vector<std::pair<uint64_t, uint64_t>>> read_pairs(duck::Connection& connection,
                                                              const std::string& sql) {
  std::vector<std::pair<uint64_t, uint64_t>> pairs;
  auto result = TRY(connection.query(sql, duck::Fetch::streaming));
  while (duck::Chunk chunk = TRY(result.next())) {
    const auto from = chunk.column(0).values<int64_t>(), to = chunk.column(1).values<int64_t>();
    for (size_t i = 0; i < chunk.rows(); ++i) pairs.emplace_back(from[i], to[i]);
  }
  return pairs;
}

Result<void> append_pairs(duck::Connection& connection, const std::string& table,
                          const std::vector<std::pair<uint64_t, uint64_t>>& pairs) {
  auto appender = TRY(duck::Appender::open(connection, "main", table));
  for (size_t at = 0; at < pairs.size(); at += duck::chunk_rows_max()) {
    const size_t rows = std::min(duck::chunk_rows_max(), pairs.size() - at);
    TRY(appender.append(rows, [&](std::span<duck::VectorWriter> columns) {
      for (size_t i = 0; i < rows; ++i) {
        columns[0].values<int64_t>()[i] = static_cast<int64_t>(pairs[at + i].first);
        columns[1].values<int64_t>()[i] = static_cast<int64_t>(pairs[at + i].second);
      }
    }));
  }
  return appender.close();
}

Result<uint64_t> make_aliases(duck::Connection& connection, const BuildDocument& document) {
  TRY(connection.run("CREATE TABLE alias(alias BIGINT, canonical BIGINT)"));
  if (document.successions.empty()) return uint64_t{0};
  const auto pairs = TRY(read_pairs(connection, "SELECT DISTINCT alias, successor FROM (" +
                                                    joined(document.successions, " UNION ALL ") + ")"));
  const Aliases aliases = resolve_aliases(pairs);
  TRY(append_pairs(connection, "alias", aliases.canonical));
  return aliases.groups_too_large;
}

// (any of `any`) and each of `all`, without each of `none`; the supplied numbers are one more of `all`.
std::string chosen_query(const BuildDocument& document) {
  std::vector<std::string> all = document.all;
  if (document.supplied) {
    all.push_back("SELECT DISTINCT coalesce(a.canonical, s.mirror) AS person FROM read_parquet(" +
                  duck::quote_text(document.input + "/supplied.parquet") +
                  ") s LEFT JOIN alias a ON a.alias = s.mirror");
  }
  if (!document.any.empty()) all.push_back(joined(document.any, " UNION "));
  std::string chosen = joined(all, " INTERSECT ");
  for (const std::string& query : document.none) chosen = "(" + chosen + ") EXCEPT (" + query + ")";
  return chosen;
}

std::string former_file(const BuildDocument& document) {
  return "read_parquet(" + duck::quote_text(document.input + "/former.parquet") + ")";
}

// Every number of each person in the population, with the person's pseudonym.
Result<void> choose(duck::Connection& connection, const BuildDocument& document, PopulationCounts& counts) {
  counts.groups_too_large = TRY(make_aliases(connection, document));
  TRY(connection.run(
      "CREATE TABLE population AS SELECT person::BIGINT AS mirror, project_person(person) AS project FROM (" +
      chosen_query(document) + ") WHERE person IS NOT NULL"));
  counts.persons = static_cast<uint64_t>(TRY(connection.query_number("SELECT count(*) FROM population")));
  TRY(
      connection.run("INSERT INTO population SELECT a.alias, p.project FROM alias a JOIN population p ON "
                     "p.mirror = a.canonical"));
  return connection.run("DROP TABLE alias");
}

// That of the build before. Few reads of it are made from the file, many from a table in memory.
Result<void> keep(duck::Connection& connection, const BuildDocument& document) {
  size_t parts = 0;
  for (const BuildTable& table : document.tables) parts += table.parts.size() * (1 + table.went_in.size());
  return connection.run(std::string(parts <= reads_from_file_max ? "CREATE VIEW" : "CREATE TABLE") +
                        " population AS FROM " + former_file(document) + " WHERE mirror IS NOT NULL");
}

// Who came and who went, by whole rows of the map: a number whose pseudonym is another one now both came and
// went.
Result<void> compare(duck::Connection& connection, const BuildDocument& document) {
  if (document.population_kept || !document.compares()) {
    TRY(connection.run("CREATE TABLE came AS FROM population LIMIT 0"));
    TRY(connection.run("CREATE TABLE went(mirror BIGINT)"));
    return connection.run("CREATE VIEW former AS FROM population");  // asked for only when it was kept
  }
  TRY(connection.run("CREATE TABLE former AS FROM " + former_file(document) + " WHERE mirror IS NOT NULL"));
  TRY(connection.run("CREATE TABLE came AS (FROM population) EXCEPT (FROM former)"));
  return connection.run("CREATE TABLE went AS SELECT mirror FROM ((FROM former) EXCEPT (FROM population))");
}

}  // namespace

bool BuildDocument::compares() const {
  return former && std::any_of(tables.begin(), tables.end(),
                               [](const BuildTable& table) { return !table.kept.empty(); });
}

Result<PopulationCounts> build_population(duck::Connection& connection, const BuildDocument& document) {
  PopulationCounts counts;
  if (document.population_kept) {
    TRY(keep(connection, document));
  } else {
    TRY(choose(connection, document, counts));
  }
  const std::string some = document.population_kept ? "(FROM population LIMIT 1)" : "population";
  counts.numbers = static_cast<uint64_t>(TRY(connection.query_number("SELECT count(*) FROM " + some)));
  TRY(compare(connection, document));
  TRY(connection.run("CREATE TABLE changed AS SELECT mirror FROM came UNION SELECT mirror FROM went"));
  TRY(connection.run("CREATE TABLE provider(mirror BIGINT, project BIGINT)"));
  return counts;
}

Result<void> add_providers(duck::Connection& connection, const std::string& query) {
  return connection.run("INSERT INTO provider SELECT n.mirror, project_provider(n.mirror) FROM (" + query +
                        ") n ANTI JOIN provider p ON p.mirror = n.mirror");
}

// Beside the map, without a number of the mirror, stands every other pseudonym that the project has seen:
// providers', and those of the build before whose persons are no longer in the population. They still lie in
// the analysts' files, so the check of what is sent home must know them.
Result<bool> write_map(duck::Connection& connection, const BuildDocument& document) {
  std::string others = "SELECT project FROM provider";
  if (document.population_kept) {
    const int64_t unknown =
        TRY(connection.query_number("SELECT count(*) FROM provider p ANTI JOIN " + former_file(document) +
                                    " f ON f.project = p.project"));
    if (unknown == 0) return false;
  }
  if (document.former) others += " UNION ALL SELECT project FROM " + former_file(document);
  // Pseudonyms are as good as random: neither a dictionary nor compression is worth its time.
  TRY(connection.run(
      "COPY (SELECT mirror, project FROM population UNION ALL SELECT DISTINCT NULL::BIGINT, o.project FROM "
      "(" +
      others + ") o ANTI JOIN population p ON p.project = o.project WHERE o.project IS NOT NULL) TO " +
      duck::quote_text(document.output + "/population/population.parquet") +
      " (FORMAT PARQUET, COMPRESSION uncompressed, DICTIONARY_SIZE_LIMIT 1)"));
  return true;
}

}  // namespace fvm::runner
