"""What the pages of cases ask the API for: texts that are not saved over each other, findings, open steps, the catalogue."""
import fcntl
import hashlib
import http.client
import io
import json
import threading
import zipfile
from urllib.parse import quote

import pytest

from support.cases import APPLICATION, Cases, ask_socket
from support.mailbox import message
from support.settings import change


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    with Cases(tmp_path_factory.mktemp("pages")) as it:
        it.instance.up()
        it.instance.wait_for(lambda: (it.instance.path / "run" / "casework.sock").exists())
        yield it


def ask(cases, method, path, user, body=None, tag=None):
    status, headers, text = cases.ask(method, path, user, body, tag)
    return status, headers.get("ETag"), json.loads(text) if "json" in headers["Content-Type"] else text


def public(cases, path):
    connection = http.client.HTTPConnection("127.0.0.1", cases.instance.port, timeout=20)
    connection.request("GET", path)
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


def titled(title):
    return APPLICATION.replace("Type 2-diabetes i kommunerne", title)


def test_two_browsers_do_not_overwrite_each_other(cases):
    document = f"/api/v1/applications/{cases.new()}/document"
    first = ask(cases, "GET", document, "anna")[1]
    status, second, _ = ask(cases, "PUT", document, "anna", titled("En"), first)
    assert status == 200 and second and second != first
    status, _, problem = ask(cases, "PUT", document, "anna", titled("To"), first)  # the other browser still has the first
    assert (status, problem["type"]) == (412, "urn:fvm:problem:casework.saved_meanwhile")
    assert ask(cases, "GET", document, "anna")[1:] == (second, titled("En"))
    assert ask(cases, "PUT", document, "anna", titled("To"), second)[0] == 200
    assert ask(cases, "PUT", document, "anna", titled("Tre"))[0] == 200  # a program that names no text
    assert ask(cases, "PUT", document, "anna", titled("Fire"), "nonsense")[0] == 412
    assert ask(cases, "GET", document, "anna")[2] == titled("Tre")


def test_what_is_wrong_is_told_to_whoever_may_change_it(cases):
    number = cases.new(APPLICATION.replace("5798009811578", "123").replace('purpose = "Statistik over forekomst og forløb"\n', ""))
    status, _, told = ask(cases, "GET", f"/api/v1/applications/{number}/findings", "anna")
    found = {each["code"]: each for each in told["findings"]}
    assert status == 200 and found["application.missing"]["place"]["name"] == "application.purpose"
    assert found["application.bad_ean"]["weight"] == "wrong"
    assert ask(cases, "GET", f"/api/v1/applications/{number}/findings", "nils")[0] == 404
    assert ask(cases, "GET", f"/api/v1/applications/{number}/findings", "karl")[0] == 404
    whole = cases.new()
    assert [each for each in ask(cases, "GET", f"/api/v1/applications/{whole}/findings", "anna")[2]["findings"] if each["weight"] != "note"] == []
    cases.do("submit", whole, user="anna")
    assert ask(cases, "GET", f"/api/v1/applications/{whole}/findings", "anna")[0] == 403  # nobody changes it now


def test_the_service_reads_what_the_machine_says_of_what_was_handed_in(cases):
    number = cases.under_assessment()

    def found(user):
        status, _, told = ask(cases, "GET", f"/api/v1/applications/{number}/findings", user)
        return status, sorted(each["code"] for each in told.get("findings", []))

    status, codes = found("karl")
    assert status == 200 and "application.missing" not in codes and found("dorte") == (200, codes)
    assert found("nils")[0] == 404, "the control"
    cases.do("request", number, "--text", "Hvorfor?", user="karl")
    _, tag, draft = ask(cases, "GET", f"/api/v1/applications/{number}/document", "anna")
    assert ask(cases, "PUT", f"/api/v1/applications/{number}/document", "anna", draft.replace('purpose = "Statistik over forekomst og forløb"\n', ""), tag)[0] == 200
    assert "application.missing" in found("anna")[1], "the applicant's own draft"
    assert found("karl") == (200, codes), "which is nobody else's before it is sent"


