"""fvm regression: models fitted by the service, against R's own lm and glm on the same rows."""
import csv
import io
import json
import math
import random
import re
import shutil
import subprocess

import pytest

from support.instance import Instance
from support.tables import PROJECT, Tables

random.seed(11)
# kommune, region (a number that stands for age), sex, beloeb
PEOPLE = [(n, random.choice(("101", "102", "201")), str(random.randrange(20, 80)), random.choice("KM"), random.randrange(50, 400)) for n in range(1, 601)]
SQL = "SELECT pnr, beloeb, region::INTEGER AS alder, kommune, koen, (beloeb + region::INTEGER * 3 > 370)::INTEGER AS syg, (beloeb % 4)::INTEGER AS besoeg FROM bef.person"
ROWS = [{"beloeb": b, "alder": int(r), "kommune": k, "koen": s, "syg": int(b + int(r) * 3 > 370), "besoeg": b % 4} for _, k, r, s, b in PEOPLE]
MODELS = {
    "gaussian": ("beloeb", "alder, kommune, koen", "lm(beloeb ~ alder + kommune + koen, d)"),
    "binomial": ("syg", "alder, kommune, koen", "glm(syg ~ alder + kommune + koen, binomial, d)"),
    "poisson": ("besoeg", "alder, kommune, koen", "glm(besoeg ~ alder + kommune + koen, poisson, d)"),
}


class Models(Tables):
    def ask(self, *words, sql=SQL, outcome="beloeb", terms="alder, kommune", family="gaussian", project=PROJECT, check=False):
        return self.instance.fvm("--json", "regression", project, "--from", sql, "--outcome", outcome, "--terms", terms, "--family", family, *words, user="anna", check=check)

    def model(self, *words, **more):
        done = self.ask(*words, **more)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    def no_model(self, *words, **more):
        done = self.ask(*words, **more)
        assert done.returncode != 0, done.stdout
        return json.loads(done.stdout)["error"]


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """Everything here is about the same 600 persons, or all of a kommune: no two samples differ by few."""
    with Instance(tmp_path_factory.mktemp("regression") / "i") as instance:
        yield Models(instance, PEOPLE)


def by_R(call, tmp_path):
    if shutil.which("Rscript") is None:
        pytest.skip("R is not installed")
    file = tmp_path / "d.csv"
    with open(file, "w", newline="") as out:
        writer = csv.DictWriter(out, list(ROWS[0]))
        writer.writeheader()
        writer.writerows(ROWS)
    script = (f'd <- read.csv("{file}", colClasses = c(kommune = "character")); f <- {call}; s <- summary(f)$coefficients;'
              'x <- if (is.null(summary(f)$sigma)) c(0, 0) else c(summary(f)$sigma, summary(f)$r.squared);'
              'write.csv(data.frame(n = rownames(s), e = s[, 1], se = s[, 2], p = s[, 4], aic = AIC(f), df = f$df.residual, sigma = x[1], r2 = x[2], dev = deviance(f)), row.names = FALSE)')
    done = subprocess.run(["Rscript", "-e", script], capture_output=True, text=True, check=True)
    return list(csv.DictReader(io.StringIO(done.stdout)))


def name_in_R(row):
    return "(Intercept)" if row["term"] == "(constant)" else row["term"] + row["level"]


@pytest.mark.parametrize("family", MODELS)
def test_the_model_is_that_of_R_as_far_as_it_is_told(running, family, tmp_path):
    outcome, terms, call = MODELS[family]
    shown = running.model(outcome=outcome, terms=terms, family=family)["model"]
    theirs = {row["n"]: {k: float(v) for k, v in row.items() if k != "n"} for row in by_R(call, tmp_path)}
    ours = {name_in_R(row): row for row in shown["rows"] if not row["reference"]}
    assert set(ours) == set(theirs)
    for name, row in ours.items():
        assert abs(row["estimate"] - theirs[name]["e"]) <= row["rounded_to"] / 2 * 1.001, name
        assert abs(row["standard_error"] - theirs[name]["se"]) <= row["error_rounded_to"] / 2 * 1.001, name
        # as fine as a reader needs: what is rounded away is small beside the error
        assert row["rounded_to"] < theirs[name]["se"] / 2 and row["error_rounded_to"] < theirs[name]["se"] / 5, name
        assert abs(row["p_value"] - theirs[name]["p"]) < 0.25
    first = next(iter(theirs.values()))
    assert shown["persons"] == 600 and shown["freedom"] == first["df"] == 600 - len(theirs)
    figures = {f["name"]: f for f in shown["figures"]}
    assert abs(figures["aic"]["value"] - first["aic"]) <= figures["aic"]["unit"] / 2 * 1.001
    if family == "gaussian":
        for name, value in (("sigma", first["sigma"]), ("r_squared", first["r2"])):
            assert abs(figures[name]["value"] - value) <= figures[name]["unit"] / 2 * 1.001
    else:
        assert abs(figures["deviance"]["value"] - first["dev"]) <= figures["deviance"]["unit"] / 2 * 1.001
        assert shown["events"] == sum((row[outcome] > 0) for row in ROWS)


