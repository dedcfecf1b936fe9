#include "desk/page.hpp"

#include <fmt/format.h>

namespace fvm::desk {
namespace {

using http::escape_html;

std::string text(Language language, std::string_view key) {
  return escape_html(message(language, key));
}

http::Response page(const Site& site, Language language, unsigned status, std::string_view scripts,
                    const std::string& body) {
  const char* code = language == Language::danish ? "da" : "en";
  return {status,
          "text/html; charset=utf-8",
          fmt::format(
              R"(<!doctype html>
<html lang="{}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{} – {}</title><link rel="icon" href="data:,"><link rel="stylesheet" href="{}">{}</head>
<body class="desk">
<main id="main-content">
<h1 class="desk-heading">{}</h1>
{}</main>
</body></html>
)",
              code, text(language, "desk.title"), escape_html(site.service_name),
              site.assets.address("portal.css"), scripts, text(language, "desk.title"), body),
          {{"Cache-Control", "no-store"}, {"Content-Language", code}}};
}

}  // namespace

const char* screen_path(Language language) {
  return language == Language::danish ? "/skrivebord" : "/en/desktop";
}

http::Response screen_page(const Site& site, Language language) {
  return page(site, language, 200,
              fmt::format("<script type=\"module\" src=\"{}\"></script>", site.assets.address("desk.js")),
              fmt::format("<div id=\"desk\" data-portal=\"{}\"></div>\n<noscript><p>{}</p></noscript>\n",
                          escape_html(site.portal), text(language, "web.login_noscript")));
}

http::Response mistake_page(const Site& site, Language language, const Error& error) {
  const unsigned status = error.kind == Kind::surroundings ? 503 : 403;
  return page(
      site, language, status, "",
      fmt::format("<div class=\"alert alert-error\" role=\"alert\"><div class=\"alert-body\"><p "
                  "class=\"alert-text\">{}</p></div></div>\n<p><a class=\"button button-primary\" "
                  "href=\"{}{}\">{}</a></p>\n",
                  escape_html(describe(language, error)), escape_html(site.portal),
                  language == Language::danish ? "/projekt" : "/en/project", text(language, "desk.back")));
}

}  // namespace fvm::desk
