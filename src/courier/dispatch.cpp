#include "courier/dispatch.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/log.hpp"
#include "base/messages.hpp"
#include "crypto/sha256.hpp"
#include "identity/service.hpp"
#include "net/mail.hpp"
#include "notify/outbox.hpp"
#include "release/progress.hpp"
#include "release/service.hpp"

namespace fvm::courier {
namespace {

using release::Event;
using release::Request;
using release::State;

net::MailServer server_of(const config::Config& config) {
  net::MailServer server;
  server.host = config.mail.host;
  server.port = config.mail.port;
  server.tls = net::tls_named(config.mail.tls);
  server.ca_file = config.mail.ca_file;
  return server;
}

std::string message_id_of(World& world, const std::string& number, const std::string& from) {
  return number + "." + random_hex(world, 12) + from.substr(from.find('@'));
}

// Nothing that the author wrote himself stands here: what leaves are the files that were checked.
std::string body_of(const Request& request, const config::Config& config,
                    const std::optional<release::NewLink>& link) {
  Arguments facts = {{"service", config.service.name},
                     {"release", request.number},
                     {"project", request.project},
                     {"files", std::to_string(request.files.size())}};
  std::string address;
  if (link) {
    facts.emplace_back("expires", to_text(link->link.expires));
    address = release::link_address(config.portal.public_url, request.number, link->token) + "\r\n\r\n";
  }
  const std::string& contact = config.service.contact;
  std::string text;
  for (const Language language : {Language::danish, Language::english}) {
    text += message(language, link ? "mail.link_text" : "mail.text", facts) + "\r\n\r\n" + address;
    text += message(language, "mail.mistake",
                    {{"release", request.number}, {"contact", contact.empty() ? config.mail.from : contact}});
    text += "\r\n\r\n";
  }
  return text;
}

// How results reach the institution of whoever sent it.
Result<identity::Delivery> delivery_of(const store::Database& store, const Request& request) {
  const auto author = TRY(identity::find_user(store, request.author));
  return TRY(identity::find_institution(store, author.institution_name)).delivery;
}

bool same_approved(const Request& a, const Request& b) {
  return std::equal(a.files.begin(), a.files.end(), b.files.begin(), b.files.end(),
                    [](const release::File& one, const release::File& other) {
                      return one.approved_sha256 == other.approved_sha256;
                    });
}

// The year 2200: until the closing that stopped it has ended.
constexpr int64_t stopped_until = 7'258'118'400'000'000;

// A closing takes effect between two pieces of a mail.
Result<void> still_sending(const store::Database& store, const std::string& number) {
  if (TRY(release::state_of(store, number)) == State::sending) return {};
  return refused("release.closed_for_now", {{"release", number}});
}

}  // namespace

Send send_through(const config::Config& config) {
  return
      [server = server_of(config)](const std::string& from, const std::string& to, std::string_view message,
                                   const std::function<Result<void>()>& before_piece) {
        return net::send(server, from, to, message, before_piece);
      };
}

Result<size_t> Dispatcher::run_once(std::string_view wanted) {
  size_t sent = 0;
  auto due = TRY(notify::due(ledger_.database(), world_.now()));
  if (!wanted.empty()) {
    const auto mail = TRY(notify::find(ledger_.database(), wanted));
    if (mail && mail->phase == notify::Phase::waiting && mail->next_try > world_.now()) due.push_back(*mail);
  }
  for (const notify::Mail& mail : due) {
    if (mail.phase == notify::Phase::opened || mail.phase == notify::Phase::data) {
      const auto taken = take_up(mail.reference, mail.phase == notify::Phase::data);
      if (!taken.ok()) log_error("dispatch.failed", taken.error());
      continue;
    }
    const auto done = send_one(mail.reference);
    if (done.ok()) sent += *done;
    if (!done.ok()) log_error("dispatch.failed", done.error());
  }
  return sent;
}

// A crash left it in `sending`. Before the first byte: nothing has left, try again. After it: nobody knows.
Result<void> Dispatcher::take_up(const std::string& number, bool bytes_may_have_left) {
  log_event("dispatch.taken_up",
            {{"release", number}, {"bytes_may_have_left", bytes_may_have_left ? "yes" : "no"}});
  if (TRY(release::state_of(ledger_.database(), number)) == State::held) {
    const auto outcome = bytes_may_have_left ? net::Outcome::unknown : net::Outcome::later;
    TRY(settle_stopped(TRY(release::find(ledger_.database(), number)), {.outcome = outcome}));
    return {};
  }
  if (bytes_may_have_left) return hold(number, "outcome_unknown");
  const auto body = [&](audit::Writer& writer, Request& request) {
    return notify::defer(writer, request.number, writer.now());
  };
  TRY(release::take_step(ledger_, number, release::courier(), Event::defer, "interrupted", body));
  return {};
}

Result<void> Dispatcher::hold(const std::string& number, const std::string& reason) {
  TRY(release::hold(ledger_, number, release::courier(), reason));
  return {};
}

// The kept bytes, each file read once and hashed as read: what is mailed is what was hashed. A keeper that is
// down says nothing about them: that error is the surroundings', and it is tried again.
Result<std::vector<net::Attachment>> Dispatcher::attachments_of(const Request& request) {
  constexpr std::array about_bytes = {"release.kept_missing", "release.kept_changed", "release.kept_locked"};
  std::vector<net::Attachment> files;
  for (const release::File& file : request.files) {
    const Error not_those =
        refused("release.not_approved_bytes", {{"release", request.number}, {"file", file.name}});
    auto bytes = copies_.read(file.approved_sha256);
    if (!bytes.ok() &&
        std::find(about_bytes.begin(), about_bytes.end(), bytes.error().code) == about_bytes.end())
      return bytes.error();
    if (!bytes.ok() || crypto::sha256_hex(*bytes) != file.approved_sha256) return not_those;
    files.push_back({release::name_outside(request, file), std::move(*bytes)});
  }
  return files;
}

Result<std::string> Dispatcher::message_of(const Request& request, const std::string& message_id,
                                           std::vector<net::Attachment> files,
                                           const std::optional<release::NewLink>& link) {
  net::Mail mail{.from = config_.mail.from,
                 .to = request.recipient,
                 .subject = config_.service.name + " " + request.number,
                 .message_id = message_id,
                 .date = world_.now(),
                 .text = body_of(request, config_, link),
                 .attachments = std::move(files)};
  return net::compose(mail);
}

Result<void> Dispatcher::begin_data(const std::string& number, const std::string& message_id) {
  TRY(ledger_.write({"fvm-courier", "release.data", number, {{"message_id", message_id}}},
                    [&](audit::Writer& writer) -> Result<void> {
                      TRY(still_sending(writer, number));
                      return notify::mark_data(writer, number);
                    }));
  crash_point("release.data");
  return {};
}

// A closing stopped it while it was being sent. Taken all the same: then that is so. For certain not taken:
// it may go on when the closing ends (notify: `waiting`, but far away). Unknown: an operator must ask.
Result<bool> Dispatcher::settle_stopped(const Request& request, const net::Delivered& delivered) {
  if (delivered.outcome == net::Outcome::accepted) {
    TRY(release::take_step(ledger_, request.number, release::courier(), Event::accept, "accepted_before"));
    return true;
  }
  const bool certain = delivered.outcome != net::Outcome::unknown;
  TRY(ledger_.write(
      {"fvm-courier", "release.stopped", request.number, {{"sent", certain ? "no" : "unknown"}}},
      [&](audit::Writer& writer) {
        return certain ? notify::defer(writer, request.number, {stopped_until})
                       : notify::finish(writer, request.number);
      }));
  return false;
}

Result<bool> Dispatcher::send_one(const std::string& number) {
  const Request before = TRY(release::find(ledger_.database(), number));
  if (before.state != State::approved && before.state != State::failed && before.state != State::bounced)
    return false;
  if (const auto allowed = release::may_leave(ledger_.database(), world_.now(), before); !allowed.ok()) {
    TRY(hold(number, allowed.error().code));
    return false;
  }
  auto ready = make_ready(before);
  if (!ready.ok()) {
    if (ready.error().kind != Kind::refused) return ready.error();
    TRY(hold(number, ready.error().code));
    return false;
  }
  return send_started(TRY(start(before, ready->link)), std::move(ready->files), ready->link);
}

// What is asked outside of the transaction that begins to send.
Result<Dispatcher::Ready> Dispatcher::make_ready(const Request& request) {
  TRY(release::still_known(world_, instance_, ledger_.database(), request));
  Ready ready{.files = TRY(attachments_of(request)), .link = {}};
  TRY(release::require_words(vouch_, release::Word::checked, request, request.files));
  ready.link = TRY(link_for(request));
  if (ready.link) ready.files.clear();  // they are there and are the approved ones; they stay here
  return ready;
}

// A link, if the author's institution gets its results so.
Result<std::optional<release::NewLink>> Dispatcher::link_for(const Request& request) {
  if (TRY(delivery_of(ledger_.database(), request)) != identity::Delivery::link)
    return std::optional<release::NewLink>();
  if (config_.portal.public_url.empty()) return refused("identity.no_public_url");
  return std::optional(TRY(release::make_link(world_, vouch_, request, config_.release.link_days)));
}

Result<Request> Dispatcher::start(const Request& before, const std::optional<release::NewLink>& link) {
  const std::string& number = before.number;
  const auto body = [&](audit::Writer& writer, Request& request) -> Result<void> {
    TRY(release::may_leave(writer, writer.now(), request));
    const bool by_link = TRY(delivery_of(writer, request)) == identity::Delivery::link;
    if (!same_approved(before, request) || by_link != link.has_value())
      return refused("release.moved", {{"release", number}});
    if (link) TRY(release::put_link(writer, request, link->link));
    return notify::open(writer, number, message_id_of(world_, number, config_.mail.from));
  };
  auto started = TRY(release::take_step(ledger_, number, release::courier(), Event::start, {}, body));
  crash_point("release.sending");
  return started;
}

Result<bool> Dispatcher::send_started(const Request& request, std::vector<net::Attachment> files,
                                      const std::optional<release::NewLink>& link) {
  const std::string& number = request.number;
  const auto mail = TRY(notify::find(ledger_.database(), number));
  if (!mail) return defect("release.not_in_outbox", {{"release", number}});
  const auto message = message_of(request, mail->message_id, std::move(files), link);
  if (!message.ok()) {
    TRY(hold(number, message.error().code));
    return false;
  }
  bool begun = false;
  const auto before_piece = [&]() -> Result<void> {
    if (!std::exchange(begun, true)) return begin_data(number, mail->message_id);
    return still_sending(ledger_.database(), number);
  };
  const net::Delivered delivered = send_(config_.mail.from, request.recipient, *message, before_piece);
  if (delivered.outcome == net::Outcome::accepted) crash_point("release.sent");
  return settle(request, delivered);
}

Result<bool> Dispatcher::settle(const Request& request, const net::Delivered& delivered) {
  if (TRY(release::state_of(ledger_.database(), request.number)) == State::held)
    return settle_stopped(request, delivered);
  const std::string answer = delivered.code > 0 ? std::to_string(delivered.code) : delivered.reason;
  log_event(
      "dispatch.answer",
      {{"release", request.number}, {"answer", answer}, {"encrypted", delivered.encrypted ? "yes" : "no"}});
  const auto mail = TRY(notify::find(ledger_.database(), request.number));
  const uint32_t tries = mail ? mail->tries : notify::tries_max;
  if (delivered.outcome == net::Outcome::accepted) {
    const auto facts = [&](audit::Writer& writer, Request&) -> Result<void> {
      writer.fact("message_id", mail ? mail->message_id : "");
      writer.fact("encrypted", delivered.encrypted ? "yes" : "no");
      return {};
    };
    TRY(release::take_step(ledger_, request.number, release::courier(), Event::accept, answer, facts));
    return true;
  }
  if (delivered.outcome == net::Outcome::unknown) {
    TRY(hold(request.number, "outcome_unknown"));
  } else if (delivered.outcome == net::Outcome::refused || tries >= notify::tries_max) {
    TRY(hold(request.number, "mail_server: " + answer));
  } else {
    const auto later = [&](audit::Writer& writer, Request& r) {
      return notify::defer(writer, r.number,
                           {writer.now().microseconds + notify::pause_seconds(tries) * 1'000'000});
    };
    TRY(release::take_step(ledger_, request.number, release::courier(), Event::defer,
                           "mail_server: " + answer, later));
  }
  return false;
}

}  // namespace fvm::courier
