#include "runner/sql_groups.hpp"

#include <algorithm>

#include "runner/sql_tokens.hpp"

namespace fvm::runner {
namespace {

namespace json = boost::json;

std::string text(const json::object& node, std::string_view name) {
  const json::value* value = node.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}
bool is_class(const json::value& node, std::string_view name) {
  return node.is_object() && text(node.get_object(), "class") == name;
}
const json::array& list(const json::object& node, std::string_view name) {
  return node.at(name).as_array();
}
bool is_there(const json::object& node, std::string_view name) {
  const json::value* value = node.if_contains(name);
  return value != nullptr && !value->is_null();
}

Error clause(std::string_view name) {
  return usage("groups.clause", {{"clause", std::string(name)}});
}

class Finder {
 public:
  explicit Finder(const Aggregates& aggregates) : aggregates_(aggregates) {}
  bool is_aggregate(const json::value& node) const {
    return is_class(node, "FUNCTION") &&
           aggregates_.contains(lower(text(node.get_object(), "function_name")));
  }
  // Somewhere in an expression; what a subquery does inside is its own.
  bool has_aggregate(const json::value& node) const {
    if (is_aggregate(node) || is_class(node, "WINDOW")) return true;
    if (is_class(node, "SUBQUERY")) return false;
    const auto has = [&](const json::value& below) { return has_aggregate(below); };
    if (node.is_array()) return std::any_of(node.get_array().begin(), node.get_array().end(), has);
    if (!node.is_object()) return false;
    return std::any_of(node.get_object().begin(), node.get_object().end(),
                       [&](const auto& member) { return has(member.value()); });
  }

 private:
  const Aggregates& aggregates_;
};

// Equal but for where it stands and what it is called.
json::value bare(const json::value& node) {
  if (node.is_array()) {
    json::array out;
    for (const json::value& each : node.get_array()) out.push_back(bare(each));
    return out;
  }
  if (!node.is_object()) return node;
  json::object out;
  for (const auto& [name, value] : node.get_object())
    if (name != "query_location" && name != "alias") out[name] = bare(value);
  return out;
}

// "k.kommune" -> kommune; empty for anything but a column.
std::string column_of(const json::value& node) {
  if (!is_class(node, "COLUMN_REF")) return {};
  const json::array& names = list(node.get_object(), "column_names");
  return names.empty() ? std::string() : std::string(names.back().as_string());
}

bool is_catalogue(const json::value& from) {
  if (!from.is_object()) return false;
  const json::object& node = from.get_object();
  const std::string schema = lower(text(node, "schema_name"));
  for (const std::string_view known : {"pg_catalog", "information_schema", "fvm_catalog", "fvm_information"})
    if (schema == known) return true;
  if (lower(text(node, "table_name")).starts_with("pg_")) return true;
  return std::any_of(node.begin(), node.end(),
                     [](const auto& member) { return is_catalogue(member.value()); });
}

class Reader {
 public:
  Reader(const json::object& node, const Finder& finder) : node_(node), finder_(finder) {}

  Result<Groups> read() {
    TRY(check_clauses());
    for (const json::value& item : list(node_, "select_list")) TRY(read_item(item));
    TRY(check_groups());
    TRY(read_order());
    if (out_.unit.empty()) return usage("groups.no_persons");
    out_.select = node_;
    out_.select["select_list"] = std::move(selected_);
    out_.select["group_expressions"] = json::array();
    out_.select["group_sets"] = json::array();
    out_.select["modifiers"] = json::array();
    out_.select["aggregate_handling"] = "STANDARD_HANDLING";
    return std::move(out_);
  }

 private:
  using What = GroupsColumn::What;

  Result<void> check_clauses() const {
    if (is_there(node_, "having")) return clause("HAVING");
    if (is_there(node_, "qualify")) return clause("QUALIFY");
    if (is_there(node_, "sample")) return clause("SAMPLE");
    if (list(node_, "group_sets").size() > 1) return clause("ROLLUP, CUBE, GROUPING SETS");
    for (const json::value& modifier : list(node_, "modifiers")) {
      const std::string type = text(modifier.as_object(), "type");
      if (type == "DISTINCT_MODIFIER") return clause("DISTINCT");
      if (type != "ORDER_MODIFIER") return clause("LIMIT");
    }
    return {};
  }

