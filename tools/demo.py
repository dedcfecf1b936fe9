#!/usr/bin/env python3
"""./run demo [--headless] [--persons N]: the whole main job on made-up Denmark in a fresh instance, var/demo.

Every step goes through the same commands that an operator or an analyst would type; each prints one line with its figures.
"""
import argparse
import csv
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time
import types

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from support.desktops import Visitor, desk_settings  # noqa: E402
from support.mitid import Broker, Browser, person  # noqa: E402
from support.settings import change  # noqa: E402
BIN = ROOT / "build" / "bin"
DEMO = ROOT / "var" / "demo"
INSTANCE = DEMO / "instance"
MAIL = DEMO / "mail"
PROJECT = ""  # the case's number, from "apply" on
KOMMUNE, STYRELSE = "29189846", "33257872"
PEOPLE = {"anna": (KOMMUNE, "applicant"), "sofie": (KOMMUNE, "signatory"), "karl": (STYRELSE, "caseworker"), "dorte": (STYRELSE, "decision-maker"),
          "rasmus": (STYRELSE, "reviewer"), "signe": (STYRELSE, "security"), "otto": (STYRELSE, "operator")}
PASSWORD = "blaa cykler paa broen"  # of everybody, printed at the end: nothing here is real


class Failed(Exception):
    pass


def fvm(*arguments, user=None, expect=0, stdin=subprocess.DEVNULL):
    command = [BIN / "fvm", "--instance", INSTANCE] + (["--as", user] if user else []) + list(arguments)
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, stdin=stdin)
    if done.returncode != expect:
        raise Failed(f"fvm {' '.join(map(str, arguments))}: exit code {done.returncode}, expected {expect}\n{done.stdout}{done.stderr}")
    return done


def document(*arguments, **more):
    return json.loads(fvm("--json", *arguments, **more).stdout)


class Steps:
    def __init__(self):
        self.number = 0

    def __call__(self, text, action, *arguments, **more):
        self.number += 1
        print(f"{self.number:2}. {text} … ", end="", flush=True)
        start = time.monotonic()
        figures = action(*arguments, **more)
        print(f"{figures or 'ok'} ({time.monotonic() - start:.1f} s)", flush=True)


def fresh():
    if INSTANCE.exists():
        subprocess.run([str(BIN / "fvm"), "--instance", str(INSTANCE), "down"], capture_output=True)
    shutil.rmtree(DEMO, ignore_errors=True)
    DEMO.mkdir(parents=True)
    fvm("init")


def settings(port):
    """Points the instance's mail at the demo's own mail server."""
    change(INSTANCE, "mail", host='"localhost"', port=port, ca_file=f'"{MAIL / "ca.pem"}"')


def mail_server():
    MAIL.mkdir(parents=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, str(ROOT / "tools" / "mail_server.py"), "--port", str(port), "--dir", str(MAIL), "--tls"],
                               stdout=subprocess.PIPE, text=True)
    if process.stdout.readline().strip() != "ready":
        raise Failed("the mail server did not start")
    return process, port


def synth(persons):
    figures = document("synth", "--persons", persons, "--from", "2010", "--to", "2025", "--seed", "2026", "--out", DEMO / "deliveries")
    return f"{figures['rows']:,} rows, {figures['rows_per_s']:,.0f} rows/s"


def deliver():
    rows = seconds = rejected = 0
    with open(DEMO / "deliveries" / "deliveries.tsv", encoding="utf-8") as listing:
        deliveries = list(csv.DictReader(listing, fieldnames=("table", "file"), delimiter="\t"))
    for entry in deliveries:
        start = time.monotonic()
        done = document("deliver", entry["table"], DEMO / "deliveries" / entry["file"])
        seconds += time.monotonic() - start
        rows += done["rows_accepted"]
        rejected += done["rows_rejected"]
    return f"{len(deliveries)} tables, {rows:,} rows, {rejected} put aside, {rows / seconds:,.0f} rows/s"


