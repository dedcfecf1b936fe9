// rooms: base tabular
// ledger: table= cells= seconds= exact=      then: tables= cells_each= add_seconds= cpu= hidden= atoms= …
// An audit of everything that is out: all persons and men were released, each table perfectly protected by
// itself; over the cells of all three tables (women were never released), how many small ones do the two give
// away together? Then a ledger of many tables: seconds to decide on one more.
// As in the service, the newest sixteen tables may be named as those that the new one collides with.
//   bench_ledger [--tables N] [--kinds N] [--versions N] [--persons N] [--come N] [--mended N] [--named N]
// Units that are in several cells (practices, each its own and half of them in a hundred holdings):
//   bench_ledger overlap [--practices N] [--holdings N]
// overlap=TABLE practices= holdings= cells= seconds= cpu= hidden= told=DIGEST …
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cmath>
#include <cstring>
#include <ctime>
#include <deque>
#include <numeric>
#include <random>

#include "ledger_overlap.hpp"
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

using overlap::cpu_seconds;

// What an institution asks for over years: counts of 100,000 persons by two or three of six traits, fine or
// coarse, of all or of those with one value of another trait. Kinds of tables come one after the other,
// evenly over the run; the tables between repeat those that came before. Now and then there is a new version
// of the data: persons have come, in a year of their own, and some records are mended.
class Ledger {
 public:
  struct Plan {
    size_t tables = 1000, kinds = 12, versions = 0, persons = 100'000;
    size_t come = 1000, mended = 20;  // with each version
    size_t named = 16;
  };
  explicit Ledger(const Plan& plan) : plan_(plan), random_(1) {
    for (const Trait& trait : traits) {
      std::vector<double> weights;
      for (uint32_t value = 0; value < trait.values; ++value) weights.push_back(std::pow(value + 1, -0.7));
      draw_.emplace_back(weights.begin(), weights.end());
    }
    come(plan.persons);
  }

  struct Added {
    size_t table = 0, cells = 0, hidden = 0, small = 0, atoms = 0, facts = 0, entries = 0, searched = 0,
           unfinished = 0;
    double seconds = 0, cpu = 0;
    bool is_new = false, is_refused = false;
  };
  Added add() {
    Added out{.table = ++tables_};
    if (plan_.versions > 0 && tables_ % (plan_.tables / plan_.versions) == 0) next_version();
    const size_t due = std::min(plan_.kinds, 1 + tables_ * plan_.kinds / plan_.tables);
    out.is_new = asked_.size() < due;
    if (out.is_new) asked_.push_back(ask());
    Asked& asked = out.is_new ? asked_.back() : asked_[random_() % asked_.size()];
    place(asked);
    double start = now(), cpu = cpu_seconds();
    CountTable table = count(asked);
    out.seconds = now() - start, out.cpu = cpu_seconds() - cpu;
    const auto named = named_tables();  // which the service keeps
    start = now(), cpu = cpu_seconds();
    const auto decision = decide(known_, table, named, {});
    std::vector<bool> open(table.counts.size(), false);
    if (decision.ok())
      for (size_t cell = 0; cell < open.size(); ++cell) open[cell] = decision->status[cell] == Status::open;
    if (decision.ok()) known_.learn(table.groups, table.counts, open, table.number);
    out.seconds += now() - start, out.cpu += cpu_seconds() - cpu;
    if (decision.ok()) keep(asked, table.number, decision->status);
    out.is_refused = !decision.ok();
    out.searched = decision.ok() ? decision->atoms_searched : 0;
    out.unfinished = decision.ok() ? decision->near_unfinished : 0;
    for (size_t cell = 0; cell < open.size(); ++cell) {
      const bool small = table.counts[cell] > 0 && table.counts[cell] < threshold;
      out.small += small;
      out.hidden += !open[cell] && !small;
    }
    out.cells = open.size(), out.atoms = known_.units().size(), out.facts = known_.facts();
    out.entries = known_.changes().entries();
    return out;
  }

 private:
  struct Trait {
    uint32_t values, each;  // so many values make a coarse one
  };
  // Municipality, age, sex, chapter of diagnoses, education, year.
  static constexpr std::array<Trait, 6> traits{{{98, 20}, {19, 4}, {2, 1}, {21, 7}, {8, 4}, {10, 5}}};
  static constexpr size_t year = 5;
  using Person = std::array<uint32_t, traits.size()>;
  struct Asked {
    std::vector<size_t> traits;
    std::vector<uint32_t> each;
    size_t filter = SIZE_MAX;  // only those with this value of this trait
    uint32_t value = 0;
    std::vector<Hierarchy> dimensions{};
    std::vector<uint32_t> leaf{};  // of each person; Groups::none: not counted
    size_t version = SIZE_MAX;     // that this is of
  };

