"""Attacks by numbers that a table tells besides counts, and by cells that are seen not to be empty: what an outsider works out of one
table with nothing small in it. Each has its control: the same attack on what plain counting would tell. All of these were found
exactly before they were mended (2026-11-28).
"""
import itertools
import json
import statistics

import pytest

from support.attack_integers import possible
from support.attacker import Knowledge
from support.instance import Instance
from support.tables import Tables
from test_disclosure_figures import Asker, tell

VISITS = [0] * 15 + [1] * 6 + [2] * 2  # of 401: two persons came twice
WAITS = [0] * 3 + [100 + n for n in range(20)]  # of 402: three did not wait
WEALTH = [50] * 20 + [990_000]  # of 403: one has nearly all
SPREAD = [500 + n % 7 for n in range(30)] + [90_000]  # of 404: one is far out
AREAS = {"401": VISITS, "402": WAITS, "403": WEALTH, "404": SPREAD, "405": list(range(40))}
PEOPLE = [(100 * place + n, kommune, "084" if n % 2 else "085", "K", value)
          for place, (kommune, values) in enumerate(AREAS.items(), 1) for n, value in enumerate(values)]


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with Instance(tmp_path_factory.mktemp("numbers") / "i") as instance:
        yield Tables(instance, PEOPLE)


@pytest.fixture
def asker(running):
    return Asker(running)


def told(asker, *words, figure, kommune, **more):
    """(persons, figure) of the one kommune; nothing: hidden."""
    persons, value = asker.cells("--rows", "kommune", *words, figure=figure, **more).get((kommune,), (None, None))
    return persons, value


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


def squares(persons, mean, deviation):
    return round(deviation ** 2 * (persons - 1) + persons * mean ** 2)


def test_number_mean_and_spread_of_few_different_values(asker, record_property):
    """Three equations: how many came never, once and twice."""
    naive = histories(len(VISITS), sum(VISITS), squares(len(VISITS), statistics.mean(VISITS), statistics.stdev(VISITS)))
    table = asker.tables.table("--rows", "kommune", "--mean", "beloeb", "--sd", "beloeb", project=asker.project, user=asker.user)
    cell = next(c for c in table["cells"] if c["kommune"] == "401")
    mean, deviation = cell["mean of beloeb"], cell["standard deviation of beloeb"]
    assert mean is not None, "the mean alone may be told"
    found = histories(23, round(23 * mean), squares(23, mean, deviation)) if deviation is not None else []
    other = next(c for c in table["cells"] if c["kommune"] == "405")
    assert other["standard deviation of beloeb"] is not None, "many different values: a spread like any other"
    tell(record_property, "number, mean and spread of few values", naive == [(15, 6, 2, 0, 0, 0, 0)], len(found) == 1)


def test_all_percentiles_of_a_cell(asker, record_property):
    """One percentile for each person: where the first value ends."""
    persons = len(WAITS)
    asked = [round(100 * (place - 0.5) / persons, 4) for place in range(1, persons + 1)]
    values = []
    for part in (asked[:20], asked[20:]):
        words = list(itertools.chain.from_iterable(("--percentile", f"{p:g}:beloeb") for p in part))
        table = asker.tables.table("--rows", "kommune", *words, project=asker.project, user=asker.user)
        cell = next(c for c in table["cells"] if c["kommune"] == "402")
        values += [cell["median of beloeb" if p == 50 else f"percentile {p:g} of beloeb"] for p in part]
    runs = [len(list(group)) for _, group in itertools.groupby(values)]
    naive = [len(list(group)) for _, group in itertools.groupby(sorted(WAITS))]
    tell(record_property, "all percentiles of a cell", naive[0] == 3, sum(run < 5 for run in runs))


def test_a_million_added_to_everybody(asker, record_property):
    """Nobody dominates a sum of which each has a million more; whoever knows how many they are takes it off again."""
    persons, total = told(asker, "--sum", "mere", figure="sum of mere", kommune="403", sql="SELECT pnr, kommune, beloeb + 1000000 AS mere FROM bef.person")
    near = lambda value: abs(value - 990_000) < 0.1 * 990_000
    found = total is not None and near(total - 1_000_000 * persons)
    tell(record_property, "a million added to everybody", near(sum(WEALTH)), int(found))