def test_the_support_is_counted_by_us(running):
    shown = running.model(outcome="syg", terms="alder, kommune", family="binomial")["model"]
    for row in shown["rows"]:
        persons = [r for r in ROWS if row["term"] != "kommune" or r["kommune"] == row["level"]]
        assert (row["persons"], row["events"]) == (len(persons), sum(r["syg"] for r in persons))
    assert [r["level"] for r in shown["rows"] if r["reference"]] == ["101"]


def test_numbers_as_factors_stand_in_their_order(running):
    sql = "SELECT pnr, beloeb, region::INTEGER AS alder, (region::INTEGER // 8) AS trin FROM bef.person"
    rows = running.model(sql=sql, terms="alder + factor(trin)")["model"]["rows"]
    assert [r["level"] for r in rows if r["term"] == "trin"] == [str(n) for n in range(2, 10)]


def test_levels_of_few_are_put_together(tmp_path):
    few = [(9000 + i, kommune, "40", "K", 100 + 10 * i) for i, kommune in enumerate(["301"] * 3 + ["302"] * 4)]
    with Instance(tmp_path / "i") as instance:
        models = Models(instance, PEOPLE + few)
        shown = models.model(terms="alder, kommune")
        rows = [r for r in shown["model"]["rows"] if r["term"] == "kommune"]
        assert [(r["level"], r["persons"]) for r in rows][-1] == ("(others)", 7) and len(rows) == 4
        assert "301" not in json.dumps(shown["model"]) and "302" not in json.dumps(shown["model"])


def test_persons_of_whom_something_is_missing_are_left_out(running):
    sql = SQL.replace("region::INTEGER AS alder", "CASE WHEN kommune = '201' THEN NULL ELSE region::INTEGER END AS alder")
    shown = running.model(sql=sql, terms="alder, koen")["model"]
    assert shown["persons"] == sum(r["kommune"] != "201" for r in ROWS)


def test_the_same_model_is_answered_the_same_and_tells_nothing_new(running):
    first, second = running.model(), running.model()
    assert first["model"] == second["model"] and second["facts"] == second["facts_before"]


def test_files(running, tmp_path):
    names = [tmp_path / f"m.{ending}" for ending in ("csv", "json", "html", "xlsx")]
    shown = running.model(*(word for name in names for word in ("--out", name)))
    text = names[0].read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert rows[0][:4] == ["term", "level", "persons", "coefficient"] and rows[1][0] == "(constant)"
    assert all(re.fullmatch(r"-?[0-9.]+|\(reference\)", row[3]) for row in rows[1:] if len(row) > 3), "a number that is negative is no formula"
    assert "(reference)" in text and "AIC" in text
    read = lambda text: json.loads(text, parse_float=lambda number: float(f"{float(number):.12g}"))  # the last bit is no news
    assert read(names[1].read_text())["model"] == read(json.dumps(shown["model"]))
    assert "<th scope=\"row\">kommune</th>" in names[2].read_text()
    import openpyxl
    sheet = openpyxl.load_workbook(names[3]).worksheets[0]
    assert sheet.cell(1, 4).value == "coefficient" and isinstance(sheet.cell(2, 4).value, (int, float))
    again = tmp_path / "again.csv"
    running.instance.fvm("ledger", "show", PROJECT, "--table", shown["table"], "--out", again, user="anna")
    assert again.read_bytes() == names[0].read_bytes()
    assert running.no_model("--out", tmp_path / "m.svg") == "model.no_drawing"


