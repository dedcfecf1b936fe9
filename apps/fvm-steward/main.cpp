// PURPOSE   Does by itself what is due by the clock: fvm-steward --instance DIR walks a table of duties
//           (src/steward/duties.cpp). SIGUSR1, or the message Wake on its socket, makes it look at once.
// SECURITY  Never touches the network, holds no key, opens no register data: what must be read is read by a
//           job in a sandbox, which it has fvm-launcher start, as `fvm` does. Takes no orders but "look now",
//           "how are you" and "a table", from its own user alone.
//           Makes safe tables for fvm-portal, which may start no job: as the user and in the project that the
//           portal names, by the rules that hold in a session. Keeps documents of cases for it: what one is
//           says a job in the sandbox. Looks into the outboxes of open sessions, and
//           of whoever asks for his own: has the files scanned in the sandbox, and sends nothing.
//           Starts desktops and holds them (desktops.hpp): fvm-portal may ask for one, but gets a ticket
//           alone; only whoever shows the key beside the socket, as fvm-desk does, gets a screen, and only of
//           those.
// LIMITS    One thread per duty, a duty at most once at a time; one caller after the other; three tables;
//           two scans of outboxes.
// BUGS      A duty that hangs is not cut short: `fvm down` ends it after ten seconds. Every duty bears that.
#include <signal.h>
#include <sys/signalfd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "base/log.hpp"
#include "steward/attachments.hpp"
#include "steward/checks.hpp"
#include "steward/desktops.hpp"
#include "steward/duties.hpp"
#include "steward/orders.hpp"
#include "steward/outlooks.hpp"
#include "steward/service.hpp"
#include "steward/tables.hpp"
#include "wire/daemon.hpp"

namespace {

using namespace fvm;

// These signals become readable instead of deadly, for this thread and those it starts.
Result<Descriptor> signals() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int number : {SIGTERM, SIGINT, SIGUSR1}) ::sigaddset(&set, number);
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  Descriptor readable(::signalfd(-1, &set, SFD_CLOEXEC));
  if (!readable) return system_error("wait for signals", errno);
  return readable;
}

Result<void> run(const Path& folder) {
  World& world = real_world();
  const config::Instance instance(std::filesystem::absolute(folder));
  const config::DeskConfig config = TRY(config::read_desk_config(world, instance.config_file()));
  const Descriptor readable = TRY(signals());
  auto listener = TRY(wire::handed_or_made(instance.steward_socket()));
  {
    const auto ledger = TRY(audit::Ledger::open(world, instance.audit(), instance.store_file(), {}));
    TRY(steward::migrate(*ledger));
  }
  steward::Tables tables(world, instance, config);
  steward::Outlooks outlooks(world, instance, config);
  steward::Orders orders(world, instance);
  steward::Checks checks(world, instance, config);
  steward::Attachments attachments(world, instance, config);
  steward::Desktops desktops(world, instance, config);
  const auto door = TRY(wire::Door::beside(world, instance.steward_socket()));
  steward::Takers takers{[&](wire::Connection caller, wire::AskTableAs asked) {
                           tables.take(std::move(caller), std::move(asked));
                         },
                         [&](wire::Connection caller, wire::AskOutlook asked) {
                           outlooks.take(std::move(caller), std::move(asked));
                         },
                         [&](wire::Connection caller, wire::AskOrder asked) {
                           orders.take(std::move(caller), std::move(asked));
                         },
                         [&](wire::Connection caller, wire::AskCheck asked) {
                           checks.take(std::move(caller), std::move(asked));
                         }};
  takers.attachment = [&](wire::Connection caller, wire::AskAttachment asked) {
    attachments.take(std::move(caller), std::move(asked));
  };
  takers.desktop = [&](wire::Connection caller, wire::AskDesktop asked) {
    desktops.ask(std::move(caller), std::move(asked));
  };
  takers.ticket = [&](wire::Connection caller, wire::RedeemTicket asked) {
    desktops.redeem(std::move(caller), std::move(asked));
  };
  takers.screen = [&](wire::Connection caller, wire::TakeScreen asked) {
    desktops.take_screen(std::move(caller), std::move(asked));
  };
  takers.refusal = [&](wire::Connection caller, wire::NoteRefusal asked) {
    desktops.note_refusal(std::move(caller), std::move(asked));
  };
  return steward::serve(steward::duties(world, instance, config), listener, readable.get(), FVM_VERSION, door,
                        takers);
}

}  // namespace

int main(int argc, char** argv) {
  log_as("fvm-steward");
  if (argc != 3 || std::string_view(argv[1]) != "--instance") {
    std::fprintf(stderr, "fvm-steward --instance DIR; started by \"fvm up\"\n");
    return static_cast<int>(Kind::usage);
  }
  const auto done = run(argv[2]);
  if (done.ok()) return 0;
  log_error("ended", done.error());
  return static_cast<int>(done.error().kind);
}
