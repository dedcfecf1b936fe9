"""Outputs as analysts make them in Python: pandas, openpyxl, XlsxWriter, python-docx. /usr/bin/python3 honest_tables.py FOLDER"""
import json
import pathlib
import sys

import docx
import numpy
import pandas
import xlsxwriter

OUT = pathlib.Path(sys.argv[1])
draw = numpy.random.default_rng(20261128)
PERSONS = 30000
frame = pandas.DataFrame({
    "kommune": draw.choice(["København", "Aarhus", "Odense", "Aalborg", "Esbjerg", "Randers", "Vejle", "Horsens"], PERSONS),
    "koen": draw.choice(["K", "M"], PERSONS), "aar": draw.integers(2019, 2025, PERSONS), "alder": draw.integers(18, 90, PERSONS),
    "laegemiddel": draw.choice(["A10BA02", "C07AB02", "N02BE01", "C10AA05", "J01CE02"], PERSONS), "dage": draw.gamma(2, 9, PERSONS), "indlagt": draw.binomial(1, 0.2, PERSONS)})
frame["aldersgruppe"] = pandas.cut(frame.alder, [17, 39, 64, 79, 90], labels=["18-39", "40-64", "65-79", "80+"]).astype(str)


def counted(*by):
    table = frame.groupby(list(by)).size().reset_index(name="antal")
    return table[table.antal >= 5]


def pivot(row, column):
    return frame.pivot_table(index=row, columns=column, values="alder", aggfunc="size", fill_value=0)


def summary(by):
    table = frame.groupby(by).agg(n=("dage", "size"), gns=("dage", "mean"), sd=("dage", "std"), median=("dage", "median")).round(1).reset_index()
    return table


def share(by):
    table = frame.groupby(by).agg(personer=("indlagt", "size"), indlagt=("indlagt", "sum")).reset_index()
    table["pct"] = (100 * table.indlagt / table.personer).round(1)
    return table


TABLES = {
    "kommune": counted("kommune"), "kommune_aar": counted("kommune", "aar"), "alder_koen": counted("aldersgruppe", "koen"), "atc": counted("laegemiddel"), "atc_aar": counted("laegemiddel", "aar"),
    "kommune_koen": counted("kommune", "koen"), "bred_kommune": pivot("kommune", "aar").reset_index(), "bred_atc": pivot("laegemiddel", "koen").reset_index(), "gns_kommune": summary("kommune"),
    "gns_alder": summary("aldersgruppe"), "andel_kommune": share("kommune"), "andel_alder": share("aldersgruppe"), "andel_atc": share("laegemiddel"),
}
with_total = counted("koen")
TABLES["i_alt"] = pandas.concat([with_total, pandas.DataFrame([{"koen": "I alt", "antal": with_total.antal.sum()}])])
hidden = counted("aldersgruppe", "koen").assign(antal=lambda t: t.antal.astype(str))
hidden.iloc[[0, 1, 4, 5], 2] = "<5"
TABLES["skjult"] = hidden


def delimited():
    for name, table in TABLES.items():
        table.to_csv(OUT / f"py_{name}.csv", index=False, sep=";", decimal=",")
        table.to_csv(OUT / f"py_{name}_en.csv", index=False)
    for name in ("kommune", "atc", "i_alt", "andel_alder", "gns_alder"):
        (OUT / f"py_{name}.txt").write_text(TABLES[name].to_string(index=False) + "\n", encoding="utf-8")
        TABLES[name].to_csv(OUT / f"py_{name}.tsv", index=False, sep="\t")
        (OUT / f"py_{name}.html").write_text(TABLES[name].to_html(index=False), encoding="utf-8")


