"""An analyst's day in a real browser, both languages: tests/browser/analyst.mjs."""
import json
import sys
import types

import pytest

from support import browsers, mitid
from support.house import House
from support.instance import ROOT, Instance
from support.mail import MailServer
from support.mitid import Broker, person
from support.tables import PROJECT, Tables, people

WHY_NOT = mitid.reason_why_not() or browsers.reason_why_not()
pytestmark = pytest.mark.skipif(WHY_NOT is not None, reason=WHY_NOT or "")

sys.path.insert(0, str(ROOT / "tools"))
import api_shapes  # noqa: E402

# Whether this API can send what lies in an outbox; else the story ends before that.
SENDS = "POST /api/v1/projects/{project}/releases" in api_shapes.shapes(ROOT)["routes"]
PASSWORD = "fire ord uden sammenhaeng"
PEOPLE = people(k101_084_K=7, k101_084_M=12, k102_084_K=3, k102_084_M=20, k201_085_K=9, k201_085_M=30)


@pytest.mark.parametrize("language", ["da", "en"])
def test_from_login_to_a_table_sent_home(tmp_path, language):
    with Instance(tmp_path / "i", up=False) as instance, MailServer(tmp_path / "mail") as mail, \
            Broker(tmp_path / "b", f"http://127.0.0.1:{instance.port}", [person("anna")], tls=False) as broker:
        broker.settings(instance)
        instance.setting("step_up_seconds = 600", "step_up_seconds = 15")
        House.configure(types.SimpleNamespace(instance=instance, mail=mail, tls=True))
        instance.up()
        Tables(instance, PEOPLE)
        outbox = instance.path / "projects" / PROJECT / "outbox" / "anna"
        outbox.mkdir(parents=True)
        (outbox / "lille.csv").write_text("gruppe;antal\nA;3\nB;55\n")
        (outbox / "stor.csv").write_text("gruppe;antal\nA;120\nB;55\n")
        instance.wait_for(lambda: browsers.reachable(instance.port))
        mitid.Browser.first_day(instance, broker, "anna", PASSWORD)
        seen = browsers.run("analyst.mjs", tmp_path, {"base": f"http://127.0.0.1:{instance.port}", "user": "anna", "password": PASSWORD,
                                                      "language": language, "project": PROJECT, "recipient": "mia@example.dk", "sends": SENDS,
                                                      "keyboard": language == "en"})  # in English without a mouse
        assert set(seen["origins"]) == {f"http://127.0.0.1:{instance.port}", broker.issuer}, seen  # nothing is fetched from elsewhere
        if not SENDS:
            return
        (letter,) = [each for each in mail.mails() if each["To"] == "mia@example.dk"]
        assert [part.get_filename() for part in letter.iter_attachments()][0].endswith(".xlsx")
        actions = [json.loads(line)["action"] for line in instance.fvm("audit", "export").stdout.splitlines()]
        assert "login.stepped_up" in actions
