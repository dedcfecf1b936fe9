#include "runner/scan_styles.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <map>

#include "disclosure/ascii.hpp"
#include "disclosure/text.hpp"
#include "runner/xml.hpp"

namespace fvm::runner {
namespace {

size_t number(std::string_view text) {
  size_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// The formats that every workbook knows by number.
std::string_view built_in(size_t id) {
  struct Format {
    size_t id;
    std::string_view code;
  };
  static constexpr Format known[] = {
      {1, "0"},           {2, "0.00"},        {3, "#,##0"},      {4, "#,##0.00"},    {5, "#,##0"},
      {6, "#,##0"},       {7, "#,##0.00"},    {8, "#,##0.00"},   {9, "0%"},          {10, "0.00%"},
      {11, "0.00E+00"},   {12, "# ?/?"},      {13, "# ?\?/?\?"}, {14, "yyyy-mm-dd"}, {15, "yyyy-mm-dd"},
      {16, "yyyy-mm-dd"}, {17, "yyyy-mm-dd"}, {18, "h:mm"},      {19, "h:mm:ss"},    {20, "h:mm"},
      {21, "h:mm:ss"},    {22, "yyyy-mm-dd"}, {37, "#,##0"},     {38, "#,##0"},      {39, "#,##0.00"},
      {40, "#,##0.00"},   {41, "#,##0"},      {42, "#,##0"},     {43, "#,##0.00"},   {44, "#,##0.00"},
      {45, "mm:ss"},      {46, "h:mm:ss"},    {47, "mm:ss"},     {48, "##0.0E+0"},   {49, "@"}};
  const auto found =
      std::find_if(std::begin(known), std::end(known), [&](const Format& one) { return one.id == id; });
  return found == std::end(known) ? "General" : found->code;
}

// A format without what stands in quotes, brackets and behind backslashes: only what shows digits.
std::string bare(std::string_view format) {
  std::string out;
  for (size_t i = 0; i < format.size(); ++i) {
    const char c = format[i];
    if (c == '"' || c == '[') {
      const size_t end = format.find(c == '"' ? '"' : ']', i + 1);
      i = end == std::string_view::npos ? format.size() : end;
    } else if (c == '\\' || c == '_' || c == '*') {
      ++i;
    } else {
      out += c;
    }
  }
  return out;
}

// A date whatever the value is: no condition, and no section that shows something else.
bool is_date_format(std::string_view format) {
  if (format.find("[<") != std::string_view::npos || format.find("[>") != std::string_view::npos ||
      format.find("[=") != std::string_view::npos)
    return false;
  std::string rest = disclosure::lower(bare(format)) + ";";
  bool first = true;
  for (size_t end; (end = rest.find(';')) != std::string::npos; rest.erase(0, end + 1), first = false) {
    const std::string_view section = std::string_view(rest).substr(0, end);
    const bool date =
        section.find('y') != std::string_view::npos ||
        (section.find('d') != std::string_view::npos && section.find('m') != std::string_view::npos);
    if (!date && (first || (!section.empty() && section != "@"))) return false;
  }
  return true;
}

// "d\" personer\"yy": words beside a day.
bool has_own_words(std::string_view format) {
  bool quoted = false;
  for (const char c : format) {
    if (c == '"') quoted = !quoted;
    if (quoted && disclosure::ascii::letter(c)) return true;
  }
  return false;
}

// Digits that are shown whatever the value is: "0;\"3\"", "000000\\-\\1".
bool has_own_digits(std::string_view format) {
  bool quoted = false;
  for (size_t i = 0; i < format.size(); ++i) {
    if (format[i] == '"') quoted = !quoted;
    const bool escaped = !quoted && format[i] == '\\' && ++i < format.size();
    if ((quoted || escaped) && i < format.size() && format[i] >= '0' && format[i] <= '9') return true;
  }
  return false;
}

ShownDigits shown_digits(const std::string& format) {
  ShownDigits shown;
  shown.hidden = has_own_digits(format);
  if (shown.hidden) return shown;
  const bool dated = is_date_format(format);
  shown.hidden = dated && has_own_words(format);
  if (dated || format == "General" || format == "@" || format.empty()) return shown;
  const std::string all = bare(format);
  const std::string first = all.substr(0, all.find(';'));
  const size_t last = first.find_last_of("0#?");
  shown.hidden = last == std::string::npos;  // ";;;", "\"<5\""
  if (shown.hidden || first.find('E') != std::string::npos || first.find('/') != std::string::npos)
    return shown;
  shown.hidden = last + 1 < first.size() && first[last + 1] == ',';  // thousands left out
  shown.decimals = 0;
  const size_t point = first.find('.');
  while (point != std::string::npos && point + 1 + *shown.decimals < first.size() &&
         std::string_view("0#?").find(first[point + 1 + *shown.decimals]) != std::string_view::npos)
    ++*shown.decimals;
  if (first.find('%') != std::string::npos) *shown.decimals += 2;
  return shown;
}

struct Font {
  std::string colour;  // as colour_of() has it
  bool tiny = false;
};

// "ffffff" of what a colour says; a theme's other colours by their number. Theme 0 is the paper's white, 1
// the ink's black, and a tint of less than a quarter is not seen on it.
std::string colour_of(const Attributes& a) {
  constexpr double faint = 0.25;
  const std::string_view rgb = attribute(a, "rgb"), theme = attribute(a, "theme"),
                         indexed = attribute(a, "indexed");
  const double tint = std::fabs(std::strtod(std::string(attribute(a, "tint")).c_str(), nullptr));
  if (rgb.size() >= 6) return disclosure::lower(rgb.substr(rgb.size() - 6));
  if (theme == "0") return tint < faint ? "ffffff" : "grey";
  if (theme == "1") return "000000";
  if (!theme.empty()) return "theme " + std::string(theme) + " " + std::string(attribute(a, "tint"));
  if (indexed == "1" || indexed == "9" || indexed == "65") return "ffffff";
  if (indexed == "0" || indexed == "8" || indexed == "64") return "000000";
  return indexed.empty() ? std::string() : "indexed " + std::string(indexed);
}

// What nobody can tell apart, colours of six digits by how far their parts are.
bool is_alike(const std::string& a, const std::string& b) {
  constexpr size_t digits = 6;
  constexpr int far_apart = 60;
  if (a == b) return true;
  if (a.size() != digits || b.size() != digits) return false;
  int apart = 0;
  for (size_t at = 0; at < digits; at += 2)
    apart += std::abs(static_cast<int>(std::strtol(a.substr(at, 2).c_str(), nullptr, 16)) -
                      static_cast<int>(std::strtol(b.substr(at, 2).c_str(), nullptr, 16)));
  return apart < far_apart;
}

// Fonts, fills and formats as they come, and what a cell's style makes of them.
class Styles {
 public:
  std::vector<CellStyle> all;

  void start(std::string_view name, const Attributes& a) {
    for (const std::string_view list : {"fonts", "cellXfs", "dxfs", "cellStyleXfs", "fills"})
      if (name == list) inside_ = name;
    if (name == "numFmt") formats_[number(attribute(a, "numFmtId"))] = attribute(a, "formatCode");
    if (inside_ == "fonts") start_in_font(name, a);
    if (inside_ == "fills") start_in_fill(name, a);
    if (inside_ == "cellXfs" && name == "xf" && all.size() < styles_max) add(a);
  }

 private:
  static constexpr size_t styles_max = 70'000;

  void start_in_font(std::string_view name, const Attributes& a) {
    constexpr double size_min = 4;
    if (name == "font" && fonts_.size() < styles_max) fonts_.emplace_back();
    if (fonts_.empty()) return;
    if (name == "color") fonts_.back().colour = colour_of(a);
    if (name == "sz")
      fonts_.back().tiny = std::strtod(std::string(attribute(a, "val")).c_str(), nullptr) < size_min;
  }
  // A fill without a colour is the paper.
  void start_in_fill(std::string_view name, const Attributes& a) {
    if (name == "fill" && fills_.size() < styles_max) fills_.emplace_back("ffffff");
    if (fills_.empty()) return;
    if (name == "patternFill") solid_ = attribute(a, "patternType") == "solid";
    if (name == "fgColor" && solid_) fills_.back() = colour_of(a);
  }
  void add(const Attributes& a) {
    const size_t id = number(attribute(a, "numFmtId")), font = number(attribute(a, "fontId")),
                 fill = number(attribute(a, "fillId"));
    const auto own = formats_.find(id);
    const std::string paper = fill < fills_.size() ? fills_[fill] : "ffffff";
    const bool unseen =
        font < fonts_.size() &&
        (fonts_[font].tiny || (!fonts_[font].colour.empty() && is_alike(fonts_[font].colour, paper)));
    all.emplace_back(own == formats_.end() ? std::string(built_in(id)) : own->second, unseen);
  }

  std::map<size_t, std::string> formats_;
  std::vector<Font> fonts_;
  std::vector<std::string> fills_;
  std::string inside_;
  bool solid_ = false;
};

}  // namespace

bool is_white(std::string_view rgb) {
  return rgb.size() >= 6 && disclosure::lower(rgb.substr(rgb.size() - 6)) == "ffffff";
}

CellStyle::CellStyle(std::string of, bool is_unseen)
    : format(std::move(of)), unseen(is_unseen), date(is_date_format(format)), shown(shown_digits(format)) {}

std::vector<CellStyle> read_styles(std::string_view xml) {
  Styles styles;
  (void)read_xml(xml, {[&](std::string_view name, const Attributes& a) { styles.start(name, a); }, {}, {}});
  return std::move(styles.all);
}

bool hides_digits(const CellStyle& style, double value) {
  const ShownDigits& shown = style.shown;
  if (shown.hidden || !shown.decimals) return shown.hidden;
  const double scaled = value * std::pow(10, static_cast<double>(*shown.decimals));
  return std::fabs(scaled - std::round(scaled)) > 1e-6 * std::max(1.0, std::fabs(scaled));
}

std::string date_of_serial(double serial) {
  // 25569 is 1 January 1970; days from civil and back (H. Hinnant, "chrono-compatible low-level date
  // algorithms").
  int64_t days = static_cast<int64_t>(std::floor(serial)) - 25569 + 719468;
  const int64_t era = days / 146097;
  const int64_t of_era = days - era * 146097;
  const int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t shifted = (5 * of_year + 2) / 153;
  const int64_t day = of_year - (153 * shifted + 2) / 5 + 1, month = shifted < 10 ? shifted + 3 : shifted - 9;
  const int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  std::array<char, 16> text;
  std::snprintf(text.data(), text.size(), "%04d-%02d-%02d", static_cast<int>(year), static_cast<int>(month),
                static_cast<int>(day));
  return text.data();
}

}  // namespace fvm::runner
