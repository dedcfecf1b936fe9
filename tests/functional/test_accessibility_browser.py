"""The accessibility gate over the public pages, both languages, in a real browser: tests/browser/accessibility.mjs and public.mjs."""

import pytest

from support import browsers, page_routes, projects

pytestmark = pytest.mark.skipif(browsers.reason_why_not() is not None, reason=browsers.reason_why_not() or "")

PATHS = ["/", "/registre", "/registre/TST", "/registre/TST/visit", "/registre?q=diagnosis", "/projekter", "/projekter/TST-2026-7777", "/aabenhed", "/tilgaengelighed", "/findes-ikke", "/login",
         "/en", "/en/registers", "/en/registers/TST", "/en/registers/TST/visit", "/en/registers?q=diagnosis", "/en/projects?sort=-authority", "/en/projects/TST-2026-7777",
         "/en/openness", "/en/accessibility", "/en/no-such-page", "/en/login"]


def test_no_page_is_left_out():
    """Of every page that the code has, some story says that it takes it through the gate; browsers.run holds the story to it."""
    assert page_routes.pages() == page_routes.examined_by_stories()
    read = lambda name: (page_routes.ROOT / "src" / "api" / name).read_text()
    more = lambda name: read(name).replace('    {"operations",', '    {"new", "/ny", "/en/new", "web.new_title", "web.new_lead"},\n    {"operations",')
    assert page_routes.pages(more) - page_routes.examined_by_stories() == {("/ny", "/en/new")}, "the control"
    assert page_routes.left_out("caseworker.mjs", {"language": "da"}, ["/sager/FVM-2026-0001", "/en/cases"]) == ["/sager"], "the control"


def test_public_pages(tmp_path):
    with projects.filled(tmp_path / "i") as instance:
        number = "TST-2026-7777"
        file = instance.path / "inbox" / "public.toml"
        file.write_text(projects.specification(number, projects.EVERYBODY).replace("[project]", '[project]\npurpose = "Statistik over forekomst, behandling og følgesygdomme efter alder, køn og år."'))
        instance.fvm("project", "create", file)
        projects.build(instance, number)
        instance.wait_for(lambda: browsers.reachable(instance.port))
        seen = browsers.run("public.mjs", tmp_path, {"base": f"http://127.0.0.1:{instance.port}", "paths": PATHS})
    assert seen["seen"] == PATHS
    assert {"image-alt", "color-contrast"} <= set(seen["control"]), "the gate lets everything through"
    assert ".card-row" in seen["unstyled"], "a missing style is not seen"
    assert seen["unreached"] == ["deaf", "dark"], "the keyboard reaches everything"
