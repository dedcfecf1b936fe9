#include "extract/population_sql.hpp"

#include "extract/plan_sql_parts.hpp"

namespace fvm::extract {
namespace {

std::string person(bool aliases, const std::string& key) {
  return aliases ? "coalesce(a.canonical, " + key + ")" : key;
}
std::string alias_join(bool aliases, const std::string& key) {
  return aliases ? " LEFT JOIN alias a ON a.alias = " + key : "";
}

std::string day_of(const std::string& qualifier, const Event& event) {
  return "CAST(" + qualifier + "." + sql_name(event.variable) + " AS DATE)";
}

// The event's days, as conditions on `day`.
void add_days(std::vector<std::string>& conditions, const std::string& day, const Event& event) {
  conditions.push_back(day + " IS NOT NULL");
  if (event.from) conditions.push_back(day + " >= " + sql_date(*event.from));
  if (event.to) conditions.push_back(day + " <= " + sql_date(*event.to));
}

// The files that can hold the event's days, by their statistics.
std::string rows_of(Narrowing* affected, const Step& step, const Event& event, bool dated,
                    std::vector<std::string> columns) {
  if (!dated || (!event.from && !event.to)) return all_of(affected, step, std::move(columns));
  constexpr Date first{1, 1, 1}, last{9999, 12, 31};
  const Period period{event.variable, false, event.from.value_or(first), event.to.value_or(last), {}, {}};
  return relation_of(affected, step, files_in_period(step, period).paths, std::move(columns));
}

// Rows of a table that has its person: (person, day, n), one for each.
std::string own_rows(const std::vector<Step>& way, const Event& event, bool aliases, Narrowing* affected) {
  const Step& step = way[0];
  const std::string key = "t." + sql_name(*step.table->person), day = day_of("t", event);
  std::vector<std::string> columns{*step.table->person, event.variable}, conditions{key + " IS NOT NULL"};
  add_variables(columns, event.where);
  add_days(conditions, day, event);
  if (event.where) conditions.push_back(render(*event.where, "t"));
  return "SELECT " + person(aliases, key) + " AS person, " + day + " AS day, 1 AS n FROM " +
         rows_of(affected, step, event, true, columns) + " t" + only(affected, way, 0, "t") +
         alias_join(aliases, key) + where_of(conditions);
}

// Rows of a child, brought step by step to the person: first counted per key (and day, if the child has it),
// so that a parent delivered twice does not count its children twice.
std::string child_rows(const std::vector<Step>& way, const Event& event, bool aliases, Narrowing* affected) {
  const std::string key = "t." + sql_name(way[0].table->parent->key), day = day_of("t", event);
  std::vector<std::string> columns{way[0].table->parent->key}, conditions{key + " IS NOT NULL"};
  add_variables(columns, event.where);
  if (!event.in_parent) columns.push_back(event.variable), add_days(conditions, day, event);
  if (event.where) conditions.push_back(render(*event.where, "t"));
  std::string counted = "SELECT " + key + " AS key, " + (event.in_parent ? "NULL::DATE" : day) +
                        " AS day, count(*) AS n FROM " +
                        rows_of(affected, way[0], event, !event.in_parent, columns) + " t" +
                        only(affected, way, 0, "t") + where_of(conditions) + " GROUP BY ALL";
  for (size_t level = 1; level < way.size(); ++level) {
    const catalogue::Table& table = *way[level].table;
    const std::string& parent_key = way[level - 1].table->parent->parent_key;
    const std::string& next = table.person ? *table.person : table.parent->key;
    const bool dates = event.in_parent && level == 1;
    std::vector<std::string> wanted{parent_key, next}, limits{"t." + sql_name(next) + " IS NOT NULL"};
    if (dates) wanted.push_back(event.variable), add_days(limits, day, event);
    counted = "SELECT q.next AS key, " + std::string(dates ? "q" : "c") +
              ".day AS day, sum(c.n) AS n FROM (" + counted + ") c JOIN (SELECT DISTINCT t." +
              sql_name(parent_key) + " AS key, t." + sql_name(next) + " AS next" +
              (dates ? ", " + day + " AS day" : "") + " FROM " +
              rows_of(affected, way[level], event, dates, wanted) + " t" + only(affected, way, level, "t") +
              where_of(limits) + ") q ON q.key = c.key GROUP BY ALL";
  }
  return "SELECT " + person(aliases, "c.key") + " AS person, c.day, c.n FROM (" + counted + ") c" +
         alias_join(aliases, "c.key");
}

std::string bond_join(const Bond& bond, size_t number) {
  const std::string other = "x" + std::to_string(number);
  const std::string near = std::to_string(bond.from_days);
  std::string on = other + ".person = r.person AND r.day " +
                   (bond.after ? ">= " + other + ".day + " : "<= " + other + ".day - ") + near;
  if (bond.within_days) {
    on += std::string(" AND r.day ") + (bond.after ? "<= " + other + ".day + " : ">= " + other + ".day - ") +
          std::to_string(*bond.within_days);
  }
  return " SEMI JOIN " + event_relation(bond.event) + " " + other + " ON " + on;
}

}  // namespace

std::string event_relation(const std::string& name) {
  return sql_name("event:" + name);
}

std::string event_query(const std::vector<Step>& way, const Event& event, bool aliases, Narrowing* affected) {
  std::string from = " FROM (" +
                     (way.size() == 1 ? own_rows(way, event, aliases, affected)
                                      : child_rows(way, event, aliases, affected)) +
                     ") r";
  for (size_t i = 0; i < event.bonds.size(); ++i) from += bond_join(event.bonds[i], i);
  const std::string least = std::to_string(event.at_least);
  const std::string enough = event.at_least > 1 ? " HAVING sum(r.n) >= " + least : "";
  switch (event.pick) {
    case Pick::first:
      return "SELECT r.person, min(r.day) AS day" + from + " GROUP BY r.person" + enough;
    case Pick::last:
      return "SELECT r.person, max(r.day) AS day" + from + " GROUP BY r.person" + enough;
    case Pick::none:
      return "SELECT r.person" + from + " GROUP BY r.person" + enough;
    case Pick::any:
      break;
  }
  if (event.at_least == 1) return "SELECT DISTINCT r.person, r.day" + from;
  return "SELECT person, day FROM (SELECT r.person, r.day, sum(sum(r.n)) OVER (PARTITION BY r.person) AS n" +
         from + " GROUP BY r.person, r.day) WHERE n >= " + least;
}

std::string trait_query(const Step& step, const std::vector<Match>& matches, bool aliases) {
  const std::string key = "t." + sql_name(*step.table->person);
  std::vector<std::string> columns{*step.table->person}, conditions{key + " IS NOT NULL"};
  std::string all, near = "0";
  for (const Match& match : matches) {
    columns.push_back(match.variable);
    const std::string variable = "t." + sql_name(match.variable);
    if (match.within_years > 0) {
      const std::string first = "min(CAST(" + variable + " AS DATE))";
      near = "year(" + first + ") * " + std::to_string(near_year) + " + month(" + first + ") * 31 + day(" +
             first + ")";
      continue;
    }
    const std::string value =
        match.years == 0 ? variable : "year(" + variable + ") // " + std::to_string(match.years);
    all += (all.empty() ? "" : " || chr(31) || ") + ("min(" + value + ")::VARCHAR");
  }
  add_variables(columns, matches[0].where);
  if (matches[0].where) conditions.push_back(render(*matches[0].where, "t"));
  return "SELECT " + person(aliases, key) + " AS person, " + (all.empty() ? "''" : all) + " AS stratum, (" +
         near + ")::BIGINT AS near FROM " + all_of(step, columns) + " t" + alias_join(aliases, key) +
         where_of(conditions) + " GROUP BY 1";
}

std::string known_persons_query(const Step& step) {
  return "SELECT t." + sql_name(*step.table->person) + " AS person FROM " +
         all_of(step, {*step.table->person}) + " t";
}

std::string traits_query(const std::vector<std::string>& queries) {
  if (queries.size() == 1) return queries[0];
  std::string stratum, near, from;
  for (size_t i = 0; i < queries.size(); ++i) {
    const std::string name = "m" + std::to_string(i);
    stratum += (i > 0 ? " || chr(31) || " : "") + name + ".stratum";
    near += (i > 0 ? " + " : "") + name + ".near";
    from += (i > 0 ? " JOIN (" : "(") + queries[i] + ") " + name;
    if (i > 0) from += " ON " + name + ".person = m0.person";
  }
  return "SELECT m0.person, " + stratum + " AS stratum, " + near + " AS near FROM " + from;
}

}  // namespace fvm::extract
