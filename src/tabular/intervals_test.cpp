// What linear programming finds, against the enumeration of all tables that agree with what is published.
#include "tabular/intervals.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <algorithm>

#include "tabular/hierarchy.hpp"

namespace fvm::tabular {
namespace {

// Rows × columns with totals, of few units, so that all tables can be tried.
struct Small {
  Hierarchy rows, columns;
  System system;
  std::vector<double> values;
  std::vector<Status> status;

  Small(size_t height, size_t width) : rows(made(height)), columns(made(width)) {
    const Shape shape({&rows, &columns});
    for (size_t cell = 0; cell < shape.cells(); ++cell)
      values.push_back(*rc::gen::weightedElement<double>({{2, 0}, {3, 1}, {2, 2}, {2, 3}, {1, 6}}));
    shape.add_up(values);
    system.add_cells(shape.cells());
    shape.add_equations(system, 0);
    status.assign(shape.cells(), Status::open);
    for (size_t cell = 0; cell < shape.cells(); ++cell) {
      if (values[cell] == 0) continue;
      if (values[cell] < 5)
        status[cell] = Status::sensitive;
      else if (*rc::gen::weightedElement<bool>({{2, false}, {1, true}}))
        status[cell] = Status::secondary;
    }
  }
  static Hierarchy made(size_t parts) {
    std::vector<std::string> codes;
    for (size_t i = 0; i < parts; ++i) codes.push_back("c" + std::to_string(i));
    return Hierarchy::flat("T", codes);
  }
};

// Least and greatest value of each cell over all tables of whole numbers that agree with the open cells.
class Enumeration {
 public:
  explicit Enumeration(const Small& small) : small_(small), shape_({&small.rows, &small.columns}) {
    for (size_t cell = 0; cell < shape_.cells(); ++cell)
      if (shape_.leaves(cell) == 1 && is_leaf(cell)) leaves_.push_back(cell);
    least.assign(shape_.cells(), 1e9), most.assign(shape_.cells(), -1);
    table_.assign(shape_.cells(), 0);
    limit_ = small.values[0];
    try_leaf(0, 0);
  }
  std::vector<double> least, most;

 private:
  bool is_leaf(size_t cell) const {
    const auto codes = shape_.codes(cell);
    return small_.rows.is_leaf(codes[0]) && small_.columns.is_leaf(codes[1]);
  }
  void try_leaf(size_t index, double sum) {
    if (sum > limit_) return;
    if (index == leaves_.size()) return take();
    const size_t cell = leaves_[index];
    const bool open = small_.status[cell] == Status::open;
    for (double value = open ? small_.values[cell] : 0; value <= (open ? small_.values[cell] : limit_ - sum);
         ++value) {
      table_[cell] = value;
      try_leaf(index + 1, sum + value);
    }
  }
  void take() {
    auto all = table_;
    shape_.add_up(all);
    for (size_t cell = 0; cell < all.size(); ++cell)
      if (small_.status[cell] == Status::open && all[cell] != small_.values[cell]) return;
    for (size_t cell = 0; cell < all.size(); ++cell)
      least[cell] = std::min(least[cell], all[cell]), most[cell] = std::max(most[cell], all[cell]);
  }

