#include "disclosure/same_groups.hpp"

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include "disclosure/ascii.hpp"
#include "disclosure/cells.hpp"
#include "disclosure/labels.hpp"
#include "disclosure/text.hpp"
#include "disclosure/traits.hpp"

namespace fvm::disclosure {
namespace {

// Columns that say which group a row is of.
std::vector<size_t> keys_of(const Layout& layout) {
  std::vector<size_t> keys;
  for (size_t c = 0; c < layout.columns.size(); ++c) {
    const ColumnKind kind = layout.columns[c].kind;
    if (kind == ColumnKind::label || kind == ColumnKind::category) keys.push_back(c);
  }
  return keys;
}

// "Antal (N=1.300)" and "N" count the same; "18-39 år" is "18-39".
std::string heading_key(const std::string& header) {
  const size_t told = whole_told_in(header) ? header.find_first_of("(,") : std::string::npos;
  const std::vector<std::string> all = words(header.substr(0, told));
  static const Known of_all = {"n",       "antal",    "count", "personer", "patienter",
                               "persons", "patients", "alle",  "all",      "total"};
  if (std::all_of(all.begin(), all.end(), [](const std::string& word) { return of_all.contains(word); }))
    return "n";
  return lower(trim(header.substr(0, told)));
}
std::string label_key(std::string_view label) {
  std::string key = lower(trim(label));
  for (const std::string_view unit : {" år", " years", " årige", "-årige"}) {
    if (key.ends_with(unit)) key.resize(key.size() - unit.size());
  }
  return key;
}

class Counted {
 public:
  Counted(const Grid& table, const Layout& layout)
      : table_(table), layout_(layout), labels_(table, layout), counts_(counted_columns(layout)) {
    for (const Column& column : layout.columns) headings_.push_back(heading_key(column.header));
  }

  // `keys`: of the rows for which `wanted`.
  template <typename Wanted>
  Groups with(const std::vector<size_t>& keys, const Wanted& wanted) {
    Groups groups;
    for (size_t r = layout_.header_rows; r < table_.rows(); ++r) {
      if (!wanted(r) || labels_.statistic(r)) continue;
      std::string labels;
      for (const size_t c : keys) labels += label_key(table_.text(r, c)) + '\n';
      for (const size_t c : counts_) {
        const auto& count = table_.said(r, c).count;
        if (!count || groups.all.size() == groups_counted_max) continue;
        const uint64_t key = std::hash<std::string>()(labels + headings_[c]);
        groups.all.push_back({key, *count, table_.place(r, c)});
      }
    }
    end(groups);
    return groups;
  }
  bool any() const { return !counts_.empty(); }

 private:
  // Groups that stand twice are not told apart.
  static void end(Groups& groups) {
    auto& all = groups.all;
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
    const auto twice = [&](const GroupCount& one) {
      const auto [first, last] =
          std::equal_range(all.begin(), all.end(), one,
                           [](const GroupCount& a, const GroupCount& b) { return a.key < b.key; });
      return last - first > 1;
    };
    std::vector<GroupCount> once;
    std::copy_if(all.begin(), all.end(), std::back_inserter(once),
                 [&](const GroupCount& one) { return !twice(one); });
    all = std::move(once);
  }

