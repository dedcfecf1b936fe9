"""What somebody does who looks for a way around: rows of persons dressed as results, counts in columns of text, cells that no program reads as a number, and the places of a workbook."""
import datetime

from .case import PERSON, case, rows
from .formats import workbook

DIAGNOSES = ("DE119", "DI109", "DC509", "DJ449", "DN179", "DB209", "DF209")
PLACES = ("Læsø", "Samsø", "Aarhus", "Odense", "Vejle", "Skive", "Fanø", "Ærø")


def people(count):
    """Made-up persons: sex, age, place, diagnosis, BMI, HbA1c and how often they came."""
    for i in range(count):
        n = i * i + 3 * i // 2
        yield "KMK"[n % 3], 20 + n * 17 % 79, PLACES[n * 3 % 8], DIAGNOSES[n * 5 % 7], f"{18 + n * 7 % 23},{n * 3 % 10}", 30 + n * 19 % 61, 5 + n * 13 % 55


def dressed():
    """Rows of persons with a column of counts or a word of statistics, so that they look like groups."""
    for technique, lines in {
        "contacts counted": [("Køn", "Alder", "Diagnose", "Antal kontakter"), *((p[0], p[1], p[3], p[6]) for p in people(30))],
        "visits counted, values": [("Alder", "Kommune", "BMI", "HbA1c", "Antal besøg"), *((p[1], p[2], *p[4:]) for p in people(30))],
        "many": [("Køn", "Alder", "Kommune", "Antal kontakter"), *((*p[:3], p[6]) for p in people(200))],
        "a value called a mean": [("Køn", "Alder", "Kommune", "HbA1c (mean)"), *((*p[:3], p[5]) for p in people(200))],
        "day of death": [("Dødsdato", "Køn", "Antal dage indlagt"), *((f"{10 + p[5] % 9}-0{1 + p[6] % 2}-2020", p[0], p[6]) for p in people(20))],
        "what a frame begins with": [("   ", "køn", "alder", "komkode", "antal_kontakter"), *((i, *p[:2], 101 + i * 137, p[6]) for i, p in enumerate(people(5)))],
        "years of birth and death": [("Fødselsår", "Køn", "Dødsår", "Antal indlæggelser"), *((1930 + i * 11 % 70, p[0], 2010 + i * 5 % 13, p[6]) for i, p in enumerate(people(20)))],
        "medicine": [("Diagnose", "ATC", "Alder", "DDD"), *((p[3], ("A10BA02", "C07AB02")[i % 2], p[1], 10 * p[6]) for i, p in enumerate(people(20)))],
        "effects of each": [("group", "estimate", "std.error"), *((f"patient {i}", f"0.{100 + i * 37 % 800}", f"0.{100 + i * 53 % 700}") for i in range(1, 20))],
        "with costs": [("Person", "Alder", "Køn", "Antal kontakter", "Udgift (kr)"), *((f"Person {i}", p[1], p[0], p[6], 1000 + i * 7919 % 89000) for i, p in enumerate(people(20)))],
        "the same count": [("alder", "køn", "kommune", "n"), *((p[1], p[0], p[2], 100) for p in people(40))],
        "values": [("alder", "køn", "hba1c"), *((p[1], p[0], p[5]) for p in people(40))],
        "tests": [("prøvedato", "analyse", "svar"), *((f"2019-{1 + i % 12:02}-{1 + i * 7 % 28:02}", "NPU27300", p[5]) for i, p in enumerate(people(40)))],
        "places on a map": [("x", "y"), *((f"55.{10000 + i * 7919 % 89999}", f"9.{10000 + i * 6101 % 89999}") for i in range(30))],
        "codes": [("adiag", "bdiag", "opr"), *((p[3], ("DI109", "DJ449")[i % 2], ("KFNG02", "KJKA21")[i % 2]) for i, p in enumerate(people(40)))],
        "months": [("indl_måned", "alder", "diagnose"), *((f"2019-{1 + i % 12:02}", p[1], p[3]) for i, p in enumerate(people(40)))],
    }.items():
        yield case("rows_of_individuals", f"dressed, {technique}", "t.csv", rows(*lines), PERSON)
    for technique, body in {
        "four cases": "Case;Køn;Alder;Diagnose;BMI (mean)\nCase 1;K;93;DB209;18,2\nCase 2;M;41;DC509;22,3\nCase 3;K;67;DI109;31,2\nCase 4;M;18;DJ449;24,4\n",
        "turned": "Variabel;Pt 1;Pt 2;Pt 3\nAlder;93;41;67\nBMI;18,2;22,3;31,2\nAntal kontakter;12;17;31\n",
        "five with words": "Alder;Køn;Diagnose;Antal\n93;K;HIV;5\n41;M;Kræft;6\n67;K;KOL;7\n18;M;Astma;8\n55;K;Gigt;9\n", "one": "Alder;Køn;Bopæl;Sygdom;Antal indlæggelser\n93;K;Læsø;HIV;12\n",
        "three cases": "Tilfælde;Køn;Alder;Udfald (index)\nA;K;93;1,2\nB;M;41;2,3\nC;K;67;3,1\n",
    }.items():
        yield case("rows_of_individuals", f"dressed, {technique}", "t.csv", body, PERSON)
    illnesses = ("HIV", "KOL", "Astma", "Gigt", "Kræft", "Kræft")
    tabs = rows(("Køn", "Alder", "Diagnose", "Antal besøg"), *((p[0], p[1], illness, p[6]) for p, illness in zip(people(6), illnesses)), mark="\t")
    yield case("rows_of_individuals", "dressed, tabs", "t.tsv", tabs, PERSON)
    for technique, lines in {
        "long": [("id", "variable", "value"), *((f"A{i}", what, p[at]) for i, p in enumerate(people(11)) for what, at in (("age", 1), ("hba1c", 5), ("visits", 6)))],
        "long, many": [("lbnr", "variabel", "value"), *((f"id{i}", what, p[at]) for i, p in enumerate(people(60)) for what, at in (("alder", 1), ("hba1c", 5), ("besøg", 6)))],
        "predicted": [("Patient", "Predicted risk", "Observed"), *((f"Pt {chr(65 + i)}", f"0.{1000 + i * 787 % 8999}", i % 2) for i in range(20))],
        "lines of a plot": [("Deltager", "Baseline", "Uge 12", "Uge 24"), *((f"D{i}", f"{18 + i}.{i}", f"{19 + i}.{i + 1}", f"{17 + i}.{i}") for i in range(8)), ("Mean", 26.1, 25.2, 24.4)],
        "an estimate each": [("Deltager", "Estimate"), *((f"D{i}", f"{18 + i * 5 % 17}.{10 + i * 7}") for i in range(8))],
        "courses": [("Borger", "Kommune", "Diagnose", "Indlæggelsesdage", "Antal indlæggelser"), *((f"Borger {chr(65 + i)}", p[2], "HIV", p[5], p[6]) for i, p in enumerate(people(15)))],
        "days since": [("lbnr", "dag0", "dag_død", "status"), *((i + 1, i * 379 % 3000, 3000 + i * 211 % 2000, ("død", "i live")[i % 2]) for i in range(40))],
        "outcomes": [("Pt.", "outcome"), *((f"Pt. {i + 1}", ("død", "rask")[i % 2]) for i in range(40))],
    }.items():
        yield case("identifier_column", f"dressed, {technique}", "t.csv", rows(*lines), PERSON)
    for technique, lines in {
        "propensity": [("treat", "ps", "weight"), *((i % 2, f"0.{1000 + i * 787 % 8999}", f"1.{1000 + i * 617 % 8999}") for i in range(8))],
        "visits on a map": [("breddegrad", "længdegrad", "antal besøg"), *((f"55.{10000 + i * 7919 % 89999}", f"9.{10000 + i * 6101 % 89999}", p[6]) for i, p in enumerate(people(20)))],
        "medicine and days": [("atc", "dage_siden_debut", "ddd"), *((("A10BA02", "N02BE01")[i % 2], i * 379 % 3000, (28, 56, 100)[i % 3]) for i in range(40))],
        "bodies": [("højde", "vægt"), *((150 + i * 7 % 50, 50 + i * 13 % 70) for i in range(40))],
    }.items():
        yield case("rows_alike", f"dressed, {technique}", "t.csv", rows(*lines), PERSON)
    yield case("nothing_counted", "dressed, times to an event", "t.csv", rows(*[("futime", "outcome", "arm"), *((10 + i * 379 % 2990, ("dead", "alive")[i % 2], "AB"[i % 3 % 2]) for i in range(40))]), PERSON)
    yield case("column_not_understood", "dressed, prescriptions counted", "t.csv", rows(("alder", "bmi", "hba1c", "antal_recepter"), *((20 + i, *p[4:]) for i, p in enumerate(people(30)))), PERSON)
    for technique, body in {
        "headings are persons": "Uge;Kvinde 93 år, CRP;Mand 41 år, CRP\n1;120,1;33,2\n2;98,3;21,1\n3;55,2;12,2\n",
        "labels are persons": "Gruppe;Antal\nK 93 Læsø HIV;12\nM 41 Samsø KOL;17\nK 67 Fanø Kræft;31\nM 18 Ærø Astma;8\nK 55 Skive Gigt;9\n",
    }.items():
        yield case("small_count_possible", f"dressed, {technique}", "t.csv", body, PERSON)


