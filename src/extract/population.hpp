// Who a project is about, beyond "has such rows": events with dates and an order between them, cohorts that
// the authority brings, matched controls. What each means is in docs/access-specification.md; part of
// Specification.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "extract/condition.hpp"

namespace fvm::extract {

inline constexpr size_t events_count_max = 50;
inline constexpr size_t cohorts_count_max = 20;
inline constexpr int64_t days_max = 73'000;  // two hundred years
inline constexpr int64_t controls_per_case_max = 100;
inline constexpr int64_t match_within_years_max = 20;

struct Criterion {
  std::string table;  // as the catalogue writes it: "LMDB.lmdb"
  std::optional<Expression> where;
  int64_t at_least = 1;  // rows of one person
};

// Which of a person's qualifying days an event keeps. `none`: the person must have no such row.
enum class Pick { first, last, any, none };

// How far an event lies from another one of the same person.
struct Bond {
  std::string event;                   // an event written before this one, or a cohort with dates
  bool after = true;                   // else before
  int64_t from_days = 1;               // at least so many days between; 0: the same day counts
  std::optional<int64_t> within_days;  // at most so many
};

// Something dated that happened to a person: rows of a table.
struct Event {
  std::string name;
  std::string table;
  std::optional<Expression> where;
  std::string variable;  // the date: of the table, or of its parent
  bool in_parent = false;
  std::optional<Date> from, to;  // both days included
  Pick pick = Pick::first;
  int64_t at_least = 1;     // qualifying rows
  std::vector<Bond> bonds;  // all hold
};

// Numbers from the authority: one a line, encrypted on arrival.
struct Cohort {
  std::string name, file;
  std::string date;  // the header of the column with each person's date; empty: none
};

// What a control has in common with its case: the least value of a variable over the person's rows.
struct Match {
  std::string table, variable;
  std::optional<Expression> where;  // which rows of the table tell it
  int64_t years = 0;                // 0: the value itself; n: the year of a date, in bands of n years
  int64_t within_years = 0;  // n > 0: dates at most n years apart (29 February counts as there each year)
};

struct Controls {
  int64_t per_case = 1;
  std::string table;  // candidates: persons with a row here
  std::optional<Expression> where;
  std::vector<Match> match;
  std::vector<Criterion> none;  // candidates for whom any of these holds are left out
};

}  // namespace fvm::extract
