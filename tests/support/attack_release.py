#!/usr/bin/env python3
"""Attacks released tables from their files and prints one line.

  attack_release.py --tables PATH… [--hierarchy DIMENSION=FILE…] [--threshold 5] [--no-intervals] [--sample N] [--marks WHICH]
                    [--truth FILE] [--seed N] [--list]
  attack_release.py --tables PATH… --micro FILE [--percent 10] …      tables of sums: the p % rule instead of a threshold

PATH is a CSV or a folder (support/release_files.py says how they look). The line:
  attack cells= hidden= rank= exact= insider= single= below= checked= width= seconds=
cells: named by some release or by their sums; hidden: of these, without a value; rank: independent equations over the hidden.
exact: hidden cells whose value the equations, and with intervals no cell below 0, give, and it is 1 to threshold - 1.
insider: small cells that somebody who knows one other small cell can work out (small: shown as primary, or 1 to threshold - 1 in
truth); single: of these, what one who is alone in a cell works out (with --truth only, else none).
below: small cells known to be below the threshold (exact ones among them). checked: cells whose interval was looked for: small
ones and those that no release named; --sample N: at most N of them. width: the median of most - least (none when there is no most).
--marks primary: the outsider can tell '<5' from '…': primary is 1 to threshold - 1; --marks both: and secondary threshold or more.
--truth: DIMENSIONS,VALUE of the innermost cells: then a wrong value or an interval without the truth is an error. Exits 1 if exact > 0.
--micro: rows DIMENSIONS…,CONTRIBUTOR,VALUE. Then the line has sensitive= cells by the p % rule, open= of them shown, exact=, and short=
hidden ones whose most still tells a competitor too much; it exits 1 if open, exact or short is not 0.
"""
import argparse
import csv
import math
import pathlib
import random
import statistics
import sys
import time

if __name__ == "__main__":
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support import attack_magnitudes
from support.attack_exact import Exact
from support.attack_intervals import intervals, known_below, known_exactly
from support.attacker import add_up
from support.release_files import BadRelease, read_releases


def read_truth(universe, path):
    with open(path, encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        *dimensions, _ = next(lines)
        inner = {universe.name(**dict(zip(dimensions, codes))): int(value) for *codes, value in lines}
    return add_up(universe, inner)


def hold_against(truth, exact, found):
    """The attacker's own errors: nothing it says may be false."""
    for name, value in exact.determined.items():
        if truth.get(name, value) != value:
            raise AssertionError(f"{name}: worked out as {value}, is {truth[name]}")
    for name, interval in found.items():
        value = truth.get(name, interval.least)
        if value < interval.least - 1e-6 or (interval.most is not None and value > interval.most + 1e-6):
            raise AssertionError(f"{name}: {value} is not in {interval}")


def revealed_by_singles(group, truth):
    """Cells of the group that one who is alone in another cell of it works out."""
    singles = sum(truth[name] == 1 for name in group)
    return len(group) - (singles == 1) if singles else 0


def attack(paths, hierarchies=None, threshold=5, with_intervals=True, sample=None, marks=None, truth=None, seed=1):
    """The figures of the line, as a dict, and under "findings" the names of exact cells with their values."""
    start = time.monotonic()
    universe, statuses = read_releases(paths, hierarchies)
    knowledge, primary = universe.knowledge, {name for name, status in statuses.items() if status == "primary"}
    truth = read_truth(universe, truth) if truth else {}
    for name in statuses if marks else ():
        if name in primary:
            knowledge.bound(name, 1, threshold - 1)
        elif marks == "both":
            knowledge.bound(name, threshold)
    exact = Exact(knowledge.system(), seed)
    if exact.contradiction:
        raise BadRelease("what was released does not add up")
    is_small = lambda value: value is not None and 0 < value < threshold
    findings = {name: value for name, value in exact.determined.items() if is_small(value)}
    small = {name for name in knowledge.hidden() if name in primary or is_small(truth.get(name))}
    targets = sorted(small | {name for name in knowledge.hidden() if name not in universe.named})
    if sample is not None and sample < len(targets):
        targets = random.Random(seed).sample(targets, sample)
    found = intervals(exact, targets) if with_intervals else {}
    findings |= {name: round(at.least) for name, at in found.items() if known_exactly(at) and is_small(round(at.least))}
    hold_against(truth, exact, found)
    width = statistics.median([math.inf if at.most is None else at.most - at.least for at in found.values()] or [math.inf])
    groups = exact.insiders(small)
    figures = {"cells": len(knowledge.values), "hidden": len(exact.system.names), "rank": exact.rank, "exact": len(findings),
               "insider": sum(map(len, groups)),
               "single": "none" if not truth else sum(revealed_by_singles(group, truth) for group in groups),
               "below": sum(name in small and known_below(at, threshold) for name, at in found.items()), "checked": len(found),
               "width": "none" if width == math.inf else f"{width:.0f}",
               "seconds": f"{time.monotonic() - start:.2f}"}
    return figures | {"findings": findings}


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--tables", nargs="+", required=True)
    options.add_argument("--hierarchy", nargs="*", default=[])
    options.add_argument("--threshold", type=int, default=5)
    options.add_argument("--no-intervals", action="store_true")
    options.add_argument("--sample", type=int)
    options.add_argument("--marks", choices=("primary", "both"))
    options.add_argument("--truth")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--list", action="store_true", help="the cells found, one a line, before the line of figures")
    options.add_argument("--micro")
    options.add_argument("--percent", type=int, default=10)
    given = options.parse_args()
    hierarchies = dict(pair.split("=", 1) for pair in given.hierarchy)
    try:
        if given.micro:
            figures = attack_magnitudes.attack(given.tables, given.micro, given.percent, hierarchies, given.seed)
        else:
            figures = attack(given.tables, hierarchies, given.threshold, not given.no_intervals, given.sample, given.marks, given.truth, given.seed)
    except (BadRelease, OSError, ArithmeticError) as error:
        print(f"attack_release: {error}", file=sys.stderr)
        sys.exit(2)
    findings = figures.pop("findings")
    for name, value in sorted(findings.items()) if given.list else ():
        print(",".join(name), value)
    print("attack " + " ".join(f"{key}={value}" for key, value in figures.items()))
    sys.exit(1 if findings or figures.get("short") else 0)


if __name__ == "__main__":
    main()
