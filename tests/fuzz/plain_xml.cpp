// rooms: base disclosure runner
// Any bytes as XML, in one piece or two: what is read as plain must be well-formed to expat too, and say the
// same, whether it is told of cells as one or of their elements.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "runner/plain_xml.hpp"
#include "runner/plain_xml_testing.hpp"

namespace {

using fvm::runner::Attributes;

void compare(const std::vector<std::string_view>& pieces) {
  fvm::runner::ToldXml plain, told;
  fvm::runner::ToldCells cells;
  const bool is_plain = fvm::runner::read_plain_xml(pieces, plain);
  if (fvm::runner::read_plain_xml(pieces, cells) != is_plain) std::abort();
  if (!is_plain) return;
  if (cells.all != plain.all) std::abort();
  const auto done =
      fvm::runner::read_xml(pieces, {[&](auto name, const Attributes& list) { told.start(name, list); },
                                     [&](auto name) { told.end(name); },
                                     [&](auto text) { told.text(text); },
                                     {},
                                     true});
  if (!done.ok() || told.all != plain.all) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const size_t cut = data[0] % (bytes.size() + 1);
  compare({bytes});
  compare({bytes.substr(0, cut), bytes.substr(cut)});
  return 0;
}
