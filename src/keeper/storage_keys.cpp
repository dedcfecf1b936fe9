// Keys of projects' encrypted folders, and the end of a project's keys with its certificate.
//
// A storage key is HKDF(half in keys/storage, half in erasable/): either alone is nothing. The first may be
// in a backup; the second must not, so that a backup that is put back after a deletion opens nothing.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "crypto/encoding.hpp"
#include "crypto/sha256.hpp"
#include "keeper/key_store.hpp"

namespace fvm::keeper {
namespace {

constexpr unsigned folder_mode = 0700, secret_mode = 0600;
constexpr uint64_t record_bytes_max = 4096;
constexpr std::string_view record_title = "fvm-destroyed-keys 1\n";

Result<void> check_name(const std::string& project) {
  if (config::is_safe_name(project) && project != mirror_scope) return {};
  return usage("keeper.bad_project", {{"project", project}});
}

std::string first_name(const std::string& project) {
  return "storage " + project;
}
std::string second_name(const std::string& project) {
  return "storage half " + project;
}

std::string fingerprint_of(const crypto::Secret& key) {
  return crypto::sha256_hex("fvm storage key 1\n" + std::string(key.view()));
}

// Lines "name: value" of printable text; none that could be taken for one of ours, which come first.
Result<void> check_statement(std::string_view statement) {
  constexpr std::string_view ours[] = {"project:", "storage key:", "keys destroyed:", "signature:"};
  const auto wrong = usage("keeper.bad_statement");
  if (!statement.empty() && !statement.ends_with('\n')) return wrong;
  while (!statement.empty()) {
    const std::string_view line = statement.substr(0, statement.find('\n'));
    statement.remove_prefix(line.size() + 1);
    const bool printable =
        std::all_of(line.begin(), line.end(), [](unsigned char c) { return c >= 0x20 && c != 0x7f; });
    if (!printable || line.find(": ") == std::string_view::npos) return wrong;
    for (const std::string_view name : ours) {
      if (line.starts_with(name)) return wrong;
    }
  }
  return {};
}

}  // namespace

Result<void> destroy_file(World& world, const Path& file) {
  const Descriptor opened(::open(file.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!opened && errno == ENOENT) return {};
  if (!opened) return system_error("open " + file.string(), errno);
  struct stat facts{};
  if (::fstat(opened.get(), &facts) != 0) return system_error("look at " + file.string(), errno);
  std::string bytes(static_cast<size_t>(facts.st_size), 0);
  world.random(std::as_writable_bytes(std::span(bytes)));
  if (::pwrite(opened.get(), bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()) ||
      ::fsync(opened.get()) != 0) {
    return system_error("overwrite " + file.string(), errno);
  }
  TRY(world.remove(file));
  const Descriptor folder(::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder || ::fsync(folder.get()) != 0)
    return system_error("flush " + file.parent_path().string(), errno);
  return {};
}

Result<std::string> KeyStore::make_storage_key(const std::string& project) {
  TRY(check_name(project));
  {
    const std::lock_guard lock(mutex_);
    if (world_.exists(instance_.destroyed_key_file(project)))
      return refused("keeper.keys_destroyed", {{"project", project}});
    TRY(world_.make_directories(instance_.storage_keys(), folder_mode));
    TRY(world_.make_directories(instance_.erasable(), folder_mode));
    const Path first = instance_.storage_key_file(project), second = instance_.storage_half_file(project);
    if (!world_.exists(first)) TRY(make_key(first_name(project), first));
    crash_point("keeper.storage_half_made");
    if (!world_.exists(second)) TRY(make_key(second_name(project), second));
  }
  // Read back, so that nothing is ever encrypted with a key that cannot be opened later.
  return fingerprint_of(TRY(storage_key(project)));
}

Result<crypto::Secret> KeyStore::storage_key(const std::string& project) {
  TRY(check_name(project));
  const std::lock_guard lock(mutex_);
  const Path first_file = instance_.storage_key_file(project);
  const Path second_file = instance_.storage_half_file(project);
  for (const Path& file : {first_file, second_file}) {
    if (!world_.exists(file))
      return refused("keeper.no_storage_key", {{"project", project}, {"file", file.string()}});
  }
  const crypto::Secret first = TRY(read_key(first_name(project), first_file));
  const crypto::Secret second = TRY(read_key(second_name(project), second_file));
  std::string key =
      crypto::hkdf_sha256(first.view(), second.view(), "fvm storage key 1 " + project, key_bytes);
  return crypto::Secret::take(key);
}

// The record is durable before the first byte is overwritten, and says what will have been destroyed; the
// certificate is signed only after the last.
Result<KeyStore::Certified> KeyStore::destroy_project_keys(const std::string& project,
                                                           std::string_view statement) {
  TRY(check_name(project));
  TRY(check_statement(statement));
  const Path record_file = instance_.destroyed_key_file(project);
  if (!world_.exists(record_file)) {
    const auto key = storage_key(project);
    if (!key.ok() && key.error().code != "keeper.no_storage_key") return key.error();
    TRY(world_.make_directories(instance_.storage_keys(), folder_mode));
    TRY(world_.replace_file(record_file,
                            std::string(record_title) + "project: " + project +
                                "\nstorage key: " + (key.ok() ? "sha256 " + fingerprint_of(*key) : "none") +
                                "\nkeys destroyed: " + to_text(world_.now()) + "\n",
                            secret_mode));
  }
  crash_point("keeper.destruction_recorded");
  std::string record = TRY(world_.read_file(record_file, record_bytes_max));
  if (!record.starts_with(std::string(record_title) + "project: " + project + "\n"))
    return surroundings("keeper.key_damaged", {{"file", record_file.string()}});
  {
    const std::lock_guard lock(mutex_);
    project_keys_.erase(project);
    for (const Path& file : {instance_.storage_half_file(project), instance_.storage_key_file(project),
                             instance_.project_key_file(project)}) {
      TRY(destroy_file(world_, file));
      crash_point("keeper.key_destroyed");
    }
    ++generation_;
  }
  Certified out;
  out.text =
      std::string(crypto::certificate_prefix) + record.substr(record_title.size()) + std::string(statement);
  out.signature = TRY(audit_key_->sign(out.text));
  return out;
}

}  // namespace fvm::keeper
