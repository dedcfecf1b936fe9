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
  const char* state = states[static_cast<size_t>(project.standing)];
  return "<tr>" + row_head(escape_html(project.title)) + cell(escape_html(project.authority)) +
         cell(registers_text(project)) +
         cell(day_text(language, project.from) + " – " + day_text(language, project.to)) +
         cell(text(language, state)) + cell(number_text(language, project.releases), true) + "</tr>\n";
}

std::string list_html(const std::vector<PublicProject>& projects, Language language) {
  std::string out = table_open(language, message(language, "web.projects_title"),
                               {{"web.project"},
                                {"web.authority"},
                                {"web.registers"},
                                {"web.period"},
                                {"web.state"},
                                {"web.releases", true}});
  for (const PublicProject& project : projects) out += row_html(project, language);
  return out.append(table_close);
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
