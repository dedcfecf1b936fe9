// A count and its share tell of how many it is: "120 (97,6 %)" are of 123, and three are left.
#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "disclosure/cells.hpp"
#include "disclosure/checks.hpp"
#include "disclosure/figures.hpp"
#include "disclosure/labels.hpp"
#include "disclosure/text.hpp"

namespace fvm::disclosure {
namespace {

// Of every number that it can be of, few are left.
bool leaves_few(uint64_t count, double share, double unit, size_t decimals, const Parameters& parameters) {
  if (share <= 0 || share >= unit || count == 0) return false;
  const double half = rounding_of(decimals);
  const auto part = static_cast<double>(count);
  const double least = std::ceil(part / (share + half) * unit - 1e-9);
  const double most = std::floor(part / std::max(share - half, 1e-9) * unit + 1e-9);
  const auto few_max = static_cast<double>(parameters.cell_count_min - 1);
  return least <= most && least - part >= 1 && most - part <= few_max;
}

struct Share {
  double value = 0;
  size_t decimals = 0;
};
// "97,6 %", and of "120 (97,6 %)" what stands in its brackets.
std::optional<Share> share_in(std::string_view text) {
  const auto number = number_of(text);
  if (!number || decimals_of(text) == 0) return std::nullopt;
  return Share{number->value, decimals_of(text)};
}
std::optional<Share> share_behind(std::string_view cell) {
  const size_t open = cell.find('(');
  if (open == std::string_view::npos || open == 0 || !cell.ends_with(')')) return std::nullopt;
  std::string_view inside = trim(cell.substr(open + 1, cell.size() - open - 2));
  if (inside.ends_with('%')) inside = trim(inside.substr(0, inside.size() - 1));
  return share_in(inside);
}

}  // namespace

void check_rest(const Grid& table, const Layout& layout, const Parameters& parameters, Findings& findings) {
  constexpr double percent = 100;
  if (table.rows() > rows_judged_max) return;
  Labels labels(table, layout);
  for (const size_t c : counted_columns(layout)) {
    const Column& column = layout.columns[c];
    const bool beside = c + 1 < layout.columns.size() && layout.columns[c + 1].kind == ColumnKind::share &&
                        !is_at_most_one(table, layout, c + 1);
    for (size_t r = layout.header_rows; r < table.rows(); ++r) {
      const auto& count = table.said(r, c).count;
      if (!count || *count < parameters.cell_count_min || labels.statistic(r)) continue;
      auto share = share_behind(table.text(r, c));
      if (!share && beside) share = share_in(table.text(r, c + 1));
      if (share && leaves_few(*count, share->value, percent, share->decimals, parameters))
        findings.add("finding.small_difference", table.place(r, c), "", column.header);
    }
  }
}

}  // namespace fvm::disclosure
