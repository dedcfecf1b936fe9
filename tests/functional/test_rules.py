"""Rules of disclosure control: what is in force, what can be set, and what a table gets of it."""
import json

import pytest

from support.instance import Instance
from support.tables import ALL, PROJECT, Tables, cells, people

PEOPLE = people(k101_084_K=7, k101_084_M=12, k102_084_K=8, k102_084_M=20, k201_085_K=9)
BY_SEX = ("--rows", "kommune", "--columns", "koen")


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with Instance(tmp_path_factory.mktemp("rules") / "i") as instance:
        yield Tables(instance, PEOPLE, [(n, "DE11") for n in range(1, 8)])


@pytest.fixture
def fresh(tmp_path):
    with Instance(tmp_path / "i") as instance:
        yield Tables(instance, PEOPLE, [(n, "DE11") for n in range(1, 8)])


def set_rules(instance, *lines):
    file = instance.path / "config.toml"
    text = file.read_text().splitlines()
    at = next(i for i, line in enumerate(text) if line.startswith("rules = "))
    text[at] = f"rules = {json.dumps(list(lines))}"
    file.write_text("\n".join(text) + "\n")


def value(instance, parameter, *words):
    shown = instance.json("rules", "show", *words)
    return next(p["value"] for s in shown["statistics"] for p in s["parameters"] if p["name"] == parameter)


def test_rules_in_force_are_shown(running):
    set_rules(running.instance, "sums.p_percent = 15", "register LSR: counts.threshold = 10")
    shown = running.instance.json("rules", "show")
    deciders = {s["statistic"]: s["decided_by"] for s in shown["statistics"]}
    assert deciders["counts"] == "rule" and deciders["models"] == "people" and deciders["plots"] == "never"
    assert value(running.instance, "sums.p_percent") == 15 and value(running.instance, "counts.threshold") == 5
    assert value(running.instance, "counts.threshold", "--register", "BEF", "--register", "lsr") == 10
    text = running.instance.fvm("rules", "show").stdout
    assert "At least 5 units in a cell." in text and "never sent" in text
    set_rules(running.instance)


@pytest.mark.parametrize("line, error", [
    ("counts.threshold = 2", "rules.out_of_range"), ("sums.dominance_percent = 95", "rules.out_of_range"),
    ("counts.treshold = 7", "rules.unknown_parameter"), ("LSR counts.threshold 7", "rules.unreadable"),
    ("unit dogs: counts.threshold = 7", "rules.unknown_unit"), ("unit households: counts.threshold = 7", "rules.unknown_unit"),
    ("counts.bounds_cells = -1", "rules.out_of_range"),
])
def test_a_rule_that_cannot_be_is_told_by_every_verb(running, line, error):
    set_rules(running.instance, line)
    done = running.instance.fvm("--json", "ledger", "show", PROJECT, check=False)
    set_rules(running.instance)
    assert json.loads(done.stdout)["error"] == error and line in json.loads(done.stdout)["message"]
    assert done.returncode == 2


def test_a_table_gets_the_strictest_of_what_it_reads(fresh):
    set_rules(fresh.instance, "register BEF: counts.threshold = 10", "register LSR: counts.threshold = 100")
    table = fresh.table(*BY_SEX)
    shown = cells(table, "kommune", "koen")
    assert table["threshold"] == 10
    assert shown["101", "K"] == "…" and shown["102", "M"] in (20, "…")
    assert any("At least 10 units in a cell." in note and "bef" in note for note in table["notes"])
    record = json.loads((fresh.instance.path / "released" / "29189846" / "1.json").read_text())
    assert record["rules"]["counts.threshold"] == 10 and record["rules"]["sums.p_percent"] == 10


