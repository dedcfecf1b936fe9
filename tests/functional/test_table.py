"""fvm table: tables drawn by hand, with everything that was released before."""
import csv
import io
import json
import re
import zipfile
import xml.etree.ElementTree as ET

import pytest

from support.instance import Instance
from support.tables import ALL, PROJECT, Tables, cells, people

GROUPS = dict(k101_084_K=7, k101_084_M=12, k102_084_K=3, k102_084_M=20, k201_085_K=9, k201_085_M=30, knone_085_K=6, knone_085_M=5, k999_085_M=2)
PEOPLE = people(**GROUPS)
BY_SEX = ("--rows", "kommune", "--columns", "koen")


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """Errors and looks: what is released here is of no matter to another test."""
    with Instance(tmp_path_factory.mktemp("table") / "i") as instance:
        yield Tables(instance, PEOPLE, [(1, "DE11"), (1, "DI21"), *((n, "DE11") for n in range(2, 8)), *((n, "DI21") for n in range(8, 20))])


@pytest.fixture
def fresh(tmp_path):
    with Instance(tmp_path / "i") as instance:
        yield Tables(instance, PEOPLE)


def marked(shown):
    return {cell for cell, value in shown.items() if not isinstance(value, int)}


def test_a_small_cell_and_those_that_would_give_it_away(fresh):
    table = fresh.table(*BY_SEX)
    shown = cells(table, "kommune", "koen")
    assert shown["Total", "Total"] == 94 and shown["Total", "K"] == 25 and shown["Total", "M"] == 69
    assert shown["102", "K"] == "…" and shown["102", "Total"] in (23, "…")
    assert shown["(missing)", "Total"] in (11, "…")
    # 999 has two persons only: it is not named, and as (others) it is small still
    assert "999" not in json.dumps(table) and shown["(others)", "M"] == "…"
    # one more cell of each row and column that has a hidden one: nothing is the difference of what is shown
    for sexes in ("K", "M", "Total"), :
        for kommune in {cell[0] for cell in shown}:
            assert len([s for s in sexes if (kommune, s) in marked(shown)]) != 1
    for sex in ("K", "M", "Total"):
        assert len([cell for cell in marked(shown) if cell[1] == sex]) != 1
    assert table["hidden"] == len(marked(shown)) and table["threshold"] == 5


def test_men_after_all_do_not_tell_women(fresh):
    """Two tables with nothing small in either: the difference is the three women of 102."""
    everybody = cells(fresh.table("--rows", "kommune"), "kommune")
    assert everybody["102",] == 23
    men = fresh.table("--rows", "kommune", "--explain", "kommune=102", sql=ALL + " WHERE koen = 'M'")
    shown = cells(men, "kommune")
    assert shown["102",] == "…" and shown["101",] == 12 and shown["201",] == 30
    # nor does the men's total, with all other kommuner, give it
    assert len(marked(shown)) >= 2
    assert "tables released before: 1." in men["explanation"]["reason"]


def test_the_same_query_twice_is_answered_the_same(fresh):
    first, second = fresh.table(*BY_SEX), fresh.table(*BY_SEX)
    assert [c["status"] for c in first["cells"]] == [c["status"] for c in second["cells"]]
    assert first["cells"] == second["cells"]
    assert second["facts"] == second["facts_before"] == first["facts"]


def test_other_names_for_the_same_cells_tell_nothing_new(fresh):
    first = cells(fresh.table(*BY_SEX), "kommune", "koen")
    again = fresh.table("--rows", "k", "--columns", "s", sql="SELECT pnr, 'kommune ' || kommune AS k, lower(koen) AS s FROM bef.person")
    second = cells(again, "k", "s")
    rename = lambda kommune, sex: (kommune if kommune[0] in "T(" else "kommune " + kommune, sex if sex == "Total" else sex.lower())
    assert {rename(*cell): value for cell, value in first.items()} == second
    assert again["facts"] == again["facts_before"]