  // The request's SELECT gives this column under this name.
  Result<void> select(json::value expression, const std::string& name) {
    json::value plain = bare(expression);
    for (const auto& [known, of] : given_) {
      if (lower(known) != lower(name)) continue;
      if (of == plain) return {};
      return usage("groups.name_twice", {{"name", name}});
    }
    given_.emplace_back(name, std::move(plain));
    expression.as_object()["alias"] = name;
    selected_.push_back(std::move(expression));
    return {};
  }

  Result<void> read_item(const json::value& item) {
    if (is_class(item, "STAR")) return usage("groups.star");
    if (is_class(item, "WINDOW")) return clause("OVER");
    const json::object& node = item.as_object();
    const std::string alias = text(node, "alias");
    if (finder_.is_aggregate(item)) return read_aggregate(node, alias);
    const std::string name = alias.empty() ? column_of(item) : alias;
    if (name.empty()) return usage("groups.needs_name");
    if (finder_.has_aggregate(item)) return usage("groups.in_expression", {{"name", name}});
    out_.columns.push_back({What::dimension, name, name});
    dimensions_.emplace_back(name, bare(item));
    return select(item, name);
  }

  Result<void> read_aggregate(const json::object& node, const std::string& alias) {
    const std::string function = lower(text(node, "function_name"));
    const json::array& arguments = list(node, "children");
    const bool distinct = node.at("distinct").as_bool();
    if (is_there(node, "filter")) return clause("FILTER");
    if (function == "count_star" || (function == "count" && !distinct)) return usage("groups.count_rows");
    const bool known =
        function == "count" || (!distinct && (function == "sum" || function == "avg" || function == "mean"));
    if (!known) return usage("groups.aggregate", {{"name", function}});
    const std::string column = arguments.size() == 1 ? column_of(arguments.front()) : std::string();
    if (column.empty()) return usage("groups.not_plain", {{"name", function}});
    const What what = function == "count" ? What::count : function == "sum" ? What::sum : What::mean;
    if (what == What::count) {
      if (!out_.unit.empty() && lower(out_.unit) != lower(column))
        return usage("groups.two_units", {{"one", out_.unit}, {"other", column}});
      out_.unit = column;
    }
    out_.has_mean = out_.has_mean || what == What::mean;
    out_.columns.push_back({what, alias.empty() ? function : alias, column});
    return select(arguments.front(), column);
  }

  // By place, by name, or the expression once more: which of the selected it is.
  std::optional<size_t> selected_as(const json::value& expression) const {
    const auto& columns = out_.columns;
    if (is_class(expression, "CONSTANT")) {
      const json::value& value = expression.at("value").at("value");
      const int64_t place = value.is_int64() ? value.get_int64() : 0;
      if (place >= 1 && place <= static_cast<int64_t>(columns.size())) return static_cast<size_t>(place - 1);
      return std::nullopt;
    }
    const json::value plain = bare(expression);
    for (const auto& [name, of] : dimensions_)
      if (of == plain) return index_of(name);
    const bool is_name =
        is_class(expression, "COLUMN_REF") && list(expression.get_object(), "column_names").size() == 1;
    if (!is_name) return std::nullopt;
    const std::string name = lower(column_of(expression));
    for (size_t i = 0; i < columns.size(); ++i)
      if (lower(columns[i].name) == name && !hides_a_column(columns[i])) return i;
    return std::nullopt;
  }
  // upper(koen) AS koen: by that name a statement may mean either.
  bool hides_a_column(const GroupsColumn& column) const {
    for (const auto& [name, of] : dimensions_)
      if (column.what == What::dimension && name == column.name) return mentions(of, lower(name));
    return false;
  }
  static bool mentions(const json::value& node, const std::string& name) {
    if (lower(column_of(node)) == name) return true;
    const auto below = [&](const json::value& each) { return mentions(each, name); };
    if (node.is_array()) return std::any_of(node.get_array().begin(), node.get_array().end(), below);
    if (!node.is_object()) return false;
    return std::any_of(node.get_object().begin(), node.get_object().end(),
                       [&](const auto& member) { return below(member.value()); });
  }
  size_t index_of(const std::string& name) const {
    size_t i = 0;
    while (out_.columns[i].what != What::dimension || out_.columns[i].name != name) ++i;
    return i;
  }

