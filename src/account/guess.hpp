// How many guesses a password takes by somebody who knows words, names, dates and keyboards (libzxcvbn).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fvm::account {

// 10^10 guesses: zxcvbn's highest grade. At what Argon2id costs, a core tries as many in a hundred years.
inline constexpr double guess_bits_min = 33.3;

// Binary logarithm of the number of guesses. `about`: names that somebody would try first for this user.
double guess_bits(std::string_view password, const std::vector<std::string>& about);

}  // namespace fvm::account
