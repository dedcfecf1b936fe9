// Data packed as base85 (RFC 1924, Ascii85, Z85), and runs of signs so dense that they are packed data of
// some kind: no language, no list of numbers and no program reads like that. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace fvm::disclosure {

struct PackedRun {
  size_t offset = 0;
  std::string text;  // what it stands for; empty when that is no text
};
// Of a text, each run without a blank that stands for text or compressed data in one of the three, or is
// dense.
std::vector<PackedRun> find_base85(std::string_view plain);

}  // namespace fvm::disclosure
