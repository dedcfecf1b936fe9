"""A result goes home: kept, checked, reviewed by somebody else, mailed once."""
import hashlib
import json
import os
import signal
import time

import pytest

from support.duck import rows as query
from support.house import PROJECT, PSEUDONYMS, House
from support.mail import attachments


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with House(tmp_path_factory.mktemp("release")) as it:
        yield it


@pytest.fixture
def own_house(tmp_path):
    with House(tmp_path) as it:
        yield it


def rules(document, position=0):
    return [f["rule"] for f in document["files"][position]["findings"] if f["severity"] != "note"]


class TestTheWholePath:
    def test_an_approved_file_arrives_as_it_was_encrypted(self, house):
        content = "gruppe;antal\nKvinder på Ærø;120\nMænd;55\n"
        number = house.sent_for_review("Tabel på Ærø.csv", content)
        assert house.state(number) == "in_review"
        before = len(house.mail.mails())
        house.approve(number)
        house.wait_for_state(number, "sent")
        mails = house.mail.mails()
        assert len(mails) == before + 1
        assert attachments(mails[-1]) == {"Tabel på Ærø.csv": content.encode()}
        assert mails[-1]["to"] == "mia@kommune.dk" and number in mails[-1]["subject"]
        assert house.mail.envelopes()[-1] == {"from": "hjemsendelse@example.org", "to": ["mia@kommune.dk"], "encrypted": True}
        shown = house.show(number)
        assert shown["files"][0]["approved_sha256"] == hashlib.sha256(content.encode()).hexdigest()
        assert [s["to"] for s in shown["history"]] == ["captured", "checking", "in_review", "approved", "sending", "sent"]

    def test_every_step_is_one_record_in_the_ledger(self, house):
        number = house.sent_for_review("ledger.csv")
        house.approve(number)
        house.wait_for_state(number, "sent")
        actions = [r["action"] for r in house.actions() if r["subject"] == number]
        assert actions == ["release.begun", "release.send", "release.check", "release.pass", "release.approve", "release.start",
                           "release.data", "release.accept"]

    def test_blocked_attempts_stay_on_record(self, house):
        house.put("faa.csv", "gruppe;antal\nA;120\nB;3\n")
        done = house.send("faa.csv")
        assert done.returncode == 1
        shown = json.loads(done.stdout)
        finding = shown["files"][0]["findings"][0]
        assert (shown["state"], finding["rule"], finding["row"], finding["column"]) == ("blocked", "small_count", 3, 2)
        assert finding["da"] != finding["en"]
        (house.outbox() / "faa.csv").unlink()
        assert house.copy_of(shown["files"][0]["sha256"]).exists()
        assert house.show(shown["release"])["state"] == "blocked"

    def test_the_same_bytes_twice_are_two_attempts_and_one_copy(self, house):
        first, second = (house.show(house.sent_for_review("to.csv", "a;antal\nx;77\n")) for _ in range(2))
        assert first["release"] != second["release"]
        path = house.copy_of(first["files"][0]["sha256"])
        assert house.kept().count(path.name) == 1
        assert path.stat().st_mode & 0o777 == 0o400

    def test_several_files_travel_in_one_mail(self, house):
        house.put("a.csv", "g;antal\nx;50\n")
        house.put("b.md", "# Resultat\nIngen sammenhæng.\n")
        number = json.loads(house.send("a.csv", "b.md").stdout)["release"]
        house.approve(number)
        house.wait_for_state(number, "sent")
        assert set(attachments(house.mail.mails()[-1])) == {"a.csv", "b.md"}

    def test_a_project_with_supplied_numbers_is_checked_like_any_other(self, house):
        """Its encrypted list lies beside the map of pseudonyms and has no pseudonyms of the project."""
        supplied = house.instance.path / "projects" / PROJECT / "population" / "supplied.parquet"
        query(f"COPY (SELECT 1::BIGINT AS mirror) TO '{supplied}' (FORMAT parquet)")
        house.put("id.csv", f"id;antal\n{PSEUDONYMS[0]};50\n")
        found = house.send("id.csv")
        number = house.sent_for_review("kohorte.csv")
        supplied.unlink()
        assert house.state(number) == "in_review"
        assert found.returncode == 1 and "pseudonym" in rules(json.loads(found.stdout)), found.stderr

    def test_stage_says_what_would_happen_and_keeps_nothing(self, house):
        house.put("vist.csv", f"id;antal\n{PSEUDONYMS[0]};50\n")
        kept = house.kept()
        done = house.instance.fvm("--json", "release", "stage", PROJECT, user="anna", check=False)
        files = {f["name"]: f for f in json.loads(done.stdout)["files"]}
        assert done.returncode == 1 and files["vist.csv"]["would_block"]
        assert "pseudonym" in [f["rule"] for f in files["vist.csv"]["findings"]]
        assert house.kept() == kept
        (house.outbox() / "vist.csv").unlink()