  const Small& small_;
  Shape shape_;
  std::vector<size_t> leaves_;
  std::vector<double> table_;
  double limit_ = 0;
};

RC_GTEST_PROP(Intervals, AreThoseOfAllTables, ()) {
  Small small(2, *rc::gen::inRange<size_t>(2, 4));
  RC_PRE(small.values[0] > 0 && small.values[0] <= 12);
  small.status[0] = Status::open;  // the grand total bounds everything, so that all tables can be tried
  std::vector<Cell> hidden;
  for (Cell cell = 0; cell < small.status.size(); ++cell)
    if (small.status[cell] != Status::open) hidden.push_back(cell);
  const Enumeration all(small);
  const auto told = intervals(small.system, small.status, small.values, hidden).value();
  for (const Interval& found : told) {
    RC_ASSERT(std::abs(found.least - all.least[found.cell]) < 1e-6);
    RC_ASSERT(std::abs(found.most - all.most[found.cell]) < 1e-6);
  }
}

RC_GTEST_PROP(Intervals, WidenedUntilNoneIsKnownToBeSmall, ()) {
  Small small(*rc::gen::inRange<size_t>(2, 6), *rc::gen::inRange<size_t>(2, 6));
  const Widened widened = widen(small.system, small.status, small.values, {}).value();
  std::vector<Cell> sensitive;
  for (Cell cell = 0; cell < small.status.size(); ++cell) {
    if (small.status[cell] == Status::sensitive) sensitive.push_back(cell);
    const bool more = small.status[cell] == Status::open && widened.status[cell] == Status::secondary;
    RC_ASSERT(more || widened.status[cell] == small.status[cell]);
    RC_ASSERT(!more || small.values[cell] > 0);
  }
  size_t below = 0;
  const auto told = intervals(small.system, widened.status, small.values, sensitive).value();
  for (const Interval& found : told) below += found.most < 5 - 1e-6 ? 1 : 0;
  RC_ASSERT(below == widened.narrow);
  RC_ASSERT(widened.narrow <= widened.narrow_before);
}

// With "<5" and "…" an attacker knows more; each small cell must have room for another number all the same.
RC_GTEST_PROP(Intervals, MarksThatTellMoreStillLeaveRoom, ()) {
  Small small(*rc::gen::inRange<size_t>(2, 5), *rc::gen::inRange<size_t>(2, 5));
  Widening widening;
  widening.marks_apart = true;
  const Widened widened = widen(small.system, small.status, small.values, widening).value();
  std::vector<Cell> sensitive;
  for (Cell cell = 0; cell < small.status.size(); ++cell)
    if (small.status[cell] == Status::sensitive) sensitive.push_back(cell);
  size_t narrow = 0;
  const auto told =
      intervals(small.system, widened.status, small.values, sensitive, widening.threshold).value();
  for (const Interval& found : told) narrow += found.most - found.least < 1 - 1e-6 ? 1 : 0;
  RC_ASSERT(narrow <= widened.narrow);
  for (const Interval& found : told) RC_ASSERT(found.least >= 1 - 1e-6 && found.most <= 4 + 1e-6);
}

//        a   b   sum
//   x   (3) (9)  12       hidden: the four within. 3 lies between 0 and 11.
//   y   (8) (7)  15
//   sum 11  16   27
TEST(Intervals, OfARectangle) {
  const Hierarchy rows = Hierarchy::flat("sum", {"x", "y"}), columns = Hierarchy::flat("sum", {"a", "b"});
  const Shape shape({&rows, &columns});
  std::vector<double> values{0, 0, 0, 0, 3, 9, 0, 8, 7};
  shape.add_up(values);
  System system;
  system.add_cells(shape.cells());
  shape.add_equations(system, 0);
  using enum Status;
  const std::vector<Status> status{open, open, open, open, sensitive, secondary, open, secondary, secondary};
  const auto found = intervals(system, status, values, {4}).value();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].least, 0);
  EXPECT_EQ(found[0].most, 11);
  Widening look;
  look.only_look = true;
  EXPECT_EQ(widen(system, status, values, look).value().narrow, 0u);
  look.threshold = 12;
  EXPECT_EQ(widen(system, status, values, look).value().narrow, 1u);
}

//        a   b   sum
//   x   (1) (1)  2        hidden: the four within; nobody is 0, or it would be shown as 0.
//   y   (8) (7)  15
//   sum  9   8   17
struct Ones {
  Hierarchy rows = Hierarchy::flat("sum", {"x", "y"}), columns = Hierarchy::flat("sum", {"a", "b"});
  Shape shape{{&rows, &columns}};
  System system;
  std::vector<double> values{0, 0, 0, 0, 1, 1, 0, 8, 7};
  std::vector<Status> status{Status::open, Status::open,      Status::open,
                             Status::open, Status::sensitive, Status::sensitive,
                             Status::open, Status::secondary, Status::secondary};
  std::vector<bool> not_empty = std::vector<bool>(9, true);
  Ones() {
    shape.add_up(values);
    system.add_cells(shape.cells());
    shape.add_equations(system, 0);
  }
};

TEST(Intervals, TwoThatAreTwoTogetherAreOneEach) {
  const Ones ones;
  Widening look;
  look.threshold = 2, look.only_look = true;
  EXPECT_EQ(widen(ones.system, ones.status, ones.values, look).value().narrow,
            0u);  // if they might be 0 and 2
  look.not_empty = ones.not_empty;
  EXPECT_EQ(widen(ones.system, ones.status, ones.values, look).value().narrow, 2u);
  look.only_look = false;
  const Widened widened = widen(ones.system, ones.status, ones.values, look).value();
  EXPECT_EQ(widened.narrow, 0u);
  EXPECT_EQ(widened.status[3], Status::secondary);  // two persons in x
}

TEST(Intervals, NumbersThatDoNotAgreeAreADefect) {
  System system;
  system.add_cells(3);
  const Term equation[] = {{0, -1}, {1, 1}, {2, 1}};
  system.add_equation(equation);
  const auto found = intervals(system, {Status::open, Status::open, Status::sensitive}, {3, 9, 1}, {2});
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().code, "tabular.no_solution");
}

}  // namespace
}  // namespace fvm::tabular
