// The user's own terminal while a session runs in it: raw, and given back as it was, also when a signal ends
// us.
#pragma once

#include <termios.h>

#include "base/descriptor.hpp"
#include "base/result.hpp"

namespace fvm::cli {

// Whether a person sits at both ends.
bool at_terminal();

// Signals as a readable descriptor for as long as this lives; the terminal raw if asked.
class SignalsAndTerminal {
 public:
  enum class Mode { pipes, terminal };
  static Result<SignalsAndTerminal> take(Mode mode);
  SignalsAndTerminal(SignalsAndTerminal&&) noexcept = default;
  SignalsAndTerminal& operator=(SignalsAndTerminal&&) = delete;
  ~SignalsAndTerminal();

  int readable() const { return signals_.get(); }
  // Reads what came: a new window size is passed on to `session_terminal` (0); any other signal is returned.
  int answer(int session_terminal);

 private:
  SignalsAndTerminal() = default;
  Descriptor signals_;
  Descriptor terminal_;  // of our own, so that it can be given back whatever happens to standard input
  termios before_{};
};

}  // namespace fvm::cli
