"""A safe table leaves at once; what is not one, byte for byte, goes the ordinary way; what is recalled is known no more, and stays known."""
import hashlib
import json
import zipfile

import pytest

from support.instance import Instance
from support.keeper_client import copy_of
from support.leaving import CVR, TO, Leaving, rules
from support.tables import ALL, PROJECT, Tables, cells, people

PEOPLE = people(k101_084_K=7, k101_084_M=12, k102_084_K=3, k102_084_M=20, k201_085_K=9, k201_085_M=30)
BY_SEX = ("--rows", "kommune", "--columns", "koen")
MEN = ALL + " WHERE koen = 'M'"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """For what leaves no trace that another test would meet."""
    with Leaving(tmp_path_factory.mktemp("leaving"), PEOPLE) as it:
        yield it


@pytest.fixture
def own(tmp_path):
    with Leaving(tmp_path, PEOPLE) as it:
        yield it


class TestKnownByItsBytes:
    @pytest.mark.parametrize("ending", ["csv", "xlsx", "html", "svg"])
    def test_every_format_leaves_without_a_scan_and_without_a_person(self, house, ending):
        record, content = house.write(*BY_SEX, name=f"t.{ending}")
        request = house.send(f"t.{ending}")
        assert request["state"] in ("approved", "sending", "sent") and rules(request) == ["safe_table"]
        shown = house.wait(request["release"], "sent")
        assert house.arrived(request["release"]) == [{f"{PROJECT}-table-{record['table']}.{ending}": content}]
        assert [s["event"] for s in shown["history"]] == ["send", "check", "clear", "admit", "start", "accept"]
        assert copy_of(house.instance.path, shown["files"][0]["sha256"]).exists()

    def test_the_disclosure_record_is_with_the_release(self, house):
        record, content = house.write(*BY_SEX)
        shown = house.wait(house.send("t.csv")["release"], "sent")
        attached = shown["files"][0]["disclosure_record"]
        kept = house.instance.path / "released" / CVR / f"{record['table']}.json"
        assert attached["record_sha256"] == hashlib.sha256(kept.read_bytes()).hexdigest()
        assert (attached["table"], attached["cells"], attached["hidden"]) == (record["table"], len(record["cells"]), record["hidden"])
        assert attached["rules"]["counts.threshold"] == 5 and attached["data"][0]["mirror_version"] >= 0
        assert not {"marks", "counts", "sql"} & set(attached), "which hidden cells are small is told to nobody"
        facts = next(r["facts"] for r in house.actions(shown["release"]) if r["action"] == "release.clear")
        assert facts["record_sha256_1"] == attached["record_sha256"] and facts["sha256_1"] == hashlib.sha256(content).hexdigest()
        assert facts["table_1"] == str(record["table"])

    def test_every_step_is_one_record(self, house):
        house.write(*BY_SEX)
        number = house.send("t.csv")["release"]
        house.wait(number, "sent")
        assert [r["action"] for r in house.actions(number)] == ["release.begun", "release.send", "release.check", "release.clear",
                                                                 "release.admit", "release.start", "release.data", "release.accept"]

    def test_one_byte_more_goes_the_ordinary_way(self, house):
        _, content = house.write(*BY_SEX)
        for name, changed in (("a.csv", content + b"\n"), ("b.csv", content[1:]), ("c.csv", content.replace(b"81", b"82", 1)), ("d.csv", content.replace(b";", b",", 1))):
            assert changed != content
            house.put(name, changed)
            request = house.send(name)
            assert request["state"] in ("in_review", "blocked") and "safe_table" not in rules(request), name
            assert request["files"][0]["disclosure_record"] is None

    def test_stage_says_that_it_would_leave(self, house):
        record, content = house.write(*BY_SEX, name="stage.csv")
        house.put("stage2.csv", content + b" ")
        staged = {f["name"]: f for f in json.loads(house.instance.fvm("--json", "release", "stage", PROJECT, user="anna", check=False).stdout)["files"]}
        assert staged["stage.csv"]["would_leave"] and staged["stage.csv"]["safe_table"] == record["table"]
        assert not staged["stage2.csv"]["would_leave"] and staged["stage2.csv"]["safe_table"] == 0

    def test_written_again_it_is_known_too(self, house, tmp_path):
        record, _ = house.write(*BY_SEX)
        house.instance.fvm("ledger", "show", PROJECT, "--table", record["table"], "--out", house.outbox() / "again.html", user="anna")
        assert house.send("again.html")["state"] in ("approved", "sending", "sent")

    def test_beside_another_file_a_person_looks_at_both(self, house):
        house.write(*BY_SEX)
        house.put("other.csv", b"gruppe;antal\nA;120\nB;55\n")
        request = house.send("t.csv", "other.csv")
        assert request["state"] == "in_review" and rules(request) == ["safe_table"]
        house.instance.fvm("release", "review", request["release"], "--approve", user="rita")
        house.wait(request["release"], "sent")

    def test_what_the_analyst_named_at_length_is_read_by_a_person(self, house):
        house.write(*BY_SEX, "--title", "Borgere 1234567890123 og 3456789012345678", name="titel.csv")
        request = house.send("titel.csv")
        assert request["state"] == "in_review" and rules(request) == ["safe_table", "safe_table_words"]

    def test_headings_that_are_the_data_are_read_by_a_person(self, house):
        """Everybody's kommune, sex and kroner in the names of groups of nine; the same groups with short names leave at once."""
        group = "(row_number() OVER (ORDER BY pnr)) % 9 AS g FROM bef.person"
        rows = "(SELECT string_agg(kommune || koen || beloeb, '') FROM (SELECT *, " + group + ") r WHERE r.g = p.g)[1:95]"
        record, _ = house.write("--rows", "d", name="data.csv", sql=f"SELECT pnr, {rows} AS d FROM (SELECT pnr, {group}) p")
        assert max(len(c["d"]) for c in record["cells"]) > 60, "it is told in the table"
        request = house.send("data.csv")
        assert request["state"] == "in_review" and rules(request) == ["safe_table", "safe_table_words"]
        house.write("--rows", "d", name="short.csv", sql=f"SELECT pnr, {rows}[1:30] AS d FROM (SELECT pnr, {group}) p")
        assert house.send("short.csv")["state"] in ("approved", "sending", "sent")

    def test_an_address_that_could_be_a_message_is_read_by_a_person(self, house):
        house.write(*BY_SEX)
        request = house.send("t.csv", to="a1234567890123@example.dk")
        assert request["state"] == "in_review" and rules(request) == ["safe_table", "recipient_read"]

    def test_a_name_carries_nothing_out(self, house):
        _, content = house.write(*BY_SEX, name="0101901234 er syg.csv")
        number = house.send("0101901234 er syg.csv")["release"]
        house.wait(number, "sent")
        assert [list(each.values()) for each in house.arrived(number)] == [[content]]
        assert "0101901234" not in str(house.arrived(number))

    def test_a_format_that_may_not_leave_does_not_leave(self, house):
        house.write(*BY_SEX, name="t.json")
        request = house.send("t.json")
        assert request["state"] == "blocked" and "type_not_allowed" in rules(request)

    def test_the_allow_list_holds(self, house):
        house.write(*BY_SEX)
        assert json.loads(house.run("t.csv", to="mia@elsewhere.dk").stdout)["error"] == "release.recipient_not_allowed"


