#include "storage/mappings.hpp"

#include <sys/sysmacros.h>

#include <algorithm>
#include <fstream>

namespace fvm::storage {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view removed = " (deleted)";

std::string line_of(const Path& file) {
  std::string line;
  std::ifstream stream(file);
  std::getline(stream, line);
  return line;
}

bool is_within(std::string file, const Path& folder) {
  if (file.ends_with(removed)) file.resize(file.size() - removed.size());
  const Path path = file;
  return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first == folder.end();
}

Mapping mapping_at(const Path& block) {
  Mapping mapping{line_of(block / "dm" / "name"), 0};
  unsigned major_number = 0, minor_number = 0;
  char colon = 0;
  std::ifstream(block / "dev") >> major_number >> colon >> minor_number;
  mapping.device = makedev(major_number, minor_number);
  return mapping;
}

std::vector<Path> entries(const Path& folder) {
  std::vector<Path> found;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
    found.push_back(it->path());
  return found;
}

}  // namespace

std::vector<Mapping> mappings_of(const Path& path, const Path& sys) {
  std::vector<Mapping> found;
  std::error_code error;
  Path real = fs::weakly_canonical(path, error);
  if (error) real = path;
  const Path blocks = sys / "block";
  for (const Path& loop : entries(blocks)) {
    const std::string file = line_of(loop / "loop" / "backing_file");
    if (file.empty() || !is_within(file, real)) continue;
    const auto holders = entries(loop / "holders");
    for (const Path& holder : holders) found.push_back(mapping_at(blocks / holder.filename()));
    if (holders.empty()) found.emplace_back();
  }
  return found;
}

}  // namespace fvm::storage
