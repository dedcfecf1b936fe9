// The values of a dimension as a tree of codes.
#include <algorithm>
#include <set>

#include "runner/table.hpp"

namespace fvm::runner {
namespace {

using Text = TableCodes::Text;

constexpr std::string_view total = "*total";

bool is_digits(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

// Numbers by size, texts by their bytes, nothing last.
bool before(const Text& a, const Text& b) {
  if (!a || !b) return a.has_value() && !b.has_value();
  if (is_digits(*a) && is_digits(*b) && a->size() != b->size()) return a->size() < b->size();
  return *a < *b;
}

class Codes {
 public:
  Codes(const TableDimension& dimension, const std::map<Text, uint64_t>& parents, double threshold)
      : has_parents_(!dimension.parent.empty()),
        others_(dimension.others.begin(), dimension.others.end()),
        parents_(parents),
        threshold_(threshold) {
    codes_.emplace_back(total, "");
  }

  Result<TableCodes> make(const std::vector<TableValue>& values, Others others) {
    std::vector<std::string> code_of;
    for (const TableValue& value : values) code_of.push_back(code(value));
    if (others == Others::always) add_all_few();
    for (auto& few : few_) codes_.push_back(std::move(few));
    TableCodes out{TRY(tabular::Hierarchy::of(codes_)), {}};
    for (size_t i = 0; i < values.size(); ++i)
      out.leaves[{values[i].value, values[i].parent}] = static_cast<uint32_t>(out.hierarchy.find(code_of[i]));
    return out;
  }

 private:
  // Of a value; makes what is missing above it.
  std::string code(const TableValue& value) {
    std::string above(total);
    if (has_parents_) {
      if (static_cast<double>(parents_.at(value.parent)) < threshold_) return few(above);
      above = value.parent ? "^" + *value.parent : "*missing";
      if (codes_.back().second != total || codes_.back().first != above) add_parent(above);
    }
    if (static_cast<double>(value.units) < threshold_) return few(above);
    std::string own = value.value ? "=" + *value.value : has_parents_ ? "?" + above : "?";
    if (others_.contains(own)) return few(above);
    codes_.emplace_back(own, above);
    return own;
  }

  void add_parent(const std::string& above) {
    const bool there =
        std::any_of(codes_.begin(), codes_.end(), [&](const auto& c) { return c.first == above; });
    if (!there) codes_.emplace_back(above, total);
  }

  // Below the total and below each upper level, in the order of these.
  void add_all_few() {
    few_.clear();
    few(std::string(total));
    for (const auto& [own, above] : codes_)
      if (above == total && (own[0] == '^' || own == "*missing")) few(own);
  }

  std::string few(const std::string& above) {
    std::string own = above == total ? "~" : "~" + above;
    const bool there = std::any_of(few_.begin(), few_.end(), [&](const auto& c) { return c.first == own; });
    if (!there) few_.emplace_back(own, above);
    return own;
  }

  bool has_parents_;
  std::set<std::string> others_;
  const std::map<Text, uint64_t>& parents_;
  double threshold_;
  std::vector<std::pair<std::string, std::string>> codes_, few_;
};

}  // namespace

Result<TableCodes> make_codes(const TableDimension& dimension, std::vector<TableValue> values,
                              const std::map<Text, uint64_t>& parents, double threshold, Others others) {
  std::sort(values.begin(), values.end(), [](const TableValue& a, const TableValue& b) {
    if (a.parent != b.parent) return before(a.parent, b.parent);
    return before(a.value, b.value);
  });
  std::map<Text, Text> seen;
  for (const TableValue& value : values) {
    // Nothing said below several parents is no contradiction.
    if (!value.value || seen.emplace(value.value, value.parent).second) continue;
    return usage("table.not_a_hierarchy", {{"name", dimension.name}, {"parent", dimension.parent}});
  }
  return Codes(dimension, parents, threshold).make(values, others);
}

}  // namespace fvm::runner
