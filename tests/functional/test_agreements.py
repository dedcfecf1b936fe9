"""From a granted application to a living project: agreements, acceptance, access; and no access before."""
import hashlib
import json
import re
import shutil
import subprocess

import pytest

from support import applications, duck
from support.applications import (DIABETES, ORDERED, PERSONS, VISITS, accept_all, agreements, answer, application, codes, decide, grant,
                                  submit, user, write)
from support.projects import filled

needs_office = pytest.mark.skipif(not shutil.which("soffice") or not shutil.which("pdfinfo"),
                                  reason="needs libreoffice-writer-nogui and poppler-utils")
pytestmark = needs_office


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with filled(tmp_path_factory.mktemp("agreements") / "i") as instance:
        applications.settle(instance)
        yield instance


@pytest.fixture(scope="module")
def granted(running):
    return grant(running)


def columns(instance, number, account):
    """What an analyst's session sees: table -> its columns."""
    done = instance.fvm("session", number, "--", "psql", "-At", "-c",
                        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'tst' ORDER BY 1, 2",
                        user=account, check=False)
    assert done.returncode == 0, done.stderr
    out = {}
    for line in done.stdout.split():
        table, column = line.split("|")
        out.setdefault(table, []).append(column)
    return out


# --- the agreements


def test_agreements_are_made_when_the_case_is_granted(running, granted):
    made = agreements(running, granted)
    assert [(each["kind"], each["name"], each["state"]) for each in made["agreements"]] == [
        ("data_processing", "Signe", "open"), ("disclosure", "Signe", "open"), ("user_declaration", "Ulla", "open")]
    for each in made["agreements"]:
        for kind in ("pdf", "docx"):
            assert hashlib.sha256(open(each[kind], "rb").read()).hexdigest() == each[f"{kind}_sha256"]


def test_there_are_none_before(running):
    number = submit(running)
    done = running.fvm("application", "agreements", number, user="anna", check=False)
    assert done.returncode == 1 and "no agreements" in done.stderr


def test_the_pdf_is_tagged_and_holds_the_specification(running, granted):
    made = agreements(running, granted)
    pdf = made["agreements"][0]["pdf"]
    facts = subprocess.run(["pdfinfo", pdf], capture_output=True, text=True, check=True).stdout
    assert re.search(r"^Tagged:\s+yes$", facts, re.M) and "Databehandleraftale" in facts
    structure = subprocess.run(["pdfinfo", "-struct-text", pdf], capture_output=True, text=True, check=True).stdout
    tags = re.findall(r"^\s*(H\d|P|L|LI|Table|TR|TH|TD) \(?|^\s*(TH|TD):", structure, re.M)
    for tag in ("H1", "H2", "H3", "H4", "LI", "Table", "TH", "TD"):
        assert re.search(rf"^\s*{tag}\b", structure, re.M), tag
    assert "/Scope /Column" in structure and tags
    text = "".join(re.findall(r'"(.*)"', structure))
    specification = running.json("application", "specification", granted, user="anna")["specification"]
    assert hashlib.sha256(specification.encode()).hexdigest() == made["specification_sha256"]
    assert made["specification_sha256"] in text
    squeeze = lambda words: re.sub(r"\s+", "", words)
    assert squeeze(specification) in squeeze(text.replace("\\\"", "\"")), "the text itself stands in the annex, word for word"


@pytest.mark.skipif(not shutil.which("qpdf"), reason="needs qpdf")
def test_the_pdf_names_its_language_and_shows_its_title(running, granted):
    pdf = agreements(running, granted)["agreements"][0]["pdf"]
    root = json.loads(subprocess.run(["qpdf", "--json", "--json-key=qpdf", pdf], capture_output=True, check=True).stdout)
    text = json.dumps(root)
    assert '"/Lang": "u:da-DK"' in text and '"/DisplayDocTitle": true' in text and '"/Marked": true' in text


def test_the_docx_opens_again_and_says_the_same(running, granted, tmp_path):
    each = agreements(running, granted)["agreements"][1]
    subprocess.run(["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "txt:Text (encoded):UTF8",
                    "--outdir", tmp_path, each["docx"]], check=True, capture_output=True)
    [text] = [file.read_text(encoding="utf-8-sig") for file in tmp_path.glob("*.txt")]
    assert "Aftale om videregivelse" in text and "diagnosis begynder med »DE11«" in text
    plain = running.fvm("application", "agreements", granted, "--show", each["id"], user="anna").stdout.rstrip()
    plain = plain[:plain.rindex("\n")]  # the footer is on every page and in no text export
    words = lambda source: set(re.findall(r"\w{6,}", source))
    assert words(plain) - words(text) == set()


