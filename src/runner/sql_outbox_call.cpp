#include "runner/sql_outbox_call.hpp"

#include <algorithm>

#include "runner/sql_table_call.hpp"
#include "runner/table_counter.hpp"

namespace fvm::runner {
namespace {

namespace json = boost::json;
using pgwire::sql_error;

constexpr std::string_view column_names[] = {"file",  "answer", "so_far",   "meaning",   "rule",
                                             "place", "shape",  "severity", "what_to_do"};
constexpr std::string_view folder = "/outbox/";
constexpr size_t arguments_at = 4;  // CALL fvm . outbox (

// What the counter says of tables, said of the outbox.
Error as_sql(const Error& error, Language language) {
  const bool nobody = error.code == "table.no_counter", given_up = error.code == "table.not_waited";
  const std::string_view state = given_up                      ? "57014"
                                 : nobody                      ? "0A000"
                                 : error.kind == Kind::refused ? "42501"
                                 : error.kind == Kind::usage   ? "22023"
                                                               : "58000";
  if (nobody) return sql_error(state, message(language, "outbox.no_counter"));
  if (given_up) return sql_error(state, message(language, "outbox.not_waited"));
  return sql_error(state, describe(language, error));
}

std::string_view word_of(Language language) {
  return language == Language::danish ? "da" : "en";
}

std::string text_of(const json::value& from, std::string_view member) {
  return std::string(from.at(member).as_string());
}

ListedValue text_or_nothing(std::string text) {
  if (text.empty()) return std::monostate{};
  return text;
}

// "is being looked at; so far: goes to one person …"; why it cannot be sent or looked at, where that is
// known.
std::string meaning_of(const json::value& outlook, Language language) {
  std::string meaning = text_of(outlook, word_of(language));
  if (const json::value* so_far = outlook.as_object().if_contains("so_far");
      so_far != nullptr && so_far->is_object())
    meaning += "; " + message(language, "outbox.so_far", {{"answer", text_of(*so_far, word_of(language))}});
  if (const json::value& why = outlook.at("why"); why.is_object())
    meaning += ": " + text_of(why, word_of(language));
  return meaning;
}

// The rows of one file, or of several together.
class Rows {
 public:
  explicit Rows(Language language) : language_(language) {}

  void add(ListedValue file, const json::value& outlook, const std::string& meaning,
           const json::array& findings) {
    const json::value* so_far = outlook.as_object().if_contains("so_far");
    const bool is_known = so_far == nullptr || !so_far->is_object();
    const ListedRow head = {
        std::move(file), text_of(outlook, "answer"),
        is_known ? ListedValue(std::monostate{}) : ListedValue(text_of(*so_far, "answer")), meaning};
    if (findings.empty()) {
      rows_.push_back(head);
      rows_.back().resize(std::size(column_names));
    }
    for (const json::value& finding : findings) {
      ListedRow& row = rows_.emplace_back(head);
      for (const char* member : {"rule", "place", "shape", "severity"})
        row.push_back(text_or_nothing(text_of(finding, member)));
      row.emplace_back(text_of(finding, word_of(language_)));
    }
  }
  std::vector<ListedRow> take() { return std::move(rows_); }

 private:
  Language language_;
  std::vector<ListedRow> rows_;
};

class OutboxCall final : public pgwire::Statement {
 public:
  OutboxCall(SqlSession& session, std::vector<std::string> files, std::string wait)
      : session_(session), files_(std::move(files)), wait_(std::move(wait)) {
    for (const std::string_view name : column_names) columns_.push_back(text_column(std::string(name)));
  }
  std::span<const uint32_t> parameters() const override { return {}; }
  bool returns_rows() const override { return true; }
  std::span<const pgwire::Column> columns() const override { return columns_; }

  Result<pgwire::Outcome> execute(std::span<const pgwire::BoundValue>) override {
    (void)session_.take_notices();  // of a statement that failed
    const Language language = language_of_environment();
    try {
      if (session_.tables() == nullptr) return sql_error("0A000", message(language, "outbox.no_counter"));
      const json::object request{
          {"do", "outbox"}, {"files", json::array(files_.begin(), files_.end())}, {"wait", wait_}};
      const auto answer = session_.tables()->ask(json::serialize(request), session_.interrupted());
      if (!answer.ok()) return as_sql(answer.error(), language);
      const json::value told = json::parse(answer->json);
      auto rows = outbox_rows(told.as_object(), files_, language);
      if (!rows.ok()) return as_sql(rows.error(), language);
      note(told.as_object(), language);
      return pgwire::Outcome(
          pgwire::Selected{std::make_unique<ListedRows>(columns_, std::move(*rows), "SELECT")});
    } catch (const std::exception&) {  // Boost.JSON on an answer of another form than ours
      return as_sql(surroundings("wire.broken_message"), language);
    }
  }

 private:
  void note(const json::object& told, Language language) {
    if (told.at("files").as_array().empty()) session_.notice(message(language, "outbox.empty"));
    if (const auto left_out = told.at("files_left_out").to_number<uint64_t>(); left_out > 0)
      session_.notice(message(language, "outbox.left_out", {{"files", std::to_string(left_out)}}));
  }

  SqlSession& session_;
  const std::vector<std::string> files_;
  const std::string wait_;
  std::vector<pgwire::Column> columns_;
};

}  // namespace

Result<std::vector<ListedRow>> outbox_rows(const json::object& told, const std::vector<std::string>& files,
                                           Language language) {
  const json::array& all = told.at("files").as_array();
  const auto named = [](const std::string& name) {
    return [&name](const json::value& file) { return text_of(file, "name") == name; };
  };
  for (const std::string& name : files)
    if (std::none_of(all.begin(), all.end(), named(name)))
      return usage("release.no_such_file", {{"file", name}});
  Rows rows(language);
  for (const json::value& file : all) {
    const std::string name = text_of(file, "name");
    if (!files.empty() && std::find(files.begin(), files.end(), name) == files.end()) continue;
    const json::value& outlook = file.at("outlook");
    rows.add(name, outlook, meaning_of(outlook, language), file.at("findings").as_array());
  }
  if (const json::value& together = told.at("together");
      together.is_object() && together.at("files").as_array().size() > 1)
    rows.add(std::monostate{}, together,
             message(language, "outbox.together", {{"answer", meaning_of(together, language)}}),
             together.at("findings").as_array());
  return rows.take();
}

bool is_outbox_call(const Words& words) {
  return words.has(0, "CALL") && words.has(2, ".") && words.value(1) == "fvm" &&
         words.value(3) == outbox_call_name;
}

Result<std::shared_ptr<pgwire::Statement>> prepare_outbox_call(SqlSession& session,
                                                               const std::shared_ptr<const Words>& words) {
  CallArguments arguments = TRY(read_arguments(*words, arguments_at, {"file", "wait"}));
  std::vector<std::string> files = std::move(arguments["file"]);
  for (std::string& file : files)
    if (file.starts_with(folder)) file.erase(0, folder.size());
  const std::vector<std::string>& wait = arguments["wait"];
  return std::shared_ptr<pgwire::Statement>(
      std::make_shared<OutboxCall>(session, std::move(files), wait.size() == 1 ? wait.front() : "yes"));
}

}  // namespace fvm::runner
