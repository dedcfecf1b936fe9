#include <algorithm>

#include <fmt/format.h>

#include "runner/build_map.hpp"
#include "runner/precheck.hpp"

namespace fvm::runner {
namespace {

uint64_t divided_up(uint64_t whole, uint64_t part) {
  return part == 0 ? 1 : std::max<uint64_t>(1, (whole + part - 1) / part);
}

// "prefix0, prefix1, …" without number `left_out`.
std::string numbered(std::string_view prefix, size_t count, size_t left_out) {
  std::string out;
  for (size_t i = 0; i < count; ++i) {
    if (i == left_out) continue;
    out += fmt::format("{}{}{}", out.empty() ? "" : ", ", prefix, i);
  }
  return out;
}
constexpr size_t none = ~size_t{0};

class Counter {
 public:
  Counter(duck::Connection& connection, const PrecheckDocument& document)
      : connection_(connection), document_(document) {}

  Result<PrecheckResult> count() {
    PrecheckResult out;
    TRY(make_population());
    out.persons = TRY(number("SELECT count(*) FROM somebody"));
    if (out.persons == 0) return out;
    out.fingerprint =
        TRY(number("SELECT (sum(hash(person)::HUGEINT) % 9223372036854775807)::BIGINT FROM somebody"));
    TRY(make_traits());
    out.traits = TRY(count_traits());
    for (const PrecheckEvents& events : document_.events)
      out.events.push_back(TRY(count_events(events, out.persons)));
    for (const std::string& file : document_.others) out.others.push_back(TRY(in_other(file)));
    return out;
  }

 private:
  Result<uint64_t> number(const std::string& sql) {
    return static_cast<uint64_t>(TRY(connection_.query_number(sql)));
  }

  // The planner's queries speak of project pseudonyms; here a person's number stands for itself.
  Result<void> make_population() {
    for (const char* name : {"project_person", "project_provider", "project_record"})
      TRY(connection_.run(fmt::format("CREATE MACRO {}(x) AS x", name)));
    TRY(build_population(connection_, document_.build));
    TRY(connection_.run("CREATE TABLE somebody AS SELECT DISTINCT project AS person FROM population"));
    return {};
  }

  // One row a person. Who has several values (two residences over time) counts with the last of them.
  Result<void> make_traits() {
    std::string columns, joins;
    for (size_t i = 0; i < document_.traits.size(); ++i) {
      columns += fmt::format(", t{}.value AS v{}", i, i);
      joins += fmt::format(
          " LEFT JOIN (SELECT person, max(value::VARCHAR) AS value FROM ({}) GROUP BY person) t{} USING "
          "(person)",
          document_.traits[i].query, i);
    }
    return connection_.run("CREATE TABLE traits AS SELECT somebody.person" + columns + " FROM somebody" +
                           joins);
  }

  Result<uint64_t> alone_with_traits(size_t left_out) {
    const std::string columns = numbered("v", document_.traits.size(), left_out);
    if (columns.empty()) return uint64_t{0};
    return number("SELECT count(*) FROM (SELECT 1 FROM traits GROUP BY " + columns + " HAVING count(*) = 1)");
  }

  Result<PrecheckTraits> count_traits() {
    PrecheckTraits out;
    out.all.persons = TRY(number("SELECT count(*) FROM traits"));
    out.all.unique = TRY(alone_with_traits(none));
    for (size_t i = 0; i < document_.traits.size(); ++i) out.without.push_back(TRY(alone_with_traits(i)));
    return out;
  }

  // Each row as person and hashes: h of all, h0, h1, … with that column left out.
  std::string hashed(const PrecheckEvents& events, bool leaving_out) const {
    const size_t traits = document_.traits.size(), columns = events.columns.size();
    const auto hash = [&](size_t left_out) {
      const std::string of_person = numbered("traits.v", traits, none),
                        of_row = numbered("e.c", columns, left_out);
      return "hash(0" + (of_person.empty() ? "" : ", " + of_person) + (of_row.empty() ? "" : ", " + of_row) +
             ")";
    };
    std::string list = "e.person, " + hash(none) + " AS h";
    for (size_t i = 0; leaving_out && i < columns; ++i) list += fmt::format(", {} AS h{}", hash(i), i);
    return "SELECT " + list + " FROM (" + events.query + ") e JOIN traits USING (person)";
  }

  // Persons who are alone with a combination: with any of theirs, or with the one that was picked.
  Result<uint64_t> alone(const std::string& targets, const std::string& everything,
                         const std::string& column) {
    return number(
        fmt::format("SELECT count(DISTINCT person) FROM {0} JOIN (SELECT {2} AS h, min(person) AS a, "
                    "max(person) AS b FROM ({1}) "
                    "WHERE {2} IN (SELECT {2} FROM {0}) GROUP BY 1) c ON c.h = {0}.{2} WHERE c.a = c.b",
                    targets, everything, column));
  }

  // Persons are sampled by the hash of their pseudonym, so the same ones each time; what they are compared
  // with is everybody, so a sample does not make anyone look more alone than he is.
  Result<PrecheckEventsResult> count_events(const PrecheckEvents& events, uint64_t persons) {
    PrecheckEventsResult out;
    out.sample =
        std::max(divided_up(persons, document_.persons_max), divided_up(events.rows_max, document_.rows_max));
    const bool leaving_out = out.sample == 1 && events.columns.size() <= precheck_columns_max;
    TRY(connection_.run(fmt::format(
        "CREATE OR REPLACE TABLE target AS SELECT DISTINCT * FROM ({}) WHERE hash(person) % {} = 0",
        hashed(events, leaving_out), out.sample)));
    // One row of each, chosen by chance that is the same each time.
    TRY(
        connection_.run("CREATE OR REPLACE TABLE picked AS SELECT DISTINCT ON (person) * FROM target ORDER "
                        "BY person, hash(h, person)"));
    const std::string everything = out.sample == 1 ? "SELECT * FROM target" : hashed(events, false);
    out.persons = TRY(number("SELECT count(*) FROM picked"));
    out.unique_any = TRY(alone("target", everything, "h"));
    out.unique_one = TRY(alone("picked", everything, "h"));
    for (size_t i = 0; leaving_out && i < events.columns.size(); ++i)
      out.without.push_back(TRY(alone("picked", everything, fmt::format("h{}", i))));
    return out;
  }

  Result<uint64_t> in_other(const std::string& file) {
    const std::string path = document_.build.input + "/" + file;
    return number("SELECT count(*) FROM somebody WHERE person IN (SELECT mirror FROM " +
                  map_now(path, path + ".changes") + ")");
  }

  duck::Connection& connection_;
  const PrecheckDocument& document_;
};

}  // namespace

Result<PrecheckResult> count_precheck(duck::Connection& connection, const PrecheckDocument& document) {
  return Counter(connection, document).count();
}

}  // namespace fvm::runner
