#include "runner/keeper_pool.hpp"

namespace fvm::runner {

KeeperPool::KeeperPool(int first, uint16_t count) : living_(count) {
  for (int i = 0; i < count; ++i) free_.emplace_back(Descriptor(first + i));
}

Result<wire::Connection> KeeperPool::borrow() {
  std::unique_lock lock(mutex_);
  returned_.wait(lock, [&] { return !free_.empty() || living_ == 0; });
  if (free_.empty()) return surroundings("wire.closed");
  wire::Connection connection = std::move(free_.back());
  free_.pop_back();
  return connection;
}

void KeeperPool::give_back(wire::Connection connection, bool usable) {
  const std::lock_guard lock(mutex_);
  if (usable) {
    free_.push_back(std::move(connection));
  } else {
    --living_;
  }
  returned_.notify_all();
}

Result<void> KeeperPool::pseudonymise(const std::string& scope, wire::Identifier kind,
                                      std::vector<uint64_t>& values) {
  if (values.empty()) return {};
  const size_t count = values.size();
  wire::Connection connection = TRY(borrow());
  auto answer = connection.call<wire::Pseudonyms>(
      wire::Pseudonymise{scope, static_cast<uint8_t>(kind), std::move(values)});
  give_back(std::move(connection), answer.ok());
  if (!answer.ok()) return answer.error();
  if (answer->values.size() != count) return surroundings("wire.broken_message");
  values = std::move(answer->values);
  return {};
}

}  // namespace fvm::runner
