"""fvm ledger show | verify: files that are out beside the exact audit, closest calls, and every kind of damage."""
import hashlib
import json
import shutil
import sqlite3

import pytest

from support.instance import Instance
from support.leaving import CVR, Leaving, rules
from support.tables import ALL, PROJECT, Tables, people
from support.units import VISITS, Units, visits

PEOPLE = people(k101_084_K=7, k101_084_M=12, k102_084_K=3, k102_084_M=20, k201_085_K=9, k201_085_M=30)
BY_SEX = ("--rows", "kommune", "--columns", "koen")
OWN = b"gruppe;antal\r\nA;120\r\nB;55\r\n"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with Leaving(tmp_path_factory.mktemp("ledger"), PEOPLE) as it:
        yield it


def reviewed(house, *files):
    number = house.send(*files)["release"]
    house.instance.fvm("release", "review", number, "--approve", user="rita")
    house.wait(number, "sent")
    return number


class TestOutside:
    def test_another_file_is_on_record_as_not_audited_with_links_both_ways(self, house):
        house.put("egen.csv", OWN)
        number = reviewed(house, "egen.csv")
        (entry,) = [f for f in house.instance.json("ledger", "show", PROJECT)["outside"] if f["release"] == number]
        assert (entry["file"], entry["tables"], entry["same_as"], entry["in_exact_audit"]) == ("egen.csv", 1, [], False)
        assert entry["sha256"] == hashlib.sha256(OWN).hexdigest()
        assert house.show(number)["files"][0]["tables_outside_audit"] == 1
        facts = next(r["facts"] for r in house.actions(number) if r["action"] == "release.accept")
        assert (facts["files_outside_audit"], facts["tables_outside_audit"]) == ("1", "1")
        said = house.instance.fvm("ledger", "show", PROJECT).stdout
        assert number in said and "not part of the exact audit" in said

    def test_the_reviewer_sees_it_before_he_decides(self, house):
        house.put("to.html", b"<table><tr><th>a</th><th>antal</th></tr><tr><td>x</td><td>90</td></tr></table>"
                             b"<table><tr><th>b</th><th>antal</th></tr><tr><td>y</td><td>80</td></tr></table>")
        number = house.send("to.html")["release"]
        assert house.show(number, user="rita")["files"][0]["tables_outside_audit"] == 2
        assert "not part of the exact audit" in house.instance.fvm("release", "show", number, user="rita").stdout
        assert not [f for f in house.instance.json("ledger", "show", PROJECT)["outside"] if f["release"] == number], "it is not out"

    def test_the_same_numbers_as_a_safe_table_are_recognised(self, house):
        record, content = house.write(*BY_SEX)
        lines = content.decode("utf-8-sig").split("\r\n")
        end = lines.index("")
        turned = [";".join(line.split(";")[i] for i in (0, 3, 1, 2)) for line in lines[:end]]
        house.put("samme.csv", "\n".join([turned[0], *reversed(turned[1:])]).encode())
        request = house.send("samme.csv")
        assert "safe_table" not in rules(request)
        assert record["table"] in request["files"][0]["same_as"]
        changed = [line.replace("81", "82") for line in turned]
        assert changed != turned
        house.put("andre.csv", "\n".join(changed).encode())
        assert house.send("andre.csv")["files"][0]["same_as"] == [], "control: one number changed"

    def test_a_safe_table_is_no_such_file(self, house):
        house.write(*BY_SEX)
        number = house.send("t.csv")["release"]
        house.wait(number, "sent")
        assert not [f for f in house.instance.json("ledger", "show", PROJECT)["outside"] if f["release"] == number]


