// Cells that tell about everybody in a group: all of it has one value of a dimension.
#include "runner/table_sets.hpp"

namespace fvm::runner {
namespace {

using tabular::Status;

// Along one dimension: the cell holds all that its upper level holds, which has other parts; then these are
// empty, and say it as plainly as the cell does.
void add_group(const tabular::Shape& shape, const std::vector<double>& counts, size_t cell, size_t along,
               std::vector<bool>& telling) {
  auto codes = shape.codes(cell);
  const tabular::Hierarchy& dimension = *shape.dimensions()[along];
  const auto above = static_cast<uint32_t>(dimension.parent(codes[along]));
  const auto& parts = dimension.children(above);
  if (codes[along] == 0 || parts.size() < 2) return;
  codes[along] = above;
  if (counts[cell] == 0 || counts[shape.cell(codes)] != counts[cell]) return;
  telling[cell] = true;
  for (const uint32_t part : parts) {
    codes[along] = part;
    const size_t beside = shape.cell(codes);
    if (counts[beside] == 0) telling[beside] = true;
  }
}

}  // namespace

void hide_whole_groups(const tabular::Shape& shape, JudgedTable& table) {
  std::vector<bool> telling(shape.cells(), false);
  for (size_t cell = 0; cell < shape.cells(); ++cell)
    for (size_t i = 0; i < shape.dimensions().size(); ++i) add_group(shape, table.counts, cell, i, telling);
  tabular::System system;
  system.add_cells(shape.cells());
  shape.add_equations(system, 0);
  tabular::Request request{.system = system, .status = {}, .rank = table.counts, .insiders = {}};
  for (size_t cell = 0; cell < shape.cells(); ++cell) {
    const bool open = table.marks[cell] == static_cast<char>(TableMark::open);
    request.status.push_back(telling[cell] ? Status::sensitive : open ? Status::candidate : Status::hidden);
  }
  const auto protection = tabular::suppress(request);
  for (size_t cell = 0; cell < shape.cells(); ++cell) {
    if (protection.status[cell] == Status::open || table.marks[cell] != static_cast<char>(TableMark::open))
      continue;
    table.marks[cell] = static_cast<char>(TableMark::secondary);
    table.because_of[cell] = 0;
  }
}

}  // namespace fvm::runner
