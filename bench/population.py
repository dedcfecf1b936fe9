"""population: who is in a project, found over three registers with dates and an order, against reading the same columns.

A half of the rows are medicine purchases, the others hospital contacts and visits to the doctor; a tenth as many persons.
The population: first A10 purchase after a DE11 contact within 180 days, with at least three visits to the doctor in the ten years
before it, and no A10 purchase before the contact. `scan_ratio` is the time of the whole `fvm project build` (sandbox, population,
pseudonyms through the keeper, a table of a row a person written and recorded) ÷ DuckDB's time to read every column that the
criteria name, with the same threads and engine memory (the sum of the values' hashes: a least value could come from the
files' statistics). Medians of alternating runs.
"""
import argparse
import contextlib
import json
import pathlib
import time

import support

TESTS = pathlib.Path(__file__).resolve().parent.parent / "tests" / "support"
support.__path__ = [str(TESTS)]
from support.duck import rows as duck_rows  # noqa: E402
from support.instance import Instance  # noqa: E402

TABLES = {"person": {"pnr": "long", "born": "date"},
          "contact": {"pnr": "long", "day": "date", "diagnosis": "string"},
          "drug": {"pnr": "long", "bought": "date", "atc": "string"},
          "doctor": {"pnr": "long", "day": "date", "service": "string"}}
SHARE = {"contact": 0.2, "drug": 0.5, "doctor": 0.3}
CATALOGUE = "".join(f'[[table]]\nregister = "BNC"\nname = "{table}"\nperson = "pnr"\nvariables = [ ' + ", ".join(
    f'{{ name = "{name}", ' + ('class = "person", required = true' if name == "pnr" else 'type = "date"' if kind == "date" else 'class = "code"') + " }"
    for name, kind in columns.items()) + " ]\n" for table, columns in TABLES.items())
SPECIFICATION = """
[project]
number = "BNC-2026-0001"
title = "Benchmark"
authority = { name = "Demo Kommune", cvr = "29189846" }
valid = { from = 2020-01-01, to = 2099-12-31 }
[population]
index = "purchase"
[[population.event]]
name = "contact"
table = "BNC.contact"
where = "diagnosis LIKE 'DE11%'"
date = "day"
pick = "first"
[[population.event]]
name = "earlier"
table = "BNC.drug"
where = "atc LIKE 'A10%'"
date = "bought"
before = "contact"
pick = "none"
[[population.event]]
name = "purchase"
table = "BNC.drug"
where = "atc LIKE 'A10%'"
date = "bought"
after = "contact"
within_days = 180
[[population.event]]
name = "visits"
table = "BNC.doctor"
date = "day"
before = "purchase"
within_days = 3650
at_least = 3
[[grant]]
table = "BNC.person"
variables = ["pnr", "born"]
reason = "Benchmark."
"""
# Pseudonyms as the mirror has them: spread over 36^10, in no order.
NUMBER = "(({} * 1828079219 + 97) % 3656158440062976)::BIGINT"
QUERIES = {"person": f"SELECT {NUMBER.format('i')} AS pnr, DATE '1940-01-01' + (i % 18262)::INTEGER AS born FROM range({{rows}}) r(i)"}
for _table, _day, _column, _value in (("contact", "day", "diagnosis", "CASE WHEN h % 20 = 0 THEN 'DE11' ELSE 'D' || chr(65 + (h % 23)::INTEGER) || (h % 90 + 10) END || (h % 10)"),
                                      ("drug", "bought", "atc", "CASE WHEN h % 25 = 0 THEN 'A10BA0' ELSE chr(65 + (h % 14)::INTEGER) || '09AA0' END || (h % 9)"),
                                      ("doctor", "day", "service", "(h % 900 + 100)::VARCHAR")):
    QUERIES[_table] = (f"SELECT {NUMBER.format('(hash(n) % {persons})::BIGINT')} AS pnr, DATE '2000-01-01' + (hash(n + 7) % 9000)::INTEGER AS {_day}, "
                       f"{_value} AS {_column} FROM (SELECT n, hash(n * 3 + 1) // 1000 AS h FROM range({{rows}}) r(n))")


