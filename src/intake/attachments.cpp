#include "intake/attachments.hpp"

#include <algorithm>

#include "base/scratch.hpp"
#include "casework/visibility.hpp"
#include "crypto/sha256.hpp"
#include "intake/attachment_store.hpp"
#include "intake/keep.hpp"
#include "intake/read.hpp"
#include "intake/store.hpp"
#include "notify/outbox.hpp"

namespace fvm::intake {
namespace {

// What an office reads, and a browser is not made to run. The ending decides what a desktop does with a file
// that was fetched, so each kind has its own: text that is called plan.bat is a program to whoever opens it.
struct Kind {
  std::string_view name, ending;
};
constexpr Kind kinds[] = {{"pdf", "pdf"},   {"docx", "docx"}, {"odt", "odt"},  {"xlsx", "xlsx"},
                          {"ods", "ods"},   {"png", "png"},   {"jpeg", "jpg"}, {"jpeg", "jpeg"},
                          {"text", "txt"},  {"text", "csv"},  {"text", "tsv"}, {"text", "md"},
                          {"text", "toml"}, {"text", "json"}, {"text", "log"}};

std::string ending_of(std::string_view name) {
  const size_t point = name.rfind('.');
  std::string out(point == std::string_view::npos ? std::string_view() : name.substr(point + 1));
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool is_taken(const Looked& looked) {
  const std::string ending = ending_of(looked.name);
  return std::any_of(std::begin(kinds), std::end(kinds),
                     [&](const Kind& kind) { return kind.name == looked.kind && kind.ending == ending; });
}

bool is_known(const Looked& looked) {
  return std::any_of(std::begin(kinds), std::end(kinds),
                     [&](const Kind& kind) { return kind.name == looked.kind; });
}
constexpr unsigned file_mode = 0600;

// What somebody may do with the documents of one case.
struct Access {
  casework::Case about;
  bool inside = false;
  bool changes_text = false, may_add = false;
};

Result<Access> access_to(const store::Database& store, std::string_view number, std::string_view user) {
  Access out{.about = TRY(casework::find(store, number))};
  const casework::Facts facts = TRY(casework::facts_of(store, out.about, user));
  const casework::Sight sight = casework::sight_of(facts);
  if (sight == casework::Sight::nothing) return usage("casework.unknown", {{"case", std::string(number)}});
  const auto may = [&](casework::Event event) {
    return casework::next(out.about.state, event, casework::role_of(facts, event)).has_value();
  };
  out.inside = sight == casework::Sight::inside;
  out.changes_text = may(casework::Event::save);
  out.may_add = out.changes_text || may(casework::Event::comment);
  return out;
}

// When the case was handed in last; what came after that is the author's own still.
Time handed_in(const casework::Case& about) {
  Time at{};
  for (const casework::Step& step : about.history) {
    if (step.event == casework::Event::submit || step.event == casework::Event::answer) at = step.at;
  }
  return at;
}

bool is_removable(const Access& access, const Attachment& each, std::string_view user) {
  return access.changes_text && each.by == user && each.at > handed_in(access.about);
}

Result<std::vector<Attachment>> seen(const store::Database& store, const Access& access,
                                     std::string_view user) {
  auto all = TRY(attachments_in(store, access.about.number));
  for (Attachment& each : all) each.removable = is_removable(access, each, user);
  if (!access.inside) return all;
  for (const Message& mail : TRY(list_messages(store, State::filed, access.about.number))) {
    for (size_t i = 0; i < mail.documents.size(); ++i) {
      const Document& each = mail.documents[i];
      all.push_back({"mail-" + std::to_string(mail.id) + "-" + std::to_string(i + 1), each.name, each.kind,
                     each.sha256, each.bytes, mail.received, mail.from});
    }
  }
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
  return all;
}

Result<Attachment> one(const store::Database& store, const Access& access, std::string_view user,
                       std::string_view id) {
  for (Attachment& each : TRY(seen(store, access, user))) {
    if (each.id == id) return std::move(each);
  }
  return usage("attachment.unknown", {{"name", std::string(id)}, {"case", access.about.number}});
}

Result<void> may_take(const store::Database& store, const Access& access, const NewAttachment& wanted) {
  const Arguments about{{"case", access.about.number}, {"file", wanted.name}};
  if (!access.may_add) return refused("attachment.not_now", about);
  if (wanted.bytes.empty()) return usage("attachment.empty", about);
  if (wanted.bytes.size() > attachment_bytes_max) return refused("attachment.too_large", about);
  if (TRY(attachments_in(store, access.about.number)).size() >= attachments_max)
    return refused("attachment.too_many", {{"max", std::to_string(attachments_max)}});
  return {};
}

// Why it is not taken, in words that say what to do.
Error not_taken(const Looked& looked) {
  const Arguments about{{"file", looked.name}, {"kind", looked.kind}};
  if (looked.kind == "executable") return refused("attachment.program", about);
  if (looked.kind.ends_with("_macros")) return refused("attachment.macros", about);
  if (looked.kind == "zip" || looked.kind == "archive") return refused("attachment.archive", about);
  return refused(is_known(looked) ? "attachment.ending" : "attachment.kind", about);
}

// What the sandbox says of it, and the virus scanner.
Result<Attachment> looked_at(const Setting& setting, const NewAttachment& wanted, const VirusLook& virus) {
  const auto scratch = TRY(Scratch::make(
      setting.world, setting.instance.root() / "scratch" / ("document-" + random_hex(setting.world, 8))));
  const Path file = scratch.path() / "document";
  TRY(setting.world.create_file(file, wanted.bytes, file_mode));
  const Looked looked = TRY(look_at_document(setting, file, wanted.name));
  if (!is_taken(looked)) return not_taken(looked);
  const auto found = looked.test_virus ? std::optional<std::string>("EICAR") : TRY(virus(file));
  if (found) return refused("attachment.virus", {{"file", looked.name}, {"found", *found}});
  return Attachment{.name = looked.name,
                    .kind = looked.kind,
                    .sha256 = crypto::sha256_hex(wanted.bytes),
                    .bytes = wanted.bytes.size(),
                    .by = wanted.user};
}

// Also where the sandbox or the virus scanner failed on it: that may be what the file was made for.
Result<void> note_refusal(const Setting& setting, const NewAttachment& wanted, const Error& why) {
  const bool judged = why.code.starts_with("attachment.");
  Arguments facts = judged ? why.arguments : Arguments{{"file", wanted.name}};
  facts.emplace_back("reason", why.code);
  facts.emplace_back("sha256", crypto::sha256_hex(wanted.bytes));
  return setting.casework.ledger.write(
      {wanted.user, judged ? "attachment.refused" : "attachment.not_read", wanted.number, facts},
      [](audit::Writer&) { return Result<void>(); });
}

// The other side hears of what comes once the case is handed in.
Result<void> tell(audit::Writer& writer, const Access& access) {
  const casework::Case& about = access.about;
  if (!about.submitted) return {};
  const std::string service = about.caseworker.empty() ? "role:caseworker" : about.caseworker;
  const std::string& to = access.inside ? about.applicant : service;
  if (to.empty()) return {};
  return notify::tell(writer, to, about.number, "notice.case_attachment");
}

}  // namespace

Result<Attachments> attachments_of(const Setting& setting, std::string_view number, std::string_view user) {
  const store::Database& store = setting.casework.ledger.database();
  const Access access = TRY(access_to(store, number, user));
  return Attachments{TRY(seen(store, access, user)), access.may_add};
}

Result<Attachment> attach(const Setting& setting, const NewAttachment& wanted, const VirusLook& virus) {
  audit::Ledger& ledger = setting.casework.ledger;
  const Access first = TRY(access_to(ledger.database(), wanted.number, wanted.user));
  TRY(may_take(ledger.database(), first, wanted));
  auto looked = looked_at(setting, wanted, virus);
  if (!looked.ok()) {
    TRY(note_refusal(setting, wanted, looked.error()));
    return looked.error();
  }
  const Descriptor held = TRY(lock_documents(setting.world, setting.instance));
  TRY(keep_file(setting.world, kept_document(setting.instance, looked->sha256), wanted.bytes));
  const Arguments facts{{"sha256", looked->sha256},
                        {"kind", looked->kind},
                        {"bytes", std::to_string(looked->bytes)},
                        {"name", looked->name}};
  return ledger.write({wanted.user, "attachment.added", first.about.number, facts},
                      [&](audit::Writer& writer) -> Result<Attachment> {
                        const Access access = TRY(access_to(writer, wanted.number, wanted.user));
                        TRY(may_take(writer, access, wanted));
                        looked->at = writer.now();
                        auto there = TRY(insert_attachment(writer, access.about.number, *looked));
                        there.removable = is_removable(access, there, wanted.user);
                        TRY(tell(writer, access));
                        return there;
                      });
}

Result<AttachmentRead> read_attachment(const Setting& setting, std::string_view number,
                                       const std::string& user, std::string_view id) {
  audit::Ledger& ledger = setting.casework.ledger;
  const Access access = TRY(access_to(ledger.database(), number, user));
  const Attachment found = TRY(one(ledger.database(), access, user, id));
  std::string bytes =
      TRY(setting.world.read_file(kept_document(setting.instance, found.sha256), found.bytes));
  TRY(ledger.write(
      {user, "attachment.read", access.about.number, {{"id", found.id}, {"sha256", found.sha256}}},
      [](audit::Writer&) { return Result<void>(); }));
  return AttachmentRead{found, std::move(bytes)};
}

Result<void> remove_attachment(const Setting& setting, std::string_view number, const std::string& user,
                               std::string_view id) {
  audit::Ledger& ledger = setting.casework.ledger;
  const Descriptor held = TRY(lock_documents(setting.world, setting.instance));
  const Access access = TRY(access_to(ledger.database(), number, user));
  const Attachment found = TRY(one(ledger.database(), access, user, id));
  TRY(ledger.write(
      {user, "attachment.removed", access.about.number, {{"id", found.id}, {"sha256", found.sha256}}},
      [&](audit::Writer& writer) -> Result<void> {
        const Access now = TRY(access_to(writer, number, user));
        if (!is_removable(now, found, user))
          return refused("attachment.not_removable", {{"file", found.name}, {"case", now.about.number}});
        return delete_attachment(writer, found.id);
      }));
  if (TRY(has_bytes(ledger.database(), found.sha256))) return {};
  return setting.world.remove(kept_document(setting.instance, found.sha256));
}

}  // namespace fvm::intake
