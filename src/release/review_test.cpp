// Who decides, and what nobody sees while two decide (invariants 3 and 4).
#include "release/review.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "release/permissions.hpp"
#include "release/queue.hpp"
#include "release/record.hpp"
#include "release/testing.hpp"
#include "release/visibility.hpp"

namespace fvm::release {
namespace {

class ReviewTest : public ReleaseTest {
 protected:
  Request seen_by(const std::string& number, const std::string& who) {
    const Request request = found(number);
    return as_seen_by(request, role_of(store(), request, who, Event::vote).value(), who);
  }
};

TEST_F(ReviewTest, OneReviewerDecidesAndEveryFileIsFixed) {
  const std::string number = sent();
  EXPECT_EQ(found(number).route, "ordinary");
  for (const auto& [who, why] : {std::pair("anna", "release.own_review"),
                                 {"bo", "release.member_review"},
                                 {"olga", "release.not_reviewer"},
                                 {"eve", "release.not_reviewer"}})
    EXPECT_EQ(code(say(number, who, Ballot::approve)), why) << who;
  EXPECT_EQ(code(say(number, "rita", Ballot::reject, " ")), "release.no_reason");
  const auto done = say(number, "rita", Ballot::approve);
  ASSERT_TRUE(done.ok());
  EXPECT_EQ(done->files[0].approved_sha256, done->files[0].sha256);
}

TEST_F(ReviewTest, TwoReviewersAreNeededAndOneAloneIsNotEnough) {
  const std::string number = sent_for_two();
  EXPECT_EQ(found(number).reviewers, 2u);
  EXPECT_TRUE(say(number, "rita", Ballot::approve).ok());
  EXPECT_EQ(state(number), State::independent);
  EXPECT_TRUE(say(number, "rita", Ballot::approve).ok()) << "may change his mind";
  EXPECT_EQ(state(number), State::independent) << "twice the same is one";
  EXPECT_EQ(code(say(number, "anna", Ballot::approve)), "release.own_review");
  EXPECT_EQ(code(say(number, "bo", Ballot::approve)), "release.member_review");
  EXPECT_TRUE(say(number, "ruth", Ballot::approve).ok());
  EXPECT_EQ(state(number), State::approved);
}

// Whatever the first reviewer says and when: for everybody else the request is the same to the last field.
TEST_F(ReviewTest, NothingShowsTheFirstVote) {
  const std::string number = sent_for_two();
  const std::vector<std::string> others = {"ruth", "sif", "olga", "anna", "bo"};
  std::vector<Request> before;
  for (const auto& who : others) before.push_back(seen_by(number, who));
  const auto notices = notify::notices(store(), number)->size();
  const auto queue_before = queue_for(store(), world_.now(), 2, "ruth").value();
  world_.pass_days(1);
  Opinion opinion{Ballot::send_back, "hemmeligt", {{1, "række 7"}}, 0};
  ASSERT_TRUE(give_opinion(world_, *ledger_, number, "rita", opinion).ok());
  for (size_t i = 0; i < others.size(); ++i) {
    const Request now = seen_by(number, others[i]);
    EXPECT_EQ(now.state, before[i].state) << others[i];
    EXPECT_EQ(now.changed, before[i].changed) << others[i];
    EXPECT_EQ(now.history.size(), before[i].history.size()) << others[i];
    EXPECT_TRUE(now.votes.empty()) << others[i];
  }
  EXPECT_EQ(notify::notices(store(), number)->size(), notices);
  const auto queue_now = queue_for(store(), world_.now(), 2, "ruth").value();
  ASSERT_EQ(queue_now.size(), queue_before.size());
  EXPECT_EQ(queue_now[0].request.changed, queue_before[0].request.changed);
  EXPECT_FALSE(queue_now[0].voted);
  EXPECT_TRUE(queue_for(store(), world_.now(), 2, "rita").value()[0].voted);
  // The control: he sees his own, and without the filter everybody would see it.
  EXPECT_EQ(seen_by(number, "rita").votes.size(), 1u);
  EXPECT_EQ(found(number).votes.size(), 1u);
  EXPECT_EQ(found(number).history.size(), before[0].history.size() + 1);
}

TEST_F(ReviewTest, VotesThatDifferAreShownToReviewersAndDecideNothing) {
  const std::string number = sent_for_two();
  EXPECT_TRUE(say(number, "rita", Ballot::approve).ok());
  EXPECT_TRUE(say(number, "ruth", Ballot::reject).ok());
  EXPECT_EQ(state(number), State::consolidating);
  EXPECT_EQ(seen_by(number, "rita").votes.size(), 2u);
  EXPECT_EQ(seen_by(number, "sif").votes.size(), 2u);
  EXPECT_TRUE(seen_by(number, "anna").votes.empty());
  EXPECT_EQ(code(say(number, "sif", Ballot::approve)), "release.not_voter");
  EXPECT_TRUE(say(number, "ruth", Ballot::approve).ok());
  EXPECT_EQ(state(number), State::approved);
  EXPECT_EQ(seen_by(number, "anna").votes.size(), 2u) << "decided: the author sees who and why";
}

TEST_F(ReviewTest, ACommitmentInTheLedgerFixesTheHiddenVote) {
  const std::string number = sent_for_two();
  ASSERT_TRUE(say(number, "rita", Ballot::reject, "tre personer").ok());
  const Request request = found(number);
  const Vote vote = request.votes.at(0);
  const std::string commitment = commitment_of(request, vote);
  Vote other = vote;
  other.ballot = Ballot::approve;
  EXPECT_NE(commitment_of(request, other), commitment);
  other = vote, other.reason = "fire personer";
  EXPECT_NE(commitment_of(request, other), commitment);
  std::string all = ledger_text();
  EXPECT_NE(all.find(commitment), std::string::npos);
  EXPECT_EQ(all.find(vote.nonce), std::string::npos) << "not before both are in";
  EXPECT_EQ(all.find("rita reject"), std::string::npos);
  ASSERT_TRUE(say(number, "ruth", Ballot::approve).ok());
  all = ledger_text();
  EXPECT_NE(all.find(vote.nonce), std::string::npos);
  EXPECT_NE(all.find("rita reject"), std::string::npos);
}

TEST_F(ReviewTest, EqualVotesThatACrashLeftAreFollowed) {
  const std::string number = sent_for_two();
  ASSERT_TRUE(say(number, "rita", Ballot::approve).ok());
  // What `complete` leaves when the program dies right after it.
  const auto body = [&](audit::Writer& w, Request& r) {
    return put_vote(w, r, {"ruth", Ballot::approve, "ord", {}, w.now(), "00"});
  };
  ASSERT_TRUE(take_step(*ledger_, number, user("ruth"), Event::complete, {}, body).ok());
  EXPECT_EQ(state(number), State::consolidating);
  ASSERT_TRUE(advance(world_, *ledger_, *instance_, hands_, number).ok());
  EXPECT_EQ(state(number), State::approved);
  EXPECT_EQ(found(number).files[0].approved_sha256, found(number).files[0].sha256);
}

TEST_F(ReviewTest, AReviewerWhoBecameAMemberLetsNothingLeave) {
  const std::string number = sent_for_two();
  ASSERT_TRUE(say(number, "rita", Ballot::approve).ok());
  ASSERT_TRUE(say(number, "ruth", Ballot::approve).ok());
  EXPECT_TRUE(may_leave(store(), world_.now(), found(number)).ok());
  execute("INSERT INTO member SELECT 'FVM-2026-0017', id, 0 FROM user WHERE name = 'ruth'");
  EXPECT_EQ(code(may_leave(store(), world_.now(), found(number))), "release.member_review");
}

TEST_F(ReviewTest, EscalatedByOneItNeedsTwo) {
  const std::string number = sent();
  EXPECT_EQ(code(escalate(*ledger_, number, "anna", "x")), "release.own_review");
  ASSERT_TRUE(escalate(*ledger_, number, "rita", "små byer").ok());
  ASSERT_TRUE(say(number, "rita", Ballot::approve).ok());
  EXPECT_EQ(state(number), State::independent);
  ASSERT_TRUE(say(number, "sif", Ballot::approve).ok());
  EXPECT_EQ(state(number), State::approved);
}

TEST_F(ReviewTest, WhatWasReturnedComesBackAsTheNextRevisionAndTheOldOneIsKept) {
  const std::string number = sent("g;antal\nA;50\nB;60\n");
  const std::string first = found(number).files[0].sha256;
  Opinion opinion{Ballot::send_back, "se fil 1", {{1, "B skal slås sammen"}}, 0};
  ASSERT_TRUE(give_opinion(world_, *ledger_, number, "rita", opinion).ok());
  EXPECT_EQ(state(number), State::returned);
  put("t.csv", "g;antal\nA;50\nC;90\n");
  EXPECT_EQ(code(resubmit(*ledger_, number, "bo", {"t.csv"}, true, "")), "release.not_allowed");
  EXPECT_EQ(code(resubmit(*ledger_, number, "anna", {"t.csv"}, false, "")), "release.not_declared");
  ASSERT_TRUE(resubmit(*ledger_, number, "anna", {"t.csv"}, true, "slået sammen").ok());
  ASSERT_TRUE(advance(world_, *ledger_, *instance_, hands_, number).ok());
  const Request now = found(number);
  EXPECT_EQ(now.revision, 2u);
  EXPECT_EQ(now.state, State::in_review);
  EXPECT_NE(now.files[0].sha256, first);
  EXPECT_EQ(files_of(store(), now, 1)->at(0).sha256, first);
  EXPECT_EQ(votes_of(store(), now, 1)->at(0).comments.at(0).second, "B skal slås sammen");
  EXPECT_EQ(copies_->read(first).value(), "g;antal\nA;50\nB;60\n");
  const auto changes = changes_since_before(*copies_, store(), now).value();
  EXPECT_EQ(changes.at(0).removed_lines, std::vector<std::string>{"B;60"});
  EXPECT_EQ(changes.at(0).added_lines, std::vector<std::string>{"C;90"});
  // Nobody approves what he has not looked at.
  EXPECT_EQ(code(say(number, "rita", Ballot::approve)), "release.say_revision");
  EXPECT_EQ(code(say(number, "rita", Ballot::approve, "", 1)), "release.other_revision");
  EXPECT_TRUE(say(number, "rita", Ballot::approve, "", 2).ok());
}

TEST_F(ReviewTest, AnOldApprovalDoesNotCountForANewRevision) {
  const std::string number = sent();
  ASSERT_TRUE(say(number, "rita", Ballot::send_back).ok());
  ASSERT_TRUE(resubmit(*ledger_, number, "anna", {"t.csv"}, true, "").ok());
  execute("UPDATE release_step SET event = 'approve' WHERE event = 'send_back'");
  execute("UPDATE release_request SET state = 'approved'");
  EXPECT_EQ(code(may_leave(store(), world_.now(), found(number))), "release.not_reviewer");
}

TEST_F(ReviewTest, WhatIsAskedIsAnsweredAndCheckedAgain) {
  scanned_.value().findings = {
      {"finding.small_count_possible", disclosure::Severity::review, {}, "9", "aar"}};
  hands_.rules.questions = {"small_count_possible"};
  const std::string number = sent();
  EXPECT_EQ(state(number), State::questioned);
  EXPECT_EQ(code(answer(*ledger_, hands_.rules, number, "anna", " ")), "release.no_answer");
  EXPECT_EQ(code(answer(*ledger_, hands_.rules, number, "bo", "x")), "release.not_allowed");
  ASSERT_TRUE(answer(*ledger_, hands_.rules, number, "anna", "Det er år").ok());
  EXPECT_EQ(state(number), State::checking);
  ASSERT_TRUE(advance(world_, *ledger_, *instance_, hands_, number).ok());
  EXPECT_EQ(state(number), State::in_review);
  EXPECT_EQ(found(number).answers.at(0).text, "Det er år");
  EXPECT_EQ(found(number).files[0].findings.size(), 1u) << "an answer explains; it takes nothing away";
}

TEST_F(ReviewTest, WhoeverDoesNotAnswerInTimeLosesTheRequest) {
  const std::string number = sent();
  ASSERT_TRUE(say(number, "rita", Ballot::send_back).ok());
  EXPECT_EQ(expire_overdue(*ledger_, world_.now(), 60).value(), 0u);
  world_.pass_days(61);
  EXPECT_EQ(expire_overdue(*ledger_, world_.now(), 60).value(), 1u);
  EXPECT_EQ(state(number), State::expired);
}

TEST_F(ReviewTest, WhatNeverWillArriveIsHeldInOneTransaction) {
  const std::string number = mailed();
  execute(
      "CREATE TRIGGER no_hold BEFORE INSERT ON release_step WHEN NEW.event = 'hold' BEGIN SELECT "
      "RAISE(ABORT, "
      "'x'); END");
  EXPECT_FALSE(bounce(*ledger_, number, user("olga"), true, "5.1.1").ok());
  EXPECT_EQ(state(number), State::sent) << "both steps or none: else it goes again meanwhile";
  execute("DROP TRIGGER no_hold");
  const size_t before = records();
  ASSERT_TRUE(bounce(*ledger_, number, user("olga"), true, "5.1.1").ok());
  EXPECT_EQ(state(number), State::held);
  EXPECT_EQ(records(), before + 2);
  const auto history = found(number).history;
  EXPECT_EQ(history.back().at, history[history.size() - 2].at);
  EXPECT_EQ(code(bounce(*ledger_, number, user("olga"), true, "5.1.1")), "release.not_allowed");
  EXPECT_EQ(records(), before + 3) << "the refusal is recorded";
}

TEST_F(ReviewTest, AFileHasOneComment) {
  const std::string number = sent();
  const Opinion twice{Ballot::send_back, "se fil 1", {{1, "række 7"}, {1, "række 8"}}, 0};
  EXPECT_EQ(code(give_opinion(world_, *ledger_, number, "rita", twice)), "release.comment_twice");
  EXPECT_EQ(state(number), State::in_review);
}

TEST_F(ReviewTest, WordsAreWholeTextWhateverBytesTheyCameIn) {
  const std::string number = sent_for_two();
  const Opinion opinion{Ballot::send_back, "r\xe6kke 7", {{1, "sl\xe5 sammen"}}, 0};
  ASSERT_TRUE(give_opinion(world_, *ledger_, number, "rita", opinion).ok());
  const Vote vote = found(number).votes.at(0);
  EXPECT_EQ(vote.reason, "række 7");
  EXPECT_EQ(vote.comments.at(0).second, "slå sammen");
  EXPECT_NE(ledger_text().find(commitment_of(found(number), vote)), std::string::npos);
  const std::string other = sent();
  ASSERT_TRUE(say(other, "rita", Ballot::send_back, "r\xe6kke 7").ok());
  EXPECT_EQ(found(other).history.back().reason, "række 7");
}

TEST_F(ReviewTest, TheLinesOfANewFileAreText) {
  const std::string number = sent();
  ASSERT_TRUE(say(number, "rita", Ballot::send_back).ok());
  put("u.csv", "g;antal\n\xc6r\xf8;50\n");
  ASSERT_TRUE(resubmit(*ledger_, number, "anna", {"u.csv"}, true, "").ok());
  ASSERT_TRUE(advance(world_, *ledger_, *instance_, hands_, number).ok());
  const auto changes = changes_since_before(*copies_, store(), found(number)).value();
  EXPECT_EQ(changes.at(0).what, FileChange::What::added);
  EXPECT_EQ(changes.at(0).added_lines, (std::vector<std::string>{"g;antal", "Ærø;50"}));
}

TEST_F(ReviewTest, ACheckLeavesNothingOfTheOneBefore) {
  put("t.csv", "g;antal\nA;50\n");
  const auto number = begin(*ledger_, "anna", {project, "mia@kommune.dk", "Tabel", {"t.csv"}, true}).value();
  hands_.scan = [&](const Request&, const File&, const Bytes&) -> Result<Report> {
    execute("UPDATE release_file SET approved_sha256 = sha256, tables = 3");  // as if checked before
    execute("INSERT OR IGNORE INTO release_same_as VALUES (1, 1, 1, 7)");
    return surroundings("wire.no_answer");
  };
  (void)advance(world_, *ledger_, *instance_, hands_, number);
  ASSERT_EQ(found(number).files[0].tables, 3u);
  hands_.scan = [this](const Request&, const File&, const Bytes&) -> Result<Report> { return scanned_; };
  ASSERT_TRUE(advance(world_, *ledger_, *instance_, hands_, number).ok());
  const File file = found(number).files[0];
  EXPECT_EQ(file.approved_sha256, "");
  EXPECT_EQ(file.tables, 0u);
  EXPECT_TRUE(file.same_as.empty());
}

TEST_F(ReviewTest, TheClockCountsWorkingDaysAndTheMedianIsMeasured) {
  EXPECT_FALSE(measured_review(store(), world_.now(), 2)->has_value());
  const std::string slow = sent(), quick = sent(), open = sent();
  ASSERT_TRUE(say(quick, "rita", Ballot::approve).ok());
  world_.pass_days(14);
  ASSERT_TRUE(say(slow, "rita", Ballot::reject).ok());
  const auto measured = measured_review(store(), world_.now(), 2)->value();
  EXPECT_EQ(measured.decided, 2u);
  EXPECT_EQ(measured.within_target, 1u);
  const auto queue = queue_for(store(), world_.now(), 2, "rita").value();
  ASSERT_EQ(queue.size(), 1u);
  EXPECT_EQ(queue[0].request.number, open);
  EXPECT_EQ(queue[0].used, 10);
  EXPECT_EQ(queue[0].left, -8);
  EXPECT_EQ(queue[0].due, (Date{2026, 11, 4}));
  EXPECT_TRUE(queue_for(store(), world_.now(), 2, "bo").value().empty()) << "not of his own project";
  EXPECT_TRUE(queue_for(store(), world_.now(), 2, "eve").value().empty());
}

TEST_F(ReviewTest, EveryCheckedRequestHasItsRecordAndWithoutItNothingLeaves) {
  const std::string number = approved();
  EXPECT_TRUE(may_leave(store(), world_.now(), found(number)).ok());
  const auto record = record_of(store(), found(number)).value();
  ASSERT_TRUE(record.has_value());
  for (const char* word : {"\"rules\":\"", "\"parameters\":{", "\"findings\":", "\"route\":\"ordinary\""})
    EXPECT_NE(record->document.find(word), std::string::npos) << word;
  EXPECT_NE(record->document.find(found(number).files[0].sha256), std::string::npos);
  execute("UPDATE release_record SET document = replace(document, 'ordinary', 'other')");
  EXPECT_EQ(code(may_leave(store(), world_.now(), found(number))), "release.no_record");
  execute("DELETE FROM release_record");
  EXPECT_EQ(code(may_leave(store(), world_.now(), found(number))), "release.no_record");
}

}  // namespace
}  // namespace fvm::release
