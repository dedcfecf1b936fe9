"""Sequences of requests, by name, each a known way to learn of a few persons from tables in which nothing is small.

CASES: {name: Case}, e.g. "total_minus_part[2,users]". A case is made anew by case.make() -> Sequence(population, requests). `reveals`: the
set of persons that everybody learns when every table is released with its small cells hidden and nothing else (None: nothing is to
be learnt, the case guards against refusing too much); `whole`: 100 % cells instead; `close`: no set follows, but two released cells
differ by a few persons; `marked`: it takes '<5' in the hidden cells, and the programs of attack_set_intervals, to learn the victims. What a rightful system answers may be anything from which attack_sets finds nothing.
"""
import inspect
import itertools
from collections import namedtuple

from support.population import regular
from support.releases import request

Sequence = namedtuple("Sequence", "population requests victims")
Case = namedtuple("Case", "name make reveals whole close marked")
CASES = {}


def case(reveals=True, whole=False, close=False, marked=False, **grid):
    """Registers the function for each combination of the grid; it answers (population, requests, victims)."""
    def register(function):
        for values in itertools.product(*grid.values()):
            name = function.__name__ + (f"[{','.join(map(str, values))}]" if values else "")
            bound = dict(zip(grid, values))
            says = lambda told, bound=bound: told(**bound) if callable(told) else told
            CASES[name] = Case(name, lambda bound=bound: Sequence(*function(**bound)), says(reveals), says(whole), says(close), marked)
        assert set(inspect.signature(function).parameters) == set(grid), function
        return function
    return register


def asked(*specifications, across="user"):
    """Numbers the requests, and shares them out: all by one, or in turn by two users, projects or institutions' projects."""
    names = {"user": ("anna", "anna"), "users": ("anna", "bo"), "projects": ("anna", "bo")}[across]
    return [request(f"r{place + 1}", rows, columns, user=names[place % 2], project=("P2" if across == "projects" and place % 2 else "P1"), **others)
            for place, (rows, columns, others) in enumerate(specifications)]


def table(rows, columns=(), filter=None, **others):
    return rows, columns, {"filter": filter} | others


NOT_SJ = ["diagnose", "!=", "SJ"]


@case(k=[1, 2, 3, 4], across=["user", "users", "projects"])
def total_minus_part(k, across):
    population = regular()
    victims = population.plant(k, diagnose="SJ")
    return population, asked(table("kommune"), table("kommune", filter=NOT_SJ), across=across), victims


@case(k=[1, 4])
def part_before_total(k):
    population = regular()
    victims = population.plant(k, diagnose="SJ")
    return population, asked(table("kommune", filter=NOT_SJ), table("kommune")), victims


@case(k=[1, 2, 4], operator=["<", "<="])
def one_row_fewer(k, operator):
    """The oldest are left out: selection by rank or limit."""
    population = regular()
    victims = population.plant(k, alder=93)
    return population, asked(table("koen"), table("koen", filter=["alder", operator, 92 if operator == "<=" else 93])), victims


@case(k=[1, 4])
def neighbouring_year_ranges(k):
    population = regular()
    victims = population.plant(k, aar=2022)
    years = lambda last: ["and", ["aar", ">=", 2018], ["aar", "<=", last]]
    return population, asked(table("kommune", filter=years(2021)), table("kommune", filter=years(2022))), victims


@case(k=[1, 4])
def sliding_years(k):
    """2019-2022 minus (2018-2021 minus 2018) is 2022."""
    population = regular()
    victims = population.plant(k, aar=2022)
    years = lambda first, last: ["and", ["aar", ">=", first], ["aar", "<=", last]]
    return population, asked(*(table("kommune", filter=years(*ends)) for ends in ((2018, 2021), (2018, 2018), (2019, 2022)))), victims


@case(k=[1, 4], levels=["regions", "municipalities"])
def one_municipality_moved(k, levels):
    population = regular()
    victims = population.plant(k, kommune="K20")
    rows = ("region", "region_efter") if levels == "regions" else ("kommune", "region_efter")
    return population, asked(*map(table, rows)), victims


@case(k=[1, 2, 3, 4], what=["came", "went", "moved", "changed"], across=["user", "projects"])
def two_versions(k, what, across):
    population = regular()
    victims = [row["pnr"] for row in population.versions[0] if row["kommune"] == "K05" and row["koen"] == "K"][:k]
    if what == "came":
        population.next_version()
        victims = population.plant(k, kommune="K05")
    elif what == "went":
        population.next_version(went=victims)
    else:
        population.next_version(changed=victims, **({"kommune": "K06"} if what == "moved" else {"diagnose": "B2"}))
    tables = [table("diagnose" if what == "changed" else "kommune", version=version) for version in (0, 1)]
    return population, asked(*tables, across=across), victims


@case(reveals=False, close=True)
def one_came_and_one_went():
    population = regular()
    population.next_version(went=[population.versions[0][0]["pnr"]])
    return population, asked(table("kommune"), table("kommune", version=1)), population.plant(1, kommune="K01")


