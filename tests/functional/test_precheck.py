"""fvm project check: the machine's remarks on an access specification, the counts on the mirror among them."""
import json
import re

import pytest

from support import applications
from support.cases import ask_socket
from support.deliveries import cpr
from support.instance import Instance
from support.projects import deliver, specification

CATALOGUE = """
[[table]]
register = "BEF"
name = "person"
person = "pnr"
variables = [
  { name = "pnr", class = "person", required = true },
  { name = "born", type = "date", class = "birth_date" },
  { name = "sex", class = "code" },
  { name = "kommune", class = "residence" },
]

[[table]]
register = "LPR"
name = "visit"
person = "pnr"
period = "day"
key = ["id"]
variables = [
  { name = "pnr", class = "person", required = true },
  { name = "id", class = "record_key", required = true },
  { name = "day", type = "date", required = true },
  { name = "diagnosis", class = "code" },
  { name = "internal", class = "code", grantable = false },
]

[[table]]
register = "LPR"
name = "finding"
parent = { table = "visit", key = "visit_id", parent_key = "id" }
variables = [ { name = "visit_id", class = "record_key", required = true }, { name = "code", class = "code" } ]

[[table]]
register = "DAR"
name = "death"
person = "pnr"
variables = [ { name = "pnr", class = "person", required = true }, { name = "cause", class = "code" } ]
"""
PERSONS = 400
EVERYBODY = 'any = [ { table = "LPR.visit", where = "diagnosis LIKE \'D%\'" } ]'
PERIOD = 'period = { variable = "day", from = 2000-01-01, to = 2025-12-31 }\n'


def grant(table, variables, period="", reason="Nødvendig for at følge forløb over tid i {}."):
    names = ", ".join(f'"{name}"' for name in variables)
    return f'[[grant]]\ntable = "{table}"\nvariables = [{names}]\n{period}reason = "{reason.format(table)}"\n'


BORN = grant("BEF.person", ["pnr", "born", "sex", "kommune"], reason="Alder ud fra born og bopæl i kommune ved diagnosen.")
VISIT = grant("LPR.visit", ["pnr", "id", "day", "diagnosis"], PERIOD)
FINDING = grant("LPR.finding", ["visit_id", "code"], reason="Udfald af hver kontakt er selve opgaven.")


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with Instance(tmp_path_factory.mktemp("precheck") / "i") as instance:
        catalogue = instance.path / "inbox" / "precheck.toml"
        catalogue.write_text(CATALOGUE)
        instance.fvm("catalogue", "import", catalogue)
        # Everybody has a birth date alone but shares the year; two sexes; four municipalities.
        deliver(instance, "BEF.person", "pnr,born,sex,kommune\n" + "".join(
            f"{cpr(i)},{1940 + i // 100}-{1 + i % 100 // 28:02}-{1 + i % 28:02},{'FM'[i % 2]},{i % 4}\n" for i in range(PERSONS)))
        # Everybody has one visit on a day that ten share, and the first twenty one that is theirs alone.
        rows = [(i, f"v{i}", f"2015-01-{1 + i // 10 % 28:02}", "DE11") for i in range(PERSONS)]
        rows += [(i, f"w{i}", f"2016-03-{1 + i:02}", f"DZ{i:02}") for i in range(20)]
        deliver(instance, "LPR.visit", "pnr,id,day,diagnosis,internal\n" + "".join(f"{cpr(i)},{a},{d},{c},x\n" for i, a, d, c in rows))
        deliver(instance, "LPR.finding", "visit_id,code\n" + "".join(f"v{i},K{i % 2}\n" for i in range(PERSONS)))
        yield instance


def check(instance, grants, population=EVERYBODY, number="TST-2026-0001", expect=0, flags=()):
    file = instance.path / "inbox" / "check.toml"
    file.write_text(specification(number, population, grants))
    done = instance.fvm("--json", "project", "check", file, *flags, check=False)
    assert done.returncode == expect, done.stderr + done.stdout
    return json.loads(done.stdout)


def remarks(document, prefix=""):
    return {r["code"]: r for r in document["remarks"] if r["code"].startswith(prefix)}


