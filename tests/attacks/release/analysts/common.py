"""What the analysts' files share: the places they tell of, and how a table becomes a file of the folder given as argument."""
import pathlib
import sys

import openpyxl
from openpyxl.styles import Font

OUT = pathlib.Path(sys.argv[1])
PREFIX = "analyst_"

REGIONS = ("Region Hovedstaden", "Region Sjælland", "Region Syddanmark", "Region Midtjylland", "Region Nordjylland")
REGIONS_ENGLISH = ("Capital Region of Denmark", "Region Zealand", "Region of Southern Denmark", "Central Denmark Region", "North Denmark Region")
HOSPITALS = (
    "Rigshospitalet", "Herlev og Gentofte", "Amager og Hvidovre", "Bispebjerg og Frederiksberg", "Nordsjællands Hospital", "Sjællands Universitetshospital",
    "Odense Universitetshospital", "Sygehus Lillebælt", "Esbjerg Sygehus", "Sygehus Sønderjylland", "Aarhus Universitetshospital", "Regionshospitalet Gødstrup",
    "Regionshospitalet Randers", "Regionshospitalet Horsens", "Hospitalsenhed Midt", "Aalborg Universitetshospital", "Regionshospital Nordjylland",
)
MUNICIPALITIES = (  # code, name, inhabitants; the last two are small islands
    ("101", "København", 660000), ("147", "Frederiksberg", 104000), ("751", "Aarhus", 367000), ("461", "Odense", 208000), ("851", "Aalborg", 223000),
    ("561", "Esbjerg", 116000), ("621", "Kolding", 95000), ("615", "Horsens", 96000), ("630", "Vejle", 121000), ("730", "Randers", 99000),
    ("657", "Herning", 90000), ("740", "Silkeborg", 99000), ("791", "Viborg", 97000), ("265", "Roskilde", 91000), ("370", "Næstved", 84000),
    ("259", "Køge", 63000), ("330", "Slagelse", 80000), ("540", "Sønderborg", 74000), ("580", "Aabenraa", 59000), ("479", "Svendborg", 59000),
    ("860", "Hjørring", 64000), ("813", "Frederikshavn", 58000), ("219", "Hillerød", 54000), ("217", "Helsingør", 64000), ("157", "Gentofte", 75000),
    ("167", "Hvidovre", 54000), ("169", "Høje-Taastrup", 57000), ("607", "Fredericia", 53000), ("316", "Holbæk", 74000), ("376", "Guldborgsund", 60000),
    ("706", "Syddjurs", 44000), ("779", "Skive", 45000), ("360", "Lolland", 40000), ("400", "Bornholm", 39600), ("787", "Thisted", 43500),
    ("825", "Læsø", 1800), ("563", "Fanø", 3400),
)
NAMES = tuple(name for _, name, _ in MUNICIPALITIES)


def place(name):
    return OUT / (PREFIX + name)


def text(name, content, encoding="utf-8", ending="\n"):
    place(name).write_bytes(content.replace("\n", ending).encode(encoding))


def table(name, rows, mark=",", decimal=".", quoted="needed", encoding="utf-8", ending="\n"):
    """`quoted`: the cells where it is needed, all texts, or all cells."""
    def cell(value):
        if isinstance(value, float):
            shown = repr(value).replace(".", decimal)
        else:
            shown = "" if value is None else str(value)
        quotes = {"needed": mark in shown or '"' in shown, "texts": isinstance(value, str), "all": True}[quoted]
        return '"' + shown.replace('"', '""') + '"' if quotes else shown

    text(name, "".join(mark.join(map(cell, row)) + "\n" for row in rows), encoding, ending)


def workbook(name, sheets, bold=True):
    """Of its sheets: title and rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        if bold:
            for cell in sheet[1]:
                cell.font = Font(bold=True)
        sheet.column_dimensions["A"].width = 28
    book.save(place(name))


def thousands(number, mark="."):
    return f"{number:,}".replace(",", mark)


def percent(part, whole):
    return round(100 * part / whole, 1)


def shares(weights):
    """In percent of their sum."""
    return [percent(weight, sum(weights)) for weight in weights]


def masked(count):
    return count if count >= 5 else "<5"
