"""Files that must not leave, each with an honest twin that does go to review: a check that refuses everything would
fail here as surely as one that sees nothing.

Every case goes the whole way: put in /outbox, captured by the courier, scanned in its sandbox, decided by the rules.
"""
import base64
import functools
import gzip
import io
import json
import struct
import zipfile
import zlib

import openpyxl
import pytest
from openpyxl.comments import Comment
from release.formats import Pdf, chunk, png

from support.house import PSEUDONYMS, House

CPR = "010203-1235"  # nobody has it: born 1903, fails modulus 11
HONEST = "gruppe;antal\nA;120\nB;55\n"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with House(tmp_path_factory.mktemp("attacks")) as it:
        yield it


@functools.cache
def workbook(change=lambda book, sheet: None):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Tabel 1"
    for row in (("gruppe", "antal"), ("A", 120), ("B", 55)):
        sheet.append(row)
    change(book, sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(content, add=(), replace=None, rename=None):
    """The same document with parts added or renamed, or with the text of parts replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            body = old.read(name)
            for part, before, after in replace or ():
                if name == part:
                    assert before in body, (name, body)
                    body = body.replace(before, after)
            new.writestr((rename or {}).get(name, name), body)
        for name, body in add:
            new.writestr(name, body)
    return out.getvalue()


# Names of parts do not tell small letters from large (ECMA-376, part 2).
OTHER_LETTERS = {"xl/worksheets/sheet1.xml": "xl/Worksheets/Sheet1.XML", "xl/sharedStrings.xml": "xl/SharedStrings.xml", "xl/styles.xml": "XL/styles.xml"}


def pictures(count, behind=b""):
    """A PDF with pictures of 100 million points each, together more than a document may unpack to."""
    points = zlib.compress(bytes(10_000 * 10_000) + behind, 1)
    head = "/Type/XObject/Subtype/Image/Width 10000/Height 10000/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode"
    names = [f"I{i}" for i in range(count)]
    return Pdf(" ".join(f"/{name} Do" for name in names), objects=[(10 + i, Pdf.stream(points, head)) for i in range(count)],
               resources="/XObject<<" + "".join(f"/{name} {10 + i} 0 R" for i, name in enumerate(names)) + ">>").write()


def archive():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as new:
        new.writestr("rows.csv", HONEST)
    return out.getvalue()


def document(body):
    """A docx with this body."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        new.writestr("[Content_Types].xml", '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>')
        new.writestr("word/document.xml", '<?xml version="1.0"?><w:document xmlns:w="urn:w"><w:body>' + body + "</w:body></w:document>")
    return out.getvalue()


def paragraph(*runs):
    return "<w:p>" + "".join(f"<w:r><w:t>{run}</w:t></w:r>" for run in runs) + "</w:p>"


def image(extra_chunk=b"", behind=b""):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)) + extra_chunk +
            chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"") + behind)


def hidden_sheet(book, _):
    book.create_sheet("Skjult").append(["cpr", CPR])
    book["Skjult"].sheet_state = "veryHidden"


def comment(_, sheet):
    sheet["A2"].comment = Comment(f"se {CPR}", "a")


def number_cell(_, sheet):
    sheet["C1"], sheet["C2"], sheet["C3"] = "beløb", 1102031235.0, 12.5


def cell(reference, value):
    def change(_, sheet):
        sheet[reference] = value
    return change


def hidden_column(_, sheet):
    sheet["C1"], sheet["C2"], sheet["C3"] = "antal", 3, 60
    sheet.column_dimensions["C"].hidden = True


def far_away(_, sheet):
    sheet["XFD1048576"] = CPR


def header_text(_, sheet):
    sheet.oddHeader.center.text = f"Patient {CPR}"


LAUGHS = b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><sst>&b;</sst>'