class TestNotKnown:
    def test_a_table_of_another_institution(self, own):
        _, content = own.write(*BY_SEX)
        own.tables.institution("Anden Kommune", "28856075", "berit")
        own.tables.project("TST-2026-9003", user="berit", cvr="28856075", name="Anden Kommune")
        own.put("t.csv", content, user="berit", project="TST-2026-9003")
        request = own.send("t.csv", user="berit", project="TST-2026-9003")
        assert request["state"] != "approved" and "safe_table" not in rules(request)
        assert own.send("t.csv")["state"] in ("approved", "sending", "sent"), "control: its own institution's is"

    def test_another_project_of_the_institution_may_send_it(self, own):
        _, content = own.write(*BY_SEX)
        own.tables.project("TST-2026-9002")
        own.put("t.csv", content, project="TST-2026-9002")
        assert own.send("t.csv", project="TST-2026-9002")["state"] in ("approved", "sending", "sent")

    @pytest.mark.parametrize("damage", ["record", "row", "chain", "output"])
    def test_a_record_that_is_not_what_was_recorded(self, own, damage):
        record, content = own.write(*BY_SEX)
        kept = own.instance.path / "released" / CVR / "1.json"
        sent = b"kommune;antal\r\nA;3000\r\n"
        if damage == "record":
            kept.write_text(kept.read_text().replace('"count":"persons"', '"count":"people"'))
        elif damage == "row":
            own.change("UPDATE safetable_release SET record_sha256 = ?", hashlib.sha256(b"x").hexdigest())
        elif damage == "output":  # somebody with the store alone names another file
            own.change("UPDATE safetable_output SET sha256 = ?", hashlib.sha256(sent).hexdigest())
            own.put("t.csv", sent)
        else:  # store and record say so, the chain does not
            forged = kept.read_text().replace(hashlib.sha256(content).hexdigest(), hashlib.sha256(sent).hexdigest())
            kept.write_text(forged)
            own.change("UPDATE safetable_release SET record_sha256 = ?", hashlib.sha256(forged.encode()).hexdigest())
            own.change("UPDATE safetable_output SET sha256 = ?", hashlib.sha256(sent).hexdigest())
            own.put("t.csv", sent)
        request = own.send("t.csv")
        assert "safe_table" not in rules(request) and request["state"] in ("in_review", "blocked")

    def test_damaged_between_clearing_and_sending_it_is_held(self, own):
        own.mail.answer("rcpt 451")
        own.write(*BY_SEX)
        number = own.send("t.csv")["release"]
        own.wait(number, "failed")
        kept = own.instance.path / "released" / CVR / "1.json"
        kept.write_text(kept.read_text() + " ")
        own.mail.answer()
        own.instance.fvm("release", "resume", user="olga")
        shown = own.wait(number, "held")
        assert shown["history"][-1]["reason"] == "release.table_unknown" and own.arrived(number) == []


