#include "api/openness_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "api/page.hpp"

namespace fvm::api {
namespace {

using http::escape_html;

std::string fact(Language language, std::string_view key, const std::string& value) {
  return fmt::format("<dt>{}</dt><dd>{}</dd>\n", text(language, key), value);
}

std::string number(Language language, size_t count) {
  return number_text(language, static_cast<int64_t>(count));
}

std::string assessment(Language language, const Figures& figures) {
  if (!figures.median)
    return text(language, "web.measured_too_few", {{"cases", number(language, figures.decided)}});
  return text(language, "web.measured_times",
              {{"median", number_text(language, *figures.median)},
               {"most", number_text(language, *figures.nine_of_ten)},
               {"cases", number(language, figures.decided)}});
}

std::string review(Language language, const Figures& figures) {
  if (!figures.review_median)
    return text(language, "web.reviewed_none", {{"target", number_text(language, figures.review_target)}});
  return text(language, "web.reviewed_times",
              {{"median", number_text(language, *figures.review_median)},
               {"target", number_text(language, figures.review_target)},
               {"within", number(language, figures.reviewed_within)},
               {"all", number(language, figures.reviewed)}});
}

// Years by severity; what is not told is a dash with its reason below.
std::string breaches_html(Language language, const std::vector<Figures::Breaches>& breaches) {
  std::string out = fmt::format("<h2>{}</h2>\n<p>{}</p>\n", text(language, "web.breaches_heading"),
                                text(language, "web.breaches_lead"));
  if (breaches.empty()) return out + fmt::format("<p>{}</p>\n", text(language, "web.breaches_none"));
  std::map<std::string, std::map<std::string, std::string>> years;
  for (const auto& each : breaches)
    years[each.year][each.severity] = each.cases ? number(language, *each.cases) : "…";
  out += table_open(
      language, message(language, "web.breaches_heading"),
      {{"web.year"}, {"web.breach_minor", true}, {"web.breach_serious", true}, {"web.breach_all", true}});
  for (auto& [year, cells] : years) {
    out += "<tr>" + row_head(escape_html(year));
    for (const char* severity : {"minor", "serious", "all"})
      out += cell(cells[severity].empty() ? "0" : cells[severity], true);
    out += "</tr>\n";
  }
  return out.append(table_close) + fmt::format("<p>{}</p>\n", text(language, "web.breaches_hidden"));
}

// Only whether the parts held: what did not is for those who mend it.
std::string self_test_html(Language language, const std::optional<selftest::Run>& run) {
  std::string out = fmt::format("<h2>{}</h2>\n<p>{}</p>\n", text(language, "web.self_test_heading"),
                                text(language, "web.self_test_lead"));
  if (!run) return out + fmt::format("<p>{}</p>\n", text(language, "web.self_test_never"));
  out +=
      fmt::format("<p>{}</p>\n", text(language, run->held() ? "web.self_test_held" : "web.self_test_not_held",
                                      {{"day", day_text(language, run->began)}}));
  out += table_open(language, message(language, "web.self_test_heading"),
                    {{"web.self_test_part"}, {"web.self_test_tried", true}, {"web.self_test_outcome"}});
  for (const selftest::Check& check : run->checks)
    out += "<tr>" + row_head(text(language, selftest::words_of(check))) +
           cell(number(language, check.tried), true) +
           cell(text(language, selftest::words_of(check.outcome))) + "</tr>\n";
  return out.append(table_close);
}

Page openness(const ServiceFacts& facts, Language language) {
  Page page{.title = message(language, "web.openness_title"), .lead = message(language, "web.openness_lead")};
  page.other = language == Language::danish ? "/en/openness" : "/aabenhed";
  const auto figures =
      facts.figures ? facts.figures() : Result<Figures>(surroundings("web.status_unreachable"));
  if (!figures.ok()) {
    page.body = fmt::format("<p role=\"alert\">{}</p>\n", text(language, "web.status_unreachable"));
    page.status = 503;
    return page;
  }
  page.body = fmt::format("<h2>{}</h2>\n<dl class=\"facts\">\n", text(language, "web.measured_heading")) +
              fact(language, "web.waiting", number(language, figures->waiting)) +
              fact(language, "web.assessment", assessment(language, *figures)) +
              fact(language, "web.review_by_people", review(language, *figures)) +
              fact(language, "web.releases_ever", number_text(language, figures->releases)) + "</dl>\n" +
              breaches_html(language, figures->breaches) + self_test_html(language, figures->self_test) +
              fmt::format("<h2>{}</h2>\n<p>{}</p>\n", text(language, "web.self_check_heading"),
                          text(language, "web.self_check"));
  return page;
}

Page accessibility(const ServiceFacts& facts, Language language) {
  Page page{.title = message(language, "web.accessibility_title"),
            .lead = message(language, "web.accessibility_lead")};
  page.other = language == Language::danish ? "/en/accessibility" : "/tilgaengelighed";
  for (const char* part : {"web.accessibility_how", "web.accessibility_left", "web.accessibility_tell"})
    page.body += fmt::format("<p>{}</p>\n", text(language, part));
  if (!facts.contact.empty())
    page.body += fmt::format("<p><a href=\"mailto:{0}\">{0}</a></p>\n", escape_html(facts.contact));
  return page;
}

}  // namespace

std::string figures_html(const ServiceFacts& facts, Language language) {
  std::string out = fmt::format("<h2>{}</h2>\n", text(language, "web.measured_heading"));
  const auto figures =
      facts.figures ? facts.figures() : Result<Figures>(surroundings("web.status_unreachable"));
  if (figures.ok())
    out += "<dl class=\"facts\">\n" + fact(language, "web.waiting", number(language, figures->waiting)) +
           fact(language, "web.assessment", assessment(language, *figures)) +
           fact(language, "web.review_by_people", review(language, *figures)) + "</dl>\n";
  out += fmt::format("<p><a href=\"{}\">{}</a></p>\n", openness_address(language),
                     text(language, "web.openness_link"));
  out += fmt::format("<p>{}", text(language, "web.contact"));
  if (!facts.contact.empty())
    out += fmt::format(" <a href=\"mailto:{0}\">{0}</a>", escape_html(facts.contact));
  return out + "</p>\n";
}

void add_openness_page(http::Router& router, const ServiceFacts& facts, const Assets& assets) {
  using Make = Page (*)(const ServiceFacts&, Language);
  struct Entry {
    const char *danish, *english, *summary;
    Make make;
  };
  constexpr Entry entries[] = {
      {"/aabenhed", "/en/openness", "What the service tells of itself, as a page", openness},
      {"/tilgaengelighed", "/en/accessibility", "Accessibility statement, as a page", accessibility}};
  for (const Entry& each : entries) {
    for (const Language language : {Language::danish, Language::english}) {
      router.add({"GET", language == Language::danish ? each.danish : each.english, each.summary,
                  [&facts, &assets, language, make = each.make](const http::Request&) {
                    return render(facts, assets, language, make(facts, language));
                  }});
    }
  }
}

}  // namespace fvm::api
