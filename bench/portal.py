"""portal users= cases= seconds= requests= per_s= p50_ms= p95_ms= p99_ms= failed= first_page_kb=

`--users` people click for `--seconds` on one portal, each on a connection of his own, with `--think` seconds between clicks on average
(2 to 6 by default). A click is a page and what its script asks the API for, one after the other, as a browser does with a warm cache. Roles are
mixed: half look at their cases and write on them (one click in four saves the draft), a fifth work the queue, where `--cases` are waiting, the
rest read the public pages and search the catalogue. Logged in over MitID Erhverv by
the provider of the tests, with passwords; `--accounts` people, whose browsers share them. The times are of API calls, from sending the request
to the last byte, on this machine, which also runs the 500 clients: they count as load. `first_page_kb` is what a browser fetches for / with an
empty cache, compressed, without fonts. Exit code 1 when a request failed.
"""
import argparse
import asyncio
import gzip
import pathlib
import random
import re
import statistics
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests"))
from support import applications, mitid  # noqa: E402
from support.cases import APPLICATION, ROOT  # noqa: E402
from support.instance import SHARED, Instance  # noqa: E402
from support.mitid import Broker, Site, person  # noqa: E402

PASSWORD = "fire ord uden sammenhaeng"
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CASES = "/api/v1/applications"


def people(accounts):
    """name -> role: half apply, a fifth handle cases, the rest only look."""
    return {f"bruger-{i}": ("applicant", "caseworker", "applicant", "analyst", "applicant")[i % 5] for i in range(accounts)}


def hand_in(instance, count):
    """Cases of somebody who never looks, waiting for the service."""
    instance.fvm("user", "add", "mange", "--institution", applications.CVR, "--role", "applicant")
    instance.fvm("catalogue", "import", ROOT / "share" / "catalogue" / "denmark.toml")
    file = applications.write(instance, APPLICATION)
    for _ in range(count):
        instance.fvm("application", "submit", instance.json("application", "new", file, user="mange")["case"], user="mange")


def settle(instance, known):
    """Institution, accounts with codes, a case for each applicant, the public list as catalogue where it is at hand."""
    instance.fvm("institution", "add", "Demo Kommune", "--cvr", applications.CVR, "--recipient", "@demo.example")
    if (SHARED / "catalogue" / "variables.tsv").exists():
        instance.fvm("catalogue", "import", str(SHARED / "catalogue" / "variables.tsv"))
    cases = {}
    for name, role in known.items():
        instance.fvm("user", "add", name, "--institution", applications.CVR, "--role", role)
        if role == "applicant":
            cases[name] = instance.json("application", "new", applications.write(instance, applications.application()), user=name)["case"]
    return cases


def logged_in(site, instance, name):
    """The cookies of a browser that has just logged in, and its secret for what it writes."""
    browser = site.browser(agent=AGENT)
    browser.to_broker(name, "/login/mitid?then=activate")
    code = instance.json("user", "code", name)["code"]
    assert browser.activate(name, code, PASSWORD).status == 200
    assert browser.password(name, PASSWORD).status == 200
    return "; ".join(f"{k}={v}" for k, v in browser.cookies["portal"].items()), browser.request("/api/me").json["csrf"]


class Person:
    """One browser: a connection that stays open."""

    def __init__(self, port, cookie, csrf, clicks):
        self.port, self.cookie, self.csrf, self.clicks = port, cookie, csrf, clicks
        self.reader = self.writer = None

    async def get(self, path, method="GET", text=""):
        """Status, body and seconds."""
        body = text.encode()
        written = f"Fvm-Csrf: {self.csrf}\r\nOrigin: http://127.0.0.1:{self.port}\r\nContent-Type: application/toml\r\nContent-Length: {len(body)}\r\n" if text else ""
        began = time.perf_counter()
        for attempt in (0, 1):
            try:
                if self.writer is None:
                    self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
                self.writer.write((f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nUser-Agent: {AGENT}\r\nAccept-Encoding: gzip\r\n"
                                   f"Cookie: {self.cookie}\r\n{written}\r\n").encode() + body)
                head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                length = int(re.search(r"content-length: (\d+)", head, re.I)[1])
                body = await self.reader.readexactly(length)
                return int(head.split()[1]), body, time.perf_counter() - began
            except (OSError, asyncio.IncompleteReadError):
                self.writer = None  # the server lets go of idle connections
                if attempt:
                    return 0, b"", time.perf_counter() - began

    async def click(self, until, think, times, failures):
        await asyncio.sleep(random.uniform(0, think[1]))
        while time.monotonic() < until:
            for path in random.choice(self.clicks):
                method, path = path.split() if " " in path else ("GET", path)
                status, _, seconds = await self.get(path, method, applications.application() if method == "PUT" else "")
                if status != 200:
                    failures.append((status, path))
                if path.startswith("/api"):
                    times.append((seconds, method + " " + re.sub(r"FVM-\d+-\d+", "N", path)))
            await asyncio.sleep(random.uniform(*think))


