#include "audit/checkpoint.hpp"

#include <charconv>
#include <cstdio>

#include "crypto/encoding.hpp"
#include "crypto/sha256.hpp"

namespace fvm::audit {
namespace {

constexpr size_t size_digits = 12;
constexpr std::string_view file_ending = ".note";

// signed-note: the first four bytes of SHA-256(name || LF || 0x01 || key).
std::string key_id(std::string_view public_key) {
  return crypto::sha256(std::string(checkpoint_origin) + "\n\x01" + std::string(public_key)).substr(0, 4);
}

}  // namespace

std::string checkpoint_text(uint64_t size, std::string_view root) {
  return std::to_string(size) + "\n" + crypto::to_base64(root) + "\n";
}

std::string checkpoint_note(std::string_view text, const Signed& by) {
  const std::string origin(checkpoint_origin);
  return origin + "\n" + std::string(text) + "\n\u2014 " + origin + " " +
         crypto::to_base64(key_id(by.public_key) + by.signature) + "\n";
}

std::string checkpoint_file_name(uint64_t size) {
  char name[40];
  std::snprintf(name, sizeof name, "%012llu", static_cast<unsigned long long>(size));
  return std::string(name) + std::string(file_ending);
}

uint64_t checkpoint_size_of(std::string_view file_name) {
  if (file_name.size() != size_digits + file_ending.size() || !file_name.ends_with(file_ending)) return 0;
  uint64_t size = 0;
  const char* end = file_name.data() + size_digits;
  const auto [stop, failed] = std::from_chars(file_name.data(), end, size);
  return failed == std::errc() && stop == end ? size : 0;
}

}  // namespace fvm::audit
