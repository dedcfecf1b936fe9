// rooms: base disclosure runner
// Any bytes as a PNG or a JPEG (the first byte chooses). What is said to be whole is: a picture that is not
// called broken ends where its format says.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "runner/scan_picture.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 3) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  fvm::runner::Scan scan;
  const bool png = data[0] % 2 == 0;
  png ? fvm::runner::scan_png(bytes, scan) : fvm::runner::scan_jpeg(bytes, scan);
  const std::string_view end = png ? "IEND\xAE\x42\x60\x82" : "\xFF\xD9";
  if (!scan.findings.blocks() && !bytes.ends_with(end)) std::abort();
  return 0;
}
