// What the public pages say, read from the store: nothing of it is secret, and nothing here opens register
// data.
#pragma once

#include "api/facts.hpp"
#include "config/instance.hpp"

namespace fvm {

// `config` and `instance` must outlive it. The catalogue is read once for each of its versions.
api::ServiceFacts facts_of(const config::Config& config, const config::Instance& instance);

}  // namespace fvm
