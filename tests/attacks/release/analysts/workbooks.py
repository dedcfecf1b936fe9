"""Workbooks as spreadsheets and programs save them: merged headings, several sheets and tables, dates, formulas. The lots are drawn on from tabbed.py."""
import datetime

import openpyxl
import pandas
import xlsxwriter
from common import HOSPITALS, MUNICIPALITIES, NAMES, REGIONS, REGIONS_ENGLISH, masked, percent, place, workbook
from tabbed import draw, uniform, whole


def merged_heading():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Tabel 1"
    for cell, words, to in (("A1", "Tabel 1. Kontakter efter region og køn, 2022 og 2023", "I1"), ("A2", "Region", "A3"), ("B2", "2022", "E2"), ("F2", "2023", "I2")):
        sheet[cell] = words
        sheet.merge_cells(f"{cell}:{to}")
    for column, words in enumerate(["Mænd", "Kvinder", "I alt", "Pct. kvinder"] * 2, 2):
        sheet.cell(3, column, words)
    for line, region in enumerate(REGIONS, 4):
        row = [region]
        for _ in range(2):
            men, women = whole(200000, 600000), whole(200000, 700000)
            row += [men, women, men + women, percent(women, men + women)]
        for column, value in enumerate(row, 1):
            sheet.cell(line, column, value)
    sheet["A10"] = "Kilde: Landspatientregisteret (LPR3). Foreløbige tal for 2023."
    book.save(place("tabel1_kontakter_flettede_celler.xlsx"))


def pandas_with_levels():
    columns = pandas.MultiIndex.from_product([["2021", "2022"], ["F", "M"]], names=["year", "sex"])
    ages = pandas.Index(["0-17", "18-39", "40-64", "65-79", "80+"], name="age_group")
    pandas.DataFrame([[whole(900, 30000) for _ in range(4)] for _ in ages], index=ages, columns=columns).to_excel(place("pandas_crosstab_multiindex.xlsx"))

    groups = pandas.MultiIndex.from_product([REGIONS_ENGLISH, ["low", "mid", "high"]], names=["region", "income"])
    frame = pandas.DataFrame({
        ("cost", "mean"): [uniform(9e3, 3e4) for _ in groups], ("cost", "median"): [uniform(2e3, 9e3) for _ in groups],
        ("cost", "std"): [uniform(2e4, 5e4) for _ in groups], ("pid", "nunique"): [whole(40000, 200000) for _ in groups]}, index=groups)
    frame.columns = pandas.MultiIndex.from_tuples(frame.columns)
    frame.to_excel(place("cost_by_region_income.xlsx"), sheet_name="agg")


def described_data():
    about = [
        ["Titel", "Pneumoni-indlæggelser pr. 1.000 borgere"],
        ["Kilde", "LPR3, CPR-registeret (BEF)"],
        ["Population", "Borgere 18+ med bopæl i Danmark 1. januar"],
        ["Definition", "Aktionsdiagnose DJ12-DJ18, akut indlæggelse > 12 timer"],
        ["Diskretionering", "Celler < 5 er fjernet"],
        ["Udtræksdato", datetime.date(2024, 4, 8)],
        ["Version", "1.2"],
    ]
    data = [[region, year, whole(800, 6000), round(uniform(2.1, 8.4), 2)] for region in REGIONS for year in range(2018, 2024)]
    workbook("lungebetaendelse_med_metadata.xlsx", {"Om data": about, "Data": [["region", "aar", "n", "rate"], *data]})


def several_tables():
    rows = [["Figur 1 - data"], ["År", "Sygehusudgifter (mio. kr.)", "Primær sektor (mio. kr.)"]]
    rows += [[year, round(uniform(92000, 121000)), round(uniform(17000, 24000))] for year in range(2015, 2023)]
    rows += [[], ["Figur 2 - data"], ["Aldersgruppe", "Udgift pr. borger (kr.)"]]
    rows += [[age, whole(6000, 71000)] for age in ("0-17", "18-34", "35-49", "50-64", "65-79", "80+")]
    rows += [[], ["Figur 3 - data"], ["Decil", "Andel af samlede udgifter, pct."]]
    rows += [[decile, share] for decile, share in enumerate((.2, .5, .9, 1.5, 2.4, 3.9, 6.3, 10.6, 19.1, 54.6), 1)]
    workbook("figurdata_udgifter.xlsx", {"Ark1": rows}, bold=False)


def pivot():
    rows = []
    for service in ("Hjemmesygepleje", "Rehabilitering", "Madservice", "Praktisk hjælp", "Personlig pleje"):
        counts = [whole(1200, 22000) for _ in range(3)]
        rows.append([service, *counts, sum(counts)])
    rows.append(["Hovedtotal", *(sum(row[column] for row in rows) for column in range(1, 5))])
    workbook("pivot_ydelser.xlsx", {"Pivot": [["Sum af antal", "Kolonnenavne"], ["Rækkenavne", "2020", "2021", "2022", "Hovedtotal"], *rows]}, bold=False)


