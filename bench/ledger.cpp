// rooms: base tabular
// ledger: table= cells= seconds= exact=      then: tables= cells_each= add_seconds= hidden=
// An audit of everything that is out: all persons and men were released, each table perfectly protected by
// itself; over the cells of all three tables (women were never released), how many small ones do the two give
// away together? Then a ledger of many tables: seconds to decide on one more.
//   bench_ledger [--tables N]
#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <random>

#include "sdc_tables.hpp"
#include "tabular/decide.hpp"

namespace {

using namespace sdc;

void audit(const std::string& name) {
  const Table table(name);
  const System system = linked_system(table.shape);
  System alone;
  table.shape.add_equations(alone, alone.add_cells(table.shape.cells()));
  std::vector<Status> status;
  for (const char* which : {"", "m", "w"}) {
    const auto counts = table.counts(which);
    auto mine = by_threshold(counts);
    if (*which != 'w') {
      mine = suppress({.system = alone, .status = mine, .rank = counts, .insiders = {}}).status;
    } else {
      for (size_t i = 0; i < mine.size(); ++i)
        if (counts[i] == 0) mine[i] = Status::hidden;
    }
    status.insert(status.end(), mine.begin(), mine.end());
  }
  const double start = now();
  const size_t exact = determined(system, status);
  std::printf("ledger table=%s cells=%zu seconds=%.3f exact=%zu\n", name.c_str(), system.cells(),
              now() - start, exact);
  std::fflush(stdout);
}

// Persons with four traits; each table counts two of them in groups of its own making.
class Ledger {
 public:
  Ledger() : random_(1), traits_(4, std::vector<uint32_t>(persons)) {
    for (auto& trait : traits_)
      for (uint32_t& value : trait) value = static_cast<uint32_t>(random_() % 64);
  }

  double add() {
    tables_.emplace_back();
    Asked& asked = tables_.back();
    const size_t first = random_() % 4, second = (first + 1 + random_() % 3) % 4;
    const auto shift = static_cast<uint32_t>(random_() % 64),
               groups = 28 + static_cast<uint32_t>(random_() % 4);
    std::vector<std::string> codes;
    for (uint32_t i = 0; i < groups; ++i) codes.push_back(std::to_string(i));
    asked.dimension = std::make_unique<Hierarchy>(Hierarchy::flat("T", codes));
    const Shape shape({asked.dimension.get(), asked.dimension.get()});
    for (size_t person = 0; person < persons; ++person) {
      const auto code = [&](size_t trait) { return 1 + (traits_[trait][person] + shift) % 64 * groups / 64; };
      asked.leaf.push_back(static_cast<uint32_t>(shape.cell({code(first), code(second)})));
    }
    return decide_last(shape);
  }
  size_t hidden() const { return hidden_; }
  size_t cells() const { return cells_; }

 private:
  static constexpr size_t persons = 20'000;
  struct Asked {
    std::unique_ptr<Hierarchy> dimension;
    std::vector<uint32_t> leaf;
  };

  double decide_last(const Shape& shape) {
    std::map<std::vector<Atom::Place>, double> atoms;
    for (size_t person = 0; person < persons; ++person) {
      std::vector<Atom::Place> places;
      for (uint32_t i = 0; i < tables_.size(); ++i) places.push_back({i, tables_[i].leaf[person]});
      ++atoms[places];
    }
    std::vector<Atom> list;
    for (const auto& [places, units] : atoms) list.push_back({places, units});
    CountTable wanted{{tables_.back().dimension.get(), tables_.back().dimension.get()}, {}, {}};
    wanted.counts.resize(shape.cells());
    for (const uint32_t leaf : tables_.back().leaf) ++wanted.counts[leaf];
    shape.add_up(wanted.counts);
    const double start = now();
    Decision decision = decide(released_, wanted, list, {}).value();
    const double seconds = now() - start;
    wanted.status = decision.status;
    hidden_ = static_cast<size_t>(std::count_if(decision.status.begin(), decision.status.end(),
                                                [](Status status) { return status != Status::open; }));
    cells_ = shape.cells();
    released_.push_back(std::move(wanted));
    return seconds;
  }

  std::mt19937 random_;
  std::vector<std::vector<uint32_t>> traits_;
  std::vector<Asked> tables_;
  std::vector<CountTable> released_;
  size_t hidden_ = 0, cells_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  size_t tables = 4;
  for (int i = 1; i + 1 < argc; ++i)
    if (std::strcmp(argv[i], "--tables") == 0) tables = std::strtoull(argv[i + 1], nullptr, 10);
  if (std::filesystem::exists(data_folder())) {
    for (const char* name : {"S", "M", "L"}) audit(name);
  } else {
    std::printf("ledger audit skipped: ../shared/data/sdc is not here\n");
  }
  Ledger ledger;
  for (size_t i = 0; i < tables; ++i) {
    const double seconds = ledger.add();
    std::printf("ledger tables=%zu cells_each=%zu add_seconds=%.3f hidden=%zu\n", i + 1, ledger.cells(),
                seconds, ledger.hidden());
    std::fflush(stdout);
  }
  return 0;
}
