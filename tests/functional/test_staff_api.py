"""The API of reviewers, security officers and operators on the portal's Unix socket: what each may see and do, and that nobody else may."""
import base64
import json
import struct
import zlib

import pytest

from support.house import PROJECT, House

# Who may look at what waits for review, and who may not: members, the author, an operator, outsiders, nobody.
REFUSED = {"anna": 403, "bo": 403, "olga": 403, "eve": 404, "sofus": 403, "nobody": 404}  # sofus may retain the copies: he sees that they are there (0038)


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with House(tmp_path_factory.mktemp("staff")) as it:
        it.portal()
        yield it


def code(answer):
    return answer[1].get("type", "").removeprefix("urn:fvm:problem:")


def looked(house):
    return [r for r in house.actions() if r["action"] == "release.looked"]


def png(width, height, extra=b""):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = b"".join(b"\0" + bytes([200, 40, 40] * width) for _ in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) + extra
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


class TestLooking:
    def test_a_table_as_it_is_with_a_record_of_each_look(self, house):
        number = house.sent_for_review("tabel.csv", "gruppe;antal\nA;120\nB;55\n")
        before = len(looked(house))
        status, shown = house.ask("GET", f"releases/{number}/files/1", "rita")
        assert status == 200 and shown["why"] == "" and not shown["cut"], shown
        assert shown["parts"][0]["kind"] == "table" and shown["parts"][0]["rows"] == [["gruppe", "antal"], ["A", "120"], ["B", "55"]]
        records = looked(house)[before:]
        assert [(r["actor"], r["subject"], r["facts"]["file"]) for r in records] == [("rita", number, "1")]
        assert records[0]["facts"]["sha256"] == shown["sha256"]

    def test_who_may_not_gets_nothing_and_leaves_no_look(self, house):
        number = house.sent_for_review("hemmelig.csv", "gruppe;antal\nhemmeligt;120\n")
        before = len(looked(house))
        for user, status in REFUSED.items():
            answer = house.ask("GET", f"releases/{number}/files/1", user)
            unknown = house.ask("GET", "releases/H-999999/files/1", user)
            assert answer[0] == status and "hemmeligt" not in json.dumps(answer), user
            if status == 404:
                assert json.dumps(answer[1]).replace(number, "N") == json.dumps(unknown[1]).replace("H-999999", "N"), user
        assert house.ask("GET", f"releases/{number}/files/1", None)[0] == 401
        assert len(looked(house)) == before
        assert house.ask("GET", f"releases/{number}/files/1", "ruth")[0] == 200, "the control"
        house.review(number, "reject")
        assert code(house.ask("GET", f"releases/{number}/files/1", "ruth")) == "release.no_look", "it is decided"

    def test_a_portal_that_was_taken_over_gets_no_more(self, house):
        """Straight to the courier's socket, as the portal would ask: it checks by itself."""
        number = house.sent_for_review("mere.csv", "gruppe;antal\nA;90\n")
        import support.courier_client as client
        assert client.look(house.instance, number, "eve")[0] == "release.unknown"
        assert client.look(house.instance, number, "anna")[0] == "release.no_look"
        assert client.look(house.instance, number, "rita", position=2)[0] == "release.no_such_position"
        assert client.look(house.instance, number, "rita")[0] == "", "the control"

    def test_programs_pages_pictures_and_workbooks(self, house):
        house.put("graf.png", png(12, 8))
        house.put("side.html", "<p>Antal</p><script>alert(1)</script>\n")
        house.put("kode.R", "x <- 1\nmodel <- lm(y ~ x)\n")
        done = house.send("graf.png", "kode.R")
        number = json.loads(done.stdout)["release"]
        assert house.state(number) == "in_review", house.show(number)
        picture = house.ask("GET", f"releases/{number}/files/1", "rita")[1]["parts"][0]
        drawn = base64.b64decode(picture["png"])
        assert picture["kind"] == "picture" and drawn.startswith(b"\x89PNG") and struct.unpack(">II", drawn[16:24]) == (12, 8)
        lines = house.ask("GET", f"releases/{number}/files/2", "rita")[1]["parts"][0]
        assert lines["kind"] == "text" and lines["rows"][1] == ["model <- lm(y ~ x)"]

    def test_workbooks_and_documents(self, house):
        openpyxl, docx = pytest.importorskip("openpyxl"), pytest.importorskip("docx")
        book = openpyxl.Workbook()
        book.active.title = "Tabel 1"
        for row in (["gruppe", "antal"], ["A", 120], ["B", 55]):
            book.active.append(row)
        book.save(house.outbox() / "bog.xlsx")
        document = docx.Document()
        document.add_paragraph("Antal efter gruppe")
        table = document.add_table(2, 2)
        for cell, text in zip(table._cells, ("gruppe", "antal", "A", "120")):
            cell.text = text
        document.save(house.outbox() / "notat.docx")
        done = house.send("bog.xlsx", "notat.docx")
        number = json.loads(done.stdout)["release"]
        assert house.state(number) == "in_review", house.show(number)
        sheet = house.ask("GET", f"releases/{number}/files/1", "rita")[1]["parts"]
        assert [(p["name"], p["letters"], p["rows"][1]) for p in sheet if p["kind"] == "table"] == [("Tabel 1", True, ["A", "120"])]
        parts = house.ask("GET", f"releases/{number}/files/2", "rita")[1]["parts"]
        assert any(p["kind"] == "text" and ["Antal efter gruppe"] in p["rows"] for p in parts), parts
        assert any(p["kind"] == "table" and [c.strip() for c in p["rows"][1]] == ["A", "120"] for p in parts), parts

    def test_a_large_file_is_cut_and_says_so(self, house):
        number = house.sent_for_review("stor.csv", "gruppe;antal\n" + "".join(f"g{i};{1000 + i}\n" for i in range(6000)))
        shown = house.ask("GET", f"releases/{number}/files/1", "rita")[1]
        assert shown["cut"] and len(shown["parts"][0]["rows"]) == 5000

    def test_the_other_reviewer_sees_nothing_of_a_look(self, house):
        number = house.for_two("to.csv")
        paths = [f"releases/{number}", "releases", "review", f"releases/{number}/review", f"releases/{number}/record"]
        before = {path: house.ask("GET", path, "ruth") for path in paths}
        assert house.ask("GET", f"releases/{number}/files/1", "rita")[0] == 200
        assert {path: house.ask("GET", path, "ruth") for path in paths} == before

    def test_two_revisions(self, house):
        number = house.sent_for_review("rev.csv", "gruppe;antal\nA;120\n")
        house.review(number, "return", reason="flere")
        house.put("rev.csv", "gruppe;antal\nA;130\n")
        house.release("resubmit", number, "rev.csv", "--declare", "--reason", "rettet")
        beside = house.ask("GET", f"releases/{number}/review", "rita")[1]
        assert "approve" in beside["may"] and beside["may_look"] and beside["previous"][0]["name"] == "rev.csv"
        old, new = (house.ask("GET", f"releases/{number}/files/1?revision={r}", "rita")[1]["parts"][0]["rows"][1] for r in (1, 2))
        assert (old, new) == (["A", "120"], ["A", "130"])
        assert house.ask("GET", f"releases/{number}/review", "olga")[1]["may_look"] is False


