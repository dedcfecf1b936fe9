// From model to files: one sandboxed job for all documents that belong together.
#pragma once

#include <string>
#include <vector>

#include "base/world.hpp"

namespace fvm::documents {

struct Ready {
  std::string name;      // of the files: a-z 0-9 _ -, at most 64
  std::string flat_xml;  // of to_flat_xml
};

struct Made {
  std::string name;
  std::string pdf, docx;  // bytes
};

inline constexpr size_t file_bytes_max = 64u << 20;

// PDF (tagged, PDF/UA) and DOCX of each, by LibreOffice in a sandbox of the launcher. `staging` is a folder
// for the job's output: made, and removed in the end. "document.no_libreoffice", "document.not_made".
Result<std::vector<Made>> convert(World& world, const Path& launcher_socket, const Path& staging,
                                  const std::string& label, const std::vector<Ready>& ready);

}  // namespace fvm::documents
