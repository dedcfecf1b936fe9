#include "tabular/components.hpp"

#include <limits>

#include "tabular/union.hpp"

namespace fvm::tabular {
namespace {

Program::Bounds bounds_of(Status status, double told_apart_at) {
  const double infinity = std::numeric_limits<double>::infinity();
  if (told_apart_at == 0) return {0, infinity};
  return status == Status::sensitive ? Program::Bounds{1, told_apart_at - 1}
                                     : Program::Bounds{told_apart_at, infinity};
}

}  // namespace

std::vector<Program::Bounds> bounds_of(const Component& component, const std::vector<Status>& status,
                                       double told_apart_at) {
  std::vector<Program::Bounds> out;
  for (const Cell cell : component.cells) out.push_back(bounds_of(status[cell], told_apart_at));
  return out;
}

std::vector<Component> components(const System& system, const std::vector<Status>& status,
                                  const std::vector<double>& values) {
  const auto is_hidden = [&](Cell cell) { return status[cell] != Status::open; };
  Union groups(system.cells());
  for (size_t i = 0; i < system.equations(); ++i) {
    const Term* first = nullptr;
    for (const Term& term : system.equation(i)) {
      if (!is_hidden(term.cell)) continue;
      if (first != nullptr) groups.join(first->cell, term.cell);
      first = &term;
    }
  }
  constexpr uint32_t none = UINT32_MAX;
  std::vector<Component> out;
  std::vector<uint32_t> group(system.cells(), none), column(system.cells(), 0);
  for (Cell cell = 0; cell < system.cells(); ++cell) {
    if (!is_hidden(cell)) continue;
    uint32_t& index = group[groups.find(cell)];
    if (index == none) index = static_cast<uint32_t>(out.size()), out.emplace_back();
    column[cell] = static_cast<uint32_t>(out[index].cells.size());
    out[index].cells.push_back(cell);
  }
  for (size_t i = 0; i < system.equations(); ++i) {
    Program::Row row;
    Component* in = nullptr;
    for (const Term& term : system.equation(i)) {
      if (is_hidden(term.cell)) {
        in = &out[group[groups.find(term.cell)]];
        row.terms.push_back({column[term.cell], static_cast<double>(term.coefficient)});
      } else {
        row.sum -= term.coefficient * values[term.cell];
      }
    }
    if (in == nullptr) continue;
    in->rows.push_back(std::move(row));
    in->equations.push_back(static_cast<uint32_t>(i));
  }
  return out;
}

}  // namespace fvm::tabular
