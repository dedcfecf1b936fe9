"""Delimited text, notes, JSON and names: identifiers and individuals written so that a table check may miss them."""
import base64
import codecs
import gzip
import json
import quopri
import urllib.parse

from support.house import PSEUDONYMS

from .case import CPR, PERSON, PERSON_HEADER, PLAIN, case, persons, rows

HONEST = "gruppe;antal\nA;120\nB;55\n"
SENTENCE = f"patient {CPR} og en til, som blev indlagt"


def identifiers():
    for technique, text in {
        "letters for digits": "O1O2O3-1235", "l for one": "0l0203-l235", "reversed": PLAIN[::-1], "in words of letters": f"nr{PLAIN}x",
        "digits on their own": " ".join(PLAIN), "digits with stars": "*".join(PLAIN), "in pairs": "01 02 03 12 35", "percent signs": urllib.parse.quote(CPR).replace("0", "%30"),
        "quoted printable": quopri.encodestring(CPR.encode()).decode().replace("0", "=30"),
    }.items():
        for name, body in (("t.md", f"Se {text} for mere."), ("t.csv", f"g;antal\n{text};120\nB;55\n")):
            rule = "personal_number" if technique == "in words of letters" else "personal_number_possible"
            yield case(rule, f"number {technique}, {name[2:]}", name, body, PERSON)
    for technique, packed in {
        "base64": base64.b64encode(SENTENCE.encode()), "base64 for URLs": base64.urlsafe_b64encode(SENTENCE.encode()),
        "base64 in lines": base64.encodebytes((SENTENCE * 3).encode()), "base32": base64.b32encode(SENTENCE.encode()),
        "hexadecimal": SENTENCE.encode().hex().encode(), "base85": base64.b85encode(SENTENCE.encode()),
        "Ascii85": base64.a85encode(SENTENCE.encode()), "Ascii85 in lines": base64.a85encode((SENTENCE * 3).encode(), wrapcol=72, adobe=True),
        "base85 in quotes": b"x=b85decode('" + base64.b85encode(SENTENCE.encode()) + b"')", "packed and base85": base64.b85encode(gzip.compress(SENTENCE.encode(), mtime=0)),
        "packed and base64": base64.b64encode(gzip.compress(SENTENCE.encode(), mtime=0)), "twice base64": base64.b64encode(base64.b64encode(SENTENCE.encode())),
        "base64 of UTF-16": base64.b64encode(SENTENCE.encode("utf-16")),
    }.items():
        yield case("encoded_text", technique, "note.txt", b"se her: " + packed + b"\n", PERSON)
    yield case("personal_number", "number in rot13", "note.txt", f"se her: {codecs.encode(SENTENCE, 'rot13')}\n")
    yield case("file_name", "pseudonym in a file name", f"{PSEUDONYMS[1]}.csv", HONEST)
    yield case("pseudonym", "pseudonym in octal", "t.py", f"x = {PSEUDONYMS[0]:#o}\n", PERSON)
    yield case("pseudonym", "pseudonym as a sum", "t.csv", f"a;antal\n{PSEUDONYMS[0]}.0;99\n")
    for header in ("ydernummer", "DW_EK_KONTAKT", "patient_id", "cpr_moder", "fornavn", "efternavn", "adresse", "telefon"):
        yield case("identifier_column", f"column {header}", "t.csv", f"{header};antal\nA12;120\nB14;55\n")
    names = ("Anne Sørensen", "Peter Jensen", "Mette Nielsen", "Søren Hansen", "Lars Pedersen", "Kirsten Andersen", "Jens Christensen", "Hanne Larsen")
    yield case("person_name", "names in a column", "t.csv", rows(("hvem", "antal"), *((n, 90 + i) for i, n in enumerate(names))), PERSON)
    yield case("person_name", "a name in prose", "t.md", "Resultaterne blev drøftet med Kirsten Andersen, som selv var indlagt.", PERSON)
    yield case("person_name", "a name in a log", "t.log", "NOTE: row 17 is Peter Jensen\n", PERSON)


