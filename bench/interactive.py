#!/usr/bin/env python3
"""./run bench interactive [--times N]: a page on a throttled line, nothing cached, until its content is painted and until it can be used.

The line: 1,600 kbit/s and 150 ms there and back, as browsers call "slow 4G". Beside it the same pages on a line without limits, which is what this machine takes.
"""
import argparse
import pathlib
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from support import browsers  # noqa: E402
from support.instance import Instance  # noqa: E402

PATHS = ["/", "/registre", "/login"]
LINES = {"slow_4g": {"kbit": 1600, "rtt_ms": 150}, "unlimited": {"kbit": 10_000_000, "rtt_ms": 0}}


def main():
    parser = argparse.ArgumentParser(prog="./run bench interactive")
    parser.add_argument("--times", type=int, default=5, help="each page; the middle one counts")
    options = parser.parse_args()
    if browsers.reason_why_not():
        sys.exit(f"bench: {browsers.reason_why_not()}")
    with tempfile.TemporaryDirectory(prefix="fvm-bench-") as name, Instance(pathlib.Path(name) / "i") as instance:
        instance.wait_for(lambda: browsers.reachable(instance.port))
        for line, limits in LINES.items():
            for seen in browsers.run("interactive.mjs", name, {"base": f"http://127.0.0.1:{instance.port}", "paths": PATHS, "times": options.times, **limits})["pages"]:
                print(f"interactive line={line} page={seen['path']} painted_ms={seen['painted_ms']:.0f} interactive_ms={seen['interactive_ms']:.0f}", flush=True)


main()
