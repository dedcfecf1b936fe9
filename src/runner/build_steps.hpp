// The steps of a project build. Private to the job; see build.cpp for the document.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "duck/database.hpp"
#include "runner/build_keeper.hpp"
#include "runner/number_filter.hpp"

namespace fvm::runner {

inline constexpr std::string_view out_folder = "/out";

struct BuildColumn {
  std::string name;
  std::string type;  // Delta's: "long", "string", …
};
// One granted table; what its SQL means is told in extract/plan.hpp. All of it reads the files in the
// engine's variable `files`.
struct BuildTable {
  std::string schema, name;
  std::string empty, rows, came, came_in;
  std::string came_by;
  std::vector<std::string> went_in, went_by, providers;
  struct Keys {
    std::string now, before, added;
    bool changed = false, only_added = false;
  } keys;
  std::vector<std::vector<std::string>> parts;  // files of the mirror that are read together
  std::vector<std::vector<std::string>> kept;   // those whose rows the project has already
  std::vector<BuildColumn> columns;
  bool own = false;  // made of the population, not of files: one part or one kept one, without any
  std::vector<std::string> records;  // SELECT text: keys of records, of the rows that the project has
};
struct BuildEvent {
  std::string name, query;
  bool none = false;
};
struct BuildControls {
  size_t per_case = 1;
  int64_t tolerance = 0;  // how far control and case may be apart in the column `near` of traits
  std::string traits, candidates;
  std::vector<std::string> none;
};
struct BuildCohort {
  std::string name, date;
};
// Only part of the population is computed; see extract/plan.hpp.
struct BuildNear {
  std::string variable, column, empty;
  std::vector<std::string> files;
};
struct BuildChange {
  std::vector<std::string> touched, successions_before;
  bool successions_changed = false;
  std::vector<BuildNear> near = {};
};
struct BuildDocument {
  std::string project;
  std::string input;   // "/in": where mounts are, another folder in tests
  std::string output;  // "/out"
  std::vector<std::string> successions, all, any, none;
  bool supplied = false;
  std::vector<std::string> dated_cohorts, known_persons;
  std::vector<BuildEvent> events;
  std::string index;
  std::optional<BuildControls> controls;
  std::vector<BuildCohort> cohorts;  // task "supply": /in/cohort-0.csv, …
  bool former = false;               // whether the population of the build before is there: former.parquet
  bool former_changes = false;       // and what changed in it since: former_changes.parquet (build_map.hpp)
  std::optional<uint64_t> persons_before;  // how many persons are in it, if that is known
  bool population_kept = false;            // it is still right
  std::optional<BuildChange> change;       // those whom the changed rows touch are chosen, the others stay
  std::vector<BuildTable> tables;
  unsigned record_spread = 0;
  size_t keeper_connections = 0;
  uint64_t memory_mib = 0;
  uint16_t threads = 0;
  // Where population is a view of the map: which of its numbers the statement that follows needs.
  std::shared_ptr<NumberFilter> wanted = std::make_shared<NumberFilter>();
  // Something of the version before is kept, so it matters who came and who went.
  bool compares() const;
};

struct BuiltFile {
  std::string path;  // below the output folder
  uint64_t bytes = 0, rows = 0;
  struct Statistics {
    std::string column;
    std::string minimum, maximum;  // JSON literals; empty: unknown
    uint64_t nulls = 0;
    bool knows_nulls = false;
  };
  std::vector<Statistics> statistics;
};
struct PopulationCounts {
  // Of a population that was kept only whether there are any numbers. `persons`: with controls.
  uint64_t persons = 0, numbers = 0, groups_too_large = 0;
  uint64_t controls = 0, cases_short = 0;  // cases with fewer controls than asked for
  uint64_t supplied_unknown = 0;           // supplied persons whom no register of persons knows
};

// Makes the tables population and provider (empty), the view member, and those that tell who came and went.
Result<PopulationCounts> build_population(duck::Connection& connection, const BuildDocument& document);
// Adds the provider numbers that a query gives, with their pseudonyms.
Result<void> add_providers(duck::Connection& connection, const std::string& query);
// Files of one granted table, each made from one of its parts (`part`), from all files of a kept one
// (`again`) or from those rows of a kept one whose persons came (`more`).
struct BuiltGroup {
  enum class What { part, again, more } what = What::part;
  size_t index = 0;
  std::vector<BuiltFile> files;
};
// Writes data/SCHEMA/TABLE/N/*.parquet and returns the files that hold rows. `number`: of the table.
Result<std::vector<BuiltGroup>> build_table(duck::Connection& connection, const BuildDocument& document,
                                            size_t number);
// Adds to the table record_text(packed, text) those keys of records that are no numbers, of all rows that the
// project has of the table, kept ones too. After build_table.
Result<void> add_record_texts(duck::Connection& connection, const BuildDocument& document, size_t number);
// When a build came by such keys: "build.record_keys_met" (refused) with their number as `count` if two
// different ones are packed to one number.
Result<void> check_record_texts(duck::Connection& connection, const BuildDocument& document);
// What the footers of the files in `folder` (a folder below the output) tell.
Result<std::vector<BuiltFile>> read_statistics(duck::Connection& connection, const BuildDocument& document,
                                               const std::string& folder,
                                               const std::vector<BuildColumn>& columns);
// Personal numbers of an authority, one a line (the first column of each of /in/cohort-N.csv):
// supplied.parquet (mirror, cohort, day) with mirror pseudonyms. Nothing else is kept. Errors name lines,
// never values.
struct SuppliedCounts {
  uint64_t lines = 0, persons = 0;
  uint64_t rows = 0;  // different lines: lines - rows are duplicates
};
Result<SuppliedCounts> encrypt_supplied(duck::Connection& connection, KeeperConnections& keeper,
                                        const BuildDocument& document);

}  // namespace fvm::runner
