"""Turnover of the enterprises of ../shared/data/sdc, some of which have several establishments, on the real program, under attack by the rival of a cell's largest
(support/attack_magnitudes). The control: the same attacker on the same table with nothing hidden but what must not be told by itself.
"""
import csv

import pytest

from support.attack_magnitudes import contributions, needed
from support.attacker import Universe
from support.deliveries import cpr
from support.instance import SHARED, Instance
from support.release_files import read_hierarchy
from support.tables import Tables
from test_disclosure_sums import attacked

FOLDER = SHARED / "sdc" / "tables"
COLUMNS = ("egn", "region", "gren", "branche")  # region and its upper one, industry and its upper one
NAMES = ", ".join(f'{{ name = "{name}", class = "code" }}' for name in COLUMNS)
CATALOGUE = f"""
[[table]]
register = "FIRM"
name = "sted"
person = "pnr"
variables = [ {{ name = "pnr", class = "person", required = true }}, {NAMES}, {{ name = "kroner", type = "decimal" }} ]
"""
GRANT = ('[[grant]]\ntable = "FIRM.sted"\nvariables = ["pnr", ' + ", ".join(f'"{name}"' for name in COLUMNS) + ', "kroner"]\nreason = "Tabeller."\n')
WORDS = ("--rows", "egn", "--columns", "gren", "--hierarchy", "egn=region", "--hierarchy", "gren=branche", "--sum", "kroner")


class Enterprises(Tables):
    catalogue, population, grants = CATALOGUE, "FIRM.sted", GRANT

    def deliver(self, rows, _):
        self._deliver("FIRM.sted", f"pnr,{','.join(COLUMNS)},kroner\n" + "".join(f"{cpr(number)},{','.join(map(str, rest))}\n" for number, *rest in rows))


@pytest.fixture(scope="module")
def establishments():
    """Rows of S whose region and industry five enterprises have: others would be counted together as (others)."""
    if not FOLDER.exists():
        pytest.skip("../shared/data/sdc is not here")
    with open(FOLDER / "S_micro.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    have = lambda name: {code for code in {row[name] for row in rows} if len({row["ent"] for row in rows if row[name] == code}) >= 5}
    named = {name: have(name) for name in ("region", "industry")}
    return [row for row in rows if all(row[name] in codes for name, codes in named.items())]


@pytest.fixture(scope="module")
def universe(establishments):
    def codes(name):
        parents = read_hierarchy(FOLDER / f"S_{name}.csv")
        leaves = {row[name] for row in establishments}
        return {code: parent for code, parent in parents.items() if code in leaves or code in {parents[leaf] for leaf in leaves} or not parent}
    return Universe({name: codes(name) for name in ("region", "industry")})


def delivered(universe, establishments):
    above = {name: hierarchy.parents for name, hierarchy in universe.hierarchies.items()}
    return [(int(row["ent"][1:]), row["region"], above["region"][row["region"]], row["industry"], above["industry"][row["industry"]], row["turnover"])
            for row in establishments]


def test_the_rival_of_the_largest_enterprise(tmp_path, universe, establishments, record_property):
    micro = tmp_path / "micro.csv"
    with open(micro, "w", newline="") as file:
        csv.writer(file).writerows([("region", "industry", "ent", "turnover"), *(row.values() for row in establishments)])
    of_all = contributions(universe, micro)
    with Instance(tmp_path / "i") as instance:
        table = Enterprises(instance, delivered(universe, establishments)).table(*WORDS, sql="SELECT * FROM firm.sted")
    told = {(cell["egn"], cell["gren"]): round(cell["sum of kroner"]) if cell["status"] == "open" and cell["sum of kroner"] is not None else None
            for cell in table["cells"]}
    assert all(code in hierarchy.parents for name in told for code, hierarchy in zip(name, universe.hierarchies.values())), "nothing is counted as (others)"
    assert all(value is None or value == sum(of_all.get(name, {}).values()) for name, value in told.items())
    bare = {name: None if name in of_all and needed(of_all[name], 10) else sum(of_all.get(name, {}).values()) for name in told}
    found, control = attacked(tmp_path / "told", universe, told, micro), attacked(tmp_path / "bare", universe, bare, micro)
    for name, value in (("attack", "turnover: the rival of the largest"), ("control", control["exact"] + control["short"]), ("exact", found["exact"] + found["open"]),
                        ("interval", found["short"]), ("below", 0), ("checked", found["checked"])):
        record_property(name, value)
    assert (found["open"], found["exact"], found["short"]) == (0, 0, 0), found["findings"]
    assert found["checked"] > 50 and sum(value is not None for value in told.values()) > len(told) / 10
    assert control["exact"] > 0 and control["short"] > 0
