#include "wire/job.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>

#include <boost/json.hpp>
#include <cerrno>

namespace fvm::wire {
namespace {

constexpr size_t result_bytes_max = 64u << 20;
constexpr size_t line_bytes_max = 64u << 10;
constexpr size_t piece_bytes = 64u << 10;

struct Pipe {
  Descriptor read, write;
};

Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return system_error("make a pipe", errno);
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

void never_block(const Descriptor& fd) {
  ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
}

// write() that answers EPIPE when the job has closed its input, whatever the program does with SIGPIPE.
ssize_t write_quietly(int fd, std::string_view bytes) {
  sigset_t broken_pipe, before;
  sigemptyset(&broken_pipe);
  sigaddset(&broken_pipe, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &broken_pipe, &before);
  const ssize_t wrote = ::write(fd, bytes.data(), bytes.size());
  const int number = errno;
  const timespec at_once{};
  if (wrote < 0 && number == EPIPE) ::sigtimedwait(&broken_pipe, nullptr, &at_once);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = number;
  return wrote;
}

// What the job wrote so far, cut into lines for whoever wants to see progress.
class Lines {
 public:
  explicit Lines(const std::function<void(std::string_view)>& on_line) : on_line_(on_line) {}
  void add(std::string_view bytes) {
    rest_ += bytes;
    for (size_t end; (end = rest_.find('\n')) != std::string::npos; rest_.erase(0, end + 1)) {
      say(rest_.substr(0, end));
    }
    if (rest_.size() > line_bytes_max) say(std::exchange(rest_, {}));
  }
  std::string finish() {
    if (!rest_.empty()) say(std::exchange(rest_, {}));
    return last_;
  }

 private:
  void say(std::string line) {
    if (on_line_) on_line_(line);
    if (!line.starts_with("progress ")) last_ = std::move(line);
  }
  const std::function<void(std::string_view)>& on_line_;
  std::string rest_, last_;
};

// The three streams of a running job, and the launcher's word that it has ended.
class Conversation {
 public:
  Conversation(Connection& launcher, const WorkerJob& job, Descriptor in, Descriptor out, Descriptor error)
      : launcher_(launcher),
        document_(job.document),
        in_(std::move(in)),
        out_(std::move(out)),
        error_(std::move(error)),
        ended_(job.ended),
        lines_(job.on_line) {
    for (const Descriptor* fd : {&in_, &out_, &error_}) never_block(*fd);
  }

  Result<Exited> run() {
    std::optional<Result<Exited>> exited;
    while (!exited || out_ || error_) {
      pollfd wanted[] = {{in_.get(), POLLOUT, 0},
                         {out_.get(), POLLIN, 0},
                         {error_.get(), POLLIN, 0},
                         {exited ? -1 : launcher_.descriptor(), POLLIN, 0},
                         {ended_, POLLIN, 0}};
      if (::poll(wanted, 5, -1) < 0 && errno != EINTR) return system_error("wait for a job", errno);
      if (wanted[4].revents != 0) return surroundings("job.ended");  // fvm-launcher sees us go
      if (wanted[0].revents != 0) feed();
      if (wanted[1].revents != 0) read_into(out_, [this](std::string_view bytes) { result_ += bytes; });
      if (wanted[2].revents != 0) read_into(error_, [this](std::string_view bytes) { lines_.add(bytes); });
      if (wanted[3].revents != 0) exited = read_end();
      if (result_.size() > result_bytes_max) return surroundings("job.result_too_large");
    }
    return std::move(*exited);
  }
  std::string& result() { return result_; }
  std::string last_line() { return lines_.finish(); }

