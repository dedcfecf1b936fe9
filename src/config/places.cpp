#include "config/places.hpp"

namespace fvm::config {
namespace {

// PREFIX/share/fvm/`installed`, or `in_checkout` below the checkout's root (programs in build/bin).
Path beside_programs(const char* installed, const char* in_checkout) {
  std::error_code ignored;
  const Path programs = std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
  const Path shared = programs / ".." / "share" / "fvm" / installed;
  return real_world().exists(shared) ? shared : programs / ".." / ".." / in_checkout;
}

}  // namespace

Path web_folder() {
  return beside_programs("web", "web/dist");
}

Path common_passwords_folder() {
  return beside_programs("passwords", "share/passwords");
}

}  // namespace fvm::config
