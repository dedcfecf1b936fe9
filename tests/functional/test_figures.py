"""Figures of safe tables beyond sums, means and percentiles, against the true rows."""
import statistics

import pytest

from support.instance import Instance
from support.tables import Tables

# 101: twelve who differ; 102: ten, one degree of freedom too few; 103: all the same; 104: one has nearly all; 105: twenty
AMOUNTS = {"101": [100 + 3 * i for i in range(12)], "102": [200 + i for i in range(10)], "103": [50] * 15,
           "104": [10] * 13 + [9000], "105": [300 + 7 * i for i in range(20)]}
PEOPLE = [(n, kommune, "084", "KM"[n % 2], amount)
          for n, (kommune, amount) in enumerate(((k, a) for k, amounts in AMOUNTS.items() for a in amounts), 1)]
SQL = "SELECT pnr, kommune, beloeb, 10 AS dage FROM bef.person"


@pytest.fixture
def fresh(tmp_path):
    with Instance(tmp_path / "i") as instance:
        yield Tables(instance, PEOPLE)


def column(table, name):
    return {cell["kommune"]: cell[name] for cell in table["cells"]}


def test_standard_deviations(fresh):
    shown = column(fresh.table("--rows", "kommune", "--sd", "beloeb", sql=SQL + " WHERE kommune <> '104'"), "standard deviation of beloeb")
    told = {k: v for k, v in shown.items() if v is not None}
    for kommune, value in told.items():
        amounts = AMOUNTS.get(kommune) or [a for k, list_ in AMOUNTS.items() if k != "104" for a in list_]
        assert value == pytest.approx(statistics.stdev(amounts))
    assert told and "102" not in told, "nine degrees of freedom"
    assert "103" not in told, "none: everybody has the mean"
    # two are hidden together, so that the total does not give either
    assert len(set(AMOUNTS) - {"104"} - set(told)) >= 2


def test_the_most_extreme_are_a_mean_of_five(fresh):
    table = fresh.table("--rows", "kommune", "--min", "beloeb", "--max", "beloeb", sql=SQL)
    low, high = column(table, "mean of the 5 lowest of beloeb"), column(table, "mean of the 5 highest of beloeb")
    for kommune in ("101", "102", "103", "105"):
        amounts = sorted(AMOUNTS[kommune])
        assert low[kommune] == pytest.approx(sum(amounts[:5]) / 5) and high[kommune] == pytest.approx(sum(amounts[-5:]) / 5)
    assert low["104"] == 10 and high["104"] is None, "one of the five has nearly all"
    assert high["Total"] is None and any("5 units share the extreme value" in note for note in table["notes"])


def test_ratios_and_gini(fresh):
    table = fresh.table("--rows", "kommune", "--ratio", "beloeb/dage", "--gini", "beloeb", sql=SQL)
    ratio, gini = column(table, "beloeb per dage"), column(table, "Gini of beloeb")
    assert ratio["104"] is None and gini["104"] is None, "the numerator is one person's"
    told = [k for k in AMOUNTS if ratio[k] is not None]
    assert told
    for kommune in told:
        amounts = sorted(AMOUNTS[kommune])
        n, total = len(amounts), sum(amounts)
        assert ratio[kommune] == pytest.approx(total / (10 * n))
        assert gini[kommune] == pytest.approx(sum((2 * (i + 1) - n - 1) * a for i, a in enumerate(amounts)) / (n * total), abs=0.0006)


def test_a_strict_register_is_strict_for_all_figures(fresh):
    file = fresh.instance.path / "config.toml"
    file.write_text(file.read_text().replace("rules = []", 'rules = ["register BEF: deviation.freedom_min = 15", "extremes.units_min = 11"]'))
    table = fresh.table("--rows", "kommune", "--sd", "beloeb", "--max", "beloeb", sql=SQL + " WHERE kommune IN ('101', '102', '105')")
    deviation, high = column(table, "standard deviation of beloeb"), column(table, "mean of the 11 highest of beloeb")
    assert deviation["101"] is None and high["101"] == pytest.approx(sum(AMOUNTS["101"][-11:]) / 11) and high["102"] is None


MODES = {"101": [5] * 8 + [7] * 5, "102": [3] * 4 + [1, 2, 6, 8, 9, 11, 12, 13, 14], "103": [4] * 60 + [6] * 5, "104": [2] * 6 + [1] * 6 + [8] * 5,
         "105": [5] * 8 + [7] * 4}


def test_the_mode_is_that_of_enough_and_not_of_nearly_all(tmp_path):
    rows = ((k, a) for k, amounts in MODES.items() for a in amounts)
    people = [(n, kommune, "084", "KM"[n % 2], amount) for n, (kommune, amount) in enumerate(rows, 1)]
    with Instance(tmp_path / "i") as instance:
        tables = Tables(instance, people)
        table = tables.table("--rows", "kommune", "--mode", "beloeb", sql=SQL)
        mode = column(table, "mode of beloeb")
        assert mode["101"] == 5, "eight of thirteen"
        assert mode["105"] is None, "two values, one of them four persons': what is hidden would tell which"
        assert mode["102"] is None, "of four persons"
        assert mode["103"] is None, "sixty of sixty-five: more than 90 per cent"
        assert mode["104"] == 1, "of two that as many have, the least"
        assert mode["Total"] == 4 and any("At most 90 % of the group have the mode." in note for note in table["notes"])
        file = instance.path / "config.toml"
        file.write_text(file.read_text().replace("rules = []", 'rules = ["mode.share_max = 95"]'))
        assert column(tables.table("--rows", "kommune", "--mode", "beloeb", sql=SQL), "mode of beloeb")["103"] == 4, "the rule decides"


def test_words_that_are_no_figure(fresh):
    for words, error in ((("--ratio", "beloeb"), "table.ratio_unreadable"), (("--ratio", "/beloeb"), "table.ratio_unreadable"),
                         (("--sd", "kommune"), "table.measure_no_number"), (("--ratio", "beloeb/nix"), "table.column_unknown")):
        assert fresh.refused("--rows", "kommune", *words, sql=SQL) == error
