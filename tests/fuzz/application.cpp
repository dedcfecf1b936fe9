// rooms: base casework
// Applications: any bytes are kept with findings or refused with findings; what is handed on to the compiler
// is read again as the same; a difference leads from one text to the other.
#include <cstdlib>
#include <string>
#include <string_view>

#include "casework/difference.hpp"
#include "casework/document.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace fvm::casework;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const Reading reading =
      read_application(text, "fuzz.toml", {2026, 11, 23}, {{"LMDB", "lmdb", "apk", "LMS", 3, 7}});
  if (!reading.readable && !block(reading.findings)) std::abort();
  for (const Finding& finding : reading.findings) {
    if (describe(fvm::Language::danish, finding).empty()) std::abort();
  }
  if (!reading.readable) return 0;
  for (const Grant& grant : reading.application.grants) {
    const Reading again = read_application(grant.toml, "again.toml", {2026, 11, 23});
    if (!again.readable || again.application.grants.size() != 1) std::abort();
    if (again.application.grants[0].toml != grant.toml) std::abort();
  }
  if (!difference(reading.application, reading.application).empty()) std::abort();
  if (!line_difference(text, text).empty()) std::abort();
  return 0;
}
