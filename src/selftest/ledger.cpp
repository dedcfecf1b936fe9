#include <algorithm>

#include "audit/verifier.hpp"
#include "crypto/ed25519.hpp"
#include "selftest/checks.hpp"

namespace fvm::selftest {
namespace {

constexpr uint64_t key_bytes_max = 64u << 10, sample_bytes_max = 1u << 20;
constexpr size_t name_bytes = 8;

// A folder that goes away with this.
struct Folder {
  World& world;
  Path path;
  ~Folder() { (void)world.remove_tree(path); }
};

// The first records of the ledger, whole lines.
Result<std::string> beginning_of(const Setting& setting) {
  const Path folder = setting.instance.audit();
  std::string first;
  for (const DirectoryEntry& entry : TRY(setting.world.list(folder)))
    if (entry.name.starts_with("ledger-") && (first.empty() || entry.name < first)) first = entry.name;
  std::string text = TRY(setting.world.read_range(folder / first, 0, sample_bytes_max));
  text.resize(text.rfind('\n') + 1);
  return first + '\n' + text;
}

// Whether a copy with one changed byte is found, and one without is not.
Result<bool> finds_a_change(const Setting& setting, const std::string& key) {
  std::string text = TRY(beginning_of(setting));
  const std::string name = text.substr(0, text.find('\n'));
  text.erase(0, name.size() + 1);
  const Folder folder{setting.world,
                      setting.instance.run() / ("selftest-" + random_hex(setting.world, name_bytes))};
  TRY(setting.world.make_directories(folder.path, 0700));
  TRY(setting.world.create_file(folder.path / name, text, 0600));
  const bool whole = !TRY(audit::verify_files(setting.world, folder.path, key, {})).finding;
  const size_t at = text.rfind("\"time\":\"") + std::string_view("\"time\":\"").size();
  if (at >= text.size()) return false;
  text[at] = text[at] == '1' ? '2' : '1';
  TRY(setting.world.replace_file(folder.path / name, text, 0600));
  return whole && TRY(audit::verify_files(setting.world, folder.path, key, {})).finding.has_value();
}

}  // namespace

Result<Found> check_ledger(const Setting& setting) {
  const std::string key = TRY(crypto::parse_public_key(
      TRY(setting.world.read_file(setting.instance.audit_public_key(), key_bytes_max))));
  const auto checkpoints = TRY(audit::read_checkpoints(setting.world, setting.instance.audit()));
  const auto report = TRY(audit::verify_files(setting.world, setting.instance.audit(), key, checkpoints));
  Found found{.tried = report.records};
  // A line that is not finished is being written at this moment.
  if (report.finding && report.finding->fault != audit::Fault::torn)
    found.failed.push_back("record " + std::to_string(report.finding->record) + ": " +
                           std::string(audit::to_text(report.finding->fault)));
  for (const std::string& name : report.bad_checkpoints) found.failed.push_back("checkpoint " + name);
  if (found.failed.empty() && !TRY(finds_a_change(setting, key)))
    return surroundings("selftest.no_control", {{"what", "changed byte"}});
  return found;
}

}  // namespace fvm::selftest
