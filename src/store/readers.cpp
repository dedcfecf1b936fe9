#include "store/readers.hpp"

namespace fvm::store {

Result<Readers::Lent> Readers::lend() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      Database database = std::move(idle_.back());
      idle_.pop_back();
      return Lent(*this, std::move(database));
    }
  }
  return Lent(*this, TRY(Database::open_reading(file_)));
}

void Readers::take_back(Database database) {
  constexpr size_t idle_max = 16;
  const std::lock_guard lock(mutex_);
  if (idle_.size() < idle_max) idle_.push_back(std::move(database));
}

}  // namespace fvm::store
