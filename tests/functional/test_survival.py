"""fvm survival: curves of published counts, against a life table of our own."""
import csv
import io
import json
import random
import shutil
import xml.etree.ElementTree as ET

import pytest

from support.instance import Instance
from support.tables import PROJECT, Tables

random.seed(7)
PEOPLE = [(n, "101" if random.random() < 0.6 else "102", "084", random.choice("KM"), random.randrange(0, 400)) for n in range(1, 601)]
SQL = "SELECT pnr, beloeb AS dage, kommune = '101' AS doed, koen FROM bef.person"


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with Instance(tmp_path_factory.mktemp("survival") / "i") as instance:
        yield Tables(instance, PEOPLE)


@pytest.fixture
def fresh(tmp_path):
    with Instance(tmp_path / "i") as instance:
        yield Tables(instance, PEOPLE)


def survival(tables, *words, sql=SQL, check=True):
    done = tables.instance.fvm("--json", "survival", PROJECT, "--from", sql, "--time", "dage", "--event", "doed", *words, user="anna", check=check)
    return json.loads(done.stdout)


def true_steps(steps, persons, until):
    """Life table of the true rows in the bands that were published."""
    out, alive, left = [], 1.0, len(persons)
    for step in steps:
        def is_inside(t, e):
            if until and t >= until:  # still there, or gone on the very last day
                return (step["to"] == until) if e else step["from"] == until
            return step["from"] <= t and (step["to"] is None or t < step["to"])
        inside = [(t, e) for t, e in persons if is_inside(t, e)]
        events = sum(e for _, e in inside)
        censored = len(inside) - events
        alive *= 1 - events / (left - censored / 2) if step["to"] else 1
        out.append((left, events, censored, alive))
        left -= len(inside)
    assert left == 0
    return out


@pytest.mark.parametrize("words, until", [(("--until", "365"), 365), ((), None), (("--by", "koen", "--until", "365", "--width", "1"), 365)])
def test_a_curve_is_the_life_table_of_its_bands(fresh, words, until):
    shown = survival(fresh, *words)
    groups = {"--by": ["Total", "K", "M"]}.get(words[0] if words else "", [None])
    assert [c["group"] for c in shown["curves"]] == [[g] if g else [] for g in groups]
    for curve, group in zip(shown["curves"], groups):
        persons = [(t, k == "101") for _, k, _, s, t in PEOPLE if group in (None, "Total", s)]
        if until:
            persons = [(min(t, until), e and t <= until) for t, e in persons]
        assert curve["whole"] and len(curve["steps"]) > 3
        for step, (left, events, censored, alive) in zip(curve["steps"], true_steps(curve["steps"], persons, until)):
            assert (step["at_risk"], step["events"], step["censored"]) == (left, events, censored)
            assert events >= 5 or (step["from"] == until and events == 0), "each step pools enough"
            assert censored == 0 or censored >= 5
            assert step["survival"] == (pytest.approx(alive) if step["to"] else None)
        last = curve["steps"][-1]
        assert last["to"] is None, "the longest time is somebody's"
        if until:
            assert last["from"] == until and last["at_risk"] == last["censored"] and curve["steps"][-2]["to"] == until


def test_one_person_less_tells_nothing_of_her(fresh):
    survival(fresh, "--until", "365")
    less = survival(fresh, "--until", "365", sql=SQL + " WHERE pnr <> (SELECT min(pnr) FROM bef.person)")
    assert less["hidden"] > 0
    for curve in less["curves"]:
        assert not curve["steps"], "how many there are in all would tell that one is gone"


def test_a_plain_table_and_a_curve_do_not_tell_each_other(fresh):
    """The table says how many are of 101; the curve of all but four of them is no second opinion."""
    fresh.table("--rows", "kommune")
    four = f"SELECT * FROM ({SQL}) WHERE pnr NOT IN (SELECT pnr FROM bef.person WHERE kommune = '101' ORDER BY pnr LIMIT 4)"
    less = survival(fresh, "--until", "365", sql=four)
    assert not any(c["steps"] for c in less["curves"])


def test_every_format(fresh, tmp_path):
    files = {e: tmp_path / f"s.{e}" for e in ("csv", "xlsx", "html", "svg")}
    shown = survival(fresh, "--by", "koen", "--until", "365", *(w for f in files.values() for w in ("--out", f)))
    rows = files["csv"].read_text(encoding="utf-8-sig").splitlines()
    assert rows[0] == "koen;from;to;at risk;events;censored;survival;standard error"
    step = shown["curves"][0]["steps"][0]
    assert rows[1].startswith(f"Total;0;{step['to']:g};{step['at_risk']};{step['events']};{step['censored']};{step['survival']:.4f};")
    picture = ET.fromstring(files["svg"].read_text(encoding="utf-8"))
    lines = picture.findall("{http://www.w3.org/2000/svg}polyline")
    assert len(lines) == 3
    for line, curve in zip(lines, shown["curves"]):
        assert len(line.get("points").split()) == 1 + sum(step["to"] is not None for step in curve["steps"])
    assert any("At least 5 events in each step." in note for note in shown["notes"])


