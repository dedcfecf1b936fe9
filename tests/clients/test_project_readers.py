"""Public Delta readers open a project's tables and see the rows that its session sees."""
import json
import subprocess

import pytest

from support import duck
from support.instance import ROOT, Instance
from support.projects import PERSON, VISIT, fill, specification

PYTHON = ROOT / "build" / "venv" / "bin" / "python"
READ = """
import deltalake, json, polars, sys
t = deltalake.DeltaTable(sys.argv[1])
print(json.dumps({"version": t.version(), "types": {f.name: str(f.type.type) for f in t.schema().fields},
  "comments": {f.name: f.metadata.get("comment") for f in t.schema().fields},
  "rows": sorted([str(v) for v in row] for row in polars.read_delta(sys.argv[1]).rows())}))
"""


@pytest.fixture(scope="module")
def reader():
    """The venv of test_delta_readers.py, which knows how to make it."""
    if PYTHON.exists() and subprocess.run([PYTHON, "-c", "import deltalake, polars"], capture_output=True).returncode == 0:
        return
    subprocess.run(["/usr/bin/python3", "-m", "venv", PYTHON.parent.parent], check=True, capture_output=True)
    done = subprocess.run([PYTHON.parent / "pip", "install", "--quiet", "deltalake", "polars", "duckdb"], capture_output=True, timeout=600)
    if done.returncode != 0:
        pytest.skip("the Python package registry cannot be reached, so there is no public Delta reader to test with")


def test_project_tables_open_everywhere(reader, tmp_path):
    with Instance(tmp_path / "i") as instance:
        fill(instance)
        (tmp_path / "s.toml").write_text(specification("TST-2026-0001", 'any = [ { table = "TST.person" } ]', PERSON + VISIT))
        instance.fvm("project", "create", tmp_path / "s.toml")
        for _ in range(2):  # the second build replaces every file of the first
            instance.fvm("project", "build", "TST-2026-0001")
        folder = instance.path / "projects" / "TST-2026-0001" / "data" / "tst"
        for table in "visit", "person":
            done = subprocess.run([PYTHON, "-c", READ, folder / table], capture_output=True, text=True, timeout=120)
            assert done.returncode == 0, done.stderr
            seen = json.loads(done.stdout)
            same = sorted([str(v) for v in row] for row in duck.table(folder / table))
            assert len(seen["rows"]) == len(same) > 0
            assert [row[0] for row in seen["rows"]] == [row[0] for row in same], "the pseudonyms"
            assert seen["version"] == 2 and seen["types"]["pnr"] == "long"
        assert seen["comments"]["pnr"] == "Personnummer"
