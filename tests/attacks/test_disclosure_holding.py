"""Owners of several practices: a cell of practices that are all one owner's, a sum of which one owner has nearly all, an owner who takes what
is his own away from several numbers. Each attack has its control: the same tables without a contributor, in which the attacker finds it.
"""
import json

import pytest

from support.asking import Asker, tell
from support.holdings import VISITS, Holdings, free_practice, practice, total
from support.instance import Instance
from support.tables import cells

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
    # Eight practices in each of 301 … 304, one of G and (in two of them) one of others whose visits of kind A cost nothing.
    *[row for k in range(4) for n in range(8) for row in practice(101 + 8 * k + n, f"o{101 + 8 * k + n}", f"30{k + 1}")],
    *[row for k, (owner_of_four, of_one) in enumerate((("G", "S"), ("G", "T"), ("G", None), ("G", None))) for number, owner in ((141 + k, owner_of_four), (151 + k, of_one)) if owner
      for row in (*free_practice(number, owner, f"30{k + 1}"), *practice(number, owner, f"30{k + 1}", kind="B"))],
    # The same in 401 … 404 with L, U and V, but that their visits of kind A cost something, too: with and without kind B each has another value.
    *[row for k in range(4) for n in range(8) for row in practice(201 + 8 * k + n, f"o{201 + 8 * k + n}", f"40{k + 1}")],
    *[row for k, (owner_of_four, of_one) in enumerate((("L", "U"), ("L", "V"), ("L", None), ("L", None))) for number, owner in ((241 + k, owner_of_four), (251 + k, of_one)) if owner
      for kind in "AB" for row in practice(number, owner, f"40{k + 1}", kind=kind)],
    # In 501 … 506 M alone has visits of kind B, in six practices.
    *[row for k in range(6) for n in range(8) for row in practice(301 + 8 * k + n, f"o{301 + 8 * k + n}", f"50{k + 1}")],
    *[row for k in range(6) for kind in "AB" for row in practice(361 + k, "M", f"50{k + 1}", kind=kind)],
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
    def table(self, *words, sql=VISITS, by="kommune", count="providers"):
        return self.tables.table("--rows", by, "--count", count, *words, sql=sql, project=self.project, user=self.user)

    def ask(self, *words, figure=None, by="kommune", count="providers", **more):
        shown = cells(self.table(*words, by=by, count=count, **more), by, figure=figure or count)
        return {cell: value for (cell,), value in shown.items()}

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
    control, table = other.ask(sql=sql), asker.table(*BY_OWNER, sql=sql)
    told = {cell: value for (cell,), value in cells(table, "kommune", figure="providers").items()}
    assert control["102"] == 8 and any(known(told, cell) for cell in told)
    assert {unit["kind"]: unit["column"] for unit in table["units"]} == {"persons": "pnr", "providers": "ydernr", "holdings": "ejer"}
    assert "owners" in table["why_hidden"]
    tell(record_property, "eight practices of one owner", ["102"] if known(control, "102") else [], ["102"] if known(told, "102") else [])


def rest_of(shown, cell):
    """What follows for a hidden cell: the total less what is told, if all others are."""
    rest = [value for name, value in shown.items() if name not in ("Total", cell)]
    return float(shown["Total"]) - sum(map(float, rest)) if known(shown, "Total") and "…" not in rest else None


def test_an_owner_has_nearly_all_of_a_sum(asker, other, record_property):
    """Nobody else needs to be known: what is told of 105 is K's to within a few per cent. Nor does it follow from what is told beside it."""
    sql = VISITS + " WHERE kommune IN ('101', '103', '105')"
    truth, share = total(ROWS, owner="K"), total(ROWS, owner="K") / total(ROWS, kommune="105")
    assert share > 0.9

    def found(shown):
        value = shown["105"] if known(shown, "105") else rest_of(shown, "105")
        return [value] if value is not None and abs(float(value) - truth) < 0.1 * truth else []

    shown = asker.sums(*BY_OWNER, sql=sql)
    assert any(known(shown, cell) for cell in shown)
    tell(record_property, "one owner has nearly all of a sum", found(other.sums(sql=sql)), found(shown))


def two_others(first, second, own):
    """H takes its four practices away from four kommuner less what those of kind A have together: what the practices 90 and 91 have."""
    of_four = [second.get(f"20{k}") for k in range(1, 5)]
    if not known(first, "Total") or any(value in (None, "…") for value in of_four):
        return []
    return [sum(map(float, of_four)) - float(first["Total"]) - own]


