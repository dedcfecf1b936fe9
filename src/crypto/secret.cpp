#include "crypto/secret.hpp"

#include <openssl/crypto.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <span>

namespace fvm::crypto {
namespace {

size_t whole_pages(size_t bytes) {
  const auto page = static_cast<size_t>(::sysconf(_SC_PAGESIZE));
  return (bytes + page - 1) / page * page;
}

}  // namespace

Result<Secret> Secret::of_size(size_t bytes) {
  void* at = ::mmap(nullptr, whole_pages(bytes), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) return system_error("get memory for a key", errno);
  Secret secret;
  secret.at_ = static_cast<char*>(at);
  secret.bytes_ = bytes;
  // A key that could be swapped out is a key on a disk: refuse rather than go on.
  if (::mlock(at, whole_pages(bytes)) != 0) return surroundings("crypto.memory_not_locked");
  ::madvise(at, whole_pages(bytes), MADV_DONTDUMP);
  ::madvise(at, whole_pages(bytes), MADV_WIPEONFORK);
  return secret;
}

Result<Secret> Secret::take(std::string& bytes) {
  Secret secret = TRY(of_size(bytes.size()));
  std::memcpy(secret.at_, bytes.data(), bytes.size());
  wipe(bytes);
  return secret;
}

Result<Secret> Secret::random(World& world, size_t bytes) {
  Secret secret = TRY(of_size(bytes));
  world.random(std::as_writable_bytes(std::span(secret.at_, bytes)));
  return secret;
}

Secret::~Secret() {
  if (at_ == nullptr) return;
  OPENSSL_cleanse(at_, bytes_);
  ::munmap(at_, whole_pages(bytes_));
}

bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

void wipe(std::string& text) {
  OPENSSL_cleanse(text.data(), text.size());
  text.clear();
}

}  // namespace fvm::crypto
