#include "extract/look.hpp"

#include "extract/store.hpp"
#include "lake/table.hpp"

namespace fvm::extract {
namespace {

constexpr int cut_attempts_max = 50;

using Tables = std::vector<const catalogue::Table*>;

Tables wanted_tables(const Specification& specification, const catalogue::Catalogue& catalogue) {
  Tables wanted = tables_needed(specification, catalogue);
  const Tables successions = succession_tables(catalogue);
  wanted.insert(wanted.end(), successions.begin(), successions.end());
  return wanted;
}

lake::Table delta_of(const Setting& setting, const catalogue::Table& table) {
  return {setting.world, setting.instance.mirror_table(table.register_name, table.name)};
}

Result<std::map<std::string, lake::Snapshot>> newest(const Setting& setting, const Tables& tables) {
  std::map<std::string, lake::Snapshot> out;
  for (const catalogue::Table* table : tables) {
    const lake::Table delta = delta_of(setting, *table);
    if (!out.contains(table->full_name()) && delta.exists())
      out.emplace(table->full_name(), TRY(delta.snapshot()));
  }
  return out;
}

// Has any of the tables a newer version, or one come that was not there?
Result<bool> is_still_newest(const Setting& setting, const Tables& tables,
                             const std::map<std::string, lake::Snapshot>& snapshots) {
  for (const catalogue::Table* table : tables) {
    const lake::Table delta = delta_of(setting, *table);
    const auto found = snapshots.find(table->full_name());
    if (found == snapshots.end() ? delta.exists() : delta.has_version(found->second.version + 1))
      return false;
  }
  return true;
}

// The version of a live table that the project was made from: the later of two, for a frozen grant reads an
// older one beside it.
std::optional<int64_t> version_of(const std::vector<Source>& sources, const std::string& table) {
  std::optional<int64_t> out;
  for (const Source& source : sources) {
    if (source.table == table) out = std::max(out.value_or(source.version), source.version);
  }
  return out;
}

Result<void> look_back(const Setting& setting, const Looking& looking, const Tables& tables, Mirror& mirror) {
  const auto sources = TRY(sources_of(setting.ledger.database(), *looking.before));
  for (const catalogue::Table* table : tables) {
    const std::string name = table->full_name();
    const auto version = version_of(sources, name);
    const auto live = mirror.live.find(name);
    if (!version || live == mirror.live.end() || mirror.before.contains(name)) continue;
    const lake::Table delta = delta_of(setting, *table);
    mirror.before.emplace(name,
                          *version == live->second.version ? live->second : TRY(delta.snapshot(*version)));
    mirror.changes.emplace(name, TRY(delta.changes(live->second.version)));
  }
  return {};
}

Result<Mirror> consistent_cut(const Setting& setting, const Tables& tables) {
  for (int attempt = 0; attempt < cut_attempts_max; ++attempt) {
    Mirror mirror{.live = TRY(newest(setting, tables)), .frozen = {}, .changes = {}, .before = {}};
    crash_point("build.looked");
    // All of them were the newest when the last was read and when the first is looked at again.
    if (TRY(is_still_newest(setting, tables, mirror.live))) return mirror;
  }
  return surroundings("project.mirror_restless");
}

}  // namespace

Result<Mirror> look_at_mirror(const Setting& setting, const Looking& looking) {
  const Tables tables = wanted_tables(looking.specification, looking.catalogue);
  Mirror mirror = TRY(consistent_cut(setting, tables));
  const auto pinned = TRY(frozen_versions(setting.ledger.database(), looking.specification.number));
  for (const catalogue::Table* table : tables) {
    const auto frozen = pinned.find(table->full_name());
    if (frozen == pinned.end() || !mirror.live.contains(table->full_name())) continue;
    mirror.frozen[frozen->first] = TRY(delta_of(setting, *table).snapshot(frozen->second));
  }
  if (looking.before != nullptr) TRY(look_back(setting, looking, tables, mirror));
  return mirror;
}

Result<bool> is_surely_fresh(const Setting& setting, const Project& project,
                             const catalogue::Catalogue& catalogue) {
  const auto& database = setting.ledger.database();
  if (project.version == 0 || project.catalogue_version != catalogue.version) return false;
  if (TRY(built_specification(database, project)) != project.specification_sha256) return false;
  if (!TRY(unfinished_builds(database, project.number)).empty()) return false;
  const auto sources = TRY(sources_of(database, project));
  for (const Source& source : sources) {
    const catalogue::Table* table = catalogue.find(source.table);
    if (table == nullptr || delta_of(setting, *table).has_version(*version_of(sources, source.table) + 1))
      return false;
  }
  // Every project reads every table of changed numbers, so one that has come since concerns it.
  for (const catalogue::Table* table : succession_tables(catalogue)) {
    if (!version_of(sources, table->full_name()) && delta_of(setting, *table).exists()) return false;
  }
  return true;
}

Result<std::optional<Previous>> previous_of(const Setting& setting, const Project& project) {
  if (project.version == 0) return std::optional<Previous>();
  const Path population = setting.instance.project_population(project.number) / project.population_file;
  if (!setting.world.exists(population)) return std::optional<Previous>();
  if (!project.population_changes.empty() &&
      !setting.world.exists(setting.instance.project_population(project.number) / project.population_changes))
    return std::optional<Previous>();
  const Recipes recipes = TRY(recipes_of(setting.ledger.database(), project));
  if (recipes.population.empty()) return std::optional<Previous>();  // made before recipes were kept
  Previous previous{.population_recipe = recipes.population, .tables = {}};
  // An amended specification may have brought another cohort, which no recipe tells.
  if (TRY(built_specification(setting.ledger.database(), project)) != project.specification_sha256)
    previous.population_recipe.clear();
  for (const ProjectTable& table : project.tables) {
    const lake::Table delta(setting.world, setting.instance.project_data(project.number) / table.folder);
    const auto snapshot = delta.snapshot();
    // A table that is not as the version left it is built whole.
    if (!snapshot.ok() || snapshot->version != table.version) continue;
    const std::string name = table.schema + "." + table.name;
    previous.tables[name] = {recipes.tables.at(name), table.mirror_version, snapshot->files};
  }
  return std::optional(std::move(previous));
}

}  // namespace fvm::extract
