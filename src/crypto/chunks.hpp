// A long text encrypted piece by piece under a key that is used for this one text only. Each piece says where
// it stands and whether it is the last, so that pieces cannot be cut off, moved, left out or joined:
//
//   piece = ciphertext of at most chunk_bytes + tag (16); AES-256-GCM, nonce = position (8, little-endian) +
//           "last" (1) + zeros, authenticated with it: `about`, what the text is
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/aead.hpp"

namespace fvm::crypto {

inline constexpr size_t chunk_bytes = 1u << 20;
inline constexpr size_t sealed_chunk_bytes = chunk_bytes + aead_tag_bytes;

// `position`: from 0. A whole text has exactly one piece that is the last, which may be empty.
struct Place {
  uint64_t position = 0;
  bool last = false;
};
std::string seal_chunk(std::string_view key, std::string_view about, Place place, std::string_view plaintext);
// Nothing when key, `about`, place or a single bit is not what it was.
std::optional<std::string> open_chunk(std::string_view key, std::string_view about, Place place,
                                      std::string_view sealed);

}  // namespace fvm::crypto
