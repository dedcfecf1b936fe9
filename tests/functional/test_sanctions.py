"""Breaches: from the report to the end of a closing; what it takes, and that its end gives back exactly that."""
import json
import signal
import time

import pytest

from support.house import PROJECT, House


@pytest.fixture
def house(tmp_path):
    with House(tmp_path) as it:
        yield it


def case(house, number, user="sofus"):
    return json.loads(house.sanction("show", number, user=user).stdout)


def decided(house, number):
    return json.loads(house.sanction("decide", number, "--reason", "begrundelse", user="dorte").stdout)


class TestTheWholeWay:
    def test_a_finding_of_ones_own_is_milder(self, house):
        number = house.sent_for_review()
        house.approve(number)
        house.wait_for_state(number, "sent")
        own = json.loads(house.sanction("report", "--release", number, "--reason", "jeg så det selv", user="anna").stdout)
        assert own["self_reported"] and own["user"] == "anna" and own["release"] == number
        house.sanction("assess", own["case"], "--severity", "minor", "--reason", "x", user="sofus")
        house.sanction("answer", own["case"], "--reason", "x", user="anna")
        assert decided(house, own["case"])["reach"] == "none"
        assert house.send("tabel.csv").returncode == 0

    def test_closed_heard_appealed_and_open_again(self, house):
        number = house.heard()
        assert house.sanction("decide", number, "--reason", "x", user="sofus", check=False).returncode == 1
        assert house.sanction("decide", number, "--reason", "x", "--reach", "institution", "--days", "9", user="dorte",
                              check=False).returncode == 1, "never harder than the rule"
        shown = decided(house, number)
        assert (shown["state"], shown["reach"], shown["days"]) == ("in_force", "project", 180)
        refused = house.send("tabel.csv")
        assert refused.returncode == 1 and "sanction list" in refused.stderr
        assert house.instance.fvm("session", PROJECT, "--", "true", user="bo", check=False).returncode == 1
        seen = json.loads(house.sanction("show", number, user="bo").stdout)
        assert all(step["words"] == "" for step in seen["history"]), "a colleague sees what is closed, not what was said"
        house.sanction("appeal", number, "--reason", "det var ikke mig", user="anna")
        assert house.sanction("overturn", number, "--reason", "x", user="dorte", check=False).returncode == 1
        house.sanction("overturn", number, "--reason", "enig", user="dan")
        house.put("tabel.csv", "gruppe;antal\nA;120\n")
        assert house.send("tabel.csv").returncode == 0

    def test_who_may_not(self, house):
        number = house.heard("minor")
        for user in ("anna", "bo", "eve", "olga", "rita"):
            done = house.sanction("decide", number, "--reason", "x", user=user, check=False)
            assert done.returncode == 1, user
        unseen = house.sanction("show", number, user="eve", check=False)
        unknown = house.sanction("show", "B-999999", user="eve", check=False)
        assert unseen.returncode == unknown.returncode == 2
        assert unseen.stderr.replace(number, "N") == unknown.stderr.replace("B-999999", "N")

    @pytest.mark.parametrize("words,told", [(["--reach", "user", "--days", "-1"], "36500"), (["--reach", "user", "--days", "36501"], "36500"),
                                            (["--days", "30"], "--reach")])
    def test_a_period_that_is_none_is_refused_before_anything_is_decided(self, house, words, told):
        number = house.heard()
        done = house.sanction("decide", number, "--reason", "x", *words, user="dorte", check=False)
        assert done.returncode == 2 and told in done.stderr, done.stderr
        assert case(house, number)["state"] == "heard"
        done = house.sanction("decide", number, "--reason", "x", "--reach", "user", "--days", "30", user="dorte")
        assert json.loads(done.stdout)["days"] == 30, "the control"

    def test_the_closed_do_not_look_into_the_outbox(self, house):
        house.put("tabel.csv", "gruppe;antal\nA;120\n")
        assert house.release("stage", PROJECT).returncode == 0
        decided(house, house.heard("minor"))
        done = house.release("stage", PROJECT, check=False)
        assert done.returncode == 1 and "tabel.csv" not in done.stdout

    def test_numbers_for_everybody_tell_nothing_of_this_year(self, house):
        decided(house, house.heard())
        assert json.loads(house.sanction("statistics", user="eve").stdout) == {"breaches": []}
        house.change("UPDATE sanction_case SET created = created - 366 * 86400000000")
        cells = json.loads(house.sanction("statistics", user="eve").stdout)["breaches"]
        assert [cell["cases"] for cell in cells if cell["group"] != "minor"] == [None, None], "one is few"


class TestMailInFlight:
    def test_what_is_approved_is_held_and_given_back(self, house):
        number = house.sent_for_review("a.csv")
        other = house.sent_for_review("b.csv")
        house.stop("fvm-courier")
        house.approve(number)
        breach = house.heard()
        decided(house, breach)
        assert house.state(number, user="olga") == "held"
        assert house.approve(other, check=False).returncode == 1, "nothing of a closed project is approved"
        assert house.release("settle", number, "--again", "--reason", "x", user="olga", check=False).returncode == 1
        house.start("fvm-courier")
        time.sleep(3)
        assert house.mail.mails() == []
        records = house.actions()
        decision = next(i for i, r in enumerate(records) if r["action"] == "sanction.decide")
        assert records[decision]["facts"]["releases_held"] == "1"
        assert records[decision + 1]["action"] == "release.suspend" and records[decision + 1]["subject"] == number
        house.sanction("lift", breach, "--reason", "ud", user="dan")
        house.wait_for_state(number, "sent")
        assert len(house.mail.mails()) == 1

    def test_a_mail_that_is_being_sent_is_broken_off_and_not_sent_twice(self, house):
        """The server waits before it asks for the message: the closing comes while the mail is in `sending`."""
        number = house.sent_for_review()
        breach = house.heard()
        house.mail.answer("slow 4")
        house.approve(number)
        house.wait_for_state(number, "sending")
        decided(house, breach)
        assert house.state(number, user="olga") == "held"
        time.sleep(6)
        assert house.state(number, user="olga") == "held" and house.mail.mails() == [], "no byte of it was taken"
        house.mail.answer(None)
        house.sanction("lift", breach, "--reason", "ud", user="dan")
        house.wait_for_state(number, "sent")
        assert len(house.mail.mails()) == 1

    @pytest.mark.parametrize("point", ["audit.before_commit", "audit.after_commit"])
    def test_killed_while_closing_all_of_it_or_nothing(self, house, point):
        number = house.sent_for_review()
        house.stop("fvm-courier")
        house.approve(number)
        breach = house.heard()
        done = house.sanction("decide", breach, "--reason", "x", user="dorte", check=False, crash_at=point)
        assert done.returncode == -signal.SIGKILL
        closed = point == "audit.after_commit"
        assert (case(house, breach)["state"], house.state(number, user="olga")) == (("in_force", "held") if closed else ("heard", "approved"))
        verified = house.instance.fvm("audit", "verify", check=False)
        assert verified.returncode == 0, verified.stderr
