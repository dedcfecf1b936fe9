#include "api/catalogue_quality.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "api/page.hpp"

namespace fvm::api {
namespace {

using mirror::Status;

std::string count(Language language, uint64_t number) {
  return number_text(language, static_cast<int64_t>(number));
}

// Rows may be persons.
bool is_few(uint64_t rows) {
  constexpr uint64_t enough = 5;
  return rows > 0 && rows < enough;
}

std::string years_html(Language language, const catalogue::Table& table,
                       const mirror::TableQuality& quality) {
  if (!quality.years) return text(language, table.period ? "web.years_unknown" : "web.years_no_date");
  return text(language, "web.years_of", {{"years", years_text(quality.years)}, {"variable", *table.period}});
}

std::string refused_html(Language language, const mirror::TableQuality& quality) {
  if (is_few(quality.rows_rejected))
    return text(language, "web.refused_few", {{"read", count(language, quality.rows_read)}});
  return text(language, "web.refused_rows",
              {{"share", refused_text(language, quality.rows_rejected, quality.rows_read)},
               {"rejected", count(language, quality.rows_rejected)},
               {"read", count(language, quality.rows_read)}});
}

// How the newest delivery went; that an earlier one still stands, where it did not get in.
std::string newest_html(Language language, const mirror::TableQuality& quality) {
  const char* key = quality.newest == Status::refused ? "web.newest_refused"
                    : quality.newest == Status::held  ? "web.newest_held"
                                                      : "web.newest_accepted";
  return text(language, key, {{"day", day_text(language, *quality.newest_at)}});
}

}  // namespace

std::string years_text(const std::optional<mirror::Years>& years) {
  if (!years) return "–";
  return years->first == years->last ? std::to_string(years->first)
                                     : fmt::format("{}–{}", years->first, years->last);
}

std::string refused_text(Language language, uint64_t rejected, uint64_t read) {
  if (read == 0) return "–";
  if (is_few(rejected)) return text(language, "web.fewer_than_five");
  const double percent = 100.0 * static_cast<double>(rejected) / static_cast<double>(read);
  if (rejected > 0 && percent < 0.1) return text(language, "web.refused_little");
  std::string out = rejected == 0 ? "0" : fmt::format("{:.1f}", percent);
  if (language == Language::danish) std::replace(out.begin(), out.end(), '.', ',');
  return out + (language == Language::danish ? " %" : "%");
}

std::string quality_html(Language language, const catalogue::Table& table,
                         const mirror::TableFreshness& fresh, const mirror::TableQuality& quality) {
  std::string out = "<dl class=\"facts\">\n";
  const auto fact = [&](const char* key, const std::string& html) {
    out += fmt::format("<dt>{}</dt><dd>{}</dd>\n", text(language, key), html);
  };
  if (fresh.delivered) {
    fact("web.years_held", years_html(language, table, quality));
    fact("web.refused_share", refused_html(language, quality));
  }
  if (quality.newest) fact("web.newest_delivery", newest_html(language, quality));
  return out.ends_with("<dl class=\"facts\">\n") ? "" : out + "</dl>\n";
}

}  // namespace fvm::api
