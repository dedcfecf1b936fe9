// Documents of cases for fvm-portal, which opens no foreign file and starts no job: looked at in the sandbox,
// kept, handed out, removed.
#pragma once

#include "config/instance.hpp"
#include "steward/callers.hpp"
#include "wire/messages.hpp"
#include "wire/tables.hpp"

namespace fvm::steward {

// Limits.
inline constexpr size_t attachments_at_once_max = 4;

class Attachments {
 public:
  Attachments(World& world, const config::Instance& instance, const config::Config& config)
      : world_(world), instance_(instance), config_(config) {}
  Attachments(const Attachments&) = delete;
  Attachments& operator=(const Attachments&) = delete;

  // Answers in a thread of its own (AttachmentList, AttachmentView or Removed in web/src/shapes.ts), or
  // Failure; "attachment.busy".
  void take(wire::Connection caller, wire::AskAttachment asked);

 private:
  Result<wire::TableAnswer> answer(const wire::AskAttachment& asked);

  World& world_;
  const config::Instance& instance_;
  const config::Config& config_;
  Callers callers_{attachments_at_once_max, surroundings("attachment.busy")};  // last: its threads end first
};

}  // namespace fvm::steward
