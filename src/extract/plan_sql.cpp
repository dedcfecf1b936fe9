// long: every query of the mirror is put together here, so that names and files are quoted in one place
#include "extract/plan_sql.hpp"

#include <algorithm>
#include <cctype>
#include <set>

#include "base/time.hpp"
#include "catalogue/stored.hpp"
#include "extract/plan_sql_parts.hpp"

namespace fvm::extract {
namespace {

using catalogue::Class;
using catalogue::Table;
using catalogue::Variable;

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

std::string in_quotes(std::string_view text, char mark) {
  std::string out(1, mark);
  for (const char c : text) {
    out += c;
    if (c == mark) out += c;
  }
  return out + mark;
}
std::string name(std::string_view text) {
  return in_quotes(text, '"');
}

std::string date(Date day) {
  return "DATE '" + to_text(day) + "'";
}

const lake::Field* stored(const lake::Snapshot& snapshot, std::string_view column) {
  const std::string wanted = lower(column);
  const auto& fields = snapshot.schema.fields;
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const lake::Field& field) { return lower(field.name) == wanted; });
  return found == fields.end() ? nullptr : &*found;
}

std::string engine_type(const std::string& delta) {
  if (delta == "long") return "BIGINT";
  if (delta == "integer") return "INTEGER";
  if (delta == "double") return "DOUBLE";
  if (delta == "boolean") return "BOOLEAN";
  if (delta == "date") return "DATE";
  if (delta == "timestamp") return "TIMESTAMP";
  if (delta.starts_with("decimal")) return "DECIMAL" + delta.substr(7);
  return "VARCHAR";
}

std::string null_of(const Step& step, const std::string& column) {
  const lake::Field* field = stored(*step.snapshot, column);
  return "NULL::" +
         engine_type(field != nullptr ? field->type : catalogue::delta_type(*step.table->find(column)));
}

// A SELECT list of the columns as the mirror stores them. One that it does not have (no delivery brought it)
// is NULL, and so are all when there are no files.
std::string column_list(const Step& step, std::vector<std::string> columns, bool any_files) {
  std::sort(columns.begin(), columns.end());
  columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
  std::string list;
  for (const std::string& column : columns) {
    if (!list.empty()) list += ", ";
    const lake::Field* field = stored(*step.snapshot, column);
    const bool there = field != nullptr && any_files;
    list += there ? name(field->name) : null_of(step, column);
    if (!there || field->name != column) list += " AS " + name(column);
  }
  return list.empty() ? "1" : list;
}

// The days are whole, also for a variable with a time of day.
std::string in_period(const Period& period, const std::string& qualifier) {
  const std::string variable = qualifier + "." + name(period.variable);
  const Date after = date_of_days(days_of_date(period.to.year, period.to.month, period.to.day) + 1);
  return "(" + variable + " >= " + date(period.from) + " AND " + variable + " < " + date(after) + ")";
}

// The days from the person's index date, as conditions of the join with population p.
std::string near_index(const std::optional<Period>& period, const std::string& qualifier) {
  if (!period || !period->is_relative()) return {};
  const std::string day = "CAST(" + qualifier + "." + name(period->variable) + " AS DATE)";
  std::string out;
  if (period->from_days)
    out += " AND " + day + " >= p.index_day + (" + std::to_string(*period->from_days) + ")";
  if (period->to_days) out += " AND " + day + " <= p.index_day + (" + std::to_string(*period->to_days) + ")";
  return out;
}

// One day in the statistics of a file: the first ten characters of a date or timestamp in JSON quotes.
std::string day_of(const std::string& literal) {
  return literal.size() >= 12 && literal[0] == '"' ? literal.substr(1, 10) : std::string();
}

bool may_hold(const lake::File& file, const Period& period) {
  const std::string wanted = lower(period.variable);
  for (const lake::ColumnStatistics& column : file.statistics) {
    if (lower(column.column) != wanted || !column.minimum || !column.maximum) continue;
    const std::string first = day_of(*column.minimum), last = day_of(*column.maximum);
    if (first.empty() || last.empty()) return true;
    return !(last < to_text(period.from) || first > to_text(period.to));
  }
  return true;
}

