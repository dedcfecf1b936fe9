#include "release/link.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "crypto/encoding.hpp"
#include "crypto/secret.hpp"
#include "crypto/sha256.hpp"
#include "identity/service.hpp"
#include "release/service.hpp"
#include "release/store.hpp"
#include "wire/messages.hpp"
#include "wire/socket.hpp"

namespace fvm::release {
namespace {

constexpr int64_t second = 1'000'000, day = 86'400 * second;

// What the keeper is asked to stand for.
std::string vouched_text(const Request& request, const Link& link) {
  std::string text = "fvm-one-time-link-1\n" + request.number + "\n" + std::to_string(link.revision) + "\n" +
                     link.token_sha256 + "\n" + std::to_string(link.expires.microseconds) + "\n";
  for (const File& file : request.files)
    text += std::to_string(file.position) + " " + file.approved_sha256 + "\n";
  return text;
}

// Whoever asks is told why not, and no more than that: whose link it is comes before how it stands.
Result<void> check_who(const store::Database& store, const Request& request, const std::string& name) {
  const identity::User user = TRY(identity::find_user(store, name));
  TRY(identity::require_open(user));
  const bool same = user.institution == TRY(identity::find_user(store, request.author)).institution;
  const bool taken = !request.link->opener.empty() && request.link->opener != user.name;
  if (same && !taken) return {};
  return refused("release.link_not_yours", {{"release", request.number}});
}

Result<void> check_state(const store::Database& store, Time now, const Request& request) {
  constexpr std::array alive = {State::sent, State::sampled, State::closed_ok};
  const auto is = [&](State state) { return request.state == state; };
  if (is(State::recalled) || is(State::finding))
    return refused("release.link_recalled", {{"release", request.number}});
  const bool stands =
      std::any_of(alive.begin(), alive.end(), is) && request.link->revision == request.revision;
  const auto leaves = stands ? may_leave(store, now, request) : Result<void>();
  if (!leaves.ok() && leaves.error().kind != Kind::refused) return leaves.error();
  if (!stands || !leaves.ok()) {
    return refused("release.link_stopped",
                   {{"release", request.number}, {"why", stands ? leaves.error().code : "state"}});
  }
  if (now >= request.link->expires) return refused("release.link_expired", {{"release", request.number}});
  return {};
}

// The request that the link opens for whoever asks, as things are now.
Result<Request> opened(const store::Database& store, Time now, const LinkAsked& asked) {
  const Error unknown = refused("release.link_unknown");
  if (asked.token.size() != link_token_characters) return unknown;
  const auto owner = TRY(link_owner(store, crypto::sha256_hex(asked.token)));
  if (!owner || id_of(asked.number) != owner->request) return unknown;
  Request request = TRY(find(store, number_of(owner->request)));
  if (!request.link) return unknown;
  TRY(check_who(store, request, asked.user));
  if (!owner->newest) return refused("release.link_stopped", {{"release", request.number}, {"why", "newer"}});
  TRY(check_state(store, now, request));
  return request;
}

Result<const File*> file_in(const Request& request, uint32_t position) {
  if (position >= 1 && position <= request.files.size()) return &request.files[position - 1];
  return usage("release.link_no_file", {{"release", request.number}});
}

// As it is called, or "-": what somebody typed is not written down.
std::string subject_of(const LinkAsked& asked) {
  const auto id = id_of(asked.number);
  return id ? number_of(*id) : "-";
}

std::string why_of(const Error& error) {
  for (const auto& [name, value] : error.arguments) {
    if (name == "why") return error.code + ": " + value;
  }
  return error.code;
}

// A refusal is recorded; in the history of the request only when the token was the right one.
Result<void> record_refusal(audit::Ledger& ledger, const LinkAsked& asked, const Error& error) {
  if (error.kind != Kind::refused) return {};
  const std::string why = why_of(error);
  audit::Event event{asked.user,
                     "release.link_refused",
                     subject_of(asked),
                     {{"why", why}, {"file", std::to_string(asked.position)}}};
  return ledger.write(std::move(event), [&](audit::Writer& writer) -> Result<void> {
    const auto owner = TRY(link_owner(writer, crypto::sha256_hex(asked.token)));
    if (!owner) return {};
    writer.fact("link_of", number_of(owner->request));
    return add_delivery(writer, owner->request, {writer.now(), "link_refused", asked.user, why});
  });
}

template <class T>
Result<T> or_recorded(audit::Ledger& ledger, const LinkAsked& asked, Result<T> done) {
  if (!done.ok()) TRY(record_refusal(ledger, asked, done.error()));
  return done;
}

// Only bytes that are in memory and known to be the approved ones are handed out.
Result<LinkFetched> approved_bytes(const KeptCopies& copies, const Request& request, const File& file) {
  constexpr std::array about_bytes = {"release.kept_missing", "release.kept_changed", "release.kept_locked"};
  const Error not_those =
      refused("release.not_approved_bytes", {{"release", request.number}, {"file", file.name}});
  auto bytes = copies.open(file.approved_sha256);
  if (!bytes.ok()) {
    const bool about =
        std::find(about_bytes.begin(), about_bytes.end(), bytes.error().code) != about_bytes.end();
    return about ? not_those : bytes.error();
  }
  LinkFetched out{name_outside(request, file), file.approved_sha256, 0, std::move(bytes->memory)};
  if (!bytes->path.empty()) {  // a copy of before (0038)
    const Descriptor plain(::open(bytes->path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    Kept told;
    if (!plain) return not_those;
    out.memory = std::move(TRY(copy_to_memory(plain.get(), kept_bytes_max, told)).memory);
  }
  if (::lseek(out.memory.get(), 0, SEEK_SET) != 0) return system_error("read a kept copy", errno);
  const auto digest = TRY(crypto::sha256_of_descriptor(out.memory.get()));
  if (crypto::to_hex(digest.sha256) != file.approved_sha256) return not_those;
  out.bytes = digest.bytes;
  return out;
}

// The keeper's word is asked for outside of transactions.
Result<void> check_word(const Vouch& vouch, const Request& request) {
  const std::string word = crypto::to_hex(TRY(vouch(vouched_text(request, *request.link))));
  if (crypto::same_secret(word, request.link->word)) return {};
  return refused("release.link_stopped", {{"release", request.number}, {"why", "word"}});
}

LinkFile file_of(const Link& link, uint32_t position) {
  for (const LinkFile& file : link.files) {
    if (file.position == position) return file;
  }
  return {.position = position, .first = {}, .fetches = 0, .arrived = {}};
}

// In a transaction: as things are now once more, and the fetch counted.
Result<void> count_fetch(audit::Writer& writer, const LinkAsked& asked, const Request& before) {
  const Request request = TRY(opened(writer, writer.now(), asked));
  const File& file = *TRY(file_in(request, asked.position));
  const File& checked = before.files[asked.position - 1];
  if (request.link->id != before.link->id || file.approved_sha256 != checked.approved_sha256)
    return refused("release.moved", {{"release", request.number}});
  if (!may_fetch(*request.link, asked.position, writer.now()))
    return refused("release.link_used", {{"release", request.number}});
  LinkFile counted = file_of(*request.link, asked.position);
  if (counted.fetches++ == 0) counted.first = writer.now();
  TRY(put_link_file(writer, *request.link, counted));
  TRY(set_opener(writer, *request.link, asked.user));
  writer.fact("sha256", file.approved_sha256);
  writer.fact("fetch", std::to_string(counted.fetches));
  return add_delivery(writer, request.id,
                      {writer.now(), "link_fetched", asked.user, std::to_string(asked.position)});
}

Result<LinkFetched> fetched(World& world, audit::Ledger& ledger, const KeptCopies& copies, const Vouch& vouch,
                            const LinkAsked& asked) {
  const Request request = TRY(opened(ledger.database(), world.now(), asked));
  const File& file = *TRY(file_in(request, asked.position));
  if (!may_fetch(*request.link, asked.position, world.now()))
    return refused("release.link_used", {{"release", request.number}});
  TRY(check_word(vouch, request));
  LinkFetched out = TRY(approved_bytes(copies, request, file));
  TRY(ledger.write(
      {asked.user, "release.link_fetched", request.number, {{"file", std::to_string(asked.position)}}},
      [&](audit::Writer& writer) { return count_fetch(writer, asked, request); }));
  crash_point("release.link_counted");
  return out;
}

}  // namespace

Vouch keeper_vouches(const config::Instance& instance) {
  return [socket = instance.keeper_socket()](const std::string& text) -> Result<std::string> {
    auto keeper = TRY(wire::connect(socket, "fvm-keeper"));
    return TRY(keeper.call<wire::Secret>(wire::VouchLink{text})).bytes;
  };
}

Result<NewLink> make_link(World& world, const Vouch& vouch, const Request& request, int64_t days) {
  NewLink made{.token = random_hex(world, link_token_characters / 2), .link = {}};
  made.link.revision = request.revision;
  made.link.made = world.now();
  made.link.expires = {made.link.made.microseconds + days * day};
  made.link.token_sha256 = crypto::sha256_hex(made.token);
  made.link.word = crypto::to_hex(TRY(vouch(vouched_text(request, made.link))));
  return made;
}

Result<void> put_link(audit::Writer& writer, const Request& request, const Link& link) {
  TRY(insert_link(writer, request, link));
  writer.fact("delivery", "link");
  writer.fact("link_expires", to_text(link.expires));
  return add_delivery(writer, request.id, {writer.now(), "link_made", "fvm-courier", to_text(link.expires)});
}

std::string link_address(std::string_view public_url, std::string_view number, std::string_view token) {
  while (public_url.ends_with('/')) public_url.remove_suffix(1);
  return std::string(public_url) + "/hent/" + std::string(number) + "#" + std::string(token);
}

bool may_fetch(const Link& link, uint32_t position, Time now) {
  const LinkFile file = file_of(link, position);
  if (file.fetches == 0) return true;
  return !file.arrived && file.fetches < link_fetches_max &&
         now.microseconds - file.first.microseconds <= link_resume_seconds * second;
}

Result<Request> show_link(audit::Ledger& ledger, const LinkAsked& asked) {
  const auto body = [&](audit::Writer& writer) -> Result<Request> {
    const Request request = TRY(opened(writer, writer.now(), asked));
    TRY(add_delivery(writer, request.id, {writer.now(), "link_shown", asked.user, ""}));
    return find(writer, request.number);
  };
  return or_recorded(ledger, asked,
                     ledger.write({asked.user, "release.link_shown", subject_of(asked), {}}, body));
}

Result<LinkFetched> fetch_link(World& world, audit::Ledger& ledger, const KeptCopies& copies,
                               const Vouch& vouch, const LinkAsked& asked) {
  return or_recorded(ledger, asked, fetched(world, ledger, copies, vouch, asked));
}

Result<Request> link_arrived(audit::Ledger& ledger, const LinkAsked& asked) {
  const auto body = [&](audit::Writer& writer) -> Result<Request> {
    const Request request = TRY(opened(writer, writer.now(), asked));
    LinkFile file = file_of(*request.link, TRY(file_in(request, asked.position))->position);
    if (file.fetches == 0)
      return refused("release.link_stopped", {{"release", request.number}, {"why", "order"}});
    if (!file.arrived) file.arrived = writer.now();
    TRY(put_link_file(writer, *request.link, file));
    TRY(add_delivery(writer, request.id,
                     {writer.now(), "link_arrived", asked.user, std::to_string(asked.position)}));
    return find(writer, request.number);
  };
  return or_recorded(
      ledger, asked,
      ledger.write(
          {asked.user, "release.link_arrived", subject_of(asked), {{"file", std::to_string(asked.position)}}},
          body));
}

}  // namespace fvm::release
