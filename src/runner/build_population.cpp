#include <algorithm>

#include "runner/build_aliases.hpp"
#include "runner/build_controls.hpp"
#include "runner/build_map.hpp"
#include "runner/build_steps.hpp"
#include "runner/number_lists.hpp"

namespace fvm::runner {
namespace {

std::string joined(const std::vector<std::string>& queries, std::string_view between) {
  std::string out;
  for (const std::string& query : queries)
    out += (out.empty() ? "(" : std::string(between) + "(") + query + ")";
  return out;
}

std::string in_name_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

std::string event_relation(const std::string& name) {
  return in_name_quotes("event:" + name);
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

Result<uint64_t> make_aliases(duck::Connection& connection, const std::string& table,
                              const std::vector<std::string>& successions) {
  TRY(connection.run("CREATE TABLE " + table + "(alias BIGINT, canonical BIGINT)"));
  if (successions.empty()) return uint64_t{0};
  const auto pairs = TRY(read_pairs(
      connection, "SELECT DISTINCT alias, successor FROM (" + joined(successions, " UNION ALL ") + ")"));
  const Aliases aliases = resolve_aliases(pairs);
  TRY(append_pairs(connection, table, aliases.canonical));
  return aliases.groups_too_large;
}

// Those whom changed rows lead to, and those whose numbers are linked in another way than before: then both
// the person that a number belonged to and the one that it belongs to. With each of them all numbers of then
// and now, so that nobody is left half in the one set and half in the other.
Result<void> make_affected(duck::Connection& connection, const BuildChange& change) {
  const std::string touched = change.touched.empty() ? "SELECT NULL::BIGINT AS mirror WHERE false"
                                                     : joined(change.touched, " UNION ALL ");
  std::string persons =
      "SELECT coalesce(a.canonical, t.mirror) AS person FROM (SELECT DISTINCT mirror FROM (" + touched +
      ") WHERE mirror IS NOT NULL) t LEFT JOIN alias a ON a.alias = t.mirror";
  std::string numbers =
      "SELECT person AS mirror FROM affected UNION SELECT a.alias FROM alias a SEMI JOIN affected f ON "
      "f.person = a.canonical";
  if (change.successions_changed) {
    TRY(make_aliases(connection, "alias_before", change.successions_before));
    persons +=
        " UNION SELECT unnest([coalesce(a.canonical, b.alias), coalesce(b.canonical, a.alias)]) FROM alias a "
        "FULL JOIN alias_before b ON b.alias = a.alias WHERE a.canonical IS DISTINCT FROM b.canonical";
    numbers += " UNION SELECT b.alias FROM alias_before b SEMI JOIN affected f ON f.person = b.canonical";
  }
  TRY(connection.run("CREATE TABLE affected AS SELECT DISTINCT person FROM (" + persons + ")"));
  return connection.run("CREATE TABLE affected_number AS " + numbers);
}

// Where the criteria look for the affected: in the files that some of them may be in.
Result<void> narrow(duck::Connection& connection, const BuildDocument& document) {
  const auto affected = TRY(numbers_of(connection, "SELECT mirror FROM affected_number"));
  for (const BuildNear& near : document.change->near) {
    const std::string empty = duck::quote_text(document.output + "/temporary/" + near.variable + ".parquet");
    TRY(connection.run("COPY (" + near.empty + ") TO " + empty + " (FORMAT PARQUET)"));
    std::string list = empty;
    for (const std::string& file : files_with_any(near.files, near.column, affected).all())
      list += ", " + duck::quote_text(file);
    TRY(connection.run("SET VARIABLE " + near.variable + " = [" + list + "]"));
  }
  return {};
}

// The numbers that the authority supplied: (person, cohort, day).
Result<void> make_supplied(duck::Connection& connection, const BuildDocument& document) {
  if (!document.supplied) return {};
  return connection.run(
      "CREATE TABLE supplied AS SELECT coalesce(a.canonical, s.mirror) AS person, s.cohort, s.day FROM "
      "read_parquet(" +
      duck::quote_text(document.input + "/supplied.parquet") + ") s LEFT JOIN alias a ON a.alias = s.mirror" +
      (document.change ? " SEMI JOIN affected_number f ON f.mirror = s.mirror" : ""));
}

// Every event a relation of its own, computed once, those further down from those above.
std::string events_clause(const BuildDocument& document) {
  std::string out;
  const auto add = [&](const std::string& name, const std::string& query) {
    out += (out.empty() ? "WITH " : ", ") + event_relation(name) + " AS MATERIALIZED (" + query + ")";
  };
  for (const std::string& name : document.dated_cohorts) {
    add(name, "SELECT person, min(day) AS day FROM supplied WHERE day IS NOT NULL AND cohort = " +
                  duck::quote_text(name) + " GROUP BY person");
  }
  for (const BuildEvent& event : document.events) add(event.name, event.query);
  return out.empty() ? out : out + " ";
}

// (any of `any`), each of `all` and each event, without each of `none`; those supplied are one more of `all`.
std::string chosen_query(const BuildDocument& document) {
  std::vector<std::string> all = document.all, none = document.none;
  if (document.supplied) all.emplace_back("SELECT DISTINCT person FROM supplied");
  if (!document.any.empty()) all.push_back(joined(document.any, " UNION "));
  for (const BuildEvent& event : document.events)
    (event.none ? none : all).push_back("SELECT DISTINCT person FROM " + event_relation(event.name));
  std::string chosen = joined(all, " INTERSECT ");
  for (const std::string& query : none) chosen = "(" + chosen + ") EXCEPT (" + query + ")";
  const std::string events = events_clause(document);
  if (document.index.empty())
    return events + "SELECT person, NULL::DATE AS index_day FROM (" + chosen + ") WHERE person IS NOT NULL";
  return events + "SELECT c.person, i.day AS index_day FROM (" + chosen + ") c JOIN " +
         event_relation(document.index) + " i ON i.person = c.person";
}

// Cases and candidates of the strata that have a case, as match_controls wants them.
std::string strata_query(const BuildControls& controls) {
  std::string candidates = "(" + controls.candidates + ") EXCEPT (SELECT person FROM chosen)";
  for (const std::string& query : controls.none) candidates = "(" + candidates + ") EXCEPT (" + query + ")";
  return "WITH trait AS MATERIALIZED (" + controls.traits +
         "), cases AS MATERIALIZED (SELECT t.* FROM trait t SEMI JOIN chosen c ON c.person = t.person WHERE "
         "t.stratum IS NOT NULL AND t.near IS NOT NULL), candidates AS (SELECT t.* FROM trait t SEMI JOIN (" +
         candidates +
         ") k ON k.person = t.person SEMI JOIN cases s ON s.stratum = t.stratum WHERE t.near IS NOT NULL) "
         "SELECT dense_rank() OVER (ORDER BY stratum) AS stratum, is_case, person, near, "
         "project_person(person) AS project FROM (SELECT stratum, near, 1 AS is_case, person FROM cases "
         "UNION ALL SELECT stratum, near, 0, person FROM candidates)";
}

// Stratum by stratum as they come.
class Matching {
 public:
  explicit Matching(const BuildControls& controls) : controls_(controls) {}

  void take(int64_t stratum, bool is_case, Matched person) {
    if (stratum != stratum_) finish();
    stratum_ = stratum;
    (is_case ? cases_ : candidates_).push_back(person);
  }
  void finish() {
    for (const Assignment& made :
         match_controls(cases_, candidates_, controls_.per_case, controls_.tolerance))
      pairs.emplace_back(made.control, made.of);
    cases_.clear(), candidates_.clear();
  }
  std::vector<std::pair<uint64_t, uint64_t>> pairs;  // control and its case

 private:
  const BuildControls& controls_;
  int64_t stratum_ = 0;
  std::vector<Matched> cases_, candidates_;
};

Result<void> make_controls(duck::Connection& connection, const BuildDocument& document) {
  TRY(connection.run("CREATE TABLE control(project BIGINT, match_set BIGINT)"));
  if (!document.controls) return {};
  Matching matching(*document.controls);
  TRY(connection.run("CREATE TABLE pool AS " + strata_query(*document.controls)));
  auto result = TRY(
      connection.query("SELECT stratum, is_case, project, near FROM pool ORDER BY stratum, is_case, project",
                       duck::Fetch::streaming));
  while (duck::Chunk chunk = TRY(result.next())) {
    const auto stratum = chunk.column(0).values<int64_t>(), project = chunk.column(2).values<int64_t>();
    const auto is_case = chunk.column(1).values<int32_t>();
    const auto near = chunk.column(3).values<int64_t>();
    for (size_t i = 0; i < chunk.rows(); ++i)
      matching.take(stratum[i], is_case[i] == 1, {static_cast<uint64_t>(project[i]), near[i]});
  }
  matching.finish();
  return append_pairs(connection, "control", matching.pairs);
}

// Every number of each person in the population, with what is known about the person. `is_main`: the number
// that stands for all. Controls have the index date of their case.
constexpr std::string_view population_columns =
    "(mirror BIGINT, project BIGINT, index_day DATE, is_main BOOLEAN, is_control BOOLEAN, match_set BIGINT, "
    "cohort "
    "VARCHAR)";

Result<void> add_persons(duck::Connection& connection, const BuildDocument& document) {
  TRY(connection.run("CREATE TABLE population" + std::string(population_columns)));
  const std::string cohort =
      document.supplied
          ? "LEFT JOIN (SELECT person, string_agg(DISTINCT cohort, ',' ORDER BY cohort) AS cohort "
            "FROM supplied GROUP BY person) s ON s.person = c.person"
          : "CROSS JOIN (SELECT NULL::VARCHAR AS cohort) s";
  const std::string set = document.controls ? "project" : "NULL::BIGINT";
  TRY(connection.run(
      "INSERT INTO population SELECT mirror, project, index_day, true, false, " + set +
      ", cohort FROM (SELECT c.person AS mirror, project_person(c.person) AS project, c.index_day, "
      "s.cohort FROM chosen c " +
      cohort + ")"));
  if (document.controls) {
    TRY(connection.run(
        "INSERT INTO population SELECT k.person, c.project, p.index_day, true, true, c.match_set, "
        "NULL FROM control c JOIN pool k ON k.project = c.project JOIN population p ON p.project = "
        "c.match_set; DROP TABLE pool"));
  }
  return {};
}

Result<uint64_t> count(duck::Connection& connection, const std::string& sql) {
  return static_cast<uint64_t>(TRY(connection.query_number("SELECT count(*) FROM " + sql)));
}

Result<void> count_persons(duck::Connection& connection, const BuildDocument& document,
                           PopulationCounts& counts) {
  counts.persons = TRY(count(connection, "population"));
  counts.controls = TRY(count(connection, "control"));
  if (document.controls) {
    counts.cases_short =
        TRY(count(connection,
                  "(SELECT p.project FROM population p LEFT JOIN control c ON c.match_set = p.project "
                  "WHERE NOT p.is_control GROUP BY 1 HAVING count(c.project) < " +
                      std::to_string(document.controls->per_case) + ")"));
  }
  if (document.supplied && !document.known_persons.empty() && !document.change) {
    counts.supplied_unknown = TRY(
        count(connection,
              "(SELECT DISTINCT person FROM supplied) s ANTI JOIN (SELECT coalesce(a.canonical, k.person) AS "
              "person FROM (" +
                  joined(document.known_persons, " UNION ALL ") +
                  ") k LEFT JOIN alias a ON a.alias = k.person) k ON k.person = s.person"));
  }
  return {};
}

Result<void> choose(duck::Connection& connection, const BuildDocument& document, PopulationCounts& counts) {
  counts.groups_too_large = TRY(make_aliases(connection, "alias", document.successions));
  if (document.change) {
    TRY(make_affected(connection, *document.change));
    TRY(narrow(connection, document));
  }
  TRY(make_supplied(connection, document));
  TRY(connection.run("CREATE TABLE chosen AS FROM (" + chosen_query(document) + ")" +
                     (document.change ? " SEMI JOIN affected USING (person)" : "")));
  TRY(make_controls(connection, document));
  TRY(add_persons(connection, document));
  TRY(count_persons(connection, document, counts));
  TRY(connection.run(
      "INSERT INTO population SELECT a.alias, p.* EXCLUDE (mirror) REPLACE (false AS is_main) FROM "
      "alias a JOIN population p ON p.mirror = a.canonical"));
  return connection.run("DROP TABLE alias; DROP TABLE chosen; DROP TABLE control");
}

}  // namespace

bool BuildDocument::compares() const {
  if (change) return true;
  return former && std::any_of(tables.begin(), tables.end(),
                               [](const BuildTable& table) { return !table.kept.empty(); });
}

Result<PopulationCounts> build_population(duck::Connection& connection, const BuildDocument& document) {
  PopulationCounts counts;
  if (!document.population_kept) TRY(choose(connection, document, counts));
  TRY(join_former(connection, document, counts));
  for (const std::string from : {"population", "came"}) {
    TRY(connection.run(
        std::string("CREATE VIEW member") + (from == "came" ? "_came" : "") +
        " AS SELECT project AS person, CASE WHEN is_control THEN 'control' ELSE 'case' END AS role, cohort, "
        "index_day AS index_date, match_set FROM " +
        from + " WHERE is_main"));
  }
  TRY(connection.run("CREATE TABLE provider(mirror BIGINT, project BIGINT)"));
  return counts;
}

Result<void> add_providers(duck::Connection& connection, const std::string& query) {
  return connection.run("INSERT INTO provider SELECT n.mirror, project_provider(n.mirror) FROM (" + query +
                        ") n ANTI JOIN provider p ON p.mirror = n.mirror");
}

}  // namespace fvm::runner