@pytest.mark.parametrize("came", [1, 4])
def test_the_same_query_when_a_few_have_come(fresh, came):
    before = cells(fresh.table("--rows", "kommune"), "kommune")
    fresh.deliver(PEOPLE + [(900 + i, "101", "084", "K", "100") for i in range(came)])
    fresh.instance.fvm("project", "build", PROJECT)
    after = cells(fresh.table("--rows", "kommune"), "kommune")
    assert before["101",] == 19 and before["Total",] == 94
    assert after["101",] == "…" and after["Total",] == "…" and after["201",] == 39


def test_many_who_came_may_be_told(fresh):
    """The control: what is hidden above is hidden because they were few."""
    fresh.table("--rows", "kommune")
    fresh.deliver(PEOPLE + [(900 + i, "101", "084", "K", "100") for i in range(8)])
    fresh.instance.fvm("project", "build", PROJECT)
    after = cells(fresh.table("--rows", "kommune"), "kommune")
    assert after["101",] == 27 and after["Total",] == 102


def test_a_filter_that_leaves_one_person_out(fresh):
    fresh.table("--rows", "kommune")
    one = f"{ALL} WHERE pnr <> (SELECT min(pnr) FROM bef.person WHERE kommune = '201')"
    shown = cells(fresh.table("--rows", "kommune", sql=one), "kommune")
    assert shown["201",] == "…" and shown["Total",] == "…" and shown["101",] == 19


def test_another_project_of_the_institution_is_the_same_attacker(fresh):
    """Its pseudonyms differ; the persons are the same."""
    fresh.project("TST-2026-9002")
    assert cells(fresh.table("--rows", "kommune"), "kommune")["102",] == 23
    men = cells(fresh.table("--rows", "kommune", sql=ALL + " WHERE koen = 'M'", project="TST-2026-9002"), "kommune")
    assert men["102",] == "…"
    fresh.institution("Anden Kommune", "28856075", "berit")
    fresh.project("TST-2026-9003", user="berit", cvr="28856075", name="Anden Kommune")
    other = cells(fresh.table("--rows", "kommune", sql=ALL + " WHERE koen = 'M'", project="TST-2026-9003", user="berit"), "kommune")
    assert other["102",] == 20, "another institution has not seen the first table"


def test_a_person_with_two_diagnoses_is_one_person(running):
    shown = cells(running.table("--rows", "kode", sql="SELECT pnr, kode FROM bef.diagnose"), "kode")
    assert shown["DE11",] == 7 or shown["DE11",] == "…"
    # 7 + 13 rows are 19 persons; with all three shown the one who has both would be known
    numbers = [value for value in shown.values() if isinstance(value, int)]
    assert len(numbers) < 3 and 20 not in numbers


def test_hierarchy(fresh):
    shown = cells(fresh.table("--rows", "kommune", "--hierarchy", "kommune=region"), "kommune")
    assert shown["084",] == 42 and shown["085",] == 52
    assert shown["101",] == 19 and shown["102",] == 23
    # the two of 999 are below 085 with the others there: with all of those shown they would be known
    assert shown["(others)",] == "…" and "…" in (shown["201",], shown["(missing)",])


def test_a_value_with_two_parents_is_no_hierarchy(running):
    assert running.refused("--rows", "koen", "--hierarchy", "koen=region") == "table.not_a_hierarchy"


