"""fvm project: from access specification to a project's own data set."""
import json

import pytest

from support import duck
from support.deliveries import cpr
from support.instance import ROOT, SHARED, Instance
from support.projects import (EVERYBODY, FINDING, FINDINGS, PERSON, VISIT, VISITS, build, column, create, data, deliver,
                              filled, person_rows, specification, visit_rows)


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """One mirror for the tests that only read it; each makes projects of its own."""
    with filled(tmp_path_factory.mktemp("project") / "i") as instance:
        yield instance


@pytest.fixture
def fresh(tmp_path):
    with filled(tmp_path / "i") as instance:
        yield instance


def population(instance, number):
    """Mirror pseudonym -> project pseudonym."""
    [file] = (instance.path / "projects" / number / "population").glob("build-*.parquet")
    return dict(duck.rows(f"SELECT mirror, project FROM read_parquet('{file}')"))


@pytest.fixture(scope="module")
def mirror_pseudonym(running):
    """Person's number in these tests -> mirror pseudonym, for the persons that a visit or a status tells apart."""
    visits = dict(duck.table(running.path / "mirror" / "tst" / "visit", "SELECT id, pnr FROM t"))
    [(five,)] = duck.table(running.path / "mirror" / "tst" / "person", "SELECT pnr FROM t WHERE status = '90'")
    names = {1: "a", 2: "c", 3: "d", 4: "e", 8: "f", 18: "g", 28: "h"}
    return {5: five, **{person: visits[visit] for person, visit in names.items()}}


def visits(instance, number):
    """The register's own keys of the project's visits, which it holds under keys of its own: told by their days."""
    keys = {row[2]: row[1] for row in VISITS} | {"2022-01-01": "n", "2022-01-02": "m"}
    return sorted(keys[day] for day in column(instance, number, "visit", "day"))


def members(instance, number, mirror_pseudonym):
    back = {pseudonym: person for person, pseudonym in mirror_pseudonym.items()}
    return sorted(back[mirror] for mirror in population(instance, number) if mirror in back)


# --- who: the population


@pytest.mark.parametrize("criteria, expected", [
    ('any = [ { table = "TST.visit", where = "diagnosis LIKE \'DE11%\'" } ]', [1, 2, 8, 18, 28]),
    ('any = [ { table = "TST.visit", where = "diagnosis = \'DI210\'" }, { table = "TST.person", where = "status = \'90\'" } ]', [3, 5]),
    ('all = [ { table = "TST.visit" }, { table = "TST.person", where = "sex = \'F\'" } ]', [1, 2, 8, 18, 28]),
    ('all = [ { table = "TST.visit" } ]\nnone = [ { table = "TST.visit", where = "diagnosis LIKE \'DE11%\'" } ]', [3, 4]),
    ('any = [ { table = "TST.visit" } ]\nall = [ { table = "TST.person", where = "sex = \'F\'" } ]\n'
     'none = [ { table = "TST.visit", where = "day < DATE \'2016-01-01\'" } ]', [2, 8, 18, 28]),
    ('any = [ { table = "TST.visit", where = "diagnosis LIKE \'DE%\'", at_least = 2 } ]', [1, 8, 18, 28]),
    ('any = [ { table = "TST.visit", at_least = 3 } ]', [8, 18, 28]),
    ('any = [ { table = "TST.finding", where = "code = \'x5\'" } ]', [3]),
    ('any = [ { table = "TST.finding", at_least = 3 } ]', [1]),
    ('any = [ { table = "tst.VISIT", where = "ydernr IS NOT NULL AND year(seen) = 2009" } ]', [4]),
    ('any = [ { table = "TST.visit", where = "seen >= DATE \'2021-01-01\' OR amount = 5" } ]', [3, 4]),
])
def test_population(running, mirror_pseudonym, criteria, expected):
    number = create(running, criteria)
    built = build(running, number)
    assert members(running, number, mirror_pseudonym) == expected
    assert built["persons"] == len([person for person in expected if person not in (18, 28)])