std::string folder_inside(const Table& table) {
  return "/in/mirror/" + lower(table.register_name) + "/" + lower(table.name);
}

// How each granted column is written, and the joins that it needs.
struct Projection {
  std::string list, joins;
  std::vector<std::string> columns;
};

void lookup(Projection& out, const Variable& variable, std::string_view map, size_t index) {
  const std::string alias = "r" + std::to_string(index);
  out.list += alias + ".project AS " + name(variable.name);
  out.joins +=
      " LEFT JOIN " + std::string(map) + " " + alias + " ON " + alias + ".mirror = t." + name(variable.name);
}

// The key of a record under the project's own key, so that two projects cannot be joined by it. A whole
// number is written as its digits, whatever type it is stored in: a child may have it as text.
std::string record_text(const Step& step, const Variable& variable) {
  const lake::Field* field = stored(*step.snapshot, variable.name);
  const std::string type = field != nullptr ? field->type : catalogue::delta_type(variable);
  const bool fraction = type == "double" || type.starts_with("decimal");
  return "(t." + name(variable.name) + (fraction ? "::HUGEINT" : "") + ")::VARCHAR";
}

Projection projection(const Step& step, const Grant& grant) {
  Projection out;
  for (size_t i = 0; i < grant.variables.size(); ++i) {
    const Variable& variable = *step.table->find(grant.variables[i]);
    if (i > 0) out.list += ", ";
    out.columns.push_back(variable.name);
    if (step.table->person && lower(*step.table->person) == lower(variable.name)) {
      out.list += "p.project AS " + name(variable.name);
    } else if (variable.what == Class::person || variable.what == Class::relative) {
      lookup(out, variable, "population", i);  // outside the population: NULL
    } else if (variable.what == Class::provider) {
      lookup(out, variable, "provider", i);
    } else if (variable.what == Class::record_key) {
      out.list += "project_record(" + record_text(step, variable) + ") AS " + name(variable.name);
    } else {
      out.list += "t." + name(variable.name);
    }
  }
  return out;
}

// Keys of the rows at way[level] that belong to `who`, as a relation with the column `key`.
std::string keys_of(const std::vector<Step>& way, size_t level, const std::optional<Period>& period,
                    std::string_view who) {
  const Step& step = way[level];
  const std::string& parent_key = way[level - 1].table->parent->parent_key;
  std::vector<std::string> columns{parent_key};
  const std::optional<Period> own = level == 1 ? period : std::nullopt;
  if (own) columns.push_back(own->variable);
  columns.push_back(step.table->person ? *step.table->person : step.table->parent->key);
  const std::string rows = relation(step, files_in_period(step, own).paths, columns);
  const std::string where = own ? " WHERE " + in_period(*own, "q") : "";
  const std::string select = "(SELECT q." + name(parent_key) + " AS key FROM " + rows + " q";
  if (step.table->person) {
    return select + " SEMI JOIN " + std::string(who) + " p ON p.mirror = q." + name(*step.table->person) +
           near_index(own, "q") + where + ")";
  }
  return select + " SEMI JOIN " + keys_of(way, level + 1, std::nullopt, who) + " k ON k.key = q." +
         name(step.table->parent->key) + where + ")";
}

// The table of a grant over the variable `files`, and the conditions on its rows. A file from before a column
// came does not have it; the worker puts a file without rows beside it that has every column.
struct GrantRows {
  Projection projection;
  std::string key;    // of the person, or of the parent
  std::string where;  // " WHERE …", or nothing
  std::vector<std::string> columns;
  const Step& step;

  std::string from(bool with_filename) const {
    return "(SELECT " + column_list(step, columns, true) + (with_filename ? ", filename" : "") +
           " FROM read_parquet(getvariable('files'), union_by_name = true" +
           (with_filename ? ", filename = true" : "") + ")) t";
  }
  // Files that hold rows whose `column` is in a table that the worker has made.
  std::string files_with(const std::string& table, const std::string& key_name,
                         const std::string& column) const {
    return "SELECT DISTINCT t.filename FROM " + from(true) + " SEMI JOIN " + table + " g ON g." + key_name +
           " = t." + name(column) + where;
  }
};

