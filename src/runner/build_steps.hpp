// The steps of a project build. Private to the job; see build.cpp for the document.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "duck/database.hpp"
#include "runner/build_keeper.hpp"

namespace fvm::runner {

inline constexpr std::string_view out_folder = "/out";

struct BuildColumn {
  std::string name;
  std::string type;  // Delta's: "long", "string", …
};
struct BuildTable {
  std::string schema, name, query;
  std::vector<BuildColumn> columns;
};
struct BuildDocument {
  std::string project;
  std::string input;   // "/in": where mounts are, another folder in tests
  std::string output;  // "/out"
  std::vector<std::string> successions, all, any, none, providers;
  bool supplied = false;
  bool former = false;  // whether the population of the build before is there: former.parquet
  std::vector<BuildTable> tables;
  size_t keeper_connections = 0;
  uint64_t memory_mib = 0;
  uint16_t threads = 0;
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
  uint64_t persons = 0, numbers = 0, groups_too_large = 0;
};

// Makes the tables alias, population and provider, and writes population/population.parquet: the map, and
// (mirror NULL) all other pseudonyms that the project has seen.
Result<PopulationCounts> build_population(duck::Connection& connection, const BuildDocument& document);
// Writes data/SCHEMA/TABLE/*.parquet and returns the files that hold rows.
Result<std::vector<BuiltFile>> build_table(duck::Connection& connection, const BuildDocument& document,
                                           const BuildTable& table);
// What the footers of the files in `folder` (a folder below the output) tell.
Result<std::vector<BuiltFile>> read_statistics(duck::Connection& connection, const BuildDocument& document,
                                               const std::string& folder,
                                               const std::vector<BuildColumn>& columns);
// Personal numbers of an authority, one a line (the first column of a CSV file): supplied.parquet with mirror
// pseudonyms. Nothing else is kept. Errors name lines, never values.
struct SuppliedCounts {
  uint64_t lines = 0, persons = 0;
};
Result<SuppliedCounts> encrypt_supplied(duck::Connection& connection, KeeperConnections& keeper,
                                        const BuildDocument& document);

}  // namespace fvm::runner
