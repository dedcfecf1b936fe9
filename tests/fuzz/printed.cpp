// rooms: base disclosure runner
// Any bytes as a log, a program or a notebook (the first byte chooses), and as styles and a chart of a
// workbook.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "disclosure/text.hpp"
#include "runner/scan_code.hpp"
#include "runner/scan_printed.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  constexpr std::string_view codes[] = {"r", "py", "sql", "sas", "do"};
  const std::string text = fvm::disclosure::to_utf8({reinterpret_cast<const char*>(data) + 1, size - 1});
  fvm::runner::Scan scan;
  switch (data[0] % 8) {
    case 0:
      fvm::runner::scan_printed(text, fvm::runner::Printed::table, scan);
      break;
    case 1:
      fvm::runner::scan_text(text, "log", scan);
      break;
    case 2:
      fvm::runner::scan_notebook(text, scan);
      break;
    case 3:
      fvm::runner::scan_chart(text, "chart", scan);
      break;
    case 4: {
      for (const auto& style : fvm::runner::read_styles(text)) (void)fvm::runner::hides_digits(style, 12.345);
      break;
    }
    default:
      fvm::runner::scan_code(text, codes[data[0] / 8 % 5], scan);
  }
  for (const fvm::disclosure::Finding& finding : scan.findings.list()) {
    bool known = false;
    for (const auto& rule : fvm::disclosure::rules()) known |= rule.name == finding.rule;
    if (!known || finding.shape.find_first_of("012345678") != std::string::npos) std::abort();
  }
  return 0;
}
