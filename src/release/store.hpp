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
// A part of it: the newest `most` (-1: all) of those older than the request with the id `before` (0: of all);
// `user`: only his own and those of projects that he is a member of (empty: everybody's).
struct Part {
  std::string project, user;
  int64_t before = 0, most = -1;
};
Result<std::vector<Request>> list_part(const store::Database& store, const Part& part);
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

// The newest link that it was mailed as (store_links.cpp).
Result<std::optional<Link>> link_of(const store::Database& store, const Request& request);
// The request that a link was made for, by the digest of its token, and whether it is that one's newest.
struct LinkOwner {
  int64_t request = 0;
  bool newest = false;
};
Result<std::optional<LinkOwner>> link_owner(const store::Database& store, std::string_view token_sha256);
Result<void> insert_link(audit::Writer& writer, const Request& request, const Link& link);
Result<void> put_link_file(audit::Writer& writer, const Link& link, const LinkFile& file);
Result<void> set_opener(audit::Writer& writer, const Link& link, const std::string& user);
Result<std::vector<DeliveryFact>> deliveries_of(const store::Database& store, const Request& request);
// Beyond delivery_facts_max of one request the ledger alone knows them.
Result<void> add_delivery(audit::Writer& writer, int64_t request, const DeliveryFact& fact);
inline constexpr int64_t delivery_facts_max = 200;

Result<int64_t> insert_request(audit::Writer& writer, const Request& request);
Result<void> insert_step(audit::Writer& writer, const Request& request, const Step& step);
Result<void> update_file(audit::Writer& writer, const Request& request, const File& file);
Result<void> replace_findings(audit::Writer& writer, const Request& request, const File& file);
// One more revision, with the names of its files; nothing is copied yet.
Result<void> begin_revision(audit::Writer& writer, const Request& request,
                            const std::vector<std::string>& names);
Result<void> set_route(audit::Writer& writer, const Request& request, std::string_view route,
                       uint32_t reviewers);
// What is remembered of a checked file for the project's later requests; a new check takes the place of the
// old.
Result<void> replace_small(audit::Writer& writer, const Request& request, const File& file);
// What other requests of the project held since then that was not stopped; the same file counts once, and
// those of `request` not at all.
Result<std::vector<disclosure::SmallBefore>> small_before(const store::Database& store,
                                                          const Request& request, Time since);
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
