// The newest catalogue of one store, kept: it is large and changes seldom.
#pragma once

#include <memory>
#include <mutex>

#include "catalogue/catalogue.hpp"

namespace fvm::catalogue {

class Cache {
 public:
  // As load(); always through views of the same store. From several threads.
  Result<std::shared_ptr<const Catalogue>> newest(const store::Database& database);

 private:
  std::mutex mutex_;
  std::shared_ptr<const Catalogue> kept_;
};

}  // namespace fvm::catalogue
