// The way of a released safe table into its author's /outbox, for the portal, which opens no project's
// folder. Nothing leaves by it: what lies in an outbox is sent by a request of its own (release/service.hpp).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "safetable/counter.hpp"

namespace fvm::steward {

// The request as one to show the table, if it is {"do": "stage", "table": 3, "formats": ["xlsx"]}; else
// nothing.
std::optional<std::string> staging_of(std::string_view request);

// Puts the documents into the outbox, under names that are nobody's yet: {"table": 3, "files": […]}.
// `shown`: what staging_of gave. "table.nothing_to_stage" (usage) without formats; errors of answer_request.
Result<wire::TableAnswer> stage_table(const safetable::Setting& setting, const safetable::Asker& asker,
                                      const std::string& shown);

}  // namespace fvm::steward
