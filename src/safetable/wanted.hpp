// What somebody wants a table of, in the words of the command line, of a session and of the API: texts, as
// they were written. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "safetable/types.hpp"

namespace fvm::safetable {

struct Wanted {
  std::string sql, as_of, unit, contributor, title, count = "persons";
  std::vector<std::string> rows, columns;
  std::vector<std::string> hierarchies;           // "kommune=region": what gives another's upper level
  std::vector<std::string> sums, means, medians;  // columns
  std::vector<std::string> percentiles;           // "25:column"
  std::vector<std::string> deviations, minima, maxima, ginis, modes;  // columns
  std::vector<std::string> ratios;                                    // "column/column"
  // A survival curve: the columns of time and event, by `rows`; numbers as they were written.
  std::string time, event, width, until;
  // A model: the columns of outcome and terms, "age, factor(kommune)"; "gaussian", "binomial" or "poisson".
  std::string outcome, terms, family;
  std::string percent;   // "row", "column", "total"; empty: none
  uint64_t round = 0;    // to multiples of this; 0: not
  bool coarsen = false;  // where many cells would be hidden: coarsen.hpp
};

// "a,b" -> a, b; empty parts are left out.
std::vector<std::string> parts_of(std::string_view text);

// "table.hierarchy_unreadable", "table.percentile_unreadable", "table.ratio_unreadable",
// "table.percent_unreadable", "table.time_unreadable", "table.no_such_units", "model.term_unreadable",
// "model.unknown_family", "model.not_with_table", that of parse_time (usage). What is wrong with the table
// itself, release_table says.
Result<Request> request_of(const Wanted& wanted, std::string_view project, std::string_view user);

}  // namespace fvm::safetable
