#include "extract/plan_change.hpp"

#include <algorithm>
#include <set>

#include "extract/plan_sql_parts.hpp"
#include "extract/population_sql.hpp"

namespace fvm::extract {
namespace {

using catalogue::Table;

// Comparing two versions of a table costs about as much as computing a criterion anew from one: so much of it
// changed at most, unless the table is small.
constexpr uint64_t changed_always_bytes = 64u << 20;
constexpr uint64_t changed_one_of = 2;

// What a criterion or an event reads of the tables on its way to the person.
struct Looks {
  std::vector<Step> way;
  const std::optional<Expression>& where;  // on the first
  std::string day;                         // empty: none
  bool day_in_parent = false;
};

std::string next_of(const Table& table) {
  return table.person ? *table.person : table.parent->key;
}

class Changing {
 public:
  Changing(Plan& plan, const Known& known) : plan_(plan), known_(known) {}

  Result<void> change() {
    if (known_.specification.controls) return whole("whole.controls");
    TRY(criteria(known_.specification.all, plan_.all));
    TRY(criteria(known_.specification.any, plan_.any));
    TRY(criteria(known_.specification.none, plan_.none));
    TRY(events());
    if (!successions() || !reason_.empty()) return whole(reason_.empty() ? "whole.history" : reason_);
    made_.touched.assign(touched_.begin(), touched_.end());
    lists();
    made_.near = std::move(affected_.near);
    plan_.all = restricted_[&plan_.all], plan_.any = restricted_[&plan_.any];
    plan_.none = restricted_[&plan_.none];
    plan_.events = std::move(events_);
    plan_.change = std::move(made_);
    plan_.population_way = "affected";
    return {};
  }

 private:
  Result<void> whole(std::string reason) {
    plan_.population_way = std::move(reason);
    return {};
  }

  void lists() {
    for (const Near& near : affected_.near) {
      const size_t folder = mirror_folder_inside(*known_.catalogue.find(near.table)).size() + 1;
      std::vector<std::string> files;
      for (const std::string& path : near.files) files.push_back(path.substr(folder));
      want_lists(plan_, known_, near.table, files, near.column);
    }
  }

  bool aliases() const { return !plan_.successions.empty(); }

  Result<void> criteria(const std::vector<Criterion>& criteria, const std::vector<std::string>& of) {
    for (const Criterion& criterion : criteria) {
      const Looks looks{TRY(way_in(known_.mirror, known_.catalogue, criterion.table, Mode::live)),
                        criterion.where,
                        {},
                        false};
      restricted_[&of].push_back(criterion_query(looks.way, criterion, aliases(), &affected_));
      touch(looks);
    }
    return {};
  }

  Result<void> events() {
    for (const Event& event : known_.specification.events) {
      const Looks looks{TRY(way_in(known_.mirror, known_.catalogue, event.table, Mode::live)), event.where,
                        event.variable, event.in_parent};
      events_.push_back(
          {event.name, event_query(looks.way, event, aliases(), &affected_), event.pick == Pick::none});
      touch(looks);
    }
    return {};
  }

  // Of each table on the way the rows that changed, brought to their persons as the tables above are now: a
  // row above that is no longer there, or leads to somebody else, has changed itself.
  void touch(const Looks& looks) {
    for (size_t level = 0; level < looks.way.size(); ++level) {
      const std::string table = looks.way[level].table->full_name();
      const auto before = known_.mirror.before.find(table);
      const auto changes = known_.mirror.changes.find(table);
      if (before == known_.mirror.before.end() || changes == known_.mirror.changes.end()) {
        reason_ = "whole.history";
        return;
      }
      if (!changed_rows(changes->second, before->second.version)) continue;
      const RowChanges changed = row_changes(changes->second, before->second.version);
      if (is_much(changed, looks.way[level], before->second)) reason_ = "whole.much";
      if (!changed.gone.empty() || !changed.come.empty())
        touched_.insert(up_to_person(looks.way, level, changed_keys(looks, level, changed)));
    }
  }

  static bool is_much(const RowChanges& changed, const Step& step, const lake::Snapshot& before) {
    uint64_t bytes = 0, all = 0;
    for (const std::string& name : changed.come) bytes += step.snapshot->files.at(name).bytes;
    for (const std::string& name : changed.gone) bytes += before.files.at(name).bytes;
    for (const auto& [name, file] : step.snapshot->files) all += file.bytes;
    return bytes > changed_always_bytes && bytes > all / changed_one_of;
  }

  // SELECT key: what leads on from the rows that are there another number of times than before.
  static std::string changed_keys(const Looks& looks, size_t level, const RowChanges& changed) {
    const Step& step = looks.way[level];
    const std::string key = next_of(*step.table);
    std::vector<std::string> columns{key}, conditions{"t." + sql_name(key) + " IS NOT NULL"};
    if (level == 0) {
      add_variables(columns, looks.where);
      if (looks.where) conditions.push_back(render(*looks.where, "t"));
    } else {
      columns.push_back(looks.way[level - 1].table->parent->parent_key);
    }
    if (!looks.day.empty() && level == (looks.day_in_parent ? 1 : 0)) columns.push_back(looks.day);
    const std::string come = some_of(step, changed.come, columns);
    if (changed.gone.empty())
      return "SELECT DISTINCT t." + sql_name(key) + " AS key FROM " + come + " t" + where_of(conditions);
    std::string each;
    for (const std::string& column : columns) each += (each.empty() ? "t." : ", t.") + sql_name(column);
    return "SELECT t." + sql_name(key) + " AS key FROM (SELECT *, 1 AS side FROM " + come +
           " UNION ALL SELECT *, -1 AS side FROM " + some_of(step, changed.gone, columns) + ") t" +
           where_of(conditions) + " GROUP BY " + each + " HAVING sum(t.side) <> 0";
  }

  static std::string up_to_person(const std::vector<Step>& way, size_t level, std::string query) {
    for (; level + 1 < way.size(); ++level) {
      const std::string key = way[level].table->parent->parent_key, next = next_of(*way[level + 1].table);
      query = "SELECT u." + sql_name(next) + " AS key FROM " + all_of(way[level + 1], {key, next}) +
              " u SEMI JOIN (" + query + ") c ON c.key = u." + sql_name(key);
    }
    return "SELECT key AS mirror FROM (" + query + ")";
  }

  // The links between numbers as they were. False: not known.
  bool successions() {
    for (const Table* table : succession_tables(known_.catalogue)) {
      const auto now = known_.mirror.live.find(table->full_name());
      if (now == known_.mirror.live.end()) continue;
      const auto before = known_.mirror.before.find(table->full_name());
      const auto changes = known_.mirror.changes.find(table->full_name());
      if (before == known_.mirror.before.end() || changes == known_.mirror.changes.end()) return false;
      made_.successions_changed |= changed_rows(changes->second, before->second.version);
      made_.successions_before.push_back(succession_query(*table, before->second));
    }
    if (!made_.successions_changed) made_.successions_before.clear();
    return true;
  }

  Plan& plan_;
  const Known& known_;
  PopulationChange made_;
  std::set<std::string> touched_;
  Narrowing affected_;
  std::map<const std::vector<std::string>*, std::vector<std::string>> restricted_;
  std::vector<EventPlan> events_;
  std::string reason_;
};

}  // namespace

Result<void> change_population(Plan& plan, const Known& known) {
  return Changing(plan, known).change();
}

}  // namespace fvm::extract
