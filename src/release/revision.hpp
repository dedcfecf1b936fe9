// What an author does with a request that came back to him: explain what the check asks about, or send other
// files as the next revision.
#pragma once

#include "release/progress.hpp"
#include "release/service.hpp"

namespace fvm::release {

// The findings that stand open: those of `rules.questions` without an answer.
std::vector<Answer> open_questions(const Rules& rules, const std::vector<File>& files,
                                   const std::vector<Answer>& answers);

// One text for every open question; the check runs again and then goes on. "release.no_answer" (usage).
Result<Request> answer(audit::Ledger& ledger, const Rules& rules, std::string_view number,
                       const std::string& author, const std::string& text);

// Other files instead: what was sent before is kept, with what was said of it. Rules as in `begin`. The bytes
// are not copied yet: `advance`.
Result<Request> resubmit(audit::Ledger& ledger, std::string_view number, const std::string& author,
                         const std::vector<std::string>& files, bool declared, const std::string& reason);

// Takes the step `expire` on everything that has waited for its author for more than `days`; how many.
Result<size_t> expire_overdue(audit::Ledger& ledger, Time now, int64_t days);

// How the files of the present revision differ from those of the one before: by name, and for texts by lines.
struct FileChange {
  std::string name;
  enum class What { same, changed, added, removed } what{};
  std::vector<std::string> removed_lines, added_lines;  // of texts; the first `lines_shown_max` of each
};
inline constexpr size_t lines_shown_max = 200;
inline constexpr uint64_t compared_bytes_max = 4u << 20;
Result<std::vector<FileChange>> changes_since_before(const KeptCopies& copies, const store::Database& store,
                                                     const Request& request);

}  // namespace fvm::release
