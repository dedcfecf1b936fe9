"""Units of two kinds: a provider singled out through a table of persons, a person through a table of providers, and both through
several tables. Each attack has its control: the same question that singles out nobody, or the same tables without this protection,
is answered; what the attacker would know is counted from the rows. One institution for each attack.
"""
import json
import random

import pytest

from support.asking import Asker
from support.attack_exact import zero_sums
from support.attack_sets import Facts, atoms_of
from support.instance import Instance
from support.tables import cells
from support.units import PERSONS, VISITS, Units, distinct, visits

ROWS = [
    *visits(30, [1, 2, 3, 4, 5, 6, 7, 8], "101"),
    *visits(40, [9], "102"),                     # one practice has all of 102
    *visits(40, [10, 11, 12, 13, 14, 15], "103"),
    *visits(2, [16, 17, 18, 19, 20, 21, 22], "104"),  # two persons went to seven practices
    *visits(25, [10], "103", kind="B"),          # the others of 103 have no such visits
    *visits(25, [1, 2, 3, 4, 5, 6], "105"), *visits(5, [7], "105", kroner=100_000),  # one practice has nearly all the money of 105
    *visits(20, [23, 24, 25, 26, 27, 28], "106"),
]
BY_PLACE = ("--rows", "kommune")


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with Instance(tmp_path_factory.mktemp("units") / "i") as instance:
        yield Units(instance, ROWS)


@pytest.fixture
def asker(running):
    return UnitAsker(running)


class UnitAsker(Asker):
    def ask(self, *words, sql=VISITS, count="persons", by=("kommune",)):
        table = self.tables.table("--rows", ",".join(by), "--count", count, *words, sql=sql, project=self.project, user=self.user)
        return cells(table, *by, figure=count)

    def refused(self, *words, sql=VISITS, count="persons"):
        return self.tables.refused(*BY_PLACE, "--count", count, *words, sql=sql, project=self.project, user=self.user)


def test_providers_are_counted_and_few_are_not_told(asker):
    shown = asker.ask(count="providers")
    for kommune in ("101", "103", "106"):
        assert shown[kommune,] in (distinct(ROWS, 1, kommune=kommune), "…")
    assert distinct(ROWS, 1, kommune="102") == 1 and shown.get(("102",)) in (None, "…"), "a practice alone"
    assert [value for value in shown.values() if value != "…"], "the others are told"
    assert shown["101",] == 8


def test_persons_are_protected_where_providers_are_counted(asker):
    assert distinct(ROWS, 1, kommune="104") == 7 and distinct(ROWS, 0, kommune="104") == 2
    shown = asker.ask(count="providers")
    assert shown.get(("104",)) in (None, "…"), "seven practices, two persons"
    # the control: where the persons are many, as many practices are told
    assert shown["101",] == 8


def test_providers_are_protected_where_persons_are_counted(asker):
    assert distinct(ROWS, 0, kommune="102") == 40
    assert asker.ask().get(("102",)) in (None, "…"), "forty persons, one practice"


def test_the_same_table_without_providers_is_answered(asker):
    """The control of the one before: it is the practice that was protected, not its patients."""
    assert asker.ask(sql=PERSONS)["102",] == 40


def test_persons_of_one_chosen_provider(asker):
    """Whoever chooses by a provider has to show it; then the cell is one of one provider."""
    number = "(SELECT min(ydernr) FROM yd.besoeg WHERE kommune = '102')"
    assert asker.refused(sql=PERSONS + f" WHERE ydernr = {number}") == "table.provider_not_given"
    shown = asker.ask(sql=VISITS + f" WHERE ydernr = {number}")
    assert all(value == "…" for value in shown.values()), shown
    assert any(value != "…" for value in asker.ask(sql=VISITS + " WHERE kommune = '101'").values()), "the control"


DISGUISES = {
    "another name": "SELECT pnr, kommune, ydernr AS y FROM yd.besoeg",
    "in other letters": 'SELECT pnr, kommune FROM yd.besoeg WHERE "YDERNR" > 0',
    "below": "SELECT pnr, kommune FROM (SELECT * FROM yd.besoeg WHERE ydernr IN (SELECT max(ydernr) FROM yd.besoeg))",
    "as a text": "SELECT pnr, kommune, ydernr::VARCHAR AS y FROM yd.besoeg",
    "grouped": "SELECT pnr, min(kommune) AS kommune FROM yd.besoeg GROUP BY pnr, ydernr",
}


@pytest.mark.parametrize("how", DISGUISES)
def test_a_provider_that_is_used_and_not_shown(asker, how):
    assert asker.refused(sql=DISGUISES[how]) == "table.provider_not_given"


UNSEEN = {
    "in the row as a whole": "SELECT pnr, kommune FROM yd.besoeg WHERE struct_extract(besoeg, 'yder' || 'nr') > 0",
    "columns by a pattern": "SELECT pnr, kommune FROM yd.besoeg WHERE COLUMNS('^yde.*') > 0",
    "columns by a computed name": "SELECT pnr, kommune FROM yd.besoeg WHERE COLUMNS(lambda c: c = 'yder' || 'nr') > 0",
    "by place": "SELECT a AS pnr, b AS x, c AS y, d AS kommune FROM yd.besoeg AS t(a, b, c, d)",
}
SEEN = {"'yder' || 'nr'": "'kro' || 'ner'", "^yde": "^kro"}