def test_the_steps_that_are_told_are_those_that_are_taken(cases):
    number = cases.under_assessment()
    path = f"/api/v1/applications/{number}"
    steps = {user: {each["event"]: each for each in ask(cases, "GET", path, user)[2]["steps"]} for user in ("anna", "sofie", "karl", "kirsten", "dorte")}
    assert set(steps["anna"]) == {"comment", "withdraw"} and set(steps["sofie"]) == {"comment", "withdraw"}
    assert set(steps["karl"]) == {"assign", "request", "comment", "note", "ask", "recommend"} and "opine" in steps["kirsten"]
    assert steps["dorte"]["approve"] == {"event": "approve", "to": "awaiting_agreement", "words": True}
    listed = next(each for each in ask(cases, "GET", "/api/v1/applications", "karl")[2]["cases"] if each["case"] == number)
    assert {each["event"] for each in listed["steps"]} == set(steps["karl"])
    # What is not told is refused, what is told is taken.
    assert ask(cases, "POST", f"{path}/steps/approve", "karl", json.dumps({"text": "x"}))[0] == 403
    assert ask(cases, "POST", f"{path}/steps/note", "karl", json.dumps({"text": "x"}))[0] == 200


def test_only_the_service_is_told_who_works_there(cases):
    number = cases.submitted()
    assert ask(cases, "GET", f"/api/v1/applications/{number}", "karl")[2]["staff"] == ["karl", "kirsten"]
    assert ask(cases, "GET", f"/api/v1/applications/{number}", "anna")[2]["staff"] == []


def test_the_catalogue_is_public_and_paged(cases):
    status, found = public(cases, "/api/v1/catalogue?q=lmdb")
    assert status == 200 and found["found"] > 50 and len(found["variables"]) == 50 and found["pages"] == 2
    rest = public(cases, "/api/v1/catalogue?q=LMDB&page=2")[1]["variables"]
    names = [(each["table"], each["name"]) for each in found["variables"] + rest]
    assert len(names) == len(set(names)) == found["found"] and ("LMDB.lmdb", "atc") in names
    assert public(cases, "/api/v1/catalogue?q=findes-ikke")[1] == {"found": 0, "page": 1, "pages": 0, "variables": []}
    assert public(cases, "/api/v1/catalogue")[1]["found"] == 0
    for wrong in ("0", "-1", "x", "99999999999999999999"):
        assert public(cases, f"/api/v1/catalogue?q=lmdb&page={wrong}")[0] == 400
    assert public(cases, "/api/v1/catalogue?q=lmdb&page=1000000")[1]["variables"] == []
    status, table = public(cases, "/api/v1/catalogue/lmdb/LMDB")
    assert (status, table["table"], table["person"], table["period"]) == (200, "LMDB.lmdb", "pnr12", "eksd")
    assert public(cases, "/api/v1/catalogue/LMDB/nothing")[0] == 404


EVENTS = """
index = "køb"
supplied = "personer.csv"
numbers_from = "Kommunens patientliste"
[[population.event]]
name = "køb"
table = "LMDB.lmdb"
where = "atc LIKE 'A10%'"
date = "eksd"
pick = "first"
[[population.event]]
name = "igen"
table = "LMDB.lmdb"
date = "eksd"
pick = "any"
after = { event = "køb", within_days = 180 }

[[grant]]"""


