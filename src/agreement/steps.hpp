// What this room does inside casework's transactions. Private to this room.
#pragma once

#include "agreement/service.hpp"

namespace fvm::agreement {

// The agreements of a case that has just been granted. Refused when its specification cannot be built, so
// that nothing is granted that cannot be given.
Result<void> make_agreements(const Setting& setting, audit::Writer& writer, const casework::Case& about);

// As the compiler will read it in the end; `findings`, if given, gets all of them.
Result<Compiled> compile_case(const Setting& setting, const store::Database& store,
                              const casework::Case& about, std::vector<extract::Finding>* findings = nullptr);

}  // namespace fvm::agreement
