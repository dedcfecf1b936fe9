"""A case from the command line: applied for, assessed, decided, changed; who sees what."""
import json

import pytest

from support.cases import APPLICATION, Cases


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    with Cases(tmp_path_factory.mktemp("cases")) as it:
        yield it


class TestTheWholePath:
    def test_from_an_empty_form_to_a_decision(self, cases):
        form = cases.instance.fvm("application", "form").stdout
        code, drafted = cases.run("new", cases.file(form, "tom.toml"), user="anna")
        assert code == 0 and drafted["state"] == "draft" and drafted["findings"]
        number = drafted["case"]
        code, refused = cases.run("submit", number, user="anna")
        assert code == 1 and refused["findings"] and cases.show(number, "anna")["state"] == "draft"
        cases.do("save", number, cases.file(), user="anna")
        assert cases.do("submit", number, user="anna")["state"] == "submitted"
        assert cases.do("assign", number, "--to", "karl", user="karl")["caseworker"] == "karl"
        cases.do("request", number, "--text", "Begrund perioden", user="karl")
        changed = cases.file(APPLICATION.replace("from = 2015-01-01", "from = 2018-01-01"), "ny.toml")
        assert cases.do("answer", number, "--text", "Afkortet", "--document", changed, user="anna")["state"] == "under_assessment"
        difference = cases.do("difference", number, user="karl")
        assert [c["where"] for c in difference["changes"]] == ["grant LMDB.lmdb limits"]
        assert {line["sign"] for line in difference["lines"]} == {" ", "+", "-"}
        cases.do("ask", number, "--to", "kirsten", "--text", "Er det nødvendigt?", user="karl")
        cases.do("opinion", number, "--text", "Ja", user="kirsten")
        cases.do("recommend", number, "approve", "--text", "Nødvendigt", user="karl")
        decided = cases.do("decide", number, "--approve", "--text", "Betingelserne er opfyldt", user="dorte")
        assert decided["state"] == "awaiting_agreement"
        events = [s["event"] for s in cases.show(number)["history"]]
        assert events == ["save", "submit", "assign", "request", "save", "answer", "ask", "opine", "recommend", "approve"]
        assert [r["action"].removeprefix("casework.") for r in cases.records()
                if r["subject"] == number and r["action"] != "casework.followed"] == \
            ["begun", "refused"] + events

    def test_every_verb_has_an_example(self, cases):
        listed = cases.instance.fvm("application", "--help").stdout
        verbs = ["new", "save", "submit", "answer", "amend", "extend", "withdraw", "close", "assign", "request", "ask", "opinion",
                 "recommend", "decide", "reopen", "hand-over", "comment", "show", "list", "queue", "document", "difference", "form"]
        for verb in verbs:
            assert verb in listed
            text = cases.instance.fvm("application", verb, "--help").stdout
            assert f"Example:\n  fvm application {verb}" in text, verb

    def test_people_get_lines(self, cases):
        number = cases.submitted()
        shown = cases.instance.fvm("application", "show", number, user="anna").stdout
        assert number in shown and "Days left: 30" in shown and "too few to say" in shown
        assert number in cases.instance.fvm("application", "list", user="anna").stdout
        assert "The target is 30 working days" in cases.instance.fvm("application", "queue", user="anna").stdout
        assert cases.instance.fvm("application", "document", number, user="anna").stdout == APPLICATION + "\n"


class TestFindings:
    def test_say_file_line_column_and_what_to_do(self, cases):
        text = APPLICATION.replace("5798009811578", "5798009811579").replace("task = ", "tsak = ")
        done = cases.instance.fvm("application", "new", cases.file(text, "fejl.toml"), user="anna")
        wrong = [line for line in done.stderr.splitlines() if "fejl.toml:14:" in line]
        assert wrong and "5798009811579" in wrong[0] and "13 digits" in wrong[0]
        assert any('Did you mean "task"?' in line for line in done.stderr.splitlines())

    def test_danish_and_english(self, cases):
        _, made = cases.run("new", cases.file("[application]\n", "tom.toml"), user="anna")
        assert all(f["da"] != f["en"] for f in made["findings"])

    @pytest.mark.parametrize("text", ["[application", "title = \x00", "a = 1\na = 2\n", "# \xff"])
    def test_what_is_no_toml_makes_no_case(self, cases, text):
        before = len(cases.do("list", user="anna")["cases"])
        path = cases.folder / "broken.toml"
        path.write_bytes(text.encode("latin-1"))
        code, document = cases.run("new", path, user="anna")
        assert code == 1 and document["findings"]
        assert len(cases.do("list", user="anna")["cases"]) == before

    def test_a_missing_file_is_bad_input(self, cases):
        assert cases.run("new", cases.folder / "nowhere.toml", user="anna")[0] in (2, 3)


