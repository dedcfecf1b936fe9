"""The ledger through the programs: every step is one record, tampering is named, nothing is lost, doubled or done unrecorded."""
import base64
import concurrent.futures
import hashlib
import json
import shutil
import subprocess

import pytest

from support.instance import FVM, Instance

CVR = "12345674"


@pytest.fixture
def instance(tmp_path):
    with Instance(tmp_path / "i", up=False) as made:
        made.fvm("institution", "add", "Demo Kommune", "--cvr", CVR)
        yield made


def add_users(instance, names):
    for name in names:
        instance.fvm("user", "add", name, "--institution", CVR, "--role", "analyst")


def segment(instance):
    return instance.path / "audit" / "ledger-000001.jsonl"


def lines(instance):
    return segment(instance).read_text(encoding="utf-8").splitlines()


def write(instance, new):
    segment(instance).write_text("".join(line + "\n" for line in new), encoding="utf-8")


def verify(instance, *more):
    done = instance.fvm("--json", "audit", "verify", *more, check=False)
    return done.returncode, json.loads(done.stdout)


def users(instance):
    return [user["user"] for user in instance.json("user", "list")["users"]]


def test_every_change_is_one_record_and_refusals_change_nothing(instance):
    before = len(lines(instance))
    add_users(instance, ["anne"])
    record = json.loads(lines(instance)[-1])
    assert len(lines(instance)) == before + 1
    assert (record["actor"], record["action"], record["subject"]) == ("test", "user.added", "anne")
    assert record["facts"] == {"institution": CVR, "roles": "analyst"}
    refused = instance.fvm("user", "add", "anne", "--institution", CVR, "--role", "analyst", check=False)
    assert refused.returncode == 1 and "anne" in refused.stderr
    assert len(lines(instance)) == before + 1


def test_verify_says_whole_then_names_what_was_done(instance):
    add_users(instance, ["anne", "bo", "carl", "dora"])
    honest = lines(instance)
    code, report = verify(instance)
    assert code == 0 and report["records"] == len(honest)
    n = len(honest) - 3  # a record in the middle, counted from 1

    changed = list(honest)
    changed[n - 1] = changed[n - 1].replace("anne", "anna").replace("bo", "ba")
    assert changed != honest
    moved = honest[:n - 1] + honest[n:n + 2] + [honest[n - 1]] + honest[n + 2:]
    for tampered, code in ((changed, "audit.found_changed"), (honest[:n - 1] + honest[n:], "audit.found_removed"),
                           (honest[:n - 1] + [honest[0]] + honest[n - 1:], "audit.found_added"), (moved, "audit.found_moved")):
        write(instance, tampered)
        exit_code, report = verify(instance)
        assert (exit_code, report["error"], report["facts"]["record"]) == (1, code, str(n))
        assert report["facts"]["file"] == "ledger-000001.jsonl" and report["facts"]["line"] == str(n)
    write(instance, honest)
    assert verify(instance)[0] == 0


def merkle_root(leaves):
    """RFC 6962, section 2.1, word for word."""
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + merkle_root(leaves[:k]) + merkle_root(leaves[k:])).digest()


def test_checkpoint_holds_for_openssl_and_python_and_catches_a_rewritten_end(instance, tmp_path):
    instance.up()
    add_users(instance, ["anne", "bo"])
    note = instance.fvm("audit", "checkpoint").stdout
    text, signature_line = note.split("\n\n")
    origin, size, root = text.split("\n")
    covered = lines(instance)[:int(size)]
    assert origin == "fvm-audit-checkpoint" and len(covered) == int(size)
    assert base64.b64decode(root) == merkle_root([line.encode() for line in covered])

    key = base64.b64decode((instance.path / "audit" / "public.key").read_text().splitlines()[-1])
    blob = base64.b64decode(signature_line.split()[-1])
    assert blob[:4] == hashlib.sha256(origin.encode() + b"\n\x01" + key).digest()[:4]
    (tmp_path / "key.der").write_bytes(bytes.fromhex("302a300506032b6570032100") + key)
    (tmp_path / "text").write_text(text + "\n")
    (tmp_path / "signature").write_bytes(blob[4:])
    subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", tmp_path / "key.der", "-rawin",
                    "-in", tmp_path / "text", "-sigfile", tmp_path / "signature"], check=True, stdout=subprocess.DEVNULL)

    # What an auditor keeps, away from the instance.
    (tmp_path / "kept.note").write_text(note)
    shutil.copy(instance.path / "audit" / "public.key", tmp_path / "kept.key")
    kept = ("--checkpoint", tmp_path / "kept.note", "--public-key", tmp_path / "kept.key")
    code, report = verify(instance, *kept)
    assert code == 0 and report["covered"] == int(size)
    shutil.rmtree(instance.path / "audit" / "checkpoints")
    honest = lines(instance)

    previous, rewritten = "0" * 64, []
    for line in honest:
        body = line[:line.index(',"previous":')].replace('"subject":"bo"', '"subject":"bob"')
        body += f',"previous":"{previous}"'
        previous = hashlib.sha256(b"fvm-audit-record-1\n" + body.encode()).hexdigest()
        rewritten.append(body + f',"hash":"{previous}"}}')
    assert rewritten != honest
    write(instance, rewritten)
    assert verify(instance)[0] == 0  # the chain alone cannot tell
    code, report = verify(instance, *kept)
    assert (code, report["error"]) == (1, "audit.found_rewritten")

    write(instance, honest[:-1])
    code, report = verify(instance, *kept)
    assert (code, report["error"], report["facts"]["record"]) == (1, "audit.found_cut_off", str(len(honest)))


