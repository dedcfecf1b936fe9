"""A desktop in a real browser, both languages: tests/browser/desktop.mjs."""
import shutil

import pytest

from support import browsers, mitid
from support.desk import PROJECT
from support.desktops import PASSWORD, House

WHY_NOT = mitid.reason_why_not() or browsers.reason_why_not() or (None if shutil.which("Xvnc") else "Xvnc is missing: ./run setup")
pytestmark = pytest.mark.skipif(WHY_NOT is not None, reason=WHY_NOT or "")


@pytest.mark.parametrize("language", ["da", "en"])
def test_from_the_project_s_page_to_a_typed_command(tmp_path, language):
    with House(tmp_path) as house:
        house.person("anna")
        seen = browsers.run("desktop.mjs", tmp_path, {"base": f"http://127.0.0.1:{house.instance.port}", "desk": house.origin, "user": "anna",
                                                      "password": PASSWORD, "language": language, "project": PROJECT, "work": str(house.root() / "work")})
        assert seen["done"], seen
