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


def mixed():
    """Counts where a column holds other figures too: table 1 of most papers, what R, SAS, Stata and pandas print."""
    for technique, body in {
        "table 1": "Nøgletal;Nord;Syd;Øst\nAntal patienter;3;250;310\nGennemsnitsalder;54,3;51,2;50,1\nAndel kvinder;66,7;52,1;49,3\n",
        "long": "variable;statistic;value\nage;mean;54.3\nage;sd;12.1\nage;n;3\nbmi;mean;27.4\nbmi;sd;4.1\nbmi;n;120\n",
        "pandas": ",age,bmi,hba1c\ncount,3.0,3.0,3.0\nmean,54.333,27.412,48.221\nstd,12.11,4.12,7.41\n",
        "Stata": "koen,alive,dead,Total\nF,1200,3,1203\n,99.75,0.25,100.00\nM,1250,44,1294\n,96.60,3.40,100.00\nTotal,2450,47,2497\n,98.12,1.88,100.00\n",
        "esttab": '"",(1),(2)\nage,1.04,1.03\nmale,1.31,1.29\nbmi,1.02,1.01\nEvents,3,120\nN,45,2400\n',
        "two tables": "Diagnose;Nord;Syd\nAstma;3;120\nKOL;45;99\n\nVariabel;HR;p\nAlder;1,04;0,001\nKøn;1,31;0,02\nBMI;1,02;0,30\n",
        "a mean below": "Region;Antal\nNord;3\nSyd;120\nGns.;61,5\nSD;82,7\n", "or": "kommune;astma or COPD;diabetes\nNord;3;45\nSyd;120;77\nØst;99;88\n",
        "share over counts": "kommune;Andel\nNord;3\nSyd;120\n", "GI": "kommune;Upper GI bleeding\nNord;3\nSyd;120\n",
    }.items():
        yield case("small_count_possible", f"mixed, {technique}", "t.csv", body, PERSON)
    for technique, body in {"JAMA": "Characteristic;No. (%)\nAsthma;3 (1.2)\nCOPD;45 (18.0)\n", "first row": "region;antal\nNord;3 personer\nSyd;120\nMidt;130\nØst;99\n",
                            "long preamble": "".join(f"linje {i};\n" for i in range(13)) + "Region;Antal\nNord;3\nSyd;120\nØst;99\n"}.items():
        yield case("small_count", f"count, {technique}", "t.csv", body)
    for technique, body in {"a pair": "g;Events/N\nA;120/123\nB;45/340\n", "in brackets": "g;Indlagte (heraf døde)\nA;120 (3)\nB;300 (44)\n", "heraf": "g;antal;note\nA;120;1) Heraf 3 fra Grønland\nB;55;\n",
                            "R's own sentence": "term;estimate\nage;1.04\n3 observations deleted due to missingness;\n", "less than four": "g;antal\nA;120\nB;<4\n"}.items():
        yield case("small_count_possible", f"told, {technique}", "t.csv", body, PERSON)
    for technique, body in {
        "Hovedtotal": "Diagnose;Antal\nAstma;120\nKOL;<5\nDiabetes;77\nHovedtotal;200\n", "no name at all": "Diagnose;Antal\nAstma;120\nKOL;<5\nDiabetes;77\nHele kohorten;200\n",
        "both sexes": "Diagnose;Mænd;Kvinder;Begge køn\nAstma;120;<5;123\nKOL;40;50;90\nDiabetes;77;60;137\n",
    }.items():
        yield case("recalculable", f"total, {technique}", "t.csv", body, PERSON)
    yield case("small_difference", "added up", "t.csv", "alder;Frequency;Cumulative Frequency\n20;120;120\n30;<5;123\n40;99;222\n50;<5;226\n60;40;266\n", PERSON)
    yield case("small_difference", "those at risk", "t.csv", "time;n.risk\n0;100\n1;98\n2;97\n3;95\n", PERSON)
    for technique, body in {
        "N of a column": 'Characteristic,"Drug A (N=50)","Placebo (N=102)"\nAsthma,6.0%,20.6%\nCOPD,44.0%,40.2%\n', "N in a row": "Karakteristik;A;B\nN;50;102\nAstma, %;6,0;20,6\nKOL, %;44,0;40,2\n",
        "person time": "Region;Personår;Rate pr. 1000 personår\nA;1523,4;1,97\nB;90001,5;12,2\n", "incidence": "Kommune;Befolkning;Incidens pr. 100.000\nA;15230;19,7\nB;90001;120,2\n",
        "fraction without a name": "Kommune;I alt;Astma\nLæsø;180;0,017\nFanø;900;0,122\n", "N in words": "Tabel 1. Karakteristika af 250 patienter;\nVariabel;Andel\nAstma;1,2 %\nKOL;30,0 %\n",
    }.items():
        yield case("percent_numerator", f"share, {technique}", "t.csv", body, PERSON)
    yield case("survival_steps", "incidence added up", "t.csv", "time,est\n" + "".join(f"{t},{0.05 * (i + 1):.2f}\n" for i, t in enumerate((12, 40, 77, 101, 180, 222, 301))), PERSON)


def extracts():
    """Rows of persons by values, days and keys alone, and the words that say whose they are."""
    values = [(40 + i * 7 % 45, 90 + i * 13 % 80, 20 + i * 11 % 17) for i in range(40)]
    yield case("rows_of_individuals", "values alone", "t.csv", rows(("sbp", "dbp", "bmi"), *values), PERSON)
    yield case("rows_of_individuals", "days of stays", "t.csv", rows(("indlagt", "udskrevet", "afdeling"), *((f"{1 + i * 7 % 28:02}-03-2020", f"{1 + i * 5 % 28:02}-04-2020", "AB"[i % 2]) for i in range(40))), PERSON)
    yield case("rows_of_individuals", "days and hospitals", "t.csv", rows(("ankomst", "sygehus"), *((f"{1 + i * 5 % 28:02}-03-2020", ("Odense", "Aarhus")[i % 2]) for i in range(40))), PERSON)
    yield case("rows_of_individuals", "keys", "t.csv", rows(("k", "x"), *((f"KX-{1000 + i * 37 % 991}", v[0]) for i, v in enumerate(values))), PERSON)
    for header in ("cpr-nr", "CPR nr.", "borger_cpr", "PNR_hash", "dw_ek_borger", "patientnr", "journalnr", "Ydernr."):
        yield case("identifier_column", f"a heading, {header}", "t.csv", rows((header, "antal"), *((f"K{i * 7919 % 99991}", 90 + i) for i in range(30))), PERSON)
    for technique, cell in {"mail": "peter.jensen@regionh.dk", "telephone": "tlf 22 33 44 55", "abroad": "+45 22334455", "street": "Vestergade 12, 8000 Aarhus C", "initial": "M. Jensen", "family first": "Jensen, M."}.items():
        yield case("person_name", f"somebody, {technique}", "t.csv", f"g;antal;note\nA;120;{cell}\nB;55;\n", PERSON)
    yield case("personal_number_possible", "half a number", "t.csv", "g;antal;note\nA;120;010203-XXXX\nB;55;\n", PERSON)


def cases():
    for part in (few_in_tables, numbers, people, unseen, mixed, extracts):
        yield from part()
