"""Tables from the national registers: stays, municipalities, weeks, prices, quality, mortality, diagnoses. One drawing of lots runs through all of them."""
import math
import random

from common import HOSPITALS, MUNICIPALITIES, REGIONS, REGIONS_ENGLISH, percent, shares, table, thousands

draw = random.Random(11)
uniform, whole = draw.uniform, draw.randint
WINDOWS_LATIN = {"encoding": "latin-1", "ending": "\r\n"}


def admissions():
    rows, total = [["Region", *map(str, range(2016, 2024)), "I alt"]], [0] * 9
    for region, base in zip(REGIONS, (310000, 165000, 240000, 255000, 120000)):
        counts = [int(base * (1 + .01 * year) + uniform(-3000, 3000)) for year in range(8)]
        counts.append(sum(counts))
        total = [a + b for a, b in zip(total, counts)]
        rows.append([region, *counts])
    table("indlaeggelser_region_aar.csv", [*rows, ["Hele landet", *total]], ";", ",")


def models():
    rows = [["term", "estimate", "std.error", "statistic", "p.value", "conf.low", "conf.high"]]
    for term in ("(Intercept)", "alder_gr65-74", "alder_gr75-84", "alder_gr85+", "koenMand", "charlson1", "charlson2", "charlson3+", "civilEnlig", "uddKort", "uddMellem", "uddLang",
                 "factor(aar)2021", "factor(aar)2022"):
        log_odds, error = draw.gauss(0, .3), uniform(.01, .12)
        if term == "(Intercept)":
            log_odds = -2.41873
        z = log_odds / error
        rows.append([term, math.exp(log_odds), error, z, math.erfc(abs(z) / math.sqrt(2)), math.exp(log_odds - 1.96 * error), math.exp(log_odds + 1.96 * error)])
    table("glm_genindlaeggelse_tidy.csv", rows, quoted="texts")

    rows = [["Variable", "ClassVal0", "DF", "Estimate", "StdErr", "WaldChiSq", "ProbChiSq", "_ESTTYPE_"]]
    for variable, value in (("Intercept", ""), ("koen", "K"), ("aldgrp", "2"), ("aldgrp", "3"), ("aldgrp", "4"), ("indkomst", "1"), ("indkomst", "2"), ("indkomst", "3"), ("samliv", "Enlig"),
                            ("etnicitet", "Efterkommer"), ("etnicitet", "Indvandrer")):
        estimate, error = round(draw.gauss(0, .4), 4), round(uniform(.01, .09), 4)
        wald = round((estimate / error)**2, 4)
        rows.append([variable, value, 1, estimate, error, wald, "<.0001" if wald > 15.2 else f"{math.erfc(math.sqrt(wald / 2)):.4f}", "MLE"])
    table("proc_logistic_ParameterEstimates.csv", rows, ending="\r\n")


def rates():
    rows = [["komkode", "kommune", "antal", "folketal", "rate_pr_100000"]]
    for code, name, inhabitants in MUNICIPALITIES[:-2]:
        count = int(inhabitants * uniform(.0011, .0023))
        rows.append([code, name, count, inhabitants, round(count / inhabitants * 1e5, 1)])
    table("hjerteanfald_pr_kommune_2023.csv", rows, ";", ",", quoted="texts", **WINDOWS_LATIN)

    rows = [["sex", "year", "asr_per_100k", "lci", "uci", "crude_rate"]]
    for sex, base in (("Men", 182), ("Women", 121)):
        for year in range(2005, 2023):
            rate = base - 1.9 * (year - 2005) + uniform(-3, 3)
            rows.append([sex, year, round(rate, 1), round(rate - 4, 1), round(rate + 4, 1), round(rate * 1.13, 1)])
    table("asr_stroke_ESP2013.csv", rows)


def periods():
    rows = [["maaned", "henvisninger", "akutte", "elektive"]]
    for year in range(2019, 2024):
        for month in range(1, 13):
            acute, elective = whole(2200, 3100), whole(3200, 4900)
            if year == 2020 and month in (3, 4, 5):
                elective = whole(900, 1700)
            rows.append([f"{year}M{month:02d}", acute + elective, acute, elective])
    table("henvisninger_maanedlig.csv", rows, ";")

    rows = [["iso_year", "iso_week", "n_tests", "n_positive", "pct_positive"]]
    for week in range(1, 53):
        tests = whole(18000, 60000)
        positive = int(tests * uniform(.02, .12))
        rows.append([2022, week, tests, positive, percent(positive, tests)])
    table("influenza_tests_week.csv", rows)

    rows = [["Speciale", "Kvartal", "n_ptt", "Median ventetid (dage)", "P25", "P75"]]
    for speciality in ("Ortopædkirurgi", "Øre-næse-hals", "Øjensygdomme", "Kardiologi", "Gynækologi", "Urologi", "Neurologi"):
        for quarter in ("2023K1", "2023K2", "2023K3", "2023K4"):
            median = whole(19, 80)
            rows.append([speciality, quarter, whole(640, 9800), median, int(median * .45), int(median * 1.8)])
    table("ventetid_speciale_kvartal.csv", rows, ";", encoding="utf-8-sig", ending="\r\n")


