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
  constexpr size_t bytes_max = 200;
  std::string key = lower(trim(label.substr(0, bytes_max)));
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
    // Several that count "n" are told apart by what they are called.
    const auto ns =
        std::count_if(counts_.begin(), counts_.end(), [&](size_t c) { return headings_[c] == "n"; });
    for (size_t c = 0; ns > 1 && c < headings_.size(); ++c) {
      if (headings_[c] == "n") headings_[c] = lower(layout.columns[c].header);
    }
  }

  // `keys`: of the rows for which `wanted`.
  template <typename Wanted>
  Groups with(const std::vector<size_t>& keys, const Wanted& wanted) {
    Groups groups;
    for (size_t r = layout_.header_rows; r < table_.rows() && groups.all.size() < groups_counted_max; ++r) {
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
  constexpr size_t dealt_max = 5, rows_min = 4, keys_max = 8;
  if (keys.size() < 2 || keys.size() > keys_max) return;
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

// Whether the names tell different years, or different sexes.
bool are_apart(std::string_view a, std::string_view b) {
  static const Known women = {"kvinder", "kvinde", "women", "woman", "female", "females", "k", "f", "piger"};
  static const Known men = {"mænd", "mand", "men", "man", "male", "males", "m", "maend", "drenge"};
  const auto told = [](std::string_view name) {
    std::pair<std::set<std::string>, std::set<std::string>> all;
    for (const std::string& word : words_of_label(name)) {
      if (is_period(word)) all.first.insert(word);
      if (women.contains(word) || men.contains(word)) all.second.insert(women.contains(word) ? "k" : "m");
    }
    return all;
  };
  const auto differ = [](const std::set<std::string>& one, const std::set<std::string>& other) {
    return !one.empty() && !other.empty() &&
           std::none_of(one.begin(), one.end(), [&](const auto& word) { return other.contains(word); });
  };
  const auto of_a = told(a), of_b = told(b);
  return differ(of_a.first, of_b.first) || differ(of_a.second, of_b.second);
}

// "Alle", beside which any other table is of some of them.
bool is_of_all(std::string_view name) {
  static const Known all = {"alle", "all", "total", "totalt", "samlet", "overall", "hele", "ialt"};
  return has_word(name, all);
}

}  // namespace

std::vector<Groups> groups_of(const Grid& table, const Layout& layout) {
  std::vector<Groups> all;
  if (table.rows() > rows_judged_max || table.rows() * layout.columns.size() > looks_max) return all;
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
    both += one->count > 0 || other->count > 0;
    sum_a += one->count, sum_b += other->count;
    a_more |= one->count > other->count;
    b_more |= other->count > one->count;
    if (!few && differ_by_few(one->count, other->count, parameters)) few = other->place;
    ++one, ++other;
  }
  const uint64_t more = std::max(sum_a, sum_b), less = std::min(sum_a, sum_b);
  if (!few || both < both_min || a_more == b_more) return std::nullopt;
  const bool whole = a_more ? is_of_all(a.name) : is_of_all(b.name);
  if (!whole && (more - less) * less_max > more) return std::nullopt;
  if (are_apart(a.name, b.name)) return std::nullopt;
  return few;
}

}  // namespace fvm::disclosure
