#include "runner/sql_table_call.hpp"

#include <unistd.h>

#include <charconv>
#include <filesystem>

#include <boost/json.hpp>

#include "base/messages.hpp"
#include "base/world.hpp"
#include "runner/sql_groups_call.hpp"
#include "runner/sql_listed_rows.hpp"
#include "runner/table_counter.hpp"

namespace fvm::runner {
namespace {

namespace json = boost::json;
using pgwire::Outcome;
using pgwire::sql_error;

constexpr std::string_view hidden_mark = "…";
constexpr unsigned output_mode = 0640;
constexpr size_t model_note_at = 2;  // behind those of source and data

std::string told(std::string_view key, const Arguments& arguments = {}) {
  return message(language_of_environment(), key, arguments);
}

Error as_sql(const Error& error) {
  const std::string_view state = error.code == "table.not_waited"   ? "57014"
                                 : error.kind == Kind::refused      ? "42501"
                                 : error.kind == Kind::usage        ? "22023"
                                 : error.code == "table.no_counter" ? "0A000"
                                                                    : "58000";
  return sql_error(state, describe(language_of_environment(), error));
}

struct Answer {
  json::object table;
  std::vector<std::string> documents;
};

// One CALL: its arguments, and the session that it is made in.
class Call {
 public:
  Call(SqlSession& session, const CallArguments& arguments) : session_(session), arguments_(arguments) {}

  const std::vector<std::string>* given(const std::string& name) const {
    const auto found = arguments_.find(name);
    return found == arguments_.end() ? nullptr : &found->second;
  }
  const CallArguments& arguments() const { return arguments_; }
  SqlSession& session() const { return session_; }

  // Files to write, as places here; their folders must be there before a table is released for them.
  Result<std::vector<Path>> outputs() const {
    std::vector<Path> files;
    if (given("out") == nullptr) return files;
    for (const std::string& name : *given("out")) {
      std::error_code failed;
      const Path file = std::filesystem::absolute(name, failed);
      const bool fits = !name.empty() && !std::filesystem::is_directory(file, failed) &&
                        ::access(file.parent_path().c_str(), W_OK | X_OK) == 0;
      if (!fits) return as_sql(usage("table.out_no_folder", {{"file", name}}));
      files.push_back(file);
    }
    return files;
  }

  // Asks; the request gets language and formats.
  Result<Answer> ask(json::object request, const std::vector<Path>& files) const {
    request["language"] = language_of_environment() == Language::danish ? "da" : "en";
    if (!files.empty()) {
      json::array& formats = request["formats"].emplace_array();
      for (const Path& file : files) {
        const std::string ending = file.extension().string();
        formats.emplace_back(ending.empty() ? ending : ending.substr(1));
      }
    }
    if (session_.tables() == nullptr) return as_sql(surroundings("table.no_counter"));
    auto answer = session_.tables()->ask(json::serialize(request), session_.interrupted());
    if (!answer.ok()) return as_sql(answer.error());
    return Answer{json::parse(answer->json).as_object(), std::move(answer->documents)};
  }

  // The number that was given, or that of the connection's last table.
  Result<int64_t> number() const {
    if (given("number") == nullptr && session_.last_table() > 0) return session_.last_table();
    int64_t number = 0;
    if (const auto* text = given("number"); text != nullptr) {
      const std::string& digits = text->front();
      const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
      if (read.ec != std::errc() || read.ptr != digits.data() + digits.size()) number = 0;
    }
    if (number < 1) return as_sql(usage("table.which_number"));
    return number;
  }

  void write(const std::vector<Path>& files, const Answer& answer) const {
    for (size_t i = 0; i < files.size() && i < answer.documents.size(); ++i) {
      const auto written = real_world().replace_file(files[i], answer.documents[i], output_mode);
      session_.notice(written.ok() ? told("table.written", {{"file", files[i].string()}})
                                   : told("table.not_written",
                                          {{"file", files[i].string()},
                                           {"reason", describe(language_of_environment(), written.error())},
                                           {"table", std::to_string(answer.table.at("table").as_int64())}}));
    }
  }