  const Grid& table_;
  const Layout& layout_;
  Labels labels_;
  std::vector<size_t> counts_;
  std::vector<std::string> headings_;
};

// "Population; Aldersgruppe; Antal": few populations, one below the other.
void take_dealt(const Grid& table, const Layout& layout, const std::vector<size_t>& keys, Counted& counted,
                std::vector<Groups>& all) {
  constexpr size_t dealt_max = 5, rows_min = 4;
  if (keys.size() < 2) return;
  for (const size_t dealt : layout.labels) {
    const auto texts = layout.tallies.column(dealt);
    if (texts.size() < 2 || texts.size() > dealt_max) continue;
    std::vector<size_t> others;
    std::copy_if(keys.begin(), keys.end(), std::back_inserter(others), [&](size_t c) { return c != dealt; });
    for (const auto& [text, cells] : texts) {
      if (cells < rows_min) continue;
      Groups groups = counted.with(others, [&, id = text](size_t r) { return table.id(r, dealt) == id; });
      groups.name = std::string(table.text(text));
      groups.dealt_by = dealt + 1;
      all.push_back(std::move(groups));
    }
  }
}

// What stands above it and is no heading of one column.
std::string title_of(const Grid& table, const Layout& layout) {
  std::string title = table.sheet;
  for (size_t r = 0; r < layout.header_rows; ++r) {
    if (filled_cells(table, r) != 1) continue;
    for (const Grid::Id id : table.row(r)) title += " " + std::string(table.text(id));
  }
  return title;
}

void take_table(const Grid& table, const Layout& layout, const std::string& above, std::vector<Groups>& all) {
  Counted counted(table, layout);
  if (!counted.any()) return;
  const std::vector<size_t> keys = keys_of(layout);
  Groups groups = counted.with(keys, [](size_t) { return true; });
  groups.name = above + " " + title_of(table, layout);
  all.push_back(std::move(groups));
  take_dealt(table, layout, keys, counted, all);
}

// What tells that two are of different persons.
std::set<std::string> apart_by(std::string_view name) {
  static const Known sexes = {"kvinder", "kvinde", "mænd", "mand",    "women", "woman", "men",  "male",
                              "female",  "males",  "k",    "females", "m",     "f",     "maend"};
  std::set<std::string> told;
  for (const std::string& word : words_of_label(name)) {
    if (sexes.contains(word) || is_period(word)) told.insert(word);
  }
  return told;
}

// "Alle", beside which any other table is of some of them.
bool is_of_all(std::string_view name) {
  static const Known all = {"alle", "all", "total", "totalt", "samlet", "overall", "hele", "ialt"};
  return has_word(name, all);
}

}  // namespace

std::vector<Groups> groups_of(const Grid& table, const Layout& layout) {
  std::vector<Groups> all;
  if (table.rows() > rows_judged_max) return all;
  const std::vector<Grid> parts = parts_of(table);
  if (parts.empty()) take_table(table, layout, "", all);
  std::string above;
  for (const Grid& part : parts) {
    if (is_title(part)) {
      above += text_of(part);
      continue;
    }
    take_table(part, layout_of(part), above, all);
    above.clear();
  }
  return all;
}

std::optional<Place> differ_in_few(const Groups& a, const Groups& b, const Parameters& parameters) {
  if (a.dealt_by != b.dealt_by) return std::nullopt;
  constexpr size_t both_min = 4;
  constexpr uint64_t less_max = 10;  // one of so many
  size_t both = 0;
  uint64_t sum_a = 0, sum_b = 0;
  bool a_more = false, b_more = false;
  std::optional<Place> few;
  for (auto one = a.all.begin(), other = b.all.begin(); one != a.all.end() && other != b.all.end();) {
    if (one->key != other->key) {
      one->key < other->key ? ++one : ++other;
      continue;
    }
    const uint64_t more = std::max(one->count, other->count), less = std::min(one->count, other->count);
    both += more > 0;
    sum_a += one->count, sum_b += other->count;
    a_more |= one->count > other->count;
    b_more |= other->count > one->count;
    if (more > less && more - less < parameters.cell_count_min && !few) few = other->place;
    ++one, ++other;
  }
  const uint64_t more = std::max(sum_a, sum_b), less = std::min(sum_a, sum_b);
  if (!few || both < both_min || a_more == b_more) return std::nullopt;
  const bool whole = a_more ? is_of_all(a.name) : is_of_all(b.name);
  if (!whole && (more - less) * less_max > more) return std::nullopt;
  const auto names_a = apart_by(a.name), names_b = apart_by(b.name);
  if (!names_a.empty() && !names_b.empty() && names_a != names_b) return std::nullopt;
  return few;
}

}  // namespace fvm::disclosure
