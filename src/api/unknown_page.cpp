#include "api/unknown_page.hpp"

#include <fmt/format.h>

#include "api/page.hpp"

namespace fvm::api {
namespace {

bool wants_page(const http::Request& request) {
  const bool reads = request.method == "GET" || request.method == "HEAD";
  const bool is_page = !request.path.starts_with("/api/") && !request.path.starts_with("/assets/");
  return reads && is_page && request.header("accept").find("text/html") != std::string_view::npos;
}

std::string ways_on(Language language) {
  constexpr std::pair<Place, const char*> ways[] = {{Place::front, "web.menu_front"},
                                                    {Place::registers, "web.menu_registers"},
                                                    {Place::projects, "web.menu_projects"},
                                                    {Place::mine, "web.me_link"}};
  std::string out = fmt::format("<p>{}</p>\n<ul>\n", text(language, "web.unknown_ways"));
  for (const auto& [place, words] : ways)
    out +=
        fmt::format("<li><a href=\"{}\">{}</a></li>\n", address_of(place, language), text(language, words));
  return out + "</ul>\n";
}

}  // namespace

http::Response unknown_address(const ServiceFacts& facts, const Assets& assets, const http::Request& request,
                               http::Response problem) {
  if (!wants_page(request)) return problem;
  const bool english = request.path == "/en" || request.path.starts_with("/en/");
  const Language language = english ? Language::english : Language::danish;
  Page page{.title = message(language, "web.unknown_title"),
            .lead = message(language, "web.unknown_lead"),
            .place = Place::none,
            // The page has no twin: its front page is where the other language begins.
            .other = address_of(Place::front, other_than(language)),
            .body = ways_on(language),
            .status = problem.status};
  if (!facts.contact.empty())
    page.body += fmt::format("<p>{0} <a href=\"mailto:{1}\">{1}</a></p>\n",
                             text(language, "web.unknown_contact"), http::escape_html(facts.contact));
  auto made = render(facts, assets, language, page);
  made.headers = {
      {"Cache-Control", "no-store"}, {"Content-Language", english ? "en" : "da"}, {"Vary", "Accept"}};
  for (auto& header : problem.headers)
    if (header.first == "Allow") made.headers.push_back(std::move(header));
  return made;
}

}  // namespace fvm::api
