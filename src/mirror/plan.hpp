// What the worker answered and what will be done with it: kept in the store between "ingested" and "done", so
// that a delivery can be finished by somebody who never saw the files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "catalogue/types.hpp"
#include "lake/types.hpp"
#include "mirror/deliveries.hpp"

namespace fvm::mirror {

struct PlannedFile {
  std::string staged;  // name in the staging folder
  std::string name;    // name in the table's folder
  uint64_t rows = 0;
  std::vector<lake::ColumnStatistics> statistics;
};

struct Plan {
  uint64_t rows_read = 0, rows_rejected = 0;
  bool unreadable = false, too_many_bad = false, set_aside = false;
  std::vector<Finding> findings;
  uint64_t findings_more = 0;
  std::vector<std::string> dialects;
  std::vector<PlannedFile> files;
  std::vector<std::string> replaced;  // paths of the table that an upsert rewrote
  std::string schema;                 // that the files were written with (schema_text); empty: not known
};

// The worker's result document; "mirror.bad_plan" (defect) when it is not one. Files get no `name` yet.
Result<Plan> plan_of_result(std::string_view result);
// For the store, and back.
std::string to_json(const Plan& plan);
Result<Plan> plan_of_json(std::string_view text);

// A catalogue table as a Delta schema: what is dropped is absent, identifiers are long.
lake::Schema schema_of(const catalogue::Table& table);
std::string schema_text(const lake::Schema& schema);

// The worker's job document.
struct JobFacts {
  const catalogue::Table& table;
  const Request& request;
  std::vector<std::string> existing;  // files of the table, for an upsert
  std::string set_aside_key;          // 32 bytes
  double bad_rows_share_max = 0;
  uint16_t threads = 1;
  uint64_t memory_mib = 0;
};
std::string job_document(const JobFacts& facts);
std::string inside_input(size_t index);     // "/in/0.csv"
std::string inside_existing(size_t index);  // "/in/existing-0.parquet"

}  // namespace fvm::mirror
