// A bar chart as SVG, drawn from published numbers alone: a hidden cell has no bar but its mark.
#include <algorithm>

#include <fmt/format.h>

#include "base/utf8.hpp"
#include "safetable/output.hpp"

namespace fvm::safetable {
namespace {

constexpr int bar_height = 18, line_height = 24, label_width = 220, bars_width = 480, margin = 20,
              heading = 40;
constexpr size_t label_bytes_max = 40;

struct Bar {
  std::string label, text;
  int64_t count = -1;  // below zero: hidden
};

bool is_leaf(const TableDimension& dimension, size_t code) {
  return std::none_of(dimension.codes.begin(), dimension.codes.end(),
                      [&](const Code& other) { return other.parent == dimension.codes[code].code; });
}

// The rows, of all columns together; totals and upper levels are left out.
std::vector<Bar> bars_of(const Record& record, Language language) {
  const Cells cells(record);
  std::vector<Bar> bars;
  for (size_t cell = 0; cell < cells.size(); ++cell) {
    const auto codes = cells.codes(cell);
    Bar bar;
    bool wanted = true;
    for (size_t i = 0; i < codes.size(); ++i) {
      if (i >= record.row_dimensions) {
        wanted &= codes[i] == 0;
      } else {
        wanted &= is_leaf(record.dimensions[i], codes[i]);
        bar.label += (bar.label.empty() ? "" : " · ") + label_of(record.dimensions[i], codes[i], language);
      }
    }
    if (!wanted) continue;
    bar.text = count_text(record, cell);
    bar.count = record.counts[cell].value_or(-1);
    bars.push_back(std::move(bar));
  }
  return bars;
}

std::string shortened(std::string text) {
  if (text.size() <= label_bytes_max) return text;
  return std::string(whole_characters(text, label_bytes_max)) + "…";
}

}  // namespace

std::string chart_of(const Record& record, Language language) {
  const auto bars = bars_of(record, language);
  constexpr size_t note_characters = 125;  // at this size, in this width
  const auto notes = wrapped(notes_of(record, language), note_characters);
  int64_t largest = 1;
  for (const Bar& bar : bars) largest = std::max(largest, bar.count);
  const int width = label_width + bars_width + 100 + 2 * margin;
  const int height = heading + static_cast<int>(bars.size() + notes.size()) * line_height + 2 * margin;
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" "
      "role=\"img\" "
      "aria-labelledby=\"title\" font-family=\"sans-serif\" font-size=\"13\">\n<title "
      "id=\"title\">{2}</title>\n"
      "<text x=\"{3}\" y=\"{4}\" font-size=\"16\" font-weight=\"bold\">{2}</text>\n",
      width, height, escaped(record.title), margin, margin + 10);
  int y = margin + heading;
  const int left = margin + label_width;
  for (const Bar& bar : bars) {
    const auto length = bar.count <= 0 ? 0 : static_cast<int>(bar.count * bars_width / largest);
    out += fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>", left - 8, y + bar_height - 4,
                       escaped(shortened(bar.label)));
    if (length > 0)
      out += fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"#1f5a96\"/>", left, y,
                         length, bar_height);
    out += fmt::format("<text x=\"{}\" y=\"{}\">{}</text>\n", left + length + 6, y + bar_height - 4,
                       escaped(bar.text));
    y += line_height;
  }
  y += margin;
  for (const std::string& note : notes) {
    out += fmt::format("<text x=\"{}\" y=\"{}\" font-size=\"11\" fill=\"#444\">{}</text>\n", margin, y,
                       escaped(note));
    y += line_height;
  }
  return out + "</svg>\n";
}

}  // namespace fvm::safetable
