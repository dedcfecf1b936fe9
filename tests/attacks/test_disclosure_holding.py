"""Owners of several practices: a cell of practices that are all one owner's, a sum of which one owner has nearly all, an owner who takes what
is his own away from several numbers. Each attack has its control: the same tables without a contributor, in which the attacker finds it.
"""
import json

import pytest

from support.asking import Asker, tell
from support.holdings import VISITS, Holdings, practice, total
from support.instance import Instance
from support.tables import cells

OWN = "H", "K"  # owners of several
ROWS = [
    *[row for n in range(1, 9) for row in practice(n, f"o{n}", "101")],
    *[row for n in range(11, 19) for row in practice(n, "H", "102")],  # eight practices, one owner
    *[row for n in range(21, 27) for row in practice(n, None, "103")],  # nobody's but their own
    # Three of nine have nearly all the money of 105, and are one owner's; none of them has much of it.
    *[row for n in range(31, 34) for row in practice(n, "K", "105", kroner=1000)],
    *[row for n in range(34, 40) for row in practice(n, f"o{n}", "105", kroner=10)],
    # Six practices in each of 201 … 204; of kind B one of H in each, and two of others.
    *[row for k in range(4) for n in range(6) for row in practice(50 + 6 * k + n, f"o{50 + 6 * k + n}", f"20{k + 1}")],
    *[row for k in range(4) for row in practice(80 + k, "H", f"20{k + 1}", kind="B")],
    *practice(90, "Q", "201", kind="B"), *practice(91, "R", "202", kind="B"),
]
BY_OWNER = ("--contributor", "ejer")


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with Instance(tmp_path_factory.mktemp("holding") / "i") as instance:
        yield Holdings(instance, ROWS)


@pytest.fixture
def asker(running):
    return HoldingAsker(running)


class HoldingAsker(Asker):
    def ask(self, *words, sql=VISITS, by="kommune", figure="providers"):
        table = self.tables.table("--rows", by, "--count", "providers", *words, sql=sql, project=self.project, user=self.user)
        return {cell: value for (cell,), value in cells(table, by, figure=figure).items()}

    def sums(self, *words, **more):
        return self.ask("--sum", "kroner", *words, figure="sum of kroner", **more)

    def refused(self, *words, sql=VISITS):
        done = self.run("--rows", "kommune", "--count", "providers", *words, sql=sql)
        assert done.returncode != 0, done.stdout
        return json.loads(done.stdout)["error"]


@pytest.fixture
def other(running):
    """The institution of the control."""
    return HoldingAsker(running)


def known(shown, cell):
    return shown.get(cell) not in (None, "…")


def test_practices_of_one_owner_in_a_cell(asker, other, record_property):
    sql = VISITS + " WHERE kommune < '105'"
    control, told = other.ask(sql=sql), asker.ask(*BY_OWNER, sql=sql)
    assert control["102"] == 8 and any(known(told, cell) for cell in told)
    tell(record_property, "eight practices of one owner", ["102"] if known(control, "102") else [], ["102"] if known(told, "102") else [])


def test_an_owner_has_nearly_all_of_a_sum(asker, other, record_property):
    """Nobody else needs to be known: what is told of 105 is K's to within a few per cent."""
    sql = VISITS + " WHERE kommune IN ('101', '103', '105')"
    truth, share = total(ROWS, owner="K"), total(ROWS, owner="K") / total(ROWS, kommune="105")
    assert share > 0.9

    def found(shown):
        return [shown["105"]] if known(shown, "105") and abs(float(shown["105"]) - truth) < 0.1 * truth else []

    tell(record_property, "one owner has nearly all of a sum", found(other.sums(sql=sql)), found(asker.sums(*BY_OWNER, sql=sql)))


def bounds_of_hidden(shown, cell):
    """What everybody knows of a hidden cell: the total less what is told, if all others are."""
    rest = [value for name, value in shown.items() if name not in ("Total", cell)]
    return float(shown["Total"]) - sum(map(float, rest)) if known(shown, "Total") and "…" not in rest else None


def test_a_sum_that_an_owner_dominates_is_not_known_nearly(asker):
    """p %: what is hidden beside it leaves it open; the numbers of the others do not add up to it."""
    shown = asker.sums(*BY_OWNER, sql=VISITS + " WHERE kommune IN ('101', '103', '105')")
    assert shown["105"] == "…" and bounds_of_hidden(shown, "105") is None
    assert any(known(shown, cell) for cell in shown), "something is told"


