// Which cells of one table can be published on top of what is known, the dearest first. Private to
// decide.cpp.
#pragma once

#include <set>
#include <vector>

#include "tabular/decide.hpp"
#include "tabular/movers.hpp"

namespace fvm::tabular {

struct Published {
  std::vector<Status> status;  // of the table's cells
  std::vector<int64_t> near;   // of cells that differ by few units from one of that released table; 0: none
  size_t lost = 0, atoms_searched = 0;
  double cost = 0;  // units in secondary cells
};

class Publisher {
 public:
  // The table's cells become columns of the knowledge's basis, until this ends.
  Publisher(Knowledge& known, const CountTable& table, const Rules& rules);
  ~Publisher();
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  // The best of `tries` orders. "tabular.too_entangled" (usage).
  Result<Published> run(unsigned tries);
  // What the basis is with all that the last order published; nothing (no columns) if that was nothing new.
  Basis take();

 private:
  using Combination = std::vector<std::pair<uint32_t, uint64_t>>;

  bool is_small(double units) const { return units > 0 && units < rules_.threshold; }
  void find_near();
  Result<Published> attempt(uint64_t seed);
  std::vector<uint32_t> order(uint64_t seed) const;
  // Publishes all that are not hidden in a fresh copy of the basis. The changes that were given up for it.
  Result<std::vector<Sparse>> publish(const std::vector<uint32_t>& order);
  // Secrets that everything published together gives away.
  std::vector<uint32_t> lost() const;
  // Which of them must stay hidden so that those secrets stay.
  void hide(const std::vector<uint32_t>& order, const std::vector<Sparse>& given_up,
            const std::vector<uint32_t>& secrets);
  // What a pass has told that it must not; more secrets: another pass is needed.
  bool add_secrets(Published& out);
  bool add_secret(const Combination& terms, bool is_set, Published& out);
  std::vector<bool> changed_columns() const;

  Knowledge& known_;
  Basis& basis_;
  Basis work_;  // with what a pass published
  const CountTable& table_;
  const Rules& rules_;
  size_t atoms_;
  uint32_t first_;             // the table's first cell
  std::vector<double> units_;  // of every column but combinations
  std::vector<Status> base_, status_;
  std::vector<int64_t> near_;
  std::vector<bool> is_secret_;      // by column
  std::vector<uint32_t> sensitive_;  // cells' columns
  std::set<Combination> secrets_;
  std::vector<bool> touched_;  // changes that a pass altered
};

}  // namespace fvm::tabular
