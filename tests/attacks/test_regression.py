"""What somebody would ask of a model to learn about one person; each with the same request where nobody is singled out, which is answered."""
import json
import random

import pytest

from support.instance import Instance
from support.tables import PROJECT, Tables, cells

random.seed(23)
PEOPLE = [(n, random.choice(("101", "102", "201")), str(random.randrange(20, 80)), random.choice("KM"), random.randrange(50, 400)) for n in range(1, 401)]
BASE = "SELECT pnr, beloeb, region::INTEGER AS alder, kommune, koen, (beloeb > 200)::INTEGER AS syg FROM bef.person"
FIRST = "(SELECT {0} FROM bef.person ORDER BY pnr LIMIT 1)"
SOME = "(pnr IN (SELECT pnr FROM bef.person ORDER BY pnr LIMIT {0}))"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with Instance(tmp_path_factory.mktemp("attack") / "i") as instance:
        yield Tables(instance, PEOPLE)


@pytest.fixture
def fresh(tmp_path):
    with Instance(tmp_path / "i") as instance:
        yield Tables(instance, PEOPLE)


def ask(house, sql=BASE, terms="alder, kommune", outcome="beloeb", family="gaussian"):
    done = house.instance.fvm("--json", "regression", PROJECT, "--from", sql, "--outcome", outcome, "--terms", terms, "--family", family, user="anna", check=False)
    return json.loads(done.stdout)


def refusal(house, **more):
    return ask(house, **more).get("error")


def with_column(expression, name="mig"):
    return f"SELECT *, {expression} AS {name} FROM ({BASE})"


@pytest.mark.parametrize("count, answer", [(1, "model.value_of_few"), (4, "model.value_of_few"), (30, None)])
def test_a_dummy_of_few_given_as_a_number(house, count, answer):
    assert refusal(house, sql=with_column(f"{SOME.format(count)}::INTEGER"), terms="alder, mig") == answer


@pytest.mark.parametrize("count, answer", [(1, "model.level_of_few"), (4, "model.level_of_few"), (30, None)])
def test_a_level_of_few(house, count, answer):
    assert refusal(house, sql=with_column(f"CASE WHEN {SOME.format(count)} THEN 'mig' ELSE 'andre' END"), terms="alder, mig") == answer


@pytest.mark.parametrize("count, answer", [(1, "model.few_carry"), (2, "model.few_carry"), (3, "model.few_carry"), (4, "model.few_carry"), (30, None)])
def test_a_dummy_of_few_hidden_in_noise(house, count, answer):
    """Every value is another one, so it is no factor; but the coefficient is that of few all the same."""
    assert refusal(house, sql=with_column(f"{SOME.format(count)}::INTEGER + beloeb * 1e-7 + alder * 1e-9 + 1"), terms="alder, mig") == answer


def test_a_direction_of_few_spread_over_two_columns(house):
    """Neither column is odd; their difference is one person."""
    sql = f"SELECT *, alder + 30 * {SOME.format(1)}::INTEGER AS alder2 FROM ({BASE})"
    assert refusal(house, sql=sql, terms="alder, alder2") == "model.few_carry"
    assert refusal(house, sql=sql.replace(SOME.format(1), "(beloeb % 2 = 0)"), terms="alder, alder2") is None


@pytest.mark.parametrize("value, answers", [("100000", ("model.dominated", "model.few_carry")), ("70", (None,))])
def test_an_outlier_among_the_explaining(house, value, answers):
    assert refusal(house, sql=with_column(f"CASE WHEN {SOME.format(1)} THEN {value} ELSE alder END", "a2"), terms="a2, kommune") in answers


