"""What helps while an application is written: order sheets there and back, and the machine's look at the text."""
import http.client
import io
import json
import urllib.parse

import openpyxl
import pytest

from support.cases import APPLICATION, Cases, ask_socket

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    with Cases(tmp_path_factory.mktemp("orders")) as it:
        it.instance.up()
        it.instance.wait_for(lambda: (it.instance.path / "run" / "casework.sock").exists())
        yield it


@pytest.fixture(scope="module")
def empty(cases):
    connection = http.client.HTTPConnection("127.0.0.1", cases.instance.port, timeout=20)
    connection.request("GET", "/api/v1/catalogue/order-sheet")
    answer = connection.getresponse()
    assert answer.status == 200 and answer.headers["Content-Type"] == XLSX, answer.headers
    assert "bestillingsark.xlsx" in answer.headers["Content-Disposition"]
    return answer.read()


def upload(cases, name, content, user="anna"):
    status, _, answer = ask_socket(cases.instance, "POST", "/api/v1/order-sheet?" + urllib.parse.urlencode({"name": name}), user, content, content_type=XLSX)
    return status, json.loads(answer)


def crossed(empty, marks):
    """The sheet with `marks` {(sheet, variable): text} in its last column."""
    book = openpyxl.load_workbook(io.BytesIO(empty))
    for sheet in book.worksheets:
        heading = [cell.value for cell in sheet[1]]
        for row in sheet.iter_rows(min_row=2):
            mark = marks.get((sheet.title, row[heading.index("Variabel")].value)) if "Variabel" in heading else None
            if mark:
                row[len(heading) - 1].value = mark
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def some_variables(empty, count):
    """{(sheet, variable)} that may be ordered."""
    found = []
    for sheet in openpyxl.load_workbook(io.BytesIO(empty)).worksheets:
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        if "Kan_bestilles" in rows[0] and sheet.sheet_state == "visible":
            found += [(sheet.title, row[3]) for row in rows[1:] if row[1] == 1]
    assert len(found) >= count
    return found[:count]


def problem(answer):
    return answer["type"].replace("urn:fvm:problem:", "")


def test_what_is_crossed_comes_back(cases, empty):
    wanted = some_variables(empty, 3)
    status, answer = upload(cases, "ark.xlsx", crossed(empty, {each: "x" for each in wanted}))
    assert status == 200, answer
    assert sorted(each["variable"] for each in answer["variables"]) == sorted(variable for _, variable in wanted)
    assert all("." in each["table"] for each in answer["variables"])
    assert not [each for each in answer["remarks"] if each["blocks"]]


def test_what_is_wrong_is_said_by_sheet_row_and_column(cases, empty):
    right, wrong = some_variables(empty, 2)
    status, answer = upload(cases, "ark.xlsx", crossed(empty, {right: "x", wrong: "måske"}))
    assert status == 200 and [each["variable"] for each in answer["variables"]] == [right[1]]
    [remark] = [each for each in answer["remarks"] if each["blocks"]]
    assert remark["sheet"] == wrong[0] and remark["row"] > 1 and remark["column"]
    assert "måske" in remark["da"] and "måske" in remark["en"] and remark["da"] != remark["en"]


def test_a_list_as_text_is_read_too(cases, empty):
    [(sheet, variable)] = some_variables(empty, 1)
    table = next(row[2].value for row in openpyxl.load_workbook(io.BytesIO(empty))[sheet].iter_rows(min_row=2) if row[3].value == variable)
    status, answer = upload(cases, "liste.csv", f"Register;Tabel;Variabel\n{sheet};{table};{variable}\n".encode())
    assert status == 200 and [each["variable"] for each in answer["variables"]] == [variable], answer


