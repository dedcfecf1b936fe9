// Cookies (RFC 6265bis): ours all begin with __Host-, so that no other site, subdomain or plain connection
// can set or read them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "http/types.hpp"

namespace fvm::http {

// Its value; empty when there is none, or more than one (then somebody meddles).
std::string_view cookie(const Request& request, std::string_view name);

enum class SameSite { lax, strict };  // lax: also on the way back from another site
// The header that sets it: __Host-NAME, Secure, HttpOnly, Path=/. Gone when the browser closes, at the latest
// after `seconds`.
std::pair<std::string, std::string> set_cookie(std::string_view name, std::string_view value, int64_t seconds,
                                               SameSite same_site);
std::pair<std::string, std::string> drop_cookie(std::string_view name);

}  // namespace fvm::http
