// Making a new instance: folders, keys, and last config.toml, whose presence says that the instance is whole.
#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"
#include "base/world.hpp"
#include "config/instance.hpp"

namespace fvm::supervisor {

// Runs `fvm-keeper --make-keys`, the only program that touches keys. "passphrase" or "key-file": what they
// are sealed with. Its error comes back as ours; "init.keeper_died" when it ended otherwise.
Result<std::string> make_keys(const config::Instance& instance, const Path& programs_folder,
                              const std::optional<Path>& passphrase_file);

// Refuses an instance that exists ("init.exists") and a folder that holds something else
// ("init.not_empty" with `name`); one that a crash left half made is completed. What the keys are sealed
// with.
Result<std::string> make_instance(World& world, const config::Instance& instance, const Path& programs_folder,
                                  const std::optional<Path>& passphrase_file);

// The folder of the program that is running: its siblings are there.
Path programs_folder();

}  // namespace fvm::supervisor
