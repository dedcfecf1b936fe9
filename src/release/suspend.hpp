// What a closing does to mail in flight, and what its end gives back. Part of the transaction that closes or
// reopens; each request that moves has a record of its own in it.
#pragma once

#include <string>

#include "release/service.hpp"

namespace fvm::release {

// Every request that could leave and whose author or project is closed now becomes `held`; how many. So
// nobody who is closed has anything approved or in `sending` (invariant 8), and nobody else loses anything. A
// mail that is being sent is broken off between two pieces (courier).
Result<size_t> hold_closed(audit::Writer& writer, const std::string& reference);

// Every request that a closing alone holds, and that no closing covers any more, is approved again; how many.
// What somebody else held stays held, and so does a mail of which nobody knows whether it arrived.
Result<size_t> restore_open(audit::Writer& writer, const std::string& reference);

}  // namespace fvm::release