GrantRows grant_rows(const Step& step, const Grant& grant) {
  GrantRows out{.projection = projection(step, grant),
                .key = step.table->person ? *step.table->person : step.table->parent->key,
                .where = {},
                .columns = {},
                .step = step};
  const std::optional<Period> own = own_period(grant);
  std::vector<std::string> conditions;
  out.columns = out.projection.columns;
  if (own) out.columns.push_back(own->variable), conditions.push_back(in_period(*own, "t"));
  add_variables(out.columns, grant.where);
  if (grant.where) conditions.push_back(render(*grant.where, "t"));
  out.columns.push_back(out.key);
  out.where = where_of(conditions);
  return out;
}

std::string empty_query(const Step& step, std::vector<std::string> columns) {
  std::sort(columns.begin(), columns.end());
  columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
  std::string list;
  for (const std::string& column : columns) {
    const lake::Field* field = stored(*step.snapshot, column);
    if (field != nullptr)
      list += (list.empty() ? "" : ", ") + null_of(step, column) + " AS " + name(field->name);
  }
  return "SELECT " + (list.empty() ? "1 AS nothing" : list) + " WHERE false";
}

std::string provider_query(const GrantRows& rows, const std::string& variable) {
  return "SELECT DISTINCT t." + name(variable) + " AS mirror FROM " + rows.from(false) + " WHERE t." +
         name(variable) + " IS NOT NULL";
}

}  // namespace

std::string sql_name(std::string_view text) {
  return name(text);
}

std::string sql_text(std::string_view text) {
  return in_quotes(text, '\'');
}

std::string sql_date(Date day) {
  return date(day);
}

std::string relation(const Step& step, const std::vector<std::string>& paths,
                     std::vector<std::string> columns) {
  const std::string list = column_list(step, std::move(columns), !paths.empty());
  std::string files;
  if (paths.empty()) return "(SELECT " + list + " WHERE false)";
  for (const std::string& path : paths) files += (files.empty() ? "" : ", ") + in_quotes(path, '\'');
  return "(SELECT " + list + " FROM read_parquet([" + files + "], union_by_name = true))";
}

std::string all_of(const Step& step, std::vector<std::string> columns) {
  return relation(step, files_in_period(step, std::nullopt).paths, std::move(columns));
}

std::string some_of(const Step& step, const std::vector<std::string>& names,
                    std::vector<std::string> columns) {
  if (names.empty()) return relation(step, {}, std::move(columns));
  std::string files;
  for (const std::string& file : names)
    files += (files.empty() ? "" : ", ") + in_quotes(folder_inside(*step.table) + "/" + file, '\'');
  return "(SELECT " + column_list(step, columns, true) + " FROM (" + empty_query(step, columns) +
         " UNION ALL BY NAME SELECT * FROM read_parquet([" + files + "], union_by_name = true)))";
}

std::string Narrowing::relation(const Step& step, const std::vector<std::string>& paths,
                                std::vector<std::string> columns) {
  const lake::Field* numbers = stored(*step.snapshot, *step.table->person);
  Near made{.table = step.table->full_name(),
            .variable = "near_" + std::to_string(near.size()),
            .column = numbers == nullptr ? std::string() : numbers->name,
            .empty = empty_query(step, columns),
            .files = paths};
  const std::string list = column_list(step, std::move(columns), true);
  near.push_back(std::move(made));
  return "(SELECT " + list + " FROM read_parquet(getvariable('" + near.back().variable +
         "'), union_by_name = true))";
}

std::string relation_of(Narrowing* affected, const Step& step, const std::vector<std::string>& paths,
                        std::vector<std::string> columns) {
  const bool narrow = affected != nullptr && step.table->person && !paths.empty();
  return narrow ? affected->relation(step, paths, std::move(columns))
                : relation(step, paths, std::move(columns));
}

