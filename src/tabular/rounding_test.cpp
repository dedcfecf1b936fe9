// Rounded numbers: they are multiples, add up, stay what they were, are right on average, near in totals, and
// could be the true ones.
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <numeric>
#include <random>

#include "tabular/rounding.hpp"

namespace fvm::tabular {
namespace {

using Numbers = std::vector<uint64_t>;

Draw drawn_from(uint64_t seed) {
  return [random = std::mt19937_64(seed)]() mutable { return random(); };
}

// Rows by columns of persons whom nobody has counted before.
RoundingProblem table(const std::vector<std::vector<uint64_t>>& rows) {
  RoundingProblem problem{5, {std::nullopt}, {1, 1}, {}};
  for (uint32_t row = 0; row < rows.size(); ++row)
    for (uint32_t column = 0; column < rows[row].size(); ++column)
      if (rows[row][column] > 0) problem.parts.push_back({0, rows[row][column], {row, column}});
  return problem;
}

TEST(Rounding, multiples_of_the_base_stay_what_they_are) {
  const auto problem = table({{5, 10, 0}, {25, 5, 5}, {0, 100, 40}});
  for (uint64_t seed = 0; seed < 50; ++seed)
    EXPECT_EQ(round_parts(problem, drawn_from(seed)), (Numbers{5, 10, 25, 5, 5, 100, 40}));
}

TEST(Rounding, one_person_is_none_or_a_base) {
  std::map<uint64_t, int> seen;
  for (uint64_t seed = 0; seed < 5000; ++seed) ++seen[round_parts(table({{1}}), drawn_from(seed))[0]];
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_NEAR(seen[5], 1000, 120);
  EXPECT_EQ(seen[0] + seen[5], 5000);
}

TEST(Rounding, what_is_divided_adds_up_to_what_was_published) {
  // An atom that was published as 10, of 8 persons: three parts, two of them in the table.
  const RoundingProblem problem{5, {10}, {1}, {{0, 1, {0}}, {0, 3, {1}}, {0, 4, {}}}};
  double first = 0;
  constexpr int draws = 20000;
  for (uint64_t seed = 0; seed < draws; ++seed) {
    const auto numbers = round_parts(problem, drawn_from(seed));
    EXPECT_EQ(std::accumulate(numbers.begin(), numbers.end(), uint64_t{0}), 10u);
    first += static_cast<double>(numbers[0]);
  }
  EXPECT_NEAR(first / draws, 10.0 / 8, 0.08) << "its share of ten";
}

TEST(Rounding, nothing_is_divided_into_nothing) {
  const RoundingProblem problem{5, {0}, {1}, {{0, 3, {0}}, {0, 1, {1}}}};
  EXPECT_EQ(round_parts(problem, drawn_from(1)), (Numbers{0, 0}));
}

TEST(Rounding, a_table_of_nobody) {
  EXPECT_TRUE(round_parts({5, {}, {1}, {}}, drawn_from(1)).empty());
}

// Cells, rows, columns and the total of a first table: all within less than a base of the truth, all right on
// average.
TEST(Rounding, of_a_first_table_every_margin_is_near_and_unbiased) {
  std::mt19937_64 random(7);
  std::vector<std::vector<uint64_t>> rows(6, std::vector<uint64_t>(9));
  for (auto& row : rows)
    for (uint64_t& cell : row) cell = random() % 3 == 0 ? 0 : 1 + random() % 13;
  const auto problem = table(rows);
  constexpr int draws = 8000;
  std::map<std::pair<int, int>, std::pair<double, double>> sums;  // truth, mean
  for (uint64_t seed = 0; seed < draws; ++seed) {
    const auto numbers = round_parts(problem, drawn_from(seed));
    std::map<std::pair<int, int>, std::pair<double, double>> table;
    for (size_t i = 0; i < numbers.size(); ++i) {
      EXPECT_EQ(numbers[i] % 5, 0u);
      const auto& place = problem.parts[i].place;
      for (const int row : {-1, static_cast<int>(place[0])})
        for (const int column : {-1, static_cast<int>(place[1])}) {
          table[{row, column}].first += static_cast<double>(problem.parts[i].units);
          table[{row, column}].second += static_cast<double>(numbers[i]);
        }
    }
    for (const auto& [cell, value] : table) {
      ASSERT_LT(std::abs(value.first - value.second), 5) << cell.first << ' ' << cell.second;
      sums[cell].first = value.first, sums[cell].second += value.second / draws;
    }
  }
  // A number's standard deviation is at most 2.5: five standard errors.
  for (const auto& [cell, value] : sums)
    EXPECT_NEAR(value.first, value.second, 5 * 2.5 / std::sqrt(draws)) << cell.first << ' ' << cell.second;
}

// A ledger of rounded tables over persons with traits, as the second job of a safe table keeps it.
class Ledger {
 public:
  using Traits = std::vector<std::vector<uint32_t>>;  // of each trait, of each person
  explicit Ledger(size_t persons) : atom_(persons, none) {}

