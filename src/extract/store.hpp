// Projects, their versions and builds in the store. Private to this room.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "audit/ledger.hpp"
#include "extract/plan.hpp"
#include "extract/project.hpp"

namespace fvm::extract {

struct BuildRow {
  int64_t id = 0;
  std::string document;  // what is left to do (JSON); empty: the job had not finished
};

// Of the column and of whether data are sealed.
State state_of(std::string_view stored, bool sealed);

Result<void> insert_project(audit::Writer& writer, const Specification& specification,
                            const std::string& text, const std::string& sha256);
// The new specification in the project's row, the old one kept in its history; tables that are no longer
// granted are frozen no more.
Result<void> amend_in_store(audit::Writer& writer, const Specification& specification,
                            const std::string& text, const std::string& sha256);
// Whether files may be left that only a former specification granted, while the current version is made from
// the current one.
Result<bool> has_former_data(const store::Database& database, const Project& project);
// SHA-256 of the specification that the current version was made from; empty before the first.
Result<std::string> built_specification(const store::Database& database, const Project& project);
Result<void> set_former_data_dropped(audit::Writer& writer, const std::string& number);
Result<void> close_in_store(audit::Writer& writer, const std::string& number);
Result<void> set_sealed(audit::Writer& writer, const std::string& number, bool sealed);
struct Certificate;
Result<void> insert_certificate(audit::Writer& writer, const std::string& number,
                                const Certificate& certificate);
// The specification's text as it was created.
Result<std::string> specification_text(const store::Database& database, const std::string& number);

Result<int64_t> insert_build(audit::Writer& writer, const std::string& number);
Result<void> set_built(audit::Writer& writer, int64_t build, const std::string& document);
Result<void> set_failed(audit::Writer& writer, int64_t build, const std::string& reason);
// Builds that neither ended nor failed: a program was killed.
Result<std::vector<BuildRow>> unfinished_builds(const store::Database& database, const std::string& number);

// When the newest build ended, if it failed.
Result<std::optional<Time>> failed_at(const store::Database& database, const std::string& number);

// Under which spread the project's keys of records are packed (crypto::pack_record).
Result<unsigned> record_spread(const store::Database& database, const std::string& number);
Result<void> set_record_spread(audit::Writer& writer, const std::string& number, unsigned spread);

// Mirror versions that frozen grants stay at, by full table name.
Result<std::map<std::string, int64_t>> frozen_versions(const store::Database& database,
                                                       const std::string& number);

struct Version {
  int64_t build = 0;
  uint64_t persons = 0;
  std::string population_file, population_changes;
  int64_t catalogue_version = 0;
  std::string specification_sha256;
  std::vector<Source> sources;
  std::map<std::string, int64_t> frozen;  // to be remembered from now on
  std::vector<ProjectTable> tables;
  std::string population_recipe;               // what decided who is in it, beside the mirror's rows
  std::map<std::string, std::string> recipes;  // the same of each table, by "schema.name"
};
// Makes it the project's current version and ends its build; returns its number. Done once per build.
Result<int64_t> insert_version(audit::Writer& writer, const std::string& number, const Version& version);
// Sources of the current version; empty before the first.
Result<std::vector<Source>> sources_of(const store::Database& database, const Project& project);
struct Recipes {
  std::string population;
  std::map<std::string, std::string> tables;  // by "schema.name"
};
// Of the current version; empty texts when a version before this was remembered made it.
Result<Recipes> recipes_of(const store::Database& database, const Project& project);

}  // namespace fvm::extract
