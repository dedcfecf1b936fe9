"""Random specifications, deliveries, compactions and refreshes: what a project holds is what the slow reference says, and nothing else.

FVM_PROPERTY_SECONDS (20) says for how long; FVM_PROPERTY_SEED repeats a run (the seed is printed when it fails).
"""
import json
import os
import random
import time
from collections import Counter

from support import duck, reference
from support.deliveries import cpr
from support.instance import Instance
from support.projects import population_map
from support.random_specifications import CATALOGUE, COLUMNS, KEYS, OWN, PARENTS, PROVIDERS, Maker, Rows

SECONDS = float(os.environ.get("FVM_PROPERTY_SECONDS", "20"))
SEED = int(os.environ.get("FVM_PROPERTY_SEED", random.SystemRandom().randrange(10 ** 9)))


class World:
    """An instance, and what its registers delivered."""

    def __init__(self, instance, chance):
        self.instance, self.r, self.rows = instance, chance, Rows(chance)
        self.registers = reference.Registers(COLUMNS, PARENTS, KEYS)
        self.granted = {}  # (project, table) -> tags that some version of it might hold
        self.numbers = {}  # mirror pseudonym -> number
        self.frozen = {}  # project -> its frozen tables as they were
        self.matched = {}  # project -> what its controls hang on, and who they are
        self.providers = {}  # project -> {pseudonym: provider}
        self.controls_seen = self.controls_kept = 0
        self.ways = Counter()  # how refreshes came by the population
        self.maps = Counter()  # and whether its map was read as one file or two
        file = instance.path / "inbox" / "rnd.toml"
        file.write_text(CATALOGUE)
        instance.fvm("catalogue", "import", file)

        self.deliver("person", self.rows.everybody(), "append")

    def draw(self, table, count, mode):
        rows = self.rows.make(table, count, [row["id"] for row in self.registers.tables["visit"]])
        if mode == "upsert":  # one row a key in a delivery
            rows = list({row[KEYS[table]]: row for row in rows}.values())
        self.deliver(table, rows, mode)

    def deliver(self, table, rows, mode):
        file = self.instance.path / "inbox" / f"{table}.csv"
        file.write_text(",".join(COLUMNS[table]) + "\n" + "".join(
            ",".join(text(name, row[name]) for name in COLUMNS[table]) + "\n" for row in rows))
        self.instance.fvm("deliver", f"RND.{table}", file, "--mode", mode)
        self.registers.deliver(table, rows, mode)
        self.learn()

    def learn(self):
        """Mirror pseudonym -> number, told by the tags of the rows that it stands on; those of former rows too."""
        for table in ("person", "visit", "drug"):
            tags = {row["tag"]: row["pnr"] for row in self.registers.tables[table]}
            if tags:
                for tag, pseudonym in duck.table(self.instance.path / "mirror" / "rnd" / table, "SELECT tag, pnr FROM t"):
                    self.numbers[pseudonym] = tags[tag]

    def create(self, made):
        for name, content in made["files"].items():
            (self.instance.path / "inbox" / name).write_text(content)
        file = self.instance.path / "inbox" / "spec.toml"
        file.write_text(made["toml"])
        done = self.instance.fvm("project", "create", file, check=False)
        assert done.returncode == 0, (done.stderr, made["toml"])

    def check(self, specification, verb="refresh"):
        number = specification["number"]
        persons = reference.population(specification, self.registers)
        built = self.instance.fvm("--json", "project", verb, number, check=False)
        if not persons:
            assert "No person meets the criteria" in built.stderr, (built.stderr, specification["toml"])
            return
        assert built.returncode == 0, (built.stderr, specification["toml"])
        self.way(specification, verb, json.loads(built.stdout))
        self.freeze(specification)
        folder = self.instance.path / "projects" / number
        names = self.names(folder)
        if specification["own"]:
            self.population(specification, folder, names, persons)
        assert set(names.values()) == set(persons) and len(names) == len(persons), specification["toml"]
        for grant in specification["grants"]:
            wanted = Counter(reference.rows(grant, persons, self.seen_by(specification, grant)))
            found = Counter(self.found(specification, folder, grant, names))
            assert found == wanted, (grant["table"], "missing", wanted - found, "too much", found - wanted, specification["toml"])
            self.nothing_else(folder, grant, wanted)
        assert {path.name for path in folder.glob("data/rnd/*")} <= {grant["table"] for grant in specification["grants"]}
        assert {path.name for path in folder.glob("data/*")} <= {"rnd", "project"}

    def way(self, specification, verb, built):
        """A refresh computes the affected alone, and all of the population only for one of the reasons that there are."""
        way = "up to date" if built["up_to_date"] else built["population_way"]
        self.ways[way] += 1
        if verb == "build":
            assert way == "whole.build", way
        elif way == "whole.controls":
            assert specification["controls"]
        else:  # the first refresh of a project that nobody was in builds it
            assert way in ("up to date", "kept", "affected") or (way == "whole.build" and built["version"] == 1), way

    def freeze(self, specification):
        """The first build pins the tables of frozen grants, and their parents."""
        if specification["number"] in self.frozen:
            return
        tables = self.frozen[specification["number"]] = {}
        for grant in specification["grants"]:
            for table in [grant["table"], *PARENTS.get(grant["table"], ())[:1]]:
                if grant["frozen"]:
                    tables[table] = list(self.registers.tables[table])

    def seen_by(self, specification, grant):
        return self.registers.frozen(self.frozen[specification["number"]]) if grant["frozen"] else self.registers

    def population(self, specification, folder, names, cases):
        """The project's own table says who it is about. Adds the controls to `cases`."""
        own = duck.table(folder / "data" / "project" / "population", f'SELECT {", ".join(OWN)} FROM t')
        day = lambda value: value and str(value)
        found = sorted((names[p], c, d, s and names[s]) for p, role, c, d, s in own if role == "case")
        wanted = sorted((p, reference.cohorts_of(specification, self.registers, p), day(d), p if specification["controls"] else None)
                        for p, d in cases.items())
        assert sorted(map(str, found)) == sorted(map(str, wanted)), specification["toml"]
        controls = [(names[p], c, d, names[s]) for p, role, c, d, s in own if role == "control"]
        assert len(controls) + len(found) == len(own)
        if specification["controls"]:
            self.controls(specification, controls, cases)
        assert bool(specification["controls"]) or not controls

    def controls(self, specification, controls, cases):
        sets = {case: [] for case in cases}
        for control, cohort, index, case in controls:
            assert cohort is None and index == (cases[case] and str(cases[case])), specification["toml"]
            sets[case].append(control)
        matching = reference.Matching(specification, self.registers, cases)
        broken = matching.broken(sets)
        assert broken is None, (broken, sets, specification["toml"])
        self.controls_seen += len(controls)
        # The same again, and kept over a refresh that leaves cases and candidates as they were.
        facts = (cases.copy(), matching.facts(set(cases) | matching.candidates), matching.candidates, self.registers.successions())
        made = {case: set(them) for case, them in sets.items()}
        before = self.matched.get(specification["number"])
        self.matched[specification["number"]] = (facts, made)
        if before and before[0] == facts:
            self.controls_kept += 1
            assert before[1] == made, specification["toml"]
        cases |= {control: cases[case] for control, _, _, case in controls}

    def names(self, folder):
        """Project pseudonym -> person; one each."""
        names = {}
        self.maps["changes" if any(folder.glob("population/build-*-changes.parquet")) else "base"] += 1
        for mirror, project in population_map(folder).items():
            person = self.registers.person(self.numbers[mirror])
            assert names.setdefault(project, person) == person
        return names

    def found(self, specification, folder, grant, names):
        table, columns = grant["table"], grant["variables"]
        try:
            rows = duck.table(folder / "data" / "rnd" / table, "SELECT " + ", ".join(f'"{name}"' for name in columns) + " FROM t")
        except AssertionError:  # no files: no rows
            return []
        truth = {row["tag"]: row for row in self.seen_by(specification, grant).tables[table]}
        keys, providers = {}, self.providers.setdefault(folder.name, {})
        for row in rows:
            row = dict(zip(columns, row))
            for name in columns:
                if name in ("id", "visit_id"):  # the same number for the same key, another for another
                    key = truth[row["tag"]][name]
                    assert (row[name] is None) == (key is None)
                    assert keys.setdefault(row[name], key) == key
                    row[name] = key
                elif name in PROVIDERS:  # likewise, in all tables and for good
                    provider = reference.provider(truth[row["tag"]][name])
                    assert (row[name] is None) == (provider is None)
                    assert providers.setdefault(row[name], provider) == provider
                    row[name] = provider
                elif name in ("pnr", "mother"):
                    row[name] = row[name] and names[row[name]]
            yield tuple(typed(name, row[name]) for name in columns)
        assert len(set(keys.values())) == len(keys) and len(set(providers.values())) == len(providers)

    def nothing_else(self, folder, grant, wanted):
        """Every file of the project, also of versions before: no column and no row that was never granted."""
        table = grant["table"]
        granted = self.granted.setdefault((folder.name, table), set())
        granted |= {row[-1] for row in wanted}
        for file in (folder / "data" / "rnd" / table).glob("**/*.parquet"):
            if file.parent.name == "_delta_log":  # a checkpoint: tells files, not rows
                continue
            columns = [name for name, *_ in duck.rows(f"DESCRIBE SELECT * FROM read_parquet('{file}')")]
            assert [name for name in columns if not name.startswith("_")] == grant["variables"], (file, columns)
            assert {tag for (tag,) in duck.rows(f"SELECT tag FROM read_parquet('{file}')")} <= granted


    def nobody_is_the_same_in_two_projects(self):
        seen = {}
        for project, providers in self.providers.items():
            for pseudonym, provider in providers.items():
                assert pseudonym is None or seen.setdefault(pseudonym, project) == project, provider