def test_a_note_by_another_key_is_refused(instance, tmp_path):
    instance.up()
    note = instance.fvm("audit", "checkpoint").stdout
    with Instance(tmp_path / "other", up=False) as other:
        other.fvm("institution", "add", "Demo Kommune", "--cvr", CVR)
        (tmp_path / "kept.note").write_text(note)
        code, report = verify(other, "--checkpoint", tmp_path / "kept.note")
    assert (code, report["error"]) == (1, "audit.found_bad_checkpoint")


@pytest.mark.parametrize("step, survives", [("audit.before_commit", False), ("audit.after_commit", True), ("audit.after_append", True)])
def test_killed_at_any_step_and_done_again(instance, step, survives):
    before = len(lines(instance))
    died = instance.fvm("user", "add", "anne", "--institution", CVR, "--role", "analyst", crash_at=step, check=False)
    assert died.returncode == -9
    assert ("anne" in users(instance)) == survives
    again = instance.fvm("user", "add", "anne", "--institution", CVR, "--role", "analyst", check=False)
    assert again.returncode == (1 if survives else 0)
    assert users(instance) == ["anne"]
    assert len(lines(instance)) == before + 1
    assert verify(instance)[0] == 0


def test_many_programs_at_once_write_one_chain(instance):
    names = [f"user{n}" for n in range(16)]
    before = len(lines(instance))
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: add_users(instance, [name]), names))
    assert sorted(users(instance)) == sorted(names)
    assert len(lines(instance)) == before + len(names)
    assert verify(instance)[0] == 0


def test_without_the_keeper_records_go_on_and_checkpoints_wait(instance):
    add_users(instance, ["anne"])
    done = instance.fvm("audit", "checkpoint", check=False)
    assert done.returncode == 3 and "fvm-keeper" in done.stderr
    assert verify(instance)[0] == 0


def in_own_mounts(script, instance):
    """Runs a shell script as root of its own mount namespace; skips where that may not be."""
    if subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("may not make a mount namespace here")
    return subprocess.run(["unshare", "-m", "sh", "-ec", script, "sh", str(FVM), str(instance.path)], env=instance.environment,
                          capture_output=True, text=True, check=False)


ADD = f'"$1" --json --instance "$2" user add anne --institution {CVR} --role analyst'


def test_a_read_only_audit_folder_refuses_every_action(instance):
    before = lines(instance)
    done = in_own_mounts(f'mount --bind "$2/audit" "$2/audit"; mount -o remount,bind,ro "$2/audit"; {ADD}', instance)
    assert done.returncode == 3, done.stderr
    assert json.loads(done.stdout)["error"] == "audit.not_writable"
    assert users(instance) == [] and lines(instance) == before
    add_users(instance, ["anne"])
    assert verify(instance)[0] == 0


def test_a_full_audit_disk_refuses_every_action(instance):
    script = ('cp -a "$2/audit" "$2/copy"; mount -t tmpfs -o size=256k tmpfs "$2/audit"; cp -a "$2/copy/." "$2/audit/"; '
              f'head -c 1000000 /dev/zero >"$2/audit/filler" 2>/dev/null || true; {ADD}')
    done = in_own_mounts(script, instance)
    assert done.returncode == 3, done.stderr
    assert json.loads(done.stdout)["error"] == "audit.disk_full"
    assert users(instance) == []
    add_users(instance, ["anne"])
    assert verify(instance)[0] == 0


def test_a_full_store_disk_changes_nothing_and_records_nothing(instance):
    script = ('cp -a "$2/store" "$2/copy"; mount -t tmpfs -o size=2m tmpfs "$2/store"; cp -a "$2/copy/." "$2/store/"; '
              f'head -c 9000000 /dev/zero >"$2/store/filler" 2>/dev/null || true; {ADD} && exit 9; echo "code $?"; '
              'rm "$2/store/filler"; "$1" --json --instance "$2" user list; "$1" --json --instance "$2" audit verify')
    done = in_own_mounts(script, instance)
    assert done.returncode == 0, done.stderr
    error, code, found, report = done.stdout.splitlines()
    assert json.loads(error)["error"] == "file.disk_full" and code == "code 3"
    assert json.loads(found) == {"users": []}
    assert json.loads(report)["records"] == len(lines(instance))


def test_an_older_copy_put_back_stops_every_change(instance):
    add_users(instance, ["anne", "bo"])
    honest = lines(instance)
    write(instance, honest[:-2])
    done = instance.fvm("--json", "user", "add", "carl", "--institution", CVR, "--role", "analyst", check=False)
    assert (done.returncode, json.loads(done.stdout)["error"]) == (3, "audit.files_behind")
    write(instance, honest)
    assert users(instance) == ["anne", "bo"]


def test_export_and_tail_give_the_records(instance):
    add_users(instance, ["anne", "bo", "carl"])
    exported = [json.loads(line) for line in instance.fvm("audit", "export").stdout.splitlines()]
    assert [record["seq"] for record in exported] == list(range(1, len(exported) + 1))
    assert instance.json("audit", "tail", "-n", "2")["records"] == exported[-2:]
    assert instance.json("audit", "tail", "-n", "99999")["records"] == exported
    shown = instance.fvm("audit", "tail", "-n", "1").stdout
    assert "user.added" in shown and "carl" in shown
    empty = instance.fvm("audit", "verify", "--files", instance.path / "inbox", check=False)
    assert empty.returncode != 0


def test_a_personal_number_never_reaches_the_ledger(instance):
    instance.fvm("institution", "add", "Praksis 010190-1234", "--cvr", "10000009")
    assert "0101901234" not in segment(instance).read_text() and "010190-1234" not in segment(instance).read_text()
