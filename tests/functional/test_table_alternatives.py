"""fvm table instead of hiding: rounded numbers, and coarser tables."""
import json
import stat

import pytest

from support.attack_exact import zero_sums
from support.attack_sets import Facts, atoms_of
from support.instance import Instance
from support.tables import ALL, PROJECT, Tables, cells, people

PEOPLE = people(k101_084_K=27, k101_084_M=32, k102_084_K=13, k102_084_M=20, k201_085_K=29, k201_085_M=30, knone_085_K=16, k999_085_M=2)
# Most kommuner have a sex of few: nearly every cell below them is hidden.
SPARSE = people(k101_084_K=40, k101_084_M=52, k102_084_K=3, k102_084_M=20, k103_084_K=19, k103_084_M=2, k201_085_K=60, k201_085_M=71,
                k202_085_K=1, k202_085_M=30, k203_085_K=4, k203_085_M=44)
ROUND = ("--round", "5")
BY_SEX = ("--rows", "kommune", "--columns", "koen")


@pytest.fixture
def fresh(tmp_path):
    with Instance(tmp_path / "i") as instance:
        yield Tables(instance, PEOPLE)


@pytest.fixture
def sparse(tmp_path):
    with Instance(tmp_path / "i") as instance:
        yield Tables(instance, SPARSE)


def test_rounded_numbers_add_up_and_nothing_is_hidden(fresh):
    table = fresh.table(*BY_SEX, *ROUND)
    shown = cells(table, "kommune", "koen")
    assert table["hidden"] == 0 and table["round"] == 5 and all(n % 5 == 0 for n in shown.values())
    kommuner, sexes = {k for k, _ in shown} - {"Total"}, {s for _, s in shown} - {"Total"}
    assert kommuner == {"101", "102", "201", "(missing)", "(others)"}, "999 has two persons"
    for kommune in kommuner | {"Total"}:
        assert shown[kommune, "Total"] == sum(shown[kommune, sex] for sex in sexes)
    for sex in sexes | {"Total"}:
        assert shown["Total", sex] == sum(shown[kommune, sex] for kommune in kommuner)
    # a first table: margins are off by less than the base
    assert abs(shown["Total", "Total"] - 169) < 5 and abs(shown["101", "Total"] - 59) < 5 and abs(shown["Total", "K"] - 85) < 5
    assert any("multiples of 5" in note for note in table["notes"])


def test_later_tables_of_the_same_persons_have_the_same_numbers(fresh):
    everybody = cells(fresh.table("--rows", "kommune", *ROUND), "kommune")
    parts = [cells(fresh.table("--rows", "kommune", *ROUND, sql=f"{ALL} WHERE koen = '{sex}'"), "kommune") for sex in "KM"]
    assert everybody["Total",] == sum(part["Total",] for part in parts)
    assert everybody["101",] == sum(part["101",] for part in parts)
    both = cells(fresh.table("--rows", "koen", "--columns", "kommune", *ROUND), "kommune", "koen")
    assert all(both[kommune, "Total"] == number for (kommune,), number in everybody.items())


def test_with_an_upper_level(fresh):
    shown = cells(fresh.table("--rows", "kommune", "--hierarchy", "kommune=region", *ROUND), "kommune")
    assert shown["Total",] == shown["084",] + shown["085",] and abs(shown["084",] - 92) < 5
    assert shown["084",] == shown["101",] + shown["102",]