class TestWhoMayWhat:
    def test_each_refusal_is_on_record(self, cases):
        number = cases.under_assessment()
        before = len(cases.records("casework.refused"))
        for user, words in (("anna", ("decide", number, "--approve", "--text", "x")),
                            ("karl", ("decide", number, "--approve", "--text", "x")),
                            ("nils", ("comment", number, "--text", "x")),
                            ("olga", ("close", number, "--text", "x")),
                            ("dorte", ("opinion", number, "--text", "x"))):
            code, document = cases.run(*words, user=user)
            assert code in (1, 2) and document["error"].startswith("casework."), (user, document)
        assert len(cases.records("casework.refused")) == before + 5
        assert cases.show(number)["state"] == "under_assessment"

    def test_strangers_cannot_tell_a_case_from_none(self, cases):
        number = cases.submitted()
        real = cases.instance.fvm("application", "show", number, user="nils", check=False)
        none = cases.instance.fvm("application", "show", "FVM-2026-9876", user="nils", check=False)
        assert real.returncode == none.returncode == 2
        assert real.stderr.replace(number, "N") == none.stderr.replace("FVM-2026-9876", "N")

    def test_internal_words_are_not_shown_outside(self, cases):
        number = cases.under_assessment()
        cases.do("comment", number, "--internal", "--text", "intern-bemærkning", user="karl")
        cases.do("comment", number, "--text", "åben-bemærkning", user="karl")
        assert "intern-bemærkning" in json.dumps(cases.show(number, "kirsten"), ensure_ascii=False)
        for user in ("anna", "sofie"):
            seen = json.dumps(cases.show(number, user), ensure_ascii=False)
            assert "intern-bemærkning" not in seen and "åben-bemærkning" in seen and '"karl"' not in seen, user

    def test_a_decision_needs_reasons_and_one_verdict(self, cases):
        number = cases.under_assessment()
        assert cases.run("decide", number, "--approve", user="dorte")[1]["error"] == "casework.no_words"
        assert cases.run("decide", number, "--text", "x", user="dorte")[1]["error"] == "casework.one_verdict"
        assert cases.run("decide", number, "--approve", "--reject", "--text", "x", user="dorte")[0] == 2

    def test_by_mail_a_caseworker_types_it_in(self, cases):
        number = cases.do("new", cases.file(), "--mail-from", "anna@demo-kommune.example", user="karl")["case"]
        assert cases.run("show", number, user="anna")[0] == 2
        cases.do("submit", number, user="karl")
        cases.instance.fvm("application", "hand-over", number, "--to", "anna", user="karl")
        assert cases.show(number, "anna")["state"] == "submitted"
        assert cases.run("new", cases.file(), "--mail-from", "x@y.example", user="anna")[0] == 1


def test_a_project_made_by_hand_keeps_its_number(tmp_path):
    import datetime
    import sqlite3
    with Cases(tmp_path) as cases:
        cases.new()
        year = datetime.datetime.now(datetime.timezone.utc).year
        with sqlite3.connect(cases.instance.path / "store" / "fvm.sqlite") as store:
            store.execute("INSERT INTO project(number, title, authority, cvr, valid_from, valid_to, state, specification,"
                          " specification_sha256, version, created) VALUES (?, 'Test', 'Demo Kommune', '29189846', '2020-01-01',"
                          " '2099-12-31', 'open', '', '', 1, 0)", (f"FVM-{year}-0002",))
        store.close()
        assert cases.new() == f"FVM-{year}-0003"


def test_the_target_is_a_setting(tmp_path):
    with Cases(tmp_path, {"target_days = 30": "target_days = 12"}) as cases:
        number = cases.submitted()
        assert cases.show(number)["clock"]["days_left"] == 12
        assert "12 arbejdsdage" in cases.show(number)["letters"][0]["text"]
