// A build: record it, let the job write the files, note what is left to do, move the files, commit the
// tables, record the new version. Killed anywhere, the next build either finishes what was noted or throws
// the job's output away; every step after the note may be done twice.
#include <algorithm>
#include <filesystem>

#include "base/log.hpp"
#include "base/running.hpp"
#include "catalogue/catalogue.hpp"
#include "extract/amend.hpp"
#include "extract/ending.hpp"
#include "extract/finish.hpp"
#include "extract/job.hpp"
#include "extract/lock.hpp"
#include "extract/look.hpp"
#include "extract/service.hpp"
#include "extract/store.hpp"
#include "mirror/worker.hpp"

namespace fvm::extract {
namespace {

constexpr double second_microseconds = 1e6;
constexpr int64_t day_microseconds = 86'400'000'000;
constexpr unsigned record_spreads_max = 4;

Path staging_of(const Setting& setting, const std::string& number, int64_t build) {
  return setting.instance.project(number) / "staging" / std::to_string(build);
}

// The tables that frozen grants read, at the versions that they will stay at.
std::map<std::string, int64_t> to_freeze(const Specification& specification,
                                         const catalogue::Catalogue& catalogue, const Mirror& mirror) {
  std::map<std::string, int64_t> out;
  for (const Grant& grant : specification.grants) {
    if (grant.mode != Mode::frozen) continue;
    for (const catalogue::Table* table : way_to_person(*catalogue.find(grant.table), catalogue)) {
      const std::string name = table->full_name();
      const auto pinned = mirror.frozen.find(name);
      out[name] = pinned != mirror.frozen.end() ? pinned->second.version : mirror.live.at(name).version;
    }
  }
  return out;
}

// The project's own specification, read again: the catalogue may have changed since it was created.
Result<Specification> own_specification(const Setting& setting, const std::string& number,
                                        const catalogue::Catalogue& catalogue) {
  const std::string text = TRY(specification_text(setting.ledger.database(), number));
  const Date today = date_of_days(setting.world.now().microseconds / day_microseconds);
  // A project may be made before its first day; no session may use it until then (may_be_used).
  const Project project = TRY(open_project(setting.ledger.database(), number));
  auto reading = read_specification(text, "spec.toml", catalogue, std::max(today, project.valid_from));
  if (reading.specification) return std::move(*reading.specification);
  const auto blocking =
      std::find_if(reading.findings.begin(), reading.findings.end(),
                   [](const Finding& finding) { return finding.weight == Finding::Weight::blocks; });
  return blocking->error;
}

class Builder {
 public:
  Builder(const Setting& setting, Project project) : setting_(setting), project_(std::move(project)) {}

  // Again with keys of records spread in another way, when two of them became one.
  Result<Built> build(When when) {
    auto built = build_once(when);
    while (!built.ok() && built.error().code == "build.record_keys_met" && TRY(spread_again()))
      built = build_once(when);
    return built;
  }

 private:
  Result<Built> build_once(When when) {
    const Time started = setting_.world.now();
    const auto recovered = TRY(recover());
    if (recovered && when == When::if_changed) return *recovered;
    const auto catalogue = TRY(newest_catalogue(setting_));
    const auto specification = TRY(own_specification(setting_, project_.number, catalogue));
    const auto previous = when == When::if_changed ? TRY(previous_of(setting_, project_)) : std::nullopt;
    const auto mirror =
        TRY(look_at_mirror(setting_, {specification, catalogue, previous ? &project_ : nullptr}));
    const Ways ways{TRY(record_spread(setting_.ledger.database(), project_.number)),
                    setting_.config.build.listed_mib << 20};
    const Plan plan = TRY(make_plan(specification, catalogue, mirror, previous ? &*previous : nullptr, ways));
    if (when == When::if_changed && TRY(is_up_to_date(plan, catalogue))) {
      return Built{.version = project_.version, .up_to_date = true, .persons = project_.persons};
    }
    const int64_t build = TRY(start(plan));
    auto outcome = run(build, plan, specification, catalogue, mirror);
    if (!outcome.ok()) return failed(build, std::move(outcome.error()));
    for (const TablePlan& table : plan.tables) outcome->rows_read += table.rows_read;
    outcome->recovered = recovered.has_value();
    outcome->seconds =
        static_cast<double>((setting_.world.now().microseconds - started.microseconds)) / second_microseconds;
    return outcome;
  }

  // False when it was tried often enough: then there are too many such keys.
  Result<bool> spread_again() {
    const unsigned next = TRY(record_spread(setting_.ledger.database(), project_.number)) + 1;
    if (++spreads_tried_ >= record_spreads_max) return false;
    TRY(setting_.ledger.write(
        {setting_.actor, "project.record_keys_spread", project_.number, {{"spread", std::to_string(next)}}},
        [&](audit::Writer& writer) { return set_record_spread(writer, project_.number, next); }));
    return true;
  }