@pytest.mark.parametrize("how", UNSEEN)
def test_a_provider_that_is_not_named_is_not_there(asker, how):
    """By its place neither: the fourth column is another one than in the table, so the kommune is asked of what is no kommune."""
    done = asker.run(*BY_PLACE, "--unit", "pnr", sql=UNSEEN[how])
    if done.returncode == 0:  # then what it took for the place is not a provider
        assert how == "by place" and not {cell["kommune"] for cell in json.loads(done.stdout)["cells"]} & {row[2] for row in ROWS}
    else:
        assert json.loads(done.stdout)["error"] in ("table.sql_wrong", "table.sql_failed", "table.column_unknown", "table.unit_unknown",
                                                             "table.unit_no_number")


@pytest.mark.parametrize("how", [how for how, sql in UNSEEN.items() if any(part in sql for part in SEEN)])
def test_what_is_no_provider_is_there(asker, how):
    """The control of the one before: written the same way, money is found."""
    sql = UNSEEN[how]
    for provider, money in SEEN.items():
        sql = sql.replace(provider, money)
    assert asker.ask("--unit", "pnr", sql=sql)["101",] == 30


def test_all_columns_without_a_provider(asker):
    shown = asker.ask(sql="SELECT * FROM yd.besoeg")
    assert shown["102",] == 40, "no provider is named, so there is none in it"


def test_rows_of_persons_must_show_them(asker):
    sql = "SELECT ydernr, kommune FROM yd.besoeg"
    assert asker.refused(sql=sql, count="providers") == "table.person_not_given"
    assert asker.refused(sql="SELECT ydernr, pnr AS p, kommune FROM yd.besoeg", count="providers") == "table.person_not_given"
    assert asker.ask(sql="SELECT ydernr, pnr, kommune FROM yd.besoeg", count="providers")["101",] == 8, "the control"


def test_two_columns_of_providers(asker):
    assert asker.refused(sql="SELECT pnr, ydernr, henviser, kommune FROM yd.besoeg") == "table.two_of_a_kind"
    assert asker.ask(sql="SELECT pnr, henviser, kommune FROM yd.besoeg")["101",] == 30, "the control: one of them"


def test_providers_numbers_are_no_headings(asker):
    """A practice's number as a value: it is one practice's, so it is not named; put together with its patients' it is still a number."""
    sql = "SELECT pnr, ydernr, {} AS kommune FROM yd.besoeg WHERE kommune = '102'"
    assert set(asker.ask(sql=sql.format("ydernr::VARCHAR"))) == {("Total",), ("(others)",)}
    others = "(SELECT min(ydernr)::VARCHAR FROM yd.besoeg)"
    assert asker.refused(sql=VISITS.replace("kommune", f"CASE WHEN kommune = '101' THEN {others} ELSE kommune END AS kommune")) == "table.label_identifies"
    assert asker.run("--rows", "ydernr", sql=VISITS).returncode != 0
    assert any(value != "…" for value in asker.ask().values())


def difference(shown, again, *cell):
    a, b = shown.get(cell), again.get(cell)
    return None if "…" in (a, b) or None in (a, b) else a - b


def test_differencing_over_providers(asker):
    """Everything, and everything but what one practice alone did: no cell is small in either."""
    everything = [row for row in ROWS if row[2] == "103"]
    without = [row for row in everything if row[3] == "A"]
    assert distinct(everything, 0) - distinct(without, 0) == 25 and {row[1] for row in everything if row not in without} == {10}
    first = asker.ask(sql=VISITS + " WHERE kommune IN ('101', '103')")
    second = asker.ask(sql=VISITS + " WHERE kommune IN ('101', '103') AND art = 'A'")
    assert first["103",] == 65
    assert difference(first, second, "103") is None and difference(first, second, "Total") is None, "25 patients of one practice"


def test_without_providers_the_same_difference_is_told(asker):
    """The control: among persons the difference is 25, so it is the practice that was protected."""
    first = asker.ask(sql=PERSONS + " WHERE kommune IN ('101', '103')")
    second = asker.ask(sql=PERSONS + " WHERE kommune IN ('101', '103') AND art = 'A'")
    assert difference(first, second, "103") == 25


def test_differencing_between_a_table_of_persons_and_one_of_providers(asker):
    """What is told of persons counts as told of their providers, in the next table of whichever kind."""
    first = asker.ask(sql=VISITS + " WHERE kommune IN ('101', '103')")
    second = asker.ask(sql=VISITS + " WHERE kommune IN ('101', '103') AND NOT (kommune = '101' AND art = 'A' AND pnr % 1 = 1)", count="providers")
    assert first["103",] == 65 and second["103",] == 6, "the same rows: nothing differs"
    fewer = asker.ask(sql=VISITS + " WHERE kommune IN ('101', '103') AND ydernr <> (SELECT min(ydernr) FROM yd.besoeg WHERE kommune = '103')", count="providers")
    assert fewer.get(("103",)) == "…", "five of the six: the sixth would be told"


