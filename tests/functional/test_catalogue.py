"""The catalogue from the command line: two sources, versions and their difference, order sheets out and in, on the real list."""
import csv
import json
import pathlib
import shutil
import subprocess
import zipfile

import pytest
from support.cases import APPLICATION
from support.instance import ROOT, SHARED, Instance

pytest.importorskip("openpyxl")
import openpyxl  # noqa: E402

LIST, CLASSES = SHARED / "catalogue" / "variables.tsv", SHARED / "catalogue" / "variable-classes.tsv"
ORDERS = SHARED / "order-lists"
DENMARK = ROOT / "share" / "catalogue" / "denmark.toml"
needs_data = pytest.mark.skipif(not LIST.exists(), reason="../shared/data is not at hand")

SMALL = """
[[register]]
code = "LSR"
sheet = "LMS"
da = "Lægemiddelstatistikregisteret"
[[table]]
register = "LPR"
name = "t_adm"
person = "v_cpr"
period = "d_inddto"
variables = [
  { name = "v_cpr", class = "person", required = true, da = "CPR-nummer" },
  { name = "d_inddto", type = "date", required = true, valid = "1977 -" },
  { name = "c_adiag", class = "code", list = "SKS", da = "Aktionsdiagnose" },
  { name = "k_intern", orderable = false },
  { name = "v_navn", class = "name_address" },
]
[[table]]
register = "LSR"
name = "epikur"
person = "cpr"
variables = [ { name = "cpr", class = "person", required = true }, { name = "atc", class = "code" } ]
[[table]]
register = "NDR"
name = "t_diabetes"
person = "cpr"
variables = [ { name = "cpr", class = "person", required = true, orderable = false } ]
"""

SPECIFICATION = """
[project]
number = "{number}"
title = "Prøve"
authority = {{ name = "Demo Kommune", cvr = "29189846" }}
valid = {{ from = 2020-01-01, to = 2099-12-31 }}
[population]
any = [ {{ table = "{table}" }} ]
[[grant]]
table = "{table}"
variables = [{variables}]
{period}
reason = "Prøve."
"""


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with Instance(tmp_path_factory.mktemp("catalogue") / "instance") as instance:
        yield instance


@pytest.fixture
def fresh(tmp_path):
    with Instance(tmp_path / "instance", up=False) as instance:
        yield instance


def put(folder, text, name="catalogue.toml"):
    file = pathlib.Path(folder) / name
    file.write_text(text)
    return file


def order(instance, file):
    done = instance.fvm("--json", "catalogue", "order", file, check=False)
    assert done.returncode in (0, 1), done.stderr
    answer = json.loads(done.stdout)
    assert answer["blocks"] == (done.returncode == 1)
    return answer


def names(answer):
    return [f"{i['register']}.{i['table']}.{i['variable']}" for i in answer["items"]]


def findings(answer):
    return [(f["code"], f["sheet"], f["row"], f["column"], f["advice"]) for f in answer["findings"]]


# --- the two sources

@needs_data
def test_the_whole_public_list_beside_the_description(fresh):
    fresh.fvm("catalogue", "import", DENMARK)
    answer = fresh.json("catalogue", "import", LIST, "--classes", CLASSES)
    assert (answer["version"], answer["changed"]) == (2, True)
    kinds = {}
    for note in answer["notes"]:
        kinds.setdefault(note["code"], []).append(note["place"])
    assert kinds["catalogue.note_twice"] == ["line 717", "line 1282", "line 2919", "line 2945", "line 10645"]
    assert kinds["catalogue.note_case"] == ["line 7621"]
    assert len(kinds["catalogue.note_pattern"]) == 29
    assert len(kinds["catalogue.note_validity"]) == 15
    # Nothing is lost: every row of the list is a variable.
    tables = {t["table"].lower(): t for t in fresh.json("catalogue", "show")["tables"]}
    wanted = set()
    for line in LIST.read_text().splitlines()[1:]:
        register, _, table, variable, *_ = line.split("\t")
        wanted.add((f"{register}.{table}".lower(), variable.lower()))
    listed = {(name, v["name"].lower()) for name, t in tables.items() for v in t["variables"] if v["listed"]}
    assert listed == wanted and len(wanted) == 11070
    # Where both speak, the description says what it is and the list since when.
    adm = {v["name"]: v for v in tables["lpr.t_adm"]["variables"]}
    assert adm["c_adiag"]["class"] == "code" and adm["c_adiag"]["confirmed"] and adm["c_adiag"]["years"][0][0] == 1977
    # What only the list knows and looks like a person, a name or free text is not grantable.
    abort = {v["name"]: v for v in tables["abr.t_abort"]["variables"]}
    assert abort["v_cpr"]["class"] == "person" and not abort["v_cpr"]["confirmed"] and not abort["v_cpr"]["grantable"]
    # The same files again change nothing.
    assert not fresh.json("catalogue", "import", LIST, "--classes", CLASSES)["changed"]
    assert not fresh.json("catalogue", "import", DENMARK)["changed"]
    assert "The same catalogue is already version 2" in fresh.fvm("catalogue", "import", DENMARK).stderr


