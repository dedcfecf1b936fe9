// What a build does, worked out before it starts: which mirror files are read, the SQL of the population and
// of each granted table; for a refresh, what of the version before may stay. Pure: specification + catalogue
// + snapshots of the mirror + what was built before in, plan out; the worker in its sandbox only carries it
// out.
//
// The SQL speaks of tables that the worker makes first:
//   alias(alias, canonical)        every other number of a person -> the one that stands for all
//   supplied(person, cohort, day)  the authority's numbers
//   population(mirror, project, index_day)  every number of a person in the population -> the project's
//                                  pseudonym, and the person's index date
//   member(person, role, cohort, index_date, match_set)  what PROJECT.population is made from; member_came:
//   of those
//                                  who came
//   provider(mirror, project)      the same for provider numbers
//   keys_N(key)                    of granted table N, when it reaches its person through a parent: the
//   parent's
//                                  keys in the population
// and, when there is a population of the version before,
//   former(mirror, project, index_day)  that population
//   came(mirror, project, index_day)  the rows that are new; came_keys_N(key) likewise
//   went(mirror)                   the numbers whose row is no longer there; went_keys_N(key) likewise
//   changed(mirror)                both
// and, when only part of the population is computed (PopulationChange),
//   affected(person)               those whose belonging may have changed
//   affected_number(mirror)        every number of theirs, now and before
// The files that a granted table's SQL reads are in the engine's variable `files`.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "extract/difference.hpp"
#include "extract/project.hpp"
#include "extract/specification.hpp"
#include "lake/types.hpp"

