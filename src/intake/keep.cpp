// Bytes as they came, by their SHA-256.
#include "intake/keep.hpp"

#include "crypto/sha256.hpp"
#include "intake/service.hpp"
#include "intake/store.hpp"

namespace fvm::intake {
namespace {

constexpr unsigned folder_mode = 0700, file_mode = 0600;

Path below(const Path& folder, std::string_view sha256) {
  return folder / sha256.substr(0, 2) / sha256;
}

}  // namespace

Path kept_message(const config::Instance& instance, std::string_view sha256) {
  return below(instance.root() / "cases" / "messages", sha256);
}
Path kept_document(const config::Instance& instance, std::string_view sha256) {
  return below(instance.root() / "cases" / "documents", sha256);
}

Result<void> keep_file(World& world, const Path& path, std::string_view bytes) {
  TRY(world.make_directories(path.parent_path(), folder_mode));
  const auto made = world.create_file(path, bytes, file_mode);
  if (!made.ok() && made.error().code != "file.exists") return made.error();
  return {};
}

Result<Descriptor> lock_documents(World& world, const config::Instance& instance) {
  TRY(world.make_directories(instance.root() / "cases", folder_mode));
  return world.lock(instance.root() / "cases" / "documents.lock", file_mode);
}

Result<Kept> keep(const Setting& setting, std::string_view bytes, std::string_view envelope) {
  const uint64_t bytes_max = setting.config.mailbox.message_bytes_max;
  if (bytes.size() > bytes_max) return refused("mail.too_large", {{"bytes_max", std::to_string(bytes_max)}});
  const std::string sha256 = crypto::sha256_hex(bytes);
  audit::Ledger& ledger = setting.casework.ledger;
  if (const auto before = TRY(find_bytes(ledger.database(), sha256))) return Kept{before->id, true};
  TRY(keep_file(setting.world, kept_message(setting.instance, sha256), bytes));
  crash_point("intake.bytes_kept");
  return ledger.write(
      {actor, "intake.kept", "", {{"sha256", sha256}, {"bytes", std::to_string(bytes.size())}}},
      [&](audit::Writer& writer) -> Result<Kept> {
        if (const auto before = TRY(find_bytes(writer, sha256))) return Kept{before->id, true};
        const Message message{.sha256 = sha256,
                              .bytes = bytes.size(),
                              .received = writer.now(),
                              .envelope = std::string(envelope)};
        const int64_t id = TRY(insert_message(writer, message));
        writer.subject("mail-" + std::to_string(id));
        return Kept{id, false};
      });
}

}  // namespace fvm::intake
