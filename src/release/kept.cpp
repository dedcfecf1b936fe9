#include "release/kept.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <set>

#include "notify/outbox.hpp"
#include "release/progress.hpp"

namespace fvm::release {
namespace {

using What = KeptFault::What;

struct OnRecord {
  std::string release;   // the first that has it
  bool needed = false;   // by a request whose time is not over
  bool waiting = false;  // to be destroyed
};

Result<std::map<std::string, OnRecord>> on_record(const store::Database& store, size_t& attempts) {
  std::map<std::string, OnRecord> all;
  auto row = TRY(store.prepare(
      "SELECT sha256, request, request IN (SELECT request FROM release_gone), sha256 IN (SELECT sha256 FROM "
      "release_to_destroy) FROM release_file WHERE sha256 <> '' ORDER BY request, revision, position"));
  while (TRY(row.step())) {
    ++attempts;
    OnRecord& one = all.try_emplace(row.text(0), OnRecord{number_of(row.integer(1))}).first->second;
    one.needed |= row.integer(2) == 0;
    one.waiting |= row.integer(3) != 0;
  }
  return all;
}

bool is_writable(const Path& file) {
  struct stat facts{};
  constexpr mode_t writable = S_IWUSR | S_IRWXG | S_IRWXO;
  return ::stat(file.c_str(), &facts) == 0 && (facts.st_mode & writable) != 0;
}

// Surroundings that say nothing about the copy (no keeper) are the error.
Result<std::optional<What>> fault_of(World& world, const KeptCopies& copies, const std::string& sha256,
                                     const KeptCopies::Place& place, KeptReport& report) {
  const auto whole = copies.check(sha256);
  const std::string code = whole.ok() ? "" : whole.error().code;
  if (code == "release.kept_missing") return std::optional(What::missing);
  if (code == "release.kept_changed") return std::optional(What::changed);
  if (code == "release.kept_locked") return std::optional(What::locked);
  if (!whole.ok()) return whole.error();
  report.bytes += *whole;
  const bool sealed = world.exists(place.sealed);
  report.plain += world.exists(place.plain);
  if (is_writable(sealed ? place.sealed : place.plain)) return std::optional(What::writable);
  return std::optional<What>();
}

Result<void> find_unknown(World& world, const config::Instance& instance, const std::set<std::string>& known,
                          KeptReport& report) {
  for (const DirectoryEntry& folder : TRY(world.list(instance.kept()))) {
    if (!folder.is_directory) continue;
    for (const DirectoryEntry& file : TRY(world.list(instance.kept() / folder.name))) {
      if (!known.contains(file.name)) report.faults.push_back({What::unknown, file.name, {}});
    }
  }
  return {};
}

bool is_digest(std::string_view name) {
  return name.size() == 64 && std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

// Nobody is capturing: what is called so was left by one that was killed.
Result<void> remove_half_written(World& world, const config::Instance& instance, const KeptCopies& copies) {
  const Descriptor alone = TRY(copies.hold_alone());
  for (const DirectoryEntry& entry : TRY(world.list(instance.kept()))) {
    if (entry.name.starts_with(".incoming-")) TRY(destroy_bytes(instance.kept() / entry.name));
  }
  return {};
}

}  // namespace

Result<KeptReport> verify_kept(World& world, const config::Instance& instance, const KeptCopies& copies,
                               const store::Database& store,
                               const std::function<void(const KeptReport&)>& progress) {
  KeptReport report;
  std::set<std::string> known;
  const Descriptor still = TRY(copies.hold_still());  // nothing is destroyed meanwhile
  for (const auto& [sha256, record] : TRY(on_record(store, report.attempts))) {
    const auto place = TRY(copies.place_of(sha256));
    known.insert(place.sealed.filename().string());
    known.insert(place.plain.filename().string());
    std::optional<What> fault;
    if (record.needed) {
      ++report.copies;
      fault = TRY(fault_of(world, copies, sha256, place, report));
    } else {
      ++report.destroyed;
      const bool there = place.has_key || world.exists(place.sealed) || world.exists(place.plain);
      if (there && !record.waiting) fault = What::left;
    }
    if (fault) report.faults.push_back({*fault, sha256, record.release});
    if (progress) progress(report);
  }
  TRY(find_unknown(world, instance, known, report));
  return report;
}

Result<KeptReport> watch_kept(World& world, const config::Instance& instance, const KeptCopies& copies,
                              audit::Ledger& ledger) {
  KeptReport report = TRY(verify_kept(world, instance, copies, ledger.database()));
  if (report.copies + report.faults.size() == 0) return report;
  std::set<std::string> releases;
  for (const KeptFault& fault : report.faults) releases.insert(fault.release);
  releases.erase("");
  const Arguments facts = {{"copies", std::to_string(report.copies)},
                           {"bytes", std::to_string(report.bytes)},
                           {"faults", std::to_string(report.faults.size())}};
  TRY(ledger.write({"fvm-steward", "release.copies_verified", "kept", facts},
                   [&](audit::Writer& writer) -> Result<void> {
                     for (const std::string& release : releases)
                       TRY(notify::tell(writer, "role:operator", release, "notice.copy_fault"));
                     return {};
                   }));
  return report;
}

Result<size_t> encrypt_plain(World& world, const config::Instance& instance, const KeptCopies& copies) {
  size_t encrypted = 0;
  TRY(remove_half_written(world, instance, copies));
  for (const DirectoryEntry& folder : TRY(world.list(instance.kept()))) {
    if (!folder.is_directory) continue;
    for (const DirectoryEntry& file : TRY(world.list(instance.kept() / folder.name))) {
      if (!is_digest(file.name)) continue;
      const auto done = copies.encrypt(file.name);
      if (!done.ok()) return done.error();
      encrypted += *done;
    }
  }
  return encrypted;
}

}  // namespace fvm::release