 private:
  SqlSession& session_;
  const CallArguments& arguments_;
};

Outcome rows_of(std::vector<pgwire::Column> columns, std::vector<ListedRow> rows) {
  return pgwire::Selected{std::make_unique<ListedRows>(std::move(columns), std::move(rows), "SELECT")};
}

ListedValue number_of(const json::value& value) {
  if (value.is_null()) return std::monostate{};
  return value.to_number<double>();
}

std::string text_of(const json::value& value) {
  return std::string(value.as_string());
}

std::vector<std::string> names_in(const json::object& table, std::string_view member) {
  std::vector<std::string> names;
  for (const json::value& each : table.at(member).as_array()) names.push_back(text_of(each));
  return names;
}

Outcome table_rows(const json::object& table) {
  const auto dimensions = names_in(table, "dimensions"), figures = names_in(table, "figures");
  const std::string count = text_of(table.at("count"));
  std::vector<pgwire::Column> columns;
  for (const std::string& name : dimensions) columns.push_back(text_column(name));
  columns.push_back(count_column(count));
  for (const std::string& name : figures) columns.push_back(number_column(name));
  columns.push_back(text_column("mark"));
  std::vector<ListedRow> rows;
  for (const json::value& each : table.at("cells").as_array()) {
    const json::object& cell = each.as_object();
    ListedRow& row = rows.emplace_back();
    for (const std::string& name : dimensions) row.emplace_back(text_of(cell.at(name)));
    row.emplace_back();
    if (const json::value& counted = cell.at(count); !counted.is_null())
      row.back() = counted.to_number<int64_t>();
    for (const std::string& name : figures) row.push_back(number_of(cell.at(name)));
    row.emplace_back(std::string(text_of(cell.at("status")) == "hidden" ? hidden_mark : ""));
  }
  return rows_of(std::move(columns), std::move(rows));
}

// The rows of a model: no number where a level is the reference.
Outcome model_rows(const json::object& model) {
  const bool has_events = !model.at("events").is_null();
  std::vector<pgwire::Column> columns{text_column("term"), text_column("level"), count_column("persons")};
  if (has_events) columns.push_back(count_column("events"));
  constexpr std::string_view numbers[] = {"estimate", "standard_error", "statistic",  "p_value",
                                          "low",      "high",           "rounded_to", "error_rounded_to"};
  for (const std::string_view name : numbers) columns.push_back(number_column(std::string(name)));
  std::vector<ListedRow> rows;
  for (const json::value& each : model.at("rows").as_array()) {
    ListedRow& row = rows.emplace_back();
    row.emplace_back(text_of(each.at("term"))), row.emplace_back(text_of(each.at("level")));
    row.emplace_back(each.at("persons").to_number<int64_t>());
    if (has_events) row.emplace_back(each.at("events").to_number<int64_t>());
    for (const std::string_view name : numbers) {
      const json::value* number = each.as_object().if_contains(name);
      row.push_back(number == nullptr ? ListedValue(std::monostate{}) : number_of(*number));
    }
  }
  return rows_of(std::move(columns), std::move(rows));
}

// The steps of all curves, up to the first that cannot be told; an open one has no end and no survival.
Outcome curve_rows(const json::object& table) {
  std::vector<pgwire::Column> columns;
  for (const std::string& name : names_in(table, "curves_by")) columns.push_back(text_column(name));
  for (const char* name : {"from", "to"}) columns.push_back(number_column(name));
  for (const char* name : {"at_risk", "events", "censored"}) columns.push_back(count_column(name));
  for (const char* name : {"survival", "standard_error"}) columns.push_back(number_column(name));
  std::vector<ListedRow> rows;
  for (const json::value& curve : table.at("curves").as_array()) {
    for (const json::value& step : curve.at("steps").as_array()) {
      ListedRow& row = rows.emplace_back();
      for (const json::value& group : curve.at("group").as_array()) row.emplace_back(text_of(group));
      for (const char* name : {"from", "to"}) row.push_back(number_of(step.at(name)));
      for (const char* name : {"at_risk", "events", "censored"})
        row.emplace_back(step.at(name).to_number<int64_t>());
      for (const char* name : {"survival", "standard_error"}) row.push_back(number_of(step.at(name)));
    }
  }
  return rows_of(std::move(columns), std::move(rows));
}

// Curves that end before their last step.
void tell_cut(const Call& call, const json::object& table) {
  for (const json::value& curve : table.at("curves").as_array()) {
    if (curve.at("whole").as_bool()) continue;
    std::string group;
    for (const json::value& each : curve.at("group").as_array())
      group += (group.empty() ? "" : ", ") + text_of(each);
    call.session().notice(group.empty() ? told("table.curve_cut")
                                        : told("table.curve_of_cut", {{"group", group}}));
  }
}

std::string number_text(const json::object& table, std::string_view member) {
  return std::to_string(table.at(member).to_number<int64_t>());
}

// What was hidden and why, and the number on record.
void tell(const Call& call, const json::object& table, std::string_view key) {
  call.session().notice(told(key, {{"table", number_text(table, "table")},
                                   {"cells", number_text(table, "cells_in_all")},
                                   {"hidden", number_text(table, "hidden")},
                                   {"facts", number_text(table, "facts")},
                                   {"author", text_of(table.at("author"))},
                                   {"date", text_of(table.at("asked")).substr(0, 10)}}));
  if (const std::string why = text_of(table.at("why_hidden")); !why.empty()) call.session().notice(why);
  call.session().set_last_table(table.at("table").as_int64());
}

Result<Outcome> answer_with_table(const Call& call, json::object request, std::string_view key) {
  const auto files = TRY(call.outputs());
  const Answer answer = TRY(call.ask(std::move(request), files));
  const json::value* model = answer.table.if_contains("model");
  tell(call, answer.table, key);
  if (model != nullptr)  // how many persons, how well it fits
    call.session().notice(text_of(answer.table.at("notes").at(model_note_at)));
  if (answer.table.contains("curves")) tell_cut(call, answer.table);
  call.write(files, answer);
  if (answer.table.contains("curves")) return curve_rows(answer.table);
  return model != nullptr ? model_rows(model->as_object()) : table_rows(answer.table);
}

// ---- the procedures

json::object request_of(const Call& call) {
  json::object request{{"do", "release"}};
  for (const auto& [name, values] : call.arguments()) {
    if (name == "out") continue;
    if (values.size() == 1) request[name] = values.front();
    if (values.size() != 1) request[name] = json::array(values.begin(), values.end());
  }
  return request;
}

Result<Outcome> release_asked(const Call& call, json::object request) {
  if (const auto* sql = call.given("sql"); sql != nullptr) call.session().note_usage(Words(sql->front()));
  return answer_with_table(call, std::move(request), "safetable.released");
}

Result<Outcome> release(const Call& call) {
  return release_asked(call, request_of(call));
}

Result<Outcome> survival(const Call& call) {
  json::object request = request_of(call);
  for (const std::string_view name : {"time", "event"})
    if (!request.contains(name)) return as_sql(usage("table.time_and_event"));
  if (const auto* by = call.given("by")) request["rows"] = json::array(by->begin(), by->end());
  request.erase("by");
  return release_asked(call, std::move(request));
}

Result<Outcome> group_by(const Call& call) {
  const auto* sql = call.given("sql");
  const auto statement = TRY(groups_of_text(call.session(), sql == nullptr ? std::string() : sql->front()));
  return statement->execute({});
}

Result<Outcome> again(const Call& call) {
  return answer_with_table(call, {{"do", "show"}, {"table", TRY(call.number())}}, "safetable.again");
}

Result<Outcome> list(const Call& call) {
  const Answer answer = TRY(call.ask({{"do", "list"}}, {}));
  std::vector<ListedRow> rows;
  for (const json::value& each : answer.table.at("tables").as_array()) {
    const json::object& table = each.as_object();
    rows.push_back({table.at("table").as_int64(), text_of(table.at("asked")), text_of(table.at("author")),
                    text_of(table.at("title")), table.at("cells").to_number<int64_t>(),
                    table.at("hidden").to_number<int64_t>()});
  }
  return rows_of({count_column("number"), text_column("asked"), text_column("author"), text_column("title"),
                  count_column("cells"), count_column("hidden")},
                 std::move(rows));
}

Result<Outcome> notes(const Call& call) {
  const int64_t number = TRY(call.number());
  const Answer answer = TRY(call.ask({{"do", "show"}, {"table", number}}, {}));
  std::vector<ListedRow> rows;
  if (std::string why = text_of(answer.table.at("why_hidden")); !why.empty())
    rows.push_back({number, std::move(why)});
  for (std::string& note : names_in(answer.table, "notes")) rows.push_back({number, std::move(note)});
  return rows_of({count_column("number"), text_column("note")}, std::move(rows));
}

Result<Outcome> explain(const Call& call) {
  const auto* cell = call.given("cell");
  if (cell == nullptr || cell->front().empty()) return as_sql(usage("table.which_cell"));
  const Answer answer =
      TRY(call.ask({{"do", "show"}, {"table", TRY(call.number())}, {"explain", cell->front()}}, {}));
  const json::object& told = answer.table.at("explanation").as_object();
  const auto joined = [&](std::string_view member, std::string_view between) {
    std::string out;
    for (const std::string& each : names_in(told, member)) out += (out.empty() ? "" : between.data()) + each;
    return out;
  };
  return rows_of({text_column("cell"), text_column("status"), text_column("reason"),
                  text_column("would_tell"), text_column("published")},
                 {{text_of(told.at("cell")), text_of(told.at("status")), text_of(told.at("reason")),
                   joined("would_tell", " "), joined("published", "; ")}});
}

struct Procedure {
  std::string_view name;
  std::vector<std::string_view> parameters;  // in the order of the positional form
  Result<Outcome> (*run)(const Call& call);
};

const std::vector<Procedure>& procedures() {
  static const std::vector<Procedure> all = {
      {"safe_table",
       {"sql",     "rows",  "columns",    "count",     "sum",   "mean",       "median",
        "as_of",   "out",   "percentile", "hierarchy", "unit",  "title",      "percent",
        "coarsen", "round", "sd",         "min",       "max",   "ratio",      "gini",
        "mode",    "time",  "event",      "width",     "until", "contributor"},
       release},
      {"safe_survival",
       {"sql", "time", "event", "by", "width", "until", "out", "as_of", "unit", "title"},
       survival},
      {"safe_regression", {"sql", "outcome", "terms", "family", "out", "as_of", "unit", "title"}, release},
      {"safe_group_by", {"sql"}, group_by},
      {"safe_tables", {}, list},
      {"safe_table_again", {"number", "out"}, again},
      {"safe_table_notes", {"number"}, notes},
      {"safe_table_explain", {"number", "cell"}, explain}};
  return all;
}

class TableCall final : public pgwire::Statement {
 public:
  TableCall(SqlSession& session, const Procedure& procedure, CallArguments arguments)
      : session_(session), procedure_(procedure), arguments_(std::move(arguments)) {}
  std::span<const uint32_t> parameters() const override { return {}; }
  bool returns_rows() const override { return true; }
  std::span<const pgwire::Column> columns() const override { return {}; }  // known once it is there
  Result<Outcome> execute(std::span<const pgwire::BoundValue>) override {
    (void)session_.take_notices();  // of a statement that failed
    try {
      return procedure_.run(Call(session_, arguments_));
    } catch (const std::exception&) {  // Boost.JSON on an answer of another form than ours
      return as_sql(surroundings("wire.broken_message"));
    }
  }