def columns():
    """A count of few in a column that seems to be text, before or behind the counts."""
    after = "Region;Antal;HIV\nNord;120;{}\nSyd;130;{}\n"
    for few, many in (("(3)", "(12)"), ("3 | 97", "60 | 70"), ("97+3", "60+70"), ("#3", "#12"), ("3 n", "12 n"), ("i 3", "i 12"), ("[3]", "[12]"), ("3.", "12."), ("{3}", "{12}"), ("=3", "=12"), ("97:3", "60:70")):
        yield case("small_count_possible", f"behind, {few}", "t.csv", after.format(few, many), PERSON)
    for few, many in (("三", "十"), ("три", "сто"), ("•••", "••••••••"), ("+++", "++++++"), ("e3", "e12")):
        yield case("remarks", f"behind, {few}", "t.csv", after.format(few, many), PERSON)
    before = "Region;HIV;Antal\nNord;{};100\nSyd;{};130\n"
    for few, many in (("tre", "fire"), ("ca. 3", "ca. 12"), ("3 af 100", "12 af 130"), ("III", "XII"), ("0b11", "0b1100"), ("3pt", "12pt")):
        yield case("column_not_understood", f"before, {few}", "t.csv", before.format(few, many), PERSON)
    yield case("small_count_possible", "before, as a formula", "t.csv", before.format('"=""3"""', '"=""12"""'), PERSON)
    yield case("column_not_understood", "before, UTF-16", "t.csv", before.format("tre", "fire").encode("utf-16"), PERSON)
    yield case("column_not_understood", "before, the mark told", "t.csv", "sep=;\n" + before.format("tre", "fire"), PERSON)
    for technique, (label, other) in {"lines of a cell": ('"Nord\nHIV 3\nKOL 12"', "Syd"), "a line of a cell": ('"Nord\n3\n"', "Syd"), "tabs in a cell": ("Nord\tHIV\t3", "Syd\tHIV\t12")}.items():
        yield case("remarks", f"label, {technique}", "t.csv", f"Region;Antal\n{label};120\n{other};130\n", PERSON)


