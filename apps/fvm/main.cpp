// PURPOSE   Command line for operators, caseworkers and tests: fvm --instance DIR VERB ...
// SECURITY  Opens no register data and holds no key: foreign files are parsed and SQL runs in fvm-worker, in
//           a sandbox. Proves nobody's identity: --as is taken at its word, so whoever may run it on an
//           instance's files is everybody there, author and reviewer alike. Give it to operators alone;
//           others need a login in front of it.
// LIMITS    One verb a run; exit codes as in docs/architecture (0 done, 1 refused, 2 usage, 3 surroundings, 4
//           defect).
// BUGS      None known.
#include <unistd.h>

#include <cstdlib>

#include "fvm/context.hpp"
#include "fvm/options.hpp"
#include "fvm/verbs.hpp"

namespace fvm::cli {
namespace {

std::string environment(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != 0 ? value : otherwise;
}

int run(int argc, char** argv) {
  Context context{.world = real_world(), .language = language_of_environment()};
  CommandLine line("Forvaltningsmaskinen: statistical access to pseudonymised health registers", "fvm",
                   FVM_VERSION);
  Verb& app = line.root();
  std::string instance = environment("FVM_INSTANCE", "var/instance");
  context.user = environment("FVM_USER", environment("USER", "operator").c_str());
  app.add_option("--instance", instance, "folder of the instance (or FVM_INSTANCE)");
  app.add_flag("--json", context.json, "answer as one JSON document on standard output");
  app.add_option(
      "--as", context.user,
      "who acts, as the ledger will say (or FVM_USER); not proven: for operators, development and tests");
  app.require_subcommand(1);
  line.when_read([&] { context.instance = std::filesystem::absolute(instance); });
  app.fallthrough();
  for (const auto add :
       {add_init,        add_up,       add_synth,     add_catalogue, add_deliver, add_delivery, add_mirror,
        add_application, add_identity, add_project,   add_session,   add_desk,    add_table,    add_ledger,
        add_rules,       add_release,  add_spotcheck, add_sanction,  add_audit,   add_selftest}) {
    add(app, context);
  }
  bool bad_usage = false;
  if (!line.run(argc, argv, bad_usage)) return bad_usage ? static_cast<int>(Kind::usage) : 0;
  return context.exit_code;
}

}  // namespace
}  // namespace fvm::cli

int main(int argc, char** argv) {
  return fvm::cli::run(argc, argv);
}