def test_a_file_of_a_model_is_known_by_its_bytes(running, tmp_path):
    """And so leaves without anybody having to read it."""
    known = [r for r in running.records("table.released") if r["facts"].get("sha256_csv")]
    assert known and all(len(r["facts"]["sha256_csv"]) == 64 for r in known)


@pytest.mark.parametrize("code, more", [
    ("model.term_unreadable", dict(terms="alder, alder:koen")),
    ("model.term_unreadable", dict(terms="factor()")),
    ("model.no_terms", dict(terms=" , ")),
    ("model.column_twice", dict(terms="alder, alder")),
    ("model.column_twice", dict(terms="beloeb")),
    ("model.unknown_family", dict(family="gamma")),
    ("table.column_unknown", dict(terms="hoejde")),
    ("model.term_is_unit", dict(terms="pnr")),
    ("model.outcome_no_number", dict(outcome="kommune", terms="alder")),
    ("model.outcome_no_truth", dict(family="binomial")),
    ("model.outcome_no_count", dict(sql=SQL.replace("beloeb,", "beloeb - 100.5 AS beloeb,", 1), family="poisson")),
    ("model.term_of_no_kind", dict(sql="SELECT pnr, beloeb, DATE '2020-01-01' + region::INTEGER AS dag FROM bef.person", terms="dag")),
    ("model.person_twice", dict(sql=SQL + " UNION ALL " + SQL)),
    ("model.one_level", dict(sql=SQL.replace("kommune,", "'x' AS kommune,"))),
    ("model.collinear", dict(sql=SQL.replace("koen,", "region::INTEGER * 2 AS koen,"), terms="alder, koen")),
    ("model.perfect", dict(sql=SQL.replace("koen,", "beloeb / 7 AS koen,"), terms="koen")),
    ("model.too_few_persons", dict(sql=SQL + " WHERE false")),
])
def test_what_cannot_be_a_model(running, code, more):
    assert running.no_model(**more) == code


def test_a_refusal_is_on_record_and_leaves_nothing(running):
    before = running.instance.fvm("--json", "ledger", "show", PROJECT, user="anna").stdout
    assert running.no_model(family="gamma") == "model.unknown_family"
    assert running.no_model(sql=SQL + " UNION ALL " + SQL) == "model.person_twice"
    assert running.instance.fvm("--json", "ledger", "show", PROJECT, user="anna").stdout == before
    assert running.records("table.refused")[-1]["facts"]["reason"] == "model.person_twice"


def test_a_recalled_model_stays_known(running):
    shown = running.model(terms="alder, koen")
    running.instance.fvm("ledger", "recall", PROJECT, "--table", shown["table"], "--reason", "Forkert", user="anna")
    assert running.model(terms="alder, koen")["model"] == shown["model"]


def test_rules_can_be_stricter(tmp_path):
    with Instance(tmp_path / "i") as instance:
        models = Models(instance, PEOPLE)
        assert models.model(outcome="syg", terms="alder, koen", family="binomial")
        config = instance.path / "config.toml"
        config.write_text(config.read_text().replace("rules = []", 'rules = ["regression.freedom_min = 598"]'))
        assert models.no_model(outcome="syg", terms="alder, koen", family="binomial") == "model.few_degrees_of_freedom"
        # Nothing is fitted that could not be told: a fit would find that one is twice the other.
        twice = SQL.replace("koen,", "region::INTEGER * 2 AS koen,")
        assert models.no_model(sql=twice, terms="alder, koen") == "model.few_degrees_of_freedom"


def in_session(running, *command):
    done = running.instance.fvm("session", PROJECT, "--", *command, user="anna", check=False)
    assert done.returncode == 0, done.stderr
    return done


