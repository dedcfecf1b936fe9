// The made-up tables of ../shared/data/sdc, for the benches suppression and ledger.
#pragma once

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tabular/hierarchy.hpp"
#include "tabular/suppress.hpp"

namespace sdc {

using namespace fvm::tabular;

constexpr double threshold = 5;

inline std::filesystem::path data_folder() {
  const char* root = std::getenv("FVM_ROOT");
  return std::filesystem::path(root == nullptr ? "." : root) / "../shared/data/sdc/tables";
}

inline double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

inline std::vector<std::vector<std::string>> read_csv(const std::string& name) {
  std::ifstream in(data_folder() / name);
  std::vector<std::vector<std::string>> rows;
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    rows.emplace_back();
    std::stringstream fields(line + ",");
    for (std::string field; std::getline(fields, field, ',');) rows.back().push_back(field);
  }
  if (rows.empty()) std::fprintf(stderr, "%s is missing or empty\n", name.c_str()), std::exit(1);
  return rows;
}

inline Hierarchy hierarchy(const std::string& name) {
  std::vector<std::pair<std::string, std::string>> codes;
  for (const auto& row : read_csv(name)) codes.emplace_back(row[0], row[1]);
  return Hierarchy::of(codes).value();
}

// Region by industry.
struct Table {
  std::string name;
  Hierarchy region, industry;
  Shape shape;
  explicit Table(const std::string& table)
      : name(table),
        region(hierarchy(table + "_region.csv")),
        industry(hierarchy(table + "_industry.csv")),
        shape({&region, &industry}) {}
  size_t cell(const std::string& a, const std::string& b) const {
    return shape.cell({static_cast<uint32_t>(region.find(a)), static_cast<uint32_t>(industry.find(b))});
  }
  // `which`: "" all persons, "m" men, "w" women.
  std::vector<double> counts(const std::string& which) const {
    std::vector<double> values(shape.cells());
    for (const auto& row : read_csv(name + which + "_inner.csv"))
      values[cell(row[0], row[1])] += std::stod(row[2]);
    shape.add_up(values);
    return values;
  }
};

inline std::vector<Status> by_threshold(const std::vector<double>& values) {
  std::vector<Status> status;
  for (const double value : values)
    status.push_back(value == 0 ? Status::open : (value < threshold ? Status::sensitive : Status::candidate));
  return status;
}

// All persons, men and women: three tables' cells one behind the other, and that the second and third make
// the first.
inline System linked_system(const Shape& shape) {
  System system;
  for (int i = 0; i < 3; ++i) shape.add_equations(system, system.add_cells(shape.cells()));
  const auto cells = static_cast<Cell>(shape.cells());
  for (Cell cell = 0; cell < cells; ++cell) {
    const Term equation[] = {{cell, -1}, {cell + cells, 1}, {cell + 2 * cells, 1}};
    system.add_equation(equation);
  }
  return system;
}

// Sensitive cells that follow from the open ones: an elimination of its own, of the finished pattern.
inline size_t determined(const System& system, std::vector<Status> status) {
  for (Status& each : status)
    if (each == Status::secondary || each == Status::candidate) each = Status::hidden;
  Request request{.system = system, .status = std::move(status), .rank = {}, .insiders = {}};
  request.rank.resize(system.cells());
  return suppress(request).lost.size();
}

}  // namespace sdc