namespace fvm::extract {

// The mirror as the plan sees it: by full table name ("LPR_F.kontakter"). A frozen grant has its own
// snapshot under `frozen`. For a refresh also what happened to each live table up to its version, and the
// snapshots that the version before was made from.
struct Mirror {
  std::map<std::string, lake::Snapshot> live, frozen;
  std::map<std::string, std::vector<lake::Change>> changes;
  std::map<std::string, lake::Snapshot> before;
};

struct Source {
  std::string table;
  int64_t version = 0;
  auto operator<=>(const Source&) const = default;
};

// The version before, of which a refresh keeps what it can.
struct PreviousTable {
  std::string recipe;
  int64_t mirror_version = 0;
  std::map<std::string, lake::File> files;  // of the project's table, by path
};
struct Previous {
  std::string population_recipe;
  std::map<std::string, PreviousTable> tables;  // by "schema.name"
};
// What else decides how a project's rows are written and found.
struct Ways {
  unsigned record_spread = 0;
  uint64_t listed_bytes_min = 32u << 20;  // of a mirror file, to be worth a list of its numbers
};

// The SQL of a granted table, over the files in the variable `files`.
struct GrantSql {
  std::string empty;                 // no rows, but every stored column that the others read
  std::string rows;                  // what is written
  std::string came;                  // the rows of those who came
  std::vector<std::string> went_in;  // SELECT filename: files with rows of those who went or whose
                                     // relatives came or went
  std::string came_in;               // SELECT filename: files with rows of those who came
  // The column of numbers, as the mirror stores it, in which came_in and each of went_in look; empty: keys.
  std::string came_by;
  std::vector<std::string> went_by;
  std::vector<std::string> providers;  // SELECT mirror: provider numbers in granted columns
  std::vector<std::string> records;  // SELECT text: keys of records in granted columns of the project's rows
};

// How a table without a person of its own is joined: SELECT key, each of them.
struct Keys {
  std::string now;       // keys of the parent in the population; empty: the table has its own person
  std::string before;    // the same as it was, of `former`
  std::string added;     // those in parent files that came since: enough when `only_added`
  bool changed = false;  // have the parents' rows changed since?
  bool only_added = false;
};

// Mirror files that are read together into files of the project, which remember them as their origins.
struct Part {
  std::vector<std::string> files;    // inside the sandbox; those outside the grant's period are left out
  std::vector<std::string> origins;  // as the mirror's log names them
};
// Files of the project that stay, unless a changed population touches their rows.
struct KeptPart : Part {
  std::vector<std::string> paths;  // of the project's table
  uint64_t rows = 0;
};

struct TablePlan {
  std::string schema, name;  // "lpr_f", "kontakter"
  GrantSql sql;
  Keys keys;
  unsigned record_spread = 0;  // of its keys of records, if it has any (crypto::pack_record)
  std::string recipe;          // what the rows depend on beside the mirror's rows: another recipe, other rows
  bool frozen = false;
  bool whole = true;  // nothing of the version before is kept
  std::vector<Part> parts;
  std::vector<KeptPart> kept;
  std::vector<std::string> dropped;  // files of the project
  std::vector<Column> columns;
  lake::Schema delta;  // the same columns as the Delta table declares them
  int64_t mirror_version = 0;
  uint64_t files_read = 0, files_skipped = 0, rows_read = 0;
  std::string text_da, text_en;
  bool own = false;  // PROJECT.population: made from the table member, of one part without files
};

struct EventPlan {
  std::string name, query;  // SELECT person[, day]
  bool none = false;        // must not have happened
};

struct ControlsPlan {
  int64_t per_case = 1;
  int64_t tolerance = 0;          // in `near`
  std::string traits;             // SELECT person, stratum, near
  std::string candidates;         // SELECT person
  std::vector<std::string> none;  // SELECT person: never a control
};

// Files of a table with persons, in which a query looks for the affected alone. The worker sets the variable
// to a file without rows (of `empty`) and those of the files in which some of them may be.
struct Near {
  std::string table;  // full name
  std::string variable;
  std::string column;  // of the persons' numbers, as the mirror stores it; empty: it does not have it
  std::string empty;
  std::vector<std::string> files;  // inside the sandbox
};

// How a refresh computes only that part of the population whose rows changed: the plan's criteria and events
// then ask for the persons in the table affected_number alone, everybody else is as in the version before.
struct PopulationChange {
  std::vector<std::string> touched;             // SELECT mirror: numbers that changed rows lead to
  std::vector<std::string> successions_before;  // SELECT alias, successor; as it was
  bool successions_changed = false;             // else the same as now
  std::vector<Near> near;
};

// Lists of numbers (lake/number_list.hpp) that would spare reading large columns, of files that stay.
struct ListWanted {
  std::string table;  // full name
  std::string file, column;
};

struct Plan {
  std::string project;
  std::vector<std::string> successions;     // SELECT alias, successor
  std::vector<std::string> all, any, none;  // SELECT person (canonical, each once)
  bool supplied = false;                    // the numbers in /in/supplied.parquet are one more of `all`
  std::string population_recipe;
  bool population_kept = false;            // that of the version before is the right one
  std::optional<PopulationChange> change;  // only part of it is computed
  // "kept", "affected", or why all of it is computed: "whole.build" (asked for), "whole.recipe" (another
  // specification, catalogue or release), "whole.history" (unknown what changed), "whole.controls",
  // "whole.much" (most of a table changed).
  std::string population_way = "whole.build";
  std::vector<std::string> dated_cohorts;  // of them, those that are events too
  std::vector<EventPlan> events;           // each may read those before it
  std::string index;                       // the event that gives the index date; empty: none
  std::optional<ControlsPlan> controls;
  unsigned record_spread = 0;
  std::vector<std::string> known_persons;  // SELECT person: everybody that the registers of persons know
  std::vector<TablePlan> tables;
  std::vector<ListWanted> lists;
  std::vector<Source> sources;  // every mirror table that is read, at which version; sorted

  // Only the record of which mirror versions the data belong to is behind.
  bool is_nothing_to_do() const;
};

// Where a mirror table stands inside the sandbox.
std::string mirror_folder_inside(const catalogue::Table& table);

// The tables whose snapshots make_plan needs: granted, criteria, their parents. Tables of changed numbers
// (successions) are wanted too, but may be missing from the mirror.
std::vector<const catalogue::Table*> tables_needed(const Specification& specification,
                                                   const catalogue::Catalogue& catalogue);
std::vector<const catalogue::Table*> succession_tables(const catalogue::Catalogue& catalogue);

// "project.not_delivered" (refused) with `name` when a table that is needed is not in the mirror.
// Without `previous` everything is built.
Result<Plan> make_plan(const Specification& specification, const catalogue::Catalogue& catalogue,
                       const Mirror& mirror, const Previous* previous = nullptr, Ways ways = {});

// The mirror as its schemas alone: what a plan depends on beside files and versions.
Mirror without_files(const Mirror& mirror);

// What decides who is in the population, beside the mirror's rows (JSON).
std::string population_document(const Plan& plan);
// What decides a table's rows, beside the mirror's and the population.
std::string table_recipe(const TablePlan& table);
// The document for the worker's job (JSON); see runner/build.cpp for its fields.
std::string to_document(const Plan& plan);
// The plan for people and tests: one step a line.
std::string to_text(const Plan& plan);

}  // namespace fvm::extract
