#include "extract/precheck_sql.hpp"

#include <algorithm>
#include <cctype>

#include "base/time.hpp"
#include "extract/plan.hpp"
#include "extract/plan_sql_parts.hpp"

namespace fvm::extract {
namespace {

using catalogue::Catalogue;
using catalogue::Table;
using catalogue::Variable;

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

struct Stored {
  const Table* table;
  const lake::Snapshot* snapshot;

  bool has(std::string_view column) const {
    return std::any_of(snapshot->schema.fields.begin(), snapshot->schema.fields.end(),
                       [&](const lake::Field& field) { return lower(field.name) == lower(column); });
  }
  uint64_t rows() const {
    uint64_t rows = 0;
    for (const auto& [path, file] : snapshot->files) rows += file.rows.value_or(0);
    return rows;
  }
};

// The table as the mirror holds it; a column that no delivery brought is NULL. `columns` may name one twice.
std::string relation(const Stored& stored, std::vector<std::string> columns) {
  std::sort(columns.begin(), columns.end());
  columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
  std::string list, files;
  for (const std::string& column : columns) {
    list += (list.empty() ? "" : ", ") + (stored.has(column) ? sql_name(column) : "NULL") + " AS " +
            sql_name(column);
  }
  for (const auto& [path, file] : stored.snapshot->files) {
    files += (files.empty() ? "" : ", ") + sql_text(mirror_folder_inside(*stored.table) + "/" + path);
  }
  if (files.empty()) return "(SELECT " + list + " WHERE false)";
  return "(SELECT " + list + " FROM read_parquet([" + files + "], union_by_name = true))";
}

// Whole days, also for a variable with a time of day.
std::string in_period(const Period& period, const std::string& qualifier) {
  const std::string variable = qualifier + "." + sql_name(period.variable);
  const Date after = date_of_days(days_of_date(period.to.year, period.to.month, period.to.day) + 1);
  return "(" + variable + " >= DATE '" + to_text(period.from) + "' AND " + variable + " < DATE '" +
         to_text(after) + "')";
}

// The days from the person's index date, which `person` has.
std::string near_index(const Period& period, const std::string& qualifier, const std::string& person) {
  const std::string day = "CAST(" + qualifier + "." + sql_name(period.variable) + " AS DATE)";
  const std::string index = person + ".index_day + ";
  std::string out;
  if (period.from_days) out += " AND " + day + " >= " + index + "(" + std::to_string(*period.from_days) + ")";
  if (period.to_days) out += " AND " + day + " <= " + index + "(" + std::to_string(*period.to_days) + ")";
  return out;
}

constexpr std::string_view everybody = "(SELECT mirror AS key, project AS person, index_day FROM population)";

class Writer {
 public:
  Writer(const Catalogue& catalogue, const Snapshots& snapshots)
      : catalogue_(catalogue), snapshots_(snapshots) {}

  std::vector<Stored> way_of(const std::string& table) const {
    std::vector<Stored> way;
    for (const Table* step : way_to_person(*catalogue_.find(table), catalogue_))
      way.push_back({step, &snapshots_.at(step->full_name())});
    return way;
  }

  // SELECT person, `list` FROM the rows that the grant gives; `list` speaks of t.
  std::string rows(const Grant& grant, const std::vector<Stored>& way, const std::string& list,
                   std::vector<std::string> columns) const {
    std::string conditions;
    const auto add = [&](const std::string& condition) {
      conditions += (conditions.empty() ? " WHERE " : " AND ") + condition;
    };
    if (grant.period && !grant.period->in_parent) {
      columns.push_back(grant.period->variable);
      add(in_period(*grant.period, "t") + near_index(*grant.period, "t", "k"));
    }
    if (grant.where) {
      for (std::string& each : variables_of(*grant.where)) columns.push_back(std::move(each));
      add(render(*grant.where, "t"));
    }
    const Table& table = *way[0].table;
    const std::string key = table.person ? *table.person : table.parent->key;
    columns.push_back(key);
    const std::string persons = table.person ? std::string(everybody) : keys(way, 1, grant.period);
    return "SELECT k.person" + list + " FROM " + relation(way[0], std::move(columns)) + " t JOIN " + persons +
           " k ON k.key = t." + sql_name(key) + conditions;
  }

 private:
  // (SELECT DISTINCT key, person, index_day): the records at way[level] of persons in the population.
  std::string keys(const std::vector<Stored>& way, size_t level, const std::optional<Period>& period) const {
    const Table& table = *way[level].table;
    const std::string& key = way[level - 1].table->parent->parent_key;
    const std::string up = table.person ? *table.person : table.parent->key;
    std::vector<std::string> columns{key, up};
    std::string condition;
    if (level == 1 && period && period->in_parent) {
      columns.push_back(period->variable);
      condition = " WHERE " + in_period(*period, "q") + near_index(*period, "q", "u");
    }
    const std::string persons = table.person ? std::string(everybody) : keys(way, level + 1, std::nullopt);
    return "(SELECT DISTINCT q." + sql_name(key) + " AS key, u.person, u.index_day FROM " +
           relation(way[level], std::move(columns)) + " q JOIN " + persons + " u ON u.key = q." +
           sql_name(up) + condition + ")";
  }

  const Catalogue& catalogue_;
  const Snapshots& snapshots_;
};

// Where a trait is taken from: the table with the fewest rows that the grants give it in.
struct TraitSource {
  const Grant* grant = nullptr;
  std::string variable;
  uint64_t rows = 0;
};

}  // namespace

CountQueries count_queries(const Specification& specification, const Catalogue& catalogue,
                           const Snapshots& snapshots) {
  const Writer writer(catalogue, snapshots);
  CountQueries out;
  std::map<Trait, TraitSource> traits;
  for (const Grant& grant : specification.grants) {
    const auto way = writer.way_of(grant.table);
    EventQuery events{.table = grant.table, .rows_max = way[0].rows()};
    std::string list;
    std::vector<std::string> columns;
    for (const std::string& each : grant.variables) {
      const Variable& variable = *way[0].table->find(each);
      if (const auto trait = trait_of(variable)) {
        TraitSource& source = traits[*trait];
        if (source.grant == nullptr || events.rows_max < source.rows)
          source = {&grant, variable.name, events.rows_max};
      } else if (knowledge_of(variable) == Knowledge::event) {
        list += ", t." + sql_name(variable.name) + " AS c" + std::to_string(events.variables.size());
        columns.push_back(variable.name);
        events.variables.push_back(variable.name);
      }
    }
    if (events.variables.empty()) continue;
    events.query = writer.rows(grant, way, list, columns);
    out.events.push_back(std::move(events));
  }
  for (const auto& [trait, source] : traits) {
    out.traits.push_back({trait, source.grant->table, source.variable,
                          writer.rows(*source.grant, writer.way_of(source.grant->table),
                                      ", t." + sql_name(source.variable) + " AS value", {source.variable})});
  }
  return out;
}

}  // namespace fvm::extract
