#include "release/revision.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "base/blank.hpp"
#include "base/log.hpp"
#include "disclosure/text.hpp"
#include "release/routes.hpp"

namespace fvm::release {
namespace {

constexpr int64_t day_microseconds = 86'400'000'000;

bool is_text(const File& file) {
  return file.type != "xlsx" && file.type != "docx" && output_of(file.type) != Output::pictures;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

// Lines that one has more often than the other, in their order.
std::vector<std::string> more_in(const std::vector<std::string>& these,
                                 const std::vector<std::string>& those) {
  std::map<std::string_view, int64_t> counts;
  for (const std::string& line : those) ++counts[line];
  std::vector<std::string> out;
  for (const std::string& line : these) {
    if (--counts[line] < 0 && out.size() < lines_shown_max) out.push_back(disclosure::to_utf8(line));
  }
  return out;
}

Result<std::vector<std::string>> kept_lines(const KeptCopies& copies, const File& file) {
  if (!is_text(file) || file.bytes > compared_bytes_max) return std::vector<std::string>();
  return lines_of(TRY(copies.read(file.sha256)));
}

const File* named(const std::vector<File>& files, std::string_view name) {
  const auto found =
      std::find_if(files.begin(), files.end(), [&](const File& file) { return file.name == name; });
  return found == files.end() ? nullptr : &*found;
}

}  // namespace

std::vector<Answer> open_questions(const Rules& rules, const std::vector<File>& files,
                                   const std::vector<Answer>& answers) {
  std::vector<Answer> open;
  const auto has = [](const std::vector<Answer>& list, uint32_t position, std::string_view rule) {
    return std::any_of(list.begin(), list.end(),
                       [&](const Answer& each) { return each.position == position && each.rule == rule; });
  };
  for (const File& file : files) {
    for (const auto& finding : file.findings) {
      const std::string rule = finding.rule.substr(finding.rule.find('.') + 1);
      const bool asked =
          std::find(rules.questions.begin(), rules.questions.end(), rule) != rules.questions.end() &&
          finding.severity == disclosure::Severity::review;
      if (asked && !has(answers, file.position, rule) && !has(open, file.position, rule))
        open.push_back({file.position, rule, {}});
    }
  }
  return open;
}

Result<Request> answer(audit::Ledger& ledger, const Rules& rules, std::string_view number,
                       const std::string& author, const std::string& text) {
  if (is_blank(text) || text.size() > purpose_bytes_max)
    return usage("release.no_answer", {{"bytes_max", std::to_string(purpose_bytes_max)}});
  return take_step(
      ledger, number, user(author), Event::answer, {},
      [&](audit::Writer& writer, Request& request) -> Result<void> {
        const auto open = open_questions(rules, request.files, request.answers);
        for (const Answer& each : open)
          TRY(put_answer(writer, request, {each.position, each.rule, disclosure::to_utf8(text)}));
        writer.fact("questions", std::to_string(open.size()));
        return {};
      });
}

Result<Request> resubmit(audit::Ledger& ledger, std::string_view number, const std::string& author,
                         const std::vector<std::string>& files, bool declared, const std::string& reason) {
  const Request before = TRY(find(ledger.database(), number));
  const Draft draft{before.project, before.recipient, before.purpose, files, declared};
  return take_step(ledger, number, user(author), Event::resubmit, reason,
                   [&](audit::Writer& writer, Request& request) -> Result<void> {
                     TRY(may_begin(writer, writer.now(), request.author, draft));
                     writer.fact("revision", std::to_string(request.revision + 1));
                     return begin_revision(writer, request, files);
                   });
}

Result<size_t> expire_overdue(audit::Ledger& ledger, Time now, int64_t days) {
  constexpr std::array waiting = {State::returned, State::questioned};
  size_t expired = 0;
  for (const Request& request : TRY(in_states(ledger.database(), waiting))) {
    if (now.microseconds - request.changed.microseconds < days * day_microseconds) continue;
    const auto done = take_step(ledger, request.number, checker(), Event::expire, "no_answer");
    if (done.ok()) ++expired;
    if (!done.ok()) log_error("release.not_expired", done.error());
  }
  return expired;
}

Result<std::vector<FileChange>> changes_since_before(const KeptCopies& copies, const store::Database& store,
                                                     const Request& request) {
  using What = FileChange::What;
  std::vector<FileChange> out;
  if (request.revision < 2) return out;
  const auto old_files = TRY(files_of(store, request, request.revision - 1));
  for (const File& file : request.files) {
    const File* old = named(old_files, file.name);
    if (old == nullptr) {
      out.push_back({file.name, What::added, {}, more_in(TRY(kept_lines(copies, file)), {})});
    } else if (old->sha256 == file.sha256) {
      out.push_back({file.name, What::same, {}, {}});
    } else {
      const auto before = TRY(kept_lines(copies, *old)), now = TRY(kept_lines(copies, file));
      out.push_back({file.name, What::changed, more_in(before, now), more_in(now, before)});
    }
  }
  for (const File& old : old_files) {
    if (named(request.files, old.name) == nullptr) out.push_back({old.name, What::removed, {}, {}});
  }
  return out;
}

}  // namespace fvm::release
