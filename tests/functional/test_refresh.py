"""fvm project refresh: the same rows as a whole build would give, for the price of what changed; origins; a running session; kills."""
# long: one mirror and its helpers for all ways in which a refresh may differ from a whole build
import fcntl
import json
import subprocess
import time

import pytest

from support.deliveries import cpr
from support.instance import FVM
from support.projects import EVERYBODY, FINDING, PERSON, VISIT, VISITS, build, create, deliver, filled, person_rows, specification, visit_rows
from support.refreshes import DIABETES, TABLES, check, findings, folder, log, mirror_files, origins, project, refresh, rows


@pytest.fixture
def fresh(tmp_path):
    with filled(tmp_path / "i") as instance:
        yield instance


# --- it costs what changed


def test_a_delivery_adds_its_own_rows_and_leaves_the_rest(fresh):
    number = project(fresh)
    before = {table: set(log(folder(fresh, number, table))) for table in TABLES}
    version = {t["name"]: t["version"] for t in fresh.json("project", "show", number)["tables"]}
    deliver(fresh, "TST.visit", visit_rows([(2, "i", "2021-03-01", "2021-03-01 08:00:00", "DE110", "9", "000999")]))
    done = refresh(fresh, number)
    assert done["rows_read"] == 1 and done["version"] == 2 and not done["up_to_date"]
    after = {table: set(log(folder(fresh, number, table))) for table in TABLES}
    assert after["person"] == before["person"] and before["visit"] < after["visit"]
    assert {t["name"]: t["version"] - version[t["name"]] for t in fresh.json("project", "show", number)["tables"]} == {
        "person": 0, "visit": 1, "finding": 0}, "a table that did not change gets no version"
    assert len(check(fresh, number)["visit"]) == 9


def test_every_file_tells_its_origins(fresh):
    number = project(fresh)
    deliver(fresh, "TST.visit", visit_rows([(2, "i", "2021-03-01", "2021-03-01 08:00:00", "DE110", "9", "000999")]))
    refresh(fresh, number)
    for table in TABLES:
        told = origins(fresh, number, table)
        assert sorted(sum(told.values(), [])) == sorted(mirror_files(fresh, table)), "each file of the mirror in one group"
    shown = fresh.json("project", "show", number, "--origins")["tables"]
    by_name = {t["name"]: {f["file"]: f["origins"] for f in t["files"]} for t in shown}
    assert by_name == {table: origins(fresh, number, table) for table in TABLES}
    text = fresh.fvm("project", "show", number, "--origins").stdout
    assert all(name in text for name in mirror_files(fresh, "visit"))


def test_an_upsert_replaces_the_rows_made_from_the_rewritten_files(fresh):
    number = project(fresh)
    deliver(fresh, "TST.visit", visit_rows([(3, "d", "2021-02-02", "2021-02-02 08:00:00", "DE119", "77", "000123")]), "--mode", "upsert")
    refresh(fresh, number)
    held = check(fresh, number)["visit"]
    assert len(held) == 8 and [r for r in held if "77.0" in r or "77" in r]


def test_a_replacement_replaces(fresh):
    number = project(fresh)
    deliver(fresh, "TST.visit", visit_rows(VISITS[:3]), "--mode", "replace")
    refresh(fresh, number)
    held = check(fresh, number)
    assert len(held["visit"]) == 3 and len(held["finding"]) == 4, "findings of visits that are gone went with them"


def test_compaction_of_the_mirror_costs_nothing_and_changes_nothing(fresh):
    number = project(fresh)
    for i in range(3):
        deliver(fresh, "TST.visit", visit_rows([(2, f"n{i}", f"2021-03-0{i + 1}", f"2021-03-0{i + 1} 08:00:00", "DE110", "9", "000999")]))
    refresh(fresh, number)
    before, files = rows(fresh, number), set(log(folder(fresh, number, "visit")))
    fresh.fvm("mirror", "compact", "TST.visit")
    done = refresh(fresh, number)
    assert done["rows_read"] == 0 and not done["up_to_date"], "only the record of the mirror's version is new"
    assert rows(fresh, number) == before and set(log(folder(fresh, number, "visit"))) == files
    deliver(fresh, "TST.visit", visit_rows([(2, "last", "2021-04-01", "2021-04-01 08:00:00", "DE110", "9", "000999")]))
    fresh.fvm("mirror", "compact", "TST.visit")  # old rows and new ones in one file
    refresh(fresh, number)
    assert len(check(fresh, number)["visit"]) == 12
    assert refresh(fresh, number)["up_to_date"] is True


