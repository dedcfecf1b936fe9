// The machine's look at an access specification before a person looks: what is missing or not allowed, how
// many persons it would reach, what the authority has already, and how identifying the combination is.
// Remarks never decide; each says what to do.
//
// Figures are safe to show to whoever asks: see precheck_rounding.hpp.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "extract/service.hpp"

namespace fvm::extract {

enum class Severity {
  note,    // worth knowing
  weigh,   // a person must weigh it
  blocks,  // cannot be compiled, or may never be granted
};
std::string_view to_text(Severity severity);

// `error.code` is the remark's name and the key of its text; `error.arguments` hold where: file, line and
// column, or `table` and `name` (a variable); and what the text needs. `advice` is the key of what to do,
// with the same arguments.
struct Remark {
  Severity severity = Severity::note;
  Error error;
  std::string advice;
};
// "LPR_F.kontakter.dato_start: … What to do …"
std::string describe(Language language, const Remark& remark);
// "LPR_F.kontakter.dato_start", "spec.toml:12:5", "population" or nothing.
std::string place_of(const Remark& remark);
bool block(const std::vector<Remark>& remarks);

// Reasons for single variables, as the application gives them: by table and variable, compared
// without case.
using VariableReasons = std::map<std::string, std::map<std::string, std::string>>;

// What needs neither mirror nor store. Pure. A specification that cannot be read gives the reader's findings
// only.
std::vector<Remark> check_specification(const Reading& reading, const catalogue::Catalogue& catalogue,
                                        Date today, const VariableReasons& reasons = {});

struct PrecheckRequest {
  std::string subject;  // whom the record in the ledger is about: a case or project number
  std::string text;     // the specification
  std::string file;     // for messages
  VariableReasons reasons;
  bool look_at_mirror = true;
  // The rest is still being written: whoever it reaches is counted and nothing else is said.
  bool population_alone = false;
};
struct Prechecked {
  std::vector<Remark> remarks;  // blocks before weigh before note
  bool looked_at_mirror = false;
  double rule_seconds = 0, mirror_seconds = 0;
  uint64_t mirror_rows = 0;  // that the files of the granted tables hold
  // How many other questions are answered for the authority still; none: nothing was counted.
  std::optional<int64_t> questions_left;
};
// Everything: the rules, overlap with the authority's other projects, and the counts on the mirror in the
// sandbox. Counts are recorded in the ledger (rounded). A mirror that cannot be looked at is a remark, not an
// error.
Result<Prechecked> precheck(const Setting& setting, const PrecheckRequest& request);

// The tables of the pre-check; call once when the ledger is opened.
Result<void> migrate_precheck(audit::Ledger& ledger);

}  // namespace fvm::extract
