"""A project whose rows are of persons, of the practices that they went to and of who owns these, drawn by hand: a row is (person, practice,
owner, kommune, kind, kroner). A practice without an owner is its own. What is true is counted here.
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
  { name = "ejer", class = "organisation" },
  { name = "kommune", class = "code" },
  { name = "art", class = "code" },
  { name = "kroner", type = "decimal" },
]
"""
GRANT = ('[[grant]]\ntable = "YD.besoeg"\nvariables = ["pnr", "ydernr", "ejer", "kommune", "art", "kroner"]\n'
         'reason = "Besøg."\n')
VISITS = "SELECT pnr, ydernr, ejer, kommune, art, kroner FROM yd.besoeg"
NUMBERS = itertools.count(1)


def practice(number, owner, kommune, patients=5, kind="A", kroner=100):
    """One practice with patients of its own, who pay about as much each."""
    return [(next(NUMBERS), number, owner, kommune, kind, kroner + 7 * (number + i) % 40) for i in range(patients)]


def free_practice(number, owner, kommune, patients=5):
    return [(next(NUMBERS), number, owner, kommune, "A", 0) for _ in range(patients)]


def total(rows, **where):
    places = {"practice": 1, "owner": 2, "kommune": 3, "kind": 4}
    return sum(row[5] for row in rows if all(row[places[name]] == value for name, value in where.items()))


class Holdings(Tables):
    catalogue, population, grants = CATALOGUE, "YD.besoeg", GRANT

    def __init__(self, instance, rows):
        self.begin(instance)
        self.rows = rows
        self._deliver("YD.besoeg", "pnr,ydernr,ejer,kommune,art,kroner\n" + "".join(
            f"{cpr(person)},{300000 + number},{owner or ''},{kommune},{kind},{kroner}\n" for person, number, owner, kommune, kind, kroner in rows))
        self.institution("Demo Kommune", "29189846", "anna")
        self.project()
