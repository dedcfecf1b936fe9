// rooms: base tabular
// ledger: table= cells= seconds= exact=      then: tables= cells_each= add_seconds= hidden= atoms= facts= …
// An audit of everything that is out: all persons and men were released, each table perfectly protected by
// itself; over the cells of all three tables (women were never released), how many small ones do the two give
// away together? Then a ledger of many tables: seconds to decide on one more.
//   bench_ledger [--tables N] [--kinds N]
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <numeric>
#include <random>
#include <unordered_map>

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

// What an institution asks for over years: counts of 100,000 persons by two or three of six traits, fine or
// coarse, of all or of those with one value of another trait; so many kinds of tables, again and again.
class Ledger {
 public:
  explicit Ledger(size_t kinds) : random_(1), kinds_(kinds), atoms_(persons, Knowledge::Part::nobody) {
    for (const Trait& trait : traits) {
      std::vector<double> weights;
      for (uint32_t value = 0; value < trait.values; ++value) weights.push_back(std::pow(value + 1, -0.7));
      draw_.emplace_back(weights.begin(), weights.end());
    }
    persons_.resize(persons);
    for (auto& person : persons_)
      for (size_t i = 0; i < traits.size(); ++i) person[i] = draw_[i](random_);
  }

  struct Added {
    size_t cells = 0, hidden = 0, atoms = 0, facts = 0, entries = 0, mib = 0;
    double seconds = 0;
  };
  Added add() {
    if (asked_.size() < kinds_) asked_.push_back(ask());
    const Asked& asked = asked_[tables_ < kinds_ ? tables_ : random_() % kinds_];
    ++tables_;
    const double start = now();
    CountTable table = count(asked);
    const Decision decision = decide(known_, table, {}, {}).value();
    std::vector<bool> open;
    for (const Status status : decision.status) open.push_back(status == Status::open);
    known_.learn(table.groups, table.counts, open, table.number);
    Added out{.cells = table.counts.size(), .atoms = known_.units().size(), .facts = known_.facts()};
    out.seconds = now() - start;
    for (const Status status : decision.status) out.hidden += status != Status::open;
    out.entries = known_.basis().entries();
    return out;
  }

 private:
  static constexpr size_t persons = 100'000;
  struct Trait {
    uint32_t values, each;  // so many values make a coarse one
  };
  // Municipality, age, sex, chapter of diagnoses, education, year.
  static constexpr std::array<Trait, 6> traits{{{98, 20}, {19, 4}, {2, 1}, {21, 7}, {8, 4}, {10, 5}}};
  using Person = std::array<uint32_t, traits.size()>;
  struct Asked {
    std::vector<Hierarchy> dimensions;
    std::vector<uint32_t> leaf;  // of each person; Groups::none: not counted
  };

  Asked ask() {
    constexpr size_t cells_min = 500, cells_max = 1500;
    for (;;) {
      std::array<size_t, traits.size()> order{};
      std::iota(order.begin(), order.end(), size_t{0});
      std::shuffle(order.begin(), order.end(), random_);
      const size_t dimensions = 2 + random_() % 2;
      std::vector<uint32_t> each;
      size_t cells = 1;
      for (size_t d = 0; d < dimensions; ++d) {
        each.push_back(random_() % 2 == 0 ? 1 : traits[order[d]].each);
        cells *= 1 + (traits[order[d]].values + each[d] - 1) / each[d];
      }
      if (cells < cells_min || cells > cells_max) continue;
      const bool filtered = random_() % 4 == 0;
      const auto value = static_cast<uint32_t>(random_() % 2);
      return make({order.begin(), order.begin() + static_cast<ptrdiff_t>(dimensions)}, each,
                  filtered ? order[dimensions] : SIZE_MAX, value);
    }
  }

