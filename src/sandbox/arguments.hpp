// A sandbox as bubblewrap's arguments. Pure but for the memory files that made-up configuration travels in.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/descriptor.hpp"
#include "base/result.hpp"
#include "sandbox/host.hpp"
#include "sandbox/profiles.hpp"
#include "wire/messages.hpp"

namespace fvm::sandbox {

// Inside every sandbox the job runs under this number and name, whoever it is outside.
inline constexpr unsigned inside_user = 1000;

// Whether what is mounted shows its files as the launcher's user's (programs), or as the sandbox's own
// (data).
enum class Owner : uint8_t { keep, sandbox };

// A descriptor of the Wish that is mounted.
struct Source {
  size_t number;
  Owner owner;
};

// Arguments in which a descriptor stands as "\0N": the Nth of `descriptors`. Its number in the new process is
// not known before the process is made.
struct Wish {
  std::vector<std::string> options;      // before "--"
  std::vector<std::string> command;      // after it
  std::vector<std::string> environment;  // NAME=value, complete
  std::vector<int> descriptors;          // the caller's
  std::vector<Descriptor> files;         // those of `descriptors` that were opened here
  std::vector<Source> sources;           // those that are mounted
};

// `mounts[i]` is the open descriptor (O_PATH will do) of launch.mounts[i].
Result<Wish> bubblewrap_wish(const Host& host, const Profile& profile, const wire::Launch& launch,
                             const Limits& limits, const std::vector<int>& mounts);

// The options with each "\0N" replaced by the number that descriptor N has in the new process: first + N.
// Mounts that stand at a place already (staged[N] not empty) are named by it: "--bind PLACE" for "--bind-fd
// N".
std::vector<std::string> settle(const std::vector<std::string>& options, int first,
                                const std::map<size_t, std::string>& staged = {});

}  // namespace fvm::sandbox
