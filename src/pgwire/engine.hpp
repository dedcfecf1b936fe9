// What the server needs of a database, so that the protocol knows no engine. Implemented over DuckDB in
// runner/sql_*.cpp and by a small made-up engine in the tests.
// Threads: a Session is used by its connection's thread alone, except interrupt(), which any thread may call.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "pgwire/copy.hpp"
#include "pgwire/output.hpp"
#include "pgwire/protocol.hpp"

namespace fvm::pgwire {

// How rows are to be written: as DataRow messages with each column in text or binary, or as COPY data.
struct RowForm {
  std::vector<bool> binary;           // one per column
  const CopyOptions* copy = nullptr;  // set: COPY TO STDOUT
};

struct Progress {
  uint64_t rows = 0;  // written by this call
  bool finished = false;
};

// A result whose rows are produced as they are asked for.
class Rows {
 public:
  virtual ~Rows() = default;
  virtual std::span<const Column> columns() const = 0;
  // Writes up to `rows_max` rows (0: all) to `out`. Stops early, with success, when `out` is broken.
  virtual Result<Progress> write(Output& out, const RowForm& form, uint64_t rows_max) = 0;
  // The CommandComplete tag once `rows` rows have been sent, such as "SELECT 3".
  virtual std::string tag(uint64_t rows) const = 0;
};

// Where COPY FROM STDIN puts its rows.
class RowTarget {
 public:
  virtual ~RowTarget() = default;
  virtual size_t columns() const = 0;
  virtual Result<void> add(std::span<const CopyField> fields) = 0;
  virtual Result<void> finish() = 0;  // makes the rows visible; destroyed without it, nothing was copied
};

// What executing a statement began.
struct Nothing {};  // an empty statement
struct Command {
  std::string tag;
};
struct Selected {
  std::unique_ptr<Rows> rows;
};
struct CopyOut {
  std::unique_ptr<Rows> rows;
  CopyOptions options;
};
struct CopyIn {
  std::unique_ptr<RowTarget> target;
  CopyOptions options;
};
using Outcome = std::variant<Nothing, Command, Selected, CopyOut, CopyIn>;

class Statement {
 public:
  virtual ~Statement() = default;
  virtual std::span<const uint32_t> parameters() const = 0;  // their types
  virtual bool returns_rows() const = 0;
  virtual std::span<const Column> columns() const = 0;
  // Several portals of one statement may be open; `values` need not outlive the call.
  virtual Result<Outcome> execute(std::span<const BoundValue> values) = 0;
};

class Session {
 public:
  virtual ~Session() = default;
  // Statements of a query text, without the semicolons between them; empty ones are left out.
  virtual Result<std::vector<std::string>> split(std::string_view sql) = 0;
  // `types`: what the frontend says of parameters, 0 for unspecified.
  virtual Result<std::shared_ptr<Statement>> prepare(std::string_view sql,
                                                     std::span<const uint32_t> types) = 0;
  virtual Transaction transaction() const = 0;
  virtual void statement_failed() = 0;  // an open transaction is now a failed one
  // A query text of several statements is one transaction unless it says otherwise.
  virtual Result<void> begin_group() = 0;
  virtual Result<void> end_group() = 0;
  // Settings that changed since last asked and that the protocol reports (ParameterStatus).
  virtual std::vector<std::pair<std::string, std::string>> changed_settings() = 0;
  // What the statement that was just executed has to say besides its answer: one NOTICE each. Asked once.
  virtual std::vector<std::string> take_notices() { return {}; }
  // The client's request is answered; it is the client's turn. Time limits on statements end here.
  virtual void waiting() = 0;
  virtual void interrupt() = 0;
};

class Engine {
 public:
  virtual ~Engine() = default;
  // `process` is what pg_backend_pid() answers. Refuses an unknown database or user.
  virtual Result<std::unique_ptr<Session>> open(const Startup& startup, int32_t process) = 0;
};

}  // namespace fvm::pgwire
