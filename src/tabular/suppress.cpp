#include "tabular/suppress.hpp"

#include <algorithm>
#include <cstdint>
#include <set>
#include <unordered_map>

#include "base/mix.hpp"
#include "tabular/freedom.hpp"
#include "tabular/sparse.hpp"

namespace fvm::tabular {
namespace {

constexpr uint32_t no_column = UINT32_MAX;

// A combination of sensitive cells that must not be worked out either: who knows one of them would know
// another.
struct Secret {
  std::vector<std::pair<Cell, uint64_t>> terms;  // cell and factor (of Field)
  auto operator<=>(const Secret&) const = default;
};

class Suppressor {
 public:
  Suppressor(const Request& request, uint64_t seed)
      : request_(request), system_(request.system), columns_(request.system.cells(), no_column) {
    std::vector<uint64_t> ties(system_.cells());
    for (Cell cell = 0; cell < system_.cells(); ++cell) {
      const Status status = request.status[cell];
      ties[cell] = mixed(cell, seed);
      if (status == Status::candidate) order_.push_back(cell);
      if (status == Status::hidden) hidden_.push_back(cell);
      if (status == Status::sensitive) fixed_.push_back(cell);
    }
    const auto& rank = request.rank;
    std::sort(order_.begin(), order_.end(),
              [&](Cell a, Cell b) { return rank[a] != rank[b] ? rank[a] < rank[b] : ties[a] < ties[b]; });
    sort_hidden();
    order_.insert(order_.begin(), hidden_.begin(), hidden_.end());
    uint32_t next = 0;
    for (const Cell cell : order_) columns_[cell] = next++;
    for (const Cell cell : fixed_) columns_[cell] = next++;
    pivots_.resize(order_.size());
    eliminate();
  }

  // With more secrets each time, until no insider can work out another sensitive cell.
  Protection run() {
    std::set<Secret> secrets;
    for (;;) {
      Protection protection = publish(secrets);
      const size_t before = secrets.size();
      for (const Secret& told : told_) secrets.insert(told);
      if (secrets.size() > before) continue;
      return protection;
    }
  }

 private:
  // Hidden cells go before everything, those in the fewest equations first: what is left speaks of the others
  // alone.
  void sort_hidden() {
    std::vector<uint32_t> equations(system_.cells(), 0);
    for (size_t i = 0; i < system_.equations(); ++i)
      for (const Term& term : system_.equation(i)) ++equations[term.cell];
    std::stable_sort(hidden_.begin(), hidden_.end(),
                     [&](Cell a, Cell b) { return equations[a] < equations[b]; });
  }

  uint32_t fixed_column(Cell cell) const { return columns_[cell] - static_cast<uint32_t>(order_.size()); }

  Protection publish(const std::set<Secret>& secrets) {
    Protection protection{.status = request_.status, .lost = {}};
    Freedom freedom(fixed_.size());
    for (const Secret& secret : secrets) {
      Sparse terms;
      for (const auto& [cell, factor] : secret.terms) terms.push_back({fixed_column(cell), factor});
      freedom.add_column(terms);
    }
    for (const Sparse& row : unavoidable_) {
      const Sparse motion = freedom.of(row);
      if (!motion.empty()) freedom.publish(motion);
    }
    for (uint32_t i = 0; i < fixed_.size(); ++i)
      if (freedom.column(i).empty()) protection.lost.push_back(fixed_[i]);
    const auto secret_columns = static_cast<uint32_t>(fixed_.size() + secrets.size());
    publish_candidates(freedom, secret_columns, protection);
    told_.clear();
    if (!request_.insiders.empty()) find_told(freedom);
    if (request_.insiders_only_of_each_other) find_sums(freedom);
    return protection;
  }

