"""Attacks by figures, limits and words on the whole path (SQL to published table), each with its control: the same question answered by
plain counting, where the attacker finds what he wants. One institution for each attack, so that they do not meet in a ledger.
"""
import collections
import copy
import itertools
import json

import pytest

from support.instance import Instance
from support.tables import Tables

# number, kommune, region, sex, kroner
PEOPLE = [(n, "101", "084", "K" if n % 2 else "M", 100 + n) for n in range(1, 31)]
PEOPLE += [(100 + n, "102", "084", "K" if n < 3 else "M", 200 + n) for n in range(23)]  # three women of 102
PEOPLE += [(200 + n, "103", "085", "M", 50) for n in range(20)] + [(299, "103", "085", "M", 990_000)]  # one has it all
PEOPLE += [(300 + n, "104", "085", "K", 70) for n in range(9)]  # 104 are all women
VICTIMS = 3
NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with Instance(tmp_path_factory.mktemp("figures") / "i") as instance:
        yield Tables(instance, PEOPLE)


class Asker:
    """An institution of its own with one project."""

    def __init__(self, tables):
        self.tables, number = tables, next(NUMBERS)
        self.number = number
        self.user, self.project, name = f"user{number}", f"TST-2026-8{number:03}", f"Kommune {number}"
        cvr = next(c for c in map(str, range(30_000_000 + 97 * number, 31_000_000)) if valid(c))
        tables.institution(name, cvr, self.user)
        tables.project(self.project, user=self.user, cvr=cvr, name=name)
        self.institution = {"cvr": cvr, "name": name}

    def sister(self):
        """Another project of the same institution and user."""
        other = copy.copy(self)
        other.project = f"TST-2026-7{self.number:03}"
        self.tables.project(other.project, user=self.user, **self.institution)
        return other

    def cells(self, *words, by=("kommune",), figure=None, **more):
        """{codes: (persons, figure)} of what is told."""
        table = self.tables.table(*words, project=self.project, user=self.user, **more)
        return {tuple(c[d] for d in by): (c["persons"], c.get(figure) if figure else None) for c in table["cells"] if c["status"] == "open"}

    def cells_or_refusal(self, *words, **more):
        """The same; nothing when the question itself is refused as a count in disguise."""
        done = self.run(*words, sql=more["sql"])
        if done.returncode != 0:
            assert json.loads(done.stdout)["error"] == "table.measure_counts", done.stdout
            return {}
        return self.cells(*words, **more)

    def run(self, *words, **more):
        return self.tables.run(*words, project=self.project, user=self.user, **more)


def valid(cvr):
    return sum(int(d) * w for d, w in zip(cvr, (2, 7, 6, 5, 4, 3, 2, 1))) % 11 == 0


@pytest.fixture
def asker(running):
    return Asker(running)


def tell(record_property, attack, control, found):
    for name, value in (("attack", attack), ("control", "yes" if control else "no"), ("exact", found), ("interval", 0), ("below", 0), ("checked", 0)):
        record_property(name, value)
    assert control, "the control must find it"
    assert found == 0


def count(condition=lambda p: True, key=lambda p: p[1]):
    return collections.Counter(key(p) for p in PEOPLE if condition(p))


def test_unrounded_percentages(asker, record_property):
    """A share is the mean of noughts and ones: 3 of 23 women, with all digits."""
    share = lambda whole, mean: whole * mean
    naive = share(23, 3 / 23)
    told = asker.cells_or_refusal("--rows", "kommune", "--mean", "kvinde", figure="mean of kvinde", sql="SELECT pnr, kommune, (koen = 'K')::INTEGER AS kvinde FROM bef.person")
    found = [code for code, (whole, mean) in told.items() if mean is not None and 0 < round(share(whole, mean)) < 5]
    tell(record_property, "unrounded percentages", round(naive) == VICTIMS, len(found))


def test_percentage_of_the_others(asker, record_property):
    told = asker.cells_or_refusal("--rows", "kommune", "--mean", "mand", figure="mean of mand", sql="SELECT pnr, kommune, (koen = 'M')::INTEGER AS mand FROM bef.person")
    found = [code for code, (whole, mean) in told.items() if mean is not None and 0 < round(whole * (1 - mean)) < 5]
    tell(record_property, "percentage of the others", round(23 * (1 - 20 / 23)) == VICTIMS, len(found))


