"""Two counts of one file whose difference is of few: of all and of all but some, by limits within each other, of those who have a value; and what a workbook says beside its cells."""
import io

import openpyxl
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink

from .case import PERSON, case, rows
from .formats import repacked

AGES = ("18-29", "30-39", "40-49", "50-59", "60-69", "70-79", "80+")
ALL, FEWER = (120, 245, 389, 512, 640, 498, 210), (118, 245, 386, 511, 640, 495, 210)


def book(*sheets, change=None):
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, lines in sheets:
        sheet = made.create_sheet(name)
        for line in lines:
            sheet.append(line)
    if change:
        change(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def by_age(counts, *more):
    return [("Aldersgruppe", "Antal", *(name for name, _ in more)), *zip(AGES, counts, *(values for _, values in more))]


def twice():
    """The same groups in two tables."""
    for technique, one, other in (("sheets", "Hovedanalyse", "Sensitivitet"), ("sheet of the rest", "Alle", "Uden indvandrere"), ("years in both names", "Alle 2019-2023", "Uden flyttede 2019-2023")):
        yield case("small_difference", f"twice, {technique}", "t.xlsx", book((one, by_age(ALL)), (other, by_age(FEWER))), PERSON)
    yield case("small_difference", "twice, the fewer first", "t.xlsx", book(("Uden kræft", by_age(FEWER)), ("Alle", by_age(ALL))), PERSON)
    yield case("small_difference", "twice, in one group", "t.xlsx", book(("Alle", by_age(ALL)), ("Uden udvandrede", by_age((*ALL[:2], ALL[2] - 3, *ALL[3:])))), PERSON)
    yield case("small_difference", "twice, beside other columns", "t.xlsx", book(("Alle", by_age(ALL, ("HR", (1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7)))), ("Uden kræft", by_age(FEWER, ("OR", (1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8))))), PERSON)
    stacked = (("Tabel 1. Alle patienter",), ("Aldersgruppe", "Antal"), *zip(AGES, ALL), ("",), ("Tabel 2. Patienter uden tidligere kræft",), ("Aldersgruppe", "Antal"), *zip(AGES, FEWER))
    yield case("small_difference", "twice, one below the other", "t.csv", rows(*stacked), PERSON)
    long = (("Population", "Aldersgruppe", "Antal"), *(("Alle", *each) for each in zip(AGES, ALL)), *(("Uden tidligere kræft", *each) for each in zip(AGES, FEWER)))
    yield case("small_difference", "twice, in long form", "t.csv", rows(*long), PERSON)


def files():
    """The same in two files of one request."""
    whole, fewer = rows(*by_age(ALL)), rows(*by_age(FEWER))
    yield case("small_difference", "two files", "alle.csv", whole, PERSON, {"sensitivitet.csv": fewer})
    yield case("small_difference", "two files, of two kinds", "alle.csv", whole, PERSON, {"sensitivitet.xlsx": book(("Uden kræft", by_age(FEWER)))})


def limits():
    """Counts by limits that lie within each other: those between the two are few."""
    for technique, body in {
        "days": "Udfald;Antal\nDød inden 30 dage;112\nDød inden 90 dage;115\nDød inden 1 år;189\n", "days and a year": "Udfald;Antal\nDød inden 365 dage;187\nDød inden 2 år;189\nDød inden 5 år;260\n",
        "columns": "Region;Antal;Døde inden 30 dage;Døde inden 90 dage\nNord;890;31;33\nSyd;1204;40;62\nMidt;1410;51;77\n", "ages": "Afgrænsning;Antal patienter\n65 år og derover;1423\n66 år og derover;1420\n70 år og derover;1120\n",
        "contacts": "Kontakter;Antal patienter\nMindst 1;1423\nMindst 2;820\nMindst 3;818\n", "signs": "Charlson;Antal\n≥1;1423\n≥2;820\n≥3;817\n", "English": "Outcome,N\nDeath within 30 days,112\nDeath within 90 days,115\n",
        "by region": "Region;Opfølgning;Antal døde\nNord;inden 30 dage;112\nNord;inden 90 dage;115\nSyd;inden 30 dage;80\nSyd;inden 90 dage;99\n", "older than": "Cut-off,Patients\nAge > 65,1423\nAge > 66,1420\n",
    }.items():
        yield case("small_difference", f"limits, {technique}", "t.csv", body, PERSON)


def valued():
    """How many have a value of each variable: those without one are few."""
    for technique, body in {
        "Danish": "Variabel;N;Middelværdi;SD\nAlder;1250;54,3;12,1\nBMI;1247;27,1;4,9\nSystolisk BT;1105;138,2;18,3\n", "R": "variable,n,mean,sd,median\nage,842,61.2,10.3,61.0\nhba1c,839,48.3,9.9,46.0\nldl,790,2.6,0.9,2.5\n",
        "SAS": "Variable,N,Mean,Std Dev\nalder,1250,54.3,12.1\nbmi,1246,27.1,4.9\n", "Stata": "variable,obs,mean,sd\nage,1250,54.3,12.1\nbmi,1246,27.1,4.9\n",
    }.items():
        yield case("small_difference", f"without a value, {technique}", "t.csv", body, PERSON)
    yield case("percent_numerator", "sum and mean, in all", "t.csv", "Hospital;Indlæggelsesdage i alt;Dage pr. patient, gns.\nThisted;27;9,0\nHjørring;1240;7,4\nAalborg;9340;8,1\n", PERSON)


def property_of(value, name="info"):
    part = ('<?xml version="1.0" encoding="UTF-8"?><Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
            f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="2" name="{name}"><vt:lpwstr>{value}</vt:lpwstr></property></Properties>')
    return repacked(book(("Tabel", by_age(ALL))), add=[("docProps/custom.xml", part)])


def beside_cells():
    """Of few, in words that stand in no cell."""
    def footer(made):
        made.worksheets[0].oddFooter.center.text = "Heraf 3 fra Skive"

    def header(made):
        made.worksheets[0].oddHeader.left.text, made.worksheets[0].oddHeader.left.size = "Heraf 3 fra Skive", 12

    def tooltip(made):
        cell = made.worksheets[0]["B2"]
        cell.hyperlink = "https://example.dk/"
        cell.hyperlink = Hyperlink(ref="B2", target="https://example.dk/", tooltip="Heraf 3 fra Skive")

    def prompt(made):
        check = DataValidation(type="whole", operator="greaterThan", formula1="0")
        check.prompt, check.promptTitle, check.showInputMessage = "Heraf 3 fra Skive", "Bemærk", True
        made.worksheets[0].add_data_validation(check)
        check.add("B2")

    def choices(made):
        check = DataValidation(type="list", formula1='"mand 47 Skive HIV,kvinde 31 Lemvig"')
        made.worksheets[0].add_data_validation(check)
        check.add("B2")

    def core(name, value):
        return lambda made: setattr(made.properties, name, value)

    for technique, rule, change in (
            ("footer", "small_count_possible", footer), ("header", "small_count_possible", header), ("tooltip", "small_count_possible", tooltip), ("prompt", "small_count_possible", prompt), ("list to choose from", "remarks", choices),
            ("title", "small_count_possible", core("title", "Hoftebrud, heraf 3 fra Skive")), ("description", "remarks", core("description", "I gruppen 18-29 var der tre med HIV")), ("keywords", "remarks", core("keywords", "mand 47 Skive, HIV, død 2019"))):
        yield case(rule, f"beside the cells, {technique}", "t.xlsx", book(("Tabel", by_age(ALL)), change=change), PERSON)
    yield case("remarks", "beside the cells, own property", "t.xlsx", property_of("3 fra Skive"), PERSON)
    yield case("small_count_possible", "beside the cells, a label's property", "t.xlsx", property_of("heraf 3 fra Skive", "MSIP_Label_1_Name"), PERSON)


def cases():
    for part in (twice, files, limits, valued, beside_cells):
        yield from part()
