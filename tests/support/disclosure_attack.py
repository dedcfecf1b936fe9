"""What an outsider makes of the answers to a sequence of tables: `answers` is a list of [(persons, number or "…")], as support.table_engine
gives them. He has all of them and knows who is in which cell. Shares nothing with the engine.
"""
from collections import namedtuple

from support.attack_exact import Exact, zero_sums
from support.attack_intervals import intervals, known_below, known_exactly
from support.attack_sets import Facts, atoms_of
from support.attacker import Knowledge

THRESHOLD = 5
Intervals = namedtuple("Intervals", "checked exact below")
# checked: hidden cells of 1 to t - 1 persons whose interval was looked for; exact: of these, known to the person; below: known to be small


def told(answers):
    """The cells with a number, each once."""
    return sorted({members for cells in answers for members, value in cells if isinstance(value, int) and members},
                  key=lambda members: (len(members), sorted(members)))


def rows_of(sets, person):
    return [{atom: 1 for atom in {person[p] for p in members}} for members in sets]


def exact(answers):
    """Sets of 1 to 4 persons whose number follows from all numbers together."""
    counts = told(answers)
    person, sizes = atoms_of(counts)
    facts = Facts(len(sizes))
    facts.add(rows_of(counts, person))
    people = {}
    for name, atom in person.items():
        people.setdefault(atom, set()).add(name)
    parts = 4 if sum(0 < size < THRESHOLD for size in sizes) <= 1500 else 2
    return [frozenset().union(*(people[atom] for atom in atoms)) for atoms in zero_sums(facts.null, sizes, THRESHOLD - 1, parts)]


def by_interval(answers, most=60):
    """Between what numbers must each small cell be that was asked for and is hidden? At most so many are looked at: GLPK, no atom below 0."""
    counts = told(answers)
    hidden = sorted({members for cells in answers for members, value in cells if value == "…" and 0 < len(members) < THRESHOLD} - set(counts),
                    key=lambda members: (len(members), sorted(members)))
    wanted = hidden[::max(1, len(hidden) // most)][:most]
    person, sizes = atoms_of(counts + wanted)
    facts = Facts(len(sizes))
    rows = rows_of(counts, person)
    facts.add(rows)
    said = {id(row) for row in facts.independent}
    knowledge = Knowledge()
    for members, row in zip(counts, rows):
        if id(row) in said:
            knowledge.publish(members, len(members))
            knowledge.sums(members, list(row))
    for members, row in zip(wanted, rows_of(wanted, person)):
        knowledge.sums(members, list(row))
    found = intervals(Exact(knowledge.system()), wanted) if wanted else {}
    for members, at in found.items():
        assert at.least - 1e-6 <= len(members) and (at.most is None or len(members) <= at.most + 1e-6), "the attacker errs"
    return Intervals(len(found), sum(map(known_exactly, found.values())), sum(known_below(at, THRESHOLD) for at in found.values()))
