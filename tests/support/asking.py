"""Institutions that ask for safe tables on the real programs, one for each attack, so that attacks do not meet in a ledger."""
import copy
import itertools
import json

from support.plain import Plain

NUMBERS = itertools.count(1)
PERSONS = "SELECT pnr, kommune, region, koen, beloeb FROM bef.person"


def is_cvr(text):
    return sum(int(d) * w for d, w in zip(text, (2, 7, 6, 5, 4, 3, 2, 1))) % 11 == 0


class Asker:
    """An institution of its own with one project and one user."""

    def __init__(self, tables):
        self.tables, number = tables, next(NUMBERS)
        self.number, self.answered = number, 0
        self.user, self.project, name = f"user{number}", f"TST-2026-8{number:03}", f"Kommune {number}"
        cvr = next(c for c in map(str, range(30_000_000 + 97 * number, 31_000_000)) if is_cvr(c))
        tables.institution(name, cvr, self.user)
        tables.project(self.project, user=self.user, cvr=cvr, name=name)
        self.institution = {"cvr": cvr, "name": name}

    def sister(self):
        """Another project of the same institution and user."""
        other = copy.copy(self)
        other.project = f"TST-2026-7{self.number:03}"
        self.tables.project(other.project, user=self.user, **self.institution)
        return other

    def colleague(self):
        """Another user in the same project."""
        other = copy.copy(self)
        other.user = f"colleague{self.number}"
        self.tables.instance.fvm("user", "add", other.user, "--institution", self.institution["cvr"], "--role", "analyst")
        self.tables.instance.fvm("project", "member", "add", self.project, other.user)
        return other

    def cells(self, *words, by=("kommune",), figure=None, **more):
        """{codes: (persons, figure)} of what is told."""
        table = self.tables.table(*words, project=self.project, user=self.user, **more)
        return {tuple(c[d] for d in by): (c["persons"], c.get(figure) if figure else None) for c in table["cells"] if c["status"] == "open"}

    def cells_or_refusal(self, *words, refusal="table.measure_counts", **more):
        """The same; nothing when the question itself is refused, for this reason."""
        done = self.run(*words, sql=more["sql"])
        if done.returncode != 0:
            assert json.loads(done.stdout)["error"] == refusal, done.stdout
            return {}
        return self.cells(*words, **more)

    def run(self, *words, **more):
        return self.tables.run(*words, project=self.project, user=self.user, **more)


class Pair:
    """The same question to the safe tables and to plain SQL."""

    def __init__(self, asker, persons):
        self.asker, self.plain = asker, Plain(persons)

    def both(self, *words, sql=PERSONS, by=("kommune",), figure=None, counts=False):
        """(told, unprotected). `counts`: the question may be refused as a count in disguise."""
        words = ["--rows", by[0], *(["--columns", by[1]] if len(by) > 1 else []), *words]
        ask = self.asker.cells_or_refusal if counts else self.asker.cells
        told = ask(*words, sql=sql, by=by, figure=figure)
        assert counts or any(value is not None for cell in told.values() for value in cell[:1 + bool(figure)][-1:]), "something is told"
        return told, self.plain.cells(sql, by, figure)


def tell(record_property, attack, control, found):
    """`control` and `found`: what the same attacker finds where nothing is protected, and in what was told."""
    for name, value in (("attack", attack), ("control", len(control) or "nothing"), ("exact", len(found)), ("interval", 0), ("below", 0), ("checked", 0)):
        record_property(name, value)
    assert control, "the control: where nothing is protected the attacker must find it"
    assert not found, found
