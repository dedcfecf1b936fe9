// The pre-check as a whole: rules, overlap, counts; and how counts become remarks that are safe to show.
#include "extract/precheck.hpp"

#include <algorithm>
#include <chrono>
#include <set>

#include "catalogue/catalogue.hpp"
#include "extract/ending.hpp"
#include "extract/job.hpp"
#include "extract/precheck_job.hpp"
#include "extract/precheck_rounding.hpp"
#include "extract/precheck_texts.hpp"
#include "extract/store.hpp"

namespace fvm::extract {
namespace {

using catalogue::Catalogue;
using Clock = std::chrono::steady_clock;

constexpr int64_t day_microseconds = 86'400'000'000;
constexpr int64_t memory_days =
    30;  // for which questions that were answered are remembered against an authority
constexpr size_t others_count_max = 20;

constexpr std::string_view tables = R"sql(
CREATE TABLE precheck_count (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  cvr TEXT NOT NULL,
  question INTEGER NOT NULL
) STRICT;
CREATE INDEX precheck_count_cvr ON precheck_count (cvr, at);
)sql";

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

struct Other {
  Project project;
  Specification specification;
};

// The authority's other open projects.
Result<std::vector<Other>> other_projects(const Setting& setting, const Specification& specification,
                                          const Catalogue& catalogue, Date today) {
  std::vector<Other> out;
  for (const std::string& number : TRY(list_projects(setting.ledger.database()))) {
    if (number == specification.number || out.size() == others_count_max) continue;
    auto project = TRY(open_project(setting.ledger.database(), number));
    if (project.cvr != specification.cvr || project.state != State::open) continue;
    auto reading = read_specification(TRY(specification_text(setting.ledger.database(), number)), number,
                                      catalogue, today);
    if (reading.specification) out.push_back({std::move(project), std::move(*reading.specification)});
  }
  return out;
}

// Which of a project's tables and variables are asked for again.
struct Shared {
  size_t tables = 0, variables = 0, asked = 0;
};
Shared shared_with(const Specification& asked, const Specification& held) {
  Shared out;
  for (const Grant& grant : asked.grants) {
    out.asked += grant.variables.size();
    const auto same = std::find_if(held.grants.begin(), held.grants.end(),
                                   [&](const Grant& each) { return each.table == grant.table; });
    if (same == held.grants.end()) continue;
    ++out.tables;
    for (const std::string& name : grant.variables)
      out.variables += static_cast<size_t>(std::count(same->variables.begin(), same->variables.end(), name));
  }
  return out;
}

class Precheck {
 public:
  Precheck(const Setting& setting, const PrecheckRequest& request) : setting_(setting), request_(request) {}

  Result<Prechecked> run() {
    const auto started = Clock::now();
    auto catalogue = newest_catalogue(setting_);
    if (!catalogue.ok() && catalogue.error().code == "catalogue.none")
      return add(Severity::weigh, "precheck.no_catalogue", {}), std::move(out_);
    catalogue_ = TRY(std::move(catalogue));
    const Date today = date_of_days(setting_.world.now().microseconds / day_microseconds);
    const Reading reading = read(today);
    if (reading.specification) specification_ = &*reading.specification;
    if (!request_.population_alone) TRY(check_rules(reading, today));
    out_.rule_seconds = seconds_since(started);
    if (specification_ != nullptr && request_.look_at_mirror && !block(out_.remarks)) TRY(look());
    std::stable_sort(out_.remarks.begin(), out_.remarks.end(),
                     [](const Remark& a, const Remark& b) { return a.severity > b.severity; });
    return std::move(out_);
  }

 private:
  Reading read_on(Date day) const {
    return read_specification(request_.text, request_.file, catalogue_, day, {},
                              request_.population_alone ? Needs::population_alone : Needs::grants);
  }

  // An application is for a time to come: it is read as on its first day.
  Reading read(Date today) const {
    Reading reading = read_on(today);
    for (const Finding& finding : reading.findings) {
      if (finding.error.code != "project.agreement_begins") continue;
      const auto first = parse_date(finding.error.argument("from"));
      if (first) return read_on(*first);
    }
    return reading;
  }

  Result<void> check_rules(const Reading& reading, Date today) {
    out_.remarks = check_specification(reading, catalogue_, today, request_.reasons);
    if (specification_ == nullptr) return {};
    others_ = TRY(other_projects(setting_, *specification_, catalogue_, today));
    overlap();
    return {};
  }

  void add(Severity severity, const std::string& code, Arguments arguments) {
    out_.remarks.push_back(remark(severity, code, std::move(arguments)));
  }