  // Insiders' cells, however many, whose sum does not move: if each of them has somebody, a sum of as many as
  // they are tells that each is one. A combination of other columns is written in one way with those before
  // that are independent, so a sum that does not move is one of these ways, or several of them together: each
  // alone, and pairs, are looked at.
  void find_sums(const Freedom& freedom) {
    struct Row {
      Sparse motion, made_of;  // of fixed cells
    };
    std::unordered_map<uint32_t, Row> rows;  // by where they begin
    std::vector<Sparse> still;
    Sparse scratch;
    for (uint32_t i = 0; i < fixed_.size(); ++i) {
      if (!request_.insiders[fixed_[i]]) continue;
      Row row{freedom.column(i), {{i, 1}}};
      if (row.motion.empty()) continue;  // is known
      while (!row.motion.empty()) {
        const auto found = rows.find(row.motion.front().index);
        if (found == rows.end()) break;
        const uint64_t by =
            Field::negative(Field::divide(row.motion.front().value, found->second.motion.front().value));
        add_multiple(row.motion, found->second.motion, by, scratch);
        add_multiple(row.made_of, found->second.made_of, by, scratch);
      }
      if (row.motion.empty())
        still.push_back(std::move(row.made_of));
      else
        rows.emplace(uint32_t{row.motion.front().index}, std::move(row));
    }
    for (size_t i = 0; i < still.size(); ++i) {
      add_sum(still[i]);
      for (size_t j = 0; j < i; ++j) {
        Sparse both = still[i];
        add_multiple(both, still[j], 1, scratch);
        add_sum(both);
      }
    }
  }

  void add_sum(const Sparse& terms) {
    Secret secret;
    for (const auto& [cell, factor] : terms) {
      if (factor != terms.front().value) return;
      secret.terms.emplace_back(fixed_[cell], 1);
    }
    if (secret.terms.size() > 2) told_.push_back(std::move(secret));
  }

  // Pairs of an insider's cell and another sensitive one that move only together.
  void find_told(const Freedom& freedom) {
    std::unordered_map<uint64_t, std::vector<uint32_t>>
        alike;  // by the column, scaled so that it begins with one
    for (uint32_t i = 0; i < fixed_.size(); ++i) {
      const Sparse& column = freedom.column(i);
      if (!column.empty()) alike[shape(column)].push_back(i);
    }
    const auto knows = [&](uint32_t i) { return request_.insiders[fixed_[i]]; };
    const auto counts = [&](uint32_t i) { return !request_.insiders_only_of_each_other || knows(i); };
    for (const auto& [hash, cells] : alike) {
      if (cells.size() < 2 || std::none_of(cells.begin(), cells.end(), knows)) continue;
      for (const uint32_t other : cells)
        for (const uint32_t cell : cells)
          if (knows(other) && counts(cell) && cell != other && !(knows(cell) && cell > other))
            add_pair(freedom, cell, other);
    }
  }

  void add_pair(const Freedom& freedom, uint32_t cell, uint32_t other) {
    const Sparse &a = freedom.column(cell), &b = freedom.column(other);
    if (!Freedom::is_proportional(a, b)) return;
    const uint64_t factor = Field::negative(Field::divide(a.front().value, b.front().value));
    told_.push_back({{{fixed_[cell], 1}, {fixed_[other], factor}}});
  }

  static uint64_t shape(const Sparse& column) {
    const uint64_t scale = Field::inverse(column.front().value);
    uint64_t hash = column.size();
    for (const Entry& entry : column) hash = mixed(hash ^ entry.index, Field::multiply(entry.value, scale));
    return hash;
  }

  static uint64_t mixed(uint64_t value, uint64_t seed) { return mix(value + (seed + 1) * mix_step); }

  Sparse row_of(std::span<const Term> terms) const {
    Sparse row;
    row.reserve(terms.size());
    for (const Term& term : terms)
      if (columns_[term.cell] != no_column) row.push_back({columns_[term.cell], Field::of(term.coefficient)});
    sort_by_index(row);
    return row;
  }

