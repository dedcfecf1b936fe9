"""Somebody alone in a hidden cell knows that she is there and subtracts herself. The control: the same attacker on the same table hidden against outsiders alone
(support.protectors), as it is usually done. The last three cases are leaks that were found here (2026-11-29): she works out several others, who are told apart.
"""
import random

import pytest

from support.attacker import Universe, add_up
from support.disclosure_attack import by_insider, by_interval, check, exact, hidden, tell
from support.protectors import perfect_alone
from support.table_engine import Engine, cells_of

def ask(engine, rows, names):
    pairs = {(person, tuple(values), (None,) * len(names)) for person, *values in rows}
    record = engine.ask(pairs, names, [False] * len(names))
    return cells_of(record, pairs) if record else []


def drawn(seed):
    """(person, a, b) of a table in which many cells are small."""
    chance = random.Random(seed)
    inner = {(f"a{a}", f"b{b}"): chance.choice((0, 1, 2, 3, 6, 9, 14, 20)) for a in range(25) for b in range(12)}
    return [(f"{a}{b}-{n}", a, b) for (a, b), count in inner.items() for n in range(count)]


def against_outsiders(rows):
    """[(persons, number or "…")] of the table as the usual method hides it."""
    places = [{"Total": "", **{code: "Total" for code in sorted({row[place] for row in rows})}} for place in (1, 2)]
    universe, members = Universe(dict(zip("ab", places))), {}
    for person, a, b in rows:
        for name in ((x, y) for x in (a, "Total") for y in (b, "Total")):
            members.setdefault(name, set()).add(person)
    inner = {(a, b): len(members.get((a, b), ())) for a in universe.hierarchies["a"].leaves() for b in universe.hierarchies["b"].leaves()}
    hidden = perfect_alone(universe.hierarchies, add_up(universe, inner))
    return [(frozenset(members.get(name, ())), value if status == "open" else "…") for name, (value, status) in hidden.items()]


@pytest.mark.parametrize("seed", [0, 1, 3])
def test_who_is_alone_in_a_cell_subtracts_herself(tmp_path, record_property, seed):
    rows = drawn(seed)
    control = [against_outsiders(rows)]
    answers = [ask(Engine(tmp_path, {row[0] for row in rows}), rows, ["a", "b"])]
    check(answers)
    tell(record_property, f"who subtracts herself, table {seed}", f"{len(by_insider(control, most=100))} cells", len(exact(answers)), by_interval(answers))
    assert not set(exact(control)) & set(hidden(control)) and by_insider(control, most=100), "for outsiders no cell follows"
    assert (exact(answers), by_insider(answers, most=100)) == ([], [])
    assert sum(value != "…" for _, value in answers[0]) > len(answers[0]) / 5, "much is told all the same"


BEFORE = [(f"{kommune}{n:02}", kommune, "MK"[n % 2]) for kommune in "xyz" for n in range(20)]
LATER = [(f"later{n:02}", "z", "MK"[n % 2]) for n in range(12)]  # enough come elsewhere, so that the total may be told


def a_month_later(tmp_path, gone, came, first, second):
    """What two tables tell, before and after; `first` and `second`: names of what they are by."""
    after = BEFORE[gone:] + [(f"new{n}", "xy"[n % 2], "MK"[n % 2]) for n in range(came)] + LATER
    columns = {"kommune": lambda row: row[1], "region": lambda row: "z" if row[1] == "z" else "w", "sex": lambda row: row[2]}
    engine = Engine(tmp_path, {row[0] for row in BEFORE + after})
    answers = [ask(engine, [(row[0], *(columns[name](row) for name in names)) for row in rows], names) for rows, names in ((BEFORE, first), (after, second))]
    check(answers)
    assert exact(answers) == []
    return answers


@pytest.mark.parametrize("gone, came", [(1, 2), (2, 1), (1, 4), (1, 1)])
def test_who_came_or_went_does_not_know_the_others(tmp_path, gone, came):
    """By the same cells they are protected: the control of those below."""
    assert by_insider(a_month_later(tmp_path, gone, came, ["region"], ["region"]), parts=4) == []


@pytest.mark.parametrize("gone, came, first, second", [
    (1, 2, ["region"], ["kommune"]),  # x + y is w a month later: three differ, of cells that are compared one by one none
    (2, 1, ["kommune", "sex"], ["region"]),
    (1, 4, ["region"], ["region", "sex"])])  # five differ; who went knows herself, and the four are two and two
def test_who_came_or_went_does_not_know_several_others(tmp_path, gone, came, first, second):
    assert by_insider(a_month_later(tmp_path, gone, came, first, second), parts=4) == []
