#include "tabular/bounds.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "tabular/program.hpp"
#include "tabular/union.hpp"

namespace fvm::tabular {
namespace {

constexpr double tolerance = 1e-6, infinity = std::numeric_limits<double>::max();
constexpr uint64_t part_max = uint64_t{1} << 30;  // of a fraction, above and below the line
constexpr int scale_max = 5040;                   // factors are multiples of one of its first parts
constexpr double whole = 1e-4;

// The fraction that a number modulo the prime stands for.
double fraction_of(uint64_t value) {
  int64_t before = static_cast<int64_t>(Field::prime), now = static_cast<int64_t>(value);
  int64_t below_before = 0, below = 1;
  while (static_cast<uint64_t>(now) > part_max) {
    const int64_t quotient = before / now;
    before = std::exchange(now, before - quotient * now);
    below_before = std::exchange(below, below_before - quotient * below);
  }
  return static_cast<double>(now) / static_cast<double>(below);
}

// The rows of singles: how much each moves with the free atoms (columns).
class Singles {
 public:
  Singles(const Changes& changes, const std::vector<bool>& is_single)
      : changes_(changes), is_single_(is_single), row_of_(changes.atoms(), none) {
    for (uint32_t atom = 0; atom < changes.atoms(); ++atom) {
      size_t met = 0;
      for (const Entry& entry : changes.row(atom)) {
        if (!is_single[entry.index]) continue;
        add(entry.index, atom, fraction_of(entry.value));
        ++met;
      }
      // A free single whose change moves no other one goes up whenever it likes.
      if (met > 0 && is_single[atom]) add(atom, atom, 1);
    }
    for (uint32_t atom = 0; atom < changes.atoms(); ++atom)
      if (is_single[atom] && changes.is_known(atom)) row_of(atom);
    is_left_.assign(rows_.size(), true);
  }

  KeptDown find() {
    KeptDown out;
    for (;;) {
      drop_free();
      std::vector<uint32_t> left;
      for (uint32_t row = 0; row < rows_.size(); ++row)
        if (is_left_[row]) left.push_back(row);
      bool any = false;
      for (const auto& part : parts(left)) any = look(part, out) || any;
      if (!any) return out;
    }
  }

 private:
  static constexpr uint32_t none = UINT32_MAX;
  struct Row {
    uint32_t atom = 0;
    std::vector<std::pair<uint32_t, double>> terms;
  };

  uint32_t row_of(uint32_t atom) {
    if (row_of_[atom] == none)
      row_of_[atom] = static_cast<uint32_t>(rows_.size()), rows_.push_back({atom, {}});
    return row_of_[atom];
  }
  void add(uint32_t atom, uint32_t column, double value) {
    const uint32_t row = row_of(atom);
    rows_[row].terms.emplace_back(column, value);
    rows_of_[column].emplace_back(row, value);
  }

  // A column that moves all rows that are left in it the same way goes as far as they need.
  void drop_free() {
    std::vector<uint32_t> waiting;
    for (const auto& [column, rows] : rows_of_) waiting.push_back(column);
    while (!waiting.empty()) {
      const uint32_t column = waiting.back();
      waiting.pop_back();
      bool up = false, down = false;
      for (const auto& [row, value] : rows_of_.at(column))
        if (is_left_[row]) (value > 0 ? up : down) = true;
      if (up == down) continue;
      for (const auto& [row, value] : rows_of_.at(column)) {
        if (!is_left_[row]) continue;
        is_left_[row] = false;
        for (const auto& term : rows_[row].terms) waiting.push_back(term.first);
      }
    }
  }

  std::vector<std::vector<uint32_t>> parts(const std::vector<uint32_t>& left) const {
    std::map<uint32_t, uint32_t> first;  // row of a column
    Union tied(rows_.size());
    for (const uint32_t row : left)
      for (const auto& [column, value] : rows_[row].terms)
        tied.join(row, first.try_emplace(column, row).first->second);
    std::map<uint32_t, std::vector<uint32_t>> out;
    for (const uint32_t row : left) out[tied.find(row)].push_back(row);
    std::vector<std::vector<uint32_t>> list;
    for (auto& [root, rows] : out) list.push_back(std::move(rows));
    return list;
  }

  // How high all of these can go together, at most one; what keeps them down is in the prices. Whether a ray
  // was found; its rows are done with then.
  bool look(const std::vector<uint32_t>& part, KeptDown& out) {
    std::map<uint32_t, uint32_t> column_of;
    std::vector<Program::Bounds> bounds{{0, 1}};
    std::vector<Program::Row> rows;
    for (const uint32_t row : part) {
      rows.push_back({{{0, -1.0}}, 0});
      for (const auto& [column, value] : rows_[row].terms) {
        const auto [found, is_new] = column_of.try_emplace(column, static_cast<uint32_t>(bounds.size()));
        if (is_new) bounds.push_back({-infinity, infinity});
        rows.back().terms.push_back({found->second, value});
      }
      rows.back().terms.push_back({static_cast<uint32_t>(bounds.size()), -1.0});
      bounds.push_back({0, infinity});
    }
    Program program(bounds, rows);
    const Term up{0, 1};
    const bool rises =
        program.maximise({&up, 1}) == Program::Outcome::optimal && program.value(0) > tolerance;
    if (rises) return drop(part);
    std::vector<std::pair<uint32_t, double>> factors;
    for (size_t i = 0; i < part.size(); ++i)
      if (const double price = std::abs(program.dual(i)); price > tolerance)
        factors.emplace_back(part[i], price);
    const auto ray = ray_of(factors);
    if (!ray) {
      out.is_certain = false;
      return drop(part);
    }
    out.rays.push_back(*ray);
    for (const auto& [row, factor] : factors) is_left_[row] = false;
    return true;
  }
  bool drop(const std::vector<uint32_t>& part) {
    for (const uint32_t row : part) is_left_[row] = false;
    return false;
  }

  // The whole numbers that the prices are in proportion to, if nothing moves their sum.
  std::optional<Ray> ray_of(const std::vector<std::pair<uint32_t, double>>& factors) const {
    double least = infinity;
    for (const auto& [row, price] : factors) least = std::min(least, price);
    for (int scale = 1; scale <= scale_max; ++scale) {
      if (scale_max % scale != 0) continue;
      Ray ray;
      Print sum;
      bool fits = !factors.empty();
      for (const auto& [row, price] : factors) {
        const double factor = price / least * scale;
        fits = fits && std::abs(factor - std::round(factor)) < whole * factor;
        const auto number = static_cast<uint64_t>(std::llround(factor));
        ray.emplace_back(rows_[row].atom, number);
        sum += changes_.print(rows_[row].atom).times(number);
      }
      std::sort(ray.begin(), ray.end());
      if (fits && sum.is_zero()) return ray;
    }
    return std::nullopt;
  }

  const Changes& changes_;
  const std::vector<bool>& is_single_;
  std::vector<uint32_t> row_of_;
  std::vector<Row> rows_;
  std::map<uint32_t, std::vector<std::pair<uint32_t, double>>> rows_of_;  // by column
  std::vector<bool> is_left_;
};

}  // namespace

KeptDown find_kept_down(const Changes& changes, const std::vector<bool>& is_single) {
  return Singles(changes, is_single).find();
}

}  // namespace fvm::tabular
