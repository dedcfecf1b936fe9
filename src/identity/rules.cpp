#include "identity/rules.hpp"

#include <algorithm>
#include <cctype>

#include "config/instance.hpp"
#include "identity/service.hpp"

namespace fvm::identity {
namespace {

bool is_letter_or_digit(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 && static_cast<unsigned char>(c) < 0x80;
}

bool is_domain_label(std::string_view label) {
  if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
  return std::all_of(label.begin(), label.end(), [](char c) { return is_letter_or_digit(c) || c == '-'; });
}

bool is_mailbox_part(std::string_view part) {
  // Not '%' and '!': old mail servers read "x%evil.dk@here.dk" as a wish to send it on.
  constexpr std::string_view others = "#$&'*+-/=?^_`{|}~";
  return !part.empty() && std::all_of(part.begin(), part.end(), [&](char c) {
    return is_letter_or_digit(c) || others.find(c) != std::string_view::npos;
  });
}

// Every piece between dots holds, and there are at least `pieces_min`.
bool all_pieces(std::string_view text, size_t pieces_min, bool (*holds)(std::string_view)) {
  size_t pieces = 0;
  for (;; ++pieces) {
    const size_t dot = text.find('.');
    if (!holds(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return pieces + 1 >= pieces_min;
    text.remove_prefix(dot + 1);
  }
}

bool is_domain(std::string_view text) {
  return text.size() <= 253 && all_pieces(text, 2, is_domain_label);
}

}  // namespace

bool is_cvr(std::string_view text) {
  return text.size() == 8 && text[0] != '0' &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool cvr_digit_fits(std::string_view cvr) {
  constexpr int weights[] = {2, 7, 6, 5, 4, 3, 2, 1};
  int sum = 0;
  for (size_t i = 0; i < std::size(weights); ++i) sum += weights[i] * (cvr[i] - '0');
  return sum % 11 == 0;
}

bool is_user_name(std::string_view text) {
  if (!config::is_safe_name(text) || text.size() > 32 || text[0] < 'a' || text[0] > 'z') return false;
  return std::none_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool is_display_name(std::string_view text) {
  if (text.empty() || text.size() > name_bytes_max) return false;
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

bool is_address(std::string_view text) {
  const size_t at = text.rfind('@');
  if (text.size() > address_bytes_max || at == std::string_view::npos || at > 64) return false;
  return all_pieces(text.substr(0, at), 1, is_mailbox_part) && is_domain(text.substr(at + 1));
}

bool is_recipient(std::string_view text) {
  return text.starts_with('@') ? is_domain(text.substr(1)) : is_address(text);
}

std::string with_folded_domain(std::string_view address) {
  std::string out(address);
  const size_t at = out.rfind('@');
  if (at == std::string::npos) return out;
  std::transform(out.begin() + static_cast<std::ptrdiff_t>(at), out.end(),
                 out.begin() + static_cast<std::ptrdiff_t>(at),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

bool recipient_allowed(const Institution& institution, std::string_view address) {
  if (!is_address(address)) return false;
  const std::string folded = with_folded_domain(address);
  const std::string domain = folded.substr(folded.rfind('@'));
  return std::any_of(institution.recipients.begin(), institution.recipients.end(),
                     [&](const std::string& allowed) { return allowed == folded || allowed == domain; });
}

}  // namespace fvm::identity
