// The keeper as a SQL function inside a job.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "duck/database.hpp"
#include "wire/messages.hpp"
#include "wire/socket.hpp"

namespace fvm::runner {

// Connections to fvm-keeper. Each is used by one thread at a time; functions of several kinds share them.
class KeeperConnections {
 public:
  explicit KeeperConnections(std::vector<Descriptor> sockets);
  // The ones that the job was handed: descriptors 3, 4, …
  static std::vector<Descriptor> handed(size_t count);

  // Encrypts `values` under the key of `scope`, in messages of at most `values_per_call`.
  Result<std::vector<uint64_t>> pseudonymise(const std::string& scope, wire::Identifier kind,
                                             const std::vector<uint64_t>& values);
  static constexpr size_t values_per_call = 1u << 18;

 private:
  class Lease;
  std::mutex mutex_;
  std::vector<std::unique_ptr<wire::Connection>> free_;
};

// Makes `name`(BIGINT) -> BIGINT: the value under the key of `scope`; NULL stays NULL. `keeper` outlives the
// database. "build.no_keeper" (surroundings) when more threads ask than there are connections.
Result<void> add_pseudonym_function(duck::Connection& connection, KeeperConnections& keeper,
                                    const std::string& name, const std::string& scope, wire::Identifier kind);

// How keys of records are packed (crypto::pack_record), and whether one came by that is no number.
struct RecordKeys {
  unsigned spread = 0;
  std::atomic<bool> texts{false};
};

// Makes project_record(VARCHAR) -> BIGINT: the key of a record under the project's key, in the range that
// only record keys have (disclosure/identifiers.hpp). The same text always gives the same number. And
// packed_text(VARCHAR) -> BIGINT: what it is packed as, when it is no number; else 0. `keys` outlives the
// database too.
Result<void> add_record_functions(duck::Connection& connection, KeeperConnections& keeper,
                                  const std::string& scope, RecordKeys& keys);

}  // namespace fvm::runner