@case(k=[3, 4])
def a_version_between(k):
    """From the first to the last 2k came; the one between tells k."""
    population = regular()
    population.next_version()
    victims = population.plant(k, kommune="K05")
    population.next_version()
    population.plant(k, kommune="K05")
    return population, asked(*(table("kommune", version=version) for version in (0, 2, 1))), victims


@case(reveals=False, k=[5, 7])
def two_versions_enough(k):
    population = regular()
    population.next_version()
    return population, asked(table("kommune"), table("kommune", version=1)), population.plant(k, kommune="K05")


@case(k=[1, 2, 3], decimals=[1, 8])
def percent_of_a_known_total(k, decimals):
    population = regular()
    victims = population.plant(k, diagnose="SJ")
    return population, asked(table("kommune"), table("kommune", "diagnose", statistic="percent", decimals=decimals, totals=False)), victims


@case(k=[1, 2, 4])
def percent_with_all_digits(k):
    population = regular()
    victims = population.plant(k, diagnose="SJ", kommune="K07")
    population.plant(7 - k % 2, kommune="K07")
    return population, asked(table("kommune", "diagnose", statistic="percent", decimals=10)), victims


@case(k=[1, 4])
def percent_of_the_others(k):
    population = regular()
    victims = population.plant(k, koen="M", kommune="K20")
    population.plant(20, koen="K", kommune="K20")
    return population, asked(table("kommune", totals=False), table("kommune", "koen", statistic="percent", decimals=0)), victims


@case(reveals=False, whole=True, statistic=["count", "percent"], n=[5, 30])
def a_hundred_percent(statistic, n):
    population = regular()
    victims = population.plant(n, kommune="K20", diagnose="B2")
    return population, asked(table("kommune", "diagnose", statistic=statistic)), victims


@case(k=[1, 4], across=["user", "users", "projects"])
def men_women_all(k, across):
    population = regular()
    victims = population.plant(k, koen="K", kommune="K20")
    population.plant(20, koen="M", kommune="K20")
    return population, asked(table("kommune"), table("kommune", filter=["koen", "=", "M"]), table("kommune", filter=["koen", "=", "K"]), across=across), victims


@case(k=[1, 4])
def all_and_men(k):
    population = regular()
    victims = population.plant(k, koen="K", kommune="K20")
    population.plant(20, koen="M", kommune="K20")
    return population, asked(table("kommune", "diagnose"), table("kommune", "diagnose", ["koen", "=", "M"])), victims


@case(k=[1, 4], form=["not", "or", "split"])
def complement_filters(k, form):
    population = regular()
    victims = population.plant(k, diagnose="SJ")
    conditions = {"not": [["diagnose", "=", "SJ"], ["not", ["diagnose", "=", "SJ"]], None],
                  "or": [["or", ["diagnose", "=", "SJ"], ["diagnose", "=", "A1"]], ["diagnose", "=", "A1"]],
                  "split": [["and", NOT_SJ, ["koen", "=", "M"]], ["and", NOT_SJ, ["koen", "=", "K"]], None]}[form]
    return population, asked(*(table("kommune", filter=condition) for condition in conditions)), victims


@case(k=[1, 4], across=["user", "users"])
def overlapping_age_groups(k, across):
    population = regular()
    victims = population.plant(k, alder=66)
    population.plant(12, alder=70)
    return population, asked(table("kommune", "aldersgruppe"), table("kommune", "aldersgruppe_skaev"), across=across), victims


@case(reveals=lambda count: count < 5, count=[4, 5, 6])
def threshold_of_a_cell(count):
    population = regular()
    return population, asked(table("kommune")), population.plant(count, kommune="K20")


@case(reveals=lambda count: count < 5, count=[4, 5, 6])
def threshold_of_a_difference(count):
    population = regular()
    victims = population.plant(count, diagnose="SJ")
    return population, asked(table("kommune"), table("kommune", filter=NOT_SJ)), victims


@case(k=[1, 4])
def hidden_in_one_level_only(k):
    population = regular()
    victims = population.plant(k, kommune="K20")
    return population, asked(table("kommune", totals=False), table("region")), victims


@case(k=[1, 4])
def margins_of_two_tables(k):
    population = regular()
    victims = population.plant(k, koen="K", kommune="K20")
    population.plant(20, koen="M", kommune="K20")
    return population, asked(table("kommune", "koen", totals=False), table("kommune", totals=False)), victims


@case(k=[1, 4])
def missing_values(k):
    population = regular()
    victims = population.plant(k, diagnose=None)
    return population, asked(table("kommune"), table("kommune", filter=["not", ["diagnose", "missing"]])), victims


@case(k=[1, 4])
def rank_by_age(k):
    population = regular()
    victims = population.plant(k, alder=71)
    population.plant(30, alder=75)
    return population, asked(table("koen", filter=["alder", ">=", 71]), table("koen", filter=["alder", ">", 71])), victims


