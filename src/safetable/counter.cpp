#include "safetable/counter.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "enclave/permissions.hpp"
#include "extract/project.hpp"
#include "safetable/asked.hpp"
#include "safetable/coarsen.hpp"
#include "safetable/output.hpp"
#include "safetable/outputs.hpp"
#include "safetable/session_outbox.hpp"
#include "safetable/store.hpp"
#include "safetable/view.hpp"

namespace fvm::safetable {
namespace {

using wire::TableAnswer;

Result<TableAnswer> release(const Setting& setting, const Asker& asker, const Asked& asked) {
  const Request request = TRY(request_of(asked.wanted, asker.project, asker.user));
  const auto make = asked.wanted.coarsen ? release_coarse_table : release_table;
  auto released = TRY(make(setting, request, asked.formats, asked.language));
  auto json = table_json(released.record, asked.explain, asked.language);
  // It is out, so it is told; a cell that is not there can be asked for again.
  if (!json.ok()) json = table_json(released.record, {}, asked.language);
  return TableAnswer{TRY(std::move(json)), std::move(released.documents)};
}

Result<void> may_ask(const Setting& setting, const Asker& asker) {
  TRY(enclave::check_request(setting.ledger.database(), {asker.project, asker.user, 0}, setting.world.now()));
  return {};
}

Result<std::vector<Record>> tables_of(const Setting& setting, const Asker& asker, const TablePart& part) {
  TRY(may_ask(setting, asker));
  return released_tables(setting.world, setting.instance, setting.ledger.database(), asker.project, part);
}

// Table `number` of the project.
Result<Record> table_of(const Setting& setting, const Asker& asker, int64_t number) {
  auto found = TRY(tables_of(setting, asker, {number - 1, 1}));
  if (!found.empty() && found.front().number == number) return std::move(found.front());
  return usage("table.unknown", {{"table", std::to_string(number)}, {"project", asker.project}});
}

Result<TableAnswer> show(const Setting& setting, const Asker& asker, const Asked& asked) {
  const Record found = TRY(table_of(setting, asker, asked.table));
  std::vector<std::string> documents;
  for (const std::string& format : asked.formats)
    documents.push_back(TRY(write_again(setting, asker.user, found, format, asked.language)));
  return TableAnswer{TRY(table_json(found, asked.explain, asked.language)), std::move(documents)};
}

Result<TableAnswer> list(const Setting& setting, const Asker& asker, const Asked& asked) {
  if (asked.part.after > 0) TRY(table_of(setting, asker, asked.part.after));
  const auto records = TRY(tables_of(setting, asker, asked.part));
  const store::Database& store = setting.ledger.database();
  const std::string cvr = TRY(extract::open_project(store, asker.project)).cvr;
  return TableAnswer{
      list_json(asker.project, records, TRY(recalls_of(store, cvr)), TRY(outside_of(store, cvr))), {}};
}

Result<TableAnswer> answer_asked(const Setting& setting, const Asker& asker, const Asked& asked) {
  if (asked.what == Asked::What::release) return release(setting, asker, asked);
  if (asked.what == Asked::What::show) return show(setting, asker, asked);
  if (asked.what == Asked::What::outbox)
    return TableAnswer{TRY(told_outbox(setting, asker, asked.files, asked.wait)), {}};
  return list(setting, asker, asked);
}

bool is_about_outbox(const Asked& asked) {
  return asked.what == Asked::What::outbox;
}

// What a machine says of files and folders is no business of whoever asks for a table; outside, neither is
// what the engine says of a statement: names of columns may come from a file's first line.
Error told(Error error, Seat seat) {
  if (error.code == "outbox.not_told") return error;
  if (error.kind == Kind::surroundings || error.kind == Kind::defect) {
    if (seat == Seat::outside) log_error("table", error);  // a session's standard error is the analyst's
    return surroundings("table.not_made", {{"reason", std::move(error.code)}});
  }
  if (seat == Seat::session) return error;
  if (error.code == "table.sql_wrong" || error.code == "table.sql_failed") return usage("table.sql_not_told");
  if (error.code == "table.column_unknown")
    return usage("table.column_missing", {{"name", std::string(error.argument("name"))}});
  return error;
}

Result<TableAnswer> answer_read(const Setting& setting, const Asker& asker, const Result<Asked>& asked) {
  if (!asked.ok()) return asked.error();
  // The portal has a route of its own for it.
  if (is_about_outbox(*asked) && asker.seat != Seat::session)
    return usage("table.member_wrong", {{"name", "do"}});
  auto answer = answer_asked(setting, asker, *asked);
  if (!answer.ok()) return told(std::move(answer.error()), asker.seat);
  return answer;
}

struct Paces {
  Pace tables, outbox;
};

Error outbox_too_often() {
  return refused("outbox.too_often", {{"requests", std::to_string(requests_burst_max)}});
}

Result<void> serve_one(const Setting& setting, const Asker& asker, Paces& paces, wire::Connection& socket) {
  const wire::Frame frame = TRY(socket.receive());
  if (frame.type != wire::Type::ask_table) return surroundings("wire.broken_message");
  const auto text = TRY(wire::decode<wire::AskTable>(frame.body));
  const auto asked = read_asked(text.request);
  const bool outbox = asked.ok() && is_about_outbox(*asked);
  if (!(outbox ? paces.outbox : paces.tables).take(setting.world.now()))
    return socket.send(wire::to_failure(outbox ? outbox_too_often() : too_often()));
  const auto answer = answer_read(setting, asker, asked);
  if (!answer.ok()) return socket.send(wire::to_failure(answer.error()));
  const auto sent = wire::send_table(socket, *answer);
  if (sent.ok() || sent.error().code != "wire.answer_too_large") return sent;
  return socket.send(wire::to_failure(sent.error()));
}

}  // namespace

Error too_often() {
  return refused("table.too_often", {{"requests", std::to_string(requests_burst_max)},
                                     {"seconds", std::to_string(request_interval_milliseconds / 1000)}});
}

bool Pace::take(Time now) {
  const double microseconds_each = 1'000.0 * interval_milliseconds_;
  const auto passed = std::max<int64_t>(now.microseconds - at_.microseconds, 0);
  left_ = std::min<double>(requests_burst_max, left_ + static_cast<double>(passed) / microseconds_each);
  at_ = now;
  if (left_ < 1) return false;
  left_ -= 1;
  return true;
}

Result<TableAnswer> answer_request(const Setting& setting, const Asker& asker, std::string_view request) {
  const auto asked = read_asked(request);
  // Whether he may ask at all comes before what is wrong with what he asks.
  auto may = may_ask(setting, asker);
  if (may.ok()) return answer_read(setting, asker, asked);
  if (!asked.ok() || asked->what == Asked::What::release)
    TRY(record_refusal(setting.ledger, asker.user, asker.project, asked.ok() ? asked->wanted.sql : "",
                       may.error()));
  return told(std::move(may.error()), asker.seat);
}

void serve_session(const Setting& setting, const Asker& asker, wire::Connection& socket) {
  const Time now = setting.world.now();
  Paces paces{Pace(now), Pace(now, outbox_interval_milliseconds)};
  for (;;) {
    auto served = serve_one(setting, asker, paces, socket);
    if (served.ok()) continue;
    if (served.error().code != "wire.closed")  // no program of ours sends such a thing
      (void)setting.ledger
          .record({asker.user, "table.misasked", asker.project, {{"reason", served.error().code}}})
          .ok();
    return;
  }
}

}  // namespace fvm::safetable
