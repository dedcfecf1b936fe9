"""The pages of applicants and caseworkers in a real browser, in both languages: tests/browser/applicant.mjs and caseworker.mjs."""
import pytest

from support import browsers
from support.applications import ean
from support.cases import APPLICATION, Cases
from support.mitid import Broker, Browser, person, reason_why_not

WHY = browsers.reason_why_not() or reason_why_not()
pytestmark = pytest.mark.skipif(WHY is not None, reason=WHY or "")
PASSWORD = "fire ord uden sammenhaeng"
EVENTS = """
index = "koeb"
[[population.event]]
name = "koeb"
table = "LMDB.lmdb"
where = "atc LIKE 'A10%'"
date = "eksd"
[[population.event]]
name = "igen"
table = "LMDB.lmdb"
date = "eksd"
after = { event = "koeb", within_days = 180 }

[[grant]]"""
PEOPLE = {"anna": "29189846", "sofie": "29189846", "karl": "10000009", "dorte": "10000009"}


@pytest.fixture
def world(tmp_path, request):
    with Cases(tmp_path) as cases:
        instance = cases.instance
        persons = [person(name, cvr) for name, cvr in PEOPLE.items()]
        with Broker(tmp_path / "b", f"http://127.0.0.1:{instance.port}", persons, tls=False) as broker:
            broker.settings(instance)
            instance.setting("step_up_seconds = 600", f"step_up_seconds = {getattr(request, 'param', 600)}")
            instance.up()
            instance.wait_for(lambda: browsers.reachable(instance.port))
            for name in PEOPLE:
                Browser.first_day(instance, broker, name, PASSWORD)
            cases.broker = broker
            yield cases


def told(world, story, language, **more):
    options = {"base": f"http://127.0.0.1:{world.instance.port}", "language": language, "password": PASSWORD, "keyboard": language == "en", **more}  # in English without a mouse
    seen = browsers.run(story, world.folder, options)
    assert seen["done"] and set(seen["origins"]) == {options["base"], world.broker.issuer}, seen  # nothing is fetched from elsewhere
    return seen


@pytest.mark.parametrize("language", ["da", "en"])
def test_an_applicant_from_login_to_an_accepted_agreement(world, language):
    number = told(world, "applicant.mjs", language, part="apply", ean=ean())["case"]
    shown = world.show(number, user="karl")
    assert (shown["state"], shown["title"]) == ("submitted", "Diabetes i kommunerne")
    world.do("assign", number, "--to", "karl", user="karl")
    world.do("decide", number, "--approve", "--text", "Opfyldt", user="dorte")
    told(world, "applicant.mjs", language, part="accept", case=number)
    agreements = {each["kind"]: each for each in world.do("agreements", number, user="sofie")["agreements"]}
    assert agreements["disclosure"]["state"] == "accepted" and agreements["disclosure"]["accepted_by"] == "sofie"
    assert agreements["user_declaration"]["state"] == "open"  # anna's own


@pytest.mark.parametrize("language", ["da", "en"])
def test_a_caseworker_from_the_worklist_to_an_approval(world, language):
    numbers = []
    for title in ("Hjertesvigt i regionen", "Type 2-diabetes i kommunerne"):
        numbers.append(world.new(APPLICATION.replace("Type 2-diabetes i kommunerne", title).replace("\n[[grant]]", EVENTS)))
        world.do("submit", numbers[-1], user="anna")
    told(world, "caseworker.mjs", language, cases=numbers)
    assert world.show(numbers[0])["state"] == "under_assessment" and world.show(numbers[1])["state"] == "awaiting_agreement"
    events = [(step["event"], step["actor"]) for step in world.show(numbers[1])["history"]]
    assert ("recommend", "karl") in events and ("approve", "dorte") in events
    assert [step["actor"] for step in world.show(numbers[0])["history"] if step["event"] == "answer"] == ["anna"]


@pytest.mark.parametrize("world", [10], indirect=True)
def test_what_was_typed_survives_the_way_to_mitid_and_back(world):
    number = world.submitted()
    told(world, "applicant.mjs", "da", part="withdraw", case=number, step_up_ms=10_500)
    step = world.show(number)["history"][-1]
    assert (step["event"], step["words"]) == ("withdraw", "Opgaven er bortfaldet")
