"""The end of projects, accounts and memberships: sessions that run are ended, workspaces sealed, keys destroyed and that certified."""
import json
import os
import shutil
import sqlite3
import stat
import subprocess

import pytest

from support.desk import PROJECT, Desk
from support.projects import EVERYBODY, PERSON, VISIT, build, create, filled

FAST = {"interval_seconds = 10": "interval_seconds = 1"}


@pytest.fixture
def desk(tmp_path):
    with Desk(tmp_path, dict(FAST)) as it:
        yield it


def ending(desk):
    return desk.sessions()[0]["ending"]


def at_work(desk):
    """A session whose command runs: one that is still being made ends with the reason why it could not be."""
    session = desk.start("sh", "-c", "touch /work/here; exec sleep 1000")
    desk.instance.wait_for((desk.root(PROJECT) / "work" / "here").exists)
    return session


# --- sessions that run


@pytest.mark.parametrize("act", ["user close", "member remove", "project close"])
def test_a_session_that_runs_ends_with_what_it_rests_on(desk, act):
    session = at_work(desk)
    other = desk.start("sleep", "1000", user="bo", number="FVM-2026-0018")
    desk.instance.wait_for(lambda: len(desk.sessions()) == 1 and desk.sessions("FVM-2026-0018"))
    words = {"user close": ("user", "close", "anna", "--reason", "left"),
             "member remove": ("project", "member", "remove", PROJECT, "anna"),
             "project close": ("project", "close", PROJECT)}[act]
    desk.instance.fvm(*words, timeout=60)
    assert session.wait(15) == 137
    desk.instance.wait_for(lambda: ending(desk) == "stopped")
    reasons = [r["facts"]["reason"] for r in desk.actions("session.stopped")]
    assert reasons == [{"user close": "identity.user_closed", "member remove": "enclave.not_member",
                        "project close": "project.closed"}[act]]
    assert other.poll() is None, "another's session in another project goes on"
    other.kill()


def test_expiry_ends_the_session_without_anybody_asking(desk):
    session = at_work(desk)
    desk.change("UPDATE project SET valid_to = '2020-12-31' WHERE number = ?", PROJECT)
    assert session.wait(20) == 137
    desk.instance.wait_for(lambda: ending(desk) == "stopped")
    assert desk.session("true").returncode == 1


def test_a_session_that_may_run_is_left_alone(desk):
    session = desk.start("sleep", "4")
    assert session.wait(30) == 0
    assert ending(desk) == "exited" and desk.actions("session.stopped") == []


def test_killed_between_the_mark_and_the_end_is_ended_by_the_clock(desk):
    session = desk.start("sleep", "1000")
    desk.instance.wait_for(lambda: len(desk.sessions()) == 1)
    desk.instance.fvm("user", "close", "anna", "--reason", "left", crash_at="enclave.stop_marked", check=False)
    assert session.wait(20) == 137
    assert len(desk.actions("session.stopped")) == 1


# --- sealing and deletion


class Ended:
    """An instance with a project that was built and used, and its steward at the ready."""

    def __init__(self, instance):
        self.instance = instance
        instance.fvm("institution", "add", "Kommune", "--cvr", "29189846", "--recipient", "@demo.example")
        instance.fvm("user", "add", "anna", "--institution", "29189846", "--role", "analyst")
        self.number = create(instance, EVERYBODY, PERSON + VISIT)
        build(instance, self.number)
        instance.fvm("project", "member", "add", self.number, "anna")
        instance.fvm("session", self.number, "--", "sh", "-c", "echo mine > /work/a; mkdir ~/d; echo x > ~/d/b", user="anna")

    def change(self, sql, *values):
        with sqlite3.connect(self.instance.path / "store" / "fvm.sqlite", timeout=30) as store:
            store.execute(sql, values)
        store.close()

    def expire(self):
        self.change("UPDATE project SET valid_to = '2020-12-31', valid_from = '2020-01-01' WHERE number = ?", self.number)

    def state(self):
        return self.instance.json("project", "show", self.number)["state"]

    def wake(self):
        pid = next(p["pid"] for p in self.instance.json("status")["programs"] if p["name"] == "fvm-steward")
        os.kill(pid, 10)

    def becomes(self, state):
        self.wake()
        self.instance.wait_for(lambda: self.state() == state)

    def actions(self):
        records = []
        for path in sorted((self.instance.path / "audit").glob("ledger-*.jsonl")):
            records += [json.loads(line) for line in path.read_text().splitlines()]
        return [r["action"] for r in records if r["subject"] == self.number]


