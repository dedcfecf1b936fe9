"""Attacks by numbers that a table tells besides counts, and by cells that are seen not to be empty: what an outsider works out of one
table with nothing small in it. The control of each: the same attacker on what plain SQL tells of the same rows. All of these were found
exactly before they were mended (2026-11-28). test_disclosure_sums_apart.py has sums of several questions.
"""
import itertools
import json

import pytest

from support.asking import Asker, Pair, tell
from support.attack_integers import possible
from support.attacker import Knowledge
from support.instance import Instance
from support.plain import Plain
from support.tables import Tables

VISITS = [0] * 15 + [1] * 6 + [2] * 2  # of 401: two persons came twice
WAITS = [0] * 3 + [100 + n for n in range(20)]  # of 402: three did not wait
WEALTH = [50] * 20 + [990_000]  # of 403: one has nearly all
SPREAD = [500 + n % 7 for n in range(30)] + [90_000]  # of 404: one is far out
AREAS = {"401": VISITS, "402": WAITS, "403": WEALTH, "404": SPREAD, "405": list(range(40))}
PEOPLE = [(100 * place + n, kommune, "084" if n % 2 else "085", "K", value)
          for place, (kommune, values) in enumerate(AREAS.items(), 1) for n, value in enumerate(values)]
MORE = "SELECT pnr, kommune, beloeb + 1000000 AS mere FROM bef.person"


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with Instance(tmp_path_factory.mktemp("numbers") / "i") as instance:
        yield Tables(instance, PEOPLE)


@pytest.fixture
def pair(running):
    return Pair(Asker(running), PEOPLE)


def figures(cells, kommune):
    """The figure of the one kommune, if it is told."""
    return [value for code, (_, value) in cells.items() if code == (kommune,) and value is not None]


