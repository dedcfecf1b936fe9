#include "extract/precheck_job.hpp"

#include <algorithm>

#include <boost/json.hpp>

#include "base/scratch.hpp"
#include "crypto/sha256.hpp"
#include "extract/plan.hpp"
#include "extract/precheck_rounding.hpp"
#include "lake/table.hpp"
#include "wire/job.hpp"

namespace fvm::extract {
namespace {

namespace json = boost::json;
using catalogue::Catalogue;
using catalogue::Table;

constexpr size_t mounted_tables_max = 15;  // beyond that the whole mirror is mounted: descriptors are bounded
constexpr uint64_t beside_engine_mib = 256;

std::vector<const Table*> tables_of(const Specification& specification, const Catalogue& catalogue) {
  auto tables = tables_needed(specification, catalogue);
  for (const Table* table : succession_tables(catalogue)) {
    if (std::find(tables.begin(), tables.end(), table) == tables.end()) tables.push_back(table);
  }
  return tables;
}

// Who is in the population: the build's own plan without its tables.
Result<json::object> population_plan(const Specification& specification, const Catalogue& catalogue,
                                     const Snapshots& snapshots, bool supplied) {
  Specification people = specification;
  people.grants.clear();
  if (!supplied) people.supplied.clear();
  Mirror mirror;
  mirror.live = snapshots;
  const Plan plan = TRY(make_plan(people, catalogue, mirror));
  return json::parse(to_document(plan)).as_object();
}

json::array questions(const std::vector<EventQuery>& events) {
  json::array out;
  for (const EventQuery& each : events) {
    out.push_back({{"name", each.table},
                   {"columns", json::array(each.variables.begin(), each.variables.end())},
                   {"query", each.query},
                   {"rows_max", each.rows_max}});
  }
  return out;
}

std::vector<std::pair<Path, wire::Mount>> mirror_mounts(const Setting& setting,
                                                        const std::vector<const Table*>& tables,
                                                        const Snapshots& snapshots) {
  if (tables.size() > mounted_tables_max) return {{setting.instance.mirror(), {"/in/mirror", 0}}};
  std::vector<std::pair<Path, wire::Mount>> out;
  for (const Table* table : tables) {
    if (!snapshots.contains(table->full_name())) continue;
    out.emplace_back(setting.instance.mirror_table(table->register_name, table->name),
                     wire::Mount{mirror_folder_inside(*table), 0});
  }
  return out;
}

std::vector<uint64_t> numbers(const json::value& list) {
  std::vector<uint64_t> out;
  for (const json::value& each : list.as_array()) out.push_back(each.to_number<uint64_t>());
  return out;
}

Result<Counts> read_counts(const std::string& text, size_t traits, size_t events, size_t others) {
  try {
    const json::value parsed = json::parse(text);
    Counts out;
    out.persons = parsed.at("persons").to_number<uint64_t>();
    out.seed = parsed.at("fingerprint").to_number<uint64_t>();
    out.traits_persons = parsed.at("traits_persons").to_number<uint64_t>();
    out.traits_unique = parsed.at("traits_unique").to_number<uint64_t>();
    out.traits_without = numbers(parsed.at("traits_without"));
    for (const json::value& each : parsed.at("events").as_array()) {
      out.events.push_back({each.at("sample").to_number<uint64_t>(), each.at("persons").to_number<uint64_t>(),
                            each.at("unique_any").to_number<uint64_t>(),
                            each.at("unique_one").to_number<uint64_t>(), numbers(each.at("without"))});
    }
    out.others = numbers(parsed.at("others"));
    const bool whole =
        out.traits_without.size() == traits && out.events.size() == events && out.others.size() == others;
    if (out.persons > 0 && !whole) return defect("build.bad_result");
    return out;
  } catch (const std::exception&) {  // Boost.JSON on a field that is missing or of the wrong type
    return defect("build.bad_result");
  }
}

}  // namespace

Result<Snapshots> newest_snapshots(const Setting& setting, const Specification& specification,
                                   const Catalogue& catalogue) {
  Snapshots out;
  const auto needed = tables_needed(specification, catalogue);
  for (const Table* table : tables_of(specification, catalogue)) {
    const lake::Table delta(setting.world, setting.instance.mirror_table(table->register_name, table->name));
    const bool wanted = std::find(needed.begin(), needed.end(), table) != needed.end();
    if (!delta.exists() && wanted) return refused("project.not_delivered", {{"name", table->full_name()}});
    if (delta.exists()) out.emplace(table->full_name(), TRY(delta.snapshot()));
  }
  return out;
}

Result<Counts> run_precheck(const Setting& setting, const Specification& specification,
                            const Catalogue& catalogue, const Snapshots& snapshots,
                            const CountQueries& queries, const std::vector<PopulationFiles>& others,
                            const Path& supplied) {
  const auto& limits = setting.config.precheck;
  json::object document = TRY(population_plan(specification, catalogue, snapshots, !supplied.empty()));
  document.erase("project");  // under another number it is the same question
  const std::string digest = crypto::sha256_hex(json::serialize(document));
  document["project"] = specification.number;
  const uint64_t question = std::stoull(digest.substr(0, 15), nullptr, 16);
  json::array traits;
  for (const TraitQuery& each : queries.traits)
    traits.push_back({{"name", to_text(each.trait)}, {"query", each.query}});
  document["task"] = "precheck";
  document["traits"] = std::move(traits), document["events"] = questions(queries.events);
  document["persons_max"] = limits.persons_max, document["rows_max"] = limits.rows_max;
  document["threads"] = limits.threads;
  document["memory_mib"] = limits.memory_mib > 2 * beside_engine_mib ? limits.memory_mib - beside_engine_mib
                                                                     : limits.memory_mib / 2;
  const auto scratch = TRY(Scratch::make(
      setting.world, setting.instance.root() / "scratch" / ("precheck-" + random_hex(setting.world, 8))));
  wire::WorkerJob job{.profile = "precheck", .label = specification.number};
  job.mounts = mirror_mounts(setting, tables_of(specification, catalogue), snapshots);
  job.mounts.push_back({scratch.path(), {"/out", 1}});
  if (!supplied.empty()) job.mounts.push_back({supplied, {"/in/supplied.parquet", 0}});
  json::array& files = document["others"].emplace_array();
  for (const PopulationFiles& other : others) {
    files.emplace_back("other-" + std::to_string(files.size()) + ".parquet");
    const std::string inside = "/in/" + std::string(files.back().as_string());
    job.mounts.push_back({other.base, {inside, 0}});
    if (!other.changes.empty()) job.mounts.push_back({other.changes, {inside + ".changes", 0}});
  }
  job.document = json::serialize(document);
  job.memory_mib = limits.memory_mib, job.threads = limits.threads;
  job.on_line = setting.on_line;
  const std::string result = TRY(wire::run_worker(setting.instance.launcher_socket(), job));
  Counts counts = TRY(read_counts(result, queries.traits.size(), queries.events.size(), others.size()));
  counts.question = static_cast<int64_t>(question);
  counts.seed = safe_seed(counts.seed, question);
  return counts;
}

}  // namespace fvm::extract
