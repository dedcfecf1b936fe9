#!/usr/bin/env python3
"""Runs every test and closes with 'N passed, N failed, N skipped'.

Suites: unit (build/tests/*_test); functional, clients, attacks (pytest under tests/, as one run). Names as arguments choose suites;
'./run test functional -k deliver' hands what follows -k to pytest. What fails in 'functional' or 'clients', where much waits for clocks and
for other processes, is run once more by itself: it must pass there, and is told, with its first failure. An attack has no second try. 'luks' is for asking by name: the tests of encrypted volumes, in a small
machine with another kernel (tools/vm.py) where this one has no dm-crypt; where it has, they are among the others.
"""
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import time
import xml.etree.ElementTree as xml

import vm

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
PROCESSORS = os.cpu_count() or 1
PYTEST_SUITES = ("functional", "clients", "attacks")
# A good part of a test's time is waiting, for clocks and for programs that start: more at a time than processors, each on instances of its own.
WORKERS = PROCESSORS + 2
LUKS_FILES = ("tests/functional/test_luks.py", "tests/attacks/test_restored_backup.py")
LUKS_SECONDS_MAX = 1200
SECOND_TRIES_MAX = 5


class Totals:
    passed = failed = skipped = 0
    second = 0  # of the passed: those that did so only in their second try

    def add_report(self, path, name):
        """Reads a JUnit report, which both GoogleTest and pytest write; a missing one is a failure."""
        if not path.exists():
            print(f"{name}: no report: it crashed", flush=True)
            self.failed += 1
            return
        for case in xml.parse(path).getroot().iter("testcase"):
            kinds = {child.tag for child in case}
            if kinds & {"failure", "error"}:
                self.failed += 1
            elif "skipped" in kinds or case.get("status") == "notrun":
                self.skipped += 1
            else:
                self.passed += 1


def print_table(report):
    """What a person who asked for the attacks alone wants to see: each attack, control and limit, and how it went."""
    if not report.exists():
        return
    words = {"failure": "GOT THROUGH", "error": "ERROR", "skipped": "skipped"}
    for case in xml.parse(report).getroot().iter("testcase"):
        verdict = next((words[child.tag] for child in case if child.tag in words), "as it should be")
        place = case.get("classname", "").removeprefix("tests.attacks.test_")
        print(f"  {place:16} {case.get('name', '').removeprefix('test_'):72} {verdict}", flush=True)


def run(command, report, environment):
    """The finished process and the seconds it took."""
    report.unlink(missing_ok=True)
    start = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", stdin=subprocess.DEVNULL)
    return done, time.monotonic() - start


def tell(name, done, seconds, report, totals):
    """Prints how it went and adds it up."""
    ok = done.returncode == 0 or (done.returncode == 5 and "pytest" in " ".join(map(str, done.args)))
    print(f"{name}: {'ok' if ok else 'FAILED'} in {seconds:.1f} s", flush=True)
    if not ok:
        print(done.stdout[-20000:], flush=True)
    else:
        for line in done.stdout.splitlines():
            if re.search(r"SKIPPED", line):
                print("  " + line.strip(), flush=True)
    before = totals.failed
    if done.returncode != 5:
        totals.add_report(report, name)
    if not ok and totals.failed == before:
        totals.failed += 1


def run_units(reports, environment, totals):
    """As many binaries at a time as there are processors; the largest first, since they tend to take longest."""
    binaries = sorted((BUILD / "tests").glob("*_test"), key=lambda binary: -binary.stat().st_size)
    with concurrent.futures.ThreadPoolExecutor(PROCESSORS) as pool:
        running = {}
        for binary in binaries:
            report = reports / f"{binary.name}.xml"
            running[pool.submit(run, [binary, f"--gtest_output=xml:{report}"], report, environment)] = (binary.name, report)
        for finished in concurrent.futures.as_completed(running):
            name, report = running[finished]
            tell(name, *finished.result(), report, totals)


def pytest_name(case):
    """Of a case in a report: "tests.functional.test_x.TestY" and "test_z" -> tests/functional/test_x.py::TestY::test_z."""
    parts = case.get("classname", "").split(".")
    module = next(i for i, part in enumerate(parts, 1) if part.startswith("test_") or i == len(parts))
    return "::".join(["/".join(parts[:module]) + ".py", *parts[module:], case.get("name", "")])


