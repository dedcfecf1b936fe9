// How cases are shown: lines for people, one JSON document with --json.
#pragma once

#include <optional>
#include <vector>

#include "casework/views.hpp"
#include "fvm/context.hpp"

namespace fvm::cli {

// On standard error, for people; nothing with --json.
void show_findings(const Context& context, const std::vector<casework::Finding>& findings);
// What a step on the text gave: the case (none when the findings refused it) and the findings.
void show_outcome(const Context& context, const std::vector<casework::Finding>& findings,
                  const std::optional<casework::View>& view);
void show_view(const Context& context, const casework::View& view);
void show_views(const Context& context, const std::vector<casework::View>& views);
void show_queue(const Context& context, const casework::Queue& queue);
void show_document(const Context& context, const casework::Version& version);
void show_difference(const Context& context, const casework::Compared& compared);

}  // namespace fvm::cli