def test_sum_of_an_indicator(asker, record_property):
    told = asker.cells_or_refusal("--rows", "kommune", "--sum", "kvinde", figure="sum of kvinde", sql="SELECT pnr, kommune, (koen = 'K')::INTEGER AS kvinde FROM bef.person")
    found = [code for code, (_, total) in told.items() if total is not None and 0 < total < 5]
    tell(record_property, "sum of an indicator", count(lambda p: p[3] == "K")["102"] == VICTIMS, len(found))


def test_sum_of_which_only_few_have_anything(asker, record_property):
    """Three of 23 have a debt: what they owe together is a number of three persons."""
    sql = "SELECT pnr, kommune, CASE WHEN kommune <> '102' THEN beloeb WHEN koen = 'K' THEN beloeb ELSE 0 END AS gaeld FROM bef.person"
    told = asker.cells("--rows", "kommune", "--sum", "gaeld", figure="sum of gaeld", sql=sql)
    naive = sum(p[4] for p in PEOPLE if p[1] == "102" and p[3] == "K")
    rest = {code: total for (code,), (_, total) in told.items() if total is not None}
    found = [code for code in rest if code == "102"]
    if "Total" in rest and set(rest) >= {"101", "103", "104"}:
        found.append("Total less the others")
    tell(record_property, "sum of which only few have anything", naive == 200 + 201 + 202, len(found))


def test_dominance(asker, record_property):
    """One of 103 has nearly all: its sum is his income."""
    told = asker.cells("--rows", "kommune", "--sum", "beloeb", figure="sum of beloeb")
    near = lambda total: total is not None and abs(total - 990_000) < 0.1 * 990_000
    found = [code for code, (_, total) in told.items() if near(total)]
    whole = [total for code, (_, total) in told.items() if code == ("Total",) and total is not None]
    rest = sum(total for code, (_, total) in told.items() if code != ("Total",) and total is not None)
    found += [total for total in whole if near(total - rest)]
    tell(record_property, "dominance", near(sum(p[4] for p in PEOPLE if p[1] == "103")), len(found))


@pytest.mark.parametrize("figure, words", [("percentile 99.9 of beloeb", ("--percentile", "99.9:beloeb")), ("percentile 0.1 of beloeb", ("--percentile", "0.1:beloeb")),
                                           ("median of beloeb", ("--median", "beloeb"))])
