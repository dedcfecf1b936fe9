"""A made-up population for requests of tables: rows of a register (one a person and event) in several versions, seeded.

A version is a list of rows {"pnr", "kommune", "koen", "alder", "diagnose", "aar"}; diagnose None is missing. What is about the person
(kommune, koen, alder) is the same in all of a person's rows. HIERARCHIES has the codes of everything that a table can be made by, and
`code(row, dimension)` the row's innermost code there: regions, age groups and the like follow from the row.
"""
import csv
import random

KOMMUNER = [f"K{number:02}" for number in range(1, 21)]
REGION = {kommune: f"R{1 + place // 4}" for place, kommune in enumerate(KOMMUNER)}
REGION_AFTER = REGION | {"K20": "R1"}  # one municipality moved
CHAPTER = {"A1": "A", "A2": "A", "B1": "B", "B2": "B", "B3": "B", "SJ": "C", "uoplyst": "uoplyst"}
YEARS = [str(year) for year in range(2015, 2026)]


def tree(leaves, parent=None):
    """A hierarchy {code: parent} with the root Total; parent: {leaf: the level between}."""
    between = {leaf: parent[leaf] for leaf in leaves if parent and parent[leaf] != leaf}
    return {"Total": ""} | {code: "Total" for code in between.values()} | {leaf: between.get(leaf, "Total") for leaf in leaves}


def groups(*starts):
    """[(name, first age)]: groups(0, 18) are 0-17 and 18+."""
    return [(f"{start}-{end - 1}" if end else f"{start}+", start) for start, end in zip(starts, (*starts[1:], None))]


AGES = {"aldersgruppe": groups(0, 18, 35, 50, 65, 80), "aldersgruppe_skaev": groups(0, 18, 35, 50, 67, 80), "aldersgruppe_ti": groups(*range(0, 100, 10))}
HIERARCHIES = {
    "kommune": tree(KOMMUNER, REGION), "region": tree(sorted(set(REGION.values()))),
    "kommune_efter": tree(KOMMUNER, REGION_AFTER), "region_efter": tree(sorted(set(REGION_AFTER.values()))),
    "koen": tree(["M", "K"]), "diagnose": tree(list(CHAPTER), CHAPTER), "aar": tree(YEARS),
} | {name: tree([group for group, _ in ages]) for name, ages in AGES.items()}


def code(row, dimension):
    if dimension in AGES:
        return [group for group, start in AGES[dimension] if start <= row["alder"]][-1]
    if dimension == "diagnose":
        return row["diagnose"] or "uoplyst"
    if dimension in ("region", "region_efter"):
        return (REGION if dimension == "region" else REGION_AFTER)[row["kommune"]]
    return str(row[dimension.removesuffix("_efter")])


class Population:
    """versions[v]: the rows of version v. A new version starts as a copy; rows are never shared between versions."""

    def __init__(self, rows=()):
        self.versions, self.persons = [[dict(row) for row in rows]], 0

    def plant(self, count=1, version=-1, **columns):
        """New persons with one row each; answers their numbers."""
        numbers = [f"P{self.persons + place:05}" for place in range(1, count + 1)]
        self.persons += count
        usual = {"kommune": "K03", "koen": "M", "alder": 40, "diagnose": "A1", "aar": 2020}
        self.versions[version] += [{"pnr": number} | usual | columns for number in numbers]
        return numbers

    def again(self, numbers, **columns):
        """One more row (event) for each of these, otherwise like the first."""
        for number in numbers:
            first = next(row for row in self.versions[-1] if row["pnr"] == number)
            self.versions[-1].append(first | columns)

    def next_version(self, went=(), changed=(), **columns):
        self.versions.append([row | columns if row["pnr"] in changed else dict(row) for row in self.versions[-1] if row["pnr"] not in went])
        return len(self.versions) - 1

    def write(self, path, version=-1):
        """The version as CSV, a missing diagnosis empty."""
        with open(path, "w", encoding="utf-8", newline="") as file:
            out = csv.DictWriter(file, ["pnr", "kommune", "koen", "alder", "diagnose", "aar"])
            out.writeheader()
            out.writerows(self.versions[version])


def regular():
    """24 in every municipality but K20: six of each sex with A1 and with B1, 20 to 60 years old, years 2018 to 2021. Nothing in it is small
    but by age, so what a named sequence plants (SJ, missing, older, later, K20) is the only secret."""
    population = Population()
    for kommune in KOMMUNER[:-1]:
        for koen in "MK":
            for diagnose in ("A1", "B1"):
                for place in range(6):
                    population.plant(kommune=kommune, koen=koen, diagnose=diagnose, alder=20 + (7 * place + 11 * population.persons) % 41, aar=2018 + place % 4)
    return population


def made_up(seed, persons=600, versions=3, events=0.3):
    """Uneven municipalities, ages and diagnoses; some missing; a share `events` with a second row. In every later version about two in a
    hundred have come, gone, or changed municipality or diagnosis."""
    chance, population = random.Random(seed), Population()

    def columns():
        return {"kommune": KOMMUNER[int(20 * chance.random() ** 2)], "koen": chance.choice("MK"), "alder": int(100 * chance.betavariate(2, 2.5)),
                "diagnose": chance.choices(["A1", "A2", "B1", "B2", "B3", "SJ", None], [30, 20, 20, 10, 8, 2, 5])[0],
                "aar": int(chance.triangular(2015, 2026, 2022))}
    for _ in range(persons):
        numbers = population.plant(**columns())
        if chance.random() < events:
            population.again(numbers, diagnose=columns()["diagnose"], aar=columns()["aar"])
    for _ in range(versions - 1):
        numbers = sorted({row["pnr"] for row in population.versions[-1]})
        some = lambda: chance.sample(numbers, chance.randrange(1 + persons // 50))
        population.next_version(went=set(some()))
        for name in ("kommune", "diagnose"):
            for number in some():
                value = columns()[name]
                for row in population.versions[-1]:
                    if row["pnr"] == number:
                        row[name] = value
        for _ in range(chance.randrange(1 + persons // 50)):
            population.plant(**columns())
    return population
