// Projects: created from an access specification, built from the mirror, closed. Everything that changes
// something is one record in the ledger; every step may be killed and run again.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "audit/ledger.hpp"
#include "config/instance.hpp"
#include "extract/project.hpp"
#include "extract/specification.hpp"

namespace fvm::extract {

// What the service works with.
struct Setting {
  World& world;
  const config::Instance& instance;
  const config::Config& config;
  audit::Ledger& ledger;
  std::string actor;
  std::function<void(std::string_view line)> on_line;  // progress of the job; may be empty
};

// The tables of this room; call once when the ledger is opened, after identity's.
Result<void> migrate(audit::Ledger& ledger);

struct SpecificationFile {
  std::string text;
  Path folder;  // where the file of supplied numbers lies
  Reading reading;
};
// Reads and checks against the newest catalogue; changes nothing.
Result<SpecificationFile> read_specification_file(const Setting& setting, const Path& file);

struct Created {
  std::string number;
  bool already = false;           // the same specification was there: nothing was changed
  uint64_t supplied_persons = 0;  // different numbers of the authority, encrypted
  uint64_t supplied_lines = 0, supplied_duplicates = 0;
};
// Makes the project's key and folders and encrypts its cohort. `file.reading.specification` must be there.
// "project.exists" (refused) when the number is taken by another specification.
Result<Created> create_project(const Setting& setting, const SpecificationFile& file);

// Puts another specification of the same number in the place of the project's; the project keeps its key. The
// current version of the data stays in use until the next build, which leaves no file of what is no longer
// granted. `file.folder` may be empty: the cohort that
// was supplied before stays. "project.unknown", "project.closed", "project.supplied_missing".
Result<Created> amend_project(const Setting& setting, const SpecificationFile& file);
enum class When { always, if_changed };

struct Built {
  int64_t version = 0;
  bool up_to_date = false;  // if_changed: nothing new in the mirror, nothing was done
  bool recovered = false;   // a build that had been killed was finished first (and is this one)
  uint64_t persons = 0, rows = 0, rows_read = 0;
  uint64_t groups_too_large = 0;  // persons' numbers not joined: see runner/build_aliases.hpp
  uint64_t controls = 0;          // of `persons`
  uint64_t cases_short = 0;       // cases that got fewer controls than asked for
  uint64_t supplied_unknown = 0;  // supplied persons whom the registers of persons do not know
  std::string population_way;     // how the population was computed: see Plan::population_way
  double seconds = 0;
};
// Builds the project's next version from the newest mirror (frozen grants from theirs). Until it is whole,
// and if it fails, the version before stays in use.
Result<Built> build_project(const Setting& setting, std::string_view number, When when);

}  // namespace fvm::extract
