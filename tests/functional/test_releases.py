"""The attack on persons, and the sequences it is meant for: against a system that looks at one cell at a time each succeeds."""
import random

import pytest

from support import attack_set_intervals, attack_sets, releases
from support.attack_exact import zero_sums
from support.attack_intervals import Interval, known_below, known_exactly
from support.population import HIERARCHIES, code, made_up, regular
from support.releases_named import CASES
from support.slow_rank import rank


def naive(sequence):
    return {asked["id"]: releases.small_hidden(sequence.population, asked) for asked in sequence.requests}


@pytest.mark.parametrize("name", CASES)
def test_a_system_that_looks_at_one_cell_at_a_time_falls(name):
    case = CASES[name]
    sequence = case.make()
    findings = attack_sets.attack(sequence.population, sequence.requests, naive(sequence))
    if case.reveals:
        assert frozenset(sequence.victims) in findings.sets
    else:
        assert findings.sets == []
    assert not case.whole or findings.whole
    assert bool(case.close) <= bool(findings.close)
    nothing = attack_sets.attack(sequence.population, sequence.requests, {})
    assert (nothing.sets, nothing.close, nothing.rank) == ([], [], 0)


def careful(population, requests):
    """A slow system that refuses every table which would, with all that it gave before, reveal somebody: it must be found clean."""
    answers = {}
    for asked in requests:
        more = answers | {asked["id"]: releases.small_hidden(population, asked)}
        if not attack_sets.attack(population, requests, more, close=False).sets:
            answers = more
    return answers


@pytest.mark.parametrize("name", [name for name in CASES if "9" not in name and "100" not in name])
def test_refusing_is_enough_and_where_nothing_is_to_be_learnt_nothing_is_refused(name):
    case = CASES[name]
    sequence = case.make()
    answers = careful(sequence.population, sequence.requests)
    assert attack_sets.attack(sequence.population, sequence.requests, answers).sets == []
    assert (len(answers) == len(sequence.requests)) is not case.reveals


def test_a_careful_system_in_a_random_sequence():
    population = made_up(5, persons=300)
    asked = releases.random_sequence(population, 5, 12)
    answers = careful(population, asked)
    assert answers and attack_sets.attack(population, asked, answers).sets == []


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.marked])
def test_the_mark_for_small_tells_what_hiding_alone_would_not(name):
    sequence = CASES[name].make()
    victims = frozenset(sequence.victims)
    hidden = attack_set_intervals.attack(sequence.population, sequence.requests, naive(sequence))
    assert not known_exactly(hidden[victims])
    marked = {asked["id"]: releases.small_marked(sequence.population, asked) for asked in sequence.requests}
    shown = attack_set_intervals.attack(sequence.population, sequence.requests, marked)
    assert known_exactly(shown[victims]) and round(shown[victims].least) == len(victims)


@pytest.mark.parametrize("name", ["total_minus_part[3,user]", "halves[4]", "chain[9]", "margins_of_two_tables[1]"])
def test_intervals_hold_the_truth_and_are_exact_where_the_equations_are(name):
    sequence = CASES[name].make()
    answers, victims = naive(sequence), frozenset(sequence.victims)
    sequence.requests.append(releases.request("last", ["koen"], filter=["alder", "<", 0]))  # nobody: nothing new
    answers["last"] = {}
    found = attack_set_intervals.attack(sequence.population, sequence.requests, answers)
    sets = attack_sets.attack(sequence.population, sequence.requests, answers).sets
    for members, at in found.items():
        assert at.least - 1e-6 <= len(members) and (at.most is None or len(members) <= at.most + 1e-6)
        assert known_exactly(at) or members not in sets
    assert victims not in found or known_exactly(found[victims])


def test_there_are_enough_of_them():
    assert len(CASES) >= 60 and sum(bool(case.reveals) for case in CASES.values()) >= 60


def test_the_regular_population_has_no_small_secret_of_its_own():
    population = regular()
    asked = [releases.request("r1", "kommune", ["koen", "diagnose"]), releases.request("r2", "aar", "koen")]
    answers = {a["id"]: releases.everything(population, a) for a in asked}
    assert attack_sets.attack(population, asked, answers, close=False).sets == []


