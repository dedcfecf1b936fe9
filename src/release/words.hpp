// The keeper's word on what became of a file. The store is the portal's to write, and a portal may be taken
// over: whoever can write in the store alone can have no bytes checked for another project than the one from
// whose /outbox they were captured, and have nothing sent or shown that the check refused.
//
// A word is an HMAC by fvm-keeper, which answers nobody without its key (wire/power.hpp), over what is meant,
// the project and the SHA-256. It stands beside the file's digest in the store. Why: docs/architecture/0047.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "release/types.hpp"

namespace fvm::release {

// The keeper's word on a text, 32 bytes; "wire.not_running" while it is down.
using Vouch = std::function<Result<std::string>(const std::string& text)>;

// kept: captured from an /outbox of the project. checked: so, and the check did not refuse it.
enum class Word { kept, checked };

// Hexadecimal.
Result<std::string> word_on(const Vouch& vouch, Word word, const std::string& project,
                            const std::string& sha256);
// That there is such a word on each of the files; a checked one is a kept one too. "release.not_checked"
// (refused).
Result<void> require_words(const Vouch& vouch, Word word, const Request& request,
                           const std::vector<File>& files);

}  // namespace fvm::release
