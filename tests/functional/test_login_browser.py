"""The login in a real browser, in both languages: tests/browser/login.mjs."""
import json
import os
import pathlib
import shutil
import subprocess

import pytest

from support import mitid
from support.instance import ROOT, Instance
from support.mitid import Broker, person


def reason_why_not():
    if mitid.reason_why_not():
        return mitid.reason_why_not()
    if not os.path.exists("/usr/bin/chromium"):
        return "Debian's chromium is missing: ./run setup"
    return None if (ROOT / "tests" / "node_modules" / "playwright-core").exists() else "npm playwright-core is missing: ./run setup"


pytestmark = pytest.mark.skipif(reason_why_not() is not None, reason=reason_why_not() or "")


@pytest.mark.parametrize("language", ["da", "en"])
def test_first_day_next_day_and_out(tmp_path, language):
    with Instance(tmp_path / "i", up=False) as instance, Broker(tmp_path / "b", f"http://127.0.0.1:{instance.port}", [person("anna")], tls=False) as broker:
        broker.settings(instance)
        instance.fvm("institution", "add", "Demo Kommune", "--cvr", "29189846")
        instance.fvm("user", "add", "anna", "--institution", "29189846", "--role", "applicant", "--role", "analyst")
        instance.up()
        instance.wait_for(lambda: "portal.ready" in (instance.path / "log" / "fvm-portal.log").read_text())
        folder = pathlib.Path(os.environ.get("FVM_SCREENSHOTS", tmp_path))
        options = {"base": f"http://127.0.0.1:{instance.port}", "user": "anna", "code": instance.json("user", "code", "anna")["code"],
                   "password": "fire ord uden sammenhaeng", "language": language, "folder": str(folder)}
        (tmp_path / "options.json").write_text(json.dumps(options))
        done = subprocess.run([shutil.which("node"), "login.mjs", str(tmp_path / "options.json")], cwd=ROOT / "tests" / "browser", capture_output=True,
                              text=True, timeout=240)
        assert done.returncode == 0, done.stderr + done.stdout
        seen = json.loads(done.stdout.splitlines()[-1])
        assert seen["done"] and set(seen["origins"]) == {options["base"], broker.issuer}, seen  # nothing is fetched from elsewhere
        actions = [json.loads(line)["action"] for line in instance.fvm("audit", "export").stdout.splitlines()]
        assert actions.count("login.opened") == 2 and actions.count("login.failed") == 1 and "account.activated" in actions