def test_an_empty_population_is_refused_and_nothing_is_built(running):
    number = create(running, 'any = [ { table = "TST.visit", where = "diagnosis = \'none\'" } ]')
    done = running.fvm("project", "build", number, check=False)
    assert done.returncode == 1 and "No person meets the criteria" in done.stderr
    assert running.json("project", "show", number)["version"] == 0
    assert not any((running.path / "projects" / number / "data").iterdir())


# --- what: the tables


def test_only_granted_columns_and_rows_of_the_population(running):
    number = create(running, 'any = [ { table = "TST.visit", where = "diagnosis = \'DE119\'" } ]', PERSON + VISIT)
    build(running, number)
    found = data(running, number, "visit", "SELECT * FROM t ORDER BY day")
    assert [row[2:5] for row in found] == [("2015-01-01", "DE110", "1.5"), ("2020-06-30", "DE119", "2.5")]
    assert data(running, number, "visit", "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM t)")[0] == ("pnr", "BIGINT")
    shown = {table["name"]: [c["name"] for c in table["columns"]] for table in running.json("project", "show", number)["tables"]}
    assert shown == {"person": ["pnr", "mother", "sex"], "visit": ["pnr", "id", "day", "diagnosis", "amount", "ydernr"]}


def test_period_includes_both_its_days(running):
    period = 'period = { variable = "day", from = 2015-01-01, to = 2020-12-31 }'
    number = create(running, EVERYBODY, VISIT.replace('period = { variable = "day", from = 2000-01-01, to = 2030-12-31 }', period))
    build(running, number)
    assert visits(running, number) == ["a", "b", "c", "f", "g", "h"]
    late = 'period = { variable = "seen", from = 2020-12-31, to = 2020-12-31 }'
    number = create(running, EVERYBODY, VISIT.replace('period = { variable = "day", from = 2000-01-01, to = 2030-12-31 }', late))
    build(running, number)
    assert visits(running, number) == ["c"], "the whole last day, also for a time of day"


def test_condition_of_a_grant(running):
    number = create(running, EVERYBODY, VISIT.replace('reason', 'where = "diagnosis LIKE \'DE1%\' AND NOT amount > 3"\nreason'))
    build(running, number)
    assert visits(running, number) == ["a", "b", "c"]


def test_children_reach_their_person_through_the_parent(running):
    everything = create(running, EVERYBODY, FINDING)
    build(running, everything)
    assert column(running, everything, "finding", "code") == ["x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8"], "x9 has no parent"
    some = create(running, 'any = [ { table = "TST.visit", where = "diagnosis = \'DI210\'" } ]', FINDING)
    build(running, some)
    assert column(running, some, "finding", "code") == ["x5"]


def test_a_child_keeps_to_the_period_of_its_granted_parent(running):
    visit = VISIT.replace("from = 2000-01-01, to = 2030-12-31", "from = 2020-01-01, to = 2020-12-31")
    number = create(running, EVERYBODY, visit + FINDING)
    build(running, number)
    assert column(running, number, "finding", "code") == ["x2", "x3", "x4", "x8"]
    own = FINDING.replace("reason", 'period = { variable = "day", from = 2021-01-01, to = 2021-12-31 }\nreason')
    number = create(running, EVERYBODY, visit + own)
    build(running, number)
    assert column(running, number, "finding", "code") == ["x5"]


def test_relatives_outside_the_population_are_blanked(running):
    number = create(running, 'any = [ { table = "TST.visit", where = "id IS NOT NULL AND diagnosis LIKE \'D%\'" } ]\n'
                             'none = [ { table = "TST.visit", where = "diagnosis = \'DE119\'" } ]')  # without person 1
    build(running, number)
    mothers = dict(data(running, number, "person", "SELECT sex || pnr, mother FROM t"))
    assert set(mothers.values()) == {None}, "1 is outside, 9 was never in any register"
    number = create(running, EVERYBODY)
    build(running, number)
    ones = [m for (m,) in data(running, number, "person", "SELECT mother FROM t WHERE mother IS NOT NULL")]
    assert len(ones) == 5, "mother 2 once, mother 1 four times; 9 is blank"
    assert set(ones) < {p for (p,) in data(running, number, "person", "SELECT pnr FROM t")}


