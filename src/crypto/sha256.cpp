#include "crypto/sha256.hpp"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "base/descriptor.hpp"
#include "crypto/encoding.hpp"

namespace fvm::crypto {
namespace {

constexpr size_t read_bytes = 256u << 10;

EVP_MD_CTX* digest_context(void* context) {
  return static_cast<EVP_MD_CTX*>(context);
}

}  // namespace

void Sha256::Free::operator()(void* context) const {
  EVP_MD_CTX_free(digest_context(context));
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  EVP_DigestInit_ex(digest_context(context_.get()), EVP_sha256(), nullptr);
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::add(std::string_view bytes) {
  EVP_DigestUpdate(digest_context(context_.get()), bytes.data(), bytes.size());
}

std::string Sha256::finish() {
  std::string digest(sha256_bytes, 0);
  EVP_DigestFinal_ex(digest_context(context_.get()), reinterpret_cast<unsigned char*>(digest.data()),
                     nullptr);
  EVP_DigestInit_ex(digest_context(context_.get()), EVP_sha256(), nullptr);
  return digest;
}

std::string sha256(std::string_view bytes) {
  Sha256 digest;
  digest.add(bytes);
  return digest.finish();
}

std::string sha256_hex(std::string_view bytes) {
  return to_hex(sha256(bytes));
}

Result<FileDigest> sha256_of_descriptor(int descriptor) {
  Sha256 digest;
  uint64_t bytes = 0;
  std::vector<char> buffer(read_bytes);
  for (;;) {
    const ssize_t got = ::read(descriptor, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("read a file", errno);
    if (got == 0) return FileDigest{digest.finish(), bytes};
    digest.add({buffer.data(), static_cast<size_t>(got)});
    bytes += static_cast<uint64_t>(got);
  }
}

Result<FileDigest> sha256_of_file(const Path& file) {
  const Descriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!opened && errno == ENOENT) return surroundings("file.missing", {{"file", file.string()}});
  if (!opened) return system_error("open " + file.string(), errno);
  return sha256_of_descriptor(opened.get());
}

std::string hmac_sha256(std::string_view key, std::string_view text) {
  std::string code(sha256_bytes, 0);
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(),
       reinterpret_cast<unsigned char*>(code.data()), nullptr);
  return code;
}

std::string hkdf_sha256(std::string_view secret, std::string_view salt, std::string_view info, size_t bytes) {
  std::string extracted = hmac_sha256(salt, secret);
  std::string block;
  std::string out;
  for (char counter = 1; out.size() < bytes; ++counter) {
    block = hmac_sha256(extracted, block + std::string(info) + counter);
    out += block;
  }
  OPENSSL_cleanse(extracted.data(), extracted.size());
  OPENSSL_cleanse(block.data(), block.size());
  out.resize(bytes);
  return out;
}

}  // namespace fvm::crypto
