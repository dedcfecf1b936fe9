#include "courier/service.hpp"

#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <thread>
#include <vector>

#include "audit/ledger.hpp"
#include "base/log.hpp"
#include "courier/checks.hpp"
#include "courier/dispatch.hpp"
#include "courier/letters.hpp"
#include "identity/service.hpp"
#include "release/link.hpp"
#include "release/look.hpp"
#include "release/progress.hpp"
#include "release/store.hpp"
#include "wire/tables.hpp"

namespace fvm::courier {
namespace {

// What the callers' threads and the sending thread share.
struct Wanted {
  std::string number;      // empty: whatever is due
  bool unchecked = false;  // it may stand before review
};
struct Bell {
  std::mutex mutex;
  std::condition_variable rung;
  std::vector<Wanted> wanted;  // releases that somebody asked to send now
  bool stop = false;

  void ring(Wanted asked) {
    const std::lock_guard lock(mutex);
    if (wanted.size() < callers_max) wanted.push_back(std::move(asked));
    rung.notify_one();
  }
  // Waits until rung, stopped or `milliseconds` have passed; false: stop.
  bool wait(int milliseconds, std::vector<Wanted>& numbers) {
    std::unique_lock lock(mutex);
    rung.wait_for(lock, std::chrono::milliseconds(milliseconds), [this] { return stop || !wanted.empty(); });
    numbers = std::exchange(wanted, {});
    return !stop;
  }
  void end() {
    const std::lock_guard lock(mutex);
    stop = true;
    rung.notify_one();
  }
};

// One caller at a time has a thread of his own; the places are counted.
class Callers {
 public:
  Callers(World& world, const config::Instance& instance, const config::Config& config, Bell& bell,
          std::string version)
      : world_(world),
        instance_(instance),
        copies_(world, instance, release::keeper_keys(instance)),
        vouch_(release::keeper_vouches(instance)),
        bell_(bell),
        version_(std::move(version)),
        show_(release::real_show(instance, config)) {}

  void take(wire::Connection connection) {
    if (busy_ >= callers_max) return;  // closed unanswered: the caller sees "wire.closed"
    ++busy_;
    std::thread([this, caller = std::move(connection)]() mutable {
      serve(caller);
      --busy_;
    }).detach();
  }
  void wait_until_idle() const {
    while (busy_ > 0) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }

 private:
  void serve(wire::Connection& caller) {
    const auto peer = caller.peer();
    if (!peer.ok() || peer->uid != ::geteuid()) return;
    for (;;) {
      auto frame = caller.receive(caller_idle_milliseconds);
      if (!frame.ok()) return;
      ++served_;
      if (!answer(caller, *frame).ok()) return;
    }
  }

  Result<void> answer(wire::Connection& caller, const wire::Frame& frame) {
    if (frame.type == wire::Type::get_status) {
      return caller.send(wire::Status{"fvm-courier", version_, ::getpid(), served_});
    }
    if (frame.type == wire::Type::send_release) {
      auto request = wire::decode<wire::SendRelease>(frame.body);
      if (!request.ok()) return caller.send(wire::to_failure(request.error()));
      bell_.ring({request->release, true});
      return caller.send(wire::Done{});
    }
    if (frame.type == wire::Type::capture) {
      const auto kept = capture(frame);
      if (!kept.ok()) return caller.send(wire::to_failure(kept.error()));
      return caller.send(wire::Captured{kept->sha256, kept->bytes});
    }
    if (frame.type == wire::Type::look) {
      return wire::answer_table(caller, look(frame));
    }
    if (frame.type == wire::Type::fetch_link) {
      const auto fetched = fetch(frame);
      if (!fetched.ok()) return caller.send(wire::to_failure(fetched.error()));
      return caller.send(wire::LinkBytes{fetched->name, fetched->sha256, fetched->bytes},
                         {fetched->memory.get()});
    }
    return caller.send(wire::to_failure(surroundings("wire.broken_message")));
  }

  // Whoever asks: the token, the keeper's word and the states say what is handed out.
  Result<release::LinkFetched> fetch(const wire::Frame& frame) {
    const auto asked = TRY(wire::decode<wire::FetchLink>(frame.body));
    const Place place(fetching_);
    if (place.number > fetches_max) return surroundings("release.looks_busy");
    const auto ledger = TRY(audit::Ledger::open(world_, instance_.audit(), instance_.store_file(), {}));
    return release::fetch_link(world_, *ledger, copies_, vouch_,
                               {asked.release, asked.token, asked.user, asked.position});
  }

