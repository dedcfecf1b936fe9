"""Sequences of safe tables against an attacker who has them all and knows who is in which cell: no set of one to four persons may
follow. The same sequences answered by somebody who hides small cells alone are the positive control: there the attacker finds it.

The attacker (support.attack_sets) and the sequences (support.releases*) share nothing with the engine.
"""
import pytest

from support import table_engine
from support.attack_exact import zero_sums
from support.attack_sets import Facts, atoms_of
from support.population import regular
from support.releases import random_sequence, sentence
from support.releases_named import CASES

THRESHOLD = 5


def attack(answers):
    """Sets of 1 to 4 persons whose number follows from all numbers together."""
    counts = sorted({members for cells in answers for members, value in cells if isinstance(value, int) and members},
                    key=lambda m: (len(m), sorted(m)))
    person, sizes = atoms_of(counts)
    facts = Facts(len(sizes))
    facts.add([{atom: 1 for atom in {person[p] for p in members}} for members in counts])
    people = {}
    for name, atom in person.items():
        people.setdefault(atom, set()).add(name)
    found = zero_sums(facts.null, sizes, THRESHOLD - 1, 4)
    return [frozenset().union(*(people[atom] for atom in atoms)) for atoms in found]


def check(answers):
    for cells in answers:
        for members, value in cells:
            assert value in ("…", len(members)), "what is told is true"


def countable(case):
    """Percentages are not what a safe table gives; other labels are names of the same cells."""
    return all(asked["statistic"] == "count" for asked in case.make().requests)


LONG = 60  # requests: longer chains say nothing that this many do not
NAMED = sorted(name for name, case in CASES.items() if countable(case) and len(case.make().requests) <= LONG)


@pytest.mark.parametrize("name", NAMED)
def test_known_attack(name, tmp_path):
    population, requests, victims = CASES[name].make()
    answers = table_engine.answer(tmp_path / "safe", population, requests)
    check(answers)
    assert attack(answers) == [], "\n".join(map(sentence, requests))


@pytest.mark.parametrize("name", [name for name in NAMED if CASES[name].reveals is True][::6])
def test_the_attacker_finds_them_when_only_small_cells_are_hidden(name, tmp_path):
    population, requests, victims = CASES[name].make()
    found = attack(table_engine.answer(tmp_path / "open", population, requests, judge=False))
    assert found, "\n".join(map(sentence, requests))


@pytest.mark.parametrize("seed", range(12))
def test_random_sequence(seed, tmp_path):
    population = regular()
    requests = random_sequence(population, seed, 2 + seed)
    answers = table_engine.answer(tmp_path / "safe", population, requests)
    check(answers)
    assert attack(answers) == [], "\n".join(map(sentence, requests))
