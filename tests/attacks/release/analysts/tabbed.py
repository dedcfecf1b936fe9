"""Tables with tabs: medicines, weeks, models, municipalities, transitions, genetics. The drawing of lots goes on in workbooks.py."""
import random

from common import NAMES, REGIONS_ENGLISH, table

draw = random.Random(3303)
uniform, whole = draw.uniform, draw.randint


def medicines_and_weeks():
    rows = [["atc4", "n_users", "n_rx", "ddd", "users_per_1000"]]
    for code in ("A02B", "A10B", "B01A", "C03A", "C07A", "C08C", "C09A", "C09C", "C10A", "M01A", "N02A", "N02B", "N05B", "N06A", "R03A"):
        users = whole(60000, 900000)
        rows.append([code, users, users * whole(3, 8), users * whole(200, 400), round(users / 5932, 1)])
    table("atc4_users_2022.tsv", rows, "\t")

    rows = [["Year", "Week", "Region", "Admissions", "Rate per 100,000"]]
    for week in range(40, 53):
        for region, inhabitants in zip(REGIONS_ENGLISH, (1891000, 849000, 1238000, 1365000, 594000)):
            admitted = whole(40, 400)
            rows.append([2023, week, region, admitted, round(admitted / inhabitants * 1e5, 1)])
    table("weekly_admissions_rsv.tsv", rows, "\t")


def cox():
    rows = [["term", "estimate", "std.error", "statistic", "p.value"]]
    for term in ("exposureYes", "age", "sexmale", "ns(year, df = 3)1", "ns(year, df = 3)2", "ns(year, df = 3)3", "strata(region)", "educ2", "educ3"):
        rows.append([term, round(draw.gauss(0, .3), 4), round(uniform(.01, .08), 4), round(draw.gauss(0, 6), 2), f"{uniform(0, 1)**6:.2e}"])
    table("broom_cox.tsv", rows, "\t")


def municipalities():
    rows = [["Kommune", "Middellevetid", "Førtidspension pr. 1.000", "Sygedagpenge (gns. dage)", "Udd. 25-64 årige m. kompetencegivende, pct."]]
    rows += [[name, *(round(uniform(*ends), 1) for ends in ((78.9, 83.6), (28, 92), (6.1, 11.8), (68, 88)))] for name in NAMES[:28]]
    table("kommune_nøgletal.tsv", rows, "\t", ",")


def effects_by_cohort():
    rows = [["cohort", *(f"t{time}" for time in range(-4, 6))]]
    for cohort in range(2012, 2018):
        rows.append([cohort, *(round((0 if time < 0 else -.01 * (time + 1)) + draw.gauss(0, .004), 4) for time in range(-4, 6))])
    table("cs_att_gt.tsv", rows, "\t")


def origins_and_states():
    countries = ("Tyrkiet", "Polen", "Syrien", "Rumænien", "Tyskland", "Irak", "Libanon", "Pakistan", "Øvrige")
    table("andel_oprindelsesland.tsv", [["pct_land", "Andel"], *([country, round(uniform(1, 20), 1)] for country in countries)], "\t", ",")

    states = ("mRS 0-1", "mRS 2", "mRS 3", "mRS 4", "mRS 5")
    moves = ((.81, .12, .04, .02, .01), (.15, .62, .15, .05, .03), (.05, .18, .52, .17, .08), (.02, .06, .2, .51, .21), (.01, .02, .06, .16, .75))
    table("markov_transition_prob.tsv", [["from", *states], *([state, *row] for state, row in zip(states, moves))], "\t")


def variants():
    rows = [["SNP", "CHR", "EA", "OA", "EAF", "BETA", "SE", "P", "N"]]
    for variant, chromosome, effect, other in (("rs7903146", 10, "T", "C"), ("rs9939609", 16, "A", "T"), ("rs1801282", 3, "G", "C"), ("rs5219", 11, "T", "C"), ("rs10811661", 9, "C", "T"),
                                               ("rs4402960", 3, "T", "G")):
        rows.append([variant, chromosome, effect, other, round(uniform(.12, .45), 2), round(uniform(-.1, .3), 4), round(uniform(.008, .02), 4), f"{10**-uniform(8, 40):.1e}", 118204])
    table("lead_snps_meta.tsv", rows, "\t")


def write():
    for tables in (medicines_and_weeks, cox, municipalities, effects_by_cohort, origins_and_states, variants):
        tables()
