#!/usr/bin/env python3
"""./run bench [NAME] [--rows N ...]: runs build/bench/bench_NAME or bench/NAME.py; one line per figure on standard output."""
import os
import pathlib
import subprocess
import sys

SHARED = ("support", "project_mirror", "scan_alone")  # what benches share, no benches
ROOT = pathlib.Path(__file__).resolve().parent.parent


def commands():
    found = {p.stem: ["/usr/bin/python3", str(p)] for p in sorted((ROOT / "bench").glob("*.py")) if p.stem not in SHARED}
    for binary in sorted((ROOT / "build" / "bench").glob("bench_*")):
        if not binary.name.endswith("_client"):  # what a bench drives, not a bench
            found.setdefault(binary.name.removeprefix("bench_"), [str(binary)])
    return found


def main():
    arguments = sys.argv[1:]
    name = arguments.pop(0) if arguments and not arguments[0].startswith("-") else None
    known = commands()
    if name is not None and name not in known:
        sys.exit(f"bench: there is no '{name}'; there are: {' '.join(sorted(known))}")
    environment = dict(os.environ, FVM_ROOT=str(ROOT), FVM_BIN=str(ROOT / "build" / "bin"), FVM_LANG="en")
    failed = 0
    for each in [name] if name else sorted(known):
        failed |= subprocess.run(known[each] + arguments, cwd=ROOT, env=environment).returncode
    sys.exit(1 if failed else 0)


main()
