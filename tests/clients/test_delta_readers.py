"""Public Delta readers (deltalake, polars) open tables that our lake room wrote and see the rows that DuckDB wrote.

Skipped, with the reason, when the registry that has the readers cannot be reached (support/delta_readers.py).
"""
import functools
import json
import os
import shutil
import subprocess

import pytest

from support import delta_readers
from support.delta_readers import python
from support.instance import ROOT

LAKE_TEST = ROOT / "build" / "tests" / "lake_test"

# Files 0 … 12 hold 100 rows each; 13 holds those of 0 and 1 again (a compaction).
MAKE_FILES = """
import duckdb, pathlib, sys
out, moment = pathlib.Path(sys.argv[1]), sys.argv[2]
duckdb.sql("SET timezone = 'UTC'")
def rows(first, end):
    return f'''SELECT i::BIGINT AS pnr, CASE WHEN i % 7 = 0 THEN NULL ELSE 'ord nr. ' || i || ' æøå' END AS word,
      (i * 1.25)::DECIMAL(18,2) AS amount, DATE '2000-01-01' + (i % 5000)::INTEGER AS day,
      {moment} '2020-01-01 00:00:00' + INTERVAL (i) MINUTE AS moment, i / 3.0 AS ratio, i % 2 = 0 AS flag,
      (i % 1000)::INTEGER AS number FROM range({first}, {end}) t(i)'''
for k in range(13):
    duckdb.sql(f"COPY ({rows(k * 100, k * 100 + 100)}) TO '{out}/{k}.parquet'")
duckdb.sql(f"COPY ({rows(0, 200)}) TO '{out}/13.parquet'")
"""

# What a reader sees of several versions, as sorted rows of text, or in its place why it could not read one; "duckdb" reads the
# Parquet files that the test names. All versions in one process: to start one costs more than to read a table.
READ = """
import datetime, json, sys
table, reader, versions = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
def text(value):
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc).isoformat() if value.tzinfo else value.isoformat() + "+00:00"
    return repr(round(value, 9)) if isinstance(value, float) else str(value)
def rows(version, names):
    if reader == "duckdb":
        import duckdb
        duckdb.sql("SET timezone = 'UTC'")
        files = [f"{table}/{name}" for name in names]
        return duckdb.sql(f"SELECT * REPLACE (moment::TIMESTAMP AS moment) FROM read_parquet({files})").fetchall() if files else []
    import polars
    if reader == "polars":
        return polars.read_delta(table, version=version).rows()
    import deltalake
    found = deltalake.QueryBuilder().register("t", deltalake.DeltaTable(table, version=version)).execute("SELECT * FROM t")
    return polars.DataFrame(found.read_all() if hasattr(found, "read_all") else found).rows()
def seen(version, names):
    try:
        return sorted([text(value) for value in row] for row in rows(version, names))
    except Exception as error:
        return repr(error)
print(json.dumps({version: seen(int(version), names) for version, names in versions.items()}))
"""

DESCRIBE = """
import deltalake, json, sys
t = deltalake.DeltaTable(sys.argv[1])
print(json.dumps({"version": t.version(), "name": t.metadata().name, "description": t.metadata().description,
  "txn": t.transaction_version("deliver"), "operations": [h["operation"] for h in t.history()],
  "types": {f.name: str(f.type.type) for f in t.schema().fields}}))
"""

# version -> the files that stand in it
VERSIONS = {0: [], 1: [0], 9: range(9), 10: range(10), 11: range(11), 12: range(12),
            13: [0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12], 14: [13, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12]}


@pytest.fixture(scope="module")
def readers():
    delta_readers.prepare()


@pytest.fixture(scope="module", params=["TIMESTAMPTZ", "TIMESTAMP"])
def table(request, readers, tmp_path_factory):
    folder = tmp_path_factory.mktemp("lake")
    staging = folder / "staging"
    staging.mkdir()
    python(MAKE_FILES, staging, request.param)
    environment = dict(os.environ, FVM_TEST_LAKE_CHILD="table", FVM_TEST_LAKE_FOLDER=str(folder / "table"),
                       FVM_TEST_LAKE_STAGING=str(staging))
    subprocess.run([LAKE_TEST], env=environment, check=True)
    return folder / "table"


@functools.cache
def seen(table, reader, versions=tuple(VERSIONS)):
    """Version -> rows."""
    names = {version: [f"part-{index}.parquet" for index in VERSIONS[version]] for version in versions}
    return {int(version): rows for version, rows in json.loads(python(READ, table, reader, json.dumps(names))).items()}


@pytest.mark.parametrize("reader", ["deltalake", "polars"])
@pytest.mark.parametrize("version", list(VERSIONS))
def test_every_version_has_its_rows(table, version, reader):
    wanted = seen(table, "duckdb")[version]
    assert len(wanted) == 100 * len(VERSIONS[version]) + (100 if 13 in VERSIONS[version] else 0)
    assert seen(table, reader)[version] == wanted


def test_a_reader_sees_names_types_transactions_and_history(table):
    described = json.loads(python(DESCRIBE, table))
    assert described["version"] == 14
    assert described["name"] == "LPR_F.kontakter"
    assert described["description"] == 'Æøå "quoted"'
    assert described["txn"] == 11
    assert described["operations"][0] == "OPTIMIZE" and described["operations"][-1] == "CREATE TABLE"
    assert described["types"] == {"pnr": "long", "word": "string", "amount": "decimal(18,2)", "day": "date", "moment": "timestamp",
                             "ratio": "double", "flag": "boolean", "number": "integer"}


@pytest.mark.parametrize("checkpoint,versions", [(10, [10, 11, 13, 14]), (14, [14])])
def test_checkpoints_alone_are_enough(table, tmp_path, checkpoint, versions):
    """Without the JSON files that a checkpoint covers, a reader has nothing but our Parquet to start from."""
    copy = tmp_path / "copy"
    shutil.copytree(table, copy)
    log = copy / "_delta_log"
    for version in range(checkpoint + 1):
        (log / f"{version:020}.json").unlink()
    if checkpoint == 10:
        (log / f"{14:020}.checkpoint.parquet").unlink()
        (log / "_last_checkpoint").write_text(json.dumps({"version": 10, "size": 13}))
    wanted = {version: seen(table, "duckdb")[version] for version in versions}
    for reader in ("deltalake", "polars"):
        assert seen(copy, reader, tuple(versions)) == wanted
    described = json.loads(python(DESCRIBE, copy))
    assert described["name"] == "LPR_F.kontakter" and described["txn"] == 11


def test_without_the_checkpoint_the_same_copy_cannot_be_read(table, tmp_path):
    """Control of the test above: the reader did use the checkpoint."""
    copy = tmp_path / "copy"
    shutil.copytree(table, copy)
    log = copy / "_delta_log"
    for path in [*log.glob("*.checkpoint.parquet"), log / "_last_checkpoint", *(log / f"{v:020}.json" for v in range(11))]:
        path.unlink()
    assert python(DESCRIBE, copy, check=False).returncode != 0
