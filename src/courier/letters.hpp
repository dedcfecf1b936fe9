// Mails letters (notify/letters.hpp): what a step of a case wrote to somebody. Every try is a record in the
// ledger. At least once, with the same Message-ID in every try; after `notify::tries_max` tries, or when the
// server refuses it for good, the letter has failed and the caseworkers are told.
#pragma once

#include "courier/dispatch.hpp"
#include "notify/letters.hpp"

namespace fvm::courier {

class LetterSender {
 public:
  LetterSender(World& world, audit::Ledger& ledger, const config::Config& config, Send send)
      : world_(world), ledger_(ledger), config_(config), send_(std::move(send)) {}

  // Everything that is due; how many left. One that fails is logged and does not hold up the others.
  Result<size_t> run_once();

 private:
  Result<bool> send_one(int64_t id);
  Result<bool> settle(const notify::Letter& letter, const net::Delivered& delivered);
  Result<void> give_up(const notify::Letter& letter, const std::string& why);
  Result<std::string> message_of(const notify::Letter& letter) const;

  World& world_;
  audit::Ledger& ledger_;
  const config::Config& config_;
  Send send_;
};

}  // namespace fvm::courier
