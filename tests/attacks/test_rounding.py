"""Sequences of rounded tables against an attacker who has them all: no set of one to four persons may follow, not even within bounds.

What makes it so is shown with the engine itself: were the published numbers the true ones, every table would have come out the same. The
controls are roundings that look as good and are not: anew each time, cell by cell, beside exact tables, with headings by true counts.
"""
import itertools
import random

import pytest

from support import duck, table_engine
from support.attack_exact import Exact
from support.attack_intervals import intervals, known_exactly
from support.attack_sets import atoms_of
from support.attacker import Knowledge
from support.population import Population, regular
from support.releases import dimensions, random_sequence, sentence
from support.releases_named import CASES
from support.table_engine import Engine, cells_of, has_levels, pairs_of
from test_disclosure import NAMED

BASE, THRESHOLD = 5, 5


def ask_all(engine, population, requests):
    """[(record, [(persons, number)])] of all requests, one after the other."""
    out = []
    for asked in requests:
        names, pairs = dimensions(asked), pairs_of(population, asked)
        record = engine.ask(pairs, names, [has_levels(n) for n in names])
        out.append((record, cells_of(record, pairs)))
    return out


def told(answers):
    """{persons: number}; a set that is told twice is told the same."""
    numbers = {}
    for record, cells in answers:
        assert set(record["marks"]) == {"o"} and record["facts"] == 0
        for members, number in cells:
            assert number % BASE == 0 and number >= 0
            assert numbers.setdefault(members, number) == number, "the same persons, another number"
    return numbers


def bounds(numbers, wanted, slack=BASE - 1, exact=()):
    """Intervals of the sets `wanted`, for one who takes every number to be off by at most `slack`, and `exact` sets' sizes for known."""
    ordered = sorted(set(numbers) | set(wanted) | {members for members, _ in exact}, key=lambda m: (len(m), sorted(m)))
    person, sizes = atoms_of([members for members in ordered if members])
    knowledge = Knowledge()
    for members in ordered:
        if not members:
            continue
        knowledge.sums(members, list({person[p] for p in members}))
        if members in numbers:
            knowledge.bound(members, max(0, numbers[members] - slack), numbers[members] + slack)
    for members, size in exact:
        knowledge.publish(members, size)
    return intervals(Exact(knowledge.system()), set(wanted))


def adds_up(numbers):
    """There is a number for each atom of which all that was told are sums: the attacker's own elimination finds no contradiction."""
    sets = sorted((members for members in numbers if members), key=lambda m: (len(m), sorted(m)))
    person, _ = atoms_of(sets)
    knowledge = Knowledge()
    for members in sets:
        knowledge.publish(members, numbers[members])
        knowledge.sums(members, list({person[p] for p in members}))
    return not Exact(knowledge.system()).contradiction


def attack(answers):
    numbers = told(answers)
    assert adds_up(numbers)
    small = sorted((members for members in numbers if 0 < len(members) < THRESHOLD), key=sorted)
    for members, interval in bounds(numbers, small[:60]).items():
        top = float("inf") if interval.most is None else interval.most
        inside = [n for n in range(0, 1000, BASE) if interval.least - 1e-6 <= n <= top + 1e-6]
        assert not known_exactly(interval) and inside, (len(members), interval)


def possible_world(engine, population, number):
    """A population in which each atom has as many persons as its number says, each with everything of one who is in it."""
    ledger = engine.folder / "ledger"
    name = {7_000 + n: person for person, n in engine.number.items()}
    atoms = duck.rows(f"SELECT atom, min(unit), any_value(rounded) FROM read_parquet('{ledger}/{number}-atoms.parquet') AS atoms JOIN "
                      f"read_parquet('{ledger}/{number}-places.parquet') AS places USING (atom) WHERE rounded > 0 GROUP BY atom ORDER BY atom")
    world = Population()
    world.versions = [[] for _ in population.versions]
    for atom, unit, rounded in atoms:
        for place, rows in enumerate(population.versions):
            mine = [row for row in rows if row["pnr"] == name[int(unit)]]
            world.versions[place] += [row | {"pnr": f"W{int(atom):06}-{copy:06}"} for copy in range(int(rounded)) for row in mine]
    return world


