// Memory, processes and processor time of one job, held by control groups: version 2 where systemd delegates
// a group to us, version 1 where its folders can be written; with neither, only per-process limits remain.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/descriptor.hpp"
#include "base/result.hpp"
#include "base/world.hpp"
#include "sandbox/profiles.hpp"

namespace fvm::sandbox {

// The group of one job; its folders go when it does. The job's processes must be dead by then.
class Group {
 public:
  Group(Group&&) = default;
  Group& operator=(Group&&) = delete;
  ~Group();

  // Whoever writes "0" to each of these joins the group.
  std::vector<int> entrances() const;
  // Most memory used at a time, page cache included; 0 when the kernel does not say.
  uint64_t memory_max_kib() const;
  // Whether the kernel killed a process of the group for lack of memory.
  bool memory_exhausted() const;

 private:
  friend class Groups;
  Group() = default;
  std::vector<Path> folders_;
  std::vector<Descriptor> entrances_;
};

class Groups {
 public:
  enum class Kind { none, version_1, version_2 };

  // `root` is where control groups are mounted, `own` the content of /proc/self/cgroup.
  static Groups find(const Path& root = "/sys/fs/cgroup", std::optional<std::string> own = {});
  Kind kind() const { return kind_; }
  std::string_view kind_name() const;
  // None when kind() is none.
  Result<std::optional<Group>> make(const Limits& limits, uint64_t number) const;

 private:
  Kind kind_ = Kind::none;
  std::vector<std::pair<std::string, Path>> parents_;  // controller (empty in version 2), folder
};

}  // namespace fvm::sandbox