def accounts():
    fvm("institution", "add", "Demo Kommune", "--cvr", KOMMUNE, "--recipient", "@demo-kommune.example")
    fvm("institution", "add", "Sundhedsdatastyrelsen", "--cvr", STYRELSE, "--recipient", "@sds.example")
    for name, (institution, role) in PEOPLE.items():
        fvm("user", "add", name, "--institution", institution, "--role", role)
    return ", ".join(f"{name} ({role})" for name, (_, role) in PEOPLE.items())


def broker(port):
    """A provider of OpenID Connect in the part of MitID Erhverv; everybody who comes may choose who to be."""
    persons = [dict(person(name, institution), label=f"{name} ({role})") for name, (institution, role) in PEOPLE.items()]
    started = Broker(DEMO / "mitid", f"http://127.0.0.1:{port}", persons, tls=False, desk=desk_origin(port)).__enter__()
    started.settings(types.SimpleNamespace(path=INSTANCE))
    desk_settings(INSTANCE, port + 1, admission="first_use")
    return started


def desk_origin(port):
    """The program that carries screens has a host name of its own in earnest; on one machine a port tells them apart."""
    return f"http://127.0.0.1:{port + 1}"


def first_login(port, mitid):
    """Each account is activated by its one-time code and MitID, as on a user's first day; then both factors open a session."""
    for name in PEOPLE:
        browser = Browser(port, mitid)
        browser.mitid(name, "/login/mitid?then=activate")
        answers = browser.activate(name, document("user", "code", name)["code"], PASSWORD), browser.password(name, PASSWORD)
        if any(answer.status != 200 for answer in answers) or browser.request("/api/me").json["user"] != name:
            raise Failed(f"{name} could not log in: {[answer.text for answer in answers]}")
        browser.send("POST", "/logout")
    return f"{len(PEOPLE)} accounts activated, logged in and out again"


def apply():
    """The application is written, handed in and looked at by the machine."""
    global PROJECT
    PROJECT = document("application", "new", ROOT / "share" / "demo" / "ansoegning.toml", user="anna")["case"]
    fvm("application", "submit", PROJECT, user="anna")
    return f"case {PROJECT}"


def decide():
    fvm("application", "assign", PROJECT, "--to", "karl", user="karl")
    fvm("application", "recommend", PROJECT, "approve", "--text", "Nødvendige og tilstrækkelige oplysninger.", user="karl")
    fvm("application", "decide", PROJECT, "--approve", "--text", "Betingelserne i databeskyttelsesloven § 10 er opfyldt.", user="dorte")
    made = document("application", "agreements", PROJECT, user="anna")
    kinds = ", ".join(each["kind"] for each in made["agreements"])
    return f"{kinds}: PDF and DOCX with the specification's hash {made['specification_sha256'][:12]}…"


def accept():
    """No access before the last one has accepted; then the project builds itself."""
    if document("project", "list")["projects"]:
        raise Failed("there is a project before anybody has accepted")
    for name in ("sofie", "anna"):
        fvm("application", "accept", PROJECT, user=name)
    end = time.monotonic() + 120
    while time.monotonic() < end:
        done = subprocess.run([str(BIN / "fvm"), "--instance", str(INSTANCE), "--json", "project", "show", PROJECT], capture_output=True, text=True)
        if done.returncode == 0 and json.loads(done.stdout)["version"] > 0:
            shown = json.loads(done.stdout)
            return f"{shown['persons']:,} persons, {sum(table['rows'] for table in shown['tables']):,} rows in {len(shown['tables'])} tables"
        time.sleep(0.5)
    raise Failed(f"the project was not built: {done.stdout}{done.stderr}")


