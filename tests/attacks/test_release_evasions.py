"""Spellings and hiding places that once got past the check of what goes home, each with an honest twin that goes to review.

Found by attacking the finished programs; `test_release_files.py` has the ones that were thought of while building.
"""
import io
import json
import os
import struct
import zipfile

import pytest
from test_release_files import CPR, HONEST, cell, document, image, repacked, send, workbook

from support.house import House

DATE, NUMBER = "010203", "1235"
SPELLINGS = {  # how the made-up number of test_release_files may be written; honest twin: no such date
    "underscore": ("{d}_{n}", "990203_1235"), "many blanks": ("{d}    -    {n}", "990203    -    1235"),
    "century": ("01021903-{n}", "99021903-1235"), "century first": ("19030201-{n}", "19039901-1235"),
    "century, dots": ("01.02.1903-{n}", "99.02.1903-1235"), "century, dashes": ("1903-02-01-{n}", "1903-99-01-1235"),
    "twelve digits": ("01021903{n}", "990219031235"), "one after the other": ("{d}{n}0203041236", "99020312350203041236"),
    "negative circles": ("⓿❶⓿❷⓿❸❶❷❸❺", "⓿❶"), "brackets": ("0⑴0⑵0⑶⑴⑵⑶⑸", "0⑴"), "Javanese": ("꧐꧑꧐꧒꧐꧓꧑꧒꧓꧕", "꧐꧑"),
    "accents": ("".join(c + "\u0301" for c in DATE + NUMBER), "0\u03011\u0301"), "Hangul filler": ("0102\u316403-{n}", "9902\u316403-1235"),
    "Braille blank": ("{d}\u2800-{n}", "990203\u2800-1235"),
}
BLOCKED = {
    "two columns": ("t.csv", "fdato;lbnr;antal\n010203;1235;66\n020304;1236;77\n030405;1237;88\n", "personal_number", "t.csv",
                    "fdato;lbnr;antal\n990203;1235;66\n990304;1236;77\n990405;1237;88\n"),
    "two columns of a workbook": ("t.xlsx", workbook(lambda _, s: [s.append([DATE, f"{1235 + i}"]) for i in range(9)]), "personal_number",
                                  "t.xlsx", workbook(lambda _, s: [s.append(["990203", f"{1235 + i}"]) for i in range(9)])),
    "file name": ("010203_1235.csv", HONEST, "file_name", "990203_1235.csv", HONEST),
    "entities of other digits": ("t.html", "<p>" + "".join(f"&#{0xFF10 + int(c)};" for c in DATE + NUMBER) + "</p>", "personal_number",
                                 "t.html", "<p>&#65297;</p>"),
    "entity of an invisible space": ("t.html", "<p>0102&#8203;03-1235</p>", "personal_number", "t.html", "<p>0102&#8203;</p>"),
    "cut by any tag": ("t.html", "<p>0102<wbr>03-<u>12</u><a href=x>35</a></p>", "personal_number", "t.html", "<p>0102<wbr></p><p>03-1235</p>"),
    "cut by tspan": ("t.svg", "<svg><text>0102<tspan>03-1235</tspan></text></svg>", "personal_number", "t.svg",
                     "<svg><text>0102</text><text>03-1235</text></svg>"),
    "a tag's end in its own title": ("t.html", "<table><tr><td title='a>b'>g</td><td>antal</td></tr><tr><td>A</td><td>90</td></tr><tr><td>B</td>"
                                     "<td><span title='>'>3</span></td></tr></table>", "small_count", "t.html",
                                     "<table><tr><td>g</td><td>antal</td></tr><tr><td>A</td><td>90</td></tr></table>"),
    "n (%)": ("t.csv", "g;n (%)\nA;120 (48 %)\nB;3 (1,2 %)\nC;127 (50,8 %)\n", "small_count", "t.csv",
              "g;n (%)\nA;120 (48 %)\nB;30 (12 %)\nC;100 (40 %)\n"),
    "words in every cell": ("t.csv", "g;antal\nA;120 personer\nB;3 personer\n", "small_count", "t.csv", "g;antal\nA;120 personer\nB;30 personer\n"),
    "nearly a whole number": ("t.xlsx", workbook(cell("B3", 3.9999999999)), "small_count", "t.xlsx", workbook(cell("B3", 39.999999999))),
    "two columns below others": ("t.xlsx", workbook(lambda _, s: [s.append([DATE, f"{1235 + i}"]) for i in range(4)]), "personal_number",
                                 "t.xlsx", workbook(lambda _, s: [s.append(["990203", f"{1235 + i}"]) for i in range(4)])),
    "n, %": ("t.csv", "g;n, %\nA;120\nB;3\nC;127\n", "small_count", "t.csv", "g;n, %\nA;120\nB;30\nC;127\n"),
    "one decimal in the column": ("t.csv", "g;antal\n" + "".join(f"{i};{100 + i}\n" for i in range(50)) + "x;3\ny;50,5\n", "small_count",
                                  "t.csv", "g;antal\n" + "".join(f"{i};{100 + i}\n" for i in range(50)) + "x;33\ny;50,5\n"),
    "another delimiter": ("t.csv", "gruppe:antal\nA:120\nB:3\nC:77\n", "small_count", "t.csv", "gruppe:antal\nA:120\nB:30\nC:77\n"),
    "decoy lines": ("t.csv", "a|b\n" * 300 + "gruppe;antal\nA;120\nB;3\n", "small_count", "t.csv", "a|b\n" * 300 + "gruppe;antal\nA;120\nB;30\n"),
    "a quote that swallows the rest": ("t.csv", 'note;"\ngruppe;antal\nA;120\nB;3\n', "unreadable", "t.csv", 'note;""\ngruppe;antal\nA;120\nB;30\n'),
    "behind four million empty lines": ("t.csv", "a;b\nx;100\n" + "\n" * 4_000_100 + "B;3\n", "unreadable", "t.csv", "a;b\nx;100\n" + "\n" * 100),
    "left out, but the total tells": ("t.csv", "g;antal\nA;120\nB;-\nI alt;123\n", "recalculable", "t.csv", "g;antal\nA;120\nB;-\nI alt;120\n"),
    "sheet under another name": ("t.xlsx", None, "small_count", "t.xlsx", None),  # filled in below
    "two values in a cell": ("t.xlsx", repacked(workbook(), replace=[("xl/worksheets/sheet1.xml", b"<v>55</v>", b"<v>55</v><is><t>0</t></is>")]),
                             "unreadable", "t.xlsx", repacked(workbook())),
    "two cells in one place": ("t.xlsx", repacked(workbook(), replace=[("xl/worksheets/sheet1.xml", b"<v>55</v></c>", b'<v>4</v></c><c r="B3"><v>55</v></c>')]),
                               "unreadable", "t.xlsx", repacked(workbook())),
    "number format": ("t.xlsx", workbook(lambda _, s: setattr(s["B3"], "number_format", f'"{CPR}"')), "personal_number", "t.xlsx",
                      workbook(lambda _, s: setattr(s["B3"], "number_format", '0"-990203"'))),
    "part that nobody looks at": ("t.xlsx", repacked(workbook(), [("docProps/thumbnail.parquet", b"PAR1 rows")]), "embedded_object", "t.xlsx",
                                  repacked(workbook(), [("docProps/thumbnail.png", image())])),
    "rows as a typeface": ("t.xlsx", repacked(workbook(), [("xl/fonts/x.csv", b"a;b\n1;2\n")]), "embedded_object", "t.xlsx", repacked(workbook())),
    "rows as a picture": ("t.xlsx", repacked(workbook(), [("xl/media/image1.png", b"a;b\n1;2\n")]), "embedded_object", "t.xlsx",
                          repacked(workbook(), [("xl/media/image1.png", image())])),
    "rows behind a picture": ("t.xlsx", repacked(workbook(), [("xl/media/image1.png", image(behind=b"a;b\n1;2\n"))]), "trailing_bytes", "t.xlsx",
                              repacked(workbook(), [("xl/media/image1.png", image())])),
    "attribute": ("t.xlsx", repacked(workbook(), [("customXml/item1.xml", f'<a b="{CPR}"/>'.encode())]), "personal_number", "t.xlsx",
                  repacked(workbook(), [("customXml/item1.xml", b'<a b="990203-1235" xid="0102031235"/>')])),
    "XML comment": ("t.xlsx", repacked(workbook(), [("customXml/item1.xml", f"<a><!-- {CPR} --></a>".encode())]), "personal_number", "t.xlsx",
                    repacked(workbook(), [("customXml/item1.xml", b"<a><!-- made by hand --></a>")])),
    "alias of a field": ("t.docx", document(f'<w:sdt><w:alias w:val="{CPR}"/></w:sdt>'), "personal_number", "t.docx",
                         document('<w:sdt><w:id w:val="0102031235"/></w:sdt>')),
}