  void place(Sparse row) {
    if (row.empty()) return;
    if (row.front().index >= order_.size()) {
      for (Entry& entry : row) entry.index -= static_cast<uint32_t>(order_.size());
      unavoidable_.push_back(std::move(row));
    } else {
      waiting_[row.front().index].push_back(std::move(row));
    }
  }

  // Rows wait at their first (cheapest) column; of those that meet there the shortest stays, and is taken out
  // of the others.
  void eliminate() {
    waiting_.resize(order_.size());
    for (size_t i = 0; i < system_.equations(); ++i) place(row_of(system_.equation(i)));
    Sparse scratch;
    for (size_t column = 0; column < order_.size(); ++column) {
      auto rows = std::move(waiting_[column]);
      if (rows.empty()) continue;
      std::swap(rows.front(),
                *std::min_element(rows.begin(), rows.end(),
                                  [](const Sparse& a, const Sparse& b) { return a.size() < b.size(); }));
      const Sparse& pivot = rows.front();
      const uint64_t inverse = Field::negative(Field::inverse(pivot.front().value));
      for (size_t i = 1; i < rows.size(); ++i) {
        add_multiple(rows[i], pivot, Field::multiply(rows[i].front().value, inverse), scratch);
        place(std::move(rows[i]));
      }
      pivots_[column] = std::move(rows.front());
    }
    waiting_.clear();
    sort_by_length(unavoidable_);
  }

  static void sort_by_length(std::vector<Sparse>& rows) {
    std::stable_sort(rows.begin(), rows.end(),
                     [](const Sparse& a, const Sparse& b) { return a.size() < b.size(); });
  }

  // From the dearest to the cheapest. A candidate without a row of its own is bound by none that concerns
  // dearer ones.
  void publish_candidates(Freedom& freedom, uint32_t secret_columns, Protection& protection) {
    std::vector<uint32_t> place(order_.size(), no_column);  // of secondaries in `freedom`
    const auto wanted = [&](uint32_t cell) { return cell < secret_columns; };
    Sparse known;
    for (size_t column = order_.size(); column-- > hidden_.size();) {
      Status& status = protection.status[order_[column]];
      status = Status::open;
      if (pivots_[column].empty()) continue;
      known.clear();
      for (size_t i = 1; i < pivots_[column].size(); ++i) {
        const auto [index, value] = pivots_[column][i];
        if (index >= order_.size()) {
          known.push_back({index - static_cast<uint32_t>(order_.size()), value});
        } else if (place[index] != no_column) {
          known.push_back({place[index], value});
        }
      }
      const Sparse motion = freedom.of(known);
      if (motion.empty()) continue;
      if (!freedom.find_proportional(motion, wanted)) {
        freedom.publish(motion);
        continue;
      }
      status = Status::secondary;
      ++protection.secondary;
      protection.cost += request_.rank[order_[column]];
      const uint64_t inverse = Field::negative(Field::inverse(pivots_[column].front().value));
      for (Entry& entry : known) entry.value = Field::multiply(entry.value, inverse);
      place[column] = freedom.add_column(known);
    }
  }

  const Request& request_;
  const System& system_;
  std::vector<uint32_t> columns_;
  std::vector<Cell> order_;  // hidden cells, then candidates, the cheapest first
  std::vector<Cell> hidden_;
  std::vector<Cell> fixed_;  // sensitive ones: columns behind all others; in the freedom before all secrets
  std::vector<std::vector<Sparse>> waiting_;
  std::vector<Sparse> pivots_;       // of each candidate; empty: none
  std::vector<Sparse> unavoidable_;  // rows of fixed cells alone
  std::vector<Secret> told_;
};

}  // namespace

Protection suppress(const Request& request) {
  Protection best = Suppressor(request, 0).run();
  for (unsigned attempt = 1; attempt < request.tries; ++attempt) {
    Protection other = Suppressor(request, attempt).run();
    if (other.cost < best.cost) best = std::move(other);
  }
  return best;
}

}  // namespace fvm::tabular
