// Survival curves as SVG: a point at the end of each published band, lines between them, numbers at risk
// below.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "safetable/survival.hpp"

namespace fvm::safetable {
namespace {

constexpr int width = 720, plot_width = 480, plot_height = 300, left = 70, top = 50, line_height = 22;
constexpr const char* colours[] = {"#1f5a96", "#b8442c", "#3d7a3d", "#7a4f9a", "#a07410", "#4a4a4a"};
constexpr const char* dashes[] = {"", "6 3", "2 3", "8 3 2 3", "12 4", "1 2"};

double end_of(const std::vector<Curve>& curves) {
  double end = 0;
  for (const Curve& curve : curves)
    for (const CurveStep& step : curve.steps)
      if (step.survival) end = std::max(end, *step.to);
  return end == 0 ? 1 : end;
}

std::string name_of(const Curve& curve, Language language) {
  std::string out;
  for (const std::string& each : curve.group) out += (out.empty() ? "" : " · ") + each;
  return out.empty() ? message(language, "safetable.total") : out;
}

std::string line_of(const Curve& curve, double end, size_t index) {
  std::string points = fmt::format("{},{}", left, top);
  for (const CurveStep& step : curve.steps)
    if (step.survival)
      points += fmt::format(" {:.1f},{:.1f}", left + *step.to / end * plot_width,
                            top + (1 - *step.survival) * plot_height);
  return fmt::format(
      "<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\" stroke-dasharray=\"{}\"/>\n",
      points, colours[index % std::size(colours)], dashes[index % std::size(dashes)]);
}

std::string axes(double end, Language language) {
  std::string out = fmt::format("<path d=\"M{0} {1}V{2}H{3}\" fill=\"none\" stroke=\"#444\"/>\n", left, top,
                                top + plot_height, left + plot_width);
  constexpr int ticks = 4;
  for (int i = 0; i <= ticks; ++i) {
    const double share = static_cast<double>(i) / ticks;
    out += fmt::format("<text x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>", left - 8,
                       top + (1 - share) * plot_height + 4, number_text(share, language));
    out +=
        fmt::format("<text x=\"{:.1f}\" y=\"{}\" text-anchor=\"middle\">{:g}</text>\n",
                    left + share * plot_width, top + plot_height + 18, std::round(share * end * 100) / 100);
  }
  return out;
}

// "M: 240 (0), 180 (90)": how many are at risk, and when.
std::string at_risk(const Curve& curve, Language language) {
  std::string out = name_of(curve, language) + ":";
  for (const CurveStep& step : curve.steps) out += fmt::format(" {} ({:g})", step.at_risk, step.from);
  return out;
}

}  // namespace

std::string survival_chart(const Record& record, Language language) {
  const auto curves = curves_of(record, language);
  constexpr size_t note_characters = 105;  // at this size, in this width
  const auto notes = wrapped(notes_of(record, language), note_characters);
  const double end = end_of(curves);
  const int height =
      top + plot_height + 60 + static_cast<int>(curves.size() * 2 + notes.size() + 1) * line_height;
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" "
      "role=\"img\" "
      "aria-labelledby=\"title\" font-family=\"sans-serif\" font-size=\"13\">\n<title "
      "id=\"title\">{2}</title>\n<text "
      "x=\"20\" y=\"28\" font-size=\"16\" font-weight=\"bold\">{2}</text>\n",
      width, height, escaped(record.title));
  out += axes(end, language);
  int y = top + plot_height + 50;
  const auto write = [&](const std::string& text, const char* colour) {
    out += fmt::format("<text x=\"20\" y=\"{}\" font-size=\"11\" fill=\"{}\">{}</text>\n", y, colour,
                       escaped(text));
    y += line_height;
  };
  for (size_t i = 0; i < curves.size(); ++i) {
    out += line_of(curves[i], end, i);
    out += fmt::format(
        "<line x1=\"20\" x2=\"50\" y1=\"{0}\" y2=\"{0}\" stroke=\"{1}\" stroke-width=\"2\" "
        "stroke-dasharray=\"{2}\"/><text x=\"58\" y=\"{3}\">{4}</text>\n",
        y - 4, colours[i % std::size(colours)], dashes[i % std::size(dashes)], y,
        escaped(name_of(curves[i], language)));
    y += line_height;
  }
  write(message(language, "safetable.numbers_at_risk"), "#444");
  for (const Curve& curve : curves) write(at_risk(curve, language), "#444");
  for (const std::string& note : notes) write(note, "#444");
  return out + "</svg>\n";
}

}  // namespace fvm::safetable
