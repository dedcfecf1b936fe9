"""fvm mirror compact and vacuum on delivered tables: the same rows in fewer files, whatever is killed in between."""
import os

import pytest

from support.instance import Instance
from support.duck import table as table_rows

HEADER = "patient_cpr,rekvirent_id,samplingdate,analysiscode,value\n"


def delivery(path, number):
    """Twenty rows of made-up numbers (they fail modulus 11)."""
    path.write_text(HEADER + "".join(f"0203{50 + i:02}{number:01}{i:03},00{number}{i:03},2020-0{number + 1}-{i + 1:02},NPU{number}{i:04},<{i}\n"
                                     for i in range(20)))
    return path


@pytest.fixture
def instance(tmp_path):
    with Instance(tmp_path / "instance") as made:
        catalogue = tmp_path / "catalogue.toml"
        catalogue.write_text("""
[[table]]
register = "LAB"
name = "lab_dm_forsker"
person = "patient_cpr"
period = "samplingdate"
variables = [
  { name = "patient_cpr", class = "person", required = true },
  { name = "rekvirent_id", class = "provider" },
  { name = "samplingdate", type = "date", required = true },
  { name = "analysiscode" },
  { name = "value" },
]
""")
        made.fvm("catalogue", "import", catalogue)
        for number in range(4):
            made.fvm("deliver", "LAB.lab_dm_forsker", delivery(tmp_path / f"{number}.csv", number))
        yield made


def rows(instance):
    table = instance.json("mirror", "verify", "LAB.lab_dm_forsker")["tables"][0]
    assert table["ok"]
    return sorted(table_rows(instance.path / "mirror/lab/lab_dm_forsker"))


def test_the_same_rows_in_one_file(instance):
    before = rows(instance)
    assert len(before) == 80
    done = instance.json("mirror", "compact")["tables"][0]
    assert (done["files_before"], done["files_after"], done["version"]) == (4, 1, 5)
    assert rows(instance) == before
    newest = instance.json("mirror", "versions", "LAB.lab_dm_forsker")["versions"][0]
    assert newest["operation"] == "OPTIMIZE" and newest["data_change"] is False and newest["rows_added"] == 80
    again = instance.json("mirror", "compact", "LAB.lab_dm_forsker")["tables"][0]
    assert again["version"] == 5, "nothing left to do makes no version"
    ledger = "".join(path.read_text() for path in (instance.path / "audit").glob("ledger-*.jsonl"))
    assert ledger.count("mirror.compacted") == 1


@pytest.mark.parametrize("step", ["compact.written", "compact.moved", "lake.before_commit", "lake.after_commit", "compact.committed"])
def test_killed_on_the_way(instance, step):
    before = rows(instance)
    killed = instance.fvm("mirror", "compact", check=False, crash_at=step)
    assert killed.returncode == -9, "the crash point was not passed"
    assert rows(instance) == before
    instance.fvm("mirror", "compact")
    assert rows(instance) == before
    table = instance.json("mirror", "verify")["tables"][0]
    assert table["files"] == 1
    instance.fvm("deliver", "LAB.lab_dm_forsker", delivery(instance.path.parent / "5.csv", 5))
    assert len(rows(instance)) == 100


def test_vacuum_takes_only_old_orphans(instance):
    folder = instance.path / "mirror/lab/lab_dm_forsker"
    before = rows(instance)
    instance.fvm("mirror", "compact")
    kept = set(folder.glob("*.parquet"))
    (folder / "part-of-a-crash.parquet").write_bytes(b"x")
    assert instance.json("mirror", "vacuum")["tables"][0]["removed"] == []
    os.utime(folder / "part-of-a-crash.parquet", (1, 1))
    for path in kept:
        os.utime(path, (1, 1))
    assert instance.json("mirror", "vacuum")["tables"][0]["removed"] == ["part-of-a-crash.parquet"]
    assert set(folder.glob("*.parquet")) == kept, "versions of before keep their files"
    assert rows(instance) == before
    assert instance.fvm("mirror", "vacuum", "--older-than-days", "0", check=False).returncode == 2


def test_freshness_tells_the_newest_delivery(instance):
    table = instance.json("mirror", "freshness")["tables"][0]
    assert (table["table"], table["rows"], table["deliveries"], table["version"]) == ("LAB.lab_dm_forsker", 80, 4, 4)
    assert table["delivered"] >= "2020"
    assert "LAB.lab_dm_forsker" in instance.fvm("mirror", "freshness").stdout