def prices_and_medicines():
    rows = [["Sektor", "Antal borgere", "Gns. udgift pr. borger (kr.)", "Samlet udgift (kr.)"]]
    for sector in ("Somatisk stationær", "Somatisk ambulant", "Psykiatri", "Almen praksis", "Speciallæge", "Receptmedicin", "Hjemmepleje", "Plejehjem", "Genoptræning"):
        citizens, mean = whole(4000, 98000), whole(900, 78000)
        rows.append([sector, thousands(citizens), thousands(mean), thousands(citizens * mean + whole(0, 999))])
    table("omkostninger_sektor_2022.csv", rows, ";")

    rows = [["ATC", "Navn", "Personer", "DDD", "DDD/1000/dag"]]
    for code, name in (("A02BC01", "Omeprazol"), ("A02BC02", "Pantoprazol"), ("A10BA02", "Metformin"), ("A10BJ06", "Semaglutid"), ("B01AC06", "Acetylsalicylsyre"), ("B01AF02", "Apixaban"),
                       ("C03CA01", "Furosemid"), ("C07AB02", "Metoprolol"), ("C08CA01", "Amlodipin"), ("C09AA02", "Enalapril"), ("C09CA01", "Losartan"), ("C10AA01", "Simvastatin"),
                       ("C10AA05", "Atorvastatin"), ("N02BE01", "Paracetamol"), ("N06AB04", "Citalopram"), ("N06AB06", "Sertralin"), ("R03AC02", "Salbutamol")):
        persons = whole(30000, 620000)
        doses = persons * whole(150, 500)
        rows.append([code, name, persons, doses, round(doses / 5932.654 / 365, 1)])
    table("ddd_top17_2023.csv", rows, ";", ",")


def quality():
    rows = [["indikator", "afdeling", "tæller", "nævner", "andel", "ci_ned", "ci_op", "standard", "opfyldt"]]
    for indicator, standard, met in (("1a", "≥ 90 %", lambda p: p > .9), ("2", "≥ 85 %", lambda p: p > .85), ("3b", "≤ 10 %", lambda p: p < .10)):
        for hospital in HOSPITALS[:10]:
            below = whole(420, 2900)
            above = round(below * (uniform(.05, .14) if indicator == "3b" else uniform(.86, .97)))
            share = above / below
            half = 1.96 * math.sqrt(share * (1 - share) / below)
            rows.append([indicator, hospital, above, below, *(round(p * 100, 1) for p in (share, share - half, share + half)), standard, "Ja" if met(share) else "Nej"])
    table("RKKP_indikatorer.csv", rows, ";", ",")

    rows = [["unit", "n", "observed", "expected", "SIR", "lower95", "upper95", "lower998", "upper998"]]
    for unit in range(1, 25):
        patients = whole(300, 5200)
        expected = patients * .082
        observed = max(12, round(draw.gauss(expected, math.sqrt(expected))))
        error = 1 / math.sqrt(expected)
        rows.append([f"H{unit:02d}", patients, observed, round(expected, 1), round(observed / expected, 2), *(round(1 + z * error, 2) for z in (-1.96, 1.96, -3.09, 3.09))])
    table("funnel_30d_mortality.csv", rows)

    ranked = sorted(((round(uniform(11.2, 22.8), 1), name) for _, name, _ in MUNICIPALITIES[:30]), reverse=True)
    rows = [["Placering", "Kommune", "Andel dagligrygere (pct.)", "Ændring siden 2017 (pct.point)"]]
    rows += [[rank, name, share, round(uniform(-5, 1), 1)] for rank, (share, name) in enumerate(ranked, 1)]
    table("rangering_daglig_rygning.csv", rows, ";", ",")


