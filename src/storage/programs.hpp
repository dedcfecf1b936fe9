// Starting the programs that encrypt, and waiting for them. Private to this room.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/world.hpp"

namespace fvm::storage {

// Where a program is, by a list of folders such as $PATH.
std::optional<Path> find_program(std::string_view name, std::string_view search_path);

struct Program {
  Path file;
  std::vector<std::string> words;  // its arguments; "{N}" becomes the number of descriptors[N] in it
  int input = -1;                  // its standard input
  std::vector<int> descriptors;    // what else it inherits
  uid_t user = 0;                  // as whom it runs; 0: as we do
  bool ends_with_us = false;       // killed when the thread that started it ends
};
// Starts it; its output goes to our standard error.
Result<pid_t> start(const Program& program);
// Its exit code, or 128 + signal; -1 when it has not ended after so many milliseconds.
int wait_for(pid_t pid, int milliseconds);
bool has_ended(pid_t pid);  // leaves it to be reaped
void end(pid_t pid);        // kills and reaps

}  // namespace fvm::storage
