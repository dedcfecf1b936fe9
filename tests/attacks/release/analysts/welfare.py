"""Tables of health, school, work and income: models, screening, care, births, laboratories, surveys, predictions. One drawing of lots runs through all of them."""
import math
import random

from common import HOSPITALS, MUNICIPALITIES, REGIONS, masked, percent, shares, table, thousands

draw = random.Random(202)
uniform, whole = draw.uniform, draw.randint


def new_cases():
    rows = [["kommune", "aldersgruppe", "antal"]]
    for _, name, inhabitants in MUNICIPALITIES[26:]:
        for age, weight in (("18-39", .4), ("40-64", 1.2), ("65-79", 1.9), ("80+", .9)):
            rows.append([name, age, masked(int(inhabitants * weight * uniform(.0003, .0006)))])
    table("nye_tilfaelde_maskeret.csv", rows, ";")


def models():
    rows = [["", "Hazard Ratio", "95% CI (lower)", "95% CI (upper)", "P"]]
    for term in ("Age (per 10 years)", "Male sex", "Ever smoker", "Hypertension", "Diabetes", "Prior MI", "eGFR 30-59", "eGFR <30", "Statin use", "BMI 25-29.9", "BMI ≥30"):
        ratio = math.exp(draw.gauss(.1, .35))
        rows.append([term, f"{ratio:.2f}", f"{ratio * .94:.2f}", f"{ratio * 1.065:.2f}", draw.choice(["<0.001", "0.012", "0.32", "<0.001"])])
    table("cox_multivariable.csv", rows)

    rows = [["variabel", "IRR", "KI_95_nedre", "KI_95_oevre", "p_vaerdi"]]
    for term in ("Intercept", "Køn: kvinde", "Alder 40-59", "Alder 60-79", "Alder 80+", "Urbanisering: land", "Urbanisering: mellem", "Indkomstkvartil 2", "Indkomstkvartil 3",
                 "Indkomstkvartil 4", "Alpha"):
        ratio = math.exp(draw.gauss(0, .25))
        rows.append([term, round(ratio, 3), round(ratio * .96, 3), round(ratio * 1.04, 3), round(uniform(0, .2), 4)])
    table("nb_reg_kontakter.csv", rows, ";", ",")

    rows = [["parm", "level1", "df", "estimate", "stderr", "lowerwaldcl", "upperwaldcl", "chisq", "probchisq"]]
    for parameter, level, freedom in (("Intercept", "", 1), ("period", "2015-2017", 0), ("period", "2018-2020", 1), ("period", "2021-2023", 1), ("sex", "F", 1), ("sex", "M", 0),
                                      ("Scale", "", 0)):
        estimate, error = round(draw.gauss(-.4, .8), 4), round(uniform(.004, .03), 4)
        z = estimate / error
        p = .0001 if abs(z) > 4 else round(uniform(.01, .5), 4)
        rows.append([parameter, level, freedom, estimate, error, round(estimate - 1.96 * error, 4), round(estimate + 1.96 * error, 4), round(z**2, 2), p])
    table("genmod_parms.csv", rows)


def cohort():
    rows = [["covariate", "smd_unadj", "smd_adj", "var_ratio_unadj", "var_ratio_adj"]]
    for name in ("age", "sex_F", "cci_0", "cci_1", "cci_2", "cci_3plus", "prior_mi", "prior_stroke", "hf", "ckd", "copd", "n_drugs", "income_q1", "income_q2", "income_q3", "income_q4",
                 "urban", "prop.score"):
        row = [name, round(draw.gauss(0, .2), 4), round(draw.gauss(0, .015), 4)]
        measured = name in ("age", "n_drugs", "prop.score")
        rows.append([*row, round(uniform(.8, 1.3), 3), round(uniform(.96, 1.04), 3)] if measured else [*row, None, None])
    table("balance_psm.csv", rows)

    rows = [["variable", "N", "N missing", "% missing"]]
    for name in ("height", "weight", "bmi", "smoking", "alcohol", "sbp", "dbp", "hba1c", "ldl", "egfr", "education", "income"):
        lacking = whole(350, 21000)
        rows.append([name, 84210, lacking, percent(lacking, 84210)])
    table("missingness.csv", rows)


