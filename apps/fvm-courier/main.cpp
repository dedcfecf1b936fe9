// PURPOSE   Keeps a copy of every file that anybody tries to send home, and mails those that a reviewer
//           approved: fvm-courier --instance DIR.
// SECURITY  Mails only bytes whose SHA-256 carries a recorded approval, to addresses on the institution's
//           list at that moment. Shows a kept file to a reviewer of its request only, as a job in a sandbox
//           read it, with a record of each look. Copies are encrypted; of fvm-keeper it gets the key of one
//           copy at a time, for as long as that is read. Parses no file; opens no register data.
// LIMITS    release::kept_bytes_max a file, courier::callers_max callers at once.
// BUGS      A mail whose outcome is unknown is held for a person: SMTP cannot tell.
#include <cstdio>
#include <filesystem>
#include <string_view>

#include "base/log.hpp"
#include "courier/service.hpp"
#include "wire/daemon.hpp"

namespace {

using namespace fvm;

Result<void> run(const Path& folder) {
  const config::Instance instance(std::filesystem::absolute(folder));
  const config::Config config = TRY(config::read_config(real_world(), instance.config_file()));
  const Descriptor stop = TRY(wire::ending_signals());
  auto listener = TRY(wire::handed_or_made(instance.courier_socket()));
  return courier::serve(real_world(), instance, config, listener, stop.get(), FVM_VERSION);
}

}  // namespace

int main(int argc, char** argv) {
  log_as("fvm-courier");
  if (argc != 3 || std::string_view(argv[1]) != "--instance") {
    std::fprintf(stderr, "fvm-courier --instance DIR; started by \"fvm up\"\n");
    return static_cast<int>(Kind::usage);
  }
  const auto done = run(argv[2]);
  if (done.ok()) return 0;
  log_error("ended", done.error());
  return static_cast<int>(done.error().kind);
}