  void overlap() {
    for (const Other& other : others_) {
      const Shared shared = shared_with(*specification_, other.specification);
      if (shared.tables == 0) continue;
      add(Severity::note, "precheck.overlap_variables",
          {{"project", other.project.number},
           {"tables", std::to_string(shared.tables)},
           {"variables", std::to_string(shared.variables)},
           {"asked", std::to_string(shared.asked)}});
    }
  }

  // Whatever keeps the mirror from being looked at is a remark: a person can still decide.
  Result<void> look() {
    const auto started = Clock::now();
    const auto counts = count();
    out_.mirror_seconds = seconds_since(started);
    if (!counts.ok() && counts.error().kind == Kind::defect) return counts.error();
    if (!counts.ok()) {
      const bool missing = counts.error().code == "project.not_delivered";
      return add(Severity::weigh, missing ? "precheck.not_delivered" : "precheck.not_counted",
                 {{"name", std::string(counts.error().argument("name"))}, {"reason", counts.error().code}}),
             Result<void>{};
    }
    if (!*counts) return {};
    out_.looked_at_mirror = true;
    const Asked asked = TRY(asked_lately(**counts));
    const int64_t most = setting_.config.precheck.sizes_per_authority_max;
    out_.questions_left = std::max<int64_t>(0, most - asked.questions - (asked.this_one ? 0 : 1));
    if (!asked.this_one && asked.questions >= most) {
      add(Severity::weigh, "precheck.population_withheld",
          {{"most", std::to_string(setting_.config.precheck.sizes_per_authority_max)},
           {"days", std::to_string(memory_days)}});
      return record("withheld", **counts, false);
    }
    tell_size(**counts);
    tell_traits(**counts);
    for (size_t i = 0; i < queries_.events.size() && i < (*counts)->events.size(); ++i)
      tell_events(**counts, i);
    tell_persons_shared(**counts);
    const SafeSize size =
        safe_size((*counts)->persons, (*counts)->seed, setting_.config.precheck.size_rounding);
    return record(size.fewer ? "fewer" : std::to_string(size.about), **counts, true);
  }

  // Nothing when there is nobody to count: the authority's numbers have not been handed over.
  Result<std::optional<Counts>> count() {
    const auto own = TRY(hold_folder(setting_, specification_->number));
    const Path supplied = supplied_file(setting_, specification_->number);
    const bool waits = !specification_->supplied.empty() && !setting_.world.exists(supplied);
    if (waits) return std::optional<Counts>();
    const Snapshots snapshots = TRY(newest_snapshots(setting_, *specification_, catalogue_));
    queries_ = count_queries(*specification_, catalogue_, snapshots);
    for (const EventQuery& each : queries_.events) out_.mirror_rows += each.rows_max;
    std::vector<PopulationFiles> files;
    std::vector<wire::StorageHold> folders;  // mounted for as long as the job reads them
    for (const Other& other : others_) {
      folders.push_back(TRY(hold_folder(setting_, other.project.number)));
      const Path folder = setting_.instance.project_population(other.project.number);
      const Path& changes = other.project.population_changes;
      PopulationFiles file{folder / other.project.population_file,
                           changes.empty() ? Path() : folder / changes};
      if (other.project.population_file.empty() || !setting_.world.exists(file.base)) continue;
      files.push_back(std::move(file));
      counted_others_.push_back(&other);
    }
    return std::optional<Counts>(
        TRY(run_precheck(setting_, *specification_, catalogue_, snapshots, queries_, files,
                         specification_->supplied.empty() ? Path() : supplied)));
  }

  // Questions that were answered for this authority: so many that differences could be worked out? One that
  // was answered before tells nothing new.
  struct Asked {
    int64_t questions = 0;
    bool this_one = false;
  };
  Result<Asked> asked_lately(const Counts& counts) const {
    const Time since{setting_.world.now().microseconds - memory_days * day_microseconds};
    auto row =
        TRY(setting_.ledger.database().prepare("SELECT count(DISTINCT question), coalesce(max(question = ?), "
                                               "0) FROM precheck_count WHERE cvr = ? AND at >= ?",
                                               counts.question, specification_->cvr, since));
    TRY(row.step());
    return Asked{row.integer(0), row.integer(1) != 0};
  }

  Result<void> record(const std::string& persons, const Counts& counts, bool told) {
    return setting_.ledger.write({setting_.actor,
                                  "precheck.counted",
                                  request_.subject.empty() ? specification_->number : request_.subject,
                                  {{"cvr", specification_->cvr}, {"persons", persons}}},
                                 [&](audit::Writer& writer) -> Result<void> {
                                   if (!told) return {};
                                   return writer.execute(
                                       "INSERT INTO precheck_count (at, cvr, question) VALUES (?, ?, ?)",
                                       writer.now(), specification_->cvr, counts.question);
                                 });
  }

