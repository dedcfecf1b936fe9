// Rows that their labels do not tell apart: of persons, as likely as not.
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "disclosure/cells.hpp"
#include "disclosure/checks.hpp"
#include "disclosure/layout.hpp"

namespace fvm::disclosure {
namespace {

class RowsAlike {
 public:
  RowsAlike(const Grid& table, const Layout& layout, const std::vector<bool>& results)
      : table_(table), layout_(layout), results_(results) {}

  // The labels of a row, with those that stand once above several rows.
  void check(Findings& findings) {
    std::vector<Grid::Id> key(layout_.columns.size());
    std::vector<size_t> keys = layout_.labels;
    for (const size_t c : layout_.values)
      if (!results_[c]) keys.push_back(c);
    for (const size_t c : layout_.values) {  // "runde" in front of what is counted
      if (layout_.columns[c].kind == ColumnKind::count) break;
      const bool repeats = layout_.tallies.column(c).size() * 2 <= layout_.tallies.filled(c);
      const ColumnKind kind = layout_.columns[c].kind;
      if ((kind == ColumnKind::number || (kind == ColumnKind::measure && is_whole(c))) && repeats)
        keys.push_back(c);
    }
    if (keys.empty() && is_axis(0)) return;
    std::map<std::vector<Grid::Id>, size_t> seen;
    for (size_t r = layout_.header_rows; r < table_.rows(); ++r) {
      bool labelled = false;
      for (const size_t c : keys) {
        const Grid::Id id = table_.id(r, c);
        labelled |= id != 0;
        if (id != 0) key[c] = id;
      }
      const bool filled = std::any_of(layout_.values.begin(), layout_.values.end(),
                                      [&](size_t c) { return results_[c] && table_.id(r, c) != 0; });
      if (!filled) {
        section_ = table_.row(r).empty() ? 0 : table_.id(r, 0);
        continue;
      }
      const bool unknown = is_unknown(r);  // of the row above it
      if (!unknown && !keys.empty()) above_ = key[keys.front()];
      key.insert(key.end(), {section_, unknown ? above_ : 0});
      // Below a coefficient stand its error and its limits, under no label.
      constexpr size_t unlabelled_max = 4;
      const bool alike = ++seen[key] > (labelled ? 1 : unlabelled_max);
      key.resize(layout_.columns.size());
      if (alike) return findings.add("finding.rows_alike", {table_.sheet, table_.first_row + r, 0});
    }
  }

 private:
  // "Unknown" below each of several traits.
  bool is_unknown(size_t row) const {
    static const Known words = {"unknown", "missing", "uoplyst", "ukendt", "manglende", "mangler"};
    return !layout_.labels.empty() && has_word(table_.text(row, layout_.labels.front()), words);
  }
  // "0", "1" and "." of SAS.
  bool is_whole(size_t column) const {
    return !layout_.tallies.any(column, [&](Grid::Id id) {
      const auto& number = table_.said(id).number;
      return number && !number->whole;
    });
  }
  // Numbers that rise or fall from row to row: what the others are drawn against.
  bool is_axis(size_t column) const {
    std::optional<double> before;
    bool rises = true, falls = true;
    for (size_t r = layout_.header_rows; r < table_.rows(); ++r) {
      const auto& number = table_.said(r, column).number;
      if (!number) continue;
      rises &= !before || number->value > *before;
      falls &= !before || number->value < *before;
      before = number->value;
    }
    return before && (rises || falls);
  }

  const Grid& table_;
  const Layout& layout_;
  const std::vector<bool>& results_;
  Grid::Id section_ = 0,
           above_ = 0;  // the name above several rows; the label of the last row but unknown ones
};

}  // namespace

void check_rows_alike(const Grid& table, const Layout& layout, const std::vector<bool>& results,
                      Findings& findings) {
  RowsAlike(table, layout, results).check(findings);
}

}  // namespace fvm::disclosure
