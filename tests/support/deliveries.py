"""A small register for delivery tests, and ways to write its files as the systems around the country do."""
import itertools
import json

from support import duck

CATALOGUE = """
[[table]]
register = "TST"
name = "visit"
person = "cpr"
period = "day"
key = ["id"]
variables = [
  { name = "cpr", class = "person", required = true },
  { name = "mother_cpr", class = "relative" },
  { name = "ydernr", class = "provider" },
  { name = "id", class = "record_key", required = true },
  { name = "day", type = "date", required = true },
  { name = "seen", type = "timestamp" },
  { name = "born", type = "date", format = "%d%m%Y" },
  { name = "amount", type = "decimal" },
  { name = "count", type = "integer" },
  { name = "note" },
  { name = "name", class = "dropped" },
]

[[table]]
register = "TST"
name = "code"
parent = { table = "visit", key = "id", parent_key = "id" }
variables = [ { name = "id", class = "record_key", required = true }, { name = "code", class = "code" } ]
"""
HEADER = ["cpr", "mother_cpr", "ydernr", "id", "day", "seen", "born", "amount", "count", "note", "name"]


def cpr(i):
    """Made-up personal numbers of people born 1940-1979 that fail modulus 11: nobody has them."""
    digits = f"{1 + i % 28:02}{1 + i // 28 % 12:02}{40 + i // 336 % 40:02}{i % 4}{i * 7 % 100:02}"
    weights = [4, 3, 2, 7, 6, 5, 4, 3, 2]
    rest = sum(w * int(d) for w, d in zip(weights, digits)) % 11
    last = next(d for d in range(10) if (rest + d) % 11 != 0)
    return digits + str(last)


def visit(i, **change):
    row = {"cpr": cpr(i), "mother_cpr": cpr(i + 5000), "ydernr": f"{100 + i % 900:06}", "id": f"v{i}",
           "day": f"2020-{1 + i % 12:02}-{1 + i % 28:02}", "seen": f"2020-01-01 08:{i % 60:02}:00", "born": f"{1 + i % 28:02}121950",
           "amount": f"{i}.5", "count": str(i), "note": f"note {i}", "name": f"Navn Navnesen {i}"}
    row.update(change)
    return row


def text(rows, delimiter=",", header=HEADER, decimal=".", end="\n", quote_all=False):
    def field(name, value):
        if name == "amount":
            value = value.replace(".", decimal)
        if quote_all or any(c in value for c in (delimiter, '"', "\n", "\r")):
            value = '"' + value.replace('"', '""') + '"'
        return value
    lines = [delimiter.join(header)] + [delimiter.join(field(n, r[n.lower()]) for n in header) for r in rows]
    return end.join(lines) + end


numbers = itertools.count(1)


def put(instance, content, name=None):
    file = instance.path / "inbox" / (name or f"visit{next(numbers)}.csv")
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def deliver(instance, file, *more, table="TST.visit", **options):
    done = instance.fvm("--json", "deliver", table, file, *more, check=False, **options)
    return done.returncode, json.loads(done.stdout) if done.stdout else {}


def mirror(instance, sql="SELECT * FROM t", table="tst/visit"):
    return duck.table(instance.path / "mirror" / table, sql)


def fingerprint(instance):
    """Everything that a refused delivery must not change."""
    return {str(p): p.stat().st_mtime_ns for p in (instance.path / "mirror").rglob("*") if p.is_file()}