  // A table over some persons by two traits; the published numbers by value, "-1" all of them.
  using Cells = std::map<std::pair<int, int>, uint64_t>;
  Cells publish(const Traits& traits, const std::vector<bool>& asked, size_t one, size_t other,
                const Draw& draw) {
    RoundingProblem problem{5, {}, {1, 1}, {}};
    for (const uint64_t number : numbers_) problem.atoms.emplace_back(number);
    problem.atoms.emplace_back(std::nullopt);  // those whom no table has seen
    const auto fresh = static_cast<uint32_t>(numbers_.size());
    std::map<std::pair<uint32_t, std::vector<uint32_t>>, uint32_t> index;
    std::vector<uint32_t> part_of(atom_.size(), none);
    for (size_t person = 0; person < atom_.size(); ++person) {
      std::vector<uint32_t> place;
      if (asked[person]) place = {traits[one][person], traits[other][person]};
      if (atom_[person] == none && place.empty()) continue;
      const uint32_t atom = atom_[person] == none ? fresh : atom_[person];
      const auto [found, is_new] =
          index.try_emplace({atom, place}, static_cast<uint32_t>(problem.parts.size()));
      if (is_new) problem.parts.push_back({atom, 0, place});
      ++problem.parts[found->second].units;
      part_of[person] = found->second;
    }
    numbers_ = round_parts(problem, draw);
    atom_ = part_of;
    Cells cells;
    for (size_t i = 0; i < problem.parts.size(); ++i) {
      const auto& place = problem.parts[i].place;
      if (place.empty()) continue;
      for (const int row : {-1, static_cast<int>(place[0])})
        for (const int column : {-1, static_cast<int>(place[1])}) cells[{row, column}] += numbers_[i];
    }
    std::erase_if(cells, [](const auto& cell) { return cell.second == 0; });
    return cells;
  }
  // What would be published of these persons; each atom is in or out as a whole.
  uint64_t number_of(const std::vector<bool>& set) const {
    std::vector<bool> seen(numbers_.size(), false);
    uint64_t sum = 0;
    for (size_t person = 0; person < atom_.size(); ++person) {
      if (!set[person] || atom_[person] == none || seen[atom_[person]]) continue;
      seen[atom_[person]] = true;
      sum += numbers_[atom_[person]];
    }
    return sum;
  }
  const std::vector<uint32_t>& atoms() const { return atom_; }
  const Numbers& numbers() const { return numbers_; }

  static constexpr uint32_t none = ~0u;