def individuals():
    people = list(persons())
    table = rows(PERSON_HEADER, *people)
    yield case("rows_of_individuals", "rows of individuals", "t.csv", table, PERSON)
    yield case("birth_date", "dates of birth", "t.csv", table, PERSON)
    yield case("rows_of_individuals", "without a header", "t.csv", rows(*people), PERSON)
    yield case("rows_of_individuals", "English headers", "t.csv", rows(("sex", "age", "municipality", "diagnosis"), *((p[0], 80 - i, p[2], p[3]) for i, p in enumerate(people))), PERSON)
    yield case("rows_of_individuals", "few of them", "t.csv", rows(PERSON_HEADER, *people[:6]), PERSON)
    yield case("rows_of_individuals", "a false count", "t.csv", rows((*PERSON_HEADER, "antal"), *((*p, 100) for p in people)), PERSON)
    yield case("rows_of_individuals", "transposed", "t.csv", rows(*([h, *(p[i] for p in people)] for i, h in enumerate(PERSON_HEADER))), PERSON)
    yield case("rows_of_individuals", "packed in one cell", "t.csv", rows(("gruppe", "antal"), *(("|".join(map(str, p)), 100) for p in people)), PERSON)
    yield case("rows_of_individuals", "packed in one cell with lines", "t.csv", rows(("gruppe", "antal"), *(("_".join(map(str, p)), 100) for p in people)), PERSON)
    yield case("rows_of_individuals", "fixed width", "t.txt", "".join(f"{p[0]:<3}{p[1]:<12}{p[2]:<6}{p[3]:<8}{p[4]:>4}\n" for p in people), PERSON)
    yield case("rows_of_individuals", "in blanks", "t.txt", "".join(" ".join(map(str, p)) + "\n" for p in people), PERSON)
    records = [dict(zip(PERSON_HEADER, p)) for p in people]
    yield case("rows_of_individuals", "JSON", "t.txt", json.dumps(records), PERSON)
    yield case("rows_of_individuals", "JSON lines", "t.log", "".join(json.dumps(r) + "\n" for r in records), PERSON)
    yield case("rows_of_individuals", "JSON by columns", "t.txt", json.dumps({h: [p[i] for p in people] for i, h in enumerate(PERSON_HEADER)}), PERSON)
    yield case("rows_of_individuals", "key and value", "t.txt", "".join("".join(f"{k}: {v}\n" for k, v in r.items()) + "\n" for r in records), PERSON)
    yield case("rows_of_individuals", "Markdown table", "t.md", rows(PERSON_HEADER, ("---",) * 5, *people, mark=" | "), PERSON)
    yield case("rows_of_individuals", "LaTeX table", "t.txt", "\\begin{tabular}\n" + "".join(" & ".join(map(str, p)) + " \\\\\n" for p in people) + "\\end{tabular}\n", PERSON)
    yield case("rows_of_individuals", "below an honest table", "t.csv", HONEST + "\n" * 3 + table, PERSON)
    yield case("rows_of_individuals", "beside an honest table", "t.csv", rows(("gruppe", "antal", "", *PERSON_HEADER), *(("A", 120, "", *p) for p in people)), PERSON)
    yield case("rows_of_individuals", "running number", "t.csv", rows(("lbnr", "beloeb"), *((7000017 + i * 7919, f"{i * 37 % 90},5") for i in range(60))), PERSON)
    yield case("rows_of_files", "one row in each of many files", "r00.csv", rows(PERSON_HEADER, people[0]), PERSON,
               {f"r{i:02}.csv": rows(PERSON_HEADER, p) for i, p in enumerate(people[1:20], 1)})
    yield case("rows_of_files", "one person in each of many file names", "mand 1951 Odense DE119.csv", HONEST, PERSON,
               {f"{p[0]} {p[1][-4:]} {p[2]} {p[3]} {i}.csv": HONEST for i, p in enumerate(people[1:20])})


