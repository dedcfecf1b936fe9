"""A project whose rows are of persons and of the providers whom they went to, drawn by hand: a row is (person, provider, kommune, kind,
kroner). What is true is counted here, by `distinct`.
"""
import itertools

from support.deliveries import cpr
from support.tables import Tables

CATALOGUE = """
[[table]]
register = "YD"
name = "besoeg"
person = "pnr"
variables = [
  { name = "pnr", class = "person", required = true },
  { name = "ydernr", class = "provider" },
  { name = "henviser", class = "provider" },
  { name = "kommune", class = "code" },
  { name = "art", class = "code" },
  { name = "kroner", type = "decimal" },
]
"""
VISITS = "SELECT pnr, ydernr, kommune, art, kroner FROM yd.besoeg"  # of both kinds
PERSONS = "SELECT pnr, kommune, art, kroner FROM yd.besoeg"  # as if nobody had treated them


GRANT = ('[[grant]]\ntable = "YD.besoeg"\nvariables = ["pnr", "ydernr", "henviser", "kommune", "art", "kroner"]\n'
         'reason = "Besøg."\n')


def visits(persons, providers, kommune, kind="A", kroner=100, first=itertools.count(1)):
    """So many persons of a kommune, dealt out to these providers; to each provider at least one visit."""
    rows = []
    people = [next(first) for _ in range(persons)]
    for at in range(max(persons, len(providers))):
        rows.append((people[at % persons], providers[at % len(providers)], kommune, kind, kroner))
    return rows


def distinct(rows, of, **where):
    """Persons (of=0) or providers (of=1) in the rows with this kommune and kind."""
    places = {"kommune": 2, "art": 3}
    return len({row[of] for row in rows if all(row[places[name]] == value for name, value in where.items())})


class Units(Tables):
    catalogue, population, grants = CATALOGUE, "YD.besoeg", GRANT

    def __init__(self, instance, rows):
        self.begin(instance)
        self.visit(rows)
        self.institution("Demo Kommune", "29189846", "anna")
        self.project()

    def visit(self, rows):
        self.rows = rows
        self._deliver("YD.besoeg", "pnr,ydernr,henviser,kommune,art,kroner\n" + "".join(
            f"{cpr(person)},{300000 + provider if provider else ''},{300000 + 1 + (provider or 0) % 7},{kommune},{kind},{kroner}\n"
            for person, provider, kommune, kind, kroner in rows))
