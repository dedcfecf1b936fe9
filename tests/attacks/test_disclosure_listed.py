"""Which cases are for which of the attacks that the design lists under *Statistics*, held against the cases that there are; and that there are a hundred."""
import os
import subprocess
import sys

import pytest

from support.instance import ROOT

sys.path.insert(0, str(ROOT / "tools"))
import attack  # noqa: E402

# Beginnings of names of cases, without tests/attacks/test_ and test_.
LISTED = {
    "cells of one owner": ["disclosure_holding.py::practices_of_one_owner", "disclosure_holding.py::an_owner_takes_his_own", "disclosure_holding.py::over_two_tables"],
    "cells below the threshold": ["disclosure.py::known_attack[threshold_of_a_cell[4]]", "suppression.py::no_small_cell_follows[L]", "units.py::providers_are_counted"],
    "zero and 100 % cells": ["disclosure.py::a_whole_group_in_one_cell[a_hundred_percent[count,5]]", "disclosure_figures.py::hundred_percent_but_few"],
    "missing-value cells": ["disclosure.py::known_attack[missing_values[1]]", "disclosure_figures.py::missing_values_are_a_cell"],
    "dominance": ["disclosure_figures.py::dominance", "disclosure_numbers.py::a_million_added", "disclosure_sums.py::nobody_knows_the_largest", "disclosure_turnover.py::the_rival",
                  "units.py::one_provider_has_nearly_all", "disclosure_holding.py::an_owner_has_nearly_all"],
    "complementary disclosure through totals": ["suppression.py::no_small_cell_follows[M]", "disclosure.py::known_attack[margins_of_two_tables[1]]", "disclosure_insiders.py::who_is_alone",
                                                "disclosure_numbers.py::five_in_five_cells", "disclosure_sums_random.py::random_sequence"],
    "unrounded percentages": ["disclosure_figures.py::counts_in_disguise[unrounded percentages]"],
    "percentiles and extremes": ["disclosure_figures.py::percentiles_and_extremes[percentile 99.9", "disclosure_numbers.py::all_percentiles",
                                 "disclosure_one_person.py::figures_of_one_person_less[median", "disclosure_one_person.py::figures_of_one_person_less[mean of the 5 highest",
                                 "disclosure_one_person.py::a_survival_curve"],
    "saturated models": ["disclosure_figures.py::saturated_model", "regression.py::a_saturated_model", "regression.py::two_factors_that_meet"],
    "differencing: one row": ["disclosure.py::known_attack[one_row_fewer[1,<]]", "disclosure_one_person.py::figures_of_one_person_less[sum", "disclosure_one_person.py::a_regression",
                              "disclosure_sequences.py::random_sequence[200-20]", "disclosure_split.py::two_release_split"],
    "differencing: one year": ["disclosure.py::known_attack[neighbouring_year_ranges[1]]", "disclosure.py::known_attack[sliding_years[1]]"],
    "differencing: one municipality": ["disclosure.py::known_attack[one_municipality_moved[1,municipalities]]"],
    "differencing: one duplicate": ["disclosure.py::known_attack[one_duplicate[1]]", "disclosure_figures.py::duplicates"],
    "two versions of the mirror": ["disclosure.py::known_attack[two_versions[1,came,user]]", "disclosure_sums_apart.py::a_month_later_one_has_more", "disclosure_insiders.py::who_came_or_went"],
    "across users and projects": ["disclosure_people.py::they_are_one[two users", "disclosure_people.py::they_are_one[two projects", "disclosure_people.py::two_projects_a_month_apart",
                                  "disclosure_sums_apart.py::sums_of_two_projects", "units.py::two_projects_of_an_institution"],
    "selection by rank or limit": ["disclosure_figures.py::selection_by_rank_or_limit[limit]", "disclosure.py::known_attack[rank_by_age[1]]"],
    "error messages that count": ["disclosure_figures.py::error_messages_that_count"],
}


@pytest.fixture(scope="module")
def cases():
    """Names of all cases of ./run attack disclosure."""
    files = [path for path in attack.files("disclosure") if path.name != os.path.basename(__file__)]
    done = subprocess.run([sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", f"--rootdir={ROOT}", *files], cwd=ROOT,
                          capture_output=True, text=True, env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"})
    assert done.returncode == 0, done.stdout
    return [line.removeprefix("tests/attacks/test_").replace("::test_", "::") for line in done.stdout.splitlines() if "::" in line]


@pytest.mark.parametrize("listed", LISTED)
def test_what_the_design_lists_has_cases(cases, listed):
    missing = [start for start in LISTED[listed] if not any(case.startswith(start) for case in cases)]
    assert LISTED[listed] and not missing


def test_there_are_a_hundred(cases):
    assert len(set(cases)) >= 100
