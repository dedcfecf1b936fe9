#include "extract/job.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include <boost/json.hpp>

#include "base/log.hpp"
#include "catalogue/catalogue.hpp"
#include "lake/number_list.hpp"
#include "mirror/number_lists.hpp"
#include "wire/job.hpp"
#include "wire/socket.hpp"

namespace fvm::extract {
namespace {

namespace json = boost::json;

constexpr unsigned folder_mode = 0700;
constexpr size_t mounted_tables_max = 40;  // beyond that the whole mirror is mounted: descriptors are bounded
// What a job needs beside the engine's memory: program, libraries, buffers to and from the keeper.
constexpr uint64_t beside_engine_mib = 256;

uint64_t engine_memory_mib(uint64_t memory_mib) {
  return memory_mib >= 2 * beside_engine_mib ? memory_mib - beside_engine_mib : memory_mib / 2;
}

Result<std::vector<wire::Connection>> keeper_connections(const Setting& setting, const std::string& scope) {
  std::vector<wire::Connection> out;
  for (uint16_t i = 0; i < std::max<uint16_t>(setting.config.build.threads, 1); ++i) {
    out.push_back(TRY(wire::connect(setting.instance.keeper_socket(), "fvm-keeper")));
    TRY(out.back().call<wire::Done>(wire::Narrow{scope}));
  }
  return out;
}

// Whoever met the end of the disk first: the engine, or a plain write.
bool is_out_of_room(const Error& error) {
  return error.code == "build.disk_full" || error.code == "file.disk_full" ||
         error.argument("reason").find(std::strerror(ENOSPC)) != std::string_view::npos;
}

Result<std::string> run_job(const Setting& setting, const std::string& number, const std::string& scope,
                            json::object document, std::vector<std::pair<Path, wire::Mount>> mounts) {
  const auto keeper = TRY(keeper_connections(setting, scope));
  const auto& limits = setting.config.build;
  document["keeper_connections"] = keeper.size();
  document["threads"] = std::max<uint16_t>(limits.threads, 1);
  document["memory_mib"] = engine_memory_mib(limits.memory_mib);
  wire::WorkerJob job{.profile = "build", .label = number, .document = json::serialize(document)};
  job.mounts = std::move(mounts);
  for (const wire::Connection& connection : keeper) job.passed.push_back(connection.descriptor());
  job.memory_mib = limits.memory_mib, job.threads = limits.threads;
  job.on_line = setting.on_line;
  auto result = wire::run_worker(setting.instance.launcher_socket(), job);
  if (!result.ok() && is_out_of_room(result.error()) &&
      setting.world.exists(setting.instance.project_volume(number))) {
    return surroundings("build.volume_full", {{"project", number}});
  }
  return result;
}

// The folders of the mirror tables that the plan reads, and nothing else of the mirror.
std::vector<std::pair<Path, wire::Mount>> mirror_mounts(const Setting& setting, const Plan& plan) {
  std::vector<std::pair<Path, wire::Mount>> out;
  if (plan.sources.size() > mounted_tables_max) return {{setting.instance.mirror(), {"/in/mirror", 0}}};
  for (const Source& source : plan.sources) {
    const size_t dot = source.table.find('.');
    const catalogue::Table name{.register_name = source.table.substr(0, dot),
                                .name = source.table.substr(dot + 1)};
    const std::string inside = mirror_folder_inside(name);
    const wire::Mount mount{inside, 0};
    const auto same = [&](const auto& each) { return each.second.inside == inside; };
    if (std::any_of(out.begin(), out.end(), same)) continue;  // a frozen and a live version
    out.emplace_back(setting.instance.mirror_table(name.register_name, name.name), mount);
  }
  return out;
}

// They only save time: a build goes on without.
void make_lists(const Setting& setting, const Plan& plan) {
  std::map<std::string, std::vector<mirror::WantedList>> wanted;
  for (const ListWanted& each : plan.lists) wanted[each.table].push_back({each.file, each.column});
  for (const auto& [table, lists] : wanted) {
    const size_t dot = table.find('.');
    const mirror::ListMaking making{
        .table = table,
        .folder = setting.instance.mirror_table(table.substr(0, dot), table.substr(dot + 1)),
        .memory_mib = setting.config.build.memory_mib,
        .threads = setting.config.build.threads};
    const auto made = mirror::make_number_lists(setting.world, setting.instance, making, lists);
    if (!made.ok()) log_error("mirror.number_lists", made.error());
  }
}

}  // namespace

Result<catalogue::Catalogue> newest_catalogue(const Setting& setting) {
  return catalogue::load(setting.ledger.database());
}

Path supplied_file(const Setting& setting, const std::string& number) {
  return setting.instance.project_population(number) / "supplied.parquet";
}

Result<void> move_map_file(World& world, const Path& from, const Path& to) {
  const Path list = lake::pseudonym_list_of(from);
  if (world.exists(list)) {
    TRY(world.flush(list));
    TRY(world.rename(list, lake::pseudonym_list_of(to)));
  }
  TRY(world.flush(from));
  return world.rename(from, to);
}

Result<Supplied> encrypt_cohorts(const Setting& setting, const Specification& specification,
                                 const Path& folder) {
  const std::string& number = specification.number;
  const Path staging = setting.instance.project(number) / "staging" / "supplied";
  TRY(setting.world.make_directories(staging, folder_mode));
  std::vector<std::pair<Path, wire::Mount>> mounts{{staging, {"/out", 1}}};
  json::array cohorts;
  for (const Cohort& cohort : specification.cohorts) {
    mounts.push_back({std::filesystem::absolute(folder / cohort.file),
                      {"/in/cohort-" + std::to_string(cohorts.size()) + ".csv", 0}});
    cohorts.push_back({{"name", cohort.name}, {"date", cohort.date}});
  }
  const std::string result = TRY(
      run_job(setting, number, "mirror",
              {{"task", "supply"}, {"project", number}, {"cohorts", std::move(cohorts)}}, std::move(mounts)));
  TRY(move_map_file(setting.world, staging / "supplied.parquet", supplied_file(setting, number)));
  TRY(setting.world.remove_tree(staging));
  boost::system::error_code broken;
  const json::value parsed = json::parse(result, broken);
  if (broken || !parsed.is_object()) return defect("build.bad_result");
  const auto number_of = [&](std::string_view name) {
    return parsed.as_object().at(name).to_number<uint64_t>();
  };
  return Supplied{number_of("persons"), number_of("lines"), number_of("duplicates")};
}

Result<std::string> run_build(const Setting& setting, const Plan& plan, const Project& before,
                              const Path& staging) {
  make_lists(setting, plan);
  TRY(setting.world.make_directories(staging, folder_mode));
  auto mounts = mirror_mounts(setting, plan);
  mounts.push_back({staging, {"/out", 1}});
  if (plan.supplied) mounts.push_back({supplied_file(setting, plan.project), {"/in/supplied.parquet", 0}});
  boost::system::error_code broken;
  json::value document = json::parse(to_document(plan), broken);
  const Path folder = setting.instance.project_population(plan.project);
  const auto mount = [&](const Path& file, const std::string& name) {
    if (file.empty() || !setting.world.exists(folder / file)) return;
    mounts.push_back({folder / file, {"/in/" + name + ".parquet", 0}});
    document.as_object()[name] = true;
  };
  mount(before.population_file, "former");
  mount(before.population_changes, "former_changes");
  document.as_object()["persons_before"] = before.persons;
  return run_job(setting, plan.project, plan.project, std::move(document.as_object()), std::move(mounts));
}

}  // namespace fvm::extract