  void come(size_t persons) {
    for (; persons > 0; --persons) {
      persons_.emplace_back();
      for (size_t i = 0; i < traits.size(); ++i) persons_.back()[i] = draw_[i](random_);
      if (version_ > 0) persons_.back()[year] = traits[year].values - 1 + static_cast<uint32_t>(version_);
      atoms_.push_back(Knowledge::Part::nobody);
    }
  }
  void next_version() {
    ++version_;
    come(plan_.come);
    for (size_t i = 0; i < plan_.mended; ++i) {
      const size_t trait = random_() % year;
      persons_[random_() % persons_.size()][trait] = draw_[trait](random_);
    }
  }
  uint32_t values(size_t trait) const {
    return traits[trait].values + (trait == year ? static_cast<uint32_t>(version_) : 0);
  }

  Asked ask() {
    constexpr size_t cells_min = 500, cells_max = 1500;
    for (;;) {
      std::array<size_t, traits.size()> order{};
      std::iota(order.begin(), order.end(), size_t{0});
      std::shuffle(order.begin(), order.end(), random_);
      const size_t dimensions = 2 + random_() % 2;
      Asked asked{.traits = {order.begin(), order.begin() + static_cast<ptrdiff_t>(dimensions)}, .each = {}};
      size_t cells = 1;
      for (const size_t trait : asked.traits) {
        asked.each.push_back(random_() % 2 == 0 ? 1 : traits[trait].each);
        cells *= 1 + (traits[trait].values + asked.each.back() - 1) / asked.each.back();
      }
      if (cells < cells_min || cells > cells_max) continue;
      if (random_() % 4 == 0) asked.filter = order[dimensions];
      asked.value = static_cast<uint32_t>(random_() % 2);
      return asked;
    }
  }

  // Where each person is in the table, as the data are now.
  void place(Asked& asked) const {
    if (asked.version == version_) return;
    asked.version = version_;
    asked.dimensions.clear(), asked.leaf.clear();
    std::vector<const Hierarchy*> pointers;
    for (size_t d = 0; d < asked.traits.size(); ++d) {
      std::vector<std::string> codes;
      for (uint32_t i = 0; i * asked.each[d] < values(asked.traits[d]); ++i)
        codes.push_back(std::to_string(i));
      asked.dimensions.push_back(Hierarchy::flat("T", codes));
    }
    for (const Hierarchy& dimension : asked.dimensions) pointers.push_back(&dimension);
    const Shape shape(pointers);
    for (const Person& person : persons_) {
      std::vector<uint32_t> codes;
      for (size_t d = 0; d < asked.traits.size(); ++d)
        codes.push_back(1 + person[asked.traits[d]] / asked.each[d]);
      const bool counted = asked.filter == SIZE_MAX || person[asked.filter] == asked.value;
      asked.leaf.push_back(counted ? static_cast<uint32_t>(shape.cell(codes)) : Groups::none);
    }
  }

  void keep(const Asked& asked, int64_t number, const std::vector<Status>& status) {
    released_.push_back({number, asked.dimensions, asked.leaf, status});
    if (released_.size() > plan_.named) released_.pop_front();
  }

  // The newest released tables, with the atoms that there are now.
  std::vector<CountTable> named_tables() const {
    std::vector<CountTable> out;
    std::vector<size_t> one_of(known_.units().size(), persons_.size());  // persons: where all of an atom are
    for (size_t person = 0; person < persons_.size(); ++person)
      if (atoms_[person] != Knowledge::Part::nobody) one_of[atoms_[person]] = person;
    for (const Kept& kept : released_) {
      CountTable table{
          .dimensions = {}, .counts = {}, .status = kept.status, .groups = {}, .number = kept.number};
      for (const Hierarchy& dimension : kept.dimensions) table.dimensions.push_back(&dimension);
      std::vector<std::vector<uint32_t>> leaves(known_.units().size());
      for (size_t atom = 0; atom < leaves.size(); ++atom)
        if (const size_t person = one_of[atom];
            person < kept.leaf.size() && kept.leaf[person] != Groups::none)
          leaves[atom] = {kept.leaf[person]};
      const Shape shape(table.dimensions);
      table.groups = groups_of(shape, leaves);
      table.counts = sums_of_cells(table.groups, known_.units(), shape.cells());
      out.push_back(std::move(table));
    }
    return out;
  }

