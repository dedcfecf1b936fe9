// A sum and its mean side by side: how many there are follows.
#include <cmath>
#include <vector>

#include "disclosure/cells.hpp"
#include "disclosure/checks.hpp"
#include "disclosure/figures.hpp"
#include "disclosure/vocabulary.hpp"

namespace fvm::disclosure {
namespace {

bool divides_into_few(double sum, double mean, size_t decimals, const Parameters& parameters) {
  const double doubt = rounding_of(decimals);
  if (mean <= doubt || sum <= 0) return false;
  const double near = std::round(sum / mean);
  return near >= 1 && near < static_cast<double>(parameters.cell_count_min) && sum / (mean + doubt) <= near &&
         sum / (mean - doubt) >= near && sum / (mean - doubt) - sum / (mean + doubt) < 1;
}

}  // namespace

void check_means(const Grid& table, const Layout& layout, const Parameters& parameters, Findings& findings) {
  static const Known sums = {"sum", "total", "samlet", "samlede", "alt", "ialt", "totalt"}, squares = {"sq"};
  const auto columns_with = [&](const Known& known) {
    std::vector<size_t> columns;
    for (const size_t c : layout.values)
      if (has_word(layout.columns[c].header, known) && !has_word(layout.columns[c].header, squares))
        columns.push_back(c);
    return columns;
  };
  const std::vector<size_t> means = columns_with(mean_words());
  if (means.size() * layout.columns.size() * table.rows() > looks_max)
    return leave_to_person(table, "columns", findings);
  for (const size_t s : means.empty() ? means : columns_with(sums)) {
    for (const size_t m : means) {
      for (size_t r = layout.header_rows; m != s && r < table.rows(); ++r) {
        const auto &sum = table.said(r, s).number, &mean = table.said(r, m).number;
        if (sum && mean &&
            divides_into_few(sum->value, mean->value, decimals_of(table.text(r, m)), parameters))
          findings.add("finding.percent_numerator", table.place(r, m), "", layout.columns[m].header);
      }
    }
  }
}

}  // namespace fvm::disclosure
