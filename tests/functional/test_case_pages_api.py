"""What the pages of cases ask the API for: texts that are not saved over each other, findings, open steps, the catalogue."""
import http.client
import json

import pytest

from support.cases import APPLICATION, Cases


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