@pytest.mark.parametrize("came", [1, 4, 8])
def test_who_came_since_is_a_multiple_too(fresh, came):
    before = cells(fresh.table("--rows", "kommune", *ROUND), "kommune")
    fresh.deliver(PEOPLE + [(900 + i, "101", "084", "K", "100") for i in range(came)])
    fresh.instance.fvm("project", "build", PROJECT)
    after = cells(fresh.table("--rows", "kommune", *ROUND), "kommune")
    assert (after["101",] - before["101",]) in {came // 5 * 5, (came + 4) // 5 * 5} and after["201",] == before["201",]
    assert after["Total",] - before["Total",] == after["101",] - before["101",]


def test_a_person_with_two_diagnoses_is_counted_once_in_the_total(fresh):
    fresh.deliver(PEOPLE, [*((n, "DE11") for n in range(1, 41)), *((n, "DI21") for n in range(21, 61))])
    fresh.instance.fvm("project", "build", PROJECT)
    shown = cells(fresh.table("--rows", "kode", *ROUND, sql="SELECT pnr, kode FROM bef.diagnose"), "kode")
    assert shown["Total",] == 60 and shown["DE11",] == 40 and shown["DI21",] == 40, "multiples stay as they are"


def test_exact_and_rounded_tables_do_not_meet(fresh):
    fresh.table(*BY_SEX, *ROUND)
    assert fresh.refused(*BY_SEX) == "table.ledger_rounded"
    assert fresh.refused(*BY_SEX, "--round", "10") == "table.ledger_rounded"
    fresh.institution("Anden Kommune", "28856075", "berit")
    fresh.project("TST-2026-9003", user="berit", cvr="28856075", name="Anden Kommune")
    other = {"project": "TST-2026-9003", "user": "berit"}
    fresh.table(*BY_SEX, **other)
    assert fresh.refused(*BY_SEX, *ROUND, **other) == "table.ledger_exact"


@pytest.mark.parametrize("words, error", [(("--round", "4"), "table.round_too_fine"), (("--round", "1001"), "table.round_too_fine"),
                                          ((*ROUND, "--sum", "beloeb"), "table.round_counts_only"),
                                          ((*ROUND, "--median", "beloeb"), "table.round_counts_only")])
def test_what_cannot_be_rounded(fresh, words, error):
    assert fresh.refused("--rows", "kommune", *words) == error


def test_the_key_of_the_rounding_is_the_owners_alone(fresh):
    fresh.table("--rows", "kommune", *ROUND)
    key = fresh.instance.path / "released" / "29189846" / "rounding.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600 and len(key.read_text()) == 64
    record = (key.parent / "1.json").read_text()
    assert key.read_text() not in record
    fresh.table(*BY_SEX, *ROUND)
    assert len(key.read_text()) == 64


@pytest.mark.parametrize("point", ["table.counted", "table.judged", "table.kept", "table.recorded"])
def test_killed_at_any_step_the_numbers_are_the_same(fresh, point):
    first = cells(fresh.table("--rows", "kommune", *ROUND), "kommune")
    assert fresh.run(*BY_SEX, *ROUND, crash_at=point).returncode == -9
    once, again = (cells(fresh.table(*BY_SEX, *ROUND), "kommune", "koen") for _ in range(2))
    assert once == again and all(once[kommune, "Total"] == number for (kommune,), number in first.items())


def test_a_rounded_table_is_explained(fresh):
    fresh.table("--rows", "kommune", *ROUND)
    shown = fresh.instance.json("ledger", "show", PROJECT, "--table", "1", "--explain", "kommune=101")
    assert "multiple of 5" in shown["explanation"]["reason"]
    unknown = fresh.instance.fvm("--json", "ledger", "show", PROJECT, "--table", "1", "--explain", "kommune=999", check=False)
    assert json.loads(unknown.stdout)["error"] == "table.cell_unknown_rounded"


# ---- coarser


def sets_shown(table, persons, number_of_table=1):
    """{persons: number} of a table by kommune and koen, kommuner put together as its notes say."""
    names = {c["kommune"] for c in table["cells"]} if "kommune" in table["cells"][0] else {"Total"}
    out = {}
    for cell in table["cells"]:
        if cell["status"] != "open":
            continue
        wanted = lambda row: ((cell.get("kommune", "Total") in ("Total", row[1]) or (cell["kommune"] == "(others)" and row[1] not in names))
                              and cell.get("koen", "Total") in ("Total", row[3]))
        out[frozenset(row[0] for row in persons if wanted(row))] = cell["persons"]
    return out


def test_coarsened_where_many_cells_are_hidden(sparse):
    fine = sparse.table(*BY_SEX)
    assert fine["hidden"] * 20 > len(fine["cells"])
    coarse = sparse.table(*BY_SEX, "--coarsen")
    assert coarse["hidden"] * 2 <= fine["hidden"] and coarse["hidden"] * 20 <= len(coarse["cells"])
    assert any("coarser than table" in note for note in coarse["notes"])
    # no set of one to four persons follows from all that was told
    told = {}
    for number in range(1, coarse["table"] + 1):
        for members, count in sets_shown(sparse.instance.json("ledger", "show", PROJECT, "--table", str(number)), SPARSE).items():
            assert count == len(members)
            told[members] = count
    ordered = sorted((m for m in told if m), key=lambda m: (len(m), sorted(m)))
    person, sizes = atoms_of(ordered)
    facts = Facts(len(sizes))
    facts.add([{atom: 1 for atom in {person[p] for p in members}} for members in ordered])
    assert zero_sums(facts.null, sizes, 4, 4) == []


def test_each_coarser_table_is_on_record(sparse):
    coarse = sparse.table(*BY_SEX, "--coarsen")
    tables = sparse.instance.json("ledger", "show", PROJECT)["tables"]
    assert coarse["table"] == len(tables) >= 2 and tables[0]["hidden"] > 0
    assert len([r for r in sparse.records() if r["action"] == "table.released"]) == len(tables)


def test_the_advice_is_what_coarsen_does(sparse):
    fine = sparse.table(*BY_SEX)
    coarse = sparse.table(*BY_SEX, "--coarsen")
    second = sparse.instance.json("ledger", "show", PROJECT, "--table", "3")
    assert any(fine["coarser"]["ask"] in note for note in second["notes"]), (fine["coarser"], second["notes"], coarse["table"])


def test_the_upper_level_instead(sparse):
    fine = sparse.table(*BY_SEX, "--hierarchy", "kommune=region")
    assert fine["coarser"]["hidden"] * 2 <= fine["hidden"]
    coarse = sparse.table(*BY_SEX, "--hierarchy", "kommune=region", "--coarsen")
    assert coarse["hidden"] * 2 <= fine["hidden"]


def test_what_is_hidden_little_is_left_as_it_is(fresh):
    table = fresh.table("--rows", "koen", "--coarsen")
    assert table["table"] == 1 and "coarser" not in table and not any("coarser" in note for note in table["notes"])


def test_advice_is_said(sparse):
    said = sparse.instance.fvm("table", PROJECT, *BY_SEX, "--from", ALL, user="anna").stderr
    assert "Many cells are hidden. Coarser: kommune with these as (others)" in said or "Coarser: without koen" in said, said
