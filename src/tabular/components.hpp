// Hidden cells that equations tie together, each group a problem of its own. Private to intervals.cpp.
#pragma once

#include <cstdint>
#include <vector>

#include "tabular/program.hpp"
#include "tabular/suppress.hpp"

namespace fvm::tabular {

struct Component {
  std::vector<Cell> cells;          // hidden; columns in this order
  std::vector<uint32_t> equations;  // of the system; rows in this order
  std::vector<Program::Row> rows;
};

// How much an attacker knows of a hidden cell beside the equations: that it is not negative; or, where small
// cells are marked otherwise than secondary ones, on which side of the threshold it is (0: not told apart). A
// whole number.
std::vector<Program::Bounds> bounds_of(const Component& component, const std::vector<Status>& status,
                                       double told_apart_at);

// `values`: of all cells.
std::vector<Component> components(const System& system, const std::vector<Status>& status,
                                  const std::vector<double>& values);

}  // namespace fvm::tabular
