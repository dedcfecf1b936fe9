// rooms: base tabular
// suppression: table= method=exact|singleton|insider|interval|marks seconds= secondary= persons= exact=
// below= … Cell suppression on the made-up tables of ../shared/data/sdc (its README has other tools' figures
// on the same tables).
//   bench_suppression [--out DIR] [TABLE…]      TABLE: S M L, turnover, linked; none: all of them
// exact: sensitive cells that the open ones determine, asked of the finished pattern anew; below: sensitive
// cells that linear programming knows to be below 5, of turnover those that it knows nearer than p % allows.
// singleton: no single person's cell tells another single person's, and no sum of single persons' cells
// alone follows. That is what GaussSuppression keeps by default ("anySum": sums, of however many leaves),
// whose 819 cells and 16,353 persons of M are the demand for this line. insider: no single person's cell
// tells any small one, along any chain (what we promise; nobody else's figures are of that). ones: sums of
// leaves of one person that follow. With --out the patterns are written for other judges: one CSV a table and
// method, dimension columns, value, status.
#include <algorithm>
#include <cstring>
#include <map>

#include "sdc_ones.hpp"
#include "tabular/intervals.hpp"

namespace {

using namespace sdc;
namespace fs = std::filesystem;
constexpr size_t cells_many = 20'000;  // beyond, sums of ones are not looked for

fs::path out;

void write(const Table& table, const char* method, const std::vector<Status>& status,
           const std::vector<double>& values) {
  if (out.empty()) return;
  std::ofstream file(out / (table.name + "_" + method + ".csv"));
  file << "region,industry,value,status\n";
  for (size_t cell = 0; cell < table.shape.cells(); ++cell) {
    const auto codes = table.shape.codes(cell);
    const bool open = status[cell] == Status::open;
    file << table.region.code(codes[0]) << ',' << table.industry.code(codes[1]) << ',';
    if (open) file << static_cast<int64_t>(values[cell]);
    file << ',' << (open ? "open" : (status[cell] == Status::sensitive ? "primary" : "secondary")) << '\n';
  }
}

struct Told {
  size_t exact, below, marked;
};
Told attack(const System& system, const std::vector<Status>& status, const std::vector<double>& values) {
  Widening look;
  look.only_look = true;
  const size_t below = widen(system, status, values, look).value().narrow;
  look.marks_apart = true;
  return {determined(system, status), below, widen(system, status, values, look).value().narrow};
}

void print(const std::string& table, const char* method, double seconds, size_t secondary, double persons,
           Told told) {
  std::printf(
      "suppression table=%s method=%s seconds=%.3f secondary=%zu persons=%.0f exact=%zu below=%zu "
      "marked=%zu\n",
      table.c_str(), method, seconds, secondary, persons, told.exact, told.below, told.marked);
  std::fflush(stdout);
}

void frequencies(const std::string& name, unsigned tries) {
  const Table table(name);
  const auto values = table.counts("");
  for (const char* method : {"exact", "singleton", "insider", "interval", "marks"}) {
    const double start = now();
    System system;
    system.add_cells(table.shape.cells());
    table.shape.add_equations(system, 0);
    Request request{
        .system = system, .status = by_threshold(values), .rank = values, .insiders = {}, .tries = tries};
    const bool singleton = std::strcmp(method, "singleton") == 0;
    if (singleton || std::strcmp(method, "insider") == 0) {
      for (const double value : values) request.insiders.push_back(value == 1);
      request.insiders_only_of_each_other = singleton;
    }
    Protection protection = suppress(request);
    const bool marks = std::strcmp(method, "marks") == 0;
    if (marks || std::strcmp(method, "interval") == 0) {
      Widening widening;
      widening.marks_apart = marks;
      Widened widened = widen(system, protection.status, values, widening).value();
      protection.status = std::move(widened.status);
      protection.secondary += widened.added;
      protection.cost += widened.cost;
    }
    const double seconds = now() - start;
    print(name, method, seconds, protection.secondary, protection.cost,
          attack(system, protection.status, values));
    write(table, method, protection.status, values);
    if (table.shape.cells() >= cells_many) continue;
    const Ones ones = equations_of_ones(table.shape, values, protection.status);
    std::printf("suppression table=%s method=%s ones=%zu equations_of_ones=%zu\n", name.c_str(), method,
                ones.sums, ones.equations);
  }
}

size_t known_nearly(const System& system, const std::vector<Status>& status,
                    const std::vector<double>& values, Widening look) {
  look.only_look = true;
  return widen(system, status, values, look).value().narrow;
}

// p % = 10: the second largest contributor must not come within a tenth of the largest. Enterprises may have
// several establishments.
void turnover(const std::string& name) {
  const Table table(name);
  std::vector<std::map<std::string, double>> contributors(table.shape.cells());
  std::vector<double> values(table.shape.cells());
  for (const auto& row : read_csv(name + "_micro.csv")) {
    const auto leaf = table.shape.codes(table.cell(row[0], row[1]));
    const double amount = std::stod(row[3]);
    for (size_t a = leaf[0];; a = table.region.parent(a)) {
      for (size_t b = leaf[1];; b = table.industry.parent(b)) {
        const size_t cell = table.shape.cell({static_cast<uint32_t>(a), static_cast<uint32_t>(b)});
        contributors[cell][row[2]] += amount;
        values[cell] += amount;
        if (table.industry.parent(b) == b) break;
      }
      if (table.region.parent(a) == a) break;
    }
  }
  const double start = now();
  std::vector<Status> status;
  Widening widening;
  for (size_t cell = 0; cell < values.size(); ++cell) {
    double first = 0, second = 0;
    for (const auto& [enterprise, amount] : contributors[cell]) {
      if (amount > first)
        second = first, first = amount;
      else if (amount > second)
        second = amount;
    }
    const double rest = values[cell] - first - second;
    const bool sensitive = rest < 0.1 * first;
    // The upper protection level of the p % rule, for nobody to know the largest nearer than that.
    widening.distance.push_back(std::max(0.0, 0.1 * first - rest));
    status.push_back(values[cell] == 0 ? Status::open : (sensitive ? Status::sensitive : Status::candidate));
  }
  System system;
  system.add_cells(table.shape.cells());
  table.shape.add_equations(system, 0);
  const Protection protection =
      suppress({.system = system, .status = status, .rank = values, .insiders = {}, .tries = 4});
  const double exact = now() - start;
  const Widened widened = widen(system, protection.status, values, widening).value();
  const double seconds = now() - start;
  print(
      name + "_turnover", "exact", exact, protection.secondary, protection.cost,
      {determined(system, protection.status), known_nearly(system, protection.status, values, widening), 0});
  print(name + "_turnover", "interval", seconds, protection.secondary + widened.added,
        protection.cost + widened.cost,
        {determined(system, widened.status), known_nearly(system, widened.status, values, widening), 0});
}

// All persons, men and women together.
void linked(const std::string& name) {
  const Table table(name);
  const double start = now();
  const System system = linked_system(table.shape);
  std::vector<double> values;
  for (const char* which : {"", "m", "w"}) {
    const auto counts = table.counts(which);
    values.insert(values.end(), counts.begin(), counts.end());
  }
  const Protection protection = suppress(
      {.system = system, .status = by_threshold(values), .rank = values, .insiders = {}, .tries = 4});
  const double seconds = now() - start;
  print(name + "_linked", "exact", seconds, protection.secondary, protection.cost,
        attack(system, protection.status, values));
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> wanted;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--out") == 0 && i + 1 < argc)
      out = argv[++i], fs::create_directories(out);
    else
      wanted.emplace_back(argv[i]);
  }
  if (!fs::exists(data_folder())) {
    std::printf("suppression skipped: ../shared/data/sdc is not here\n");
    return 0;
  }
  const auto is_wanted = [&](const char* name) {
    return wanted.empty() || std::find(wanted.begin(), wanted.end(), name) != wanted.end();
  };
  for (const char* name : {"S", "M", "L"})
    if (is_wanted(name)) frequencies(name, 4);
  if (is_wanted("turnover"))
    for (const char* name : {"S", "M"}) turnover(name);
  if (is_wanted("linked"))
    for (const char* name : {"S", "M"}) linked(name);
  return 0;
}
