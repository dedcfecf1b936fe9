// Bytes as text and back: hexadecimal and base64 (RFC 4648).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fvm::crypto {

std::string to_hex(std::string_view bytes);  // lower case
std::optional<std::string> from_hex(std::string_view text);
std::string to_base64(std::string_view bytes);  // with padding
std::optional<std::string> from_base64(std::string_view text);
std::string to_base64url(std::string_view bytes);  // RFC 4648, 5; without padding
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace fvm::crypto