def mirror_table(instance, name, query, files):
    """A Delta table of the mirror, as deliveries would have left it: `files` files."""
    folder = instance.path / "mirror" / "bnc" / name
    (folder / "_delta_log").mkdir(parents=True)
    schema = {"type": "struct", "fields": [{"name": n, "type": t, "nullable": True, "metadata": {}} for n, t in TABLES[name].items()]}
    actions = [{"protocol": {"minReaderVersion": 1, "minWriterVersion": 2}},
               {"metaData": {"id": name, "name": f"BNC.{name}", "format": {"provider": "parquet", "options": {}},
                             "schemaString": json.dumps(schema), "partitionColumns": [], "configuration": {}, "createdTime": 1}}]
    for k in range(files):
        file = folder / f"part-{k}.parquet"
        duck_rows(f"SET threads = 2; COPY (SELECT * FROM ({query}) WHERE pnr % {files} = {k}) TO '{file}' (FORMAT parquet)")
        [(rows,)] = duck_rows(f"SELECT count(*) FROM read_parquet('{file}')")
        actions.append({"add": {"path": file.name, "partitionValues": {}, "size": file.stat().st_size, "modificationTime": 1,
                                "dataChange": True, "stats": json.dumps({"numRecords": int(rows)})}})
    (folder / "_delta_log" / f"{0:020d}.json").write_text("".join(json.dumps(a) + "\n" for a in actions))
    return folder


def scan(folders, memory_mib):
    start = time.perf_counter()
    least = " UNION ALL ".join("SELECT " + ", ".join(f"sum(hash({name}))::VARCHAR" for name in TABLES[table]) + f" FROM read_parquet('{folder}/*.parquet')"
                               for table, folder in folders.items())
    duck_rows(f"SET threads = 2; SET memory_limit = '{memory_mib}MiB'; {least}")
    return time.perf_counter() - start


def expected(folders):
    """The same persons by another road: windows instead of joins."""
    part = {table: f"read_parquet('{folder}/*.parquet')" for table, folder in folders.items()}
    [(count,)] = duck_rows(f"""SET threads = 2;
      WITH contact AS (SELECT pnr, min(day) AS day FROM {part['contact']} WHERE diagnosis LIKE 'DE11%' GROUP BY pnr),
      purchases AS (SELECT d.pnr, d.bought, c.day FROM {part['drug']} d JOIN contact c USING (pnr) WHERE atc LIKE 'A10%'),
      purchase AS (SELECT pnr, min(CASE WHEN bought > day AND bought <= day + 180 THEN bought END) AS bought FROM purchases
                   GROUP BY pnr HAVING count(*) FILTER (bought < day) = 0)
      SELECT count(*) FROM (SELECT p.pnr FROM purchase p JOIN {part['doctor']} v ON v.pnr = p.pnr
        WHERE v.day < p.bought AND v.day >= p.bought - 3650 GROUP BY p.pnr HAVING count(*) >= 3)""")
    return int(count)


def ours(instance):
    start = time.perf_counter()
    instance.fvm("project", "build", "BNC-2026-0001", timeout=3600)
    return time.perf_counter() - start


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rows", type=int, default=30_000_000)
    arguments.add_argument("--times", type=int, default=3)
    options = arguments.parse_args()
    persons = max(1000, options.rows // 10)
    with contextlib.ExitStack() as stack:
        place = stack.enter_context(support.folder())
        instance = stack.enter_context(Instance(place / "i"))
        (place / "c.toml").write_text(CATALOGUE)
        (place / "s.toml").write_text(SPECIFICATION)
        instance.fvm("catalogue", "import", place / "c.toml")
        mirror_table(instance, "person", QUERIES["person"].format(rows=persons), 1)
        folders = {table: mirror_table(instance, table, QUERIES[table].format(rows=int(options.rows * share), persons=persons), 4)
                   for table, share in SHARE.items()}
        instance.fvm("project", "create", place / "s.toml")
        seconds = support.alternate(options.times, ours=lambda: ours(instance), scan=lambda: scan(folders, memory_mib=768))
        found = instance.json("project", "show", "BNC-2026-0001")["persons"]
        if found != expected(folders):
            raise SystemExit(f"population: {found} persons, but there are {expected(folders)}")
    print(f"population rows={options.rows} scan_ratio={seconds['ours'] / seconds['scan']:.2f} seconds={seconds['ours']:.2f} "
          f"scan_seconds={seconds['scan']:.2f} persons={found}")


main()
