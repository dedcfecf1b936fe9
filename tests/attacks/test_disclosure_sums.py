"""Sums under attack by somebody with linear programming, who may be the second largest in a cell: he is not to know the largest to within p percent
(support/attack_magnitudes, an attacker of its own code). The tables are the real program's. Control: the same tables with nothing hidden but what
must not be told by itself give much away.
"""
import random

import pytest

from support import attack_magnitudes
from support.attacker import Universe
from support.instance import Instance
from support.release_files import write_release
from support.tables import ALL, Tables

KOMMUNER, REGIONS = ("101", "102", "103", "201", "202", "203"), ("r1", "r2", "r3", "r4", "r5")


def drawn(seed):
    """Persons of every kommune and region; in some cells one has nearly everything."""
    chance, persons = random.Random(seed), []
    for kommune in KOMMUNER:
        for region in REGIONS:
            count = chance.choice((2, 6, 9, 15, 22))
            amounts = [chance.randrange(50, 400) for _ in range(count)]
            if chance.random() < 0.2:
                amounts = [chance.randrange(8_000, 20_000), *(chance.randrange(1, 5) for _ in range(count - 1))]
            persons += [(kommune, region, "K", amount) for amount in amounts]
    return [(number, *person) for number, person in enumerate(persons, 1)]


def by_hand():
    """One person with 10,000 among twenty with 1 each, beside a cell of 18: hiding that one alone would tell the large one to within a fifth of a percent."""
    cells = {("101", "r1"): [10_000] + [1] * 20, ("101", "r2"): [1] * 18, ("101", "r3"): [500] * 20, ("101", "r4"): [600] * 20, ("102", "r1"): [700] * 20,
             ("102", "r2"): [800] * 20, ("102", "r3"): [900] * 20, ("102", "r4"): [300] * 20}
    persons = [(kommune, region, "K", amount) for (kommune, region), amounts in cells.items() for amount in amounts]
    return [(number, *person) for number, person in enumerate(persons, 1)]


def true_sums(universe, persons, micro):
    rows = [f"{kommune},{region},{number},{amount}" for number, kommune, region, _, amount in persons]
    micro.write_text("kommune,region,contributor,value\n" + "\n".join(rows) + "\n")
    return attack_magnitudes.contributions(universe, micro)


def told(document):
    """{(kommune, region): sum or None} of every cell, totals too."""
    out = {}
    for cell in document["cells"]:
        value = cell.get("sum of beloeb")
        out[cell["kommune"], cell["region"]] = value if cell["status"] == "open" and isinstance(value, (int, float)) else None
    return out


def attacked(folder, universe, cells, micro):
    write_release(folder, universe, universe.dimensions, {name: (value, "open" if value is not None else "primary") for name, value in cells.items()})
    return attack_magnitudes.attack([folder], micro)


@pytest.mark.parametrize("persons", [by_hand(), *(drawn(seed) for seed in range(5))], ids=["by hand", *(f"drawn {seed}" for seed in range(5))])
def test_nobody_knows_the_largest_of_a_cell_too_well(tmp_path, persons):
    with Instance(tmp_path / "i") as instance:
        table = Tables(instance, persons).table("--rows", "kommune", "--columns", "region", "--sum", "beloeb", sql=ALL)
    kommuner, regions = ({"Total": "", **{code: "Total" for code in sorted({person[place] for person in persons})}} for place in (1, 2))
    universe = Universe({"kommune": kommuner, "region": regions})
    of_all = true_sums(universe, persons, tmp_path / "micro.csv")
    cells = {name: None if value is None else round(value) for name, value in told(table).items()}
    assert set(cells) == set(of_all) and all(value is None or value == sum(of_all[name].values()) for name, value in cells.items())
    found = attacked(tmp_path / "told", universe, cells, tmp_path / "micro.csv")
    assert (found["open"], found["exact"], found["short"]) == (0, 0, 0), found["findings"]
    assert found["checked"] > 0 and sum(value is not None for value in cells.values()) > len(cells) / 4, "much is told all the same"
    bare = {name: None if attack_magnitudes.needed(by, 10) else sum(by.values()) for name, by in of_all.items()}
    control = attacked(tmp_path / "bare", universe, bare, tmp_path / "micro.csv")
    assert control["exact"] + control["short"] > 0, "the control: only what must not be told by itself is hidden"
