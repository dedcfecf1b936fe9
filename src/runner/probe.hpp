// What a program inside a session could do if it tried: each way out is tried for real, by a process under
// the same rules as the analyst's own. The service's nightly self-test (room selftest) asks for it.
#pragma once

#include <string>
#include <vector>

namespace fvm::runner {

// What waits outside, made for this test: it answers whoever reaches it.
struct Bait {
  int tcp_port = 0, udp_port = 0;  // on 127.0.0.1
  std::string abstract_name;       // of a Unix socket, without the leading zero byte
  std::string file;                // an absolute path of a readable file, outside
  int process = 0;                 // the number of a process outside
};

struct Tried {
  const char* name;
  bool done;  // it worked
};
// What must not work.
std::vector<Tried> try_ways_out(const Bait& bait);
// What must work, or the ways out tell nothing: the project's data, files of one's own, processes, sockets
// inside.
std::vector<Tried> try_what_is_allowed();

// `enter --probe -- TCP UDP NAME FILE PROCESS`: both as one JSON document on standard output. Exit code.
int probe(const std::vector<char*>& told);

}  // namespace fvm::runner