def matrices():
    names = ["alder", "bmi", "sbp", "dbp", "hba1c", "ldl", "egfr", "crp"]
    matrix = [[1 if i == j else None for j in range(8)] for i in range(8)]
    for i in range(8):
        for j in range(i):
            matrix[i][j] = matrix[j][i] = round(uniform(-.4, .6), 3)
    table("cor_matrix_spearman.csv", [["", *names], *([name, *row] for name, row in zip(names, matrix))], quoted="texts")

    states = ["Beskæftiget", "Ledig", "Sygedagpenge", "Førtidspension", "Efterløn/pension", "Uddannelse"]
    rows = [["fra \\ til", *states]]
    for at, state in enumerate(states):
        weights = [uniform(.02, .08) for _ in states]
        weights[at] = 1.8
        rows.append([state, *shares(weights)])
    table("overgangsmatrix_2019_2020_pct.csv", rows, ";", ",")


def life_table():
    alive, rows = 100000, []
    for age in (0, 1, *range(5, 95, 5)):
        years = {0: 1, 1: 4}.get(age, 5)
        rate = .0031 if age == 0 else 7e-5 * math.exp(.09 * max(age - 10, 0)) * 1.2
        risk = 1 - math.exp(-years * rate)
        dead = alive * risk
        rows.append([age, years, round(rate, 5), round(risk, 5), round(alive), round(dead), round(years * (alive - dead / 2))])
        alive -= dead
    lived = 0
    for row in reversed(rows):
        lived += row[6]
        row += [lived, round(lived / row[4], 2)]
    table("livstabel_forkortet_maend_2021-2022.csv", [["x", "n", "nMx", "nqx", "lx", "ndx", "nLx", "Tx", "ex"], *rows])


def diagnoses_and_procedures():
    rows = [["diag", "tekst", "n_kontakter", "n_personer"]]
    for code, words in (
            ("DA419", "Sepsis UNS"), ("DE119", "Type 2-diabetes uden komplikationer"), ("DF329", "Depressiv enkeltepisode UNS"), ("DI109", "Essentiel hypertension"),
            ("DI214", "Akut subendokardialt myokardieinfarkt"), ("DI489", "Atrieflimren eller atrieflagren UNS"), ("DI639", "Cerebralt infarkt UNS"), ("DJ189", "Pneumoni UNS"),
            ("DJ441", "KOL med akut eksacerbation UNS"), ("DK358", "Akut appendicitis, anden eller ikke specificeret"), ("DM169", "Hofteartrose UNS"),
            ("DM171", "Anden primær knæartrose"), ("DN390", "Urinvejsinfektion uden angivelse af lokalisation"), ("DS060", "Hjernerystelse"), ("DS720", "Fraktur af lårbenshals"),
            ("DZ038", "Observation pga. mistanke om anden sygdom")):
        persons = whole(1900, 41000)
        rows.append([code, words, int(persons * uniform(1.1, 2.9)), persons])
    table("top_diagnoser_LPR3.csv", rows)

    procedures = (
        ("KNFB20", "Primær total hoftealloplastik, ucementeret"), ("KNGB20", "Primær total knæalloplastik"), ("KJKA21", "Laparoskopisk kolecystektomi"),
        ("KJEA01", "Laparoskopisk appendektomi"), ("KMCA10", "Kejsersnit"), ("KCJE20", "Fakoemulsifikation m. kunstig linse"), ("BAFA60", "Hjertestarterbehandling"),
        ("UXRC00", "CT-skanning af thorax"), ("UXMD10", "MR-skanning af columna"))
    rows = [["SKS", "Procedure", "2021", "2022", "2023"], *([code, words, *(whole(900, 48000) for _ in range(3))] for code, words in procedures)]
    table("sks_procedurer.csv", rows, ";", quoted="texts")


def pyramid():
    rows = [["Alder", "Mænd", "Kvinder"]]
    for age in range(0, 100, 5):
        base = int(180000 * (1 - max(0, age - 55) / 50)) if age < 95 else 5200
        if age < 90:
            men, women = base + whole(-6000, 6000), base + whole(-6000, 6000)
        else:
            men = 4000 + whole(0, 5000) if age < 95 else 1600
            women = 12000 + whole(0, 4000)
        rows.append([f"{age}-{age + 4} år", men, women])
    table("FOLK1A_pyramide.csv", [*rows, ["100 år og derover", 204, 1011]], ";", quoted="all", **WINDOWS_LATIN)


