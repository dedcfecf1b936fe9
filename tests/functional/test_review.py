"""Review: one or two look, neither sees the other's vote, what comes back is a new revision; and kills in between."""
import json
import signal

import pytest

from support.house import House
from support.mail import attachments


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with House(tmp_path_factory.mktemp("review")) as it:
        yield it


@pytest.fixture
def own_house(tmp_path):
    with House(tmp_path) as it:
        yield it


class TestTwoReviewers:
    def test_both_must_approve_and_then_it_leaves(self, house):
        number = house.for_two("to.csv")
        assert house.state(number) == "independent"
        assert house.review(number, "approve").returncode == 0
        assert house.state(number) == "independent"
        assert house.review(number, "approve").returncode == 0 and house.state(number) == "independent", "twice the same is one"
        assert house.review(number, "approve", user="ruth").returncode == 0
        house.wait_for_state(number, "sent")
        assert {vote["reviewer"] for vote in house.show(number)["votes"]} == {"rita", "ruth"}

    def test_votes_that_differ_are_shown_to_both_and_wait(self, house):
        number = house.for_two("uenig.csv")
        house.review(number, "approve")
        house.review(number, "reject", user="ruth", reason="tre personer")
        assert house.state(number) == "consolidating"
        assert len(house.show(number, user="rita")["votes"]) == 2 and house.show(number)["votes"] == []
        assert house.review(number, "approve", user="sif").returncode == 1
        house.review(number, "reject", reason="enig")
        assert house.state(number) == "rejected"

    def test_one_record_a_step(self, house):
        number = house.for_two("log.csv")
        house.review(number, "approve")
        house.review(number, "approve", user="ruth")
        house.wait_for_state(number, "sent")
        actions = [r["action"] for r in house.actions() if r["subject"] == number]
        assert actions == ["release.begun", "release.send", "release.check", "release.pass", "release.escalate", "release.vote",
                           "release.complete", "release.approve", "release.start", "release.data", "release.accept"]

    def test_killed_between_the_last_vote_and_what_follows_from_it(self, own_house):
        house = own_house
        number = house.for_two()
        house.review(number, "approve")
        assert house.review(number, "approve", user="ruth", crash_at="release.voted").returncode == -signal.SIGKILL
        assert house.state(number) == "consolidating"
        house.release("resume", user="olga")
        house.wait_for_state(number, "sent")
        assert len(house.mail.mails()) == 1


class TestRevisions:
    def test_returned_with_comments_and_sent_anew(self, house):
        number = house.sent_for_review("rev.csv", "g;antal\nA;50\nB;60\n")
        first = house.show(number)["files"][0]["sha256"]
        done = house.release("review", number, "--return", "--reason", "se fil 1", "--file", "1=B skal slås sammen", user="rita")
        assert done.returncode == 0
        shown = house.show(number)
        assert shown["state"] == "returned"
        assert shown["votes"][0]["comments"] == [{"file": 1, "text": "B skal slås sammen"}]
        house.put("rev.csv", "g;antal\nA;50\nC;90\n")
        assert house.release("resubmit", number, "findes-ikke.csv", "--declare", check=False).returncode == 2
        assert house.state(number) == "returned", "a slip of the keyboard ends nothing"
        house.release("resubmit", number, "rev.csv", "--declare", "--reason", "slået sammen")
        shown = house.show(number)
        assert (shown["state"], shown["revision"]) == ("in_review", 2) and shown["files"][0]["sha256"] != first
        assert all(house.copy_of(each).exists() for each in (first, shown["files"][0]["sha256"])), "both attempts are kept"
        compared = house.instance.json("release", "compare", number, user="rita")["files"][0]
        assert (compared["removed"], compared["added"]) == (["B;60"], ["C;90"])
        assert house.release("compare", number, user="olga", check=False).returncode == 1, "what stands in files is not for operators"
        assert house.approve(number, check=False).returncode == 2, "which one have you looked at?"
        house.release("review", number, "--approve", "--revision", "2", user="rita")
        house.wait_for_state(number, "sent")
        assert attachments(house.mail.mails()[-1])["rev.csv"] == b"g;antal\nA;50\nC;90\n"

    def test_nobody_else_learns_what_stands_in_the_authors_outbox(self, house):
        number = house.sent_for_review("skjult.csv")
        house.review(number, "return")
        house.put("findes.csv", "g;antal\nA;70\n")
        for user in ("rita", "bo", "olga"):
            there, not_there = (house.release("resubmit", number, name, "--declare", user=user, check=False) for name in ("findes.csv", "findes-ikke.csv"))
            assert there.returncode == not_there.returncode == 1 and there.stderr == not_there.stderr, user
        assert house.release("resubmit", number, "findes.csv", "--declare", user="anna").returncode == 0, "the control"

    @pytest.mark.parametrize("point", ["release.resubmitted", "release.captured", "release.recorded", "release.checked", "release.routed"])
    def test_killed_while_sending_anew(self, house, point):
        number = house.sent_for_review("igen.csv")
        house.review(number, "return")
        house.put("igen.csv", "g;antal\nA;70\n")
        done = house.release("resubmit", number, "igen.csv", "--declare", check=False, crash_at=point)
        assert done.returncode == -signal.SIGKILL
        assert house.release("review", number, "--approve", "--revision", "1", user="rita", check=False).returncode == 1
        house.release("resume", user="olga")
        shown = house.show(number)
        assert (shown["state"], shown["revision"]) == ("in_review", 2)

    def test_the_check_asks_the_author_first_where_it_is_set_so(self, own_house):
        house = own_house
        house.configure(**{"release.questions": '["small_count_possible"]'})
        house.put("aar.csv", "gruppe;antal\nA;120\nB;200\nI alt;323\n")
        done = house.send("aar.csv")
        number = json.loads(done.stdout)["release"]
        assert house.state(number) == "questioned", done.stdout
        assert house.approve(number, check=False).returncode == 1
        killed = house.release("answer", number, "--text", "Trin på en skala", check=False, crash_at="release.answered")
        assert killed.returncode == -signal.SIGKILL and house.state(number) == "checking"
        house.release("resume", user="olga")
        shown = house.show(number, user="rita")
        assert shown["state"] == "in_review" and shown["answers"][0]["text"] == "Trin på en skala"