class TestNothingElseIsWaived:
    def test_a_closed_account_a_member_no_more_a_closed_project(self, own):
        own.mail.answer("rcpt 451")
        own.write(*BY_SEX)
        numbers = [own.send("t.csv")["release"] for _ in range(2)]
        for number in numbers:
            own.wait(number, "failed")
        own.instance.fvm("project", "member", "remove", PROJECT, "anna")
        own.mail.answer()
        own.instance.fvm("release", "resume", user="olga")
        for number in numbers:
            end = own.instance.json("release", "show", number, user="olga")
            own.instance.wait_for(lambda: own.instance.json("release", "show", number, user="olga")["state"] == "held")
        assert own.mail.mails() == []
        assert json.loads(own.run("t.csv").stdout)["error"] == "release.not_member"

    def test_too_large_for_the_instance(self, own):
        _, content = own.write(*BY_SEX)
        own.instance.down()
        own.setting("release", "file_bytes_max = 1", f"file_bytes_max = {len(content) - 1}")
        own.instance.up()
        request = own.send("t.csv")
        assert request["state"] == "blocked" and rules(request) == ["too_large"]

    def test_an_instance_may_want_a_person_all_the_same(self, own):
        own.write(*BY_SEX)
        own.instance.down()
        own.setting("release", "safe_tables = ", 'safe_tables = "review"')
        own.instance.up()
        request = own.send("t.csv")
        assert request["state"] == "in_review" and rules(request) == ["safe_table"]

    def test_recalled_after_clearing_it_is_held(self, own):
        own.mail.answer("rcpt 451")
        own.write(*BY_SEX)
        number = own.send("t.csv")["release"]
        own.wait(number, "failed")
        own.instance.fvm("ledger", "recall", PROJECT, "--table", "1", "--reason", "Forkert periode", user="anna")
        own.mail.answer()
        own.instance.fvm("release", "resume", user="olga")
        assert own.wait(number, "held")["history"][-1]["reason"] == "release.table_recalled"
        # nor does an operator get it out
        own.instance.fvm("release", "settle", number, "--again", "--reason", "Prøv", user="olga")
        own.wait(number, "held")
        assert own.arrived(number) == []

    @pytest.mark.parametrize("point", ["release.begun", "release.captured", "release.recorded", "release.checked", "release.routed"])
    def test_killed_between_any_two_steps_it_leaves_once(self, house, point):
        before = len(house.mail.mails())
        _, content = house.write(*BY_SEX)
        assert house.run("t.csv", crash_at=point).returncode == -9
        house.instance.fvm("release", "resume", user="olga")
        number = house.instance.json("release", "list", PROJECT, user="anna")["releases"][0]["release"]
        shown = house.wait(number, "sent")
        assert [s["event"] for s in shown["history"]][:3] == ["send", "check", "clear"]
        assert [list(each.values()) for each in house.arrived(number)] == [[content]] and len(house.mail.mails()) == before + 1


