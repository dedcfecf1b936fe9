#include "catalogue/cache.hpp"

namespace fvm::catalogue {

Result<std::shared_ptr<const Catalogue>> Cache::newest(const store::Database& database) {
  const int64_t version = TRY(newest_version(database));
  const std::lock_guard lock(mutex_);
  if (!kept_ || kept_->version != version) kept_ = std::make_shared<const Catalogue>(TRY(load(database)));
  return kept_;
}

}  // namespace fvm::catalogue
