"""An instance for tests: made in a folder, its programs started and stopped, `fvm` run against it.

    with Instance(tmp_path / "instance") as instance:
        instance.fvm("catalogue", "import", path)          # raises on a non-zero exit code
        done = instance.fvm("deliver", ..., check=False)   # done.returncode, done.stdout, done.stderr
        document = instance.json("mirror", "versions", "LPR.t_adm")
"""
import json
import os
import pathlib
import random
import socket
import subprocess
import time

ROOT = pathlib.Path(os.environ.get("FVM_ROOT", pathlib.Path(__file__).resolve().parents[2]))
BIN = pathlib.Path(os.environ.get("FVM_BIN", ROOT / "build" / "bin"))
FVM = BIN / "fvm"
SHARED = ROOT.parent / "shared" / "data"


chance = random.SystemRandom()  # not the one that tests sow: two processes would find the same port


def free_port():
    """Below those that the kernel gives to outgoing connections: another test's may not take it before our program listens."""
    for _ in range(1000):
        port = chance.randrange(10_240, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise OSError("no port is free")


class Instance:
    def __init__(self, path, up=True, environment=None, refresh=False, like=None):
        """`like`: the folder of an instance that is down, to begin as a copy of instead of a new one."""
        self.path = pathlib.Path(path)
        self.environment = dict(os.environ, FVM_LANG="en", FVM_USER="test", **(environment or {}))
        self.environment.pop("FVM_INSTANCE", None)
        self.port = free_port()
        self._up, self._refresh, self._like = up, refresh, like

    def __enter__(self):
        if self._like:
            subprocess.run(["cp", "-a", self._like, self.path], check=True)
        else:
            self.fvm("init")
        if not self._refresh:  # most tests want to see what they did themselves, and nothing else
            self.setting('refresh = "by_itself"', 'refresh = "when_asked"')
        if self._up:
            self.up()
        return self

    def __exit__(self, *_):
        self.down()

    def setting(self, line, other):
        """Changes a line of config.toml."""
        file = self.path / "config.toml"
        text = file.read_text()
        assert line in text, line
        file.write_text(text.replace(line, other))

    def up(self):
        self.fvm("up", "--detach", "--port", str(self.port))

    def down(self):
        self.fvm("down", check=False)

    def fvm(self, *arguments, check=True, crash_at=None, timeout=300, user=None, text=True, **more):
        """Runs `fvm --instance ... ARGUMENTS`. `crash_at` is a crash point at which this fvm kills itself."""
        environment = dict(self.environment)
        if crash_at:
            environment["FVM_CRASH_AT"] = crash_at
        command = [str(FVM), "--instance", str(self.path)]
        if user:
            command += ["--as", user]
        more.setdefault("stdin", subprocess.DEVNULL)
        done = subprocess.run(command + [str(a) for a in arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=text, env=environment, timeout=timeout, **more)
        if check and done.returncode != 0:
            raise AssertionError(f"fvm {' '.join(map(str, arguments))}: exit code {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done

    def json(self, *arguments, **more):
        return json.loads(self.fvm("--json", *arguments, **more).stdout)

    def kill(self, program):
        """kill -9 of one of the instance's daemons; returns its process number."""
        pids = [int(p) for p in subprocess.run(["pgrep", "-f", f"{BIN}/{program} --instance {self.path}"], capture_output=True,
                                               text=True).stdout.split()]
        for pid in pids:
            os.kill(pid, 9)
        return pids

    def wake_steward(self):
        """It looks at once at all that is due, as after `fvm deliver`, instead of when its clock says."""
        subprocess.run(["pkill", "-USR1", "-f", f"{BIN}/fvm-steward --instance {self.path}"], check=True)

    def wait_for(self, condition, seconds=20):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if condition():
                return
            time.sleep(0.1)
        raise AssertionError("waited in vain")
