"""What an outsider makes of the answers to a sequence of tables: `answers` is a list of [(persons, number or "…")], as support.table_engine
gives them. He has all of them and knows who is in which cell. Shares nothing with the engine.
"""
import math
from collections import namedtuple

from support.attack_exact import Exact, zero_sums
from support.attack_intervals import intervals, known_below, known_exactly
from support.attack_sets import Facts, atoms_of
from support.attacker import Knowledge

THRESHOLD = 5
Intervals = namedtuple("Intervals", "checked exact below whole")
# checked: hidden cells of 1 to t - 1 persons whose interval was looked for; exact: of these, known to the person; below: known to be small;
# whole: only one whole number lies in it


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


def by_interval(answers, most=60, not_empty=False):
    """Between what numbers must each small cell be that was asked for and is hidden? At most so many are looked at: GLPK, no atom below 0.
    `not_empty`: he uses that a cell of nobody is shown as 0, so that each hidden one of all tables has somebody."""
    counts = told(answers)
    all_hidden = sorted({members for cells in answers for members, value in cells if value == "…" and members} - set(counts),
                        key=lambda members: (len(members), sorted(members)))
    hidden = [members for members in all_hidden if len(members) < THRESHOLD]
    wanted = hidden[::max(1, len(hidden) // most)][:most]
    named = all_hidden if not_empty else wanted
    person, sizes = atoms_of(counts + named)
    facts = Facts(len(sizes))
    rows = rows_of(counts, person)
    facts.add(rows)
    said = {id(row) for row in facts.independent}
    knowledge = Knowledge()
    for members, row in zip(counts, rows):
        if id(row) in said:
            knowledge.publish(members, len(members))
            knowledge.sums(members, list(row))
    for members, row in zip(named, rows_of(named, person)):
        knowledge.sums(members, list(row))
        if not_empty:
            knowledge.bound(members, 1)
    found = intervals(Exact(knowledge.system()), wanted) if wanted else {}
    for members, at in found.items():
        assert at.least - 1e-6 <= len(members) and (at.most is None or len(members) <= at.most + 1e-6), "the attacker errs"
    return Intervals(len(found), sum(map(known_exactly, found.values())), sum(known_below(at, THRESHOLD) for at in found.values()),
                     sum(map(one_whole_number, found.values())))


def one_whole_number(interval):
    return interval.most is not None and math.ceil(interval.least - 1e-6) == math.floor(interval.most + 1e-6)
