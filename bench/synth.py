#!/usr/bin/env python3
"""synth: rows a second of `fvm synth`, files written to disk, on all cores.

  synth.py [--rows N]     about so many rows (default 5,000,000); other options are for other benchmarks
"""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

BIN = pathlib.Path(os.environ.get("FVM_BIN", pathlib.Path(__file__).resolve().parent.parent / "build" / "bin"))
ROWS_PER_PERSON = 195  # of eleven years


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=5_000_000)
    options, _ = parser.parse_known_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="fvm-bench-synth-"))
    try:
        done = subprocess.run([BIN / "fvm", "--json", "synth", "--persons", str(max(1, options.rows // ROWS_PER_PERSON)), "--from", "2015",
                               "--to", "2025", "--out", folder / "deliveries"], check=True, stdout=subprocess.PIPE, text=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    made = json.loads(done.stdout)
    print(f"synth rows_per_s={made['rows_per_s']} rows={made['rows']} seconds={made['seconds']:.2f} "
          f"mb_per_s={made['bytes'] / 1e6 / made['seconds']:.0f}")


main()
