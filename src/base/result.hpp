// Result<T>: a value or an Error. Exceptions stop at the edge of third-party code.
//
//   Result<int> f();
//   Result<void> g() { int n = TRY(f()); ... return {}; }
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace fvm {

// What went wrong, as the exit code of `fvm` says it (interfaces.md).
enum class Kind { refused = 1, usage = 2, surroundings = 3, defect = 4 };

using Arguments = std::vector<std::pair<std::string, std::string>>;

// One error: a key of messages/*.txt and the values for its {places}. Never holds the value of an identifier.
struct Error {
  Kind kind = Kind::defect;
  std::string code;     // key in messages/da.txt and messages/en.txt, e.g. "deliver.header_twice"
  Arguments arguments;  // file, line, column, shape, advice ...

  // The argument `name`, or an empty text.
  std::string_view argument(std::string_view name) const;
  // Adds a place or fact that the caller knows: return error.with("file", path).
  Error with(std::string name, std::string value) &&;
};

template <class T = void>
class [[nodiscard]] Result {
 public:
  Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit on purpose
  Result(Error error) : content_(std::in_place_index<1>, std::move(error)) {}  // NOLINT

  bool ok() const { return content_.index() == 0; }
  explicit operator bool() const { return ok(); }
  T& value() & { return std::get<0>(content_); }
  const T& value() const& { return std::get<0>(content_); }
  T&& value() && { return std::get<0>(std::move(content_)); }
  Error& error() & { return std::get<1>(content_); }
  const Error& error() const& { return std::get<1>(content_); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

 private:
  std::variant<T, Error> content_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT: implicit on purpose
  bool ok() const { return !error_; }
  explicit operator bool() const { return ok(); }
  void value() const {}
  Error& error() & { return *error_; }
  const Error& error() const& { return *error_; }

 private:
  std::optional<Error> error_;
};

inline Error refused(std::string code, Arguments arguments = {}) {
  return {Kind::refused, std::move(code), std::move(arguments)};
}
inline Error usage(std::string code, Arguments arguments = {}) {
  return {Kind::usage, std::move(code), std::move(arguments)};
}
inline Error surroundings(std::string code, Arguments arguments = {}) {
  return {Kind::surroundings, std::move(code), std::move(arguments)};
}
inline Error defect(std::string code, Arguments arguments = {}) {
  return {Kind::defect, std::move(code), std::move(arguments)};
}
// A failed system call: code "system.failed" with `what` (verb and object) and the text of `error_number`.
Error system_error(std::string what, int error_number);

namespace detail {
template <class T>
T take(Result<T>& result) {
  return std::move(result).value();
}
inline void take(Result<void>&) {}
}  // namespace detail

}  // namespace fvm

// The value of a Result, or return its error from the enclosing function.
#define TRY(expression)                                         \
  __extension__({                                               \
    auto fvm_result = (expression);                             \
    if (!fvm_result.ok()) return std::move(fvm_result.error()); \
    ::fvm::detail::take(fvm_result);                            \
  })
