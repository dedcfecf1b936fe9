// A scalar function written in C++ that SQL may call, whole vectors at a time.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "duck/values.hpp"

namespace fvm::duck {

// What one call needs and no two calls may share at the same time, e.g. a connection to the keeper.
struct FunctionState {
  virtual ~FunctionState() = default;
};

// NULL handling: rows in which any argument is NULL give NULL; `call` sees them too (check valid()) and what
// it writes there is overwritten, unless `sees_null`: then the function decides.
struct ScalarFunction {
  std::string name;
  std::vector<Kind> parameters;  // without decimal, list, enumeration
  Kind result = Kind::bigint;
  bool sees_null = false;
  bool is_volatile = false;  // true: not folded, even for constants
  // Makes a state; called when a thread needs one and none is free, so never more often than calls run at
  // the same time (at most Options::threads). May be empty. An error ends the query.
  std::function<Result<std::unique_ptr<FunctionState>>()> make_state;
  // Fills `out` (same number of rows). An error ends the query with its code, kind and arguments (they come
  // back from query()/next() as they are).
  std::function<Result<void>(FunctionState* state, std::span<const ColumnView> arguments, VectorWriter& out)>
      call;
};

}  // namespace fvm::duck
