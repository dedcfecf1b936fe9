// Pure decisions on what may be written down: no clock, no store.
#pragma once

#include <string>
#include <string_view>

namespace fvm::identity {

inline constexpr size_t name_bytes_max = 200;
inline constexpr size_t address_bytes_max = 254;  // RFC 5321, 4.5.3.1.3, without the angle brackets

// Eight digits, the first not zero.
bool is_cvr(std::string_view text);
// Whether its last digit fits (modulus 11, weights 2 7 6 5 4 3 2 1). A number that does not is most likely a
// slip of the keyboard: worth a warning, but made-up numbers for demonstrations may be used.
bool cvr_digit_fits(std::string_view cvr);
// User names become folder names: config::is_safe_name, and lower-case letters only.
bool is_user_name(std::string_view text);
// What is shown to people: not empty, no control characters, at most name_bytes_max.
bool is_display_name(std::string_view text);
// "someone@example.dk" (RFC 5321 dot-string; no quoted mailboxes, no address literals), printable ASCII.
bool is_address(std::string_view text);
// An address, or "@example.dk" for a whole domain. A domain needs at least one dot.
bool is_recipient(std::string_view text);
// The domain in lower case, the mailbox as it is.
std::string with_folded_domain(std::string_view address);

}  // namespace fvm::identity
