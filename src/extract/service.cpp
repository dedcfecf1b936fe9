#include "extract/service.hpp"

#include "catalogue/catalogue.hpp"
#include "crypto/sha256.hpp"
#include "extract/ending.hpp"
#include "extract/job.hpp"
#include "extract/store.hpp"
#include "wire/messages.hpp"
#include "wire/socket.hpp"
#include "wire/storage.hpp"

namespace fvm::extract {
namespace {

constexpr unsigned folder_mode = 0700, file_mode = 0600;
constexpr int64_t day_microseconds = 86'400'000'000;

Date today(World& world) {
  return date_of_days(world.now().microseconds / day_microseconds);
}

// Nothing when the number is free; true when this very specification has it.
Result<bool> is_taken(const Setting& setting, const std::string& number, const std::string& sha256) {
  const auto found = open_project(setting.ledger.database(), number);
  if (!found.ok() && found.error().code == "project.unknown") return false;
  if (!found.ok()) return found.error();
  if (found->state == State::closed) return refused("project.closed", {{"name", number}});
  if (found->specification_sha256 != sha256) return refused("project.exists", {{"name", number}});
  return true;
}

Result<void> make_folders(const Setting& setting, const std::string& number, const std::string& text) {
  const Path root = setting.instance.project(number);
  for (const Path& folder :
       {root, setting.instance.project_data(number), setting.instance.project_population(number),
        setting.instance.project_work(number), root / "home", root / "outbox"}) {
    TRY(setting.world.make_directories(folder, folder_mode));
  }
  return setting.world.replace_file(root / "spec.toml", text, file_mode);
}

Result<void> make_key(const Setting& setting, const std::string& number) {
  auto keeper = TRY(wire::connect(setting.instance.keeper_socket(), "fvm-keeper"));
  TRY(keeper.call<wire::Done>(wire::MakeProjectKey{number}));
  return {};
}

// The encrypted folder, if the operator chose so, of the kind that he chose; its key's fingerprint goes on
// record.
Result<std::string> make_storage(const Setting& setting, const std::string& number) {
  if (setting.config.storage.encryption == "none") return std::string();
  auto keeper = TRY(wire::connect(setting.instance.keeper_socket(), "fvm-keeper"));
  const auto key = TRY(keeper.call<wire::StorageKey>(wire::MakeStorageKey{number}));
  auto launcher = TRY(wire::connect(setting.instance.launcher_socket(), "fvm-launcher"));
  TRY(launcher.call<wire::Done>(wire::MakeStorage{number}));
  crash_point("project.storage_made");
  return key.fingerprint;
}

struct Made {
  Supplied supplied;
  std::string storage_key;  // fingerprint; empty: not encrypted
};

Result<Made> make_project(const Setting& setting, const SpecificationFile& file) {
  const Specification& specification = *file.reading.specification;
  Made made;
  TRY(make_key(setting, specification.number));
  made.storage_key = TRY(make_storage(setting, specification.number));
  const auto folder = TRY(hold_folder(setting, specification.number));
  TRY(make_folders(setting, specification.number, file.text));
  crash_point("project.folders_made");
  if (specification.cohorts.empty()) return made;
  made.supplied = TRY(encrypt_cohorts(setting, specification, file.folder));
  return made;
}

// A project that could not be created leaves nothing behind.
// The storage key stays: it has encrypted nothing, and the next try takes it.
void undo(const Setting& setting, const std::string& number) {
  const Path storage = setting.instance.project_storage(number);
  const auto gone = wire::let_storage_go(setting.world, setting.instance.launcher_socket(), storage, number,
                                         ending_milliseconds_max);
  if (gone.ok()) {
    (void)setting.world.remove_tree(storage).ok();
    (void)setting.world.remove_tree(setting.instance.project(number)).ok();
  }
  auto keeper = wire::connect(setting.instance.keeper_socket(), "fvm-keeper");
  if (keeper.ok()) (void)keeper->call<wire::Done>(wire::DropProjectKey{number}).ok();
}

}  // namespace

Result<SpecificationFile> read_specification_file(const Setting& setting, const Path& file) {
  SpecificationFile out{.folder = file.parent_path()};
  out.text = TRY(setting.world.read_file(file, specification_bytes_max + 1));
  const auto catalogue = TRY(newest_catalogue(setting));
  out.reading =
      read_specification(out.text, file.string(), catalogue, today(setting.world),
                         [&](const std::string& name) { return setting.world.exists(out.folder / name); });
  return out;
}

Result<Created> create_project(const Setting& setting, const SpecificationFile& file) {
  const Specification& specification = *file.reading.specification;
  const std::string sha256 = crypto::sha256_hex(file.text);
  Created created{.number = specification.number};
  created.already = TRY(is_taken(setting, specification.number, sha256));
  if (created.already) return created;
  const auto made = make_project(setting, file);
  if (!made.ok()) {
    undo(setting, specification.number);
    return made.error();
  }
  created.supplied_persons = made->supplied.persons;
  created.supplied_lines = made->supplied.lines, created.supplied_duplicates = made->supplied.duplicates;
  crash_point("project.prepared");
  Arguments facts = {{"specification_sha256", sha256},
                     {"cvr", specification.cvr},
                     {"grants", std::to_string(specification.grants.size())},
                     {"supplied_persons", std::to_string(created.supplied_persons)}};
  if (!made->storage_key.empty()) facts.emplace_back("storage_key", made->storage_key);
  TRY(setting.ledger.write(
      {setting.actor, "project.created", specification.number, std::move(facts)},
      [&](audit::Writer& writer) { return insert_project(writer, specification, file.text, sha256); }));
  return created;
}

}  // namespace fvm::extract
