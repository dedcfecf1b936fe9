// From an application to the access specification that is signed and compiled.
#pragma once

#include <string>
#include <string_view>

#include "casework/document.hpp"

namespace fvm::agreement {

// The access specification (interfaces.md) of `application` under the project number `number`: header from
// the form, population and grants as the application has them, with every variable that was ordered and
// nothing else. The same application gives the same text, whatever order its keys were written in. Pure;
// whether it can be built is for compile() to say.
std::string specification_of(const casework::Application& application, std::string_view number);

}  // namespace fvm::agreement
