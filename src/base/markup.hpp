// Text in HTML and XML.
#pragma once

#include <string>
#include <string_view>

namespace fvm {

// `text` between tags or in double quotes: & < > " as entities, everything else as it is.
std::string escape_markup(std::string_view text);

}  // namespace fvm
