// The pages of fvm-desk: the one that shows a screen, and what went wrong on the way to it. They come from
// here and not from the portal, under another host name, so that no script of a portal that was taken over
// can see the screen.
#pragma once

#include <string>

#include "base/messages.hpp"
#include "http/assets.hpp"

namespace fvm::desk {

struct Site {
  const http::Assets& assets;
  std::string service_name;
  std::string portal;  // "https://portal.example.dk"
};

// Where the page with the screen is, in each language.
const char* screen_path(Language language);
http::Response screen_page(const Site& site, Language language);
http::Response mistake_page(const Site& site, Language language, const Error& error);

}  // namespace fvm::desk
