// rooms: base disclosure runner
// Any bytes as a file that somebody wants to send home: the first byte chooses what its name claims. Scanning
// must end, stay inside its bytes, and every finding must have a known rule and no digit of a value in its
// shape.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "disclosure/file_type.hpp"
#include "disclosure/text.hpp"
#include "runner/scan.hpp"

namespace {

// As extension_of() writes them: in small letters.
constexpr std::string_view extensions[] = {"csv", "tsv", "txt", "html", "svg", "md",   "log",
                                           "r",   "py",  "sas", "do",   "sql", "ipynb"};

void check(const fvm::disclosure::Findings& findings) {
  for (const fvm::disclosure::Finding& finding : findings.list()) {
    bool known = false;
    for (const auto& rule : fvm::disclosure::rules()) known |= rule.name == finding.rule;
    if (!known || finding.shape.find_first_of("012345678") != std::string::npos) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const uint64_t pseudonyms[] = {1234567890123};
  fvm::runner::Scan scan;
  scan.pseudonyms = fvm::disclosure::Pseudonyms(pseudonyms);
  scan.must_be_understood = true;
  if (fvm::disclosure::content_of(bytes) == fvm::disclosure::Content::zip) {
    fvm::runner::scan_office(bytes, scan);
  } else if (data[0] % 16 == 15) {
    fvm::runner::scan_sheet(bytes, {"Ark1", false}, {"en", "to"}, scan);
  } else {
    fvm::runner::scan_text(fvm::disclosure::to_utf8(bytes), extensions[data[0] % std::size(extensions)],
                           scan);
  }
  check(scan.findings);
  return 0;
}