  // Finishes or discards what a killed program left; the finished one, if there was one.
  Result<std::optional<Built>> recover() {
    std::optional<Built> finished;
    for (const BuildRow& row : TRY(unfinished_builds(setting_.ledger.database(), project_.number))) {
      if (!row.document.empty()) {
        finished = TRY(finish_build(setting_, project_.number, row.id, row.document));
        finished->recovered = true;
        project_ = TRY(open_project(setting_.ledger.database(), project_.number));
        continue;
      }
      TRY(setting_.world.remove_tree(staging_of(setting_, project_.number, row.id)));
      TRY(note_failure("project.build_discarded", row.id, "interrupted"));
    }
    return finished;
  }

  Result<bool> is_up_to_date(const Plan& plan, const catalogue::Catalogue& catalogue) {
    if (project_.version == 0 || project_.catalogue_version != catalogue.version) return false;
    if (TRY(built_specification(setting_.ledger.database(), project_)) != project_.specification_sha256)
      return false;
    return TRY(sources_of(setting_.ledger.database(), project_)) == plan.sources;
  }

  Result<int64_t> start(const Plan& plan) {
    Arguments facts;
    for (const Source& source : plan.sources)
      facts.emplace_back(source.table, std::to_string(source.version));
    const int64_t build =
        TRY(setting_.ledger.write({setting_.actor, "project.build_started", project_.number, facts},
                                  [&](audit::Writer& writer) -> Result<int64_t> {
                                    const int64_t id = TRY(insert_build(writer, project_.number));
                                    writer.fact("build", std::to_string(id));
                                    return id;
                                  }));
    crash_point("build.recorded");
    return build;
  }

  Result<Built> run(int64_t build, const Plan& plan, const Specification& specification,
                    const catalogue::Catalogue& catalogue, const Mirror& mirror) {
    const Path staging = staging_of(setting_, project_.number, build);
    const std::string result = plan.is_nothing_to_do() ? empty_result(plan) : TRY(run_told(plan, staging));
    const Finishing facts{plan, project_, catalogue.version, to_freeze(specification, catalogue, mirror)};
    const std::string document = TRY(finish_document(result, facts, setting_.world));
    TRY(setting_.ledger.write(
        {setting_.actor, "project.build_written", project_.number, {{"build", std::to_string(build)}}},
        [&](audit::Writer& writer) { return set_built(writer, build, document); }));
    crash_point("build.built");
    return finish_build(setting_, project_.number, build, document);
  }

  // The population, then a table after the other, each said when it is done.
  Result<std::string> run_told(const Plan& plan, const Path& staging) {
    const uint64_t steps = plan.tables.size() + 1;
    JobNote note(setting_.world, setting_.instance.jobs(),
                 {.kind = "build", .subject = project_.number, .unit = "tables", .total = steps});
    uint64_t done = 0, rows = 0;
    Setting told = setting_;
    told.on_line = [&](std::string_view line) {
      if (const auto at = mirror::parse_progress(line)) {
        rows += done == 0 ? 0 : at->rows;
        done = std::min(done + 1, steps);
        note.tell(at->what, done, steps, rows);
      }
      if (setting_.on_line) setting_.on_line(line);
    };
    return run_build(told, plan, project_, staging);
  }

  Error failed(int64_t build, Error error) {
    // Once it is noted what is left to do, the next build does it: nothing to throw away.
    const auto rows = unfinished_builds(setting_.ledger.database(), project_.number);
    const bool noted = rows.ok() && std::any_of(rows->begin(), rows->end(), [&](const BuildRow& row) {
                         return row.id == build && !row.document.empty();
                       });
    if (noted) return error;
    (void)setting_.world.remove_tree(staging_of(setting_, project_.number, build)).ok();
    const auto told = note_failure("project.build_failed", build, error.code);
    if (!told.ok()) log_error("project.build_failed", told.error());
    return error;
  }

  Result<void> note_failure(std::string action, int64_t build, const std::string& reason) {
    return setting_.ledger.write({setting_.actor,
                                  std::move(action),
                                  project_.number,
                                  {{"build", std::to_string(build)}, {"reason", reason}}},
                                 [&](audit::Writer& writer) { return set_failed(writer, build, reason); });
  }

  const Setting& setting_;
  Project project_;
  unsigned spreads_tried_ = 0;
};

Result<Project> open_to_build(const Setting& setting, std::string_view number) {
  Project project = TRY(open_project(setting.ledger.database(), number));
  const auto usable = may_be_used(project, setting.world.now());
  const bool unbuilt = !usable.ok() && (usable.error().code == "project.not_built" ||
                                        usable.error().code == "project.not_yet_valid");
  if (!usable.ok() && !unbuilt) return usable.error();
  return project;
}

}  // namespace

Result<Built> build_project(const Setting& setting, std::string_view number, When when) {
  Project project = TRY(open_to_build(setting, number));
  const auto lock = TRY(ProjectLock::take(setting.instance, project.number));
  const auto folder = TRY(hold_folder(setting, project.number));
  project = TRY(open_to_build(setting, number));  // meanwhile it may have been built, or closed
  const Built built = TRY(Builder(setting, std::move(project)).build(when));
  TRY(drop_former_data(setting, number));
  return built;
}

}  // namespace fvm::extract
