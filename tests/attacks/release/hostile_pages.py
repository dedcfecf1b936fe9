"""Pages, drawings, pictures, code, logs and notebooks."""
import base64
import json
import zlib

from support.house import PSEUDONYMS

from .case import CPR, PERSON, PERSON_HEADER, PLAIN, case, persons
from .formats import chunk, jpeg, jpeg_segment, png

TABLE = "<table><tr><th>g<th>antal<tr><td>A<td>120<tr><td>B<td>3</table>"
PEOPLE = list(persons())
ROWS = "a;b\n1;2\n"


def pages():
    for technique, one in {"with many zeros": "&#00000000049;", "without an end": "&#49<wbr>", "in hexadecimal without an end": "&#x31<wbr>"}.items():
        yield case("personal_number", f"digits by number, {technique}", "t.html", f"<p>0{one}0203-{one}235</p>")
    yield case("unreadable", "tables within tables without end", "t.html", "<table><tr><td>" * 60 + "x" + "</td></tr></table>" * 60)
    yield case("small_count", "table", "t.html", TABLE)
    yield case("small_count", "table in a comment", "t.html", f"<p>x</p><!-- {TABLE} -->", PERSON)
    yield case("small_count_possible", "table by blocks", "t.html", "<div><div>g</div><div>antal</div></div><div><div>A</div><div>120</div></div><div><div>B</div><div>3</div></div>", PERSON)
    yield case("small_count_possible", "table in pre", "t.html", "<pre>g      antal\nA        120\nB          3\n</pre>", PERSON)
    yield case("small_count", "nested table", "t.html", f"<table><tr><td>{TABLE}</td></tr></table>")
    yield case("rows_of_individuals", "individuals", "t.html", "<table>" + "".join("<tr>" + "".join(f"<td>{c}" for c in p) for p in [PERSON_HEADER, *PEOPLE]) + "</table>", PERSON)
    yield case("rows_of_individuals", "individuals in a script", "t.html", f"<script>var d={json.dumps([dict(zip(PERSON_HEADER, p)) for p in PEOPLE])}</script>", PERSON)
    for technique, style in {"display none": "display:none", "no visibility": "visibility:hidden", "size nothing": "font-size:0", "white": "color:#fff", "off the page": "position:absolute;left:-9999px", "transparent": "opacity:0"}.items():
        yield case("hidden_cells", technique, "t.html", f'<p>Tabel</p><p style="{style}">de to fra Samsø</p>', PERSON)
        yield case("personal_number", f"number, {technique}", "t.html", f'<p>Tabel</p><p style="{style}">{CPR}</p>')
    yield case("hidden_cells", "hidden attribute", "t.html", "<p hidden>de to fra Samsø</p>", PERSON)
    yield case("hidden_cells", "template", "t.html", "<template>de to fra Samsø</template>", PERSON)
    for technique, body in {"script": "<script>x</script>", "event": "<p onmouseover=x>", "link that runs": "<a href='javascript:x'>y</a>", "frame": "<iframe src=x>", "form": "<form action='https://elsewhere.example'>",
                            "script split": "<scr\0ipt>x</script>".replace("\0", ""), "animation": "<svg><animate onbegin=x></svg>", "refresh": '<meta http-equiv="refresh" content="0;url=https://elsewhere.example">'}.items():
        yield case("script", technique, "t.html", f"<p>Tabel</p>{body}", PERSON)
    for technique, body in {"picture": "<img src='https://elsewhere.example/p?DE119'>", "style": "<link rel=stylesheet href='//elsewhere.example/s.css'>", "background": "<p style='background:url(https://elsewhere.example/x)'>y</p>"}.items():
        yield case("external_link", technique, "t.html", f"<p>Tabel</p>{body}", PERSON)
    packed = base64.b64encode(ROWS.encode() * 20).decode()
    for kind in ("text/csv", "application/zip", "image/png", "text/html"):
        yield case("data_uri", kind, "t.html", f'<a href="data:{kind};base64,{packed}">x</a>', PERSON)
    yield case("data_uri", "data without base64", "t.html", f'<a href="data:text/csv,{"DE119%3B34%0A" * 30}">x</a>', PERSON)
    for where in ("title", "alt", "data-id", "class", "value"):
        yield case("personal_number", f"attribute {where}", "t.html", f'<p {where}="{CPR}">Tabel</p>')
    yield case("comment", "comment", "t.html", "<p>x</p><!-- de to fra Samsø -->", PERSON)