def test_many_small_refreshes_leave_few_files(fresh):
    number = project(fresh, grants=VISIT)
    for i in range(15):
        deliver(fresh, "TST.visit", visit_rows([(1 + i % 4, f"s{i}", "2021-05-01", "2021-05-01 08:00:00", "DE110", "1", "000123")]))
        refresh(fresh, number)
    assert len(mirror_files(fresh, "visit")) >= 16 and len(log(folder(fresh, number, "visit"))) < 12
    assert len(check(fresh, number, ("visit",))["visit"]) == 23


# --- who came and who went


def test_a_person_who_comes_brings_the_old_rows(fresh):
    number = project(fresh, DIABETES)
    assert len(rows(fresh, number)["visit"]) == 6
    files = set(log(folder(fresh, number, "visit")))
    deliver(fresh, "TST.visit", visit_rows([(3, "i", "2021-03-01", "2021-03-01 08:00:00", "DE119", "9", "000999")]))
    refresh(fresh, number)
    assert files < set(log(folder(fresh, number, "visit"))), "nothing that was there is written again"
    held = check(fresh, number)
    assert len(held["visit"]) == 8, "the new visit and the one of before"
    assert len(held["finding"]) == 7 and len(held["person"]) == 6


def test_a_person_who_goes_takes_the_rows_along(fresh):
    number = project(fresh, DIABETES)
    deliver(fresh, "TST.visit", visit_rows([(2, "c", "2020-12-31", "2020-12-31 23:59:59", "DI210", "3", "000123")]), "--mode", "upsert")
    refresh(fresh, number)
    held = check(fresh, number)
    assert len(held["person"]) == 4 and len(held["visit"]) == 5 and len(held["finding"]) == 5


def test_a_relative_who_comes_is_no_longer_blank(fresh):
    population = 'any = [ { table = "TST.visit", where = "diagnosis = \'DI210\'" } ]'  # only person 3, whose mother is 1
    number = project(fresh, population, PERSON)
    assert [mother for _, mother, _ in rows(fresh, number, ("person",))["person"]] == [None]
    deliver(fresh, "TST.visit", visit_rows([(1, "i", "2021-03-01", "2021-03-01 08:00:00", "DI210", "9", "000999")]))
    refresh(fresh, number)
    held = check(fresh, number, ("person",))["person"]
    assert len(held) == 2 and sum(mother is not None for _, mother, _ in held) == 1


def test_a_changed_number_moves_the_rows_to_one_pseudonym(fresh):
    number = project(fresh, EVERYBODY, PERSON + VISIT)
    assert len({r[0] for r in rows(fresh, number, ("visit",))["visit"]}) == 5
    deliver(fresh, "TST.person", person_rows([(4, None, "M", "60", 3)]))  # 4 was 3 all along
    refresh(fresh, number)
    assert len({r[0] for r in check(fresh, number, ("person", "visit"))["visit"]}) == 4


def test_a_parent_that_comes_late_brings_its_children(fresh):
    number = project(fresh)
    deliver(fresh, "TST.finding", findings([("late", "y1")]))
    refresh(fresh, number)
    assert len(rows(fresh, number)["finding"]) == 8, "no parent yet"
    deliver(fresh, "TST.visit", visit_rows([(2, "late", "2021-03-01", "2021-03-01 08:00:00", "DE110", "9", "000999")]))
    done = refresh(fresh, number)
    assert done["rows_read"] == 1, "the new visit; its finding is fetched from the old file"
    assert len(check(fresh, number)["finding"]) == 9


def test_a_parent_that_changes_owner_or_leaves_the_period(fresh):
    number = project(fresh, DIABETES)
    deliver(fresh, "TST.visit", visit_rows([(4, "b", "2020-06-30", "2020-06-30 23:59:59", "DE119", "2.5", "000456"),
                                            (8, "f", "1999-02-28", "2016-02-29 10:00:00", "DE110", "6", "000123"),
                                            (18, "g", "1999-02-28", "2018-02-28 10:00:00", "DE110", "7", "000123")]), "--mode", "upsert")
    refresh(fresh, number)
    held = check(fresh, number)
    assert len(held["finding"]) == 6, "without g's; e's has come with person 4"


