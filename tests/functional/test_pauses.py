"""Closed without a sanction: a pause of an account or an institution, and an institution that leaves for good."""
import json
import signal

import pytest

from support.house import PROJECT, House


@pytest.fixture
def house(tmp_path):
    with House(tmp_path) as it:
        yield it


def fvm(house, *words, user=None, check=True, **more):
    return house.instance.fvm(*words, user=user, check=check, **more)


def waiting(house, name="a.csv"):
    """Approved, and no courier to send it."""
    number = house.sent_for_review(name)
    house.stop("fvm-courier")
    house.approve(number)
    return number


class TestAnAccount:
    def test_what_is_approved_waits_and_everything_is_given_back(self, house):
        number = waiting(house)
        fvm(house, "user", "pause", "anna", "--reason", "nøgle tabt")
        assert house.state(number, user="olga") == "held"
        refused = house.send("b.csv")
        assert refused.returncode == 1 and "sanction list" in refused.stderr
        assert fvm(house, "session", PROJECT, "--", "true", user="anna", check=False).returncode == 1
        assert fvm(house, "session", PROJECT, "--", "true", user="bo", check=False).returncode == 3, "nobody else: there are no data here, but no door is shut"
        assert json.loads(house.sanction("list", user="sofus").stdout)["cases"] == [], "it is no case"
        fvm(house, "user", "resume", "anna", "--reason", "ny nøgle")
        house.start("fvm-courier")
        house.wait_for_state(number, "sent")
        assert len(house.mail.mails()) == 1
        paused = next(r for r in house.actions() if r["action"] == "account.paused")
        assert paused["facts"]["releases_held"] == "1" and paused["facts"]["reason"] == "nøgle tabt" and paused["subject"] == "anna"

    def test_it_counts_against_nobody(self, house):
        """After a sanction a user's requests are looked at by two for a time; after a pause they are not."""
        fvm(house, "user", "pause", "anna", "--reason", "orlov")
        fvm(house, "user", "resume", "anna", "--reason", "tilbage")
        number = house.sent_for_review("efter.csv")
        house.approve(number)
        house.wait_for_state(number, "sent")

    def test_ends_by_itself_after_its_last_day(self, house):
        today = house.instance.json("user", "pause", "anna", "--reason", "x", "--until", "2099-01-01")
        assert today["until"] == "2099-01-01"
        house.change("UPDATE suspension SET until = '2020-01-01'")
        house.start("fvm-steward")
        house.instance.wait_for(lambda: any(r["action"] == "account.pause_ended" for r in house.actions()), 60)
        ended = next(r for r in house.actions() if r["action"] == "account.pause_ended")
        assert (ended["actor"], ended["subject"]) == ("fvm-clock", "anna")
        house.put("b.csv", "gruppe;antal\nA;120\n")
        assert house.send("b.csv").returncode == 0

    def test_a_sanction_goes_on_when_a_pause_ends(self, house):
        number = house.heard()
        fvm(house, "user", "pause", "anna", "--reason", "orlov")
        house.sanction("decide", number, "--reason", "x", user="dorte")
        fvm(house, "user", "resume", "anna", "--reason", "tilbage")
        assert house.send("a.csv").returncode == 1, "what the case closed stays closed"
        assert "sanction list" in fvm(house, "user", "resume", "anna", "--reason", "x", check=False).stderr
        house.sanction("lift", number, "--reason", "ud", user="dan")
        house.put("a.csv", "gruppe;antal\nA;120\n")
        assert house.send("a.csv").returncode == 0

    @pytest.mark.parametrize("words, told", [
        (("user", "pause", "nobody", "--reason", "x"), "nobody"),
        (("user", "pause", "anna", "--reason", "x", "--until", "2020-02-30"), "2020-02-30"),
        (("user", "pause", "anna", "--reason", "x", "--until", "2020-02-01"), "2020-02-01"),
        (("user", "pause", "anna", "--reason", ""), "anna"),
        (("user", "resume", "anna", "--reason", "x"), "anna"),
        (("institution", "pause", "nowhere", "--reason", "x"), "nowhere"),
        (("institution", "close", "nowhere", "--reason", "x"), "nowhere"),
        (("institution", "recipient", "10150817", "--remove", "@ingen.dk"), "@ingen.dk"),
        (("institution", "recipient", "10150817"), ""),
    ])
    def test_mistakes_change_nothing(self, house, words, told):
        before = fvm(house, "audit", "export").stdout
        done = fvm(house, *words, check=False)
        assert done.returncode in (1, 2) and told in done.stderr, done.stderr
        assert fvm(house, "audit", "export").stdout == before

    def test_paused_twice_is_refused_and_killed_between_is_all_or_nothing(self, house):
        number = waiting(house)
        for point in ("audit.before_commit", "audit.after_commit"):
            killed = fvm(house, "user", "pause", "anna", "--reason", "x", check=False, crash_at=point)
            assert killed.returncode == -signal.SIGKILL
            held = house.state(number, user="olga") == "held"
            assert held == (point == "audit.after_commit")
        assert fvm(house, "user", "pause", "anna", "--reason", "x", check=False).returncode == 1


