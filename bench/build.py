"""build: a project's data set built by `fvm project build`, against the same selection and join run in DuckDB directly.

Both read the same Parquet (rows of visits, a tenth as many persons, four in ten of them in the population), select the
population, join, and write Parquet, with the same threads and engine memory. Ours also starts a sandbox, encrypts every
person through the keeper, moves and commits the tables and writes its records; seconds are those of the whole command.
Medians of alternating runs.
"""
import argparse
import contextlib
import json
import pathlib
import time

import support

# tests/support has the same name as bench/support.py: its modules are loaded below their own.
TESTS = pathlib.Path(__file__).resolve().parent.parent / "tests" / "support"
support.__path__ = [str(TESTS)]
from support.duck import rows as duck_rows  # noqa: E402
from support.instance import Instance  # noqa: E402

CATALOGUE = """
[[table]]
register = "BNC"
name = "person"
person = "pnr"
variables = [ { name = "pnr", class = "person", required = true }, { name = "sex", class = "code" }, { name = "born", type = "date" } ]

[[table]]
register = "BNC"
name = "visit"
person = "pnr"
period = "day"
variables = [
  { name = "pnr", class = "person", required = true },
  { name = "day", type = "date", required = true },
  { name = "diagnosis", class = "code" },
  { name = "hospital", class = "code" },
  { name = "department", class = "code" },
  { name = "amount", type = "decimal" },
  { name = "days", type = "integer" },
]
"""
SPECIFICATION = """
[project]
number = "BNC-2026-0001"
title = "Benchmark"
authority = { name = "Demo Kommune", cvr = "29189846" }
valid = { from = 2020-01-01, to = 2099-12-31 }
[population]
any = [ { table = "BNC.person", where = "born >= DATE '1960-01-01' AND born < DATE '1980-01-01'" } ]
[[grant]]
table = "BNC.visit"
variables = ["pnr", "day", "diagnosis", "hospital", "department", "amount", "days"]
period = { variable = "day", from = 2000-01-01, to = 2030-12-31 }
reason = "Benchmark."
"""
# Pseudonyms as the mirror has them: spread over 36^10, in no order.
NUMBER = "((i * 1828079219 + 97) % 3656158440062976)::BIGINT"
PERSONS = f"""SELECT {NUMBER} AS pnr, CASE i % 2 WHEN 0 THEN 'M' ELSE 'K' END AS sex,
  DATE '1940-01-01' + (i % 18262)::INTEGER AS born FROM range({{persons}}) r(i)"""
VISITS = f"""SELECT {NUMBER.replace('i *', '(n * 7919 % {persons}) *')} AS pnr, DATE '2000-01-01' + (n % 9000)::INTEGER AS day,
  'DE' || (n % 900 + 100) AS diagnosis, (n % 70 + 1000)::VARCHAR AS hospital, (n % 331)::VARCHAR AS department,
  (n % 1000003 / 100.0)::DECIMAL(18,2) AS amount, (n % 30)::BIGINT AS days FROM range({{rows}}) r(n)"""
COLUMNS = {"person": {"pnr": "long", "sex": "string", "born": "date"},
           "visit": {"pnr": "long", "day": "date", "diagnosis": "string", "hospital": "string", "department": "string",
                     "amount": "decimal(18,2)", "days": "long"}}


def mirror_table(instance, name, query, files):
    """A Delta table of the mirror, as deliveries would have left it: `files` files."""
    folder = instance.path / "mirror" / "bnc" / name
    (folder / "_delta_log").mkdir(parents=True)
    schema = {"type": "struct", "fields": [{"name": n, "type": t, "nullable": True, "metadata": {}} for n, t in COLUMNS[name].items()]}
    actions = [{"protocol": {"minReaderVersion": 1, "minWriterVersion": 2}},
               {"metaData": {"id": name, "name": f"BNC.{name}", "format": {"provider": "parquet", "options": {}},
                             "schemaString": json.dumps(schema), "partitionColumns": [], "configuration": {}, "createdTime": 1}}]
    for k in range(files):
        file = folder / f"part-{k}.parquet"
        duck_rows(f"COPY (SELECT * FROM ({query}) WHERE pnr % {files} = {k}) TO '{file}' (FORMAT parquet)")
        [(rows,)] = duck_rows(f"SELECT count(*) FROM read_parquet('{file}')")
        actions.append({"add": {"path": file.name, "partitionValues": {}, "size": file.stat().st_size, "modificationTime": 1,
                                "dataChange": True, "stats": json.dumps({"numRecords": int(rows)})}})
    (folder / "_delta_log" / f"{0:020d}.json").write_text("".join(json.dumps(a) + "\n" for a in actions))
    return folder


def direct(visits, persons, out, threads, memory_mib):
    """The bare join: seconds. The pseudonym is a sum, for nothing else would be so cheap."""
    start = time.perf_counter()
    duck_rows(f"""SET threads = {threads}; SET memory_limit = '{memory_mib}MiB'; SET temp_directory = '{out}/temporary';
      SET preserve_insertion_order = false;
      CREATE TABLE population AS SELECT pnr AS mirror, pnr + 1 AS project FROM (SELECT pnr FROM read_parquet('{persons}/*.parquet')
        WHERE born >= DATE '1960-01-01' AND born < DATE '1980-01-01' GROUP BY pnr);
      COPY (SELECT p.project AS pnr, t.* EXCLUDE (pnr) FROM read_parquet('{visits}/*.parquet') t JOIN population p ON p.mirror = t.pnr
        WHERE day >= DATE '2000-01-01' AND day < DATE '2031-01-01') TO '{out}/direct' (FORMAT parquet, FILE_SIZE_BYTES '256MB',
        OVERWRITE_OR_IGNORE true)""")
    return time.perf_counter() - start


def ours(instance):
    start = time.perf_counter()
    instance.fvm("project", "build", "BNC-2026-0001", timeout=3600)
    return time.perf_counter() - start


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rows", type=int, default=20_000_000)
    arguments.add_argument("--times", type=int, default=3)
    options = arguments.parse_args()
    persons = max(1000, options.rows // 10)
    with contextlib.ExitStack() as stack:
        place = stack.enter_context(support.folder())
        instance = stack.enter_context(Instance(place / "i"))
        (place / "c.toml").write_text(CATALOGUE)
        (place / "s.toml").write_text(SPECIFICATION)
        instance.fvm("catalogue", "import", place / "c.toml")
        people = mirror_table(instance, "person", PERSONS.format(persons=persons), 1)
        visits = mirror_table(instance, "visit", VISITS.format(persons=persons, rows=options.rows), 4)
        instance.fvm("project", "create", place / "s.toml")
        seconds = support.alternate(options.times, ours=lambda: ours(instance),
                                    direct=lambda: direct(visits, people, place, threads=2, memory_mib=768))
        built = instance.json("project", "show", "BNC-2026-0001")
        [(expected,)] = duck_rows(f"SELECT count(*) FROM read_parquet('{place}/direct/*.parquet')")
        if built["tables"][0]["rows"] != int(expected):
            raise SystemExit("build: the two made different numbers of rows")
    read = options.rows + persons
    print(f"build rows={options.rows} seconds={seconds['ours']:.2f} ratio={seconds['ours'] / seconds['direct']:.2f} "
          f"duckdb_seconds={seconds['direct']:.2f} rows_per_s={read / seconds['ours']:.0f} persons={built['persons']} "
          f"rows_written={expected}")


main()