def test_in_a_session_by_sql(running):
    words = SQL.replace("'", "''")
    done = in_session(running, "psql", "-X", "-q", "--csv", "-c", f"CALL fvm.safe_regression('{words}', 'syg', 'alder, kommune', 'binomial', out => '/outbox/m.csv')")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    shown = running.model(outcome="syg", terms="alder, kommune", family="binomial")["model"]["rows"]
    assert [(r["term"], r["level"], r["persons"], r["events"]) for r in rows] == [(r["term"], r["level"], str(r["persons"]), str(r["events"])) for r in shown]
    assert [r["estimate"] and float(r["estimate"]) for r in rows] == [r.get("estimate", "") for r in shown]
    assert "residual degrees of freedom: 596" in done.stderr and "Written: /outbox/m.csv" in done.stderr
    wrong = running.instance.fvm("session", PROJECT, "--", "psql", "-X", "-c", f"CALL fvm.safe_regression('{words}', 'syg', 'alder', 'gamma')", user="anna", check=False)
    assert wrong.returncode != 0 and "gaussian, binomial or poisson" in wrong.stderr


def test_R_holds_its_own_fit_against_the_released_one(running):
    script = ('library(fvmtables); d <- fvmtables:::in_session(function(con) DBI::dbGetQuery(con, sql)); f <- glm(syg ~ alder + factor(kommune), binomial, d);'
              'm <- safe_regression(sql, fit = f, show = FALSE); ok <- abs(m$own - m$estimate) <= 0.51 * m$rounded_to; cat(nrow(m), sum(ok, na.rm = TRUE), attr(m, "number"), "\\n");'
              'f$coefficients["alder"] <- 7; m <- safe_regression(sql, fit = f)')
    done = in_session(running, "Rscript", "-e", f'sql <- "{SQL}"; {script}')
    first, rest = done.stdout.split("\n", 1)
    assert first.split()[:2] == ["5", "4"] and "differ from those of your fit by more than rounding: alder" in rest


PYTHON = f"""
from fvm_tables import safe_regression
class Binomial: pass
class Model: endog_names, formula, family = "syg", "syg ~ alder + C(kommune)", Binomial()
class Fit: model = Model(); params = {{}}
m = safe_regression({SQL!r}, outcome="syg", terms=["alder", "factor(kommune)"], family="binomial", show=False)
Fit.params = {{"Intercept": m.rows[0]["estimate"], "alder": m.rows[1]["estimate"], "C(kommune)[T.102]": m.rows[3]["estimate"], "C(kommune)[T.201]": 99.0}}
n = safe_regression({SQL!r}, fit=Fit)
print(m.rows == n.rows, n.differs)
"""


def test_python_holds_a_fit_of_statsmodels_against_the_released_one(running):
    done = in_session(running, "python3", "-c", PYTHON)
    assert done.stdout.strip().split("\n")[-1] == "True ('kommune 201',)" and "differ from those of your fit by more than rounding: kommune 201" in done.stdout


def test_a_level_where_no_event_ever_came(running):
    """Of numbers of events too: its coefficient would have no end, and the table has no such cell."""
    sql = SQL.replace("(beloeb % 4)::INTEGER AS besoeg", "CASE WHEN kommune = '101' THEN 0 ELSE beloeb % 4 END::INTEGER AS besoeg")
    assert running.no_model(sql=sql, outcome="besoeg", terms="kommune, alder", family="poisson") == "model.outcome_of_few_at"


def test_a_table_is_shown_by_itself(running):
    """`ledger show --table` says nothing of how many tables there are."""
    running.model()
    running.model(terms="alder")
    every, alone = (running.instance.fvm("ledger", "show", PROJECT, *more) for more in ((), ("--table", "1")))
    assert every.stdout.count("independent facts:") > 1 and "facts are out" in every.stdout + every.stderr
    assert alone.stdout.count("independent facts:") == 1 and "facts are out" not in alone.stdout + alone.stderr
    assert "safe tables of project" not in alone.stdout + alone.stderr


def test_an_odds_ratio_needs_enough_in_each_of_its_four_cells(tmp_path):
    """A coefficient of a level is one: the setting is for it, and for no other model."""
    with Instance(tmp_path / "i") as instance:
        models = Models(instance, PEOPLE)
        assert models.model(outcome="syg", terms="alder, kommune", family="binomial")
        file = instance.path / "config.toml"
        file.write_text(file.read_text().replace("rules = []", 'rules = ["odds.cell_min = 300"]'))
        assert models.no_model(outcome="syg", terms="alder, kommune", family="binomial") == "model.too_few_persons"
        assert models.model(terms="alder, kommune")
