#include <algorithm>

#include "sandbox/service.hpp"

namespace fvm::sandbox {
namespace {

bool is_within(const Path& path, const Path& folder) {
  const auto [end, ignored] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  return end == folder.end();
}

Path real(const Path& path) {
  std::error_code error;
  const Path found = std::filesystem::weakly_canonical(path, error);
  return error ? path : found;
}

bool touches(const Path& path, const Path& folder) {
  return is_within(path, folder) || is_within(folder, path);
}

// /data is the project's data, /work its work, and so on: the two trees have the same shape.
bool is_own(const config::Instance& instance, std::string_view project, const Path& outside,
            std::string_view inside) {
  if (!config::is_safe_name(project)) return false;
  const Path root = real(instance.project(project));
  if (inside == "/outbox") return is_within(outside, root / "outbox") && outside != root / "outbox";
  return outside == root / Path(inside).relative_path();
}

}  // namespace

Result<void> check_outside(const config::Instance& instance, const Profile& profile,
                           const wire::Launch& launch, const std::vector<Path>& outside) {
  for (size_t i = 0; i < outside.size(); ++i) {
    bool allowed = true;
    for (const Path& closed :
         {instance.keys(), instance.store_file().parent_path(), instance.audit(), instance.run(),
          instance.config_file(), instance.storage(), instance.erasable()}) {
      allowed = allowed && !touches(outside[i], real(closed));
    }
    if (profile.system == System::analysis) {
      allowed = allowed && is_own(instance, launch.label, outside[i], launch.mounts[i].inside);
    }
    if (!allowed) {
      return refused("sandbox.not_allowed",
                     {{"profile", std::string(profile.name)}, {"what", outside[i].string()}});
    }
  }
  return {};
}

}  // namespace fvm::sandbox
