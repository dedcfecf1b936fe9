"""The API of agreements on its Unix socket: the same agreements and the same rules as on the command line."""
import hashlib
import json
import shutil
import urllib.error
import urllib.request

import pytest

from support import applications
from support.applications import agreements, answer, codes, grant, submit
from support.cases import ask_socket
from support.instance import Instance
from support.projects import fill

pytestmark = pytest.mark.skipif(not shutil.which("soffice"), reason="needs libreoffice-writer-nogui")
PDF, DOCX = "application/pdf", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with Instance(tmp_path_factory.mktemp("agreement-api") / "i") as instance:
        fill(instance)
        applications.settle(instance)
        instance.fvm("institution", "add", "Region Nord", "--cvr", "28856075", "--recipient", "@nord.example")
        for role in ("applicant", "signatory"):
            instance.fvm("user", "add", f"nord-{role}", "--institution", "28856075", "--role", role)
        instance.wait_for(lambda: (instance.path / "run" / "casework.sock").exists())
        yield instance


@pytest.fixture(scope="module")
def granted(running):
    number = grant(running)
    agreements(running, number)  # and their files
    return number


def ask(instance, method, number, below="/agreements", user="anna", body=None):
    return ask_socket(instance, method, f"/api/v1/applications/{number}{below}", user, body)


def document(answered):
    status, headers, body = answered
    return status, json.loads(body), headers["Content-Type"]


def refused(answered, status, code):
    got, problem, kind = document(answered)
    assert (got, kind, problem["type"]) == (status, "application/problem+json", f"urn:fvm:problem:{code}"), problem
    assert problem["title"] != problem["title_da"], "in both languages"


def test_agreements_are_the_same_as_on_the_command_line(running, granted):
    status, shown, kind = document(ask(running, "GET", granted))
    assert (status, kind) == (200, "application/json") and shown == agreements(running, granted)
    assert [(each["kind"], each["state"]) for each in shown["agreements"]] == [
        ("data_processing", "open"), ("disclosure", "open"), ("user_declaration", "open")]
    text = ask(running, "GET", granted, "/specification")[2].decode()
    assert text + "\n" == running.fvm("application", "specification", granted, user="anna").stdout
    assert hashlib.sha256(text.encode()).hexdigest() == shown["specification_sha256"], "what was signed is what is shown"


def test_each_agreement_is_text_pdf_and_docx(running, granted):
    for each in agreements(running, granted)["agreements"]:
        status, headers, text = ask(running, "GET", granted, f'/agreements/{each["id"]}')
        assert status == 200 and headers["Content-Type"].startswith("text/plain")
        assert text.decode().rstrip() == running.fvm("application", "agreements", granted, "--show", each["id"], user="anna").stdout.rstrip()
        for form, kind in (("pdf", PDF), ("docx", DOCX)):
            status, headers, body = ask(running, "GET", granted, f'/agreements/{each["id"]}/{form}')
            assert (status, headers["Content-Type"], headers["Cache-Control"]) == (200, kind, "no-store")
            assert hashlib.sha256(body).hexdigest() == each[f"{form}_sha256"]


def test_another_cases_agreement_is_none_of_this_ones(running, granted):
    other = grant(running)
    foreign = agreements(running, other)["agreements"][0]["id"]
    for below in (f"/agreements/{foreign}", f"/agreements/{foreign}/pdf", "/agreements/x", "/agreements/0", "/agreements/999999/docx"):
        refused(ask(running, "GET", granted, below), 404, "agreement.unknown")
    assert ask(running, "GET", other, f"/agreements/{foreign}")[0] == 200, "positive control"


@pytest.mark.parametrize("method,below", [("GET", "/agreements"), ("POST", "/agreements"), ("GET", "/specification"), ("GET", "/agreements/{id}"),
                                          ("GET", "/agreements/{id}/pdf"), ("GET", "/agreements/{id}/docx")])
def test_strangers_and_nobody_get_nothing(running, granted, method, below):
    """The positive controls are the tests above."""
    below = below.replace("{id}", str(agreements(running, granted)["agreements"][0]["id"]))
    before = agreements(running, granted)
    for user in ("nord-applicant", "nord-signatory", "nobody"):
        refused(ask(running, method, granted, below, user=user), 404, "casework.unknown")
    assert ask(running, method, granted, below, user=None)[0] == 401
    assert agreements(running, granted) == before
    request = urllib.request.Request(f"http://127.0.0.1:{running.port}/api/v1/applications/{granted}{below}", method=method,
                                     headers={"Fvm-Actor": "anna"}, data=b"{}" if method == "POST" else None)
    with pytest.raises(urllib.error.HTTPError) as answered:
        urllib.request.urlopen(request, timeout=20)
    assert answered.value.code == 401, "without a login nobody is believed on the network"


def test_before_a_decision_there_is_nothing_to_accept(running):
    number = submit(running)
    refused(ask(running, "GET", number), 403, "agreement.none")
    refused(ask(running, "POST", number, user="signe"), 403, "agreement.none")
    assert ask(running, "GET", number, "/specification")[0] == 200, "but what would be compiled can be read"


def test_accepting_through_the_api_brings_access_when_the_last_one_has(running):
    number = grant(running)
    agreements(running, number)
    sentences = codes(running, number)
    for user in ("anna", "karl", "dorte"):  # the applicant and the service sign nothing
        refused(ask(running, "POST", number, user=user), 403, "agreement.not_yours")
    status, signed, _ = document(ask(running, "POST", number, user="signe"))
    assert status == 200 and not signed["in_force"]
    assert {(each["kind"], each["state"], each["accepted_by"]) for each in signed["agreements"]} == {
        ("data_processing", "accepted", "signe"), ("disclosure", "accepted", "signe"), ("user_declaration", "open", "")}
    assert ask(running, "POST", number, user="signe")[0] == 403, "once"
    assert running.fvm("project", "show", number, check=False).returncode != 0, "no access before all have accepted"
    answer(running, sentences["ulla@demo.example"], "ulla@demo.example")
    running.wait_for(lambda: document(ask(running, "GET", number))[1]["in_force"], 60)
    assert running.json("project", "show", number)["members"] == ["ulla"]
    assert running.fvm("audit", "verify").returncode == 0


def test_the_last_acceptance_by_api_is_followed_by_the_steward(running):
    """The program that answers the API may start no jobs: the project is made soon after, by another."""
    number = grant(running)
    agreements(running, number)
    answer(running, codes(running, number)["ulla@demo.example"], "ulla@demo.example")
    assert document(ask(running, "POST", number, user="signe"))[0] == 200
    running.wait_for(lambda: document(ask(running, "GET", number))[1]["in_force"], 90)
    assert running.json("application", "show", number, user="anna")["state"] == "active"
