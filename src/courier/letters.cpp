#include "courier/letters.hpp"

#include "base/log.hpp"
#include "net/mail.hpp"
#include "notify/outbox.hpp"

namespace fvm::courier {
namespace {

constexpr const char* actor = "fvm-courier";

std::string answer_of(const net::Delivered& delivered) {
  return delivered.code > 0 ? std::to_string(delivered.code) : delivered.reason;
}

}  // namespace

Result<size_t> LetterSender::run_once() {
  size_t sent = 0;
  for (const int64_t id : TRY(notify::letters_due(ledger_.database(), world_.now()))) {
    const auto done = send_one(id);
    if (done.ok()) sent += *done;
    if (!done.ok()) log_error("letter.failed", done.error());
  }
  return sent;
}

Result<std::string> LetterSender::message_of(const notify::Letter& letter) const {
  net::Mail mail{.from = config_.mail.from,
                 .to = letter.to,
                 .subject = letter.subject,
                 .message_id = letter.message_id,
                 .date = world_.now(),
                 .text = letter.text};
  for (const notify::LetterFile& file : letter.files) mail.attachments.push_back({file.name, file.bytes});
  return net::compose(mail);
}

Result<bool> LetterSender::send_one(int64_t id) {
  notify::Letter letter = TRY(notify::find_letter(ledger_.database(), id));
  const std::string& from = config_.mail.from;
  const std::string message_id =
      "L-" + std::to_string(id) + "." + random_hex(world_, 12) + from.substr(from.find('@'));
  letter = TRY(ledger_.write({actor, "letter.opened", letter.reference, {{"letter", std::to_string(id)}}},
                             [&](audit::Writer& writer) -> Result<notify::Letter> {
                               TRY(notify::open_letter(writer, id, message_id));
                               return notify::find_letter(writer, id);
                             }));
  crash_point("letter.opened");
  const auto message = message_of(letter);
  if (!message.ok()) {
    TRY(give_up(letter, message.error().code));
    return false;
  }
  const net::Delivered delivered = send_(from, letter.to, *message, []() -> Result<void> { return {}; });
  if (delivered.outcome == net::Outcome::accepted) crash_point("letter.sent");
  return settle(letter, delivered);
}

Result<bool> LetterSender::settle(const notify::Letter& letter, const net::Delivered& delivered) {
  const std::string answer = answer_of(delivered);
  const Arguments facts = {{"letter", std::to_string(letter.id)},
                           {"answer", answer},
                           {"message_id", letter.message_id},
                           {"encrypted", delivered.encrypted ? "yes" : "no"}};
  log_event("letter.answer", facts);
  if (delivered.outcome == net::Outcome::accepted) {
    TRY(ledger_.write({actor, "letter.sent", letter.reference, facts}, [&](audit::Writer& writer) {
      return notify::finish_letter(writer, letter.id, notify::LetterState::sent);
    }));
    return true;
  }
  if (delivered.outcome == net::Outcome::refused || letter.tries >= notify::tries_max) {
    TRY(give_up(letter, "mail_server: " + answer));
    return false;
  }
  const Time next{world_.now().microseconds + notify::pause_seconds(letter.tries) * 1'000'000};
  TRY(ledger_.write({actor, "letter.deferred", letter.reference, facts},
                    [&](audit::Writer& writer) { return notify::defer_letter(writer, letter.id, next); }));
  return false;
}

Result<void> LetterSender::give_up(const notify::Letter& letter, const std::string& why) {
  return ledger_.write(
      {actor, "letter.failed", letter.reference, {{"letter", std::to_string(letter.id)}, {"why", why}}},
      [&](audit::Writer& writer) -> Result<void> {
        TRY(notify::finish_letter(writer, letter.id, notify::LetterState::failed));
        return notify::tell(writer, "role:caseworker", letter.reference, "notice.letter_failed");
      });
}

}  // namespace fvm::courier
