"""An analyst's day in a real browser, both languages: tests/browser/analyst.mjs."""
import types

import pytest

from support import browsers, mitid
from support.house import House
from support.instance import Instance
from support.mail import MailServer
from support.mitid import Broker, person
from support.tables import PROJECT, Tables, people

WHY_NOT = mitid.reason_why_not() or browsers.reason_why_not()
pytestmark = pytest.mark.skipif(WHY_NOT is not None, reason=WHY_NOT or "")

PASSWORD = "fire ord uden sammenhaeng"
PEOPLE = people(k101_084_K=7, k101_084_M=12, k102_084_K=3, k102_084_M=20, k201_085_K=9, k201_085_M=30)


@pytest.mark.parametrize("language", ["da", "en"])
def test_from_login_to_a_table(tmp_path, language):
    with Instance(tmp_path / "i", up=False) as instance, MailServer(tmp_path / "mail") as mail, \
            Broker(tmp_path / "b", f"http://127.0.0.1:{instance.port}", [person("anna")], tls=False) as broker:
        broker.settings(instance)
        instance.setting("step_up_seconds = 600", "step_up_seconds = 15")
        House.configure(types.SimpleNamespace(instance=instance, mail=mail, tls=True))
        instance.up()
        Tables(instance, PEOPLE)
        instance.wait_for(lambda: browsers.reachable(instance.port))
        browser = mitid.Browser(instance.port, broker)
        browser.mitid("anna", "/login/mitid?then=activate")
        assert browser.activate("anna", instance.json("user", "code", "anna")["code"], PASSWORD).status == 200
        seen = browsers.run("analyst.mjs", tmp_path, {"base": f"http://127.0.0.1:{instance.port}", "user": "anna", "password": PASSWORD,
                                                      "language": language, "project": PROJECT, "recipient": "mia@example.dk"})
        assert set(seen["origins"]) == {f"http://127.0.0.1:{instance.port}", broker.issuer}, seen  # nothing is fetched from elsewhere
