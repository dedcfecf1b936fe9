#include "disclosure/population.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>

#include "base/mix.hpp"
#include "disclosure/options.hpp"

namespace fvm::disclosure {
namespace {

constexpr size_t pairs_max = 100'000;
constexpr double pairs_wanted_max = 30'000;

struct Pair {
  uint32_t row, known;
};

// Most rows of the data are of nobody that is looked for: said before anything is looked up.
class Filter {
 public:
  void add(uint64_t key) { bits_[mix(key) % size] = true; }
  bool may_have(uint64_t key) const { return bits_[mix(key) % size]; }

 private:
  static constexpr size_t size = size_t{1} << 20;
  std::vector<bool> bits_ = std::vector<bool>(size);
};

class Comparison {
 public:
  Comparison(const ReadRows& file, const std::vector<KnownTable>& known, uint64_t persons, uint64_t units_min,
             double enough)
      : file_(file), known_(known), options_(file, known, persons), units_min_(units_min), enough_(enough) {}

  Agreement best() {
    Agreement best;
    size_t tried = 0;
    for (size_t t = 0; t < known_.size(); ++t) {
      if (!options_.may_single_out(t, units_min_)) continue;
      for (const Option* start : options_.starts(t)) {
        ++tried;
        Agreement found = from(*start);
        if (found.score > best.score) best = std::move(found);
        if (is_certain(best, enough_)) break;
      }
    }
    best.ways = options_.ways(tried);
    best.score = std::max(0.0, best.score - best.ways);
    return best;
  }

 private:
  const KnownColumn& column_of(const Option& option) const { return options_.column_of(option); }
  static uint32_t id(const Option& option, size_t row) { return option.reading->ids[row]; }
  bool filled(const Option& option, size_t row) const { return file_.filled[option.reading->column][row]; }
  double share(const Option& option, uint32_t id, size_t first_table) const {
    return options_.share(option, id, first_table);
  }

  // How many pairs of a row of the file and a row of the data would agree by chance.
  double expected_pairs(const std::vector<const Option*>& anchors) const {
    double sum = 0;
    for (size_t r = 0; r < file_.rows; ++r) {
      double pairs = static_cast<double>(known_[anchors[0]->table].rows);
      for (const Option* each : anchors) pairs *= share(*each, id(*each, r), each->table);
      sum += pairs;
    }
    return sum;
  }

  // So many columns of one table that not too many pairs agree; none when all of `of` are not enough.
  std::vector<const Option*> anchors(const Option& start, const std::vector<const Option*>& of) const {
    constexpr size_t anchors_max = 4;
    std::vector<const Option*> out{&start};
    while (expected_pairs(out) > pairs_wanted_max) {
      const Option* next = nullptr;
      for (const Option* each : of) {
        const bool other = std::none_of(out.begin(), out.end(), [&](const Option* taken) {
          return taken->reading->column == each->reading->column || taken->column == each->column;
        });
        if (other && each->table == start.table && (next == nullptr || each->bits > next->bits)) next = each;
      }
      if (next == nullptr || out.size() >= anchors_max) return {};
      out.push_back(next);
    }
    return out;
  }

  // Rows of the file with another row's value in the moved column.
  size_t row_of(const Option& option, size_t row) const {
    if (moved_ == nullptr || option.reading->column != moved_->reading->column) return row;
    return (row + shift_) % file_.rows;
  }

  template <typename Value>
  uint64_t key_of(const std::vector<const Option*>& anchors, const Value& value) const {
    uint64_t key = 0;
    for (const Option* each : anchors) {
      const uint32_t id = value(*each);
      if (id == 0) return 0;
      key = mix(key * mix_step + id);
    }
    return key;
  }

  std::optional<std::vector<Pair>> pairs_of(const std::vector<const Option*>& anchors) const {
    std::unordered_map<uint64_t, std::vector<uint32_t>> rows;
    Filter filter;
    for (size_t r = 0; r < file_.rows; ++r) {
      const uint64_t key = key_of(anchors, [&](const Option& each) { return id(each, row_of(each, r)); });
      if (key == 0) continue;
      rows[key].push_back(static_cast<uint32_t>(r));
      filter.add(key);
    }
    std::vector<Pair> out;
    const size_t kept = known_[anchors[0]->table].persons.size();
    for (size_t k = 0; k < kept; ++k) {
      const uint64_t key = key_of(anchors, [&](const Option& each) { return column_of(each).ids[k]; });
      if (key == 0 || !filter.may_have(key)) continue;
      const auto found = rows.find(key);
      if (found == rows.end()) continue;
      for (const uint32_t r : found->second) out.push_back({r, static_cast<uint32_t>(k)});
      if (out.size() > pairs_max) return std::nullopt;
    }
    return out;
  }