def test_whom_and_which_rows_it_is_about_in_words(cases):
    words = lambda number, user="anna", version="": ask(cases, "GET", f"/api/v1/applications/{number}/words{version}", user)[::2]
    number = cases.new(APPLICATION.replace("\n[[grant]]", EVENTS))
    status, told = words(number)
    assert status == 200 and told["read"] and told["version"] == 1
    danish, english = (" ".join(told[language]["population"]) for language in ("da", "en"))
    assert 'En persons indeksdato er datoen for "køb".' in danish and "180" in danish and "personer.csv" in danish and "atc begynder med A10" in danish, danish
    assert 'A person\'s index date is the date of "køb".' in english and "180" in english and "atc begins with A10" in english, english
    assert [each["table"] for each in told["da"]["tables"]] == ["LMDB.lmdb"] and "2015-01-01" in told["da"]["tables"][0]["rows"][0]
    assert [words(number, user)[0] for user in ("karl", "nils", "olga")] == [404] * 3, "a draft is the applicant's alone"
    # Two texts beside each other: what a person sees of the change.
    take = lambda event, user, **more: ask(cases, "POST", f"/api/v1/applications/{number}/steps/{event}", user, json.dumps(more))[0]
    later = APPLICATION.replace("\n[[grant]]", EVENTS).replace("180", "90")
    save = lambda text: ask(cases, "PUT", f"/api/v1/applications/{number}/document", "anna", text)[0]
    assert (take("submit", "anna"), take("request", "karl", text="hvorfor?"), save(later), take("answer", "anna", text="derfor")) == (200,) * 4
    before, after = (set(words(number, "karl", f"?version={each}")[1]["da"]["population"]) for each in (1, 2))
    assert len(before - after) == len(after - before) == 1 and "90" in (after - before).pop()
    assert [words(number, user)[0] for user in ("sofie", "dorte", "nils", "olga")] == [200, 200, 404, 404]
    assert words(number, version="?version=x")[0] == 400 and words(number, version="?version=9")[0] == 400
    # What the compiler cannot read has no words, and is no mistake of whoever looks.
    number = cases.new(later.replace('event = "køb"', 'event = "ukendt"'))
    status, told = words(number)
    assert status == 200 and not told["read"] and told["da"] == {"population": [], "tables": []}


PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-" + b"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
ELF = b"\x7fELF\x02\x01\x01" + bytes(200)