def test_sums_means_and_medians(fresh):
    rows = [(i, "101", "084", "K", 100 + i) for i in range(1, 21)] + [(20 + i, "102", "084", "K", 100) for i in range(8)]
    rows += [(40, "103", "084", "K", 90_000)] + [(40 + i, "103", "084", "K", 10) for i in range(1, 8)]
    fresh.deliver(rows)
    fresh.instance.fvm("project", "build", PROJECT)
    table = fresh.table("--rows", "kommune", "--sum", "beloeb", "--mean", "beloeb", "--median", "beloeb")
    status = {c["kommune"]: c["status"] for c in table["cells"]}
    total = {c["kommune"]: c["sum of beloeb"] for c in table["cells"]}
    mean = {c["kommune"]: c["mean of beloeb"] for c in table["cells"]}
    median = {c["kommune"]: c["median of beloeb"] for c in table["cells"]}
    # one person of 103 has nearly all of its sum: hidden, and another one with it, else total − others tells it
    assert status["103"] == "hidden" and total["103"] is None and mean["103"] is None
    assert sum(status[k] == "open" for k in ("101", "102")) <= 1 or status["Total"] != "open"
    for kommune, members in {"101": [r[4] for r in rows[:20]], "102": [100] * 8}.items():
        if status[kommune] == "open":
            assert total[kommune] == sum(members) and mean[kommune] == pytest.approx(sum(members) / len(members))
    # the twenty of 101 all differ: the tenth, 110, is told as what five share
    if status["101"] == "open":
        assert median["101"] == 110 and sum(abs(v - 110) <= 2.5 for v in range(101, 121)) >= 5


def test_what_has_no_rule_is_refused(fresh):
    fresh.deliver([(n, k, r, s, "-5" if n == 3 else b) for n, k, r, s, b in PEOPLE])
    fresh.instance.fvm("project", "build", PROJECT)
    assert fresh.refused("--rows", "kommune", "--sum", "beloeb") == "table.measure_negative"
    missing = "SELECT pnr, kommune, CASE WHEN koen = 'M' THEN beloeb END AS beloeb FROM bef.person"
    assert fresh.refused("--rows", "kommune", "--sum", "beloeb", sql=missing) == "table.measure_missing"


@pytest.mark.parametrize("sql, error", [
    ("SELECT pnr, kommune FROM nowhere", "table.sql_wrong"),
    ("SELEC pnr", "table.sql_wrong"),
    ("SELECT pnr, koen FROM bef.person", "table.column_unknown"),
    ("SELECT kommune FROM bef.person", "table.no_unit"),
    ("SELECT kommune AS pnr, kommune FROM bef.person", "table.unit_no_number"),
    ("SELECT pnr, kommune FROM bef.person; SELECT 1", "table.several_statements"),
    ("SELECT pnr, kommune FROM bef.person) q; DROP TABLE x; --", "table.sql_wrong"),
    ("CREATE TABLE t AS SELECT 1", "table.no_select"),
    ("DROP VIEW bef.person", "table.no_select"),
    ("COPY (SELECT 1) TO '/out/x.csv'", "table.no_select"),
    ("SET threads = 1", "table.no_select"),
    ("", "table.no_select"),
    ("SELECT pnr, kommune FROM bef.person WHERE koen = ?", "table.parameters"),
    ("SELECT pnr, kommune, kommune FROM bef.person", "table.column_twice"),
    ("SELECT row_number() OVER () AS pnr, kommune FROM bef.person", "table.unit_unknown"),
    ("SELECT pnr, pnr::VARCHAR AS kommune FROM bef.person p, range(5)", None),
    ("SELECT pnr, (SELECT min(pnr) FROM bef.person)::VARCHAR AS kommune FROM bef.person", "table.label_identifies"),
    ("SELECT pnr, repeat('x', 200) AS kommune FROM bef.person", "table.bad_label"),
    ("SELECT pnr, error('no ' || pnr) AS kommune FROM bef.person", "table.sql_failed"),
    ("SELECT pnr, kommune FROM bef.person -- a remark", None),
    ("SELECT pnr, kommune FROM person;", None),
])
def test_bad_questions_have_their_answer(running, sql, error):
    done = running.run("--rows", "kommune", sql=sql)
    document = json.loads(done.stdout)
    if error is None:
        assert done.returncode == 0, done.stdout
        return
    assert document["error"] == error and done.returncode in (1, 2)
    assert not re.search(r"\d{10}", document["message"]), "no value of a row in an error"
    last = running.records()[-1]
    assert last["action"] == "table.refused" and last["facts"]["reason"] == error


