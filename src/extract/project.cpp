#include "extract/project.hpp"

#include "config/instance.hpp"
#include "extract/difference.hpp"
#include "lake/table.hpp"

namespace fvm::extract {
namespace {

constexpr int64_t day_microseconds = 86'400'000'000;

}  // namespace

std::string_view to_text(State state) {
  constexpr std::string_view texts[] = {"open", "sealed", "closed"};
  return texts[static_cast<size_t>(state)];
}

Result<void> may_be_used(const Project& project, Time now) {
  if (project.state == State::closed) return refused("project.closed", {{"name", project.number}});
  if (project.suspended) return refused("project.suspended", {{"name", project.number}});
  const Date today = date_of_days(now.microseconds / day_microseconds);
  if (project.valid_to < today) {
    return refused("project.expired", {{"name", project.number}, {"to", to_text(project.valid_to)}});
  }
  if (project.state == State::sealed) return refused("project.sealed", {{"name", project.number}});
  if (today < project.valid_from) {
    return refused("project.not_yet_valid",
                   {{"name", project.number}, {"from", to_text(project.valid_from)}});
  }
  if (project.version == 0) return refused("project.not_built", {{"name", project.number}});
  return {};
}

Result<std::vector<Path>> table_files(World& world, const config::Instance& instance, const Project& project,
                                      const ProjectTable& table) {
  const lake::Table delta(world, instance.project_data(project.number) / table.folder);
  const auto snapshot = TRY(delta.snapshot(table.version));
  std::vector<Path> out;
  for (const auto& [path, file] : snapshot.files) out.emplace_back(path);
  return out;
}

Result<std::vector<FileOrigins>> file_origins(World& world, const config::Instance& instance,
                                              const Project& project, const ProjectTable& table) {
  const lake::Table delta(world, instance.project_data(project.number) / table.folder);
  const auto snapshot = TRY(delta.snapshot(table.version));
  std::vector<FileOrigins> out;
  for (const auto& [path, file] : snapshot.files) {
    out.push_back({path, file.rows.value_or(0), origins_of(file).value_or(std::vector<std::string>())});
  }
  return out;
}

}  // namespace fvm::extract