def workbooks():
    for name, table in TABLES.items():
        engine = "xlsxwriter" if len(name) % 2 else "openpyxl"
        table.to_excel(OUT / f"py_{name}.xlsx", index=False, engine=engine, sheet_name="Tabel")
    with pandas.ExcelWriter(OUT / "py_alle.xlsx", engine="openpyxl") as book:
        for name in ("kommune", "atc", "andel_alder"):
            TABLES[name].to_excel(book, sheet_name=name, index=False)
    book = xlsxwriter.Workbook(str(OUT / "py_pyntet.xlsx"))
    sheet, head, whole = book.add_worksheet("Tabel 1"), book.add_format({"bold": True, "bg_color": "#DDEEFF"}), book.add_format({"num_format": "#,##0"})
    sheet.write(0, 0, "Tabel 1: personer efter kommune", head)
    sheet.write_row(2, 0, ["kommune", "antal"], head)
    for place, (kommune, antal) in enumerate(TABLES["kommune"].itertuples(index=False), 3):
        sheet.write(place, 0, kommune)
        sheet.write(place, 1, antal, whole)
    sheet.set_column(0, 1, 18)
    sheet.freeze_panes(3, 0)
    book.close()
    book = xlsxwriter.Workbook(str(OUT / "py_diagram.xlsx"))
    sheet = book.add_worksheet("Tabel")
    sheet.write_row(0, 0, ["kommune", "antal"])
    for place, (kommune, antal) in enumerate(TABLES["kommune"].itertuples(index=False), 1):
        sheet.write_row(place, 0, [kommune, antal])
    chart = book.add_chart({"type": "column"})
    chart.add_series({"categories": "=Tabel!$A$2:$A$9", "values": "=Tabel!$B$2:$B$9", "name": "antal"})
    sheet.insert_chart("D2", chart)
    book.close()
    several_sheets()


def several_sheets():
    """The main analysis and that of fewer, years and sexes beside each other; a footer, a title, what the programs of an authority set."""
    ages, counts = ("18-39", "40-64", "65-79", "80+"), (412, 1120, 890, 344)
    for name, sheets in {"analyser": {"Alle": 0, "Uden tidligere kræft": 17}, "aarene": {"2022": 0, "2023": 3}, "koennene": {"Kvinder": 0, "Mænd": 4}, "uaendret": {"Model 1": 0, "Model 2": 0}}.items():
        book = xlsxwriter.Workbook(str(OUT / f"py_{name}.xlsx"))
        book.set_properties({"title": "Indlæggelser efter aldersgruppe", "author": "Analyse", "company": "Region"})
        book.set_custom_property("MSIP_Label_0_Enabled", "true")
        for title, less in sheets.items():
            sheet = book.add_worksheet(title)
            sheet.set_footer("&L&D&C&9Tabel 1&RSide &P af &N")
            sheet.write_row(0, 0, ["Aldersgruppe", "Antal"])
            for place, (age, count) in enumerate(zip(ages, counts), 1):
                sheet.write_row(place, 0, [age, count - less])
        book.close()


def reports():
    for name in ("kommune", "andel_alder", "gns_kommune"):
        report = docx.Document()
        report.add_heading("Resultater", 1)
        report.add_paragraph("Tabellen viser personer i perioden 2019-2024.")
        table = report.add_table(rows=1, cols=len(TABLES[name].columns))
        for cell, text in zip(table.rows[0].cells, TABLES[name].columns):
            cell.text = str(text)
        for row in TABLES[name].itertuples(index=False):
            for cell, value in zip(table.add_row().cells, row):
                cell.text = str(value)
        report.save(str(OUT / f"py_{name}.docx"))
    (OUT / "py_beskrivelse.log").write_text(frame.dtypes.to_string() + "\n" + str(frame.groupby("koen").dage.mean().round(1)) + "\n", encoding="utf-8")
    (OUT / "py_antal.log").write_text(str(frame.kommune.value_counts()) + "\n" + str(frame.aar.value_counts().sort_index()) + "\n", encoding="utf-8")
    cells = [{"cell_type": "code", "execution_count": 1, "metadata": {}, "source": ["t = antal('kommune')\n", "t"],
              "outputs": [{"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": {"text/html": [TABLES["kommune"].to_html()], "text/plain": [TABLES["kommune"].to_string()]}}]},
             {"cell_type": "markdown", "metadata": {}, "source": ["# Personer efter kommune"]}]
    (OUT / "py_noter.ipynb").write_text(json.dumps({"cells": cells, "metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8")


delimited()
workbooks()
reports()