def replay(tmp_path, population, requests):
    persons = {row["pnr"] for version in population.versions for row in version}
    engine = Engine(tmp_path / "true", persons, round=BASE)
    answers = ask_all(engine, population, requests)
    attack(answers)
    world = possible_world(engine, population, len(requests))
    others = {row["pnr"] for version in world.versions for row in version}
    again = ask_all(Engine(tmp_path / "world", others, round=BASE, key="ab" * 32), world, requests)
    for (record, _), (other, cells), asked in zip(answers, again, requests):
        assert record["dimensions"] == other["dimensions"], sentence(asked)
        assert record["counts"] == other["counts"], sentence(asked)
        assert all(len(members) == number for members, number in cells), "there the numbers are the true ones"


@pytest.mark.parametrize("name", NAMED[::4])
def test_known_attack(name, tmp_path):
    population, requests, _ = CASES[name].make()
    replay(tmp_path, population, requests)


@pytest.mark.parametrize("seed", range(8))
def test_random_sequence(seed, tmp_path):
    replay(tmp_path, regular(), random_sequence(regular(), 100 + seed, 2 + 3 * seed))


def test_the_same_table_for_ever_is_the_same(tmp_path):
    population = regular()
    asked = random_sequence(population, 1, 1)[0]
    engine = Engine(tmp_path / "e", {row["pnr"] for row in population.versions[0]}, round=BASE)
    records = [record for record, _ in ask_all(engine, population, [asked] * 5)]
    assert all(record["counts"] == records[0]["counts"] for record in records)


def test_another_key_rounds_otherwise_and_the_same_key_the_same(tmp_path):
    population = regular()
    asked = random_sequence(population, 1, 1)[0]
    persons = {row["pnr"] for row in population.versions[0]}
    one, same, other = (ask_all(Engine(tmp_path / place, persons, round=BASE, key=key), population, [asked])[0][0]["counts"]
                        for place, key in (("a", "00" * 32), ("b", "00" * 32), ("c", "01" * 32)))
    assert one == same and one != other


# ---- controls: what the attacker finds elsewhere

def anew(size, chance):
    """Unbiased rounding of one number."""
    return size - size % BASE + (BASE if chance.random() * BASE < size % BASE else 0)


def test_control_rounded_anew_the_mean_tells():
    chance = random.Random(1)
    means = [round(sum(anew(size, chance) for _ in range(4000)) / 4000) for size in (1, 2, 3, 4)]
    assert means == [1, 2, 3, 4]


def test_control_rounded_to_the_nearest_one_person_more_tells():
    """Groups that grow by a person at a time: where the number steps is where two are over; the first group's size follows."""
    nearest = lambda size: (size + 2) // 5 * 5
    found = {size: next(more for more in range(5) if nearest(size + more + 1) > nearest(size + more)) for size in (1, 2, 3, 4)}
    assert len(set(found.values())) == 4


def test_control_each_cell_by_itself_does_not_add_up():
    """The true numbers of a sequence, each rounded well: there is no population that has them, so all of them tell more than one."""
    population, chance = regular(), random.Random(2)
    answers = table_engine.small_hidden(population, random_sequence(population, 1, 1))
    numbers = {members: anew(len(members), chance) for cells in answers for members, _ in cells}
    assert adds_up({members: len(members) for members in numbers}) and not adds_up(numbers)


def disjoint(*sizes):
    number = itertools.count()
    return [frozenset(f"P{next(number)}" for _ in range(size)) for size in sizes]


def test_control_exact_beside_rounded_tells():
    one, other = disjoint(4, 4)
    rounded = {one: 0, other: 0}  # each may be: 4 is rounded down one time in five
    assert not any(known_exactly(i) for i in bounds(rounded, [one, other]).values())
    assert all(known_exactly(i) and i.least == 4 for i in bounds(rounded, [one, other], exact=[(one | other, 8)]).values())


def test_control_headings_by_true_counts_tell():
    """Four sets of four, each shown as 5, together as 20. That none is named as a value says that each has at most 4."""
    sets = disjoint(4, 4, 4, 4)
    rounded = {each: 5 for each in sets} | {frozenset().union(*sets): 20}
    assert not any(known_exactly(i) for i in bounds(rounded, sets).values())
    person, _ = atoms_of([*sets])
    knowledge = Knowledge()
    for members, number in rounded.items():
        knowledge.sums(members, list({person[p] for p in members}))
        knowledge.bound(members, number - 4, number + 4 if number > 5 else THRESHOLD - 1)
    assert all(known_exactly(i) and round(i.least) == 4 for i in intervals(Exact(knowledge.system()), set(sets)).values())
