"""kill -9 between any two steps of a case: nothing is lost, done twice or skipped."""
import pytest

from support.cases import Cases, Post
from support.mail import attachments


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    with Cases(tmp_path_factory.mktemp("crashes")) as it:
        yield it


def crash(cases, at, *words, user):
    done = cases.instance.fvm("application", *words, user=user, check=False, crash_at=at)
    assert done.returncode == -9, f"did not reach {at}: {done.stdout}{done.stderr}"


def whole(cases):
    """The ledger's files follow the store, and every step stands there once."""
    assert cases.instance.fvm("audit", "verify", check=False).returncode == 0


class TestKilled:
    def test_after_a_case_was_begun_it_is_there_once(self, cases):
        before = {c["case"] for c in cases.do("list", user="anna")["cases"]}
        crash(cases, "casework.begun", "new", cases.file(), user="anna")
        after = {c["case"] for c in cases.do("list", user="anna")["cases"]}
        assert len(after - before) == 1
        assert cases.show((after - before).pop(), "anna")["state"] == "draft"
        whole(cases)

    def test_while_the_text_is_checked_nothing_was_handed_in(self, cases):
        number = cases.new()
        crash(cases, "casework.checked", "submit", number, user="anna")
        shown = cases.show(number, "anna")
        assert shown["state"] == "draft" and shown["submitted_version"] == 0 and not shown["letters"]
        assert cases.do("submit", number, user="anna")["state"] == "submitted"
        whole(cases)

    @pytest.mark.parametrize("point", ["audit.after_commit", "casework.stepped"])
    def test_after_a_step_it_is_taken_once_with_its_letter(self, cases, point):
        number = cases.new()
        crash(cases, point, "submit", number, user="anna")
        shown = cases.show(number, "anna")
        assert shown["state"] == "submitted" and len(shown["letters"]) == 1
        again = cases.run("submit", number, user="anna")
        assert again[0] == 1 and again[1]["error"] == "casework.not_allowed"
        assert len(cases.show(number, "anna")["letters"]) == 1
        taken = [r["action"] for r in cases.records() if r["subject"] == number and r["action"] != "casework.followed"]
        assert taken == ["casework.begun", "casework.submit", "casework.refused"]
        whole(cases)

    @pytest.mark.parametrize("point", ["audit.after_commit", "casework.stepped"])
    def test_a_decision_is_taken_once(self, cases, point):
        number = cases.under_assessment()
        crash(cases, point, "decide", number, "--reject", "--text", "Ikke statistik", user="dorte")
        assert cases.show(number)["state"] == "rejected"
        assert cases.run("decide", number, "--approve", "--text", "Fortrudt", user="dorte")[0] == 1
        assert [s["event"] for s in cases.show(number)["history"]].count("reject") == 1
        whole(cases)


@pytest.fixture
def post(tmp_path):
    with Post(tmp_path) as it:
        yield it


class TestLetters:
    def test_a_letter_arrives_in_both_languages_with_what_was_asked(self, post):
        number = post.cases.under_assessment()
        post.cases.do("request", number, "--text", "Hvorfor Ærø?", user="karl")
        post.start()
        post.wait_for_letter(number, "sent")
        mails = post.mail.mails()
        assert len(mails) == 2 and {m["to"] for m in mails} == {"anna@demo-kommune.example"}
        text = mails[1].get_body().get_content()
        assert number in mails[1]["subject"] and "Hvorfor Ærø?" in text and "Vi kan ikke gå videre" in text and "We cannot go on" in text
        assert attachments(mails[1]) == {} and post.mail.envelopes()[1]["encrypted"]
        assert [r["action"] for r in post.cases.records("letter.")] == ["letter.opened", "letter.sent"] * 2

    @pytest.mark.parametrize("point,copies", [("letter.opened", 1), ("letter.sent", 2)])
    def test_a_courier_that_was_killed_sends_it_again_with_the_same_message_id(self, post, point, copies):
        number = post.cases.submitted()
        post.start(crash_at=point)
        assert post.program.wait(30) == -9
        post.start()
        post.wait_for_letter(number, "sent")
        mails = post.mail.mails()
        assert len(mails) == copies and len({m["message-id"] for m in mails}) == 1

    def test_a_silent_server_is_tried_again_and_one_that_refuses_ends_it(self, post):
        number = post.cases.submitted()
        post.mail.answer("rcpt 451")
        post.start()
        post.cases.instance.wait_for(lambda: any(r["action"] == "letter.deferred" for r in post.cases.records("letter.")), 30)
        post.mail.answer("rcpt 550")
        post.wait_for_letter(number, "failed", 60)
        notices = post.cases.show(number)["notices"]
        assert any(n["audience"] == "role:caseworker" and "could not be delivered" in n["en"] for n in notices)
        assert not post.mail.mails()
