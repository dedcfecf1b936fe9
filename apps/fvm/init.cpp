// fvm init: a new instance.
#include <boost/json.hpp>
#include <memory>
#include <optional>

#include "config/instance.hpp"
#include "fvm/context.hpp"
#include "fvm/options.hpp"
#include "fvm/verbs.hpp"
#include "supervisor/new_instance.hpp"

namespace fvm::cli {
namespace {

Result<void> init(Context& context, const std::string& passphrase_file) {
  const config::Instance instance(context.instance);
  const auto passphrase = passphrase_file.empty() ? std::nullopt : std::optional<Path>(passphrase_file);
  const std::string sealed_by =
      TRY(supervisor::make_instance(context.world, instance, supervisor::programs_folder(), passphrase));
  if (context.json) {
    print(boost::json::serialize(
        boost::json::object{{"instance", instance.root().string()}, {"sealed_by", sealed_by}}));
  }
  say(context, "init.done", {{"folder", instance.root().string()}});
  if (sealed_by == "key-file")
    say(context, "init.key_file_advice", {{"file", instance.seal_key_file().string()}});
  return {};
}

}  // namespace

void add_init(Verb& app, Context& context) {
  Verb* verb = app.add_subcommand("init", "new instance: folders, keys, configuration with comments");
  const auto passphrase_file = std::make_shared<std::string>();
  verb->add_option(
      "--passphrase-file", *passphrase_file,
      "seal the keys with the passphrase in this file (mode 0600); without it a key file is made");
  verb->footer(
      "Example:\n  fvm --instance /srv/fvm init\n"
      "  fvm --instance /srv/fvm init --passphrase-file /media/stick/passphrase");
  verb->callback(
      [&context, passphrase_file] { run_verb(context, [&] { return init(context, *passphrase_file); }); });
}

}  // namespace fvm::cli
