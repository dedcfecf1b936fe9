// The frame of a zip archive: its parts follow each other without a gap from the first byte to the list of
// them, and the list ends the file. What lies between the parts no viewer shows, but anybody can take it out
// again.
#pragma once

#include <string>
#include <string_view>

namespace fvm::runner {

struct ZipFrame {
  bool whole =
      false;  // no byte that belongs to nothing, no comment, no more than a few kilobytes of extra fields
  std::string extras;  // what the extra fields hold (times, padding)
};
ZipFrame zip_frame(std::string_view bytes);

}  // namespace fvm::runner