def test_changed_numbers_are_one_person(running, mirror_pseudonym):
    number = create(running, EVERYBODY, PERSON + VISIT)
    build(running, number)
    links = population(running, number)
    assert links[mirror_pseudonym[8]] == links[mirror_pseudonym[18]] == links[mirror_pseudonym[28]]
    assert data(running, number, "visit", "SELECT count(DISTINCT pnr) FROM t WHERE day IN ('2016-02-29', '2018-02-28', '2020-02-29')") == [("1",)]
    assert data(running, number, "visit", "SELECT count(DISTINCT pnr) FROM t") == [("5",)]


def test_two_projects_share_no_pseudonym(running, mirror_pseudonym):
    first, second = create(running, EVERYBODY, PERSON + VISIT), create(running, EVERYBODY, PERSON + VISIT)
    build(running, first), build(running, second)
    for table, name in ("visit", "pnr"), ("visit", "ydernr"), ("visit", "id"), ("person", "pnr"), ("person", "mother"):
        one, other = (set(column(running, p, table, name) if name != "mother" else
                          [v for (v,) in data(running, p, table, "SELECT mother FROM t WHERE mother IS NOT NULL")]) for p in (first, second))
        assert one and len(one) == len(other) and not one & other, (table, name)
        assert not one & set(mirror_pseudonym.values())
    same = "SELECT day, pnr FROM t ORDER BY day"
    assert [r[0] for r in data(running, first, "visit", same)] == [r[0] for r in data(running, second, "visit", same)]
    assert all(a[1] != b[1] for a, b in zip(data(running, first, "visit", same), data(running, second, "visit", same)))


def test_record_keys_are_re_keyed_and_still_join(running):
    """Each key once in its project, children joined as in the register, the same after a refresh, in a range of its own."""
    number = create(running, EVERYBODY, VISIT + FINDING)
    build(running, number)
    assert data(running, number, "visit", "SELECT count(*), count(DISTINCT id) FROM t") == [("8", "8")]
    keys = {row[2]: row[1] for row in VISITS}
    days = dict(data(running, number, "visit", "SELECT id, day FROM t"))
    joined = sorted((keys[days[key]], code) for key, code in data(running, number, "finding", "SELECT visit_id, code FROM t"))
    assert joined == sorted(f for f in FINDINGS if f[0] != "none")
    assert all(36 ** 10 <= int(key) < 2 * 36 ** 10 < 2 ** 53 for key in days)
    build(running, number)
    assert dict(data(running, number, "visit", "SELECT id, day FROM t")) == days


def test_provider_numbers_are_re_keyed_one_to_one(running):
    number = create(running, EVERYBODY, VISIT)
    build(running, number)
    assert data(running, number, "visit", "SELECT count(DISTINCT ydernr) FROM t") == [("3",)]
    assert data(running, number, "visit", "SELECT count(DISTINCT ydernr) FROM t WHERE day IN ('2015-01-01', '2020-12-31', '2009-12-31', '2016-02-29')") == [("1",)]
    mirror = {v for (v,) in duck.table(running.path / "mirror" / "tst" / "visit", "SELECT ydernr FROM t")}
    assert not mirror & set(column(running, number, "visit", "ydernr"))


def test_building_twice_gives_the_same_rows_and_pseudonyms(running):
    number = create(running, EVERYBODY, VISIT)
    assert build(running, number)["version"] == 1
    first = sorted(data(running, number, "visit"))
    assert build(running, number)["version"] == 2
    assert sorted(data(running, number, "visit")) == first


# --- live, frozen, refresh