def two_others(first, second, own):
    """H takes its four practices away from four kommuner less what those of kind A have together: what the practices 90 and 91 have."""
    of_four = [second.get(f"20{k}") for k in range(1, 5)]
    if not known(first, "Total") or any(value in (None, "…") for value in of_four):
        return []
    return [sum(map(float, of_four)) - float(first["Total"]) - own]


def test_an_owner_takes_his_own_away(asker, other, record_property):
    own, truth = total(ROWS, owner="H", kind="B"), total(ROWS, owner="Q") + total(ROWS, owner="R")
    kind_a = "SELECT pnr, ydernr, ejer, 'x' AS alle, kroner FROM yd.besoeg WHERE kommune > '200' AND art = 'A'"
    every = VISITS + " WHERE kommune > '200'"

    def found(who, *words):
        return [value for value in two_others(who.sums(*words, sql=kind_a, by="alle"), who.sums(*words, sql=every), own) if value == truth]

    tell(record_property, "an owner takes his four practices away", found(other), found(asker, *BY_OWNER))


def test_his_own_number_of_practices_too(asker, other, record_property):
    kind_a = "SELECT pnr, ydernr, ejer, 'x' AS alle FROM yd.besoeg WHERE kommune > '200' AND art = 'A'"
    every = VISITS + " WHERE kommune > '200'"

    def found(who, *words):
        return [value for value in two_others(who.ask(*words, sql=kind_a, by="alle"), who.ask(*words, sql=every), 4) if value == 2]

    tell(record_property, "an owner takes the number of his practices away", found(other), found(asker, *BY_OWNER))


def test_patients_of_one_owner(asker, other, record_property):
    """Persons are counted; the practices that they went to, and whose these are, are protected."""
    sql = VISITS + " WHERE kommune < '105'"

    def of_102(who, *words):
        table = who.tables.table("--rows", "kommune", *words, sql=sql, project=who.project, user=who.user)
        shown = cells(table, "kommune", figure="persons")
        return [shown["102",]] if shown.get(("102",)) not in (None, "…") else []

    tell(record_property, "forty patients of one owner's practices", of_102(other), of_102(asker, *BY_OWNER))


@pytest.mark.parametrize("column", ["ydernr::VARCHAR", "NULL::VARCHAR", "'p' || ydernr"])
def test_a_contributor_never_tells_more(asker, other, column):
    """Whatever the analyst says whose a practice is: nothing is told that is not told without."""
    sql = VISITS.replace(" FROM", f", {column} AS hvis FROM")
    for ask in ("ask", "sums"):
        told, without = getattr(asker, ask)("--contributor", "hvis", sql=sql), getattr(other, ask)(sql=sql)
        assert any(known(told, cell) for cell in told)
        assert not [cell for cell in told if known(told, cell) and not known(without, cell)]


def test_over_two_tables_and_two_projects(asker, other, record_property):
    """The owner of 102 comes to 101 by a second table: the difference is of eight practices, and of one owner."""
    sister = asker.sister()
    few, all_of = VISITS + " WHERE kommune = '101'", VISITS.replace("kommune,", "'101' AS kommune,") + " WHERE kommune IN ('101', '102')"

    def found(who, then, *words):
        before, after = who.ask(*words, sql=few), then.ask(*words, sql=all_of)
        return [after["101"] - before["101"]] if known(before, "101") and known(after, "101") else []

    tell(record_property, "a second table has one owner more", found(other, other.sister()), found(asker, sister, *BY_OWNER))


def test_a_practice_of_two_owners_is_refused(asker):
    sql = VISITS.replace(" ejer", " CASE WHEN pnr % 2 = 0 THEN 'a' ELSE 'b' END AS ejer")
    assert asker.refused(*BY_OWNER, sql=sql) == "table.contributor_twice"
    assert asker.refused("--contributor", "ejeren") == "table.column_unknown"
    assert asker.refused(*BY_OWNER, "--round", "10") in ("table.persons_only", "table.contributor_not_here")
    assert asker.ask(*BY_OWNER)["101"] == 8, "the control"


def test_what_is_told_says_by_whom(asker):
    table = asker.tables.table("--rows", "kommune", "--count", "providers", *BY_OWNER, sql=VISITS, project=asker.project, user=asker.user)
    assert {unit["kind"]: unit["column"] for unit in table["units"]} == {"persons": "pnr", "providers": "ydernr", "holdings": "ejer"}
    assert "owners" in table["why_hidden"]
