#include "wire/codec.hpp"

namespace fvm::wire {

Failure to_failure(const Error& error) {
  Failure failure{static_cast<uint8_t>(error.kind), error.code, {}, {}};
  for (const auto& [name, value] : error.arguments) {
    failure.names.push_back(name);
    failure.values.push_back(value);
  }
  return failure;
}

Error to_error(Failure failure) {
  Error error{failure.kind >= 1 && failure.kind <= 4 ? static_cast<Kind>(failure.kind) : Kind::defect,
              std::move(failure.code),
              {}};
  for (size_t i = 0; i < failure.names.size() && i < failure.values.size(); ++i) {
    error.arguments.emplace_back(std::move(failure.names[i]), std::move(failure.values[i]));
  }
  return error;
}

}  // namespace fvm::wire
