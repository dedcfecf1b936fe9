#include "steward/desktop.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "account/service.hpp"
#include "base/log.hpp"
#include "safetable/counter.hpp"
#include "wire/messages_desk.hpp"

namespace fvm::steward {
namespace {

constexpr int start_milliseconds_max = 25'000, screen_milliseconds_max = 2'000;
constexpr int look_milliseconds = 500;
constexpr int64_t minute = 60'000'000;
constexpr const char* command = "/opt/fvm/desktop/start";
constexpr char screen_ready = 'y';

void wake_up(const Descriptor& event) {
  const uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(event.get(), &one, sizeof one);
}

Result<Descriptor> make_event() {
  Descriptor event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!event) return system_error("watch a desktop", errno);
  return event;
}

// The sandbox may send what it likes: one byte, and with it one stream socket.
Result<Descriptor> receive_screen(int door) {
  char word = 0;
  iovec text{&word, 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> room{};
  msghdr message{};
  message.msg_iov = &text;
  message.msg_iovlen = 1;
  message.msg_control = room.data();
  message.msg_controllen = room.size();
  if (::recvmsg(door, &message, MSG_CMSG_CLOEXEC) != 1) return surroundings("desktop.did_not_start");
  Descriptor screen;
  const cmsghdr* const head = CMSG_FIRSTHDR(&message);
  if (head != nullptr && head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS &&
      head->cmsg_len == CMSG_LEN(sizeof(int))) {
    int number = -1;
    std::memcpy(&number, CMSG_DATA(head), sizeof number);
    screen.reset(number);
  }
  int kind = 0, family = 0;
  socklen_t size = sizeof kind;
  const bool is_stream = screen && ::getsockopt(screen.get(), SOL_SOCKET, SO_TYPE, &kind, &size) == 0 &&
                         ::getsockopt(screen.get(), SOL_SOCKET, SO_DOMAIN, &family, &size) == 0 &&
                         kind == SOCK_STREAM && family == AF_UNIX;
  if (word != screen_ready || !is_stream) return surroundings("desktop.did_not_start");
  return screen;
}

}  // namespace

Result<std::unique_ptr<Desktop>> Desktop::start(const Setting& setting, const DesktopOrder& order) {
  std::unique_ptr<Desktop> desktop(new Desktop(setting, order));
  const auto begun = desktop->begin();
  if (begun.ok()) {
    const auto screen = desktop->connect_screen(start_milliseconds_max);  // it is up
    if (screen.ok()) {
      desktop->thread_ = std::thread([self = desktop.get()] { self->accompany(); });
      return desktop;
    }
    desktop->ending_ = enclave::Ending::failed;
    desktop->close();
    return screen.error();
  }
  if (desktop->held_) {
    desktop->ending_ = enclave::Ending::failed;
    desktop->close();
  }
  return begun.error();
}

Result<void> Desktop::begin() {
  const auto& [world, instance, config, readers] = setting_;
  const auto ledger = TRY(audit::Ledger::open(world, instance.audit(), instance.store_file(), {}));
  held_ = TRY(enclave::begin(world, *ledger, instance, config, order_.project, order_.user, "desktop"));
  session_ = enclave::session_name(held_->session.number);
  started_ = viewed_ = held_->session.started;
  wake_ = TRY(make_event());
  tables_end_ = TRY(make_event());
  auto door = TRY(wire::pair());
  auto tables = TRY(wire::pair());
  enclave::Wanted wanted{{command}, {"FVM_LANG=" + order_.language}};
  wanted.tables = tables.second.descriptor();
  wanted.screen = door.second.descriptor();
  running_.emplace(TRY(enclave::start(instance, config, *held_, wanted)));
  running_->streams.in.reset();
  for (const Descriptor* stream : {&running_->streams.out, &running_->streams.error})
    ::fcntl(stream->get(), F_SETFL, ::fcntl(stream->get(), F_GETFL) | O_NONBLOCK);
  door_ = std::move(door.first);
  tables_ = std::move(tables.first);
  tables_ledger_ = TRY(audit::Ledger::open(world, instance.audit(), instance.store_file(), {}));
  tables_thread_ = std::thread([this] {
    safetable::serve_session(
        {setting_.world, setting_.instance, setting_.config, *tables_ledger_, tables_end_.get()},
        {order_.project, order_.user, safetable::Seat::session}, *tables_);
    ::shutdown(tables_->descriptor(), SHUT_RDWR);
  });
  return {};
}

Desktop::~Desktop() {
  end();
  if (thread_.joinable()) thread_.join();
}

void Desktop::end() {
  stop_ = true;
  if (wake_) wake_up(wake_);
}

void Desktop::belongs_to(const std::string& login) {
  const std::lock_guard lock(mutex_);
  order_.login = login;
}

Result<Descriptor> Desktop::connect_screen(int milliseconds) {
  // A sandbox that does not answer holds up one caller at a time, and no thread of anybody else's.
  const std::unique_lock lock(door_mutex_, std::try_to_lock);
  if (!lock) return surroundings("desktop.busy");
  if (!door_ || stop_ || over_) return refused("desktop.over");
  const char wish = 'c';
  if (::send(door_->descriptor(), &wish, 1, MSG_NOSIGNAL) != 1) return surroundings("desktop.did_not_start");
  pollfd wanted{door_->descriptor(), POLLIN, 0};
  if (::poll(&wanted, 1, milliseconds) != 1) return surroundings("desktop.did_not_start");
  return receive_screen(door_->descriptor());
}

Result<void> Desktop::show(wire::Connection viewer) {
  auto screen = connect_screen(screen_milliseconds_max);
  if (!screen.ok()) return viewer.send(wire::to_failure(screen.error()));
  TRY(viewer.send(wire::ScreenTaken{}, {screen->get()}));
  {
    const std::lock_guard lock(mutex_);
    next_ = std::move(viewer);
  }
  wake_up(wake_);
  return {};
}

void Desktop::accompany() {
  while (step()) {
  }
  close();
}

bool Desktop::step() {
  pollfd wanted[] = {{running_->launcher.descriptor(), POLLIN, 0},
                     {running_->streams.out.get(), POLLIN, 0},
                     {running_->streams.error.get(), POLLIN, 0},
                     {wake_.get(), POLLIN, 0},
                     {viewer_ ? viewer_->descriptor() : -1, POLLIN, 0}};
  if (::poll(wanted, 5, look_milliseconds) < 0 && errno != EINTR) return false;
  if (wanted[0].revents != 0) return read_end(), false;
  if (wanted[1].revents != 0) discard(running_->streams.out);
  if (wanted[2].revents != 0) discard(running_->streams.error);
  if (wanted[4].revents != 0) lose_viewer();
  if (wanted[3].revents != 0) {
    uint64_t count = 0;
    [[maybe_unused]] const auto got = ::read(wake_.get(), &count, sizeof count);
    swap_viewer();
  }
  if (stop_ || !may_stay()) {
    ending_ = enclave::Ending::stopped;
    return false;
  }
  return true;
}

void Desktop::read_end() {
  const auto told = running_->launcher.receive(0);
  const auto exited = told.ok() ? wire::Connection::read<wire::Exited>(*told) : told.error();
  ending_ = !exited.ok()             ? enclave::Ending::failed
            : exited->timed_out != 0 ? enclave::Ending::timed_out
                                     : enclave::Ending::exited;
  code_ = exited.ok() ? exited->code : static_cast<int>(exited.error().kind);
}

// What the desktop's own programs print is nobody's: it may be rows.
void Desktop::discard(Descriptor& stream) {
  std::array<char, 4096> piece;
  const ssize_t got = ::read(stream.get(), piece.data(), piece.size());
  if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) stream.reset();
}