@needs_data
def test_a_guessed_class_is_granted_only_when_confirmed(fresh, tmp_path):
    fresh.fvm("catalogue", "import", LIST, "--classes", CLASSES)
    fresh.fvm("institution", "add", "Demo Kommune", "--cvr", "29189846")
    text = SPECIFICATION.format(number="FVM-2026-0001", table="ABR.t_abort", variables='"v_cpr"', period="")
    refused = fresh.fvm("project", "create", put(tmp_path, text, "p.toml"), check=False)
    assert refused.returncode in (1, 2) and "no way to a person" in refused.stderr + refused.stdout or refused.returncode == 1
    assert "fvm catalogue confirm ABR.t_abort v_cpr" in refused.stderr
    answer = fresh.json("catalogue", "confirm", "ABR.t_abort", "v_cpr", "--class", "person")
    assert answer["changed"] and answer["version"] == 2
    shown = fresh.json("catalogue", "show", "ABR.t_abort")["tables"][0]
    assert shown["person"] == "v_cpr"
    wrong = fresh.fvm("catalogue", "confirm", "ABR.t_abort", "v_cpr", "--class", "persona", check=False)
    assert wrong.returncode == 2 and "person" in wrong.stderr
    listed = fresh.json("catalogue", "show", "ABR", "--unconfirmed")["tables"]
    assert "v_cpr" not in [v["name"] for t in listed if t["table"] == "ABR.t_abort" for v in t["variables"]]


BROKEN_LISTS = {
    "another header": ("a\tb\n", "line 1"),
    "a field too many": ("ABR\t1\tt\tv\tx\t\ty\n", "line 2"),
    "orderable is a word": ("ABR\tja\tt\tv\tx\t\n", "line 2"),
    "no table": ("ABR\t1\tt\tv\tx\t\nABR\t1\t\tv\tx\t\n", "line 3"),
}


@pytest.mark.parametrize("case", BROKEN_LISTS)
def test_a_broken_list_names_its_line_and_changes_nothing(fresh, tmp_path, case):
    rows, place = BROKEN_LISTS[case]
    header = "" if case == "another header" else "register\tkan_bestilles\ttabel\tvariabel\tindhold\tgyldighed\n"
    fresh.fvm("catalogue", "import", put(tmp_path, SMALL))
    before = fresh.json("catalogue", "show")
    done = fresh.fvm("catalogue", "import", put(tmp_path, header + rows, "list.tsv"), check=False)
    assert done.returncode == 2 and place in done.stderr, done.stderr
    assert fresh.json("catalogue", "show") == before
    done = fresh.fvm("catalogue", "import", put(tmp_path, SMALL, "list.txt"), check=False)
    assert done.returncode == 2 and ".tsv" in done.stderr


