// What every kind of encryption offers: making a project's encrypted folder, and showing it in the clear.
// Private to this room.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/descriptor.hpp"
#include "base/result.hpp"
#include "base/world.hpp"

namespace fvm::storage {

// One project's folders, and what a kind needs besides.
struct Place {
  std::string project;
  Path cipher;  // storage/NUMBER
  Path clear;   // projects/NUMBER
  std::string search_path;
  uint32_t luks_gib = 0;
  // The read end of a pipe that holds the key; another one each time.
  std::function<Result<Descriptor>()> key;
};

// A folder that is shown in the clear. It stays so when this object goes away unasked: the next launcher's
// clean() finds it.
class Shown {
 public:
  virtual ~Shown() = default;
  virtual bool answers() const = 0;
  // "storage.in_use" while a file is open in it; it is then shown as before, or not any more (answers()).
  virtual Result<void> let_go() = 0;
  // Whatever it takes: who has a file open in it keeps that one, and nobody new gets in.
  virtual void let_go_anyhow() = 0;
};

}  // namespace fvm::storage