def test_somebody_else_sees_nothing(running, granted):
    running.fvm("institution", "add", "Anden Kommune", "--cvr", "29189889", check=False)
    running.fvm("user", "add", "otto", "--institution", "29189889", "--role", "applicant", "--role", "signatory", check=False)
    for verb in ("agreements", "accept", "specification"):
        done = running.fvm("application", verb, granted, user="otto", check=False)
        assert done.returncode == 2 and "Diabetes" not in done.stdout


# --- what is granted must be buildable


@pytest.mark.parametrize("change, said", [
    (dict(grants=VISITS.replace('"diagnosis"', '"diagnossis"')), "diagnossis"),
    (dict(grants=VISITS.replace('"diagnosis"', '"internal"')), "internal"),
    (dict(population='description = "x"\nany = [ { table = "TST.visit", where = "pnr = 1" } ]\n'), "pnr"),
])
def test_what_cannot_be_built_is_not_even_handed_in(running, change, said):
    """The pre-check says so with its place; the draft stays the applicant's."""
    number = running.json("application", "new", write(running, application(**change)), user="anna")["case"]
    done = running.fvm("application", "submit", number, user="anna", check=False)
    assert done.returncode == 1 and said in done.stderr, done.stderr
    assert running.json("application", "show", number, user="anna")["state"] == "draft"


def test_the_remarks_of_the_machine_go_with_the_case(running, granted):
    remarks = running.json("application", "show", granted, user="karl")
    assert "precheck." in json.dumps(remarks), remarks


def test_what_cannot_be_signed_cannot_be_granted(running):
    number = submit(running, application(signatory=user("Sven", "sven@elsewhere.example")))
    done = decide(running, number, check=False)
    assert done.returncode in (1, 2) and "Sven" in done.stderr, done.stderr
    assert running.json("application", "show", number, user="karl")["state"] == "under_assessment"
    assert running.fvm("application", "agreements", number, user="karl", check=False).returncode == 1


def test_what_cannot_be_built_any_more_cannot_be_granted(tmp_path):
    """Between handing in and decision the catalogue said that the variable may not be granted."""
    with filled(tmp_path / "i") as instance:
        applications.settle(instance)
        number = submit(instance)
        catalogue = instance.path / "inbox" / "projects.toml"
        catalogue.write_text(catalogue.read_text().replace('{ name = "diagnosis", class = "code" }',
                                                           '{ name = "diagnosis", class = "code", grantable = false }'))
        instance.fvm("catalogue", "import", catalogue)
        done = decide(instance, number, check=False)
        assert done.returncode in (1, 2) and "diagnosis" in done.stderr, done.stderr
        assert instance.json("application", "show", number, user="karl")["state"] == "under_assessment"


# --- the whole way


def test_from_application_to_a_session_that_sees_exactly_what_was_granted(running):
    number = grant(running, application(users=(user("Ulla"), user("Ib", account="ib"))))
    assert running.fvm("project", "show", number, check=False).returncode == 2, "no project yet"
    accept_all(running, number)
    made = agreements(running, number)
    assert made["in_force"] is True
    assert running.json("application", "show", number, user="anna")["state"] == "active"
    project = running.json("project", "show", number)
    assert project["specification_sha256"] == made["specification_sha256"]
    assert project["members"] == ["ib", "ulla"]
    assert columns(running, number, "ulla") == {"person": ["pnr", "sex"], "visit": ["day", "diagnosis", "id", "pnr"]}
    assert columns(running, number, "ib") == columns(running, number, "ulla")
    assert running.fvm("session", number, "--", "true", user="anna", check=False).returncode != 0, "the applicant is no user"
    assert running.fvm("audit", "verify").returncode == 0


# --- no access before everybody has accepted, by any way; each attack is tried again afterwards, where it works


def attacks(instance, number):
    """Ways to access without everybody's acceptance: name -> did it give a session?"""
    def session():
        return instance.fvm("session", number, "--", "true", user="ulla", check=False).returncode == 0
    tried = {"session": session()}
    instance.fvm("application", "activate", number, check=False)
    tried["activate"] = session()
    specification = instance.json("application", "specification", number, user="anna")["specification"]
    file = instance.path / "inbox" / "by-hand.toml"
    file.write_text(specification, encoding="utf-8")
    by_hand = [instance.fvm("project", verb, *words, check=False).returncode
               for verb, *words in (("create", file), ("build", number), ("member", "add", number, "ulla"))]
    tried["by hand"] = session() or by_hand[0] == 0
    return tried


