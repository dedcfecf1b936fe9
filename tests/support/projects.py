"""A small mirror for project tests, and access specifications over it.

Persons are numbered; a row names them by number and the files hold their made-up personal numbers. Numbers 1-9 are
persons; person 8's number was changed to 18 and then to 28.
"""
import atexit
import functools
import itertools
import pathlib
import shutil
import tempfile

from support import duck
from support.deliveries import cpr
from support.instance import Instance
from support.number_list import number_list

numbers = itertools.count(1)
EVERYBODY = 'any = [ { table = "TST.person" } ]'

CATALOGUE = """
[[table]]
register = "TST"
name = "person"
person = "pnr"
succession = { successor = "new_pnr", condition = "status = '60'" }
variables = [
  { name = "pnr", class = "person", required = true, da = "Personnummer" },
  { name = "mother", class = "relative" },
  { name = "sex", class = "code" },
  { name = "status", class = "code" },
  { name = "new_pnr", class = "person", grantable = false },
  { name = "name", class = "dropped" },
]

[[table]]
register = "TST"
name = "visit"
person = "pnr"
period = "day"
key = ["id"]
variables = [
  { name = "pnr", class = "person", required = true },
  { name = "id", class = "record_key", required = true },
  { name = "day", type = "date", required = true },
  { name = "seen", type = "timestamp" },
  { name = "diagnosis", class = "code" },
  { name = "amount", type = "decimal" },
  { name = "ydernr", class = "provider" },
  { name = "internal", class = "code", grantable = false },
]

[[table]]
register = "TST"
name = "finding"
parent = { table = "visit", key = "visit_id", parent_key = "id" }
variables = [ { name = "visit_id", class = "record_key", required = true }, { name = "code", class = "code" } ]
"""

# pnr mother sex status new_pnr name
PERSONS = [(1, 2, "F", "01", None), (2, None, "F", "01", None), (3, 1, "M", "01", None), (4, 9, "M", "01", None),
           (5, None, "F", "90", None), (6, None, "M", "01", None), (7, None, "M", "01", None),
           (8, 1, "F", "60", 18), (18, 1, "F", "60", 28), (28, 1, "F", "01", None)]

# pnr id day seen diagnosis amount ydernr
VISITS = [(1, "a", "2015-01-01", "2015-01-01 08:00:00", "DE110", "1.5", "000123"),
          (1, "b", "2020-06-30", "2020-06-30 23:59:59", "DE119", "2.5", "000456"),
          (2, "c", "2020-12-31", "2020-12-31 23:59:59", "DE110", "3", "000123"),
          (3, "d", "2021-01-01", "2021-01-01 00:00:00", "DI210", "4", "000789"),
          (4, "e", "2009-12-31", "2009-12-31 12:00:00", "DE100", "5", "000123"),
          (8, "f", "2016-02-29", "2016-02-29 10:00:00", "DE110", "6", "000123"),
          (18, "g", "2018-02-28", "2018-02-28 10:00:00", "DE110", "7", "000123"),
          (28, "h", "2020-02-29", "2020-02-29 10:00:00", "DZ000", "8", "000123")]

FINDINGS = [("a", "x1"), ("b", "x2"), ("b", "x3"), ("c", "x4"), ("d", "x5"), ("e", "x6"), ("g", "x7"), ("h", "x8"), ("none", "x9")]


def person_rows(rows=PERSONS):
    number = lambda i: cpr(i) if i is not None else ""
    return "pnr,mother,sex,status,new_pnr,name\n" + "".join(
        f"{cpr(p)},{number(m)},{sex},{status},{number(n)},Navn {p}\n" for p, m, sex, status, n in rows)


def visit_rows(rows=VISITS):
    return "pnr,id,day,seen,diagnosis,amount,ydernr,internal\n" + "".join(
        f"{cpr(p)},{','.join(rest)},z\n" for p, *rest in rows)


