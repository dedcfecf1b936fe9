#!/usr/bin/env python3
"""./run fuzz [NAME] [--seconds N]: libFuzzer programs over tests/fuzz/corpus/NAME; a crash fails and its input is kept in var/fuzz."""
import argparse
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def main():
    parser = argparse.ArgumentParser(prog="./run fuzz")
    parser.add_argument("name", nargs="?")
    parser.add_argument("--seconds", type=int, default=30)
    options = parser.parse_args()
    failed = 0
    names = sorted(source.stem for source in (ROOT / "tests" / "fuzz").glob("*.cpp"))
    if options.name not in (None, *names):
        parser.error(f"there is no fuzzer {options.name}; there are: {', '.join(names)}")
    for name in [options.name] if options.name else names:
        binary = ROOT / "build-fuzz" / "fuzz" / f"fuzz_{name}"
        found = ROOT / "var" / "fuzz" / name
        found.mkdir(parents=True, exist_ok=True)
        seeds = ROOT / "tests" / "fuzz" / "corpus" / name
        command = [binary, f"-max_total_time={options.seconds}", f"-artifact_prefix={found}/crash-", "-rss_limit_mb=2048",
                   "-timeout=10", "-print_final_stats=1", found] + ([seeds] if seeds.is_dir() else [])
        done = subprocess.run(command, stderr=subprocess.PIPE, text=True, errors="replace")
        stats = dict(line.split(": ", 1) for line in done.stderr.splitlines() if line.startswith("stat::"))
        units = stats.get("stat::number_of_executed_units", "0").strip()
        print(f"fuzz {name}: {units} inputs in {options.seconds} s, {'ok' if done.returncode == 0 else 'CRASHED'}", flush=True)
        if done.returncode != 0:
            print(done.stderr[-4000:])
            failed = 1
    sys.exit(failed)


main()