def test_percentiles_and_extremes(asker, record_property, figure, words):
    """A number that is one person's own."""
    owners = collections.Counter(p[4] for p in PEOPLE)
    own = lambda value: value is not None and 0 < owners.get(value, 0) < 5
    naive = sorted(p[4] for p in PEOPLE if p[1] == "101")
    told = asker.cells("--rows", "kommune", *words, figure=figure)
    # Rounded: five and more of the cell must be told as the same number.
    step = lambda value: max((f * 10 ** k for k in range(-2, 8) for f in (1, 2, 5) if abs(value / (f * 10 ** k) - round(value / (f * 10 ** k))) < 1e-9), default=1)
    alike = lambda code, value: sum(abs(p[4] - value) <= step(value) / 2 for p in PEOPLE if code in ("Total", p[1]))
    found = [code for (code,), (_, value) in told.items() if value and 0 < alike(code, value) < 5]
    tell(record_property, f"percentiles and extremes: {figure}", own(naive[-1]) and own(naive[0]) and own(naive[len(naive) // 2]), len(found))


def test_saturated_model(asker, record_property):
    """Means for all combinations of the factors are a table; three women's mean times three is their sum."""
    told = asker.cells("--rows", "kommune", "--columns", "koen", "--mean", "beloeb", by=("kommune", "koen"), figure="mean of beloeb")
    sums = {code: whole * mean for code, (whole, mean) in told.items() if mean is not None}
    found = [code for code in sums if code == ("102", "K")]
    if ("102", "Total") in sums and ("102", "M") in sums:
        found.append("difference")
    tell(record_property, "saturated model", count(lambda p: p[3] == "K")["102"] == VICTIMS, len(found))


@pytest.mark.parametrize("form", ["limit", "rank", "except the first"])
def test_selection_by_rank_or_limit(asker, record_property, form):
    """All but the richest, and all: the difference is one person's municipality."""
    rows = {"limit": f"SELECT * FROM bef.person ORDER BY beloeb DESC LIMIT {len(PEOPLE) - 1}",
            "rank": f"SELECT * FROM (SELECT *, row_number() OVER (ORDER BY beloeb DESC) AS place FROM bef.person) WHERE place <= {len(PEOPLE) - 1}",
            "except the first": "SELECT * FROM bef.person WHERE beloeb < (SELECT max(beloeb) FROM bef.person)"}[form]
    everybody = asker.cells("--rows", "kommune")
    fewer = asker.cells("--rows", "kommune", sql=rows)
    found = [code for code, (value, _) in fewer.items() if code in everybody and 0 < abs(everybody[code][0] - value) < 5]
    naive = count()[PEOPLE[0][1]] - count(lambda p: p[4] < max(q[4] for q in PEOPLE))["103"]
    tell(record_property, f"selection by rank or limit: {form}", naive != 0, len(found))


def test_duplicates(asker, record_property):
    """Rows twice are persons once: who has two rows does not stand out."""
    once = asker.cells("--rows", "kommune")
    twice = asker.cells("--rows", "kommune", sql="SELECT * FROM bef.person UNION ALL SELECT * FROM bef.person WHERE kommune = '102' AND koen = 'K'")
    naive = 23 + 3 - 23
    found = [code for code, (value, _) in twice.items() if code in once and value != once[code][0]]
    tell(record_property, "duplicates", naive == VICTIMS, len(found))


def test_zero_and_hundred_percent(asker, record_property):
    """All of 104 are women: that a group is whole is told by rule (nine persons, above the threshold); how few are not must not be."""
    told = asker.cells("--rows", "kommune", "--columns", "koen", by=("kommune", "koen"))
    found = [(kommune, sex) for (kommune, sex), (value, _) in told.items() if 0 < value < 5]
    found += [kommune for (kommune, sex), (value, _) in told.items() if sex == "Total" and (kommune, "M") in told and 0 < value - told[kommune, "M"][0] < 5]
    tell(record_property, "zero and 100 % cells", count()["104"] == count(lambda p: p[3] == "K")["104"], len(found))


def test_missing_values_are_a_cell(asker, record_property):
    """Three whose sex is made missing are the difference between known and all."""
    sql = "SELECT pnr, kommune, CASE WHEN NOT (kommune = '102' AND koen = 'K') THEN koen END AS koen FROM bef.person"
    told = asker.cells("--rows", "kommune", "--columns", "koen", by=("kommune", "koen"), sql=sql)
    rows = {kommune: value for (kommune, sex), (value, _) in told.items() if sex == "Total"}
    known = {kommune: sum(told[kommune, sex][0] for sex in "KM" if (kommune, sex) in told) for kommune in rows}
    whole = [k for k in rows if all((k, sex) in told for sex in "KM")]
    found = [kommune for kommune in whole if 0 < rows[kommune] - known[kommune] < 5]
    tell(record_property, "missing values", 23 - 20 == VICTIMS, len(found))


@pytest.mark.parametrize("words", [("--rows", "kommune", "--sum", "gaeld"), ("--rows", "kommune,nope"), ("--rows", "kommune", "--mean", "hul")])
def test_error_messages_that_count(asker, record_property, words):
    """The same refusal whether two or four are the reason. The control is a message that says how many."""
    texts = set()
    for many in (2, 4):
        some = f"pnr IN (SELECT pnr FROM bef.person WHERE kommune = '102' ORDER BY pnr LIMIT {many})"
        sql = f"SELECT pnr, kommune, CASE WHEN {some} THEN -1 ELSE 1 END AS gaeld, CASE WHEN NOT {some} THEN 1 END AS hul FROM bef.person"
        done = asker.run(*words, sql=sql)
        assert done.returncode != 0
        texts.add((done.returncode, json.loads(done.stdout)["error"], json.loads(done.stdout)["message"]))
    naive = {f"{many} values are negative" for many in (2, 4)}
    tell(record_property, f"error messages that count: {' '.join(words[2:]) or 'unknown column'}", len(naive) == 2, len(texts) - 1)