  // The rows of another table that are about the persons of the pairs.
  using RowsOf = std::unordered_map<int64_t, std::vector<uint32_t>>;
  RowsOf rows_of(size_t table, size_t first_table, const std::vector<Pair>& pairs) const {
    RowsOf out;
    Filter filter;
    for (const Pair& pair : pairs) {
      const int64_t person = known_[first_table].persons[pair.known];
      if (out.try_emplace(person).second) filter.add(static_cast<uint64_t>(person));
    }
    const auto& persons = known_[table].persons;
    for (size_t k = 0; k < persons.size(); ++k) {
      if (!filter.may_have(static_cast<uint64_t>(persons[k]))) continue;
      const auto found = out.find(persons[k]);
      if (found != out.end()) found->second.push_back(static_cast<uint32_t>(k));
    }
    return out;
  }

  // Whom a row is taken for is kept as pairs; each column that agrees leaves fewer of them.
  struct State {
    size_t table = 0;
    std::vector<Pair> pairs;
    std::vector<const Option*> used;
    std::unordered_map<size_t, RowsOf> others;  // by table
  };

  bool agrees(const Option& option, const Pair& pair, const State& state) const {
    const size_t row = row_of(option, pair.row);
    if (!filled(option, row)) return true;
    const uint32_t wanted = id(option, row);
    if (wanted == 0) return false;
    const auto& ids = column_of(option).ids;
    if (option.table == state.table) return ids[pair.known] == wanted;
    const auto& rows = state.others.at(option.table).at(known_[state.table].persons[pair.known]);
    return std::any_of(rows.begin(), rows.end(), [&](uint32_t k) { return ids[k] == wanted; });
  }

  // How surprising it is in how many rows a further column agrees with somebody of those whom the row is
  // taken for; below zero: it does not.
  double gain(const Option& option, const State& state) const {
    std::vector<std::pair<uint64_t, bool>> rows(file_.rows);  // persons, whether one agrees
    for (const Pair& pair : state.pairs) {
      if (!filled(option, row_of(option, pair.row))) continue;
      auto& [count, agreed] = rows[pair.row];
      ++count;
      agreed = agreed || agrees(option, pair, state);
    }
    uint64_t agreed = 0, asked = 0;
    double chance = 0;
    for (size_t row = 0; row < rows.size(); ++row) {
      if (rows[row].first == 0) continue;
      ++asked;
      agreed += rows[row].second;
      const double share = this->share(option, id(option, row_of(option, row)), state.table);
      chance += 1 - std::pow(1 - share, static_cast<double>(rows[row].first));
    }
    constexpr double enough = 1;
    const double score = surprise(agreed, chance, asked);
    if (score >= enough) return score;
    return agreed > 0 && agreed * 10 >= asked * 9 ? score : -1;
  }

  void take(const Option& option, State& state) const {
    std::erase_if(state.pairs, [&](const Pair& pair) { return !agrees(option, pair, state); });
    state.used.push_back(&option);
  }

  // All further columns that agree, the most telling first.
  void extend(State& state) const {
    for (const Option& option : options_.all()) {
      if (option.table != state.table && !state.others.contains(option.table))
        state.others.emplace(option.table, rows_of(option.table, state.table, state.pairs));
    }
    for (;;) {
      const Option* best = nullptr;
      double most = -1;
      for (const Option& option : options_.all()) {
        if (is_used(option, state)) continue;
        const double gained = gain(option, state);
        if (gained > most) most = gained, best = &option;
      }
      if (best == nullptr) return;
      take(*best, state);
    }
  }

  static bool is_used(const Option& option, const State& state) {
    return std::any_of(state.used.begin(), state.used.end(), [&](const Option* used) {
      return used->reading->column == option.reading->column ||
             (used->table == option.table && used->column == option.column);
    });
  }

  Agreement agreement_of(const State& state) const {
    Agreement out;
    std::unordered_map<uint32_t, std::set<int64_t>> persons;
    std::set<std::vector<uint32_t>> told;
    for (const Pair& pair : state.pairs) persons[pair.row].insert(known_[state.table].persons[pair.known]);
    for (size_t r = 0; r < file_.rows; ++r) {
      double expected = static_cast<double>(known_[state.table].rows);
      std::vector<uint32_t> told_here;
      for (const Option* each : state.used) {
        const size_t row = row_of(*each, r);
        if (!filled(*each, row)) continue;
        told_here.push_back(id(*each, row));
        expected *= share(*each, id(*each, row), state.table);
      }
      // What several rows say is one event, by chance or not.
      if (told_here.size() < 2 || !told.insert(std::move(told_here)).second) continue;
      ++out.rows;
      out.chance += 1 - std::exp(-expected);
      const auto found = persons.find(static_cast<uint32_t>(r));
      if (found == persons.end() || found->second.size() >= units_min_) continue;
      ++out.few;
      out.alone += found->second.size() == 1;
      out.few_rows.push_back(static_cast<uint32_t>(r));
    }
    out.score = surprise(out.few, out.chance, out.rows);
    for (const Option* each : state.used)
      out.columns.push_back(known_[each->table].name + "." + column_of(*each).name);
    return out;
  }

