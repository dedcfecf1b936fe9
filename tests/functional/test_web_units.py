"""Parts of the pages that need no page, and the style sheets beside each other: tests/browser/units.mjs."""
import shutil
import subprocess

import pytest

from support.instance import ROOT

WHY_NOT = "node is missing: ./run setup" if shutil.which("node") is None else \
    None if (ROOT / "web" / "node_modules" / "esbuild").exists() else "npm esbuild is missing: tools/web.sh build"


@pytest.mark.skipif(WHY_NOT is not None, reason=WHY_NOT or "")
def test_units():
    done = subprocess.run(["node", "--test", "units.mjs"], cwd=ROOT / "tests" / "browser", capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and "# fail 0" in done.stdout, done.stdout + done.stderr