class TestWhoMayDecide:
    def test_nobody_but_a_reviewer_outside_the_project(self, house):
        number = house.sent_for_review("review.csv")
        for user, why in (("anna", "yourself"), ("bo", "member"), ("eve", "reviewer"), ("olga", "reviewer"), ("nobody", "reviewer")):
            done = house.approve(number, user=user, check=False)
            assert done.returncode == 1 and why in done.stderr, (user, done.stderr)
        assert house.state(number) == "in_review"
        refused = [r for r in house.actions() if r["action"] == "release.refused" and r["subject"] == number]
        assert len(refused) == 5

    def test_rejecting_needs_a_reason_and_is_final(self, house):
        number = house.sent_for_review("afvis.csv")
        assert house.release("review", number, "--reject", user="rita", check=False).returncode == 2
        house.release("review", number, "--reject", "--reason", "Kan genkendes", user="rita")
        assert house.show(number)["history"][-1]["reason"] == "Kan genkendes"
        assert house.approve(number, check=False).returncode == 1
        assert house.state(number) == "rejected"

    def test_strangers_see_nothing(self, house):
        number = house.sent_for_review("hemmelig.csv")
        unseen = house.release("show", number, user="eve", check=False)
        unknown = house.release("show", "H-999999", user="eve", check=False)
        assert unseen.returncode == unknown.returncode == 2
        assert unseen.stderr.replace(number, "N") == unknown.stderr.replace("H-999999", "N")
        assert json.loads(house.instance.fvm("--json", "release", "list", user="eve").stdout)["releases"] == []

    def test_the_author_may_take_it_back(self, house):
        number = house.sent_for_review("fortryd.csv")
        assert house.release("withdraw", number, user="rita", check=False).returncode == 1
        house.release("withdraw", number)
        assert house.state(number) == "withdrawn"
        assert house.approve(number, check=False).returncode == 1


class TestWhatIsRefused:
    @pytest.mark.parametrize("to", ["x@evil.dk", "x@kommune.dk.evil.dk", "x@sub.kommune.dk", "Ren@region.dk", "x@kommune.dk\r\nBcc: y@evil.dk",
                                    "x@kommune.dk,y@evil.dk", "<x@kommune.dk>", "x@kommunе.dk"])
    def test_recipients_outside_the_list(self, house, to):
        house.put("ok.csv", "g;antal\nx;50\n")
        done = house.send("ok.csv", to=to)
        assert done.returncode == 1, done.stdout
        assert house.send("ok.csv", to="x@kommune.dk").returncode == 0

    def test_people_and_words_that_are_missing(self, house):
        house.put("ok.csv", "g;antal\nx;50\n")
        assert house.send("ok.csv", user="eve").returncode == 1
        assert house.send("ok.csv", declare=False).returncode == 1
        assert house.send("ok.csv", purpose="  ").returncode == 2
        assert house.send("findes-ikke.csv").returncode == 2
        assert house.send("../../anna/ok.csv").returncode == 2

    @pytest.mark.parametrize("change", ["state = 'closed'", "valid_to = '2020-12-31'", "version = 0"])
    def test_a_project_that_may_not_be_used(self, house, change):
        house.put("ok.csv", "g;antal\nx;50\n")
        house.change(f"UPDATE project SET {change}")
        refused = house.send("ok.csv").returncode
        house.change("UPDATE project SET state = 'open', valid_to = '2099-12-31', version = 1")
        assert refused == 1 and house.send("ok.csv").returncode == 0

    def test_without_the_map_of_pseudonyms_nothing_is_checked(self, house):
        house.put("ok.csv", "g;antal\nx;50\n")
        population = house.instance.path / "projects" / PROJECT / "population" / "population.parquet"
        population.rename(population.with_suffix(".away"))
        done = house.send("ok.csv")
        population.with_suffix(".away").rename(population)
        assert done.returncode == 3, done.stdout
        house.release("resume", user="olga")
        assert house.instance.json("release", "list", user="anna")["releases"][0]["state"] == "in_review"

    def test_links_pipes_and_folders(self, house):
        secret = house.instance.path / "secret.csv"
        secret.write_text("g;antal\nx;50\n")
        (house.outbox() / "link.csv").symlink_to(secret)
        os.mkfifo(house.outbox() / "pipe.csv")
        (house.outbox() / "mappe.csv").mkdir()
        kept = house.kept()
        for name in ("link.csv", "pipe.csv", "mappe.csv"):
            done = house.send(name)
            assert done.returncode == 1 and "regular file" in done.stderr, name
        assert house.kept() == kept
        secret.rename(house.outbox() / "aegte.csv")
        assert house.send("aegte.csv").returncode == 0
        for name in ("link.csv", "pipe.csv"):
            (house.outbox() / name).unlink()
        (house.outbox() / "mappe.csv").rmdir()

    def test_a_file_over_the_limit_is_kept_and_blocked(self, house):
        house.put("stor.txt", b"x" * (11 << 20))
        shown = json.loads(house.send("stor.txt").stdout)
        assert shown["state"] == "blocked" and rules(shown) == ["too_large"]
        assert house.copy_of(shown["files"][0]["sha256"]).exists()


