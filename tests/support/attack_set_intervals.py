"""The interval attack on persons: between what numbers must each small cell be that was asked for and not shown?

The unknowns are atoms, as in attack_sets; none is below 0, every released count is their sum, and a cell shown as '<5' is 1 to 4.
`attack` -> {members: Interval} for all cells with 1 to t - 1 persons that no answer gives a number for.
"""
from support.attack_exact import Exact
from support.attack_intervals import intervals
from support.attack_sets import Facts, atoms_of, counted, read
from support.attacker import Knowledge


def attack(population, requests, answers, threshold=5, sample=None, chance=None):
    given = read(population, requests, answers)
    counts = counted(given)
    small = {members for release in given for members in release.small.values() if members}
    wanted = {members for release in given for members in release.cells.values() if 0 < len(members) < threshold} - counts
    if sample is not None and sample < len(wanted):
        wanted = set(chance.sample(sorted(wanted, key=sorted), sample))
    ordered = sorted(counts | small | wanted, key=lambda members: (len(members), sorted(members)))
    person, sizes = atoms_of(ordered)
    atoms = {members: {person[p]: 1 for p in members} for members in ordered}
    facts = Facts(len(sizes))
    facts.add([atoms[members] for members in ordered if members in counts])
    said = {id(row) for row in facts.independent}
    knowledge = Knowledge()
    for members in ordered:
        if members in counts and id(atoms[members]) in said:
            knowledge.publish(members, len(members))
            knowledge.sums(members, list(atoms[members]))
        elif members not in counts:
            knowledge.sums(members, list(atoms[members]))
            if members in small:
                knowledge.bound(members, 1, threshold - 1)
    return intervals(Exact(knowledge.system()), wanted)
