"""Who asks: two users of a project, and two projects of an institution, are one who knows all that either was told; what each is told must not tell of few together
with what the other was. Two institutions are not one, and that is the control: the same questions, put by two institutions to the same programs, are answered, and
the attacker, who has the answers of both, finds them.
"""
import functools

import pytest

from support.asking import PERSONS, Asker
from support.disclosure_attack import check, exact, near
from support.instance import Instance
from support.tables import Tables

KOMMUNER = ("101", "102", "103", "104")
ROWS = [(kommune, diagnosis, sex) for kommune in KOMMUNER for diagnosis in "AB" for sex in "KM" for _ in range(9)]
ROWS += [("102", "SJ", "K")] * 2 + [("105", "A", "M")] * 20 + [("105", "A", "K")] * 3 + [("103", "C", "K")] * 12 + [("103", "D", "M")] * 12
PEOPLE = [(n, *row, n) for n, row in enumerate(ROWS, 1)]  # number, kommune, diagnosis (as region), sex
CAME = [(len(PEOPLE) + n, "104", "A", "K", n) for n in (1, 2, 3)]
RARE = {n for n, _, diagnosis, *_ in PEOPLE if diagnosis == "SJ"}
WOMEN = {n for n, kommune, _, sex, _ in PEOPLE if (kommune, sex) == ("105", "K")}
CONDITIONS = {
    "true": lambda p: True, "region <> 'SJ'": lambda p: p[2] != "SJ", "koen = 'M'": lambda p: p[3] == "M", "region IN ('C', 'SJ')": lambda p: p[2] in ("C", "SJ"),
    "region IN ('D', 'SJ')": lambda p: p[2] in ("D", "SJ"), "region IN ('C', 'D', 'SJ')": lambda p: p[2] in ("C", "D", "SJ")}
QUESTIONS = {
    "all and all but the rare": (("true", "region <> 'SJ'"), RARE), "the part first": (("region <> 'SJ'", "true"), RARE), "all and men": (("true", "koen = 'M'"), WOMEN),
    "one, the other, and either": (("region IN ('C', 'SJ')", "region IN ('D', 'SJ')", "region IN ('C', 'D', 'SJ')"), RARE)}


def ask(asker, condition, people=PEOPLE):
    """[(persons, number or "…")]: the attacker knows who is where."""
    table = asker.tables.table("--rows", "kommune", sql=f"{PERSONS} WHERE {condition}", project=asker.project, user=asker.user)
    named, asked = {cell["kommune"] for cell in table["cells"]}, [p for p in people if CONDITIONS[condition](p)]
    members = {name: frozenset(p[0] for p in asked if name in ("Total", p[1]) or (name == "(others)" and p[1] not in named)) for name in named}
    return [(members[cell["kommune"]], cell["persons"] if cell["status"] == "open" else "…") for cell in table["cells"]]


def in_turn(askers, conditions):
    answers = [ask(askers[place % len(askers)], condition) for place, condition in enumerate(conditions)]
    check(answers)
    return answers


@pytest.fixture(scope="module")
def asked_by(running):
    """Answers to a sequence of questions by two who are what the name says to each other; each sequence by institutions of their own."""
    others = {"two users": Asker.colleague, "two projects": Asker.sister, "two institutions": lambda first: Asker(first.tables)}

    @functools.cache
    def by(kind, name):
        first = Asker(running)
        return in_turn([first, others[kind](first)], QUESTIONS[name][0])
    return by


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with Instance(tmp_path_factory.mktemp("people") / "i") as instance:
        yield Tables(instance, PEOPLE)


def record(record_property, attack, control, found):
    for name, value in (("attack", attack), ("control", f"{len(control)} sets"), ("exact", len(found)), ("interval", 0), ("below", 0), ("checked", 0)):
        record_property(name, value)


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("kind", ["two users", "two projects"])
def test_they_are_one(asked_by, record_property, kind, name):
    victims = frozenset(QUESTIONS[name][1])
    control, answers = exact(asked_by("two institutions", name)), asked_by(kind, name)
    record(record_property, f"{kind}: {name}", control, exact(answers))
    assert victims in control, "two institutions are not one"
    assert (exact(answers), near(answers)) == ([], [])
    assert sum(value != "…" for cells in answers for _, value in cells) > 1, "something is told all the same"


def test_two_institutions_know_nothing_of_each_other(asked_by):
    """Not even by what is hidden: the second one's table is as if the first had never asked."""
    for name, (conditions, _) in QUESTIONS.items():
        *_, last = asked_by("two institutions", name)
        hidden = sum(value == "…" for _, value in last)
        assert hidden <= 2 and (hidden == 0 or conditions[-1] != "true"), name


def test_two_projects_a_month_apart(tmp_path, record_property):
    """One project before, its sister after three came to a kommune; and another institution after."""
    with Instance(tmp_path / "i") as instance:
        tables = Tables(instance, PEOPLE)
        before = Asker(tables)
        first = ask(before, "true")
        tables.deliver(PEOPLE + CAME)
        sister, stranger = (ask(asker, "true", PEOPLE + CAME) for asker in (before.sister(), Asker(tables)))
    control, found = exact([first, stranger]), exact([first, sister])
    record(record_property, "two projects a month apart", control, found)
    assert frozenset(p[0] for p in CAME) in control
    assert (found, near([first, sister])) == ([], [])
