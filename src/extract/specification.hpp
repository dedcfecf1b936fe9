// The access specification: who (population), what (grants), why and for how long (interfaces.md). Reading it
// gives either a specification that may be built, or every finding with its place in the file.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/messages.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "catalogue/types.hpp"
#include "extract/condition.hpp"
#include "extract/population.hpp"

namespace fvm::extract {

inline constexpr size_t specification_bytes_max = 1u << 20;
inline constexpr size_t criteria_count_max = 100;
inline constexpr size_t grants_count_max = 500;

// One thing wrong (or, as a note, worth knowing). `error.arguments` holds file, line and column (from 1) and
// what the text needs; `advice` is the key of a second sentence, or empty.
struct Finding {
  enum class Weight { note, blocks } weight = Weight::blocks;
  Error error;         // kind refused: a rule says no; usage: the file cannot be read so
  std::string advice;  // e.g. "project.did_you_mean" with the argument `suggestion`
};

// "spec.toml:12:5: There is no table … Did you mean …?"
std::string describe(Language language, const Finding& finding);

struct Period {
  std::string variable;  // of the table, or of its parent when the table has no date of its own
  bool in_parent = false;
  Date from{}, to{};  // both days included
  // Days from the person's index date, both included; negative: before it. Narrows `from` and `to` further.
  std::optional<int64_t> from_days, to_days;
  bool is_relative() const { return from_days || to_days; }
};

enum class Mode { live, frozen };

struct Grant {
  std::string table;
  std::vector<std::string> variables;  // as the catalogue spells them, in its order of the specification
  std::optional<Period> period;
  std::optional<Expression> where;
  std::string reason;
  Mode mode = Mode::live;
};

struct Specification {
  std::string number, title;
  std::string purpose;  // for the public list of projects; empty: not agreed to be told
  std::string authority, cvr;
  Date valid_from{}, valid_to{};
  // The population: persons for whom each of `all`, one of `any`, none of `none` and each event hold, and who
  // are in one of the cohorts if there are any; and their controls.
  std::vector<Criterion> all, any, none;
  std::vector<Event> events;
  std::vector<Cohort> cohorts;  // files beside the specification; `supplied = "x.csv"` is one of that name
  std::string supplied;         // the file of the first cohort; empty: none
  std::string index;            // the event or dated cohort that gives each person's index date; empty: none
  std::optional<Controls> controls;
  std::vector<Grant> grants;
  // The project's own table PROJECT.population (population_table()), if it is granted; not one of `grants`.
  std::optional<Grant> population_grant;
};

struct Reading {
  std::optional<Specification> specification;  // empty when a finding blocks
  std::vector<Finding> findings;               // by line and column
};

// What a specification must have: a population and what is granted of it; or, for whoever still writes, the
// population alone.
enum class Needs { grants, population_alone };

// `file` is only for messages; `today` decides expired and not yet valid; `is_there` tells whether the file
// of supplied numbers exists (empty: not asked).
Reading read_specification(std::string_view text, const std::string& file,
                           const catalogue::Catalogue& catalogue, Date today,
                           const std::function<bool(const std::string&)>& is_there = {},
                           Needs needs = Needs::grants);

// What the table PROJECT.population holds: a row a person.
const catalogue::Table& population_table();

// The way from a table to its person: itself first, then each parent up to the one with the person variable.
// Empty when there is none (or it goes in a circle).
std::vector<const catalogue::Table*> way_to_person(const catalogue::Table& table,
                                                   const catalogue::Catalogue& catalogue);

}  // namespace fvm::extract
