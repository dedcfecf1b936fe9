// rooms: base screen
// Both directions of a screen: bytes of strangers, cut anywhere.
#include <cstddef>
#include <cstdint>

#include "screen/gate.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const size_t piece = 1 + data[0];
  fvm::screen::FromBrowser browser;
  fvm::screen::FromScreen screen;
  bool in = true, out = true;
  for (size_t at = 0; at < bytes.size() && (in || out); at += piece) {
    in = in && browser.pass(bytes.substr(at, piece)).ok();
    out = out && screen.look(bytes.substr(at, piece)).ok();
  }
  return 0;
}