def prevention():
    rows = [["Fødselsårgang", "DiTeKiPol/Act-Hib 1", "DiTeKiPol/Act-Hib 2", "DiTeKiPol/Act-Hib 3", "MFR 1", "MFR 2 (4 år)"]]
    rows += [[year, *(round(uniform(low, low + 2), 1) for low in (96, 95.5, 92, 94, 88))] for year in range(2014, 2020)]
    table("boernevaccination_tilslutning.csv", rows, ";", ",")

    rows = [["sex", "agegrp", "smoke_daily_pct", "se", "unweighted_n"]]
    for sex in (1, 2):
        for age in ("16-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75+"):
            rows.append([sex, age, round(uniform(8, 21), 1), round(uniform(.4, 1.2), 1), whole(1900, 8800)])
    table("svy_smoking.csv", rows)

    rows = [["Runde", "Region", "Inviterede", "Deltagere", "Deltagelse (%)", "Positive", "Positive (%)"]]
    for screening_round in ("1. runde", "2. runde"):
        for region in REGIONS:
            invited = whole(82000, 260000)
            came = int(invited * uniform(.58, .66))
            positive = int(came * uniform(.05, .07))
            rows.append([screening_round, region, thousands(invited), thousands(came), percent(came, invited), thousands(positive), percent(positive, came)])
    table("tarmkraeftscreening.csv", rows, ";", ",")


def care():
    rows = [["hospital", "discharges", "readm30", "readm30_pct", "risk_adj_pct", "ci"]]
    for hospital in HOSPITALS:
        discharged = whole(4000, 38000)
        again, adjusted = int(discharged * uniform(.07, .13)), uniform(8, 12)
        rows.append([hospital, discharged, again, percent(again, discharged), round(adjusted, 1), f"{adjusted - .6:.1f}–{adjusted + .6:.1f}"])
    table("readmission_30d_by_hospital.csv", rows)

    rows = [["aar", "kvartal", "ydelse", "sum_kontakter", "pr_1000"]]
    for year in (2021, 2022, 2023):
        for quarter in (1, 2, 3, 4):
            for service in ("Konsultation", "E-mail", "Telefon", "Sygebesøg", "Video"):
                contacts = whole(21000, 5600000)
                rows.append([year, quarter, service, contacts, round(contacts / 5900, 1)])
    table("almen_praksis_ydelser.csv", rows, ";", ",")

    rows = [["Afsnit_type", "Måned", "Normerede senge", "Belægning %", "Sengedage"]]
    for kind in ("Lukket", "Åben", "Intensiv", "Retspsyk"):
        for month in ("jan", "feb", "mar", "apr", "maj", "jun"):
            beds, used = whole(84, 620), uniform(82, 104)
            rows.append([kind, f"{month} 2023", beds, round(used, 1), int(beds * 30 * used / 100)])
    table("psyk_belaegning.csv", rows, ";", ",")

    rows = [["ALDER", "KOEN", "MODTAGERE", "TIMER_UGE_GNS", "ANDEL_AF_BEF"]]
    for age in ("65-66", "67-69", "70-74", "75-79", "80-84", "85-89", "90+"):
        for sex in "MK":
            rows.append([age, sex, whole(1800, 17800), round(uniform(2.1, 6.8), 1), round(uniform(1.5, 39), 1)])
    table("hjemmehjaelp_AED.csv", rows, ";", ",", encoding="latin-1", ending="\r\n")