class TestAnInstitution:
    def test_paused_and_open_again(self, house):
        number = waiting(house)
        fvm(house, "institution", "pause", "Demo Kommune", "--reason", "bedt om det", user="sofus")
        assert house.state(number, user="sofus") == "held"
        assert fvm(house, "session", PROJECT, "--", "true", user="bo", check=False).returncode == 1
        fvm(house, "institution", "resume", "10150817", "--reason", "bedt om det", user="sofus")
        assert house.state(number, user="olga") == "approved"
        assert fvm(house, "session", PROJECT, "--", "true", user="bo", check=False).returncode == 3

    def test_closed_for_good(self, house):
        number = waiting(house)
        assert fvm(house, "institution", "close", "10150817", "--reason", "x", user="olga", check=False).returncode == 1, "one's own"
        closed = house.instance.json("institution", "close", "10150817", "--reason", "lagt sammen", user="sofus")
        assert closed["closed"] and closed["recipients"] == []
        users = {u["user"]: u["closed"] for u in house.instance.json("user", "list")["users"]}
        assert users["anna"] and users["olga"] and not users["sofus"]
        assert house.state(number, user="sofus") == "held"
        for words in (("user", "add", "ny", "--institution", "10150817", "--role", "analyst"),
                      ("institution", "recipient", "10150817", "@ny.dk"), ("institution", "resume", "10150817", "--reason", "x"),
                      ("institution", "close", "10150817", "--reason", "igen")):
            assert fvm(house, *words, check=False).returncode == 1, words
        house.start("fvm-courier")
        assert house.mail.mails() == []

    def test_a_recipient_taken_off_the_list_gets_nothing_more(self, house):
        number = waiting(house)
        before = house.instance.json("institution", "show", "10150817")["recipients"]
        house.instance.json("institution", "recipient", "10150817", "@nyt.dk", "--remove", *before)
        house.start("fvm-courier")
        house.wait_for_state(number, "held")
        assert house.mail.mails() == []


def code(answer):
    return answer[1].get("type", "").removeprefix("urn:fvm:problem:")


class TestOverTheApi:
    def test_operators_and_nobody_else(self, house):
        house.portal()
        calls = [("accounts/anna/pause", {"reason": "x"}), ("accounts/anna/resume", {"reason": "x"}),
                 ("institutions/10150817/recipients", {"add": ["@x.dk"]}), ("institutions/12345674/pause", {"reason": "x"}),
                 ("institutions/12345674/resume", {"reason": "x"}), ("institutions/12345674/close", {"reason": "x"})]
        for path, body in calls:
            for user in ("anna", "rita", "sofus"):
                assert code(house.ask("POST", path, user, body)) == "identity.role_missing", (user, path)
            assert house.ask("POST", path, None, body)[0] == 401
        assert code(house.ask("POST", "accounts/olga/pause", "olga", {"reason": "x"})) == "oversight.own_account"
        assert code(house.ask("POST", "institutions/10150817/pause", "olga", {"reason": "x"})) == "oversight.own_account"
        status, pause = house.ask("POST", "accounts/anna/pause", "olga", {"reason": "orlov", "until": "2099-01-01"})
        assert status == 201 and (pause["scope"], pause["subject"], pause["until"]) == ("user", "anna", "2099-01-01")
        assert [p["subject"] for p in house.ask("GET", "accounts", "olga")[1]["pauses"]] == ["anna"]
        assert house.ask("POST", "accounts/anna/resume", "olga", {"reason": "tilbage"})[1]["pauses"] == []
        assert house.ask("POST", "institutions/10150817/recipients", "olga", {"add": ["@x.dk"]})[1]["recipients"].count("@x.dk") == 1
        closed = house.ask("POST", "institutions/12345674/close", "olga", {"reason": "lagt sammen"})[1]
        assert closed["closed"] is True
        assert code(house.ask("GET", "security", "sofus")) == "identity.user_closed"
