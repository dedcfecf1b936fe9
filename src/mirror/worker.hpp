// One ingest job: keeper connections that can do nothing but pseudonymise for the mirror, read-only inputs,
// one folder to write in; and what the worker answered.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/world.hpp"
#include "catalogue/types.hpp"
#include "config/instance.hpp"
#include "mirror/deliveries.hpp"
#include "mirror/plan.hpp"

namespace fvm::mirror {

struct Workbench {
  World& world;
  const config::Instance& instance;
  const config::Config::Deliver& settings;
  Path table;    // the table's folder
  Path staging;  // made here, becomes /out
};

// Errors: the worker's own (usage: rows could not be told apart), or surroundings: keeper, launcher, disk.
Result<Plan> run_ingest(const Workbench& bench, const catalogue::Table& table, const Request& request,
                        const std::vector<std::string>& existing, int64_t number,
                        const OnProgress& on_progress);

// "progress reading rows=12 bytes=345" as the worker writes it; what is not such a line gives nothing.
std::optional<Progress> parse_progress(std::string_view line);

}  // namespace fvm::mirror