 private:
  SqlSession& session_;
  const Procedure& procedure_;
  const CallArguments arguments_;
};

constexpr size_t name_at = 3, arguments_at = 4;  // CALL fvm . name (

}  // namespace

bool is_table_call(const Words& words) {
  return words.has(0, "CALL") && words.size() > name_at && words.value(1) == "fvm" && words.has(2, ".");
}

Result<json::object> ask_for_table(SqlSession& session, json::object request) {
  const CallArguments none;
  const Call call(session, none);
  Answer answer = TRY(call.ask(std::move(request), {}));
  tell(call, answer.table, "safetable.released");
  return std::move(answer.table);
}

Result<std::shared_ptr<pgwire::Statement>> prepare_table_call(SqlSession& session,
                                                              const std::shared_ptr<const Words>& words) {
  const std::string name = words->value(name_at);
  std::string known = "There are: fvm.outbox";
  for (const Procedure& each : procedures()) {
    if (each.name == name)
      return std::shared_ptr<pgwire::Statement>(std::make_shared<TableCall>(
          session, each, TRY(read_arguments(*words, arguments_at, each.parameters))));
    known += ", fvm." + std::string(each.name);
  }
  return sql_error("42883", "procedure fvm." + name + " does not exist").with("hint", known + ".");
}

}  // namespace fvm::runner
