// The SQL of events and of matched controls. Private to this room. Persons are canonical mirror pseudonyms
// (see plan.hpp: the table alias); the queries of other events are relations named by event_relation().
#pragma once

#include <string>
#include <vector>

#include "extract/plan_sql.hpp"

namespace fvm::extract {

// "event:NAME" in quotes: (person, day), and only (person) for an event that must not have happened.
std::string event_relation(const std::string& name);
std::string event_query(const std::vector<Step>& way, const Event& event, bool aliases,
                        Narrowing* affected = nullptr);

// (person, stratum, near): what a person is matched by, for one table: all of `matches` are of it and have
// the same condition. `stratum` is one text of what must be equal, `near` the number of what may differ a
// little: a date as a day of a calendar of twelve months of 31 days, in which a year is always as long.
inline constexpr int64_t near_year = 372;
std::string trait_query(const Step& step, const std::vector<Match>& matches, bool aliases);
// The same over several such queries: persons for whom everything is known.
std::string traits_query(const std::vector<std::string>& queries);

// (person): everybody in a table of persons.
std::string known_persons_query(const Step& step);

}  // namespace fvm::extract
