// The SQL of the pre-check's counts. Private to this room. On purpose not the build's: it reads what a grant
// gives the plain way, one query a table, with the person beside each row. Everything in it comes from the
// catalogue, from snapshots and from conditions that our own grammar has read.
//
// It speaks of population(mirror, project, index_day): every number of a person -> the one that stands for
// all, and the person's index date.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "extract/precheck_classes.hpp"
#include "extract/specification.hpp"
#include "lake/types.hpp"

namespace fvm::extract {

// Mirror tables by full name.
using Snapshots = std::map<std::string, lake::Snapshot>;

struct TraitQuery {
  Trait trait{};
  std::string table, variable;  // where it is taken from
  std::string query;            // SELECT person, value
};
struct EventQuery {
  std::string table;
  std::vector<std::string> variables;
  std::string query;  // SELECT person, c0, c1, …
  uint64_t rows_max = 0;
};
struct CountQueries {
  std::vector<TraitQuery> traits;
  std::vector<EventQuery> events;
};

// Every table on the way from each grant to its person must be in `snapshots`.
CountQueries count_queries(const Specification& specification, const catalogue::Catalogue& catalogue,
                           const Snapshots& snapshots);

}  // namespace fvm::extract
