"""Populations with dates and order, cohorts, controls: the examples of docs/access-specification.md on a small mirror.

Visits by person (support/projects.py): 1: 2015-01-01 DE110, 2020-06-30 DE119. 2: 2020-12-31 DE110. 3: 2021-01-01 DI210.
4: 2009-12-31 DE100. 8 (later 18, then 28): 2016-02-29 DE110, 2018-02-28 DE110, 2020-02-29 DZ000.
"""
import re

import pytest

from support import duck
from support.deliveries import cpr
from support.instance import ROOT
from support.projects import EVERYBODY, PERSON, VISIT, VISITS, build, create, data, deliver, filled, person_rows, specification

OWN = '[[grant]]\ntable = "PROJECT.population"\nvariables = ["person", "role", "cohort", "index_date", "match_set"]\nreason = "Who."\n'


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with filled(tmp_path_factory.mktemp("population") / "i") as instance:
        yield instance


def event(name, table="visit", **more):
    lines = {"name": f'"{name}"', "table": f'"TST.{table}"', **more}
    return "[[population.event]]\n" + "".join(f"{key} = {value}\n" for key, value in lines.items())


def index_days(instance, number):
    """The index dates of the population, sorted: they tell who it is."""
    return sorted(day for (day,) in duck.table(instance.path / "projects" / number / "data" / "project" / "population", "SELECT index_date FROM t"))


DE11 = '"diagnosis LIKE \'DE11%\'"'


@pytest.mark.parametrize("population, days", [
    (event("a", where=DE11), ["2015-01-01", "2016-02-29", "2020-12-31"]),
    (event("a", where=DE11, pick='"last"'), ["2018-02-28", "2020-06-30", "2020-12-31"]),
    (event("a", where=DE11, at_least=2), ["2015-01-01", "2016-02-29"]),
    (event("a", where=DE11, at_least=2, to="2018-02-28"), ["2016-02-29"]),
    (event("x", where=DE11) + event("a", after='"x"'), ["2018-02-28", "2020-06-30"]),
    (event("x", where=DE11) + event("a", after='"x"', within_days=730), ["2018-02-28"]),
    (event("x", where=DE11) + event("a", after='"x"', within_days=729), None),
    (event("x", where=DE11) + event("a", after='"x"', from_days=731), ["2020-02-29", "2020-06-30"]),
    (event("x", where=DE11) + event("a", after='"x"', from_days=0, pick='"last"'), ["2020-02-29", "2020-06-30", "2020-12-31"]),
    (event("x", where=DE11, pick='"any"') + event("a", where='"diagnosis NOT LIKE \'DE11%\'"', after='"x"', within_days=731), ["2020-02-29"]),
    (event("a", pick='"last"') + event("b", before='"a"', pick='"none"'), ["2009-12-31", "2020-12-31", "2021-01-01"]),
    (event("a", pick='"last"') + event("b", before='"a"', pick='"none"', at_least=2), ["2009-12-31", "2020-06-30", "2020-12-31", "2021-01-01"]),
    (event("x", "finding", where='"code = \'x5\'"') + event("a", after='"x"', from_days=0), ["2021-01-01"]),
    (event("a", "finding", where='"code IN (\'x2\', \'x3\')"', at_least=2), ["2020-06-30"]),
    (event("x", where=DE11) + event("z", pick='"last"') +
     event("a", after='{ event = "x", from_days = 1 }', before='{ event = "z", within_days = 800 }'), ["2018-02-28"]),
])
def test_events(running, population, days):
    number = create(running, 'index = "a"\n' + population, PERSON + OWN)
    if days is None:
        done = running.fvm("project", "build", number, check=False)
        assert done.returncode == 1 and "No person meets the criteria" in done.stderr
    else:
        assert build(running, number)["persons"] == len(days)
        assert index_days(running, number) == days


def test_rows_around_the_index_date(running):
    """Person 8's index is 2018-02-28; two years before it and exactly two years and a day after it there is a visit."""
    index = 'index = "a"\n' + event("a", where=DE11, pick='"last"', to="2019-01-01")
    wide = VISIT.replace("to = 2030-12-31", "to = 2030-12-31, from_days = -730, to_days = 731")
    number = create(running, index, wide)
    build(running, number)
    assert sorted(day for (day,) in data(running, number, "visit", "SELECT day FROM t")) == ["2015-01-01", "2016-02-29", "2018-02-28", "2020-02-29"]
    number = create(running, index, wide.replace("-730", "-729").replace("731", "730"))
    build(running, number)
    assert sorted(day for (day,) in data(running, number, "visit", "SELECT day FROM t")) == ["2015-01-01", "2018-02-28"]


