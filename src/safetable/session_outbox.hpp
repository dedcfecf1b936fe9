// What lies in a session's /outbox and what sending it would lead to, for the counter (counter.hpp). The
// steward has looked (release/outlook.hpp) and is asked here; nothing is judged in this room.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "safetable/counter.hpp"

namespace fvm::safetable {

// Limits.
inline constexpr int outbox_wait_milliseconds = 2'000;  // for files that are still looked at, if wanted
inline constexpr int outbox_answer_milliseconds_max = 10'000;

// The steward's answer about the outbox of `asker`, cut down to what the table of CALL fvm.outbox() needs:
// {"files": [{"name", "bytes", "modified", "sha256", "findings", "outlook"}], "files_left_out", "together"}.
// `files`: those that `together` is about. With `wait` it is asked again for a while where something is
// pending of which nothing is known yet. Errors: those of release::may_stage; "outbox.not_told" for all
// surroundings.
Result<std::string> told_outbox(const Setting& setting, const Asker& asker,
                                const std::vector<std::string>& files, bool wait);

// The cut; "wire.broken_message" for what is no such document. Pure.
Result<std::string> cut_outbox(std::string_view document);

}  // namespace fvm::safetable
