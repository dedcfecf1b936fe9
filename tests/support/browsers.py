"""Stories in a real browser (tests/browser/*.mjs): Debian's Chromium, driven by npm playwright-core.

    seen = browsers.run("public.mjs", tmp_path, {"base": ..., ...})   # raises with what the story said when it ended badly

With FVM_SCREENSHOTS=FOLDER the screenshots are kept there; otherwise they go with tmp_path.
"""
import http.client
import json
import os
import pathlib
import shutil
import subprocess

from support.instance import ROOT
from support.page_routes import left_out

NEEDED = ("playwright-core", "axe-core")


def reason_why_not():
    """Why no browser can be driven here; None when one can."""
    if shutil.which("node") is None:
        return "node is missing: ./run setup"
    if not os.path.exists("/usr/bin/chromium"):
        return "Debian's chromium is missing: ./run setup"
    missing = [name for name in NEEDED if not (ROOT / "tests" / "node_modules" / name).exists()]
    return f"npm {missing[0]} is missing: ./run setup" if missing else None


def reachable(port):
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", "/health")
        return connection.getresponse().status in (200, 503)
    except OSError:
        return False


def run(story, folder, options, seconds=480):
    """What the story saw."""
    folder = pathlib.Path(folder)
    shots = pathlib.Path(os.environ.get("FVM_SCREENSHOTS", folder))
    shots.mkdir(parents=True, exist_ok=True)
    file = folder / f"{pathlib.Path(story).stem}-options.json"
    file.write_text(json.dumps({"folder": str(shots), **options}))
    done = subprocess.run([shutil.which("node"), story, str(file)], cwd=ROOT / "tests" / "browser", capture_output=True, text=True, timeout=seconds)
    assert done.returncode == 0, done.stderr + done.stdout
    seen = json.loads(done.stdout.splitlines()[-1])
    missing = left_out(story, options, seen["examined"])
    assert missing == [], f"not through the accessibility gate: {missing}"
    return seen
