#!/usr/bin/env python3
"""./run bench alike [--persons N ...]: files of persons' rows that the check finds by the project's own data, and honest tables of the same data.

caught: of the attacks of tests/attacks/test_population_uniqueness.py, each a file; noticed: of its honest tables, whole and drawn by lot to forty and to
eight rows. Seconds are of the whole request, sent and checked.
"""
import argparse
import pathlib
import random
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "attacks")]

import test_population_uniqueness as cases  # noqa: E402
from support import register_rows  # noqa: E402
from support.house import House  # noqa: E402

RULES = {cases.CERTAIN, cases.DOUBTFUL}


def counted(house, files):
    """How many files the rules notice, and the seconds of a file."""
    start = time.monotonic()
    found = {}
    names = list(files)
    for at in range(0, len(names), 20):
        found |= cases.send(house, {name: files[name] for name in names[at:at + 20]})[1]
    return {name for name, rules in found.items() if RULES & set(rules)}, (time.monotonic() - start) / len(files)


def main():
    parser = argparse.ArgumentParser(prog="./run bench alike")
    parser.add_argument("--persons", type=int, nargs="*", default=[4_000, 20_000, 400_000])
    options = parser.parse_args()
    draw = random.Random(46)
    for persons in options.persons:
        with tempfile.TemporaryDirectory(prefix="fvm-bench-") as name, House(pathlib.Path(name) / "house") as house:
            house.data = register_rows.give(house, persons)
            rows = cases.some_persons(house)
            attacks = {f"a{i}.csv": case[1] for i, case in enumerate([*cases.hidden_rows(house, rows), *cases.seen_by_shape_too(rows)])}
            honest = {}
            for table, head, lines in cases.honest(house):
                for size in (len(lines), 40, 8):
                    honest[f"{table}-{size}.csv"] = cases.csv(head, draw.sample(lines, min(size, len(lines))))
            caught, attack_s = counted(house, attacks)
            noticed, honest_s = counted(house, honest)
            print(f"alike persons={persons} attacks={len(attacks)} caught={len(caught)} seconds={attack_s:.2f} honest={len(honest)} noticed={len(noticed)} seconds={honest_s:.2f} {' '.join(sorted(noticed))}", flush=True)


main()
