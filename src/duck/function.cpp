#include "duck/function.hpp"

#include <duckdb.h>

#include <exception>
#include <mutex>

#include "duck/handles.hpp"

namespace fvm::duck {
namespace {

// A registered function: lives as long as DuckDB's catalogue entry.
class Registered {
 public:
  // The database owns the entry, so the desk outlives every call; a shared pointer would be a cycle.
  Registered(ScalarFunction function, ErrorDesk& desk) : function_(std::move(function)), desk_(desk) {
    for (const Kind kind : function_.parameters) types_.push_back({.kind = kind});
  }

  void call(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
    const auto result = guarded(input, output);
    if (!result.ok()) duckdb_scalar_function_set_error(info, desk_.leave(result.error()).c_str());
  }

 private:
  // Exceptions must not cross DuckDB's C edge.
  Result<void> guarded(duckdb_data_chunk input, duckdb_vector output) {
    try {
      return fill(input, output);
    } catch (const std::exception&) {
      return defect("duck.function_threw", {{"function", function_.name}});
    }
  }

  Result<void> fill(duckdb_data_chunk input, duckdb_vector output) {
    const size_t rows = duckdb_data_chunk_get_size(input);
    std::vector<ColumnView> arguments;
    for (idx_t i = 0; i < types_.size(); ++i) {
      arguments.emplace_back(duckdb_data_chunk_get_vector(input, i), types_[i], rows);
    }
    VectorWriter writer(output, rows);
    auto state = TRY(take_state());
    auto done = function_.call(state.get(), arguments, writer);
    // A state that failed may be half way through a conversation: the next call makes a new one.
    if (!done.ok()) return done;
    give_back(std::move(state));
    if (!function_.sees_null) copy_nulls(arguments, writer);
    return {};
  }

  static void copy_nulls(const std::vector<ColumnView>& arguments, VectorWriter& writer) {
    for (const ColumnView& argument : arguments) {
      if (argument.all_valid()) continue;
      for (size_t row = 0; row < writer.rows(); ++row) {
        if (!argument.valid(row)) writer.set_null(row);
      }
    }
  }

  Result<std::unique_ptr<FunctionState>> take_state() {
    if (!function_.make_state) return std::unique_ptr<FunctionState>();
    {
      const std::lock_guard lock(mutex_);
      if (!free_.empty()) {
        auto state = std::move(free_.back());
        free_.pop_back();
        return state;
      }
    }
    return function_.make_state();
  }

  void give_back(std::unique_ptr<FunctionState> state) {
    if (state == nullptr) return;
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(state));
  }

  ScalarFunction function_;
  ErrorDesk& desk_;
  std::vector<ColumnType> types_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<FunctionState>> free_;
};

void call_registered(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
  static_cast<Registered*>(duckdb_scalar_function_get_extra_info(info))->call(info, input, output);
}

void delete_registered(void* registered) {
  delete static_cast<Registered*>(registered);
}

void set_types(duckdb_scalar_function function, const ScalarFunction& what) {
  for (const Kind kind : what.parameters) {
    duckdb_logical_type type = duckdb_create_logical_type(static_cast<duckdb_type>(kind));
    duckdb_scalar_function_add_parameter(function, type);
    duckdb_destroy_logical_type(&type);
  }
  duckdb_logical_type result = duckdb_create_logical_type(static_cast<duckdb_type>(what.result));
  duckdb_scalar_function_set_return_type(function, result);
  duckdb_destroy_logical_type(&result);
}

}  // namespace

Result<void> Connection::register_function(ScalarFunction what) {
  duckdb_scalar_function function = duckdb_create_scalar_function();
  duckdb_scalar_function_set_name(function, what.name.c_str());
  set_types(function, what);
  if (what.sees_null) duckdb_scalar_function_set_special_handling(function);
  if (what.is_volatile) duckdb_scalar_function_set_volatile(function);
  duckdb_scalar_function_set_function(function, call_registered);
  const std::string name = what.name;
  duckdb_scalar_function_set_extra_info(function, new Registered(std::move(what), state_->database->desk),
                                        delete_registered);
  const auto state = duckdb_register_scalar_function(state_->connection, function);
  duckdb_destroy_scalar_function(&function);
  if (state != DuckDBSuccess) return defect("duck.function_refused", {{"function", name}});
  return {};
}

}  // namespace fvm::duck