def test_no_access_before_all_have_accepted(running):
    number = grant(running)
    agreements(running, number)
    sentences = codes(running, number)
    running.fvm("user", "add", "ulla", "--institution", applications.CVR, "--role", "analyst", check=False)
    assert not any(attacks(running, number).values())
    running.fvm("application", "accept", number, user="signe")
    assert not any(attacks(running, number).values()), "the signatory's acceptance alone is not enough"
    # answers that do not count
    sentence = sentences["ulla@demo.example"]
    wrong = [("> " + sentence, "ulla@demo.example"), ("Nej\n" + sentence, "ulla@demo.example"), (sentence, "mallory@demo.example"),
             (sentence, "ulla@demo.example.org"), (re.sub(r"\w{8}$", "00000000", sentence), "ulla@demo.example"),
             (re.sub(r"version \d+", "version 99", sentence), "ulla@demo.example"),
             (sentences["signe@demo.example"], "ulla@demo.example")]
    for text, sender in wrong:
        assert answer(running, text, sender, check=False).returncode == 1, (text, sender)
    assert running.fvm("application", "accept", number, user="karl", check=False).returncode == 1
    assert running.fvm("application", "accept", number, user="anna", check=False).returncode == 1
    assert not any(attacks(running, number).values())
    assert running.fvm("project", "show", number, check=False).returncode == 2, "nothing was made"
    answer(running, sentence, "ulla@demo.example")  # positive control
    assert attacks(running, number)["session"] is True


def test_an_answer_counts_once(running):
    number = grant(running)
    agreements(running, number)
    sentence = codes(running, number)["ulla@demo.example"]
    answer(running, sentence, "ulla@demo.example")
    again = answer(running, sentence, "ulla@demo.example", check=False)
    assert again.returncode == 1 and "already" in again.stderr


def test_taken_back_the_agreements_lapse(running):
    number = grant(running)
    agreements(running, number)
    sentence = codes(running, number)["ulla@demo.example"]
    running.fvm("application", "reopen", number, "--text", "Perioden skal ændres", user="karl")
    assert answer(running, sentence, "ulla@demo.example", check=False).returncode == 1
    assert running.fvm("application", "accept", number, user="signe", check=False).returncode == 1
    assert running.fvm("application", "activate", number, check=False).returncode == 1
    assert {each["state"] for each in agreements(running, number, user="karl")["agreements"]} == {"lapsed"}


def test_a_member_must_have_accepted(running):
    number = grant(running)
    accept_all(running, number)
    running.fvm("user", "add", "extra", "--institution", applications.CVR, "--role", "analyst")
    refused = running.fvm("project", "member", "add", number, "extra", check=False)
    assert refused.returncode == 1 and "declaration" in refused.stderr
    assert running.json("project", "show", number)["members"] == ["ulla"]


# --- killed on the way


@pytest.mark.parametrize("point", ["agreement.accepted", "agreement.project_made", "build.built", "agreement.project_built", "casework.stepped:2"])
def test_killed_on_the_way_to_access_and_carried_on(running, point):
    number = grant(running)
    agreements(running, number)
    sentences = codes(running, number)
    running.fvm("application", "accept", number, user="signe")
    file = running.path / "inbox" / "answer.txt"
    file.write_text(sentences["ulla@demo.example"])
    killed = running.fvm("application", "accept-mail", "--from", "ulla@demo.example", file, crash_at=point, check=False)
    assert killed.returncode == -9, killed.stderr
    running.fvm("application", "activate", number)
    assert columns(running, number, "ulla")["person"] == ["pnr", "sex"]
    project = running.json("project", "show", number)
    assert project["version"] in (1, 2) and project["members"] == ["ulla"]
    assert running.fvm("audit", "verify").returncode == 0


@pytest.mark.parametrize("point", ["agreement.files_kept", "casework.stepped"])
def test_killed_while_the_files_are_made(running, point):
    number = submit(running)
    running.fvm("application", "assign", number, "--to", "karl", user="karl")
    killed = running.fvm("application", "decide", number, "--approve", "--text", "Ja", user="dorte", crash_at=point, check=False)
    assert killed.returncode == -9
    assert all(each["pdf_sha256"] for each in agreements(running, number)["agreements"])
    accept_all(running, number)
    assert agreements(running, number)["in_force"]