def framed(orphan=None, extra=b"", comment=b""):
    """An honest workbook with a part that the list does not name, an extra field, or a comment to a part."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for i, name in enumerate(old.namelist()):
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            if i == 0:
                entry.extra, entry.comment = extra and struct.pack("<HH", 0xA220, len(extra)) + extra, comment
            new.writestr(entry, old.read(name))
            if i == 1 and orphan:
                new.writestr("orphan.csv", orphan)
                new.NameToInfo.pop(new.filelist.pop().filename)
    return out.getvalue()


BLOCKED["part that the list does not name"] = ("t.xlsx", framed(orphan="a;b\n1;2\n"), "trailing_bytes", "t.xlsx", framed())
BLOCKED["comment to a part"] = ("t.xlsx", framed(comment=b"rows"), "trailing_bytes", "t.xlsx", framed())
BLOCKED["extra field"] = ("t.xlsx", framed(extra=CPR.encode()), "personal_number", "t.xlsx", framed(extra=bytes(500)))
PIECES = {  # what a worksheet may hold beside its cells
    "list to choose from": '<dataValidations><dataValidation type="list"><formula1>"{x}"</formula1></dataValidation></dataValidations>',
    "title of a prompt": '<dataValidations><dataValidation promptTitle="{x}"/></dataValidations>',
    "condition": '<conditionalFormatting><cfRule><formula>B2="{x}"</formula></cfRule></conditionalFormatting>',
    "filter": '<autoFilter><filterColumn><filters><filter val="{x}"/></filters></filterColumn></autoFilter>',
    "link": '<hyperlinks><hyperlink location="\'{x}\'!A1"/></hyperlinks>',
}


def moved(content):
    """The same workbook with its sheet where no program would look for it by name."""
    return repacked(repacked(content, replace=[("[Content_Types].xml", b"worksheets/sheet1.xml", b"ark/et.xml"),
                                               ("xl/_rels/workbook.xml.rels", b"worksheets/sheet1.xml", b"ark/et.xml")]),
                    rename={"xl/worksheets/sheet1.xml": "xl/ark/et.xml"})


BLOCKED["sheet under another name"] = ("t.xlsx", moved(workbook(cell("B3", 4))), "small_count", "t.xlsx", moved(workbook(cell("B3", 40))))
for piece, xml in PIECES.items():
    hostile, honest = ((repacked(workbook(), replace=[("xl/worksheets/sheet1.xml", b"</sheetData>", b"</sheetData>" + xml.format(x=x).encode())]))
                       for x in (CPR, "990203-1235"))
    BLOCKED[piece] = ("t.xlsx", hostile, "personal_number", "t.xlsx", honest)
for spelling, (hostile, honest) in SPELLINGS.items():
    hostile, honest = (f"x;antal\n{t.format(d=DATE, n=NUMBER)};66\n" for t in (hostile, honest))
    BLOCKED["spelling: " + spelling] = ("t.csv", hostile, "personal_number", "t.csv", honest)
WORDED = {"3 personer": "30 personer", "~3": "~30", "(3)": "(30)", '"=""3"""': '"=""30"""', "3†": "30†", "3 af 120": "30 af 120",
          "3 - 0,4 %": "30 - 4 %", "3 [0,4]": "1-4"}