def clicks_of(role, case):
    public = [["/", "/api/v1/status", "/api/v1/freshness"], ["/projekter"], ["/registre"], ["/registre?q=diagnose"]]
    own = [["/me", "/api/me", "/api/me/sessions"]]
    if role == "applicant":
        return [["/ansoegninger", "/api/me", CASES], [f"/ansoegning/{case}", "/api/me", f"{CASES}/{case}", f"{CASES}/{case}/document"],
                [f"/sag/{case}", "/api/me", f"{CASES}/{case}", f"{CASES}/{case}/specification"],
                [f"PUT {CASES}/{case}/document", f"{CASES}/{case}"]] + own
    if role == "caseworker":
        return [["/sager", "/api/me", "/api/v1/queue"], ["/sager", "/api/me", CASES]] + own
    return public + own


async def run(port, known, cases, cookies, arguments):
    names = list(known)
    times, failures = [], []
    until = time.monotonic() + arguments.seconds
    persons = [Person(port, *cookies[name], clicks_of(known[name], cases.get(name))) for name in (names[i % len(names)] for i in range(arguments.users))]
    await asyncio.gather(*(each.click(until, (arguments.think / 2, arguments.think * 1.5), times, failures) for each in persons))
    return times, failures


async def first_page_bytes(port):
    """The page, its style, its script and the parts that the script names at its top; without fonts, which every page shares."""
    browser = Person(port, "", "", [])
    _, page, _ = await browser.get("/")
    total, wanted, seen = len(page), [path.decode() for path in re.findall(rb'(?:href|src)="(/assets/[^"]+)"', page)], set()
    while wanted:
        path = wanted.pop()
        if path in seen:
            continue
        seen.add(path)
        content = (await browser.get(path))[1]
        total += len(content)
        text = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
        if path.split("?")[0].endswith(".js"):
            wanted += ["/assets/" + name.decode() for name in re.findall(rb'(?:from|import)\s*"\./([\w.-]+\.js)"', text)]
    return total


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=500)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--think", type=float, default=4.0)
    parser.add_argument("--accounts", type=int, default=25)
    parser.add_argument("--cases", type=int, default=500)
    arguments = parser.parse_args()
    if mitid.reason_why_not():
        sys.exit(f"bench: {mitid.reason_why_not()}")

    known = people(arguments.accounts)
    with tempfile.TemporaryDirectory(prefix="fvm-bench-") as folder, Instance(pathlib.Path(folder) / "i", up=False) as instance:
        with Broker(pathlib.Path(folder) / "b", f"http://127.0.0.1:{instance.port}", [person(name) for name in known], tls=False) as broker:
            broker.settings(instance)
            cases = settle(instance, known)
            hand_in(instance, arguments.cases)
            instance.up()
            site = Site(instance, broker)
            instance.wait_for(site.reachable)
            cookies = {name: logged_in(site, instance, name) for name in known}
            times, failures = asyncio.run(run(instance.port, known, cases, cookies, arguments))
            first = asyncio.run(first_page_bytes(instance.port))
    times.sort()
    at = lambda share: 1000 * times[min(len(times) - 1, int(share * len(times)))][0]
    for path in sorted({path for _, path in times}):
        print(f"bench: {path}: {1000 * statistics.median(s for s, p in times if p == path):.1f} ms, {sum(p == path for _, p in times)} times", file=sys.stderr)
    if failures:
        print(f"bench: first failures: {failures[:5]}", file=sys.stderr)
    print(f"portal users={arguments.users} cases={arguments.cases} seconds={arguments.seconds} requests={len(times)} per_s={len(times) / arguments.seconds:.0f} "
          f"p50_ms={at(0.5):.1f} p95_ms={at(0.95):.1f} p99_ms={at(0.99):.1f} failed={len(failures)} first_page_kb={first / 1024:.0f}")
    sys.exit(1 if failures else 0)


main()
