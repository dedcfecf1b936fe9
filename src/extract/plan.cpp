#include "extract/plan.hpp"

#include <algorithm>
#include <cctype>
#include <set>

#include "crypto/sha256.hpp"
#include "extract/plan_keep.hpp"
#include "extract/plan_sql.hpp"
#include "extract/population_sql.hpp"

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
  Planner(const Specification& specification, const Catalogue& catalogue, const Mirror& mirror, Ways ways)
      : specification_(specification), catalogue_(catalogue), mirror_(mirror), ways_(ways) {}

  Result<Plan> plan() {
    plan_.project = specification_.number;
    plan_.record_spread = ways_.record_spread;
    plan_.supplied = !specification_.cohorts.empty();
    successions();
    plan_.all = TRY(criteria(specification_.all));
    plan_.any = TRY(criteria(specification_.any));
    plan_.none = TRY(criteria(specification_.none));
    TRY(events());
    if (specification_.controls) plan_.controls = TRY(controls(*specification_.controls));
    population_sources_ = sources_;
    for (const Grant& grant : specification_.grants) plan_.tables.push_back(TRY(table(grant)));
    if (specification_.population_grant) plan_.tables.push_back(population(*specification_.population_grant));
    plan_.sources.assign(sources_.begin(), sources_.end());
    return std::move(plan_);
  }
  const std::set<Source>& population_sources() const { return population_sources_; }

 private:
  void successions() {
    for (const Table* table : succession_tables(catalogue_)) {
      const auto found = mirror_.live.find(table->full_name());
      if (found == mirror_.live.end()) continue;
      sources_.insert({table->full_name(), found->second.version});
      plan_.successions.push_back(succession_query(*table, found->second));
      if (plan_.supplied) plan_.known_persons.push_back(known_persons_query({table, &found->second}));
    }
  }

  bool aliases() const { return !plan_.successions.empty(); }

  Result<void> events() {
    plan_.index = specification_.index;
    for (const Cohort& cohort : specification_.cohorts) {
      if (!cohort.date.empty()) plan_.dated_cohorts.push_back(cohort.name);
    }
    for (const Event& event : specification_.events) {
      const auto way = TRY(way_of(event.table, Mode::live));
      plan_.events.push_back({event.name, event_query(way, event, aliases()), event.pick == Pick::none});
    }
    return {};
  }

  Result<ControlsPlan> controls(const Controls& wanted) {
    ControlsPlan made{
        .per_case = wanted.per_case, .tolerance = 0, .traits = {}, .candidates = {}, .none = {}};
    made.candidates =
        criterion_query(TRY(way_of(wanted.table, Mode::live)), {wanted.table, wanted.where, 1}, aliases());
    made.none = TRY(criteria(wanted.none));
    std::map<std::pair<std::string, std::string>, std::vector<Match>> by_rows;
    for (const Match& match : wanted.match) {
      by_rows[{match.table, match.where ? render(*match.where) : std::string()}].push_back(match);
      if (match.within_years > 0) made.tolerance = match.within_years * near_year;
    }
    std::vector<std::string> queries;
    for (const auto& [rows, matches] : by_rows) {
      const auto way = TRY(way_of(rows.first, Mode::live));
      queries.push_back(trait_query(way[0], matches, aliases()));
    }
    made.traits = traits_query(queries);
    return made;
  }

  static TablePlan population(const Grant& grant) {
    const Table& table = population_table();
    TablePlan made{.schema = lower(table.register_name), .name = lower(table.name), .own = true};
    made.text_da = table.text_da, made.text_en = table.text_en;
    for (const std::string& name : grant.variables) {
      const Variable& variable = *table.find(name);
      made.columns.push_back(
          {variable.name, variable.type, variable.what, variable.text_da, variable.text_en});
      made.delta.fields.push_back(delta_field(variable, {}));
    }
    made.sql.empty = "SELECT 1 AS nothing WHERE false";
    made.sql.rows = population_grant_query(grant);
    made.sql.came = population_grant_query(grant, "member_came");
    made.parts.push_back({});
    return made;
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
    made.frozen = grant.mode == Mode::frozen;
    made.text_da = table.text_da, made.text_en = table.text_en;
    for (const std::string& name : grant.variables) {
      const Variable& variable = *table.find(name);
      made.columns.push_back(
          {variable.name, variable.type, variable.what, variable.text_da, variable.text_en});
      made.delta.fields.push_back(delta_field(variable, *way[0].snapshot));
    }
    made.sql = grant_sql(way, grant, plan_.tables.size());
    if (!made.sql.records.empty()) made.record_spread = ways_.record_spread;
    if (way.size() > 1) made.keys.now = keys_query(way, grant, "population");
    std::vector<std::string> files;
    for (const auto& [path, file] : way[0].snapshot->files) files.push_back(path);
    add_parts(made, way[0], grant, files);
    return made;
  }

  Result<std::vector<Step>> way_of(const std::string& name, Mode mode) {
    auto way = TRY(way_in(mirror_, catalogue_, name, mode));
    for (const Step& step : way) sources_.insert({step.table->full_name(), step.snapshot->version});
    return way;
  }

  const Specification& specification_;
  const Catalogue& catalogue_;
  const Mirror& mirror_;
  const Ways ways_;
  Plan plan_;
  std::set<Source> sources_, population_sources_;
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
  for (const Event& event : specification.events) add(event.table);
  if (specification.controls) {
    add(specification.controls->table);
    for (const Match& match : specification.controls->match) add(match.table);
    for (const Criterion& criterion : specification.controls->none) add(criterion.table);
  }
  for (const Grant& grant : specification.grants) add(grant.table);
  return {needed.begin(), needed.end()};
}

Mirror without_files(const Mirror& mirror) {
  Mirror out;
  const auto bare = [](const std::map<std::string, lake::Snapshot>& from) {
    std::map<std::string, lake::Snapshot> made;
    for (const auto& [name, snapshot] : from) made[name] = lake::Snapshot{.schema = snapshot.schema};
    return made;
  };
  out.live = bare(mirror.live), out.frozen = bare(mirror.frozen);
  return out;
}

bool Plan::is_nothing_to_do() const {
  return population_kept && std::all_of(tables.begin(), tables.end(), [](const TablePlan& table) {
           return !table.whole && table.parts.empty() && table.dropped.empty() && !table.keys.changed;
         });
}

Result<Plan> make_plan(const Specification& specification, const Catalogue& catalogue, const Mirror& mirror,
                       const Previous* previous, Ways ways) {
  Planner planner(specification, catalogue, mirror, ways);
  Plan plan = TRY(planner.plan());
  const Mirror bare_mirror = without_files(mirror);
  Plan bare = TRY(Planner(specification, catalogue, bare_mirror, ways).plan());
  plan.population_recipe = crypto::sha256_hex(population_document(bare));
  for (size_t i = 0; i < plan.tables.size(); ++i) {
    plan.tables[i].recipe = crypto::sha256_hex(table_recipe(bare.tables[i]));
  }
  if (previous != nullptr) {
    TRY(keep_what_can_be_kept(plan, {specification, catalogue, mirror, *previous, ways},
                              planner.population_sources()));
  }
  return plan;
}

}  // namespace fvm::extract
