"""Both corpora of the check through the finished programs: what must be stopped is, by the rule that is meant; what is honest is not refused.

A fourth of each, so that it takes a minute; `FVM_CORPUS=1` takes all, as `./run bench release` does.
"""
import os
import pathlib

import pytest
from release import honest, hostile, run

from support.house import House

EVERY = int(os.environ.get("FVM_CORPUS", "4"))
OPEN = pathlib.Path(__file__).with_name("release") / "open.txt"  # what is not stopped by its rule yet: "rule: technique, file", a line each
READ_SHARE_MAX = 0.25  # of honest files that a person reads: what was found in them, or what kind of file they are (bench: to_person=, by_route=)


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with House(tmp_path_factory.mktemp("corpora")) as it:
        run.allow_all(it)
        yield it


def test_the_corpora_are_as_large_as_they_should_be():
    cases = list(hostile.cases())
    assert len(cases) >= 150 and len({(c.rule, c.technique, c.name, c.content) for c in cases}) == len(cases), "the same case twice"


def test_what_must_be_stopped_is(house):
    known = {line for line in OPEN.read_text(encoding="utf-8").splitlines() if line} if OPEN.exists() else set()
    results = run.run_hostile(house, list(hostile.cases())[::EVERY])
    missed = {f"{c.rule}: {c.technique}, {c.name}": v.rules for c, v in results if not run.stopped(c, v)}
    new = {name: rules for name, rules in missed.items() if name not in known}
    assert not new, f"{len(new)} are not stopped by the rule they name, but: {new}"
    asked = {f"{c.rule}: {c.technique}, {c.name}" for c, _ in results}
    closed = (known & asked) - set(missed)
    assert not closed, f"stopped now; take them out of {OPEN.name}: {sorted(closed)}"


def test_what_is_honest_is_not_refused(house, tmp_path_factory):
    if lacking := honest.missing():
        pytest.skip(f"not installed: {lacking}")
    paths = honest.make(tmp_path_factory.mktemp("honest") / "files")
    assert len(paths) >= 150
    results = run.run_honest(house, paths[::EVERY])
    refused = {p.name: v.rules for p, v in results if v.blocked()}
    assert not refused, refused
    shown = {p.name: v.rules for p, v in results if v.shown()}
    assert len(shown) <= READ_SHARE_MAX * len(results), f"in {len(shown)} of {len(results)} honest files something is found that a person must look at, beside their kind: {shown}"
    assert run.by_route(results) <= READ_SHARE_MAX * len(results), "by what routes.def says of a trusted user's files"
