// rooms: base tabular
// rounding: table= base= after= seconds= off_mean= off_max= totals_mean= totals_max= …: the made-up tables of
// ../shared/data/sdc rounded to multiples of a base. off_*: how many persons a cell's number is off;
// totals_*: by how much in per cent, of cells of at least 100 persons. margins_*: the same of one dimension's
// totals. after=first: nobody was counted before. after=sexes: men were counted first, by other groups;
// after=lots: they were divided into twenty groups each of ten times by lot.
//   bench_rounding [--base N] [TABLE…]      TABLE: S M L; none: S and M
#include <cmath>
#include <cstring>
#include <map>
#include <random>

#include "sdc_tables.hpp"
#include "tabular/rounding.hpp"

namespace {

using namespace sdc;

constexpr double large = 100;
uint64_t base = 5;

// Persons of a leaf who have been treated alike.
struct Persons {
  size_t leaf = 0;
  uint64_t units = 0;
  uint32_t atom = 0;
};

// The codes above a leaf and itself, below the total; always as many.
std::vector<uint32_t> levels_of(const Hierarchy& dimension, uint32_t code, size_t depth) {
  std::vector<uint32_t> out;
  for (; dimension.parent(code) != code; code = static_cast<uint32_t>(dimension.parent(code)))
    out.insert(out.begin(), code);
  while (out.size() < depth) out.push_back(out.back());
  return out;
}
size_t depth_of(const Hierarchy& dimension) {
  size_t most = 0;
  for (uint32_t code = 0; code < dimension.size(); ++code)
    most = std::max(most, levels_of(dimension, code, 0).size());
  return most;
}

class Rounded {
 public:
  explicit Rounded(const Table& table) : table_(table), random_(1) {
    for (const char* which : {"m", "w"}) {
      const auto counts = table.counts(which);
      for (size_t cell = 0; cell < counts.size(); ++cell)
        if (counts[cell] > 0 && table.shape.leaves(cell) == 1)
          persons_.push_back({cell, static_cast<uint64_t>(counts[cell]), 0});
      if (men_ == 0) men_ = persons_.size();
    }
  }

  // Men alone are counted, by regions alone.
  void count_men() {
    divide({1}, [&](size_t i) -> std::vector<uint32_t> {
      if (i >= men_) return {};
      return {table_.shape.codes(persons_[i].leaf)[0]};
    });
  }
  // Everybody is in one of so many groups by lot, which is counted.
  void count_lots(uint32_t groups) {
    std::vector<Persons> split;
    std::vector<uint32_t> lots;
    for (const Persons& each : persons_) {
      std::map<uint32_t, uint64_t> units;
      for (uint64_t i = 0; i < each.units; ++i) ++units[static_cast<uint32_t>(random_() % groups)];
      for (const auto& [lot, count] : units) {
        split.push_back({each.leaf, count, each.atom});
        lots.push_back(lot);
      }
    }
    persons_ = std::move(split);
    divide({1}, [&](size_t i) { return std::vector<uint32_t>{lots[i]}; });
  }

  void count_everybody(const char* after) {
    const Hierarchy &region = table_.region, &industry = table_.industry;
    const std::vector<size_t> levels = {depth_of(region), depth_of(industry)};
    const double start = now();
    divide(levels, [&](size_t i) {
      const auto codes = table_.shape.codes(persons_[i].leaf);
      auto place = levels_of(region, codes[0], levels[0]);
      const auto second = levels_of(industry, codes[1], levels[1]);
      place.insert(place.end(), second.begin(), second.end());
      return place;
    });
    const double seconds = now() - start;
    std::vector<double> truth(table_.shape.cells(), 0), shown = truth;
    std::vector<uint64_t> numbers = numbers_;
    for (const Persons& each : persons_) {
      truth[each.leaf] += static_cast<double>(each.units);
      shown[each.leaf] += static_cast<double>(std::exchange(numbers[each.atom], 0));
    }
    table_.shape.add_up(truth), table_.shape.add_up(shown);
    print(after, seconds, truth, shown);
  }

 private:
  // A part for each leaf, atom and place: with nothing else to tell them apart.
  template <class Place>
  void divide(const std::vector<size_t>& levels, Place place_of) {
    RoundingProblem problem{base, {}, levels, {}};
    for (const uint64_t number : numbers_) problem.atoms.emplace_back(number);
    if (numbers_.empty()) problem.atoms.emplace_back(std::nullopt);
    std::map<std::pair<uint32_t, std::vector<uint32_t>>, uint32_t> parts;
    std::vector<uint32_t> part_of;
    for (size_t i = 0; i < persons_.size(); ++i) {
      auto place = place_of(i);
      const auto [found, is_new] =
          parts.try_emplace({persons_[i].atom, place}, static_cast<uint32_t>(problem.parts.size()));
      if (is_new) problem.parts.push_back({persons_[i].atom, 0, std::move(place)});
      problem.parts[found->second].units += persons_[i].units;
      part_of.push_back(found->second);
    }
    numbers_ = round_parts(problem, [&] { return random_(); });
    for (size_t i = 0; i < persons_.size(); ++i) persons_[i].atom = part_of[i];
  }

  void print(const char* after, double seconds, const std::vector<double>& truth,
             const std::vector<double>& shown) const {
    double off = 0, off_max = 0, share = 0, share_max = 0, margin = 0, margin_max = 0;
    size_t cells = 0, totals = 0, margins = 0;
    for (size_t cell = 0; cell < truth.size(); ++cell) {
      if (truth[cell] == 0) continue;
      const double apart = std::abs(truth[cell] - shown[cell]), part = apart / truth[cell] * 100;
      ++cells, off += apart, off_max = std::max(off_max, apart);
      const auto codes = table_.shape.codes(cell);
      if (truth[cell] >= large) ++totals, share += part, share_max = std::max(share_max, part);
      if (truth[cell] < large || (codes[0] != 0 && codes[1] != 0)) continue;
      ++margins, margin += part, margin_max = std::max(margin_max, part);
    }
    const auto per = [](double sum, size_t count) {
      return count == 0 ? 0.0 : sum / static_cast<double>(count);
    };
    std::printf(
        "rounding table=%s base=%llu after=%s seconds=%.3f cells=%zu off_mean=%.2f off_max=%.0f "
        "totals_mean=%.2f%% totals_max=%.1f%% margins_mean=%.3f%% margins_max=%.2f%%\n",
        table_.name.c_str(), static_cast<unsigned long long>(base), after, seconds, cells, per(off, cells),
        off_max, per(share, totals), share_max, per(margin, margins), margin_max);
    std::fflush(stdout);
  }

  const Table& table_;
  std::mt19937_64 random_;
  std::vector<Persons> persons_;
  size_t men_ = 0;
  std::vector<uint64_t> numbers_;
};

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> wanted;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--base") == 0 && i + 1 < argc)
      base = std::strtoull(argv[++i], nullptr, 10);
    else
      wanted.emplace_back(argv[i]);
  }
  if (!std::filesystem::exists(data_folder())) {
    std::printf("rounding skipped: ../shared/data/sdc is not here\n");
    return 0;
  }
  if (wanted.empty()) wanted = {"S", "M"};
  for (const std::string& name : wanted) {
    const Table table(name);
    Rounded(table).count_everybody("first");
    Rounded after_men(table);
    after_men.count_men();
    after_men.count_everybody("sexes");
    Rounded after_lots(table);
    for (int i = 0; i < 10; ++i) after_lots.count_lots(20);
    after_lots.count_everybody("lots");
  }
  return 0;
}
