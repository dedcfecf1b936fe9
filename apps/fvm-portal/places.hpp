// Where the portal's own files lie: beside the programs, installed or in a checkout.
#pragma once

#include "base/world.hpp"

namespace fvm {

Path web_folder();             // the built pages
Path common_passwords_file();  // passwords that are guessed first

}  // namespace fvm
