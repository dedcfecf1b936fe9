"""What an outsider makes of the answers to a sequence of tables: `answers` is a list of [(persons, number or "…")], as support.table_engine
gives them. He has all of them and knows who is in which cell. Shares nothing with the engine.
"""
import math
from collections import namedtuple

from support.attack_exact import Exact, signed, zero_sums
from support.attack_intervals import intervals, known_below, known_exactly
from support.attack_sets import Facts, atoms_of, near_pairs
from support.attacker import Knowledge
from support.releases import sentence

THRESHOLD = 5
Intervals = namedtuple("Intervals", "checked exact below whole")
# checked: hidden cells of 1 to t - 1 persons whose interval was looked for; exact: of these, known to the person; below: known to be small;
# whole: only one whole number lies in it


def told(answers):
    """The cells with a number, each once."""
    return sorted({members for cells in answers for members, value in cells if isinstance(value, int) and members},
                  key=lambda members: (len(members), sorted(members)))


def hidden(answers):
    """The cells of somebody that no answer gives a number for."""
    counts = set(told(answers))
    return sorted({members for cells in answers for members, value in cells if value == "…" and members} - counts, key=lambda members: (len(members), sorted(members)))


def near(answers):
    """Pairs of told cells that differ by few persons: the same cell a month later."""
    return near_pairs(set(told(answers)), THRESHOLD)


def rows_of(sets, person):
    return [{atom: 1 for atom in {person[p] for p in members}} for members in sets]


class Told:
    """Everything told, as sums over atoms; a random null vector says what follows. An attack takes answers, or this of them where several are tried."""

    def __init__(self, answers):
        self.nulls = {}
        counts = told(answers)
        self.person, self.sizes = atoms_of(counts)
        self.rows = rows_of(counts, self.person)
        self.people = {}
        for name, atom in self.person.items():
            self.people.setdefault(atom, set()).add(name)

    @classmethod
    def of(cls, answers):
        return answers if isinstance(answers, cls) else cls(answers)

    def null(self, seed=1):
        if seed not in self.nulls:
            facts = Facts(len(self.sizes), seed)
            facts.add(self.rows)
            self.nulls[seed] = facts.null
        return self.nulls[seed]

    def small(self, vector, parts=4):
        """Sets of 1 to 4 persons, of at most so many atoms, whose coordinates add up to nothing."""
        parts = min(parts, 4 if sum(0 < size < THRESHOLD for size in self.sizes) <= 1500 else 2)
        return [frozenset().union(*(self.people[atom] for atom in atoms)) for atoms in zero_sums(vector, self.sizes, THRESHOLD - 1, parts)]


def exact(answers):
    """Sets of 1 to 4 persons whose number follows from all numbers together."""
    all_told = Told.of(answers)
    return all_told.small(all_told.null())


def by_insider(answers, parts=1, most=25):
    """[(person, others)]: 1 to 4 others, of so many atoms, whose number follows for somebody who is treated like nobody else, and knows that she is there.
    Of two changes that leave everything told as it is, a combination that leaves her too. At most so many persons are tried. Four others
    with whom she is a told set of five are none: that is what a threshold of five allows."""
    all_told = Told.of(answers)
    one, two = all_told.null(1), all_told.null(2)
    alone = [atom for atom, size in enumerate(all_told.sizes) if size == 1 and signed(one[atom])]
    found = []
    for atom in alone[::max(1, len(alone) // most)][:most]:
        (her,) = all_told.people[atom]
        without = [signed(x * two[atom] - y * one[atom]) for x, y in zip(one, two)]
        moved = lambda persons: signed(sum(one[a] for a in {all_told.person[p] for p in persons}))
        found += [(her, others) for others in all_told.small(without, parts) if her not in others and moved(others) and (len(others) + 1 < THRESHOLD or moved(others | {her}))]
    return found


def by_interval(answers, most=60, not_empty=False, few=False):
    """Between what numbers must each small cell be that was asked for and is hidden? At most so many are looked at: GLPK, no atom below 0.
    `not_empty`: he uses that a cell of nobody is shown as 0, so that each hidden one of all tables has somebody; `few`: that it is small."""
    counts, all_hidden = told(answers), hidden(answers)
    small = [members for members in all_hidden if len(members) < THRESHOLD]
    wanted = small[::max(1, len(small) // most)][:most]
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
            knowledge.bound(members, 1, THRESHOLD - 1 if few else None)
    found = intervals(Exact(knowledge.system()), wanted) if wanted else {}
    for members, at in found.items():
        assert at.least - 1e-6 <= len(members) and (at.most is None or len(members) <= at.most + 1e-6), "the attacker errs"
    return Intervals(len(found), sum(map(known_exactly, found.values())), sum(known_below(at, THRESHOLD) for at in found.values()),
                     sum(map(one_whole_number, found.values())))


def one_whole_number(interval):
    return interval.most is not None and math.ceil(interval.least - 1e-6) == math.floor(interval.most + 1e-6)


def check(answers):
    for cells in answers:
        for members, value in cells:
            assert value in ("…", len(members)), "what is told is true"


def tell(record_property, attack, control, found, at):
    for name, value in (("attack", attack), ("control", control), ("exact", found), ("interval", at.exact), ("below", at.below), ("checked", at.checked)):
        record_property(name, value)


def nothing_follows(answers, requests):
    """What outsiders, and those who know themselves, make of the answers; (number of sets, bounds)."""
    check(answers)
    all_told = Told(answers)
    found, at = exact(all_told), by_interval(answers, not_empty=True)
    assert (found, at.exact, by_insider(all_told)) == ([], 0, []), "\n".join(map(sentence, requests))
    return len(found), at