def test_the_difference_and_the_projects_that_it_touches(running, tmp_path):
    running.fvm("catalogue", "import", put(tmp_path, SMALL))
    running.fvm("institution", "add", "Demo Kommune", "--cvr", "29189846")
    for number, table, variables, period in (
            ("FVM-2026-0001", "LPR.t_adm", '"v_cpr", "c_adiag"', 'period = { variable = "d_inddto", from = 2010-01-01, to = 2020-12-31 }'),
            ("FVM-2026-0002", "LSR.epikur", '"cpr", "atc"', "")):
        text = SPECIFICATION.format(number=number, table=table, variables=variables, period=period)
        running.fvm("project", "create", put(tmp_path, text, f"{number}.toml"))
    changed = SMALL.replace('{ name = "c_adiag", class = "code"', '{ name = "c_adiag", class = "ordinary"')
    second = running.json("catalogue", "import", put(tmp_path, changed))["version"]
    third = running.json("catalogue", "import", put(tmp_path, changed.replace("Aktionsdiagnose", "Diagnosen")))["version"]
    first = second - 1
    answer = running.json("catalogue", "diff", first, second)
    assert [(c["table"], c["variable"], c["field"], c["before"], c["after"]) for c in answer["changes"]] == [
        ("LPR.t_adm", "c_adiag", "class", "code", "ordinary")]
    assert answer["projects"] == ["FVM-2026-0001"]
    assert "FVM-2026-0001" in running.fvm("catalogue", "diff", first, second).stderr
    # A text is a change, and touches nobody.
    assert running.json("catalogue", "diff", second, third)["projects"] == []
    assert len(running.json("catalogue", "diff", second, third)["changes"]) == 1
    assert running.json("catalogue", "diff", third, third)["changes"] == []
    missing = running.fvm("catalogue", "diff", 1, 99, check=False)
    assert missing.returncode == 2 and "99" in missing.stderr


# --- the order sheet

@pytest.fixture(scope="module")
def sheet(running, tmp_path_factory):
    """The order sheet of the whole list (of the small catalogue without it)."""
    folder = tmp_path_factory.mktemp("sheet")
    if LIST.exists():
        running.fvm("catalogue", "import", DENMARK)
        running.fvm("catalogue", "import", LIST, "--classes", CLASSES)
    else:
        running.fvm("catalogue", "import", put(folder, SMALL))
    file = folder / "bestillingsark.xlsx"
    running.fvm("catalogue", "order-sheet", file)
    return file


def test_the_sheet_is_laid_out_as_the_authoritys(running, sheet):
    book = openpyxl.load_workbook(sheet)
    assert book["Registeroversigt"].sheet_state == "hidden"
    overview = [[c.value for c in row] for row in book["Registeroversigt"].iter_rows()]
    assert overview[0] == ["Skemanavn", "Registerforkortelse", "Registernavn"]
    assert ["LMS", "LSR", "Lægemiddelstatistikregisteret"] in overview
    heading = ["Sort_ID", "Kan_bestilles", "Tabel", "Variabel", "Indhold", "Gyldighed"]
    assert [c.value for c in book["LPR"][1]] == heading + ["Minipas", "Ønsket variabel (x)"]
    assert [c.value for c in book["LMS"][1]] == heading + ["Ønsket variabel (x)"]
    assert book["NDR"].sheet_state == "veryHidden"
    assert book["LPR"].sheet_state == "visible" and book.active.sheet_state == "visible"
    first = [c.value for c in book["LPR"][2]]
    assert first[0] == 1 and first[1] in (0, 1) and first[2] == "t_adm"
    if LIST.exists():
        rows = sum(s.max_row - 1 for s in book.worksheets if s.title != "Registeroversigt")
        catalogue = running.json("catalogue", "show")["tables"]
        assert rows == sum(len(t["variables"]) for t in catalogue) >= 11070


def test_read_back_it_is_the_same_catalogue(running, sheet, tmp_path):
    before = running.json("catalogue", "show")
    again = running.json("catalogue", "import", sheet)
    if LIST.exists():
        assert not again["changed"], running.json("catalogue", "diff", before["version"], again["version"])["changes"][:5]
    # Read into an instance that knows nothing, it gives the same registers, tables, variables and years.
    with Instance(tmp_path / "other") as other:
        other.fvm("catalogue", "import", sheet)
        other.fvm("catalogue", "order-sheet", tmp_path / "again.xlsx")

        def cells(file):
            book = openpyxl.load_workbook(file)
            return {s.title: (s.sheet_state, [[c.value for c in row] for row in s.iter_rows()]) for s in book.worksheets}
        ours, theirs = cells(sheet), cells(tmp_path / "again.xlsx")
        assert ours == theirs


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_it_and_what_it_saves_is_read(running, sheet, tmp_path):
    done = subprocess.run(["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "xlsx:Calc MS Excel 2007 XML",
                           "--outdir", tmp_path / "saved", sheet], capture_output=True, text=True, timeout=180)
    saved = tmp_path / "saved" / sheet.name
    if not saved.exists() and "no export filter" in done.stdout + done.stderr:
        pytest.skip("LibreOffice without Calc")
    assert saved.exists(), done.stdout + done.stderr
    before = running.json("catalogue", "show")["version"]
    assert running.json("catalogue", "import", saved)["version"] == before
    assert len(openpyxl.load_workbook(saved).worksheets) == len(openpyxl.load_workbook(sheet).worksheets)