@case(k=[1, 4], across=["user", "projects"])
def inclusion_and_exclusion(k, across):
    """A and B = A + B - (A or B)."""
    population = regular()
    victims = population.plant(k, diagnose="SJ", aar=2023)
    population.plant(10, diagnose="SJ"), population.plant(10, aar=2023)
    sj, late = ["diagnose", "=", "SJ"], ["aar", "=", 2023]
    return population, asked(*(table("kommune", filter=condition) for condition in (sj, late, ["or", sj, late])), across=across), victims


@case(k=[1, 4])
def one_duplicate(k):
    """Some have two rows: 'A1' and 'B2' add up to more than there are persons."""
    population = regular()
    victims = population.plant(k, kommune="K20")
    population.plant(15, kommune="K20"), population.plant(15, kommune="K20", diagnose="B2")
    population.again(victims, diagnose="B2")
    return population, asked(table("kommune", totals=False), table("kommune", filter=["diagnose", "=", "A1"]), table("kommune", filter=["diagnose", "=", "B2"])), victims


@case(k=[1, 4])
def halves(k):
    """A and B, B and C, A and C: every part twice over two."""
    population = regular()
    victims = population.plant(k, alder=70)
    population.plant(8, alder=80), population.plant(9, alder=90)
    return population, asked(*(table("kommune", filter=["alder", "in", ages]) for ages in ([70, 80], [80, 90], [70, 90]))), victims


@case(count=[9, 49, 199])
def chain(count):
    """Overlapping pairs of ages (of 3 and 5 persons by turns), and the last age alone: it unravels to the first."""
    population, ages = regular(), list(range(1, count + 1))
    planted = [population.plant(5 if place % 2 else 3, kommune="K20", alder=1000 + age) for place, age in enumerate(ages)]
    pairs = [table("koen", filter=["alder", "in", [1000 + age, 1001 + age]]) for age in ages[:-1]]
    last = table("koen", filter=["or", ["alder", "=", 1000 + count], ["aar", "=", 2018]])
    return population, asked(*pairs, last, table("koen", filter=["aar", "=", 2018])), planted[0]


@case(count=[10, 100])
def cumulative_ages(count):
    population = regular()
    planted = [population.plant(6 if age != count // 2 else 3, kommune="K20", alder=1000 + age) for age in range(count)]
    return population, asked(*(table("koen", filter=["alder", ">=", 1000 + age]) for age in range(count))), planted[count // 2]


@case(k=[1, 4])
def three_steps(k):
    """All - men = women; women - women under 65 = women from 65."""
    population = regular()
    victims = population.plant(k, koen="K", alder=70)
    population.plant(10, alder=70)
    conditions = None, ["koen", "=", "M"], ["and", ["koen", "=", "K"], ["alder", "<", 65]]
    return population, asked(*(table("kommune", filter=condition) for condition in conditions)), victims


@case(k=[1, 4])
def a_difference_of_differences(k):
    """The first difference is 8 and harmless, the second all of it but k."""
    population = regular()
    victims = population.plant(k, diagnose="SJ", aar=2024)
    population.plant(8 - k, diagnose="SJ")
    return population, asked(table("kommune"), table("kommune", filter=NOT_SJ), table("kommune", filter=["or", NOT_SJ, ["aar", "<", 2024]])), victims


@case(form=["renamed", "turned", "redundant"])
def the_same_table_again(form):
    """What is hidden in one is shown in the other when only one of them is looked at for its whole: totals left out the second time."""
    population = regular()
    victims = population.plant(3, koen="K", kommune="K20")
    population.plant(20, koen="M", kommune="K20")
    again = {"renamed": table("kommune", "koen", labels={"kommune": {"K20": "X01"}, "koen": {"M": "1", "K": "2"}}),
             "turned": table("koen", "kommune"), "redundant": table("kommune", "koen", ["alder", ">=", 0])}[form]
    return population, asked(table("kommune", "koen", totals=False), again), victims


@case(reveals=False, marked=True, k=[2, 3])
def small_ones_that_add_up(k):
    """k cells of '<5' under a total of 4 k: four in each."""
    population = regular()
    victims = [population.plant(4, kommune="K20", diagnose=diagnose) for diagnose in ("A1", "B1", "SJ")[:k]]
    return population, asked(table("kommune", "diagnose", ["diagnose", "in", ["A1", "B1", "SJ"]], totals=False), table("kommune", totals=False)), victims[0]


@case(reveals=False, marked=True)
def four_marks_in_a_mark():
    """At least one in each of four groups, and at most four in all of them."""
    population = regular()
    victims = [population.plant(1, kommune="K20", diagnose=diagnose) for diagnose in ("A1", "B1", "B2", "SJ")]
    return population, asked(table("kommune", "diagnose", totals=False), table("kommune", totals=False)), victims[0]