def histories(persons, total, squares, most=6):
    """All ways in which `persons` numbers of 0 … `most` have this sum and this sum of squares."""
    def more(value, persons, total, squares):
        if value == 0:
            if total == squares == 0:
                yield (persons,)
            return
        for count in range(min(persons, total // value, squares // value ** 2) + 1):
            for rest in more(value - 1, persons - count, total - count * value, squares - count * value ** 2):
                yield (*rest, count)
    return list(more(most, persons, total, squares))


def moments(pair, column, sql):
    """[(means, deviations)] as told and as plain SQL tells them: one question has both figures."""
    mean, spread = f"mean of {column}", f"standard deviation of {column}"
    words = ("--mean", column, "--sd", column)
    return zip(pair.both(*words, sql=sql, figure=mean), pair.both(*words, sql=sql, figure=spread))


def test_number_mean_and_spread_of_few_different_values(pair, record_property):
    """Three equations: how many came never, once and twice."""
    def attack(means, spreads):
        persons = len(VISITS)
        found = [histories(persons, round(persons * mean), round(spread ** 2 * (persons - 1) + persons * mean ** 2))
                 for mean in figures(means, "401") for spread in figures(spreads, "401")]
        return [ways for ways in found if ways == [(15, 6, 2, 0, 0, 0, 0)]]
    told, plain = moments(pair, "beloeb", "SELECT pnr, kommune, beloeb FROM bef.person")
    assert figures(told[0], "401"), "the mean alone may be told"
    assert figures(told[1], "405"), "many different values: a spread like any other"
    tell(record_property, "number, mean and spread of few values", attack(*plain), attack(*told))


def test_all_percentiles_of_a_cell(pair, record_property):
    """One percentile for each person: where the first value ends."""
    persons = len(WAITS)
    asked = [f"{100 * (place - 0.5) / persons:.4f}".rstrip("0").rstrip(".") for place in range(1, persons + 1)]
    name = lambda p: "median of beloeb" if p == "50" else f"percentile {p} of beloeb"
    told, plain = [], []
    for part in (asked[:20], asked[20:]):
        words = list(itertools.chain.from_iterable(("--percentile", f"{p}:beloeb") for p in part))
        table = pair.asker.tables.table("--rows", "kommune", *words, project=pair.asker.project, user=pair.asker.user)
        cell = next(c for c in table["cells"] if c["kommune"] == "402")
        told += [cell[name(p)] for p in part]
        plain += [figures(pair.plain.cells("SELECT * FROM bef.person", figure=name(p)), "402")[0] for p in part]
    attack = lambda values: [value for value, run in itertools.groupby(values) if value is not None and len(list(run)) < 5]
    tell(record_property, "all percentiles of a cell", attack(plain), attack(told))


def test_a_million_added_to_everybody(pair, record_property):
    """Nobody dominates a sum of which each has a million more; whoever knows how many they are takes it off again."""
    told, plain = pair.both("--sum", "mere", sql=MORE, figure="sum of mere")
    attack = lambda cells: [s for s in figures(cells, "403") if abs(s - 1_000_000 * len(WEALTH) - 990_000) < 99_000]
    tell(record_property, "a million added to everybody", attack(plain), attack(told))


def test_a_spread_that_is_one_person_far_out(pair, record_property):
    """n, mean and deviation: one far out is about sqrt(n) deviations from the mean. Squares with a million added hide him no more. That
    a mean is hidden does not help: he may know it from elsewhere."""
    far = lambda n, mean, deviation: mean + deviation * (n - 1) / n ** 0.5

    def attack(means, spreads):
        return [s for s in figures(spreads, "404") for m in figures(means, "404") or [1_003_387]
                if abs(far(len(SPREAD), m - 1_000_000, s) - 90_000) < 9_000]
    told, plain = moments(pair, "mere", MORE)
    tell(record_property, "a spread that is one person far out", attack(*plain), attack(*told))


def test_the_largest_of_whom_few_have_anything(pair, record_property):
    """The mean of the five highest, of whom two have nothing: no more than three of 405 have any visits, six together."""
    sql = "SELECT pnr, kommune, CASE WHEN kommune <> '405' THEN beloeb WHEN beloeb IN (1, 2, 3) THEN 2 ELSE 0 END AS besoeg FROM bef.person"
    told, plain = pair.both("--max", "besoeg", sql=sql, figure="mean of the 5 highest of besoeg")
    attack = lambda cells: [value for value in figures(cells, "405") if round(5 * value) == 6]
    tell(record_property, "the largest of whom few have anything", attack(plain), attack(told))


def alone_in_cells(shown):
    """Hidden cells of 501 that can be but one number, by trying all: nobody is shown as 0."""
    known = Knowledge()
    parts = [f"D{d}" for d in range(5)]
    for part in parts:
        value = shown["501", part]
        known.publish(part, value if isinstance(value, int) else None)
        if not isinstance(value, int):
            known.bound(part, 1)
    rows = [shown.get((row, "Total")) for row in ("Total", "502", "503", "504", "505", "506")]
    total = shown["501", "Total"]
    if not isinstance(total, int) and all(isinstance(row, int) for row in rows):
        total = rows[0] - sum(rows[1:])
    if not isinstance(total, int):
        return []
    known.publish("row", total)
    known.sums("row", parts)
    return [name for name, values in possible(known.system(), most=60).items() if name != "row" and len(values) == 1]


def test_five_in_five_cells_that_are_not_empty(tmp_path, record_property):
    """Nobody is shown as 0; so five hidden cells of a row of five persons are one person each. The control hides small cells alone."""
    persons = [(10 * k + n + 1000 * d, str(501 + k), "084", f"D{d}", "1") for k in range(6) for d in range(5) for n in range(9 if k else 1)]
    counted = Plain(persons).cells("SELECT * FROM bef.person", ("kommune", "koen"))
    plain = {cell: value if value >= 5 else "…" for cell, (value, _) in counted.items()}
    with Instance(tmp_path / "i") as instance:
        table = Tables(instance, persons).table("--rows", "kommune", "--columns", "koen")
        told = {(c["kommune"], c["koen"]): c["persons"] if c["status"] == "open" else "…" for c in table["cells"]}
    tell(record_property, "five in five cells that are not empty", alone_in_cells(plain), alone_in_cells(told))
    assert told["Total", "Total"] == len(persons)


def test_files_of_a_table_that_is_not_named(pair, record_property):
    """Whose rules a table is judged by follows from the tables that its SELECT names: files of others must be out of reach."""
    reads = "SELECT pnr, kode FROM read_parquet('/data/bef/diag' || 'nose/*.parquet')"
    named = pair.asker.run("--rows", "kode", sql="SELECT pnr, kode FROM bef.diagnose")
    hidden = pair.asker.run("--rows", "kode", sql=f"SELECT * FROM ({reads}) WHERE 'person' <> ''")
    allowed = pair.asker.run("--rows", "kode", sql=f"SELECT * FROM ({reads}) WHERE 'diagnose' <> ''")
    assert named.returncode == 0
    tell(record_property, "files of a table that is not named", [0][allowed.returncode:], [0][hidden.returncode:])
    assert json.loads(hidden.stdout)["error"] in ("table.sql_failed", "table.sql_wrong"), hidden.stdout