class TestInOneStep:
    def test_made_and_sent(self, house):
        table = house.tables.table(*BY_SEX, "--send", TO, "--purpose", "Rapporten")
        shown = house.wait(table["release"], "sent")
        name = f"table-{table['table']}.xlsx"
        assert shown["purpose"] == "Rapporten" and [f["name"] for f in shown["files"]] == [name]
        (mail,) = house.arrived(table["release"])
        assert list(mail.values()) == [(house.outbox() / name).read_bytes()]
        assert zipfile.is_zipfile(house.outbox() / name)

    def test_with_files_of_its_own_too(self, house, tmp_path):
        table = house.tables.table(*BY_SEX, "--out", tmp_path / "t.csv", "--out", tmp_path / "t.svg", "--send", TO, "--purpose", "Rapporten")
        house.wait(table["release"], "sent")
        (mail,) = house.arrived(table["release"])
        assert sorted(mail.values()) == sorted((tmp_path / f"t.{e}").read_bytes() for e in ("csv", "svg"))

    def test_a_file_of_the_users_own_is_left_alone(self, house):
        number = house.tables.table(*BY_SEX)["table"] + 1
        house.put(f"table-{number}.xlsx", b"mine")
        table = house.tables.table(*BY_SEX, "--send", TO, "--purpose", "Rapporten")
        assert house.wait(table["release"], "sent")["files"][0]["name"] == f"table-{number}-2.xlsx"
        assert (house.outbox() / f"table-{number}.xlsx").read_bytes() == b"mine"

    @pytest.mark.parametrize("words, error", [(("--send", "x@evil.dk", "--purpose", "p"), "release.recipient_not_allowed"), (("--send", TO), "release.no_purpose")])
    def test_what_cannot_be_sent_is_not_made(self, house, words, error):
        before = len(house.instance.json("ledger", "show", PROJECT)["tables"])
        assert house.tables.refused(*BY_SEX, *words) == error
        assert len(house.instance.json("ledger", "show", PROJECT)["tables"]) == before

    @pytest.mark.parametrize("point", ["table.recorded", "table.in_outbox", "release.begun", "release.checked"])
    def test_killed_it_is_sent_at_most_once_and_the_table_is_known(self, house, point):
        before, mails = len(house.instance.json("ledger", "show", PROJECT)["tables"]), len(house.mail.mails())
        done = house.tables.run(*BY_SEX, "--send", TO, "--purpose", "Rapporten", crash_at=point)
        assert done.returncode == -9
        house.instance.fvm("release", "resume", user="olga")
        assert len(house.instance.json("ledger", "show", PROJECT)["tables"]) == before + 1
        if point.startswith("release."):
            house.wait(house.instance.json("release", "list", PROJECT, user="anna")["releases"][0]["release"], "sent")
        assert len(house.mail.mails()) == mails + point.startswith("release.")


