// The job that reads a message, and its answer. Private to this room.
#pragma once

#include "intake/service.hpp"

namespace fvm::intake {

// The answer comes from a sandbox that has read a hostile message: every field is bounded, anything out of
// shape fails with "intake.unreadable".
Result<Content> read_answer(std::string_view json);

// Reads the message at `file`; its documents lie in `output` afterwards.
Result<Content> read_message(const Setting& setting, const Path& file, const Path& output);

}  // namespace fvm::intake
