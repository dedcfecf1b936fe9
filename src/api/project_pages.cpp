#include "api/project_pages.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "api/sorted_table.hpp"

namespace fvm::api {
namespace {

using http::escape_html;
using http::Request;
using http::Response;

std::string address_of_project(const std::string& number, Language language) {
  return address_of(Place::projects, language) + "/" + escape_url(number);
}

std::string state_text(const PublicProject& project, Language language) {
  constexpr const char* states[] = {"web.project_running", "web.project_held", "web.project_coming",
                                    "web.project_ended"};
  return text(language, states[static_cast<size_t>(project.standing)]);
}

std::string registers_html(const PublicProject& project, Language language) {
  std::string out;
  for (const std::string& each : project.registers)
    out += fmt::format("{}<a href=\"{}/{}\">{}</a>", out.empty() ? "" : ", ",
                       address_of(Place::registers, language), escape_url(each), escape_html(each));
  return out;
}

std::string period_text(const PublicProject& project, Language language) {
  return day_text(language, project.from) + " – " + day_text(language, project.to);
}

// ---- all of them

SortedRow row_of(const PublicProject& project, Language language) {
  const std::string link = fmt::format("<a href=\"{}\">{}</a>", address_of_project(project.number, language),
                                       escape_html(project.title));
  const std::string purpose =
      project.purpose.empty() ? "" : "<p class=\"purpose\">" + escape_html(project.purpose) + "</p>";
  return {{link + purpose, project.title},
          {escape_html(project.authority), project.authority},
          {registers_html(project, language), static_cast<int64_t>(project.registers.size())},
          {period_text(project, language), to_text(project.from)},
          {state_text(project, language), static_cast<int64_t>(project.standing)},
          {number_text(language, project.releases), project.releases}};
}

std::string list_html(const std::vector<PublicProject>& projects, Language language, const Request& request) {
  std::vector<SortedRow> rows;
  for (const PublicProject& project : projects) rows.push_back(row_of(project, language));
  return sorted_table(language, message(language, "web.projects_title"),
                      {{"web.project", "title"},
                       {"web.authority", "authority"},
                       {"web.registers", "registers"},
                       {"web.period", "period"},
                       {"web.state", "state"},
                       {"web.releases", "releases", true}},
                      std::move(rows), request);
}

std::string oversight_html(Language language) {
  return fmt::format("<p>{} <a href=\"{}\">{}</a></p>\n", text(language, "web.projects_oversight"),
                     openness_address(language), text(language, "web.projects_oversight_link"));
}

Page all(const std::vector<PublicProject>& projects, Language language, const Request& request) {
  Page page{.title = message(language, "web.projects_title"),
            .lead = message(language, "web.projects_lead"),
            .place = Place::projects};
  page.other = address_of(Place::projects, other_than(language)) + sorting_of(request);
  page.body = projects.empty() ? fmt::format("<p>{}</p>\n", text(language, "web.no_projects"))
                               : list_html(projects, language, request);
  page.body += oversight_html(language);
  return page;
}

// ---- one

std::string files_text(const release::Departed& month, Language language) {
  constexpr const char* kinds[] = {"web.kind_safe_table", "web.kind_table", "web.kind_program",
                                   "web.kind_text", "web.kind_other"};
  std::string out;
  for (size_t i = 0; i < month.files.size(); ++i) {
    if (month.files[i] == 0) continue;
    out += (out.empty() ? "" : ", ") +
           text(language, kinds[i], {{"count", number_text(language, month.files[i])}});
  }
  return out;
}

std::string departed_html(const std::vector<release::Departed>& months, Language language) {
  std::string out = fmt::format("<h2>{}</h2>\n<p>{}</p>\n", text(language, "web.departed_title"),
                                text(language, months.empty() ? "web.departed_none" : "web.departed_lead"));
  if (months.empty()) return out;
  out += table_open(language, message(language, "web.departed_title"),
                    {{"web.departed_month"}, {"web.releases", true}, {"web.departed_files"}});
  for (const release::Departed& month : months)
    out += "<tr>" + row_head(month_text(language, month.year, month.month)) +
           cell(number_text(language, month.releases), true) + cell(files_text(month, language)) + "</tr>\n";
  return out.append(table_close);
}

std::string facts_html(const PublicProject& project, Language language) {
  std::string out = "<dl class=\"facts\">\n";
  const auto fact = [&](const char* key, const std::string& html) {
    if (!html.empty()) out += fmt::format("<dt>{}</dt><dd>{}</dd>\n", text(language, key), html);
  };
  fact("web.authority", escape_html(project.authority));
  fact("web.purpose", escape_html(project.purpose));
  fact("web.registers", registers_html(project, language));
  fact("web.period", period_text(project, language));
  fact("web.state", state_text(project, language));
  return out + "</dl>\n";
}

Page one(const PublicProject& project, const std::vector<release::Departed>& months, Language language) {
  Page page{.title = project.title, .place = Place::projects};
  page.other = address_of_project(project.number, other_than(language));
  page.trail = trail_html(
      language,
      {{address_of(Place::projects, language), message(language, "web.menu_projects")}, {"", project.title}});
  page.body = facts_html(project, language) + departed_html(months, language) + oversight_html(language);
  return page;
}

Page unreachable(Language language) {
  Page page{.title = message(language, "web.projects_title"), .place = Place::projects};
  page.other = address_of(Place::projects, other_than(language));
  page.body = fmt::format("<p role=\"alert\">{}</p>", text(language, "web.status_unreachable"));
  page.status = 503;
  return page;
}

Page unknown(const std::vector<PublicProject>& projects, Language language, const Request& request) {
  Page page = all(projects, language, request);
  page.title = message(language, "web.project_unknown");
  page.status = 404;
  return page;
}

Page page_of(const ServiceFacts& facts, Language language, const Request& request) {
  const auto projects = facts.projects();
  if (!projects.ok()) return unreachable(language);
  const auto number = request.parameters.find("number");
  if (number == request.parameters.end()) return all(*projects, language, request);
  const auto found = std::find_if(projects->begin(), projects->end(),
                                  [&](const PublicProject& each) { return each.number == number->second; });
  if (found == projects->end()) return unknown(*projects, language, request);
  const auto months = facts.departed(found->number);
  return months.ok() ? one(*found, *months, language) : unreachable(language);
}

}  // namespace

void add_project_pages(http::Router& router, const ServiceFacts& facts, const Assets& assets) {
  for (const Language language : {Language::danish, Language::english}) {
    for (const char* below : {"", "/{number}"})
      router.add({"GET", address_of(Place::projects, language) + below,
                  "Running and ended projects, and what has left them, as pages",
                  [&facts, &assets, language](const Request& request) {
                    return render(facts, assets, language, page_of(facts, language, request));
                  }});
  }
}

}  // namespace fvm::api
