#include "safetable/types.hpp"

#include <algorithm>

namespace fvm::safetable {

size_t Record::hidden() const {
  return static_cast<size_t>(
      std::count_if(marks.begin(), marks.end(), [](char c) { return c != static_cast<char>(Mark::open); }));
}

const Rules* Record::rules_of(UnitKind which) const {
  if (kind == which) return &rules;
  for (const OtherUnits& other : others)
    if (other.kind == which) return &other.rules;
  return nullptr;
}

Cells::Cells(const Record& record) {
  for (const TableDimension& dimension : record.dimensions) {
    std::map<std::string_view, size_t> index;
    for (const Code& code : dimension.codes) index.emplace(code.code, index.size());
    auto& parents = parents_.emplace_back();
    for (const Code& code : dimension.codes) parents.push_back(code.parent.empty() ? 0 : index[code.parent]);
    sizes_.push_back(dimension.codes.size());
    size_ *= dimension.codes.size();
  }
}

size_t Cells::at(const std::vector<size_t>& codes) const {
  size_t cell = 0;
  for (size_t i = 0; i < sizes_.size(); ++i) cell = cell * sizes_[i] + codes[i];
  return cell;
}

std::vector<size_t> Cells::codes(size_t cell) const {
  std::vector<size_t> out(sizes_.size());
  for (size_t i = sizes_.size(); i-- > 0; cell /= sizes_[i]) out[i] = cell % sizes_[i];
  return out;
}

}  // namespace fvm::safetable