class TestBreaches:
    def test_from_report_to_closing(self, house):
        status, made = house.ask("POST", "breaches", "rita", {"user": "anna", "project": PROJECT, "words": "tre personer"})
        assert status == 200, made
        number = made["case"]
        seen = house.ask("GET", f"breaches/{number}", "sofus")[1]
        assert set(seen["may"]) == {"assess", "interim", "reopen", "dismiss"} and "rule" not in seen
        assert seen["would_reach"]["project"]["projects"] == [PROJECT] and seen["would_reach"]["project"]["members"] == ["bo"]
        assert seen["would_reach"]["user"]["accounts"] == ["anna"] and seen["would_reach"]["none"]["accounts"] == []
        whole = seen["would_reach"]["institution"]["accounts"]
        assert {"anna", "bo", "eve"} <= set(whole) and "sofus" not in whole
        step = lambda event, user, **body: house.ask("POST", f"breaches/{number}/steps/{event}", user, {"words": "ord", **body})
        assert step("assess", "sofus", severity="terrible")[0] == 400
        assert step("assess", "rita", severity="minor")[0] == 403, "who reported has no say"
        assert step("assess", "sofus", severity="minor")[1]["state"] == "hearing"
        assert step("answer", "anna")[1]["state"] == "heard"
        rule = house.ask("GET", f"breaches/{number}", "dorte")[1]["rule"]
        assert rule == {"reach": "user", "days": 14}
        assert step("decide", "dorte", reach="institution", days=9)[0] == 403, "never harder than the rule"
        decided = step("decide", "dorte")[1]
        assert (decided["state"], decided["reach"], decided["days"]) == ("in_force", "user", 14)
        assert [each["subject"] for each in house.ask("GET", "security", "sofus")[1]["closed"]] == ["anna"]
        assert house.send("tabel.csv").returncode == 1, "what the closing took"
        assert step("lift", "dan")[1]["state"] == "lifted"
        assert house.ask("GET", "security", "sofus")[1]["closed"] == []

    def test_strangers_get_what_unknown_numbers_get(self, house):
        number = house.ask("POST", "breaches", "rita", {"user": "anna", "project": PROJECT, "words": "hemmelige ord"})[1]["case"]
        for user in ("eve", "olga", "nobody"):
            for method, path, body in (("GET", "breaches/{}", None), ("POST", "breaches/{}/steps/dismiss", {"words": "x"}),
                                       ("POST", "breaches/{}/steps/nonsense", {"words": "x"})):
                theirs, unknown = (house.ask(method, path.format(each), user, body) for each in (number, "B-999999"))
                assert theirs[0] == unknown[0] == 404, (user, path)
                assert json.dumps(theirs[1]).replace(number, "N") == json.dumps(unknown[1]).replace("B-999999", "N")
            assert number not in json.dumps(house.ask("GET", "breaches", user)[1])
        assert "hemmelige ord" in json.dumps(house.ask("GET", f"breaches/{number}", "sofus")[1]), "the control"
        assert house.ask("POST", f"breaches/{number}/steps/dismiss", "sofus", {"words": "x"})[1]["state"] == "dismissed"

    def test_words_are_for_those_who_handle_it(self, house):
        number = house.ask("POST", "breaches", "rita", {"user": "anna", "project": PROJECT, "words": "hemmelige ord"})[1]["case"]
        closed = house.ask("POST", f"breaches/{number}/steps/interim", "sofus", {"words": "andre ord", "reach": "project"})
        assert closed[1]["interim"], closed
        colleague = house.ask("GET", f"breaches/{number}", "bo")
        assert colleague[0] == 200 and "ord" not in [s["words"] for s in colleague[1]["history"]] and "would_reach" not in colleague[1]
        assert "hemmelige ord" not in json.dumps(colleague[1])
        house.ask("POST", f"breaches/{number}/steps/dismiss", "sofus", {"words": "x"})

    def test_only_security_sees_the_rest(self, house):
        for user in ("rita", "olga", "dorte", "anna"):
            assert code(house.ask("GET", "security", user)) == "identity.role_missing", user
        assert house.ask("GET", "security", "sofus")[0] == 200


