#include "base/result.hpp"

#include <cstring>

namespace fvm {

std::string_view Error::argument(std::string_view name) const {
  for (const auto& [key, value] : arguments) {
    if (key == name) return value;
  }
  return {};
}

Error Error::with(std::string name, std::string value) && {
  arguments.emplace_back(std::move(name), std::move(value));
  return std::move(*this);
}

Error system_error(std::string what, int error_number) {
  return surroundings("system.failed", {{"what", std::move(what)}, {"reason", std::strerror(error_number)}});
}

}  // namespace fvm
