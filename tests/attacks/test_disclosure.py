"""Known sequences of safe tables against an attacker who has them all and knows who is in which cell: no set of one to
four persons may follow, no two cells be told that differ by few, nobody work out others by knowing herself. The control of each: the same attacker on the same
sequence as somebody answers it who hides small cells alone, counted from the rows.

The attacker (support.disclosure_attack) and the sequences (support.releases*) share nothing with the engine. What is found is kept with
each test's report: `./run attack disclosure` prints it.
"""
import pytest

from support import releases, table_engine
from support.attack_exact import Exact
from support.attacker import Knowledge
from support.disclosure_attack import by_insider, by_interval, check, exact, near, nothing_follows, tell
from support.releases_named import CASES


def countable(case):
    """Percentages are not what a safe table gives (test_disclosure_figures.py asks for them as means); other labels are names of the same cells."""
    return all(asked["statistic"] == "count" for asked in case.make().requests)


LONG = 60  # requests: longer chains say nothing that this many do not
OF_SEVERAL = ("users", "projects")  # the engine knows of one institution only: test_disclosure_people.py
NAMED = sorted(name for name, case in CASES.items() if countable(case) and len(case.make().requests) <= LONG and not name.rstrip("]").endswith(OF_SEVERAL))


@pytest.mark.parametrize("name", [name for name in NAMED if CASES[name].reveals])
def test_known_attack(name, tmp_path, record_property):
    population, requests, victims = CASES[name].make()
    control = table_engine.small_hidden(population, requests)
    assert frozenset(victims) in exact(control), "the control must find them"
    answers = table_engine.answer(tmp_path, population, requests)
    tell(record_property, name, f"{len(exact(control))} sets", *nothing_follows(answers, requests))
    assert near(answers) == []


@pytest.mark.parametrize("name", [name for name in NAMED if CASES[name].reveals and not name.startswith("chain")][::8])
def test_with_the_threshold_off_the_same_program_tells_them(name, tmp_path):
    """The control of the whole road: no setting allows a threshold of one, but the job that judges takes it."""
    population, requests, victims = CASES[name].make()
    answers = table_engine.answer(tmp_path, population, requests, counts__threshold=1)
    check(answers)
    assert frozenset(victims) in exact(answers)


@pytest.mark.parametrize("name", [name for name in NAMED if CASES[name].close])
def test_cells_that_differ_by_few(name, tmp_path, record_property):
    """No number of few follows for an outsider, but for whoever came or went."""
    population, requests, _ = CASES[name].make()
    control, answers = table_engine.small_hidden(population, requests), table_engine.answer(tmp_path, population, requests)
    assert near(control) and by_insider(control) and not exact(control)
    tell(record_property, name, f"{len(near(control))} pairs", *nothing_follows(answers, requests))
    assert near(answers) == []


@pytest.mark.parametrize("name", [name for name in NAMED if CASES[name].marked])
def test_marks_that_are_bounds(name, tmp_path, record_property):
    """The control: small cells have a mark of their own."""
    population, requests, _ = CASES[name].make()
    control = by_interval(table_engine.small_hidden(population, requests), not_empty=True, few=True)
    assert control.exact
    answers = table_engine.answer(tmp_path, population, requests)
    tell(record_property, name, f"{control.exact} by marks", *nothing_follows(answers, requests))
    assert not all(len(members) < 5 for cells in answers for members, value in cells if value == "…"), "the mark does not say that a cell is small"


ENOUGH = [name for name in NAMED if not any((CASES[name].reveals, CASES[name].close, CASES[name].marked, CASES[name].whole))]


@pytest.mark.parametrize("name", ENOUGH)
def test_enough_persons_are_told(name, tmp_path):
    """Nothing is small, so nothing is hidden: a tool that hides all would pass the others."""
    population, requests, victims = CASES[name].make()
    answers = table_engine.answer(tmp_path, population, requests)
    check(answers)
    assert len(victims) >= 5 and not [members for cells in answers for members, value in cells if value == "…"]


def whole_groups(population, asked, cells):
    """Diagnoses that all of a kommune have, as the two cells say, or one of them and the other diagnoses."""
    names, value_of = releases.truth(population, asked), dict(cells)
    known, diagnoses = Knowledge(), releases.TREES["diagnose"].leaves()
    for name, members in names.items():
        value = value_of.get(members, "…")
        known.publish(name, None if value == "…" else value)
    for kommune in releases.TREES["kommune"].leaves():
        known.sums((kommune, "Total"), [(kommune, diagnose) for diagnose in diagnoses])
    values = Exact(known.system()).determined | {name: value for name, value in known.values.items() if value is not None}
    return [name for name in names if name[1] in diagnoses and values.get(name) and values[name] == values.get((name[0], "Total"))]


@pytest.mark.parametrize("name", [name for name in NAMED if CASES[name].whole])
def test_a_whole_group_in_one_cell(name, tmp_path, record_property):
    """Where the rules hide that all of a group are alike (counts.whole_group). The control: as it comes, it is told with a flag."""
    population, requests, _ = CASES[name].make()
    attack = lambda answers: [found for asked, cells in zip(requests, answers) for found in whole_groups(population, asked, cells)]
    flagged, answers = (table_engine.answer(tmp_path / str(rule), population, requests, counts__whole_group=rule) for rule in (0, 1))
    assert ("K20", "B2") in attack(flagged)
    tell(record_property, name, f"{len(attack(flagged))} groups", *nothing_follows(answers, requests))
    assert attack(answers) == []