class TestBytes:
    def test_a_swap_after_sending_changes_nothing(self, house):
        number = house.sent_for_review("byt.csv", "g;antal\nx;60\n")
        house.put("byt.csv", "g;antal\nx;1\n")
        house.approve(number)
        house.wait_for_state(number, "sent")
        assert attachments(house.mail.mails()[-1])["byt.csv"] == b"g;antal\nx;60\n"

    def test_kept_bytes_that_were_changed_never_leave(self, house):
        number = house.sent_for_review("rettet.csv", "g;antal\nx;61\n")
        sha256 = house.show(number)["files"][0]["sha256"]
        path = house.copy_of(sha256)
        whole = path.read_bytes()
        path.chmod(0o600)
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        before = len(house.mail.mails())
        house.approve(number)
        house.wait_for_state(number, "held")
        house.release("settle", number, "--again", "--reason", "prøv igen", user="olga")
        house.wait_for_state(number, "held")
        assert len(house.mail.mails()) == before
        path.write_bytes(whole)
        house.release("settle", number, "--again", "--reason", "genskabt fra kopi", user="olga")
        house.wait_for_state(number, "sent")
        assert len(house.mail.mails()) == before + 1

    def test_a_header_in_the_file_name_or_purpose_is_text(self, house):
        bad = house.put("x\r\nBcc: evil@evil.dk", "g;antal\nx;50\n")
        assert house.send(bad.name).returncode == 2
        bad.unlink()
        number = house.sent_for_review("hoved.csv", purpose="Tabel\r\nBcc: evil@evil.dk\r\n\r\nX")
        house.approve(number)
        house.wait_for_state(number, "sent")
        mail = house.mail.mails()[-1]
        assert mail["bcc"] is None and house.mail.envelopes()[-1]["to"] == ["mia@kommune.dk"]

    def test_a_recipient_taken_off_the_list_after_approval(self, own_house):
        house = own_house
        number = house.sent_for_review("sent.csv")
        house.stop("fvm-courier")
        house.approve(number)
        house.change("DELETE FROM recipient WHERE address = '@kommune.dk'")
        house.start("fvm-courier")
        house.wait_for_state(number, "held")
        assert house.mail.mails() == []