def crowds():
    """One row that is none of them among many; more than is looked at."""
    people = list(persons())
    packed = [("|".join(map(str, p)), 100) for p in people]
    yield case("rows_of_individuals", "packed above a total", "t.csv", rows(("gruppe", "antal"), *packed, ("I alt", 4000)), PERSON)
    yield case("rows_of_individuals", "packed below one of another width", "t.csv", rows(("gruppe", "antal"), ("a|b|c|d", 100), *packed), PERSON)
    for technique, (one, other) in {"family names first": ('"Jensen, Peter"', '"Hansen, Anne"'), "in large letters": ("PETER JENSEN", "ANNE HANSEN"), "in small letters": ("peter jensen", "anne hansen")}.items():
        yield case("person_name", f"names {technique}", "t.csv", rows(("enhed", "antal"), (one, 120), (other, 88)), PERSON)
    for mark in "<>{}!?@$%^&`•→§":
        yield case("personal_number_possible", f"digits parted by {mark}", "t.csv", rows(("g", "antal"), (f"010203{mark}1235", 120), ("B", 88)), PERSON)
    for technique, number in {"with the last four in pairs": "010203-12 35", "with the last four first": "1210-010203"}.items():
        yield case("personal_number_possible", f"number {technique}", "t.csv", rows(("g", "antal"), (number, 120), ("B", 88)), PERSON)
    yield case("person_name", "short names", "t.csv", rows(("enhed", "antal"), ("Ole Lund", 120), ("Per Holm", 88)), PERSON)
    yield case("person_reads", "more rows than anybody reads", "t.csv", rows(("gruppe", "antal"), *((f"G{i}", 100 + i % 900) for i in range(20_001))), PERSON)
    yield case("person_reads", "more totals than are compared", "t.csv", rows(("region", "gruppe", "antal"), *((f"R{i}", "I alt", 1000 + 50 * i) for i in range(1_001))), PERSON)
    wide = [["koen", *("MK"[i % 2] for i in range(40_000))], *([f"r{r}", *(10 + (i * 7 + r) % 80 for i in range(40_000))] for r in range(5))]
    yield case("person_reads", "more cells than are turned", "t.csv", rows(*wide), PERSON)


def disguises():
    yield case("type_pretended", "gzip as text", "t.txt", gzip.compress(HONEST.encode(), mtime=0))
    for kind, body in {"tar": b"a.csv" + bytes(252) + b"ustar\x0000" + bytes(300), "xz": b"\xfd7zXZ\0" + bytes(60), "7z": b"7z\xbc\xaf\x27\x1c" + bytes(60),
                       "rar": b"Rar!\x1a\7\1\0" + bytes(60), "SQLite": b"SQLite format 3\0" + bytes(100), "Stata": b"<stata_dta><header>" + bytes(90), "R data": b"RDX3\nX\n" + bytes(60),
                       "SAS": bytes(12) + b"\xc2\xea\x81\x60" + bytes(80), "SPSS": b"$FL2@(#) SPSS" + bytes(80), "pickle": b"\x80\4\x95" + bytes(40), "NumPy": b"\x93NUMPY\1\0" + bytes(60),
                       "HDF5": b"\x89HDF\r\n\x1a\n" + bytes(60), "Arrow": b"ARROW1\0\0" + bytes(60), "program": b"MZ\x90\0" + bytes(90), "old Excel": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
                       "noise": bytes((i * 73 + 11) % 256 for i in range(900)), "GIF": b"GIF89a\1\0\1\0" + bytes(40), "wave": b"RIFF\x24\0\0\0WAVEfmt " + bytes(60),
                       "Avro": b"Obj\1\4\x14avro.codec" + bytes(60), "ORC": b"ORC" + bytes(60) + b"ORC", "compiled Python": b"\xa7\r\r\n" + bytes(60), "TIFF": b"II*\0\x08\0\0\0" + bytes(40)}.items():
        yield case("type_pretended", f"{kind} as text", "t.csv", body)
    for ending in ("zip", "gz", "rds", "RData", "sas7bdat", "dta", "sav", "parquet", "feather", "pkl", "db", "exe", "sh", "xlsm", "xls", "doc", "docm", "ods", "json", "xml", "7z", ""):
        yield case("type_not_allowed", f"ending {ending or 'none'}", f"t.{ending}" if ending else "tabel", HONEST)
    for technique, name in {"control character": "t\x07.csv", "direction mark": "t\u202evsc.csv", "leading dot": ".t.csv", "number": f"{CPR}.csv", "a path": "a\\b.csv",
                            "too long": "t" * 140 + ".csv", "number in full-width digits": "０１０２０３１２３５.csv", "zero-width": "t\u200b.csv"}.items():
        yield case("file_name", f"name: {technique}", name, HONEST)
