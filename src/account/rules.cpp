#include "account/rules.hpp"

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

#include "account/guess.hpp"
#include "identity/store.hpp"

namespace fvm::account {
namespace {

// Of each list.
constexpr struct {
  const char* name;
  size_t words_min;
} lists[] = {{"common.txt", 1000}, {"breached.txt", 10'000}};

bool is_letter(char c) {
  const auto u = static_cast<unsigned char>(c);
  return u >= 0x80 || std::isalpha(u) != 0;
}

std::string_view without_ends(std::string_view text) {
  while (!text.empty() && !is_letter(text.front())) text.remove_prefix(1);
  while (!text.empty() && !is_letter(text.back())) text.remove_suffix(1);
  return text;
}

// "abcabcabc" -> "abc"; the whole when it does not repeat.
std::string_view repeated_part(std::string_view text) {
  for (size_t n = 1; n <= text.size() / 2; ++n) {
    if (text.size() % n != 0) continue;
    bool same = true;
    for (size_t i = n; same && i < text.size(); ++i) same = text[i] == text[i - n];
    if (same) return text.substr(0, n);
  }
  return text;
}

// Characters of a UTF-8 text; nothing when it is none, or has control characters.
std::optional<size_t> characters(std::string_view text) {
  size_t count = 0;
  for (size_t at = 0; at < text.size(); ++count) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const size_t more = lead < 0x80 ? 0u : lead >= 0xf0 ? 3u : lead >= 0xe0 ? 2u : 1u;
    if (lead < 0x20 || lead == 0x7f || (lead >= 0x80 && lead < 0xc2) || lead > 0xf4) return std::nullopt;
    if (at + more >= text.size()) return std::nullopt;
    for (size_t i = 1; i <= more; ++i)
      if ((static_cast<unsigned char>(text[at + i]) & 0xc0) != 0x80) return std::nullopt;
    at += more + 1;
  }
  return count;
}

std::string_view first_named(std::string_view text,
                             std::initializer_list<std::pair<std::string_view, std::string_view>> names) {
  for (const auto& [sign, name] : names)
    if (text.find(sign) != std::string_view::npos) return name;
  return {};
}

}  // namespace

Result<CommonPasswords> CommonPasswords::read(World& world, const Path& folder) {
  CommonPasswords all;
  for (const auto& list : lists) {
    const auto text = world.read_file(folder / list.name, common_bytes_max);
    CommonPasswords read = text.ok() ? of(*text) : CommonPasswords();
    if (read.words_.size() < list.words_min)
      return surroundings("account.no_list", {{"file", (folder / list.name).string()}});
    all.words_.merge(read.words_);
  }
  return all;
}

CommonPasswords CommonPasswords::of(std::string_view text) {
  CommonPasswords list;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    if (!line.empty() && line[0] != '#') list.words_.insert(identity::folded_name(line));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return list;
}

bool CommonPasswords::knows(std::string_view password) const {
  const std::string folded = identity::folded_name(password);
  const auto has = [&](std::string_view part) {
    return words_.contains(std::string(part)) || words_.contains(std::string(repeated_part(part)));
  };
  const std::string_view core = without_ends(folded);
  return has(folded) || core.empty() || has(core) || repeated_part(folded).size() <= 3;
}

Result<void> check_password(std::string_view password, const Whose& whose, const CommonPasswords& common) {
  if (password.size() > password_bytes_max)
    return usage("account.password_long", {{"bytes_max", std::to_string(password_bytes_max)}});
  const auto count = characters(password);
  if (!count) return usage("account.password_unreadable");
  if (*count < password_characters_min)
    return usage("account.password_short", {{"characters_min", std::to_string(password_characters_min)}});
  if (whose.user.size() >= 3 && identity::folded_name(password).find(whose.user) != std::string::npos)
    return usage("account.password_name");
  if (common.knows(password)) return usage("account.password_common");
  if (guess_bits(password, {std::string(whose.user), std::string(whose.institution)}) < guess_bits_min)
    return usage("account.password_guessable");
  return {};
}

int64_t wait_seconds_after(int64_t failures) {
  constexpr int64_t free = 4, first_seconds = 60, most_seconds = 3600;
  if (failures <= free) return 0;
  const int64_t doublings = std::min<int64_t>(failures - free - 1, 10);
  return std::min(first_seconds << doublings, most_seconds);
}

std::string code_of(std::string_view random_bytes) {
  constexpr std::string_view signs = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";  // Crockford's base 32
  std::string code;
  for (size_t i = 0; i < random_bytes.size(); ++i) {
    if (i > 0 && i % 5 == 0) code += '-';
    code += signs[static_cast<unsigned char>(random_bytes[i]) % signs.size()];
  }
  return code;
}

std::string plain_code(std::string_view typed) {
  std::string code;
  for (const char c : typed) {
    const char up = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    if (up == '-' || up == ' ') continue;
    code += up == 'O' ? '0' : up == 'I' || up == 'L' ? '1' : up;
  }
  return code;
}

std::string browser_name(std::string_view user_agent) {
  const std::string_view browser = first_named(user_agent, {{"Edg/", "Edge"},
                                                            {"OPR/", "Opera"},
                                                            {"Firefox/", "Firefox"},
                                                            {"Chrome/", "Chrome"},
                                                            {"Safari/", "Safari"}});
  const std::string_view system = first_named(user_agent, {{"Android", "Android"},
                                                           {"iPhone", "iPhone"},
                                                           {"iPad", "iPad"},
                                                           {"Windows", "Windows"},
                                                           {"Mac OS X", "macOS"},
                                                           {"Linux", "Linux"}});
  if (browser.empty()) return "?";
  return std::string(browser) + (system.empty() ? "" : ", " + std::string(system));
}

}  // namespace fvm::account
