#!/usr/bin/env python3
"""Holds the code against ROOMS: forbidden includes, cycles, libraries in the wrong room, links that a program must not have.

  rooms.py check [ROOT]           includes, cycles, libraries
  rooms.py links ROOT BUILD       what the built programs contain (symbols of rooms, shared libraries)
"""
import pathlib
import re
import subprocess
import sys

# Which headers belong to which library of ROOMS. A header that matches none of these is the language's or the system's own.
HEADERS = {
    "fmt": r"fmt/", "json": r"boost/json", "toml": r"toml\+\+/|toml\.hpp", "openssl": r"openssl/", "sqlite": r"sqlite3",
    "beast": r"boost/(beast|asio|url)", "curl": r"curl/", "duckdb": r"duckdb", "seccomp": r"seccomp\.h", "zip": r"zip\.h", "deflate": r"libdeflate\.h",
    "expat": r"expat\.h", "gmime": r"gmime/", "clp": r"coin/", "argon2": r"argon2\.h", "zxcvbn": r"zxcvbn\.h", "qpdf": r"qpdf/", "z": r"zlib\.h", "png": r"png\.h", "magic": r"magic\.h", "jose": r"cjose/|jansson\.h",
}
EVERYWHERE = {"fmt"}  # base hands these to everyone
SHARED_LIBRARIES = {"duck": "libduckdb", "sandbox": "libseccomp", "net": "libcurl"}


def read_map(root):
    rooms, programs = {}, {}
    for number, line in enumerate((root / "ROOMS").read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = [part.strip() for part in line.split("|")]
        if len(parts) != 4:
            sys.exit(f"ROOMS:{number}: four columns, please")
        if parts[0].startswith("program "):
            programs[parts[0].split()[1]] = {"rooms": parts[1].split(), "never": parts[2].split()}
        else:
            rooms[parts[0]] = {"rooms": parts[1].split(), "libraries": set(parts[2].split())}
    return rooms, programs


def includes(path):
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        match = re.match(r'\s*#\s*include\s+([<"])([^>"]+)[>"]', line)
        if match:
            yield number, match[1] == '"', match[2]


def check_map(rooms, programs):
    seen, problems = set(), []
    for name, room in rooms.items():
        for used in room["rooms"]:
            if used not in seen:
                problems.append(f"ROOMS: {name} may use {used}, which stands below or nowhere: cycles start so")
        seen.add(name)
    for name, program in programs.items():
        for used in program["rooms"] + program["never"]:
            if used not in rooms:
                problems.append(f"ROOMS: program {name} names {used}, which is no room")
        reached, todo = set(), list(program["rooms"])
        while todo:
            room = todo.pop()
            if room not in reached:
                reached.add(room)
                todo += rooms[room]["rooms"]
        for room in sorted(reached & set(program["never"])):
            problems.append(f"ROOMS: program {name} would contain {room}")
    return problems


def check_file(root, path, owner, allowed, libraries, rooms, test):
    problems = []
    where = path.relative_to(root)
    for number, quoted, name in includes(path):
        first = name.split("/")[0]
        if quoted and first in rooms and first != owner and first not in allowed:
            problems.append(f"{where}:{number}: {owner} may not include {name} (ROOMS)")
        if quoted and first not in rooms and not (root / "apps" / name).exists():
            problems.append(f"{where}:{number}: {name} is in no room: write \"ROOM/FILE\"")
        for library, pattern in HEADERS.items():
            if not quoted and re.match(pattern, name) and library not in libraries | EVERYWHERE and not test:
                problems.append(f"{where}:{number}: {owner} may not touch {library} (ROOMS)")
    return problems


def check(root):
    rooms, programs = read_map(root)
    problems = check_map(rooms, programs)
    for folder in sorted(p for p in (root / "src").iterdir() if p.is_dir()):
        if folder.name not in rooms:
            problems.append(f"src/{folder.name} is not in ROOMS")
            continue
        room = rooms[folder.name]
        for path in sorted(folder.rglob("*.[ch]pp")):
            problems += check_file(root, path, folder.name, set(room["rooms"]), room["libraries"], rooms,
                                   path.name.endswith("_test.cpp"))
    for folder in sorted((root / "apps").iterdir()):
        program = programs.get(folder.name)
        if program is None:
            problems.append(f"apps/{folder.name} is not in ROOMS")
            continue
        for path in sorted(folder.rglob("*.[ch]pp")):
            problems += check_file(root, path, folder.name, set(program["rooms"]), {"json"}, rooms, False)
    return problems


def links(root, build):
    """A program contains none of the code that the map forbids it: looked up in its symbols and shared libraries."""
    _, programs = read_map(root)
    problems, looked = [], 0
    for name, program in programs.items():
        binary = build / "bin" / name
        if not binary.exists():
            problems.append(f"{binary} is not built")
            continue
        looked += 1
        symbols = subprocess.run(["nm", "-C", binary], capture_output=True, text=True, check=True).stdout
        needed = subprocess.run(["readelf", "-d", binary], capture_output=True, text=True, check=True).stdout
        if "fvm::" not in symbols:
            problems.append(f"{name}: no symbols to look at (stripped?): the check would pass blindly")
        for room in program["never"]:
            if re.search(rf"\bfvm::{room}::", symbols):
                problems.append(f"{name} contains code of {room}")
            if room in SHARED_LIBRARIES and SHARED_LIBRARIES[room] in needed:
                problems.append(f"{name} links {SHARED_LIBRARIES[room]}")
    print(f"links: {looked} programs looked at")
    return problems


def main():
    verb = sys.argv[1] if len(sys.argv) > 1 else "check"
    root = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else ".").resolve()
    problems = links(root, pathlib.Path(sys.argv[3]).resolve()) if verb == "links" else check(root)
    print("\n".join(problems), file=sys.stderr, end="\n" if problems else "")
    sys.exit(1 if problems else 0)


main()
