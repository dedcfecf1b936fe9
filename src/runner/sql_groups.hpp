// A plain SELECT … GROUP BY as a request for a safe table. DuckDB's own parser gives the statement as a tree
// (json_serialize_sql); what is asked for is read from that, and what was read makes the SELECT of the
// request. Nothing here runs anything. docs/architecture/0032-group-by.md.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "base/result.hpp"

namespace fvm::runner {

struct GroupsColumn {
  enum class What { dimension, count, sum, mean } what = What::dimension;
  std::string name;        // as the statement calls it
  std::string of;          // the SELECT's column
  bool is_number = false;  // a dimension's; who knows the tables says so
};
struct GroupsOrder {
  size_t column = 0;
  bool descending = false;
};
struct Groups {
  boost::json::object select;         // the tree of the request's SELECT: persons, groups, what is summed
  std::string unit;                   // its column of persons
  std::vector<GroupsColumn> columns;  // in the statement's order
  std::vector<GroupsOrder> order;
  bool has_mean = false;  // which is one over persons only where each has one row
};

using Aggregates = std::set<std::string, std::less<>>;  // the engine's own, in small letters

// Of a tree as json_serialize_sql writes it. Nothing: the statement groups nothing and has no aggregate, or
// is about the catalogue. Errors (usage): "groups.…" with what to write instead.
Result<std::optional<Groups>> read_groups(const boost::json::value& tree, const Aggregates& aggregates);

}  // namespace fvm::runner
