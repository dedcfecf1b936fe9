"""Workbooks of tables for papers: characteristics, survival, codes, cost and effect, regression. Each value stands here as it is."""
import math

from common import percent, workbook


def characteristics():
    sizes = (8412, 8377)

    def counted(*counts):
        return [f"{count} ({percent(count, size)})".replace(".", ",") for count, size in zip(counts, sizes)]

    workbook("table1_RCT_kommune.xlsx", {"Table 1": [
        ["Karakteristika", f"Intervention (n={sizes[0]})", f"Kontrol (n={sizes[1]})", "p-værdi"],
        ["Alder, år, gennemsnit (SD)", "54,1 (13,2)", "54,3 (13,1)", "0,32"],
        ["Kvinder, n (%)", *counted(4521, 4477), "0,71"],
        ["BMI, median [IQR]", "26,8 [24,0-30,2]", "26,9 [24,1-30,3]", "0,44"],
        ["Rygestatus, n (%)", None, None, "0,58"],
        ["   Aldrig", *counted(3911, 3880), None],
        ["   Tidligere", *counted(2988, 2931), None],
        ["   Nuværende", *counted(1513, 1566), None],
        ["Diabetes, n (%)", *counted(611, 598), "0,77"],
        ["KOL, n (%)", *counted(402, 431), "0,26"],
    ]})


def survival():
    workbook("survival_by_stage.xlsx", {"OS": [
        ["Years since diagnosis", 0, 1, 2, 3, 5],
        ["Stage I-II, n at risk", 18204, 17110, 15940, 14022, 9811],
        ["Stage I-II, survival % (95% CI)", "100", "95.8 (95.5-96.1)", "92.6 (92.2-93.0)", "89.9 (89.4-90.4)", "84.7 (84.1-85.3)"],
        ["Stage III, n at risk", 7110, 5931, 4877, 3902, 2204],
        ["Stage III, survival % (95% CI)", "100", "85.1 (84.3-85.9)", "74.0 (73.0-75.0)", "66.1 (65.0-67.2)", "54.9 (53.6-56.2)"],
        ["Stage IV, n at risk", 6240, 2911, 1602, 903, 311],
        ["Stage IV, survival % (95% CI)", "100", "47.3 (46.1-48.5)", "27.2 (26.1-28.3)", "17.9 (16.9-18.9)", "9.6 (8.8-10.4)"],
    ]})


def codes():
    workbook("diagnosekoder_definition.xlsx", {"Kodeliste": [
        ["Gruppe", "ICD-10", "SKS", "ATC", "n_patienter"],
        ["Hjertesvigt", "I50, I11.0, I13.0", "DI50*, DI110*", "C03CA01", 118204],
        ["AMI", "I21-I22", "DI21*", "B01AC", 141033],
        ["Diabetes", "E10-E14", "DE10*-DE14*", "A10", 389201],
        ["KOL", "J44", "DJ44*", "R03", 221904],
        ["Kræft (ekskl. NMSC)", "C00-C97 (ekskl. C44)", "DC*", "", 402218],
        ["Demens", "F00-F03, G30", "DF00*-DF03*, DG30*", "N06D", 64120],
        ["Nyresygdom", "N18-N19", "DN18*", "V03AE", 58810],
    ]})


def cost_and_effect():
    workbook("cea_results.xlsx", {
        "Base case": [
            ["Strategy", "Cost (DKK)", "QALY", "Incr. cost", "Incr. QALY", "ICER (DKK/QALY)"],
            ["Usual care", 184210, 7.412, None, None, None],
            ["Telemonitoring", 191880, 7.451, 7670, .039, 196667],
            ["Nurse-led clinic", 188940, 7.447, 4730, .035, 135143],
        ],
        "DSA": [
            ["Parameter", "Low", "High", "ICER low", "ICER high"],
            ["Discount rate", 0, .05, 118300, 151200],
            ["Utility, stable", .71, .83, 160400, 117200],
            ["Admission cost", 18200, 41900, 171000, 98500],
            ["Mortality RR", .82, .99, 91000, 403000],
        ],
        "CEAC": [["WTP", "P(cost-effective)"], *([25000 * step, round(1 / (1 + math.exp(-(step - 5) / 1.6)), 2)] for step in range(13))],
    })


def regression():
    workbook("gtsummary_tbl_regression.xlsx", {"tbl": [
        ["**Characteristic**", "**OR**", "**95% CI**", "**p-value**"],
        ["Age", "1.03", "1.03, 1.04", "<0.001"],
        ["Sex", None, None, None],
        ["Female", "—", "—", None],
        ["Male", "1.21", "1.16, 1.26", "<0.001"],
        ["ASA score", None, None, None],
        ["1", "—", "—", None],
        ["2", "1.44", "1.35, 1.54", "<0.001"],
        ["3", "2.38", "2.20, 2.58", "<0.001"],
        ["4", "4.12", "3.49, 4.86", "<0.001"],
        ["Surgery", None, None, None],
        ["Elective", "—", "—", None],
        ["Acute", "1.92", "1.83, 2.01", "<0.001"],
    ]})


def pupils():
    workbook("trivsel_elever.xlsx", {"Tabel 5": [
        ["", "Drenge", None, "Piger", None],
        ["", "Antal", "Pct.", "Antal", "Pct."],
        ["Meget glad for skolen", 9120, 31.2, 9944, 34.1],
        ["Glad for skolen", 14811, 50.7, 14210, 48.8],
        ["Ikke så glad", 4102, 14.0, 3911, 13.4],
        ["Slet ikke glad", 1204, 4.1, 1071, 3.7],
        ["I alt", 29237, 100, 29136, 100],
    ]})


def write():
    characteristics()
    survival()
    codes()
    cost_and_effect()
    regression()
    pupils()