  // The same columns again, with one of them moved against the others.
  std::optional<Agreement> moved(const State& state, const Option& column) {
    for (shift_ = std::max<size_t>(file_.rows / 2, 1); shift_ < file_.rows; ++shift_) {
      size_t same = 0;
      for (size_t r = 0; r < file_.rows; ++r) same += id(column, r) == id(column, (r + shift_) % file_.rows);
      if (same * 2 <= file_.rows) break;
    }
    if (shift_ >= file_.rows) return std::nullopt;
    moved_ = &column;
    auto found = again(state.table, state.used);
    moved_ = nullptr;
    if (!found) return std::nullopt;
    return agreement_of(*found);
  }

  std::optional<State> again(size_t table, const std::vector<const Option*>& used) const {
    const Option* start = nullptr;
    for (const Option* each : used) {
      if (each->table == table && (start == nullptr || each->bits > start->bits)) start = each;
    }
    if (start == nullptr) return std::nullopt;
    const auto first = anchors(*start, used);
    if (first.empty()) return std::nullopt;
    auto pairs = pairs_of(first);
    if (!pairs) return std::nullopt;
    State state{table, std::move(*pairs), first, {}};
    for (const Option* each : used) {
      if (each->table != table && !state.others.contains(each->table))
        state.others.emplace(each->table, rows_of(each->table, table, state.pairs));
      if (!is_used(*each, state)) take(*each, state);
    }
    return state;
  }

  // As many as agree when the most telling column is moved have agreed by chance. When nothing is left then,
  // what agrees without that column counts.
  Agreement without_chance(State state) {
    for (;;) {
      Agreement found = agreement_of(state);
      if (state.used.size() < 2 || found.few == 0) return {};
      const Option* most =
          *std::max_element(state.used.begin(), state.used.end(),
                            [](const Option* a, const Option* b) { return a->bits < b->bits; });
      if (const auto control = moved(state, *most)) {
        found.chance = std::max(found.chance, static_cast<double>(control->few));
        found.score = surprise(found.few, found.chance, found.rows);
      }
      constexpr double much = 3;
      if (found.score >= much || state.used.size() == 2) return found;
      std::erase(state.used, most);
      auto rest = again(state.table, state.used);
      if (!rest) return found;
      state = std::move(*rest);
    }
  }

  Agreement from(const Option& start) {
    std::vector<const Option*> all;
    for (const Option& option : options_.all()) all.push_back(&option);
    const auto first = anchors(start, all);
    if (first.empty()) return {};
    auto pairs = pairs_of(first);
    if (!pairs || pairs->empty()) return {};
    State state{start.table, std::move(*pairs), first, {}};
    extend(state);
    return without_chance(std::move(state));
  }

  const ReadRows& file_;
  const std::vector<KnownTable>& known_;
  Options options_;
  uint64_t units_min_;
  double enough_;
  const Option* moved_ = nullptr;
  size_t shift_ = 0;
};

}  // namespace

double surprise(uint64_t seen, double chance, uint64_t rows) {
  if (rows == 0 || seen == 0) return 0;
  const double n = static_cast<double>(rows), least = 1e-12;
  const double expected = std::clamp(chance / n, least, 1.0), share = static_cast<double>(seen) / n;
  if (share <= expected) return 0;
  double divergence = share * std::log(share / expected);
  if (share < 1) divergence += (1 - share) * std::log((1 - share) / (1 - expected));
  return n * divergence / std::log(10.0);
}

bool is_doubtful(const Agreement& agreement, double from) {
  // Values that depend on each other a little (a mean of days, and days) add up in a long table.
  constexpr double times_chance = 2;
  return agreement.score >= from && static_cast<double>(agreement.few) >= times_chance * agreement.chance;
}

bool is_certain(const Agreement& agreement, double from) {
  constexpr uint64_t rows_min = 10, percent = 80;
  constexpr size_t columns_min = 3;
  return is_doubtful(agreement, from) && agreement.alone >= rows_min &&
         agreement.alone * 100 >= agreement.rows * percent && agreement.columns.size() >= columns_min;
}

Agreement compare(const ReadRows& file, const std::vector<KnownTable>& known, uint64_t persons,
                  uint64_t units_min, double enough) {
  if (file.rows == 0) return {};
  return Comparison(file, known, persons, units_min, enough).best();
}

}  // namespace fvm::disclosure
