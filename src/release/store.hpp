// SQL of this room: requests, their files, findings and history.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audit/ledger.hpp"
#include "release/types.hpp"
#include "store/database.hpp"

namespace fvm::release {

// The tables of this room and of notify; call once when the ledger is opened.
Result<void> migrate(audit::Ledger& ledger);

// "release.unknown" when there is none.
Result<Request> find(const store::Database& store, std::string_view number);
// The state alone: asked before every piece of a mail.
Result<State> state_of(const store::Database& store, std::string_view number);
// All, or one project's; newest first.
Result<std::vector<Request>> list(const store::Database& store, std::string_view project = {});
// Those in one of `states`, oldest first.
Result<std::vector<Request>> in_states(const store::Database& store, std::span<const State> states);
// How many requests of each project have left at least once.
Result<std::map<std::string, int64_t>> sent_of_projects(const store::Database& store);

// The files of an earlier revision, with their findings.
Result<std::vector<File>> files_of(const store::Database& store, const Request& request, uint32_t revision);
// Of a revision, in the order in which they came in.
Result<std::vector<Vote>> votes_of(const store::Database& store, const Request& request, uint32_t revision);
// Of the present revision.
Result<std::vector<Answer>> answers_of(const store::Database& store, const Request& request);

Result<int64_t> insert_request(audit::Writer& writer, const Request& request);
Result<void> insert_step(audit::Writer& writer, const Request& request, const Step& step);
Result<void> update_file(audit::Writer& writer, const Request& request, const File& file);
Result<void> replace_findings(audit::Writer& writer, const Request& request, const File& file);
// One more revision, with the names of its files; nothing is copied yet.
Result<void> begin_revision(audit::Writer& writer, const Request& request,
                            const std::vector<std::string>& names);
Result<void> set_route(audit::Writer& writer, const Request& request, std::string_view route,
                       uint32_t reviewers);
// A reviewer's vote on the present revision; a new one takes the place of his old one.
Result<void> put_vote(audit::Writer& writer, const Request& request, const Vote& vote);
Result<void> put_answer(audit::Writer& writer, const Request& request, const Answer& answer);

// The disclosure record of a revision: the document and its SHA-256, written once.
struct DisclosureRecord {
  std::string sha256, document;
};
Result<void> put_record(audit::Writer& writer, const Request& request, const DisclosureRecord& record);
Result<std::optional<DisclosureRecord>> record_of(const store::Database& store, const Request& request);

}  // namespace fvm::release