def test_a_spread_that_is_one_person_far_out(asker, record_property):
    """n, mean and deviation: one far out is about sqrt(n) deviations from the mean. Squares with a million added hide him no more."""
    sql = "SELECT pnr, kommune, beloeb + 1000000 AS mere FROM bef.person"
    table = asker.tables.table("--rows", "kommune", "--mean", "mere", "--sd", "mere", sql=sql, project=asker.project, user=asker.user)
    cell = next(c for c in table["cells"] if c["kommune"] == "404")
    far = lambda n, mean, deviation: mean + deviation * (n - 1) / n ** 0.5
    near = lambda value: abs(value - 90_000) < 0.1 * 90_000
    naive = far(len(SPREAD), statistics.mean(SPREAD), statistics.stdev(SPREAD))
    deviation = cell["standard deviation of mere"]
    found = deviation is not None and near(far(31, (cell["mean of mere"] or 1_003_387) - 1_000_000, deviation))
    tell(record_property, "a spread that is one person far out", near(naive), int(found))


def test_the_largest_of_whom_few_have_anything(asker, record_property):
    """The mean of the five highest, of whom two have nothing: no more than three of 405 have any visits, six together."""
    sql = "SELECT pnr, kommune, CASE WHEN kommune <> '405' THEN beloeb WHEN beloeb IN (1, 2, 3) THEN 2 ELSE 0 END AS besoeg FROM bef.person"
    _, largest = told(asker, "--max", "besoeg", figure="mean of the 5 highest of besoeg", kommune="405", sql=sql)
    naive = sum(sorted(2 if v in (1, 2, 3) else 0 for v in AREAS["405"])[-5:])
    tell(record_property, "the largest of whom few have anything", naive == 6, int(largest is not None and round(5 * largest) == naive))


def test_five_in_five_cells_that_are_not_empty(tmp_path, record_property):
    """Nobody is shown as 0; so five hidden cells of a row of five persons are one person each."""
    persons = [(10 * k + n + 1000 * d, str(501 + k), "084", f"D{d}", "1") for k in range(6) for d in range(5) for n in range(9 if k else 1)]

    def attack(shown):
        """Hidden cells of 501 that can be but one number, by trying all."""
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
    naive = {("501", f"D{d}"): "…" for d in range(5)} | {("501", "Total"): 5}
    with Instance(tmp_path / "i") as instance:
        table = Tables(instance, persons).table("--rows", "kommune", "--columns", "koen")
        shown = {(c["kommune"], c["koen"]): c["persons"] if c["status"] == "open" else "…" for c in table["cells"]}
    tell(record_property, "five in five cells that are not empty", len(attack(naive)) == 5, len(attack(shown)))
    assert shown["Total", "Total"] == len(persons)


def test_files_of_a_table_that_is_not_named(asker, record_property):
    """Whose rules a table is judged by follows from the tables that its SELECT names: files of others must be out of reach."""
    reads = "SELECT pnr, kode FROM read_parquet('/data/bef/diag' || 'nose/*.parquet')"
    named = asker.run("--rows", "kode", sql="SELECT pnr, kode FROM bef.diagnose")
    hidden = asker.run("--rows", "kode", sql=f"SELECT * FROM ({reads}) WHERE 'person' <> ''")
    allowed = asker.run("--rows", "kode", sql=f"SELECT * FROM ({reads}) WHERE 'diagnose' <> ''")
    tell(record_property, "files of a table that is not named", named.returncode == 0 and allowed.returncode == 0, int(hidden.returncode == 0))
    assert json.loads(hidden.stdout)["error"] in ("table.sql_failed", "table.sql_wrong"), hidden.stdout


def difference(asker, first, second, kommune, **more):
    """What the second question's sum of a kommune is more than the first's; nothing: one of them is hidden, or the other kommuner's are
    told and the whole is, from which it follows."""
    sums = [asker.cells("--rows", "kommune", "--sum", column, figure=f"sum of {column}", sql=sql) for column, sql in (first, second)]
    value = lambda cells, code: cells.get((code,), (None, None))[1]
    out = []
    for cells in sums:
        others = [value(cells, code) for code in AREAS if code != kommune]
        whole = value(cells, "Total")
        out.append(value(cells, kommune) if value(cells, kommune) is not None or whole is None or None in others else whole - sum(others))
    return None if None in out else out[1] - out[0]


PLAIN = ("beloeb", "SELECT pnr, kommune, beloeb FROM bef.person")


