"""Reviewers, security officers and operators in a real browser, in both languages: tests/browser/staff.mjs."""
import json
import os
import pathlib
import shutil
import subprocess
import time

import pytest

from support import browsers, mitid
from support.house import PROJECT, House
from support.instance import ROOT
from support.mitid import Broker, Browser, person

WHY_NOT = mitid.reason_why_not() or browsers.reason_why_not()
pytestmark = pytest.mark.skipif(WHY_NOT is not None, reason=WHY_NOT or "")

PASSWORD = "fire ord uden sammenhaeng"
PEOPLE = {"rita": "10150817", "olga": "10150817", "sofus": "12345674", "saga": "12345674", "dorte": "12345674"}


class Office(House):
    """A house with a login, where the people of the service have activated their accounts."""

    def open(self, folder):
        self.change("INSERT INTO user(name, institution, created) SELECT 'saga', id, 0 FROM institution WHERE cvr = '12345674'")
        self.change("INSERT INTO user_role SELECT id, 'security' FROM user WHERE name = 'saga'")
        broker = Broker(folder / "b", f"http://127.0.0.1:{self.instance.port}", [person(n, cvr) for n, cvr in PEOPLE.items()], tls=False)
        broker.__enter__()
        broker.settings(self.instance)
        self.broker = broker
        self.start("fvm-steward")
        self.portal()
        for name in PEOPLE:
            Browser.first_day(self.instance, broker, name, PASSWORD)

    def __exit__(self, *words):
        self.broker.stop()
        super().__exit__(*words)

    def drawn(self, name):
        """Sent, and drawn by lot for a second look; ruth had voted on it."""
        number = self.sent_for_review(name, "gruppe;antal\nA;130\nB;65\n")
        self.approve(number, user="ruth")
        self.wait_for_state(number, "sent")
        self.change("UPDATE release_request SET state = 'sampled' WHERE id = ?", int(number[2:]))
        return number

    def tell(self, folder, story, language, user, **more):
        shown = pathlib.Path(os.environ.get("FVM_SCREENSHOTS", folder))
        options = {"base": f"http://127.0.0.1:{self.instance.port}", "story": story, "language": language, "user": user, "password": PASSWORD,
                   "project": PROJECT, "folder": str(shown), "keyboard": language == "en", **more}  # in English without a mouse
        (folder / "options.json").write_text(json.dumps(options))
        return subprocess.Popen([shutil.which("node"), "staff.mjs", str(folder / "options.json")], cwd=ROOT / "tests" / "browser", text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE), shown


def ended(process):
    out, error = process.communicate(timeout=240)
    assert process.returncode == 0, error + out
    assert json.loads(out.splitlines()[-1])["done"]


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    folder = tmp_path_factory.mktemp("office")
    with Office(folder, tls=False) as it:
        it.open(folder)
        yield it


@pytest.mark.parametrize("language", ["da", "en"])
class TestStaff:
    def test_a_reviewer_from_the_queue_to_an_approval(self, office, tmp_path, language):
        office.put("rev.csv", "gruppe;antal\nA;120\nB;55\n")
        revised = json.loads(office.send("rev.csv", purpose="Tabel til notat om forløb").stdout)["release"]
        office.review(revised, "return", user="ruth", reason="Skriv, hvad B er.")
        office.put("rev.csv", "gruppe;antal;andel\nA;121;68,4 %\nB (øvrige);55;31,6 %\nn=3 i bilag;;\n")
        office.release("resubmit", revised, "rev.csv", "--declare", "--reason", "rettet")
        assert office.state(revised) == "in_review", office.show(revised)
        office.put("et.csv", "gruppe;antal\nA;120\nB;55\n")
        office.put("to.R", "model <- lm(y ~ x, data = d)\nsummary(model)\n")
        release = json.loads(office.send("et.csv", "to.R", purpose="Tabel 1 og programmet bag").stdout)["release"]
        drawn, wrong = office.drawn("stikprøve.csv"), office.drawn("fund.csv")
        story, _ = office.tell(tmp_path, "reviewer", language, "rita", release=release, revised=revised, drawn=drawn, wrong=wrong)
        ended(story)
        assert (office.state(drawn), office.state(wrong)) == ("closed_ok", "finding")
        office.change("DELETE FROM release_step WHERE event = 'find'")  # so that anna is not warned in the other language
        office.change("UPDATE release_request SET state = 'closed_ok' WHERE state = 'finding'")
        office.wait_for_state(release, "sent", "sampled")
        mine = [r for r in office.actions() if r["subject"] == release and r["actor"] == "rita"]
        assert [r["action"] for r in mine if not r["action"].endswith("looked")] == ["release.approve"]
        assert {r["facts"]["file"] for r in mine if r["action"] == "release.looked"} == {"1", "2"}
        office.review(revised, "reject")

    def test_a_security_officer_from_a_report_to_a_closing(self, office, tmp_path, language):
        release = office.drawn("behold.csv")
        story, shown = office.tell(tmp_path, "security", language, "sofus", release=release)
        office.instance.wait_for(lambda: (shown / "case").exists() or story.poll() is not None, seconds=150)
        if story.poll() is None:
            number = (shown / "case").read_text()
            office.sanction("answer", number, "--reason", "Det var en fejl.", user="anna")
            (shown / "answered").touch()
        ended(story)
        case = json.loads(office.sanction("show", number, user="sofus").stdout)
        assert (case["state"], case["reach"], case["days"]) == ("in_force", "project", 180)
        office.sanction("appeal", number, "--reason", "det var ikke mig", user="anna")
        office.sanction("overturn", number, "--reason", "enig", user="dan")  # so that it does not count in the other language
        for name in ("case", "answered"):
            (shown / name).unlink()

    def test_an_operator_creates_an_account_with_a_code(self, office, tmp_path, language):
        office.instance.fvm("selftest", user="olga")
        finding = {"rule": "deliver.odd_few_rows", "file": "", "line": 0, "column": "", "shape": "31200", "advice": "100000"}
        plan = {"rows_read": 31200, "rows_rejected": 0, "unreadable": False, "too_many_bad": False, "set_aside": False, "findings": [finding],
                "findings_more": 0, "dialects": [], "files": [], "replaced": [], "schema": ""}
        office.change("INSERT INTO delivery (full_name, mode, actor, status, started, rows_read, plan) VALUES ('LMDB.lmdb', 'replace', 'otto', 'held', ?, 31200, ?)",
                      int(time.time() * 1e6), json.dumps(plan))
        name = f"nina-{language}"
        institution = {"name": f"Ny Kommune {language}", "cvr": {"da": "31415926", "en": "31415934"}[language]}
        story, _ = office.tell(tmp_path, "operator", language, "olga", account=name, institution=institution)
        ended(story)
        actions = [(r["action"], r["actor"]) for r in office.actions() if name in json.dumps(r)]
        assert ("account.code_issued", "olga") in actions or any(a.startswith("account.") and who == "olga" for a, who in actions), actions
        assert office.instance.json("user", "show", name)["closed"]
        refused = [r for r in office.actions() if r["action"] == "delivery.hold_refused"][-1]
        assert refused["actor"] == "olga" and ("klippet" if language == "da" else "cut off") in refused["facts"]["reason"]
