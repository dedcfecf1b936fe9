// rooms: crypto
// pseudonym: identifiers per second on one core, and as a share of the most that this core could do: its
// AES-256 block rate through OpenSSL divided by FF1's ten rounds. The two are measured in turn, in short
// pieces, and the median of their ratios is the share, so that other work on the machine falls on both.
#include <openssl/evp.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <vector>

#include "crypto/ff1.hpp"
#include "crypto/identifier.hpp"

namespace {

constexpr size_t identifiers = 1u << 18;
constexpr size_t ecb_bytes = 16u << 10;  // large enough to drown the call, small enough for the first cache
constexpr size_t ecb_calls = 2048;
constexpr int repetitions = 61;
constexpr double rounds = 10;

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "bench pseudonym: %s\n", what);
  std::exit(4);
}

}  // namespace

int main() {
  const std::string key(32, 'k');
  auto cipher = fvm::crypto::IdentifierCipher::with_key(key, 1);
  if (!cipher.ok()) fail("no cipher");
  std::vector<uint64_t> values(identifiers);
  for (size_t i = 0; i < identifiers; ++i) values[i] = i * 3'486'784'401u % fvm::crypto::identifier_values;

  EVP_CIPHER_CTX* aes = EVP_CIPHER_CTX_new();
  std::vector<unsigned char> in(ecb_bytes), out(ecb_bytes + 16);
  if (EVP_EncryptInit_ex(aes, EVP_aes_256_ecb(), nullptr, reinterpret_cast<const unsigned char*>(key.data()),
                         nullptr) != 1) {
    fail("no AES");
  }
  EVP_CIPHER_CTX_set_padding(aes, 0);
  std::vector<double> identifier_rates, block_rates, shares;
  for (int i = 0; i < repetitions; ++i) {
    const double block_seconds = seconds_of([&] {
      int length = 0;
      for (size_t call = 0; call < ecb_calls; ++call)
        EVP_EncryptUpdate(aes, out.data(), &length, in.data(), static_cast<int>(ecb_bytes));
    });
    block_rates.push_back(static_cast<double>(ecb_calls * ecb_bytes / 16) / block_seconds);
    const double identifier_seconds = seconds_of([&] {
      if (!cipher->encrypt(values).ok()) fail("a value did not fit");
    });
    identifier_rates.push_back(identifiers / identifier_seconds);
    shares.push_back(identifier_rates.back() * rounds / block_rates.back());
  }
  EVP_CIPHER_CTX_free(aes);
  std::printf("pseudonym per_core=%.0f limit=%.0f limit_share=%.3f\n", median(identifier_rates),
              median(block_rates) / rounds, median(shares));
  return 0;
}