for hostile, honest in WORDED.items():
    BLOCKED["count in words: " + hostile] = ("t.csv", f"g;antal\nA;120\nB;{hostile}\nC;77\n", "small_count", "t.csv",
                                             f"g;antal\nA;120\nB;{honest}\nC;77\n")
SHOWN = {
    "tre": ("t.csv", "g;antal\nA;120\nB;tre\nC;77\n", "small_count_possible"),
    "n: 3": ("t.csv", "g;antal\nA;120\nB;n: 3\nC;77\n", "small_count_possible"),
    "nearly three": ("t.csv", "g;antal\nA;120\nB;2,9999\nC;77\nD;80\nE;90\n", "small_count_possible"),
    "a row taken out": ("t.csv", "g;antal\nA;120\nB;200\nI alt;323\n", "small_count_possible"),
    "digits put in front": ("t.csv", "x;antal\n90102031235;66\n", "personal_number_possible"),
    "dot for a dash": ("t.csv", "x;antal\n010203.1235;66\n", "personal_number_possible"),
}


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with House(tmp_path_factory.mktemp("evasions")) as it:
        yield it


@pytest.mark.parametrize("case", BLOCKED)
def test_blocked(house, case):
    name, content, rule, honest_name, honest = BLOCKED[case]
    state, findings = send(house, name, content)
    assert state == "blocked" and rule in findings, findings
    assert "1235" not in str(findings), "the finding tells what it hides"
    state, findings = send(house, honest_name, honest)
    assert state == "in_review", findings


