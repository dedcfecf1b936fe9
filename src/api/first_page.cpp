#include "api/first_page.hpp"

#include <fmt/format.h>

namespace fvm::api {
namespace {

using http::escape_html;

std::string text(Language language, std::string_view key) {
  return escape_html(message(language, key));
}

std::string header_html(const ServiceFacts& facts, Language language) {
  const bool danish = language == Language::danish;
  return fmt::format(
      R"(<a class="skipnav" href="#main-content">{skip}</a>
<header class="header">
<div class="portal-info"><div class="portal-info-inner container"><strong>{authority}</strong>
<a class="language-link" href="{other}" hreflang="{other_code}" lang="{other_code}">{other_name}</a></div></div>
<div class="solution-info"><div class="solution-info-inner container"><div class="solution-heading"><a href="{home}">{name}</a></div></div></div>
</header>
)",
      fmt::arg("skip", text(language, "web.skip")), fmt::arg("authority", escape_html(facts.authority)),
      fmt::arg("other", danish ? "/en" : "/"), fmt::arg("other_code", danish ? "en" : "da"),
      fmt::arg("other_name", text(language, "web.other_language")), fmt::arg("home", danish ? "/" : "/en"),
      fmt::arg("name", escape_html(facts.service_name)));
}

std::string steps_html(Language language) {
  constexpr std::pair<const char*, const char*> steps[] = {{"web.step_apply", "web.step_apply_text"},
                                                           {"web.step_assess", "web.step_assess_text"},
                                                           {"web.step_work", "web.step_work_text"},
                                                           {"web.step_home", "web.step_home_text"}};
  std::string out =
      fmt::format("<h2>{}</h2>\n<ol class=\"front-steps\">\n", text(language, "web.steps_heading"));
  for (const auto& [heading, what] : steps) {
    out += fmt::format("<li><h3>{}</h3><p>{}</p></li>\n", text(language, heading), text(language, what));
  }
  return out + fmt::format("</ol>\n<p>{}</p>\n", text(language, "web.contact"));
}

std::string status_html(const ServiceFacts& facts, Language language) {
  std::string out = fmt::format("<h2>{}</h2>\n<div id=\"status\"><ul class=\"status-list\">\n",
                                text(language, "web.status_heading"));
  for (const ProgramStatus& program : facts.programs()) {
    out += fmt::format("<li><span>{}</span><span class=\"badge badge-{}\">{}</span></li>\n",
                       escape_html(program.name), program.running ? "success" : "error",
                       text(language, program.running ? "web.status_running" : "web.status_stopped"));
  }
  return out + "</ul></div>\n";
}

std::string rows_html(const std::vector<RegisterFreshness>& registers, Language language) {
  std::string out = fmt::format(
      "<div class=\"table--responsive-scroll\"><table class=\"table table--borderless\"><caption "
      "class=\"sr-only\">{}</caption>"
      "<thead><tr><th scope=\"col\">{}</th><th scope=\"col\" class=\"number\">{}</th><th scope=\"col\" "
      "class=\"number\">{}</th>"
      "<th scope=\"col\">{}</th></tr></thead><tbody>\n",
      text(language, "web.freshness_heading"), text(language, "web.register"), text(language, "web.tables"),
      text(language, "web.rows"), text(language, "web.newest"));
  for (const RegisterFreshness& each : registers) {
    out += fmt::format(
        "<tr><th scope=\"row\">{}</th><td class=\"number\">{}</td><td "
        "class=\"number\">{}</td><td>{}</td></tr>\n",
        escape_html(each.name), number_text(language, each.tables), number_text(language, each.rows),
        each.newest ? day_text(language, *each.newest) : text(language, "web.never"));
  }
  return out + "</tbody></table></div>";
}

std::string freshness_html(const ServiceFacts& facts, Language language) {
  const auto registers = facts.freshness();
  std::string content;
  if (!registers.ok()) {
    content = fmt::format("<p role=\"alert\">{}</p>", text(language, "web.status_unreachable"));
  } else if (registers->empty()) {
    content = fmt::format("<p>{}</p>", text(language, "web.no_deliveries"));
  } else {
    content = rows_html(*registers, language);
  }
  return fmt::format(
      "<h2>{}</h2>\n<p>{}</p>\n<div id=\"freshness\">{}</div>\n<noscript><p>{}</p></noscript>\n",
      text(language, "web.freshness_heading"), text(language, "web.freshness_lead"), content,
      text(language, "web.noscript"));
}

}  // namespace

http::Response first_page(const ServiceFacts& facts, const Assets& assets, Language language) {
  const char* code = language == Language::danish ? "da" : "en";
  std::string body = fmt::format(
      R"(<!doctype html>
<html lang="{}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{} – {}</title><meta name="description" content="{}">
<link rel="icon" href="data:,"><link rel="stylesheet" href="{}"><script type="module" src="{}"></script></head>
<body>
)",
      code, escape_html(facts.service_name), text(language, "web.title"), text(language, "web.lead"),
      assets.address("portal.css"), assets.address("portal.js"));
  body += header_html(facts, language);
  body += fmt::format(
      "<main class=\"container page-container\" id=\"main-content\" tabindex=\"-1\">\n<h1>{}</h1>\n",
      text(language, "web.title"));
  body += fmt::format("<p class=\"font-lead front-lead\">{}</p>\n", text(language, "web.lead"));
  body += steps_html(language) + freshness_html(facts, language) + status_html(facts, language);
  body += fmt::format(
      "</main>\n<footer class=\"footer\"><div class=\"container\"><p>{}</p><p>{} "
      "{}</p></div></footer>\n</body></html>\n",
      text(language, "web.footer"), escape_html(facts.service_name), escape_html(facts.version));
  return {200,
          "text/html; charset=utf-8",
          std::move(body),
          {{"Cache-Control", "no-cache"}, {"Content-Language", code}}};
}

}  // namespace fvm::api
