"""Sums of the same persons whose values differ for few: in two columns, in two months, in two projects. The control of each: the same
attacker on what plain SQL tells of the same rows.
"""
import pytest

from support.asking import Asker, Pair, tell
from support.instance import Instance
from support.plain import Plain
from support.tables import Tables

AREAS = {"401": range(20), "402": range(100, 130), "405": range(40)}
PEOPLE = [(100 * place + n, kommune, "084" if n % 2 else "085", "K", value)
          for place, (kommune, values) in enumerate(AREAS.items(), 1) for n, value in enumerate(values)]
ALL = "SELECT * FROM bef.person"
CAPPED = "SELECT pnr, kommune, least(beloeb, 38) AS andet FROM bef.person WHERE kommune = '405'"
FORMS = {"capped": ("least(beloeb, 38)", -1), "a supplement of two": ("CASE WHEN kommune = '405' AND beloeb IN (7, 8) THEN beloeb + 500 ELSE beloeb END", 1000),
         "a supplement of four": ("CASE WHEN kommune = '405' AND beloeb IN (7, 8, 9, 10) THEN beloeb + 500 ELSE beloeb END", 2000),
         "all but the rare": ("CASE WHEN beloeb = 39 THEN 0 ELSE beloeb END", -39)}


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with Instance(tmp_path_factory.mktemp("apart") / "i") as instance:
        yield Tables(instance, PEOPLE)


@pytest.fixture
def pair(running):
    return Pair(Asker(running), PEOPLE)


def value_of(cells, code):
    """The figure of a kommune: told, or what the total leaves."""
    value = lambda other: cells.get((other,), (None, None))[1]
    if value(code) is not None:
        return value(code)
    others = [value(other) for other in AREAS if other != code]
    return None if None in (value("Total"), *others) else value("Total") - sum(others)


def differences(first, second, code="405"):
    values = value_of(first, code), value_of(second, code)
    return [] if None in values else [round(values[1] - values[0], 6)]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("tables", ["two tables", "one table"])
def test_sums_of_columns_that_differ_for_few(pair, record_property, form, tables):
    """The difference is what one of them has above the cap, or two have besides."""
    what, truth = FORMS[form]
    sql = f"SELECT pnr, kommune, beloeb, {what} AS andet FROM bef.person WHERE kommune <> '402'"
    columns = [("--sum", "beloeb"), ("--sum", "andet")]
    questions = columns if tables == "two tables" else [columns[0] + columns[1]] * 2
    answers = [pair.both(*words, sql=sql, figure=figure) for words, figure in zip(questions, ("sum of beloeb", "sum of andet"))]
    told, plain = zip(*answers)
    attack = lambda cells: [value for value in differences(*cells) if value == truth]
    tell(record_property, f"sums of columns that differ for few: {form}, {tables}", attack(plain), attack(told))
    by_region = pair.asker.cells("--rows", "region", "--sum", "beloeb", by=("region",), figure="sum of beloeb", sql=f"{ALL} WHERE kommune = '405'")
    assert by_region["084",][1] == sum(range(1, 40, 2)), "other sums of the same persons are told still"


def a_month_later(instance, later, figure, words):
    """[(told, plain)] of the register as it was and as it is."""
    tables, answers = Tables(instance, PEOPLE), []
    for version in (PEOPLE, later):
        tables.deliver(version)
        instance.fvm("project", "build", "TST-2026-9001")
        cells = tables.table("--rows", "kommune", *words)["cells"]
        told = {(c["kommune"],): (c["persons"], c[figure]) for c in cells if c["status"] == "open"}
        answers.append((told, Plain(version).cells(ALL, figure=figure)))
    return zip(*answers)


FIGURES = [("sum of beloeb", ("--sum", "beloeb"), 1), ("mean of beloeb", ("--mean", "beloeb"), 40), ("mean of the 5 highest of beloeb", ("--max", "beloeb"), 5)]


@pytest.mark.parametrize("figure, words, times", FIGURES)
def test_a_month_later_one_has_more(tmp_path, record_property, figure, words, times):
    """The same persons on two versions of the register; one earned 30 more."""
    later = [(*row[:4], row[4] + 30) if row[1] == "405" and row[4] == 39 else row for row in PEOPLE]
    with Instance(tmp_path / "i") as instance:
        told, plain = a_month_later(instance, later, figure, words)
    attack = lambda cells: [times * (second - first) for first, second in [[c.get(("405",), (0, None))[1] for c in cells]]
                            if None not in (first, second) and abs(times * (second - first) - 30) < 1e-6]
    assert told[0]["405",][1] is not None, "the first is told"
    tell(record_property, f"a month later one has more: {figure}", attack(plain), attack(told))


def test_a_month_later_many_have_more(tmp_path):
    """What five and more have besides is told: it is the one person who was protected above."""
    later = [(*row[:4], row[4] + 700) if row[1] == "405" and row[4] >= 33 else row for row in PEOPLE]
    with Instance(tmp_path / "i") as instance:
        told, _ = a_month_later(instance, later, "sum of beloeb", ("--sum", "beloeb"))
    assert differences(*told) == [7 * 700]


def test_sums_of_two_projects_of_an_institution(pair, record_property):
    """What one project's sum told binds the other's: each has pseudonyms of its own for the same persons. Another institution is told it."""
    whole = pair.asker.cells("--rows", "kommune", "--sum", "beloeb", figure="sum of beloeb", sql=f"{ALL} WHERE kommune = '405'")
    capped = lambda asker: asker.cells("--rows", "kommune", "--sum", "andet", figure="sum of andet", sql=CAPPED)
    assert whole["405",][1] is not None
    attack = lambda cells: [value for value in differences(whole, cells) if value == -1]
    tell(record_property, "sums of two projects of an institution", attack(capped(Asker(pair.asker.tables))), attack(capped(pair.asker.sister())))
