// Another specification in the place of a project's: an agreement was amended or carried on. Same number,
// same key, so that what the analysts have made fits what they get; the next build makes the new data.
#include <algorithm>
#include <set>

#include "catalogue/catalogue.hpp"
#include "crypto/sha256.hpp"
#include "extract/amend.hpp"
#include "extract/ending.hpp"
#include "extract/job.hpp"
#include "extract/lock.hpp"
#include "extract/service.hpp"
#include "extract/store.hpp"
#include "lake/table.hpp"

namespace fvm::extract {
namespace {

constexpr unsigned file_mode = 0600;

// Files of numbers that came along replace the former; without them the former stay.
Result<uint64_t> take_cohorts(const Setting& setting, const SpecificationFile& file) {
  const Specification& specification = *file.reading.specification;
  if (specification.cohorts.empty()) return uint64_t{0};
  const auto missing =
      std::find_if(specification.cohorts.begin(), specification.cohorts.end(), [&](const Cohort& cohort) {
        return file.folder.empty() || !setting.world.exists(file.folder / cohort.file);
      });
  if (missing == specification.cohorts.end())
    return TRY(encrypt_cohorts(setting, specification, file.folder)).persons;
  if (setting.world.exists(supplied_file(setting, specification.number))) return uint64_t{0};
  return usage("project.supplied_missing", {{"name", missing->file}});
}

// Files of `table` that its current version does not name.
Result<void> drop_former_files(const Setting& setting, const Project& project, const ProjectTable& table) {
  std::set<std::string> current;
  for (const Path& file : TRY(table_files(setting.world, setting.instance, project, table)))
    current.insert(file.string());
  const Path folder = setting.instance.project_data(project.number) / table.folder;
  for (const DirectoryEntry& entry : TRY(setting.world.list(folder))) {
    if (entry.name.ends_with(".parquet") && !current.contains(entry.name))
      TRY(setting.world.remove(folder / entry.name));
  }
  return {};
}

}  // namespace

Result<Created> amend_project(const Setting& setting, const SpecificationFile& file) {
  const Specification& specification = *file.reading.specification;
  const std::string sha256 = crypto::sha256_hex(file.text);
  const Project project = TRY(open_project(setting.ledger.database(), specification.number));
  if (project.state == State::closed) return refused("project.closed", {{"name", project.number}});
  Created created{.number = project.number, .already = project.specification_sha256 == sha256};
  if (created.already) return created;
  // A build under way reads the specification that it began with.
  const auto lock = TRY(ProjectLock::take(setting.instance, project.number));
  const auto folder = TRY(hold_folder(setting, project.number));
  created.supplied_persons = TRY(take_cohorts(setting, file));
  TRY(setting.world.replace_file(setting.instance.project(project.number) / "spec.toml", file.text,
                                 file_mode));
  crash_point("project.amendment_prepared");
  TRY(setting.ledger.write(
      {setting.actor,
       "project.amended",
       project.number,
       {{"specification_sha256", sha256},
        {"before", project.specification_sha256},
        {"grants", std::to_string(specification.grants.size())}}},
      [&](audit::Writer& writer) { return amend_in_store(writer, specification, file.text, sha256); }));
  return created;
}

Result<void> drop_former_data(const Setting& setting, std::string_view number) {
  const Project project = TRY(open_project(setting.ledger.database(), number));
  if (!TRY(has_former_data(setting.ledger.database(), project))) return {};
  const auto folder = TRY(hold_folder(setting, project.number));
  const Path data = setting.instance.project_data(project.number);
  std::set<std::string> current;
  for (const ProjectTable& table : project.tables) {
    current.insert(table.folder.string());
    TRY(drop_former_files(setting, project, table));
  }
  for (const DirectoryEntry& schema : TRY(setting.world.list(data))) {
    for (const DirectoryEntry& table : TRY(setting.world.list(data / schema.name))) {
      if (!current.contains(schema.name + "/" + table.name))
        TRY(setting.world.remove_tree(data / schema.name / table.name));
    }
  }
  return setting.ledger.write(
      {setting.actor,
       "project.former_data_dropped",
       project.number,
       {{"version", std::to_string(project.version)}}},
      [&](audit::Writer& writer) { return set_former_data_dropped(writer, project.number); });
}

}  // namespace fvm::extract
