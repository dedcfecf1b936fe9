"""Workbooks and documents: what a viewer does not show, and what it shows otherwise than it is."""
import base64
import io
import zipfile

from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName

from .case import CPR, PERSON, PERSON_HEADER, PLAIN, case, persons
from .formats import document, paragraph, png, repacked, run, word_table, workbook

SHEET = "xl/worksheets/sheet1.xml"
SMALL = (("gruppe", "antal"), ("A", 120), ("B", 3))


def change(where, what, value):
    """The workbook with an attribute of a cell, column, row or sheet changed."""
    def do(_, sheet):
        place = {"cell": lambda: sheet["B3"], "column": lambda: sheet.column_dimensions["B"], "row": lambda: sheet.row_dimensions[3], "sheet": lambda: sheet}[where]()
        setattr(place, what, value)
    return do


def very_hidden(book, _):
    sheet = book.create_sheet("x")
    for row in SMALL:
        sheet.append(row)
    sheet.sheet_state = "veryHidden"


def cache(points):
    """What a chart keeps of the cells that it drew, which need not be in the workbook any more."""
    categories = "".join(f'<c:pt idx="{i}"><c:v>{c}</c:v></c:pt>' for i, (c, _) in enumerate(points))
    values = "".join(f'<c:pt idx="{i}"><c:v>{v}</c:v></c:pt>' for i, (_, v) in enumerate(points))
    return (f'<c:chartSpace xmlns:c="urn:c"><c:chart><c:plotArea><c:barChart><c:ser><c:tx><c:strRef><c:strCache><c:pt idx="0"><c:v>antal</c:v></c:pt></c:strCache></c:strRef></c:tx>'
            f'<c:cat><c:strRef><c:strCache>{categories}</c:strCache></c:strRef></c:cat><c:val><c:numRef><c:numCache>{values}</c:numCache></c:numRef></c:val></c:ser></c:barChart>'
            f"</c:plotArea></c:chart></c:chartSpace>").encode()


