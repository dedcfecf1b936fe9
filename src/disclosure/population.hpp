// Whether the rows of a table are rows of the project's data. A row that agrees with one to t - 1 persons
// proves little by itself: with enough columns every row of an honest table may meet somebody by chance. So
// what is found is compared with what chance would give (population.cpp), and with the same rows after one
// column was moved against the others. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "disclosure/readings.hpp"

namespace fvm::disclosure {

// A table of the project: of each row whom it is about, and which of the sought values it has.
struct KnownColumn {
  std::string name;
  Domain domain = Domain::text;
  std::vector<uint64_t> counts;  // rows with each sought value, by its number
  std::vector<uint32_t> ids;     // of each kept row; 0: another value
};
struct KnownTable {
  std::string name;
  uint64_t rows = 0;             // all, kept or not
  std::vector<int64_t> persons;  // of each kept row: those that have a sought value at all
  std::vector<KnownColumn> columns;
};

// What comes of a table. `few_rows`: those that agree with fewer than t persons, counted from 0.
struct Agreement {
  uint64_t rows = 0, few = 0,
           alone = 0;                // that say different things; with 1 … t - 1 persons; with exactly one
  double chance = 0;                 // rows that would agree with somebody by chance
  double score = 0;                  // minus the logarithm (10) of how probable so many are by chance
  double ways = 0;                   // logarithm (10) of the ways that were tried; taken off the score
  std::vector<std::string> columns;  // of the project's data, that agree
  std::vector<uint32_t> few_rows;
};
// `from`: rule rows.doubtful; and twice as many as by chance.
bool is_doubtful(const Agreement& agreement, double from);
// Nearly all of ten rows or more are each one person's, by three columns or more; `from`: rows.certain.
bool is_certain(const Agreement& agreement, double from);

// -log10 of (an upper bound of) the probability that of `rows` independent events, `chance` of which are
// expected, `seen` or more happen.
double surprise(uint64_t seen, double chance, uint64_t rows);

// `persons`: of the project. `units_min`: t.
// As soon as a score reaches `enough` nothing better is looked for.
Agreement compare(const ReadRows& file, const std::vector<KnownTable>& known, uint64_t persons,
                  uint64_t units_min, double enough);

}  // namespace fvm::disclosure
