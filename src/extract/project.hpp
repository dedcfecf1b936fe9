// A project as other rooms need it: what it is, whether it may be used now, which tables it has and at which
// version. Nothing here opens register data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/world.hpp"
#include "catalogue/types.hpp"

namespace fvm::store {
class Database;
}
namespace fvm::config {
class Instance;
}

namespace fvm::extract {

// sealed: past its last day; nobody gets in, nothing is refreshed, the users' files lie as they were left.
// closed: its keys are destroyed and its files removed, or that is under way.
enum class State { open, sealed, closed };
std::string_view to_text(State state);

struct Column {
  std::string name;  // as the register spells it
  catalogue::Type type = catalogue::Type::text;
  catalogue::Class what = catalogue::Class::ordinary;  // persons, providers, records: BIGINT pseudonyms
  std::string text_da, text_en;                        // the catalogue's description
  // How the column is stored: pseudonyms are BIGINT whatever the delivery's type was.
  bool is_pseudonym() const {
    return what == catalogue::Class::person || what == catalogue::Class::relative ||
           what == catalogue::Class::provider || what == catalogue::Class::record_key;
  }
};

// One table of a project at the project's current version.
struct ProjectTable {
  std::string schema;          // the register in lower case: "lpr_f"
  std::string name;            // "kontakter"
  Path folder;                 // Delta table, below Instance::project_data(number) outside and /data inside
  int64_t version = 0;         // Delta version that belongs to the project's current version
  int64_t mirror_version = 0;  // Delta version of the mirror table that it was made from
  uint64_t rows = 0;
  std::vector<Column> columns;
  std::string text_da, text_en;
};

struct Project {
  std::string number, title;
  std::string authority, cvr;
  Date valid_from{}, valid_to{};  // both days included
  State state = State::open;
  std::optional<Time> sealed;  // when
  bool suspended = false;      // it or its whole institution is closed for a time (identity/suspension.hpp)
  int64_t version = 0;         // of the data set: 0 until the first build
  Time built{};                // when that version was made
  uint64_t persons = 0;
  std::string specification_sha256;
  int64_t catalogue_version = 0;
  // Parquet (mirror, project), below Instance::project_population; empty until the first build. It links the
  // project to the mirror, so no session may ever see it.
  Path population_file;
  // What changed in it since (runner/build_map.hpp); empty when nothing has.
  Path population_changes;
  std::vector<ProjectTable> tables;  // by schema and name; empty until the first build
  std::vector<std::string> members;  // user names, sorted
};

// The facts; "project.unknown" (usage) with the nearest number as `suggestion`. A closed or expired project
// is found too: see may_be_used.
Result<Project> open_project(const store::Database& database, std::string_view number);

// Where a project stands on a day, whether it has data or not.
enum class Standing { running, held, coming, ended };
struct Outline;
Standing standing_of(const Project& project, const Date& today);
Standing standing_of(const Outline& project, const Date& today);

// What a list of projects tells of each.
struct Outline {
  std::string number, title, authority;
  std::string purpose;  // as its specification tells the public; empty: it does not
  Date valid_from{}, valid_to{};
  State state = State::open;
  bool suspended = false;
  std::vector<std::string> schemas;  // registers, lower case, sorted; empty until the first build
};
// All of them, sorted by number, in one look at the store.
Result<std::vector<Outline>> outlines(const store::Database& database);

// Numbers of all projects, sorted.
Result<std::vector<std::string>> list_projects(const store::Database& database);

// Refuses with "project.closed", "project.suspended", "project.expired", "project.not_yet_valid" or
// "project.not_built".
Result<void> may_be_used(const Project& project, Time now);

// Whether an amendment has taken away something of what a session sees that began with `version` (0: not
// known, so nothing): the current version is of another specification, and a table that `version` has is gone
// or made in another way, or the population is. Whatever was only added takes nothing away.
Result<bool> has_lost_access(const store::Database& database, const Project& project, int64_t version);

// The Parquet files that make up a table at the project's current version, below ProjectTable::folder. Give
// a session these and not "the newest": a build that is under way or was killed half way is then never seen.
Result<std::vector<Path>> table_files(World& world, const config::Instance& instance, const Project& project,
                                      const ProjectTable& table);

// A file of a project's table and the mirror files that its rows came from, as they were called then: a file
// that was compacted since lives on under another name. Empty for files of before origins were kept.
struct FileOrigins {
  std::string file;
  uint64_t rows = 0;
  std::vector<std::string> origins;
};
Result<std::vector<FileOrigins>> file_origins(World& world, const config::Instance& instance,
                                              const Project& project, const ProjectTable& table);

}  // namespace fvm::extract