@pytest.mark.parametrize("value, answer", [("100000000", "model.dominated"), ("300", None)])
@pytest.mark.parametrize("shift", ["0", "1000000000"])
def test_an_outlier_in_the_outcome(house, value, answer, shift):
    """With a constant added nobody gives nearly all of the sum; of the squares he does."""
    sql = with_column(f"CASE WHEN {SOME.format(1)} THEN {value} ELSE beloeb END + {shift}", "y")
    assert refusal(house, sql=sql, outcome="y") == answer


def test_an_outlier_at_one_level_alone(house):
    sql = with_column(f"CASE WHEN {SOME.format(1)} THEN 3000000 WHEN kommune = {FIRST.format('kommune')} THEN 1 ELSE 100000 + beloeb END", "y")
    assert refusal(house, sql=sql, outcome="y", terms="alder, kommune") == "model.dominated"


def test_a_saturated_model(fresh):
    # Of as many ages, or another rule is the first to refuse: which persons come first by number is other in each project.
    of_each_age = "SELECT pnr, region FROM bef.person QUALIFY row_number() OVER (PARTITION BY region ORDER BY beloeb) = 1"
    small = f"SELECT * FROM ({BASE}) WHERE pnr IN (SELECT pnr FROM ({of_each_age}) ORDER BY region LIMIT 14)"
    columns = "*, sin(alder) AS a, cos(beloeb) AS b, sin(beloeb) AS c, cos(alder) AS d"
    assert refusal(fresh, sql=f"SELECT {columns} FROM ({small})", terms="a, b, c, d") == "model.few_degrees_of_freedom"
    assert refusal(fresh, sql=f"SELECT {columns} FROM ({BASE})", terms="a, b, c, d") is None


ONE_LESS = f"{BASE} WHERE pnr <> {FIRST.format('pnr')}"


@pytest.mark.parametrize("family, outcome", [("gaussian", "beloeb"), ("binomial", "syg")])
def test_two_samples_that_differ_by_one(fresh, family, outcome):
    assert refusal(fresh, outcome=outcome, family=family, terms="alder, koen") is None
    assert refusal(fresh, outcome=outcome, family=family, terms="alder, koen", sql=ONE_LESS).startswith("model.collides")
    assert refusal(fresh, outcome=outcome, family=family, terms="alder, koen", sql=f"{BASE} WHERE kommune <> '201'") is None


def test_a_sample_that_differs_from_a_table_by_one(fresh):
    fresh.table("--rows", "kommune")
    answer = ask(fresh, sql=ONE_LESS)
    assert answer["error"] == "model.collides_with" and "(1)" in answer["message"]
    assert refusal(fresh, sql=f"{BASE} WHERE kommune <> '201'") is None


def test_a_table_that_differs_from_a_sample_by_one(fresh):
    assert refusal(fresh, terms="alder, kommune") is None
    shown = cells(fresh.table("--rows", "kommune", sql=f"SELECT pnr, kommune FROM ({ONE_LESS})"), "kommune")
    assert shown["Total",] == "…" and sum(value == "…" for value in shown.values()) == 2, "his own kommune and the total"
    whole = cells(fresh.table("--rows", "kommune", sql="SELECT pnr, kommune FROM bef.person"), "kommune")
    assert all(isinstance(value, int) for value in whole.values()), "the control: those of the model are no secret"


def test_one_person_at_another_level(fresh):
    moved = with_column(f"CASE WHEN {SOME.format(1)} THEN 'X' ELSE koen END", "k2").replace("'X'", "CASE koen WHEN 'K' THEN 'M' ELSE 'K' END")
    assert refusal(fresh, terms="alder, koen") is None
    assert refusal(fresh, sql=moved, terms="alder, k2").startswith("model.collides")


def test_one_person_with_another_outcome(fresh):
    other = with_column(f"CASE WHEN {SOME.format(1)} THEN 1 - syg ELSE syg END", "s2")
    assert refusal(fresh, outcome="syg", family="binomial", terms="alder, koen") is None
    assert refusal(fresh, sql=other, outcome="s2", family="binomial", terms="alder, koen").startswith("model.collides")
    as_linear = ask(fresh, sql=other, outcome="s2", family="gaussian", terms="alder, koen")
    assert as_linear["error"].startswith("model.collides"), "0 and 1 are the same outcome in a linear model"