  Asked make(const std::vector<size_t>& which, const std::vector<uint32_t>& each, size_t filter,
             uint32_t value) const {
    Asked asked;
    std::vector<const Hierarchy*> pointers;
    for (size_t d = 0; d < which.size(); ++d) {
      std::vector<std::string> codes;
      for (uint32_t i = 0; i * each[d] < traits[which[d]].values; ++i) codes.push_back(std::to_string(i));
      asked.dimensions.push_back(Hierarchy::flat("T", codes));
    }
    for (const Hierarchy& dimension : asked.dimensions) pointers.push_back(&dimension);
    const Shape shape(pointers);
    for (const Person& person : persons_) {
      std::vector<uint32_t> codes;
      for (size_t d = 0; d < which.size(); ++d) codes.push_back(1 + person[which[d]] / each[d]);
      const bool counted = filter == SIZE_MAX || person[filter] == value;
      asked.leaf.push_back(counted ? static_cast<uint32_t>(shape.cell(codes)) : Groups::none);
    }
    return asked;
  }

  CountTable count(const Asked& asked) {
    std::unordered_map<uint64_t, uint32_t> number;  // of atom and leaf
    std::vector<Knowledge::Part> parts;
    std::vector<uint32_t> leaf_of_part, part_of(persons);
    for (size_t person = 0; person < persons; ++person) {
      const uint64_t key = uint64_t{atoms_[person]} << 32 | asked.leaf[person];
      const auto [found, first] = number.try_emplace(key, static_cast<uint32_t>(parts.size()));
      if (first) parts.push_back({atoms_[person], 0}), leaf_of_part.push_back(asked.leaf[person]);
      ++parts[found->second].units;
      part_of[person] = found->second;
    }
    const auto atoms = known_.divide(parts).value();
    for (size_t person = 0; person < persons; ++person) atoms_[person] = atoms[part_of[person]];
    CountTable table;
    for (const Hierarchy& dimension : asked.dimensions) table.dimensions.push_back(&dimension);
    const Shape shape(table.dimensions);
    std::vector<std::vector<uint32_t>> leaves(atoms.size());
    for (size_t part = 0; part < parts.size(); ++part)
      if (leaf_of_part[part] != Groups::none) leaves[atoms[part]] = {leaf_of_part[part]};
    table.groups = groups_of(shape, leaves);
    table.counts = sums_of_cells(table.groups, known_.units(), shape.cells());
    table.number = static_cast<int64_t>(tables_);
    return table;
  }

  std::mt19937 random_;
  std::vector<std::discrete_distribution<uint32_t>> draw_;
  std::vector<Person> persons_;
  size_t kinds_;
  std::vector<Asked> asked_;
  std::vector<uint32_t> atoms_;  // of each person
  Knowledge known_;
  size_t tables_ = 0;
};

size_t peak_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<size_t>(usage.ru_maxrss) / 1024;
}

}  // namespace

int main(int argc, char** argv) {
  size_t tables = 1000, kinds = 12;
  for (int i = 1; i + 1 < argc; ++i) {
    if (std::strcmp(argv[i], "--tables") == 0) tables = std::strtoull(argv[i + 1], nullptr, 10);
    if (std::strcmp(argv[i], "--kinds") == 0) kinds = std::strtoull(argv[i + 1], nullptr, 10);
  }
  if (std::filesystem::exists(data_folder())) {
    for (const char* name : {"S", "M", "L"}) audit(name);
  } else {
    std::printf("ledger audit skipped: ../shared/data/sdc is not here\n");
  }
  Ledger ledger(kinds);
  for (size_t i = 1; i <= tables; ++i) {
    const auto added = ledger.add();
    const bool told = i <= kinds || i % 100 == 0 || i == tables;
    if (!told) continue;
    std::printf(
        "ledger tables=%zu cells_each=%zu add_seconds=%.3f hidden=%zu atoms=%zu facts=%zu entries=%zu "
        "peak_mib=%zu\n",
        i, added.cells, added.seconds, added.hidden, added.atoms, added.facts, added.entries, peak_mib());
    std::fflush(stdout);
  }
  return 0;
}
