// Suppression against a slow and obvious judge: dense elimination over the published cells, modulo another
// prime.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <numeric>

#include "tabular/hierarchy.hpp"
#include "tabular/suppress.hpp"

namespace fvm::tabular {
namespace {

constexpr int64_t judge_prime = 1'000'000'007;

int64_t power(int64_t base, int64_t exponent) {
  int64_t result = 1;
  for (; exponent > 0; exponent >>= 1, base = base * base % judge_prime)
    if ((exponent & 1) != 0) result = result * base % judge_prime;
  return result;
}

// The cells whose values follow from those of `known` by the equations.
std::vector<bool> follow(const System& system, std::vector<bool> known) {
  std::vector<std::vector<int64_t>> rows;
  for (size_t i = 0; i < system.equations(); ++i) {
    rows.emplace_back(system.cells(), 0);
    for (const Term& term : system.equation(i))
      if (!known[term.cell]) rows.back()[term.cell] += term.coefficient;
  }
  size_t rank = 0;
  for (size_t column = 0; column < system.cells(); ++column) {
    size_t pivot = rank;
    while (pivot < rows.size() && rows[pivot][column] % judge_prime == 0) ++pivot;
    if (pivot == rows.size()) continue;
    std::swap(rows[pivot], rows[rank]);
    const int64_t inverse =
        power((rows[rank][column] % judge_prime + judge_prime) % judge_prime, judge_prime - 2);
    for (int64_t& value : rows[rank])
      value = (value % judge_prime + judge_prime) % judge_prime * inverse % judge_prime;
    for (size_t row = 0; row < rows.size(); ++row) {
      if (row == rank) continue;
      const int64_t factor = rows[row][column] % judge_prime;
      if (factor == 0) continue;
      for (size_t k = 0; k < system.cells(); ++k)
        rows[row][k] = (rows[row][k] - factor * rows[rank][k]) % judge_prime;
    }
    ++rank;
  }
  for (size_t row = 0; row < rank; ++row) {
    size_t cells = 0, last = 0;
    for (size_t k = 0; k < system.cells(); ++k)
      if (rows[row][k] % judge_prime != 0) ++cells, last = k;
    if (cells == 1) known[last] = true;
  }
  return known;
}

std::vector<bool> published(const Protection& protection) {
  std::vector<bool> out;
  for (const Status status : protection.status) out.push_back(status == Status::open);
  return out;
}

struct Made {
  std::vector<Hierarchy> dimensions;
  std::vector<double> values;
  System system;
  std::vector<Status> status;
};

Hierarchy random_hierarchy(size_t most) {
  const auto size = *rc::gen::inRange<size_t>(2, most);
  std::vector<std::pair<std::string, std::string>> codes{{"T", ""}};
  for (size_t i = 1; i <= size; ++i) {
    const auto parent = *rc::gen::inRange<size_t>(0, std::min<size_t>(i, 3));
    codes.emplace_back("c" + std::to_string(i), parent == 0 ? "T" : "c" + std::to_string(parent));
  }
  return Hierarchy::of(codes).value();
}

Made random_table() {
  Made made;
  const auto dimensions = *rc::gen::inRange<size_t>(1, 4);
  for (size_t d = 0; d < dimensions; ++d)
    made.dimensions.push_back(random_hierarchy(dimensions == 3 ? 4 : 6));
  std::vector<const Hierarchy*> pointers;
  for (const Hierarchy& dimension : made.dimensions) pointers.push_back(&dimension);
  const Shape shape(pointers);
  for (size_t cell = 0; cell < shape.cells(); ++cell)
    made.values.push_back(
        *rc::gen::weightedElement<double>({{3, 0}, {3, 1}, {3, 2}, {2, 4}, {4, 7}, {3, 30}}));
  shape.add_up(made.values);
  made.system.add_cells(shape.cells());
  shape.add_equations(made.system, 0);
  for (const double value : made.values)
    made.status.push_back(value == 0 ? Status::open : (value < 5 ? Status::sensitive : Status::candidate));
  return made;
}

RC_GTEST_PROP(Suppression, NothingSensitiveFollowsAndNothingIsHiddenForNothing, ()) {
  const Made made = random_table();
  const Protection protection = suppress({made.system, made.status, made.values, {}, 1});
  const auto open = published(protection);
  const auto known = follow(made.system, open);
  // Zeros alone may give a cell away (a total of one cell that is not zero is that cell).
  const auto from_zeros = follow(made.system, published({.status = made.status, .lost = {}}));
  for (Cell cell = 0; cell < made.system.cells(); ++cell)
    if (made.status[cell] == Status::sensitive) RC_ASSERT(known[cell] == from_zeros[cell]);
  for (Cell cell = 0; cell < made.system.cells(); ++cell) {
    if (protection.status[cell] != Status::secondary) continue;
    auto more = open;
    more[cell] = true;
    const auto worse = follow(made.system, more);
    bool any = false;
    for (Cell other = 0; other < made.system.cells(); ++other)
      any = any || (made.status[other] == Status::sensitive && worse[other] && !known[other]);
    RC_ASSERT(any);
  }
}

RC_GTEST_PROP(Suppression, WhoKnowsOneCellLearnsNoOther, ()) {
  const Made made = random_table();
  std::vector<bool> insiders;
  for (const double value : made.values) insiders.push_back(value == 1);
  const Protection protection = suppress({made.system, made.status, made.values, insiders, 2});
  const auto open = published(protection);
  const auto zeros = published({.status = made.status, .lost = {}});
  for (Cell cell = 0; cell < made.system.cells(); ++cell) {
    if (!insiders[cell]) continue;
    auto with = open, without = zeros;
    with[cell] = without[cell] = true;
    const auto known = follow(made.system, with), unavoidable = follow(made.system, without);
    for (Cell other = 0; other < made.system.cells(); ++other)
      if (made.status[other] == Status::sensitive) RC_ASSERT(known[other] == unavoidable[other]);
  }
}

//        a   b   sum
//   x    3   9   12       3 is sensitive: another of its row and of its column must go, and what stands at
//   y    8   7   15       their corner.
//   sum 11  16   27
// One row of cells and their total: what has to be hidden beside the small ones.
size_t hidden_beside(const std::vector<double>& parts, bool insiders_only_of_each_other) {
  std::vector<std::string> names;
  for (size_t i = 0; i < parts.size(); ++i) names.push_back(std::to_string(i));
  const Hierarchy row = Hierarchy::flat("T", names);
  const Shape shape({&row});
  Made made;
  made.values = {0};
  made.values.insert(made.values.end(), parts.begin(), parts.end());
  shape.add_up(made.values);
  made.system.add_cells(shape.cells());
  shape.add_equations(made.system, 0);
  Request request{.system = made.system, .status = {}, .rank = made.values, .insiders = {}};
  for (const double value : made.values) {
    request.status.push_back(value < 5 ? Status::sensitive : Status::candidate);
    request.insiders.push_back(value == 1);
  }
  request.insiders_only_of_each_other = insiders_only_of_each_other;
  return suppress(request).secondary;
}

TEST(Suppression, AnInsiderMayBeAskedNotToLearnOfOthersThanInsiders) {
  EXPECT_EQ(hidden_beside({1, 1, 6}, false), 1u);  // 8 - 6 - 1: each of the two knows the other
  EXPECT_EQ(hidden_beside({1, 1, 6}, true), 1u);
  EXPECT_EQ(hidden_beside({1, 4, 6}, false), 1u);  // 11 - 6 - 1
  EXPECT_EQ(hidden_beside({1, 4, 6}, true), 0u);
  EXPECT_EQ(hidden_beside({2, 4, 6}, false), 0u);
  EXPECT_EQ(hidden_beside({1, 1, 1, 6}, true), 1u);  // 9 - 6: three cells with somebody are one each
  EXPECT_EQ(hidden_beside({1, 1, 2, 6}, true), 0u);
}

TEST(Suppression, TheCheapestRectangle) {
  const Hierarchy rows = Hierarchy::flat("sum", {"x", "y"}), columns = Hierarchy::flat("sum", {"a", "b"});
  const Shape shape({&rows, &columns});
  std::vector<double> values(shape.cells());
  const auto at = [&](std::string_view row, std::string_view column) {
    return shape.cell({static_cast<uint32_t>(rows.find(row)), static_cast<uint32_t>(columns.find(column))});
  };
  values[at("x", "a")] = 3, values[at("x", "b")] = 9, values[at("y", "a")] = 8, values[at("y", "b")] = 7;
  shape.add_up(values);
  EXPECT_EQ(values[at("sum", "sum")], 27);
  System system;
  system.add_cells(shape.cells());
  shape.add_equations(system, 0);
  std::vector<Status> status(shape.cells(), Status::candidate);
  status[at("x", "a")] = Status::sensitive;
  const Protection protection = suppress({system, status, values, {}, 1});
  EXPECT_EQ(protection.secondary, 3u);
  EXPECT_EQ(protection.cost, 24);
  for (const char* row : {"x", "y"})
    for (const char* column : {"a", "b"}) EXPECT_NE(protection.status[at(row, column)], Status::open);
}

TEST(Suppression, WhatOpenCellsGiveAwayIsTold) {
  System system;
  system.add_cells(3);
  const Term equation[] = {{0, -1}, {1, 1}, {2, 1}};
  system.add_equation(equation);
  const Protection protection =
      suppress({system, {Status::open, Status::open, Status::sensitive}, {9, 6, 3}, {}, 1});
  EXPECT_EQ(protection.lost, std::vector<Cell>{2});
}

TEST(Hierarchies, WrongOnesAreRefused) {
  const auto code = [](const std::vector<std::pair<std::string, std::string>>& codes) {
    return Hierarchy::of(codes).error().code;
  };
  EXPECT_EQ(code({{"a", "b"}, {"b", "a"}}), "tabular.no_total");
  EXPECT_EQ(code({{"T", ""}, {"U", ""}}), "tabular.two_totals");
  EXPECT_EQ(code({{"T", ""}, {"a", "T"}, {"a", "T"}}), "tabular.code_twice");
  EXPECT_EQ(code({{"T", ""}, {"a", "X"}}), "tabular.unknown_parent");
  EXPECT_EQ(code({{"T", ""}, {"a", "b"}, {"b", "a"}}), "tabular.circle");
  const auto good = Hierarchy::of({{"a1", "a"}, {"a", "T"}, {"T", ""}, {"a2", "a"}});
  ASSERT_TRUE(good.ok());
  EXPECT_EQ(good->leaves(0), 2u);
  EXPECT_EQ(good->code(good->parent(good->find("a2"))), "a");
  EXPECT_EQ(good->find("none"), good->size());
}

}  // namespace
}  // namespace fvm::tabular
