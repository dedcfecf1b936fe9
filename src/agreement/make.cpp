// Agreements come into being with the decision, in its transaction; their files and letters follow.
#include <algorithm>
#include <map>

#include "agreement/draft.hpp"
#include "agreement/rules.hpp"
#include "agreement/service.hpp"
#include "agreement/specification.hpp"
#include "agreement/steps.hpp"
#include "agreement/store.hpp"
#include "casework/store.hpp"
#include "crypto/sha256.hpp"
#include "documents/convert.hpp"
#include "documents/flat_xml.hpp"
#include "identity/service.hpp"
#include "notify/letters.hpp"

namespace fvm::agreement {
namespace {

constexpr int64_t day_microseconds = 86'400'000'000;
constexpr unsigned folder_mode = 0700, file_mode = 0600;

Date day_of(Time time) {
  return date_of_days(time.microseconds / day_microseconds);
}

std::string new_code(World& world) {
  std::byte bytes[8];
  world.random(bytes);
  uint64_t bits = 0;
  for (const std::byte byte : bytes) bits = (bits << 8) | static_cast<uint64_t>(byte);
  return code_of_bits(bits);
}

// Whoever signs must be known to the service: by an account of the institution, or by an address at it.
Result<void> check_signatory(const store::Database& store, const casework::Case& about,
                             const casework::Application& application) {
  const auto institution = identity::find_institution(store, about.cvr);
  if (!institution.ok())
    return refused("agreement.no_institution", {{"name", about.authority}, {"cvr", about.cvr}});
  const casework::Person& signatory = application.signatory;
  if (identity::recipient_allowed(*institution, signatory.email)) return {};
  const auto account = identity::find_user(store, signatory.account);
  const bool known = account.ok() && account->institution == institution->id &&
                     account->may_act_as(identity::Role::signatory);
  if (known) return {};
  return refused("agreement.signatory_unknown",
                 {{"name", signatory.name}, {"email", signatory.email}, {"institution", institution->name}});
}

// The same text was accepted by the same party in the version in force: it need not be accepted again.
const Agreement* accepted_before(const std::optional<Version>& before, const Draft& draft) {
  if (!before) return nullptr;
  for (const Agreement& each : before->agreements) {
    const bool same = each.kind == draft.kind && each.content_sha256 == draft.content_sha256 &&
                      same_address(each.party.email, draft.party.email);
    if (same && each.state == State::accepted) return &each;
  }
  return nullptr;
}

NewVersion version_from(const std::vector<Draft>& drafts, const std::optional<Version>& before,
                        World& world) {
  NewVersion out;
  std::map<std::string, std::string> codes;  // by address: one answer accepts all that is its holder's
  for (const Draft& draft : drafts) {
    Agreement one{.kind = draft.kind, .party = draft.party, .title = draft.document.title};
    one.content_sha256 = draft.content_sha256;
    if (const Agreement* earlier = accepted_before(before, draft)) {
      one.state = State::accepted, one.how = How::earlier;
      one.accepted = earlier->accepted, one.accepted_by = earlier->accepted_by;
      one.party.account = earlier->party.account;
    }
    std::string& code = codes[draft.party.email];
    if (code.empty()) code = new_code(world);
    out.papers.push_back(
        {documents::to_flat_xml(draft.document), documents::to_plain_text(draft.document), code});
    out.version.agreements.push_back(std::move(one));
  }
  return out;
}

Date today_of(World& world) {
  return day_of(world.now());
}

bool has_files(const Version& version) {
  return std::none_of(version.agreements.begin(), version.agreements.end(),
                      [](const Agreement& each) { return each.pdf_sha256.empty(); });
}

// Both files of each, under their names; durable before the store says that they are there.
Result<void> keep_files(const Setting& setting, const Version& version,
                        const std::vector<documents::Made>& made) {
  TRY(setting.world.make_directories(
      file_of(setting.instance, version.agreements[0], Format::pdf).parent_path(), folder_mode));
  for (size_t i = 0; i < made.size(); ++i) {
    const Agreement& each = version.agreements[i];
    TRY(setting.world.replace_file(file_of(setting.instance, each, Format::pdf), made[i].pdf, file_mode));
    TRY(setting.world.replace_file(file_of(setting.instance, each, Format::docx), made[i].docx, file_mode));
  }
  return {};
}

// One letter to each who has something to accept, with the documents and the sentence that accepts them.
Result<void> queue_letters(const Setting& setting, audit::Writer& writer, const Version& version,
                           const std::vector<documents::Made>& made) {
  std::map<std::string, notify::Letter> letters;
  for (size_t i = 0; i < version.agreements.size(); ++i) {
    const Agreement& each = version.agreements[i];
    if (each.state != State::open || each.party.email.empty()) continue;
    auto [letter, fresh] = letters.try_emplace(each.party.email);
    if (fresh) {
      const std::string code = TRY(paper_of(writer, each.id)).code;
      letter->second = notify::compose_letter(
          version.case_number, each.party.email, "letter.accept_subject", "letter.accept",
          {{"case", version.case_number},
           {"name", each.party.name},
           {"service", setting.config.service.name},
           {"version", std::to_string(version.version)},
           {"danish", sentence(Language::danish, version.case_number, version.version, code)},
           {"english", sentence(Language::english, version.case_number, version.version, code)}});
    }
    letter->second.files.push_back({made[i].name + ".pdf", made[i].pdf});
  }
  for (const auto& [address, letter] : letters) TRY(notify::queue_letter(writer, letter));
  return {};
}

Result<void> record_files(const Setting& setting, const Version& version,
                          const std::vector<documents::Made>& made) {
  Arguments facts{{"project", version.project}, {"version", std::to_string(version.version)}};
  for (const documents::Made& each : made) facts.emplace_back(each.name, crypto::sha256_hex(each.pdf));
  return setting.ledger.write({"fvm-agreement", "agreement.files_made", version.case_number, facts},
                              [&](audit::Writer& writer) -> Result<void> {
                                const Version now = TRY(version_of(writer, version.project, version.version));
                                if (has_files(now))
                                  return {};  // somebody else was faster: one letter, not two
                                for (size_t i = 0; i < made.size(); ++i) {
                                  TRY(set_files(writer, now.agreements[i].id, crypto::sha256_hex(made[i].pdf),
                                                crypto::sha256_hex(made[i].docx)));
                                }
                                return queue_letters(setting, writer, now, made);
                              });
}

}  // namespace

Result<Compiled> compile_case(const Setting& setting, const store::Database& store,
                              const casework::Case& about, std::vector<extract::Finding>* findings) {
  const casework::Application application = TRY(casework::application_of(store, about));
  const auto catalogue = TRY(setting.catalogues->newest(store));
  return compile(specification_of(application, about.project), about.number, *catalogue,
                 today_of(setting.world), findings);
}

Result<Preview> preview(const Setting& setting, const casework::Case& about) {
  const store::Database& store = setting.ledger.database();
  Preview out{.text = specification_of(TRY(casework::application_of(store, about)), about.project)};
  const auto compiled = compile_case(setting, store, about, &out.findings);
  out.may_be_built = compiled.ok();
  if (!compiled.ok() && out.findings.empty()) return compiled.error();
  return out;
}

Result<void> make_agreements(const Setting& setting, audit::Writer& writer, const casework::Case& about) {
  const casework::Application application = TRY(casework::application_of(writer, about));
  TRY(check_signatory(writer, about, application));
  const Compiled compiled = TRY(compile_case(setting, writer, about));
  const auto catalogue = TRY(setting.catalogues->newest(writer));
  TRY(lapse(writer, about.number));
  const Occasion occasion{about.number, TRY(next_version(writer, about.project)), day_of(writer.now())};
  const auto drafts = TRY(
      draft(setting.world, setting.instance, setting.config, application, compiled, *catalogue, occasion));
  NewVersion made = version_from(drafts, TRY(in_force(writer, about.project)), setting.world);
  made.catalogue_version = catalogue->version;
  made.version.case_number = about.number, made.version.project = about.project;
  made.version.version = occasion.version;
  made.version.specification = compiled.text, made.version.specification_sha256 = compiled.sha256;
  writer.fact("agreements", std::to_string(drafts.size()));
  writer.fact("agreements_version", std::to_string(occasion.version));
  writer.fact("specification_sha256", compiled.sha256);
  TRY(insert(writer, made));
  return {};
}

Path file_of(const config::Instance& instance, const Agreement& agreement, Format format) {
  std::string name(name_of(agreement.kind));
  if (agreement.kind == Kind::user_declaration) name += "-" + std::to_string(agreement.id);
  return instance.agreements() / agreement.project / std::to_string(agreement.version) /
         (name + (format == Format::pdf ? ".pdf" : ".docx"));
}

Result<void> make_files(const Setting& setting, std::string_view case_number) {
  const auto version = TRY(newest_of_case(setting.ledger.database(), case_number));
  if (!version || has_files(*version)) return {};
  std::vector<documents::Ready> ready;
  for (const Agreement& each : version->agreements) {
    ready.push_back({file_of(setting.instance, each, Format::pdf).stem().string(),
                     TRY(paper_of(setting.ledger.database(), each.id)).flat_xml});
  }
  // Of its own: two programs may be at it at a time, and the slower one's files are the same.
  const Path staging =
      setting.instance.agreements() / version->project / ("staging-" + random_hex(setting.world, 8));
  const auto made = TRY(documents::convert(setting.world, setting.instance.launcher_socket(), staging,
                                           version->case_number, ready));
  TRY(keep_files(setting, *version, made));
  crash_point("agreement.files_kept");
  return record_files(setting, *version, made);
}

}  // namespace fvm::agreement