@pytest.mark.parametrize("case", SHOWN)
def test_shown_to_the_reviewer(house, case):
    name, content, rule = SHOWN[case]
    state, findings = send(house, name, content)
    assert state == "in_review" and findings[rule]["severity"] == "review", findings


def test_what_the_author_wrote_does_not_move_the_reviewers_cursor(house):
    """Control: the characters are there; only where a person reads them they are gone."""
    # The purpose is shown on one line, or it could look like a finding of ours.
    number = house.sent_for_review(content="gruppe;antal\x1b[2J\u202e\nA;120\nB;tre\n", purpose="Tabel\n\x1b[1;1H1\x9b2J")
    assert "\x1b" in house.show(number)["purpose"]
    shown = house.release("show", number, user="rita").stdout
    assert "Tabel ?[1;1H1?2J" in shown and not set("\x1b\x9b\u202e") & set(shown), shown


def test_names_and_purposes_that_are_no_text(house):
    """A name that is no UTF-8 could not be handed to the scan, and was asked for again for ever."""
    name = b"t\xff.csv"
    house.put("t.csv", HONEST)
    path = bytes(house.outbox()) + b"/" + name
    with open(path, "wb") as file:
        file.write(HONEST.encode())
    try:
        done = house.send(name.decode(errors="surrogateescape"))
        assert done.returncode == 2 and "release.bad_file_name" in done.stdout, done.stdout + done.stderr
        staged = house.release("stage", "FVM-2026-0017", check=False)
        assert staged.returncode == 1 and "t.csv" in staged.stdout and "UTF-8" in staged.stdout, staged.stdout + staged.stderr
    finally:
        os.unlink(path)
    done = house.send("t.csv", purpose="Tabel \udcff")  # control: the honest name goes; the purpose is read as Latin-1
    assert done.returncode == 0 and json.loads(done.stdout)["purpose"] == "Tabel ÿ"