class TestOperations:
    def test_what_an_operator_sees(self, house):
        status, view = house.ask("GET", "operations", "olga")
        assert status == 200, view
        assert {p["name"] for p in view["programs"]} >= {"fvm-courier", "fvm-steward"}
        assert [p["running"] for p in view["programs"] if p["name"] == "fvm-courier"] == [True]
        assert [p["running"] for p in view["programs"] if p["name"] == "fvm-steward"] == [False], "nobody started it here"
        assert view["ledger"]["records"] > 10 and view["ledger"]["bytes"] > 1000 and view["deliveries"] == []
        assert any(0 < disk["free_bytes"] <= disk["bytes"] for disk in view["disks"])

    def test_an_account_with_a_code(self, house):
        assert house.ask("POST", "accounts", "olga", {"user": "nina", "institution": "10150817", "roles": ["analyst", "boss"]})[0] == 400
        assert house.ask("POST", "accounts", "olga", {"user": "Nina N", "institution": "10150817", "roles": ["analyst"]})[0] == 400
        status, made = house.ask("POST", "accounts", "olga", {"user": "nina", "institution": "10150817", "roles": ["analyst"]})
        assert status == 201 and made["roles"] == ["analyst"]
        status, issued = house.ask("POST", "accounts/nina/code", "olga", {})
        assert status == 201 and len(issued["code"].replace("-", "")) == 20
        records = "".join(json.dumps(r) for r in house.actions())
        assert issued["code"] not in records and issued["code"].replace("-", "") not in records
        people = house.ask("GET", "accounts", "olga")[1]
        assert [p["code_expires"] is not None for p in people["accounts"] if p["user"] == "nina"] == [True]
        assert issued["code"] not in json.dumps(people)
        assert house.ask("POST", "accounts/nina/close", "olga", {"reason": "rejst"})[1]["closed"] is True
        assert code(house.ask("POST", "accounts/olga/close", "olga", {"reason": "x"})) == "oversight.own_account"

    def test_pages_of_accounts_are_the_list(self, house):
        whole = house.ask("GET", "accounts", "olga")[1]
        names = [each["user"] for each in whole["accounts"]]
        assert len(names) > 4 and names == sorted(names)
        for limit in (1, 3, len(names), len(names) + 1):
            found, after = [], ""
            while after is not None:
                status, page = house.ask("GET", f"accounts?limit={limit}" + (f"&after={after}" if after else ""), "olga")
                assert status == 200 and len(page["accounts"]) <= limit and page["institutions"] == whole["institutions"]
                found, after = found + page["accounts"], page["next"]
            assert found == whole["accounts"]
        assert code(house.ask("GET", "accounts?after=nobody", "olga")) == "api.page_gone"
        assert house.ask("GET", "accounts?limit=0", "olga")[0] == 400
        assert house.ask("GET", "accounts?after=olga", "rita")[0] == 403

    def test_nobody_else(self, house):
        calls = [("GET", "operations", None), ("GET", "accounts", None), ("GET", "ledger", None),
                 ("POST", "accounts", {"user": "evil", "institution": "10150817", "roles": ["operator"]}),
                 ("POST", "accounts/rita/code", {}), ("POST", "accounts/rita/close", {"reason": "x"}),
                 ("POST", "institutions", {"name": "Evil", "cvr": "87654321", "recipients": []})]
        for user in ("anna", "rita", "dorte", "eve"):
            for method, path, body in calls:
                assert code(house.ask(method, path, user, body)) == "identity.role_missing", (user, path)
        for method, path, body in calls:
            assert house.ask(method, path, None, body)[0] == 401
            if path != "ledger":
                assert code(house.ask(method, path, "sofus", body)) == "identity.role_missing", path
        people = json.dumps(house.ask("GET", "accounts", "olga")[1])
        assert "evil" not in people and "Evil" not in people
        refused = [r for r in house.actions() if r["action"] == "oversight.refused"]
        assert {r["facts"]["wanted"] for r in refused} == {"user.add", "user.code", "user.close", "institution.add"}
        assert house.ask("POST", "institutions", "olga", {"name": "Ny By", "cvr": "10101010", "recipients": ["@ny.dk"]})[0] == 201, "the control"

    def test_the_ledger_by_project_user_and_action_page_by_page(self, house):
        number = house.sent_for_review("spor.csv")
        found = house.ask("GET", f"ledger?about={number}", "olga")[1]["records"]
        assert [r["action"] for r in found][-1] == "release.begun" and all(r["subject"] == number for r in found if r["action"] != "oversight.searched")
        mine = house.ask("GET", "ledger?actor=anna&action=release.", "sofus")[1]["records"]
        assert mine and all(r["actor"] == "anna" and r["action"].startswith("release.") for r in mine)
        everything, before = [], ""
        while before is not None:
            page = house.ask("GET", "ledger?action=release.begun" + (f"&before={before}" if before else ""), "olga")[1]
            everything += page["records"]
            before = page["next"]
        wanted = [r["time"] for r in house.actions() if r["action"] == "release.begun"]
        assert [r["time"] for r in everything] == wanted[::-1]
        assert house.actions()[-1]["action"] == "oversight.searched"
        assert house.ask("GET", "ledger?before=x", "olga")[0] == 400

    def test_the_ledger_does_not_tell_of_votes_while_two_look_each_alone(self, house):
        number = house.sent_for_review("stemmer.csv")  # by somebody who was closed a moment ago: two look at what she sends
        assert house.state(number) == "independent"
        house.ask("GET", f"releases/{number}/files/1", "rita")
        house.review(number, "approve")
        told = lambda user: [r["action"] for r in house.ask("GET", f"ledger?about={number}", user)[1]["records"]]
        for user in ("olga", "sofus"):
            assert not {"release.vote", "release.looked"} & set(told(user)), user
            assert "release.vote" not in [r["action"] for r in house.ask("GET", "ledger?actor=rita&action=release.vote", user)[1]["records"] if r["subject"] == number]
        # What a reviewer is refused tells too that she is one of the two: whatever the number is typed as.
        typed = number.replace("H-", "h-")
        assert house.ask("POST", f"releases/{typed}/withdraw", "rita", {"reason": "nej"})[0] == 403
        mine = [r for r in house.ask("GET", "ledger?actor=rita&action=release.refused", "olga")[1]["records"]]
        assert not [r for r in mine if r["subject"] in (number, typed)], mine
        house.review(number, "approve", user="ruth")
        house.wait_for_state(number, "sent")
        shown = [r["subject"] for r in house.ask("GET", "ledger?actor=rita&action=release.refused", "olga")[1]["records"]]
        assert number in shown, "the control: afterwards it is told, by its number"
        assert {"release.vote", "release.looked"} <= set(told("olga")), "the control: when both are in"
