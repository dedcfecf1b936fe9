// Who may send and what may leave: asked when a request begins, and again when it goes.
#include <algorithm>

#include "audit/refusal.hpp"
#include "base/blank.hpp"
#include "disclosure/text.hpp"
#include "extract/project.hpp"
#include "identity/service.hpp"
#include "release/record.hpp"
#include "release/service.hpp"
#include "safetable/outputs.hpp"

namespace fvm::release {
namespace {

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

Result<void> check_draft(const Draft& draft) {
  if (draft.files.empty() || draft.files.size() > files_max) {
    return usage("release.files_count", {{"files_max", std::to_string(files_max)}});
  }
  for (size_t i = 0; i < draft.files.size(); ++i) {
    const std::string& name = draft.files[i];
    if (!is_file_name(name)) {
      return usage("release.bad_file_name", {{"position", std::to_string(i + 1)}});
    }
    if (std::count(draft.files.begin(), draft.files.end(), name) > 1)
      return usage("release.file_twice", {{"file", name}});
  }
  if (is_blank(draft.purpose) || draft.purpose.size() > purpose_bytes_max) {
    return usage("release.no_purpose", {{"bytes_max", std::to_string(purpose_bytes_max)}});
  }
  if (!draft.declared) return refused("release.not_declared");
  return {};
}

Result<void> check_author(const store::Database& store, Time now, const std::string& author,
                          const std::string& project, const std::string& recipient) {
  TRY(may_stage(store, now, author, project));
  const identity::User who = TRY(identity::find_user(store, author));
  const auto institution = TRY(identity::find_institution(store, who.institution_name));
  if (!identity::recipient_allowed(institution, recipient)) {
    return refused("release.recipient_not_allowed", {{"institution", institution.name}});
  }
  return {};
}

// A file of a safe table leaves as one only while the table is in force.
Result<void> check_tables(const store::Database& store, const Request& request, bool all) {
  const auto project = TRY(extract::open_project(store, request.project));
  for (const File& file : request.files) {
    if (file.table == 0 && !all) continue;
    if (!TRY(safetable::in_force(store, project.cvr, file.table, file.sha256)))
      return refused("release.table_recalled",
                     {{"release", request.number}, {"table", std::to_string(file.table)}});
  }
  return {};
}

// Whoever let it leave must still be nobody of the project: an approval by somebody who was made a member
// meanwhile is a team-mate's.
Result<void> check_voters(const store::Database& store, const Request& request, const Step& approved) {
  std::vector<std::string> names = {approved.actor};
  if (approved.role == Role::checker) {
    names.clear();
    for (const Vote& vote : request.votes) {
      if (vote.ballot == Ballot::approve) names.push_back(vote.reviewer);
    }
  }
  if (names.size() < std::min(request.reviewers, approved.role == Role::checker ? 2u : 1u))
    return refused("release.not_reviewer", {{"release", request.number}});
  for (const std::string& name : names) {
    if (name == request.author) return refused("release.own_review", {{"release", request.number}});
    if (TRY(identity::is_member(store, request.project, name)))
      return refused("release.member_review", {{"release", request.number}});
  }
  return {};
}

// This revision was approved, or cleared. What was cleared as safe tables must be so to the last file.
Result<void> check_decision(const store::Database& store, const Request& request) {
  const auto approved = std::find_if(request.history.rbegin(), request.history.rend(), [&](const Step& step) {
    return step.revision == request.revision && (step.event == Event::approve || step.event == Event::clear);
  });
  if (approved == request.history.rend())
    return refused("release.not_reviewer", {{"release", request.number}});
  const bool cleared = approved->event == Event::clear;
  const bool tables = request.route.empty() || request.route == "safe_table";
  TRY(check_tables(store, request, cleared && tables));
  return cleared ? Result<void>() : check_voters(store, request, *approved);
}

}  // namespace

bool is_file_name(const std::string& name) {
  constexpr size_t name_bytes_max = 255;
  return !name.empty() && name.size() <= name_bytes_max && name != "." && name != ".." &&
         name.find('/') == std::string::npos && !has_control(name) && disclosure::to_utf8(name) == name;
}

Result<bool> is_closed_for_now(const store::Database& store, const Request& request) {
  const auto author = TRY(identity::find_user(store, request.author));
  const auto project = TRY(extract::open_project(store, request.project));
  return author.suspended || project.suspended;
}

Result<void> check_not_closed(const store::Database& store, const Request& request) {
  if (!TRY(is_closed_for_now(store, request))) return {};
  return refused("release.closed_for_now", {{"release", request.number}});
}

Result<void> may_leave(const store::Database& store, Time now, const Request& request) {
  TRY(check_author(store, now, request.author, request.project, request.recipient));
  TRY(check_decision(store, request));
  TRY(check_record(store, request));
  for (const File& file : request.files) {
    if (file.approved_sha256.empty() || file.approved_sha256 != file.sha256)
      return refused("release.not_approved_bytes", {{"release", request.number}, {"file", file.name}});
  }
  return {};
}

Result<void> may_stage(const store::Database& store, Time now, const std::string& who,
                       const std::string& project) {
  const identity::User user = TRY(identity::find_user(store, who));
  TRY(identity::require_open(user));
  if (!TRY(identity::is_member(store, project, user.name))) {
    return refused("release.not_member", {{"user", user.name}, {"project", project}});
  }
  return extract::may_be_used(TRY(extract::open_project(store, project)), now);
}

Result<void> may_begin(const store::Database& store, Time now, const std::string& author,
                       const Draft& draft) {
  TRY(check_draft(draft));
  return check_author(store, now, author, draft.project, draft.recipient);
}

Result<void> may_send(audit::Ledger& ledger, Time now, const std::string& who, const std::string& project) {
  const auto may = may_stage(ledger.database(), now, who, project);
  if (!may.ok()) TRY(audit::record_refusal(ledger, who, "release.refused", project, "begin", may.error()));
  return may;
}

Result<std::string> begin(audit::Ledger& ledger, const std::string& author, const Draft& draft) {
  Request request{.project = draft.project,
                  .author = author,
                  .recipient = draft.recipient,
                  .purpose = disclosure::to_utf8(draft.purpose),
                  .state = State::staged};
  for (const std::string& name : draft.files) {
    request.files.push_back({.position = static_cast<uint32_t>(request.files.size() + 1), .name = name});
  }
  TRY(check_draft(draft));
  const auto number =
      ledger.write({author, "release.begun", draft.project, {{"files", std::to_string(draft.files.size())}}},
                   [&](audit::Writer& writer) -> Result<std::string> {
                     TRY(check_author(writer, writer.now(), author, draft.project, draft.recipient));
                     request.author = TRY(identity::find_user(writer, author)).name;
                     const std::string made = number_of(TRY(insert_request(writer, request)));
                     writer.subject(made);
                     writer.fact("project", draft.project);
                     return made;
                   });
  if (!number.ok())
    TRY(audit::record_refusal(ledger, author, "release.refused", draft.project, "begin", number.error()));
  return number;
}

}  // namespace fvm::release
