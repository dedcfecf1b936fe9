#include "tabular/hierarchy.hpp"

#include <algorithm>
#include <map>

namespace fvm::tabular {
namespace {

using Children = std::map<std::string_view, std::vector<std::string_view>>;

Error wrong(const char* code, std::string_view which) {
  return usage(code, {{"code", std::string(which)}});
}

}  // namespace

Result<Hierarchy> Hierarchy::of(const std::vector<std::pair<std::string, std::string>>& codes_and_parents) {
  Children children;
  std::map<std::string_view, bool> known;
  for (const auto& [code, parent] : codes_and_parents) {
    if (!known.emplace(code, true).second) return wrong("tabular.code_twice", code);
    children[parent].push_back(code);
  }
  for (const auto& [parent, codes] : children)
    if (!parent.empty() && !known.contains(parent)) return wrong("tabular.unknown_parent", parent);
  const auto& roots = children[""];
  if (roots.empty()) return usage("tabular.no_total");
  if (roots.size() > 1) return wrong("tabular.two_totals", roots[1]);
  Hierarchy out;
  out.codes_.emplace_back(roots[0]);
  out.parents_.push_back(0);
  for (size_t i = 0; i < out.codes_.size(); ++i) {
    out.children_.emplace_back();
    const auto below = children.find(out.codes_[i]);
    if (below == children.end()) continue;
    for (const std::string_view code : below->second) {
      out.children_[i].push_back(static_cast<uint32_t>(out.codes_.size()));
      out.parents_.push_back(static_cast<uint32_t>(i));
      out.codes_.emplace_back(code);
    }
  }
  if (out.codes_.size() != codes_and_parents.size()) {
    for (const auto& [code, parent] : codes_and_parents)
      if (std::find(out.codes_.begin(), out.codes_.end(), code) == out.codes_.end())
        return wrong("tabular.circle", code);
  }
  out.leaves_.assign(out.size(), 0);
  for (size_t i = out.size(); i-- > 0;) {
    if (out.is_leaf(i)) out.leaves_[i] = 1;
    if (i > 0) out.leaves_[out.parents_[i]] += out.leaves_[i];
  }
  for (uint32_t i = 0; i < out.size(); ++i) out.by_code_.emplace_back(out.codes_[i], i);
  std::sort(out.by_code_.begin(), out.by_code_.end());
  return out;
}

Hierarchy Hierarchy::flat(std::string total, const std::vector<std::string>& parts) {
  std::vector<std::pair<std::string, std::string>> codes{{total, ""}};
  for (const std::string& part : parts) codes.emplace_back(part, total);
  return of(codes).value();
}

size_t Hierarchy::find(std::string_view code) const {
  const auto found =
      std::lower_bound(by_code_.begin(), by_code_.end(), code,
                       [](const auto& entry, std::string_view wanted) { return entry.first < wanted; });
  return found == by_code_.end() || found->first != code ? size() : found->second;
}

Shape::Shape(std::vector<const Hierarchy*> dimensions)
    : dimensions_(std::move(dimensions)), strides_(dimensions_.size(), 1) {
  for (size_t d = dimensions_.size(); d-- > 0;) {
    strides_[d] = cells_;
    cells_ *= dimensions_[d]->size();
  }
}

size_t Shape::cell(const std::vector<uint32_t>& codes) const {
  size_t index = 0;
  for (size_t d = 0; d < dimensions_.size(); ++d) index += codes[d] * strides_[d];
  return index;
}

std::vector<uint32_t> Shape::codes(size_t cell) const {
  std::vector<uint32_t> out;
  for (size_t d = 0; d < dimensions_.size(); ++d)
    out.push_back(static_cast<uint32_t>(cell / strides_[d] % dimensions_[d]->size()));
  return out;
}

uint64_t Shape::leaves(size_t cell) const {
  uint64_t product = 1;
  for (size_t d = 0; d < dimensions_.size(); ++d)
    product *= dimensions_[d]->leaves(cell / strides_[d] % dimensions_[d]->size());
  return product;
}

void Shape::add_equations(System& system, Cell first) const {
  std::vector<Term> terms;
  for (size_t d = 0; d < dimensions_.size(); ++d) {
    for (size_t cell = 0; cell < cells_; ++cell) {
      const size_t code = cell / strides_[d] % dimensions_[d]->size();
      const auto& children = dimensions_[d]->children(code);
      if (children.empty()) continue;
      terms.assign(1, {first + static_cast<Cell>(cell), -1});
      for (const uint32_t child : children)
        terms.push_back({first + static_cast<Cell>(cell + (child - code) * strides_[d]), 1});
      system.add_equation(terms);
    }
  }
}

void Shape::add_up(std::vector<double>& values) const {
  for (size_t d = 0; d < dimensions_.size(); ++d) {
    for (size_t cell = cells_; cell-- > 0;) {
      const size_t code = cell / strides_[d] % dimensions_[d]->size();
      const auto& children = dimensions_[d]->children(code);
      if (children.empty()) continue;
      double sum = 0;
      for (const uint32_t child : children) sum += values[cell + (child - code) * strides_[d]];
      values[cell] = sum;
    }
  }
}

}  // namespace fvm::tabular
