// The SQL of a plan. Private to this room. Everything in it comes from the catalogue, from snapshots and from
// conditions that our own grammar has read; names and texts are quoted here.
#pragma once

#include <string>
#include <vector>

#include "extract/plan.hpp"

namespace fvm::extract {

// One table on the way to the person.
struct Step {
  const catalogue::Table* table;
  const lake::Snapshot* snapshot;
};

struct Files {
  std::vector<std::string> paths;  // inside the sandbox
  uint64_t skipped = 0, rows = 0;
};
// The table's files that can hold rows of the period, by the statistics in the log; without a period, all.
Files files_in_period(const Step& step, const std::optional<Period>& period);

// The same of those of its files that are named.
Files some_files_in_period(const Step& step, const std::optional<Period>& period,
                           const std::vector<std::string>& names);
// The period that is the granted table's own, not its parent's.
std::optional<Period> own_period(const Grant& grant);

std::string succession_query(const catalogue::Table& table, const lake::Snapshot& snapshot);
// The queries of the population that are given one look only at rows of persons in the table affected_number,
// and of tables with persons they read the files in which such persons may be.
class Narrowing {
 public:
  // As relation() of plan_sql_parts.hpp, of those files.
  std::string relation(const Step& step, const std::vector<std::string>& paths,
                       std::vector<std::string> columns);
  std::vector<Near> near;
};
std::string criterion_query(const std::vector<Step>& way, const Criterion& criterion, bool aliases,
                            Narrowing* affected = nullptr);
// `index`: of the grant, for the names of its key tables.
GrantSql grant_sql(const std::vector<Step>& way, const Grant& grant, size_t index);
// SELECT key: the parent's keys that belong to `who` (population, former); `way` has a parent.
std::string keys_query(const std::vector<Step>& way, const Grant& grant, std::string_view who);
// Of PROJECT.population; reads the table member (runner/build_population.cpp), or member_came: those who
// came.
std::string population_grant_query(const Grant& grant, std::string_view members = "member");
lake::Field delta_field(const catalogue::Variable& variable, const lake::Snapshot& snapshot);

}  // namespace fvm::extract