  void tell_size(const Counts& counts) {
    const auto& limits = setting_.config.precheck;
    const SafeSize size = safe_size(counts.persons, counts.seed, limits.size_rounding);
    if (size.fewer)
      return add(Severity::weigh, "precheck.population_fewer",
                 {{"size", std::to_string(limits.size_rounding)}});
    const bool small = size.about < limits.small_population_persons;
    add(small ? Severity::weigh : Severity::note,
        small ? "precheck.population_small" : "precheck.population_size",
        {{"size", grouped(size.about)}, {"step", grouped(size.step)}});
  }

  std::optional<unsigned> percent(const Counts& counts, uint64_t part, uint64_t whole, uint64_t what) const {
    return safe_percent(part, whole, counts.seed, what, setting_.config.precheck.percent_step);
  }
  Severity severity_of(unsigned percent) const {
    return percent >= setting_.config.precheck.unique_percent_weigh ? Severity::weigh : Severity::note;
  }

  // The variable without which the fewest are alone; nothing when none helps by at least a third.
  struct Best {
    size_t index = 0;
    uint64_t unique = 0;
  };
  static std::optional<Best> best_of(const std::vector<uint64_t>& without, uint64_t unique) {
    if (without.size() < 2) return std::nullopt;
    const auto least = std::min_element(without.begin(), without.end());
    if (*least * 3 > unique * 2) return std::nullopt;
    return Best{static_cast<size_t>(least - without.begin()), *least};
  }

  void tell_traits(const Counts& counts) {
    const auto share = percent(counts, counts.traits_unique, counts.traits_persons, 1);
    if (queries_.traits.empty() || !share) return;
    std::string names;
    for (const TraitQuery& each : queries_.traits)
      names += (names.empty() ? "" : ", ") + each.table + "." + each.variable;
    Arguments arguments{{"variables", names}, {"percent", std::to_string(*share)}};
    const auto best = best_of(counts.traits_without, counts.traits_unique);
    if (best && *share > 0) {
      const TraitQuery& trait = queries_.traits[best->index];
      arguments.emplace_back("without", trait.table + "." + trait.variable);
      arguments.emplace_back(
          "less", std::to_string(percent(counts, best->unique, counts.traits_persons, 2).value_or(0)));
    }
    tell(remark(severity_of(*share), "precheck.traits", std::move(arguments)), "precheck.traits_without",
         best && *share > 0);
  }

  void tell_events(const Counts& counts, size_t index) {
    const EventCount& count = counts.events[index];
    const EventQuery& query = queries_.events[index];
    const uint64_t what = 100 + index * 3;
    const auto one = percent(counts, count.unique_one, count.persons, what),
               any = percent(counts, count.unique_any, count.persons, what + 1);
    if (!one || !any) return;
    Arguments arguments{
        {"table", query.table}, {"percent", std::to_string(*one)}, {"percent_any", std::to_string(*any)}};
    const auto best = best_of(count.without, count.unique_one);
    if (best && *one > 0) {
      arguments.emplace_back("without", query.variables[best->index]);
      arguments.emplace_back(
          "less", std::to_string(percent(counts, best->unique, count.persons, what + 2).value_or(0)));
    }
    tell(remark(severity_of(*one), "precheck.events", std::move(arguments)), "precheck.events_without",
         best && *one > 0);
    if (count.sample > 1)
      add(Severity::note, "precheck.sampled",
          {{"table", query.table}, {"sample", std::to_string(count.sample)}});
  }

  void tell(Remark remark, std::string_view advice_with_best, bool has_best) {
    if (has_best) remark.advice = advice_with_best;
    out_.remarks.push_back(std::move(remark));
  }

  void tell_persons_shared(const Counts& counts) {
    for (size_t i = 0; i < counted_others_.size() && i < counts.others.size(); ++i) {
      const auto share = percent(counts, counts.others[i], counts.persons, 10'000 + i);
      if (share && *share > 0)
        add(Severity::note, "precheck.overlap_persons",
            {{"project", counted_others_[i]->project.number}, {"percent", std::to_string(*share)}});
    }
  }

  const Setting& setting_;
  const PrecheckRequest& request_;
  Catalogue catalogue_;
  const Specification* specification_ = nullptr;
  std::vector<Other> others_;
  std::vector<const Other*> counted_others_;
  CountQueries queries_;
  Prechecked out_;
};

}  // namespace

Result<Prechecked> precheck(const Setting& setting, const PrecheckRequest& request) {
  return Precheck(setting, request).run();
}

Result<void> migrate_precheck(audit::Ledger& ledger) {
  return ledger.migrate("precheck", {tables});
}

}  // namespace fvm::extract
