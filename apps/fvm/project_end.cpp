#include "fvm/project_end.hpp"
#include "fvm/options.hpp"

#include <boost/json.hpp>
#include <memory>

#include "crypto/ed25519.hpp"
#include "enclave/service.hpp"
#include "extract/ending.hpp"

namespace fvm::cli {
namespace {

namespace json = boost::json;

constexpr uint64_t certificate_bytes_max = 64u << 10;

struct EndFlags {
  std::string number, file, public_key;
  bool verify = false;
};

Result<void> close(const Context& context, const EndFlags& flags) {
  const auto services = TRY(open_services(context));
  const auto setting = setting_of(context, services);
  const auto end_sessions = [&]() -> Result<void> {
    TRY(enclave::end_disallowed(context.world, *services.ledger, services.instance, context.user));
    return {};
  };
  TRY(extract::close_project(setting, flags.number, "closed", end_sessions));
  if (context.json) {
    print(json::serialize(json::object{{"project", flags.number}, {"state", "closed"}}));
  } else {
    say(context, "project.is_closed", {{"name", flags.number}});
  }
  return {};
}

// The instance's own, or that of a file kept elsewhere (--file), with its own key or one kept elsewhere.
Result<void> certificate(const Context& context, const EndFlags& flags) {
  const auto services = TRY(open_services(context));
  const auto project = TRY(extract::open_project(services.database(), flags.number));
  std::string text;
  if (flags.file.empty()) {
    const auto found = TRY(extract::certificate_of(services.database(), project.number));
    if (!found) return refused("certificate.none", {{"name", project.number}});
    text = extract::certificate_file(*found);
  } else {
    text = TRY(context.world.read_file(flags.file, certificate_bytes_max));
  }
  if (flags.verify) {
    const Path key_file =
        flags.public_key.empty() ? services.instance.audit_public_key() : Path(flags.public_key);
    const std::string key =
        TRY(crypto::parse_public_key(TRY(context.world.read_file(key_file, certificate_bytes_max))));
    const std::string what = TRY(extract::verify_certificate(text, key));
    if (what.find("\nproject: " + project.number + "\n") == std::string::npos)
      return refused("certificate.other_project", {{"name", project.number}});
    say(context, "certificate.whole", {{"name", project.number}, {"file", key_file.string()}});
  }
  if (context.json) {
    print(json::serialize(
        json::object{{"project", project.number}, {"certificate", text}, {"verified", flags.verify}}));
  } else {
    std::fwrite(text.data(), 1, text.size(), stdout);
  }
  return {};
}

}  // namespace

void add_project_end(Verb& project, Context& context) {
  const auto flags = std::make_shared<EndFlags>();
  Verb* end = project.add_subcommand(
      "close", "end the project: its keys are destroyed and its data removed, the records stay");
  end->add_option("PROJECT", flags->number, "project number")->required();
  end->footer("Example:\n  fvm project close FVM-2026-0017");
  end->callback([&context, flags] { run_verb(context, [&] { return close(context, *flags); }); });

  Verb* show = project.add_subcommand("certificate", "the signed certificate that a project was deleted");
  show->add_option("PROJECT", flags->number, "project number")->required();
  show->add_flag("--verify", flags->verify, "check the signature; exit code 1 when it does not hold");
  show->add_option("--file", flags->file, "a certificate that was kept elsewhere, instead of the instance's");
  show->add_option("--public-key", flags->public_key, "the key to check with, instead of audit/public.key");
  show->footer("Example:\n  fvm project certificate FVM-2026-0017 --verify --public-key kept/public.key");
  show->callback([&context, flags] { run_verb(context, [&] { return certificate(context, *flags); }); });
}

}  // namespace fvm::cli