def test_live_follows_the_mirror_and_frozen_stays(fresh):
    frozen = FINDING.replace("reason", 'mode = "frozen"\nreason')
    number = create(fresh, EVERYBODY, VISIT + frozen)
    build(fresh, number)
    assert fresh.json("project", "refresh", number)["up_to_date"] is True
    deliver(fresh, "TST.finding", "visit_id,code\na,new\n")
    assert fresh.json("project", "refresh", number)["up_to_date"] is True, "nothing that the project reads has changed"
    deliver(fresh, "TST.visit", visit_rows([(6, "n", "2022-01-01", "", "DE110", "1", "")]))
    assert fresh.json("project", "refresh", number)["version"] == 2
    assert "n" in visits(fresh, number)
    assert "new" not in column(fresh, number, "finding", "code")
    deliver(fresh, "TST.visit", visit_rows([(6, "m", "2022-01-02", "", "DE110", "1", "")]), "--mode", "replace")
    fresh.json("project", "build", number)
    assert visits(fresh, number) == ["m"]
    assert "x1" in column(fresh, number, "finding", "code"), "its parents are frozen with it"


def test_refresh_all_reaches_every_open_project(fresh):
    numbers = [create(fresh, EVERYBODY) for _ in range(2)]
    for number in numbers:
        build(fresh, number)
    create(fresh, EVERYBODY)  # never built: left alone
    deliver(fresh, "TST.person", person_rows([(7, 1, "M", "02", None)]))
    fresh.fvm("project", "refresh", "--all")
    assert [fresh.json("project", "show", number)["version"] for number in numbers] == [2, 2]
    assert fresh.fvm("project", "refresh", check=False).returncode == 2


# --- the authority's own cohort


def test_supplied_numbers_are_encrypted_and_kept_nowhere(fresh):
    cohort = fresh.path.parent / "spec" / "cohort.csv"
    cohort.parent.mkdir()
    cohort.write_text("cpr;note\n" + "".join(f"{cpr(i)};x\n" for i in (1, 3, 18, 400)))
    file = cohort.parent / "spec.toml"
    file.write_text(specification("TST-2026-9001", 'supplied = "cohort.csv"', VISIT))
    assert fresh.json("project", "create", file)["supplied_persons"] == 4
    cohort.unlink()
    assert fresh.json("project", "build", "TST-2026-9001")["persons"] == 4
    assert visits(fresh, "TST-2026-9001") == ["a", "b", "d", "f", "g", "h"], "18 is the person who was 8"
    assert sorted(p.name for p in (fresh.path / "projects" / "TST-2026-9001" / "population").glob("supplied*")) == ["supplied.parquet", "supplied.pseudonyms"]
    for path in (fresh.path / "projects").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not any(cpr(i).encode() in content for i in (1, 3, 18, 400)), path


def test_a_bad_cohort_creates_nothing(fresh):
    folder = fresh.path.parent / "spec"
    folder.mkdir()
    (folder / "cohort.csv").write_text(f"{cpr(1)}\n12345\n")
    (folder / "spec.toml").write_text(specification("TST-2026-9002", 'supplied = "cohort.csv"', VISIT))
    done = fresh.fvm("project", "create", folder / "spec.toml", check=False)
    assert done.returncode == 2 and "Line 2" in done.stderr and "12345" not in done.stderr
    assert not (fresh.path / "projects" / "TST-2026-9002").exists()
    assert fresh.fvm("project", "show", "TST-2026-9002", check=False).returncode == 2


# --- bad specifications

GOOD = specification("TST-2026-8000", 'any = [ { table = "TST.visit", where = "diagnosis = \'x\'" } ]', VISIT)


