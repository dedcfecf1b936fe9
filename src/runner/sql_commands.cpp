// PostgreSQL's own commands, that DuckDB does not know or knows differently.
#include <algorithm>
#include <charconv>

#include "pgwire/values.hpp"
#include "runner/sql_copy.hpp"
#include "runner/sql_errors.hpp"
#include "runner/sql_listed_rows.hpp"
#include "runner/sql_outbox_call.hpp"
#include "runner/sql_rewrite.hpp"
#include "runner/sql_session.hpp"
#include "runner/sql_staged_copy.hpp"
#include "runner/sql_table_call.hpp"

namespace fvm::runner {
namespace {

using pgwire::Outcome;
using pgwire::sql_error;

Outcome done(std::string tag) {
  return pgwire::Command{std::move(tag)};
}

// Some rows of an open cursor.
class CursorRows final : public pgwire::Rows {
 public:
  CursorRows(std::shared_ptr<pgwire::Rows> cursor, std::optional<uint64_t> count)
      : cursor_(std::move(cursor)), left_(count) {}
  std::span<const pgwire::Column> columns() const override { return cursor_->columns(); }
  std::string tag(uint64_t rows) const override { return "FETCH " + std::to_string(rows); }
  Result<pgwire::Progress> write(pgwire::Output& out, const pgwire::RowForm& form,
                                 uint64_t rows_max) override {
    if (left_ == 0U) return pgwire::Progress{0, true};
    const uint64_t most = !left_ ? rows_max : rows_max == 0 ? *left_ : std::min(*left_, rows_max);
    auto progress = TRY(cursor_->write(out, form, most));
    if (left_) *left_ -= progress.rows;
    progress.finished = progress.finished || left_ == 0U;
    return progress;
  }

