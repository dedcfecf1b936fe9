#include "http/cookies.hpp"

#include <fmt/format.h>

namespace fvm::http {

std::string_view cookie(const Request& request, std::string_view name) {
  std::string_view rest = request.header("cookie"), found;
  for (bool seen = false; !rest.empty();) {
    const size_t end = std::min(rest.find(';'), rest.size());
    std::string_view pair = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    const size_t equals = std::min(pair.find('='), pair.size());
    if (pair.substr(0, equals) != name) continue;
    if (seen) return {};
    seen = true;
    found = pair.substr(std::min(equals + 1, pair.size()));
  }
  return found;
}

std::pair<std::string, std::string> set_cookie(std::string_view name, std::string_view value, int64_t seconds,
                                               SameSite same_site) {
  return {"Set-Cookie", fmt::format("{}={}; Path=/; Max-Age={}; Secure; HttpOnly; SameSite={}", name, value,
                                    seconds, same_site == SameSite::lax ? "Lax" : "Strict")};
}

std::pair<std::string, std::string> drop_cookie(std::string_view name) {
  return set_cookie(name, "", 0, SameSite::strict);
}

}  // namespace fvm::http
