// What the tables of a file have in common, and what is kept of them for the other files of its request.
#include "runner/scan_outline.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include <boost/json.hpp>

#include "crypto/sha256.hpp"
#include "disclosure/text.hpp"
#include "disclosure/traits.hpp"
#include "runner/scan.hpp"

namespace fvm::runner {
namespace json = boost::json;

json::object outline_document(const disclosure::Outline& outline) {
  json::array tables;
  for (const auto& totals : outline.totals) {
    json::array list;
    constexpr size_t totals_max = 20;
    for (const disclosure::Total& total : totals) {
      if (list.size() < totals_max)
        list.push_back(json::array{disclosure::to_utf8(total.header), total.value});
    }
    tables.push_back(std::move(list));
  }
  json::array shapes;
  for (const disclosure::SmallShape& small : outline.shapes)
    shapes.push_back(json::array{small.shape, small.rows});
  json::array groups;
  for (const disclosure::Groups& each : outline.groups) {
    json::array counts;
    for (const disclosure::GroupCount& one : each.all)
      counts.push_back(json::array{one.key, one.count, one.place.row, one.place.column});
    groups.push_back(json::array{disclosure::to_utf8(each.name), std::move(counts)});
  }
  return {{"rows", outline.rows},
          {"traits", outline.traits},
          {"groups", std::move(groups)},
          {"totals", std::move(tables)},
          {"shapes", std::move(shapes)}};
}

void Scan::outline_of(const disclosure::Grid& table, const disclosure::Layout& layout) {
  constexpr size_t tables_compared_max = 100;
  if (table.rows() > disclosure::rows_judged_max) {
    outline.rows += table.rows();
    return leave_to_person(table, "rows", findings);
  }
  constexpr size_t rows_told_max = 10;
  outline.rows += table.rows() - std::min(layout.header_rows, table.rows());
  if (outline.rows <= rows_told_max) {
    std::set<disclosure::Trait> kinds;
    for (const disclosure::Trait trait : disclosure::traits_of(table, layout)) {
      if (trait != disclosure::Trait::none) kinds.insert(trait);
    }
    outline.traits = std::max<uint64_t>(outline.traits, kinds.size());
  }
  if (auto shape = disclosure::small_shape_of(table, layout);
      shape && outline.shapes.size() < disclosure::small_shapes_max) {
    constexpr size_t digest_characters = 16;
    if (*shape == "headings")
      *shape += " " + crypto::sha256_hex(disclosure::headings_of(layout)).substr(0, digest_characters);
    outline.shapes.push_back({*shape, table.rows() - std::min(layout.header_rows, table.rows())});
  }
  auto& totals = outline.totals;
  const auto own = disclosure::totals_of(table, layout);
  if (own.empty()) return;
  if (totals.size() >= tables_compared_max) return leave_to_person(table, "tables", findings);
  for (const auto& other : totals) {
    if (disclosure::differ_by_few(own, other, parameters))
      findings.add("finding.small_difference", {table.sheet, table.first_row, 0}, "", own.front().header);
  }
  totals.push_back(own);
}

void Scan::compare_groups(const disclosure::Grid& table, const disclosure::Layout& layout) {
  for (disclosure::Groups& own : disclosure::groups_of(table, layout)) {
    if (groups_.size() >= disclosure::groups_tables_max)
      return disclosure::leave_to_person(table, "tables", findings);
    for (const disclosure::Groups& other : groups_) {
      // Rows of a label are compared with the others of their table.
      if (own.dealt_by > 0 && !other.all.empty() && other.all.front().place.sheet != table.sheet) continue;
      if (const auto place = disclosure::differ_in_few(other, own, parameters))
        findings.add("finding.small_difference", *place, "", std::string(disclosure::trim(own.name)));
    }
    if (own.dealt_by == 0) outline_groups(own);
    groups_.push_back(std::move(own));
  }
}

// Of a whole table, as far as there is room.
void Scan::outline_groups(const disclosure::Groups& groups) {
  size_t counts = groups.all.size();
  for (const disclosure::Groups& each : outline.groups) counts += each.all.size();
  if (!groups.all.empty() && counts <= disclosure::groups_counted_max) outline.groups.push_back(groups);
}

}  // namespace fvm::runner