def packed(*parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return out.getvalue()


def macros():
    return packed(("[Content_Types].xml", "x"), ("word/document.xml", "x"), ("word/vbaProject.bin", "x"))


def macros_called_otherwise():
    """OOXML finds its parts by what the list says of them."""
    return packed(("[Content_Types].xml", '<Override PartName="/word/a.bin" ContentType="application/vnd.ms-office.vbaProject"/>'), ("word/document.xml", "x"), ("word/a.bin", "x"))


def open_document(*more):
    return packed(("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", "x"), *more)


def put(cases, number, user, name, content):
    status, _, answer = ask_socket(cases.instance, "POST", f"/api/v1/applications/{number}/attachments?name={quote(name)}", user, content)
    return status, json.loads(answer)


def attachments(cases, number, user):
    status, _, told = ask(cases, "GET", f"/api/v1/applications/{number}/attachments", user)
    return told["attachments"] if status == 200 else status


def kept(cases, content):
    sha256 = hashlib.sha256(content).hexdigest()
    return cases.instance.path / "cases" / "documents" / sha256[:2] / sha256


def test_a_document_is_seen_by_those_who_see_the_case(cases):
    number = cases.new()
    path = f"/api/v1/applications/{number}/attachments"
    status, made = put(cases, number, "anna", "../../Projekt beskrivelse æ.pdf", PDF)
    assert (status, made["name"], made["kind"], made["bytes"], made["removable"]) == (201, "Projekt beskrivelse æ.pdf", "pdf", len(PDF), True)
    assert put(cases, number, "anna", "igen.pdf", PDF)[1]["attachment"] == made["attachment"]  # the same bytes are there once
    assert kept(cases, PDF).read_bytes() == PDF and kept(cases, PDF).stat().st_mode & 0o777 == 0o600
    strangers = ("karl", "dorte", "sofie", "nils", "olga")  # a draft is the applicant's alone
    assert [attachments(cases, number, user) for user in strangers] == [404] * 5
    assert [ask_socket(cases.instance, "GET", f"{path}/{made['attachment']}", user)[0] for user in strangers] == [404] * 5
    assert [put(cases, number, user, "x.pdf", PDF + b"x")[0] for user in strangers] == [404] * 5
    cases.do("submit", number, user="anna")
    for user, sees in (("anna", True), ("karl", True), ("kirsten", True), ("dorte", True), ("sofie", True), ("nils", False), ("olga", False)):
        assert attachments(cases, number, user) == ([made | {"removable": False}] if sees else 404), user
        status, headers, content = ask_socket(cases.instance, "GET", f"{path}/{made['attachment']}", user)
        assert (status, content == PDF) == ((200, True) if sees else (404, False)), user
        if sees:  # saved, never shown by this origin
            assert headers["Content-Type"] == "application/octet-stream" and headers["Content-Disposition"].startswith("attachment;")
            assert "sandbox" in headers["Content-Security-Policy"] and headers["X-Content-Type-Options"] == "nosniff"
    other = cases.new()  # an id of another case leads nowhere
    assert ask_socket(cases.instance, "GET", f"/api/v1/applications/{other}/attachments/{made['attachment']}", "anna")[0] == 404
    records = [(each["actor"], each["action"]) for each in cases.records("attachment.") if each["subject"] == number]
    assert records[:2] == [("anna", "attachment.added")] * 2 and ("karl", "attachment.read") in records and ("nils", "attachment.read") not in records


def test_what_a_document_is_says_its_content(cases):
    number = cases.new()
    for name, content, code in (("projekt.pdf", ELF, "program"), ("brev.docx", macros(), "macros"), ("billede.png", b"PK\x05\x06" + bytes(18), "archive"),
                                ("tekst.txt", b"<!doctype html><script>alert(1)</script>", "kind"), ("tom.pdf", b"", "empty"),
                                ("side.txt", b" " * 1100 + b"<script>alert(1)</script>", "kind"), ("plan.bat", b"@echo off\r\n", "ending"),
                                ("brev.docx", macros_called_otherwise(), "macros"), ("brev.odt", open_document(("Basic/Standard/a.xml", "x")), "macros"),
                                ("projekt.txt", PDF + b"%\n", "ending"),
                                ("virus.txt", EICAR, "virus"), ("stor.pdf", PDF + bytes(7_000_001 - len(PDF)), "too_large")):
        status, problem = put(cases, number, "anna", name, content)
        assert (status, problem["type"]) == (422, f"urn:fvm:problem:attachment.{code}"), name
        assert not content or not kept(cases, content).exists()
    assert attachments(cases, number, "anna") == []
    refused = [each["facts"]["reason"] for each in cases.records("attachment.refused") if each["subject"] == number]
    assert refused == [f"attachment.{each}" for each in ("program", "macros", "archive", "kind", "kind", "ending", "macros", "macros", "ending", "virus")]
    # The control: the same names with what they promise, and the largest that may come.
    largest = PDF + bytes(7_000_000 - len(PDF))
    for name, content, kind in (("projekt.pdf", largest, "pdf"), ("tekst.txt", "en tekst æøå".encode(), "text"), ("Plan.TXT", b"@echo off\r\n", "text"),
                                ("brev.docx", packed(("[Content_Types].xml", "x"), ("word/document.xml", "x")), "docx"), ("brev.odt", open_document(), "odt")):
        assert put(cases, number, "anna", name, content)[1]["kind"] == kind
    # Larger bodies are for documents alone, and have an end there too.
    assert ask_socket(cases.instance, "POST", f"/api/v1/applications/{number}/attachments?name=x.pdf", "anna", bytes(8 << 20))[0] == 413
    assert ask_socket(cases.instance, "PUT", f"/api/v1/applications/{number}/document", "anna", bytes(2 << 20))[0] == 413


def test_a_document_that_could_not_be_looked_at_is_not_taken_and_is_on_record(cases):
    number, launcher = cases.new(), cases.instance.path / "run" / "launcher.sock"
    launcher.rename(launcher.with_suffix(".away"))
    try:
        assert put(cases, number, "anna", "projekt.pdf", PDF)[0] == 503
    finally:
        launcher.with_suffix(".away").rename(launcher)
    [record] = [each for each in cases.records("attachment.") if each["subject"] == number]
    assert (record["actor"], record["action"], record["facts"]["file"], record["facts"]["reason"]) == ("anna", "attachment.not_read", "projekt.pdf", "wire.not_running")
    assert record["facts"]["sha256"] == hashlib.sha256(PDF).hexdigest() and attachments(cases, number, "anna") == []
    assert put(cases, number, "anna", "projekt.pdf", PDF)[0] == 201, "the control"


def test_nobody_waits_for_a_mail_that_is_being_read(cases):
    number = cases.new()
    with open(cases.instance.path / "cases" / "intake.lock", "a") as reading:
        fcntl.flock(reading, fcntl.LOCK_EX)
        made = put(cases, number, "anna", "note.txt", b"en note")[1]
        assert ask(cases, "DELETE", f"/api/v1/applications/{number}/attachments/{made['attachment']}", "anna")[0] == 200
    with open(cases.instance.path / "cases" / "documents.lock", "a") as removing:
        fcntl.flock(removing, fcntl.LOCK_EX)
        waiting = threading.Thread(target=put, args=(cases, number, "anna", "note.txt", b"en note"))
        waiting.start()
        waiting.join(0.7)
        assert waiting.is_alive(), "the control: this one is waited for"
    waiting.join(20)
    assert [each["name"] for each in attachments(cases, number, "anna")] == ["note.txt"]


def test_what_was_not_handed_in_can_be_taken_away(cases):
    first, second, mine = cases.new(), cases.new(), b"en projektbeskrivelse"
    ids = [put(cases, number, "anna", "p.txt", mine)[1]["attachment"] for number in (first, second)]
    remove = lambda number, at, user: ask(cases, "DELETE", f"/api/v1/applications/{number}/attachments/{at}", user)[0]
    assert remove(first, ids[0], "nils") == 404 and remove(first, ids[1], "anna") == 404
    assert remove(first, ids[0], "anna") == 200 and attachments(cases, first, "anna") == [] and kept(cases, mine).exists()  # the other case has it
    assert remove(second, ids[1], "anna") == 200 and not kept(cases, mine).exists()
    handed_in = put(cases, first, "anna", "p.txt", mine)[1]["attachment"]
    cases.do("submit", first, user="anna")
    assert remove(first, handed_in, "anna") == 403 and remove(first, handed_in, "karl") == 403 and kept(cases, mine).exists()
    # The service may put something there and the applicant, later, more; neither takes away what is the other's.
    answer = put(cases, first, "karl", "svar.txt", b"vejledning")
    assert answer[0] == 201 and [each["by"] for each in attachments(cases, first, "anna")] == ["anna", "karl"]
    assert remove(first, answer[1]["attachment"], "anna") == 403
    cases.do("withdraw", first, user="anna")
    assert put(cases, first, "anna", "mere.txt", b"mere")[0] == 403  # nothing more is said in it


def test_documents_of_mails_are_for_the_service(cases):
    number = cases.submitted()
    change(cases.instance.path, "mailbox", authentication='"none"')
    mail = message(subject=f"Sv: {number}", text="Notat.", documents=[("notat.txt", "text/plain", b"et notat")])
    cases.instance.fvm("application", "receive", stdin=None, input=mail, text=False)
    cases.instance.wait_for(lambda: attachments(cases, number, "karl"))
    [only] = attachments(cases, number, "karl")
    assert (only["name"], only["by"], only["removable"]) == ("notat.txt", "anna@demo-kommune.example", False)
    path = f"/api/v1/applications/{number}/attachments/{only['attachment']}"
    assert ask_socket(cases.instance, "GET", path, "karl")[2].strip() == b"et notat"
    assert attachments(cases, number, "anna") == [] and ask_socket(cases.instance, "GET", path, "anna")[0] == 404
