// Sends what is approved. One mail at a time; nothing leaves unless the state is `sending`, the kept bytes
// have the approved SHA-256 and the recipient stands on the institution's list at that moment.
//
// SMTP cannot be exactly once without the receiver's help: between "the server has the bytes" and "we know
// that it has" a crash leaves doubt. We choose at most once: a mail whose bytes may have left and whose
// answer is unknown is held until a person has asked the receiver (Message-ID is on record and the same in
// every try).
//
// Where the author's institution gets links instead of attachments, the mail holds no byte of the result: the
// link is made anew in every try, in the transaction that begins it, so only the newest mail's link holds.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "audit/ledger.hpp"
#include "config/instance.hpp"
#include "net/mail.hpp"
#include "net/smtp.hpp"
#include "release/copies.hpp"
#include "release/link.hpp"
#include "release/types.hpp"

namespace fvm::courier {

// How a mail goes out: from, to, message, before_piece; as net::send.
using Send = std::function<net::Delivered(const std::string&, const std::string&, std::string_view,
                                          const std::function<Result<void>()>&)>;
Send send_through(const config::Config& config);

class Dispatcher {
 public:
  Dispatcher(World& world, audit::Ledger& ledger, const config::Instance& instance,
             const config::Config& config, release::KeptCopies copies, release::Vouch vouch, Send send)
      : world_(world),
        ledger_(ledger),
        instance_(instance),
        config_(config),
        copies_(std::move(copies)),
        vouch_(std::move(vouch)),
        send_(std::move(send)) {}

  // Everything that is due; first what a crash left behind. `wanted`: this release is due whatever its pause
  // says. Returns how many left. One that fails is logged and does not hold up the others.
  Result<size_t> run_once(std::string_view wanted = {});

 private:
  struct Ready {
    std::vector<net::Attachment> files;
    std::optional<release::NewLink> link;
  };
  Result<bool> send_one(const std::string& number);
  Result<Ready> make_ready(const release::Request& request);
  Result<void> take_up(const std::string& number, bool bytes_may_have_left);
  Result<std::vector<net::Attachment>> attachments_of(const release::Request& request);
  Result<std::optional<release::NewLink>> link_for(const release::Request& request);
  Result<std::string> message_of(const release::Request& request, const std::string& message_id,
                                 std::vector<net::Attachment> files,
                                 const std::optional<release::NewLink>& link);
  Result<release::Request> start(const release::Request& before, const std::optional<release::NewLink>& link);
  Result<bool> send_started(const release::Request& request, std::vector<net::Attachment> files,
                            const std::optional<release::NewLink>& link);
  Result<void> begin_data(const std::string& number, const std::string& message_id);
  Result<bool> settle_stopped(const release::Request& request, const net::Delivered& delivered);
  Result<bool> settle(const release::Request& request, const net::Delivered& delivered);
  Result<void> hold(const std::string& number, const std::string& reason);

  World& world_;
  audit::Ledger& ledger_;
  const config::Instance& instance_;
  const config::Config& config_;
  const release::KeptCopies copies_;
  const release::Vouch vouch_;  // for one-time links, and that what leaves was checked
  Send send_;
};

}  // namespace fvm::courier