def months():
    rows = [["Måned", "Antal besøg", "Gns. ventetid (min)", "Andel < 4 timer"]]
    for year in (2021, 2022, 2023):
        for month in range(1, 13):
            rows.append([datetime.date(year, month, 1), whole(15000, 24000), round(uniform(31, 66), 1), round(uniform(.71, .93), 3)])
    workbook("akutmodtagelse_maaned.xlsx", {"Ark1": rows})


def models():
    def model():
        yield ["", "Coef.", "Std. Err.", "z", "P>|z|", "[95% Conf.", "Interval]"]
        for term in ("1.treat", "2.agegrp", "3.agegrp", "4.agegrp", "female", "1.married", "2.region", "3.region", "4.region", "5.region", "_cons"):
            yield [term, round(draw.gauss(0, .4), 4), round(uniform(.01, .1), 4), round(draw.gauss(0, 5), 2), round(uniform(0, 1)**3, 3), round(uniform(-1, 0), 4), round(uniform(0, 1), 4)]

    workbook("stata_putexcel_models.xlsx", {"M1": model(), "M2": model(), "M3_adj": model()})


def profile():
    def theme(low, high):
        yield ["Kommune", "Andel (pct.)", "95 %-sikkerhedsgrænse, nedre", "95 %-sikkerhedsgrænse, øvre", "Antal besvarelser"]
        for name in NAMES[:27]:
            share = round(uniform(low, high), 1)
            yield [name, share, round(share - 1.5, 1), round(share + 1.5, 1), whole(980, 2900)]

    workbook("kommuneprofil_data.xlsx", {"Stress": theme(22, 34), "Rygning": theme(9, 20), "Svær overvægt": theme(13, 27), "Alkohol": theme(11, 20)})


def number_formats():
    book = xlsxwriter.Workbook(place("medicinudgifter_region.xlsx"))
    sheet, kroner, share = book.add_worksheet("Medicin"), book.add_format({"num_format": '#,##0 "kr."'}), book.add_format({"num_format": "0.0%"})
    sheet.write_row(0, 0, ["Region", "Udgift 2021", "Udgift 2022", "Ændring"])
    for line, region in enumerate(REGIONS, 1):
        before = whole(1100000000, 3900000000)
        after = int(before * uniform(.97, 1.1))
        sheet.write(line, 0, region)
        sheet.write(line, 1, before, kroner)
        sheet.write(line, 2, after, kroner)
        sheet.write(line, 3, round(after / before - 1, 3), share)
    book.close()


def formulas():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Antal"
    sheet.append(["Diagnosegruppe", "Mænd", "Kvinder", "I alt"])
    for line, group in enumerate(("Kræft", "Kredsløb", "Åndedræt", "Muskel-skelet", "Psykisk", "Skader"), 2):
        sheet.append([group, whole(5000, 60000), whole(5000, 60000), f"=B{line}+C{line}"])
    sheet.append(["Total", "=SUM(B2:B7)", "=SUM(C2:C7)", "=SUM(D2:D7)"])
    book.save(place("sygefravaer_formler.xlsx"))


def wide():
    rows = [["Hospital", "jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec", "i alt"]]
    for hospital in HOSPITALS:
        counts = [whole(7000, 90000) for _ in range(12)]
        rows.append([hospital, *counts, sum(counts)])
    workbook("ambulante_besoeg_bred.xlsx", {"2023": rows})


def small_counts_hidden():
    rows = [["Kommune", "Unge 15-17 i behandling", "Unge 18-24 i behandling", "Pr. 10.000 (18-24 år)"]]
    for _, name, inhabitants in MUNICIPALITIES[20:]:
        younger = int(inhabitants * uniform(.00005, .0003))
        older = int(inhabitants * .001) + 6 if inhabitants > 5000 else 0
        rows.append([name, masked(younger), masked(older), round(uniform(60, 140), 1) if older >= 5 else "-"])
    rows += [[], ["<5: antal mellem 0 og 4 vises ikke. Ingen totaler er vist."]]
    workbook("stofmisbrug_kommune_maskeret.xlsx", {"Tabel": rows})


def correlation():
    names = ["pro_fysisk", "pro_mental", "smerte", "søvn", "funktion", "aktivitet", "tilfredshed"]
    rows = [["", *names]]
    for at, name in enumerate(names):
        rows.append([name, *(round(uniform(-.2, .7), 2) for _ in range(at)), 1, *[None] * (len(names) - 1 - at)])
    workbook("korrelation_PRO.xlsx", {"Pearson": rows})


def intensive_care_and_school():
    rows = [["Afdeling", "Forløb", "Median SAPS", "Ventilation, pct.", "Median liggetid (timer)", "30-dages mortalitet, pct.", "SMR"]]
    for hospital in HOSPITALS[:12]:
        rows.append([f"Intensiv {hospital}", whole(310, 2100), whole(38, 54), round(uniform(38, 71), 1), whole(41, 96), round(uniform(18, 31), 1), round(uniform(.82, 1.14), 2)])
    workbook("itk_indikatorer.xlsx", {"DID": rows})

    rows = [["Bopælsregion", "Køn", "Forældres udd.", "Antal elever", "Gennemsnit", "SD"]]
    for region in REGIONS:
        for sex in ("Dreng", "Pige"):
            for education in ("Grundskole", "Faglært", "Videregående"):
                rows.append([region, sex, education, whole(900, 7800), round(uniform(5.4, 8.7), 1), round(uniform(2.0, 2.7), 1)])
    workbook("karakterer_9kl.xlsx", {"Karaktergns": rows})


