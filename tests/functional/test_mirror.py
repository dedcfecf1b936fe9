"""fvm mirror versions | verify, on a table whose log our lake room wrote (its files need be no Parquet for that)."""
import json
import os
import subprocess

import pytest

from support.instance import FVM, ROOT


@pytest.fixture
def instance(tmp_path):
    folder = tmp_path / "instance" / "mirror" / "test" / "small"
    folder.mkdir(parents=True)
    environment = dict(os.environ, FVM_TEST_LAKE_CHILD="small", FVM_TEST_LAKE_FOLDER=str(folder))
    subprocess.run([ROOT / "build" / "tests" / "lake_test"], env=environment, check=True)
    return tmp_path / "instance"


def fvm(instance, *arguments, language="en"):
    return subprocess.run([FVM, "--instance", instance, *arguments], env=dict(os.environ, FVM_LANG=language), text=True,
                          capture_output=True)


def files(instance):
    return sorted((instance / "mirror/test/small").glob("*.parquet"))


def test_versions_newest_first(instance):
    done = fvm(instance, "--json", "mirror", "versions", "TEST.small")
    versions = json.loads(done.stdout)["versions"]
    assert [v["version"] for v in versions] == [3, 2, 1, 0]
    assert versions[0]["files_added"] == 1 and versions[0]["bytes_added"] == 5
    assert versions[3]["operation"] == "CREATE TABLE"
    limited = fvm(instance, "mirror", "versions", "test.SMALL", "--limit", "2").stdout.splitlines()
    assert len(limited) == 2 and limited[0].startswith("version 3")


def test_verify_is_quiet_about_a_whole_table(instance):
    done = fvm(instance, "mirror", "verify")
    assert done.returncode == 0 and "version 3 is whole: 3 files, 15 bytes" in done.stdout


def test_verify_names_what_is_missing_or_cut(instance):
    first, second, _ = files(instance)
    first.unlink()
    second.write_bytes(b"1")
    (instance / "mirror/test/small/left-over.parquet").write_bytes(b"x")
    done = fvm(instance, "--json", "mirror", "verify", "TEST.small")
    assert done.returncode == 3
    table = json.loads(done.stdout)["tables"][0]
    assert table["missing"] == [first.name] and table["wrong_size"] == [second.name]
    assert table["orphans"] == ["left-over.parquet"]
    assert second.name in fvm(instance, "mirror", "verify", language="da").stdout


@pytest.mark.parametrize("name,says", [("NO.such", "There is no table"), ("nodot", "REGISTER.TABLE"), ("../x.y", "REGISTER.TABLE"),
                                       ("a./../b", "REGISTER.TABLE")])
def test_wrong_names_are_usage_errors(instance, name, says):
    done = fvm(instance, "mirror", "versions", name)
    assert done.returncode == 2 and says in done.stderr


def test_a_gap_in_the_log_is_named(instance):
    gone = instance / "mirror/test/small/_delta_log/00000000000000000002.json"
    gone.unlink()
    done = fvm(instance, "mirror", "versions", "TEST.small")
    assert done.returncode == 3 and str(gone) in done.stderr
