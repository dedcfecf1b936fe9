// Which cells of one table can be published on top of what is known, the dearest first. Private to
// decide.cpp.
#pragma once

#include <optional>
#include <set>
#include <vector>

#include "tabular/decide.hpp"
#include "tabular/facts.hpp"
#include "tabular/movers.hpp"

namespace fvm::tabular {

struct Published {
  std::vector<Status> status;  // of the table's cells
  std::vector<int64_t> near;   // of cells that differ by few units from one of that released table; 0: none
  size_t lost = 0, atoms_searched = 0, near_unfinished = 0;
  bool is_told_by_bounds = false;  // of a single one in a hidden cell, whatever is hidden
  double cost = 0;                 // units in secondary cells
};

// Columns are the atoms, then the table's cells, then secrets that are combinations of them.
class Publisher {
 public:
  // `named`: released tables that are at hand as sets of atoms.
  Publisher(const Knowledge& known, const CountTable& table, const std::vector<CountTable>& named,
            const Rules& rules);

  // Cells that nobody asked for before, in this or another table, and that are not known.
  size_t fresh() const { return fresh_; }
  // The best of `tries` orders. "tabular.too_entangled" (usage).
  Result<Published> run(unsigned tries);
  // What is left open when all that the last order published is; nothing if that was nothing new.
  std::optional<Changes> take() { return std::move(after_); }
  // Of what was decided in the end: the cells that nobody has to look at again.
  std::vector<Knowledge::Refused> refused(const std::vector<Status>& status) const;

 private:
  using Combination = std::vector<std::pair<uint32_t, uint64_t>>;

  bool is_small(double units) const { return units > 0 && units < rules_.threshold; }
  uint32_t column(uint32_t cell) const { return static_cast<uint32_t>(atoms_) + cell; }
  bool is_known(uint32_t cell) const { return before_[column(cell)].is_zero(); }
  void recall();
  void find_near(const std::vector<CountTable>& named);
  // The cells for which that did not end.
  std::vector<bool> search_near(const std::vector<bool>& wanted);
  // It is sensitive from now on, since it differs by few from a cell of that table.
  void hide_near(uint32_t cell, int64_t table) { base_[cell] = Status::sensitive, near_[cell] = table; }
  // Of each cell of a table where it stands among all that were published, but for those that `is_counted`
  // has already; it has these from now on. Empty: there are none.
  static constexpr uint32_t not_published = UINT32_MAX;
  std::vector<uint32_t> take_published(const CountTable& released, std::vector<bool>& is_counted) const;
  bool is_counting_short() const;
  // The same for the `wanted` cells against the published ones of that table, which are counted and not
  // searched for; `is_counted`: by published cell.
  void count_near(const CountTable& released, const std::vector<bool>& wanted, std::vector<bool>& is_counted);
  // Cells that may be published and are of nearly as many units as a published one that is not `is_counted`.
  std::vector<bool> of_near_size(const std::vector<bool>& is_counted) const;
  double most_apart() const;
  // Whether the cell without its atoms of the set, and with the others, was published; and they are few.
  bool is_near_by(uint32_t cell, const Member& is_member, const std::vector<uint32_t>& set);
  // If so, it is sensitive from now on.
  bool is_published(uint32_t cell, const Member& is_member, const std::vector<uint32_t>& set);
  // near_owners.cpp: what each owner's own atoms are taken away from.
  using Owners = std::vector<std::vector<uint32_t>>;  // of each the atoms
  void find_near_to_owners(const std::vector<CountTable>& named);
  Owners owners_of_several() const;
  std::vector<bool> of_near_size_to(const std::vector<uint32_t>& own, const std::vector<double>& sizes) const;
  // near_counted.cpp: the same against the published cells of a table that is at hand.
  void count_near_to_owners(const CountTable& released, const Owners& owners, std::vector<bool>& is_counted);
  void find_near_to(const std::vector<uint32_t>& own, const std::vector<bool>& wanted);
  bool is_near_with(uint32_t cell, const Member& is_member, std::vector<uint32_t> set,
                    const std::vector<uint32_t>& more, const std::vector<uint32_t>& less);
  Result<Published> attempt(uint64_t seed);
  std::vector<uint32_t> order(uint64_t seed) const;
  // Publishes all candidates that are not hidden.
  Result<void> publish(const std::vector<uint32_t>& order);
  // Secrets (columns) that everything published together gives away.
  std::vector<uint32_t> lost() const;
  // Which candidates must stay hidden so that those secrets stay.
  void hide(const std::vector<uint32_t>& order, const std::vector<uint32_t>& secrets);
  // What a pass has told that it must not; more secrets: another pass is needed.
  Result<bool> add_secrets(Published& out);
  bool add_told(Published& out);
  bool add_sets_of_insiders(Movers& movers, const std::vector<bool>& changed, Published& out);
  // What somebody who has several atoms works out from these.
  bool add_told_to_owners(Published& out);
  // Singles that bounds tell when this is what is left open.
  bool add_kept_down(const Changes& after, Published& out);
  bool add_secret(const Combination& terms, bool is_set, Published& out);
  Print print_of(const Combination& terms, const std::vector<Print>& columns) const;
  std::vector<Print> with_cells(std::vector<Print> of_atoms) const;

  const Knowledge& known_;
  const Changes& changes_;
  const CountTable& table_;
  const Rules& rules_;
  size_t atoms_;
  std::vector<double> units_;           // of atoms and cells
  std::vector<Print> before_, prints_;  // of atoms and cells: before, and with what a pass published
  std::vector<Status> base_, status_;
  std::vector<int64_t> near_;
  bool is_near_whole_ = true;    // false: there were too many owners to look at what is near for each
  size_t near_unfinished_ = 0;   // see Decision
  std::vector<uint64_t> marks_;  // of the cells
  size_t fresh_ = 0;
  std::vector<bool> is_secret_;  // atoms and cells
  std::vector<Combination> combinations_;
  std::set<Combination> secrets_;
  std::vector<bool> seen_single_;  // of atoms, with this table
  Facts facts_;                    // of a pass
  std::optional<Changes> after_;
};

}  // namespace fvm::tabular