@pytest.mark.parametrize("old, new, code, place, words", [
    ("TST-2026-8000", "8000", 2, "2:10", "FVM-2026-0017"),
    ('"29189846"', '"2918984"', 2, "4:44", "eight digits"),
    ("to = 2099-12-31", "to = 2021-12-31", 1, "5:35", "ended on 2021-12-31"),
    ("from = 2020-01-01", "from = 2098-01-01", 1, "5:18", "begins on 2098-01-01"),
    ("from = 2020-01-01, to = 2099-12-31", "from = 2024-01-01, to = 2021-12-31", 2, "5:18", "is after"),
    ('"TST.visit", where', '"TST.visits", where', 2, "7:19", 'Did you mean "TST.visit"?'),
    ("diagnosis = 'x'", "diagnosys = 'x'", 2, "7:41", 'Did you mean "diagnosis"?'),
    ("diagnosis = 'x'", "lenght(diagnosis) = 3", 2, "7:41", 'Did you mean "length"?'),
    ("diagnosis = 'x'", "diagnosis = 'x' OR pnr = '0101801137'", 1, "7:60", "IS NULL"),
    ("diagnosis = 'x'", "diagnosis = 'x'; DROP TABLE t", 2, "7:56", "does not belong here"),
    ("diagnosis = 'x'", "diagnosis IN (SELECT 1)", 2, "7:55", "does not belong here"),
    ("diagnosis = 'x'", "read_text('/etc/passwd') = 'x'", 2, "7:41", "cannot be used"),
    ("diagnosis = 'x'", "internal = 'x'", 1, "7:41", "may not be granted"),
    ('"ydernr"', '"yderno"', 2, "10:57", 'Did you mean "ydernr"?'),
    ('"ydernr"', '"internal"', 1, "10:57", "may not be granted"),
    ("variables = [", "variabel = [", 2, "10:1", 'Did you mean "variables"?'),
    ('period = { variable = "day", from = 2000-01-01, to = 2030-12-31 }\n', "", 1, "8:1", 'period.variable = "day"'),
    ("from = 2000-01-01", "from = 2031-01-01", 2, "11:37", "is after"),
    ('variable = "day"', 'variable = "dag"', 2, "11:23", 'Did you mean "day"?'),
    ('reason = "Visits."', 'reason = " "', 1, "12:10", "no reason"),
    ('reason = "Visits."', 'reason = "x"\nmode = "frosen"', 2, "13:8", 'Did you mean "frozen"?'),
    ("[population]", "[populations]", 2, "6:2", 'Did you mean "population"?'),
    ('any = [ { table = "TST.visit", where = "diagnosis = \'x\'" } ]', "", 1, "6:1", "not limited"),
    ('any = [ { table = "TST.visit", where = "diagnosis = \'x\'" } ]', 'supplied = "no.csv"', 2, "7:12", "does not lie beside"),
])
def test_a_bad_specification_creates_nothing(running, old, new, code, place, words):
    assert old in GOOD
    file = running.path / "inbox" / "bad.toml"
    file.write_text(GOOD.replace(old, new, 1))
    before = sorted(str(p) for p in (running.path / "projects").rglob("*")), sorted((running.path / "keys").iterdir())
    done = running.fvm("project", "create", file, check=False)
    assert done.returncode == code, done.stderr
    lines = [line for line in done.stderr.splitlines() if line.startswith(f"{file}:{place}: ")]
    assert lines and words in lines[0], done.stderr
    assert (sorted(str(p) for p in (running.path / "projects").rglob("*")), sorted((running.path / "keys").iterdir())) == before
    assert running.fvm("project", "show", "TST-2026-8000", check=False).returncode == 2


def test_findings_as_json_and_in_danish(running):
    file = running.path / "inbox" / "bad.toml"
    file.write_text(GOOD.replace("diagnosis = 'x'", "diagnosys = 'x'").replace('"ydernr"', '"internal"'))
    done = running.fvm("--json", "project", "create", file, check=False)
    found = json.loads(done.stdout)["findings"]
    assert [f["code"] for f in found] == ["condition.unknown_variable", "project.not_grantable"] and done.returncode == 2
    assert found[0]["facts"]["suggestion"] == "diagnosis"
    running.environment["FVM_LANG"] = "da"
    try:
        assert "Mente du" in running.fvm("project", "create", file, check=False).stderr
    finally:
        running.environment["FVM_LANG"] = "en"


def test_a_number_is_given_once(running):
    number = create(running, EVERYBODY)
    file = running.path / "inbox" / f"{number}.toml"
    assert running.json("project", "create", file)["already"] is True
    file.write_text(specification(number, EVERYBODY, PERSON + VISIT))
    done = running.fvm("project", "create", file, check=False)
    assert done.returncode == 1 and "exists already" in done.stderr
    assert running.fvm("project", "build", "TST-2026-0000", check=False).returncode == 2


