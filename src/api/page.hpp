// What all pages have in common: head, header with the way to the other pages and to the same page in the
// other language, main heading, footer. Pages are whole without JavaScript.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/assets.hpp"
#include "api/facts.hpp"
#include "http/types.hpp"

namespace fvm::api {

// Which entry of the main menu a page belongs to.
enum class Place { front, registers, projects, mine, none };

struct Page {
  std::string title;   // the heading, and in front of the service's name in the window
  std::string lead{};  // one sentence under it; empty: none
  Place place = Place::front;
  std::string other{};  // address of the same page in the other language
  std::string trail{};  // HTML of the way back up; empty: none
  std::string body{};   // HTML
  unsigned status = 200;
  bool behind_login = false;  // its script says more than those of the public pages
};
http::Response render(const ServiceFacts& facts, const Assets& assets, Language language, const Page& page);

// The message of that key, escaped.
std::string text(Language language, std::string_view key);
std::string text(Language language, std::string_view key, const Arguments& arguments);
// The address of a part of the portal: "/registre", "/en/registers".
std::string address_of(Place place, Language language);
Language other_than(Language language);
// Where everybody reads what has gone wrong, and how the service tests itself.
std::string openness_address(Language language);
// `text` as one part of a path or a value of a query.
std::string escape_url(std::string_view text);
// A table: its beginning with a caption for screen readers, cells (HTML), the head of a row, its end.
struct Head {
  std::string_view key;  // of the message
  bool number = false;   // to the right
};
std::string table_begin(std::string_view caption);  // up to its heads
std::string table_open(Language language, std::string_view caption, const std::vector<Head>& heads);
std::string cell(std::string_view content, bool number = false);
std::string row_head(std::string_view content);
inline constexpr std::string_view table_close = "</tbody></table></div>\n";
// The way back up: {address, words} of each step, the last without a link.
std::string trail_html(Language language, const std::vector<std::pair<std::string, std::string>>& steps);

}  // namespace fvm::api
