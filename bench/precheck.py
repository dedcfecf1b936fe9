"""precheck: `fvm project check`. First line: an order of 500 variables in 25 tables of 20 registers, rules only (the seconds that it
says itself: reading catalogue and specification, all rules, overlap). Second: the counts on the mirror, with everything around them (sandbox, engine)."""
import argparse
import json
import pathlib
import statistics

import support

TESTS = pathlib.Path(__file__).resolve().parent.parent / "tests" / "support"
support.__path__ = [str(TESTS)]
from support.duck import rows as duck_rows  # noqa: E402
from support.instance import Instance  # noqa: E402

TABLES, VARIABLES = 25, 20
CLASSES = ["code", "date", "measure", "residence", "organisation"]
HEAD = """
[project]
number = "BNC-2026-0001"
title = "Benchmark"
authority = { name = "Demo Kommune", cvr = "29189846" }
valid = { from = 2020-01-01, to = 2099-12-31 }
[population]
any = [ { table = "%s", where = "%s" } ]
"""
COUNTED = """
[[table]]
register = "BNC"
name = "person"
person = "pnr"
variables = [ { name = "pnr", class = "person", required = true }, { name = "sex", class = "code" },
              { name = "born", type = "date", class = "birth_date" }, { name = "kommune", class = "residence" } ]

[[table]]
register = "BNC"
name = "visit"
person = "pnr"
period = "day"
variables = [ { name = "pnr", class = "person", required = true }, { name = "day", type = "date", required = true },
              { name = "diagnosis", class = "code" }, { name = "hospital", class = "organisation" } ]
"""
COUNTED_GRANTS = """
[[grant]]
table = "BNC.person"
variables = ["pnr", "sex", "born", "kommune"]
reason = "Alder ud fra born og bopæl i kommune ved diagnosen."
[[grant]]
table = "BNC.visit"
variables = ["pnr", "day", "diagnosis", "hospital"]
period = { variable = "day", from = 2000-01-01, to = 2030-12-31 }
reason = "Kontakter er nødvendige for at følge forløb."
"""
NUMBER = "((i * 1828079219 + 97) % 3656158440062976)::BIGINT"
PERSONS = f"""SELECT {NUMBER} AS pnr, CASE i % 2 WHEN 0 THEN 'M' ELSE 'K' END AS sex, DATE '1940-01-01' + (i % 18262)::INTEGER AS born,
  (i % 98 + 101)::VARCHAR AS kommune FROM range({{persons}}) r(i)"""
VISITS = f"""SELECT {NUMBER.replace('i *', '(n * 7919 % {persons}) *')} AS pnr, DATE '2000-01-01' + (n % 9000)::INTEGER AS day,
  'DE' || (n % 900 + 100) AS diagnosis, (n % 70 + 1000)::VARCHAR AS hospital FROM range({{rows}}) r(n)"""
COLUMNS = {"person": {"pnr": "long", "sex": "string", "born": "date", "kommune": "string"},
           "visit": {"pnr": "long", "day": "date", "diagnosis": "string", "hospital": "string"}}


def large_catalogue():
    """Tables with twenty variables that may be granted, of all classes that a rule looks at."""
    text = ""
    for t in range(TABLES):
        names = "".join(f'  {{ name = "v{t}_{v}", class = "{CLASSES[v % 5]}"{", type = " + chr(34) + "date" + chr(34) if CLASSES[v % 5] == "date" else ""} }},\n'
                        for v in range(VARIABLES - 1))
        text += (f'[[table]]\nregister = "R{t % 20}"\nname = "t{t}"\nperson = "pnr"\nperiod = "v{t}_1"\nvariables = [\n'
                 f'  {{ name = "pnr", class = "person", required = true }},\n{names}]\n')
    return text


def large_specification():
    grants = ""
    for t in range(TABLES):
        names = ", ".join(['"pnr"'] + [f'"v{t}_{v}"' for v in range(VARIABLES - 1)])
        grants += (f'[[grant]]\ntable = "R{t % 20}.t{t}"\nvariables = [{names}]\nreason = "Nødvendig for opgavens del {t} om forløb."\n'
                   f'period = {{ variable = "v{t}_1", from = 2010-01-01, to = 2025-12-31 }}\n')
    return HEAD % ("R0.t0", "v0_0 LIKE 'D%'") + grants


def mirror_table(instance, name, query, files=4):
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
        actions.append({"add": {"path": file.name, "partitionValues": {}, "size": file.stat().st_size, "modificationTime": 1, "dataChange": True,
                                "stats": json.dumps({"numRecords": int(rows)})}})
    (folder / "_delta_log" / f"{0:020}.json").write_text("".join(json.dumps(a) + "\n" for a in actions))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=10_000_000)
    options = parser.parse_args()
    with support.folder() as place, Instance(place / "i") as instance:
        catalogue, specification = place / "catalogue.toml", place / "specification.toml"
        catalogue.write_text(large_catalogue())
        specification.write_text(large_specification())
        instance.fvm("catalogue", "import", catalogue)
        checks = [instance.json("project", "check", specification, "--no-mirror") for _ in range(5)]
        print(f"precheck variables={TABLES * VARIABLES} seconds={statistics.median(c['rule_seconds'] for c in checks):.3f} "
              f"remarks={len(checks[0]['remarks'])}", flush=True)
        catalogue.write_text(COUNTED)
        instance.fvm("catalogue", "import", catalogue)
        persons = options.rows // 10
        mirror_table(instance, "person", PERSONS.format(persons=persons))
        mirror_table(instance, "visit", VISITS.format(rows=options.rows, persons=persons))
        specification.write_text(HEAD % ("BNC.person", "born >= DATE '1960-01-01' AND born < DATE '1980-01-01'") + COUNTED_GRANTS)
        counted = instance.json("project", "check", specification)
        assert counted["looked_at_mirror"], counted
        sampled = [r["facts"]["sample"] for r in counted["remarks"] if r["code"] == "precheck.sampled"]
        print(f"precheck rows={counted['mirror_rows']} seconds={counted['mirror_seconds']:.2f} sample={max(map(int, sampled), default=1)}", flush=True)


main()