def can_encrypt():
    return os.path.exists("/dev/fuse") and shutil.which("gocryptfs") and os.geteuid() == 0


@pytest.fixture(params=["none", pytest.param("gocryptfs", marks=pytest.mark.skipif(not can_encrypt(), reason="no gocryptfs or /dev/fuse here"))])
def ended(tmp_path, request):
    with filled(tmp_path / "i", up=False) as it:
        settings = it.path / "config.toml"
        settings.write_text(settings.read_text().replace('encryption = "none"', f'encryption = "{request.param}"')
                            .replace("\nidle_seconds = 300", "\nidle_seconds = 1").replace("interval_seconds = 10", "interval_seconds = 1"))
        it.up()
        yield Ended(it)


def test_sealed_when_over_and_deleted_when_kept_long_enough(ended):
    ended.expire()
    ended.becomes("sealed")
    done = ended.instance.fvm("project", "build", ended.number, check=False)
    assert done.returncode == 1
    assert ended.instance.fvm("sql", ended.number, "SELECT 1", user="anna", check=False).returncode == 1
    if (ended.instance.path / "storage" / ended.number).exists():
        folders = list((ended.instance.path / "storage" / ended.number).rglob("*"))
    else:
        folders = [ended.instance.path / "projects" / ended.number / name for name in ("work", "work/a", "home/anna/d/b")]
    assert folders and any(not f.stat().st_mode & stat.S_IWUSR for f in folders)
    assert (ended.instance.path / "keys" / "projects" / f"{ended.number}.key").exists(), "sealed is not deleted"
    ended.change("UPDATE project SET sealed = sealed - 91 * 86400 * 1000000 WHERE number = ?", ended.number)
    ended.becomes("closed")
    ended.instance.wait_for(lambda: "project.deleted" in ended.actions())
    assert [a for a in ended.actions() if a.startswith("project.")][-3:] == ["project.sealed", "project.closed", "project.deleted"]
    assert not (ended.instance.path / "storage" / ended.number).exists()
    assert not (ended.instance.path / "projects" / ended.number / "work").exists()


def test_a_prolonged_project_opens_again(ended):
    ended.expire()
    ended.becomes("sealed")
    ended.change("UPDATE project SET valid_to = '2099-12-31' WHERE number = ?", ended.number)
    ended.becomes("open")
    seen = ended.instance.fvm("session", ended.number, "--", "sh", "-c", "cat /work/a ~/d/b; echo more >> /work/a", user="anna")
    assert seen.stdout == "mine\nx\n"


def test_the_certificate_is_genuine_and_proves_it_to_others(ended, tmp_path):
    it, number = ended.instance, ended.number
    assert it.fvm("project", "certificate", number, check=False).returncode == 1, "there is none before"
    it.fvm("project", "close", number)
    shown = it.fvm("project", "certificate", number, "--verify")
    encrypted = 'storage key: sha256 ' in shown.stdout
    made = [r for path in sorted((it.path / "audit").glob("ledger-*.jsonl")) for r in map(json.loads, path.read_text().splitlines())
            if r["subject"] == number and r["action"] == "project.created"][0]["facts"]
    assert encrypted == ("storage_key" in made)
    if encrypted:
        assert f"storage key: sha256 {made['storage_key']}" in shown.stdout, "the key that the ledger says encrypted it"
    kept, key = tmp_path / "kept.txt", tmp_path / "public.key"
    kept.write_text(shown.stdout)
    shutil.copy(it.path / "audit" / "public.key", key)
    it.fvm("project", "certificate", number, "--verify", "--file", kept, "--public-key", key)
    # Without any program of ours: openssl, the text, the key.
    text, line = shown.stdout.rsplit("signature: ", 1)
    (tmp_path / "text").write_text(text)
    subprocess.run(["sh", "-c", f"printf '%s' '{line.strip()}' | base64 -d > {tmp_path}/sig"], check=True)
    public = [l for l in key.read_text().splitlines() if not l.startswith("#")][0]
    subprocess.run(["sh", "-c", f"(printf '302a300506032b6570032100' | xxd -r -p; printf '%s' '{public}' | base64 -d) > {tmp_path}/der"], check=True)
    verify = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", tmp_path / "der", "-rawin", "-in", tmp_path / "text",
              "-sigfile", tmp_path / "sig"]
    assert subprocess.run(verify, capture_output=True, text=True).returncode == 0
    (tmp_path / "text").write_text(text.replace("closed", "kept"))
    assert subprocess.run(verify, capture_output=True, text=True).returncode != 0
    kept.write_text(shown.stdout.replace("reason: closed", "reason: nothing"))
    assert it.fvm("project", "certificate", number, "--verify", "--file", kept, check=False).returncode == 1


