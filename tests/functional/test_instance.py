"""An instance's life: init, up, status, down; keys, passphrases, crashes."""
import json
import os
import pathlib
import signal
import socket
import stat
import struct
import subprocess
import time

import pytest

BIN = pathlib.Path(os.environ["FVM_BIN"])


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Instance:
    def __init__(self, root):
        self.root = root
        self.port = free_port()

    def fvm(self, *words, env=None, timeout=90):
        return subprocess.run([BIN / "fvm", "--instance", self.root, *map(str, words)], capture_output=True, text=True,
                              timeout=timeout, env={**os.environ, "FVM_LANG": "en", **(env or {})}, stdin=subprocess.DEVNULL)

    def up(self, *words, **more):
        return self.fvm("up", "--detach", "--port", self.port, *words, **more)

    def status(self):
        return json.loads(self.fvm("--json", "status").stdout)

    def program(self, name):
        return next(p for p in self.status()["programs"] if p["name"] == name)


@pytest.fixture
def instance(tmp_path):
    it = Instance(tmp_path / "i")
    yield it
    it.fvm("down")


def until(condition, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def alive(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def tree(root):
    return {str(p.relative_to(root)): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


def test_init_makes_folders_keys_and_configuration(instance):
    done = instance.fvm("init")
    assert done.returncode == 0, done.stderr
    assert "keep a copy" in done.stderr.lower()
    keys = instance.root / "keys"
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700
    files = [p for p in keys.rglob("*") if p.is_file()]
    assert {p.name for p in files} == {"seal.key", "sealing", "mirror.key", "audit.key", "set_aside.key", "kept.key"}
    assert all(stat.S_IMODE(p.stat().st_mode) == 0o600 for p in files)
    config = (instance.root / "config.toml").read_text()
    assert "port = 8080" in config and config.count("#") > 15
    assert (instance.root / "audit" / "public.key").read_text().startswith("# ")


def test_init_twice_is_refused_and_changes_nothing(instance):
    assert instance.fvm("init").returncode == 0
    before = tree(instance.root)
    again = instance.fvm("--json", "init")
    assert again.returncode == 1
    assert json.loads(again.stdout)["error"] == "init.exists"
    assert tree(instance.root) == before


def test_init_refuses_a_folder_with_other_things(instance):
    instance.root.mkdir()
    (instance.root / "thesis.docx").write_text("mine")
    done = instance.fvm("init")
    assert done.returncode == 1 and "thesis.docx" in done.stderr
    assert tree(instance.root) == {"thesis.docx": b"mine"}


@pytest.mark.parametrize("step", ["init.folders_made", "keeper.seal_key_made", "keeper.sealing_made", "keeper.key_made:2", "init.keys_made"])
def test_init_killed_anywhere_is_completed_by_the_next(instance, step):
    killed = instance.fvm("init", env={"FVM_CRASH_AT": step})
    assert killed.returncode != 0
    assert not (instance.root / "config.toml").exists()
    assert instance.fvm("up", "--detach").returncode == 2, "half an instance must not start"
    assert instance.fvm("init").returncode == 0
    assert instance.up().returncode == 0


def test_up_status_down(instance):
    assert instance.fvm("up").returncode == 2  # no instance: says so
    instance.fvm("init")
    assert instance.fvm("status").returncode == 3
    up = instance.up()
    assert up.returncode == 0, up.stderr
    status = instance.status()
    assert status["up"] and [p["name"] for p in status["programs"]] == ["fvm-keeper", "fvm-launcher", "fvm-steward", "fvm-courier", "fvm-portal"]
    for program in status["programs"]:
        assert program["state"] in ("answers", "not_built"), program
        built = (BIN / program["name"]).exists()
        assert (program["state"] == "not_built") == (not built)
    second = instance.up()
    assert second.returncode == 1 and "running already" in second.stderr
    pids = [p["pid"] for p in status["programs"] if p["state"] == "answers"] + [status["supervisor"]]
    assert instance.fvm("down").returncode == 0
    assert until(lambda: not any(map(alive, pids)), 2)
    assert list((instance.root / "run").glob("*.sock")) == []
    assert instance.fvm("down").returncode == 0  # nothing to do is fine


def test_keeper_killed_is_started_again_with_the_same_keys(instance):
    instance.fvm("init")
    assert instance.up().returncode == 0
    public = (instance.root / "audit" / "public.key").read_bytes()
    first = instance.program("fvm-keeper")["pid"]
    os.kill(first, signal.SIGKILL)
    assert until(lambda: instance.program("fvm-keeper")["pid"] not in (0, first))
    keeper = instance.program("fvm-keeper")
    assert keeper["restarts"] == 1 and keeper["state"] == "answers"
    assert (instance.root / "audit" / "public.key").read_bytes() == public


def test_foreground_ends_all_on_ctrl_c(instance):
    instance.fvm("init")
    up = subprocess.Popen([BIN / "fvm", "--instance", instance.root, "up", "--port", str(instance.port)],
                          stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, env={**os.environ, "FVM_LANG": "en"})
    try:
        assert until(lambda: instance.fvm("status").returncode == 0)
        keeper = instance.program("fvm-keeper")["pid"]
        up.send_signal(signal.SIGINT)
        assert up.wait(timeout=30) == 0
        assert not alive(keeper)
    finally:
        up.kill()
        up.wait()


def passphrase(tmp_path, text, name="passphrase"):
    file = tmp_path / name
    file.write_text(text)
    file.chmod(0o600)
    return file


def test_passphrase(instance, tmp_path):
    right = passphrase(tmp_path, "rødgrød med fløde 1849\n")
    wrong = passphrase(tmp_path, "rødgrød uden fløde 1849\n", "wrong")
    assert instance.fvm("init", "--passphrase-file", right).returncode == 0
    assert not (instance.root / "keys" / "seal.key").exists()
    without = instance.up()
    assert without.returncode == 3 and "passphrase" in without.stderr
    mistaken = instance.up("--passphrase-file", wrong)
    assert mistaken.returncode == 3 and "passphrase is wrong" in mistaken.stderr
    assert not instance.status()["up"], "nothing may be left running"
    assert instance.up("--passphrase-file", right).returncode == 0
    keeper = instance.program("fvm-keeper")["pid"]
    for program in instance.status()["programs"]:  # only the keeper is told where it is
        if program.get("pid"):
            words = pathlib.Path(f"/proc/{program['pid']}/cmdline").read_bytes()
            assert (str(right).encode() in words) == (program["pid"] == keeper)


def test_short_passphrase_is_refused_and_init_can_be_run_again(instance, tmp_path):
    short = instance.fvm("--json", "init", "--passphrase-file", passphrase(tmp_path, "kort\n"))
    assert short.returncode == 2 and json.loads(short.stdout)["error"] == "keeper.passphrase_short"
    assert instance.fvm("init").returncode == 0


def test_damaged_key_file_names_the_file(instance):
    instance.fvm("init")
    key = instance.root / "keys" / "mirror.key"
    text = key.read_bytes()
    key.write_bytes(text[:-10] + b"0" * 9 + b"\n")
    up = instance.up()
    assert up.returncode == 3 and "mirror.key" in up.stderr and "damaged" in up.stderr
    key.write_bytes(text)
    assert instance.up().returncode == 0


def test_key_file_that_others_may_read_is_refused(instance):
    instance.fvm("init")
    (instance.root / "keys" / "seal.key").chmod(0o644)
    up = instance.up()
    assert up.returncode == 3 and "seal.key" in up.stderr and "0600" in up.stderr


def test_configuration_mistakes_name_line_and_remedy(instance):
    instance.fvm("init")
    config = instance.root / "config.toml"
    text = config.read_text()
    config.write_text(text.replace("memory_mib = 4096", "memory_mb = 4096"))
    up = instance.up()
    line = next(i for i, l in enumerate(config.read_text().splitlines(), 1) if l.startswith("memory_mb"))
    assert up.returncode == 2 and f"line {line}" in up.stderr and '"memory_mib"' in up.stderr
    config.write_text(text)
    assert instance.up().returncode == 0


def test_keys_are_not_in_core_dumps_or_readable_by_a_debugger_of_the_same_user(instance):
    """The keeper is not dumpable: /proc shows it as root's, and its core limit is zero."""
    instance.fvm("init")
    assert instance.up().returncode == 0
    pid = instance.program("fvm-keeper")["pid"]
    limits = pathlib.Path(f"/proc/{pid}/limits").read_text()
    core = next(l for l in limits.splitlines() if l.startswith("Max core file size"))
    assert core.split()[4:6] == ["0", "0"], core
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    assert "NoNewPrivs:\t1" in status


def test_danish(instance):
    done = instance.fvm("init", env={"FVM_LANG": "da"})
    assert "Instansen" in done.stderr
    again = instance.fvm("init", env={"FVM_LANG": "da"})
    assert "findes" in again.stderr or "allerede" in again.stderr


class Keeper:
    """Speaks the keeper's language (src/wire/messages.hpp) by hand, so that the format itself is under test."""

    PSEUDONYMISE, MAKE_PROJECT_KEY, FAILURE, POWER = 10, 12, 1, 72

    def __init__(self, instance):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(20)
        self.socket.connect(str(instance.root / "run" / "keeper.sock"))
        key = (instance.root / "run" / "keeper.sock.key").read_bytes()
        self.socket.sendall(struct.pack("<IH", len(key), self.POWER) + key)

    def call(self, kind, body):
        self.socket.sendall(struct.pack("<IH", len(body), kind) + body)
        length, kind = struct.unpack("<IH", self.read(6))
        return kind, self.read(length)

    def read(self, count):
        data = b""
        while len(data) < count:
            piece = self.socket.recv(count - len(data))
            if not piece:
                raise ConnectionError("the keeper hung up")
            data += piece
        return data

    def make_project_key(self, project):
        return self.call(self.MAKE_PROJECT_KEY, text(project))[0] != self.FAILURE

    def pseudonyms(self, scope, values):
        kind, body = self.call(self.PSEUDONYMISE, text(scope) + struct.pack(f"<BI{len(values)}Q", 1, len(values), *values))
        assert kind != self.FAILURE, body
        return struct.unpack(f"<I{len(values)}Q", body)[1:]


def text(value):
    return struct.pack("<I", len(value)) + value.encode()


def test_keeper_killed_while_it_makes_a_project_key(instance):
    instance.fvm("init")
    assert instance.up(env={"FVM_CRASH_AT": "keeper.project_key_made"}).returncode == 0
    first = instance.program("fvm-keeper")["pid"]
    with pytest.raises((ConnectionError, TimeoutError)):
        Keeper(instance).make_project_key("P-1")
    assert until(lambda: instance.program("fvm-keeper")["pid"] not in (0, first))
    key = instance.root / "keys" / "projects" / "P-1.key"
    made = key.read_bytes()
    keeper = Keeper(instance)
    assert keeper.make_project_key("P-1") and key.read_bytes() == made
    assert [p.name for p in key.parent.iterdir()] == ["P-1.key"]
    assert len(keeper.pseudonyms("P-1", [7])) == 1


def test_pseudonyms_survive_a_restart_and_differ_by_project(instance):
    instance.fvm("init")
    instance.up()
    keeper = Keeper(instance)
    assert keeper.make_project_key("P-1") and keeper.make_project_key("P-2")
    numbers = [0, 1, 36**10 - 1, *range(10**12, 10**12 + 3000)]
    before = {scope: keeper.pseudonyms(scope, numbers) for scope in ("mirror", "P-1", "P-2")}
    assert len(set(before["mirror"]) | set(before["P-1"]) | set(before["P-2"])) >= 3 * len(numbers) - 1
    assert all(0 <= p < 36**10 for some in before.values() for p in some)
    instance.fvm("down")
    instance.up()
    again = Keeper(instance)
    assert {scope: again.pseudonyms(scope, numbers) for scope in before} == before


def test_two_instances_have_different_keys(instance, tmp_path):
    other = Instance(tmp_path / "other")
    try:
        for each in (instance, other):
            assert each.fvm("init").returncode == 0 and each.up().returncode == 0
        numbers = list(range(10**12, 10**12 + 50))
        assert Keeper(instance).pseudonyms("mirror", numbers) != Keeper(other).pseudonyms("mirror", numbers)
        # A key file of another instance does not open this one's keys.
        instance.fvm("down")
        seal = instance.root / "keys" / "seal.key"
        seal.write_bytes((other.root / "keys" / "seal.key").read_bytes())
        up = instance.up()
        assert up.returncode == 3 and "another instance" in up.stderr
    finally:
        other.fvm("down")


def test_init_on_a_full_disk_says_so_and_is_completed_when_there_is_space(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", disk], capture_output=True).returncode != 0:
        pytest.skip("may not mount a small disk here")
    it = Instance(disk / "i")
    try:
        full = it.fvm("--json", "init")
        assert full.returncode == 3 and json.loads(full.stdout)["error"] == "file.disk_full"
        assert not (it.root / "config.toml").exists()
        subprocess.run(["mount", "-o", "remount,size=4m", disk], check=True)
        assert it.fvm("init").returncode == 0
        assert it.up().returncode == 0
        assert [p for p in it.root.rglob(".tmp-*")] == []
    finally:
        it.fvm("down")
        subprocess.run(["umount", "--lazy", disk], check=True)
