"""A plain GROUP BY in a session that asks for safe tables, and other ways to ask for what `fvm table` can."""
import csv
import io
import json

import pytest

from support.instance import Instance
from support.tables import PROJECT, Tables, people

PEOPLE = people(k101_084_K=7, k101_084_M=12, k102_084_K=3, k102_084_M=20, k201_085_K=9, k201_085_M=30)
QUERY = "SELECT kommune, koen, count(DISTINCT pnr) AS n, sum(beloeb) AS i_alt FROM bef.person GROUP BY 1, 2 ORDER BY n DESC, kommune"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """Every table here is about the same cells."""
    with Instance(tmp_path_factory.mktemp("groups") / "i") as instance:
        Tables(instance, PEOPLE, [(n, "DE11") for n in range(1, 30)] + [(n, "DI21") for n in range(20, 60)])
        yield instance


def psql(instance, *statements):
    words = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "--csv"]
    for statement in statements:
        words += ["-c", statement]
    return instance.fvm("session", PROJECT, "--", *words, user="anna", check=False)


def rows(done):
    assert done.returncode == 0, done.stderr
    return list(csv.DictReader(io.StringIO(done.stdout)))


def released(instance):
    return instance.json("ledger", "show", PROJECT)["tables"]


def test_a_plain_group_by_is_a_safe_table(house):
    done = psql(house, "SET fvm.safe = on", QUERY)
    shown = rows(done)
    assert list(shown[0]) == ["kommune", "koen", "n", "i_alt", "mark"]
    by = {(r["kommune"], r["koen"]): r for r in shown}
    assert (by["201", "M"]["n"], by["201", "M"]["i_alt"], by["201", "M"]["mark"]) == ("30", "3000", "")
    assert (by["102", "K"]["n"], by["102", "K"]["i_alt"], by["102", "K"]["mark"]) == ("", "", "…")
    counts = [int(r["n"]) for r in shown if r["n"]]
    assert counts == sorted(counts, reverse=True) and [r["n"] == "" for r in shown] == sorted(r["n"] == "" for r in shown)
    assert not any("Total" in r.values() for r in shown) and len(shown) == 6
    assert "is released" in done.stderr and released(house)[-1]["author"] == "anna"


def test_numbers_stand_in_their_order(house):
    query = "SELECT CASE kommune WHEN '101' THEN 9 WHEN '102' THEN 10 ELSE 101 END AS nr, count(DISTINCT pnr) AS n FROM bef.person GROUP BY 1 ORDER BY nr"
    assert [r["nr"] for r in rows(psql(house, "SET fvm.safe = on", query))] == ["9", "10", "101"]
    assert [r["nr"] for r in rows(psql(house, "SET fvm.safe = on", query + " DESC"))] == ["101", "10", "9"]
    texts = query.replace("END AS nr", "END::VARCHAR AS nr")
    assert [r["nr"] for r in rows(psql(house, "SET fvm.safe = on", texts))] == ["10", "101", "9"]


def test_the_same_by_a_call_and_only_when_told(house):
    asked = psql(house, "CALL fvm.safe_group_by($$" + QUERY + "$$)")
    assert rows(asked) == rows(psql(house, "SET fvm.safe = on", QUERY))
    before = len(released(house))
    plain = rows(psql(house, QUERY))
    assert list(plain[0]) == ["kommune", "koen", "n", "i_alt"] and {r["n"] for r in plain} >= {"3"}
    off = rows(psql(house, "SET fvm.safe = on", "SET fvm.safe = off", QUERY))
    assert off == plain and len(released(house)) == before
    assert rows(psql(house, "SHOW fvm.safe"))[0] == {"fvm.safe": "off"}
    assert rows(psql(house, "SET fvm.safe = on", "RESET fvm.safe", "SHOW fvm.safe"))[0] == {"fvm.safe": "off"}


def test_other_statements_are_as_before(house):
    before = len(released(house))
    done = psql(house, "SET fvm.safe = on", "SELECT pnr, koen FROM bef.person LIMIT 3", "SELECT 7 AS x", "\\dt bef.*",
                "SELECT table_name, count(*) FROM information_schema.columns GROUP BY 1 LIMIT 1")
    assert done.returncode == 0, done.stderr
    assert len(released(house)) == before