def cells():
    """Among counts, one of few that is written otherwise; and remarks that tell of somebody."""
    among = "region;antal\nNord;120\nSyd;{}\nMidt;130\nØst;99\nVest;88\n"
    for cell in ("3 of 45", "2<x<4", "0.3e1", "3; 0,4%"):
        yield case("small_count", f"cell, {cell}", "t.csv", among.format(cell))
    yield case("small_count", "cell, 1+2", "t.csv", "Region;Antal\nNord;1+2\nSyd;130\n")
    for cell in ("-3", "45/3", "\\3", "0.5×6", "nogle få (3)", "højst 3"):
        yield case("small_count_possible", f"cell, {cell}", "t.csv", among.format(cell), PERSON)
    remark = "gruppe;bemærkning;antal\nA;{};120\nB;;130\n"
    for cell in ("f. 010243", "hr. Hjaltested", "Mette J.", "55.6761, 12.5683", "journal 2019-123456", "borgmesteren i Læsø", '"NN, 43 år, bager i Ribe"', "cpr slutter på 1235"):
        yield case("remarks", f"remark, {cell}", "t.csv", remark.format(cell), PERSON)
    for cell in ("010203-1XXX", "010203 (1235)", "102031235"):
        yield case("personal_number_possible", f"remark, {cell}", "t.csv", remark.format(cell), PERSON)
    for cell in ("pj@rm.dk", "Mette-Marie Jensen"):
        yield case("person_name", f"remark, {cell}", "t.csv", remark.format(cell), PERSON)
    notes = ("Patient falder på trappen, ømhed over hofte", "Datter ringer bekymret om mor", "Tidligere suicidalforsøg med panodil")
    yield case("remarks", "notes of a journal", "t.csv", rows(("nr", "notat"), *((i + 100, f"{notes[i % 3]} {i % 5}") for i in range(15))), PERSON)


