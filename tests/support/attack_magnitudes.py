"""The attack on sums (turnover): does a table, from what can be worked out, tell a competitor too much about the largest contributor?

p % rule: the second largest knows its own part; if the rest of the cell is under p % of the largest, its estimate of the largest is too
good, and the cell is sensitive. Hidden, its most must be so far up that the estimate from it is not. Contributors are holdings: rows of
one contributor in a cell are one. Source: Hundepool et al., Statistical Disclosure Control, ch. 4 (p % rule, protection levels).
"""
import csv
import time
from collections import namedtuple

from support.attack_exact import Exact
from support.attack_intervals import intervals, known_exactly
from support.release_files import BadRelease, read_releases

Needed = namedtuple("Needed", "value most")  # what the cell is; what its upper end must reach


def contributions(universe, path):
    """{name: {contributor: sum}} of every cell, from rows DIMENSIONS…,CONTRIBUTOR,VALUE."""
    cells = {}
    with open(path, encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        *dimensions, _, _ = next(lines)
        for *codes, contributor, value in lines:
            names = [universe.name(**dict(zip(dimensions, codes)))]
            for place, dimension in enumerate(universe.dimensions):
                hierarchy = universe.hierarchies[dimension]
                names = [name[:place] + (code,) + name[place + 1:] for name in names for code in hierarchy.ancestors(name[place])]
            for name in names:
                by = cells.setdefault(name, {})
                by[contributor] = by.get(contributor, 0) + int(value)
    return cells


def needed(by, percent):
    """None when the cell is not sensitive. Whole numbers: 100 × what is needed, rounded up."""
    largest, second, *_ = sorted(by.values(), reverse=True) + [0, 0]
    value = sum(by.values())
    rest = value - largest - second
    if 100 * rest >= percent * largest:
        return None
    return Needed(value, value + (percent * largest - 100 * rest) / 100)


def attack(paths, micro, percent=10, hierarchies=None, seed=1):
    """The figures of the line. open: sensitive cells that are shown; short: hidden, but their most is below what they need."""
    start = time.monotonic()
    universe, statuses = read_releases(paths, hierarchies)
    sensitive = {name: need for name, by in contributions(universe, micro).items() if (need := needed(by, percent)) and name in universe.named}
    exact = Exact(universe.knowledge.system(), seed)
    if exact.contradiction:
        raise BadRelease("what was released does not add up")
    found = intervals(exact, [name for name in sensitive if name in statuses])
    for name, at in found.items():
        if at.least > sensitive[name].value * (1 + 1e-9) + 1e-6 or (at.most is not None and at.most < sensitive[name].value * (1 - 1e-9) - 1e-6):
            raise AssertionError(f"{name}: {sensitive[name].value} is not in {at}")
    known = {name: sensitive[name].value for name, at in found.items() if known_exactly(at)}
    shown = [name for name in sensitive if name not in statuses]
    short = [name for name, at in found.items() if at.most is not None and at.most < sensitive[name].most * (1 - 1e-9) - 1e-6]
    return {"cells": len(universe.knowledge.values), "hidden": len(exact.system.names), "rank": exact.rank, "sensitive": len(sensitive),
            "open": len(shown), "exact": len(known), "short": len(short), "checked": len(found),
            "seconds": f"{time.monotonic() - start:.2f}", "findings": known | {name: sensitive[name].value for name in shown}}
