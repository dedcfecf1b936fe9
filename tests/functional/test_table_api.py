"""The API of safe tables on the portal's Unix socket: made by the steward, the same as `fvm table` and as on record."""
import json

import pytest

from support.cases import ask_socket
from support.instance import Instance
from support.tables import PROJECT, Tables, people

PEOPLE = people(k101_084_K=7, k101_084_M=12, k102_084_K=3, k102_084_M=20, k201_085_K=9, k201_085_M=30)
ASK = {"sql": "SELECT pnr, kommune, koen, beloeb FROM bef.person", "rows": "kommune", "columns": ["koen"], "mean": "beloeb"}


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    with Instance(tmp_path_factory.mktemp("api") / "i") as instance:
        made = Tables(instance, PEOPLE)
        instance.wait_for(lambda: (instance.path / "run" / "casework.sock").exists())
        yield made


def ask(tables, method, below="", body=None, user="anna"):
    status, headers, content = ask_socket(tables.instance, method, f"/api/v1/projects/{PROJECT}/tables{below}", user,
                                          json.dumps(body) if body is not None else None)
    return status, headers, json.loads(content) if "json" in headers["Content-Type"] and "format" not in below else content


def test_a_table_is_asked_for_and_is_on_record(tables):
    status, _, made = ask(tables, "POST", "?language=en", ASK)
    assert status == 201, made
    same = tables.instance.json("ledger", "show", PROJECT, "--table", str(made["table"]))
    assert made == same and made["author"] == "anna"
    assert made["cells"][0] == {"kommune": "Total", "koen": "Total", "status": "open", "persons": 81, "mean of beloeb": 100}
    assert made["why_hidden"].startswith("Hidden: by itself")
    status, _, shown = ask(tables, "GET", f"/{made['table']}?language=en")
    assert (status, shown) == (200, made)
    status, _, listed = ask(tables, "GET")
    assert listed["tables"][-1]["table"] == made["table"] and listed["project"] == PROJECT


def pages(tables, limit):
    """The numbers of each page, one page after the other."""
    found, after = [], ""
    while after is not None:
        status, _, page = ask(tables, "GET", f"?limit={limit}" + (f"&after={after}" if after else ""))
        assert status == 200, page
        found.append([each["table"] for each in page["tables"]])
        after = page["next"]
    return found


def test_pages_of_the_list_are_the_list(tables):
    for _ in range(3):
        ask(tables, "POST", "", ASK)
    whole = [each["table"] for each in ask(tables, "GET")[2]["tables"]]
    assert len(whole) >= 3
    for limit in (1, 2, len(whole), len(whole) + 1):
        found = pages(tables, limit)
        assert [number for page in found for number in page] == whole and {len(page) for page in found[:-1]} <= {limit}
    assert ask(tables, "GET", f"?after={whole[0]}&limit=1")[2]["tables"] == [ask(tables, "GET")[2]["tables"][1]], "an entry is the same on a page"
    assert ask(tables, "GET", "?after=999999")[2]["type"] == "urn:fvm:problem:api.page_gone"


def test_documents_are_those_on_record(tables, tmp_path):
    number = ask(tables, "POST", "?language=en", ASK)[2]["table"]
    types = {"xlsx": "spreadsheetml", "csv": "text/csv", "json": "application/json", "html": "text/html", "svg": "image/svg+xml"}
    for format, kind in types.items():
        status, headers, content = ask(tables, "GET", f"/{number}?format={format}&language=en")
        tables.instance.fvm("ledger", "show", PROJECT, "--table", number, "--out", tmp_path / f"t.{format}")
        assert status == 200 and kind in headers["Content-Type"] and content == (tmp_path / f"t.{format}").read_bytes()
        assert headers["Content-Disposition"] == f'attachment; filename="table-{number}.{format}"'
    assert "I alt" in ask(tables, "GET", f"/{number}?format=csv")[2].decode(), "Danish unless it is said"


def test_a_hidden_cell_is_explained(tables):
    number = ask(tables, "POST", "", ASK)[2]["table"]
    status, _, told = ask(tables, "GET", f"/{number}/explain?cell=kommune%3D102,koen%3DK&language=en")
    assert status == 200 and told["status"] == "hidden" and told["published"]
    assert ask(tables, "GET", f"/{number}/explain?cell=kommune%3D999&language=en")[0] == 422
    assert ask(tables, "GET", f"/{number}/explain?cell=x")[0] == 422


def test_what_is_wrong_is_said_in_both_languages(tables):
    before = len(ask(tables, "GET")[2]["tables"])
    for change, code in [({"rows": [], "columns": ""}, "table.no_dimension"), ({"rows": "alder"}, "table.column_missing"), ({"sql": "x"}, "table.sql_not_told"),
                         ({"sum": 1}, "table.member_wrong"), ({"wish": 1}, "table.member_unknown"), ({"formats": ["exe"]}, "table.unknown_format"),
                         ({"count": "koen"}, "table.heading_twice"), ({"mean": ["beloeb", "beloeb"]}, "table.heading_twice")]:
        status, headers, problem = ask(tables, "POST", "", {**ASK, **change})
        assert (status, problem["type"]) == (422, f"urn:fvm:problem:{code}")
        assert problem["title"] != problem["title_da"] and headers["Content-Type"] == "application/problem+json"
    assert len(ask(tables, "GET")[2]["tables"]) == before
    assert ask(tables, "GET", "?language=de")[0] == 422
    assert ask(tables, "GET", "/1?format=exe")[0] == 422


def test_a_coarser_one(tables):
    status, _, made = ask(tables, "POST", "?language=en", {**ASK, "mean": "", "coarsen": True})
    assert status == 201 and made["coarser_than"] == made["table"] - 1, made
    assert ask(tables, "POST", "", {**ASK, "coarsen": 7})[2]["type"] == "urn:fvm:problem:table.member_wrong"


def test_a_model(tables):
    model = {"sql": "SELECT pnr, koen, pnr % 50 + 20 AS y, pnr % 13 AS x, beloeb FROM bef.person", "outcome": "y", "terms": "x, koen"}
    status, _, made = ask(tables, "POST", "?language=en", model)
    assert status == 201 and made["model"]["persons"] == 81, made
    status, _, shown = ask(tables, "GET", f"/{made['table']}?language=en")
    assert (status, shown) == (200, made)
    status, _, problem = ask(tables, "POST", "", {**model, "outcome": "beloeb"})
    assert (status, problem["type"]) == (422, "urn:fvm:problem:model.perfect"), "everybody has the same"


def test_without_the_steward_nothing_and_with_it_again(tables):
    import os
    import signal
    pids = tables.instance.kill("fvm-steward")
    assert pids
    for pid in pids:  # the supervisor starts it again by itself: either answer is right, a half one is not
        status, _, answer = ask(tables, "POST", "", ASK)
        assert status in (201, 503), answer
    tables.instance.wait_for(lambda: ask(tables, "GET")[0] == 200)
    assert ask(tables, "POST", "", ASK)[0] == 201
