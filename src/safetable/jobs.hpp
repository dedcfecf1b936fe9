// The two sandboxed jobs of a safe table. Private to this room.
#pragma once

#include "extract/project.hpp"
#include "safetable/service.hpp"

namespace fvm::safetable {

struct Prepared {
  extract::Project project;
  std::vector<DataVersion> data;
  Rules rules;
  std::vector<OtherUnits> others;  // the kinds that may be in the table besides those who are counted
  std::vector<int64_t> released;   // numbers of the institution's tables
  Path scratch, ledger;            // folders
  std::string contributor;         // the column that says whose each unit is
  std::string round_key;           // of the institution's ledger, hexadecimal; of rounded tables
  ValuesKept values;               // of the newest table
  KindKept providers, holdings;    // the same
};

// The project's tables that request.sql can read, as they were at request.as_of, else at its current version.
Result<std::vector<DataVersion>> data_versions(const Setting& setting, const Request& request,
                                               const extract::Project& project);
// Runs both; fills what they found out into `record`. Leaves atoms.parquet, places.parquet and knowledge.bin
// in scratch/judged, and values.parquet and values.bin if record.has_values.
Result<void> run_jobs(const Setting& setting, const Request& request, const Prepared& prepared,
                      Record& record);

}  // namespace fvm::safetable