@pytest.mark.parametrize("name, content, status, code", [
    ("ark.xlsx", b"PK\3\4 and no more", 422, "spreadsheet.broken"),
    ("ark.pdf", b"%PDF-1.7", 422, "spreadsheet.not_a_workbook"),
    ("ark.xlsx", b"", 400, "order.no_file"),
    ("", b"x", 400, "order.no_file"),
    ("ark.csv", b"a" * ((1 << 20) + 1), 422, "spreadsheet.too_large"),
    ("ark.csv", b"a" * (2 << 20), 413, "http.body_too_large"),
])
def test_what_is_no_order_sheet_is_refused(cases, name, content, status, code):
    answered, answer = upload(cases, name, content)
    assert (answered, problem(answer)) == (status, code), answer


def test_only_who_has_an_account_is_read_for(cases, empty):
    assert upload(cases, "ark.xlsx", empty, user=None)[0] == 401
    assert upload(cases, "ark.xlsx", empty, user="nobody")[0] == 400
    assert upload(cases, "ark.xlsx", empty)[0] == 200, "the control"


def test_nothing_of_it_stays(cases, empty):
    upload(cases, "hemmeligt-navn.xlsx", crossed(empty, {each: "x" for each in some_variables(empty, 1)}))
    left = [path for path in (cases.instance.path / "orders").rglob("*")]
    assert left == [] and (cases.instance.path / "orders").is_dir(), "it was there for a while"


def check(cases, number, user):
    status, _, content = cases.ask("POST", f"/api/v1/applications/{number}/check", user)
    return status, json.loads(content)


def test_the_machine_looks_and_says_what_to_do(cases):
    number = cases.new()
    status, answer = check(cases, number, "anna")
    assert status == 200 and answer["remarks"], answer
    for remark in answer["remarks"]:
        assert remark["severity"] in ("note", "weigh", "blocks") and remark["da"] and remark["en"] and remark["advice_da"] != remark["advice_en"], remark
    told = json.loads(cases.instance.fvm("--json", "application", "check", number, user="anna", check=False).stdout)["remarks"]
    assert [each["code"] for each in answer["remarks"]] == [each["code"] for each in told], "the same as on the command line"


def test_only_who_may_see_a_case_has_it_looked_at(cases):
    number = cases.new()
    cases.instance.fvm("user", "add", "fremmed", "--institution", "10000009", "--role", "applicant", check=False)
    assert check(cases, number, "fremmed")[0] in (403, 404)
    assert check(cases, "FVM-2026-9999", "anna")[0] == 404
    assert check(cases, number, "anna")[0] == 200, "the control"


def begin(cases, key, title):
    status, headers, content = ask_socket(cases.instance, "POST", "/api/v1/applications", "anna", APPLICATION.replace("Type 2-diabetes i kommunerne", title), idempotency_key=key)
    return status, json.loads(content), headers.get("Idempotency-Replayed")


def test_a_text_whose_answer_was_lost_is_not_a_conflict_with_itself(cases):
    number = cases.new()
    _, headers, text = ask_socket(cases.instance, "GET", f"/api/v1/applications/{number}/document", "anna")
    change = lambda key: ask_socket(cases.instance, "PUT", f"/api/v1/applications/{number}/document", "anna",
                                    APPLICATION.replace("Type 2-diabetes i kommunerne", "Ny titel"), idempotency_key=key, if_match=headers["ETag"])
    first, again, other = change("p-1"), change("p-1"), change("p-2")
    assert first[0] == 200 and again[0] == 200 and again[1]["Idempotency-Replayed"] == "true", (first, again)
    assert again[1]["ETag"] == first[1]["ETag"] and other[0] == 412, "the control: another key meets the text that stands"


def test_a_request_whose_answer_was_lost_is_not_done_twice(cases):
    status, first, replayed = begin(cases, "a-1", "En gang")
    assert status == 201 and replayed is None
    again = begin(cases, "a-1", "En gang")
    assert (again[0], again[1]["case"], again[2]) == (201, first["case"], "true")
    assert begin(cases, "a-1", "Noget andet")[0] == 422
    assert begin(cases, "a-2", "En gang")[1]["case"] != first["case"], "the control: another key is another application"
