"""What the benches build and refresh share: a mirror of visits with a tenth as many persons, as deliveries would have left it."""
import json
import pathlib

import support

# tests/support has the same name as bench/support.py: its modules are loaded below their own.
TESTS = pathlib.Path(__file__).resolve().parent.parent / "tests" / "support"
support.__path__ = [str(TESTS)]
from support.duck import rows as duck_rows  # noqa: E402

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


def specification(number, born_from, born_before):
    return f"""
[project]
number = "{number}"
title = "Benchmark"
authority = {{ name = "Demo Kommune", cvr = "29189846" }}
valid = {{ from = 2020-01-01, to = 2099-12-31 }}
[population]
any = [ {{ table = "BNC.person", where = "born >= DATE '{born_from}' AND born < DATE '{born_before}'" }} ]
[[grant]]
table = "BNC.visit"
variables = ["pnr", "day", "diagnosis", "hospital", "department", "amount", "days"]
period = {{ variable = "day", from = 2000-01-01, to = 2030-12-31 }}
reason = "Benchmark."
"""


# Pseudonyms as the mirror has them: spread over 36^10, in no order.
NUMBER = "((i * 1828079219 + 97) % 3656158440062976)::BIGINT"
PERSONS = f"""SELECT {NUMBER} AS pnr, CASE i % 2 WHEN 0 THEN 'M' ELSE 'K' END AS sex,
  DATE '1940-01-01' + (i % 18262)::INTEGER AS born FROM range({{first}}, {{last}}) r(i)"""
VISITS = f"""SELECT {NUMBER.replace('i *', '(n * 7919 % {persons}) *')} AS pnr, DATE '2000-01-01' + (n % 9000)::INTEGER AS day,
  'DE' || (n % 900 + 100) AS diagnosis, (n % 70 + 1000)::VARCHAR AS hospital, (n % 331)::VARCHAR AS department,
  (n % 1000003 / 100.0)::DECIMAL(18,2) AS amount, (n % 30)::BIGINT AS days FROM range({{first}}, {{last}}) r(n)"""
COLUMNS = {"person": {"pnr": "long", "sex": "string", "born": "date"},
           "visit": {"pnr": "long", "day": "date", "diagnosis": "string", "hospital": "string", "department": "string",
                     "amount": "decimal(18,2)", "days": "long"}}


def add_file(folder, name, query):
    """A file of `query`'s rows in the table's folder; its add action."""
    file = folder / name
    duck_rows(f"COPY ({query}) TO '{file}' (FORMAT parquet)")
    [(rows,)] = duck_rows(f"SELECT count(*) FROM read_parquet('{file}')")
    return {"add": {"path": name, "partitionValues": {}, "size": file.stat().st_size, "modificationTime": 1, "dataChange": True,
                    "stats": json.dumps({"numRecords": int(rows)})}}


def commit(folder, actions):
    version = len(list((folder / "_delta_log").glob("*.json")))
    (folder / "_delta_log" / f"{version:020d}.json").write_text("".join(json.dumps(a) + "\n" for a in actions))


def mirror_table(instance, name, query, files):
    """A Delta table of the mirror: `files` files."""
    folder = instance.path / "mirror" / "bnc" / name
    (folder / "_delta_log").mkdir(parents=True)
    schema = {"type": "struct", "fields": [{"name": n, "type": t, "nullable": True, "metadata": {}} for n, t in COLUMNS[name].items()]}
    actions = [{"protocol": {"minReaderVersion": 1, "minWriterVersion": 2}},
               {"metaData": {"id": name, "name": f"BNC.{name}", "format": {"provider": "parquet", "options": {}},
                             "schemaString": json.dumps(schema), "partitionColumns": [], "configuration": {}, "createdTime": 1}}]
    actions += [add_file(folder, f"part-{k}.parquet", f"SELECT * FROM ({query}) WHERE pnr % {files} = {k}") for k in range(files)]
    commit(folder, actions)
    return folder


def fill(instance, place, rows):
    """Catalogue, persons and visits; the folders of both tables."""
    persons = max(1000, rows // 10)
    (place / "c.toml").write_text(CATALOGUE)
    instance.fvm("catalogue", "import", place / "c.toml")
    people = mirror_table(instance, "person", PERSONS.format(first=0, last=persons), 1)
    visits = mirror_table(instance, "visit", VISITS.format(persons=persons, first=0, last=rows), 4)
    return people, visits


def create(instance, place, number, born_from="1960-01-01", born_before="1980-01-01"):
    file = place / f"{number}.toml"
    file.write_text(specification(number, born_from, born_before))
    instance.fvm("project", "create", file)
