// Private to this room.
#pragma once

#include "base/world.hpp"
#include "config/instance.hpp"

namespace fvm::intake {

// Keeps bytes under a name that says what they are; once kept they stay as they are.
Result<void> keep_file(World& world, const Path& path, std::string_view bytes);

// Held from the keeping of a document's bytes until the store names them: nobody removes them meanwhile.
// Apart from the lock of mails, which is held while the sandbox reads one: somebody at a page does not wait
// for it.
Result<Descriptor> lock_documents(World& world, const config::Instance& instance);

}  // namespace fvm::intake
