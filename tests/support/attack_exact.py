"""The exact attack: what the equations alone determine, whatever the values are; and what they determine for one who knows a cell.

Sparse elimination modulo a large prime leaves every pivot as a combination of free unknowns. A random vector of the null space is
0 where an unknown is determined and, but for chance (1 in 2^89), nowhere else. With a second one, unknowns with the same ratio
determine each other: these are the insider's.
"""
import heapq
import itertools
import random

PRIME = 2 ** 89 - 1


def signed(number):
    """The residue nearest to 0: coefficients are mostly 1 and -1, and small numbers are fast."""
    number %= PRIME
    return number - PRIME if number > PRIME // 2 else number


def divide(number, by):
    return signed(number * by) if by in (1, -1) else signed(number * pow(by, -1, PRIME))


class Elimination:
    """pivots: (unknown, its row, its constant), in the order in which they were taken: a row names only free unknowns and pivots
    taken later. rank: how many independent facts the equations are; independent: equations that say all that all say."""

    def __init__(self, system):
        self.count, self.pivots, self.independent = len(system.names), [], []
        self.rows = [dict(row) for row in system.rows]
        self.constants = list(system.constants)
        self.columns = [set() for _ in range(self.count)]
        for index, row in enumerate(self.rows):
            for unknown in row:
                self.columns[unknown].add(index)
        self.waiting = [(len(row), index) for index, row in enumerate(self.rows)]
        heapq.heapify(self.waiting)
        while self.waiting:
            length, index = heapq.heappop(self.waiting)
            if length == len(self.rows[index]) and length:
                self.take(index)
        self.rank = len(self.pivots)
        self.contradiction = any(constant for row, constant in zip(self.rows, self.constants) if not row)

    def take(self, index):
        """The shortest row gives up the unknown that the fewest others have, which is then put into these."""
        row, constant = self.rows[index], self.constants[index]
        pivot = min(row, key=lambda unknown: (len(self.columns[unknown]), unknown))
        for unknown in row:
            self.columns[unknown].discard(index)
        for other in list(self.columns[pivot]):
            self.subtract(other, row, constant, divide(self.rows[other][pivot], row[pivot]))
            heapq.heappush(self.waiting, (len(self.rows[other]), other))
        self.pivots.append((pivot, row, constant))
        self.independent.append(index)
        self.rows[index], self.constants[index] = {}, 0

    def subtract(self, other, row, constant, factor):
        target = self.rows[other]
        for unknown, coefficient in row.items():
            left = signed(target.get(unknown, 0) - factor * coefficient)
            if left:
                target[unknown] = left
                self.columns[unknown].add(other)
            elif unknown in target:
                del target[unknown]
                self.columns[unknown].discard(other)
        self.constants[other] = signed(self.constants[other] - factor * constant)

    def solve(self, free, homogeneous):
        """The solution in which unknowns that are no pivots have the values `free`; with constants 0 if homogeneous."""
        values = list(free)
        for pivot, row, constant in reversed(self.pivots):
            rest = sum(coefficient * values[unknown] for unknown, coefficient in row.items() if unknown != pivot)
            values[pivot] = divide((0 if homogeneous else constant) - rest, row[pivot])
        return values

    def null_vector(self, seed):
        chance = random.Random(seed)
        return self.solve([chance.randrange(1, PRIME) for _ in range(self.count)], homogeneous=True)


class Exact:
    """determined: {name: value}; insiders: sets of names, each of which tells all others of its set."""

    def __init__(self, system, seed=1):
        self.system, elimination = system, Elimination(system)
        self.rank, self.contradiction, self.independent = elimination.rank, elimination.contradiction, elimination.independent
        self.null = elimination.null_vector(seed)
        self.second = elimination.null_vector(seed + 1)
        some = elimination.solve([0] * len(system.names), homogeneous=False)
        self.determined = {name: some[index] for index, name in enumerate(system.names) if self.null[index] == 0}

    def insiders(self, among=None):
        """Only cells of `among`, if given. A cell that everybody can work out is in none of the sets."""
        classes = {}
        for index, name in enumerate(self.system.names):
            if self.null[index] and (among is None or name in among):
                classes.setdefault(divide(self.second[index], self.null[index]), []).append(name)
        return [set(names) for names in classes.values() if len(names) > 1]

    def determines(self, terms):
        """Is this combination {hidden name: coefficient} determined, though its parts may not be?"""
        number = {name: index for index, name in enumerate(self.system.names)}
        return signed(sum(coefficient * self.null[number[name]] for name, coefficient in terms.items())) == 0


def zero_sums(vector, weights, most, parts=4):
    """Sets of up to four places whose coordinates in a null vector add up to 0 and whose weights to at most `most`: in these
    sets nothing is determined but the whole. Only minimal ones (no part of one is another); halves are matched by their sum."""
    places = [place for place, weight in enumerate(weights) if 0 < weight <= most]
    found = [{place} for place in places if signed(vector[place]) == 0]
    alone = set().union(*found) if found else set()
    places = [place for place in places if place not in alone]
    singles = {}
    for place in places:
        singles.setdefault(signed(vector[place]), []).append(place)
    pairs = {}
    for one, two in itertools.combinations(places, 2) if parts > 1 else ():
        if weights[one] + weights[two] <= most:
            total = signed(vector[one] + vector[two])
            pairs.setdefault(total, []).append((one, two))
    found += [set(pair) for pair in pairs.pop(0, [])]
    for total, members in pairs.items():
        opposite = singles.get(signed(-total), []) if parts > 2 else []
        found += [{one, two, three} for one, two in members for three in opposite if three > two]
        for one, two in members if parts > 3 else ():
            found += [{one, two, three, four} for three, four in pairs.get(signed(-total), []) if one < three and len({one, two, three, four}) == 4]
    found = {frozenset(f) for f in found if sum(weights[place] for place in f) <= most}
    smaller = lambda places: (frozenset(part) for size in range(1, len(places)) for part in itertools.combinations(places, size))
    return sorted((set(places) for places in found if not any(part in found for part in smaller(places))), key=sorted)
