"""The API of projects on the portal's Unix socket: one's own, whole; others' as if there were none; no number that was counted in a register."""
import json
import signal
import subprocess

import pytest

from support.cases import ask_socket
from support.instance import FVM, Instance
from support.tables import PROJECT, Tables, people

OTHER, NOBODYS = "TST-2026-9002", "TST-2026-9777"
PEOPLE = people(k101_084_K=7, k101_084_M=12, k102_084_K=3, k102_084_M=20)


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    with Instance(tmp_path_factory.mktemp("projects") / "i") as instance:
        tables = Tables(instance, PEOPLE)
        for name, role in (("bo", "analyst"), ("sofus", "security"), ("olga", "operator")):
            instance.fvm("user", "add", name, "--institution", "29189846", "--role", role)
        tables.project(OTHER, user="bo")
        instance.wait_for(lambda: (instance.path / "run" / "casework.sock").exists())
        yield tables


def ask(town, below="", user="anna", method="GET", body=None):
    status, headers, content = ask_socket(town.instance, method, f"/api/v1/projects{below}", user, json.dumps(body) if body is not None else None)
    return status, json.loads(content)


def test_one_sees_ones_own(town):
    assert [each["project"] for each in ask(town)[1]["projects"]] == [PROJECT]
    assert [each["project"] for each in ask(town, user="bo")[1]["projects"]] == [OTHER]
    assert ask(town, user="sofus") == (200, {"projects": []}) == ask(town, user="nobody")


def test_what_a_project_is(town):
    status, project = ask(town, f"/{PROJECT}")
    assert status == 200 and project["state"] == "running" and project["version"] == 1 and project["built"].startswith("20")
    assert project["members"] == ["anna"] and project["recipients"] == ["@example.dk"] and project["sessions"] == []
    assert project["quota"]["sessions_open"] == 0 and project["quota"]["sessions_max"] > 0
    person = next(table for table in project["tables"] if table["name"] == "bef.person")
    assert [column["name"] for column in person["columns"]] == ["pnr", "kommune", "region", "koen", "beloeb"]
    assert person["columns"][0]["class"] == "person" and person["columns"][4]["type"] == "decimal" and person["delivered"].startswith("20")
    assert town.instance.fvm("session", PROJECT, "--", "true", user="anna").returncode == 0
    assert ask(town, f"/{PROJECT}")[1]["quota"]["sessions_open"] == 0


def test_no_number_of_a_register_stands_in_it(town):
    words = {"persons", "rows", "count"}
    def names(value):
        if isinstance(value, dict):
            return set(value) | {name for each in value.values() for name in names(each)}
        return {name for each in value for name in names(each)} if isinstance(value, list) else set()
    assert not names(ask(town, f"/{PROJECT}")[1]) & words
    assert town.instance.json("project", "show", PROJECT)["persons"] == len(PEOPLE), "the control: the store knows it"


def test_a_strangers_project_is_as_if_there_were_none(town):
    def told(number, user):
        status, problem = ask(town, f"/{number}", user)
        return status, json.dumps(problem).replace(number, "N")
    unknown = told(NOBODYS, "anna")
    assert unknown[0] == 404 and told(PROJECT, "anna")[0] == 200
    for number, user in ((OTHER, "anna"), (PROJECT, "bo"), (PROJECT, "sofus"), (PROJECT, "nobody")):
        assert told(number, user) == unknown, (number, user)


def test_a_tables_files_come_into_ones_outbox_under_names_that_are_free(town):
    outbox = town.instance.path / "projects" / PROJECT / "outbox" / "anna"
    made = town.table("--rows", "kommune")["table"]
    status, staged = ask(town, f"/{PROJECT}/tables/{made}/outbox", method="POST", body={"formats": ["csv", "xlsx"]})
    assert (status, staged) == (201, {"table": made, "files": [f"table-{made}.csv", f"table-{made}.xlsx"]})
    first = (outbox / f"table-{made}.csv").read_bytes()
    (outbox / f"table-{made}.csv").write_text("my own")
    again = ask(town, f"/{PROJECT}/tables/{made}/outbox", method="POST", body={"formats": ["csv"]})[1]["files"]
    assert again == [f"table-{made}-2.csv"] and (outbox / again[0]).read_bytes() == first
    assert (outbox / f"table-{made}.csv").read_text() == "my own", "nobody's file is written over"
    before = sorted(outbox.iterdir())
    for user, number, body, wrong in (("bo", made, {}, 403), ("anna", 777, {}, 404), ("anna", made, {"formats": ["exe"]}, 422), ("anna", made, {"formats": []}, 422),
                                      ("anna", made, {"file": "../x"}, 400)):
        assert ask(town, f"/{PROJECT}/tables/{number}/outbox", user, "POST", body)[0] == wrong, body
    assert sorted(outbox.iterdir()) == before


def test_operators_see_what_is_built_and_how_far_it_is(town):
    instance = town.instance
    view = lambda user="olga": ask_socket(instance, "GET", "/api/v1/operations", user)
    assert view("anna")[0] == 403
    first = json.loads(view()[2])
    done = next(each for each in first["builds"] if each["project"] == PROJECT)
    assert done["state"] == "done" and done["persons"] == len(PEOPLE) and done["rows"] >= len(PEOPLE) and done["ended"] >= done["started"] and first["jobs"] == []
    process = subprocess.Popen([FVM, "--instance", instance.path, "project", "build", PROJECT], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not list((instance.path / "jobs").glob("*.json")) and process.poll() is None:
            pass
        process.send_signal(signal.SIGSTOP)
        now = json.loads(view()[2])
        [job] = now["jobs"]
        assert (job["kind"], job["subject"], job["unit"]) == ("build", PROJECT, "tables") and 0 <= job["done"] <= job["total"] > 1
        assert ask(town, f"/{PROJECT}")[1]["building"] == {"done": job["done"], "total": job["total"]}, "its members see the same, without rows"
        assert now["builds"][0]["project"] == PROJECT and now["builds"][0]["state"] == "started"
    finally:
        process.send_signal(signal.SIGCONT)
    assert process.wait(timeout=60) == 0
    after = json.loads(view()[2])
    assert ask(town, f"/{PROJECT}")[1]["building"] is None
    assert after["jobs"] == [] and after["builds"][0]["state"] == "done" and after["builds"][0]["build"] > done["build"]
