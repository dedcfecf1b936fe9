#include "runner/sql_groups_call.hpp"

#include <algorithm>
#include <charconv>

#include <boost/json.hpp>

#include "base/messages.hpp"
#include "runner/kinds.hpp"
#include "runner/sql_errors.hpp"
#include "runner/sql_groups.hpp"
#include "runner/sql_listed_rows.hpp"
#include "runner/sql_rewrite.hpp"
#include "runner/sql_table_call.hpp"

namespace fvm::runner {
namespace {

namespace json = boost::json;
using pgwire::Outcome;
using What = GroupsColumn::What;

constexpr std::string_view mark_name = "mark", hidden_mark = "…";
constexpr std::string_view persons_name = "fvm_persons";  // no column of the statement is called so

Error as_sql(const Error& error) {
  return pgwire::sql_error(error.kind == Kind::usage ? "0A000" : "58000",
                           describe(language_of_environment(), error));
}

Result<std::string> first_text(SqlSession& session, const std::string& sql) {
  auto result = TRY(session.connection().query(sql));
  duck::Chunk chunk = TRY(result.next());
  if (!chunk || chunk.rows() == 0) return usage("groups.unreadable");
  return std::string(chunk.column(0).text(0));
}

Result<Aggregates> aggregates_of(SqlSession& session) {
  auto result = TRY(session.connection().query(
      "SELECT DISTINCT lower(function_name) FROM duckdb_functions() WHERE function_type = 'aggregate'"));
  Aggregates out;
  while (duck::Chunk chunk = TRY(result.next()))
    for (size_t i = 0; i < chunk.rows(); ++i) out.emplace(chunk.column(0).text(i));
  return out;
}

Result<std::optional<Groups>> groups_in(SqlSession& session, const std::string& sql) {
  const std::string tree =
      TRY(first_text(session, "SELECT json_serialize_sql(" +
                                  duck::quote_text(rewrite_for_duckdb(sql, session.settings())) + ")"));
  boost::system::error_code failed;
  const json::value parsed = json::parse(tree, failed, {}, {.max_depth = 200});
  if (failed) return usage("groups.unreadable");
  return read_groups(parsed, TRY(aggregates_of(session)));
}

// What the engine says of the columns; of a statement that it does not take it is nothing, and running it
// says why.
void find_numbers(SqlSession& session, const std::string& select, Groups& groups) {
  const auto statement = session.connection().prepare(select);
  if (!statement.ok()) return;
  for (GroupsColumn& column : groups.columns)
    for (const duck::Column& given : statement->columns())
      if (given.name == column.of) column.is_number = is_number(given.type.kind);
}

// The columns of sums or of means, each once.
std::vector<std::string> columns_of(const Groups& groups, What what) {
  std::vector<std::string> out;
  for (const GroupsColumn& column : groups.columns)
    if (column.what == what && std::find(out.begin(), out.end(), column.of) == out.end())
      out.push_back(column.of);
  return out;
}

class GroupsStatement final : public pgwire::Statement {
 public:
  GroupsStatement(SqlSession& session, Groups groups, std::string sql)
      : session_(session), groups_(std::move(groups)), sql_(std::move(sql)) {
    for (const GroupsColumn& column : groups_.columns)
      columns_.push_back(column.what == What::dimension ? text_column(column.name)
                         : column.what == What::count   ? count_column(column.name)
                                                        : number_column(column.name));
    columns_.push_back(text_column(std::string(mark_name)));
  }
  std::span<const uint32_t> parameters() const override { return {}; }
  bool returns_rows() const override { return true; }
  std::span<const pgwire::Column> columns() const override { return columns_; }

  Result<Outcome> execute(std::span<const pgwire::BoundValue>) override {
    (void)session_.take_notices();  // of a statement that failed
    try {
      if (groups_.has_mean) TRY(check_one_row_each());
      return Outcome(pgwire::Selected{std::make_unique<ListedRows>(columns_, rows_of(TRY(ask())), "SELECT")});
    } catch (const std::exception&) {  // Boost.JSON on an answer of another form than ours
      return as_sql(surroundings("wire.broken_message"));
    }
  }

 private:
  // A mean over rows is one over persons only then.
  Result<void> check_one_row_each() {
    const std::string unit = duck::quote_name(groups_.unit);
    auto more = session_.connection().query_number("SELECT (count(" + unit + ") > count(DISTINCT " + unit +
                                                   "))::BIGINT FROM (" + sql_ + ")");
    if (!more.ok()) return to_sql_error(std::move(more.error()), {});
    if (*more != 0) return as_sql(usage("groups.mean_of_rows"));
    return {};
  }

  Result<json::object> ask() {
    json::object request{{"do", "release"}, {"sql", sql_}, {"unit", groups_.unit}, {"count", persons_name}};
    json::array& rows = request["rows"].emplace_array();
    for (const GroupsColumn& column : groups_.columns)
      if (column.what == What::dimension) rows.emplace_back(column.of);
    for (const auto& [what, member] : {std::pair{What::sum, "sum"}, std::pair{What::mean, "mean"}})
      if (const auto names = columns_of(groups_, what); !names.empty())
        request[member] = json::array(names.begin(), names.end());
    session_.note_usage(Words(sql_));
    return ask_for_table(session_, std::move(request));
  }

