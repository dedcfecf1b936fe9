#include "fvm/casework_setting.hpp"

#include <algorithm>

#include "extract/project.hpp"

namespace fvm::cli {

casework::Setting casework_setting(const Context& context, const Services& services) {
  const auto& clock = services.config.casework;
  casework::Setting setting{.world = context.world, .ledger = *services.ledger};
  setting.rules = {.target_days = clock.target_days,
                   .warning_days = clock.warning_days,
                   .forecast_cases_min = clock.forecast_cases_min,
                   .service = services.config.service.name};
  setting.hooks.number_taken = [](const store::Database& store, const std::string& number) -> Result<bool> {
    const auto projects = TRY(extract::list_projects(store));
    return std::find(projects.begin(), projects.end(), number) != projects.end();
  };
  return setting;
}

}  // namespace fvm::cli
