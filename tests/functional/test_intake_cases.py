"""Mail that changes a case: an order sheet that comes along is read, and the fixed sentence accepts agreements."""
import io
import sqlite3

import pytest

from support.applications import agreements, codes, decide, settle, submit
from support.mailbox import Mailbox, message
from support.projects import fill

openpyxl = pytest.importorskip("openpyxl")


@pytest.fixture(scope="module")
def box(tmp_path_factory):
    with Mailbox(tmp_path_factory.mktemp("orders") / "i", people=False) as it:
        fill(it.instance)
        settle(it.instance)
        yield it


def crossed(box, wanted):
    """The catalogue's own order sheet with an x at the wanted (table, variable)."""
    file = box.instance.path / "inbox" / "bestilling.xlsx"
    file.unlink(missing_ok=True)
    box.instance.fvm("catalogue", "order-sheet", file)
    book = openpyxl.load_workbook(file)
    for sheet in book.worksheets:
        heads = [cell.value for cell in sheet[1]]
        if "Tabel" not in heads:
            continue
        for row in sheet.iter_rows(min_row=2):
            if (row[heads.index("Tabel")].value, row[heads.index("Variabel")].value) in wanted:
                row[len(heads) - 1].value = "x"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_an_order_sheet_that_comes_by_mail_is_read(box):
    sheet = crossed(box, {("visit", "pnr"), ("visit", "diagnosis"), ("person", "sex")})
    got = box.receive(message(subject="Med bestillingsark", documents=[("bestillingsark.xlsx", "application/vnd.ms-excel", sheet)]))
    assert got["documents"][0]["kind"] == "xlsx" and got["state"] == "filed"
    [read] = [n["text"] for n in got["notes"] if n["code"] == "intake.order_read"]
    assert "3 variables" in read, got["notes"]
    with sqlite3.connect(f"file:{box.instance.path}/store/fvm.sqlite?mode=ro", uri=True) as store:
        ordered = store.execute("SELECT ordered FROM casework_version v JOIN casework_case c ON c.id = v.case_id WHERE c.number = ?",
                                (got["case"],)).fetchall()[-1][0]
    assert "diagnosis" in ordered and "sex" in ordered and "mother" not in ordered, "the order is the case's"
    checked = box.instance.fvm("application", "check", got["case"], "--no-mirror", user="karl", check=False)
    assert checked.returncode == 1 and len(checked.stdout.splitlines()) > 5, "what the form lacks comes first"


def test_a_workbook_that_is_none_is_kept_and_told(box):
    got = box.receive(message(subject="Ødelagt ark", documents=[("ark.xlsx", "application/vnd.ms-excel", b"PK\3\4 broken")]))
    assert got["state"] == "filed" and any(n["code"] == "mail.type_pretended" for n in got["notes"])


def test_the_sentence_accepts_only_from_an_address_that_is_vouched_for(box):
    number = submit(box.instance)
    decide(box.instance, number)
    box.instance.fvm("application", "accept", number, user="signe")
    [(address, sentence)] = [(a, s) for a, s in codes(box.instance, number).items() if a.startswith("ulla")]
    state = lambda: {a["email"]: a["state"] for a in agreements(box.instance, number)["agreements"]}[address]
    assert state() == "open"
    forged = box.receive(message(subject=f"Sv: {number}", sender=address, text=sentence, confirmed=False))
    assert forged["state"] == "quarantined" and state() == "open", "nobody vouches for it"
    other = box.receive(message(subject=f"Sv: {number}", sender="ulla@elsewhere.example", text=sentence))
    assert other["state"] == "quarantined" and state() == "open", "another domain's Ulla"
    got = box.receive(message(subject=f"Sv: {number}", sender=address, text="\n" + sentence + "\nMvh Ulla"))
    assert got["state"] == "filed" and got["case"] == number and got["reason"] == "intake.accepted", got
    assert state() == "accepted"