@pytest.mark.parametrize("sql, error", [
    (SQL.replace("beloeb AS dage", "koen AS dage"), "table.time_no_number"), (SQL.replace("kommune = '101' AS doed", "koen AS doed"), "table.event_no_truth"),
    (SQL.replace("beloeb AS", "nullif(beloeb, 100) AS"), "table.time_missing"), (SQL.replace("beloeb AS", "beloeb - 10 AS"), "table.time_missing"),
    (SQL + " UNION ALL " + SQL.replace("beloeb AS", "beloeb + 100 AS"), "table.time_twice"),
    (SQL.replace("kommune = '101' AS", "nullif(kommune, '102') = '101' AS"), "table.time_missing"),
])
def test_what_is_no_time_is_told(running, sql, error):
    assert survival(running, sql=sql, check=False)["error"] == error


@pytest.mark.parametrize("word", ["0", "-3", "x", "1e99", "nan"])
def test_widths_are_numbers_above_zero(running, word):
    assert survival(running, f"--width={word}", check=False)["error"] == "table.time_unreadable"


def session(tables, *command):
    return tables.instance.fvm("session", PROJECT, "--", *command, user="anna", check=False)


def same_steps(rows, curves):
    """Rows of a session and the curves of `fvm survival`."""
    told = [(group, step) for curve in curves for group, step in ((curve["group"], step) for step in curve["steps"])]
    assert len(rows) == len(told)
    for row, (group, step) in zip(rows, told):
        assert row["koen"] == group[0]
        for name in ("from", "to", "at_risk", "events", "censored", "survival", "standard_error"):
            value = row[name] if row[name] != "" else None
            assert (value is None) == (step[name] is None) and (value is None or float(value) == pytest.approx(step[name])), (row, step)


def test_in_a_session_by_sql(fresh):
    words = SQL.replace("'", "''")
    done = session(fresh, "psql", "-X", "-q", "--csv", "-c", f"CALL fvm.safe_survival('{words}', 'dage', 'doed', by => 'koen', until => '365', out => '/outbox/s.svg')")
    assert done.returncode == 0, done.stderr
    shown = survival(fresh, "--by", "koen", "--until", "365")["curves"]
    same_steps(list(csv.DictReader(io.StringIO(done.stdout))), shown)
    assert "Written: /outbox/s.svg" in done.stderr and "is released" in done.stderr
    again = session(fresh, "psql", "-X", "-q", "--csv", "-c", "CALL fvm.safe_table_again(1)")
    assert again.stdout == done.stdout
    alone = session(fresh, "psql", "-X", "-c", f"CALL fvm.safe_survival('{words}', 'dage')")
    assert alone.returncode != 0 and "needs both time" in alone.stderr
    cut = session(fresh, "psql", "-X", "-q", "--csv", "-c",
                  f"CALL fvm.safe_survival('{words} WHERE pnr <> (SELECT min(pnr) FROM bef.person)', 'dage', 'doed', until => '365')")
    assert cut.returncode == 0 and "ends before all times are shown" in cut.stderr and len(cut.stdout.splitlines()) == 1


def test_in_python_and_in_R(fresh):
    shown = survival(fresh, "--by", "koen", "--until", "365", "--width", "30")["curves"]
    done = session(fresh, "python3", "-c", f"""
import json
from fvm_tables import safe_survival, safe_table_again
c = safe_survival({SQL!r}, "dage", "doed", by="koen", until=365, width=30, show=False)
assert safe_table_again(c.number, show=False).rows == c.rows and repr(c).startswith("<SafeCurves")
print(json.dumps(c.rows))
print(c)""")
    assert done.returncode == 0, done.stderr
    first, drawn = done.stdout.split("\n", 1)
    same_steps(json.loads(first), shown)
    assert "at_risk" in drawn and "is released" in drawn
    if shutil.which("Rscript") is None:
        pytest.skip("R is not installed")
    done = session(fresh, "Rscript", "-e", f"""library(fvmtables); c <- safe_survival("{SQL}", "dage", "doed", by = "koen", until = 365)
stopifnot(inherits(c, "safe_curves"), identical(dim(safe_table_again(attr(c, "number"), show = FALSE)), dim(c)))
write.csv(as.data.frame(c), "/work/c.csv", row.names = FALSE, na = "")""")
    assert done.returncode == 0, done.stderr
    same_steps(list(csv.DictReader((fresh.instance.path / "projects" / PROJECT / "work" / "c.csv").open(encoding="utf-8"))), shown)


def test_a_curve_is_sent_home_and_explained_in_the_step_that_makes_it(fresh):
    less = SQL + " WHERE pnr <> (SELECT min(pnr) FROM bef.person)"
    survival(fresh, "--until", "365")
    told = survival(fresh, "--until", "365", "--explain", "doed=Total,dage=Total", sql=less)["explanation"]
    assert told["status"] == "hidden" and any("or nearly" in line for line in told["would_tell"])
    refused = survival(fresh, "--send", "nobody@example.org", "--purpose", "x", check=False)
    assert refused["error"].startswith("release."), "not on the list: nothing is made"
    assert len(fresh.instance.json("ledger", "show", PROJECT)["tables"]) == 2
