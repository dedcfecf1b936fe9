// A safe table that is sent home in the step that makes it.
#pragma once

#include <optional>
#include <string>

#include "fvm/context.hpp"
#include "fvm/services.hpp"
#include "release/service.hpp"
#include "safetable/service.hpp"

namespace fvm::cli {

// What will be asked for; the names of its files come when the table is made.
release::Draft draft_of(const std::string& project, const std::string& recipient, const std::string& purpose);

// Puts the table's documents into the user's /outbox and sends them like any other files: kept, known by
// their bytes, cleared, mailed. The request as it is when the courier has been woken.
Result<release::Request> send_table(const Context& context, const Services& services,
                                    const safetable::Released& released, release::Draft draft);

// The table's JSON with the number of the release that it was sent in.
std::string with_release(const std::string& table, const std::optional<release::Request>& sent);

}  // namespace fvm::cli