 private:
  Result<Exited> read_end() { return Connection::read<Exited>(TRY(launcher_.receive())); }
  void feed() {
    const ssize_t wrote = write_quietly(in_.get(), document_);
    if (wrote < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (wrote < 0) return in_.reset();  // the job closed its input: its result says why
    document_.remove_prefix(static_cast<size_t>(wrote));
    if (document_.empty()) in_.reset();
  }
  void read_into(Descriptor& from, const auto& take) {
    char bytes[piece_bytes];
    const ssize_t got = ::read(from.get(), bytes, sizeof bytes);
    if (got > 0) return take(std::string_view(bytes, static_cast<size_t>(got)));
    if (got == 0 || (errno != EAGAIN && errno != EINTR)) from.reset();
  }

  Connection& launcher_;
  std::string_view document_;
  Descriptor in_, out_, error_;
  int ended_;
  Lines lines_;
  std::string result_;
};

// The error that a job put in its result document, if it did.
std::optional<Error> error_in(std::string_view result) {
  if (!result.starts_with("{\"error\":")) return std::nullopt;
  boost::system::error_code broken;
  const boost::json::value document = boost::json::parse(result, broken);
  if (broken || !document.is_object()) return std::nullopt;
  const auto* error = document.as_object().if_contains("error");
  if (error == nullptr || !error->is_object()) return std::nullopt;
  Failure failure;
  for (const auto& [name, value] : error->as_object()) {
    if (name == "kind" && value.is_int64()) failure.kind = static_cast<uint8_t>(value.as_int64());
    if (name == "code" && value.is_string()) failure.code = value.as_string();
    if (name != "arguments" || !value.is_object()) continue;
    for (const auto& [key, text] : value.as_object()) {
      if (!text.is_string()) continue;
      failure.names.emplace_back(key);
      failure.values.emplace_back(text.as_string());
    }
  }
  return to_error(std::move(failure));
}

Result<Launch> request_of(const WorkerJob& job) {
  Launch launch;
  launch.profile = job.profile;
  launch.label = job.label;
  for (const auto& [outside, mount] : job.mounts) launch.mounts.push_back(mount);
  launch.passed = static_cast<uint8_t>(job.passed.size());
  launch.arguments = job.arguments.empty() ? std::vector{job.profile} : job.arguments;
  launch.memory_mib = job.memory_mib;
  launch.time_seconds = job.time_seconds;
  launch.threads = job.threads;
  if (3 + job.mounts.size() + job.passed.size() > frame_descriptors_max) {
    return defect("job.too_many_descriptors", {{"profile", job.profile}});
  }
  return launch;
}

// A dead job leaves nothing to be recovered from its output; its last words help whoever looks.
Error died(const WorkerJob& job, const Exited& exited, std::string last_line) {
  if (exited.timed_out != 0) return surroundings("job.timed_out", {{"profile", job.profile}});
  if (exited.memory_exhausted != 0) return surroundings("job.memory_exhausted", {{"profile", job.profile}});
  return surroundings("job.died", {{"profile", job.profile},
                                   {"code", std::to_string(exited.code)},
                                   {"signal", std::to_string(exited.signal)},
                                   {"last_line", std::move(last_line)}});
}

}  // namespace

Result<Descriptor> open_for_mount(const Path& outside) {
  Descriptor fd(::open(outside.c_str(), O_PATH | O_CLOEXEC));
  if (!fd && errno == ENOENT) return surroundings("file.missing", {{"file", outside.string()}});
  if (!fd) return system_error("open " + outside.string(), errno);
  return fd;
}

Error with_reason(Error error, int error_pipe) {
  if (error.code != "sandbox.failed") return error;
  char words[4096];
  pollfd wanted{error_pipe, POLLIN, 0};
  const ssize_t got = ::poll(&wanted, 1, 1000) > 0 ? ::read(error_pipe, words, sizeof words) : 0;
  std::string reason(words, got > 0 ? static_cast<size_t>(got) : 0);
  while (!reason.empty() && reason.back() == '\n') reason.pop_back();
  return std::move(error).with("reason", std::move(reason));
}

Result<std::string> run_worker(const Path& launcher_socket, const WorkerJob& job) {
  const Launch launch = TRY(request_of(job));
  Pipe in = TRY(make_pipe()), out = TRY(make_pipe()), error = TRY(make_pipe());
  std::vector<Descriptor> mounted;
  std::vector<int> descriptors = {in.read.get(), out.write.get(), error.write.get()};
  for (const auto& [outside, mount] : job.mounts) {
    descriptors.push_back(mounted.emplace_back(TRY(open_for_mount(outside))).get());
  }
  descriptors.insert(descriptors.end(), job.passed.begin(), job.passed.end());

  Connection launcher = TRY(connect(launcher_socket, "fvm-launcher"));
  auto launched = launcher.call<Launched>(launch, descriptors);
  in.read.reset(), out.write.reset(), error.write.reset();
  if (!launched.ok()) return with_reason(launched.error(), error.read.get());
  Conversation conversation(launcher, job, std::move(in.write), std::move(out.read), std::move(error.read));
  const auto ended = conversation.run();
  const std::string last_line = conversation.last_line();
  if (!ended.ok() && ended.error().code == "sandbox.failed")
    return Error(ended.error()).with("reason", last_line);
  const Exited exited = TRY(ended);
  if (auto told = error_in(conversation.result())) return std::move(*told);
  if (exited.code != 0 || exited.timed_out != 0) return died(job, exited, last_line);
  return std::move(conversation.result());
}

}  // namespace fvm::wire