def notes():
    table = "| g | antal |\n|---|---|\n| A | 120 |\n| B | 3 |\n"
    yield case("small_count", "table", "t.md", "# Tabel\n\n" + table)
    yield case("small_count_possible", "table in code", "t.md", "```\n" + "g      antal\nA        120\nB          3\n" + "```\n", PERSON)
    yield case("comment", "comment", "t.md", "Tabel\n\n<!-- de to fra Samsø -->\n", PERSON)
    yield case("comment", "comment as a link", "t.md", "Tabel\n\n[//]: # (de to fra Samsø)\n", PERSON)
    yield case("personal_number", "link", "t.md", f"[x](https://elsewhere.example/{CPR})\n")
    yield case("external_link", "picture from elsewhere", "t.md", "![x](https://elsewhere.example/p?DE119)\n", PERSON)
    yield case("data_uri", "picture", "t.md", "![x](data:image/png;base64," + base64.b64encode(png()).decode() + ")\n", PERSON)
    yield case("small_count_possible", "few in words", "t.md", "Kun tre personer blev indlagt.\n", PERSON)
    yield case("small_count_possible", "n = 3", "t.md", "Kun få blev indlagt (n = 3).\n", PERSON)
    yield case("small_count_possible", "3 patients", "t.md", "Heraf døde 3 patienter.\n", PERSON)
    yield case("trailing_blanks", "written in blanks at the ends of lines", "t.md", "".join(f"linje{' ' * (1 + (i * 7 % 2))}{chr(9) * (i * 3 % 2)}\n" for i in range(90)), PERSON)
    yield case("invisible_characters", "written in characters that are not seen", "t.md", "Tabel" + "".join("\u200b\u200c"[i * 5 % 3 % 2] for i in range(80)) + "\n", PERSON)


def drawings():
    svg = '<svg xmlns="http://www.w3.org/2000/svg">{}</svg>'
    for technique, body in {"text": f"<text>{CPR}</text>", "text in pieces": f"<text>0102<tspan>03-1235</tspan></text>", "metadata": f"<metadata>{CPR}</metadata>", "description": f"<desc>{CPR}</desc>",
                            "title": f"<title>{CPR}</title>", "attribute": f'<g id="n{CPR}"/>', "invisible": f'<text opacity="0">{CPR}</text>', "definition": f"<defs><text>{CPR}</text></defs>", "comment": f"<!-- {CPR} -->"}.items():
        yield case("personal_number", technique, "t.svg", svg.format(body))
    for technique, body in {"script": "<script>x</script>", "event": '<rect onload="x"/>', "foreign object": "<foreignObject><p>x</p></foreignObject>", "event of the mouse": '<g onmouseover="x"/>'}.items():
        yield case("script", technique, "t.svg", svg.format(body), PERSON)
    yield case("data_uri", "picture", "t.svg", svg.format('<image href="data:image/png;base64,' + base64.b64encode(png()).decode() + '"/>'), PERSON)
    yield case("external_link", "picture from elsewhere", "t.svg", svg.format('<image href="https://elsewhere.example/x.png"/>'), PERSON)
    yield case("external_link", "style from elsewhere", "t.svg", svg.format("<style>@import url(https://elsewhere.example/x.css)</style>"), PERSON)
    yield case("person_reads", "a point for each person", "t.svg", svg.format("".join(f'<circle cx="{i}" cy="{i * 7 % 90}" r="1"/>' for i in range(200))), PERSON)
    yield case("xml_entities", "entities", "t.svg", '<!DOCTYPE svg [<!ENTITY a "x">]>' + svg.format("<text>&a;</text>"))
    yield case("hidden_cells", "text without colour", "t.svg", svg.format('<text fill="none">de to fra Samsø</text>'), PERSON)


