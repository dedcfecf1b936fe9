// A survival curve, made of a released table of group, band of time and outcome: of its published counts
// alone. The estimate is that of the life table (actuarial): whoever was censored in a band counts half in
// it. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/messages.hpp"
#include "safetable/output.hpp"
#include "safetable/types.hpp"

namespace fvm::safetable {

struct CurveStep {
  double from = 0;
  std::optional<double> to;  // nothing: open
  int64_t at_risk = 0;       // when the band begins
  int64_t events = 0, censored = 0;
  // At its end, with Greenwood's standard error; nothing for an open band.
  std::optional<double> survival, error;
};
struct Curve {
  std::vector<std::string> group;  // labels, one for each other dimension
  std::vector<CurveStep> steps;    // up to the first band that cannot be told
  bool is_whole = true;            // all bands are there
};

bool is_survival(const Record& record);
std::vector<Curve> curves_of(const Record& record, Language language);

// The same as a table and as a drawing.
Grid survival_grid(const Record& record, Language language);
std::string survival_chart(const Record& record, Language language);

}  // namespace fvm::safetable