def test_two_projects_of_an_institution_know_the_same_providers(asker):
    sister = asker.sister()
    first = asker.ask(sql=VISITS + " WHERE kommune IN ('101', '103')")
    second = sister.ask(sql=VISITS + " WHERE kommune IN ('101', '103') AND art = 'A'")
    assert first["103",] == 65 and difference(first, second, "103") is None
    assert any(value != "…" for value in sister.ask(sql=VISITS + " WHERE kommune IN ('101', '103')").values()), "the control: the same table once more"


def test_one_provider_has_nearly_all_of_a_sum(asker):
    of_105 = [row for row in ROWS if row[2] == "105"]
    share = sum(row[4] for row in of_105 if row[1] == 7) / sum(row[4] for row in of_105)
    assert share > 0.9 and distinct(of_105, 0) == 30 and distinct(of_105, 1) == 7
    sql = VISITS + " WHERE kommune IN ('105', '106') AND kroner + pnr % 3 > 0"
    table = asker.tables.table(*BY_PLACE, "--sum", "k", sql=sql.replace("kroner", "kroner + pnr % 50 AS k", 1), project=asker.project, user=asker.user)
    shown = cells(table, "kommune", figure="sum of k")
    assert shown["105",] == "…"


def test_without_providers_that_sum_is_told(asker):
    """The control: of persons none has much of it."""
    sql = "SELECT pnr, kommune, kroner + pnr % 50 AS k FROM yd.besoeg WHERE kommune IN ('105', '106')"
    table = asker.tables.table(*BY_PLACE, "--sum", "k", sql=sql, project=asker.project, user=asker.user)
    assert cells(table, "kommune", figure="sum of k")["105",] != "…"


def few_found(cells_told, threshold=5):
    """Sets of 1 to t - 1 units whose number follows from the numbers of these sets, by linear algebra (support.attack_sets)."""
    sets = sorted({members for members in cells_told if members}, key=lambda m: (len(m), sorted(m)))
    unit, sizes = atoms_of(sets)
    facts = Facts(len(sizes))
    facts.add([{atom: 1 for atom in {unit[each] for each in members}} for members in sets])
    return zero_sums(facts.null, sizes, threshold - 1)


CONDITIONS = ["true", "art = 'A'", "art = 'B'", "kommune <> '104'", "kommune IN ('101', '102', '103')", "kroner < 1000", "kroner = 100 AND art = 'A'",
              "kommune IN ('103', '105', '106')", "art = 'A' AND kommune <> '105'"]
HOLDS = {"true": lambda r: True, "art = 'A'": lambda r: r[3] == "A", "art = 'B'": lambda r: r[3] == "B", "kommune <> '104'": lambda r: r[2] != "104",
         "kommune IN ('101', '102', '103')": lambda r: r[2] in ("101", "102", "103"), "kroner < 1000": lambda r: r[4] < 1000,
         "kroner = 100 AND art = 'A'": lambda r: r[4] == 100 and r[3] == "A", "kommune IN ('103', '105', '106')": lambda r: r[2] in ("103", "105", "106"),
         "art = 'A' AND kommune <> '105'": lambda r: r[3] == "A" and r[2] != "105"}


def sets_of(rows, cell, by):
    """Of each kind the units in the cell; values that are counted as (others) are none of these."""
    place = {"kommune": 2, "art": 3}
    inside = [row for row in rows if all(value in ("Total", row[place[name]]) for name, value in zip(by, cell))]
    return frozenset(row[0] for row in inside), frozenset(row[1] for row in inside)


@pytest.mark.parametrize("seed", range(4))
def test_random_sequences_of_tables_of_both_kinds(asker, seed, record_property):
    """Whatever is told of either kind, no set of one to four persons and none of one to four practices follows, if all cells that are
    told are taken as told of both."""
    chance = random.Random(seed)
    told, there, answered = [], [], 0
    for _ in range(8):
        condition, count = chance.choice(CONDITIONS), chance.choice(["persons", "providers"])
        by = chance.choice([("kommune",), ("kommune", "art"), ("art",)])
        done = asker.run("--rows", by[0], *(["--columns", by[1]] if len(by) > 1 else []), "--count", count, sql=f"{VISITS} WHERE {condition}")
        if done.returncode != 0:
            assert json.loads(done.stdout)["error"] == "tabular.told_by_bounds", done.stdout
            continue
        answered += 1
        shown = cells(json.loads(done.stdout), *by, figure=count)
        rows = [row for row in ROWS if HOLDS[condition](row)]
        for cell, value in shown.items():
            if "(others)" in cell:
                continue
            members = sets_of(rows, cell, by)
            there.append(members)
            if value != "…":
                assert value == len(members[0 if count == "persons" else 1])
                told.append(members)
    record_property("tables", answered), record_property("cells", len(there)), record_property("told", len(told))
    for kind in (0, 1):
        assert few_found([members[kind] for members in told]) == []
    for kind in (0, 1):
        assert told and few_found([members[kind] for members in there]), "the control: with all cells told few of either kind follow"