void Desktop::swap_viewer() {
  std::optional<wire::Connection> came;
  {
    const std::lock_guard lock(mutex_);
    came.swap(next_);
  }
  if (!came) return;
  if (viewer_) lose_viewer();
  viewer_ = std::move(came);
  viewer_came_ = setting_.world.now();
  shown_ = true;
  note("desktop.shown", {});
}

void Desktop::lose_viewer() {
  viewer_.reset();
  shown_ = false;
  viewed_ = setting_.world.now();
  note("desktop.left",
       {{"seconds", std::to_string((viewed_.microseconds - viewer_came_.microseconds) / 1'000'000)}});
}

// Logging out at the portal ends it, and so does a desktop's being left alone for too long. That a login was
// idle does not: its user is here.
bool Desktop::may_stay() {
  const Time now = setting_.world.now();
  if (now.microseconds - looked_.microseconds < int64_t{look_milliseconds} * 1000) return true;
  looked_ = now;
  const bool away = !viewer_ && now.microseconds - viewed_.microseconds >
                                    int64_t{setting_.config.desk.away_minutes} * minute;
  if (away) return false;
  std::string login;
  {
    const std::lock_guard lock(mutex_);
    login = order_.login;
  }
  if (login.empty()) return true;
  const auto lent = setting_.readers.lend();
  if (!lent.ok()) return true;  // the store is busy: asked again
  const store::Database& store = *lent;
  const auto why = account::why_ended(store, login);
  return !why.ok() || !*why || **why == "idle" || **why == "too many";
}

void Desktop::note(const std::string& action, std::vector<std::pair<std::string, std::string>> facts) {
  facts.insert(facts.begin(), {{"project", order_.project}, {"user", order_.user}});
  const auto ledger =
      audit::Ledger::open(setting_.world, setting_.instance.audit(), setting_.instance.store_file(), {});
  const auto written = ledger.ok() ? (*ledger)->record({order_.user, action, session_, std::move(facts)})
                                   : Result<void>(ledger.error());
  if (written.ok()) return;
  log_error("desktop not on record", written.error());
  stop_ = true;  // no record, no screen
}

// Closing the launcher's connection ends the sandbox, and with it the screen, whoever shows it.
void Desktop::close() {
  running_.reset();
  {
    const std::lock_guard lock(door_mutex_);
    door_.reset();
  }
  if (viewer_) lose_viewer();
  {
    const std::lock_guard lock(mutex_);
    next_.reset();
  }
  if (tables_) {
    wake_up(tables_end_);
    ::shutdown(tables_->descriptor(), SHUT_RDWR);
  }
  if (tables_thread_.joinable()) tables_thread_.join();
  const auto& [world, instance, config, readers] = setting_;
  const auto ledger = audit::Ledger::open(world, instance.audit(), instance.store_file(), {});
  const auto ended = ledger.ok() ? enclave::end(world, **ledger, instance, std::move(*held_), ending_, code_)
                                 : Result<enclave::Ending>(ledger.error());
  if (!ended.ok()) log_error("desktop's end not on record", ended.error());
  over_ = true;
}

}  // namespace fvm::steward
