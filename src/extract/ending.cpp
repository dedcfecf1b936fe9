#include "extract/ending.hpp"

#include <sys/stat.h>

#include <algorithm>

#include "crypto/ed25519.hpp"
#include "crypto/encoding.hpp"
#include "crypto/sha256.hpp"
#include "extract/lock.hpp"
#include "extract/store.hpp"
#include "wire/messages.hpp"
#include "wire/socket.hpp"

namespace fvm::extract {
namespace {

namespace fs = std::filesystem;

constexpr int64_t day_microseconds = 86'400'000'000;
constexpr std::string_view signature_line = "signature: ";
constexpr const char* users_folders[] = {"work", "home", "outbox"};

int64_t day_of(Time time) {
  return time.microseconds / day_microseconds;
}
int64_t day_of(Date date) {
  return days_of_date(date.year, date.month, date.day);
}

enum class Files { read_only, writable };

// A whole tree; links are left alone, and nothing is followed. Only called when no session runs.
Result<void> set_mode(const Path& folder, Files files) {
  const auto one = [files](const Path& path) -> Result<void> {
    struct stat facts{};
    if (::lstat(path.c_str(), &facts) != 0) return system_error("look at " + path.string(), errno);
    if (!S_ISDIR(facts.st_mode) && !S_ISREG(facts.st_mode)) return {};
    const mode_t bits = facts.st_mode & 07777;
    const mode_t wanted = files == Files::read_only ? bits & ~mode_t{0222} : bits | 0200;
    if (wanted != bits && ::chmod(path.c_str(), wanted) != 0)
      return system_error("change " + path.string(), errno);
    return {};
  };
  std::error_code error;
  if (!fs::exists(folder, error)) return {};
  TRY(one(folder));
  for (fs::recursive_directory_iterator it(folder, error), last; !error && it != last; it.increment(error))
    TRY(one(it->path()));
  if (error) return system_error("list " + folder.string(), error.value());
  return {};
}

Result<void> let_folder_go(const Setting& setting, const std::string& number) {
  return wire::let_storage_go(setting.world, setting.instance.launcher_socket(),
                              setting.instance.project_storage(number), number, ending_milliseconds_max);
}

// Facts that an outsider can compare with the agreement. No line may break the certificate's form.
std::string statement_of(const Project& project, const std::string& reason) {
  std::string text;
  const auto line = [&](std::string_view name, std::string value) {
    std::erase_if(value, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
    (((text += name) += ": ") += value) += '\n';
  };
  line("title", project.title);
  line("authority", project.authority + " (CVR " + project.cvr + ")");
  line("agreement", to_text(project.valid_from) + " to " + to_text(project.valid_to));
  line("access specification", "sha256 " + project.specification_sha256);
  line("data set version", std::to_string(project.version));
  line("reason", reason);
  return text;
}

Result<void> remove_files(const Setting& setting, const std::string& number) {
  const Path root = setting.instance.project(number);
  const Path storage = setting.instance.project_storage(number);
  if (setting.world.exists(storage)) {
    TRY(set_mode(storage, Files::writable));  // what was sealed has folders that nothing can be taken out of
    TRY(setting.world.remove_tree(storage));
    return setting.world.remove_tree(root);
  }
  for (const char* folder : users_folders) TRY(set_mode(root / folder, Files::writable));
  for (const char* folder : {"data", "population", "work", "home", "outbox", "staging"})
    TRY(setting.world.remove_tree(root / folder));
  return {};
}

Result<Certificate> destroy(const Setting& setting, const Project& project, const std::string& reason) {
  TRY(let_folder_go(setting, project.number));
  auto keeper = TRY(wire::connect(setting.instance.keeper_socket(), "fvm-keeper"));
  auto signed_by_keeper = TRY(keeper.call<wire::Certificate>(
      wire::DestroyProjectKeys{project.number, statement_of(project, reason)}));
  crash_point("project.key_dropped");
  TRY(remove_files(setting, project.number));
  Certificate certificate{std::move(signed_by_keeper.text), std::move(signed_by_keeper.signature)};
  const std::string file = certificate_file(certificate);
  TRY(setting.ledger.write({setting.actor,
                            "project.deleted",
                            project.number,
                            {{"certificate_sha256", crypto::sha256_hex(file)}, {"reason", reason}}},
                           [&](audit::Writer& writer) {
                             certificate.made = writer.now();
                             return insert_certificate(writer, project.number, certificate);
                           }));
  return certificate;
}

}  // namespace

Result<wire::StorageHold> hold_folder(const Setting& setting, const std::string& number) {
  return wire::hold_storage(setting.world, setting.instance.launcher_socket(),
                            setting.instance.project_storage(number), number);
}

Due due_for(const Project& project, bool certified, Time now, uint32_t kept_days) {
  const int64_t today = day_of(now);
  const bool over = day_of(project.valid_to) < today;
  switch (project.state) {
    case State::open:
      return over ? Due::seal : Due::nothing;
    case State::sealed:
      if (!over) return Due::unseal;
      return day_of(*project.sealed) + kept_days <= today ? Due::remove : Due::nothing;
    case State::closed:
      break;
  }
  return certified ? Due::nothing : Due::remove;
}

// Expired, so nobody can begin a session; marked last, so that a kill before that means once more.
Result<void> seal_project(const Setting& setting, const std::string& number,
                          const EndSessions& end_sessions) {
  const auto lock = TRY(ProjectLock::take(setting.instance, number));
  if (end_sessions) TRY(end_sessions());
  {
    const auto folder = TRY(hold_folder(setting, number));
    for (const char* name : users_folders)
      TRY(set_mode(setting.instance.project(number) / name, Files::read_only));
  }
  crash_point("project.read_only");
  TRY(setting.ledger.write({setting.actor,
                            "project.sealed",
                            number,
                            {{"kept_days", std::to_string(setting.config.projects.kept_days)}}},
                           [&](audit::Writer& writer) { return set_sealed(writer, number, true); }));
  return let_folder_go(setting, number);
}

Result<void> unseal_project(const Setting& setting, const std::string& number) {
  const auto lock = TRY(ProjectLock::take(setting.instance, number));
  const auto folder = TRY(hold_folder(setting, number));
  for (const char* name : users_folders)
    TRY(set_mode(setting.instance.project(number) / name, Files::writable));
  return setting.ledger.write({setting.actor, "project.unsealed", number, {}},
                              [&](audit::Writer& writer) { return set_sealed(writer, number, false); });
}

Result<Certificate> close_project(const Setting& setting, std::string_view number, const std::string& reason,
                                  const EndSessions& end_sessions) {
  const Project project = TRY(open_project(setting.ledger.database(), number));
  // A build under way would put its files back after we removed them.
  const auto lock = TRY(ProjectLock::take(setting.instance, project.number));
  if (project.state != State::closed) {
    TRY(setting.ledger.write({setting.actor,
                              "project.closed",
                              project.number,
                              {{"version", std::to_string(project.version)}, {"reason", reason}}},
                             [&](audit::Writer& writer) { return close_in_store(writer, project.number); }));
    crash_point("project.closed");
  }
  if (end_sessions) TRY(end_sessions());
  const auto done = TRY(certificate_of(setting.ledger.database(), project.number));
  if (done) return *done;
  return destroy(setting, project, reason);
}

std::string certificate_file(const Certificate& certificate) {
  return certificate.text + std::string(signature_line) + crypto::to_base64(certificate.signature) + "\n";
}

Result<std::string> verify_certificate(std::string_view file, std::string_view public_key) {
  const size_t at = file.rfind("\n" + std::string(signature_line));
  if (!file.starts_with(crypto::certificate_prefix) || at == std::string_view::npos || !file.ends_with('\n'))
    return usage("certificate.not_one");
  const std::string text(file.substr(0, at + 1));
  std::string_view line = file.substr(at + 1 + signature_line.size());
  line.remove_suffix(1);
  const auto signature = crypto::from_base64(line);
  if (!signature) return usage("certificate.not_one");
  if (!crypto::verify(public_key, text, *signature)) return refused("certificate.wrong_signature");
  return text;
}

Result<std::optional<uint32_t>> warning_due(const store::Database& database, const Project& project, Time now,
                                            const std::vector<uint32_t>& days) {
  const int64_t left = day_of(project.valid_to) - day_of(now);
  std::optional<uint32_t> due;
  for (const uint32_t each : days) {
    if (left >= 0 && left <= each) due = std::min(due.value_or(each), each);
  }
  if (!due || project.state != State::open) return std::optional<uint32_t>();
  // One for fewer days was told: this one is no news.
  auto row =
      TRY(database.prepare("SELECT 1 FROM project_warning WHERE project = ? AND valid_to = ? AND days <= ?",
                           project.number, to_text(project.valid_to), int64_t{*due}));
  return TRY(row.step()) ? std::optional<uint32_t>() : due;
}

Result<void> mark_warned(audit::Writer& writer, const Project& project, uint32_t days) {
  return writer.execute("INSERT OR IGNORE INTO project_warning(project, valid_to, days) VALUES (?, ?, ?)",
                        project.number, to_text(project.valid_to), int64_t{days});
}

}  // namespace fvm::extract
