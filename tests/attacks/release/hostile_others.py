"""What people who had not written the scanners found that passed them, and what stands beside it."""
import base64
import io
import json

import xlsxwriter
from openpyxl.styles import Font
from openpyxl.styles.colors import Color

from .case import CPR, PERSON, PLAIN, case, rows
from .formats import repacked, workbook

DATES = ("010203", "040561", "070372", "090955", "120448", "220166")
FOURS = tuple(str(1235 + i) for i in range(6))
NUMBERS = tuple(f"{d}-{f}" for d, f in zip(DATES, FOURS))
PLACES = ("Samsø", "Odense", "Aarhus", "Vejle", "Ribe", "Skive", "Thisted", "Læsø")
PEOPLE = tuple(("MK"[i % 2], f"{1 + i:02}-03-19{51 + i}", place, f"DE1{i}9") for i, place in enumerate(PLACES))
HEADER = ("koen", "foedselsdato", "sted", "dg")


def few_in_tables():
    for technique, body in {
        "smittede uge 12": "region;smittede uge 12\nA;120\nB;3\n", "kommune Samsø": "region;kommune Samsø\nA;120\nB;3\n", "indlagte dag 1": "region;indlagte dag 1\nA;120\nB;3\n",
        "n (median)": "gruppe;n, median 3\nA;120\nB;3\n", "missing beside": "gruppe;antal\nA;120\nB;55 (3 mangler)\n", "between two": "gruppe;antal\nA;120\nB;<4 og >2\n",
        "from to": "gruppe;antal\nA;120\nB;2..4\n", "hexadecimal": "gruppe;antal\nA;120\nB;0x3\n", "worked out": "gruppe;antal\nA;120\nB;53-50\n",
    }.items():
        yield case("small_count_possible", f"count, {technique}", "t.csv", body, PERSON)
    yield case("small_difference", "those who are left", "t.csv", "gruppe;patienter i alt;overlevende\nA;125;122\nB;200;180\n", PERSON)
    yield case("small_difference", "a row and a part of it", "t.csv", "gruppe;antal\nAlle med diabetes;1125\nAlle med diabetes og bopæl;1122\n", PERSON)
    yield case("whole_group", "all of them as a count", "t.csv", "gruppe;antal;heraf med HIV\nA;12;12\nB;20;9\n", PERSON)
    yield case("whole_group", "none of them as a count", "t.csv", "gruppe;med HIV;uden HIV;i alt\nA;12;0;12\nB;9;11;20\n", PERSON)
    yield case("whole_group", "no spread", "t.csv", "gruppe;antal;gns;sd\nA;50;43,0;0,0\nB;20;50,1;3,3\n", PERSON)
    for technique, body in {
        "share of those who are left": "gruppe;antal;pct overlevende\nA;125;97,6\nB;200;50,0\n", "mean of noughts and ones": "gruppe;antal;gns. død\nA;125;0,024\nB;200;0,5\n",
        "sum and mean": "gruppe;gns;sum\nA;4,5;13,5\nB;3,2;640\n",
    }.items():
        yield case("percent_numerator", technique, "t.csv", body, PERSON)
    for technique, body in {"95th of twelve": "gruppe;antal;p95\nA;12;88\nB;20;92\n", "quartile of six": "gruppe;antal;q1;median\nA;6;12;50\nB;700;30;44\n", "percentile in words": "gruppe;antal;5. percentil\nA;60;12\nB;700;30\n"}.items():
        yield case("extreme", technique, "t.csv", body, PERSON)
    for header in ("surv", "S(t)"):
        yield case("survival_steps", f"curve of twenty, {header}", "t.csv", f"tid;{header}\n" + "".join(f"{13 * i + i * i};{1 - 0.05 * i:.2f}\n" for i in range(15)), PERSON)


def numbers():
    for technique, body in {
        "columns apart": rows(("fdato", "region", "lbnr", "antal"), *((d, "Nord", f, 100 + i) for i, (d, f) in enumerate(zip(DATES, FOURS)))),
        "number before date": rows(("nr", "dato", "antal"), *((f, d, 100 + i) for i, (d, f) in enumerate(zip(DATES, FOURS)))),
        "one below the other": rows(("g", "antal"), *((v, 120) for pair in zip(DATES, FOURS) for v in pair)),
        "in two rows": rows(("dato", *DATES), ("lbnr", *FOURS)), "without its zero": rows(("g", "antal"), ("10203-1235", 120), ("B", 55)),
        "a full year and a sign": rows(("g", "antal"), ("19030201>1235", 120), ("B", 55)),
    }.items():
        yield case("personal_number_possible", f"number, {technique}", "t.csv", body, PERSON)
    yield case("personal_number", "number, over two lines of a cell", "t.csv", 'g;antal\n"010203\n1235";120\nB;55\n')
    for technique, pack in {"base64": base64.b64encode, "base32": base64.b32encode, "hexadecimal": lambda b: b.hex().encode()}.items():
        yield case("encoded_text", f"number of a cell's length, {technique}", "t.csv", rows(("g", "antal"), *((pack(n.encode()).decode(), 100 + i) for i, n in enumerate(NUMBERS))), PERSON)
    yield case("encoded_text", "ten digits without padding", "t.csv", rows(("g", "antal"), (base64.b64encode(PLAIN.encode()).decode().rstrip("="), 120), ("B", 55)), PERSON)


