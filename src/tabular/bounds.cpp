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
    ray_of_.assign(rows_.size(), none);
  }

  KeptDown find() {
    KeptDown out;
    for (;;) {
      drop_free();
      std::vector<uint32_t> rows;
      for (uint32_t row = 0; row < rows_.size(); ++row)
        if (is_left_[row] || is_told(row)) rows.push_back(row);
      bool any = false;
      for (const auto& part : parts(rows)) any = look(part, out) || any;
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

  // Of a ray that was found: it does not move, and neither may what others rise with move it.
  bool is_told(uint32_t row) const { return ray_of_[row] != none; }

  // A column that moves all rows that are left in it the same way goes as far as they need.
  void drop_free() {
    std::vector<uint32_t> waiting;
    for (const auto& [column, rows] : rows_of_) waiting.push_back(column);
    while (!waiting.empty()) {
      const uint32_t column = waiting.back();
      waiting.pop_back();
      bool up = false, down = false, is_held = false;
      for (const auto& [row, value] : rows_of_.at(column)) {
        if (is_left_[row]) (value > 0 ? up : down) = true;
        is_held = is_held || is_told(row);
      }
      if (up == down || is_held) continue;
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

  // How high all of these that are left can go together, at most one; what keeps them down is in the prices.
  // Whether a ray was found; its rows are told then.
  bool look(const std::vector<uint32_t>& part, KeptDown& out) {
    if (std::none_of(part.begin(), part.end(), [&](uint32_t row) { return is_left_[row]; })) return false;
    std::map<uint32_t, uint32_t> column_of;
    std::vector<Program::Bounds> bounds{{0, 1}};
    std::vector<Program::Row> rows;
    for (const uint32_t row : part) {
      rows.emplace_back();
      if (is_left_[row]) rows.back().terms.push_back({0, -1.0});
      for (const auto& [column, value] : rows_[row].terms) {
        const auto [found, is_new] = column_of.try_emplace(column, static_cast<uint32_t>(bounds.size()));
        if (is_new) bounds.push_back({-infinity, infinity});
        rows.back().terms.push_back({found->second, value});
      }
      if (!is_left_[row]) continue;
      rows.back().terms.push_back({static_cast<uint32_t>(bounds.size()), -1.0});
      bounds.push_back({0, infinity});
    }
    Program program(bounds, rows);
    const Term up{0, 1};
    const bool rises =
        program.maximise({&up, 1}) == Program::Outcome::optimal && program.value(0) > tolerance;
    if (rises) return drop(part);
    // Prices of rows that are left have all one sign; it is made that of a sum with factors above zero.
    double sign = 0;
    for (size_t i = 0; i < part.size(); ++i)
      if (is_left_[part[i]] && std::abs(program.dual(i)) > tolerance) sign = program.dual(i) > 0 ? 1 : -1;
    std::vector<std::pair<uint32_t, double>> factors;
    for (size_t i = 0; i < part.size(); ++i)
      if (const double price = sign * program.dual(i); std::abs(price) > tolerance)
        factors.emplace_back(part[i], price);
    const auto ray = ray_of(factors, out.rays);
    if (!ray) {
      out.is_certain = false;
      return drop(part);
    }
    for (const auto& [row, factor] : factors)
      if (is_left_[row]) {
        is_left_[row] = false;
        ray_of_[row] = static_cast<uint32_t>(out.rays.size());
      }
    out.rays.push_back(*ray);
    return true;
  }
  bool drop(const std::vector<uint32_t>& part) {
    for (const uint32_t row : part) is_left_[row] = false;
    return false;
  }

  // The whole numbers that the prices are in proportion to, if nothing moves their sum. Those of rows that
  // are told by earlier rays may be below zero: then so often with these rays that none is.
  std::optional<Ray> ray_of(const std::vector<std::pair<uint32_t, double>>& factors,
                            const std::vector<Ray>& rays) const {
    double least = infinity;
    for (const auto& [row, price] : factors) least = std::min(least, std::abs(price));
    for (int scale = 1; scale <= scale_max; ++scale) {
      if (scale_max % scale != 0) continue;
      std::map<uint32_t, int64_t> numbers;  // by atom
      bool fits = !factors.empty();
      for (const auto& [row, price] : factors) {
        const double factor = price / least * scale;
        fits = fits && std::abs(factor - std::round(factor)) < whole * std::abs(factor);
        numbers[rows_[row].atom] = std::llround(factor);
      }
      for (const auto& [row, price] : factors) {
        const int64_t number = numbers[rows_[row].atom];
        if (number >= 0) continue;
        // One more than needed: its own factor there is at least one.
        for (const auto& [atom, times] : rays[ray_of_[row]])
          numbers[atom] += (1 - number) * static_cast<int64_t>(times);
      }
      Ray ray;
      Print sum;
      for (const auto& [atom, number] : numbers) {
        fits = fits && number >= 0;
        if (number <= 0) continue;
        ray.emplace_back(atom, static_cast<uint64_t>(number));
        sum += changes_.print(atom).times(static_cast<uint64_t>(number));
      }
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
  std::vector<uint32_t> ray_of_;  // of rows that are told: the ray
};

}  // namespace

KeptDown find_kept_down(const Changes& changes, const std::vector<bool>& is_single) {
  return Singles(changes, is_single).find();
}

}  // namespace fvm::tabular
