// Numbers that tell where an invoice goes. Pure.
#pragma once

#include <string_view>

namespace fvm::casework {

// Thirteen digits.
bool is_ean(std::string_view text);
// Whether the last digit fits (GS1 General Specifications, 7.9: modulus 10, weights 1 and 3 from the left).
bool ean_digit_fits(std::string_view ean);
// Danish locations begin with 579: GS1's prefix for Denmark; the public sector's with 5798.
bool is_danish_ean(std::string_view ean);

}  // namespace fvm::casework
