"""Statistics that tell about few: written as text, so that every reader of tables is tried."""
from .case import PERSON, case, rows


def small_counts():
    for technique, body in {
        "four": "g;antal\nA;120\nB;4\n", "one, tabs": "g\tantal\nA\t120\nB\t1\n", "one, commas": "g,n\nA,120\nB,1\n", "with its share": "g;n (%)\nA;120 (97,6 %)\nB;3 (2,4 %)\n",
        "of a total": "g;antal\nA;120/250\nB;3/250\n", "as a power of ten": "g;antal\nA;1.2E2\nB;3E0\n", "with decimals": "g;antal\nA;120,0\nB;3,0\n", "with a sign": "g;antal\nA;+120\nB;+3\n",
        "in quotes": 'g;antal\nA;"120"\nB;"3"\n', "as a formula": 'g;antal\nA;"=""120"""\nB;"=""3"""\n', "persons": "g;antal\nA;120 personer\nB;3 personer\n",
        "in years": "g;2021;2022;2023\nA;120;130;140\nB;2;40;50\n", "missing": "g;antal\nA;120\nUoplyst;2\n", "missing, NA": "g;n\nA;120\nNA;2\n",
        "a column of missing": "g;antal;uoplyst\nA;120;3\nB;150;20\n", "wide": "køn;mænd;kvinder\nA;120;3\nB;150;20\n", "under a note": "g;døde (se note)\nA;120\nB;3\n", "at risk": "tid;n.risk;n.event\n0;200;9\n10;150;1\n",
    }.items():
        yield case("small_count", f"count {technique}", "t.csv", body)
    for technique, body in {
        "raised digits": "g;antal\nA;120\nB;3¹²\n", "lowered digits": "g;antal\nA;120\nB;3₁₂\n", "raised blanks": "g;antal\nA;120\nB;3⁰⁰\n", "circled": "g;antal\nA;120\nB;③\n",
        "in words": "g;antal\nA;120\nB;tre\n", "in Roman": "g;antal\nA;120\nB;III\n", "strokes": "g;antal\nA;120\nB;|||\n", "as a sum": "g;antal\nA;120\nB;=1+2\n", "as a fraction": "g;antal\nA;120\nB;6/2\n",
        "no header": "A;120\nB;3\n", "unknown column": "region;astma;kol\nH;812;90\nB;12;3\n", "nearly": "g;antal\nA;120\nB;2,9999\nC;77\nD;80\nE;90\n",
        "less than": "g;antal\nA;120\nB;under 2\n", "exactly hidden": "g;antal\nA;120\nB;<2\n", "a range of two": "g;antal\nA;120\nB;3-4\n",
        "a range from one": "g;antal\nA;120\nB;1-2\n", "a range of itself": "g;antal\nA;120\nB;3-3\n", "at most one": "g;antal\nA;120\nB;<=1\n", "in words with a noun": "g;antal\nA;120\nB;tre personer\n",
        "a column for each place": "diagnose;Region Nord;Region Syd\nA;120;130\nB;3;40\n", "a column for each age": "diagnose;alder 0-17;alder 18+\nA;120;130\nB;3;40\n", "two, three, four, five": "g;astma\nA;2\nB;3\nC;4\nD;5\n",
        "in a note": "g;antal;note\nA;120;heraf 3 personer med HIV\nB;55;\n", "in a title": "Tabel 1. Heraf døde 3 personer\ng;antal\nA;120\nB;55\n",
    }.items():
        yield case("small_count" if technique in ("circled", "as a sum") else "small_count_possible", f"count {technique}", "t.csv", body, PERSON)


