#include "fvm/session_tables.hpp"

#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "safetable/counter.hpp"

namespace fvm::cli {
namespace {

// Signals are for the thread that relays.
class WithoutSignals {
 public:
  WithoutSignals() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~WithoutSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

}  // namespace

Result<std::unique_ptr<SessionTables>> SessionTables::begin(const Context& context, const Services& services,
                                                            const enclave::Held& held) {
  std::unique_ptr<SessionTables> tables(new SessionTables);
  auto ends = TRY(wire::pair());
  tables->inside_ = ends.first.take();
  tables->outside_ = std::move(ends.second);
  tables->ended_.reset(::eventfd(0, EFD_CLOEXEC));
  if (!tables->ended_) return system_error("watch a session", errno);
  const WithoutSignals without_signals;  // also for the threads of its ledger
  tables->ledger_ = TRY(open_ledger(context, services.instance));
  tables->thread_ = std::thread(
      [self = tables.get(), &context, &services, &held] { self->serve(context, services, held); });
  return tables;
}

void SessionTables::serve(const Context& context, const Services& services, const enclave::Held& held) {
  safetable::serve_session({context.world, services.instance, services.config, *ledger_, ended_.get()},
                           {held.session.project, held.session.user, safetable::Seat::session}, *outside_);
  ::shutdown(outside_->descriptor(), SHUT_RDWR);  // whoever asks after this is told at once
}

SessionTables::~SessionTables() {
  if (!thread_.joinable()) return;
  const uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(ended_.get(), &one, sizeof one);
  ::shutdown(outside_->descriptor(), SHUT_RDWR);
  thread_.join();
}

}  // namespace fvm::cli
