// What the public pages tell of the service, measured from its own events.
#pragma once

#include "api/facts.hpp"
#include "casework/service.hpp"
#include "config/instance.hpp"

namespace fvm {

Result<api::Figures> measure(const casework::Setting& setting, const config::Config& config, Time now);

// "2026-11-28 | på dansk | in English"; "portal.bad_news" (usage).
Result<std::vector<api::News>> news_of(const std::vector<std::string>& lines);

}  // namespace fvm
