// project check: the machine's remarks on an access specification.
#include <boost/json.hpp>
#include <memory>

#include "fvm/options.hpp"
#include "fvm/precheck_show.hpp"
#include "fvm/services.hpp"
#include "fvm/verbs.hpp"

namespace fvm::cli {
namespace {

struct CheckFlags {
  std::string file;
  bool no_mirror = false;
};

// Remarks only; exit code 1 when one blocks.
Result<int> check(const Context& context, const CheckFlags& flags) {
  const auto services = TRY(open_services(context));
  const extract::Setting setting{context.world,    services.instance, services.config,
                                 *services.ledger, context.user,      {}};
  extract::PrecheckRequest request{.file = flags.file, .look_at_mirror = !flags.no_mirror};
  request.text = TRY(
      context.world.read_file(std::filesystem::absolute(flags.file), extract::specification_bytes_max + 1));
  const auto checked = TRY(extract::precheck(setting, request));
  if (context.json) {
    print(boost::json::serialize(prechecked_json(context.language, checked)));
  } else {
    print_prechecked(context, checked);
  }
  return extract::block(checked.remarks) ? static_cast<int>(Kind::refused) : 0;
}

}  // namespace

void add_project_check(Verb& project, Context& context) {
  const auto flags = std::make_shared<CheckFlags>();
  Verb* verb = project.add_subcommand("check", "the machine's remarks on a specification: nothing is made");
  verb->footer("Example:\n  fvm project check diabetes.toml");
  verb->add_option("SPECIFICATION", flags->file, "access specification (TOML)")->required();
  verb->add_flag("--no-mirror", flags->no_mirror, "rules only: no persons are counted");
  verb->callback([&context, flags] { run_verb_with_code(context, [&] { return check(context, *flags); }); });
}

}  // namespace fvm::cli