  // Each look has a ledger of its own: a reading handle belongs to one thread.
  Result<wire::TableAnswer> look(const wire::Frame& frame) {
    const auto asked = TRY(wire::decode<wire::Look>(frame.body));
    const Place place(looking_);
    if (place.number > looks_max) return surroundings("release.looks_busy");
    const auto ledger = TRY(audit::Ledger::open(world_, instance_.audit(), instance_.store_file(), {}));
    return wire::TableAnswer{TRY(release::look(*ledger, copies_, vouch_, show_,
                                               {asked.release, asked.user, asked.revision, asked.position})),
                             {}};
  }

  Result<release::Kept> capture(const wire::Frame& frame) {
    const auto request = TRY(wire::decode<wire::Capture>(frame.body));
    if (frame.descriptors.size() != 1) return surroundings("wire.broken_message");
    const uint64_t bytes_max = std::min<uint64_t>(request.bytes_max, release::kept_bytes_max);
    const auto kept = TRY(copies_.keep(frame.descriptors[0].get(), bytes_max));
    log_event("kept", {{"release", request.release}, {"bytes", std::to_string(kept.bytes)}});
    return kept;
  }

  World& world_;
  const config::Instance& instance_;
  const release::KeptCopies copies_;
  const release::Vouch vouch_;
  Bell& bell_;
  std::string version_;
  const release::Show show_;
  // One of the counted places, for as long as it lives.
  struct Place {
    explicit Place(std::atomic<size_t>& taken) : all(taken), number(++taken) {}
    ~Place() { --all; }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    std::atomic<size_t>& all;
    const size_t number;
  };
  std::atomic<size_t> busy_{0}, looking_{0}, fetching_{0};
  std::atomic<uint64_t> served_{0};
};

void send_loop(World& world, const config::Instance& instance, const config::Config& config,
               audit::Ledger& ledger, Bell& bell) {
  Dispatcher dispatcher(world, ledger, instance, config,
                        release::KeptCopies(world, instance, release::keeper_keys(instance)),
                        release::keeper_vouches(instance), send_through(config));
  LetterSender letters(world, ledger, config, send_through(config));
  // What was checked may leave at once: it rings, and the bell outlives the checks.
  Checks checks(world, instance, config, [&bell](const std::string& number) { bell.ring({number, false}); });
  std::vector<Wanted> wanted;
  do {
    const auto due = release::due_before_review(world, ledger.database(), unfinished_idle_seconds);
    if (!due.ok()) log_error("unfinished", due.error());
    for (const std::string& number : due.ok() ? *due : std::vector<std::string>()) checks.take(number);
    if (const auto sent = letters.run_once(); !sent.ok()) log_error("letters", sent.error());
    wanted.emplace_back();
    for (const Wanted& each : wanted) {
      // What somebody has begun where there are no files (the portal) is captured and checked now.
      if (each.unchecked) checks.take(each.number);
      const auto sent = dispatcher.run_once(each.number);
      if (!sent.ok()) log_error("dispatch", sent.error());
    }
  } while (bell.wait(look_milliseconds, wanted));
}

bool readable(int fd, int listener) {
  pollfd wanted[] = {{fd, POLLIN, 0}, {listener, POLLIN, 0}};
  return ::poll(wanted, 2, -1) > 0 && wanted[0].revents != 0;
}

}  // namespace

Result<void> serve(World& world, const config::Instance& instance, const config::Config& config,
                   wire::Listener& listener, int stop, const std::string& version) {
  auto ledger = TRY(audit::Ledger::open(world, instance.audit(), instance.store_file(), {}));
  TRY(identity::migrate(*ledger));
  TRY(release::migrate(*ledger));
  Bell bell;
  Callers callers(world, instance, config, bell, version);
  std::thread sender([&] { send_loop(world, instance, config, *ledger, bell); });
  while (!readable(stop, listener.descriptor())) {
    auto caller = listener.accept(0);
    if (caller.ok()) callers.take(std::move(*caller));
  }
  bell.end();
  sender.join();
  callers.wait_until_idle();
  return {};
}

}  // namespace fvm::courier
