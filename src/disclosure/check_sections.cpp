// Table 1: the categories of each trait below its name, and how many all are. What is left of all of them is
// hidden, or was left out.
#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "disclosure/cells.hpp"
#include "disclosure/checks.hpp"
#include "disclosure/labels.hpp"
#include "disclosure/text.hpp"

namespace fvm::disclosure {
namespace {

using Rows = std::vector<size_t>;

// Of one column, the categories of one trait.
struct Section {
  uint64_t sum = 0;
  size_t counted = 0, masked = 0, where = 0;
  bool readable = true;

  Section(const Grid& table, const Rows& rows, size_t column) {
    for (const size_t r : rows) {
      const Grid::Said& said = table.said(r, column);
      if (said.masked) {
        ++masked, where = r;
      } else if (said.count) {
        sum += *said.count, ++counted, where = masked > 0 ? where : r;
      } else if (table.id(r, column) != 0) {
        readable = false;
      }
    }
    readable = readable && counted > 0 && counted + masked >= 2;
  }
  // Few are left of all; of several hidden ones each is the least or the most that it can be.
  bool tells(uint64_t all, const Parameters& parameters) const {
    if (!readable || sum >= all) return false;
    const uint64_t left = all - sum, most = masked * (parameters.cell_count_min - 1);
    return masked < 2 ? left < parameters.cell_count_min : left == masked || left == most;
  }
};

std::string first_word(std::string_view label) {
  return std::string(label.substr(0, label.find_first_of(" =:,")));
}

class Sections {
 public:
  Sections(const Grid& table, const Layout& layout) : table_(table), layout_(layout), labels_(table, layout) {
    by_label();
    if (sections_.size() < 2) sections_.clear(), by_name();
    if (sections_.empty()) by_first_word();
    std::erase_if(sections_, [](const Rows& rows) { return rows.size() < 2; });
    if (sections_.empty()) all_together();
  }

  void check(const Parameters& parameters, Findings& findings) {
    for (const size_t c : counted_columns(layout_)) {
      std::optional<uint64_t> all = whole_of(c);
      if (!all && !together_) all = common_sum(c);
      if (!all) continue;
      for (const Rows& rows : sections_) {
        const Section section(table_, rows, c);
        if (section.tells(*all, parameters))
          findings.add_as(Severity::review,
                          section.masked > 0 ? "finding.recalculable" : "finding.small_difference",
                          table_.place(section.where, c), "", layout_.columns[c].header);
      }
    }
  }

 private:
  // "Variabel; Niveau; n": the first column names the trait, in each row or once.
  void by_label() {
    if (layout_.labels.size() < 2) return;
    const size_t name = layout_.labels[0], level = layout_.labels[1];
    if (layout_.tallies.column(name).size() == layout_.tallies.filled(name) &&
        layout_.tallies.filled(name) + layout_.header_rows == table_.rows())
      return;
    Grid::Id before = 0;
    for (size_t r = layout_.header_rows; r < table_.rows(); ++r) {
      const Grid::Id id = table_.id(r, name);
      if (table_.id(r, level) == 0 || labels_.total(r)) continue;
      if (sections_.empty() || (id != 0 && id != before)) sections_.emplace_back();
      if (id != 0) before = id;
      sections_.back().push_back(r);
    }
  }
  // A row with a name and nothing else begins one.
  void by_name() {
    if (layout_.labels.empty()) return;
    bool any = false;
    for (size_t r = layout_.header_rows; r < table_.rows(); ++r) {
      const bool name =
          table_.id(r, layout_.labels[0]) != 0 && std::all_of(layout_.values.begin(), layout_.values.end(),
                                                              [&](size_t c) { return table_.id(r, c) == 0; });
      if (name) {
        sections_.emplace_back(), any = true;
      } else if (any && !labels_.total(r)) {
        sections_.back().push_back(r);
      }
    }
  }
  // "Ryger ja", "Ryger nej".
  void by_first_word() {
    if (layout_.labels.empty()) return;
    std::string before;
    for (size_t r = layout_.header_rows; r < table_.rows(); ++r) {
      const std::string word = first_word(table_.text(r, layout_.labels[0]));
      if (word.empty() || labels_.total(r)) continue;
      if (sections_.empty() || word != before) sections_.emplace_back();
      before = word;
      sections_.back().push_back(r);
    }
  }
  // One trait, whose name stands above it or nowhere.
  void all_together() {
    auto& all = sections_.emplace_back();
    for (size_t r = layout_.header_rows; r < table_.rows(); ++r) {
      if (!labels_.total(r) && !labels_.statistic(r)) all.push_back(r);
    }
    if (all.size() < 2) sections_.clear();
    together_ = true;
  }
  // What the heading tells, or a row of all of them.
  std::optional<uint64_t> whole_of(size_t column) const {
    static const Known alls = {"n",        "alle",     "antal",   "all",  "total",  "patienter",
                               "patients", "personer", "persons", "ialt", "overall"};
    if (const auto told = whole_told_in(layout_.columns[column].header)) return told;
    if (together_) return noted();
    for (size_t r = layout_.header_rows; r < table_.rows(); ++r) {
      const bool of_all = std::any_of(layout_.labels.begin(), layout_.labels.end(), [&](size_t c) {
        const std::string_view label = table_.text(r, c);
        return lower(label) == "i alt" || (words_of_label(label).size() == 1 && has_word(label, alls));
      });
      if (of_all && table_.said(r, column).count) return table_.said(r, column).count;
    }
    return noted();
  }
  // Of a table with one column of counts.
  std::optional<uint64_t> noted() const {
    if (counted_columns(layout_).size() != 1) return std::nullopt;
    const auto noted = noted_whole(table_, layout_);
    return noted ? std::optional(static_cast<uint64_t>(*noted)) : std::nullopt;
  }
  // The most that the categories of a trait add up to, where each trait has its own.
  std::optional<uint64_t> common_sum(size_t column) const {
    if (sections_.size() < 2 || !have_own_levels()) return std::nullopt;
    uint64_t most = 0;
    for (const Rows& rows : sections_) {
      const Section section(table_, rows, column);
      if (section.readable && section.masked == 0) most = std::max(most, section.sum);
    }
    return most > 0 ? std::optional(most) : std::nullopt;
  }
  bool have_own_levels() const {
    const size_t level = layout_.labels[layout_.labels.size() < 2 ? 0 : 1];
    std::set<Grid::Id> seen;
    for (const Rows& rows : sections_) {
      for (const size_t r : rows)
        if (!seen.insert(table_.id(r, level)).second) return false;
    }
    return true;
  }

  const Grid& table_;
  const Layout& layout_;
  Labels labels_;
  std::vector<Rows> sections_;
  bool together_ = false;  // all rows are one
};

}  // namespace

void check_sections(const Grid& table, const Layout& layout, const Parameters& parameters,
                    Findings& findings) {
  if (table.rows() > rows_judged_max || layout.labels.empty()) return;
  Sections(table, layout).check(parameters, findings);
}

}  // namespace fvm::disclosure