std::string all_of(Narrowing* affected, const Step& step, std::vector<std::string> columns) {
  return relation_of(affected, step, files_in_period(step, std::nullopt).paths, std::move(columns));
}

std::string only(Narrowing* affected, const std::vector<Step>& way, size_t level,
                 const std::string& qualifier) {
  if (affected == nullptr) return {};
  const Table& table = *way[level].table;
  if (table.person)
    return " SEMI JOIN affected_number f ON f.mirror = " + qualifier + "." + name(*table.person);
  const Table& above = *way[level + 1].table;
  const std::string key = table.parent->parent_key;
  return " SEMI JOIN (SELECT u." + name(key) + " AS key FROM " +
         all_of(affected, way[level + 1], {key, above.person ? *above.person : above.parent->key}) + " u" +
         only(affected, way, level + 1, "u") + ") f ON f.key = " + qualifier + "." + name(table.parent->key);
}

void add_variables(std::vector<std::string>& columns, const std::optional<Expression>& where) {
  if (!where) return;
  for (std::string& each : variables_of(*where)) columns.push_back(std::move(each));
}

std::string where_of(const std::vector<std::string>& conditions) {
  std::string out;
  for (const std::string& condition : conditions) out += (out.empty() ? " WHERE " : " AND ") + condition;
  return out;
}

std::string mirror_folder_inside(const Table& table) {
  return folder_inside(table);
}

Files some_files_in_period(const Step& step, const std::optional<Period>& period,
                           const std::vector<std::string>& names) {
  Files out;
  for (const std::string& path : names) {
    const lake::File& file = step.snapshot->files.at(path);
    if (period && !may_hold(file, *period)) {
      ++out.skipped;
      continue;
    }
    out.paths.push_back(folder_inside(*step.table) + "/" + path);
    out.rows += file.rows.value_or(0);
  }
  return out;
}

Files files_in_period(const Step& step, const std::optional<Period>& period) {
  std::vector<std::string> names;
  for (const auto& [path, file] : step.snapshot->files) names.push_back(path);
  return some_files_in_period(step, period, names);
}

std::optional<Period> own_period(const Grant& grant) {
  return grant.period && !grant.period->in_parent ? grant.period : std::nullopt;
}

std::string succession_query(const Table& table, const lake::Snapshot& snapshot) {
  std::vector<std::string> columns{*table.person, table.succession->successor};
  std::vector<std::string> conditions{name(*table.person) + " IS NOT NULL",
                                      name(table.succession->successor) + " IS NOT NULL"};
  if (!table.succession->condition.empty()) conditions.push_back("(" + table.succession->condition + ")");
  for (const Variable& variable : table.variables) columns.push_back(variable.name);
  return "SELECT " + name(*table.person) + " AS alias, " + name(table.succession->successor) +
         " AS successor FROM " + all_of({&table, &snapshot}, columns) + " t" + where_of(conditions);
}

// Rows are counted per person: first per key of the table itself, then step by step up to the person, so that
// a parent delivered twice does not count its children twice.
std::string criterion_query(const std::vector<Step>& way, const Criterion& criterion, bool aliases,
                            Narrowing* affected) {
  const Table& first = *way[0].table;
  std::string key = first.person ? *first.person : first.parent->key;
  std::vector<std::string> columns{key}, conditions{"t." + name(key) + " IS NOT NULL"};
  add_variables(columns, criterion.where);
  if (criterion.where) conditions.push_back(render(*criterion.where, "t"));
  std::string counted = "SELECT t." + name(key) + " AS key, count(*) AS n FROM " +
                        all_of(affected, way[0], columns) + " t" + only(affected, way, 0, "t") +
                        where_of(conditions) + " GROUP BY 1";
  for (size_t level = 1; level < way.size(); ++level) {
    const Table& table = *way[level].table;
    const std::string parent_key = way[level - 1].table->parent->parent_key;
    const std::string next = table.person ? *table.person : table.parent->key;
    counted = "SELECT q.next AS key, sum(c.n) AS n FROM (" + counted + ") c JOIN (SELECT DISTINCT " +
              name(parent_key) + " AS key, " + name(next) + " AS next FROM " +
              all_of(affected, way[level], {parent_key, next}) + " t" + only(affected, way, level, "t") +
              ") q ON q.key = c.key WHERE q.next IS NOT NULL GROUP BY 1";
  }
  const std::string person = aliases ? "coalesce(a.canonical, c.key)" : "c.key";
  const std::string join = aliases ? " LEFT JOIN alias a ON a.alias = c.key" : "";
  const std::string having =
      criterion.at_least > 1 ? " HAVING sum(c.n) >= " + std::to_string(criterion.at_least) : "";
  return "SELECT " + person + " AS person FROM (" + counted + ") c" + join + " GROUP BY 1" + having;
}

