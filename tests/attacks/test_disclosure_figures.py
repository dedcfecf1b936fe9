"""Attacks by figures, limits and words on the whole path (SQL to published table). The control of each: the same attacker on the same question answered
by plain SQL, where he must find what he wants.
"""
import collections
import json

import pytest

from support.asking import Asker, Pair, tell
from support.instance import Instance
from support.tables import Tables

# number, kommune, region, sex, kroner
PEOPLE = [(n, "101", "084", "K" if n % 2 else "M", 100 + n) for n in range(1, 31)]
PEOPLE += [(100 + n, "102", "084", "K" if n < 3 else "M", 200 + n) for n in range(23)]  # three women of 102
PEOPLE += [(200 + n, "103", "085", "M", 50) for n in range(20)] + [(299, "103", "085", "M", 990_000)]  # one has it all
PEOPLE += [(300 + n, "104", "085", "K", 70) for n in range(9)]  # 104 are all women
SEXES = ("kommune", "koen")
FEW = range(1, 5)


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with Instance(tmp_path_factory.mktemp("figures") / "i") as instance:
        yield Tables(instance, PEOPLE)


@pytest.fixture
def pair(running):
    return Pair(Asker(running), PEOPLE)


def rest(told, code):
    """What the totals leave for one kommune, as (persons, figure); a figure is what adds up."""
    others = [cell for (other,), cell in told.items() if other not in (code, "Total")]
    if ("Total",) not in told or len(others) < len({p[1] for p in PEOPLE}) - 1:
        return []
    parts = [told["Total",], *others]
    return [tuple(None if None in column else column[0] - sum(column[1:]) for column in zip(*parts))]


@pytest.mark.parametrize("what, figure, count", [
    ("mean", "K", lambda whole, mean: whole * mean), ("mean", "M", lambda whole, mean: whole * (1 - mean)), ("sum", "K", lambda whole, total: total)],
    ids=["unrounded percentages", "percentage of the others", "sum of an indicator"])
def test_counts_in_disguise(pair, record_property, request, what, figure, count):
    """A share is the mean of noughts and ones: 3 of 23 women, with all digits."""
    sql = f"SELECT pnr, kommune, (koen = '{figure}')::INTEGER AS noget FROM bef.person"
    told, plain = pair.both(f"--{what}", "noget", sql=sql, figure=f"{what} of noget", counts=True)
    attack = lambda cells: [code for code, (whole, value) in cells.items() if value is not None and round(count(whole, value)) in FEW]
    tell(record_property, request.node.callspec.id, attack(plain), attack(told))


def test_sum_of_which_only_few_have_anything(pair, record_property):
    """Three of 23 have a debt: what they owe together is a number of three persons."""
    sql = "SELECT pnr, kommune, CASE WHEN kommune <> '102' THEN beloeb WHEN koen = 'K' THEN beloeb ELSE 0 END AS gaeld FROM bef.person"
    told, plain = pair.both("--sum", "gaeld", sql=sql, figure="sum of gaeld")
    attack = lambda cells: [total for _, total in [cells.get(("102",), (0, None)), *rest(cells, "102")] if total == 200 + 201 + 202]
    tell(record_property, "sum of which only few have anything", attack(plain), attack(told))


def test_dominance(pair, record_property):
    """One of 103 has nearly all: its sum is his income."""
    told, plain = pair.both("--sum", "beloeb", figure="sum of beloeb")
    near = lambda total: total is not None and abs(total - 990_000) < 0.1 * 990_000
    attack = lambda cells: [total for _, total in [cells.get(("103",), (0, None)), *rest(cells, "103")] if near(total)]
    tell(record_property, "dominance", attack(plain), attack(told))


def step(value):
    """To what the number was rounded, at most."""
    return max((f * 10 ** k for k in range(-2, 8) for f in (1, 2, 5) if abs(value / (f * 10 ** k) - round(value / (f * 10 ** k))) < 1e-9), default=1)


@pytest.mark.parametrize("figure, words", [("percentile 99.9 of beloeb", ("--percentile", "99.9:beloeb")), ("percentile 0.1 of beloeb", ("--percentile", "0.1:beloeb")),
                                           ("median of beloeb", ("--median", "beloeb"))])
def test_percentiles_and_extremes(pair, record_property, figure, words):
    """A number that is fewer than five persons' own: nobody else of the cell would be told as the same."""
    told, plain = pair.both(*words, figure=figure)
    alike = lambda code, value: sum(abs(p[4] - value) <= step(value) / 2 for p in PEOPLE if code in ("Total", p[1]))
    attack = lambda cells: [code for (code,), (_, value) in cells.items() if value and alike(code, value) in FEW]
    tell(record_property, f"percentiles and extremes: {figure}", attack(plain), attack(told))