def test_cells_are_sets_of_persons_and_totals_are_not_sums_when_a_person_has_two_rows():
    population = regular()
    who = population.plant(2, kommune="K20")
    population.again(who, diagnose="B1")
    cells = releases.truth(population, releases.request("r1", "kommune", "diagnose", filter=["kommune", "=", "K20"]))
    assert cells["K20", "A1"] == cells["K20", "B"] == cells["R5", "Total"] == cells["Total", "Total"] == frozenset(who)
    assert cells["K20", "SJ"] == frozenset() and len(cells) == len(HIERARCHIES["kommune"]) * len(HIERARCHIES["diagnose"])
    leaves = releases.truth(population, releases.request("r2", "kommune", totals=False))
    assert len(leaves) == 20 and len(leaves["K01",]) == 24


def test_conditions_treat_missing_as_a_value():
    row = {"diagnose": None, "alder": 40}
    assert not releases.holds(["diagnose", "!=", "SJ"], row) and releases.holds(["not", ["diagnose", "=", "SJ"]], row)
    condition = ["and", ["alder", ">=", 40], ["or", ["not", ["diagnose", "in", ["A1", "O'B"]]], ["diagnose", "missing"]]]
    assert releases.holds(condition, row)
    assert releases.sql(condition) == "(coalesce(alder >= 40, false) AND ((NOT coalesce(diagnose IN ('A1', 'O''B'), false)) OR (diagnose IS NULL)))"
    assert releases.select(releases.request("r", "koen")) == "SELECT * FROM haendelse WHERE true"


def test_codes_follow_from_the_row():
    row = {"kommune": "K20", "alder": 66, "diagnose": None, "aar": 2020, "koen": "M"}
    assert [code(row, name) for name in HIERARCHIES] == ["K20", "R5", "K20", "R1", "M", "uoplyst", "2020", "65-79", "50-66", "60-69"]


@pytest.mark.parametrize("text,whole,counts", [("33.3", 30, [10]), ("33.3", 3000, [998, 999, 1000]), ("0", 40, [0]), ("10", 10, [1]), ("50.00", 7, [])])
def test_counts_that_a_percentage_can_be(text, whole, counts):
    assert attack_sets.numerators(text, whole) == counts


def test_a_percentage_with_all_its_digits_is_a_fraction():
    assert str(attack_sets.fraction_of("8.1081081081")) == "3/37" and attack_sets.fraction_of("8.1") is None


@pytest.mark.parametrize("seed", range(30))
def test_sets_are_found_as_by_trying_all(seed):
    """Random sums over a few atoms; every set of up to four is tried against the space of the sums, in fractions."""
    from itertools import combinations
    chance, count = random.Random(seed), 9
    rows = [{atom: 1 for atom in range(count) if chance.random() < 0.5} for _ in range(chance.randrange(2, 7))]
    sizes = [chance.choice((1, 1, 1, 2, 3, 7)) for _ in range(count)]
    facts = attack_sets.Facts(count, seed)
    facts.add(rows)

    known = rank(rows, count)
    assert len(facts.pivots) == known
    every = [set(c) for size in range(1, 5) for c in combinations(range(count), size) if sum(sizes[a] for a in c) <= 4]
    told = [c for c in every if rank(rows + [{a: 1 for a in c}], count) == known]
    assert sorted(map(sorted, zero_sums(facts.null, sizes, 4))) == sorted(sorted(c) for c in told if not any(other < c for other in told))


@pytest.mark.parametrize("seed,length", [(1, 2), (2, 5), (3, 20), (4, 60)])
def test_random_sequences_reveal_persons_when_nothing_looks_at_them_together(seed, length):
    population = made_up(seed)
    asked = releases.random_sequence(population, seed, length)
    assert asked == releases.random_sequence(made_up(seed), seed, length), "seeded"
    findings = attack_sets.attack(population, asked, {a["id"]: releases.small_hidden(population, a) for a in asked}, close=False)
    assert findings.rank <= findings.atoms and findings.sets and all(1 <= len(found) <= 4 for found in findings.sets)


def test_intervals_of_a_random_sequence():
    population = made_up(2, persons=200)
    asked = releases.random_sequence(population, 2, 10)
    answers = {a["id"]: releases.small_hidden(population, a) for a in asked}
    found = attack_set_intervals.attack(population, asked, answers, sample=100, chance=random.Random(1))
    assert len(found) == 100 and any(known_below(at, 5) for at in found.values())
    assert all(at.least - 1e-6 <= len(members) and (at.most is None or len(members) <= at.most + 1e-6) for members, at in found.items())
    assert isinstance(next(iter(found.values())), Interval)
