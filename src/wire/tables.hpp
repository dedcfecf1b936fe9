// The answer to a request for a safe table, in pieces: it may be larger than a message.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "wire/socket.hpp"

namespace fvm::wire {

// Limits.
inline constexpr size_t table_request_bytes_max = text_bytes_max;
inline constexpr size_t table_answer_bytes_max = 128u << 20;

struct TableAnswer {
  std::string json;
  std::vector<std::string> documents;
};

// "wire.answer_too_large" (surroundings) before anything was sent.
Result<void> send_table(Connection& to, const TableAnswer& answer);

// That, or the Failure that it became: also when it is too large.
Result<void> answer_table(Connection& to, const Result<TableAnswer>& answer);

// Puts pieces together, one frame after the other.
class TableAssembly {
 public:
  // True when the answer is whole. "wire.broken_message" on pieces out of order or beyond the limit; a
  // Failure comes back as the Error that it carries.
  Result<bool> add(const Frame& frame);
  TableAnswer take() { return std::move(answer_); }

 private:
  TableAnswer answer_;
  size_t bytes_ = 0;
};
Result<TableAnswer> receive_table(Connection& from);

}  // namespace fvm::wire
