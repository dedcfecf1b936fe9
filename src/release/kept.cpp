#include "release/kept.hpp"

#include <sys/stat.h>

#include <map>

#include "crypto/encoding.hpp"
#include "crypto/sha256.hpp"
#include "release/progress.hpp"

namespace fvm::release {
namespace {

using What = KeptFault::What;

// SHA-256 of every attempt, and the first request that has it.
Result<std::map<std::string, std::string>> on_record(const store::Database& store, size_t& attempts) {
  std::map<std::string, std::string> all;
  auto row = TRY(store.prepare(
      "SELECT sha256, request FROM release_file WHERE sha256 <> '' ORDER BY request, revision, position"));
  while (TRY(row.step())) {
    ++attempts;
    all.emplace(row.text(0), number_of(row.integer(1)));
  }
  return all;
}

std::optional<What> fault_of(const Path& file, const std::string& sha256, uint64_t& bytes) {
  struct stat facts{};
  if (::stat(file.c_str(), &facts) != 0) return What::missing;
  const auto digest = crypto::sha256_of_file(file);
  if (!digest.ok()) return What::missing;
  bytes += digest->bytes;
  if (crypto::to_hex(digest->sha256) != sha256) return What::changed;
  constexpr mode_t writable = S_IWUSR | S_IRWXG | S_IRWXO;
  if ((facts.st_mode & writable) != 0) return What::writable;
  return std::nullopt;
}

Result<void> find_unknown(World& world, const config::Instance& instance,
                          const std::map<std::string, std::string>& known, KeptReport& report) {
  for (const DirectoryEntry& folder : TRY(world.list(instance.kept()))) {
    if (!folder.is_directory) continue;
    for (const DirectoryEntry& file : TRY(world.list(instance.kept() / folder.name))) {
      if (!known.contains(file.name)) report.faults.push_back({What::unknown, file.name, {}});
    }
  }
  return {};
}

}  // namespace

Result<KeptReport> verify_kept(World& world, const config::Instance& instance, const store::Database& store,
                               const std::function<void(const KeptReport&)>& progress) {
  KeptReport report;
  const auto known = TRY(on_record(store, report.attempts));
  for (const auto& [sha256, release] : known) {
    ++report.copies;
    const auto fault = fault_of(kept_path(instance, sha256), sha256, report.bytes);
    if (fault) report.faults.push_back({*fault, sha256, release});
    if (progress) progress(report);
  }
  TRY(find_unknown(world, instance, known, report));
  return report;
}

}  // namespace fvm::release
