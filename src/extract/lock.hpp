// One build of a project at a time. Private to this room.
#pragma once

#include "base/descriptor.hpp"
#include "base/result.hpp"
#include "base/world.hpp"
#include "config/instance.hpp"

namespace fvm::extract {

// The kernel lets go of it when the program ends, however it ends.
class ProjectLock {
 public:
  // "project.busy" (refused) while somebody else has it.
  static Result<ProjectLock> take(const config::Instance& instance, const std::string& number);

 private:
  explicit ProjectLock(Descriptor file) : file_(std::move(file)) {}
  Descriptor file_;
};

}  // namespace fvm::extract
