"""Releases through the API on its Unix socket: the same as from the command line, and as blind to the other's vote."""
import json

import pytest

from support.cases import ask_socket
from support.house import House


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with House(tmp_path_factory.mktemp("api")) as it:
        it.portal()
        yield it


def test_looking_and_deciding(house):
    number = house.sent_for_review("a.csv")
    status, shown = house.ask("GET", f"releases/{number}", "rita")
    same = house.show(number, user="rita")
    same.pop("notices")
    assert status == 200 and shown == same
    assert house.ask("GET", f"releases/{number}/record", "anna")[1]["route"] == "ordinary"
    assert number in [each["release"] for each in house.ask("GET", "review", "rita")[1]["queue"]]
    status, back = house.ask("POST", f"releases/{number}/review", "rita",
                       {"verdict": "return", "reason": "se fil 1", "comments": [{"file": 1, "text": "række 2"}]})
    assert (status, back["state"]) == (200, "returned") and back["votes"][0]["comments"][0]["text"] == "række 2"
    assert house.ask("POST", f"releases/{number}/withdraw", "anna", {"reason": "ud"})[1]["state"] == "withdrawn"


def test_refusals(house):
    number = house.sent_for_review("b.csv")
    assert house.ask("GET", "releases", None)[0] == 401
    assert house.ask("GET", f"releases/{number}", "eve")[0] == 404
    assert house.ask("POST", f"releases/{number}/review", "anna", {"verdict": "approve"})[0] == 403
    assert house.ask("POST", f"releases/{number}/review", "rita", {"verdict": "maybe"})[0] == 400
    assert house.ask("POST", f"releases/{number}/review", "rita", {"verdict": "reject", "reason": " "})[0] == 400
    assert house.state(number) == "in_review"


def test_lists_in_pages_and_answers_with_tags(house):
    made = [house.sent_for_review(f"page-{i}.csv", f"gruppe;antal\nA;{120 + i}\n") for i in range(3)]
    whole = house.ask("GET", "releases", "rita")[1]
    assert "next" not in whole
    names, after = [], ""
    while after is not None:
        page = house.ask("GET", f"releases?limit=2&after={after}", "rita")[1]
        assert 1 <= len(page["releases"]) <= 2
        names, after = names + [each["release"] for each in page["releases"]], page["next"]
    assert names == [each["release"] for each in whole["releases"]] and set(made) <= set(names)
    assert house.ask("GET", "releases?limit=501", "rita")[0] == 400
    status, gone = house.ask("GET", "releases?after=H-999999", "rita")
    assert status == 400 and gone["type"].endswith("api.page_gone") and gone["title"] != gone["title_da"]
    get = lambda tag=None, user="rita", path="releases": ask_socket(house.instance, "GET", f"/api/v1/{path}", user, **({"If_None_Match": tag} if tag else {}))
    status, headers, body = get()
    assert status == 200 and body
    assert get(headers["ETag"])[::2] == (304, b"")
    assert get(headers["ETag"], user="eve")[0] == 200, "another's answer has another tag"
    house.release("withdraw", made[0], "--reason", "ud", user="anna")
    assert get(headers["ETag"])[0] == 200, "the control: it has changed"


def test_who_may_not_see_it_learns_nothing_by_trying(house):
    number = house.sent_for_review("d.csv")
    acts = ("review", "escalate", "withdraw", "hold", "recall", "answer", "retain", "let_go")
    body = {"verdict": "approve", "reason": "x", "text": "x"}
    for act in acts:
        theirs, unknown = (house.ask("POST", f"releases/{each}/{act}", "eve", body) for each in (number, "H-999999"))
        assert theirs[0] == unknown[0] == 404, act
        assert json.dumps(theirs[1]).replace(number, "N") == json.dumps(unknown[1]).replace("H-999999", "N"), act
    assert house.ask("POST", f"releases/{number}/withdraw", "anna", body)[0] == 200, "the control"


def test_nothing_shows_the_first_vote(house):
    number = house.for_two("c.csv")
    looks = [("GET", f"releases/{number}"), ("GET", "releases"), ("GET", "review"), ("GET", f"releases/{number}/record")]
    before = {(user, path): house.ask(method, path, user) for user in ("ruth", "anna", "olga") for method, path in looks}
    assert house.ask("POST", f"releases/{number}/review", "rita", {"verdict": "reject", "reason": "hemmelig"})[0] == 200
    for (user, path), answer in before.items():
        assert house.ask("GET", path, user) == answer, (user, path)
    assert len(house.ask("GET", f"releases/{number}", "rita")[1]["votes"]) == 1, "the control: she sees her own"
    house.ask("POST", f"releases/{number}/review", "ruth", {"verdict": "reject", "reason": "enig"})
    assert house.state(number) == "rejected"


def test_a_security_officer_retains_and_the_project_is_not_told(house):
    number = house.sent_for_review("e.csv")
    for user in ("anna", "bo", "rita", "olga"):
        assert house.ask("POST", f"releases/{number}/retain", user, {"reason": "x"})[0] == 403, user
    assert house.ask("POST", f"releases/{number}/retain", "sofus", {"reason": " "})[0] == 400
    status, shown = house.ask("POST", f"releases/{number}/retain", "sofus", {"reason": "sag ved tilsynet"})
    assert status == 200 and (shown["retained"]["by"], shown["retained"]["reason"]) == ("sofus", "sag ved tilsynet")
    assert house.ask("POST", f"releases/{number}/retain", "sofus", {"reason": "igen"})[0] == 403
    for user, told in (("anna", False), ("bo", False), ("rita", True), ("olga", True), ("sofus", True)):
        listed = next(each for each in house.ask("GET", "releases", user)[1]["releases"] if each["release"] == number)
        for document in (listed, house.ask("GET", f"releases/{number}", user)[1]):
            assert (document["retained"] is not None) == told, user
    view = house.ask("GET", "security", "sofus")[1]
    assert [each["release"] for each in view["retained"]] == [number]
    assert house.ask("GET", f"releases/{number}/files/1", "sofus")[0] == 403, "he sees that it is there, not what is in it"
    assert house.ask("POST", f"releases/{number}/let_go", "sofus", {"reason": "slut"})[1]["retained"] is None
    assert house.ask("GET", "security", "sofus")[1]["retained"] == []
