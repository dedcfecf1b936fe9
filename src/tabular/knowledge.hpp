// What is known to whoever has every table that was released: kept between releases, so that one more table
// costs what it adds and not what all before it did.
//
// The units (persons) behind all tables fall into atoms: units that every table treats alike. An attacker has
// one equation a published cell; the changes are everything that the atoms' numbers can still do.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "tabular/changes.hpp"
#include "tabular/groups.hpp"

namespace fvm::tabular {

class Knowledge {
 public:
  // Units that the new table treats alike: all of an atom, a part of it, or units that no table had before.
  struct Part {
    static constexpr uint32_t nobody = UINT32_MAX;
    uint32_t atom = nobody;
    double units = 0;
  };
  // Atoms become their parts: every atom must be given whole. The parts' atoms: the largest part keeps its
  // atom's number, others get new ones. Error (defect): "tabular.parts_differ".
  Result<std::vector<uint32_t>> divide(const std::vector<Part>& parts);

  // A cell that was published, as a set of units: the sum of its atoms' marks, which stays when they divide.
  struct Cell {
    uint64_t mark = 0;
    double units = 0;
    int64_t table = 0;  // the last that published it
  };
  // Published cells by their marks.
  const std::vector<Cell>& published() const { return published_; }
  // A kind of table that was not asked for before comes with these groups: what is usual in it weighs (see
  // Changes::weight).
  void weigh(const Groups& groups);

  // A cell that was not published because a secret would have followed: what is known only grows, so it would
  // follow still, and nobody has to look again. By rules that are no stricter than those.
  struct Refused {
    uint64_t mark = 0;
    float threshold = 0;
    uint32_t insiders = 0;  // 1: secrets are kept from these, too
    int64_t near = 0;       // a table with a cell that differs by few; 0: for another reason
  };
  const Refused* refused(uint64_t mark) const;
  // Takes effect when learn() is told of the table.
  void refuse(std::vector<Refused> cells) { refusing_ = std::move(cells); }
  // The table's cells that are `open` were published.
  void learn(const Groups& groups, const std::vector<double>& counts, const std::vector<bool>& open,
             int64_t table);
  // What will be left if exactly those cells are published next: saves learn() that work.
  void expect(Changes changes, std::vector<bool> open);

  // Of each atom: whether it is one unit that has been alone in a cell which is hidden, and so is seen to be
  // there.
  const std::vector<bool>& seen_single() const { return seen_single_; }
  // Those and the ones in the table's cells of one unit.
  std::vector<bool> seen_single(const Groups& groups, const std::vector<double>& counts) const;

  const std::vector<double>& units() const { return units_; }
  uint64_t mark(uint32_t atom) const { return marks_[atom]; }
  // Of each cell.
  std::vector<uint64_t> marks_of(const Groups& groups, size_t cells) const;
  size_t facts() const { return units_.size() - changes_.count(); }
  const Changes& changes() const { return changes_; }

  // Bytes and back. Error (surroundings): "tabular.knowledge_damaged".
  std::string to_bytes() const;
  static Result<Knowledge> of_bytes(std::string_view bytes);

 private:
  void remember_refused();
  uint32_t add_atom(uint64_t mark, double units);
  Changes changes_, expected_;
  std::vector<bool> expected_open_;  // empty: nothing is expected
  std::vector<double> units_;
  std::vector<uint64_t> marks_;
  std::vector<bool> seen_single_;
  std::vector<Cell> published_;
  std::vector<Refused> refused_;  // by mark
  std::vector<Refused> refusing_;
};

}  // namespace fvm::tabular