# name -> (hostile file name, hostile bytes, rule that must stop it, honest twin's name, honest twin); what takes long to make is made when it is asked for
BLOCKED = {
    "personal number in a cell": ("t.csv", HONEST + f"{CPR};66\n", "personal_number", "t.csv", HONEST),
    "without its dash": ("t.csv", "x;antal\n0102031235;66\n", "personal_number", "t.csv", "x;antal\n0199031235;66\n"),
    "in the header": ("t.csv", f"gruppe;{CPR}\nA;50\n", "personal_number", "t.csv", HONEST),
    "in full-width digits": ("t.csv", "x;antal\n０１０２０３-１２３５;66\n", "personal_number", "t.csv", "x;antal\n０１;66\n"),
    "with zero-width characters": ("t.csv", "x;antal\n0102\u200b03-12\u200b35;66\n", "personal_number", "t.csv", HONEST),
    "with an en dash": ("t.csv", "x;antal\n010203\u20131235;66\n", "personal_number", "t.csv", "x;antal\n2019\u20132020;66\n"),
    "in UTF-16": ("t.csv", f"x;antal\n{CPR};66\n".encode("utf-16"), "personal_number", "t.csv", HONEST.encode("utf-16")),
    "replacement number": ("t.csv", "x;antal\n610203-1235;66\n", "personal_number", "t.csv", "x;antal\n990203-1235;66\n"),
    "eCPR": ("t.csv", "x;antal\n010203-1AB5;66\n", "personal_number", "t.csv", "x;antal\n990203-1AB5;66\n"),
    "column that lost its zeros": ("t.csv", "x;antal\n102031235;66\n203041236;77\n304051237;88\n", "personal_number", "t.csv",
                                   "x;antal\n952031235;66\n953041236;77\n954051237;88\n"),
    "printed in a log": ("t.log", f"Obs 1 {CPR} K\n", "personal_number", "t.log", "NOTE: 120 observations read.\n"),
    "in a comment of code": ("t.R", f"# kun {CPR}\nx <- 1\n", "personal_number", "t.R", "# alle\nx <- 1\n"),
    "in an HTML comment": ("t.html", f"<p>ok</p><!-- {CPR} -->", "personal_number", "t.html", "<p>ok</p>"),
    "cut by tags": ("t.html", "<p>0102<b>03-12</b>35</p>", "personal_number", "t.html", "<p>01<b>02</b></p>"),
    "as HTML entities": ("t.html", "<p>&#48;10203-1235</p>", "personal_number", "t.html", "<p>&#48;1</p>"),
    "packed as base64": ("t.md", "data " + base64.b64encode(f"patient {CPR} og en til".encode() * 2).decode(), "personal_number", "t.md", "data"),
    "in SVG text": ("t.svg", f"<svg><text>{CPR}</text></svg>", "personal_number", "t.svg", "<svg><text>120</text></svg>"),
    "in PNG text": ("t.png", png(chunk(b"tEXt", b"Author\0" + CPR.encode())),
                    "personal_number", "t.png", image()),
    "behind the end of a PNG": ("t.png", image(behind=b"a;b\n1;2\n"), "trailing_bytes", "t.png", image()),
    "in the file name": (f"{CPR}.csv", HONEST, "file_name", "tabel.csv", HONEST),
    "direction mark in the name": ("vsc\u202egnp.csv", HONEST, "file_name", "gnp.csv", HONEST),
    "pseudonym": ("t.csv", f"x;antal\n{PSEUDONYMS[0]};66\n", "pseudonym", "t.csv", f"x;antal\n{PSEUDONYMS[0] + 1};66\n"),
    "pseudonym with blanks": ("t.md", "nr 1 234 567 890 123", "pseudonym", "t.md", "nr 1 234 567 890 124"),
    "pseudonym as a power of ten": ("t.csv", "x;antal\n1.234567890123E12;66\n", "pseudonym", "t.csv", "x;antal\n1.234567890124E12;66\n"),
    "pseudonym in hexadecimal": ("t.py", f"x = {PSEUDONYMS[0]:#x}", "pseudonym", "t.py", f"x = {PSEUDONYMS[0] + 1:#x}"),
    "pseudonym glued to letters": ("t.md", f"id{PSEUDONYMS[1]}x", "pseudonym", "t.md", f"id{PSEUDONYMS[1] - 1}x"),
    "key variable as header": ("t.csv", "v_cpr;antal\nA;120\n", "identifier_column", "t.csv", HONEST),
    "count under five": ("t.csv", HONEST + "C;4\n", "small_count", "t.csv", HONEST + "C;5\n"),
    "count with its percent": ("t.csv", "g;kohorte\nA;120 (80 %)\nB;27 (18 %)\nC;3 (2 %)\n", "small_count", "t.csv",
                               "g;kohorte\nA;120 (80 %)\nB;27 (18 %)\nC;<5 (2 %)\n"),
    "count in an HTML table": ("t.html", "<table><tr><th>g<th>antal<tr><td>A<td>3</table>", "small_count", "t.html",
                               "<table><tr><th>g<th>antal<tr><td>A<td>30</table>"),
    "hidden count given away by the total": ("t.csv", "g;antal\nA;100\nB;<5\nI alt;103\n", "recalculable", "t.csv",
                                             "g;antal\nA;100\nB;<5\nC;<5\nI alt;106\n"),
    "program as text": ("t.txt", b"\x7fELF\2\1\1" + b"\0" * 600, "type_pretended", "t.txt", HONEST),
    "archive as text": ("t.csv", gzip.compress(HONEST.encode()), "type_pretended", "t.csv", HONEST),
    "Parquet as text": ("t.csv", b"PAR1" + b"\0" * 64 + b"PAR1", "type_pretended", "t.csv", HONEST),
    "data format": ("t.sas7bdat", b"\0" * 12 + b"\xc2\xea\x81\x60" + b"\0" * 64, "type_not_allowed", "t.sas", "data a; run;"),
    "archive": ("t.zip", repacked(workbook()), "type_not_allowed", "t.xlsx", workbook()),
    "zip as workbook": ("t.xlsx", archive(), "type_pretended", "t.xlsx", workbook()),
    "nothing": ("t.csv", b"", "empty", "t.csv", HONEST),
    "EICAR": ("t.txt", "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-" + "STANDARD-ANTIVIRUS-TEST-FILE!$H+H*", "test_virus", "t.txt", HONEST),
    "hidden sheet": ("t.xlsx", workbook(hidden_sheet), "personal_number", "t.xlsx", workbook()),
    "comment": ("t.xlsx", workbook(comment), "personal_number", "t.xlsx", workbook()),
    "hidden column": ("t.xlsx", workbook(hidden_column), "small_count", "t.xlsx", workbook()),
    "number cell": ("t.xlsx", workbook(number_cell), "personal_number", "t.xlsx", workbook(cell("C2", 12.5))),
    "far away cell": ("t.xlsx", workbook(far_away), "personal_number", "t.xlsx", workbook(cell("Z99", "note"))),
    "page header": ("t.xlsx", workbook(header_text), "personal_number", "t.xlsx", workbook()),
    "document property": ("t.xlsx", workbook(lambda book, _: setattr(book.properties, "title", CPR)), "personal_number", "t.xlsx", workbook()),
    "sheet name": ("t.xlsx", workbook(lambda book, _: book.create_sheet(CPR)), "personal_number", "t.xlsx",
                   workbook(lambda book, _: book.create_sheet("Ark 2"))),
    "count under five in a workbook": ("t.xlsx", workbook(cell("B3", 4)), "small_count", "t.xlsx", workbook(cell("B3", 5))),
    "sheet that the workbook does not list": (
        "t.xlsx", repacked(workbook(), [("xl/worksheets/sheet9.xml", f'<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>{CPR}</t></is></c></row></sheetData></worksheet>')]),
        "personal_number", "t.xlsx", repacked(workbook())),
    "macro": ("t.xlsx", repacked(workbook(), [("xl/vbaProject.bin", b"x")]), "macro", "t.xlsx", repacked(workbook())),
    "embedded object": ("t.xlsx", repacked(workbook(), [("xl/embeddings/oleObject1.bin", b"x")]), "embedded_object", "t.xlsx", repacked(workbook())),
    "external link": ("t.xlsx", repacked(workbook(), [("xl/externalLinks/externalLink1.xml", b"<externalLink/>")]), "external_link", "t.xlsx", repacked(workbook())),
    "pivot cache": ("t.xlsx", repacked(workbook(), [("xl/pivotCache/pivotCacheRecords1.xml", b"<pivotCacheRecords/>")]), "pivot_cache", "t.xlsx", repacked(workbook())),
    "unknown part": ("t.xlsx", repacked(workbook(), [("xl/data.parquet", b"PAR1")]), "embedded_object", "t.xlsx", repacked(workbook())),
    "bytes behind a workbook": ("t.xlsx", workbook() + CPR.encode(), "trailing_bytes", "t.xlsx", workbook()),
    "archive bomb": ("t.xlsx", lambda: repacked(workbook(), [("xl/bomb.xml", b"<a>" + b"0" * (300 << 20) + b"</a>")]), "archive_bomb", "t.xlsx", repacked(workbook())),
    "path that leads outside": ("t.xlsx", repacked(workbook(), [("../../keys/x.xml", b"<a/>")]), "archive_path", "t.xlsx", repacked(workbook())),
    "entities": ("t.xlsx", repacked(workbook(), [("xl/x.xml", LAUGHS)]), "xml_entities", "t.xlsx", repacked(workbook(), [("xl/x.xml", b"<a/>")])),
    "broken XML": ("t.xlsx", repacked(workbook(), [("xl/x.xml", b"<a><b></a>")]), "unreadable", "t.xlsx", repacked(workbook(), [("xl/x.xml", b"<a/>")])),
    "endless nesting": ("t.xlsx", repacked(workbook(), [("xl/x.xml", b"<a>" * 100000)]), "unreadable", "t.xlsx", repacked(workbook(), [("xl/x.xml", b"<a/>")])),
    "number in a workbook whose parts are called otherwise": (
        "t.xlsx", repacked(workbook(cell("C1", CPR)), rename=OTHER_LETTERS), "personal_number", "t.xlsx", repacked(workbook(), rename=OTHER_LETTERS)),
    "two parts of one name": ("t.xlsx", repacked(workbook(), [("XL/Workbook.xml", b"<a/>")]), "unreadable", "t.xlsx", repacked(workbook(), rename=OTHER_LETTERS)),
    "number cut into runs": ("t.docx", document(paragraph("0102", "03-", "1235")), "personal_number", "t.docx", document(paragraph("01", "02"))),
    "count in a document's table": (
        "t.docx", document("<w:tbl>" + "".join("<w:tr>" + "".join(f"<w:tc>{paragraph(c)}</w:tc>" for c in row) + "</w:tr>"
                                               for row in (("gruppe", "antal"), ("A", "3"))) + "</w:tbl>"), "small_count",
        "t.docx", document("<w:tbl>" + "".join("<w:tr>" + "".join(f"<w:tc>{paragraph(c)}</w:tc>" for c in row) + "</w:tr>"
                                               for row in (("gruppe", "antal"), ("A", "30"))) + "</w:tbl>")),
    "script of a PDF's attachment": ("t.pdf", Pdf(objects=[(10, "<</Type/Filespec/F(r.csv)>>")]).write(), "embedded_object", "t.pdf", Pdf().write()),
    "rows behind the points of a large picture": ("t.pdf", lambda: pictures(3, behind=HONEST.encode()), "trailing_bytes", "t.pdf", lambda: pictures(3)),
    "bytes behind a PDF": ("t.pdf", Pdf().write(behind=HONEST.encode()), "trailing_bytes", "t.pdf", Pdf().write()),
}