def test_what_is_counted(running):
    document = check(running, BORN + VISIT + FINDING)
    found = remarks(document, "precheck.")
    assert document["looked_at_mirror"] and not document["blocks"]
    size = found["precheck.population_size"]["facts"]
    assert abs(int(re.sub(r"\D", "", size["size"])) - PERSONS) <= int(size["step"])
    traits = found["precheck.traits"]
    assert int(traits["facts"]["percent"]) >= 90 and traits["severity"] == "weigh"
    assert traits["facts"]["without"] == "BEF.person.born", "the birth date is what gives them away"
    assert all(r["advice"] for r in document["remarks"])


def test_events_alone_are_seen_without_traits(running):
    facts = remarks(check(running, VISIT, flags=()))["precheck.events"]["facts"]
    assert facts["table"] == "LPR.visit"
    assert abs(int(facts["percent_any"]) - 5) <= 5, "20 of 400"
    alone = check(running, FINDING + grant("LPR.visit", ["pnr", "id"], PERIOD))
    assert int(remarks(alone)["precheck.events"]["facts"]["percent_any"]) <= 5, "two codes, two hundred persons each"


def test_asking_again_says_the_same_and_is_recorded(running):
    one, two = (check(running, VISIT)["remarks"] for _ in range(2))
    assert one == two
    other = check(running, VISIT, number="TST-2026-0002")["remarks"]
    assert other == one, "another number is no other question"
    events = running.fvm("audit", "tail").stdout
    assert "precheck.counted" in events


def half_written(instance, population):
    """The number of an application that has nothing yet but whom it is about."""
    file = applications.write(instance, applications.application(grants="", users=(), population=population))
    return instance.json("application", "new", file, user="anna")["case"]


def page(instance, population):
    """What the page is told when it asks about such a one."""
    status, _, content = ask_socket(instance, "POST", f"/api/v1/applications/{half_written(instance, population)}/check", "anna")
    assert status == 200, content
    return json.loads(content)


def test_a_population_is_counted_while_the_rest_is_written(running):
    applications.settle(running)
    whole = remarks(check(running, VISIT))["precheck.population_size"]["text"]
    answer = page(running, EVERYBODY)
    found = remarks(answer)
    assert answer["looked_at_mirror"] and found["precheck.population_size"]["en"] in whole, (found, whole)
    assert [r for r in answer["remarks"] if r["severity"] == "blocks"], "what is missing is told as before"
    assert {code for code in found if code.startswith("precheck.")} == {"precheck.population_size"}, "nothing else is"
    assert page(running, EVERYBODY)["questions_left"] == answer["questions_left"] >= 0, "the same question costs nothing"
    other = page(running, 'any = [ { table = "LPR.visit", where = "diagnosis = \'DE11\'" } ]')
    assert other["questions_left"] == answer["questions_left"] - 1
    for nobody in ("", 'any = [ { table = "LPR.nothing" } ]', 'supplied = "cohort.csv"'):
        answer = page(running, f'description = "Nogle"\n{nobody}')
        assert not answer["looked_at_mirror"] and answer["questions_left"] is None, answer


def test_few_persons_are_not_counted_out(running):
    document = check(running, VISIT, 'any = [ { table = "LPR.visit", where = "diagnosis = \'DZ03\'" } ]')
    assert remarks(document)["precheck.population_fewer"]["severity"] == "weigh"
    assert "precheck.traits" not in remarks(document) and "precheck.events" not in remarks(document)
    nobody = check(running, VISIT, 'any = [ { table = "LPR.visit", where = "diagnosis = \'none\'" } ]')
    assert [r for r in nobody["remarks"]] == [r for r in document["remarks"]], "one and none look the same"


def test_what_may_never_be_granted_blocks_and_nobody_is_counted(running):
    document = check(running, grant("LPR.visit", ["pnr", "internal"], PERIOD), expect=1)
    assert document["blocks"] and not document["looked_at_mirror"]
    assert document["remarks"][0]["severity"] == "blocks" and document["remarks"][0]["place"].endswith("check.toml:10:21")


def test_a_register_that_was_never_delivered(running):
    document = check(running, VISIT + grant("DAR.death", ["pnr", "cause"]))
    assert "DAR.death" in remarks(document)["precheck.not_delivered"]["text"] and not document["looked_at_mirror"]