class TestQueue:
    def test_who_sees_what_and_the_clock(self, house):
        number = house.sent_for_review("koe.csv")
        queue = house.instance.json("release", "queue", user="rita")
        mine = next(each for each in queue["queue"] if each["release"] == number)
        assert queue["target_days"] == 2 and mine["days_used"] == 0 and mine["days_left"] == 2 and mine["voted"] is False
        assert house.instance.json("release", "queue", user="bo")["queue"] == [], "a member reviews nothing of his project"
        house.approve(number)
        after = house.instance.json("release", "queue", user="rita")
        assert number not in [each["release"] for each in after["queue"]]
        assert after["measured"]["decided"] >= 1 and after["measured"]["within_target"] >= 1


class TestRecord:
    def test_every_sent_one_has_its_disclosure_record(self, house):
        number = house.sent_for_review("opt.csv")
        house.approve(number)
        house.wait_for_state(number, "sent")
        record = json.loads(house.release("record", number).stdout)
        shown = house.show(number)
        assert record["files"][0]["sha256"] == shown["files"][0]["approved_sha256"]
        assert record["parameters"]["cell_count_min"] == 5 and record["route"] == "ordinary" and record["rules"]
        facts = next(r["facts"] for r in house.actions() if r["subject"] == number and r["action"] == "release.pass")
        assert len(facts["record_sha256"]) == 64

    def test_without_it_nothing_leaves(self, own_house):
        house = own_house
        number = house.sent_for_review()
        house.stop("fvm-courier")
        house.approve(number)
        house.change("DELETE FROM release_record")
        house.start("fvm-courier")
        house.wait_for_state(number, "held")
        assert house.mail.mails() == [] and house.show(number)["history"][-1]["reason"] == "release.no_record"


class TestBounces:
    def test_tried_again_or_held_and_never_without_the_checks(self, house):
        number = house.sent_for_review("retur.csv")
        house.approve(number)
        house.wait_for_state(number, "sent")
        before = len(house.mail.mails())
        assert house.release("bounced", number, "--reason", "4.2.2", user="anna", check=False).returncode == 1
        house.release("bounced", number, "--reason", "4.2.2", user="olga")
        house.wait_for_state(number, "sent")
        assert len(house.mail.mails()) == before + 1
        ids = [mail["message-id"] for mail in house.mail.mails() if number in mail["subject"]]
        assert len(ids) == 2 and len(set(ids)) == 1, "the same mail, and it says so"
        house.release("bounced", number, "--reason", "5.1.1", "--lasting", user="olga")
        assert house.state(number) == "held"