FILES = {"TST.person": person_rows(), "TST.visit": visit_rows(),
         "TST.finding": "visit_id,code\n" + "".join(f"{v},{c}\n" for v, c in FINDINGS)}

PERSON = '[[grant]]\ntable = "TST.person"\nvariables = ["pnr", "mother", "sex"]\nreason = "Sex."\n'
VISIT = ('[[grant]]\ntable = "TST.visit"\nvariables = ["pnr", "id", "day", "diagnosis", "amount", "ydernr"]\n'
         'period = { variable = "day", from = 2000-01-01, to = 2030-12-31 }\nreason = "Visits."\n')
FINDING = '[[grant]]\ntable = "TST.finding"\nvariables = ["visit_id", "code"]\nreason = "Findings."\n'


def specification(number, population, grants=PERSON, valid="{ from = 2020-01-01, to = 2099-12-31 }"):
    return (f'[project]\nnumber = "{number}"\ntitle = "Test {number}"\n'
            f'authority = {{ name = "Demo Kommune", cvr = "29189846" }}\nvalid = {valid}\n[population]\n{population}\n{grants}')


def fill(instance):
    """Catalogue and mirror."""
    catalogue = instance.path / "inbox" / "projects.toml"
    catalogue.write_text(CATALOGUE)
    instance.fvm("catalogue", "import", catalogue)
    for table, content in FILES.items():
        deliver(instance, table, content)


@functools.cache
def _model():
    """The folder of an instance with catalogue and mirror: made once in a test process, and never started again."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="fvm-model-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with Instance(folder / "i", refresh=True) as instance:
        fill(instance)
    return folder / "i"


def filled(path, **options):
    """An instance of its own, as if fill() had just been done in it: a copy of one in which it was."""
    return Instance(path, like=_model(), **options)


def deliver(instance, table, content, *more):
    file = instance.path / "inbox" / f"{table}.csv"
    file.write_text(content)
    instance.fvm("deliver", table, file, *more)


def create(instance, population, grants=PERSON, number=None, **options):
    number = number or f"TST-2026-{next(numbers):04}"
    file = instance.path / "inbox" / f"{number}.toml"
    file.write_text(specification(number, population, grants))
    instance.fvm("project", "create", file, **options)
    return number


def build(instance, number):
    return instance.json("project", "build", number)


def data(instance, number, table, sql="SELECT * FROM t"):
    return duck.table(instance.path / "projects" / number / "data" / "tst" / table, sql)


def pseudonyms_are_listed(population):
    """Beside each file of the map stands the list of the pseudonyms in it, and beside nothing else (lake/number_list.hpp)."""
    files = list(population.glob("build-*.parquet"))
    assert {file.with_suffix(".pseudonyms") for file in files} == set(population.glob("build-*.pseudonyms"))
    for file in files:
        wanted = (int(project) for (project,) in duck.rows(f"SELECT DISTINCT project FROM read_parquet('{file}') WHERE project IS NOT NULL"))
        assert file.with_suffix(".pseudonyms").read_bytes() == number_list(wanted), file


def population_map(folder):
    """(mirror, project) of everybody in the project's population now: its map, and what changed in it since (runner/build_map.hpp)."""
    pseudonyms_are_listed(folder / "population")
    found = {"changes" in file.name: file for file in folder.glob("population/build-*.parquet")}
    assert found.keys() <= {False, True} and False in found
    base = dict(duck.rows(f"SELECT mirror, project FROM read_parquet('{found[False]}') WHERE mirror IS NOT NULL"))
    if True in found:
        for mirror, project in duck.rows(f"SELECT mirror, project FROM read_parquet('{found[True]}') WHERE mirror IS NOT NULL"):
            base[mirror] = project
    return {mirror: project for mirror, project in base.items() if project is not None}


def column(instance, number, table, name):
    return sorted(value for (value,) in data(instance, number, table, f'SELECT "{name}" FROM t'))
