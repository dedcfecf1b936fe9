#include "runner/build_aliases.hpp"
#include "runner/build_steps.hpp"

namespace fvm::runner {
namespace {

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

// The map from mirror to project. Beside it, without a number of the mirror, every other pseudonym that the
// project has seen: providers', and those of the build before whose persons are no longer in the population.
// They still lie in the analysts' files, so the check of what is sent home must know them.
Result<void> write_map(duck::Connection& connection, const BuildDocument& document) {
  std::string others = "SELECT project FROM provider";
  if (document.former) {
    others += " UNION SELECT project FROM read_parquet(" +
              duck::quote_text(document.input + "/former.parquet") + ")";
  }
  return connection.run(
      "COPY (SELECT mirror, project FROM population UNION ALL SELECT NULL, o.project FROM (" + others +
      ") o ANTI JOIN population p ON p.project = o.project WHERE o.project IS NOT NULL) TO " +
      duck::quote_text(document.output + "/population/population.parquet") + " (FORMAT PARQUET)");
}

}  // namespace

Result<PopulationCounts> build_population(duck::Connection& connection, const BuildDocument& document) {
  PopulationCounts counts;
  counts.groups_too_large = TRY(make_aliases(connection, document));
  TRY(connection.run(
      "CREATE TABLE person AS SELECT person AS mirror, project_person(person) AS project FROM (" +
      chosen_query(document) + ") WHERE person IS NOT NULL"));
  TRY(connection.run(
      "CREATE TABLE population AS SELECT mirror, project FROM person UNION ALL "
      "SELECT a.alias, person.project FROM alias a JOIN person ON person.mirror = a.canonical"));
  TRY(connection.run("DROP TABLE alias"));
  counts.persons = static_cast<uint64_t>(TRY(connection.query_number("SELECT count(*) FROM person")));
  counts.numbers = static_cast<uint64_t>(TRY(connection.query_number("SELECT count(*) FROM population")));
  TRY(connection.run("DROP TABLE person"));
  const std::string providers = joined(document.providers, " UNION ");
  TRY(connection.run(
      providers.empty()
          ? std::string("CREATE TABLE provider(mirror BIGINT, project BIGINT)")
          : "CREATE TABLE provider AS SELECT mirror, project_provider(mirror) AS project FROM (" + providers +
                ")"));
  TRY(write_map(connection, document));
  return counts;
}

}  // namespace fvm::runner