def desktop(port, mitid):
    """As a browser does it: from the project's page by way of MitID to the screen; what is typed there is carried out in the session."""
    house = types.SimpleNamespace(instance=types.SimpleNamespace(port=port), broker=mitid, port=port + 1, origin=desk_origin(port))
    anna = Visitor(house, "anna", PASSWORD)
    status, page = anna.arrive(anna.open(PROJECT))
    if status != 200:
        raise Failed(f"no desktop: {status} {page[:500]}")
    typed = INSTANCE / "projects" / PROJECT / "work" / "typed.txt"
    with anna.screen() as (_, screen):
        for _ in range(60):
            screen.update()
            screen.type("hostname > /work/typed.txt\n")
            if typed.exists() and typed.read_text():
                break
            time.sleep(0.5)
        else:
            raise Failed("nothing that was typed at the desktop was carried out")
        figures = f"{screen.width} x {screen.height} points; a command typed at its terminal was carried out"
    typed.unlink()
    anna.ask("DELETE", PROJECT)
    return figures


TABLE = "SELECT v_pnr, c_kon, substr(atc, 1, 3) AS atc3, date_part('year', eksd)::INTEGER AS aar FROM t_person JOIN lmdb ON pnr12 = v_pnr"


def safe_table():
    """Persons are counted and cells hidden by the engine, so nobody needs to look: it is on its way at once."""
    made = document("table", PROJECT, "--rows", "aar", "--columns", "c_kon", "--from", TABLE, "--out", DEMO / "tabel.csv", "--send",
                    "anna@demo-kommune.example", "--purpose", "Demo", user="anna")
    return f"{made['release']} {sent(made['release'])}, without a person in between"


def sent(number):
    end = time.monotonic() + 30
    while (state := document("release", "show", number, user="anna")["state"]) != "sent":
        if time.monotonic() > end:
            raise Failed(f"{number} was not sent: {state}")
        time.sleep(0.1)
    return state


def self_test():
    checks = document("selftest")["checks"]
    return ", ".join(f"{each['name']} {each['outcome']} ({each['tried']})" if each["tried"] else f"{each['name']}: {each['outcome']}" for each in checks)


SQL = "SELECT count(DISTINCT pnr12) || ' persons bought ' || count(*) || ' packs of diabetes medicine' FROM lmdb.lmdb"


def session(*command):
    return " ".join(fvm("session", PROJECT, "--", *command, user="anna").stdout.split())