 private:
  std::vector<uint32_t> atom_;
  Numbers numbers_;
};

struct Asked {
  std::vector<bool> persons;
  size_t one = 0, other = 1;
};

// Tables as people ask for them: of everybody, or of those with some trait.
Asked random_table(const Ledger::Traits& traits, std::mt19937_64& random) {
  Asked asked;
  const size_t filter = random() % traits.size(), persons = traits[0].size();
  const auto value = static_cast<uint32_t>(random() % 4);
  const uint64_t kind = random() % 3;
  for (size_t person = 0; person < persons; ++person)
    asked.persons.push_back(kind == 0 || (kind == 1) == (traits[filter][person] == value));
  asked.one = random() % traits.size();
  asked.other = (asked.one + 1 + random() % (traits.size() - 1)) % traits.size();
  return asked;
}

Ledger::Traits random_traits(size_t persons, std::mt19937_64& random) {
  Ledger::Traits traits(5, std::vector<uint32_t>(persons));
  for (size_t trait = 0; trait < traits.size(); ++trait)
    for (uint32_t& value : traits[trait]) value = static_cast<uint32_t>(random() % (2 + 3 * trait));
  return traits;
}

TEST(RoundingLedger, the_same_persons_have_the_same_number_for_ever) {
  for (uint64_t seed = 0; seed < 60; ++seed) {
    std::mt19937_64 random(seed);
    const auto traits = random_traits(40 + random() % 300, random);
    Ledger ledger(traits[0].size());
    const auto draw = drawn_from(seed);
    std::vector<std::pair<std::vector<bool>, uint64_t>> published;
    for (size_t table = 0, tables = 2 + random() % 49; table < tables; ++table) {
      const Asked asked = random_table(traits, random);
      for (const auto& [cell, number] : ledger.publish(traits, asked.persons, asked.one, asked.other, draw)) {
        EXPECT_EQ(number % 5, 0u);
        std::vector<bool> set = asked.persons;
        for (size_t person = 0; person < set.size(); ++person)
          set[person] =
              set[person] &&
              (cell.first < 0 || traits[asked.one][person] == static_cast<uint32_t>(cell.first)) &&
              (cell.second < 0 || traits[asked.other][person] == static_cast<uint32_t>(cell.second));
        published.emplace_back(std::move(set), number);
      }
      for (const auto& [set, number] : published)
        ASSERT_EQ(ledger.number_of(set), number) << "table " << table;
    }
  }
}

// What makes it safe: were the published numbers the true ones, the same tables would have come out. So
// nobody can tell that any set has 1 … base − 1 persons.
TEST(RoundingLedger, the_published_numbers_could_be_the_true_ones) {
  for (uint64_t seed = 0; seed < 60; ++seed) {
    std::mt19937_64 random(seed);
    const auto traits = random_traits(40 + random() % 300, random);
    Ledger ledger(traits[0].size());
    const auto draw = drawn_from(seed);
    std::vector<Asked> asked;
    std::vector<Ledger::Cells> published;
    for (size_t table = 0, tables = 2 + random() % 49; table < tables; ++table) {
      asked.push_back(random_table(traits, random));
      published.push_back(
          ledger.publish(traits, asked.back().persons, asked.back().one, asked.back().other, draw));
    }
    // A world in which each atom has as many persons as its number says, with the traits of its own.
    std::vector<size_t> somebody(ledger.numbers().size(), 0);
    for (size_t person = 0; person < ledger.atoms().size(); ++person)
      if (ledger.atoms()[person] != Ledger::none) somebody[ledger.atoms()[person]] = person;
    std::vector<size_t> like;
    for (size_t atom = 0; atom < somebody.size(); ++atom)
      like.insert(like.end(), ledger.numbers()[atom], somebody[atom]);
    Ledger::Traits other_traits(traits.size());
    for (size_t trait = 0; trait < traits.size(); ++trait)
      for (const size_t person : like) other_traits[trait].push_back(traits[trait][person]);
    Ledger other(like.size());
    for (size_t table = 0; table < asked.size(); ++table) {
      std::vector<bool> persons;
      for (const size_t person : like) persons.push_back(asked[table].persons[person]);
      const auto cells =
          other.publish(other_traits, persons, asked[table].one, asked[table].other, drawn_from(seed + 1000));
      ASSERT_EQ(cells, published[table]) << "table " << table << " of " << asked.size();
    }
  }
}

// However many tables there were before, a number is on average the true one, and errs no more than a count
// from a sample of one person in `base`: the variance is at most (base − 1) · persons.
TEST(RoundingLedger, after_many_tables_numbers_are_right_on_average_and_err_no_more_than_a_sample) {
  std::mt19937_64 random(3);
  const auto traits = random_traits(400, random);
  std::vector<Asked> asked;
  for (int i = 0; i < 20; ++i) asked.push_back(random_table(traits, random));
  asked.push_back({std::vector<bool>(400, true), 4, 0});
  constexpr int draws = 500;
  std::map<std::pair<int, int>, std::pair<double, double>> moments;
  for (uint64_t seed = 0; seed < draws; ++seed) {
    Ledger ledger(400);
    Ledger::Cells last;
    const auto draw = drawn_from(seed);
    for (const Asked& each : asked) last = ledger.publish(traits, each.persons, each.one, each.other, draw);
    for (const auto& [cell, number] : last) {
      const auto value = static_cast<double>(number);
      moments[cell].first += value / draws, moments[cell].second += value * value / draws;
    }
  }
  std::map<std::pair<int, int>, double> truth;
  for (size_t person = 0; person < 400; ++person)
    for (const int row : {-1, static_cast<int>(traits[4][person])})
      for (const int column : {-1, static_cast<int>(traits[0][person])}) ++truth[{row, column}];
  for (const auto& [cell, persons] : truth) {
    const auto [mean, square] = moments[cell];
    const double variance = square - mean * mean, sample = 4 * persons;
    EXPECT_NEAR(mean, persons, 5 * std::sqrt(sample / draws)) << cell.first << ' ' << cell.second;
    EXPECT_LT(variance, 1.35 * sample) << cell.first << ' ' << cell.second;
  }
}

}  // namespace
}  // namespace fvm::tabular
