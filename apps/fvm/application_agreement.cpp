#include "fvm/application_agreement.hpp"
#include "fvm/options.hpp"

#include <boost/json.hpp>
#include <cstdio>
#include <memory>

#include "agreement/service.hpp"
#include "agreement/views.hpp"
#include "casework/visibility.hpp"
#include "fvm/casework_setting.hpp"
#include "fvm/context.hpp"
#include "fvm/project_show.hpp"

namespace fvm::cli {
namespace {

namespace json = boost::json;
using agreement::Agreement;
using agreement::Format;

constexpr size_t answer_bytes_max = 1u << 20;
constexpr unsigned folder_mode = 0700, file_mode = 0600;

struct AgreementFlags {
  std::string number, folder, from, file;
  int64_t show = 0;
};

void show_version(const Context& context, const Services& services, const agreement::Version& version) {
  if (context.json) return print(json::serialize(agreement::to_json(services.instance, version)));
  print(message(context.language, version.in_force ? "agreement.shown_in_force" : "agreement.shown",
                {{"case", version.case_number},
                 {"version", std::to_string(version.version)},
                 {"sha256", version.specification_sha256}}));
  for (const Agreement& each : version.agreements) {
    const char* state = each.state == agreement::State::open       ? "agreement.state_open"
                        : each.state == agreement::State::accepted ? "agreement.state_accepted"
                                                                   : "agreement.state_lapsed";
    print(std::to_string(each.id) + "  " + each.title + "  " + each.party.name + " <" + each.party.email +
          ">  " + message(context.language, state, {{"by", each.accepted_by}}));
  }
}

// The files of all of them, for whoever may see the case.
Result<void> copy_files(const Context& context, const Services& services, const agreement::Version& version,
                        const Path& folder) {
  constexpr uint64_t bytes_max = 64u << 20;
  TRY(context.world.make_directories(folder, folder_mode));
  for (const Agreement& each : version.agreements) {
    if (each.pdf_sha256.empty()) continue;
    for (const Format format : {Format::pdf, Format::docx}) {
      const Path from = agreement::file_of(services.instance, each, format);
      TRY(context.world.replace_file(folder / from.filename(), TRY(context.world.read_file(from, bytes_max)),
                                     file_mode));
    }
  }
  return {};
}

Result<void> agreements(const Context& context, const Services& services, const AgreementFlags& flags) {
  const auto about = TRY(casework::find_visible(services.database(), flags.number, context.user));
  TRY(agreement::make_files(agreement_setting(context, services), about.number));
  const auto version = TRY(agreement::agreements_of(services.database(), about.number));
  if (flags.show > 0) {
    for (const Agreement& each : version.agreements) {
      if (each.id != flags.show) continue;
      print(TRY(agreement::plain_text(services.database(), each.id)));
      return {};
    }
    return usage("agreement.unknown", {{"id", std::to_string(flags.show)}});
  }
  if (!flags.folder.empty())
    TRY(copy_files(context, services, version, std::filesystem::absolute(flags.folder)));
  show_version(context, services, version);
  return {};
}

Result<int> specification(const Context& context, const Services& services, const AgreementFlags& flags) {
  const auto about = TRY(casework::find_visible(services.database(), flags.number, context.user));
  const auto preview = TRY(agreement::preview(agreement_setting(context, services), about));
  for (const extract::Finding& finding : preview.findings)
    std::fprintf(stderr, "%s\n", extract::describe(context.language, finding).c_str());
  if (context.json) {
    json::object out = findings_json(context.language, preview.findings);
    out["specification"] = preview.text;
    print(json::serialize(out));
  } else {
    print(preview.text);
  }
  return preview.may_be_built ? 0 : static_cast<int>(Kind::refused);
}

void say_accepted(const Context& context, const Services& services, const agreement::Accepted& accepted) {
  if (context.json) return show_version(context, services, accepted.version);
  for (const Agreement& each : accepted.agreements)
    say(context, "agreement.is_accepted", {{"agreement", each.title}, {"name", each.party.name}});
  say(context, accepted.version.in_force ? "agreement.access_begins" : "agreement.access_waits",
      {{"case", accepted.version.case_number}, {"project", accepted.version.project}});
}

Result<void> accept(const Context& context, const Services& services, const AgreementFlags& flags) {
  const auto about = TRY(casework::find_visible(services.database(), flags.number, context.user));
  say_accepted(context, services,
               TRY(agreement::accept(agreement_setting(context, services), context.user, about.number)));
  return {};
}

Result<void> accept_mail(const Context& context, const Services& services, const AgreementFlags& flags) {
  const Path file = flags.file == "-" ? Path("/dev/stdin") : std::filesystem::absolute(flags.file);
  const std::string text = TRY(context.world.read_file(file, answer_bytes_max));
  const auto accepted =
      TRY(agreement::accept_by_mail(agreement_setting(context, services), flags.from, text));
  if (!accepted) return refused("agreement.no_answer");
  say_accepted(context, services, *accepted);
  return {};
}

json::array names(const std::vector<std::string>& all) {
  return json::array(all.begin(), all.end());
}

Result<void> activate(const Context& context, const Services& services, const AgreementFlags& flags) {
  const Path cohort = flags.folder.empty() ? Path() : Path(std::filesystem::absolute(flags.folder));
  const auto done = TRY(agreement::activate(agreement_setting(context, services), flags.number, cohort));
  if (context.json) {
    print(json::serialize(json::object{{"project", done.project},
                                       {"already", done.already},
                                       {"version", done.version},
                                       {"persons", done.persons},
                                       {"rows", done.rows},
                                       {"accounts", names(done.accounts)},
                                       {"members", names(done.members)}}));
  } else {
    say(context, done.already ? "agreement.was_active" : "agreement.is_active", {{"project", done.project}});
  }
  return {};
}

template <class Body>
std::pair<Verb*, std::shared_ptr<AgreementFlags>> add_verb(Verb& parent, Context& context, const char* name,
                                                           const char* what, const char* example, Body body) {
  auto flags = std::make_shared<AgreementFlags>();
  Verb* verb = parent.add_subcommand(name, what);
  verb->footer(std::string("Example:\n  ") + example);
  verb->callback([&context, flags, body] {
    run_verb_with_code(context, [&]() -> Result<int> {
      const Services services = TRY(open_services(context));
      if constexpr (std::is_same_v<decltype(body(context, services, *flags)), Result<int>>) {
        return body(context, services, *flags);
      } else {
        TRY(body(context, services, *flags));
        return 0;
      }
    });
  });
  return {verb, flags};
}

void add_number(const std::pair<Verb*, std::shared_ptr<AgreementFlags>>& verb) {
  verb.first->add_option("case", verb.second->number, "case number")->required();
}

}  // namespace

void add_agreement_verbs(Verb& application, Context& context) {
  add_number(add_verb(application, context, "specification",
                      "the access specification that the application gives, and what the compiler says of it",
                      "fvm application specification FVM-2026-0017 --as karl", specification));
  const auto shown =
      add_verb(application, context, "agreements", "the agreements of a granted case, and who has accepted",
               "fvm application agreements FVM-2026-0017 --out aftaler --as anna", agreements);
  add_number(shown);
  shown.first->add_option("--show", shown.second->show, "the text of one of them, by its number");
  shown.first->add_option("--out", shown.second->folder, "copy their PDF and DOCX files to this folder");
  add_number(add_verb(application, context, "accept",
                      "accept what is yours to accept; the last one begins the access",
                      "fvm application accept FVM-2026-0017 --as signe", accept));
  const auto mailed = add_verb(application, context, "accept-mail", "accept by an answer to our letter",
                               "fvm application accept-mail --from signe@demo.example svar.txt", accept_mail);
  mailed.first->add_option("--from", mailed.second->from, "who wrote, as the mail server vouches for")
      ->required();
  mailed.first->add_option("text", mailed.second->file, "the answer's text; - is standard input")->required();
  const auto activated =
      add_verb(application, context, "activate", "make the project of a case that everybody has accepted",
               "fvm application activate FVM-2026-0017 --cohort numre/", activate);
  add_number(activated);
  activated.first->add_option("--cohort", activated.second->folder,
                              "folder of the authority's file of personal numbers");
}

}  // namespace fvm::cli