# What no rule can judge: it must reach the reviewer with a finding that says where to look.
SHOWN = {
    "small number in a column without a name": ("t.csv", "region;astma;kol\nH;812;90\nB;12;3\n", "small_count_possible"),
    "one person a row": ("t.csv", "lbnr;beløb\n" + "".join(f"{7000017 + i * 7919};12,5\n" for i in range(60)), "rows_of_individuals"),
    "share beside a hidden count": ("t.csv", "g;antal;pct\nA;250;98,8\nB;<5;1,2\n", "percent_beside"),
    "n=3 in words": ("t.md", "Kun få blev indlagt (n=3).", "small_count_possible"),
    "script": ("t.html", "<script>fetch('x')</script>", "script"),
    "picture in a page": ("t.html", '<img src="data:image/png;base64,iVBORw0KGgo=">', "data_uri"),
    "tracked change": ("t.docx", document(paragraph("x") + "<w:del><w:r><w:delText>y</w:delText></w:r></w:del>"), "tracked_change"),
    "formula": ("t.xlsx", workbook(cell("C1", "=SUM(B2:B3)")), "formula"),
    "a hidden sheet that is harmless": ("t.xlsx", workbook(lambda book, _: setattr(book.create_sheet("x"), "sheet_state", "hidden")), "hidden_sheet"),
    "number that lost its zero": ("t.csv", "x;antal\n102031235;66\n", "personal_number_possible"),
    "image": ("t.png", image(), "person_reads"),
}


