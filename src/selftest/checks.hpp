// The checks, one file each. An error means that it could not be tried. Private to this room.
#pragma once

#include "selftest/types.hpp"

namespace fvm::selftest {

// What a check found; its name is in the table of service.cpp.
struct Found {
  uint64_t tried = 0;
  std::vector<std::string> failed;  // which of them
  bool nothing = false;             // there is nothing to look at yet
};

// The ledger's files against the public key. The control: one byte of a copy is changed, and it is found.
Result<Found> check_ledger(const Setting& setting);
// Every way out of a session, tried by a process in one (runner/probe.hpp). The control: from outside, the
// same bait is reached; inside, what a session needs works.
Result<Found> check_sandbox(const Setting& setting);
// fvm-keeper and fvm-launcher, asked without the key that lies beside their sockets. The control: with it.
Result<Found> check_powers(const Setting& setting);
// A file with made-up personal numbers is stopped, and what ClamAV must know is known. The control: a table
// of counts is not stopped.
Result<Found> check_scanner(const Setting& setting);
// The kept copies, as the newest look of the store at itself found them.
Result<Found> check_copies(const Setting& setting);
// The ledgers of released tables against store and chain.
Result<Found> check_tables(const Setting& setting);

}  // namespace fvm::selftest
