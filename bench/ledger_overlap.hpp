// Units that are in several cells: practices that see people of several kommuner. By kommune first, then by
// kommune and kind of visit; each its own, or half of them in holdings. For the bench ledger.
#pragma once

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <map>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "sdc_tables.hpp"
#include "tabular/decide.hpp"

namespace overlap {

using namespace fvm::tabular;

inline double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

struct Plan {
  size_t practices = 2000, visits = 6, holdings = 0;
};

class Practices {
 public:
  explicit Practices(const Plan& plan) : plan_(plan), atoms_(plan.practices, Knowledge::Part::nobody) {
    std::mt19937 random(1);
    const auto below = [&](size_t count) { return static_cast<uint32_t>(random() % count); };
    for (size_t i = 0; i < plan.practices && plan.holdings > 0; ++i)
      owners_.push_back(below(2) == 0 ? std::vector<uint32_t>() : std::vector{below(plan.holdings)});
    for (size_t i = 0; i < plan.practices; ++i) {
      visits_.emplace_back();
      for (size_t visit = 0; visit < plan.visits; ++visit) {
        const uint32_t kommune = 1 + std::min(below(kommuner), below(kommuner));
        visits_.back().push_back({kommune, 1 + below(kinds)});
      }
    }
  }

  void ask(const char* name, bool by_kind) {
    CountTable table = count(by_kind);
    const double start = sdc::now(), cpu = cpu_seconds();
    const auto decision = decide(known_, table, released_, {});
    std::vector<bool> open(table.counts.size(), false);
    uint64_t told = 0;  // a digest of which cells are
    for (size_t cell = 0; cell < open.size(); ++cell) {
      open[cell] = decision.ok() && decision->status[cell] == Status::open;
      told = told * 31 + (open[cell] ? 2 : 1);
    }
    if (decision.ok()) known_.learn(table.groups, table.counts, open, table.number);
    std::printf(
        "ledger overlap=%s practices=%zu holdings=%zu cells=%zu seconds=%.3f cpu=%.3f hidden=%td "
        "told=%016llx "
        "searched=%zu facts=%zu entries=%zu%s\n",
        name, plan_.practices, plan_.holdings, open.size(), sdc::now() - start, cpu_seconds() - cpu,
        std::count(open.begin(), open.end(), false), static_cast<unsigned long long>(told),
        decision.ok() ? decision->atoms_searched : 0, known_.facts(), known_.changes().entries(),
        decision.ok() ? "" : " refused");
    std::fflush(stdout);
    if (decision.ok()) keep(std::move(table), decision->status);
  }

 private:
  static constexpr size_t kommuner = 98, kinds = 3;
  struct Visit {
    uint32_t kommune = 0, kind = 0;
  };

  // Practices that all tables treat alike, and whose all are the same, are one atom.
  CountTable count(bool by_kind) {
    CountTable table;
    table.dimensions.push_back(&kommune_);
    if (by_kind) table.dimensions.push_back(&kind_);
    const Shape shape(table.dimensions);
    std::map<std::tuple<uint32_t, std::vector<uint32_t>, std::vector<uint32_t>>, uint32_t> number;
    std::vector<Knowledge::Part> parts;
    std::vector<uint32_t> part_of;
    std::vector<std::vector<uint32_t>> leaves_of_parts;
    for (size_t i = 0; i < visits_.size(); ++i) {
      std::vector<uint32_t> leaves;
      for (const Visit& visit : visits_[i])
        leaves.push_back(static_cast<uint32_t>(
            shape.cell(by_kind ? std::vector{visit.kommune, visit.kind} : std::vector{visit.kommune})));
      std::sort(leaves.begin(), leaves.end());
      leaves.erase(std::unique(leaves.begin(), leaves.end()), leaves.end());
      const auto owners = owners_.empty() ? std::vector<uint32_t>() : owners_[i];
      const auto [found, is_new] =
          number.try_emplace({atoms_[i], leaves, owners}, static_cast<uint32_t>(parts.size()));
      if (is_new) parts.push_back({atoms_[i], 0}), leaves_of_parts.push_back(leaves);
      ++parts[found->second].units;
      part_of.push_back(found->second);
    }
    const auto atoms = known_.divide(parts).value();
    std::vector<std::vector<uint32_t>> leaves(known_.units().size());
    if (!owners_.empty()) table.owners.resize(known_.units().size());
    for (size_t i = 0; i < visits_.size(); ++i) {
      atoms_[i] = atoms[part_of[i]];
      leaves[atoms_[i]] = leaves_of_parts[part_of[i]];
      if (!owners_.empty()) table.owners[atoms_[i]] = owners_[i];
    }
    for (size_t i = 0; i < released_.size(); ++i) renew(i);
    table.groups = groups_of(shape, leaves);
    table.counts = sums_of_cells(table.groups, known_.units(), shape.cells());
    table.number = static_cast<int64_t>(released_.size()) + 1;
    return table;
  }

  // A released table by the atoms that there are now.
  void renew(size_t index) {
    std::vector<std::vector<uint32_t>> leaves(known_.units().size());
    for (size_t i = 0; i < visits_.size(); ++i) leaves[atoms_[i]] = kept_[index][i];
    released_[index].groups = groups_of(Shape(released_[index].dimensions), leaves);
  }
  void keep(CountTable table, const std::vector<Status>& status) {
    kept_.emplace_back();
    for (const uint32_t atom : atoms_)
      kept_.back().push_back(table.groups.leaves[table.groups.of_atom[atom]]);
    table.status = status;
    table.owners.clear();
    released_.push_back(std::move(table));
  }

  static std::vector<std::string> names(size_t count) {
    std::vector<std::string> out;
    for (size_t i = 0; i < count; ++i) out.push_back(std::to_string(i));
    return out;
  }

  Plan plan_;
  Hierarchy kommune_ = Hierarchy::flat("all", names(kommuner)), kind_ = Hierarchy::flat("all", names(kinds));
  std::vector<std::vector<Visit>> visits_;
  std::vector<std::vector<uint32_t>> owners_;
  std::vector<uint32_t> atoms_;  // of each practice
  Knowledge known_;
  std::vector<CountTable> released_;
  std::vector<std::vector<std::vector<uint32_t>>> kept_;  // of each, where each practice is
};

inline void run(const Plan& plan) {
  Practices practices(plan);
  practices.ask("kommune", false);
  practices.ask("kommune_kind", true);
}

}  // namespace overlap