def people():
    for technique, lines in {
        "four of them": [HEADER, *PEOPLE[:4]], "counted besides": [(*HEADER, "antal"), *((*p, 20 + i * 3) for i, p in enumerate(PEOPLE))],
        "months in words": [("k", "d", "sted"), *((p[0], f"{i + 1}. marts 19{51 + i}", p[2]) for i, p in enumerate(PEOPLE))],
        "dates in a row": [("k", "d", "sted"), *((p[0], f"19{51 + i}03{1 + i:02}", p[2]) for i, p in enumerate(PEOPLE))],
        "years of birth": [("fødselsår", "kommune", "diagnose", "dage"), *((1951 + i, p[2], "Kræft i lunge", i * 7 + 2) for i, p in enumerate(PEOPLE))],
        "names that no list has": [("navn", "dato"), *((n, f"0{i + 1}-03-1951") for i, n in enumerate(("Ditte Ravn", "Bjarne Kvist", "Yrsa Thorup", "Asger Bloch", "Tilde Wulff", "Viggo Krogh")))],
    }.items():
        yield case("rows_of_individuals", f"people, {technique}", "t.csv", rows(*lines), PERSON)
    table = rows(HEADER, *PEOPLE)
    lines = table.splitlines()
    for name, technique, body in (
        ("t.log", "semicolons", table), ("t.log", "commas", table.replace(";", ",")), ("t.md", "in code", f"```\n{table}```\n"), ("t.py", "in a text", f'x = """\n{table}"""\n'),
        ("t.R", "in comments", "".join(f"# {line}\n" for line in lines)), ("t.R", "cat", "".join(f'cat("{line}\\n")\n' for line in lines)),
        ("t.sql", "inserted", "".join(f"INSERT INTO t VALUES ('{line}');\n" for line in lines)), ("t.html", "pre", f"<pre>{table}</pre>"),
        ("t.ipynb", "metadata", json.dumps({"cells": [], "metadata": {"x": table}, "nbformat": 4, "nbformat_minor": 5})),
        ("t.ipynb", "output", json.dumps({"cells": [{"cell_type": "code", "metadata": {}, "execution_count": 1, "source": ["1"], "outputs": [{"output_type": "stream", "name": "stdout", "text": [line + "\n" for line in lines]}]}],
                                          "metadata": {}, "nbformat": 4, "nbformat_minor": 5})),
    ):
        yield case("printed_rows", f"people, {technique}", name, body, PERSON)
    for technique, text in {"a man": "En mand fra Samsø, født 14-03-1951, fik DE119.", "f.": "Patienten (f. 14. marts 1951) blev indlagt.", "English": "A woman born 1951-03-14 was admitted."}.items():
        yield case("birth_date", f"told, {technique}", "t.md", text + "\n", PERSON)
    yield case("small_count_possible", "few in a log with semicolons", "t.log", "g;antal\nA;120\nB;3\n", PERSON)
    yield case("small_count_possible", "few in notes", "t.md", "Af de 250 blev 3 indlagt på Samsø.\n", PERSON)
    yield case("one_person_condition", "from a day to the same", "t.sql", "SELECT count(*) FROM t WHERE foedselsdato BETWEEN '1951-03-14' AND '1951-03-14' AND komkode = 741;\n", PERSON)


def listed(*lines):
    """A workbook whose texts stand in a list of their own, as most programs write it."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("Tabel")
    for at, line in enumerate(lines):
        sheet.write_row(at, 0, line)
    book.close()
    return out.getvalue()


def unseen():
    theme = lambda _, sheet: setattr(sheet["B3"], "font", Font(color=Color(theme=0)))
    yield case("hidden_cells", "white of the theme", "t.xlsx", workbook(("g", "antal"), ("A", 120), ("B", 88), change=theme), PERSON)
    nearly = lambda _, sheet: setattr(sheet["B3"], "font", Font(color="FFFDFDFD"))
    yield case("hidden_cells", "nearly white", "t.xlsx", workbook(("g", "antal"), ("A", 120), ("B", 88), change=nearly), PERSON)
    words = lambda _, sheet: setattr(sheet["B3"], "number_format", 'd" personer"yy')
    yield case("hidden_digits", "words beside a day", "t.xlsx", workbook(("g", "antal"), ("A", 120), ("B", 36952), change=words), PERSON)
    more = b"".join(b"<si><t>%s</t></si>" % ";".join(p).encode() for p in PEOPLE) + b"</sst>"
    yield case("hidden_data", "texts that no cell shows", "t.xlsx", repacked(listed(("g", "antal"), ("A", 120), ("B", 88)), replace=[("xl/sharedStrings.xml", b"</sst>", more)]), PERSON)
    table = "<table><tr><th>g<th>antal<tr><td>A<td>120<tr><td>B<td{}</table>"
    for technique, body in {
        "what a style writes": '<style>td.b:after{content:"\\33"}</style>' + table.format(" class=b>"), "what a field holds": table.format("><input value=3>"),
        "from right to left": f"<p><bdo dir=rtl>{CPR[::-1]}</bdo></p>", "a list's number": "<p>antal på Samsø:</p><ol start=3><li></ol>", "letters of no size": table.format('>3<span style="font-size:.01px">00</span>'),
    }.items():
        yield case("hidden_cells", technique, "t.html", body, PERSON)


def cases():
    for part in (few_in_tables, numbers, people, unseen):
        yield from part()
