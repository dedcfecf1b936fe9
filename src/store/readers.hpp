// Views for reading that stay open and are lent to one thread at a time: opening one costs SQLite the reading
// of the whole schema.
#pragma once

#include <mutex>
#include <utility>
#include <vector>

#include "store/database.hpp"

namespace fvm::store {

class Readers {
 public:
  explicit Readers(Path file) : file_(std::move(file)) {}

  // Gives the view back when it ends: let no Statement of it live longer.
  class Lent {
   public:
    Lent(Readers& from, Database database) : from_(&from), database_(std::move(database)) {}
    Lent(Lent&& other) noexcept
        : from_(std::exchange(other.from_, nullptr)), database_(std::move(other.database_)) {}
    Lent& operator=(Lent&&) = delete;
    ~Lent() {
      if (from_ != nullptr) from_->take_back(std::move(database_));
    }
    operator const Database&() const { return database_; }  // NOLINT(google-explicit-constructor)

   private:
    Readers* from_;
    Database database_;
  };
  // One that is idle, or a new one; errors as Database::open_reading.
  Result<Lent> lend();

 private:
  void take_back(Database database);

  const Path file_;
  std::mutex mutex_;
  std::vector<Database> idle_;
};

}  // namespace fvm::store