def test_persons_as_headings_are_others(running):
    """A pseudonym as a dimension: each is one person, so none is named."""
    table = running.table("--rows", "who", sql="SELECT pnr, pnr::VARCHAR AS who FROM bef.person")
    assert {c["who"] for c in table["cells"]} == {"Total", "(others)"}


def test_only_members_ask(running):
    running.instance.fvm("user", "add", "eva", "--institution", "29189846", "--role", "analyst")
    assert running.refused(*BY_SEX, user="eva") == "enclave.not_member"
    assert running.records()[-1]["facts"]["reason"] == "enclave.not_member"


@pytest.mark.parametrize("words, error", [
    (("--rows", "kommune,kommune"), "table.dimension_twice"), (("--rows", ","), "table.no_dimension"),
    (("--rows", "kommune", "--hierarchy", "by=region"), "table.hierarchy_unreadable"),
    (("--rows", "kommune", "--percentile", "beloeb"), "table.percentile_unreadable"),
    (("--rows", "kommune", "--sum", "koen"), "table.measure_no_number"),
    (("--rows", "pnr"), "table.unit_is_dimension"),
    (("--rows", "kommune", "--out", "t.pdf"), "table.unknown_format"),
    (("--rows", "kommune", "--as-of", "1999-01-01"), "table.not_so_old"),
])
def test_bad_options_have_their_answer(running, words, error):
    assert running.refused(*words) == error


def test_every_format_says_the_same(fresh, tmp_path):
    out = {ending: tmp_path / f"t.{ending}" for ending in ("csv", "xlsx", "html", "svg", "json")}
    table = fresh.table(*BY_SEX, *(word for file in out.values() for word in ("--out", file)), "--title", "Borgere <&>")
    shown = cells(table, "kommune", "koen")
    text = {c: str(v) for c, v in shown.items()}
    # CSV: byte order mark, semicolons
    raw = out["csv"].read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";"))
    sexes = rows[0][1:]
    assert rows[0][0] == "kommune" and sexes == ["Total", "K", "M"]
    read = {(row[0], sex): value for row in rows[1:rows.index([])] for sex, value in zip(sexes, row[1:])}
    assert read == text
    # XLSX: numbers are numbers
    with zipfile.ZipFile(out["xlsx"]) as book:
        sheet, strings = book.read("xl/worksheets/sheet1.xml").decode(), book.read("xl/sharedStrings.xml").decode()
    assert "<v>94</v>" in sheet and "…" in strings and "Borgere &lt;&amp;&gt;" in strings
    # HTML: caption and scopes
    page = ET.fromstring(out["html"].read_text(encoding="utf-8").replace("<!DOCTYPE html>", "").replace('<meta charset="utf-8">', ""))
    assert page.find(".//caption").text == "Borgere <&>"
    assert {th.get("scope") for th in page.iter("th")} == {"row", "col"}
    assert sorted(td.text for td in page.iter("td")) == sorted(text.values())
    # SVG: a bar where there is a number, none where it is hidden
    picture = ET.fromstring(out["svg"].read_text(encoding="utf-8"))
    bars = [r for r in picture.iter("{http://www.w3.org/2000/svg}rect")]
    leaves = [k for k, s in shown if s == "Total" and k != "Total"]
    assert len(bars) == sum(isinstance(shown[k, "Total"], int) for k in leaves)
    assert "script" not in out["svg"].read_text() and "href" not in out["svg"].read_text()
    # JSON
    assert json.loads(out["json"].read_text())["cells"] == table["cells"]
    # the record has their SHA-256
    import hashlib
    recorded = {o["format"]: o["sha256"] for o in table["outputs"]}
    assert recorded == {ending: hashlib.sha256(file.read_bytes()).hexdigest() for ending, file in out.items()}
    # and the same bytes can be had again
    again = tmp_path / "again.html"
    fresh.instance.fvm("ledger", "show", PROJECT, "--table", "1", "--out", again)
    assert again.read_bytes() == out["html"].read_bytes()


