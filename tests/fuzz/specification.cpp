// rooms: base catalogue extract
// Access specifications and conditions: any bytes are read or refused, and what is read renders to something
// that is read again as the same.
#include <cstdlib>
#include <string>
#include <string_view>

#include "extract/describe.hpp"
#include "extract/specification.hpp"
#include "extract/testing.hpp"

namespace {

void fuzz_condition(std::string_view text) {
  const auto& table = *fvm::extract::testing::catalogue().find("LPR_F.kontakter");
  const auto read = fvm::extract::read_condition(text, table);
  if (!read.ok()) return;
  const std::string rendered = render(*read);
  const auto again = fvm::extract::read_condition(rendered, table);
  // Rendering adds brackets: a condition at the limits of depth or length may be beyond them when written
  // out.
  if (!again.ok()) {
    if (again.error().code != "condition.too_deep" && again.error().code != "condition.too_long")
      std::abort();
    return;
  }
  if (render(*again) != rendered) std::abort();
}

void fuzz_specification(std::string_view text) {
  const auto reading = fvm::extract::read_specification(std::string(text), "fuzz.toml",
                                                        fvm::extract::testing::catalogue(), {2026, 11, 23});
  if (!reading.specification && reading.findings.empty()) std::abort();
  if (reading.specification) {
    for (const auto& line : describe_population(fvm::Language::danish, *reading.specification)) {
      if (line.empty()) std::abort();
    }
    for (const auto& grant : reading.specification->grants)
      (void)describe_rows(fvm::Language::english, grant);
  }
  for (const auto& finding : reading.findings) {
    if (describe(fvm::Language::danish, finding).empty()) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  data[0] % 2 == 0 ? fuzz_condition(text) : fuzz_specification(text);
  return 0;
}
