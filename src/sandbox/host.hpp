// What this machine has to make sandboxes from, looked up once when fvm-launcher starts.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/world.hpp"

namespace fvm::sandbox {

struct Host {
  Path bubblewrap;
  Path worker;  // fvm-worker, next to fvm-launcher
  // Shared libraries of fvm-worker and its loader: (name as the loader asks for it, real file).
  std::vector<std::pair<Path, Path>> libraries;
  Path pdf_text;  // poppler's pdftotext; may be empty: then no PDF is cleared
  std::vector<std::pair<Path, Path>> pdf_libraries;  // its own, beside fvm-worker's
  Path magic;        // libmagic's list of types; may be empty: then nothing is scanned
  Path charsets;     // the C library's tables of character sets (gconv); may not exist
  Path packages;     // python/ and R/: what a session finds without installing it; may be empty
  Path psql_folder;  // where the real psql is (Debian's /usr/bin/psql is a slow wrapper); may be empty
};

// Where fvm-worker and its libraries appear inside.
inline constexpr std::string_view programs_inside = "/opt/fvm";

// "sandbox.missing" with `what`: no bubblewrap on the path, no fvm-worker, or one that does not load.
// `search_path` is the caller's PATH.
Result<Host> look_around(const Path& own_folder, std::string_view search_path);

}  // namespace fvm::sandbox
