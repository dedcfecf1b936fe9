"""Sequences of safe tables against an attacker who has them all and knows who is in which cell: no set of one to four persons may
follow. The same sequences answered by somebody who hides small cells alone are the positive control: there the attacker finds it.

The attacker (support.disclosure_attack) and the sequences (support.releases*) share nothing with the engine. What is found is kept with
each test's report: `./run attack disclosure` prints it.
"""
import pytest

from support import attack_sets, releases, table_engine
from support.disclosure_attack import by_interval, exact
from support.population import made_up, regular
from support.releases import random_sequence, sentence
from support.releases_named import CASES


def check(answers):
    for cells in answers:
        for members, value in cells:
            assert value in ("…", len(members)), "what is told is true"


def countable(case):
    """Percentages are not what a safe table gives (test_disclosure_figures.py asks for them as means); other labels are names of the same cells."""
    return all(asked["statistic"] == "count" for asked in case.make().requests)


LONG = 60  # requests: longer chains say nothing that this many do not
NAMED = sorted(name for name, case in CASES.items() if countable(case) and len(case.make().requests) <= LONG)


def tell(record_property, attack, control, found, at):
    for name, value in (("attack", attack), ("control", control), ("exact", found), ("interval", at.exact), ("below", at.below), ("checked", at.checked)):
        record_property(name, value)


def control_of(population, requests):
    """What follows when only small cells are hidden: sets of few, and pairs of cells that differ by few."""
    naive = {asked["id"]: releases.small_hidden(population, asked) for asked in requests}
    return attack_sets.attack(population, requests, naive)


@pytest.mark.parametrize("name", NAMED)
def test_known_attack(name, tmp_path, record_property):
    case, (population, requests, victims) = CASES[name], CASES[name].make()
    control = control_of(population, requests)
    answers = table_engine.answer(tmp_path / "safe", population, requests)
    check(answers)
    found, at = exact(answers), by_interval(answers)
    says = "yes" if case.reveals else "marks" if case.marked else "whole" if case.whole else "nothing"
    tell(record_property, name, says, len(found), at)
    assert not case.reveals or frozenset(victims) in control.sets, "the control must find them"
    assert not case.whole or control.whole
    assert found == [] and at.exact == 0, "\n".join(map(sentence, requests))


@pytest.mark.parametrize("name", [name for name in NAMED if CASES[name].reveals is True][::6])
def test_the_attacker_finds_them_when_only_small_cells_are_hidden(name, tmp_path):
    """By the same road as above: the engine's answers without its judgement."""
    population, requests, victims = CASES[name].make()
    found = exact(table_engine.answer(tmp_path / "open", population, requests, judge=False))
    assert found, "\n".join(map(sentence, requests))


# (requests, persons): the longer, the fewer, since each table is judged against all before it. 0 persons: the regular population.
LENGTHS = [(2, 300), (3, 300), (4, 300), (5, 300), (6, 300), (8, 300), (10, 200), (12, 200), (15, 120), (20, 80), (30, 60), (50, 40), (100, 30), (200, 20),
           (2, 0), (4, 0), (6, 0), (8, 0), (10, 0), (12, 0), (15, 0)]


@pytest.mark.parametrize("length, persons", LENGTHS)
def test_random_sequence(length, persons, tmp_path, record_property):
    population = made_up(length, persons=persons) if persons else regular()
    requests = [asked | {"statistic": "count"} for asked in random_sequence(population, length, length)]
    control = control_of(population, requests)
    answers = table_engine.answer(tmp_path / "safe", population, requests)
    check(answers)
    found, at = exact(answers), by_interval(answers, not_empty=True)
    says = f"{len(control.sets)} sets" if control.sets else "nothing"
    tell(record_property, f"random sequence of {length}, {persons or 'regular'} persons", says, len(found), at)
    assert found == [] and at.exact == 0, "\n".join(map(sentence, requests))
    assert control.sets or not persons or length < 4, "the control must find somebody"
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
