"""Requests of tables over a made-up population, what they truly hold, and random sequences of them.

A request is a dict; all keys but id, rows and columns have a value if left out:
  id           "r1", once in a sequence             institution, project, user   who asks: "I1", "P1", "anna"
  version      of the population, 0                 rows, columns                lists of dimensions (keys of population.HIERARCHIES)
  filter       None (everybody), or a condition:    ["koen", "=", "M"], ["alder", ">=", 65], ["diagnose", "in", ["A1", "SJ"]],
               ["and", c, …], ["or", c, …], ["not", c]; over the columns of the rows; operators = != < <= > >= in missing
  statistic    "count" of distinct persons, or "percent" of each row's total over all columns, with `decimals` (1)
  totals       True: cells of inner levels and Total as well; False: only combinations of innermost codes
  labels       {dimension: {code: shown instead}}: other names for the same; cells are still named by the codes here
`truth(population, request)` -> {(code of each of rows + columns): frozenset of pnr}: every cell, also those with nobody in them.
An answer, what was released for it, is {the same names: number, or percentage as text; None, or no entry, when hidden or refused;
"<5" when it is hidden and shown as small}.
`select(request)` is the request's rows as SQL, `sentence` a line to say it.
"""
import itertools
import random

from support.attacker import Hierarchy
from support.population import HIERARCHIES, KOMMUNER, code

DEFAULTS = {"institution": "I1", "project": "P1", "user": "anna", "version": 0, "columns": [], "filter": None, "statistic": "count",
            "decimals": 1, "totals": True, "labels": {}}
TREES = {name: Hierarchy(parents) for name, parents in HIERARCHIES.items()}
COMPARE = {"=": lambda a, b: a == b, "!=": lambda a, b: a != b, "<": lambda a, b: a < b, "<=": lambda a, b: a <= b,
           ">": lambda a, b: a > b, ">=": lambda a, b: a >= b, "in": lambda a, b: a in b}


def request(id, rows, columns=(), **others):
    assert not set(others) - set(DEFAULTS), others
    return DEFAULTS | others | {"id": id, "rows": [rows] if isinstance(rows, str) else list(rows), "columns": [columns] if isinstance(columns, str) else list(columns)}


def dimensions(asked):
    return asked["rows"] + asked["columns"]


def holds(condition, row):
    """As in SQL with missing values as a value of their own: a comparison with a missing one is false, its `not` is true."""
    if condition is None:
        return True
    if condition[0] in ("and", "or"):
        return (all if condition[0] == "and" else any)(holds(part, row) for part in condition[1:])
    if condition[0] == "not":
        return not holds(condition[1], row)
    column, operator, *value = condition
    if operator == "missing":
        return row[column] is None
    return row[column] is not None and COMPARE[operator](row[column], value[0])


def sql(condition):
    literal = lambda value: str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"
    if condition is None:
        return "true"
    if condition[0] in ("and", "or"):
        return "(" + f" {condition[0].upper()} ".join(map(sql, condition[1:])) + ")"
    if condition[0] == "not":
        return f"(NOT {sql(condition[1])})"
    column, operator, *value = condition
    if operator == "missing":
        return f"({column} IS NULL)"
    text = "(" + ", ".join(map(literal, value[0])) + ")" if operator == "in" else literal(value[0])
    return f"coalesce({column} {'<>' if operator == '!=' else operator.upper()} {text}, false)"


def select(asked, table="haendelse"):
    """The rows of the request; dimensions that are made of a column are the caller's to join or to compute."""
    return f"SELECT * FROM {table} WHERE {sql(asked['filter'])}"


def sentence(asked):
    return (f"{asked['id']}: {asked['institution']}/{asked['project']}/{asked['user']} v{asked['version']} {asked['statistic']} "
            f"{' x '.join(dimensions(asked))} where {sql(asked['filter'])}")


def truth(population, asked):
    names, cells = dimensions(asked), {}
    for row in population.versions[asked["version"]]:
        if holds(asked["filter"], row):
            codes = [code(row, name) for name in names]
            paths = [TREES[name].ancestors(c) for name, c in zip(names, codes)] if asked["totals"] else [[c] for c in codes]
            for cell in itertools.product(*paths):
                cells.setdefault(cell, set()).add(row["pnr"])
    every = itertools.product(*(TREES[name].parents if asked["totals"] else TREES[name].leaves() for name in names))
    return {cell: frozenset(cells.get(cell, ())) for cell in every}