def pictures():
    long_text = b"Author\0" + ROWS.encode() * 9
    yield case("person_reads", "picture", "t.png", png(), PERSON)
    for technique, extra in {"tEXt": chunk(b"tEXt", long_text), "zTXt": chunk(b"zTXt", b"Author\0\0" + zlib.compress(ROWS.encode() * 9)), "iTXt": chunk(b"iTXt", b"Author\0\0\0\0\0" + ROWS.encode()),
                             "eXIf": chunk(b"eXIf", b"MM\0*\0\0\0\x08" + bytes(20))}.items():
        yield case("image_text", technique, "t.png", png(extra), PERSON)
    yield case("personal_number", "number in tEXt", "t.png", png(chunk(b"tEXt", b"Author\0" + CPR.encode())))
    yield case("personal_number", "number in packed text", "t.png", png(chunk(b"zTXt", b"Author\0\0" + zlib.compress(CPR.encode()))))
    yield case("personal_number", "number in packed international text", "t.png", png(chunk(b"iTXt", b"Author\0\1\0\0\0" + zlib.compress(CPR.encode()))))
    yield case("trailing_bytes", "bytes behind", "t.png", png(behind=ROWS.encode()))
    yield case("embedded_object", "piece of its own", "t.png", png(chunk(b"roWs", ROWS.encode() * 50)))
    yield case("unreadable", "broken", "t.png", png()[:-20])
    yield case("unreadable", "wrong sum", "t.png", png().replace(b"IDAT", b"IDAT", 1)[:-8] + b"\0\0\0\0IEND"[4:] + b"\0\0\0\0")
    huge = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", b"\0\0\xff\xff\0\0\xff\xff\x08\0\0\0\0") + chunk(b"IDAT", zlib.compress(bytes(9))) + chunk(b"IEND", b"")
    yield case("unreadable", "larger than a picture is", "t.png", huge)
    more = chunk(b"IDAT", zlib.compress(b"\0\0" + ROWS.encode() * 90))
    yield case("trailing_bytes", "rows behind the last point", "t.png", png().replace(chunk(b"IDAT", zlib.compress(b"\0\0")), more))
    yield case("person_reads", "photograph", "t.jpg", jpeg(), PERSON)
    for technique, extra in {"Exif": jpeg_segment(0xE1, b"Exif\0\0MM\0*\0\0\0\x08" + bytes(20)), "XMP": jpeg_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x>a</x>"), "comment": jpeg_segment(0xFE, ROWS.encode() * 3),
                             "IPTC": jpeg_segment(0xED, b"Photoshop 3.0\0" + ROWS.encode())}.items():
        yield case("image_text", technique, "t.jpg", jpeg(extra), PERSON)
    yield case("personal_number", "number in a comment", "t.jpg", jpeg(jpeg_segment(0xFE, CPR.encode())))
    yield case("trailing_bytes", "bytes behind", "t.jpg", jpeg(behind=ROWS.encode()))
    codes = bytes([1] + [0] * 15 + [0])
    for technique, (mark, data) in {"codes": (0xC4, b"\0" + codes), "steps": (0xDB, b"\0" + bytes([16] * 64)), "colours": (0xE2, b"ICC_PROFILE\0\1\1"), "maker": (0xEE, b"Adobe\0d\0\0\0\0\0")}.items():
        yield case("image_text", f"rows behind {technique}", "t.jpg", jpeg(jpeg_segment(mark, data + ROWS.encode())), PERSON)
    yield case("trailing_bytes", "archive behind", "t.jpg", jpeg(behind=b"PK\3\4" + bytes(90)))
    yield case("unreadable", "broken", "t.jpg", jpeg()[:-12])
    yield case("type_pretended", "PNG as JPEG", "t.jpg", png())
    yield case("type_pretended", "page as picture", "t.png", "<html><p>x</p></html>")