def test_every_function_of_the_language_runs(running):
    """The manual lists them; each is asked for here, so each is known to the engine with the types that we allow."""
    where = (
        "upper(diagnosis) = 'X' OR lower(diagnosis) = 'x' OR trim(diagnosis) = ltrim(rtrim(diagnosis)) AND substr(diagnosis, 1, 2) = substring(diagnosis, 1)"
        " OR left(diagnosis, 1) = right(diagnosis, 1) OR replace(diagnosis, 'D', '') = concat(diagnosis, 'x') OR length(diagnosis) > 2"
        " OR starts_with(diagnosis, 'D') OR ends_with(diagnosis, '0') OR contains(diagnosis, 'E')"
        " OR year(day) + quarter(seen) + month(day) + week(day) + day(day) + isodow(day) > 1 OR last_day(day) = last_day(seen)"
        " OR date_trunc('month', seen) = date_trunc('month', day) OR date_diff('month', day, seen) = date_sub('year', seen, day)"
        " OR abs(amount) + round(amount) + floor(amount) + ceil(amount) > 1 OR greatest(amount, 1) = least(2.5, amount) OR nullif(amount, 1) = coalesce(amount, 2)"
        " OR day + INTERVAL '1' DAY - INTERVAL '2' WEEK < seen + INTERVAL '3' MONTH - INTERVAL '4' YEAR OR day - DATE '2020-01-01' > 3 OR day + 3 < seen"
        " OR TRY_CAST(diagnosis AS INTEGER) = 1 OR TRY_CAST(replace(diagnosis, ',', '.') AS DECIMAL) > 1.5 OR TRY_CAST(diagnosis AS DATE) = day"
        " OR CASE WHEN amount > 2 THEN 'a' WHEN diagnosis IS NULL THEN 'b' ELSE 'c' END NOT IN ('a', 'b') OR amount / 0 > 1 OR amount % 0 = 1")
    manual = (ROOT / "docs" / "access-specification.md").read_text()
    table = manual[manual.index("| function | gives |"):]
    for name in re.findall(r"`([a-z_]+)", "\n".join(line.split("|")[1] for line in table.splitlines() if line.startswith("| `"))):
        assert re.search(rf"\b{name}\(", where) or name in ("length", "part"), name
    number = create(running, EVERYBODY, VISIT.replace("reason", f'where = "{where}"\nreason'))
    build(running, number)
    assert len(data(running, number, "visit")) == len(VISITS)


def test_cohorts_with_dates_groups_and_unknown_persons(running):
    inbox = running.path / "inbox"
    (inbox / "one.csv").write_text(f"cpr;dato\n{cpr(1)};2019-06-01\n{cpr(8)};01-02-2017\n{cpr(8)};01-02-2017\n{cpr(2)};2020-01-01\n")
    (inbox / "two.csv").write_text(f"{cpr(1)}\n{cpr(3)}\n{cpr(77)}\n")
    text = ('index = "one"\n[[population.cohort]]\nname = "one"\nfile = "one.csv"\ndate = "dato"\n'
            '[[population.cohort]]\nname = "two"\nfile = "two.csv"\n')
    number = "TST-2026-7001"
    (inbox / "c.toml").write_text(specification(number, text, PERSON + OWN))
    created = running.json("project", "create", inbox / "c.toml")
    assert (created["supplied_lines"], created["supplied_persons"], created["supplied_duplicates"]) == (7, 5, 1)
    built = build(running, number)
    assert (built["persons"], built["supplied_unknown"]) == (3, 1), "3 and 77 have no date"
    found = duck.table(running.path / "projects" / number / "data" / "project" / "population", "SELECT index_date, cohort, role FROM t ORDER BY 1")
    assert found == [("2017-02-01", "one", "case"), ("2019-06-01", "one,two", "case"), ("2020-01-01", "one", "case")]


