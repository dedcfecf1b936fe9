#include "api/project_pages.hpp"

#include <fmt/format.h>

#include "api/page.hpp"

namespace fvm::api {
namespace {

using http::escape_html;

std::string registers_text(const PublicProject& project) {
  std::string out;
  for (const std::string& each : project.registers) out += (out.empty() ? "" : ", ") + escape_html(each);
  return out;
}

std::string row_html(const PublicProject& project, Language language) {
  constexpr const char* states[] = {"web.project_running", "web.project_held", "web.project_coming",
                                    "web.project_ended"};
  const char* state = states[static_cast<size_t>(project.state)];
  return fmt::format(
      "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{} – {}</td><td>{}</td><td "
      "class=\"number\">{}</td></tr>\n",
      escape_html(project.title), escape_html(project.authority), registers_text(project),
      day_text(language, project.from), day_text(language, project.to), text(language, state),
      number_text(language, project.releases));
}

std::string list_html(const std::vector<PublicProject>& projects, Language language) {
  std::string out = fmt::format(
      "<div class=\"table--responsive-scroll\"><table class=\"table table--borderless\"><caption "
      "class=\"sr-only\">{}</caption><thead><tr>",
      text(language, "web.projects_title"));
  for (const char* head : {"web.project", "web.authority", "web.registers", "web.period", "web.state"})
    out += fmt::format("<th scope=\"col\">{}</th>", text(language, head));
  out += fmt::format("<th scope=\"col\" class=\"number\">{}</th></tr></thead><tbody>\n",
                     text(language, "web.releases"));
  for (const PublicProject& project : projects) out += row_html(project, language);
  return out + "</tbody></table></div>\n";
}

http::Response answer(const ServiceFacts& facts, const Assets& assets, Language language) {
  Page page{.title = message(language, "web.projects_title"),
            .lead = message(language, "web.projects_lead"),
            .place = Place::projects};
  page.other =
      address_of(Place::projects, language == Language::danish ? Language::english : Language::danish);
  const auto projects = facts.projects();
  if (!projects.ok()) {
    page.body = fmt::format("<p role=\"alert\">{}</p>", text(language, "web.status_unreachable"));
    page.status = 503;
  } else if (projects->empty()) {
    page.body = fmt::format("<p>{}</p>", text(language, "web.no_projects"));
  } else {
    page.body = list_html(*projects, language);
  }
  return render(facts, assets, language, page);
}

}  // namespace

void add_project_pages(http::Router& router, const ServiceFacts& facts, const Assets& assets) {
  for (const Language language : {Language::danish, Language::english})
    router.add(
        {"GET", address_of(Place::projects, language), "Running and ended projects, as a page",
         [&facts, &assets, language](const http::Request&) { return answer(facts, assets, language); }});
}

}  // namespace fvm::api
