"""Random specifications, deliveries and refreshes: what a project holds is what the slow reference says, and nothing else.

FVM_PROPERTY_SECONDS (20) says for how long; FVM_PROPERTY_SEED repeats a run (the seed is printed when it fails).
"""
import os
import random
import time
from collections import Counter

from support import duck, reference
from support.deliveries import cpr
from support.instance import Instance
from support.random_specifications import CATALOGUE, COLUMNS, KEYS, PARENTS, Maker, Rows

SECONDS = float(os.environ.get("FVM_PROPERTY_SECONDS", "20"))
SEED = int(os.environ.get("FVM_PROPERTY_SEED", random.SystemRandom().randrange(10 ** 9)))


class World:
    """An instance, and what its registers delivered."""

    def __init__(self, instance, chance):
        self.instance, self.r, self.rows = instance, chance, Rows(chance)
        self.registers = reference.Registers(COLUMNS, PARENTS, KEYS)
        self.granted = {}  # (project, table) -> tags that some version of it might hold
        file = instance.path / "inbox" / "rnd.toml"
        file.write_text(CATALOGUE)
        instance.fvm("catalogue", "import", file)

    def deliver(self, table, count, mode):
        visits = [row["id"] for row in self.registers.tables["visit"]]
        rows = self.rows.make(table, count, visits)
        if mode == "upsert":  # one row a key in a delivery
            rows = list({row[KEYS[table]]: row for row in rows}.values())
        file = self.instance.path / "inbox" / f"{table}.csv"
        file.write_text(",".join(COLUMNS[table]) + "\n" + "".join(
            ",".join(text(name, row[name]) for name in COLUMNS[table]) + "\n" for row in rows))
        self.instance.fvm("deliver", f"RND.{table}", file, "--mode", mode)
        self.registers.deliver(table, rows, mode)

    def numbers(self):
        """Mirror pseudonym -> number, told by the tags of the rows that it stands on."""
        out = {}
        for table in ("person", "visit", "drug"):
            tags = {row["tag"]: row["pnr"] for row in self.registers.tables[table]}
            for tag, pseudonym in duck.table(self.instance.path / "mirror" / "rnd" / table, "SELECT tag, pnr FROM t"):
                out[pseudonym] = tags[tag]
        return out

    def check(self, specification):
        number = specification["number"]
        persons = reference.population(specification, self.registers)
        built = self.instance.fvm("project", "refresh", number, check=False)
        if not persons:
            assert "No person meets the criteria" in built.stderr, (built.stderr, specification["toml"])
            return
        assert built.returncode == 0, (built.stderr, specification["toml"])
        folder = self.instance.path / "projects" / number
        names = self.names(folder, persons)
        for grant in specification["grants"]:
            wanted = Counter(reference.rows(grant, persons, self.registers))
            found = Counter(self.found(folder, grant, names))
            assert found == wanted, (grant["table"], "missing", wanted - found, "too much", found - wanted, specification["toml"])
            self.nothing_else(folder, grant, wanted)
        assert {path.name for path in folder.glob("data/rnd/*")} <= {grant["table"] for grant in specification["grants"]}
        assert {path.name for path in folder.glob("data/*")} <= {"rnd", "project"}
        if "own" in specification:
            own = duck.table(folder / "data" / "project" / "population", "SELECT person, index_date FROM t")
            assert sorted((names[p], d) for p, d in own) == sorted((p, d and str(d)) for p, d in persons.items()), specification["toml"]

    def names(self, folder, persons):
        """Project pseudonym -> person; one each, and just the population's."""
        newest = max(folder.glob("population/build-*.parquet"), key=lambda file: file.stat().st_mtime)
        numbers, names = self.numbers(), {}
        for mirror, project in duck.rows(f"SELECT mirror, project FROM read_parquet('{newest}') WHERE mirror IS NOT NULL"):
            if mirror in numbers:  # an old number of which no row is left stands for nobody here
                person = self.registers.person(numbers[mirror])
                assert names.setdefault(project, person) == person
        assert set(names.values()) == set(persons) and len(names) == len(persons)
        return names

    def found(self, folder, grant, names):
        table, columns = grant["table"], grant["variables"]
        try:
            rows = duck.table(folder / "data" / "rnd" / table, "SELECT " + ", ".join(f'"{name}"' for name in columns) + " FROM t")
        except AssertionError:  # no files: no rows
            return []
        truth = {row["tag"]: row for row in self.registers.tables[table]}
        keys = {}
        for row in rows:
            row = dict(zip(columns, row))
            for name in columns:
                if name in ("id", "visit_id"):  # the same number for the same key, another for another
                    key = truth[row["tag"]][name]
                    assert (row[name] is None) == (key is None)
                    assert keys.setdefault(row[name], key) == key
                    row[name] = key
                elif name in ("pnr", "mother"):
                    row[name] = row[name] and names[row[name]]
            yield tuple(typed(name, row[name]) for name in columns)
        assert len(set(keys.values())) == len(keys)

    def nothing_else(self, folder, grant, wanted):
        """Every file of the project, also of versions before: no column and no row that was never granted."""
        table = grant["table"]
        granted = self.granted.setdefault((folder.name, table), set())
        granted |= {row[-1] for row in wanted}
        for file in (folder / "data" / "rnd" / table).glob("**/*.parquet"):
            columns = [name for name, *_ in duck.rows(f"DESCRIBE SELECT * FROM read_parquet('{file}')")]
            assert [name for name in columns if not name.startswith("_")] == grant["variables"], (file, columns)
            assert {tag for (tag,) in duck.rows(f"SELECT tag FROM read_parquet('{file}')")} <= granted


def text(name, value):
    if value is None:
        return ""
    return cpr(value) if name in ("pnr", "mother", "new_pnr") else str(value)


def typed(name, value):
    if value is None or name not in ("born", "day", "bought", "amount", "packs"):
        return value
    return int(value) if name in ("amount", "packs") else reference.datetime.date.fromisoformat(value)


def test_random_projects_hold_what_the_reference_says(tmp_path):
    chance = random.Random(SEED)
    print(f"FVM_PROPERTY_SEED={SEED}")
    ends = time.monotonic() + SECONDS
    with Instance(tmp_path / "i") as instance:
        world = World(instance, chance)
        for table, count in (("person", 30), ("visit", 40), ("finding", 40), ("drug", 50)):
            world.deliver(table, count, "append")
        specifications, checks = [], 0
        while time.monotonic() < ends or checks < 4:
            if len(specifications) < 3 or chance.random() < 0.4:
                made = Maker(chance).specification(f"RND-2026-{len(specifications):04}")
                file = tmp_path / "spec.toml"
                file.write_text(made["toml"])
                done = instance.fvm("project", "create", file, check=False)
                assert done.returncode == 0, (done.stderr, made["toml"])
                instance.fvm("project", "build", made["number"], check=False)
                specifications.append(made)
                world.check(made)  # what its first version was granted, before anything changes
            else:
                table = chance.choice(list(COLUMNS))
                mode = chance.choice(["append", "append", "replace"] + (["upsert", "upsert"] if table in KEYS else []))
                world.deliver(table, chance.choice([1, 3, 20]), mode)
            for specification in chance.sample(specifications, min(2, len(specifications))):
                world.check(specification)
                checks += 1