def fill(sheet, out, marks, change=None):
    """A copy of the sheet with marks {(sheet, row): text} in the last column."""
    book = openpyxl.load_workbook(sheet)
    for (name, row), text in marks.items():
        book[name].cell(row, book[name].max_column, text)
    if change:
        change(book)
    book.save(out)
    return out


def test_a_filled_sheet(running, sheet, tmp_path):
    book = openpyxl.load_workbook(sheet)
    lms = [[c.value for c in row] for row in book["LMS"].iter_rows()]
    good = next(i for i, row in enumerate(lms[1:], 2) if row[1] == 1 and row[3] == "atc")
    never = next((i, s.title) for s in book.worksheets for i, row in enumerate(s.iter_rows(values_only=True), 1)
                 if len(row) > 3 and row[1] == 0)

    def spoil(book):
        book["LMS"].cell(good, 4, " ATC ")
        book["LMS"].append([None, 1, "epikur", "atcc", None, None, "x"])
    answer = order(running, fill(sheet, tmp_path / "f.xlsx", {("LMS", good): "X", (never[1], never[0]): "x"}, spoil))
    assert "LSR.epikur.atc" in names(answer)
    codes = {f[0] for f in findings(answer)}
    assert "order.unknown_variable" in codes and "order.not_orderable" in codes
    unknown = next(f for f in answer["findings"] if f["code"] == "order.unknown_variable")
    assert unknown["advice"] == "atc" and unknown["sheet"] == "LMS" and unknown["column"] == "D"
    assert unknown["message"].startswith(f"LMS, row {unknown['row']}, column D:")


@needs_data
def test_the_real_list_in_another_layout(running, sheet):
    answer = order(running, ORDERS / "Variabelliste_709627_SDS_20250407.xlsx")
    rows = [r for r in openpyxl.load_workbook(ORDERS / "Variabelliste_709627_SDS_20250407.xlsx")["Ark1"].iter_rows(values_only=True)
            if r[2] and r[2] != "Variabel"]
    assert len(rows) == 131
    # Every row is an item, or a finding says why not.
    told = {(f["row"]) for f in answer["findings"] if f["blocks"] or f["code"] == "order.twice"}
    assert len(answer["items"]) + len(told) == len(rows)
    assert len(answer["items"]) == 131 and not answer["blocks"]
    assert {i["register"] for i in answer["items"]} == {"BDB", "CAR", "LAB", "DDV_ALL"}
    assert all(i["sheet"] == "Ark1" and i["column"] == "C" for i in answer["items"])