def test_saturated_model(pair, record_property):
    """Means for all combinations of the factors are a table; three women's mean times three is their sum."""
    told, plain = pair.both("--mean", "beloeb", by=SEXES, figure="mean of beloeb")

    def attack(cells):
        sums = {code: whole * mean for code, (whole, mean) in cells.items() if mean is not None}
        difference = sums.get(("102", "Total"), 0) - sums.get(("102", "M"), 0)
        return [value for value in (sums.get(("102", "K")), difference) if value and round(value) == 200 + 201 + 202]
    tell(record_property, "saturated model", attack(plain), attack(told))


def differ_by_few(first, second):
    return [code for code, (value, _) in second.items() if code in first and abs(first[code][0] - value) in FEW]


@pytest.mark.parametrize("form", ["limit", "rank", "except the first"])
def test_selection_by_rank_or_limit(pair, record_property, form):
    """All but the richest, and all: the difference is one person's municipality."""
    rows = {"limit": f"SELECT * FROM bef.person ORDER BY beloeb DESC LIMIT {len(PEOPLE) - 1}",
            "rank": f"SELECT * FROM (SELECT *, row_number() OVER (ORDER BY beloeb DESC) AS place FROM bef.person) WHERE place <= {len(PEOPLE) - 1}",
            "except the first": "SELECT * FROM bef.person WHERE beloeb < (SELECT max(beloeb) FROM bef.person)"}[form]
    everybody, fewer = pair.both(), pair.both(sql=rows)
    told, plain = (differ_by_few(*answers) for answers in zip(everybody, fewer))
    tell(record_property, f"selection by rank or limit: {form}", plain, told)


def test_duplicates(pair, record_property):
    """Rows twice are persons once: who has two rows does not stand out. The control counts rows."""
    twice = "SELECT * FROM bef.person UNION ALL SELECT * FROM bef.person WHERE kommune = '102' AND koen = 'K'"
    told, plain = zip(pair.both(), pair.both(sql=twice))
    rows = pair.plain.cells(twice, count="sum(n)")
    tell(record_property, "duplicates", differ_by_few(plain[0], rows), differ_by_few(*told))


def test_hundred_percent_but_few(pair, record_property):
    """Nearly all of a kommune are of one sex: how few are not must not be told."""
    told, plain = pair.both(by=SEXES)

    def attack(cells):
        shown = [code for code, (value, _) in cells.items() if value in FEW]
        return shown + [k for (k, sex), (value, _) in cells.items() if sex == "Total" and (k, "M") in cells and value - cells[k, "M"][0] in FEW]
    tell(record_property, "nearly 100 % of a group", attack(plain), attack(told))


def test_missing_values_are_a_cell(pair, record_property):
    """Three whose sex is made missing are the difference between known and all."""
    sql = "SELECT pnr, kommune, CASE WHEN NOT (kommune = '102' AND koen = 'K') THEN koen END AS koen FROM bef.person"
    told, plain = pair.both(by=SEXES, sql=sql)
    there = collections.defaultdict(set)
    for kommune, sex in plain:
        there[kommune].add(sex)

    def attack(cells):
        known = {k: sum(cells.get((k, sex), (float("nan"),))[0] for sex in there[k] & {"K", "M"}) for (k, total) in cells if total == "Total"}
        return [kommune for kommune, value in known.items() if cells[kommune, "Total"][0] - value in FEW]
    tell(record_property, "missing values", attack(plain), attack(told))


@pytest.mark.parametrize("words", [("--rows", "kommune", "--sum", "gaeld"), ("--rows", "kommune,nope"), ("--rows", "kommune", "--mean", "hul")])
def test_error_messages_that_count(pair, record_property, words):
    """The same refusal whether two or four are the reason. The control: DuckDB's own words for a query that fails on the same rows."""
    told, plain = set(), set()
    for many in (2, 4):
        some = f"pnr IN (SELECT pnr FROM bef.person WHERE kommune = '102' ORDER BY pnr LIMIT {many})"
        sql = f"SELECT pnr, kommune, CASE WHEN {some} THEN -1 ELSE 1 END AS gaeld, CASE WHEN NOT {some} THEN 1 END AS hul FROM bef.person"
        done = pair.asker.run(*words, sql=sql)
        assert done.returncode != 0
        told.add((done.returncode, json.loads(done.stdout)["error"], json.loads(done.stdout)["message"]))
        with pytest.raises(ValueError) as error:
            pair.plain.rows(f"SELECT ('negative: ' || count(*) FILTER (gaeld < 0))::INTEGER FROM ({sql})")
        plain.add(str(error.value))
    attack = lambda texts: sorted(texts)[1:]
    tell(record_property, f"error messages that count: {' '.join(words[2:]) or 'unknown column'}", attack(plain), attack(told))