def test_no_table_goes_below_what_holds_for_files(fresh):
    set_rules(fresh.instance, "counts.threshold = 3")
    fresh.instance.setting("cell_count_min = 5", "cell_count_min = 3")
    assert fresh.table("--rows", "kommune")["threshold"] == 3
    fresh.instance.setting("cell_count_min = 3", "cell_count_min = 5")
    assert fresh.table("--rows", "kommune")["threshold"] == 5


def test_what_a_strict_register_kept_is_kept_from_later_tables_of_others(fresh):
    """101 has 7 women: fewer than the 10 of the first table's register, more than the 5 of the second's."""
    alone = "SELECT pnr, 'x' AS hvem FROM bef.person WHERE kommune = '101' AND koen = 'K'"
    set_rules(fresh.instance, "register BEF: counts.threshold = 10")
    assert cells(fresh.table(*BY_SEX), "kommune", "koen")["101", "K"] == "…"
    set_rules(fresh.instance)
    table = fresh.table("--rows", "hvem", sql=alone)
    assert table["threshold"] == 10
    assert not any(c["persons"] == 7 for c in table["cells"])
    assert any("earlier tables" in note for note in table["notes"])


def test_without_a_strict_table_before_it_seven_are_told(fresh):
    alone = "SELECT pnr, 'x' AS hvem FROM bef.person WHERE kommune = '101' AND koen = 'K'"
    fresh.table(*BY_SEX)
    table = fresh.table("--rows", "hvem", sql=alone)
    assert table["threshold"] == 5 and any(c["persons"] == 7 for c in table["cells"])


def test_a_select_sees_no_table_that_it_does_not_name(running):
    hidden = "SELECT d.pnr, kommune FROM bef.diagnose d JOIN query('SELECT pnr, kommune FROM bef.per' || 'son') p USING (pnr)"
    assert running.refused("--rows", "kommune", sql=hidden) == "table.sql_wrong"
    plain = hidden.replace("per' || 'son", "person")
    table = running.table("--rows", "kommune", sql=plain)
    assert any("bef.person" in note and "bef.diagnose" in note for note in table["notes"])
    only = running.table("--rows", "kode", sql="SELECT pnr, kode FROM bef.diagnose")
    assert not any("bef.person" in note for note in only["notes"])


def test_percentages_are_those_of_published_counts(running):
    table = running.table(*BY_SEX, "--percent", "row")
    for cell in table["cells"]:
        whole = next(c for c in table["cells"] if c["kommune"] == cell["kommune"] and c["koen"] == "Total")
        if cell["status"] == whole["status"] == "open":
            assert cell["% of row"] == pytest.approx(100 * cell["persons"] / whole["persons"], abs=0.06)
        else:
            assert cell["% of row"] is None
    assert any(c["% of row"] not in (None, 100) for c in table["cells"])
    assert running.run(*BY_SEX, "--percent", "page").returncode == 2


def test_a_cell_with_all_of_its_group_is_flagged_or_hidden(fresh):
    """201 has women only."""
    table = fresh.table(*BY_SEX)
    shown = cells(table, "kommune", "koen")
    assert shown["201", "K"] == shown["201", "Total"] == 9 and shown["201", "M"] == 0
    assert next(c for c in table["cells"] if (c["kommune"], c["koen"]) == ("201", "K"))["whole_group"]
    assert any("201 · K" in note for note in table["notes"])
    set_rules(fresh.instance, "counts.whole_group = 1")
    table = fresh.table(*BY_SEX)
    shown = cells(table, "kommune", "koen")
    assert shown["201", "K"] == shown["201", "M"] == "…" and shown["201", "Total"] == 9
    # nor is either what the total of its column leaves
    for sex in ("K", "M"):
        assert sum(shown[k, sex] == "…" for k in ("101", "102", "201", "Total")) >= 2
    assert not any("whole_group" in cell for cell in table["cells"])
    record = json.loads((fresh.instance.path / "released" / "29189846" / "2.json").read_text())
    assert all((m == "o") == (c is not None) for m, c in zip(record["marks"], record["counts"]))
