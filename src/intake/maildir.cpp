// A maildir (maildir(5)): the mail server puts whole messages in new/; who has seen one moves it to cur/.
#include "base/log.hpp"
#include "intake/service.hpp"

namespace fvm::intake {
namespace {

// Kept, or told why not; in both cases it is out of the way.
Result<bool> take(const Setting& setting, const Path& maildir, const DirectoryEntry& entry) {
  const uint64_t bytes_max = setting.config.mailbox.message_bytes_max;
  const Path file = maildir / "new" / entry.name;
  const Path seen = maildir / "cur" / (entry.name + ":2,S");
  if (entry.bytes > bytes_max) {
    TRY(setting.casework.ledger.record(
        {actor, "intake.too_large", "", {{"bytes", std::to_string(entry.bytes)}}}));
    TRY(setting.world.rename(file, seen));
    return false;
  }
  const std::string bytes = TRY(setting.world.read_file(file, bytes_max));
  const Kept kept = TRY(keep(setting, bytes, ""));
  crash_point("intake.maildir_kept");
  TRY(setting.world.rename(file, seen));
  return !kept.already;
}

}  // namespace

Result<size_t> empty_maildir(const Setting& setting, const Path& maildir) {
  size_t taken = 0;
  for (const DirectoryEntry& entry : TRY(setting.world.list(maildir / "new"))) {
    if (entry.is_directory || entry.name.starts_with('.')) continue;
    const auto done = take(setting, maildir, entry);
    if (done.ok()) taken += *done;
    if (!done.ok()) log_error("intake.maildir", done.error());
  }
  return taken;
}

}  // namespace fvm::intake