GrantSql grant_sql(const std::vector<Step>& way, const Grant& grant, size_t index) {
  const Step& step = way[0];
  const GrantRows rows = grant_rows(step, grant);
  const bool own_person = step.table->person.has_value();
  const std::string number = std::to_string(index);
  // The project's rows of those who are in `who`.
  const auto of_them = [&](const std::string& who) {
    const std::string joined =
        own_person ? " JOIN " + who + " p ON p.mirror = t." : " SEMI JOIN " + who + " k ON k.key = t.";
    return " FROM " + rows.from(false) + joined + name(rows.key) +
           (own_person ? near_index(own_period(grant), "t") : std::string());
  };
  const auto select = [&](const std::string& who) {
    return "SELECT " + rows.projection.list + of_them(who) + rows.projection.joins + rows.where;
  };
  GrantSql out{.empty = empty_query(step, rows.columns)};
  const std::string key_name = own_person ? "mirror" : "key";
  const std::string everybody = own_person ? "population" : "keys_" + number;
  out.rows = select(everybody);
  out.came = select(own_person ? "came" : "came_keys_" + number);
  out.came_in = rows.files_with(own_person ? "came" : "came_keys_" + number, key_name, rows.key);
  out.went_in.push_back(rows.files_with(own_person ? "went" : "went_keys_" + number, key_name, rows.key));
  const auto numbers = [&](const std::string& column) {
    const lake::Field* field = stored(*step.snapshot, column);
    return field == nullptr ? std::string() : field->name;
  };
  out.came_by = own_person ? numbers(rows.key) : std::string();
  out.went_by.push_back(out.came_by);
  for (const std::string& variable : grant.variables) {
    const Variable& each = *step.table->find(variable);
    if (each.what == Class::record_key)
      out.records.push_back("SELECT " + record_text(step, each) + " AS text" + of_them(everybody) +
                            rows.where);
    if (each.what == Class::provider) out.providers.push_back(provider_query(rows, each.name));
    const bool is_own = own_person && lower(*step.table->person) == lower(each.name);
    if (is_own || (each.what != Class::person && each.what != Class::relative)) continue;
    out.went_in.push_back(rows.files_with("changed", "mirror", each.name));
    out.went_by.push_back(numbers(each.name));
  }
  return out;
}

std::string keys_query(const std::vector<Step>& way, const Grant& grant, std::string_view who) {
  const std::optional<Period> parents = grant.period && grant.period->in_parent ? grant.period : std::nullopt;
  return "SELECT key FROM " + keys_of(way, 1, parents, who) + " q";
}

std::string population_grant_query(const Grant& grant, std::string_view members) {
  std::string list;
  for (const std::string& variable : grant.variables) list += (list.empty() ? "t." : ", t.") + name(variable);
  return "SELECT " + list + " FROM " + std::string(members) + " t" +
         (grant.where ? " WHERE " + render(*grant.where, "t") : "");
}

lake::Field delta_field(const Variable& variable, const lake::Snapshot& snapshot) {
  const lake::Field* field = stored(snapshot, variable.name);
  lake::Field out{variable.name, field != nullptr ? field->type : catalogue::delta_type(variable)};
  if (catalogue::is_pseudonym(variable.what) || variable.what == Class::record_key) out.type = "long";
  if (!variable.text_da.empty()) out.metadata["comment"] = variable.text_da;
  return out;
}

}  // namespace fvm::extract