def test_danish(fresh):
    fresh.instance.environment["FVM_LANG"] = "da"
    done = fresh.instance.fvm("table", PROJECT, *BY_SEX, "--from", ALL, user="anna")
    assert "I alt" in done.stdout and "(uoplyst)" in done.stdout and "Antal persons efter kommune og koen" in done.stdout
    assert "er udleveret" in done.stderr


def test_the_ledger_shows_and_explains(fresh):
    fresh.table(*BY_SEX)
    fresh.table("--rows", "koen")
    shown = fresh.instance.json("ledger", "show", PROJECT)
    assert [t["table"] for t in shown["tables"]] == [1, 2]
    first, second = shown["tables"]
    assert first["facts_before"] == 0 and first["facts"] > 0 and second["facts_before"] == first["facts"] == second["facts"]
    explained = fresh.instance.json("ledger", "show", PROJECT, "--table", "1", "--explain", "kommune=102,koen=K")["explanation"]
    assert explained["status"] == "hidden" and "fewer than 5" in explained["reason"]
    assert "kommune = Total, koen = K" in explained["published"]
    assert all("or nearly" in line for line in explained["would_tell"]) and explained["would_tell"]
    hidden = [f"kommune={c['kommune']},koen={c['koen']}" for c in fresh.instance.json("ledger", "show", PROJECT, "--table", "1")["cells"]
              if c["status"] == "hidden"]
    reasons = {fresh.instance.json("ledger", "show", PROJECT, "--table", "1", "--explain", cell)["explanation"]["reason"] for cell in hidden}
    assert len(hidden) > 2 and len(reasons) == 1, "what hides a single cell is not told"
    unknown = fresh.instance.fvm("--json", "ledger", "show", PROJECT, "--table", "1", "--explain", "kommune=999", check=False)
    assert json.loads(unknown.stdout)["error"] == "table.cell_unknown"


def test_numbers_that_were_not_told_are_in_no_record(fresh):
    fresh.table(*BY_SEX)
    record = json.loads((fresh.instance.path / "released" / "29189846" / "1.json").read_text())
    for mark, count in zip(record["marks"], record["counts"]):
        assert (mark == "o") == (count is not None)


def test_as_of_an_earlier_time(fresh):
    import datetime
    before = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    fresh.deliver(PEOPLE + [(900 + i, "101", "084", "K", "100") for i in range(9)])
    fresh.instance.fvm("project", "build", PROJECT)
    assert cells(fresh.table("--rows", "kommune", "--as-of", before), "kommune")["101",] == 19
    assert cells(fresh.table("--rows", "kommune"), "kommune")["101",] == 28


@pytest.mark.parametrize("point", ["table.counted", "table.judged", "table.kept", "table.recorded"])
def test_killed_at_any_step_leaves_all_or_nothing(fresh, tmp_path, point):
    first = fresh.table("--rows", "kommune")
    done = fresh.run("--rows", "kommune", "--out", tmp_path / "t.csv", sql=ALL + " WHERE koen = 'M'", crash_at=point)
    assert done.returncode == -9 and not (tmp_path / "t.csv").exists()
    tables = fresh.instance.json("ledger", "show", PROJECT)["tables"]
    assert len(tables) == (2 if point == "table.recorded" else 1)
    # what follows is judged as if it had been told, or had not been asked for
    men = fresh.table("--rows", "kommune", sql=ALL + " WHERE koen = 'M'")
    assert cells(men, "kommune")["102",] == "…" and men["table"] == len(tables) + 1
    assert cells(first, "kommune")["102",] == 23


def test_a_changed_ledger_is_noticed(fresh):
    fresh.table("--rows", "kommune")
    record = fresh.instance.path / "released" / "29189846" / "1.json"
    record.write_text(record.read_text().replace('"counts":[94', '"counts":[95'))
    assert fresh.refused("--rows", "koen") == "table.ledger_damaged"
    shown = fresh.instance.fvm("--json", "ledger", "show", PROJECT, check=False)
    assert json.loads(shown.stdout)["error"] == "table.ledger_damaged"
