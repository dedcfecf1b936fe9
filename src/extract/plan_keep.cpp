#include "extract/plan_keep.hpp"

#include <algorithm>
#include <set>

#include "extract/plan_change.hpp"

namespace fvm::extract {
namespace {

using catalogue::Catalogue;
using catalogue::Table;

using Snapshots = std::map<std::string, lake::Snapshot>;

Result<std::vector<Step>> way_among(const Snapshots& live, const Snapshots& frozen,
                                    const Catalogue& catalogue, const std::string& name, Mode mode) {
  std::vector<Step> way;
  for (const Table* table : way_to_person(*catalogue.find(name), catalogue)) {
    const std::string full_name = table->full_name();
    const bool is_frozen = mode == Mode::frozen && frozen.contains(full_name);
    const Snapshots& snapshots = is_frozen ? frozen : live;
    const auto found = snapshots.find(full_name);
    if (found == snapshots.end()) return refused("project.not_delivered", {{"name", full_name}});
    way.push_back({table, &found->second});
  }
  return way;
}

class Keeping {
 public:
  Keeping(Plan& plan, const Known& known) : plan_(plan), known_(known) {}

  Result<void> population(const std::set<Source>& sources) {
    if (plan_.population_recipe != known_.previous.population_recipe) {
      plan_.population_way = "whole.recipe";
      return {};
    }
    plan_.population_kept = std::all_of(sources.begin(), sources.end(), [&](const Source& source) {
      return !has_changed(source.table, Mode::live);
    });
    if (!plan_.population_kept) return change_population(plan_, known_);
    plan_.population_way = "kept";
    return {};
  }

  // PROJECT.population hangs on the population alone: those who came are one more file.
  void own_table(TablePlan& plan) {
    const auto found = known_.previous.tables.find(plan.schema + "." + plan.name);
    if (found == known_.previous.tables.end() || found->second.recipe != plan.recipe) return;
    const bool few = found->second.files.size() <= MergeLimits().files_max;
    if (!plan_.population_kept && !(plan_.change && few)) return;
    plan.whole = false;
    plan.parts.clear();
    KeptPart all;
    for (const auto& [path, file] : found->second.files)
      all.paths.push_back(path), all.rows += file.rows.value_or(0);
    plan.kept.push_back(std::move(all));
  }

  Result<void> table(TablePlan& plan, const Grant& grant) {
    const auto found = known_.previous.tables.find(plan.schema + "." + plan.name);
    if (found == known_.previous.tables.end() || found->second.recipe != plan.recipe) return {};
    const auto way = TRY(way_in(known_.mirror, known_.catalogue, grant.table, grant.mode));
    const auto changes = changes_of(way[0], grant.mode);
    if (!changes || !known_.mirror.before.contains(way[0].table->full_name())) return {};
    if (way.size() > 1 && !parents_known(way)) return {};
    auto difference = difference_of(found->second.files, *changes, found->second.mirror_version);
    if (!difference) return {};
    plan.whole = false;
    plan.dropped = std::move(difference->dropped);
    add_parts(plan, way[0], grant, difference->read);
    for (KeptGroup& group : difference->kept) plan.kept.push_back(kept_part(way[0], grant, std::move(group)));
    if (!plan_.population_kept) lists(plan, grant.table);
    return way.size() > 1 ? keys(plan, grant, way) : Result<void>();
  }

 private:
  bool is_pinned(const std::string& table, Mode mode) const {
    return mode == Mode::frozen && known_.mirror.frozen.contains(table);
  }

  // What happened to a table up to the version that is read now.
  std::optional<std::vector<lake::Change>> changes_of(const Step& step, Mode mode) const {
    const std::string name = step.table->full_name();
    const auto found = known_.mirror.changes.find(name);
    if (found == known_.mirror.changes.end()) return std::nullopt;
    std::vector<lake::Change> out = found->second;
    if (is_pinned(name, mode)) {
      std::erase_if(out, [&](const lake::Change& change) { return change.version > step.snapshot->version; });
    }
    return out;
  }

  bool has_changed(const std::string& table, Mode mode) const {
    if (is_pinned(table, mode)) return false;
    const auto before = known_.mirror.before.find(table);
    const auto changes = known_.mirror.changes.find(table);
    if (before == known_.mirror.before.end() || changes == known_.mirror.changes.end()) return true;
    return changed_rows(changes->second, before->second.version);
  }