def test_a_frozen_grant_stays_though_persons_come_and_go(fresh):
    frozen = VISIT.replace("reason", 'mode = "frozen"\nreason')
    number = project(fresh, DIABETES, PERSON + frozen + FINDING.replace("reason", 'mode = "frozen"\nreason'))
    deliver(fresh, "TST.visit", visit_rows([(3, "i", "2021-03-01", "2021-03-01 08:00:00", "DE119", "9", "000999")]))
    deliver(fresh, "TST.finding", findings([("a", "y1"), ("d", "y2")]))
    refresh(fresh, number)
    held = check(fresh, number)
    assert len(held["visit"]) == 7, "person 3 has come, with the visit of then and without the new one"
    assert len(held["finding"]) == 7 and len(held["person"]) == 6


def test_a_history_of_everything_by_turns(fresh):
    """Without a whole build in between: each refresh starts from what the one before left."""
    number = project(fresh, DIABETES)
    visit = lambda p, name, diagnosis, day="2021-03-01": (p, name, day, f"{day} 08:00:00", diagnosis, "9", "000123")  # noqa: E731
    steps = [("TST.visit", visit_rows([visit(5, "k1", "DE119"), visit(6, "k2", "DX"), visit(5, "k3", "DX")]), "append"),
             ("TST.finding", findings([("k1", "z1"), ("k2", "z2"), ("k9", "z9")]), "append"),
             ("TST.visit", visit_rows([visit(6, "k1", "DE119"), visit(6, "k9", "DX", "2021-04-01")]), "upsert"),
             ("TST.person", person_rows([(5, 6, "F", "60", 7), (9, 5, "M", "01", None)]), "append"),
             ("TST.visit", visit_rows([visit(7, "k4", "DE111")]), "append"),
             ("TST.visit", None, "compact"),
             ("TST.visit", visit_rows([visit(1, "a", "DX"), visit(1, "b", "DX"), visit(9, "k5", "DE119")]), "upsert"),
             ("TST.finding", findings([("k5", "z5"), ("a", "z6")]), "replace")]
    for table, content, mode in steps:
        if mode == "compact":
            fresh.fvm("mirror", "compact", table)
        else:
            deliver(fresh, table, content, "--mode", mode)
        refresh(fresh, number)
        twin = create(fresh, DIABETES, PERSON + VISIT + FINDING)  # its own pseudonyms: only the numbers of rows can be compared
        build(fresh, twin)
        assert {t: len(r) for t, r in rows(fresh, number).items()} == {t: len(r) for t, r in rows(fresh, twin).items()}, (table, mode)
    check(fresh, number)


def test_another_catalogue_builds_the_tables_that_it_changes(fresh):
    number = project(fresh)
    before = {table: set(log(folder(fresh, number, table))) for table in TABLES}
    catalogue = fresh.path / "inbox" / "projects.toml"
    catalogue.write_text(catalogue.read_text().replace('da = "Personnummer"', 'da = "Borgerens nummer"'))
    fresh.fvm("catalogue", "import", catalogue)
    refresh(fresh, number)
    after = {table: set(log(folder(fresh, number, table))) for table in TABLES}
    assert not before["person"] & after["person"] and before["visit"] == after["visit"] and before["finding"] == after["finding"]
    check(fresh, number)


def test_another_rule_for_changed_numbers_changes_the_population(fresh):
    number = project(fresh, EVERYBODY, PERSON + VISIT)
    catalogue = fresh.path / "inbox" / "projects.toml"
    catalogue.write_text(catalogue.read_text().replace("status = '60'", "status = '61'"))
    fresh.fvm("catalogue", "import", catalogue)
    refresh(fresh, number)
    assert len({r[0] for r in check(fresh, number, ("person", "visit"))["visit"]}) == 7, "8, 18 and 28 are three persons now"


def amend(instance, number, population, grants, title):
    file = instance.path / "inbox" / f"{number}.toml"
    file.write_text(specification(number, population, grants).replace(f"Test {number}", title))
    instance.fvm("project", "amend", file)


