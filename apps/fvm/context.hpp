// What every verb of `fvm` gets: where the instance is, how to answer, and one way to fail.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/messages.hpp"
#include "base/result.hpp"
#include "base/world.hpp"

namespace fvm::cli {

struct Context {
  World& world;
  Path instance;      // --instance or FVM_INSTANCE
  bool json = false;  // --json: one document on standard output
  Language language = Language::english;
  std::string user;   // --as, else FVM_USER, else the login name: who acts, for the ledger
  int exit_code = 0;  // what main returns
};

// Runs a verb's body: an Error becomes its sentence on standard error (and, with --json, one document on
// standard output) and the exit code of its kind.
void run_verb(Context& context, const std::function<Result<void>()>& body);
// As above for a body that decides its own exit code (a session's command, findings that refuse).
void run_verb_with_code(Context& context, const std::function<Result<int>()>& body);

// A message on standard error, from messages/*.txt.
void say(const Context& context, std::string_view key, const Arguments& arguments = {});
// A line on standard output.
void print(std::string_view line);

}  // namespace fvm::cli
