#include "api/first_page.hpp"

#include <fmt/format.h>

#include "api/openness_page.hpp"
#include "api/page.hpp"

namespace fvm::api {
namespace {

using http::escape_html;

std::string steps_html(Language language) {
  constexpr std::pair<const char*, const char*> steps[] = {{"web.step_apply", "web.step_apply_text"},
                                                           {"web.step_assess", "web.step_assess_text"},
                                                           {"web.step_work", "web.step_work_text"},
                                                           {"web.step_home", "web.step_home_text"}};
  std::string out = fmt::format("<h2>{}</h2>\n<ol class=\"front-steps no-max-width\">\n",
                                text(language, "web.steps_heading"));
  for (const auto& [heading, what] : steps) {
    out += fmt::format("<li><h3>{}</h3><p>{}</p></li>\n", text(language, heading), text(language, what));
  }
  return out + fmt::format("</ol>\n<p><a class=\"button button-primary\" href=\"{}\">{}</a></p>\n",
                           language == Language::danish ? "/ansoegninger" : "/en/applications",
                           text(language, "web.start_application"));
}

// Cases stand still in July (the calendar of the service): said before it matters.
std::string july_html(const ServiceFacts& facts, Language language) {
  if (!facts.today) return {};
  const Date today = facts.today();
  const bool soon = today.month == 6 && today.day >= 10;
  if (!soon && today.month != 7) return {};
  return fmt::format(
      "<div class=\"alert alert-info\" role=\"note\"><div class=\"alert-body\"><p "
      "class=\"alert-text\">{}</p></div></div>\n",
      text(language, "web.july"));
}

std::string news_html(const ServiceFacts& facts, Language language) {
  if (facts.news.empty()) return {};
  std::string out = fmt::format("<h2>{}</h2>\n<dl class=\"facts\">\n", text(language, "web.news"));
  for (const News& each : facts.news)
    out += fmt::format("<dt>{}</dt><dd>{}</dd>\n", day_text(language, each.day),
                       escape_html(language == Language::danish ? each.danish : each.english));
  return out + "</dl>\n";
}

std::string status_html(const ServiceFacts& facts, Language language) {
  std::string out = fmt::format("<h2>{}</h2>\n<div id=\"status\"><ul class=\"status-list no-max-width\">\n",
                                text(language, "web.status_heading"));
  for (const ProgramStatus& program : facts.programs()) {
    out += fmt::format("<li><span>{}</span><span class=\"badge badge-{}\">{}</span></li>\n",
                       escape_html(program.name), program.running ? "success" : "error",
                       text(language, program.running ? "web.status_running" : "web.status_stopped"));
  }
  return out + "</ul></div>\n";
}

std::string rows_html(const std::vector<RegisterFreshness>& registers, Language language) {
  std::string out = table_open(language, message(language, "web.freshness_heading"),
                               {{"web.register"}, {"web.tables", true}, {"web.rows", true}, {"web.newest"}});
  for (const RegisterFreshness& each : registers) {
    out += "<tr>" + row_head(escape_html(each.name)) + cell(number_text(language, each.tables), true) +
           cell(number_text(language, each.rows), true) +
           cell(each.newest ? day_text(language, *each.newest) : text(language, "web.never")) + "</tr>\n";
  }
  return out.append(table_close);
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
  Page page{
      .title = message(language, "web.title"), .lead = message(language, "web.lead"), .place = Place::front};
  page.other = language == Language::danish ? "/en" : "/";
  page.body = july_html(facts, language) + steps_html(language) + figures_html(facts, language) +
              news_html(facts, language) + freshness_html(facts, language) + status_html(facts, language);
  return render(facts, assets, language, page);
}

}  // namespace fvm::api
