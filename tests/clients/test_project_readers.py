"""Public Delta readers open a project's tables and see the rows that its session sees."""
import json
import subprocess

import pytest

from support import duck
from support.delta_readers import PYTHON, prepare
from support.projects import PERSON, VISIT, filled, specification

READ = """
import deltalake, json, polars, sys
t = deltalake.DeltaTable(sys.argv[1])
print(json.dumps({"version": t.version(), "types": {f.name: str(f.type.type) for f in t.schema().fields},
  "comments": {f.name: f.metadata.get("comment") for f in t.schema().fields},
  "rows": sorted([str(v) for v in row] for row in polars.read_delta(sys.argv[1]).rows())}))
"""


@pytest.fixture(scope="module")
def reader():
    prepare()


def test_project_tables_open_everywhere(reader, tmp_path):
    with filled(tmp_path / "i") as instance:
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
