#!/usr/bin/env python3
"""./run attack NAME…: the security tests of these themes (files of tests/attacks) as a table, then 'N passed, N failed, N skipped'.

A theme is the beginning of a file's name: `disclosure` is test_disclosure*.py and what THEMES adds. Tests that say what they attacked (record_property:
attack, control, exact, interval, below, checked) have a line with these figures; the others with how they went.
"""
import os
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree as xml

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "tests" / "attacks"
THEMES = {"disclosure": ["suppression", "units", "regression"]}
WORDS = {"failure": "GOT THROUGH", "error": "ERROR", "skipped": "skipped"}


def themes():
    return sorted({path.stem.removeprefix("test_").split("_")[0] for path in FOLDER.glob("test_*.py")})


def files(name):
    found = [path for each in (name, *THEMES.get(name, [])) for path in sorted(FOLDER.glob(f"test_{each}*.py"))]
    if not found:
        sys.exit(f"./run attack: there is no {name}; there are: {' '.join(themes())}")
    return found


def run(paths, report):
    report.parent.mkdir(parents=True, exist_ok=True)
    report.unlink(missing_ok=True)
    environment = dict(os.environ, FVM_ROOT=str(ROOT), FVM_BIN=str(ROOT / "build" / "bin"), FVM_LANG="en", PYTHONDONTWRITEBYTECODE="1")
    environment.pop("FVM_INSTANCE", None)
    command = ["/usr/bin/python3", "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", f"--junitxml={report}", "-n", str(os.cpu_count() or 1),
               f"--rootdir={ROOT}", *map(str, paths)]
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                          stdin=subprocess.DEVNULL)
    if not report.exists():
        sys.exit(f"the attacks did not run (exit code {done.returncode}):\n{done.stdout}")
    if done.returncode not in (0, 5):
        print(done.stdout[-20000:], flush=True)


def line(case, facts, verdict):
    if "attack" not in facts:
        name = case.get("name", "").removeprefix("test_")
        return f"  {name[:62]:62} {'':>12} {'':>6} {'':>9}  {verdict}"
    interval = f"{facts['interval']}/{facts['checked']}"
    below = f" ({facts['below']} known to be few)" if int(facts["below"]) else ""
    return f"  {facts['attack'][:62]:62} {facts['control']:>12} {facts['exact']:>6} {interval:>9}  {verdict}{below}"


def show(report):
    """Prints the table; (passed, failed, skipped)."""
    totals = {"passed": 0, "failed": 0, "skipped": 0}
    sums = {"cases": 0, "controls": 0, "exact": 0, "interval": 0, "checked": 0, "below": 0}
    print(f"  {'attack':62} {'control':>12} {'exact':>6} {'interval':>9}")
    for case in xml.parse(report).getroot().iter("testcase"):
        facts = {each.get("name"): each.get("value") for each in case.iter("property")}
        kinds = {child.tag for child in case}
        verdict = next((WORDS[kind] for kind in WORDS if kind in kinds), "as it should be")
        if any(child.get("type") == "pytest.xfail" for child in case):
            verdict = "KNOWN LEAK"
        totals["failed" if kinds & {"failure", "error"} else "skipped" if "skipped" in kinds else "passed"] += 1
        if "attack" in facts:
            sums["cases"] += 1
            sums["controls"] += facts["control"] not in ("nothing", "0")
            for name in ("exact", "interval", "checked", "below"):
                sums[name] += int(facts[name])
        print(line(case, facts, verdict), flush=True)
    if sums["cases"]:
        print("attack " + " ".join(f"{name}={value}" for name, value in sums.items()), flush=True)
    return totals


def main():
    names = sys.argv[1:]
    if any(not re.fullmatch(r"[a-z_]+", name) for name in names):
        sys.exit("./run attack NAME…, e.g. ./run attack disclosure")
    report = ROOT / "build" / "reports" / "attack.xml"
    run(list(dict.fromkeys(path for name in names for path in files(name))), report)
    totals = show(report)
    print(f"{totals['passed']} passed, {totals['failed']} failed, {totals['skipped']} skipped", flush=True)
    sys.exit(1 if totals["failed"] or not totals["passed"] else 0)


if __name__ == "__main__":
    main()
