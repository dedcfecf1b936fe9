// Checkpoints as signed notes (C2SP tlog-checkpoint, signed-note): origin, size, Merkle root, and the
// keeper's Ed25519 signature over exactly those three lines.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "audit/ledger.hpp"

namespace fvm::audit {

// The origin line is what the keeper puts before whatever it signs, so that it can sign nothing but
// checkpoints.
inline constexpr std::string_view checkpoint_origin = "fvm-audit-checkpoint";

// What the signer gets: the lines after the origin.
std::string checkpoint_text(uint64_t size, std::string_view root);
// The whole note.
std::string checkpoint_note(std::string_view text, const Signed& by);
// audit/checkpoints/000000001234.note: sorted by size.
std::string checkpoint_file_name(uint64_t size);
// The size in such a name; 0 when it is none.
uint64_t checkpoint_size_of(std::string_view file_name);

}  // namespace fvm::audit
