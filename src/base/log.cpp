#include "base/log.hpp"

#include <unistd.h>

#include <string>

#include "base/messages.hpp"
#include "base/time.hpp"
#include "base/world.hpp"

namespace fvm {
namespace {

std::string& program_name() {
  static std::string name = "fvm";
  return name;
}

}  // namespace

void log_as(std::string_view program) {
  program_name() = program;
}

void log_event(std::string_view event, const Arguments& facts) {
  std::string line = to_text(real_world().now()) + " " + program_name() + " " + std::string(event);
  for (const auto& [key, value] : facts) {
    line += " " + key + "=";
    for (const char c : value) line += c == '\n' || c == '\r' ? ' ' : c;
  }
  line += '\n';
  [[maybe_unused]] const auto wrote = ::write(STDERR_FILENO, line.data(), line.size());
}

void log_error(std::string_view event, const Error& error) {
  log_event(event, {{"code", error.code}, {"text", describe(Language::english, error)}});
}

}  // namespace fvm