def workbooks():
    book = workbook()
    for technique, small in {
        "count": None, "very hidden sheet": change("sheet", "sheet_state", "hidden"), "hidden column": change("column", "hidden", True), "hidden row": change("row", "hidden", True),
        "format that shows nothing": change("cell", "number_format", ";;;"), "format that shows another": change("cell", "number_format", '"<5"'), "white on white": change("cell", "font", Font(color="FFFFFFFF")),
        "narrow column": change("column", "width", 0.1), "grouped row": change("row", "outlineLevel", 1),
    }.items():
        if technique == "very hidden sheet":
            yield case("small_count", technique, "t.xlsx", workbook(change=very_hidden))
        else:
            yield case("small_count", technique, "t.xlsx", workbook(*SMALL, change=small or (lambda *_: None)))
    yield case("hidden_digits", "format that hides decimals", "t.xlsx", workbook(("g", "gns"), ("A", 12.3456789), ("B", 11.8765432), change=change("cell", "number_format", "0")), PERSON)
    yield case("hidden_digits", "format that shows nothing", "t.xlsx", workbook(("g", "gns"), ("A", 12.5), ("B", 11.5), change=change("cell", "number_format", ";;;")), PERSON)
    yield case("hidden_digits", "format in thousands", "t.xlsx", workbook(("g", "beloeb"), ("A", 120000), ("B", 3456789), change=change("cell", "number_format", "0,")), PERSON)
    yield case("hidden_cells", "white text", "t.xlsx", workbook(("g", "antal"), ("A", 120), ("B", 88), change=change("cell", "font", Font(color="FFFFFFFF"))), PERSON)
    yield case("hidden_cells", "very small text", "t.xlsx", workbook(("g", "antal"), ("A", 120), ("B", 88), change=change("cell", "font", Font(size=1))), PERSON)
    yield case("hidden_cells", "column of no width", "t.xlsx", workbook(change=change("column", "width", 0.2)), PERSON)
    yield case("personal_number", "defined name", "t.xlsx", workbook(change=lambda b, _: b.defined_names.add(DefinedName("x", attr_text=f'"{CPR}"')) if hasattr(b.defined_names, "add") else b.defined_names.append(DefinedName("x", attr_text=f'"{CPR}"'))))
    yield case("personal_number", "comment", "t.xlsx", workbook(change=change("cell", "comment", Comment(CPR, "x"))))
    yield case("comment", "comment without a number", "t.xlsx", workbook(change=change("cell", "comment", Comment("se bilag", "x"))), PERSON)
    yield case("small_count", "what a chart keeps", "t.xlsx", repacked(book, [("xl/charts/chart9.xml", cache([("A", 120), ("B", 3)]))]))
    yield case("rows_of_individuals", "individuals in a chart", "t.xlsx", repacked(book, [("xl/charts/chart9.xml", cache([(f"{p[0]} {p[1]} {p[2]} {p[3]}", p[4] + 10) for p in persons()]))]), PERSON)
    yield case("rows_of_individuals", "individuals in a sheet", "t.xlsx", workbook(PERSON_HEADER, *persons()), PERSON)
    yield case("birth_date", "dates of birth as dates", "t.xlsx", workbook(("foedt", "antal"), *((__import__("datetime").date(1950, 1 + i, 2 + i), 100 + i) for i in range(9))), PERSON)
    yield case("small_count_possible", "raised digits", "t.xlsx", repacked(workbook(("g", "antal"), ("A", 120), ("B", "x")), replace=[(SHEET, b't="inlineStr"><is><t>x</t></is>', b't="inlineStr"><is><r><t>3</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>12</t></r></is>')]), PERSON)
    parts = {"macro sheet": ("macro", "xl/macrosheets/sheet1.xml"), "macro": ("macro", "xl/vbaProject.bin"), "signed macro": ("macro", "xl/vbaProjectSignature.bin"),
             "control": ("embedded_object", "xl/activeX/activeX1.xml"), "object": ("embedded_object", "xl/embeddings/oleObject1.bin"), "workbook in a workbook": ("embedded_object", "xl/embeddings/x.xlsx"),
             "data model": ("embedded_object", "xl/model/item.data"), "external link": ("external_link", "xl/externalLinks/externalLink1.xml"), "connection": ("external_link", "xl/connections.xml"),
             "query": ("external_link", "xl/queryTables/queryTable1.xml"), "pivot rows": ("pivot_cache", "xl/pivotCache/pivotCacheRecords1.xml"), "pivot definition": ("pivot_cache", "xl/pivotCache/pivotCacheDefinition1.xml"),
             "old versions": ("tracked_change", "xl/revisions/revisionLog1.xml"), "threaded comments": ("comment", "xl/threadedComments/threadedComment1.xml"), "typeface": ("embedded_object", "xl/fonts/font1.odttf")}
    for technique, (rule, part) in parts.items():
        yield case(rule, technique, "t.xlsx", repacked(book, [(part, b"<a/>")]), PERSON if rule in ("tracked_change", "comment") else "block")
    yield case("personal_number", "custom XML", "t.xlsx", repacked(book, [("customXml/item1.xml", f"<a>{CPR}</a>".encode())]))
    yield case("encoded_text", "custom XML in base64", "t.xlsx", repacked(book, [("customXml/item1.xml", b"<a>" + base64.b64encode(f"patient {CPR} og en til".encode() * 2) + b"</a>")]), PERSON)
    yield case("trailing_bytes", "bytes before it", "t.xlsx", b"PK\3\4" + book)
    yield case("hidden_data", "many rows in custom XML", "t.xlsx", repacked(book, [("customXml/item1.xml", ("<r>" + "".join(f"<p k='{p[0]}' f='{p[1]}' d='{p[3]}'/>" for p in persons()) + "</r>").encode())]), PERSON)


