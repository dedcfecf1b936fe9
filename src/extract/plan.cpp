#include "extract/plan.hpp"

#include <algorithm>
#include <cctype>
#include <set>

#include "extract/plan_sql.hpp"

namespace fvm::extract {
namespace {

using catalogue::Catalogue;
using catalogue::Class;
using catalogue::Table;
using catalogue::Variable;

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

class Planner {
 public:
  Planner(const Specification& specification, const Catalogue& catalogue, const Mirror& mirror)
      : specification_(specification), catalogue_(catalogue), mirror_(mirror) {}

  Result<Plan> plan() {
    plan_.project = specification_.number;
    plan_.supplied = !specification_.supplied.empty();
    successions();
    plan_.all = TRY(criteria(specification_.all));
    plan_.any = TRY(criteria(specification_.any));
    plan_.none = TRY(criteria(specification_.none));
    for (const Grant& grant : specification_.grants) plan_.tables.push_back(TRY(table(grant)));
    plan_.sources.assign(sources_.begin(), sources_.end());
    return std::move(plan_);
  }

 private:
  void successions() {
    for (const Table* table : succession_tables(catalogue_)) {
      const auto found = mirror_.live.find(table->full_name());
      if (found == mirror_.live.end()) continue;
      sources_.insert({table->full_name(), found->second.version});
      plan_.successions.push_back(succession_query(*table, found->second));
    }
  }

  Result<std::vector<std::string>> criteria(const std::vector<Criterion>& criteria) {
    std::vector<std::string> out;
    for (const Criterion& criterion : criteria) {
      const auto way = TRY(way_of(criterion.table, Mode::live));
      out.push_back(criterion_query(way, criterion, !plan_.successions.empty()));
    }
    return out;
  }

  Result<TablePlan> table(const Grant& grant) {
    const auto way = TRY(way_of(grant.table, grant.mode));
    const Table& table = *way[0].table;
    TablePlan made{.schema = lower(table.register_name), .name = lower(table.name)};
    made.mirror_version = way[0].snapshot->version;
    made.text_da = table.text_da, made.text_en = table.text_en;
    for (const std::string& name : grant.variables) {
      const Variable& variable = *table.find(name);
      made.columns.push_back(
          {variable.name, variable.type, variable.what, variable.text_da, variable.text_en});
      made.delta.fields.push_back(delta_field(variable, *way[0].snapshot));
      if (variable.what == Class::provider) plan_.providers.push_back(provider_query(way[0], variable.name));
    }
    const Files files = files_in_period(way[0], grant.period);
    made.files_read = files.paths.size(), made.files_skipped = files.skipped, made.rows_read = files.rows;
    made.query = grant_query(way, grant);
    return made;
  }

  // The tables from the criterion's or grant's own up to the one with the person, each with its snapshot.
  Result<std::vector<Step>> way_of(const std::string& name, Mode mode) {
    std::vector<Step> way;
    for (const Table* table : way_to_person(*catalogue_.find(name), catalogue_)) {
      const std::string full_name = table->full_name();
      const auto& frozen = mirror_.frozen;
      const bool is_frozen = mode == Mode::frozen && frozen.contains(full_name);
      const auto& snapshots = is_frozen ? frozen : mirror_.live;
      const auto found = snapshots.find(full_name);
      if (found == snapshots.end()) return refused("project.not_delivered", {{"name", full_name}});
      sources_.insert({full_name, found->second.version});
      way.push_back({table, &found->second});
    }
    return way;
  }

  const Specification& specification_;
  const Catalogue& catalogue_;
  const Mirror& mirror_;
  Plan plan_;
  std::set<Source> sources_;
};

}  // namespace

std::vector<const Table*> succession_tables(const Catalogue& catalogue) {
  std::vector<const Table*> out;
  for (const Table& table : catalogue.tables) {
    if (table.succession && table.person) out.push_back(&table);
  }
  return out;
}

std::vector<const Table*> tables_needed(const Specification& specification, const Catalogue& catalogue) {
  std::set<const Table*> needed;
  const auto add = [&](const std::string& name) {
    const Table* table = catalogue.find(name);
    if (table == nullptr) return;
    for (const Table* step : way_to_person(*table, catalogue)) needed.insert(step);
  };
  for (const auto* criteria : {&specification.all, &specification.any, &specification.none}) {
    for (const Criterion& criterion : *criteria) add(criterion.table);
  }
  for (const Grant& grant : specification.grants) add(grant.table);
  return {needed.begin(), needed.end()};
}

Result<Plan> make_plan(const Specification& specification, const Catalogue& catalogue, const Mirror& mirror) {
  return Planner(specification, catalogue, mirror).plan();
}

}  // namespace fvm::extract
