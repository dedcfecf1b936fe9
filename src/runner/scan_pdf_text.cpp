// The text of a PDF by Debian's pdftotext (poppler): a program of its own, so that what breaks there breaks
// alone.
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

#include "base/descriptor.hpp"
#include "base/world.hpp"
#include "runner/scan_pdf.hpp"

namespace fvm::runner {
namespace {

constexpr std::array programs = {"/opt/fvm/pdftotext", "/usr/bin/pdftotext"};  // inside the sandbox; in tests

Result<int> run(const char* program, const std::string& in, const std::string& out) {
  std::string name = program, layout = "-layout", encoding = "-enc", utf8 = "UTF-8", quiet = "-q", from = in,
              to = out;
  char* const arguments[] = {name.data(), layout.data(), quiet.data(), encoding.data(),
                             utf8.data(), from.data(),   to.data(),    nullptr};
  std::string libraries = "LD_LIBRARY_PATH=/opt/fvm/lib", home = "HOME=/tmp",
              none = "FONTCONFIG_FILE=/dev/null";
  char* const environment[] = {libraries.data(), home.data(), none.data(), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_RDWR, 0);
  pid_t pid = 0;
  const int failed = ::posix_spawn(&pid, program, &actions, nullptr, arguments, environment);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return surroundings("scan.no_pdftotext");
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

// A file of its own in the temporary folder, gone however the function ends.
struct Temporary {
  std::string path;
  explicit Temporary(std::string_view ending) {
    const char* folder = std::getenv("TMPDIR");
    path = std::string(folder == nullptr ? "/tmp" : folder) + "/scan-" + std::to_string(::getpid()) +
           std::string(ending);
    ::unlink(path.c_str());
  }
  ~Temporary() { ::unlink(path.c_str()); }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
};

}  // namespace

Result<std::string> read_pdf(const std::string& pdf) {
  constexpr uint64_t text_bytes_max = 256u << 20;
  const Temporary in(".pdf"), out(".txt");
  {
    const Descriptor file(::open(in.path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file || ::write(file.get(), pdf.data(), pdf.size()) != static_cast<ssize_t>(pdf.size()))
      return system_error("write a copy of the PDF", errno);
  }
  const char* program = nullptr;
  for (const char* candidate : programs) {
    if (program == nullptr && ::access(candidate, X_OK) == 0) program = candidate;
  }
  if (program == nullptr) return surroundings("scan.no_pdftotext");
  const int code = TRY(run(program, in.path, out.path));
  if (code != 0) return surroundings("scan.pdftotext_failed", {{"code", std::to_string(code)}});
  return real_world().read_file(out.path, text_bytes_max);
}

}  // namespace fvm::runner