def test_bad_lines_of_a_cohort_are_named_and_nothing_is_left(running):
    inbox = running.path / "inbox"
    (inbox / "bad.csv").write_text(f"cpr\n{cpr(1)}\n1234\n{cpr(2)}\nabc\n")
    (inbox / "b.toml").write_text(specification("TST-2026-7002", 'supplied = "bad.csv"'))
    done = running.fvm("project", "create", inbox / "b.toml", check=False)
    assert done.returncode == 2 and "lines 3, 5" in done.stderr and "1234" not in done.stderr
    assert not (running.path / "projects" / "TST-2026-7002").exists()


# --- controls


@pytest.fixture
def many(tmp_path):
    """200 persons, of whom 20 have a visit; sex and status as strata."""
    with filled(tmp_path / "i") as instance:
        deliver(instance, "TST.person", person_rows([(i, None, "MF"[i % 2], "01" if i % 10 else "90", None) for i in range(1, 201)]), "--mode", "replace")
        deliver(instance, "TST.visit", "pnr,id,day,seen,diagnosis,amount,ydernr,internal\n" + "".join(
            f"{cpr(i)},v{i},2020-01-{i:02},,DE110,1,000123,z\n" for i in range(1, 21)), "--mode", "replace")
        yield instance


CONTROLS = ('index = "a"\n' + event("a") + '[population.controls]\nper_case = 3\ntable = "TST.person"\nwhere = "status = \'01\'"\n'
            'match = [ { variable = "sex" } ]\n')


def sets(instance, number):
    """case -> its controls, and everybody's (sex, index date)."""
    folder = instance.path / "projects" / number / "data"
    sex = dict(duck.table(folder / "tst" / "person", "SELECT pnr, sex FROM t"))
    rows = duck.table(folder / "project" / "population", "SELECT person, role, index_date, match_set FROM t")
    facts = {person: (sex[person], day) for person, _, day, _ in rows}
    cases = {person: set() for person, role, _, own in rows if role == "case" and own == person}
    for person, role, _, case in rows:
        if role == "control":
            cases[case].add(person)
    assert len(rows) == len(cases) + sum(map(len, cases.values())), "each person once"
    return cases, facts


def test_controls_are_alike_once_and_the_same_again(many):
    number = create(many, CONTROLS, PERSON + OWN)
    built = build(many, number)
    cases, facts = sets(many, number)
    assert (built["persons"], built["controls"], built["cases_short"]) == (80, 60, 0)
    assert len(cases) == 20 and all(len(controls) == 3 for controls in cases.values())
    assert all(facts[control] == facts[case] for case, controls in cases.items() for control in controls), "sex, and the case's index date"
    build(many, number)
    assert sets(many, number) == (cases, facts)
    other = create(many, CONTROLS, PERSON + OWN)
    build(many, other)
    assert not set(sets(many, other)[0]) & set(cases)


def test_one_case_more_moves_few_controls(many):
    number = create(many, CONTROLS, PERSON + OWN)
    build(many, number)
    before, _ = sets(many, number)
    deliver(many, "TST.visit", f"pnr,id,day,seen,diagnosis,amount,ydernr,internal\n{cpr(50)},v50,2020-02-01,,DE110,1,000123,z\n")
    build(many, number)
    after, _ = sets(many, number)
    assert len(after) == 21
    moved = sum(len(controls - after[case]) for case, controls in before.items())
    assert moved <= 30, "pairing by rank moves nearly all of 60"
    assert set().union(*before.values()) - set().union(*after.values()) <= set(after), "a control of before is one still, or is the new case"


def test_too_few_candidates_are_shared_and_told(many):
    few = CONTROLS.replace("per_case = 3", "per_case = 50").replace("status = '01'", "status = '90' OR sex = 'F'")
    number = create(many, few, PERSON + OWN)
    built = build(many, number)
    cases, facts = sets(many, number)
    assert built["cases_short"] == 20 and built["persons"] == 20 + built["controls"]
    for sex in "MF":
        got = [len(controls) for case, controls in cases.items() if facts[case][0] == sex]
        assert max(got) - min(got) <= 1
    assert built["controls"] == 108, "status 90 (all M) 20 less 2 cases; F 100 less 10 cases"


def test_who_meets_none_of_the_controls_is_never_one(many):
    number = create(many, CONTROLS.replace("per_case = 3", "per_case = 100") + 'none = [ { table = "TST.person", where = "sex = \'M\'" } ]\n', PERSON + OWN)
    build(many, number)
    cases, facts = sets(many, number)
    assert all(not controls for case, controls in cases.items() if facts[case][0] == "M")
    assert sum(map(len, cases.values())) == 90
