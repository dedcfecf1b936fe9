"""login why= samples= median_ms= ratio=

How long the password step takes for each reason why it is refused, on one portal, as whoever asks sees it: from sending the request to the last byte.
The reasons take turns, so what else the machine does falls on all of them alike. `ratio` is the median to that of the wrong password: about 1
where nothing can be told. The control is a refusal before any password is looked at (another page's token): its ratio shows what a leak looks like.
`right` is a password that fits, for comparison. That the same work is done, whatever the clock says, is tested in src/account/work_test.cpp.
"""
import argparse
import pathlib
import sqlite3
import statistics
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests"))
from support import mitid  # noqa: E402
from support.instance import Instance  # noqa: E402
from support.mitid import Broker, Site, person  # noqa: E402

PASSWORD, WRONG = "fire ord uden sammenhaeng", "en helt forkert adgangskode"
CVR = "29189846"
ACTIVE = ("anna", "bo", "laast", "lukket")
# why -> (whose MitID, user name, password)
REASONS = {"wrong_password": ("anna", "anna", WRONG), "no_such_user": ("anna", "ingen", PASSWORD), "anothers_name": ("anna", "bo", PASSWORD),
           "no_account": ("fremmed", "anna", PASSWORD), "locked_out": ("laast", "laast", PASSWORD), "closed": ("lukket", "lukket", PASSWORD),
           "not_activated": ("ny", "ny", PASSWORD), "control_no_work": ("anna", "anna", WRONG), "right": ("bo", "bo", PASSWORD)}


class Bench:
    def __init__(self, instance, broker):
        self.instance, self.site = instance, Site(instance, broker)

    def people(self):
        self.instance.fvm("institution", "add", "Demo Kommune", "--cvr", CVR)
        for name in (*ACTIVE, "ny"):
            self.instance.fvm("user", "add", name, "--institution", CVR, "--role", "applicant")

    def activate(self, broker):
        for name in ACTIVE:
            mitid.Browser.first_day(self.instance, broker, name, PASSWORD)
        self.instance.json("user", "code", "ny")
        self.instance.fvm("user", "close", "lukket", "--reason", "bench")
        locked = self.site.browser()
        locked.mitid("laast")
        for _ in range(5):
            locked.password("laast", WRONG)
        self.change("UPDATE login_failure SET until = until + 86400000000")

    def change(self, sql):
        with sqlite3.connect(self.instance.path / "store" / "fvm.sqlite", timeout=60) as store:
            store.execute(sql)
        store.close()

    def forgive(self):
        """So that no reason turns into another; the one that is locked out stays so."""
        self.change("DELETE FROM login_failure WHERE failures < 5")

    def browsers(self):
        made = {}
        for why, (who, _, _) in REASONS.items():
            made[why] = self.site.browser()
            made[why].mitid(who)
        return made

    def once(self, why, browser, csrf):
        _, user, password = REASONS[why]
        began = time.perf_counter()
        answer = browser.send("POST", "/api/login/password", {"user": user, "password": password}, csrf="0" * 64 if why == "control_no_work" else csrf)
        took = time.perf_counter() - began
        assert answer.status == (200 if why == "right" else 403), (why, answer.text)
        return took


def measure(bench, samples):
    took = {why: [] for why in REASONS}
    browsers = bench.browsers()
    tokens = {why: browser.way()["csrf"] for why, browser in browsers.items()}
    for _ in range(samples):
        for why, browser in browsers.items():
            kept = dict(browser.cookies["portal"])
            took[why].append(bench.once(why, browser, tokens[why]))
            browser.cookies["portal"] = kept  # the proof of MitID is good for more than one try
        bench.forgive()
    return took


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=30)
    samples = parser.parse_args().samples
    with tempfile.TemporaryDirectory(prefix="fvm-bench-") as folder:
        place = pathlib.Path(folder)
        with Instance(place / "i", up=False) as instance, \
                Broker(place / "b", f"http://127.0.0.1:{instance.port}", [person(name) for name in (*ACTIVE, "ny", "fremmed")]) as broker:
            broker.settings(instance)
            bench = Bench(instance, broker)
            bench.people()
            instance.up()
            instance.wait_for(bench.site.reachable)
            bench.activate(broker)
            took = measure(bench, samples)
    usual = statistics.median(took["wrong_password"])
    for why, times in took.items():
        print(f"login why={why} samples={len(times)} median_ms={statistics.median(times) * 1000:.1f} ratio={statistics.median(times) / usual:.3f}")


main()
