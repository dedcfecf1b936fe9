#include "runner/mime_type.hpp"

#include <magic.h>

#include <memory>

namespace fvm::runner {
namespace {

// In the sandbox, and where Debian puts it (tests).
constexpr const char* lists[] = {"/opt/fvm/magic.mgc", "/usr/lib/file/magic.mgc",
                                 "/usr/share/misc/magic.mgc"};

struct Closed {
  void operator()(magic_t magic) const { ::magic_close(magic); }
};
using Magic = std::unique_ptr<magic_set, Closed>;

Magic open_magic() {
  constexpr int flags = MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_ELF;
  for (const char* list : lists) {
    Magic magic(::magic_open(flags));
    if (magic && ::magic_load(magic.get(), list) == 0) return magic;
  }
  return nullptr;
}

}  // namespace

Result<std::string> mime_type_of(std::string_view bytes) {
  const Magic magic = open_magic();
  if (!magic) return surroundings("scan.no_magic");
  const char* type = ::magic_buffer(magic.get(), bytes.data(), std::min(bytes.size(), mime_bytes_max));
  if (type == nullptr) return std::string("unknown");
  return std::string(type);
}

}  // namespace fvm::runner