class TestTheMailServer:
    def test_down_then_up(self, own_house):
        house = own_house
        number = house.sent_for_review()
        house.mail.stop()
        house.approve(number)
        house.wait_for_state(number, "failed")
        house.mail.start()
        house.release("resume", user="olga")
        house.wait_for_state(number, "sent")
        assert len(house.mail.mails()) == 1

    @pytest.mark.parametrize("answer, state", [("rcpt 451", "failed"), ("data 451", "failed"), ("rcpt 550", "held"), ("data 554", "held")])
    def test_later_is_tried_again_and_never_is_held(self, house, answer, state):
        number = house.sent_for_review("svar.csv", f"g;antal\n{answer};50\n")
        before = len(house.mail.mails())
        house.mail.answer(answer)
        house.approve(number)
        house.wait_for_state(number, state)
        assert len(house.mail.mails()) == before
        house.mail.answer(None)
        if state == "failed":
            house.release("resume", user="olga")
        else:
            house.release("settle", number, "--again", "--reason", "rettet", user="olga")
        house.wait_for_state(number, "sent")
        assert len(house.mail.mails()) == before + 1

    def test_an_unknown_outcome_is_held_for_a_person(self, house):
        number = house.sent_for_review("tvivl.csv")
        before = len(house.mail.mails())
        house.mail.answer("drop")
        house.approve(number)
        house.wait_for_state(number, "held")
        house.mail.answer(None)
        time.sleep(3)
        assert len(house.mail.mails()) == before + 1, "it was sent twice"
        assert house.release("settle", number, "--arrived", "--reason", "x", user="rita", check=False).returncode == 1
        house.release("settle", number, "--arrived", "--reason", "Modtager bekræfter", user="olga")
        assert house.state(number) == "sent"

    def test_a_certificate_that_is_not_trusted_gets_nothing(self, tmp_path):
        with House(tmp_path, tls=True) as house:
            house.stop("fvm-courier")
            house.configure(**{"mail.ca_file": '"/etc/ssl/certs/ca-certificates.crt"'})
            house.tls = False
            house.configure(**{"mail.ca_file": '""'})
            house.start("fvm-courier")
            number = house.sent_for_review()
            house.approve(number)
            house.wait_for_state(number, "failed")
            assert house.mail.mails() == []

    def test_where_tls_is_required_a_server_that_offers_none_gets_nothing(self, tmp_path):
        with House(tmp_path, tls=False) as house:
            house.stop("fvm-courier")
            house.configure(**{"mail.tls": '"required"'})
            house.start("fvm-courier")
            number = house.sent_for_review()
            house.approve(number)
            house.wait_for_state(number, "failed")
            assert house.mail.envelopes() == []
            house.stop("fvm-courier")
            house.mail.stop()
            house.mail.tls = house.tls = True
            house.mail.start()
            house.configure()
            house.start("fvm-courier")
            house.release("resume", user="olga")
            house.wait_for_state(number, "sent")
            assert [e["encrypted"] for e in house.mail.envelopes()] == [True], "the control: the same mail, once TLS is offered"

    def test_where_tls_is_only_wanted_a_server_that_offers_none_gets_the_mail_in_the_clear(self, tmp_path):
        with House(tmp_path, tls=False) as house:
            number = house.sent_for_review()
            house.approve(number)
            house.wait_for_state(number, "sent")
            assert [e["encrypted"] for e in house.mail.envelopes()] == [False]


class TestKilled:
    """kill -9 at every step, then resume: the same or the next state, never a skipped check, never two mails."""

    @pytest.mark.parametrize("point", ["release.begun", "release.captured", "release.recorded", "release.checked"])
    def test_of_the_command_before_review(self, own_house, point):
        house = own_house
        house.put("god.csv", "g;antal\nx;50\n")
        house.put("faa.csv", "g;antal\nx;2\n")
        for name, wanted in (("god.csv", "in_review"), ("faa.csv", "blocked")):
            done = house.send(name, crash_at=point)
            assert done.returncode == -signal.SIGKILL
            number = house.instance.json("release", "list", user="anna")["releases"][0]["release"]
            assert house.state(number) in ("staged", "captured", "checking")
            assert house.approve(number, check=False).returncode == 1
            house.release("resume", user="olga")
            assert house.state(number) == wanted
            assert house.copy_of(house.show(number)["files"][0]["sha256"]).exists()

    def test_of_the_command_after_approval(self, own_house):
        number = own_house.sent_for_review()
        assert own_house.approve(number, crash_at="release.approved", check=False).returncode == -signal.SIGKILL
        own_house.wait_for_state(number, "sent")
        assert len(own_house.mail.mails()) == 1

    @pytest.mark.parametrize("point, state, mails", [("release.sending", "sent", 1), ("release.data", "held", 0), ("release.sent", "held", 1)])
    def test_of_the_courier(self, own_house, point, state, mails):
        house = own_house
        number = house.sent_for_review()
        house.stop("fvm-courier")
        house.start("fvm-courier", crash_at=point)
        house.approve(number)
        assert house.programs.pop("fvm-courier").wait(20) == -signal.SIGKILL
        assert house.state(number) == "sending"
        house.start("fvm-courier")
        house.wait_for_state(number, state)
        assert len(house.mail.mails()) == mails
        if point == "release.data":
            house.release("settle", number, "--again", "--reason", "intet modtaget", user="olga")
            house.wait_for_state(number, "sent")
            assert len(house.mail.mails()) == 1

    def test_of_the_courier_while_nothing_happens_loses_no_record(self, own_house):
        house = own_house
        number = house.sent_for_review()
        house.approve(number)
        house.wait_for_state(number, "sent")
        house.programs.pop("fvm-courier").kill()
        assert house.state(number) == "sent"

    def test_without_launcher_nothing_is_skipped(self, own_house):
        house = own_house
        house.stop("fvm-launcher")
        house.put("god.csv", "g;antal\nx;50\n")
        assert house.send("god.csv").returncode == 3
        number = house.instance.json("release", "list", user="anna")["releases"][0]["release"]
        assert house.state(number) == "check_failed"
        assert house.approve(number, check=False).returncode == 1
        house.start("fvm-launcher")
        house.release("resume", user="olga")
        assert house.state(number) == "in_review"
