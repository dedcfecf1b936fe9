// What a build does, worked out before it starts: which mirror files are read, the SQL of the population and
// of each granted table. Pure: specification + catalogue + snapshots of the mirror in, plan out; the worker
// in its sandbox only carries it out.
//
// The SQL speaks of tables that the worker makes first:
//   alias(alias, canonical)        every other number of a person -> the one that stands for all
//   population(mirror, project)    every number of a person in the population -> the project's pseudonym
//   provider(mirror, project)      the same for provider numbers
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "extract/project.hpp"
#include "extract/specification.hpp"
#include "lake/types.hpp"

namespace fvm::extract {

// The mirror as the plan sees it: by full table name ("LPR_F.kontakter"). A frozen grant has its own
// snapshot under `frozen`.
struct Mirror {
  std::map<std::string, lake::Snapshot> live, frozen;
};

struct Source {
  std::string table;
  int64_t version = 0;
  auto operator<=>(const Source&) const = default;
};

struct TablePlan {
  std::string schema, name;  // "lpr_f", "kontakter"
  std::string query;         // SELECT: what is written
  std::vector<Column> columns;
  lake::Schema delta;  // the same columns as the Delta table declares them
  int64_t mirror_version = 0;
  uint64_t files_read = 0, files_skipped = 0, rows_read = 0;
  std::string text_da, text_en;
};

struct Plan {
  std::string project;
  std::vector<std::string> successions;     // SELECT alias, successor
  std::vector<std::string> all, any, none;  // SELECT person (canonical, each once)
  bool supplied = false;                    // the numbers in /in/supplied.parquet are one more of `all`
  std::vector<std::string> providers;       // SELECT mirror: provider numbers in granted columns
  std::vector<TablePlan> tables;
  std::vector<Source> sources;  // every mirror table that is read, at which version; sorted
};

// Where a mirror table stands inside the sandbox.
std::string mirror_folder_inside(const catalogue::Table& table);

// The tables whose snapshots make_plan needs: granted, criteria, their parents. Tables of changed numbers
// (successions) are wanted too, but may be missing from the mirror.
std::vector<const catalogue::Table*> tables_needed(const Specification& specification,
                                                   const catalogue::Catalogue& catalogue);
std::vector<const catalogue::Table*> succession_tables(const catalogue::Catalogue& catalogue);

// "project.not_delivered" (refused) with `name` when a table that is needed is not in the mirror.
Result<Plan> make_plan(const Specification& specification, const catalogue::Catalogue& catalogue,
                       const Mirror& mirror);

// The document for the worker's job (JSON); see runner/build.cpp for its fields.
std::string to_document(const Plan& plan);
// The plan for people and tests: one step a line.
std::string to_text(const Plan& plan);

}  // namespace fvm::extract
