"""Public Delta readers (deltalake, polars) and Python's own DuckDB, in an environment of their own under build/venv.

They come from PyPI once; when the registry cannot be reached, tests that need them are skipped and say why. Scripts run in that
environment's Python, because pytest runs in Debian's.
"""
import fcntl
import shutil
import subprocess

import pytest

from support.instance import ROOT

VENV = ROOT / "build" / "venv"
PYTHON = VENV / "bin" / "python"
PACKAGES = ["deltalake", "polars", "duckdb"]


def python(source, *arguments, check=True):
    """Runs a script; its standard output, or with check=False the finished process."""
    done = subprocess.run([PYTHON, "-c", source, *map(str, arguments)], capture_output=True, text=True, timeout=300)
    if not check:
        return done
    assert done.returncode == 0, done.stderr
    return done.stdout


def prepare():
    """Makes the environment if need be; one test process at a time, since several run side by side."""
    with open(ROOT / "build" / "venv.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        prepare_alone()


def prepare_alone():
    if PYTHON.exists() and python("import deltalake, polars, duckdb", check=False).returncode == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    subprocess.run(["/usr/bin/python3", "-m", "venv", VENV], check=True, capture_output=True)
    done = subprocess.run([VENV / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES], capture_output=True,
                          text=True, timeout=600)
    if done.returncode != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        pytest.skip("the Python package registry cannot be reached, so there is no public Delta reader to test with")