@pytest.mark.parametrize("query, words", [
    ("SELECT count(DISTINCT pnr) FROM bef.person", "needs GROUP BY"),
    ("SELECT kommune, count(*) FROM bef.person GROUP BY 1", "count(DISTINCT pnr)"),
    ("SELECT kommune, count(DISTINCT pnr), median(beloeb) FROM bef.person GROUP BY 1", "fvm.safe_table"),
    ("SELECT kommune, count(DISTINCT pnr), arg_max(koen, beloeb) AS rigest FROM bef.person GROUP BY 1", "fvm.safe_table"),
    ("SELECT kommune, count(DISTINCT pnr), 1 + kurtosis(beloeb) AS k FROM bef.person GROUP BY ALL", "made of a sum or count"),
    ("SELECT kommune, count(DISTINCT pnr) FROM bef.person GROUP BY 1 HAVING count(*) > 5", "HAVING"),
    ("SELECT kommune, sum(beloeb) FROM bef.person GROUP BY 1", "beside the sums"),
    ("SELECT kode, count(DISTINCT pnr), avg(1.0 * beloeb) FROM bef.person JOIN bef.diagnose USING (pnr) GROUP BY 1", "subquery"),
    ("SELECT koen, count(DISTINCT d.pnr), avg(beloeb) FROM bef.person JOIN bef.diagnose d USING (pnr) GROUP BY 1", "mean over rows"),
    ("SELECT kommune, count(DISTINCT beloeb) FROM bef.person GROUP BY 1", ""),
])
def test_what_is_something_else_says_what_to_write(house, query, words):
    before = len(released(house))
    done = psql(house, "SET fvm.safe = on", query)
    assert done.returncode != 0 and words in done.stderr, done.stderr
    assert len(released(house)) == before


def test_one_person_cannot_be_counted_so(house):
    """The attack, and its control: the same without the setting gives him away inside the session, where everything is."""
    one = "SELECT kommune, count(DISTINCT pnr) AS n FROM bef.person WHERE pnr = (SELECT min(pnr) FROM bef.person) GROUP BY 1"
    shown = rows(psql(house, "SET fvm.safe = on", one))
    assert [(r["kommune"], r["n"], r["mark"]) for r in shown] == [("(others)", "", "…")]
    assert rows(psql(house, one))[0]["n"] == "1"
    subquery = "SELECT k, count(DISTINCT pnr) AS n FROM (SELECT pnr, CASE WHEN pnr = (SELECT min(pnr) FROM bef.person) THEN 'x' ELSE 'y' END AS k FROM bef.person) GROUP BY k"
    assert not any(r["k"] == "x" for r in rows(psql(house, "SET fvm.safe = on", subquery)))


def test_clients_learn_the_columns_before_it_runs(house):
    """As a driver does that prepares first."""
    script = f"SET fvm.safe = on;\n{QUERY} \\gdesc\n"
    done = house.fvm("session", PROJECT, "--", "sh", "-c", 'printf "%s" "$1" | psql -X -q --csv', "sh", script, user="anna", check=False)
    described = rows(done)
    assert [r["Column"] for r in described] == ["kommune", "koen", "n", "i_alt", "mark"]
    assert [r["Type"] for r in described] == ["text", "text", "bigint", "double precision", "text"]


def test_python_and_r_ask_so_too(house):
    python = ("from fvm_tables import safe_group_by, safe_table\n"
              f"t = safe_group_by({QUERY!r}, show=False); print(len(t), t.hidden)\n"
              "u = safe_table('SELECT pnr, kommune, koen FROM bef.person', rows='kommune', columns='koen', coarsen=True, show=False); print(u.hidden)\n")
    done = house.fvm("session", PROJECT, "--", "python3", "-c", python, user="anna", check=False)
    assert done.returncode == 0, done.stderr
    first, second = done.stdout.split("\n")[:2]
    assert first.startswith("6 ") and int(first.split()[1]) > 0 and second == "0"
    r = f'library(fvmtables); t <- safe_group_by("{QUERY}", show = FALSE); cat(nrow(t), sum(nzchar(t$mark)), "\\n"); u <- safe_table("SELECT pnr, kommune, koen FROM bef.person", rows = "kommune", columns = "koen", coarsen = TRUE, show = FALSE); cat(sum(nzchar(u$mark)))'
    done = house.fvm("session", PROJECT, "--", "Rscript", "-e", r, user="anna", check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [*first.split(), "0"]


def test_coarser_and_rounded_by_sql(house, tmp_path):
    sql = "SELECT pnr, kommune, koen FROM bef.person"
    done = psql(house, f"CALL fvm.safe_table('{sql}', rows => 'kommune', columns => 'koen', coarsen => 'on')")
    assert not any(r["mark"] for r in rows(done))
    tables = released(house)
    assert tables[-2]["hidden"] > 0 and tables[-1]["coarser_than"] == tables[-2]["table"]
    wrong = psql(house, f"CALL fvm.safe_table('{sql}', rows => 'kommune', coarsen => 'maybe')")
    assert wrong.returncode != 0 and "coarsen" in wrong.stderr
    exact = psql(house, f"CALL fvm.safe_table('{sql}', rows => 'kommune', round => '5')")
    assert exact.returncode != 0 and "exact numbers" in exact.stderr, "the number is read"
