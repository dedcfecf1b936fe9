#include "runner/build_keeper.hpp"

#include <algorithm>

#include "crypto/identifier.hpp"
#include "disclosure/identifiers.hpp"
#include "duck/function.hpp"

namespace fvm::runner {
namespace {

constexpr int first_passed_descriptor = 3;

}  // namespace

// A connection taken out of the pool until the end of the scope.
class KeeperConnections::Lease {
 public:
  explicit Lease(KeeperConnections& pool) : pool_(pool) {
    const std::lock_guard lock(pool_.mutex_);
    if (pool_.free_.empty()) return;
    connection_ = std::move(pool_.free_.back());
    pool_.free_.pop_back();
  }
  ~Lease() {
    const std::lock_guard lock(pool_.mutex_);
    if (connection_ != nullptr) pool_.free_.push_back(std::move(connection_));
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  wire::Connection* get() const { return connection_.get(); }

 private:
  KeeperConnections& pool_;
  std::unique_ptr<wire::Connection> connection_;
};

KeeperConnections::KeeperConnections(std::vector<Descriptor> sockets) {
  for (Descriptor& socket : sockets) free_.push_back(std::make_unique<wire::Connection>(std::move(socket)));
}

std::vector<Descriptor> KeeperConnections::handed(size_t count) {
  std::vector<Descriptor> out;
  for (size_t i = 0; i < count; ++i) out.emplace_back(first_passed_descriptor + static_cast<int>(i));
  return out;
}

Result<std::vector<uint64_t>> KeeperConnections::pseudonymise(const std::string& scope, wire::Identifier kind,
                                                              const std::vector<uint64_t>& values) {
  const Lease lease(*this);
  if (lease.get() == nullptr) return surroundings("build.no_keeper");
  std::vector<uint64_t> out;
  out.reserve(values.size());
  for (size_t at = 0; at < values.size(); at += values_per_call) {
    const size_t count = std::min(values_per_call, values.size() - at);
    wire::Pseudonymise request{scope, static_cast<uint8_t>(kind), {}};
    request.values.assign(values.begin() + static_cast<long>(at),
                          values.begin() + static_cast<long>(at + count));
    const auto reply = TRY(lease.get()->call<wire::Pseudonyms>(request));
    if (reply.values.size() != count) return surroundings("wire.broken_message");
    out.insert(out.end(), reply.values.begin(), reply.values.end());
  }
  return out;
}

Result<void> add_pseudonym_function(duck::Connection& connection, KeeperConnections& keeper,
                                    const std::string& name, const std::string& scope,
                                    wire::Identifier kind) {
  const auto call = [&keeper, scope, kind](duck::FunctionState*, std::span<const duck::ColumnView> arguments,
                                           duck::VectorWriter& out) -> Result<void> {
    const auto in = arguments[0].values<int64_t>();
    // Rows that are NULL hold anything; zero is a value that the keeper takes.
    std::vector<uint64_t> values(in.size());
    for (size_t i = 0; i < in.size(); ++i)
      values[i] = arguments[0].valid(i) ? static_cast<uint64_t>(in[i]) : 0;
    const auto made = TRY(keeper.pseudonymise(scope, kind, values));
    std::copy(made.begin(), made.end(), out.values<int64_t>().begin());
    return {};
  };
  return connection.register_function({.name = name, .parameters = {duck::Kind::bigint}, .call = call});
}

namespace {

Result<void> add_packed_text(duck::Connection& connection, const RecordKeys& keys) {
  const auto call = [&keys](duck::FunctionState*, std::span<const duck::ColumnView> arguments,
                            duck::VectorWriter& out) -> Result<void> {
    const duck::ColumnView& in = arguments[0];
    for (size_t i = 0; i < in.rows(); ++i) {
      const uint64_t packed = in.valid(i) ? crypto::pack_record(in.text(i), keys.spread) : 0;
      out.values<int64_t>()[i] = packed < crypto::record_numbers_end ? 0 : static_cast<int64_t>(packed);
    }
    return {};
  };
  return connection.register_function(
      {.name = "packed_text", .parameters = {duck::Kind::varchar}, .call = call});
}

}  // namespace

Result<void> add_record_functions(duck::Connection& connection, KeeperConnections& keeper,
                                  const std::string& scope, RecordKeys& keys) {
  static_assert(disclosure::record_keys_first == crypto::identifier_values);
  TRY(add_packed_text(connection, keys));
  const auto call = [&keeper, scope, &keys](duck::FunctionState*, std::span<const duck::ColumnView> arguments,
                                            duck::VectorWriter& out) -> Result<void> {
    const duck::ColumnView& in = arguments[0];
    std::vector<uint64_t> values(in.rows());
    bool texts = false;
    for (size_t i = 0; i < in.rows(); ++i) {
      values[i] = in.valid(i) ? crypto::pack_record(in.text(i), keys.spread) : 0;
      texts |= values[i] >= crypto::record_numbers_end;
    }
    if (texts) keys.texts = true;
    const auto made = TRY(keeper.pseudonymise(scope, wire::Identifier::record, values));
    const auto keys = out.values<int64_t>();
    for (size_t i = 0; i < made.size(); ++i)
      keys[i] = static_cast<int64_t>(disclosure::record_keys_first + made[i]);
    return {};
  };
  return connection.register_function(
      {.name = "project_record", .parameters = {duck::Kind::varchar}, .call = call});
}

}  // namespace fvm::runner