def put(**at):
    """A change of the workbook: what stands in which cells."""
    def change(_, sheet):
        for place, value in at.items():
            sheet[place] = value
    return change


def shown(value, other, looks, heading="Andel"):
    """A column more, whose cells show less than they hold."""
    def change(_, sheet):
        put(C1=heading, C2=value, C3=other)(_, sheet)
        if looks:
            sheet["C2"].number_format = sheet["C3"].number_format = looks
    return change


def sheet_of(*lines):
    """A sheet more, with these rows."""
    def change(book, _):
        sheet = book.create_sheet("Noter")
        for line in lines:
            sheet.append(line)
    return change


def without_counts(book, _):
    sheet = book.create_sheet("Gennemsnit")
    for line in (("Gruppe", "Gns. alder"), ("A", 63.3333333333333), ("B", 61.25)):
        sheet.append(line)
    sheet["B2"].number_format = sheet["B3"].number_format = "0.0"


def titled(book, sheet):
    sheet.title = "3 patienter med HIV"


def below(_, sheet):
    sheet.oddFooter.center.text = "Heraf 3 patienter med HIV"


def merged(_, sheet):
    sheet["A1"] = "Heraf 3 med HIV"
    sheet.merge_cells("A1:B1")


def literal(_, sheet):
    sheet["B2"].number_format = '0" (heraf 3 HIV)"'


def places():
    for rule, technique, change in (
        ("small_count_possible", "name of a sheet", titled), ("small_count_possible", "footer", below), ("small_count_possible", "merged title", merged),
        ("small_count_possible", "a day of 1900", put(C1="HIV", C2=datetime.datetime(1900, 1, 3), C3=datetime.datetime(1900, 1, 12))), ("small_count_possible", "a time as text", put(C1="HIV", C2="3:00", C3="12:00")),
        ("small_count_possible", "below the labels", put(A5="Nord: HIV", A6="3")), ("small_count_possible", "text among values", put(C1="HIV", C2="3", C3=12.5)),
        ("small_count_possible", "a sheet of notes", sheet_of(("Emne", "Tekst her"), ("Antal", "Heraf tre med HIV"))),
        ("hidden_digits", "words of a format", literal), ("percent_numerator", "a share behind whole percent", shown(0.025, 0.1, "0%")),
        ("hidden_digits", "a mean behind its decimals, of none that is counted", without_counts),
        ("hidden_digits", "a time of day", put(C1="HIV, antal", C2=datetime.time(3, 0), C3=datetime.time(12, 0))), ("percent_numerator", "a share not rounded", shown(3 / 120, 12 / 130, "", "Andel HIV")),
        ("remarks", "far cells", put(D10="Læsø", E10=12, F10="HIV-patienter")), ("remarks", "stars", put(C1="HIV, antal", C2="***", C3="************")), ("remarks", "bars", put(C1="HIV", C2="▮▮▮", C3="▮▮▮▮▮▮")),
        ("remarks", "one sign of Rome", put(C1="HIV", C2="Ⅲ", C3="Ⅻ")), ("nothing_counted", "two texts", sheet_of(("HIV Nord",), ("tre",))),
        ("nothing_counted", "somebody's story", sheet_of(("Kvinden på 93 år fra Læsø havde HIV",))),
        ("nothing_counted", "persons in words", sheet_of(("Antal",), ("Køn", "Alder", "Sygdom"), ("K", "93 år", "HIV"), ("M", "41 år", "KOL"))),
    ):
        yield case(rule, f"workbook, {technique}", "t.xlsx", workbook(("Region", "Antal"), ("Nord", 120), ("Syd", 130), change=change), PERSON)


def cases():
    for part in (dressed, columns, cells, places):
        yield from part()
