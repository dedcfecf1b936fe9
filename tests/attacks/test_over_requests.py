"""Rows of persons that are dealt out over many requests, by one or several members; each with the control that honest files of that size are not noticed."""
import json
import sqlite3

import pytest

from support.house import House

PERSONS = [("K", 57, 461, "DE119"), ("M", 63, 751, "DJ459"), ("K", 71, 851, "DI109"), ("M", 49, 147, "DF329"), ("K", 38, 101, "DC509"), ("M", 55, 265, "DE105"),
           ("K", 66, 330, "DJ440"), ("M", 81, 561, "DI500")]
RULE = "rows_of_requests"


@pytest.fixture
def house(tmp_path):
    with House(tmp_path) as it:
        yield it


def rules(house, name, content, user="anna"):
    path = house.outbox(user)
    path.mkdir(exist_ok=True)
    (path / name).write_text(content)
    done = house.send(name, user=user)
    assert done.returncode in (0, 1), done.stderr
    shown = json.loads(done.stdout)
    return shown, [each["rule"] for each in shown["files"][0]["findings"]]


def row(person, order=(0, 1, 2, 3), names=("koen", "alder", "kommune", "diagnose")):
    return ";".join(names[i] for i in order) + "\n" + ";".join(str(person[i]) for i in order) + "\n"


def test_one_row_in_each_request(house):
    seen = [RULE in rules(house, f"r{i}.csv", row(person))[1] for i, person in enumerate(PERSONS)]
    assert seen == [False] * 4 + [True] * 4
    shown = house.show("H-000005")
    told = [f for f in shown["files"][0]["findings"] if f["rule"] == RULE]
    assert told[0]["shape"] == "age+diagnosis+place+sex" and "5" in told[0]["en"] and shown["state"] == "in_review"
    with sqlite3.connect(house.instance.path / "store" / "fvm.sqlite") as store:
        kept = store.execute("SELECT shape, rows FROM release_small").fetchall()
    store.close()
    assert kept == [("age+diagnosis+place+sex", 1)] * 8, "shapes are remembered, no values"


def test_in_another_order_under_other_names_and_by_two_members(house):
    orders = [(0, 1, 2, 3), (3, 2, 1, 0), (1, 0, 3, 2), (2, 3, 0, 1), (0, 3, 1, 2)]
    names = [("koen", "alder", "kommune", "diagnose"), ("sex", "age", "municipality", "dx"), ("køn", "alder", "bopæl", "aktionsdiagnose")]
    seen = []
    for i, person in enumerate(PERSONS[:5]):
        seen.append(RULE in rules(house, f"x{i}.csv", row(person, orders[i], names[i % 3]), ("anna", "bo")[i % 2])[1])
    assert seen == [False] * 4 + [True]


def test_as_text_and_in_file_names(house):
    seen = [RULE in rules(house, f"t{i}.txt", f"Mand, 195{i}, DE11{i}, Odense\n")[1] for i in range(5)]
    assert seen[-1] and not any(seen[:4])
    seen = [RULE in rules(house, f"mand 196{i} DJ45{i}.csv", f"gruppe;antal\nA;{200 + i}\n")[1] for i in range(5)]
    assert seen[-1] and not any(seen[:3])


def test_what_was_stopped_does_not_count_and_what_waits_does(house):
    for i, person in enumerate(PERSONS[:4]):
        shown, _ = rules(house, f"v{i}.csv", row(person))
        house.release("withdraw", shown["release"], "--reason", "fortrudt")
    assert RULE not in rules(house, "v4.csv", row(PERSONS[4]))[1], "the four are gone"
    for i, person in enumerate(PERSONS[5:8]):
        rules(house, f"w{i}.csv", row(person))
    assert RULE in rules(house, "w9.csv", row(("K", 44, 101, "DE110")))[1]


def test_honest_series_of_small_files_are_not_noticed(house):
    for i in range(7):
        counted = rules(house, f"maaned{i}.csv", f"koen;aldersgruppe;antal\nK;40-59;{120 + i}\nM;40-59;{99 + i}\n")[1]
        model = rules(house, f"model{i}.csv", f"term;estimate;std;p\nalder;0,{31 + i};0,04;0,01\n")[1]
        same = rules(house, "den-samme.csv", row(PERSONS[0]))[1]
        assert RULE not in counted + model + same, i
    assert any(RULE in rules(house, f"r{i}.csv", row(person))[1] for i, person in enumerate(PERSONS[1:6])), "the control"


def test_rows_under_the_same_headings_that_tell_no_known_trait(house):
    seen = [RULE in rules(house, f"q{i}.csv", f"vaerdi_a;vaerdi_b;vaerdi_c;vaerdi_d\n{31 + i},5;{70 + i},25;{12 + i},75;{55 + i},125\n")[1] for i in range(11)]
    assert seen == [False] * 9 + [True] * 2
