"""The API of cases on its Unix socket, and never on the network."""
import json
import os
import stat
import urllib.error
import urllib.request

import pytest

from support.cases import APPLICATION, Cases


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    with Cases(tmp_path_factory.mktemp("api")) as it:
        it.instance.up()
        it.instance.wait_for(lambda: (it.instance.path / "run" / "casework.sock").exists())
        yield it


def ask(cases, method, path, user, body=None):
    status, headers, text = cases.ask(method, path, user, body)
    return status, json.loads(text) if "json" in headers["Content-Type"] else text


def test_a_case_through_the_api_is_the_same_as_from_the_command_line(cases):
    status, made = ask(cases, "POST", "/api/v1/applications", "anna", APPLICATION)
    assert status == 201
    number = made["case"]
    assert ask(cases, "POST", f"/api/v1/applications/{number}/steps/submit", "anna")[0] == 200
    assert cases.show(number)["state"] == "submitted"
    cases.do("assign", number, "--to", "karl", user="karl")
    status, shown = ask(cases, "GET", f"/api/v1/applications/{number}", "karl")
    same = cases.show(number)
    for document in (shown, same):
        document.pop("letters")  # the courier may be at work on them between the two
    assert status == 200 and shown == same
    status, decided = ask(cases, "POST", f"/api/v1/applications/{number}/steps/approve", "dorte", json.dumps({"text": "Opfyldt"}))
    assert (status, decided["state"]) == (200, "awaiting_agreement")
    assert ask(cases, "GET", f"/api/v1/applications/{number}/document", "anna") == (200, APPLICATION)
    assert cases.records("casework.approve")[-1]["actor"] == "dorte"


def test_refusals_are_problem_documents_and_records(cases):
    number = cases.submitted()
    before = len(cases.records("casework.refused"))
    status, problem = ask(cases, "POST", f"/api/v1/applications/{number}/steps/approve", "karl", json.dumps({"text": "x"}))
    assert status == 403 and problem["type"].startswith("urn:fvm:problem:casework.") and problem["title"] != problem["title_da"]
    assert ask(cases, "GET", f"/api/v1/applications/{number}", "nils")[0] == 404
    assert ask(cases, "GET", "/api/v1/applications", None)[0] == 401
    assert len(cases.records("casework.refused")) == before + 1
    assert cases.show(number)["state"] == "submitted"


def test_the_socket_is_its_owners_alone(cases):
    mode = os.stat(cases.instance.path / "run" / "casework.sock").st_mode
    assert stat.S_ISSOCK(mode) and stat.S_IMODE(mode) == 0o600


def test_on_the_network_nobody_is_believed_without_a_login(cases):
    """The positive control is the test above: the same request succeeds on the socket."""
    number = cases.submitted()
    for method, path in (("GET", "/api/v1/applications"), ("POST", "/api/v1/applications"), ("GET", f"/api/v1/applications/{number}"),
                         ("GET", f"/api/v1/applications/{number}/document"), ("POST", f"/api/v1/applications/{number}/steps/withdraw"),
                         ("GET", "/api/v1/queue")):
        request = urllib.request.Request(f"http://127.0.0.1:{cases.instance.port}{path}", method=method,
                                         headers={"Fvm-Actor": "anna"}, data=b"{}" if method == "POST" else None)
        with pytest.raises(urllib.error.HTTPError) as answer:
            urllib.request.urlopen(request, timeout=20)
        assert answer.value.code == 401, path
    assert cases.show(number)["state"] == "submitted"


def test_too_much_is_refused(cases):
    status, _ = ask(cases, "POST", "/api/v1/applications", "anna", "#" * (1100 << 10))
    assert status == 413
    status, problem = ask(cases, "POST", "/api/v1/applications", "anna", "#" * ((1 << 20) + 10))
    assert status == 422 and "bytes" in problem["findings"][0]["en"]


def test_the_steward_ends_what_is_over(cases):
    """A case whose period has passed: brought into force by hand, ended by the clock."""
    import sqlite3
    number = cases.under_assessment()
    cases.do("decide", number, "--approve", "--text", "Opfyldt", user="dorte")
    with sqlite3.connect(cases.instance.path / "store" / "fvm.sqlite") as store:
        store.execute("UPDATE casework_case SET state = 'active', in_force_version = 1 WHERE number = ?", (number,))
        store.execute("UPDATE casework_version SET text = replace(text, '2099-11-30', '2026-02-01') WHERE case_id = "
                      "(SELECT id FROM casework_case WHERE number = ?)", (number,))
    store.close()
    for pid in cases.instance.kill("fvm-steward"):  # the supervisor starts it again, and it looks at once
        assert pid
    cases.instance.wait_for(lambda: cases.show(number)["state"] == "closed", 60)
    assert cases.show(number)["history"][-1]["event"] == "expire"


def test_cases_in_pages_are_ones_own_pages(cases):
    """Between one's own lie those of others: a page is full all the same, and a case that one does not see is no place to begin."""
    mine = []
    for _ in range(5):
        mine.append(cases.new())
        others = cases.new(APPLICATION.replace("Demo Kommune", "Region Nord").replace("29189846", "28856075").replace(', account = "anna"', ""), user="nils")
    whole = [each["case"] for each in ask(cases, "GET", "/api/v1/applications", "anna")[1]["cases"]]
    found, after, pages = [], "", 0
    while after is not None:
        page = ask(cases, "GET", f"/api/v1/applications?limit=2&after={after}", "anna")[1]
        assert len(page["cases"]) == 2 or page["next"] is None
        found, after, pages = found + [each["case"] for each in page["cases"]], page["next"], pages + 1
    assert found == whole and set(mine) <= set(found) and pages == (len(whole) + 1) // 2
    state = ask(cases, "GET", "/api/v1/applications?state=draft&limit=1", "anna")[1]
    assert [each["state"] for each in state["cases"]] == ["draft"] and state["next"] == state["cases"][0]["case"]
    for foreign in (others, "FVM-2099-9999"):
        status, problem = ask(cases, "GET", f"/api/v1/applications?after={foreign}", "anna")
        assert status == 400 and problem["type"].endswith("api.page_gone"), foreign
    assert ask(cases, "GET", f"/api/v1/applications?after={others}", "nils")[0] == 200, "the control"