def closed():
    """The sandbox has no way out: each of these must fail inside."""
    probe = "import socket; socket.create_connection(('127.0.0.1', 8080), 2)"
    done = subprocess.run([str(BIN / "fvm"), "--instance", str(INSTANCE), "--as", "anna", "session", PROJECT, "--", "python3", "-c", probe],
                          capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode == 0:
        raise Failed("the sandbox reached the network")
    return "no network inside"


def send(name, expect):
    done = subprocess.run([str(BIN / "fvm"), "--instance", str(INSTANCE), "--json", "--as", "anna", "release", "send", PROJECT, name, "--to",
                           "anna@demo-kommune.example", "--purpose", "Demo", "--declare"], capture_output=True, text=True)
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise Failed(f"release send {name}: {done.stdout}{done.stderr}") from None
    if answer.get("state") != expect:
        raise Failed(f"release send {name}: state {answer.get('state')}, expected {expect}: {done.stdout}")
    rules = [finding["rule"] for file in answer["files"] for finding in file["findings"]]
    findings = ", ".join(f"{rules.count(rule)} × {rule}" for rule in sorted(set(rules))) or "none"
    return answer["release"], f"{answer['release']} {expect}, findings: {findings}"


def approve(number):
    fvm("release", "review", number, "--approve", user="rasmus")
    state = sent(number)
    envelopes = [json.loads(path.read_text()) for path in MAIL.glob("*.json")]
    letters = "over TLS" if all(envelope["encrypted"] for envelope in envelopes) else "in the clear"
    return f"{number} {state}; {len(envelopes)} mails arrived in all, letters of the case too, {letters}"


def ledger():
    fvm("audit", "checkpoint")
    figures = document("audit", "verify")
    return f"{figures['records']} records, {figures['checkpoints']} checkpoints, verified"


def release_steps(step):
    numbers = []

    def tried(name, expect):
        number, figures = send(name, expect)
        numbers.append(number)
        return figures
    step("A safe table, made and sent home in one step", safe_table)
    step("Send home a table with cells under 5: stopped", tried, "small.csv", "blocked")
    step("Send home a table of counts: waits for a reviewer", tried, "table.csv", "in_review")
    step("A reviewer approves; the courier mails it", lambda: approve(numbers[-1]))


def main():
    parser = argparse.ArgumentParser(prog="./run demo")
    parser.add_argument("--headless", action="store_true", help="end when the job is done; do not leave the site open")
    parser.add_argument("--persons", type=int, default=50_000)
    parser.add_argument("--port", type=int, default=8080)
    options = parser.parse_args()
    step, mail, mitid = Steps(), None, None
    try:
        step("New instance: keys, stores, configuration", fresh)
        mail, port = mail_server()
        settings(port)
        mitid = broker(options.port)
        step("Start keeper, launcher, courier, steward, portal, desk", lambda: fvm("up", "--detach", "--port", options.port) and None)
        step("Catalogue of the registers", lambda: f"{document('catalogue', 'import', ROOT / 'share/catalogue/denmark.toml')['tables']} tables")
        step(f"Made-up Denmark, {options.persons:,} persons", synth, options.persons)
        step("Deliveries: checked, pseudonymised, into the mirror", deliver)
        step("Institutions and accounts", accounts)
        step("First login: MitID Erhverv, one-time code, password", first_login, options.port, mitid)
        step("An authority applies", apply)
        step("Assessed and granted; the agreements are written", decide)
        step("Accepted by signatory and user: the project comes into being", accept)
        step("Sandbox", closed)
        step("SQL in the closed environment", session, "psql", "-At", "-c", SQL)
        step("Python: a table for the outbox", session, "python3", "-c", (ROOT / "share/demo/analysis.py").read_text())
        step("R on the same session", session, "Rscript", "-e", (ROOT / "share/demo/analysis.R").read_text())
        step("A desktop in the browser", desktop, options.port, mitid)
        release_steps(step)
        step("The service attacks itself", self_test)
        step("Ledger", ledger)
        print("demo: ok", flush=True)
        if not options.headless:
            stay_open(options.port)
    except Failed as failure:
        print(f"\ndemo: FAILED\n{failure}", file=sys.stderr)
        sys.exit(1)
    finally:
        if INSTANCE.exists():
            subprocess.run([str(BIN / "fvm"), "--instance", str(INSTANCE), "down"], capture_output=True)
        if mail:
            mail.terminate()
        if mitid:
            mitid.stop()


def stay_open(port):
    print(f"""
The site is open: http://127.0.0.1:{port}/   (Ctrl-C ends it)
Work as the analyst:   build/bin/fvm --instance var/demo/instance --as anna session {PROJECT} -- psql
Look at the releases:  build/bin/fvm --instance var/demo/instance release list
Read the ledger:       build/bin/fvm --instance var/demo/instance audit tail
The case:              build/bin/fvm --instance var/demo/instance --as karl application show {PROJECT}
Log in: http://127.0.0.1:{port}/login: choose in the made-up MitID Erhverv who you want to be; then the same user name and the password "{PASSWORD}".
Accounts: anna (applicant and analyst), sofie (signatory), karl (caseworker), dorte (decision-maker), rasmus (reviewer), signe (security officer), otto (operator).
A desktop: as anna, on the page of the project, "Åbn skrivebord" (Open desktop).""", flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        while True:
            time.sleep(3600)
    except (KeyboardInterrupt, SystemExit):
        print()


if __name__ == "__main__":
    main()
