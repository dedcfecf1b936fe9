// The session's end of the socket that leads to whoever releases safe tables (safetable/counter.hpp).
// Everything else in the sandbox comes by way of the SQL server, which holds it.
#pragma once

#include <atomic>
#include <mutex>
#include <string>

#include "wire/tables.hpp"

namespace fvm::runner {

// Used by all connections of the SQL server; one request at a time, in turn.
class TableCounter {
 public:
  explicit TableCounter(Descriptor socket) : socket_(std::move(socket)) {}

  // Sends `request` (JSON) and waits for the answer. When `interrupted` becomes true it stops waiting
  // ("table.not_waited": the table may be released all the same); whoever asks next reads past that answer.
  // "table.request_too_long" (usage), "table.no_counter" when nobody is at the other end; else the errors
  // that came back.
  Result<wire::TableAnswer> ask(const std::string& request, const std::atomic<bool>& interrupted);

 private:
  Result<wire::TableAnswer> read_answer(const std::atomic<bool>& interrupted);

  std::timed_mutex mutex_;
  wire::Connection socket_;
  wire::TableAssembly assembly_;  // of the answer that is owed to us
  bool owed_ = false;
};

}  // namespace fvm::runner