def contradictions():
    """What a reader of the XML takes for the value, and what a spreadsheet shows."""
    book = workbook(("g", "antal"), ("A", 120), ("B", "x"))
    as_text, in_cell = b' t="inlineStr"><is><t>x</t></is>', lambda cell: repacked(book, replace=[(SHEET, as_text, cell.encode())])
    for technique, cell in {
        "two values": "><v>12</v><v>3</v>", "a value of another namespace": "><foo:v>12</foo:v><v>3</v>", "an element in a value": "><v>3<foo:x>99</foo:x></v>",
        "a text that is not in the list": ' t="s"><v>77</v>', "two texts": ' t="inlineStr"><is><t>12</t><t>3</t></is>', "a number of a text with decimals": ' t="s"><v>0.0</v>',
    }.items():
        yield case("unreadable", technique, "t.xlsx", in_cell(cell))
    for technique, cell in {"a type of another namespace": ' foo:t="s"><v>3</v>', "how a word sounds": ' t="inlineStr"><is><t>3</t><rPh sb="0" eb="1"><t>00</t></rPh></is>'}.items():
        yield case("small_count", technique, "t.xlsx", in_cell(cell))
    yield case("hidden_cells", "white letters in a cell", "t.xlsx", in_cell(' t="inlineStr"><is><r><t>3</t></r><r><rPr><color rgb="FFFFFFFF"/></rPr><t>00</t></r></is>'), PERSON)
    for technique, text in {"a text in no cell": f"<v>{CPR}</v>", "a cell in no place": f'<c r="ZZZZ1"><v>{CPR}</v></c>', "an element's name": f"<x{CPR}/>"}.items():
        yield case("personal_number", technique, "t.xlsx", repacked(book, replace=[(SHEET, b"<sheetData>", f"<sheetData>{text}".encode())]))
    yield case("personal_number", "an identifier drawn by lot", "t.xlsx", repacked(book, replace=[(SHEET, b"<sheetData>", f'<sheetData xr:uid="{CPR}">'.encode())]))
    yield case("comment", "a comment in the XML", "t.xlsx", repacked(book, replace=[(SHEET, b"<sheetData>", b"<!-- M 14-03-1951 DE119 --><sheetData>")]), PERSON)
    yield case("person_name", "a name in the footer", "t.xlsx", repacked(book, replace=[(SHEET, b"</worksheet>", "<headerFooter><oddFooter>Peter Jensen</oddFooter></headerFooter></worksheet>".encode())]), PERSON)
    for number in ('0;"3"', '000000"-1235"', "0\\3"):
        yield case("hidden_digits", f"digits of the format {number}", "t.xlsx", workbook(("g", "antal"), ("A", 120), ("B", 100), change=change("cell", "number_format", number)), PERSON)
    lines = "".join(f"<a:p><a:r><a:t>{' '.join(map(str, one))}</a:t></a:r></a:p>" for one in persons(8))
    yield case("person_reads", "individuals in a text box", "t.xlsx", repacked(book, [("xl/drawings/drawing1.xml", f'<xdr:wsDr xmlns:xdr="x" xmlns:a="a"><xdr:sp><xdr:txBody>{lines}</xdr:txBody></xdr:sp></xdr:wsDr>'.encode())]), PERSON)
    yield case("hidden_data", "a text under a name", "t.xlsx", repacked(book, replace=[("xl/workbook.xml", b"</workbook>", b"<definedNames><definedName name=\"x\">\"M 14-03-1951 DE119\"</definedName></definedNames></workbook>")]), PERSON)
    yield case("hidden_data", "rows in the theme", "t.xlsx", repacked(book, replace=[("xl/theme/theme1.xml", b"</a:theme>", b"<a:x>M 14-03-1951 DE119</a:x></a:theme>")]), PERSON)


def elsewhere(book):
    """The workbook under another name, which the document's relations give, and beside it one that looks the same but shows all sheets."""
    names = {"xl/workbook.xml": "xl/real/book.xml", "xl/_rels/workbook.xml.rels": "xl/real/_rels/book.xml.rels"}
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        decoy = [(name, parts.read(name).replace(b'state="hidden"', b'state="visible"')) for name in names]
    return repacked(book, decoy, replace=[("_rels/.rels", b"xl/workbook.xml", b"xl/real/book.xml")], rename=names)


