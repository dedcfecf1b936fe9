#include "casework/payer.hpp"

#include <algorithm>

namespace fvm::casework {

bool is_ean(std::string_view text) {
  return text.size() == 13 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool ean_digit_fits(std::string_view ean) {
  int sum = 0;
  for (size_t i = 0; i < ean.size(); ++i) sum += (i % 2 == 0 ? 1 : 3) * (ean[i] - '0');
  return sum % 10 == 0;
}

bool is_danish_ean(std::string_view ean) {
  return ean.starts_with("579");
}

}  // namespace fvm::casework
