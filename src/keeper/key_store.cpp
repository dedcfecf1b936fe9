#include "keeper/key_store.hpp"

#include <sys/stat.h>

#include "crypto/encoding.hpp"
#include "crypto/sealed_box.hpp"

namespace fvm::keeper {
namespace {

constexpr unsigned secret_mode = 0600;
constexpr unsigned public_mode = 0644;
constexpr std::string_view audit_name = "audit";
constexpr std::string_view set_aside_name = "set_aside";

std::string project_name(std::string_view project) {
  return "project " + std::string(project);
}

// A secret that somebody else could read is not one.
Result<void> refuse_open_to_others(const Path& file) {
  struct stat about{};
  if (::stat(file.c_str(), &about) == 0 && (about.st_mode & 077) != 0)
    return surroundings("keeper.key_open_to_others", {{"file", file.string()}});
  return {};
}

// The passphrase or key file's content, without the line end that editors add.
Result<std::string> read_passphrase(World& world, const Path& file) {
  TRY(refuse_open_to_others(file));
  std::string text = TRY(world.read_file(file, key_file_bytes_max));
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  if (text.empty()) return usage("keeper.passphrase_empty", {{"file", file.string()}});
  return text;
}

Result<void> create_or_keep(World& world, const Path& file, std::string_view text, unsigned mode) {
  auto created = world.create_file(file, text, mode);
  if (!created.ok() && created.error().code == "file.exists") return {};
  return created;
}

// How an instance's keys are sealed: made once, never changed after.
Result<void> make_sealing(World& world, const config::Instance& instance,
                          const std::optional<Path>& passphrase_file) {
  if (world.exists(instance.sealing_file())) return {};
  if (!passphrase_file) {
    const crypto::Secret random = TRY(crypto::Secret::random(world, key_bytes));
    std::string text = crypto::to_base64(random.view()) + "\n";
    TRY(create_or_keep(world, instance.seal_key_file(), text, secret_mode));
    crypto::wipe(text);
  }
  crash_point("keeper.seal_key_made");
  std::string secret = TRY(read_passphrase(world, passphrase_file.value_or(instance.seal_key_file())));
  const SealedBy by = passphrase_file ? SealedBy::passphrase : SealedBy::key_file;
  const auto text = new_sealing_text(world, by, secret);
  crypto::wipe(secret);
  return create_or_keep(world, instance.sealing_file(), TRY(Result(text)), secret_mode);
}

Result<Sealing> read_sealing(World& world, const config::Instance& instance) {
  const Path file = instance.sealing_file();
  if (!world.exists(file)) return surroundings("keeper.no_keys", {{"folder", instance.keys().string()}});
  TRY(refuse_open_to_others(file));
  return parse_sealing(TRY(world.read_file(file, key_file_bytes_max)), file);
}

}  // namespace

Result<std::unique_ptr<KeyStore>> KeyStore::unlocked(World& world, const config::Instance& instance,
                                                     const std::optional<Path>& passphrase_file) {
  const Sealing sealing = TRY(read_sealing(world, instance));
  if (sealing.by == SealedBy::passphrase && !passphrase_file) return usage("keeper.passphrase_needed");
  std::string secret = TRY(read_passphrase(world, passphrase_file.value_or(instance.seal_key_file())));
  auto key = unlock(sealing, secret);
  crypto::wipe(secret);
  // Not inside the new-expression: TRY's return would leave the memory that was got for it.
  crypto::Secret sealing_key = TRY(std::move(key));
  return std::unique_ptr<KeyStore>(new KeyStore(world, instance, std::move(sealing_key)));
}

Result<SealedBy> KeyStore::make(World& world, const config::Instance& instance,
                                const std::optional<Path>& passphrase_file) {
  TRY(make_sealing(world, instance, passphrase_file));
  crash_point("keeper.sealing_made");
  const auto store = TRY(unlocked(world, instance, passphrase_file));
  for (const std::string_view name : {mirror_scope, audit_name, set_aside_name}) {
    TRY(store->make_key(name, instance.key_file(name)));
    crash_point("keeper.key_made");
  }
  TRY(store->make_kept_key());
  TRY(store->read_keys());
  TRY(create_or_keep(world, instance.audit_public_key(),
                     crypto::public_key_text("Ed25519 key that signs this instance's audit checkpoints",
                                             store->audit_key().public_key()),
                     public_mode));
  return TRY(read_sealing(world, instance)).by;
}

Result<std::unique_ptr<KeyStore>> KeyStore::open(World& world, const config::Instance& instance,
                                                 const std::optional<Path>& passphrase_file) {
  auto store = TRY(unlocked(world, instance, passphrase_file));
  TRY(store->make_kept_key());  // an instance of before has none
  TRY(store->read_keys());
  return store;
}

Result<void> KeyStore::make_key(std::string_view name, const Path& file) {
  const crypto::Secret key = TRY(crypto::Secret::random(world_, key_bytes));
  return create_or_keep(world_, file, seal_key(world_, sealing_key_, name, key.view()), secret_mode);
}

Result<crypto::Secret> KeyStore::read_key(std::string_view name, const Path& file) {
  TRY(refuse_open_to_others(file));
  return open_key(sealing_key_, name, TRY(world_.read_file(file, key_file_bytes_max)), file);
}

Result<void> KeyStore::read_keys() {
  mirror_key_ = TRY(read_key(mirror_scope, instance_.key_file(mirror_scope)));
  set_aside_key_ = TRY(read_key(set_aside_name, instance_.key_file(set_aside_name)));
  kept_key_ = TRY(read_key(kept_key_name, instance_.key_file(kept_key_name)));
  set_aside_public_key_ = TRY(crypto::x25519_public_key(set_aside_key_.view()));
  const crypto::Secret seed = TRY(read_key(audit_name, instance_.key_file(audit_name)));
  audit_key_ = TRY(crypto::SigningKey::from_seed(seed.view()));
  return {};
}

Result<crypto::IdentifierCipher> KeyStore::cipher_of(const std::string& scope, uint8_t tweak) {
  if (scope == mirror_scope) return crypto::IdentifierCipher::with_key(mirror_key_.view(), tweak);
  if (!config::is_safe_name(scope)) return refused("keeper.unknown_scope", {{"scope", scope}});
  const std::lock_guard lock(mutex_);
  auto found = project_keys_.find(scope);
  if (found == project_keys_.end()) {
    const Path file = instance_.project_key_file(scope);
    if (!world_.exists(file)) return refused("keeper.unknown_scope", {{"scope", scope}});
    found = project_keys_.emplace(scope, TRY(read_key(project_name(scope), file))).first;
  }
  return crypto::IdentifierCipher::with_key(found->second.view(), tweak);
}

Result<void> KeyStore::make_project_key(const std::string& project) {
  if (!config::is_safe_name(project) || project == mirror_scope)
    return usage("keeper.bad_project", {{"project", project}});
  const std::lock_guard lock(mutex_);
  TRY(world_.make_directories(instance_.project_keys(), 0700));
  const Path file = instance_.project_key_file(project);
  if (!world_.exists(file)) TRY(make_key(project_name(project), file));
  crash_point("keeper.project_key_made");
  // Read back, so that a project is never told of a key that cannot be opened later.
  TRY(read_key(project_name(project), file));
  return {};
}

Result<void> KeyStore::drop_project_key(const std::string& project) {
  if (!config::is_safe_name(project) || project == mirror_scope)
    return usage("keeper.bad_project", {{"project", project}});
  const std::lock_guard lock(mutex_);
  project_keys_.erase(project);
  TRY(world_.remove(instance_.project_key_file(project)));
  ++generation_;
  return {};
}

}  // namespace fvm::keeper
