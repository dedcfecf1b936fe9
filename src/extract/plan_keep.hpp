// What a refresh keeps of the version before. Private to this room; pure.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "extract/plan.hpp"
#include "extract/plan_sql.hpp"

namespace fvm::extract {

// The tables from the criterion's or grant's own up to the one with the person, each with its snapshot.
// "project.not_delivered".
Result<std::vector<Step>> way_in(const Mirror& mirror, const catalogue::Catalogue& catalogue,
                                 const std::string& name, Mode mode);

// Sets the parts that `files` (as the log names them) of the table are read in, and the plan's counts.
void add_parts(TablePlan& plan, const Step& step, const Grant& grant, const std::vector<std::string>& files);

struct Known {
  const Specification& specification;
  const catalogue::Catalogue& catalogue;
  const Mirror& mirror;
  const Previous& previous;
  const Ways& ways;
};
// Wants the list of a column's numbers of those of `files` (as the log names them) that are large and have
// been there at the version before: what comes new with every delivery is not worth it.
void want_lists(Plan& plan, const Known& known, const std::string& table,
                const std::vector<std::string>& files, const std::string& column);

// Turns a plan for everything into one for what has changed. A table stays whole where that cannot be shown
// to give the same rows: new, another recipe, files that do not tell their origins.
Result<void> keep_what_can_be_kept(Plan& plan, const Known& known,
                                   const std::set<Source>& population_sources);

}  // namespace fvm::extract
