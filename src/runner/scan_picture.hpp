// PNG (ISO 15948) and JPEG (ITU-T T.81): what they hold beside the picture. A person looks at the picture.
#pragma once

#include <string_view>

#include "runner/scan.hpp"

namespace fvm::runner {

// Chunks by their list, their sums, texts unpacked, points counted: nothing hangs behind the last one.
void scan_png(std::string_view bytes, Scan& scan, std::string_view part = {});
// Segments by their list; nothing between them and nothing behind the end.
void scan_jpeg(std::string_view bytes, Scan& scan, std::string_view part = {});

}  // namespace fvm::runner