def content_of(made):
    return made() if callable(made) else made


def send(house, name, content):
    house.put(name, content_of(content))
    done = house.send(name)
    (house.outbox() / name).unlink()
    assert done.returncode in (0, 1), done.stderr
    shown = json.loads(done.stdout)
    assert house.copy_of(shown["files"][0]["sha256"]).exists()
    return shown["state"], {f["rule"]: f for f in shown["files"][0]["findings"]}


@pytest.mark.parametrize("case", BLOCKED)
def test_blocked(house, case):
    name, content, rule, honest_name, honest = BLOCKED[case]
    state, findings = send(house, name, content)
    assert state == "blocked" and rule in findings, findings
    text = findings[rule]["en"] + findings[rule]["da"] + findings[rule]["shape"] + findings[rule]["detail"]
    assert "1235" not in text and str(PSEUDONYMS[0]) not in text, "the finding tells what it hides"
    state, findings = send(house, honest_name, honest)
    assert state == "in_review" and rule not in findings, findings


@pytest.mark.parametrize("case", SHOWN)
def test_shown_to_the_reviewer(house, case):
    name, content, rule = SHOWN[case]
    state, findings = send(house, name, content)
    assert state == "in_review" and findings[rule]["severity"] == "review", findings


def test_findings_name_sheet_row_and_column(house):
    _, findings = send(house, "t.xlsx", workbook(cell("B3", 4)))
    found = findings["small_count"]
    assert (found["sheet"], found["row"], found["column"], found["place"]) == ("Tabel 1", 3, 2, "Tabel 1!B3")