def code():
    listed = ", ".join(str(p[4]) for p in PEOPLE)
    for name, body in {
        "t.R": f"x <- c({listed})\nmean(x)\n", "t.py": f"x = [{listed}]\n", "t.sql": "INSERT INTO t VALUES " + ",".join(str(p) for p in PEOPLE) + ";\n",
        "t.sas": "data a; input koen $ dag dg $ kom;\ndatalines;\n" + "".join(f"{p[0]} {p[4]} {p[3]} {p[2]}\n" for p in PEOPLE) + ";\nrun;\n",
        "t.do": "input str1 koen dag str8 dg\n" + "".join(f"{p[0]} {p[4]} {p[3]}\n" for p in PEOPLE) + "end\n",
    }.items():
        yield case("values_in_code", f"many values, {name[2:]}", name, body, PERSON)
    yield case("values_in_code", "tribble", "t.R", "tribble(~koen, ~dg, ~dag,\n" + ",\n".join(f'"{p[0]}", "{p[3]}", {p[4]}' for p in PEOPLE) + ")\n", PERSON)
    yield case("values_in_code", "read from text", "t.R", 'read.table(text="' + "".join(f"{p[0]} {p[4]} {p[3]}\n" for p in PEOPLE) + '")\n', PERSON)
    yield case("values_in_code", "dictionary", "t.py", "d = {'koen': " + str([p[0] for p in PEOPLE]) + "}\n", PERSON)
    yield case("values_in_code", "JSON in a string", "t.py", "d = '" + json.dumps([dict(zip(PERSON_HEADER, p)) for p in PEOPLE]) + "'\n", PERSON)
    for name, condition in {"t.R": 'filter(d, foedt == as.Date("1951-03-14"), kommune == 741)', "t.py": "d[(d.foedt == '1951-03-14') & (d.kommune == 741)]", "t.sql": "SELECT * FROM t WHERE foedt = '1951-03-14' AND kommune = 741",
                            "t.sas": 'data a; set b; where foedt = "14MAR1951"d and kommune = 741; run;', "t.do": "keep if foedt == td(14mar1951) & kommune == 741"}.items():
        yield case("one_person_condition", f"one person chosen, {name[2:]}", name, condition + "\n", PERSON)
    for name, mark in {"t.R": "#", "t.py": "#", "t.sql": "--", "t.sas": "*", "t.do": "*", }.items():
        end = ";" if name == "t.sas" else ""
        yield case("small_count_possible", f"comment that counts, {name[2:]}", name, f"{mark} kun 3 personer tilbage her{end}\n", PERSON)
        yield case("personal_number", f"number in a comment, {name[2:]}", name, f"{mark} ikke {CPR}{end}\n")
        yield case("pseudonym", f"pseudonym left out, {name[2:]}", name, f"{mark} uden {PSEUDONYMS[0]}{end}\n")
    yield case("personal_number_possible", "number as a sum", "t.R", f"x <- {int(PLAIN)}L\n", PERSON)
    yield case("personal_number", "number put together", "t.R", 'paste0("0102", "03", "1235")\n', PERSON)
    yield case("encoded_text", "packed data", "t.py", "x = b64decode('" + base64.b64encode(ROWS.encode() * 30).decode() + "')\n", PERSON)
    yield case("encoded_text", "packed bytes", "t.py", "x = b'" + "".join(f"\\x{c:02x}" for c in (ROWS * 30).encode()) + "'\n", PERSON)
    table = "# g     antal\n# A       120\n# B         3\n"
    yield case("small_count_possible", "table in a comment", "t.R", table, PERSON)


def logs():
    printed = {
        "R data frame": "   koen foedselsdato kommune diagnose dage\n" + "".join(f"{i:<3} {p[0]:>4} {p[1]:>12} {p[2]:>7} {p[3]:>8} {p[4]:>4}\n" for i, p in enumerate(PEOPLE[:12], 1)),
        "tibble": "# A tibble: 40 × 5\n   koen  foedselsdato kommune diagnose  dage\n   <chr> <date>         <dbl> <chr>    <dbl>\n" + "".join(f"{i:>2} {p[0]}     {p[1]}       {p[2]} {p[3]}      {p[4]}\n" for i, p in enumerate(PEOPLE[:12], 1)),
        "SAS": "                 Obs    koen    foedselsdato    kommune    diagnose    dage\n\n" + "".join(f"{i:>20}     {p[0]}       {p[1]}       {p[2]}       {p[3]}     {p[4]:>4}\n" for i, p in enumerate(PEOPLE[:12], 1)),
        "Stata": "     +----------------------------------------------+\n     | koen   foedselsd~o   kommune   diagnose   dage |\n     |----------------------------------------------|\n" +
                 "".join(f"{i:>3}. |    {p[0]}   {p[1]}       {p[2]}      {p[3]}    {p[4]:>3} |\n" for i, p in enumerate(PEOPLE[:12], 1)) + "     +----------------------------------------------+\n",
        "pandas": "   koen foedselsdato  kommune diagnose  dage\n" + "".join(f"{i:<4}  {p[0]}  {p[1]}      {p[2]}    {p[3]}    {p[4]}\n" for i, p in enumerate(PEOPLE[:12])),
        "psql": " koen | foedselsdato | kommune | diagnose | dage \n------+--------------+---------+----------+------\n" + "".join(f" {p[0]}    | {p[1]}   |     {p[2]} | {p[3]}    | {p[4]:>4}\n" for p in PEOPLE[:12]) + "(12 rows)\n",
        "str": "'data.frame':\t40 obs. of  5 variables:\n $ koen        : chr  \"M\" \"K\" \"M\" \"K\" ...\n $ foedselsdato: chr  \"01-01-1940\" \"08-06-1951\" ...\n $ dage        : num  0 13 26 39 52 65 78 1 14 27 ...\n",
        "vector": " [1]  0 13 26 39 52 65 78  1 14 27 40 53 66 79  2 15 28 41 54 67 80  3 16 29 42\n[26] 55 68 81  4 17 30 43 56 69 82  5 18 31 44 57\n",
        "glimpse": "Rows: 40\nColumns: 5\n$ koen         <chr> \"M\", \"K\", \"M\", \"K\", \"M\"\n$ foedselsdato <chr> \"01-01-1940\", \"08-06-1951\", \"15-11-1962\"\n",
    }
    for technique, body in printed.items():
        yield case("printed_rows", technique, "t.log", "> d\n" + body, PERSON)
        yield case("printed_rows", f"{technique} as text", "t.txt", body, PERSON)
    counts = {
        "R table": "\n  M   K \n120   3 \n", "R crosstab": "     \n        M   K\n  nej 120  90\n  ja    3  40\n", "SAS freq": "  koen    Frequency     Percent     Cumulative\n----------------------------------------------\n  K            120       97.56            120\n  M              3        2.44            123\n",
        "Stata tab": "       koen |      Freq.     Percent        Cum.\n------------+-----------------------------------\n          K |        120       97.56       97.56\n          M |          3        2.44      100.00\n",
        "pandas counts": "K    120\nM      3\nName: koen, dtype: int64\n", "psql": " koen | antal \n------+-------\n K    |   120\n M    |     3\n(2 rows)\n",
    }
    for technique, body in counts.items():
        yield case("small_count_possible", f"counts, {technique}", "t.log", body, PERSON)
    for technique, line in {"R": "  (3 observations deleted due to missingness)", "R summary": " NA's   :3  ", "Stata": "(3 missing values generated)", "SAS": "                     Frequency Missing = 3",
                            "SAS rows": "NOTE: There were 3 observations read from the data set WORK.A.", "Stata dropped": "(3 observations deleted)", "psql": "(3 rows)", "SQL": "DELETE 3", "events": "n= 200, number of events= 3", "pandas": "[3 rows x 5 columns]",
                            "R dim": "> nrow(d)\n[1] 3", "SAS where": "WHERE koen='M'; 2 observations"}.items():
        yield case("small_count_possible", f"few observations, {technique}", "t.log", line + "\n", PERSON)


