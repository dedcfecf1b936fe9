#include "sandbox/host.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>

#include "base/descriptor.hpp"

extern char** environ;

namespace fvm::sandbox {
namespace {

namespace fs = std::filesystem;
constexpr const char* loader = "/lib64/ld-linux-x86-64.so.2";
constexpr const char* psql_versions = "/usr/lib/postgresql";

Error missing(std::string what) {
  return surroundings("sandbox.missing", {{"what", std::move(what)}});
}

Result<Path> find_program(std::string_view name, std::string_view search_path) {
  while (!search_path.empty()) {
    const size_t end = std::min(search_path.find(':'), search_path.size());
    const Path candidate = Path(search_path.substr(0, end)) / name;
    if (candidate.is_absolute() && ::access(candidate.c_str(), X_OK) == 0) return candidate;
    search_path.remove_prefix(std::min(end + 1, search_path.size()));
  }
  return missing(std::string(name));
}

std::string read_to_end(int fd) {
  std::string text;
  std::array<char, 4096> piece;
  for (ssize_t got; (got = ::read(fd, piece.data(), piece.size())) != 0;) {
    if (got < 0 && errno != EINTR) break;
    if (got > 0) text.append(piece.data(), static_cast<size_t>(got));
  }
  return text;
}

// What the loader would load for `program`: it lists without running it.
Result<std::string> loader_list(const Path& program) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return system_error("make a pipe", errno);
  const Descriptor read_end(ends[0]);
  Descriptor write_end(ends[1]);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, write_end.get(), STDOUT_FILENO);
  std::string program_name = program.string(), list_flag = "--list", loader_name = loader;
  char* const arguments[] = {loader_name.data(), list_flag.data(), program_name.data(), nullptr};
  pid_t pid = 0;
  const int failed = ::posix_spawn(&pid, loader, &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  write_end.reset();
  if (failed != 0) return missing(loader_name);
  std::string text = read_to_end(read_end.get());
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (status != 0) return missing(program_name + " (libraries)");
  return text;
}

// Lines such as "\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f...)".
Result<std::vector<std::pair<Path, Path>>> libraries_of(const Path& program) {
  std::string text = TRY(loader_list(program));
  std::vector<std::pair<Path, Path>> libraries = {{loader, fs::canonical(loader)}};
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = std::string_view(text).substr(at, end - at);
    at = end + 1;
    const size_t arrow = line.find(" => /"), address = line.rfind(" (0x");
    if (arrow == std::string_view::npos || address == std::string_view::npos) continue;
    const Path asked = line.substr(arrow + 4, address - arrow - 4);
    std::error_code error;
    const Path real = fs::canonical(asked, error);
    if (error) return missing(asked.string());
    if (asked != loader) libraries.emplace_back(asked, real);
  }
  return libraries;
}

Path newest_psql_folder() {
  Path best;
  std::error_code error;
  for (fs::directory_iterator it(psql_versions, error), end; !error && it != end; it.increment(error)) {
    const Path folder = it->path() / "bin";
    if (::access((folder / "psql").c_str(), X_OK) == 0 && folder > best) best = folder;
  }
  return best;
}

Path folder_at(const Path& path) {
  std::error_code error;
  return fs::is_directory(path, error) ? fs::canonical(path, error) : Path();
}

}  // namespace

Result<Host> look_around(const Path& own_folder, std::string_view search_path) {
  Host host;
  host.bubblewrap = TRY(find_program("bwrap", search_path));
  host.worker = own_folder / "fvm-worker";
  if (::access(host.worker.c_str(), X_OK) != 0) return missing(host.worker.string());
  host.libraries = TRY(libraries_of(host.worker));
  for (const auto& [asked, real] : host.libraries) {
    if (asked.filename() == "libc.so.6") host.charsets = real.parent_path() / "gconv";
  }
  for (const char* list : {"/usr/lib/file/magic.mgc", "/usr/share/misc/magic.mgc"}) {
    std::error_code error;
    if (host.magic.empty() && fs::is_regular_file(list, error)) host.magic = fs::canonical(list);
  }
  host.psql_folder = newest_psql_folder();
  // Without a pdftotext that runs, PDF files are refused; all other work goes on.
  const auto pdf_text = find_program("pdftotext", search_path);
  const auto libraries = pdf_text.ok() ? libraries_of(*pdf_text) : pdf_text.error();
  if (libraries.ok()) {
    host.pdf_text = *pdf_text;
    for (const auto& library : *libraries) {
      const auto same = [&](const auto& known) { return known.first == library.first; };
      if (std::none_of(host.libraries.begin(), host.libraries.end(), same))
        host.pdf_libraries.push_back(library);
    }
  }
  for (const Path& folder : {own_folder / ".." / "session", own_folder / ".." / "share" / "fvm" / "session"})
    if (host.packages.empty()) host.packages = folder_at(folder);
  return host;
}

}  // namespace fvm::sandbox