def test_a_grant_that_is_no_longer_frozen(fresh):
    frozen = lambda grant: grant.replace("reason", 'mode = "frozen"\nreason')  # noqa: E731
    number = project(fresh, EVERYBODY, PERSON + frozen(VISIT) + frozen(FINDING))
    deliver(fresh, "TST.visit", visit_rows([(2, "i", "2021-03-01", "2021-03-01 08:00:00", "DE110", "9", "000999")]))
    deliver(fresh, "TST.finding", findings([("i", "y1")]))
    refresh(fresh, number)
    assert len(rows(fresh, number)["finding"]) == 8
    amend(fresh, number, EVERYBODY, PERSON + VISIT + FINDING, "Live now")
    refresh(fresh, number)
    held = check(fresh, number)
    assert len(held["visit"]) == 9 and len(held["finding"]) == 9


def test_another_cohort_with_the_same_rules(fresh):
    supplied = 'supplied = "cohort.csv"'
    (fresh.path / "inbox" / "cohort.csv").write_text(f"{cpr(1)}\n{cpr(2)}\n")
    number = project(fresh, supplied, PERSON + VISIT)
    assert len(rows(fresh, number, ("visit",))["visit"]) == 3
    (fresh.path / "inbox" / "cohort.csv").write_text(f"{cpr(2)}\n{cpr(3)}\n")
    amend(fresh, number, supplied, PERSON + VISIT, "Another cohort")
    refresh(fresh, number)
    assert len(check(fresh, number, ("person", "visit"))["visit"]) == 2


# --- nobody is disturbed, nothing is lost


def test_a_running_session_keeps_the_version_that_it_began_with(fresh):
    number = project(fresh, EVERYBODY, VISIT)
    fresh.fvm("institution", "add", "Kommune", "--cvr", "29189846", "--recipient", "@demo.example")
    fresh.fvm("user", "add", "anna", "--institution", "29189846", "--role", "analyst")
    fresh.fvm("project", "member", "add", number, "anna")
    script = ("psql -XAtc 'SELECT count(*) FROM tst.visit'; echo began > /work/began; "
              "while ! [ -e /work/go ]; do sleep 0.05; done; psql -XAtc 'SELECT count(*), sum(amount) FROM tst.visit'")
    session = subprocess.Popen([str(FVM), "--instance", str(fresh.path), "--as", "anna", "session", number, "--", "sh", "-c", script],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=fresh.environment)
    work = fresh.path / "projects" / number / "work"
    fresh.wait_for(lambda: (work / "began").exists())
    deliver(fresh, "TST.visit", visit_rows([(1, "a", "2015-01-01", "2015-01-01 08:00:00", "DE110", "1000", "000123"),
                                            (2, "i", "2021-03-01", "2021-03-01 08:00:00", "DE110", "9", "000999")]), "--mode", "upsert")
    refresh(fresh, number)
    (work / "go").write_text("")
    out, err = session.communicate(timeout=60)
    assert session.returncode == 0, err
    assert out.split() == ["8", "8|37"], "as if nothing had happened"
    counted = fresh.fvm("session", number, "--", "psql", "-XAtc", "SELECT count(*) FROM tst.visit", user="anna").stdout
    assert counted.strip() == "9", "the next session has the new version"


@pytest.mark.parametrize("point", ["build.looked", "build.recorded", "build.built", "lake.adopted:2", "lake.before_commit", "lake.after_commit:2",
                                   "build.moved", "build.committed"])
def test_a_refresh_killed_at_any_step_and_run_again(fresh, point):
    number = project(fresh, DIABETES)
    deliver(fresh, "TST.visit", visit_rows([(3, "i", "2021-03-01", "2021-03-01 08:00:00", "DE119", "9", "000999"),
                                            (2, "c", "2020-12-31", "2020-12-31 23:59:59", "DI210", "3", "000123")]), "--mode", "upsert")
    assert fresh.fvm("project", "refresh", number, crash_at=point, check=False).returncode == -9
    assert fresh.json("project", "show", number)["version"] == 1
    refresh(fresh, number)
    shown = fresh.json("project", "show", number)
    assert shown["version"] == 2
    held = check(fresh, number)
    assert len(held["person"]) == 5 and len(held["visit"]) == 7
    assert not any((fresh.path / "projects" / number / "staging").iterdir())
    assert fresh.fvm("audit", "verify").returncode == 0