@pytest.mark.parametrize("form", ["capped", "a supplement of two", "a supplement of four", "all but the rare", "in the same table"])
def test_sums_of_columns_that_differ_for_few(asker, record_property, form):
    """Of the same persons: the difference is what one of them has above the cap, or two have besides."""
    numbers = AREAS["405"]
    what = {"capped": "least(beloeb, 38)", "a supplement of two": "CASE WHEN kommune = '405' AND beloeb IN (7, 8) THEN beloeb + 500 ELSE beloeb END",
            "a supplement of four": "CASE WHEN kommune = '405' AND beloeb IN (7, 8, 9, 10) THEN beloeb + 500 ELSE beloeb END",
            "all but the rare": "CASE WHEN beloeb = 39 THEN 0 ELSE beloeb END", "in the same table": "least(beloeb, 38)"}[form]
    if form == "in the same table":
        table = asker.tables.table("--rows", "kommune", "--sum", "beloeb", "--sum", "andet", sql=f"SELECT pnr, kommune, beloeb, {what} AS andet FROM bef.person",
                                   project=asker.project, user=asker.user)
        cell = next(c for c in table["cells"] if c["kommune"] == "405")
        pair = cell["sum of beloeb"], cell["sum of andet"]
        found = None if None in pair else pair[1] - pair[0]
    else:
        found = difference(asker, PLAIN, ("andet", f"SELECT pnr, kommune, {what} AS andet FROM bef.person"), "405")
    naive = {"a supplement of two": sum(500 for n in numbers if n in (7, 8)), "a supplement of four": sum(500 for n in numbers if 7 <= n <= 10), "all but the rare": -39}.get(form, 38 - 39)
    tell(record_property, f"sums of columns that differ for few: {form}", naive != 0, int(found == naive))
    table = asker.cells("--rows", "region", "--sum", "beloeb", by=("region",), figure="sum of beloeb", sql="SELECT pnr, region, beloeb FROM bef.person WHERE kommune = '405'")
    assert table["084",][1] == sum(range(1, 40, 2)), "other sums of the same persons are told still"


@pytest.mark.parametrize("figure, words", [("sum of beloeb", ("--sum", "beloeb")), ("mean of beloeb", ("--mean", "beloeb")), ("mean of the 5 highest of beloeb", ("--max", "beloeb"))])
def test_a_month_later_one_has_more(tmp_path, record_property, figure, words):
    """The same persons on two versions of the register; one earned 30 more."""
    later = [(*row[:4], row[4] + 30) if row[1] == "405" and row[4] == 39 else row for row in PEOPLE]
    with Instance(tmp_path / "i") as instance:
        tables = Tables(instance, PEOPLE)
        told = []
        for version in (PEOPLE, later):
            tables.deliver(version)
            instance.fvm("project", "build", "TST-2026-9001")
            cell = next(c for c in tables.table("--rows", "kommune", *words)["cells"] if c["kommune"] == "405")
            assert cell["persons"] == 40
            told.append(cell[figure])
    assert told[0] is not None, "the first is told"
    naive = sum(row[4] for row in later) - sum(row[4] for row in PEOPLE)
    tell(record_property, f"a month later one has more: {figure}", naive == 30, int(told[1] is not None and told[1] != told[0]))


def test_a_month_later_many_have_more(tmp_path, record_property):
    """The control of the one above: what five and more have besides is told."""
    later = [(*row[:4], row[4] + 700) if row[1] == "405" and row[4] >= 33 else row for row in PEOPLE]
    with Instance(tmp_path / "i") as instance:
        tables = Tables(instance, PEOPLE)
        told = []
        for version in (PEOPLE, later):
            tables.deliver(version)
            instance.fvm("project", "build", "TST-2026-9001")
            told.append(next(c for c in tables.table("--rows", "kommune", "--sum", "beloeb")["cells"] if c["kommune"] == "405")["sum of beloeb"])
    assert told[1] - told[0] == 7 * 700


def test_two_projects_of_an_institution(asker, record_property):
    """What one project's sum told binds the other's: each has pseudonyms of its own for the same persons."""
    capped = "SELECT pnr, kommune, least(beloeb, 38) AS andet FROM bef.person"
    first = told(asker, "--sum", "beloeb", figure="sum of beloeb", kommune="405", sql=PLAIN[1])[1]
    sister = asker.sister()
    second = told(sister, "--sum", "andet", figure="sum of andet", kommune="405", sql=capped)[1]
    alone = told(Asker(asker.tables), "--sum", "andet", figure="sum of andet", kommune="405", sql=capped)[1]
    assert first is not None
    tell(record_property, "sums of two projects of an institution", first - alone == 1, int(second is not None))
