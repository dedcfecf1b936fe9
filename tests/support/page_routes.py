"""Which story takes which page through the accessibility gate, in Danish and English: a page that no story takes fails a test, and a story that leaves out one of its own fails."""
import re

from support.instance import ROOT

# The story, with its part where it has several -> pages (Danish, English).
EXAMINED = {
    "public.mjs": [("/", "/en"), ("/registre", "/en/registers"), ("/registre/{register}", "/en/registers/{register}"), ("/registre/{register}/{table}", "/en/registers/{register}/{table}"),
                   ("/projekter", "/en/projects"), ("/projekter/{number}", "/en/projects/{number}"), ("/aabenhed", "/en/openness"), ("/tilgaengelighed", "/en/accessibility")],
    "login.mjs": [("/login", "/en/login"), ("/login/password", "/en/login/password"), ("/login/activate", "/en/login/activate"), ("/me", "/en/me")],
    "applicant.mjs apply": [("/ansoegninger", "/en/applications"), ("/ansoegning/{number}", "/en/application/{number}"), ("/sag/{number}", "/en/case/{number}")],
    "caseworker.mjs": [("/sager", "/en/cases"), ("/sager/{number}", "/en/cases/{number}")],
    "analyst.mjs": [("/projekt", "/en/project"), ("/projekt/{number}", "/en/project/{number}"), ("/projekt/{number}/tabel", "/en/project/{number}/table"),
                    ("/projekt/{number}/hjemsend", "/en/project/{number}/send")],
    "desktop.mjs": [("/projekt/{number}/skrivebord", "/en/project/{number}/desktop")],
    "links.mjs": [("/hent/{number}", "/en/fetch/{number}")],
    "staff.mjs reviewer": [("/kontrol", "/en/review"), ("/kontrol/{number}", "/en/review/{number}")],
    "staff.mjs security": [("/sikkerhed", "/en/security"), ("/sikkerhed/{number}", "/en/security/{number}")],
    "staff.mjs operator": [("/drift", "/en/operations")],
}
FILES = {"app_pages.cpp": r'^ *\{"\w+", *"(/[^"]*)", *"(/[^"]*)"', "page.cpp": r'\{Place::\w+, "(/[^"]*)", "(/[^"]*)"', "openness_page.cpp": r'\{"(/[^"]*)", "(/[^"]*)", "',
         "login_routes.cpp": r'\{"web\.\w+_title", *"web\.\w+_lead", *"(/[^"]*)"'}
# Below a page of the menu, put together where they are added.
BELOW = {"catalogue_pages.cpp": ('"/{register}/{table}"', [("/registre/{register}", "/en/registers/{register}"), ("/registre/{register}/{table}", "/en/registers/{register}/{table}")]),
         "project_pages.cpp": ('"/{number}"', [("/projekter/{number}", "/en/projects/{number}")])}


def pages(read=lambda name: (ROOT / "src" / "api" / name).read_text(encoding="utf-8")):
    """Every page that the code has, as (Danish, English)."""
    found = set()
    for name, pattern in FILES.items():
        matches = re.findall(pattern, read(name), re.M)
        assert matches, f"src/api/{name}: written in another way than this test reads"
        found |= {each if isinstance(each, tuple) else (each, f"/en{each}") for each in matches}
    for name, (mark, below) in BELOW.items():
        assert mark in read(name), f"src/api/{name}: written in another way than this test reads"
        found |= set(below)
    return found


def examined_by_stories():
    return {page for each in EXAMINED.values() for page in each}


def left_out(story, options, paths):
    """Pages that the story owes and that did not go through the gate. Without a language: the Danish ones, and the English where they were visited."""
    part = options.get("part") or options.get("story")
    owed = EXAMINED.get(f"{story} {part}" if part else story, [])
    wanted = [english if options.get("language") == "en" else danish for danish, english in owed]
    if story == "public.mjs":
        wanted += [english for _, english in owed]
    matches = lambda pattern: re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(pattern)))
    return [each for each in wanted if not any(matches(each).fullmatch(path) for path in paths)]
