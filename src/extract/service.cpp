#include "extract/service.hpp"

#include "catalogue/catalogue.hpp"
#include "crypto/sha256.hpp"
#include "extract/job.hpp"
#include "extract/lock.hpp"
#include "extract/store.hpp"
#include "wire/messages.hpp"
#include "wire/socket.hpp"

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

Result<uint64_t> make_project(const Setting& setting, const SpecificationFile& file) {
  const Specification& specification = *file.reading.specification;
  TRY(make_key(setting, specification.number));
  TRY(make_folders(setting, specification.number, file.text));
  crash_point("project.folders_made");
  if (specification.supplied.empty()) return uint64_t{0};
  return encrypt_cohort(setting, specification.number, file.folder / specification.supplied);
}

// A project that could not be created leaves nothing behind.
void undo(const Setting& setting, const std::string& number) {
  (void)setting.world.remove_tree(setting.instance.project(number)).ok();
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
  const auto supplied = make_project(setting, file);
  if (!supplied.ok()) {
    undo(setting, specification.number);
    return supplied.error();
  }
  created.supplied_persons = *supplied;
  crash_point("project.prepared");
  TRY(setting.ledger.write(
      {setting.actor,
       "project.created",
       specification.number,
       {{"specification_sha256", sha256},
        {"cvr", specification.cvr},
        {"grants", std::to_string(specification.grants.size())},
        {"supplied_persons", std::to_string(created.supplied_persons)}}},
      [&](audit::Writer& writer) { return insert_project(writer, specification, file.text, sha256); }));
  return created;
}

Result<void> close_project(const Setting& setting, std::string_view number) {
  const Project project = TRY(open_project(setting.ledger.database(), number));
  // A build under way would put its files back after we removed them.
  const auto lock = TRY(ProjectLock::take(setting.instance.project(project.number)));
  if (project.state == State::open) {
    TRY(setting.ledger.write(
        {setting.actor, "project.closed", project.number, {{"version", std::to_string(project.version)}}},
        [&](audit::Writer& writer) { return close_in_store(writer, project.number); }));
    crash_point("project.closed");
  }
  auto keeper = TRY(wire::connect(setting.instance.keeper_socket(), "fvm-keeper"));
  TRY(keeper.call<wire::Done>(wire::DropProjectKey{project.number}));
  crash_point("project.key_dropped");
  const Path root = setting.instance.project(project.number);
  for (const char* folder : {"data", "population", "work", "home", "outbox", "staging"}) {
    TRY(setting.world.remove_tree(root / folder));
  }
  return {};
}

}  // namespace fvm::extract