def robustness():
    rows = [["analysis", "n", "events", "HR", "CI95", "p"]]
    for analysis in ("Main analysis", "Excluding first 90 days", "Excluding prior cancer", "Complete cases only", "1:1 PS matching", "Overlap weighting", "Negative control outcome",
                     "Lag time 6 months", "As-treated", "Fine-Gray (competing death)"):
        persons, ratio = whole(40000, 190000), uniform(.75, 1.08)
        p = "<0.001" if ratio < .88 else "0.04" if ratio < .94 else "0.31"
        rows.append([analysis, persons, int(persons * uniform(.03, .06)), round(ratio, 2), f"{ratio * .93:.2f}-{ratio * 1.07:.2f}", p])
    table("sensitivity_analyses.csv", rows)

    rows = [["decile", "n", "mean_pred", "obs_rate", "lo", "hi"]]
    for decile in range(1, 11):
        p = .008 * 1.42**decile
        rows.append([decile, 6068, round(p, 4), round(p * uniform(.93, 1.06), 3), round(p * .88, 3), round(p * 1.11, 3)])
    table("calibration_by_decile.csv", rows)


def r_summaries():
    groups = [(age, living) for age in ("<20", "20-24", "25-29", "30-34", "35-39", "40+") for living in ("Enlig", "Samlevende", "Gift")]
    table("table_out.csv", [["", "Var1", "Var2", "Freq"], *([str(at), living, age, whole(310, 18400)] for at, (age, living) in enumerate(groups, 1))], quoted="texts")

    groups = [(region, year) for year in range(2018, 2023) for region in REGIONS]
    table("aggregate_liggetid.csv", [["", "Group.1", "Group.2", "x"], *([str(at), *group, round(uniform(3.1, 4.9), 6)] for at, group in enumerate(groups, 1))], quoted="texts")

    rows = [["aar", "behandling", "n", "gns_alder", "sd_alder", "andel_kvinder", "gns_liggetid"]]
    for year in range(2017, 2024):
        for treatment in ("konservativ", "operation"):
            rows.append([year, treatment, whole(1200, 4800), uniform(61, 72), uniform(9, 14), round(uniform(.41, .63), 3), uniform(2.1, 5.6)])
    table("summarise_behandling.csv", rows)


def pandas_summaries():
    rows, total = [["age_group", "0", "1", "2", "3+", "All"]], [0] * 5
    for age in ("18-44", "45-64", "65-79", "80+"):
        counts = [whole(3000, 52000), whole(1500, 9000), whole(700, 6000), whole(300, 4000)]
        counts.append(sum(counts))
        total = [a + b for a, b in zip(total, counts)]
        rows.append([age, *counts])
    table("crosstab_age_cci.csv", [*rows, ["All", *total]])

    rows = [["region", "sex", "n_contacts_sum", "n_contacts_mean", "n_contacts_std", "cost_sum", "cost_mean", "cost_median"]]
    for region in REGIONS_ENGLISH:
        for sex in "FM":
            persons, contacts, cost = whole(40000, 200000), uniform(5, 9), uniform(9000, 16000)
            rows.append([region, sex, int(persons * contacts), contacts, uniform(4, 7), int(persons * cost), cost, cost * .38])
    table("groupby_agg_flat.csv", rows)

    rows = [["", "n", "n", "los", "los"], ["", "sum", "mean", "mean", "std"], ["dept", "", "", "", ""]]
    for department in ("Cardiology", "Geriatrics", "Pulmonology", "Gastroenterology", "Endocrinology"):
        stays = whole(2000, 9000)
        rows.append([department, stays, round(stays / 12, 1), round(uniform(2.5, 8), 2), round(uniform(2, 7), 2)])
    table("groupby_multiindex_cols.csv", rows)


def means():
    rows = [["sygehus", "NObs", "VName_alder", "Label_alder", "alder_N", "alder_NMiss", "alder_Mean", "alder_StdDev", "alder_Median"]]
    for hospital in HOSPITALS[:12]:
        stays, lacking = whole(800, 6900), whole(5, 60)
        rows.append([hospital, stays, "alder", "Alder ved indlæggelse", stays - lacking, lacking, round(uniform(58, 71), 2), round(uniform(12, 19), 2), whole(60, 74)])
    table("proc_means_alder.csv", rows, **WINDOWS_LATIN)

    rows = [["year", "treat", "y", "sd_y", "n"]]
    for year in range(2010, 2021):
        for treated in (0, 1):
            rows.append([year, treated, round(uniform(2.1, 3.4), 7), round(uniform(1.9, 2.6), 7), whole(11000, 38000)])
    table("collapse_event_study.csv", rows)


def write():
    for tables in (admissions, models, rates, periods, prices_and_medicines, quality, matrices, life_table, diagnoses_and_procedures, pyramid, robustness, r_summaries, pandas_summaries, means):
        tables()
