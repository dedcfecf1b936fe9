"""One person less: every figure is asked of all, and of all but one. What the two answers of a cell differ by is hers. The control of each: the same attacker on
what plain SQL (and least squares) tells of the same rows, where he must be right about her.
"""
import json
import random

import pytest

from support.asking import Asker, Pair, tell
from support.instance import Instance
from support.least_squares import fit, outcome_of
from support.tables import Tables

chance = random.Random(6)
HERS = 950  # of 401: more than the others have, but not nearly all
PEOPLE = [(n, kommune, chance.choice("123"), chance.choice("KM"), chance.randrange(100, 400)) for n, kommune in enumerate(["401"] * 60 + ["402"] * 50 + ["403"] * 40, 1)]
PEOPLE.append((len(PEOPLE) + 1, "401", "2", "K", HERS))
ALL = "SELECT pnr, kommune, region, koen, beloeb, 10 + region::INTEGER AS dage, beloeb < 250 AS doed FROM bef.person"
FEWER = f"{ALL} WHERE beloeb < {HERS}"
DAYS = sum(10 + int(p[2]) for p in PEOPLE[:-1] if p[1] == "401")
near = lambda value: abs(value - HERS) < 0.01 * HERS

# The words that ask for a figure, and whether he is right about her who has it of n persons (x) and of the others (y).
FIGURES = {
    "sum of beloeb": (("--sum", "beloeb"), lambda n, x, y: near(x - y)),
    "mean of beloeb": (("--mean", "beloeb"), lambda n, x, y: near(n * x - (n - 1) * y)),
    "beloeb per dage": (("--ratio", "beloeb/dage"), lambda n, x, y: near(x * (DAYS + 12) - y * DAYS)),  # how many days is no secret
    "standard deviation of beloeb": (("--sd", "beloeb"), lambda n, x, y: x > 1.2 * y),  # she is far out
    "mean of the 5 highest of beloeb": (("--max", "beloeb"), lambda n, x, y: 5 * (x - y) > 500),  # so far above the sixth
    "mean of the 5 lowest of beloeb": (("--min", "beloeb"), lambda n, x, y: x == y),  # none of these
    "median of beloeb": (("--median", "beloeb"), lambda n, x, y: x > y),  # above it
    "percentile 90 of beloeb": (("--percentile", "90:beloeb"), lambda n, x, y: x > y),
    "Gini of beloeb": (("--gini", "beloeb"), lambda n, x, y: x > y + 0.01),  # she has much
}


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with Instance(tmp_path_factory.mktemp("one") / "i") as instance:
        yield Tables(instance, PEOPLE)


@pytest.fixture
def pair(running):
    return Pair(Asker(running), PEOPLE)


@pytest.mark.parametrize("figure", FIGURES)
def test_figures_of_one_person_less(pair, record_property, figure):
    """He knows who left; how many there are he knows from elsewhere, if need be."""
    words, is_right = FIGURES[figure]
    told, plain = zip(*(pair.both(*words, sql=sql, figure=figure) for sql in (ALL, FEWER)))

    def attack(before, after):
        values = [cells.get(("401",), (0, None))[1] for cells in (before, after)]
        return [figure] if None not in values and is_right(61, *values) else []
    assert told[0]["401",][1] is not None, "of all it is told"
    tell(record_property, f"one person less: {figure}", attack(*plain), attack(*told))


def asked(asker, verb, sql, *words):
    return json.loads(asker.tables.instance.fvm("--json", verb, asker.project, "--from", sql, *words, user=asker.user, check=False).stdout)


def test_a_survival_curve_of_one_person_less(pair, record_property):
    """In which band of time somebody is missing, and whether it ended with the event."""
    def steps(sql):
        (curve,) = asked(pair.asker, "survival", sql, "--time", "beloeb", "--event", "doed")["curves"]
        return {(step["from"], step["to"]): (step["events"], step["censored"]) for step in curve["steps"]}

    def bands(sql):
        counted = pair.plain.rows(f"SELECT floor(beloeb / 30), count(*) FILTER (doed), count(*) FILTER (NOT doed) FROM ({sql}) GROUP BY 1")
        return {30 * float(band): (int(events), int(censored)) for band, events, censored in counted}
    attack = lambda before, after: [band for band, counts in before.items() if after and after.get(band, (0, 0)) != counts]
    told, plain = ([of(ALL), of(FEWER)] for of in (steps, bands))
    assert len(told[0]) > 3, "of all it is told"
    assert attack(*plain) == [930]
    tell(record_property, "one person less: a survival curve", attack(*plain), attack(*told))


def test_a_regression_of_one_person_less(pair, record_property):
    """Her outcome from two sets of coefficients, by one who knows all ages and sexes."""
    explaining = [(int(region), koen == "M") for _, _, region, koen, _ in PEOPLE]
    outcome = [p[4] for p in PEOPLE]

    def coefficients(sql):
        answer = asked(pair.asker, "regression", f"SELECT *, region::INTEGER AS alder FROM ({sql})", "--outcome", "beloeb", "--terms", "alder, koen", "--family", "gaussian")
        return [(row["estimate"], row["rounded_to"]) for row in answer["model"]["rows"] if not row["reference"]] if "model" in answer else answer["error"]

    def attack(before, after):
        return [her for her in [outcome_of(explaining, explaining[-1], before, after)] if near(her)]
    plain = fit(explaining, outcome), fit(explaining[:-1], outcome[:-1])
    first, second = coefficients(ALL), coefficients(FEWER)
    assert all(abs(estimate - true) <= unit for (estimate, unit), true in zip(first, plain[0])), "the attacker reads the coefficients rightly"
    found = [] if isinstance(second, str) else attack(*([estimate for estimate, _ in each] for each in (first, second)))
    tell(record_property, "one person less: a regression", attack(*plain), found)
    assert isinstance(second, list) or second.startswith("model.collides")
