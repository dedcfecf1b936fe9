"""The login in a real browser, in both languages: tests/browser/login.mjs."""
import json

import pytest

from support import browsers, mitid
from support.instance import Instance
from support.mitid import Broker, person


WHY_NOT = mitid.reason_why_not() or browsers.reason_why_not()
pytestmark = pytest.mark.skipif(WHY_NOT is not None, reason=WHY_NOT or "")


@pytest.mark.parametrize("language", ["da", "en"])
def test_first_day_next_day_and_out(tmp_path, language):
    with Instance(tmp_path / "i", up=False) as instance, Broker(tmp_path / "b", f"http://127.0.0.1:{instance.port}", [person("anna")], tls=False) as broker:
        broker.settings(instance)
        instance.fvm("institution", "add", "Demo Kommune", "--cvr", "29189846")
        instance.fvm("user", "add", "anna", "--institution", "29189846", "--role", "applicant", "--role", "analyst")
        instance.up()
        instance.wait_for(lambda: "portal.ready" in (instance.path / "log" / "fvm-portal.log").read_text())
        options = {"base": f"http://127.0.0.1:{instance.port}", "user": "anna", "code": instance.json("user", "code", "anna")["code"],
                   "password": "fire ord uden sammenhaeng", "language": language}
        seen = browsers.run("login.mjs", tmp_path, options)
        assert seen["done"] and set(seen["origins"]) == {options["base"], broker.issuer}, seen  # nothing is fetched from elsewhere
        actions = [json.loads(line)["action"] for line in instance.fvm("audit", "export").stdout.splitlines()]
        assert actions.count("login.opened") == 2 and actions.count("login.failed") == 1 and "account.activated" in actions