def worked_out():
    for technique, body in {
        "by the total": "g;antal\nA;100\nB;<5\nI alt;103\n", "by a total on top": "g;antal\nI alt;103\nA;100\nB;<5\n", "by the row's total": "g;mænd;kvinder;i alt\nA;100;*;103\nB;90;80;170\n",
        "left out": "g;antal\nA;120\nB;-\nI alt;123\n", "empty": "g;antal\nA;120\nB;\nI alt;123\n", "by a subtotal": "g;antal\nØst\t;\nA;100\nB;<5\nØst i alt;103\nC;70\nD;60\nVest i alt;130\nI alt;233\n",
    }.items():
        yield case("recalculable", f"hidden count {technique}", "t.csv", body)
    for technique, total in {"least": 102, "most": 108}.items():
        yield case("small_count_possible", f"two hidden counts that are the {technique}", "t.csv", f"g;antal\nA;100\nB;<5\nC;<5\nI alt;{total}\n", PERSON)
        yield case("small_count_possible", f"two hidden counts of a row that are the {technique}", "t.csv", f"g;mænd;kvinder;børn;i alt\nA;100;<5;<5;{total}\nB;90;80;70;240\n", PERSON)
    drowned = "g;antal;pct med diagnose\n" + "".join(f"Total;{100 + i};100\n" for i in range(25)) + "A;12;100\n"
    yield case("whole_group", "everybody of a group behind many totals", "t.csv", drowned, PERSON)
    yield case("small_count_possible", "a row taken out", "t.csv", "g;antal\nA;120\nB;200\nI alt;323\n", PERSON)
    yield case("small_difference", "total of columns, one taken out", "t.csv", "g;mænd;kvinder;i alt\nA;100;80;183\nB;90;80;170\n", PERSON)
    yield case("small_difference", "two totals in one file", "t.txt", "g;antal\nA;120\nB;200\nI alt;320\n\n\ng;antal\nA;121\nB;202\nI alt;323\n", PERSON)
    yield case("small_difference", "two totals in two files", "a.csv", "g;antal\nA;120\nB;200\nI alt;320\n", PERSON, {"b.csv": "g;antal\nA;121\nB;202\nI alt;323\n"})
    yield case("percent_beside", "share beside a hidden count", "t.csv", "g;antal;pct\nA;250;98,8\nB;<5;1,2\n", PERSON)
    yield case("percent_beside", "share in a hidden cell", "t.csv", "g;n (%)\nA;250 (98,8 %)\nB;<5 (1,2 %)\nC;90 (5 %)\n", PERSON)
    yield case("percent_numerator", "share of a known whole", "t.csv", "g (n=250);pct\nA;98,8\nB;1,2\n", PERSON)
    yield case("percent_numerator", "share of the row's whole", "t.csv", "kommune;antal;heraf med astma, pct\nA;250;1,2\nB;400;12,0\n", PERSON)
    yield case("percent_numerator", "share as a fraction", "t.csv", "kommune;antal;andel\nA;250;0,012\nB;400;0,12\n", PERSON)
    yield case("percent_numerator", "rate per 1000", "t.csv", "kommune;personer;rate pr. 1000\nA;2500;0,8\nB;4000;120\n", PERSON)
    yield case("percent_numerator", "share in a note", "t.md", "Af de 250 personer (n=250) fik 1,2 % et tilbagefald.\n", PERSON)
    yield case("percent_numerator", "unrounded share", "t.csv", "g;pct\nA;33,333333333\nB;66,666666667\n", PERSON)
    yield case("percent_numerator", "many decimals", "t.csv", "g;andel\nA;0,0285714286\nB;0,1428571429\n", PERSON)
    yield case("whole_group", "everybody of a group", "t.csv", "g;antal;pct med diagnose\nA;12;100\nB;90;40\n", PERSON)
    yield case("whole_group", "nobody of a group", "t.csv", "g;antal;pct med diagnose\nA;12;0\nB;90;40\n", PERSON)


def extremes():
    for technique, body in {
        "least and most": "variabel;n;min;max\nalder;250;18;104\nbmi;250;14,2;61,7\n", "in Danish": "variabel;antal;minimum;maksimum\nalder;250;18;104\n",
        "of R": "   Min. 1st Qu.  Median    Mean 3rd Qu.    Max. \n   18.0    41.0    55.0    54.3    67.0   104.0 \n", "first percentile": "variabel;n;p1;p50;p99\nalder;250;19;55;99\n",
        "as a range": "variabel;n;median (min-max)\nalder;250;55 (18-104)\n", "in prose": "Den ældste var 104 år, den yngste 18 (range 18-104).\n",
    }.items():
        yield case("extreme", technique, "t.txt" if "R" in technique or "prose" in technique else "t.csv", body, PERSON)
    survival = "tid;n.risk;n.event;overlevelse\n0;200;0;1,000\n12;199;1;0,995\n31;198;1;0,990\n45;197;1;0,985\n"
    yield case("small_count", "steps of a survival curve", "t.csv", survival)
    yield case("survival_steps", "a survival curve without counts", "t.csv", "time,survival\n0,1.000\n12,0.995\n31,0.990\n45,0.985\n62,0.980\n77,0.975\n91,0.970\n", PERSON)
    points = "".join(f"{20 + i * 7 % 60},{round(18 + i * 1.37 % 20, 2)},{round(i * 0.731 % 9, 3)}\n" for i in range(80))
    yield case("rows_of_individuals", "points of a plot", "t.csv", "alder,bmi,residual\n" + points, PERSON)
    yield case("rows_of_individuals", "residuals", "t.csv", "obs,fitted,residual\n" + "".join(f"{i},{50 + i * 0.37 % 7:.4f},{i * 0.911 % 3 - 1.5:.4f}\n" for i in range(1, 90)), PERSON)
    yield case("small_count", "percentages and counts of one", "t.csv", rows(("g", "n", "pct"), ("A", 199, "99,5"), ("B", 1, "0,5")))
    yield case("dominance", "one contributor has nearly all", "t.csv", "branche;antal;sum;største\nA;12;1000000;940000\nB;40;900000;30000\n", PERSON)