@pytest.mark.parametrize("family, outcome", [("gaussian", "beloeb"), ("binomial", "syg")])
def test_two_factors_that_meet_in_few(house, family, outcome):
    """A model of factors alone is a table of means: the three who meet would be known."""
    sql = f"SELECT *, CASE WHEN {SOME.format(60)} THEN 'x' ELSE 'y' END AS a, CASE WHEN pnr IN (SELECT pnr FROM bef.person ORDER BY pnr OFFSET 57 LIMIT 60) THEN 'x' ELSE 'y' END AS b FROM ({BASE})"
    assert refusal(house, sql=sql, outcome=outcome, family=family, terms="a, b") == "model.table_of_means"
    assert refusal(house, sql=sql.replace("OFFSET 57", "OFFSET 35"), outcome=outcome, family=family, terms="a, b") is None


def test_rare_outcomes(house):
    rare = with_column("(beloeb < 52)::INTEGER", "y")
    assert refusal(house, sql=rare, outcome="y", family="binomial", terms="alder") == "model.outcome_of_few"
    at_level = with_column(f"(CASE WHEN kommune = '101' THEN beloeb > 396 ELSE beloeb > 200 END)::INTEGER", "y")
    assert refusal(house, sql=at_level, outcome="y", family="binomial", terms="alder, kommune") == "model.outcome_of_few_at"
    assert refusal(house, outcome="syg", family="binomial", terms="alder, kommune") is None


def test_levels_that_name_somebody(house):
    pseudonym = with_column(f"CASE WHEN kommune = '101' THEN {FIRST.format('pnr::VARCHAR')} ELSE 'x' END", "navn")
    assert refusal(house, sql=pseudonym, terms="alder, navn") == "table.label_identifies"
    assert refusal(house, sql=with_column("CASE WHEN kommune = '101' THEN 'by' ELSE 'x' END", "navn"), terms="alder, navn") is None


def test_everybody_is_a_level(house):
    assert refusal(house, sql=with_column("'p' || pnr", "hvem"), terms="alder, hvem") == "model.one_level"


def test_numbers_of_the_analyst_are_not_taken(house):
    """Coefficients handed in would be a way out for whatever stands in them."""
    done = house.instance.fvm("--json", "regression", PROJECT, "--from", BASE, "--outcome", "beloeb", "--terms", "alder", "--coefficients", "1,2,3", user="anna", check=False)
    assert done.returncode != 0
    shown = ask(house)["model"]
    assert set(shown) == {"outcome", "family", "terms", "rows", "persons", "events", "freedom", "figures"}
    assert not any(word in json.dumps(shown) for word in ("residual", "fitted", "leverage", "covariance"))


def test_one_value_of_a_covariate_changed_shows_less_than_a_unit(house):
    """No set of persons differs, so the ledger sees nothing; what keeps him is that figures are told no finer than one person changes them."""
    tampered = with_column(f"CASE WHEN {SOME.format(1)} THEN alder + 15 ELSE alder END", "a2")
    before, after = ask(house, terms="alder, koen")["model"], ask(house, sql=tampered, terms="a2, koen")["model"]
    for one, other in zip(before["rows"], after["rows"]):
        if not one["reference"]:
            unit = max(one["rounded_to"], other["rounded_to"])
            assert abs(one["estimate"] - other["estimate"]) <= 2 * unit * 1.001
    many = ask(house, sql=tampered.replace(SOME.format(1), "(beloeb > 300)"), terms="a2, koen")["model"]
    assert abs(many["rows"][1]["estimate"] - before["rows"][1]["estimate"]) > 2 * before["rows"][1]["rounded_to"], "the control: of many it shows"