def test_an_owner_takes_his_own_away(asker, other, record_property):
    """What he has, and how many practices."""
    own, truth = total(ROWS, owner="H", kind="B"), total(ROWS, owner="Q") + total(ROWS, owner="R")
    kind_a = "SELECT pnr, ydernr, ejer, 'x' AS alle, kroner FROM yd.besoeg WHERE kommune BETWEEN '200' AND '300' AND art = 'A'"
    every = VISITS + " WHERE kommune BETWEEN '200' AND '300'"

    def found(who, *words):
        first, second = who.table("--sum", "kroner", *words, sql=kind_a, by="alle"), who.table("--sum", "kroner", *words, sql=every)
        out = []
        for figure, his, secret in (("sum of kroner", own, truth), ("providers", 4, 2)):
            of_kind_a = {cell: value for (cell,), value in cells(first, "alle", figure=figure).items()}
            of_all = {cell: value for (cell,), value in cells(second, "kommune", figure=figure).items()}
            out += [value for value in two_others(of_kind_a, of_all, his) if value == secret]
        return out

    control = found(other)
    assert len(control) == 2, "both"
    tell(record_property, "an owner takes his four practices away", control, found(asker, *BY_OWNER))


def test_patients_of_one_owner(asker, other, record_property):
    """Persons are counted; the practices that they went to, and whose these are, are protected."""
    sql = VISITS + " WHERE kommune < '105'"

    def of_102(who, *words):
        shown = who.ask(*words, sql=sql, count="persons")
        return [shown["102"]] if known(shown, "102") else []

    tell(record_property, "forty patients of one owner's practices", of_102(other), of_102(asker, *BY_OWNER))


def test_a_contributor_never_tells_more(running, other):
    """Whatever the analyst says whose a practice is: nothing is told that is not told without."""
    without = other.sums()
    for column in ("ydernr::VARCHAR", "NULL::VARCHAR"):
        told = HoldingAsker(running).sums("--contributor", "hvis", sql=VISITS.replace(" FROM", f", {column} AS hvis FROM"))
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


OF_300, OF_400, OF_500 = (f" WHERE kommune BETWEEN '{k}00' AND '{k}99'" for k in "345")
# Here practices, holdings and kommuner are the same in both tables, and the second has money of six more, four of them G's. To everybody they are enough, and each of
# G's is a value of its own: only that one owner has four of them (src/tabular/owners.*) keeps the other two from him. The control names an owner for each practice: it
# differs in that alone.
EACH_ITS_OWN = VISITS.replace(" ejer,", " ydernr::VARCHAR AS ejer,")
A_ALONE = ", CASE WHEN art = 'A' THEN kroner ELSE 0 END AS kroner_a FROM"


def difference(who, sql, where, between=None, owner=BY_OWNER):
    """What visits of kind B cost, by two totals, the larger one first; None: one is hidden. `owner`: words of the second."""
    whole, parts = sql + where, sql.replace(" FROM", A_ALONE) + where
    first = who.sums(*BY_OWNER, sql=whole)
    if between:
        who.sums(*BY_OWNER, sql=between + where)
    second = who.ask("--sum", "kroner_a", *owner, figure="sum of kroner_a", sql=parts)
    assert any(known(shown, cell) for shown in (first, second) for cell in shown)
    return float(first["Total"]) - float(second["Total"]) if known(first, "Total") and known(second, "Total") else None


def money_of_two(who, sql, where=OF_300, his="G", of="ST", **more):
    """[what S and T have of kind B], as G works it out."""
    both = difference(who, sql, where, **more)
    rest = sum(total(ROWS, owner=each, kind="B") for each in of)
    return [rest] if both is not None and both - total(ROWS, owner=his, kind="B") == rest else []


def test_only_the_owner_could_take_his_own_away(asker, other, record_property):
    tell(record_property, "one owner has four of six values that differ", money_of_two(other, EACH_ITS_OWN), money_of_two(asker, VISITS))


@pytest.mark.parametrize("between", [None, EACH_ITS_OWN])
def test_whose_a_value_is_cannot_be_said_anew(asker, other, record_property, between):
    """The second table names no owner; G's values of the first are his all the same, also if each practice was said to be its own in between."""
    tell(record_property, f"an owner is {'overwritten' if between else 'left out'} in a later table",
         money_of_two(other, EACH_ITS_OWN, owner=()), money_of_two(asker, VISITS, between=between, owner=()))


def test_an_owner_has_most_of_what_changed_between_two_sums(asker, other, record_property):
    """Six practices have another value in the second sum, none is in one of them alone: four are L's, who is left with what changed for U and V."""
    differ = {"where": OF_400, "his": "L", "of": "UV"}
    tell(record_property, "an owner has four of six values that changed", money_of_two(other, EACH_ITS_OWN, **differ), money_of_two(asker, VISITS, **differ))


def test_all_that_changed_is_one_owners(asker, other, record_property):
    """Nobody has to know anything of his own: six values of one owner are what two sums differ by."""
    def found(who, sql):
        return [value for value in [difference(who, sql, OF_500)] if value == total(ROWS, owner="M", kind="B")]

    tell(record_property, "all six values that changed are one owner's", found(other, EACH_ITS_OWN), found(asker, VISITS))