def test_a_table_that_was_never_delivered(running):
    catalogue = running.path / "inbox" / "projects.toml"
    number = create(running, EVERYBODY, PERSON)
    more = catalogue.read_text() + '\n[[table]]\nregister = "TST"\nname = "later"\nperson = "pnr"\nvariables = [ { name = "pnr", class = "person", required = true } ]\n'
    file = running.path / "inbox" / "more.toml"
    file.write_text(more)
    running.fvm("catalogue", "import", file)
    number = create(running, EVERYBODY, '[[grant]]\ntable = "TST.later"\nvariables = ["pnr"]\nreason = "x"\n')
    done = running.fvm("project", "build", number, check=False)
    running.fvm("catalogue", "import", catalogue)
    assert done.returncode == 1 and "TST.later" in done.stderr


# --- real input


def test_osdc_edge_cases(tmp_path):
    """The eleven tables of the OSDC edge cases: everyone who bought diabetes medicine twice or has a diabetes diagnosis."""
    source = SHARED / "osdc-edge-cases"
    if not source.exists():
        pytest.skip("the shared data are not beside this checkout")
    tables = {"BEF.bef": "bef", "LMDB.lmdb": "lmdb", "LPR3F.kontakter": "lpr3f_kontakter", "LPR3F.diagnoser": "lpr3f_diagnoser"}
    with Instance(tmp_path / "i") as instance:
        instance.fvm("catalogue", "import", ROOT / "tests" / "functional" / "osdc.toml")
        raw = {}
        for table, name in tables.items():
            instance.fvm("deliver", table, source / f"{name}.csv")
            lines = [line.split(",") for line in (source / f"{name}.csv").read_text().splitlines()]
            raw[name] = [dict(zip(lines[0], line)) for line in lines[1:]]
        bought = [row["pnr"] for row in raw["lmdb"] if row["atc"].startswith("A10")]
        contact = {row["dw_ek_kontakt"]: row["pnr"] for row in raw["lpr3f_kontakter"]}
        expected = {p for p in bought if bought.count(p) >= 2} | {
            contact[row["dw_ek_kontakt"]] for row in raw["lpr3f_diagnoser"]
            if row["diagnosekode"].startswith("DE10") and row["dw_ek_kontakt"] in contact}
        (tmp_path / "s.toml").write_text(specification(
            "TST-2026-5000",
            'any = [ { table = "LMDB.lmdb", where = "atc LIKE \'A10%\'", at_least = 2 },\n'
            '        { table = "LPR3F.diagnoser", where = "diagnosekode LIKE \'DE10%\'" } ]',
            '[[grant]]\ntable = "BEF.bef"\nvariables = ["pnr", "koen", "foed_dato"]\nreason = "x"\n'
            '[[grant]]\ntable = "LPR3F.diagnoser"\nvariables = ["dw_ek_kontakt", "diagnosekode"]\nreason = "x"\n'
            '[[grant]]\ntable = "LMDB.lmdb"\nvariables = ["pnr", "atc", "eksd"]\n'
            'period = { variable = "eksd", from = 1900-01-01, to = 2100-01-01 }\nreason = "x"\n'))
        instance.fvm("project", "create", tmp_path / "s.toml")
        assert instance.json("project", "build", "TST-2026-5000")["persons"] == len(expected)
        folder = instance.path / "projects" / "TST-2026-5000" / "data"
        born = sorted(row["foed_dato"] for row in raw["bef"] if row["pnr"] in expected)
        assert sorted(v for (v,) in duck.table(folder / "bef" / "bef", "SELECT foed_dato FROM t")) == born
        codes = sorted(row["diagnosekode"] for row in raw["lpr3f_diagnoser"] if contact.get(row["dw_ek_kontakt"]) in expected)
        assert sorted(v for (v,) in duck.table(folder / "lpr3f" / "diagnoser", "SELECT diagnosekode FROM t")) == codes
        assert len(duck.table(folder / "lmdb" / "lmdb")) == len([row for row in raw["lmdb"] if row["pnr"] in expected])
