// Pure decisions on passwords, one-time codes and attempts: no clock, no store.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>

#include "base/result.hpp"
#include "base/world.hpp"

namespace fvm::account {

inline constexpr size_t password_characters_min = 12;  // NIST SP 800-63B asks for 8 beside a second factor
inline constexpr size_t password_bytes_max = 256;
inline constexpr uint64_t common_bytes_max = 4u << 20;

// The passwords that guessers try first, in lower case.
class CommonPasswords {
 public:
  // What lies in share/passwords: common.txt, the most common of any length, whose words make no good core of
  // a longer one; breached.txt, all long enough to be chosen. "account.no_list" when one is missing or too
  // short: nobody may then set a password.
  static Result<CommonPasswords> read(World& world, const Path& folder);
  static CommonPasswords of(std::string_view text);  // one per line, '#' begins a comment
  // Itself; without digits and signs before and after it ("Sommer2026!"); or one of them over and over.
  bool knows(std::string_view password) const;

 private:
  std::unordered_set<std::string> words_;
};

// Whose password it shall be: what a guesser knows of him.
struct Whose {
  std::string_view user, institution;  // names
};
// "account.password_short" (with the least number of characters), "account.password_long",
// "account.password_common", "account.password_name" (holds the user name), "account.password_guessable"
// (made of names, words, years, keys beside each other: guess.hpp), "account.password_unreadable" (control
// characters, or no UTF-8). No rule about kinds of characters: those only make passwords alike.
Result<void> check_password(std::string_view password, const Whose& whose, const CommonPasswords& common);

// How long nobody is listened to after so many failures in a row: nothing before the fifth, then a minute,
// doubled each time, at most an hour.
int64_t wait_seconds_after(int64_t failures);

// A one-time code: 20 letters and digits (100 bits), none that look alike, in groups of five.
inline constexpr size_t code_random_bytes = 20;
std::string code_of(std::string_view random_bytes);
// As it is compared: capitals, without blanks and hyphens, O as 0, I and L as 1.
std::string plain_code(std::string_view typed);

// "Firefox, Linux" from a User-Agent; "?" when it says nothing known. Only for people to recognise.
std::string browser_name(std::string_view user_agent);

}  // namespace fvm::account
