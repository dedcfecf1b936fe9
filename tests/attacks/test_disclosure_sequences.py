"""Random sequences of 2 to 200 safe tables, as people ask for them, against an attacker with linear algebra and linear programming who has them all; and
what bounds alone tell. The control of each: the same attacker on the same sequence as somebody answers it who hides small cells alone.
"""
import pytest

from support import table_engine
from support.disclosure_attack import by_interval, exact, nothing_follows, tell
from support.population import made_up, regular
from support.releases import random_sequence

def even():
    """Nothing is small in it but a few rare persons of each kind."""
    population = regular()
    for count, columns in ((3, {"diagnose": "SJ"}), (2, {"alder": 93}), (4, {"aar": 2023}), (1, {"diagnose": None}), (3, {"kommune": "K20"})):
        population.plant(count, **columns)
    return population


# (requests, persons): the longer, the fewer, since each table is judged against all before it. 0 persons: the even population.
LENGTHS = [(2, 300), (3, 300), (4, 300), (5, 300), (6, 300), (8, 300), (10, 200), (12, 200), (15, 120), (20, 80), (30, 60), (50, 40), (100, 30), (200, 20),
           (2, 0), (4, 0), (6, 0), (8, 0), (10, 0), (12, 0), (15, 0)]


@pytest.mark.parametrize("length, persons", LENGTHS)
def test_random_sequence(length, persons, tmp_path, record_property):
    population = made_up(length, persons=persons) if persons else even()
    requests = [asked | {"statistic": "count"} for asked in random_sequence(population, length, length)]
    control = table_engine.small_hidden(population, requests)
    sets, bounds = exact(control), by_interval(control, not_empty=True)
    answers = table_engine.answer(tmp_path, population, requests)
    tell(record_property, f"random sequence of {length}, {persons or 'even'} persons", f"{len(sets)} + {bounds.exact}", *nothing_follows(answers, requests))
    assert sets and bounds.exact, "the control must find somebody, by bounds too"
    assert sum(bool(cells) for cells in answers) * 3 >= len(answers) * 2, "most are answered"


def split(members, *, at):
    return [frozenset(members[first:last]) for first, last in zip([0, *at], [*at, len(members)])]


def test_bounds_over_many_tables_by_hand():
    """The control of the attacker above: two tables, nothing follows from their equations, and each of five is known by bounds alone."""
    everybody = [f"p{n}" for n in range(40)]
    few, others = split(everybody, at=[5])
    each = [frozenset([person]) for person in sorted(few)]
    first = [(few | others, 40), (few, 5), (others, 35)]
    second = [(few | others, 40), *((one, "…") for one in each), (others, "…")]
    assert exact([first, second]) == []
    assert by_interval([first, second]).exact == 0, "if they may be nobody"
    at = by_interval([first, second], not_empty=True)
    assert (at.exact, at.checked) == (5, 5)


def test_many_tables_over_few_persons_tell_nobody_by_bounds(tmp_path):
    """What the engine says to that: the second table is refused, since hiding all of it would not help; over other persons it comes."""
    everybody = {f"p{n:02}": n for n in range(40)}
    engine = table_engine.Engine(tmp_path / "e", everybody)
    by_group = {(person, ("few" if n < 5 else "others",), (None,)) for person, n in everybody.items()}
    assert engine.ask(by_group, ["group"], [False])["counts"].count(5) == 1
    one_by_one = {(person, ("abcde"[n] if n < 5 else "others",), (None,)) for person, n in everybody.items()}
    two_by_two = {(person, ("abcde"[n] if n < 5 else "abcde"[n % 5],), (None,)) for person, n in everybody.items()}
    crossed = {(person, (group[0], letter[0]), (None, None)) for (person, group, _), (_, letter, _) in zip(sorted(by_group), sorted(two_by_two))}
    assert engine.ask(crossed, ["group", "letter"], [False, False]) is None
    assert engine.ask(two_by_two, ["letter"], [False]) is not None
    assert engine.ask(one_by_one, ["letter"], [False]) is not None, "five of five letters are one value: (others)"