@pytest.mark.parametrize("point", ["project.closed", "project.key_dropped"])
def test_killed_while_closing_is_finished_by_the_clock(ended, point):
    assert ended.instance.fvm("project", "close", ended.number, crash_at=point, check=False).returncode == -9
    ended.wake()
    ended.instance.wait_for(lambda: "project.deleted" in ended.actions())
    assert ended.instance.fvm("project", "certificate", ended.number, "--verify").returncode == 0


def test_warned_of_the_end_once(ended):
    import datetime
    soon = (datetime.date.today() + datetime.timedelta(days=20)).isoformat()
    ended.instance.fvm("user", "add", "carl", "--institution", "29189846", "--role", "caseworker")
    ended.change("UPDATE project SET valid_to = ? WHERE number = ?", soon, ended.number)
    for _ in range(2):
        ended.wake()
        ended.instance.wait_for(lambda: "project.end_announced" in ended.actions())
    with sqlite3.connect(ended.instance.path / "store" / "fvm.sqlite") as store:
        told = store.execute("SELECT audience, key FROM notify_notice WHERE reference = ?", (ended.number,)).fetchall()
    store.close()
    assert sorted(told) == [("anna", "notice.project_ends"), ("role:caseworker", "notice.project_ends")]
    assert ended.actions().count("project.end_announced") == 1


# --- variables that nobody uses


def unused(ended):
    return {line["variable"] for line in ended.instance.json("project", "usage", ended.number)["unused"] if line["table"] == "tst.visit"}


def test_unused_variables_are_listed(ended):
    it, number = ended.instance, ended.number
    everything = {"pnr", "id", "day", "diagnosis", "amount", "ydernr"}
    assert unused(ended) == everything
    it.fvm("sql", number, "SELECT diagnosis, count(*) FROM tst.visit GROUP BY 1", user="anna")
    assert unused(ended) == everything - {"diagnosis"}
    it.fvm("sql", number, "SELECT * FROM visit", user="anna")
    assert unused(ended) == everything - {"diagnosis"}, "a star is no use of each"
    line = next(l for l in it.json("project", "usage", number)["unused"] if l["variable"] == "amount")
    assert line["table_last_read_whole"] and line["granted_since"] and line["last_used"] is None
    it.fvm("session", number, "--", "python3", "-c",
           "import psycopg2; c = psycopg2.connect('').cursor(); c.execute('SELECT sum(amount) FROM visit WHERE day > %s', ('2020-01-01',))", user="anna")
    assert unused(ended) == everything - {"diagnosis", "amount", "day"}
    assert f"of 9 granted" in it.fvm("project", "usage", number).stderr


def test_a_forged_note_of_usage_names_nothing_that_was_not_granted(ended):
    it, number = ended.instance, ended.number
    it.fvm("session", number, "--", "sh", "-c", "printf 'tst.visit.day\\ntst.visit.nothing\\n../../x\\n\\0\\n' >> ~/.fvm-usage", user="anna")
    assert "day" not in unused(ended), "the control: a granted name is taken"
    with sqlite3.connect(it.path / "store" / "fvm.sqlite") as store:
        assert store.execute("SELECT column_name FROM enclave_usage").fetchall() == [("day",)]
    store.close()
    it.fvm("session", number, "--", "sh", "-c", "rm -f ~/.fvm-usage; ln -s /etc/passwd ~/.fvm-usage", user="anna")
    it.fvm("session", number, "--", "sh", "-c", "rm -f ~/.fvm-usage; mkfifo ~/.fvm-usage", user="anna", timeout=60)
    assert it.fvm("sql", number, "SELECT 1", user="anna").returncode == 0


def test_people_are_told_of_what_nobody_used(ended):
    ended.change("UPDATE project_version SET built = built - 91 * 86400 * 1000000 WHERE project = ?", ended.number)
    ended.wake()
    ended.instance.wait_for(lambda: "project.usage_looked_at" in ended.actions())
    with sqlite3.connect(ended.instance.path / "store" / "fvm.sqlite") as store:
        told = store.execute("SELECT audience FROM notify_notice WHERE key = 'notice.project_unused'").fetchall()
    store.close()
    assert sorted(told) == [("anna",), ("role:caseworker",)]
