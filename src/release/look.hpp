// What a reviewer sees of a kept file. Kept files are opened by the courier alone, read by a job in a
// sandbox, and what that says is bounded and put together anew here; one record in the ledger for each look.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "release/progress.hpp"
#include "release/store.hpp"

namespace fvm::release {

struct LookAt {
  std::string number, user;
  uint32_t revision = 0;  // 0: the present one
  uint32_t position = 0;  // of the file, from 1
};
// Reads the kept file in a sandbox; the job's own words (runner/show.hpp), believed by nobody.
using Show = std::function<Result<std::string>(const Request&, const File&, const Bytes&)>;
Show real_show(const config::Instance& instance, const config::Config& config);

// Whether the user may look at the files as things are: a reviewer while it is with reviewers, whoever takes
// the second look while it is drawn. Who may not see the request at all learns nothing: "release.unknown";
// the others "release.no_look" (refused).
Result<void> may_look(const store::Database& store, const Request& request, std::string_view user);

// JSON: {"release", "revision", "file", "name", "sha256", "bytes", "parts", "cut", "why"}; `why` says in a
// word why nothing is shown. Refusals are recorded too. "release.no_such_position"; "release.kept_missing"
// or "release.kept_changed" when the kept bytes are not those on record.
// "release.not_checked": the check refused it, whatever the store says now.
Result<std::string> look(audit::Ledger& ledger, const KeptCopies& copies, const Vouch& vouch,
                         const Show& show, const LookAt& what);

}  // namespace fvm::release