def relations():
    """What a part is, says what refers to it; its name says nothing."""
    book = workbook()
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        styles = parts.read("xl/styles.xml")
    strings = b"<sst><si><t>A</t></si></sst>"
    hidden = workbook(change=lambda b, _: setattr(b.create_sheet("x"), "sheet_state", "hidden"))
    yield case("hidden_sheet", "a workbook beside the one that is read", "t.xlsx", elsewhere(hidden), PERSON)
    yield case("unreadable", "two lists of styles", "t.xlsx", repacked(book, [("xl/a.xml", styles)]))
    yield case("unreadable", "styles that the workbook does not know", "t.xlsx", repacked(book, rename={"xl/styles.xml": "xl/a.xml"}))
    yield case("unreadable", "two lists of strings", "t.xlsx", repacked(book, [("xl/a.xml", strings), ("xl/b.xml", strings)]))
    yield case("unreadable", "two parts that differ in large letters", "t.xlsx", repacked(book, [("XL/Styles.xml", styles)]))
    for technique, (rule, root) in {"link": ("external_link", "externalLink"), "query": ("external_link", "queryTable"), "pivot rows": ("pivot_cache", "pivotCacheRecords"), "macro sheet": ("macro", "macrosheet")}.items():
        yield case(rule, f"{technique} by another name", "t.xlsx", repacked(book, [("xl/a.xml", f"<{root}/>".encode())]))
    yield case("comment", "comments by another name", "t.xlsx", repacked(book, [("xl/a.xml", b"<comments/>")]), PERSON)
    rows = "".join(f"<p k='{p[0]}' f='{p[1]}' d='{p[3]}'/>" for p in persons())
    yield case("hidden_data", "many rows in a part of its own", "t.xlsx", repacked(book, [("xl/a.xml", f"<r>{rows}</r>".encode())]), PERSON)
    for number in ("#,##0_);(#,##0)", "#,##0_);[Red](#,##0)"):
        yield case("hidden_digits", f"format {number}", "t.xlsx", workbook(("g", "gns"), ("A", 12.3456789), ("B", 11.8765432), change=change("cell", "number_format", number)), PERSON)
    points = cache([("A", 120), ("B", 3)])
    twice = points.replace(b'<c:pt idx="1"><c:v>3</c:v></c:pt>', b'<c:pt idx="1"><c:v>3</c:v></c:pt><c:pt idx="1"><c:v>55</c:v></c:pt>')
    assert twice != points
    yield case("unreadable", "two values for one point of a chart", "t.xlsx", repacked(book, [("xl/charts/chart9.xml", twice)]))
    newer = b"<chartSpace><chartData><data><numDim><lvl><pt idx='0'>120</pt><pt idx='1'>3</pt></lvl></numDim></data></chartData></chartSpace>"
    yield case("person_reads", "chart of a newer kind", "t.xlsx", repacked(book, [("xl/charts/chartEx1.xml", newer)]), PERSON)