  bool parents_known(const std::vector<Step>& way) const {
    return std::all_of(way.begin() + 1, way.end(), [&](const Step& step) {
      return known_.mirror.before.contains(step.table->full_name());
    });
  }

  // For whoever comes and goes the kept files are looked through.
  void lists(const TablePlan& plan, const std::string& table) {
    std::set<std::string> columns(plan.sql.went_by.begin(), plan.sql.went_by.end());
    columns.insert(plan.sql.came_by);
    for (const std::string& column : columns) {
      for (const KeptPart& part : plan.kept) want_lists(plan_, known_, table, part.origins, column);
    }
  }

  static KeptPart kept_part(const Step& step, const Grant& grant, KeptGroup group) {
    KeptPart out;
    out.paths = std::move(group.paths), out.rows = group.rows;
    out.files = some_files_in_period(step, own_period(grant), group.origins).paths;
    out.origins = std::move(group.origins);
    return out;
  }

  // The parents as they were: their keys decide which of the child's old rows came and went.
  Result<void> keys(TablePlan& plan, const Grant& grant, const std::vector<Step>& way) {
    auto before =
        TRY(way_among(known_.mirror.before, known_.mirror.frozen, known_.catalogue, grant.table, grant.mode));
    plan.keys.before = keys_query(before, grant, "former");
    plan.keys.changed = std::any_of(way.begin() + 1, way.end(), [&](const Step& step) {
      return has_changed(step.table->full_name(), grant.mode);
    });
    const std::string parent = way[1].table->full_name();
    if (way.size() != 2 || is_pinned(parent, grant.mode)) return {};
    const auto& changes = known_.mirror.changes.at(parent);
    const int64_t version = before[1].snapshot->version;
    if (!plan.keys.changed || !only_added_rows(changes, version)) return {};
    lake::Snapshot since = *way[1].snapshot;
    const auto added = files_since(changes, version);
    std::erase_if(since.files, [&](const auto& file) {
      return std::find(added.begin(), added.end(), file.first) == added.end();
    });
    auto with_added = way;
    with_added[1].snapshot = &since;
    plan.keys.added = keys_query(with_added, grant, "population");
    plan.keys.only_added = true;
    return {};
  }

  Plan& plan_;
  const Known& known_;
};

}  // namespace

Result<std::vector<Step>> way_in(const Mirror& mirror, const Catalogue& catalogue, const std::string& name,
                                 Mode mode) {
  return way_among(mirror.live, mirror.frozen, catalogue, name, mode);
}

void add_parts(TablePlan& plan, const Step& step, const Grant& grant, const std::vector<std::string>& files) {
  plan.parts.clear();
  plan.files_read = plan.files_skipped = plan.rows_read = 0;
  const auto period = own_period(grant);
  std::vector<std::string> wanted;
  for (const std::string& name : files) {
    const Files one = some_files_in_period(step, period, {name});
    plan.files_read += one.paths.size(), plan.files_skipped += one.skipped, plan.rows_read += one.rows;
    if (!one.paths.empty()) wanted.push_back(name);
  }
  for (auto& names : in_parts(wanted, step.snapshot->files)) {
    Part part{.files = some_files_in_period(step, period, names).paths, .origins = {}};
    part.origins = std::move(names);
    plan.parts.push_back(std::move(part));
  }
}

void want_lists(Plan& plan, const Known& known, const std::string& table,
                const std::vector<std::string>& files, const std::string& column) {
  const auto before = known.mirror.before.find(table);
  if (column.empty() || before == known.mirror.before.end()) return;
  for (const std::string& name : files) {
    const auto file = before->second.files.find(name);
    if (file == before->second.files.end() || file->second.bytes < known.ways.listed_bytes_min) continue;
    plan.lists.push_back({table, name, column});
  }
}

Result<void> keep_what_can_be_kept(Plan& plan, const Known& known,
                                   const std::set<Source>& population_sources) {
  Keeping keeping(plan, known);
  TRY(keeping.population(population_sources));
  for (size_t i = 0; i < plan.tables.size(); ++i) {
    if (plan.tables[i].own) {
      keeping.own_table(plan.tables[i]);
    } else {
      TRY(keeping.table(plan.tables[i], known.specification.grants[i]));
    }
  }
  return {};
}

}  // namespace fvm::extract
