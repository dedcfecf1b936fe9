// Messages for people and as JSON.
#pragma once

#include <boost/json.hpp>

#include "fvm/context.hpp"
#include "fvm/services.hpp"
#include "intake/service.hpp"

namespace fvm::cli {

// What the room intake works with, the sentence that accepts agreements included.
intake::Setting intake_setting(const Context& context, const Services& services);

boost::json::object message_json(Language language, const intake::Message& message);
void print_message_line(const Context& context, const intake::Message& message);
void print_message(const Context& context, const intake::Message& message);

}  // namespace fvm::cli
