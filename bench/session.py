"""session: from starting `fvm sql P "SELECT 1"` to the first row on its standard output, in an instance that runs. Median.

The parts stand beside it: sandbox_ms is a session that does nothing and has no SQL server, sql_ms one with a server that nobody asks."""
import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests"))
from attacks.launcher_client import Launcher  # noqa: E402
from support.desk import PROJECT, Desk  # noqa: E402
from support.instance import FVM  # noqa: E402


def first_row(desk):
    command = [str(FVM), "--instance", str(desk.instance.path), "--as", "anna", "sql", PROJECT, "SELECT 4711 AS answer", "--csv"]
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, env=desk.instance.environment) as process:
        for line in process.stdout:
            if line == b"4711\n":
                return 1000 * (time.perf_counter() - start)
    raise SystemExit("session: no row came")


def job(launcher, mounts, *flags):
    settings = ["USER=anna", "PGHOST=/run/fvm", "PGDATABASE=x", "PGUSER=anna", "HOME=/home/anna"]
    start = time.perf_counter()
    code, *_ = launcher.run("session", ["enter", *flags, "--", "true"], mounts=mounts, environment=settings)
    if code != 0:
        raise SystemExit("session: the sandbox failed")
    return 1000 * (time.perf_counter() - start)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--times", type=int, default=15)
    arguments.add_argument("--rows", type=int, help="not used: one row is asked for")
    times = range(arguments.parse_args().times)
    with tempfile.TemporaryDirectory() as folder, Desk(pathlib.Path(folder)) as desk:
        first_row(desk)  # the first one warms the page cache
        whole = statistics.median(first_row(desk) for _ in times)
    with tempfile.TemporaryDirectory() as folder:
        launcher = Launcher(folder)
        try:
            mounts = launcher.project()
            sandbox = statistics.median(job(launcher, mounts, "--no-sql") for _ in times)
            sql = statistics.median(job(launcher, mounts) for _ in times)
        finally:
            launcher.stop()
    print(f"session first_row_ms={whole:.0f} sandbox_ms={sandbox:.0f} sql_ms={sql:.0f} load={os.getloadavg()[0]:.1f}")


main()
