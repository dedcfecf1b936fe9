"""Keys of records: numbers are themselves, other texts are spread by a hash, and a build finds out when two of them become one."""
import json

from support.instance import Instance
from support.projects import EVERYBODY, FINDING, VISIT, build, create, data, deliver, fill, visit_rows

MEET = ("rec-1008406018993692", "rec-1665724921824677")  # by their SHA-256 both are packed as 1393608251889436


def test_two_texts_that_become_one_key_are_found_and_spread_anew(tmp_path):
    """A collision that was searched for (crypto_test.cpp knows it too): ten million text keys meet once in fifty projects."""
    with Instance(tmp_path / "i") as instance:
        fill(instance)
        rows = [(1, MEET[0], "2015-01-01", "2015-01-01 08:00:00", "DE110", "1.5", "000123"), (2, "17", "2016-01-01", "", "DE110", "1.5", "000123")]
        deliver(instance, "TST.visit", visit_rows(rows), "--mode", "replace")
        deliver(instance, "TST.finding", "visit_id,code\n" + "".join(f"{key},x{i}\n" for i, key in enumerate((*MEET, "17"))), "--mode", "replace")
        number = create(instance, EVERYBODY, VISIT + FINDING)
        build(instance, number)
        keys = lambda: dict(data(instance, number, "visit", "SELECT day, id FROM t"))
        before = keys()
        assert spreads(instance, number) == []
        # The second comes with a refresh; the first is in files that the refresh leaves alone.
        deliver(instance, "TST.visit", visit_rows([(3, MEET[1], "2017-01-01", "", "DE110", "1.5", "000123")]))
        instance.fvm("project", "refresh", number)
        assert spreads(instance, number) == ["1"]
        after = keys()
        assert len(set(after.values())) == 3 and after["2016-01-01"] == before["2016-01-01"], "a number is packed as itself, always"
        assert after["2015-01-01"] != before["2015-01-01"]
        assert sorted(data(instance, number, "finding", "SELECT visit_id, code FROM t")) == sorted(
            [(after["2015-01-01"], "x0"), (after["2017-01-01"], "x1"), (after["2016-01-01"], "x2")]), "the tables still join"
        build(instance, number)
        assert keys() == after and spreads(instance, number) == ["1"]


def spreads(instance, number):
    records = []
    for path in sorted((instance.path / "audit").glob("ledger-*.jsonl")):
        records += [json.loads(line) for line in path.read_text().splitlines()]
    return [r["facts"]["spread"] for r in records if r["action"] == "project.record_keys_spread" and r["subject"] == number]
