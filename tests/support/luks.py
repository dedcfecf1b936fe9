"""What tests of LUKS volumes need: whether this kernel can, what is open, and tools that leave word of how they were called."""
import functools
import os
import pathlib
import shutil
import subprocess
import tempfile

HEADER = 16 << 20  # bytes of a LUKS2 file before the file system
TOOLS = ("cryptsetup", "mkfs.ext4", "e2fsck", "resize2fs")
ELSEWHERE = "'./run test luks' runs this in a small machine of its own, if user-mode-linux is installed (apt-get install user-mode-linux)"
# Says how it was called, then does it. With a file `kill` beside it that says "before NAME WORD", or during or after, whoever called is killed
# at that moment; during: the program too, as the kernel does it with what the launcher started.
SHIM = """#!/bin/sh
here={folder}
echo "${{0##*/}} $*" >> $here/calls
tr '\\0' '\\n' < /proc/self/environ >> $here/environments
wanted=""; [ -e $here/kill ] && read -r when name word < $here/kill && [ "$name" = "${{0##*/}}" ] && case "$*" in *$word*) wanted=$when;; esac
[ -z "$wanted" ] || rm $here/kill
[ "$wanted" != before ] || kill -9 $PPID
if [ "$wanted" = during ]; then exec 3<&0; {real} "$@" <&3 & sleep 0.1; kill -9 $! $PPID; exit 1; fi
{real} "$@"; code=$?
[ "$wanted" != after ] || kill -9 $PPID
exit $code
"""


@functools.cache
def reason_why_not():
    """Empty when volumes can be opened here; tried, not guessed."""
    if os.geteuid() != 0:
        return "needs root"
    absent = [tool for tool in TOOLS if not shutil.which(tool, path=search_path())]
    if absent:
        return f"{', '.join(absent)} not installed: apt-get install cryptsetup-bin e2fsprogs"
    with tempfile.NamedTemporaryFile() as file:
        file.truncate(4 << 20)
        name = f"fvm-try-{os.getpid()}"
        done = cryptsetup("open", "--type", "plain", "--cipher", "aes-xts-plain64", "--key-size", "512", "--key-file", "/dev/urandom", file.name, name)
        if done.returncode != 0:
            return f"this kernel has no dm-crypt; {ELSEWHERE}"
        cryptsetup("close", name)
    return ""


def search_path():
    return os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


def cryptsetup(*words, key=None):
    return subprocess.run(["cryptsetup", *map(str, words)], input=key or b"", capture_output=True, env=dict(os.environ, PATH=search_path()))


def mappings(folder=None):
    """Names of the mappings whose file lies below `folder`, or of all."""
    found = []
    for loop in pathlib.Path("/sys/block").glob("loop*"):
        file = loop / "loop" / "backing_file"
        if file.exists() and (folder is None or file.read_text().startswith(f"{folder}/")):
            found += [(pathlib.Path("/sys/block") / holder.name / "dm" / "name").read_text().strip() for holder in (loop / "holders").iterdir()]
    return found


def extents(file):
    """Offset and size of what is written in a sparse file."""
    found, at = [], 0
    with open(file, "rb") as opened:
        while True:
            try:
                at = os.lseek(opened.fileno(), at, os.SEEK_DATA)
            except OSError:  # nothing more
                return found
            end = os.lseek(opened.fileno(), at, os.SEEK_HOLE)
            found.append((at, end - at))
            at = end


def read(path, places):
    with open(path, "rb") as opened:
        return b"".join(os.pread(opened.fileno(), size, at) for at, size in places)


class Shims:
    """A folder to put before the others in $PATH."""
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir()
        for tool in TOOLS:
            file = self.folder / tool
            file.write_text(SHIM.format(folder=self.folder, real=shutil.which(tool, path=search_path())))
            file.chmod(0o755)
        (self.folder / "calls").touch()
        self.environment = {"PATH": f"{self.folder}:{search_path()}"}

    def calls(self, name=""):
        return [line for line in (self.folder / "calls").read_text().splitlines() if line.startswith(name)]

    def kill_caller(self, when, name, word):
        (self.folder / "kill").write_text(f"{when} {name} {word}\n")

    def killed(self):
        return not (self.folder / "kill").exists()
