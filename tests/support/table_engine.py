"""The job that judges safe tables, run by itself, without sandbox and instance: hundreds of requests in a minute.

`answer(population, requests)` asks one request of support.releases after the other, all by one institution, and gives for each a list of
(persons, number or mark), none of it where it is refused: which persons each cell of the answer is about, told by the engine's codes and the population alone.
"""
import csv
import itertools
import json
import os
import subprocess

from support import duck, rules
from support.instance import BIN
from support.population import HIERARCHIES, code
from support.releases import dimensions, holds, truth


class Engine:
    def __init__(self, folder, persons, round=None, key="00" * 32, **other_rules):
        self.folder, self.released, self.rules = folder, [], rules.DEFAULTS | {name.replace("__", "."): value for name, value in other_rules.items()}
        self.rounding = {"round": round, "round_key": key} if round else {}
        (folder / "ledger").mkdir(parents=True)
        self.number = {name: place for place, name in enumerate(sorted(persons), 1)}
        self._parquet([(7_000 + n, 1_000 + n) for n in self.number.values()], ("mirror BIGINT", "project BIGINT"), "population.parquet")

    def _parquet(self, rows, columns, name):
        file = self.folder / "rows.csv"
        with open(file, "w", newline="", encoding="utf-8") as out:
            csv.writer(out).writerows([["" if value is None else value for value in row] for row in rows])
        types = ", ".join(f"'{c.split()[0]}': '{c.split()[1]}'" for c in columns)
        duck.rows(f"COPY (SELECT * FROM read_csv('{file}', auto_detect = false, delim = ',', header = false, columns = {{{types}}}, nullstr = '')) TO '{self.folder / name}' (FORMAT parquet)")

    def ask(self, pairs, names, parents):
        """pairs: {(person, (value, …), (parent or None, …))}; the record as the engine gives it, or None where it refuses for bounds."""
        columns = ["combination UINTEGER"]
        for place, parent in enumerate(parents):
            columns += [f"d{place} VARCHAR"] + ([f"p{place} VARCHAR"] if parent else [])
        texts = {(values, above): list(itertools.chain.from_iterable([v] + ([p] if parent else []) for v, p, parent in zip(values, above, parents)))
                 for _, values, above in sorted(pairs, key=repr)}
        self._parquet([[place, *row] for place, row in enumerate(texts.values())], columns, "combinations.parquet")
        place_of = {key: place for place, key in enumerate(texts)}
        rows = [[1_000 + self.number[person], place_of[values, above]] for person, values, above in sorted(pairs, key=repr)]
        self._parquet(rows, ["unit BIGINT", "combination UINTEGER"], "pairs.parquet")
        number = len(self.released) + 1
        document = {"task": "judge", "number": number, "leave_unknown": False, "providers": False, "holdings": False, "holders": "", "pairs": "pairs", "prefix": "", "others": [], "values": 0, "columns": [], "measures": [], "rules": self.rules, "released": self.released,
                    "dimensions": [rules.dimension(n, "above" if p else "") for n, p in zip(names, parents)],
                    "memory_mib": 512, "threads": 1, "input": str(self.folder), "output": str(self.folder / "out")} | self.rounding
        done = subprocess.run([BIN / "fvm-worker", "table"], input=json.dumps(document), capture_output=True, text=True, timeout=600)
        record = json.loads(done.stdout)
        if record.get("error", {}).get("code") == "tabular.told_by_bounds":
            return None
        assert "error" not in record, record
        for what in ("atoms.parquet", "places.parquet", "knowledge.bin"):
            os.replace(self.folder / "out" / what, self.folder / "ledger" / f"{number}-{what}")
        (self.folder / "ledger" / f"{number}.json").write_text(json.dumps(record))
        self.released.append(number)
        return record


def pairs_of(population, asked):
    names = dimensions(asked)
    rows = [row for row in population.versions[asked["version"]] if holds(asked["filter"], row)]
    return {(row["pnr"], tuple(code(row, n) for n in names), tuple(above(n, code(row, n)) for n in names)) for row in rows}


def above(name, leaf):
    parent = HIERARCHIES[name][leaf]
    return None if parent == "Total" and not has_levels(name) else leaf if parent == "Total" else parent


def has_levels(name):
    return any(parent not in ("", "Total") for parent in HIERARCHIES[name].values())


def path_of(codes, value, parent):
    """The engine's codes that a value is in, upwards."""
    parents = dict(codes)
    if parent is None:
        leaf = "=" + value if "=" + value in parents else "~"
    else:
        leaf = next(c for c in ("=" + value, "~^" + parent, "~") if c in parents and (c == "~" or parents[c] == "^" + parent))
    while leaf:
        yield leaf
        leaf = parents[leaf]


def cells_of(record, pairs):
    """[(persons, number or "…")] of all cells."""
    lists = [[c for c, _ in d["codes"]] for d in record["dimensions"]]
    members = {}
    for person, values, parents in pairs:
        paths = [list(path_of(d["codes"], v, p)) for d, v, p in zip(record["dimensions"], values, parents)]
        for cell in itertools.product(*paths):
            members.setdefault(cell, set()).add(person)
    out = []
    for place, cell in enumerate(itertools.product(*lists)):
        mark, count = record["marks"][place], record["counts"][place]
        out.append((frozenset(members.get(cell, ())), count if mark == "o" else "…"))
    return out


def answer(folder, population, requests, **settings):
    """By whom a request is makes no difference here: one institution asks. Users, projects and institutions: test_disclosure_people.py."""
    persons = {row["pnr"] for version in population.versions for row in version}
    engine, out = Engine(folder, persons, **settings), []
    for asked in requests:
        pairs, names = pairs_of(population, asked), dimensions(asked)
        record = engine.ask(pairs, names, [has_levels(n) for n in names])
        out.append(cells_of(record, pairs) if record else [])
    return out


def small_hidden(population, requests):
    """The answers of somebody who hides small cells and nothing else, from the rows alone."""
    return [[(members, "…" if 0 < len(members) < rules.THRESHOLD else len(members)) for members in truth(population, asked).values()] for asked in requests]