def failed_cases(report):
    """The pytest names of what failed, or nothing where there is no report, an attack is among it, or so much failed that something is broken."""
    if not report.exists():
        return []
    names, attacks = [], False
    for case in xml.parse(report).getroot().iter("testcase"):
        if {child.tag for child in case} & {"failure", "error"}:
            names.append(pytest_name(case))
            attacks = attacks or suite_of(case) == "attacks"
    return names if len(names) <= SECOND_TRIES_MAX and not attacks else []


def second_try(command, environment, report, totals):
    """What failed, once more, alone; true where all of it passed."""
    names = failed_cases(report)
    if not names:
        return False
    again = report.with_name(f"second-{report.name}")
    done, _ = run([*command, f"--junitxml={again}", *names], again, environment)
    passed = done.returncode == 0
    for name in names:
        print(f"  {'PASSED ONLY IN ITS SECOND TRY' if passed else 'failed twice, or another did'}: {name}", flush=True)
    if passed:
        totals.failed -= len(names)
        totals.passed += len(names)
        totals.second += len(names)
    else:
        print(done.stdout[-10000:], flush=True)
    return passed


def suite_of(case):
    """tests.functional.test_x.TestY -> functional; what cannot even be read has only a name."""
    return f"{case.get('classname', '')}.{case.get('name', '')}".lstrip(".").split(".")[1]


def run_pytest(suites, reports, environment, extra, totals):
    """All suites as one run: the long files of one fill the time in which those of another end."""
    report = reports / "pytest.xml"
    command = ["/usr/bin/python3", "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", f"--rootdir={ROOT}"]
    many = ["-n", str(WORKERS), "--dist", "loadfile", f"--junitxml={report}", *(str(ROOT / "tests" / suite) for suite in suites), *extra]
    done, seconds = run([*command, *many], report, environment)
    tell(", ".join(suites), done, seconds, report, totals)
    if done.returncode == 1:
        second_try(command, environment, report, totals)
    return report


def run_luks(reports, environment, extra, totals):
    sys.path.insert(0, str(ROOT / "tests"))
    from support import luks
    reason, report = luks.reason_why_not(), reports / "luks.xml"
    words = ["-k", "luks"] if not extra else extra
    command = ["/usr/bin/python3", "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", f"--junitxml={report}", f"--rootdir={ROOT}",
               *LUKS_FILES, *words]
    if reason:
        if vm.missing():
            print(f"luks: SKIPPED: {reason.split(';')[0]}, and {vm.missing()}", flush=True)
            totals.skipped += 1
            return
        command = [sys.executable, str(ROOT / "tools" / "vm.py"), "--writable", str(reports), "--seconds", str(LUKS_SECONDS_MAX), *command]
    tell("luks" if not reason else "luks (in a small machine)", *run(command, report, environment), report, totals)


def main():
    arguments = sys.argv[1:]
    extra = []
    if "-k" in arguments:
        at = arguments.index("-k")
        arguments, extra = arguments[:at], arguments[at:]
    wanted = arguments or ["unit", *PYTEST_SUITES]
    reports = BUILD / "reports"
    reports.mkdir(parents=True, exist_ok=True)
    environment = dict(os.environ, FVM_ROOT=str(ROOT), FVM_BIN=str(BUILD / "bin"), FVM_LANG="en",
                       PYTHONPYCACHEPREFIX=str(BUILD / "pycache"))  # compiled once for all workers, and not beside the sources
    environment.pop("FVM_INSTANCE", None)
    totals = Totals()
    if "unit" in wanted:
        run_units(reports, environment, totals)
    suites = [suite for suite in PYTEST_SUITES if suite in wanted]
    if suites:
        report = run_pytest(suites, reports, environment, extra, totals)
        if wanted == ["attacks"]:
            print_table(report)
    if "luks" in wanted:
        run_luks(reports, environment, extra, totals)
    if totals.second:
        print(f"{totals.second} passed only in a second try, see above", flush=True)
    print(f"{totals.passed} passed, {totals.failed} failed, {totals.skipped} skipped", flush=True)
    sys.exit(1 if totals.failed or totals.passed == 0 else 0)


main()