  // Which figure of the answer a column is, sums first, then means; empty: none.
  std::string figure_of(const GroupsColumn& wanted, const json::object& table) const {
    if (wanted.what != What::sum && wanted.what != What::mean) return {};
    const auto sums = columns_of(groups_, What::sum), list = columns_of(groups_, wanted.what);
    const auto place = static_cast<size_t>(std::find(list.begin(), list.end(), wanted.of) - list.begin());
    const size_t index = wanted.what == What::sum ? place : sums.size() + place;
    return std::string(table.at("figures").at(index).as_string());
  }

  // A GROUP BY gives neither totals nor groups of nobody.
  std::vector<ListedRow> rows_of(const json::object& table) const {
    std::vector<size_t> sizes;
    for (const json::value& size : table.at("sizes").as_array()) sizes.push_back(size.to_number<size_t>());
    std::vector<std::string> figures;  // of each column
    for (const GroupsColumn& column : groups_.columns) figures.push_back(figure_of(column, table));
    std::vector<ListedRow> rows;
    size_t index = 0;
    for (const json::value& each : table.at("cells").as_array()) {
      const bool is_total = has_total(index++, sizes);
      const json::object& cell = each.as_object();
      const bool hidden = cell.at("status").as_string() == "hidden";
      const json::value& persons = cell.at(persons_name);
      if (is_total || (!hidden && persons.to_number<int64_t>() == 0)) continue;
      ListedRow& row = rows.emplace_back();
      for (size_t i = 0; i < figures.size(); ++i) {
        const GroupsColumn& column = groups_.columns[i];
        if (column.what == What::dimension) row.emplace_back(std::string(cell.at(column.of).as_string()));
        if (column.what == What::count)
          row.push_back(hidden ? ListedValue(std::monostate{}) : persons.to_number<int64_t>());
        if (figures[i].empty()) continue;
        const json::value& value = cell.at(figures[i]);
        row.push_back(value.is_null() ? ListedValue(std::monostate{}) : value.to_number<double>());
      }
      row.emplace_back(std::string(hidden ? hidden_mark : ""));
    }
    sort(rows);
    return rows;
  }

  static bool has_total(size_t cell, const std::vector<size_t>& sizes) {
    for (size_t i = sizes.size(); i-- > 0; cell /= sizes[i])
      if (cell % sizes[i] == 0) return true;
    return false;
  }

  // A dimension's value; not those that were put together, and not nothing.
  static std::optional<double> number_of(const ListedValue& value) {
    const std::string* text = std::get_if<std::string>(&value);
    double number = 0;
    if (text == nullptr) return std::nullopt;
    const auto [end, failed] = std::from_chars(text->data(), text->data() + text->size(), number);
    return failed == std::errc() && end == text->data() + text->size() ? std::optional(number) : std::nullopt;
  }

  // As the statement says; what is hidden last.
  void sort(std::vector<ListedRow>& rows) const {
    std::stable_sort(rows.begin(), rows.end(), [&](const ListedRow& a, const ListedRow& b) {
      for (const GroupsOrder& order : groups_.order) {
        const ListedValue &left = a[order.column], &right = b[order.column];
        if (left == right) continue;
        const bool no_left = std::holds_alternative<std::monostate>(left);
        if (no_left || std::holds_alternative<std::monostate>(right)) return !no_left;
        if (groups_.columns[order.column].is_number) {
          const auto l = number_of(left), r = number_of(right);
          if (l && r && *l != *r) return order.descending ? *r < *l : *l < *r;
          if (l.has_value() != r.has_value()) return l.has_value();
        }
        return order.descending ? right < left : left < right;
      }
      return false;
    });
  }

  SqlSession& session_;
  const Groups groups_;
  const std::string sql_;
  std::vector<pgwire::Column> columns_;
};

Result<std::shared_ptr<pgwire::Statement>> prepare(SqlSession& session, const std::string& sql) {
  auto groups = groups_in(session, sql);
  if (!groups.ok()) return as_sql(groups.error());
  if (!*groups) return std::shared_ptr<pgwire::Statement>();
  const auto select = first_text(
      session, "SELECT json_deserialize_sql(" + duck::quote_text(json::serialize((*groups)->select)) + ")");
  if (!select.ok()) return as_sql(usage("groups.unreadable"));
  find_numbers(session, *select, **groups);
  return std::shared_ptr<pgwire::Statement>(
      std::make_shared<GroupsStatement>(session, std::move(**groups), *select));
}

}  // namespace

Result<std::shared_ptr<pgwire::Statement>> prepare_groups(SqlSession& session, const Words& words,
                                                          std::span<const uint32_t> types) {
  const auto setting = session.settings().get("fvm.safe");
  const bool is_select = words.has(0, "SELECT") || words.has(0, "WITH") || words.has(0, "FROM");
  if (!setting.ok() || *setting != "on" || !is_select) return std::shared_ptr<pgwire::Statement>();
  auto statement = TRY(prepare(session, words.sql));
  const bool has_parameter = std::any_of(words.tokens.begin(), words.tokens.end(), [](const Token& token) {
    return token.kind == Token::Kind::parameter;
  });
  if (statement && (!types.empty() || has_parameter)) return as_sql(usage("table.parameters"));
  return statement;
}

Result<std::shared_ptr<pgwire::Statement>> groups_of_text(SqlSession& session, const std::string& sql) {
  auto statement = TRY(prepare(session, sql));
  if (!statement) return as_sql(usage("groups.no_group_by"));
  return statement;
}

}  // namespace fvm::runner