def row_total(asked, cell):
    """The cell that a percentage is of."""
    return cell[:len(asked["rows"])] + tuple(TREES[name].root for name in asked["columns"])


def denominators(population, asked, cells):
    """{cell: the persons that its percentage is of}."""
    whole = cells if asked["totals"] else truth(population, asked | {"totals": True})
    return {cell: whole[row_total(asked, cell)] for cell in cells}


def everything(population, asked):
    """The answer of somebody who protects nothing."""
    cells = truth(population, asked)
    if asked["statistic"] == "count":
        return {cell: len(members) for cell, members in cells.items()}
    of = denominators(population, asked, cells)
    return {cell: f"{100 * len(members) / len(of[cell]):.{asked['decimals']}f}" for cell, members in cells.items() if of[cell]}


def small_hidden(population, asked, threshold=5):
    """The answer of a system that looks at one cell at a time: counts of 1 to threshold - 1 are hidden, nothing else is."""
    cells = truth(population, asked)
    shown = everything(population, asked)
    if asked["statistic"] == "count":
        return {cell: None if 0 < value < threshold else value for cell, value in shown.items()}
    of = denominators(population, asked, cells)
    return {cell: None if len(of[cell]) < threshold else value for cell, value in shown.items()}


def small_marked(population, asked, threshold=5):
    """The same, with the small cells shown as such."""
    hidden = small_hidden(population, asked, threshold)
    return {cell: f"<{threshold}" if value is None else value for cell, value in hidden.items()}


# ---- random sequences

TABLES = [(["kommune"], ["koen"]), (["kommune"], ["aldersgruppe"]), (["region"], ["koen", "aldersgruppe_ti"]), (["kommune"], []), (["diagnose"], ["koen"]),
          (["region"], ["diagnose"]), (["kommune_efter"], []), (["aldersgruppe_skaev"], ["koen"]), (["aldersgruppe"], ["diagnose"]), (["aar"], ["region"]),
          (["kommune"], ["diagnose"]), (["region_efter"], ["aldersgruppe_skaev"])]


def random_condition(chance, depth=0):
    kind = chance.random()
    if depth < 2 and kind < 0.3:
        return [chance.choice(["and", "or"]), random_condition(chance, depth + 1), random_condition(chance, depth + 1)]
    if depth < 2 and kind < 0.4:
        return ["not", random_condition(chance, depth + 1)]
    return chance.choice([
        ["koen", "=", chance.choice("MK")], ["alder", chance.choice(["<", ">="]), chance.randrange(10, 90)], ["aar", chance.choice(["<=", ">"]), chance.randrange(2016, 2025)],
        ["diagnose", "in", sorted(chance.sample(["A1", "A2", "B1", "B2", "B3", "SJ"], chance.randrange(1, 4)))], ["diagnose", "missing"],
        ["kommune", "!=", chance.choice(KOMMUNER)]])


def random_sequence(population, seed, length):
    """Tables as people ask for them: often the last one again with a little changed, by anybody, on any version."""
    chance, asked = random.Random(seed), []
    for place in range(1, length + 1):
        new = dict(chance.choice(asked)) if asked and chance.random() < 0.5 else None
        if new is None:
            rows, columns = chance.choice(TABLES)
            new = request("", rows, columns, filter=random_condition(chance) if chance.random() < 0.6 else None)
        else:
            change = chance.choice(["version", "filter", "except", "table"])
            if change == "filter":
                new["filter"] = random_condition(chance)
            elif change == "except" and new["filter"]:
                new["filter"] = ["not", new["filter"]]
            elif change == "table":
                new["rows"], new["columns"] = chance.choice(TABLES)
        percent = chance.random() < 0.1 and new["columns"]
        asked.append(new | {"id": f"r{place}", "version": chance.randrange(len(population.versions)), "user": chance.choice(["anna", "bo", "carl"]),
                            "project": chance.choice(["P1", "P2"]), "statistic": "percent" if percent else "count"})
    return asked
