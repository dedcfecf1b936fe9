#include "api/app_pages.hpp"

#include <fmt/format.h>

#include "api/page.hpp"

namespace fvm::api {
namespace {

// {number} of the paths: a case, a project or a release, as it is shown.
struct Kind {
  const char *name, *danish, *english;  // the name is that of the page's script (web/src/main.tsx)
  std::string_view title, lead;         // messages
};
constexpr Kind kinds[] = {
    {"applications", "/ansoegninger", "/en/applications", "web.applications_title", "web.applications_lead"},
    {"application", "/ansoegning/{number}", "/en/application/{number}", "web.application_title",
     "web.application_lead"},
    {"case_status", "/sag/{number}", "/en/case/{number}", "web.case_status_title", "web.case_status_lead"},
    {"cases", "/sager", "/en/cases", "web.cases_title", "web.cases_lead"},
    {"case", "/sager/{number}", "/en/cases/{number}", "web.case_title", "web.case_lead"},
    {"workspaces", "/projekt", "/en/project", "web.workspaces_title", "web.workspaces_lead"},
    {"workspace", "/projekt/{number}", "/en/project/{number}", "web.workspace_title", "web.workspace_lead"},
    {"table", "/projekt/{number}/tabel", "/en/project/{number}/table", "web.table_title", "web.table_lead"},
    {"send_home", "/projekt/{number}/hjemsend", "/en/project/{number}/send", "web.send_title",
     "web.send_lead"},
    {"desktop", "/projekt/{number}/skrivebord", "/en/project/{number}/desktop", "web.desktop_title",
     "web.desktop_lead"},
    {"reviews", "/kontrol", "/en/review", "web.reviews_title", "web.reviews_lead"},
    {"review", "/kontrol/{number}", "/en/review/{number}", "web.review_title", "web.review_lead"},
    {"security", "/sikkerhed", "/en/security", "web.security_title", "web.security_lead"},
    {"breach", "/sikkerhed/{number}", "/en/security/{number}", "web.breach_title", "web.breach_lead"},
    {"fetch", "/hent/{number}", "/en/fetch/{number}", "web.fetch_title", "web.fetch_lead"},
    {"operations", "/drift", "/en/operations", "web.operations_title", "web.operations_lead"},
};

std::string filled(std::string_view pattern, const std::string& number) {
  constexpr std::string_view place = "{number}";
  const size_t at = pattern.find(place);
  if (at == std::string_view::npos) return std::string(pattern);
  return std::string(pattern.substr(0, at)) + escape_url(number) +
         std::string(pattern.substr(at + place.size()));
}

http::Response answer(const ServiceFacts& facts, const Assets& assets, Language language, const Kind& kind,
                      const http::Request& request) {
  const auto given = request.parameters.find("number");
  const std::string number = given == request.parameters.end() ? std::string() : given->second;
  const std::string body = fmt::format(
      "<div id=\"app\" data-page=\"{}\" data-number=\"{}\"></div>\n<noscript><p>{}</p></noscript>\n",
      kind.name, http::escape_html(number), text(language, "web.login_noscript"));
  auto made = render(facts, assets, language,
                     {.title = message(language, kind.title, {{"number", number}}),
                      .lead = message(language, kind.lead),
                      .place = Place::mine,
                      .other = filled(language == Language::danish ? kind.english : kind.danish, number),
                      .body = body,
                      .behind_login = true});
  made.headers = {{"Cache-Control", "no-store"},
                  {"Content-Language", language == Language::danish ? "da" : "en"}};
  return made;
}

}  // namespace

void add_app_pages(http::Router& router, const ServiceFacts& facts, const Assets& assets) {
  for (const Kind& kind : kinds) {
    for (const Language language : {Language::danish, Language::english}) {
      router.add({"GET", language == Language::danish ? kind.danish : kind.english,
                  fmt::format("A page: {}", message(Language::english, kind.title, {{"number", "N"}})),
                  [&, language](const http::Request& request) {
                    return answer(facts, assets, language, kind, request);
                  }});
    }
  }
}

}  // namespace fvm::api