class TestShow:
    def test_closest_calls_are_for_those_who_look_after_it(self, house):
        house.tables.table(*BY_SEX)
        ask = lambda user: house.instance.fvm("--json", "ledger", "show", PROJECT, "--closest", user=user, check=False)
        assert json.loads(ask("anna").stdout)["error"] == "table.closest_not_allowed"
        house.instance.fvm("user", "add", "mona", "--institution", CVR, "--role", "analyst", "--role", "reviewer")
        house.instance.fvm("project", "member", "add", PROJECT, "mona")
        assert json.loads(ask("mona").stdout)["error"] == "table.closest_not_allowed", "a member is a member"
        calls = json.loads(ask("rita").stdout)["closest"]
        # 102 has 3 women and 20 men, both hidden: 23 in two cells, one more number would tell
        assert {(c["cell"], c["missing"], c["persons"]) for c in calls} >= {("kommune = 102, koen = Total", 1, 23)}
        assert all(c["missing"] >= 1 for c in calls), "nothing is one subtraction away"
        assert [(c["missing"], c["persons"]) for c in calls] == sorted((c["missing"], c["persons"]) for c in calls)

    def test_rank_and_what_combines(self, house):
        house.tables.table("--rows", "kommune")
        men = house.tables.table("--rows", "kommune", sql=ALL + " WHERE koen = 'M'")
        shown = {t["table"]: t for t in house.instance.json("ledger", "show", PROJECT)["tables"]}[men["table"]]
        assert shown["published"] == sum(c["status"] == "open" and c["persons"] > 0 for c in men["cells"])
        assert shown["combines_with"], "men after all"
        assert "independent facts" in house.instance.fvm("ledger", "show", PROJECT).stderr


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Two tables, one of them recalled; every test damages a copy."""
    folder = tmp_path_factory.mktemp("whole")
    with Instance(folder / "i") as instance:
        tables = Tables(instance, PEOPLE)
        tables.table(*BY_SEX, "--out", folder / "a.csv")
        tables.table("--rows", "koen")
        instance.fvm("ledger", "recall", PROJECT, "--table", "2", "--reason", "x", user="anna")
    return folder / "i"


def damages(path):
    with Copy(path) as instance:
        done = instance.fvm("--json", "ledger", "verify", PROJECT, check=False)
        document = json.loads(done.stdout)
        assert (done.returncode == 0) == (document["damages"] == [])
        return document


class Copy(Instance):
    """An instance that exists already."""

    def __init__(self, path):
        super().__init__(path, up=False)

    def __enter__(self):
        return self


def released(path, name):
    return path / "released" / CVR / name


def sql(path, text):
    with sqlite3.connect(path / "store" / "fvm.sqlite") as store:
        store.execute(text)
    store.close()


def cut(path, name):
    released(path, name).write_bytes(released(path, name).read_bytes()[:-1])


def unchain(path, action):
    """Takes the records of an action out of the chain's files (that the chain is broken is for fvm audit verify to say)."""
    for file in (path / "audit").glob("ledger-*.jsonl"):
        lines = file.read_text().splitlines(keepends=True)
        file.write_text("".join(line.replace(f'"action":"{action}"', f'"action":"{action[:-1]}x"') for line in lines))


