#include "api/page.hpp"

#include <fmt/format.h>
#include <cctype>

namespace fvm::api {
namespace {

using http::escape_html;

struct Entry {
  Place place;
  const char *danish, *english, *words;
};
constexpr Entry menu[] = {{Place::front, "/", "/en", "web.menu_front"},
                          {Place::registers, "/registre", "/en/registers", "web.menu_registers"},
                          {Place::projects, "/projekter", "/en/projects", "web.menu_projects"},
                          {Place::mine, "/me", "/en/me", "web.me_link"}};

std::string menu_html(Language language, Place current) {
  std::string out = fmt::format(
      "<div class=\"navigation-menu\"><div class=\"navigation-menu-inner container\"><nav class=\"nav\" "
      "aria-label=\"{}\"><ul class=\"mainmenu\">\n",
      text(language, "web.menu"));
  for (const Entry& entry : menu) {
    const bool is_here = entry.place == current;
    out += fmt::format("<li{}><a href=\"{}\" class=\"nav-link\"{}><span>{}</span></a></li>\n",
                       is_here ? " class=\"active current\"" : "", address_of(entry.place, language),
                       is_here ? " aria-current=\"true\"" : "", text(language, entry.words));
  }
  return out + "</ul></nav></div></div>\n";
}

// The script's greatest part and its texts are asked for at once, before the style sheet asks for its
// letters: a page on a poor line can be used half a second earlier (./run bench interactive).
std::string preload_html(const Assets& assets, std::string_view language, bool behind_login) {
  std::vector<std::string> beginnings{"shared-", fmt::format("messages_{}-", language)};
  if (behind_login) beginnings.push_back(fmt::format("messages_pages_{}-", language));
  std::string out;
  for (const std::string& beginning : beginnings)
    if (const std::string part = assets.part(beginning); !part.empty())
      out += fmt::format("<link rel=\"modulepreload\" href=\"{}\">", part);
  return out;
}

std::string header_html(const ServiceFacts& facts, Language language, const Page& page) {
  const bool danish = language == Language::danish;
  return fmt::format(
      R"(<a class="skipnav" href="#main-content">{skip}</a>
<header class="header">
<div class="portal-info"><div class="portal-info-inner container"><strong>{authority}</strong>
<a class="language-link" href="{other}" hreflang="{other_code}" lang="{other_code}">{other_name}</a></div></div>
<div class="solution-info"><div class="solution-info-inner container"><div class="solution-heading"><a href="{home}">{name}</a></div></div></div>
{menu}</header>
)",
      fmt::arg("skip", text(language, "web.skip")), fmt::arg("authority", escape_html(facts.authority)),
      fmt::arg("other", escape_html(page.other)), fmt::arg("other_code", danish ? "en" : "da"),
      fmt::arg("other_name", text(language, "web.other_language")),
      fmt::arg("home", address_of(Place::front, language)), fmt::arg("name", escape_html(facts.service_name)),
      fmt::arg("menu", menu_html(language, page.place)));
}

}  // namespace

std::string text(Language language, std::string_view key) {
  return escape_html(message(language, key));
}
std::string text(Language language, std::string_view key, const Arguments& arguments) {
  return escape_html(message(language, key, arguments));
}

std::string address_of(Place place, Language language) {
  for (const Entry& entry : menu)
    if (entry.place == place) return language == Language::danish ? entry.danish : entry.english;
  return "/";
}

Language other_than(Language language) {
  return language == Language::danish ? Language::english : Language::danish;
}

std::string openness_address(Language language) {
  return language == Language::danish ? "/aabenhed" : "/en/openness";
}

std::string escape_url(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain = byte < 0x80 && (std::isalnum(byte) != 0 || c == '-' || c == '_' || c == '.');
    out += is_plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return out;
}

std::string table_begin(std::string_view caption) {
  return fmt::format(
      "<div class=\"table--responsive-scroll\"><table class=\"table table--borderless\"><caption "
      "class=\"sr-only\">{}</caption><thead><tr>",
      escape_html(caption));
}

std::string table_open(Language language, std::string_view caption, const std::vector<Head>& heads) {
  std::string out = table_begin(caption);
  for (const Head& head : heads)
    out += fmt::format("<th scope=\"col\"{}>{}</th>", head.number ? " class=\"number\"" : "",
                       text(language, head.key));
  return out + "</tr></thead><tbody>\n";
}

std::string cell(std::string_view content, bool number) {
  return fmt::format("<td{}>{}</td>", number ? " class=\"number\"" : "", content);
}

std::string row_head(std::string_view content) {
  return fmt::format("<th scope=\"row\">{}</th>", content);
}

std::string trail_html(Language language, const std::vector<std::pair<std::string, std::string>>& steps) {
  std::string out =
      fmt::format("<nav class=\"breadcrumbs\" aria-label=\"{}\"><ol class=\"breadcrumbs__list\">",
                  text(language, "web.trail"));
  for (const auto& [address, words] : steps) {
    const std::string link = address.empty()
                                 ? fmt::format("<span aria-current=\"page\">{}</span>", escape_html(words))
                                 : fmt::format("<a class=\"breadcrumbs__link\" href=\"{}\">{}</a>",
                                               escape_html(address), escape_html(words));
    out += "<li class=\"breadcrumbs__list-item\">" + link + "</li>";
  }
  return out + "</ol></nav>\n";
}

http::Response render(const ServiceFacts& facts, const Assets& assets, Language language, const Page& page) {
  const char* code = language == Language::danish ? "da" : "en";
  std::string body = fmt::format(
      R"(<!doctype html>
<html lang="{}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{} – {}</title><meta name="description" content="{}">
<link rel="icon" href="data:,"><link rel="stylesheet" href="{}">{}<script type="module" src="{}"></script></head>
<body>
)",
      code, escape_html(page.title), escape_html(facts.service_name), escape_html(page.lead),
      assets.address("portal.css"), preload_html(assets, code, page.behind_login),
      assets.address("portal.js"));
  body += header_html(facts, language, page);
  body += fmt::format(
      "<main class=\"container page-container\" id=\"main-content\" tabindex=\"-1\">\n{}<h1>{}</h1>\n",
      page.trail, escape_html(page.title));
  if (!page.lead.empty())
    body += fmt::format("<p class=\"font-lead front-lead\">{}</p>\n", escape_html(page.lead));
  body += page.body;
  body += fmt::format(
      "</main>\n<footer class=\"footer\"><div class=\"container\"><p>{}</p><p><a href=\"{}\">{}</a> · <a "
      "href=\"{}\">{}</a></p><p>{} {}</p></div></footer>\n</body></html>\n",
      text(language, "web.footer"), openness_address(language), text(language, "web.openness_title"),
      language == Language::danish ? "/tilgaengelighed" : "/en/accessibility",
      text(language, "web.accessibility_title"), escape_html(facts.service_name), escape_html(facts.version));
  return {page.status,
          "text/html; charset=utf-8",
          std::move(body),
          {{"Cache-Control", "no-cache"}, {"Content-Language", code}}};
}

}  // namespace fvm::api
