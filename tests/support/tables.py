"""A project whose persons are drawn by hand, for tests of safe tables.

A person is a row of `persons`: number, kommune, sex, and what it bought for; the register has them all, so a table's true
counts are known here. `Tables(instance)` makes catalogue, mirror, project and member; `.table(...)` asks for a safe table.
"""
import json

from support.deliveries import cpr

PROJECT = "TST-2026-9001"
CATALOGUE = """
[[table]]
register = "BEF"
name = "person"
person = "pnr"
key = ["pnr"]
variables = [
  { name = "pnr", class = "person", required = true },
  { name = "kommune", class = "code" },
  { name = "region", class = "code" },
  { name = "koen", class = "code" },
  { name = "beloeb", type = "decimal" },
]

[[table]]
register = "BEF"
name = "diagnose"
person = "pnr"
variables = [ { name = "pnr", class = "person", required = true }, { name = "kode", class = "code" } ]
"""
GRANTS = ('[[grant]]\ntable = "BEF.person"\nvariables = ["pnr", "kommune", "region", "koen", "beloeb"]\nreason = "Tabeller."\n'
          '[[grant]]\ntable = "BEF.diagnose"\nvariables = ["pnr", "kode"]\nreason = "Tabeller."\n')
ALL = "SELECT pnr, kommune, region, koen, beloeb FROM bef.person"


def specification(number, cvr="29189846", name="Demo Kommune", population="BEF.person", grants=GRANTS):
    return (f'[project]\nnumber = "{number}"\ntitle = "Tabeller {number}"\nauthority = {{ name = "{name}", cvr = "{cvr}" }}\n'
            f'valid = {{ from = 2020-01-01, to = 2099-12-31 }}\n[population]\nany = [ {{ table = "{population}" }} ]\n{grants}')


def people(**groups):
    """`people(k101_084_K=7)`: seven persons of kommune 101, region 084, sex K, each with 100 kroner."""
    rows = []
    for name, count in groups.items():
        kommune, region, sex = name[1:].split("_")
        rows += [(None if kommune == "none" else kommune, region, sex, "100")] * count
    return [(number, *row) for number, row in enumerate(rows, 1)]


class Tables:
    catalogue, population, grants = CATALOGUE, "BEF.person", GRANTS

    def __init__(self, instance, persons, diagnoses=()):
        self.begin(instance)
        self.deliver(persons, diagnoses or [(persons[0][0], "DZ00")])
        self.institution("Demo Kommune", "29189846", "anna")
        self.project()

    def begin(self, instance):
        self.instance = instance
        catalogue = instance.path / "inbox" / "tables.toml"
        catalogue.write_text(self.catalogue)
        instance.fvm("catalogue", "import", catalogue)

    def institution(self, name, cvr, user):
        self.instance.fvm("institution", "add", name, "--cvr", cvr, "--recipient", "@example.dk")
        self.instance.fvm("user", "add", user, "--institution", cvr, "--role", "analyst")

    def project(self, number=PROJECT, user="anna", **more):
        file = self.instance.path / "inbox" / f"{number}.toml"
        file.write_text(specification(number, population=self.population, grants=self.grants, **more))
        self.instance.fvm("project", "create", file)
        self.instance.fvm("project", "member", "add", number, user)
        self.instance.fvm("project", "build", number)

    def deliver(self, persons, diagnoses=None):
        text = "pnr,kommune,region,koen,beloeb\n" + "".join(
            f"{cpr(number)},{','.join('' if field is None else str(field) for field in rest)}\n" for number, *rest in persons)
        self._deliver("BEF.person", text)
        if diagnoses is not None:
            self._deliver("BEF.diagnose", "pnr,kode\n" + "".join(f"{cpr(number)},{code}\n" for number, code in diagnoses))

    def _deliver(self, table, text):
        file = self.instance.path / "inbox" / f"{table}.csv"
        file.write_text(text)
        self.instance.fvm("deliver", table, file, "--mode", "replace")

    def run(self, *words, sql=ALL, project=PROJECT, user="anna", check=False, **more):
        return self.instance.fvm("--json", "table", project, "--from", sql, *words, user=user, check=check, **more)

    def table(self, *words, **more):
        """The released table as JSON."""
        done = self.run(*words, **more)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    def refused(self, *words, **more):
        done = self.run(*words, **more)
        assert done.returncode != 0, done.stdout
        return json.loads(done.stdout)["error"]

    def records(self, start="table."):
        out = []
        for path in sorted((self.instance.path / "audit").glob("ledger-*.jsonl")):
            out += [json.loads(line) for line in path.read_text().splitlines()]
        return [r for r in out if r["action"].startswith(start)]


def cells(document, *dimensions, figure="persons"):
    """("101", "K") -> number, or "…" when it is hidden."""
    return {tuple(cell[d] for d in dimensions): cell[figure] if cell["status"] == "open" else "…" for cell in document["cells"]}
