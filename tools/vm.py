#!/usr/bin/python3
"""A small machine with another kernel, for what this one's lacks: vm.py [--writable FOLDER] [--seconds N] [--mib N] COMMAND...

User-mode Linux (Debian's package user-mode-linux): a kernel that runs as a process of whoever starts it, no root and no /dev/kvm needed. Its
root is this machine's own, read only, with a throwaway layer above: the same programs and libraries, and nothing that is done inside is
left. FOLDER alone is the real one. The command is root inside; its exit code is ours.
"""
import argparse
import ctypes
import fcntl
import json
import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading

MODULES = pathlib.Path("/usr/lib/uml/modules")
# What is loaded inside: the throwaway layer, encrypted volumes, and FUSE. cbc: encrypted-keys wants it without saying so.
LOADED = ("overlay", "loop", "ecb", "xts", "cbc", "algif_skcipher", "dm-crypt", "fuse")
BEGINS = "the small machine is up"
REFUSED = 2


def missing():
    """Why there is no small machine, in words; empty: there is."""
    if shutil.which("linux.uml") and any(MODULES.glob("*")):
        return ""
    return "user-mode Linux is not installed: apt-get install user-mode-linux (41 MB to fetch, 116 MB installed)"


# --- outside


def run(command, writable=None, seconds=600, mib=2048, out=sys.stdout):
    """Runs it; what it says goes to `out` line by line. Its exit code; 124 when it took too long."""
    with tempfile.TemporaryDirectory(prefix="fvm-vm-") as folder:
        wish = {"command": [str(word) for word in command], "folder": os.getcwd(), "writable": str(writable) if writable else None, "mib": mib,
                "environment": {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"}
                | {name: value for name, value in os.environ.items() if name.startswith(("FVM_", "LANG", "LC_", "PYTHON"))}}
        (pathlib.Path(folder) / "wish.json").write_text(json.dumps(wish))
        process = subprocess.Popen(
            ["linux.uml", f"mem={mib}M", "rootfstype=hostfs", "rootflags=/", "ro", "quiet", "con=null", "con0=null,fd:1", f"uml_dir={folder}",
             f"init={os.path.realpath(__file__)}", f"FVM_VM={folder}"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", start_new_session=True)
        timer = threading.Timer(seconds, lambda: os.killpg(process.pid, signal.SIGKILL))
        timer.start()
        try:
            before, begun = [], False
            for line in process.stdout:
                line = line.rstrip("\r\n")
                if begun:
                    print(line, file=out, flush=True)
                else:
                    before.append(line)
                    begun = line.endswith(BEGINS)
            process.wait()
        finally:
            timer.cancel()
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
        code = pathlib.Path(folder) / "code"
        if code.exists():
            return int(code.read_text())
        print("\n".join(before[-20:]) if not begun else f"the small machine was ended after {seconds} seconds", file=out, flush=True)
        return 124


# --- inside, as its first process

libc = ctypes.CDLL(None, use_errno=True)
PIVOT_ROOT, FINIT_MODULE, POWER_OFF, DETACH, READ_ONLY = 155, 313, 0x4321FEDC, 2, 1


def called(code, what):
    if code != 0:
        raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")


def mount(kind, place, options="", source="none"):
    os.makedirs(place, exist_ok=True)
    called(libc.mount(source.encode(), str(place).encode(), kind.encode(), 0, options.encode()), f"mount {kind} at {place}")


def load_modules():
    folder = next(MODULES.glob("*"))
    plain = lambda path: pathlib.Path(path).name.removesuffix(".ko").replace("-", "_")
    needs = {plain(left): (left, right.split()) for left, right in
             (line.split(":", 1) for line in (folder / "modules.dep").read_text().splitlines())}
    loaded = set()
    for name in LOADED:
        file, before = needs[name.replace("-", "_")]
        for each in [*reversed(before), file]:
            if each not in loaded:
                with open(folder / each, "rb") as module:
                    called(libc.syscall(FINIT_MODULE, module.fileno(), b"", 0), f"load {each}")
                loaded.add(each)


def make_root(wish, folder):
    mount("proc", "/proc")
    load_modules()
    layer = "/mnt"  # a folder that every machine has; the root is read only
    mount("tmpfs", layer, "size=100%")
    for name in ("upper", "work", "root"):
        os.mkdir(f"{layer}/{name}")
    root = f"{layer}/root"
    mount("overlay", root, f"lowerdir=/,upperdir={layer}/upper,workdir={layer}/work")
    mount("proc", f"{root}/proc")
    mount("sysfs", f"{root}/sys")
    mount("devtmpfs", f"{root}/dev")
    for place in ("/dev/shm", "/run"):
        mount("tmpfs", root + place)
    # A disk for what is made inside: neither the layer nor a tmpfs of this kernel can be mounted id-mapped, as sandboxes want it.
    with open(f"{layer}/disk", "wb") as disk:
        disk.truncate(wish["mib"] << 20)
    for words in (["mkfs.ext4", "-q", "-m", "0", "-J", "size=16", f"{layer}/disk"], ["mount", "-n", "-o", "loop,discard", f"{layer}/disk", f"{root}/tmp"]):
        subprocess.run(words, check=True, env=wish["environment"])
    mount("devpts", f"{root}/dev/pts")
    for place in filter(None, (folder, wish["writable"])):
        mount("hostfs", root + place, place)
    os.makedirs(f"{root}/tmp/old", exist_ok=True)
    os.chdir(root)
    called(libc.syscall(PIVOT_ROOT, b".", b"tmp/old"), "turn to the new root")
    os.chdir("/")
    called(libc.umount2(b"/tmp/old", DETACH), "leave the old root")


def network_up():
    with socket.socket() as any_socket:  # SIOCSIFFLAGS: up and running
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14x", b"lo", 0x41))


def inside():
    folder = os.environ["FVM_VM"]
    wish = json.loads(pathlib.Path(folder, "wish.json").read_text())
    code = 125
    try:
        make_root(wish, folder)
        network_up()
        print(BEGINS, flush=True)
        os.chdir(wish["folder"])
        child = subprocess.Popen(wish["command"], env=wish["environment"])
        while True:  # the first process is the one that orphans are left to
            pid, status = os.wait()
            if pid == child.pid:
                code = os.waitstatus_to_exitcode(status)
                break
        pathlib.Path(folder, "code").write_text(str(code if code >= 0 else 128 - code))
    except Exception as error:  # noqa: BLE001: said, and then the machine goes off
        print(f"the small machine: {error}", flush=True)
    finally:
        os.sync()
        libc.reboot(POWER_OFF)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--writable")
    arguments.add_argument("--seconds", type=int, default=600)
    arguments.add_argument("--mib", type=int, default=2048)
    arguments.add_argument("command", nargs=argparse.REMAINDER)
    options = arguments.parse_args()
    if missing():
        print(missing(), file=sys.stderr)
        sys.exit(REFUSED)
    sys.exit(run(options.command, options.writable, options.seconds, options.mib))


if __name__ == "__main__":
    inside() if os.getpid() == 1 and "FVM_VM" in os.environ else main()