@needs_data
def test_the_real_list_with_reasons(running, sheet):
    answer = order(running, ORDERS / "sds-registers-with-variables-to-use.csv")
    with open(ORDERS / "sds-registers-with-variables-to-use.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))  # another reader of quoted, multi-line fields
    assert len(answer["items"]) >= 399
    for item in answer["items"]:
        row = rows[item["row"] - 1]
        assert item["reason"] == row[1].strip() and item["variable"].lower() == row[4].strip().lower()
    assert sum(bool(i["reason"]) for i in answer["items"]) >= 43
    registers = {i["register"] for i in answer["items"]}
    assert {"DAR", "IVF", "DRG", "CAR", "MFR", "LAB", "RUKS"} <= registers
    # What cannot be found is told with its row and the nearest name; nothing is passed over in silence.
    told = {f["row"] for f in answer["findings"] if f["blocks"] or f["code"] == "order.twice"}
    assert len(answer["items"]) + len(told) == 601
    advised = [f for f in answer["findings"] if f["code"] in ("order.unknown_table", "order.unknown_variable")]
    assert advised and all(f["advice"] and f["row"] > 1 for f in advised)


@needs_data
def test_what_is_crossed_is_what_the_application_grants(running, sheet, tmp_path):
    """From the sheet to the access specification that is compiled; a sheet with something wrong makes no case."""
    for name, cvr in (("Demo Kommune", "29189846"), ("Styrelsen", "10000009")):
        running.fvm("institution", "add", name, "--cvr", cvr, check=False)
    running.fvm("user", "add", "anna", "--institution", "29189846", "--role", "applicant")
    running.fvm("user", "add", "karl", "--institution", "10000009", "--role", "caseworker")
    rows = [[c.value for c in row] for row in openpyxl.load_workbook(sheet)["LMDB"].iter_rows()]
    number = {row[3]: i for i, row in enumerate(rows, 1)}
    marks = {("LMDB", number["vnr"]): "x", ("LMDB", number["apk"]): "x"}
    document = put(tmp_path, APPLICATION, "ansoegning.toml")
    wrong = fill(sheet, tmp_path / "wrong.xlsx", marks | {("LMDB", number["eksd"]): "måske"})
    before = len(running.json("application", "list", user="karl")["cases"])
    done = running.fvm("application", "new", document, "--order-sheet", wrong, user="anna", check=False)
    assert done.returncode == 1 and f"LMDB, row {number['eksd']}, column G:" in done.stderr and "måske" in done.stderr, done.stderr
    assert len(running.json("application", "list", user="karl")["cases"]) == before
    filled = fill(sheet, tmp_path / "filled.xlsx", marks)
    case = running.json("application", "new", document, "--order-sheet", filled, user="anna")["case"]
    granted = running.json("application", "specification", case, user="anna")["specification"]
    for variable in ("pnr12", "atc", "eksd", "vnr", "apk"):
        assert f'"{variable}"' in granted, granted
    assert '"volume"' not in granted


# --- files that are not what they seem

def archive(path, parts):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, text in parts.items():
            out.writestr(name, text)
    return path


WORKBOOK = {"[Content_Types].xml": "<Types/>",
            "xl/workbook.xml": '<workbook xmlns:r="r"><sheets><sheet name="LPR" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": '<R><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></R>'}
HOSTILE = {
    "entities": ({"xl/worksheets/sheet1.xml": '<!DOCTYPE a [<!ENTITY b "x">]><worksheet><sheetData/></worksheet>'}, "spreadsheet.broken"),
    "no end": ({"xl/worksheets/sheet1.xml": "<worksheet><sheetData><row>"}, "spreadsheet.broken"),
    "bomb": ({"xl/worksheets/sheet1.xml": "<worksheet>" + " " * (300 << 20) + "</worksheet>"}, "spreadsheet.too_large"),
    "path": ({"../x.xml": "<a/>", "xl/worksheets/sheet1.xml": "<worksheet/>"}, "spreadsheet.broken"),
    "sheet that is not there": ({}, "spreadsheet.broken"),
    "rows without end": ({"xl/worksheets/sheet1.xml": "<worksheet><sheetData>" + "<row/>" * 300_000 + "</sheetData></worksheet>"}, "spreadsheet.too_large"),
    "deep": ({"xl/worksheets/sheet1.xml": "<a>" * 100_000}, "spreadsheet.broken"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_workbook_ends_as_a_message(running, sheet, tmp_path, case):
    parts, code = HOSTILE[case]
    done = running.fvm("--json", "catalogue", "order", archive(tmp_path / "h.xlsx", WORKBOOK | parts), check=False)
    assert done.returncode == 2 and json.loads(done.stdout)["error"] == code, done.stdout


def test_what_is_no_workbook_is_said_so(running, sheet, tmp_path):
    for name, content in (("a.xlsx", b"%PDF-1.7\n"), ("b.xlsx", b""), ("c.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))):
        (tmp_path / name).write_bytes(content)
        done = running.fvm("--json", "catalogue", "order", tmp_path / name, check=False)
        assert done.returncode == 2 and json.loads(done.stdout)["error"] == "spreadsheet.not_a_workbook", done.stdout
    # The positive control: the same cells in a sound workbook are read.
    sound = WORKBOOK | {"xl/worksheets/sheet1.xml": '<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>Tabel</v></c><c r="B1" t="str"><v>Variabel</v></c></row>'
                        '<row r="2"><c r="A2" t="str"><v>t_adm</v></c><c r="B2" t="str"><v>c_adiag</v></c></row></sheetData></worksheet>'}
    assert names(order(running, archive(tmp_path / "sound.xlsx", sound))) == ["LPR.t_adm.c_adiag"]
