"""What tests of refreshes look at: a project's files, their origins, and whether it holds what a whole build would make of the mirror."""
import json

from support.projects import EVERYBODY, FINDING, PERSON, VISIT, build, create, data

DIABETES = 'any = [ { table = "TST.visit", where = "diagnosis LIKE \'DE11%\'" } ]'
TABLES = ("person", "visit", "finding")


def folder(instance, number, table):
    return instance.path / "projects" / number / "data" / "tst" / table


def log(table_folder):
    """Path -> its add action, of the newest version."""
    live = {}
    for file in sorted((table_folder / "_delta_log").glob("*.json")):
        for line in file.read_text().splitlines():
            action = json.loads(line)
            if "add" in action:
                live[action["add"]["path"]] = action["add"]
            if "remove" in action:
                live.pop(action["remove"]["path"], None)
    return live


def origins(instance, number, table):
    return {path: json.loads(add["tags"]["origins"]) for path, add in log(folder(instance, number, table)).items()}


def mirror_files(instance, table):
    return set(log(instance.path / "mirror" / "tst" / table))


def rows(instance, number, tables=TABLES):
    # A key that is missing sorts as one that is not.
    return {table: sorted(data(instance, number, table), key=str) if log(folder(instance, number, table)) else [] for table in tables}


def findings(pairs):
    return "visit_id,code\n" + "".join(f"{v},{c}\n" for v, c in pairs)


def refresh(instance, number):
    return instance.json("project", "refresh", number)


def check(instance, number, tables=TABLES):
    """What the project holds is what a whole build makes of the same mirror; and the records agree."""
    held = rows(instance, number, tables)
    shown = {t["name"]: t["rows"] for t in instance.json("project", "show", number)["tables"]}
    assert shown == {table: len(held[table]) for table in tables}
    build(instance, number)
    assert held == rows(instance, number, tables)
    return held


def project(instance, population=EVERYBODY, grants=PERSON + VISIT + FINDING):
    number = create(instance, population, grants)
    build(instance, number)
    return number
