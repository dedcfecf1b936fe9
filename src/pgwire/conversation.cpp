#include "pgwire/conversation.hpp"

#include <algorithm>
#include <cstring>

namespace fvm::pgwire {
namespace {

constexpr size_t read_bytes = 64 << 10;

uint32_t big_endian(const char* at) {
  uint32_t value = 0;
  std::memcpy(&value, at, 4);
  return __builtin_bswap32(value);
}

Error protocol_error(std::string message) {
  return sql_error("08P01", std::move(message));
}

}  // namespace

Conversation::Conversation(Channel& channel, Engine& engine, Surroundings& surroundings)
    : channel_(channel), engine_(engine), surroundings_(surroundings), out_(channel) {}

Conversation::~Conversation() {
  if (session_) surroundings_.ended();
  portals_.clear();  // results before the session they came from
  statements_.clear();
}

void Conversation::run() {
  if (!greet()) return;
  char type = 0;
  std::string body;
  while (!out_.broken() && receive(type, body))
    if (take(type, body) == Next::leave) return;
}

// ---- reading

// Grows with what really arrives, not with what a length field claims.
bool Conversation::receive_exactly(size_t bytes, std::string& into) {
  into.clear();
  while (into.size() < bytes) {
    if (input_at_ == input_.size()) {
      input_.resize(read_bytes);
      input_.resize(channel_.read({input_.data(), read_bytes}));
      input_at_ = 0;
      if (input_.empty()) return false;
    }
    const size_t part = std::min(bytes - into.size(), input_.size() - input_at_);
    into.append(input_, input_at_, part);
    input_at_ += part;
  }
  return true;
}

bool Conversation::receive(char& type, std::string& body) {
  if (!receive_exactly(5, body)) return false;
  type = body[0];
  const uint32_t length = big_endian(body.data() + 1);
  if (length >= 4 && length <= message_bytes_max) return receive_exactly(length - 4, body);
  out_.fatal(protocol_error("invalid message length"));
  return false;
}

// ---- the beginning

bool Conversation::greet() {
  std::string body;
  for (int requests = 0; requests < 3; ++requests) {  // GSS, SSL, then the real one
    if (!receive_exactly(4, body)) return false;
    const uint32_t length = big_endian(body.data());
    if (length < 8 || length > startup_bytes_max || !receive_exactly(length - 4, body)) return false;
    const auto first = parse_first(body);
    if (!first.ok()) return out_.fatal(first.error()), false;
    if (const auto* cancel = std::get_if<CancelRequest>(&*first)) return surroundings_.cancel(*cancel), false;
    if (const auto* startup = std::get_if<Startup>(&*first)) {
      const auto opened = open_session(*startup);
      if (!opened.ok()) out_.fatal(opened.error());
      return opened.ok();
    }
    out_.encryption_refused();
  }
  return false;
}

Result<bool> Conversation::open_session(const Startup& startup) {
  const auto key = surroundings_.key();
  session_ = TRY(engine_.open(startup, key.process));
  surroundings_.started(*session_);
  out_.authentication_ok();
  report_settings();
  out_.backend_key(key.process, key.secret);
  out_.ready(session_->transaction());
  return true;
}

void Conversation::report_settings() {
  for (const auto& [name, value] : session_->changed_settings()) out_.parameter_status(name, value);
}

void Conversation::report_notices() {
  for (const std::string& text : session_->take_notices()) out_.notice("NOTICE", "00000", text);
}

// ---- the loop

Conversation::Next Conversation::take(char type, std::string_view body) {
  const auto message = parse_message(type, body);
  if (!message.ok()) {
    out_.fatal(message.error());
    return Next::leave;
  }
  if (std::holds_alternative<Terminate>(*message)) return Next::leave;
  if (std::holds_alternative<Sync>(*message)) return sync(), Next::go_on;
  if (const auto* query_message = std::get_if<Query>(&*message)) {
    skip_to_sync_ = false;
    query(query_message->sql);
    return Next::go_on;
  }
  if (skip_to_sync_) return Next::go_on;
  if (const auto handled = handle(*message); !handled.ok()) {
    failed(handled.error());
    skip_to_sync_ = true;
  }
  return Next::go_on;
}

Result<void> Conversation::handle(const FrontendMessage& message) {
  if (const auto* m = std::get_if<Parse>(&message)) return parse(*m);
  if (const auto* m = std::get_if<Bind>(&message)) return bind(*m);
  if (const auto* m = std::get_if<Describe>(&message)) return describe(*m);
  if (const auto* m = std::get_if<Execute>(&message)) return execute(*m);
  if (const auto* m = std::get_if<Close>(&message)) {
    if (m->portal)
      portals_.erase(std::string(m->name));
    else
      statements_.erase(std::string(m->name));
    out_.simple('3');
    return {};
  }
  if (std::holds_alternative<Flush>(message)) return out_.flush(), Result<void>{};
  if (std::holds_alternative<FunctionCall>(message))
    return sql_error("0A000", "function calls are not supported");
  return {};  // CopyData, CopyDone, CopyFail outside COPY are ignored, as PostgreSQL does; so is a password
}

void Conversation::failed(const Error& error) {
  session_->statement_failed();
  out_.error(error);
}

void Conversation::sync() {
  skip_to_sync_ = false;
  if (session_->transaction() == Transaction::idle) portals_.clear();
  report_settings();
  session_->waiting();
  out_.ready(session_->transaction());
}

// ---- simple queries

void Conversation::query(std::string_view sql) {
  portals_.erase("");
  const auto run_all = [&]() -> Result<void> {
    const auto statements = TRY(session_->split(sql));
    if (statements.empty()) out_.simple('I');
    const bool group = statements.size() > 1;
    if (group) TRY(session_->begin_group());
    for (const auto& statement : statements) TRY(run_simple(statement));
    return group ? session_->end_group() : Result<void>{};
  };
  if (const auto done = run_all(); !done.ok()) {
    failed(done.error());
    (void)session_->end_group();  // rolls back what the group had begun
  }
  sync();
}

Result<void> Conversation::run_simple(const std::string& sql) {
  const auto statement = TRY(session_->prepare(sql, {}));
  if (!statement->parameters().empty()) return sql_error("42P02", "there is no parameter $1");
  auto outcome = TRY(statement->execute({}));
  report_notices();
  TRY(answer(outcome, {}, true));
  report_settings();
  return {};
}

Result<void> Conversation::answer(Outcome& outcome, const std::vector<bool>& binary, bool describe_rows) {
  if (auto* selected = std::get_if<Selected>(&outcome)) {
    if (describe_rows) out_.row_description(selected->rows->columns(), binary);
    return send_rows(*selected->rows, binary);
  }
  if (auto* command = std::get_if<Command>(&outcome))
    return out_.command_complete(command->tag), Result<void>{};
  if (auto* copy = std::get_if<CopyOut>(&outcome)) return copy_out(*copy);
  if (auto* copy = std::get_if<CopyIn>(&outcome)) return copy_in(*copy);
  out_.simple('I');
  return {};
}

Result<void> Conversation::send_rows(Rows& rows, const std::vector<bool>& binary) {
  const auto progress = TRY(rows.write(out_, RowForm{binary, nullptr}, 0));
  out_.command_complete(rows.tag(progress.rows));
  return {};
}

Result<void> Conversation::copy_out(CopyOut& copy) {
  const auto columns = copy.rows->columns();
  out_.copy_out(columns.size());
  if (copy.options.header) {
    std::vector<std::string> names;
    for (const auto& column : columns) names.push_back(column.name);
    out_.copy_data(copy_header(names, copy.options));
  }
  const auto progress = TRY(copy.rows->write(out_, RowForm{{}, &copy.options}, 0));
  out_.simple('c');
  out_.command_complete("COPY " + std::to_string(progress.rows));
  return {};
}

Result<void> Conversation::copy_in(CopyIn& copy) {
  out_.copy_in(copy.target->columns());
  CopyParser parser(copy.options, copy.target->columns(),
                    [&](std::span<const CopyField> fields) { return copy.target->add(fields); });
  TRY(receive_copy(parser));
  TRY(parser.finish());
  TRY(copy.target->finish());
  out_.command_complete("COPY " + std::to_string(parser.rows()));
  return {};
}

// Reads to the end of the data even after an error, so that what follows is understood.
Result<void> Conversation::receive_copy(CopyParser& parser) {
  char type = 0;
  std::string body;
  Result<void> outcome;
  while (receive(type, body)) {
    const auto message = parse_message(type, body);
    if (!message.ok()) return std::move(const_cast<Error&>(message.error()));
    if (std::holds_alternative<CopyDone>(*message)) return outcome;
    if (const auto* fail = std::get_if<CopyFail>(&*message))
      return sql_error("57014", "COPY from stdin failed: " + std::string(fail->reason));
    if (const auto* data = std::get_if<CopyData>(&*message)) {
      if (outcome.ok()) outcome = parser.add(data->bytes);
    } else if (!std::holds_alternative<Flush>(*message) && !std::holds_alternative<Sync>(*message)) {
      return sql_error("08P01", "unexpected message during COPY from stdin");
    }
  }
  return sql_error("08006", "the connection ended during COPY from stdin");
}

// ---- extended queries

Result<void> Conversation::parse(const Parse& message) {
  const std::string name(message.statement);
  if (!name.empty() && statements_.contains(name))
    return sql_error("42P05", "prepared statement \"" + name + "\" already exists");
  if (statements_.size() >= prepared_statements_max)
    return sql_error("54000", "too many prepared statements");
  const auto pieces = TRY(session_->split(message.sql));
  if (pieces.size() > 1)
    return sql_error("42601", "cannot insert multiple commands into a prepared statement");
  statements_[name] = TRY(session_->prepare(pieces.empty() ? "" : pieces[0], message.types));
  out_.simple('1');
  return {};
}

Result<std::shared_ptr<Statement>> Conversation::find_statement(std::string_view name) {
  const auto found = statements_.find(std::string(name));
  if (found != statements_.end()) return found->second;
  return sql_error("26000", "prepared statement \"" + std::string(name) + "\" does not exist");
}

Result<Conversation::Portal*> Conversation::find_portal(std::string_view name) {
  const auto found = portals_.find(std::string(name));
  if (found != portals_.end()) return &found->second;
  return sql_error("34000", "portal \"" + std::string(name) + "\" does not exist");
}

Result<void> Conversation::bind(const Bind& message) {
  const std::string name(message.portal);
  auto statement = TRY(find_statement(message.statement));
  if (statement->parameters().size() != message.values.size())
    return sql_error("08P01", "bind message supplies " + std::to_string(message.values.size()) +
                                  " parameters, but the prepared statement requires " +
                                  std::to_string(statement->parameters().size()));
  if (!name.empty() && portals_.contains(name))
    return sql_error("42P03", "portal \"" + name + "\" already exists");
  if (portals_.size() >= prepared_statements_max) return sql_error("54000", "too many portals");
  Portal portal{std::move(statement), {}, {}, message.binary_results, nullptr, 0, false};
  for (const auto& value : message.values) {
    portal.values.emplace_back(value.bytes);
    portal.binary_values.push_back(value.binary);
  }
  portals_.insert_or_assign(name, std::move(portal));
  out_.simple('2');
  return {};
}

Result<void> Conversation::begin(Portal& portal) {
  if (portal.outcome) return {};
  std::vector<BoundValue> values;
  for (size_t i = 0; i < portal.values.size(); ++i)
    values.push_back({portal.values[i] ? std::optional<std::string_view>(*portal.values[i]) : std::nullopt,
                      portal.binary_values[i]});
  portal.outcome = std::make_unique<Outcome>(TRY(portal.statement->execute(values)));
  report_notices();
  return {};
}

// A portal is begun when described: only then are the types of expressions over its values known.
Result<void> Conversation::describe(const Describe& message) {
  if (!message.portal) {
    const auto statement = TRY(find_statement(message.name));
    out_.parameter_description(statement->parameters());
    if (statement->returns_rows())
      out_.row_description(statement->columns(), {});
    else
      out_.simple('n');
    return {};
  }
  Portal& portal = *TRY(find_portal(message.name));
  if (!portal.statement->returns_rows()) return out_.simple('n'), Result<void>{};
  TRY(begin(portal));
  if (const auto* selected = std::get_if<Selected>(portal.outcome.get()))
    out_.row_description(selected->rows->columns(), portal.binary_results);
  else
    out_.simple('n');
  return {};
}

Result<void> Conversation::execute(const Execute& message) {
  Portal& portal = *TRY(find_portal(message.portal));
  TRY(begin(portal));
  auto* selected = std::get_if<Selected>(portal.outcome.get());
  if (selected == nullptr) {
    if (portal.finished)
      return sql_error("55000", "portal \"" + std::string(message.portal) + "\" cannot be run");
    portal.finished = true;
    return answer(*portal.outcome, {}, false);
  }
  const auto progress =
      portal.finished
          ? Progress{0, true}
          : TRY(selected->rows->write(out_, RowForm{portal.binary_results, nullptr}, message.rows_max));
  portal.rows += progress.rows;
  portal.finished = progress.finished;
  if (!progress.finished) return out_.simple('s'), Result<void>{};
  out_.command_complete(selected->rows->tag(progress.rows));
  return {};
}

}  // namespace fvm::pgwire