def test_a_cut_is_taken_again_when_a_delivery_comes_between(fresh):
    """Deliveries to parent and child go on while builds look: no version of the project has a child without its parent's delivery."""
    number = project(fresh, EVERYBODY, VISIT + FINDING)
    script = "\n".join(
        f"printf 'pnr,id,day,seen,diagnosis,amount,ydernr,internal\\n{visit_rows([(2, f'p{i}', '2021-03-01', '2021-03-01 08:00:00', 'DE110', '1', '000123')]).splitlines()[1]}\\n' > v.csv\n"
        f"{FVM} --instance {fresh.path} deliver TST.visit v.csv >/dev/null && printf 'visit_id,code\\np{i},q{i}\\n' > f.csv && "
        f"{FVM} --instance {fresh.path} deliver TST.finding f.csv >/dev/null" for i in range(6))
    deliveries = subprocess.Popen(["sh", "-ec", script], cwd=fresh.path / "inbox", env=fresh.environment)
    while deliveries.poll() is None:
        refresh(fresh, number)
        held = rows(fresh, number, ("visit", "finding"))
        assert 0 <= (len(held["visit"]) - 8) - (len(held["finding"]) - 8) <= 1, "the child's delivery came after its parent's"
    assert deliveries.returncode == 0
    refresh(fresh, number)
    held = check(fresh, number, ("visit", "finding"))
    assert len(held["visit"]) == 14 and len(held["finding"]) == 14


# --- all of them


def test_all_oldest_first_and_one_that_fails_stops_no_other(fresh):
    numbers = [project(fresh, EVERYBODY, VISIT) for _ in range(4)]
    build(fresh, numbers[0])  # the newest now
    broken = numbers[2]
    deliver(fresh, "TST.visit", visit_rows([(2, "i", "2021-03-01", "2021-03-01 08:00:00", "DE110", "9", "000999")]))
    with open(fresh.path / "run" / f"build-{broken}.lock", "r+") as holder:  # as a build holds it
        fcntl.flock(holder, fcntl.LOCK_EX)
        done = fresh.fvm("--json", "project", "refresh", "--all", check=False)
    assert done.returncode == 1 and broken in done.stderr
    refreshed = [json.loads(line)["project"] for line in done.stdout.splitlines()]
    assert sorted(refreshed) == sorted(set(numbers) - {broken})
    started = [json.loads(line) for line in fresh.fvm("audit", "export").stdout.splitlines()]
    order = [r["subject"] for r in started if r.get("action") == "project.build_started"][-3:]
    assert order[-1] == numbers[0] and set(order[:2]) == {numbers[1], numbers[3]}, "oldest first"
    assert all(len(rows(fresh, n, ("visit",))["visit"]) == 9 for n in refreshed)
    again = fresh.fvm("--json", "project", "refresh", "--all")
    assert sum(not json.loads(line)["up_to_date"] for line in again.stdout.splitlines()) == 1


# --- by itself


def test_after_a_delivery_by_itself(tmp_path):
    with filled(tmp_path / "i", refresh=True) as instance:
        numbers = [project(instance, EVERYBODY, VISIT) for _ in range(2)]
        deliver(instance, "TST.visit", visit_rows([(2, "i", "2021-03-01", "2021-03-01 08:00:00", "DE110", "9", "000999")]))
        instance.wait_for(lambda: all(instance.json("project", "show", n)["version"] == 2 for n in numbers), 30)
        assert all(len(rows(instance, n, ("visit",))["visit"]) == 9 for n in numbers)
        actors = {json.loads(line)["actor"] for line in instance.fvm("audit", "export").stdout.splitlines()
                  if '"project.built"' in line}
        assert actors == {"test", "fvm-steward"}


def test_what_fails_is_not_tried_every_minute(tmp_path):
    with filled(tmp_path / "i", refresh=True) as instance:
        number = project(instance, DIABETES, VISIT)
        deliver(instance, "TST.visit", visit_rows([(3, "z", "2021-03-01", "2021-03-01 08:00:00", "DI210", "9", "000999")]), "--mode", "replace")
        failures = lambda: instance.fvm("audit", "export").stdout.count("project.build_failed")  # noqa: E731
        instance.wait_for(lambda: failures() == 1, 30)
        for _ in range(3):
            deliver(instance, "TST.finding", findings([("a", f"w{_}")]))
        time.sleep(1)
        assert failures() == 1, "nobody is in the population any more, and that is tried again in an hour"
        assert instance.json("project", "show", number)["version"] == 1
