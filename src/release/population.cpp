#include "release/population.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>

#include <fmt/format.h>

#include "disclosure/population.hpp"
#include "disclosure/rule_values.hpp"
#include "disclosure/text.hpp"
#include "wire/job.hpp"

namespace fvm::release {
namespace {

namespace json = boost::json;
using extract::Column;
using extract::ProjectTable;

constexpr std::string_view inside_data = "/in/data";
constexpr uint64_t memory_mib = 2048, beside_engine_mib = 1024;
constexpr uint32_t time_seconds = 60;
constexpr uint16_t threads = 2;

const Column* column_of(const ProjectTable& table, catalogue::Class what) {
  const auto found = std::find_if(table.columns.begin(), table.columns.end(),
                                  [&](const Column& column) { return column.what == what; });
  return found == table.columns.end() ? nullptr : &*found;
}

// "k_recnum" and "v_recnum" are the same key on both sides.
bool same_key(const Column& a, const Column& b) {
  const auto bare = [](const std::string& name) {
    const std::string low = disclosure::lower(name);
    return low.size() > 2 && low[1] == '_' ? low.substr(2) : low;
  };
  return a.what == catalogue::Class::record_key && b.what == a.what && bare(a.name) == bare(b.name);
}

// A table without persons leads to them by a key of its register that a table with persons has too.
json::value way_to_persons(const extract::Project& project, const ProjectTable& table) {
  for (const ProjectTable& parent : project.tables) {
    const Column* person = column_of(parent, catalogue::Class::person);
    if (person == nullptr || parent.schema != table.schema) continue;
    for (const Column& key : table.columns) {
      for (const Column& other : parent.columns) {
        if (!same_key(key, other)) continue;
        return json::object{{"folder", parent.folder.string()},
                            {"version", parent.version},
                            {"key", key.name},
                            {"parent_key", other.name},
                            {"person", person->name}};
      }
    }
  }
  return nullptr;
}

json::array tables_of(const extract::Project& project) {
  json::array out;
  for (const ProjectTable& table : project.tables) {
    const Column* person = column_of(table, catalogue::Class::person);
    json::value via = person == nullptr ? way_to_persons(project, table) : json::value(nullptr);
    if (person == nullptr && via.is_null()) continue;
    json::array columns;
    for (const Column& column : table.columns) {
      if (!column.is_pseudonym()) columns.emplace_back(column.name);
    }
    if (columns.empty()) continue;
    out.push_back(json::object{{"name", table.schema + "." + table.name},
                               {"folder", table.folder.string()},
                               {"version", table.version},
                               {"person", person == nullptr ? "" : person->name},
                               {"columns", std::move(columns)},
                               {"via", std::move(via)}});
  }
  return out;
}

json::array rows_of(const disclosure::Candidate& candidate) {
  json::array rows;
  for (const auto& row : candidate.rows) rows.push_back(json::array(row.begin(), row.end()));
  return rows;
}

// Names are the project's own; a job that says others is broken.
std::string names_in(const json::array& columns) {
  constexpr size_t columns_max = 16, bytes_max = 130;
  std::string list;
  for (const json::value& column : columns)
    list += (list.empty() ? "" : ", ") + json::value_to<std::string>(column);
  return columns.size() > columns_max || list.size() > bytes_max ? list.substr(0, bytes_max) + " …" : list;
}

struct Told {
  disclosure::Agreement agreement;
  std::string columns;
};

Told told_of(const json::value& table) {
  Told out{.columns = names_in(table.at("columns").as_array())};
  out.agreement.columns.resize(table.at("columns").as_array().size());
  out.agreement.alone = table.at("alone").to_number<uint64_t>();
  out.agreement.rows = table.at("rows").to_number<uint64_t>();
  out.agreement.few = table.at("few").to_number<uint64_t>();
  out.agreement.chance = table.at("chance").to_number<double>();
  out.agreement.score = table.at("score").to_number<double>();
  out.agreement.ways = table.at("ways").to_number<double>();
  for (const json::value& row : table.at("few_rows").as_array())
    out.agreement.few_rows.push_back(row.to_number<uint32_t>());
  return out;
}

disclosure::Place place_of(const disclosure::Candidate& candidate, uint32_t row) {
  const uint64_t at = row < candidate.places.size() ? candidate.places[row] : 0;
  if (candidate.on_side) return {candidate.sheet, 0, at};
  return {candidate.sheet, at, 0};
}

// Where the job broke on what it was given, a person looks instead of it.
bool is_unable(const Error& error) {
  return error.code == "job.died" || error.code == "job.timed_out" || error.code == "job.memory_exhausted" ||
         error.code == "job.result_too_large" || error.code.starts_with("duck.");
}

void add(Report& report, std::string_view rule, const disclosure::Place& place, std::string detail) {
  const auto severity = disclosure::severity_of(rule);
  report.blocks |= severity == disclosure::Severity::block;
  report.findings.push_back({std::string(rule), severity, place, {}, std::move(detail)});
}

}  // namespace

Result<AlikeRules> alike_rules(const config::Config& config, const extract::Project& project) {
  std::vector<std::string> registers;
  for (const ProjectTable& table : project.tables) registers.push_back(table.schema);
  const auto settings = TRY(disclosure::RuleSettings::of(config.disclosure.rules));
  const auto values = settings.effective(registers, "persons");
  using disclosure::Parameter;
  return AlikeRules{values.at(Parameter::rows_doubtful), values.at(Parameter::rows_certain),
                    std::max(config.release.cell_count_min, static_cast<uint64_t>(values.threshold()))};
}

std::string population_document(const extract::Project& project,
                                const std::vector<disclosure::Candidate>& candidates,
                                const AlikeRules& rules) {
  json::array tables = tables_of(project), rows;
  if (tables.empty() || candidates.empty()) return {};
  for (const disclosure::Candidate& each : candidates) {
    rows.push_back(json::object{{"headings", json::array(each.headings.begin(), each.headings.end())},
                                {"rows", rows_of(each)}});
  }
  return json::serialize(json::object{{"data", inside_data},
                                      {"persons", project.persons},
                                      {"units_min", rules.units_min},
                                      {"enough", rules.certain},
                                      {"memory_mib", memory_mib - beside_engine_mib},
                                      {"threads", threads},
                                      {"tables", std::move(tables)},
                                      {"candidates", std::move(rows)}});
}

Result<void> read_agreements(std::string_view answer, const std::vector<disclosure::Candidate>& candidates,
                             const AlikeRules& rules, Report& report) {
  const Error broken = surroundings("release.scan_unreadable");
  disclosure::Agreement best;
  try {
    const json::value parsed = json::parse(answer);
    const json::array& tables = parsed.at("tables").as_array();
    if (tables.size() != candidates.size()) return broken;
    for (size_t i = 0; i < tables.size(); ++i) {
      const Told told = told_of(tables[i]);
      const disclosure::Candidate& candidate = candidates[i];
      const auto& found = told.agreement;
      if (candidate.all_rows > candidate.rows.size())
        add(report, "finding.rows_sampled", {candidate.sheet, 0, 0},
            fmt::format("{}/{}", candidate.rows.size(), candidate.all_rows));
      if (found.score + found.ways > best.score + best.ways) best = found;
      const bool certain = disclosure::is_certain(found, rules.certain);
      if (!certain && !disclosure::is_doubtful(found, rules.doubtful)) continue;
      add(report, certain ? "finding.rows_are_persons" : "finding.rows_match_persons",
          place_of(candidate, found.few_rows.empty() ? 0 : found.few_rows.front()),
          fmt::format("{}/{}: {}", found.few, found.rows, told.columns));
    }
  } catch (
      const std::exception&) {  // Boost.JSON throws on what it cannot parse, a missing key or another type
    return broken;
  }
  report.outline.alike = {best.rows, best.few, best.chance * std::pow(10.0, best.ways)};
  return {};
}

Result<void> compare_with_population(const config::Instance& instance, const config::Config& config,
                                     const extract::Project& project,
                                     const std::vector<disclosure::Candidate>& candidates, Report& report,
                                     int ended) {
  wire::WorkerJob job{.profile = "population", .label = project.number};
  const AlikeRules rules = TRY(alike_rules(config, project));
  job.document = population_document(project, candidates, rules);
  if (job.document.empty()) return {};
  job.mounts.push_back({instance.project_data(project.number), {std::string(inside_data), 0}});
  job.memory_mib = memory_mib, job.threads = threads, job.time_seconds = time_seconds;
  job.ended = ended;
  const auto answer = wire::run_worker(instance.launcher_socket(), job);
  if (answer.ok()) return read_agreements(*answer, candidates, rules, report);
  if (!is_unable(answer.error())) return answer.error();
  add(report, "finding.rows_not_compared", {}, answer.error().code);
  return {};
}

}  // namespace fvm::release
