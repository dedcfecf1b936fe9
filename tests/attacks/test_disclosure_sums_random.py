"""Random sequences of tables of sums on the real programs, against an attacker with linear algebra: no sum of one to four persons may follow from all that
were told. The control: the same attacker on the same sequence where the sums of small cells alone are hidden.
"""
import itertools
import random

import pytest

from support.asking import PERSONS, Asker
from support.disclosure_attack import exact, near
from support.instance import Instance
from support.tables import Tables

chance = random.Random(11)
PEOPLE = [(n, chance.choice(("101", "102", "103", "104")), chance.choices("ABC", [10, 8, 1])[0], chance.choice("KM"), chance.randrange(100, 400)) for n in range(1, 161)]
PLACE = {"kommune": 1, "region": 2, "koen": 3}
CONDITIONS = {"true": lambda p: True, "koen = 'M'": lambda p: p[3] == "M", "region <> 'C'": lambda p: p[2] != "C", "kommune <> '104'": lambda p: p[1] != "104",
              "beloeb < 395": lambda p: p[4] < 395, "region = 'A' OR koen = 'K'": lambda p: p[2] == "A" or p[3] == "K", "beloeb > 103": lambda p: p[4] > 103}
TABLES = [("kommune",), ("region", "koen"), ("kommune", "koen"), ("koen",), ("kommune", "region")]


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with Instance(tmp_path_factory.mktemp("sums") / "i") as instance:
        yield Tables(instance, PEOPLE)


def members_of(condition, by, named):
    """{cell: persons} of a table in which these values are named and the others counted together."""
    value = lambda person, place, name: person[PLACE[name]] if person[PLACE[name]] in named[place] else "(others)"
    cells = {}
    for person in filter(CONDITIONS[condition], PEOPLE):
        for cell in itertools.product(*(("Total", value(person, place, name)) for place, name in enumerate(by))):
            cells.setdefault(cell, set()).add(person[0])
    return cells


def ask(asker, condition, by):
    """[(persons, their sum or "…")]"""
    words = ["--rows", by[0], *(["--columns", by[1]] if len(by) > 1 else []), "--sum", "beloeb"]
    table = asker.tables.table(*words, sql=f"{PERSONS} WHERE {condition}", project=asker.project, user=asker.user)
    figure = lambda cell: cell["sum of beloeb"] if cell["status"] == "open" and cell["sum of beloeb"] is not None else "…"
    members = members_of(condition, by, [{cell[name] for cell in table["cells"]} for name in by])
    return [(frozenset(members.get(tuple(cell[name] for name in by), ())), figure(cell)) for cell in table["cells"]]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_random_sequence_of_sums(running, record_property, seed):
    draw, has, asker = random.Random(seed), {p[0]: p[4] for p in PEOPLE}, Asker(running)
    answers = [ask(asker, draw.choice(list(CONDITIONS)), draw.choice(TABLES)) for _ in range(8)]
    for persons, value in itertools.chain(*answers):
        assert value == "…" or value == sum(has[p] for p in persons), "what is told is true"
    as_sets = lambda is_told: [[(persons, len(persons) if is_told(persons, value) else "…") for persons, value in cells] for cells in answers]
    told, control = as_sets(lambda _, value: value != "…"), as_sets(lambda persons, _: len(persons) >= 5)
    for name, value in (("attack", f"random sequence of sums {seed}"), ("control", f"{len(exact(control))} sets"), ("exact", len(exact(told))), ("interval", 0),
                        ("below", 0), ("checked", 0)):
        record_property(name, value)
    assert (exact(told), near(told)) == ([], [])
    assert exact(control), "the control must find somebody"
    assert sum(value != "…" for cells in told for _, value in cells) > len(told), "something is told"
