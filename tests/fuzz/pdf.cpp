// rooms: base disclosure runner
// Any bytes as a PDF that somebody wants to send home, and as the content of one of its pages. Reading must
// end, stay inside its bytes, and every finding must have a known rule. Poppler is a program of its own and
// is not run here.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "runner/scan_pdf.hpp"
#include "runner/scan_pdf_parts.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  fvm::runner::Scan scan;
  const auto nothing = [](const std::string&) -> fvm::Result<std::string> {
    return std::string("A  3\nB  4\n\f");
  };
  fvm::runner::scan_pdf(bytes, nothing, scan);
  (void)fvm::runner::read_drawing(bytes);
  for (const fvm::disclosure::Finding& finding : scan.findings.list()) {
    bool known = false;
    for (const auto& rule : fvm::disclosure::rules()) known |= rule.name == finding.rule;
    if (!known) std::abort();
  }
  return 0;
}
