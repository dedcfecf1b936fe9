"""The attack on persons: is there any set of 1 to t - 1 persons whose number follows from everything that was released?

Every released count is a sum over atoms: classes of persons that all released cells treat alike. The attacker knows who is in which
cell (not a weak one), and which atoms are empty, but no number that was not released. A set is found when the released counts, added
and subtracted with any factors, give its number: a set like that is made of whole atoms, so looking at sums of up to four of them is
complete. Percentages join as the counts that they give away: of a known total; or, with many digits, as the fraction that they are.
"""
import itertools
import random
from collections import namedtuple
from fractions import Fraction

from support import releases
from support.attack_exact import PRIME, divide, signed, zero_sums

Findings = namedtuple("Findings", "sets whole close rank atoms released")
# sets: of persons, each 1 to t - 1, and minimal; whole: (request, cell) published as 100 % of a group; close: pairs of released cells
# that differ by 1 to t - 1 persons; rank: independent facts released; atoms; released: cells with a number


class Facts:
    """Sums of atoms that are known, reduced as they come; a random null vector says what follows from them."""

    def __init__(self, count, seed=1):
        self.count, self.pivots, self.chance, self.independent = count, {}, random.Random(seed), []
        self.free = [self.chance.randrange(1, PRIME) for _ in range(count)]
        self.null = list(self.free)

    def follows(self, row):
        return signed(sum(value * self.null[atom] for atom, value in row.items())) == 0

    def add(self, rows):
        """Only what does not follow already is reduced; the vector is made anew when all are in. independent: rows that say all."""
        for row in rows:
            if not self.follows(row) and self.reduce(dict(row)):
                self.independent.append(row)
        self.null = list(self.free)
        for pivot, row in reversed(self.pivots.items()):
            self.null[pivot] = divide(-sum(value * self.null[atom] for atom, value in row.items() if atom != pivot), row[pivot])

    def reduce(self, row):
        for pivot, known in self.pivots.items():
            if pivot in row:
                factor = divide(row[pivot], known[pivot])
                for atom, value in known.items():
                    left = signed(row.get(atom, 0) - factor * value)
                    if left:
                        row[atom] = left
                    else:
                        row.pop(atom, None)
        if row:
            self.pivots[min(row)] = row
        return bool(row)


def atoms_of(sets):
    """{person: atom number} and the atoms' sizes."""
    signature = {}
    for place, members in enumerate(sets):
        for person in members:
            signature.setdefault(person, []).append(place)
    numbers, sizes = {}, []
    for person in sorted(signature):
        key = tuple(signature[person])
        if key not in numbers:
            numbers[key] = len(sizes)
            sizes.append(0)
        signature[person] = numbers[key]
        sizes[numbers[key]] += 1
    return signature, sizes


def fraction_of(text):
    """The fraction that a percentage with six or more decimals was, or None when it has fewer."""
    value = Fraction(text) / 100
    digits = len(text.partition(".")[2])
    near = value.limit_denominator(2000)
    return near if digits >= 6 and abs(near - value) <= Fraction(1, 2 * 10 ** (digits + 2)) else None


def numerators(text, denominator):
    """The counts that this percentage of `denominator` persons can have been."""
    value, step = Fraction(text), Fraction(1, 2 * 10 ** len(text.partition(".")[2]))
    middle = int(value * denominator / 100)
    return [count for count in range(max(0, middle - 2), middle + 3) if abs(Fraction(100 * count, denominator) - value) <= step]


class Release:
    """One answer beside the truth: members {cell: persons} of the cells that it shows, small of those shown as a mark like '<5',
    percentages [(members, members of the whole, text)]."""

    def __init__(self, population, asked, answer):
        cells = releases.truth(population, asked)
        self.cells, marked = cells, lambda value: str(value).startswith("<")
        self.shown = {cell: value for cell, value in answer.items() if value is not None and not marked(value)}
        self.small = {cell: cells[cell] for cell, value in answer.items() if marked(value)}
        self.members = {cell: cells[cell] for cell in self.shown}
        self.wholes = releases.denominators(population, asked, cells) if self.shown else {}
        self.counts, self.percentages = asked["statistic"] == "count", []
        if not self.counts:
            self.percentages = [(self.members[cell], self.wholes[cell], str(value)) for cell, value in self.shown.items()]
        elif any(int(value) != len(self.members[cell]) for cell, value in self.shown.items()):
            raise AssertionError(f"{asked['id']}: a released number is not the true one: rounded? It needs another attack")

    def whole(self):
        """Cells of at least one person in which a whole group is: all of a row in one column."""
        return [cell for cell in self.shown if self.members[cell] and self.members[cell] == self.wholes[cell] and any(c != "Total" for c in cell[1:])]


def read(population, requests, answers):
    return [Release(population, asked, answers[asked["id"]]) for asked in requests if asked["id"] in answers]


def counted(given):
    return {members for release in given if release.counts for members in release.members.values() if members}


def attack(population, requests, answers, threshold=5, close=True):
    """answers: {request id: answer}; requests without one were refused."""
    given = read(population, requests, answers)
    counts = counted(given)
    percentages = [entry for release in given for entry in release.percentages if entry[1]]
    person, sizes = atoms_of(sorted(counts | {p[0] for p in percentages} | {p[1] for p in percentages}, key=lambda m: (len(m), sorted(m))))

    def row(members, factor=1):
        return {atom: factor for atom in {person[p] for p in members}}
    facts = Facts(len(sizes))
    ordered = sorted(counts, key=len)
    for place in range(0, len(ordered), 64):
        facts.add([row(members) for members in ordered[place:place + 64]])
    while percentages:  # one that becomes a count may make another one
        new = [terms for entry in percentages for terms in said(*entry, row, facts) if not facts.follows(terms)]
        if not new:
            break
        facts.add(new)
    parts = 4 if sum(0 < size < threshold for size in sizes) <= 1500 else 2
    found = zero_sums(facts.null, sizes, threshold - 1, parts)
    people = {}
    for name, atom in person.items():
        people.setdefault(atom, set()).add(name)
    whole = [(asked["id"], cell) for asked, release in zip((a for a in requests if a["id"] in answers), given) for cell in release.whole()]
    return Findings([frozenset().union(*(people[atom] for atom in atoms)) for atoms in found], whole,
                    near_pairs(counts, threshold) if close else [], len(facts.pivots), len(sizes), len(counts))


def said(part, whole, text, row, facts):
    """What a percentage says, as sums that are known: the count, if the whole is known and only one count gives this percentage. With
    many digits the fraction; and both counts if it has not been shortened, for how large a group is to a factor of two is no secret."""
    if facts.follows(row(whole)):
        return [row(part)] if len(numerators(text, len(whole))) == 1 else []
    near = fraction_of(text)
    if near is None:
        return []
    if near.denominator == len(whole):
        return [row(part), row(whole)]
    terms = row(part, near.denominator)
    for atom in row(whole):
        terms[atom] = terms.get(atom, 0) - near.numerator
    return [{atom: value for atom, value in terms.items() if value}]


def near_pairs(sets, threshold):
    """Pairs of released cells of which one has a few persons more, or other ones, than the other."""
    number = {person: place for place, person in enumerate(sorted(set().union(*sets)))} if sets else {}
    masks = sorted(((sum(1 << number[p] for p in members), members) for members in sets), key=lambda pair: (len(pair[1]), pair[0]))
    found = []
    for place, (mask, members) in enumerate(masks):
        for other, others in itertools.islice(masks, place + 1, None):
            if len(others) - len(members) >= threshold:
                break
            if (mask ^ other).bit_count() < threshold:
                found.append((members, others))
    return found