 private:
  std::shared_ptr<pgwire::Rows> cursor_;
  std::optional<uint64_t> left_;  // none: all
};

class NowhereChannel final : public pgwire::Channel {
 public:
  size_t read(std::span<char>) override { return 0; }
  bool write(std::string_view) override { return true; }
};

// ---- SET, RESET, SHOW

Result<void> reset_one(SqlSession& session, const std::string& name) {
  TRY(session.settings().reset(name));
  if (lower(name) == "search_path") TRY(session.follow_search_path());
  return {};
}

Result<void> assign(SqlSession& session, const std::string& name, std::vector<std::string> values,
                    bool local) {
  std::string value;
  for (const auto& one : values) value += (value.empty() ? "" : ", ") + one;
  if (values.size() == 1 && lower(values[0]) == "default") return reset_one(session, name);
  if (lower(name) == "search_path") TRY(session.set_search_path(values));
  return session.settings().set(name, value, local);
}

std::vector<std::string> listed_values(const Words& words, size_t from) {
  std::vector<std::string> values(1);
  for (size_t i = from; i < words.size(); ++i) {
    const auto& token = words.tokens[i];
    if (is(token, ","))
      values.emplace_back();
    else if (token.kind == Token::Kind::word)  // several words of one value: REPEATABLE READ
      values.back() += (values.back().empty() ? "" : " ") + std::string(token.text);
    else
      values.back() += value_of(token);
  }
  return values;
}

// A setting's name, "fvm.safe" too; `at` goes behind it.
std::string setting_name(const Words& words, size_t& at) {
  std::string name = words.value(at++);
  if (words.has(at, ".")) name += "." + words.value(at + 1), at += 2;
  return name;
}

// SET TRANSACTION ISOLATION LEVEL … READ ONLY: DuckDB has snapshots, which satisfy every level.
Result<Outcome> set(SqlSession& session, const Words& words) {
  size_t at = 1;
  bool local = words.has(at, "LOCAL");
  if (words.has(at, "SESSION") && words.has(at + 1, "CHARACTERISTICS")) return done("SET");
  if (words.has(at, "LOCAL") || (words.has(at, "SESSION") && !words.has(at + 1, "AUTHORIZATION"))) ++at;
  if (words.has(at, "TRANSACTION")) return done("SET");
  if (words.has(at, "ROLE") || words.has(at, "SESSION"))
    return sql_error("42501", "permission denied to set session authorization");
  std::string name = setting_name(words, at);
  if (name == "time" && words.has(at, "ZONE"))
    name = "TimeZone", ++at;
  else if (name == "names")
    name = "client_encoding";
  else if (words.has(at, "=") || words.has(at, "TO"))
    ++at;
  else
    return sql_error("42601", "syntax error in SET");
  local = local && session.transaction() != pgwire::Transaction::idle;
  TRY(assign(session, name, listed_values(words, at), local));
  return done("SET");
}

std::string shown_name(const Words& words) {
  if (words.has(1, "TIME") && words.has(2, "ZONE")) return "TimeZone";
  if (words.has(1, "TRANSACTION") && words.has(2, "ISOLATION")) return "transaction_isolation";
  size_t at = 1;
  return setting_name(words, at);
}

Result<Outcome> reset(SqlSession& session, const Words& words) {
  if (words.has(1, "ALL") || words.has(0, "DISCARD")) {
    session.settings().reset_all();
    TRY(session.follow_search_path());
    if (words.has(0, "DISCARD")) session.cursors().clear();
    return done(upper(words.value(0)) + (words.has(0, "DISCARD") ? " " + upper(words.value(1)) : ""));
  }
  if (words.value(1) == "role" || words.has(1, "SESSION")) return done("RESET");
  TRY(reset_one(session, shown_name(words)));
  return done("RESET");
}

Result<Outcome> show(SqlSession& session, const Words& words) {
  if (words.has(1, "ALL")) {
    std::vector<ListedRow> rows;
    for (const auto& setting : session.settings().all()) rows.push_back({setting.name, setting.value, ""});
    return Outcome(pgwire::Selected{std::make_unique<ListedRows>(
        std::vector{text_column("name"), text_column("setting"), text_column("description")}, std::move(rows),
        "SHOW")});
  }
  const auto name = shown_name(words);
  std::vector<ListedRow> rows{{TRY(session.settings().get(name))}};
  return Outcome(pgwire::Selected{
      std::make_unique<ListedRows>(std::vector{text_column(name)}, std::move(rows), "SHOW")});
}

// ---- cursors

Result<Outcome> declare(SqlSession& session, const Words& words) {
  size_t query = 0;
  for (size_t i = 2; i < words.size() && query == 0; ++i)
    if (words.has(i, "FOR")) query = i + 1;
  const auto name = words.value(1);
  if (query == 0 || query >= words.size())
    return sql_error("42601", "syntax error in DECLARE: FOR query is missing");
  const bool hold =
      std::any_of(words.tokens.begin(), words.tokens.begin() + static_cast<std::ptrdiff_t>(query),
                  [](const auto& token) { return is(token, "HOLD"); });
  const bool without =
      std::any_of(words.tokens.begin(), words.tokens.begin() + static_cast<std::ptrdiff_t>(query),
                  [](const auto& token) { return is(token, "WITHOUT"); });
  if (session.transaction() == pgwire::Transaction::idle && (!hold || without))
    return sql_error("25P01", "DECLARE CURSOR can only be used in transaction blocks");
  if (session.cursors().contains(name)) return sql_error("42P03", "cursor \"" + name + "\" already exists");
  if (session.cursors().size() >= pgwire::prepared_statements_max)
    return sql_error("54000", "too many cursors");
  const auto sql = std::string_view(words.sql).substr(
      static_cast<size_t>(words.tokens[query].text.data() - words.sql.data()));
  session.cursors()[name] = TRY(select_rows(session, sql));
  return done("DECLARE CURSOR");
}

struct Fetch {
  std::string cursor;
  std::optional<uint64_t> count = 1;  // none: all
};

Result<Fetch> read_fetch(const Words& words) {
  Fetch fetch;
  size_t at = 1;
  if (words.has(at, "NEXT") || words.has(at, "FORWARD")) ++at;
  if (words.has(at, "ALL")) {
    fetch.count.reset();
    ++at;
  } else if (words.size() > at && words.tokens[at].kind == Token::Kind::number) {
    const auto text = words.value(at++);
    uint64_t count = 0;
    std::from_chars(text.data(), text.data() + text.size(), count);
    fetch.count = count;
  } else if (words.has(at, "PRIOR") || words.has(at, "BACKWARD") || words.has(at, "ABSOLUTE") ||
             words.has(at, "FIRST") || words.has(at, "LAST") || words.has(at, "RELATIVE") ||
             words.has(at, "-")) {
    return sql_error("55000", "cursor can only scan forward");
  }
  if (words.has(at, "FROM") || words.has(at, "IN")) ++at;
  fetch.cursor = words.value(at);
  return fetch;
}

Result<std::shared_ptr<pgwire::Rows>> find_cursor(SqlSession& session, const std::string& name) {
  const auto found = session.cursors().find(name);
  if (found != session.cursors().end()) return found->second;
  return sql_error("34000", "cursor \"" + name + "\" does not exist");
}

Result<Outcome> fetch(SqlSession& session, const Words& words) {
  const auto wanted = TRY(read_fetch(words));
  return Outcome(
      pgwire::Selected{std::make_unique<CursorRows>(TRY(find_cursor(session, wanted.cursor)), wanted.count)});
}

Result<Outcome> move(SqlSession& session, const Words& words) {
  const auto wanted = TRY(read_fetch(words));
  CursorRows rows(TRY(find_cursor(session, wanted.cursor)), wanted.count);
  NowhereChannel nowhere;
  pgwire::Output out(nowhere);
  const auto progress = TRY(rows.write(out, {}, 0));
  return done("MOVE " + std::to_string(progress.rows));
}

Result<Outcome> close(SqlSession& session, const Words& words) {
  if (words.has(1, "ALL")) return session.cursors().clear(), done("CLOSE CURSOR ALL");
  TRY(find_cursor(session, words.value(1)));
  session.cursors().erase(words.value(1));
  return done("CLOSE CURSOR");
}

// ---- COPY

Result<Outcome> copy(SqlSession& session, const Words& words) {
  auto command = *TRY(read_copy(words.tokens));
  if (!command.to_client) {
    auto target = begin_staged_copy(session, command);
    if (!target.ok()) return to_sql_error(std::move(target.error()), {});
    return Outcome(pgwire::CopyIn{std::move(*target), command.options});
  }
  auto rows = TRY(select_rows(session, command.source));
  for (const auto& column : rows->columns())
    command.options.force_quote.push_back(std::find(command.force_quote.begin(), command.force_quote.end(),
                                                    column.name) != command.force_quote.end());
  if (command.force_quote.empty()) command.options.force_quote.clear();
  return Outcome(pgwire::CopyOut{std::move(rows), command.options});
}

// ---- the table

Result<Outcome> begin(SqlSession& session, const Words& words) {
  return session.begin(words);
}
Result<Outcome> commit(SqlSession& session, const Words& words) {
  return session.commit(words);
}
Result<Outcome> rollback(SqlSession& session, const Words& words) {
  return session.rollback(words);
}
Result<Outcome> unsupported(SqlSession&, const Words& words) {
  return sql_error("0A000", upper(words.value(0)) + " is not supported");
}
Result<Outcome> nothing(SqlSession&, const Words& words) {
  return done(upper(words.value(0)));
}

using Handler = Result<Outcome> (*)(SqlSession& session, const Words& words);
struct Known {
  std::string_view first, second;  // second: empty for any
  Handler handler;
};
// The first row that fits is taken.
constexpr Known commands[] = {
    {"BEGIN", "", begin},
    {"START", "TRANSACTION", begin},
    {"COMMIT", "PREPARED", unsupported},
    {"COMMIT", "", commit},
    {"END", "", commit},
    {"ROLLBACK", "TO", unsupported},
    {"ROLLBACK", "PREPARED", unsupported},
    {"ROLLBACK", "", rollback},
    {"ABORT", "", rollback},
    {"SAVEPOINT", "", unsupported},
    {"RELEASE", "", unsupported},
    {"SET", "VARIABLE", nullptr},
    {"RESET", "", reset},
    {"DISCARD", "", reset},
    {"DEALLOCATE", "ALL", nothing},
    {"DECLARE", "", declare},
    {"FETCH", "", fetch},
    {"MOVE", "", move},
    {"CLOSE", "", close},
    {"LISTEN", "", unsupported},
    {"NOTIFY", "", unsupported},
    {"UNLISTEN", "", nothing},
    {"LOCK", "", unsupported},
};

Handler find_handler(SqlSession& session, const Words& words) {
  for (const auto& one : commands)
    if (words.has(0, one.first) && (one.second.empty() || words.has(1, one.second))) return one.handler;
  if (words.has(0, "SET")) {  // what PostgreSQL does not know goes to DuckDB, which refuses or has it
    size_t name = words.has(1, "SESSION") || words.has(1, "LOCAL") ? 2 : 1;
    constexpr std::string_view own[] = {"time", "names",        "transaction", "characteristics",
                                        "role", "authorization"};
    const auto word = setting_name(words, name);
    return std::find(std::begin(own), std::end(own), word) != std::end(own) || session.settings().has(word)
               ? set
               : nullptr;
  }
  if (words.has(0, "SHOW"))
    return words.has(1, "ALL")                         ? (words.size() == 2 ? show : nullptr)
           : session.settings().has(shown_name(words)) ? show
                                                       : nullptr;
  return nullptr;
}

class CommandStatement final : public pgwire::Statement {
 public:
  CommandStatement(SqlSession& session, std::shared_ptr<const Words> words, Handler handler)
      : session_(session), words_(std::move(words)), handler_(handler) {
    if (handler == show) columns_ = {text_column(shown_name(*words_))};
    if (handler == show && words_->has(1, "ALL"))
      columns_ = {text_column("name"), text_column("setting"), text_column("description")};
    if (handler == fetch) describe_cursor();
  }
  std::span<const uint32_t> parameters() const override { return {}; }
  bool returns_rows() const override { return handler_ == show || handler_ == fetch; }
  std::span<const pgwire::Column> columns() const override { return columns_; }
  Result<Outcome> execute(std::span<const pgwire::BoundValue>) override {
    return handler_(session_, *words_);
  }

 private:
  void describe_cursor() {
    const auto wanted = read_fetch(*words_);
    if (!wanted.ok()) return;
    const auto cursor = find_cursor(session_, wanted->cursor);
    if (cursor.ok()) columns_.assign((*cursor)->columns().begin(), (*cursor)->columns().end());
  }
  SqlSession& session_;
  std::shared_ptr<const Words> words_;
  Handler handler_;
  std::vector<pgwire::Column> columns_;
};

}  // namespace

Result<std::shared_ptr<pgwire::Statement>> prepare_command(SqlSession& session,
                                                           const std::shared_ptr<const Words>& words) {
  auto handler = find_handler(session, *words);
  if (words->has(0, "COPY") && TRY(read_copy(words->tokens))) handler = copy;
  if (is_outbox_call(*words)) return prepare_outbox_call(session, words);
  if (is_table_call(*words)) return prepare_table_call(session, words);
  if (handler == nullptr) return std::shared_ptr<pgwire::Statement>();
  return std::shared_ptr<pgwire::Statement>(std::make_shared<CommandStatement>(session, words, handler));
}

}  // namespace fvm::runner