def school_work_income():
    rows = [["herkomst", "Grundskole", "Gymnasial", "Erhvervsfaglig", "KVU", "MVU", "LVU", "Uoplyst"]]
    for origin in ("Dansk oprindelse", "Indvandrer, vestlig", "Indvandrer, ikke-vestlig", "Efterkommer"):
        weights = [uniform(8, 30) for _ in range(7)]
        weights[6] = uniform(1, 6)
        rows.append([origin, *shares(weights)])
    table("hfudd_herkomst_pct.csv", rows)

    rows = [["Branche (DB07)", "2019", "2020", "2021", "2022"]]
    for trade in ("A Landbrug, skovbrug og fiskeri", "C Industri", "F Bygge og anlæg", "G Handel", "H Transport", "I Hoteller og restauranter", "J Information og kommunikation",
                  "P Undervisning", "Q Sundhed og socialvæsen"):
        rows.append([trade, *(thousands(whole(1800, 21000), " ") for _ in range(4))])
    table("ledige_branche.csv", rows)

    rows = [["klassetrin", "n_elever", "fravaer_total_pct", "heraf_sygdom_pct", "heraf_ulovligt_pct", "andel_over_10pct"]]
    for grade in range(10):
        rows.append([grade, whole(58000, 66000), *(round(uniform(*ends), 1) for ends in ((5, 8.6), (2.9, 4.1), (.6, 2.4), (12, 24)))])
    table("elevfravaer_klassetrin.csv", rows)

    rows, low = [["decil", "graense_nedre", "graense_oevre", "gns_indkomst", "andel_af_total"]], 0
    for decile in range(1, 11):
        high = int(95000 * 1.24**decile) // 100 * 100
        rows.append([decile, low if decile > 1 else None, high if decile < 10 else None, (low + high) // 2, round(uniform(2 + decile, 3 + decile * 1.4), 1)])
        low = high
    table("indkomstdeciler_2021.csv", rows, ";", ",")


def births_and_cancer():
    rows = [["Paritet", "År", "Fødsler", "Planlagt sectio", "Akut sectio", "Sectio i alt (pct.)"]]
    for parity in ("Førstegangsfødende", "Flergangsfødende"):
        for year in (2019, 2020, 2021, 2022):
            births, planned, acute = whole(26000, 34000), whole(1800, 3600), whole(1500, 4000)
            rows.append([parity, year, births, planned, acute, percent(planned + acute, births)])
    table("sectio_paritet.csv", rows, ";", ",", quoted="texts")

    rows = [["Kræftform", "Nye tilfælde pr. år", "1-års overlevelse, M", "1-års overlevelse, K", "5-års overlevelse, M", "5-års overlevelse, K"]]
    for cancer in ("Bryst", "Prostata", "Lunge", "Tyktarm", "Endetarm", "Modermærke", "Blære", "Non-Hodgkin lymfom", "Nyre", "Bugspytkirtel"):
        one_year, cases = uniform(45, 97), whole(900, 5100)
        men = (f"{one_year:.0f} (±1)", f"{one_year * .7:.0f} (±2)") if cancer != "Bryst" else ("", "")
        women = (f"{one_year + 1:.0f} (±1)", f"{one_year * .74:.0f} (±2)") if cancer != "Prostata" else ("", "")
        rows.append([cancer, cases, men[0], women[0], men[1], women[1]])
    table("nordcan_overlevelse.csv", rows, ";")


def laboratory_and_survey():
    rows = [["analyte", "npu", "unit", "n_tests", "n_patients", "mean", "sd", "p5", "p25", "p50", "p75", "p95"]]
    for analyte, code, unit, mean, deviation in (
            ("HbA1c", "NPU27300", "mmol/mol", 44.1, 12.9), ("Creatinine", "NPU18016", "µmol/L", 81, 31), ("LDL", "NPU01568", "mmol/L", 2.7, 1.0),
            ("Haemoglobin", "NPU02319", "mmol/L", 8.4, 1.0), ("CRP", "NPU19748", "mg/L", 21.3, 44.0), ("TSH", "NPU03577", "10^-3 IU/L", 1.9, 1.2)):
        patients = whole(210000, 640000)
        rows.append([analyte, code, unit, int(patients * 2.3), patients, mean, deviation, *(round(max(.3, mean + z * deviation * .8), 1) for z in (-1.2, -.67, 0, .67, 1.6))])
    table("lab_reference_distribution.csv", rows)

    rows = [["Spørgsmål", "I meget høj grad", "I høj grad", "I nogen grad", "I mindre grad", "Slet ikke", "Ved ikke", "Antal svar"]]
    for question in ("Blev du mødt med venlighed?", "Fik du den information, du havde brug for?", "Talte personalet med dig om dine behov?", "Var du tryg ved udskrivelsen?",
                     "Var ventetiden acceptabel?"):
        weights = [uniform(*ends) for ends in ((30, 50), (25, 35), (8, 15), (3, 6), (1.5, 3), (1, 3))]
        rows.append([question, *shares(weights), whole(7800, 14000)])
    table("LUP_svarfordeling.csv", rows, ";", ",")


def predictions():
    rows = [["threshold", "tpr", "fpr", "precision", "n_flagged"]]
    for step in range(1, 20):
        t = .05 * step
        rows.append([round(t, 2), round((1 - t)**1.2, 3), round((1 - t)**3.1, 3), round(.07 + .5 * t, 3), int(60000 * (1 - t)**2.8) + 40])
    table("roc_coordinates.csv", rows)

    rows = [["", "feature", "gain", "cover", "frequency"]]
    for at, feature in enumerate(("age", "n_prev_adm_12m", "cci", "n_drugs", "los_index", "egfr", "haemoglobin", "albumin", "crp", "sex", "distance_km", "weekday")):
        rows.append([at, feature, .3 * .72**at, uniform(.02, .2), uniform(.03, .15)])
    table("xgb_importance.csv", rows)

    rows = [["cluster", "size", "share", "age", "n_contacts", "n_drugs", "cci", "cost_kkr"]]
    for cluster, size in enumerate((41220, 28103, 17733, 9120, 3908)):
        rows.append([cluster, size, round(size / 100084, 3), *(round(uniform(low, high), places) for low, high, places in ((38, 79, 1), (2, 41, 1), (1, 14, 1), (.1, 4, 2), (8, 310, 1)))])
    table("kmeans_centroids.csv", rows)

    rows = [["_N", "year", "gini", "gini_se", "conc_index", "ci_se"]]
    for year in range(2012, 2023):
        rows.append([whole(4300000, 4700000), year, round(.26 + .002 * (year - 2012), 4), .0004, round(-.11 + uniform(-.01, .01), 4), .0011])
    table("gini_conc.csv", rows)


def hospitals():
    rows = [["time", "man", "tir", "ons", "tor", "fre", "lør", "søn"]]
    rows += [[f"{hour:02d}-{(hour + 1) % 24:02d}", *(f"{whole(6, 9)}:{whole(0, 59):02d}" for _ in range(7))] for hour in range(24)]
    table("responstid_time_ugedag_median.csv", rows, ";")

    rows = [["DRG", "Tekst", "Udskrivninger", "DRG-vaerdi (kr.)", "Gns. takst", "Trimpunkt"]]
    for group, words in (("04MA03", "KOL"), ("04MA11", "Lungebetændelse"), ("05MA04", "Hjertesvigt"), ("05PR05", "PCI"), ("06MA11", "Mave-tarmblødning"), ("08OP42", "Hofteudskiftning"),
                         ("08OP48", "Knæudskiftning"), ("14FO04", "Fødsel"), ("01MA09", "Apopleksi")):
        stays, price = whole(2100, 19000), whole(21000, 92000)
        rows.append([group, words, stays, stays * price, price, whole(4, 31)])
    table("drg_produktionsvaerdi.csv", rows, ";")

    rows = [["Sygehus", "Indl.", "Døde", "Forv.", "HSMR", "KI"]]
    for hospital in HOSPITALS[4:16]:
        expected, ratio = uniform(190, 820), uniform(84, 116)
        rows.append([hospital, whole(5100, 30000), int(expected * ratio / 100), round(expected, 1), round(ratio), f"[{ratio - 8:.0f};{ratio + 8:.0f}]"])
    table("hsmr_2022.csv", rows, ";", ",", encoding="utf-8-sig")

    rows = [["group", "cause", "t", "cif", "lo", "hi"]]
    for group in ("exposed", "unexposed"):
        for cause in ("cancer", "death"):
            rate = uniform(.012, .03)
            for years in (0, 1, 2, 5, 10):
                share = 1 - math.exp(-rate * years)
                rows.append([group, cause, years, *(round(share * factor, 3) for factor in (1, .95, 1.05))])
    table("cuminc_AJ_years.csv", rows)

    rows = [["dx", "N", "p10", "p25", "p50", "p75", "p90", "mean"]]
    for diagnosis in ("Hip fracture", "Pneumonia", "Heart failure", "COPD exacerbation", "Stroke", "Sepsis"):
        median = whole(4, 9)
        rows.append([diagnosis, whole(3900, 22000), median - 2, median - 1, median, median + 4, median + 9, round(median * 1.4, 1)])
    table("los_percentiles.csv", rows)


def write():
    for tables in (new_cases, models, cohort, prevention, care, school_work_income, births_and_cancer, laboratory_and_survey, predictions, hospitals):
        tables()