def notebook(cells):
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def cell(source, *outputs):
    return {"cell_type": "code", "source": [source], "metadata": {}, "execution_count": 1, "outputs": list(outputs)}


def notebooks():
    def output(kind, body):
        return {"output_type": "display_data", "data": {kind: body}, "metadata": {}}
    yield case("small_count", "table in an output", "t.ipynb", notebook([cell("x", output("text/html", TABLE))]))
    yield case("personal_number", "number in an output", "t.ipynb", notebook([cell("x", output("text/plain", [f"patient {CPR}"]))]))
    yield case("personal_number", "number cut into lines", "t.ipynb", notebook([cell("x", {"output_type": "stream", "name": "stdout", "text": ["0102", "03-12", "35"]})]))
    yield case("personal_number", "number in metadata", "t.ipynb", json.dumps({"cells": [], "metadata": {"x": CPR}, "nbformat": 4, "nbformat_minor": 5}))
    yield case("printed_rows", "rows in an output", "t.ipynb", notebook([cell("d", output("text/plain", "   koen foedselsdato kommune\n" + "".join(f"{i:<3} {p[0]} {p[1]} {p[2]}\n" for i, p in enumerate(PEOPLE[:12]))))]), PERSON)
    yield case("embedded_image", "picture in an output", "t.ipynb", notebook([cell("x", output("image/png", base64.b64encode(png()).decode()))]), PERSON)
    yield case("trailing_bytes", "rows behind a picture", "t.ipynb", notebook([cell("x", output("image/png", base64.b64encode(png(behind=ROWS.encode())).decode()))]))
    yield case("embedded_object", "attachment", "t.ipynb", notebook([{"cell_type": "markdown", "source": "x", "metadata": {}, "attachments": {"a.csv": {"text/csv": ROWS}}}]))
    yield case("script", "script in an output", "t.ipynb", notebook([cell("x", output("application/javascript", "x"))]), PERSON)
    yield case("values_in_code", "values in a cell", "t.ipynb", notebook([cell("x = [" + ", ".join(str(p[4]) for p in PEOPLE) + "]")]), PERSON)
    yield case("small_count_possible", "words in a cell", "t.ipynb", notebook([{"cell_type": "markdown", "source": "Kun 3 personer (n=3).", "metadata": {}}]), PERSON)
    yield case("unreadable", "no notebook", "t.ipynb", '{"cells": 3}')
    yield case("unreadable", "deep", "t.ipynb", "[" * 4000 + "]" * 4000)