def text(name, value):
    if value is None:
        return ""
    return cpr(value) if name in ("pnr", "mother", "new_pnr") else str(value)


def typed(name, value):
    if value is None or name not in ("born", "day", "bought", "amount", "packs"):
        return value
    return int(value) if name in ("amount", "packs") else reference.datetime.date.fromisoformat(value)


def affect(world, chance, specifications, enough):
    """By lot alone a run may draw few refreshes that compute a part of the population, or change its map: then more of them, on purpose."""
    fit = [specification for specification in specifications if not specification["controls"]]
    while not fit:
        made = Maker(chance).specification(f"RND-2026-{len(specifications):04}")
        if not made["controls"]:
            world.create(made)
            world.check(made, "build")
            fit.append(made)
    for _ in range(60):
        if world.ways["affected"] >= enough and (world.maps["changes"] or not enough):
            return
        world.draw(chance.choice(["visit", "finding", "drug"]), 3, "append")
        world.check(chance.choice(fit))


def test_random_projects_hold_what_the_reference_says(tmp_path):
    chance = random.Random(SEED)
    print(f"FVM_PROPERTY_SEED={SEED}")
    ends = time.monotonic() + SECONDS
    with Instance(tmp_path / "i", up=False) as instance:
        # By lot: lists of numbers of every mirror file, or of none.
        instance.setting("listed_mib = 32", f"listed_mib = {chance.choice([0, 0, 32])}")
        instance.up()
        world = World(instance, chance)
        for table, count in (("visit", 40), ("finding", 40), ("drug", 50)):
            world.draw(table, count, "append")
        specifications, checks = [], 0
        while time.monotonic() < ends or checks < 4:
            if len(specifications) < 3 or chance.random() < 0.25:
                made = Maker(chance).specification(f"RND-2026-{len(specifications):04}")
                world.create(made)
                specifications.append(made)
                world.check(made, "build")  # what its first version was granted, before anything changes
            elif chance.random() < 0.15:  # the same rows in other files
                instance.fvm("mirror", "compact", f"RND.{chance.choice(list(COLUMNS))}")
            else:
                table = chance.choice(list(COLUMNS))
                mode = chance.choice(["append", "append", "replace"] + (["upsert", "upsert"] if table in KEYS else []))
                world.draw(table, chance.choice([1, 3, 20]), mode)
            for specification in chance.sample(specifications, min(2, len(specifications))):
                world.check(specification, chance.choice(["refresh"] * 5 + ["build"]))
                checks += 1
        world.nobody_is_the_same_in_two_projects()
        enough = checks // 10 if checks >= 40 else 0
        affect(world, chance, specifications, enough)
        assert world.ways["affected"] >= enough and (world.maps["changes"] or not enough), (world.ways, world.maps)
        lists = len(list(instance.path.glob("mirror/rnd/*/_numbers/*")))
        print(f"{dict(world.ways)}; maps {dict(world.maps)}; {lists} lists; {len(specifications)} projects, {checks} checks, {world.controls_seen} controls, {world.controls_kept} times the same")