  CountTable count(const Asked& asked) {
    constexpr uint32_t no_part = UINT32_MAX;               // in this table or any before
    boost::unordered_flat_map<uint64_t, uint32_t> number;  // of atom and leaf
    number.reserve(known_.units().size());
    std::vector<Knowledge::Part> parts;
    std::vector<uint32_t> leaf_of_part, part_of(persons_.size(), no_part);
    for (size_t person = 0; person < persons_.size(); ++person) {
      if (atoms_[person] == Knowledge::Part::nobody && asked.leaf[person] == Groups::none) continue;
      const uint64_t key = uint64_t{atoms_[person]} << 32 | asked.leaf[person];
      const auto [found, first] = number.try_emplace(key, static_cast<uint32_t>(parts.size()));
      if (first) parts.push_back({atoms_[person], 0}), leaf_of_part.push_back(asked.leaf[person]);
      ++parts[found->second].units;
      part_of[person] = found->second;
    }
    const auto atoms = known_.divide(parts).value();
    for (size_t person = 0; person < persons_.size(); ++person)
      if (part_of[person] != no_part) atoms_[person] = atoms[part_of[person]];
    CountTable table;
    for (const Hierarchy& dimension : asked.dimensions) table.dimensions.push_back(&dimension);
    const Shape shape(table.dimensions);
    std::vector<std::vector<uint32_t>> leaves(known_.units().size());
    for (size_t part = 0; part < parts.size(); ++part)
      if (leaf_of_part[part] != Groups::none) leaves[atoms[part]] = {leaf_of_part[part]};
    table.groups = groups_of(shape, leaves);
    table.counts = sums_of_cells(table.groups, known_.units(), shape.cells());
    table.number = static_cast<int64_t>(tables_);
    return table;
  }

  struct Kept {
    int64_t number = 0;
    std::vector<Hierarchy> dimensions;
    std::vector<uint32_t> leaf;  // of each person that there was
    std::vector<Status> status;
  };

  Plan plan_;
  std::deque<Kept> released_;
  std::mt19937 random_;
  std::vector<std::discrete_distribution<uint32_t>> draw_;
  std::vector<Person> persons_;
  std::vector<Asked> asked_;
  std::vector<uint32_t> atoms_;  // of each person
  Knowledge known_;
  size_t tables_ = 0, version_ = 0;
};

size_t peak_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<size_t>(usage.ru_maxrss) / 1024;
}

void print(const Ledger::Added& added, const char* which) {
  std::printf(
      "ledger tables=%zu %s cells_each=%zu add_seconds=%.3f cpu=%.3f small=%zu hidden=%zu searched=%zu "
      "near_unfinished=%zu "
      "atoms=%zu facts=%zu entries=%zu peak_mib=%zu\n",
      added.table, which, added.cells, added.seconds, added.cpu, added.small, added.hidden, added.searched,
      added.unfinished, added.atoms, added.facts, added.entries, peak_mib());
  std::fflush(stdout);
}

void summary(std::vector<double> seconds, const char* which) {
  if (seconds.empty()) return;
  std::sort(seconds.begin(), seconds.end());
  std::printf(
      "ledger %s=%zu median_seconds=%.3f worst_seconds=%.3f within_0.2=%zu\n", which, seconds.size(),
      seconds[seconds.size() / 2], seconds.back(),
      static_cast<size_t>(std::count_if(seconds.begin(), seconds.end(), [](double s) { return s <= 0.2; })));
}

void many_tables(const Ledger::Plan& plan) {
  const double start = now();
  Ledger ledger(plan);
  std::vector<double> last, fresh, repeated;
  size_t refused = 0, hidden = 0;
  for (size_t i = 1; i <= plan.tables; ++i) {
    const auto added = ledger.add();
    refused += added.is_refused;
    hidden += added.hidden;
    if (i + 100 > plan.tables) last.push_back(added.seconds);
    (added.is_new ? fresh : repeated).push_back(added.seconds);
    const char* which = added.is_refused ? "refused" : added.is_new ? "new" : "repeated";
    if (added.is_new || i % 100 == 0 || i == plan.tables || added.seconds > 1) print(added, which);
  }
  summary(fresh, "new_kinds");
  summary(repeated, "repeated_kinds");
  summary(last, "last_tables");
  std::printf("ledger tables=%zu total_seconds=%.1f refused=%zu hidden=%zu peak_mib=%zu\n", plan.tables,
              now() - start, refused, hidden, peak_mib());
}

void read_options(int argc, char** argv, const std::vector<std::pair<const char*, size_t*>>& options) {
  for (int i = 1; i + 1 < argc; ++i)
    for (const auto& [name, place] : options)
      if (std::strcmp(argv[i], name) == 0) *place = std::strtoull(argv[i + 1], nullptr, 10);
}

int units_in_several_cells(int argc, char** argv) {
  overlap::Plan plan;
  size_t holdings = 100;
  read_options(argc, argv, {{"--practices", &plan.practices}, {"--holdings", &holdings}});
  for (const size_t each : {size_t{0}, holdings}) {
    plan.holdings = each;
    overlap::run(plan);
    if (holdings == 0) break;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "overlap") == 0) return units_in_several_cells(argc, argv);
  Ledger::Plan plan;
  read_options(argc, argv,
               {{"--tables", &plan.tables},
                {"--kinds", &plan.kinds},
                {"--versions", &plan.versions},
                {"--persons", &plan.persons},
                {"--come", &plan.come},
                {"--mended", &plan.mended},
                {"--named", &plan.named}});
  if (std::filesystem::exists(data_folder())) {
    for (const char* name : {"S", "M", "L"}) audit(name);
  } else {
    std::printf("ledger audit skipped: ../shared/data/sdc is not here\n");
  }
  many_tables(plan);
  return 0;
}
