// How many persons an access specification would reach and how identifying what it grants is, counted on the
// mirror's pseudonyms. Private to the job; see precheck.cpp for the document.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "duck/database.hpp"
#include "runner/build_steps.hpp"

namespace fvm::runner {

// Something that one person has one of: birth date, sex, residence.
struct PrecheckTrait {
  std::string name;
  std::string query;  // SELECT person, value
};
// Something that a person may have many of: the rows of one granted table.
struct PrecheckEvents {
  std::string name;
  std::vector<std::string> columns;
  std::string query;      // SELECT person, c0, c1, …
  uint64_t rows_max = 0;  // rows that the mirror's files hold: the query gives no more
};
struct PrecheckDocument {
  BuildDocument build;
  std::vector<PrecheckTrait> traits;
  std::vector<PrecheckEvents> events;
  std::vector<std::string> others;         // populations of other projects: files below the input folder
  uint64_t persons_max = 0, rows_max = 0;  // beyond these, persons are sampled
};

// Persons who are alone with their combination, among `persons` that were looked at.
struct PrecheckShare {
  uint64_t persons = 0, unique = 0;
};
struct PrecheckTraits {
  PrecheckShare all;
  std::vector<uint64_t> without;  // unique when trait i is left out
};
struct PrecheckEventsResult {
  uint64_t sample = 1;            // every how many-th person was looked at; all others were compared with
  uint64_t persons = 0;           // looked at, with at least one row
  uint64_t unique_any = 0;        // of whom at least one row, with the traits, is nobody else's
  uint64_t unique_one = 0;        // of whom one row picked by its hash is
  std::vector<uint64_t> without;  // unique_one when column i is left out; empty: not counted
};
struct PrecheckResult {
  uint64_t persons = 0;
  uint64_t fingerprint = 0;  // of the set of persons: the same set gives the same number
  PrecheckTraits traits;
  std::vector<PrecheckEventsResult> events;
  std::vector<uint64_t> others;  // persons who are in that population too
};

// Leaving columns out one by one is counted only up to so many.
inline constexpr size_t precheck_columns_max = 12;

Result<PrecheckResult> count_precheck(duck::Connection& connection, const PrecheckDocument& document);

}  // namespace fvm::runner
