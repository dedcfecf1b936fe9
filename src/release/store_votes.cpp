// SQL of votes, answers and disclosure records.
#include "release/store.hpp"

namespace fvm::release {

Result<std::vector<Vote>> votes_of(const store::Database& store, const Request& request, uint32_t revision) {
  auto row =
      TRY(store.prepare("SELECT reviewer, ballot, reason, nonce, at FROM release_vote WHERE request = ? AND "
                        "revision = ? ORDER BY at, reviewer",
                        request.id, revision));
  std::vector<Vote> votes;
  while (TRY(row.step())) {
    const Ballot ballot = ballot_named(row.text(1)).value_or(Ballot::reject);
    votes.push_back({row.text(0), ballot, row.text(2), {}, row.time(4), row.text(3)});
  }
  auto comment = TRY(store.prepare(
      "SELECT reviewer, position, text FROM release_vote_comment WHERE request = ? AND revision "
      "= ? ORDER BY position",
      request.id, revision));
  while (TRY(comment.step())) {
    for (Vote& vote : votes) {
      if (vote.reviewer == comment.text(0))
        vote.comments.emplace_back(static_cast<uint32_t>(comment.integer(1)), comment.text(2));
    }
  }
  return votes;
}

Result<std::vector<Answer>> answers_of(const store::Database& store, const Request& request) {
  auto row = TRY(store.prepare(
      "SELECT position, rule, text FROM release_answer WHERE request = ? AND revision = ? ORDER "
      "BY position, rule",
      request.id, request.revision));
  std::vector<Answer> answers;
  while (TRY(row.step()))
    answers.push_back({static_cast<uint32_t>(row.integer(0)), row.text(1), row.text(2)});
  return answers;
}

Result<void> put_vote(audit::Writer& writer, const Request& request, const Vote& vote) {
  TRY(writer.execute("DELETE FROM release_vote_comment WHERE request = ? AND revision = ? AND reviewer = ?",
                     request.id, request.revision, vote.reviewer));
  TRY(writer.execute(
      "INSERT OR REPLACE INTO release_vote (request, revision, reviewer, ballot, reason, nonce, "
      "at) VALUES (?, ?, ?, ?, ?, ?, ?)",
      request.id, request.revision, vote.reviewer, name_of(vote.ballot), vote.reason, vote.nonce,
      writer.now()));
  for (const auto& [position, text] : vote.comments) {
    TRY(writer.execute(
        "INSERT INTO release_vote_comment (request, revision, reviewer, position, text) VALUES "
        "(?, ?, ?, ?, ?)",
        request.id, request.revision, vote.reviewer, position, text));
  }
  return {};
}

Result<void> put_answer(audit::Writer& writer, const Request& request, const Answer& answer) {
  return writer.execute(
      "INSERT OR REPLACE INTO release_answer (request, revision, position, rule, text) VALUES (?, ?, ?, ?, "
      "?)",
      request.id, request.revision, answer.position, answer.rule, answer.text);
}

Result<void> put_record(audit::Writer& writer, const Request& request, const DisclosureRecord& record) {
  return writer.execute(
      "INSERT OR REPLACE INTO release_record (request, revision, sha256, document) VALUES (?, ?, ?, ?)",
      request.id, request.revision, record.sha256, record.document);
}

Result<std::optional<DisclosureRecord>> record_of(const store::Database& store, const Request& request) {
  auto row =
      TRY(store.prepare("SELECT sha256, document FROM release_record WHERE request = ? AND revision = ?",
                        request.id, request.revision));
  if (!TRY(row.step())) return std::optional<DisclosureRecord>();
  return std::optional<DisclosureRecord>({row.text(0), row.text(1)});
}

}  // namespace fvm::release