DAMAGES = {
    "record changed": (lambda p: cut(p, "1.json"), {("record", 1)}),
    "record gone": (lambda p: released(p, "2.json").unlink(), {("record", 2)}),
    "records exchanged": (lambda p: (shutil.copy(released(p, "1.json"), released(p, "2.json")),
                                     sql(p, "UPDATE safetable_release SET record_sha256 = (SELECT record_sha256 FROM safetable_release WHERE number = 1) WHERE number = 2")),
                          {("contents", 2), ("chain", 2)}),
    "atoms changed": (lambda p: cut(p, "2-atoms.parquet"), {("atoms", 2)}),
    "atoms gone": (lambda p: released(p, "2-atoms.parquet").unlink(), {("atoms", 2)}),
    "places changed": (lambda p: cut(p, "2-places.parquet"), {("places", 2)}),
    "row of another record": (lambda p: sql(p, "UPDATE safetable_release SET record_sha256 = 'x' WHERE number = 1"), {("record", 1), ("chain", 1)}),
    "row of other atoms": (lambda p: sql(p, "UPDATE safetable_release SET atoms_sha256 = 'x' WHERE number = 2"), {("atoms", 2), ("chain", 2)}),
    "row of other places": (lambda p: sql(p, "UPDATE safetable_release SET places_sha256 = 'x' WHERE number = 1"), {("chain", 1)}),
    "row of another author": (lambda p: sql(p, "UPDATE safetable_release SET author = 'eve' WHERE number = 1"), {("contents", 1)}),
    "row gone": (lambda p: sql(p, "DELETE FROM safetable_release WHERE number = 1"), {("missing", 1)}),
    "a file more": (lambda p: sql(p, f"INSERT INTO safetable_output VALUES ('{CVR}', 'abc', 1, 'csv')"), {("chain", 1)}),
    "a file gone": (lambda p: sql(p, "DELETE FROM safetable_output"), {("missing", 1)}),
    "recall gone": (lambda p: sql(p, "DELETE FROM safetable_recall"), {("missing", 2)}),
    "a recall more": (lambda p: sql(p, f"INSERT INTO safetable_recall VALUES ('{CVR}', 1, 0, 'x', 'x')"), {("chain", 1)}),
    "not in the chain": (lambda p: unchain(p, "table.released"), {("chain", 1), ("chain", 2)}),
}


class TestVerify:
    def test_all_is_as_it_was_recorded(self, whole):
        found = damages(whole)
        assert (found["tables"], found["files"], found["recalled"], found["damages"]) == (2, 1, 1, [])
        assert found["events"] >= 3

    @pytest.mark.parametrize("name", DAMAGES)
    def test_each_damage_is_named(self, whole, tmp_path, name):
        path = tmp_path / "i"
        shutil.copytree(whole, path, ignore=shutil.ignore_patterns("*.sock"))
        damage, wanted = DAMAGES[name]
        damage(path)
        assert {(d["kind"], d["table"]) for d in damages(path)["damages"]} == wanted


UNITS_CVR = "29189846"
PROVIDER_FILES = {"atoms.parquet": "atoms", "places.parquet": "places", "knowledge.bin": "knowledge", "values.parquet": "values", "values.bin": "values"}


@pytest.fixture(scope="module")
def of_two_kinds(tmp_path_factory):
    """A table of persons and the providers whom they went to, with a sum, then one of persons alone: what is known of providers stays the first's."""
    with Instance(tmp_path_factory.mktemp("two") / "i") as instance:
        units = Units(instance, [*visits(30, [1, 2, 3, 4, 5, 6, 7, 8], "101"), *visits(40, [10, 11, 12, 13, 14, 15], "103")])
        for sql, figures in ((VISITS, ("--sum", "kroner")), ("SELECT pnr, kommune FROM yd.besoeg", ())):
            units.table("--rows", "kommune", "--count", "persons", *figures, sql=sql)
        return instance.path


class TestVerifyProviders:
    def test_all_is_as_it_was_recorded(self, of_two_kinds):
        assert {file.name for file in (of_two_kinds / "released" / UNITS_CVR).glob("*-providers-*")} == {f"1-providers-{name}" for name in PROVIDER_FILES}
        assert damages(of_two_kinds)["damages"] == []

    @pytest.mark.parametrize("gone", [False, True])
    @pytest.mark.parametrize("name", PROVIDER_FILES)
    def test_each_damage_is_named(self, of_two_kinds, tmp_path, name, gone):
        path = tmp_path / "i"
        shutil.copytree(of_two_kinds, path, ignore=shutil.ignore_patterns("*.sock"))
        file = path / "released" / UNITS_CVR / f"1-providers-{name}"
        file.unlink() if gone else file.write_bytes(file.read_bytes()[:-1])
        assert {(d["kind"], d["table"]) for d in damages(path)["damages"]} == {(PROVIDER_FILES[name], 1)}
