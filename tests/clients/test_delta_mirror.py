"""A public Delta reader opens what `fvm deliver` and `fvm project build` made, and sees the rows that are in its Parquet files: all
of them, under the columns that the catalogue lets be stored, with every pseudonym an exact number."""
import json
import subprocess

import pytest

from support import delta_readers
from support.delta_readers import python
from support.instance import FVM, ROOT, Instance

TABLES = ["CPR.t_person", "CPR.t_pnr_hist", "LPR_F.kontakter", "LPR_F.diagnoser", "LMDB.lmdb", "DAR.t_dodsaarsag_2", "LAB.lab_dm_forsker"]
PROJECT = "FVM-2026-0017"

# The rows by a Delta reader, and by DuckDB from the files that the reader's manifest names; as a hash, for they are many.
COMPARE = """
import datetime, hashlib, json, sys
import deltalake, duckdb, polars
table = deltalake.DeltaTable(sys.argv[1])
def text(value):
    if isinstance(value, datetime.datetime):
        return value.replace(tzinfo=None).isoformat()
    return repr(round(value, 6)) if isinstance(value, float) else str(value)
def digest(rows):
    return hashlib.sha256("\\n".join(sorted("\\x1f".join(text(v) for v in row) for row in rows)).encode()).hexdigest()
duckdb.sql("SET timezone = 'UTC'")
names = [field.name for field in table.schema().fields]
listed = ", ".join('"' + name + '"' for name in names)
files = [uri.removeprefix("file://") for uri in table.file_uris()]
found = deltalake.QueryBuilder().register("t", table).execute("SELECT " + listed + " FROM t")
found = polars.DataFrame(found.read_all() if hasattr(found, "read_all") else found)
parquet = duckdb.sql(f"SELECT {listed} FROM read_parquet({files}, union_by_name = true)").fetchall()
print(json.dumps({"names": names, "rows": found.height, "reader": digest(found.rows()), "parquet": digest(parquet),
  "polars": digest(polars.read_delta(sys.argv[1]).select(names).rows()),
  "types": {f.name: str(f.type.type) for f in table.schema().fields},
  "largest": max([v for f in table.schema().fields if str(f.type.type) == "long" for v in found[f.name].drop_nulls().to_list()] or [0])}))
"""


@pytest.fixture(scope="module")
def instance(tmp_path_factory):
    delta_readers.prepare()
    folder = tmp_path_factory.mktemp("mirror")
    subprocess.run([FVM, "synth", "--persons", "500", "--from", "2017", "--to", "2022", "--out", folder / "in"], check=True,
                   stdout=subprocess.DEVNULL)
    with Instance(folder / "instance") as made:
        made.fvm("catalogue", "import", ROOT / "share" / "catalogue" / "denmark.toml")
        made.delivered = {name: made.json("deliver", name, folder / "in" / f"{name}.csv")["rows_accepted"] for name in TABLES}
        made.fvm("project", "create", ROOT / "share" / "demo" / "diabetes.toml")
        made.fvm("project", "build", PROJECT)
        yield made


def compare(folder):
    seen = json.loads(python(COMPARE, folder))
    assert seen["reader"] == seen["parquet"] == seen["polars"]
    return seen


@pytest.mark.parametrize("name", TABLES)
def test_mirror_tables(instance, name):
    register, table = name.lower().split(".")
    seen = compare(instance.path / "mirror" / register / table)
    assert seen["rows"] == instance.delivered[name] > 0


def test_dropped_columns_are_absent_and_pseudonyms_are_numbers(instance):
    seen = compare(instance.path / "mirror/cpr/t_person")
    assert "v_far_navn" not in seen["names"] and "v_mor_navn" not in seen["names"]
    assert {seen["types"][name] for name in ("v_pnr", "v_mor_pnr", "v_far_pnr")} == {"long"}
    assert seen["largest"] < 2 ** 53, "exact in programs whose numbers are doubles"


def test_after_a_compaction_the_reader_sees_the_same(instance):
    folder = instance.path / "mirror/lmdb/lmdb"
    before = compare(folder)
    assert instance.json("mirror", "compact", "LMDB.lmdb")["tables"][0]["files_after"] == 1
    after = compare(folder)
    assert after["reader"] == before["reader"]


def test_project_tables(instance):
    tables = sorted(path.parent for path in (instance.path / "projects" / PROJECT / "data").rglob("_delta_log"))
    assert len(tables) == 4
    for folder in tables:
        seen = compare(folder)
        assert 0 < seen["rows"] < instance.delivered[next(t for t in TABLES if t.lower().endswith(folder.name))]
