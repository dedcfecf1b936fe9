// One record as one line of canonical JSON: keys in a fixed order, facts sorted by name, no spaces.
//
//   {"seq":7,"time":"…","actor":"…","action":"…","subject":"…","facts":{…},"previous":"<hex>","hash":"<hex>"}
//
// hash = SHA-256("fvm-audit-record-1\n" + the line up to and including the value of "previous").
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "audit/ledger.hpp"
#include "base/time.hpp"

namespace fvm::audit {

struct Record {
  std::string line;  // without the line break
  std::string hash;  // hexadecimal
};

// `previous`: hash of the record before, hexadecimal; 64 zeros for the first. "audit.record_too_large" (a
// defect) beyond record_bytes_max. What looks like a personal number is masked; broken UTF-8 is replaced.
Result<Record> make_record(uint64_t seq, Time time, const Event& event, std::string_view previous);

// Ten characters that a personal number could be, alone between other characters, become "##########".
std::string mask_identifiers(std::string_view text);

// What the files say about a line that this program wrote; nothing when it is not one.
struct LineEnds {
  uint64_t seq = 0;
  std::string hash;
};
std::optional<LineEnds> read_ends(std::string_view line);

}  // namespace fvm::audit
