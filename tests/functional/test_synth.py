"""fvm synth: what it writes loads into the mirror, every row of every table, and no name of it is found there."""
import json
import os
import subprocess

import pytest

from support.instance import FVM, ROOT, Instance


def synth(out, *arguments):
    return subprocess.run([FVM, "--json", "synth", "--out", out, *map(str, arguments)], env=dict(os.environ, FVM_LANG="en"), text=True,
                          capture_output=True)


def test_files_and_figures(tmp_path):
    made = json.loads(synth(tmp_path / "a", "--persons", 300, "--from", 2010, "--to", 2020, "--seed", 5).stdout)
    assert made["rows"] == sum(file["rows"] for file in made["files"]) > 10_000
    listed = dict(line.split("\t") for line in (tmp_path / "a" / "deliveries.tsv").read_text().splitlines())
    for file in made["files"]:
        path = tmp_path / "a" / file["file"]
        assert listed[file["table"]] == file["file"] and path.stat().st_size == file["bytes"]
    again = synth(tmp_path / "a", "--persons", 300)
    assert again.returncode == 2 and json.loads(again.stdout)["error"] == "synth.exists"


@pytest.mark.parametrize("wrong", [["--persons", 0], ["--from", 2020, "--to", 2010], ["--persons", "many"], ["--from", 1066]])
def test_wrong_orders_are_usage_errors(tmp_path, wrong):
    assert synth(tmp_path / "a", *wrong).returncode == 2
    assert not (tmp_path / "a").exists()


def test_every_row_of_every_table_arrives(tmp_path):
    made = json.loads(synth(tmp_path / "in", "--persons", 400, "--from", 2008, "--to", 2021, "--seed", 7).stdout)
    assert len(made["files"]) >= 18
    with Instance(tmp_path / "instance") as instance:
        instance.fvm("catalogue", "import", ROOT / "share" / "catalogue" / "denmark.toml")
        for file in made["files"]:
            done = instance.json("deliver", file["table"], tmp_path / "in" / file["file"])
            assert (done["rows_read"], done["rows_rejected"]) == (file["rows"], 0), file["table"]
        verified = instance.json("mirror", "verify")
        assert verified["ok"] and len(verified["tables"]) == len(made["files"])
        versions = instance.json("mirror", "versions", "LMDB.lmdb")["versions"]
        assert versions[0]["rows_added"] == next(f["rows"] for f in made["files"] if f["table"] == "LMDB.lmdb")