  Result<void> check_groups() const {
    if (dimensions_.empty()) return usage("groups.no_group_by");
    if (text(node_, "aggregate_handling") == "FORCE_AGGREGATES") return {};  // GROUP BY ALL
    std::vector<bool> grouped(out_.columns.size(), false);
    for (const json::value& expression : list(node_, "group_expressions")) {
      const auto found = selected_as(expression);
      if (!found || out_.columns[*found].what != What::dimension) return usage("groups.not_selected");
      grouped[*found] = true;
    }
    for (size_t i = 0; i < grouped.size(); ++i)
      if (out_.columns[i].what == What::dimension && !grouped[i])
        return usage("groups.not_grouped", {{"name", out_.columns[i].name}});
    return {};
  }

  Result<void> read_order() {
    for (const json::value& modifier : list(node_, "modifiers")) {
      for (const json::value& order : list(modifier.as_object(), "orders")) {
        const json::object& each = order.as_object();
        auto found = selected_as(each.at("expression"));
        if (!found && finder_.is_aggregate(each.at("expression")))
          found = aggregate_as(each.at("expression").as_object());
        if (!found) return usage("groups.order");
        out_.order.push_back({*found, text(each, "type") == "DESCENDING"});
      }
    }
    return {};
  }
  std::optional<size_t> aggregate_as(const json::object& node) const {
    const json::array& selected = list(node_, "select_list");
    for (size_t i = 0; i < selected.size(); ++i)
      if (bare(selected[i]) == bare(node)) return i;
    return std::nullopt;
  }

  const json::object& node_;
  const Finder& finder_;
  Groups out_;
  json::array selected_;
  std::vector<std::pair<std::string, json::value>> given_, dimensions_;
};

Result<std::optional<Groups>> read_node(const json::object& node, const Finder& finder) {
  if (text(node, "type") != "SELECT_NODE") return std::optional<Groups>();  // UNION, VALUES
  if (!node.contains("group_expressions") || is_catalogue(node.at("from_table")))
    return std::optional<Groups>();
  const json::array& selected = list(node, "select_list");
  const bool all = text(node, "aggregate_handling") == "FORCE_AGGREGATES";
  const bool counts = std::any_of(selected.begin(), selected.end(),
                                  [&](const json::value& each) { return finder.has_aggregate(each); });
  if (list(node, "group_expressions").empty() && !all) {
    if (counts) return usage("groups.no_group_by");
    return std::optional<Groups>();
  }
  return std::optional<Groups>(TRY(Reader(node, finder).read()));
}

}  // namespace

Result<std::optional<Groups>> read_groups(const json::value& tree, const Aggregates& aggregates) {
  try {
    const json::object& whole = tree.as_object();
    if (whole.at("error").as_bool()) return std::optional<Groups>();  // the engine says what is wrong with it
    const json::array& statements = list(whole, "statements");
    if (statements.size() != 1) return std::optional<Groups>();
    auto groups = TRY(read_node(statements.front().at("node").as_object(), Finder(aggregates)));
    if (groups) {
      json::object select = whole;
      select["statements"].as_array().front().as_object()["node"] = std::move(groups->select);
      groups->select = std::move(select);
    }
    return groups;
  } catch (const std::exception&) {  // Boost.JSON on a tree of another form than this version's
    return usage("groups.unreadable");
  }
}

}  // namespace fvm::runner