def test_supplied_numbers_cannot_be_counted_yet(running):
    document = check(running, VISIT, 'supplied = "cohort.csv"')
    assert "precheck.supplied" in remarks(document) and not document["looked_at_mirror"]


def test_overlap_with_the_authoritys_other_projects(running):
    file = running.path / "inbox" / "other.toml"
    file.write_text(specification("TST-2026-0900", EVERYBODY, VISIT))
    running.fvm("project", "create", file)
    running.fvm("project", "build", "TST-2026-0900")
    found = remarks(check(running, VISIT + BORN))
    assert found["precheck.overlap_variables"]["facts"]["variables"] == "4"
    assert int(found["precheck.overlap_persons"]["facts"]["percent"]) >= 95
    own = remarks(check(running, VISIT + BORN, number="TST-2026-0900"))
    assert "precheck.overlap_persons" not in own, "a project does not overlap with itself"
    stranger = specification("TST-2026-0001", EVERYBODY, VISIT).replace("29189846", "12345674")
    (running.path / "inbox" / "stranger.toml").write_text(stranger)
    document = running.json("project", "check", running.path / "inbox" / "stranger.toml")
    assert "precheck.overlap_variables" not in remarks(document), "another authority's projects are nobody's business"
    running.fvm("project", "close", "TST-2026-0900")


def test_no_mirror_is_asked_when_not_wanted(running):
    document = check(running, VISIT, flags=("--no-mirror",))
    assert not document["looked_at_mirror"] and document["mirror_rows"] == 0


def test_danish(running):
    file = running.path / "inbox" / "check.toml"
    file.write_text(specification("TST-2026-0001", EVERYBODY, VISIT))
    running.environment["FVM_LANG"] = "da"
    try:
        assert "Populationen har omkring" in running.fvm("project", "check", file).stdout
    finally:
        running.environment["FVM_LANG"] = "en"


def test_a_launcher_that_is_down_is_a_remark(tmp_path):
    with Instance(tmp_path / "i", up=False) as instance:
        catalogue = instance.path / "inbox" / "precheck.toml"
        catalogue.write_text(CATALOGUE)
        instance.fvm("catalogue", "import", catalogue)
        document = check(instance, VISIT)
        assert not document["looked_at_mirror"] and "precheck.not_delivered" in remarks(document)


# --- attack: a tracker, by differences between populations


def test_a_tracker_is_stopped_by_the_limit_of_questions(tmp_path):
    """Asks for many populations that differ by one person each. Without the limit (positive control) all are counted."""
    with Instance(tmp_path / "i") as instance:
        catalogue = instance.path / "inbox" / "precheck.toml"
        catalogue.write_text(CATALOGUE)
        instance.fvm("catalogue", "import", catalogue)
        deliver(instance, "LPR.visit", "pnr,id,day,diagnosis,internal\n" + "".join(f"{cpr(i)},v{i},2015-01-01,D{i:03},x\n" for i in range(60)))
        config = instance.path / "config.toml"
        text = config.read_text()

        def counted(most, codes):
            config.write_text(re.sub(r"sizes_per_authority_max = \d+", f"sizes_per_authority_max = {most}", text))
            found = [remarks(check(instance, VISIT, f'any = [ {{ table = "LPR.visit", where = "diagnosis <= \'D{i:03}\'" }} ]'))
                     for i in codes]
            return sum("precheck.population_withheld" not in each for each in found)

        assert counted(100, range(30, 36)) == 6, "the control: the questions as such can be answered"
        assert counted(7, range(40, 46)) == 1, "one more, then no more"
        assert counted(7, range(30, 36)) == 6, "what was answered before is answered again"
        applications.settle(instance)

        def ask(i):
            number = half_written(instance, f'any = [ {{ table = "LPR.visit", where = "diagnosis <= \'D{i:03}\'" }} ]')
            return remarks(json.loads(instance.fvm("--json", "application", "check", number, user="anna", check=False).stdout))

        assert "precheck.population_withheld" in ask(50) and "precheck.population_small" in ask(31), "nor by a form that is half written"