def documents():
    table = word_table(("gruppe", "antal"), ("A", 120), ("B", 3))
    yield case("small_count", "table in a document", "t.docx", document(table))
    yield case("small_count", "nested table", "t.docx", document(f"<w:tbl><w:tr><w:tc>{table}</w:tc></w:tr></w:tbl>"))
    yield case("unreadable", "tables within tables without end", "t.docx", document("<w:tbl><w:tr><w:tc>" * 60 + table + "</w:tc></w:tr></w:tbl>" * 60))
    yield case("small_count", "table in a text box", "t.docx", document(f"<w:p><w:r><w:pict><w:txbxContent>{table}</w:txbxContent></w:pict></w:r></w:p>"))
    yield case("small_count", "table in a footnote", "t.docx", document(paragraph("Se note"), {"word/footnotes.xml": f'<w:footnotes xmlns:w="urn:w"><w:footnote>{table}</w:footnote></w:footnotes>'}))
    yield case("small_count", "table by tabulators", "t.docx", document("".join(f"<w:p><w:r><w:t>{a}</w:t><w:tab/><w:t>{b}</w:t></w:r></w:p>" for a, b in SMALL)))
    yield case("rows_of_individuals", "individuals in a table", "t.docx", document(word_table(PERSON_HEADER, *persons())), PERSON)
    for technique, properties in {"vanish": "<w:vanish/>", "web hidden": "<w:webHidden/>", "white": '<w:color w:val="FFFFFF"/>', "tiny": '<w:sz w:val="2"/>', "special vanish": "<w:specVanish/>"}.items():
        yield case("hidden_cells", f"text {technique}", "t.docx", document(paragraph("Synlig", run("de to fra Samsø", properties))), PERSON)
        yield case("personal_number", f"number {technique}", "t.docx", document(paragraph("Synlig", run(CPR, properties))))
    for technique, body in {"inserted": "<w:ins><w:r><w:t>x</w:t></w:r></w:ins>", "deleted": "<w:del><w:r><w:delText>y</w:delText></w:r></w:del>", "moved": "<w:moveFrom><w:r><w:t>y</w:t></w:r></w:moveFrom>",
                            "formatting": "<w:r><w:rPr><w:rPrChange/></w:rPr><w:t>y</w:t></w:r>", "row deleted": "<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p/></w:tc></w:tr></w:tbl>"}.items():
        yield case("tracked_change", technique, "t.docx", document(f"<w:p>{body}</w:p>"), PERSON)
    yield case("personal_number", "number in deleted text", "t.docx", document(f"<w:p><w:del><w:r><w:delText>{CPR}</w:delText></w:r></w:del></w:p>"))
    for technique, part in {"comments": "word/comments.xml", "header": "word/header1.xml", "footnotes": "word/footnotes.xml", "endnotes": "word/endnotes.xml", "properties": "docProps/custom.xml",
                            "glossary": "word/glossary/document.xml", "settings": "word/settings.xml", "people": "word/people.xml"}.items():
        yield case("personal_number", f"number in {technique}", "t.docx", document(paragraph("Tabel"), {part: f'<w:a xmlns:w="urn:w"><w:p><w:r><w:t>{CPR}</w:t></w:r></w:p></w:a>'}))
    for technique, (rule, part, content) in {
        "another file's text": ("embedded_object", "word/afchunk.mht", "x"), "object": ("embedded_object", "word/embeddings/oleObject1.bin", "x"), "workbook of a chart": ("embedded_object", "word/embeddings/x.xlsx", "x"),
        "macro": ("macro", "word/vbaProject.bin", "x"), "typeface": ("embedded_object", "word/fonts/font1.odttf", "x")}.items():
        yield case(rule, technique, "t.docx", document(paragraph("Tabel"), {part: content}))
    yield case("external_link", "template from elsewhere", "t.docx", document(paragraph("x"), {"word/_rels/settings.xml.rels": '<Relationships><Relationship Id="r1" Type="urn:attachedTemplate" Target="https://elsewhere.example/t.dotx" TargetMode="External"/></Relationships>'}), PERSON)
    yield case("external_link", "picture from elsewhere", "t.docx", document(paragraph("x"), {"word/_rels/document.xml.rels": '<Relationships><Relationship Id="r1" Type="urn:image" Target="https://elsewhere.example/p.png?a=DE119" TargetMode="External"/></Relationships>'}), PERSON)
    yield case("external_link", "field that fetches", "t.docx", document('<w:p><w:r><w:instrText>INCLUDETEXT "https://elsewhere.example/x"</w:instrText></w:r></w:p>'), PERSON)
    yield case("embedded_image", "picture", "t.docx", document(paragraph("Figur"), {"word/media/image1.png": png()}), PERSON)
    yield case("trailing_bytes", "rows behind a picture", "t.docx", document(paragraph("Figur"), {"word/media/image1.png": png(behind=b"a;b\n1;2\n")}))
    symbols = lambda text: "".join(f'<w:sym w:font="Calibri" w:char="{ord(c):04X}"/>' for c in text)
    yield case("personal_number", "number in symbols", "t.docx", document(f"<w:p><w:r>{symbols(CPR)}</w:r></w:p>"))
    yield case("small_count", "count in symbols of a typeface", "t.docx", document(word_table(*SMALL).replace("<w:t>3</w:t>", '<w:sym w:font="Symbol" w:char="F033"/>')))
    either = lambda a, b: f'<mc:AlternateContent><mc:Choice Requires="q">{a}</mc:Choice><mc:Fallback>{b}</mc:Fallback></mc:AlternateContent>'
    yield case("hidden_data", "two texts of which one is shown", "t.docx", document(f"<w:p>{run(CPR[:4])}{either(run('x'), run(CPR[4:6]))}{run(CPR[6:])}</w:p>"), PERSON)
    yield case("personal_number", "number cut into runs", "t.docx", document(paragraph("0102", "03-", "1235")))
    yield case("personal_number", "number across cells", "t.docx", document(word_table(("dato", "nr"), *((PLAIN[:6], f"{1235 + i}") for i in range(4)))))