class TestRecall:
    def test_its_file_is_known_no_more_and_not_written_again(self, own, tmp_path):
        own.write(*BY_SEX)
        own.instance.fvm("ledger", "recall", PROJECT, "--table", "1", "--reason", "Forkert periode", user="anna")
        assert "safe_table" not in rules(own.send("t.csv"))
        again = own.instance.fvm("--json", "ledger", "show", PROJECT, "--table", "1", "--out", tmp_path / "again.csv", check=False)
        assert json.loads(again.stdout)["error"] == "table.recalled" and not (tmp_path / "again.csv").exists()
        shown = own.instance.json("ledger", "show", PROJECT)["tables"][0]["recalled"]
        assert shown["reason"] == "Forkert periode" and shown["who"] == "anna"
        assert own.tables.records("table.recalled")[-1]["facts"]["table"] == "1"
        # made anew it is another table, and leaves
        own.write(*BY_SEX)
        assert own.send("t.csv")["state"] in ("approved", "sending", "sent")

    def test_who_may_and_what_it_takes(self, own):
        own.write(*BY_SEX)
        own.instance.fvm("user", "add", "eva", "--institution", CVR, "--role", "analyst")
        recall = lambda user, *words: json.loads(own.instance.fvm("--json", "ledger", "recall", PROJECT, *words, user=user, check=False).stdout).get("error")
        assert recall("eva", "--table", "1", "--reason", "x") == "table.recall_not_allowed"
        assert own.tables.records("table.recall_refused")[-1]["actor"] == "eva"
        assert recall("anna", "--table", "1", "--reason", " ") == "table.no_reason"
        assert recall("anna", "--table", "7", "--reason", "x") == "table.unknown"
        assert recall("olga", "--table", "1", "--reason", "x") is None
        assert recall("anna", "--table", "1", "--reason", "y") == "table.recalled"

    def test_what_it_told_stays_known(self, own):
        """Men after all: judged as if the first table had not been recalled. The control has it taken out of the ledger."""
        assert cells(own.tables.table("--rows", "kommune"), "kommune")["102",] == 23
        own.instance.fvm("ledger", "recall", PROJECT, "--table", "1", "--reason", "Forkert", user="anna")
        men = own.tables.table("--rows", "kommune", sql=MEN)
        assert cells(men, "kommune")["102",] == "…"
        assert men["facts_before"] > 0

    def test_control_without_the_first_table_the_second_tells(self, own):
        assert cells(own.tables.table("--rows", "kommune", sql=MEN), "kommune")["102",] == 20

    def test_a_release_with_a_table(self, own):
        own.write(*BY_SEX)
        number = own.send("t.csv")["release"]
        own.wait(number, "sent")
        assert own.instance.fvm("release", "recall", number, "--reason", "x", user="rita", check=False).returncode == 1
        assert own.instance.fvm("release", "recall", number, user="anna", check=False).returncode == 2
        said = own.instance.fvm("ledger", "recall", PROJECT, "--table", "1", "--reason", "Forkert", user="olga")
        assert number in said.stderr
        own.instance.fvm("release", "recall", number, "--reason", "Forkert modtager", user="anna")
        assert own.wait(number, "recalled")["history"][-1]["reason"] == "Forkert modtager"
        own.instance.wait_for(lambda: any("tilbage" in mail["subject"] for mail in own.mail.mails()))
        letter = [mail for mail in own.mail.mails() if "tilbage" in mail["subject"]][-1]
        assert letter["to"] == TO and number in letter["subject"]

    def test_recalling_the_release_recalls_its_tables(self, own):
        own.write(*BY_SEX)
        number = own.send("t.csv")["release"]
        own.wait(number, "sent")
        own.instance.fvm("release", "recall", number, "--reason", "Forkert modtager", user="olga")
        assert own.instance.json("ledger", "show", PROJECT)["tables"][0]["recalled"]["reason"] == f"{number}: Forkert modtager"
        assert "safe_table" not in rules(own.send("t.csv"))
        # only what was sent can be recalled
        other = own.send("t.csv")["release"]
        assert own.instance.fvm("release", "recall", other, "--reason", "x", user="olga", check=False).returncode == 1
