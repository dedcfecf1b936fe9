#include "config/instance.hpp"

#include <algorithm>
#include <cctype>

namespace fvm::config {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

}  // namespace

Path Instance::mirror_table(std::string_view register_name, std::string_view table) const {
  return mirror() / lower(register_name) / lower(table);
}

Result<void> Instance::make_folders(World& world) const {
  for (const Path& folder : {root_, keys(), project_keys(), inbox(), set_aside(), mirror(), projects(),
                             storage(), erasable(), root_ / "store", audit(), kept(), run(), log()}) {
    TRY(world.make_directories(folder, 0700));
  }
  return {};
}

bool is_safe_name(std::string_view name) {
  if (name.empty() || name.size() > 64 || name[0] == '-' || name[0] == '.') return false;
  return std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
  });
}

}  // namespace fvm::config
