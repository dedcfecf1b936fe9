// Where our programs' own files lie: beside the programs, installed or in a checkout.
#pragma once

#include "base/world.hpp"

namespace fvm::config {

Path web_folder();               // the built pages
Path common_passwords_folder();  // passwords that are guessed first

}  // namespace fvm::config