def not_from_the_corner():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "event_study"
    rows = [["Rel. år", "b", "se", "ci_lo", "ci_hi"]]
    for year in range(-5, 7):
        effect = 0 if year == -1 else round(draw.gauss(-.02 * max(year + 1, 0), .005), 4)
        error = 0 if year == -1 else .0061
        rows.append([year, effect, error, round(effect - 1.96 * error, 4), round(effect + 1.96 * error, 4)])
    for line, row in enumerate(rows, 3):
        for column, value in enumerate(row, 2):
            sheet.cell(line, column, value)
    sheet["B17"] = "N = 1.204.330 personår; 24 kommuner; SE clusteret på kommune"
    book.save(place("event_study_coefs.xlsx"))


def finance():
    rows = [["Kommune", "Aktivitetstype", "Antal kontakter", "Beløb (1.000 kr.)", "Kr. pr. indbygger"]]
    for name in NAMES[:14]:
        for kind in ("Stationær somatik", "Ambulant somatik", "Psykiatri", "Sygesikring"):
            rows.append([name, kind, whole(900, 98000), whole(11000, 240000), whole(210, 1900)])
    workbook("kommunal_medfinansiering.xlsx", {"KMF": rows})


def pandas_flat_and_pivoted():
    ages = ("00-17", "18-34", "35-49", "50-64", "65-79", "80-")
    frame = pandas.DataFrame([(year, sex, age, whole(1200, 58000)) for year in range(2019, 2023) for sex in "KM" for age in ages], columns=["aar", "koen", "ald", "antal"])
    frame["pct"] = (100 * frame.antal / frame.groupby(["aar", "koen"]).antal.transform("sum")).round(1)
    frame.to_excel(place("antal_koen_alder_aar.xlsx"), index=False)
    frame.pivot_table(index=["aar", "koen"], columns="ald", values="antal", aggfunc="sum", margins=True).to_excel(place("pivot_table_margins.xlsx"))


def quantiles():
    rows = [["", "q10", "q25", "q50", "q75", "q90"]]
    for term in ("Kvinde", "Lang videregående", "Erfaring", "Erfaring²", "Offentlig sektor", "Konstant"):
        rows.append([term, *(f"{draw.gauss(20000, 15000):.0f}***" for _ in range(5))])
        rows.append(["", *(f"({uniform(200, 1900):.0f})" for _ in range(5))])
    rows.append(["Antal observationer", *[512340] * 5])
    workbook("qreg_lønindkomst.xlsx", {"Kvantilregression": rows})


def incidence():
    rows = [["Age", "Person-years", "Events", "IR per 1,000 PY", "95% CI lower", "95% CI upper"]]
    for age in ("18-29", "30-39", "40-49", "50-59", "60-69", "70-79", "80+"):
        years = whole(40000, 410000)
        events = int(years * uniform(.001, .02))
        rows.append([age, years, events, *(round((events + z * events**.5) / years * 1000, 2) for z in (0, -1.96, 1.96))])
    ratios = [["Exposure", "Adj. IRR", "lower", "upper"], ["Never", "1 (ref)", None, None], ["Past", 1.11, 1.04, 1.18], ["Current, <5 yrs", 1.29, 1.20, 1.39],
              ["Current, ≥5 yrs", 1.52, 1.39, 1.66]]
    workbook("incidence_rates_py.xlsx", {"IR": rows, "IRR": ratios})


def projection():
    rows = [["Kommune", "2024", "2030", "2035", "2040", "Vækst 2024-2040 (pct.)"]]
    for _, name, inhabitants in MUNICIPALITIES:
        growth = uniform(-.05, .06)
        rows.append([name, inhabitants, int(inhabitants * (1 + growth * .4)), int(inhabitants * (1 + growth * .7)), int(inhabitants * (1 + growth)), round(100 * growth, 1)])
    workbook("befolkning_fremskrivning.xlsx", {"FRKM": rows})


def waiting():
    def field(patients, share):
        yield ["Region", "Måned", "Udredte", "Inden for 30 dage", "Pct."]
        for region in REGIONS:
            for month in ("Jan-24", "Feb-24", "Mar-24"):
                examined = whole(*patients)
                in_time = int(examined * uniform(*share))
                yield [region, month, examined, in_time, percent(in_time, examined)]

    workbook("udredningsret_overholdelse.xlsx", {"Somatik": field((9000, 28000), (.66, .86)), "Psykiatri": field((310, 2100), (.61, .9))})


def write():
    for books in (merged_heading, pandas_with_levels, described_data, several_tables, pivot, months, models, profile, number_formats, formulas, wide, small_counts_hidden, correlation,
                  intensive_care_and_school, not_from_the_corner, finance, pandas_flat_and_pivoted, quantiles, incidence, projection, waiting):
        books()
