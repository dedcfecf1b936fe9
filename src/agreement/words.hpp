// What an application would give access to, in words: made from the specification that is compiled
// (extract/describe.hpp), so that whoever decides reads what will be built.
#pragma once

#include <boost/json/object.hpp>
#include <optional>

#include "agreement/service.hpp"

namespace fvm::agreement {

// {"version", "read", "da": {"population": [sentences], "tables": [{"table", "rows": [sentences]}]}, "en":
// …}. "read" is false, and there are no words, of a text that the compiler cannot read yet. Who may see the
// text may see its words; "casework.unknown", "casework.no_version".
Result<boost::json::object> words_of(const Setting& setting, std::string_view number, std::string_view user,
                                     std::optional<int64_t> version);

}  // namespace fvm::agreement
