"""What careless analysts send: tables of ordinary shapes that tell about few beside, between or under the figures that they show."""
from .case import PERSON, case, rows

STEPS = tuple(zip((12, 33, 47, 81, 110, 134), (0.996, 0.992, 0.988, 0.984, 0.980, 0.976)))
NORTH = "Region;Antal\nNord;120\nSyd;130\n"


def beside():
    """A count is hidden, and a share, mean or cumulative figure beside it gives it or tells about those few."""
    for technique, body in {
        "empty": "Gruppe;Antal;Pct\nA;120;48,0\nB;127;50,8\nC;;1,2\n", "a dash": "Gruppe;Antal;Procent\nA;120;48,0\nB;127;50,8\nC;-;1,2\n", "NA": "group,n,percent\nA,120,48.0\nB,127,50.8\nC,NA,1.2\n",
        "a word": "Gruppe;Antal;Pct\nA;120;48,0\nB;127;50,8\nC;skjult;1,2\n", "in one cell": "Variabel;Alle, n (%)\nAstma;120 (48,0)\nKOL;127 (50,8)\nHIV;<5 (1,2)\n",
        "mean of few": "Gruppe;Antal;Gns. alder\nA;120;63,1\nB;127;60,8\nC;<5;93,0\n", "median of few": "Gruppe;N;Median (IQR)\nA;120;63 (50-71)\nB;127;60 (49-70)\nC;<5;93 (91-95)\n",
        "mean cost": "Kommune;Antal patienter;Gns. udgift (kr)\nLæsø;<5;182345\nAalborg;532;12345\n", "one line of them empty": "Diagnose;Antal;Procent\nI alt;250;100\nAstma;;12,0\nHIV;;1,2\n",
        "cumulative share": "Alder;Frequency;Cumulative Percent\n18-20;120;48,0\n21-23;;49,2\n24-26;127;100,0\n",
        "finalfit": "label,levels,Alive,Died\nAge (years),Mean (SD),60.1 (12.1),71.2 (10.2)\nSex,Female,120 (98.4),130 (51.2)\n,Male,<5 (1.6),124 (48.8)\n",
        "as a range": "Region;Antal;Pct\nNord;1-4;1,2\nSyd;247;98,8\n", "change": "År;Antal;Ændring (%)\n2020;120;\n2021;<5;-97,5\n2022;130;4233,3\n",
        "index": "År;Antal;Indeks (2020=100)\n2020;120;100\n2021;<5;2,5\n2022;130;108,3\n", "shares added up": "Varighed;Antal;Kumuleret pct\n0-1 år;120;48,0\n1-2 år;<5;49,2\n2+ år;127;100,0\n",
        "mean and spread": "group,n,mean,sd\nA,120,63.1,12.0\nB,<5,93.0,1.4\n", "median, commas": "region,n,median\nA,120,63\nB,<5,93\n",
        "mean and spread in a cell": "Gruppe;n;Alder, mean (SD)\nA;120;63,1 (12,0)\nB;<5;93,0 (1,4)\n", "dash and share in a cell": "Region;Antal;HIV n (%)\nNord;250;- (1,2)\nSyd;300;30 (10,0)\n",
        "cumulative share alone": "alder;Procent;Kumuleret procent\n20;45,1;45,1\n30;.;46,2\n40;37,2;83,5\n50;.;85,0\n60;15,0;100,0\n",
    }.items():
        yield case("percent_beside", f"beside a hidden count, {technique}", "t.csv", body, PERSON)


def shares():
    """A share, rate or mean of noughts and ones whose whole stands somewhere in the table."""
    for technique, body in {
        "hidden in its column, in the next row": "Gruppe;A;B\nAntal;<5;247\nProcent;1,2;98,8\n", "of a thousand": "Diagnose;N;Andel (%)\nHIV;1000;0,3\nAstma;1000;12,4\n",
        "of fifteen hundred": "Diagnose;N;Andel (%)\nHIV;1500;0,2\nAstma;1500;12,4\n", "with its interval": "Region;N;Andel (95 % CI)\nNord;250;1,2 % (0,3-3,5)\nSyd;300;12,0 % (8,6-16,2)\n",
        "whole in the last row": "Variabel;Kvinder;Mænd\nHIV;1,2 %;4,0 %\nAstma;12,0 %;9,6 %\nN;250;250\n", "whole in brackets": "Variabel;Kvinder (250);Mænd (250)\nHIV, pct;1,2;4,0\nAstma, pct;12,0;9,6\n",
        "whole after a colon": "Variabel;Kvinder n: 250, pct;Mænd n: 250, pct\nHIV;1,2;4,0\nAstma;12,0;9,6\n", "women of the title": "Komorbiditet blandt 250 kvinder\nVariabel;Andel (%)\nHIV;1,2\nAstma;12,0\n",
        "births of the title": "Udfald af 250 fødsler\nVariabel;Andel (%)\nDødfødt;1,2\nKejsersnit;22,0\n", "table beside a table": "Gruppe;N;;Gruppe;Andel HIV (%)\nA;250;;A;1,2\nB;300;;B;4,0\n",
        "per thousand": "Kommune;Befolkning;HIV (promille)\nLæsø;1800;1,7\nSamsø;3700;0,8\n", "incidence, population": "Kommune;Folketal;Incidens pr. 100.000\nLæsø;1800;166,7\nSamsø;3700;81,1\n",
        "Stata, mean": "Variable;Obs;Mean;Std. dev.\nhiv;250;.012;.1091\nage;250;63.2;12.1\n", "Stata, mean of three decimals": "Variable;Obs;Mean;Std. dev.\nhiv;500;.006;.0773\nage;500;63.2;12.1\n",
        "mean and sum": "Variable;N;Mean;Sum\nhiv;250;0.012;3\nage;250;63.2;15800\n", "SAS, sum with decimals": "Variable;N;Mean;Std Dev;Sum\nhiv;250;0.012;0.109;3.0000000\nbmi;250;26.31;4.2;6577.5\n",
        "groupby": "region,n,hiv\nNord,250,0.012\nSyd,300,0.12\n", "counts called a share": "Region;Antal;Andel\nNord;120;3\nSyd;130;12\n",
        "crosstab, normalised": "køn,Nej,Ja,N i alt\nK,1.0,0.0,120\nM,0.977,0.023,130\n", "gtsummary, shares alone": "**Characteristic**,**N = 250**\nHIV,1.2%\nAstma,12%\n",
        "person years": "Gruppe;Personår;Incidensrate pr. 1000\nA;2500;1,2\nB;4000;12,5\n", "years of follow-up": "Gruppe;Opfølgningstid i alt (år);Dødsrate pr. 1000 år\nA;2500;1,2\nB;4000;12,5\n",
        "the rest, hidden in words": "Region;Antal;Pct\nNord;under 5;1,2\nSyd;247;98,8\n", "the rest, both hidden": "Region;Antal;Pct\nNord;<5;<2\nSyd;247;98,8\n",
        "the rest, share hidden": "Region;Antal;Pct\nNord;<5;-\nSyd;247;98,8\n", "of survivors": "Afdeling;Indlæggelser;Overlevelse (%)\nA;120;97,5\nB;130;90,0\n",
        "among means": "Variabel;A (n=250);B (n=250)\nHIV, %;1,2;4,0\nAlder, gns;63,2;61,2\n", "sign in the cell": "Variabel;N;Pct\nHIV;250;1.2%\nAlder;250;63\n",
        "hundredths of a percent": "Variabel;N;Pct\nHIV;30000;0,01\nAstma;30000;12,41\n", "dots for thousands": "Variabel;N;Pct\nHIV;1.500;0,2\nAstma;1.500;12,4\n",
        "wholes in the heading": "Variabel;A (n=250), %;B (n=250), %\nHIV;1,2;4,0\nAstma;12,0;9,6\n", "signs in the labels": "Variabel;A (n=250);B (n=250)\nHIV, %;1,2;4,0\nAstma, %;12,0;9,6\n",
        "signs in the cells": "Variabel;A (n=250);B (n=250)\nHIV;1,2 %;4,0 %\nAlder, gns;63,2;61,2\n",
        "among means with spread": "Variabel;A (n=250);B (n=250)\nHIV, %;1,2;4,0\nAlder, gns (SD);63,2 (12);61,2 (11)\n",
        "whole in the first row": "Karakteristik;A;B\nAntal;50;102\nAstma;6,0%;20,6%\nKOL;44,0%;40,2%\n", "rate, whole years": "Gruppe;Personår;Rate pr. 1000 personår\nA;1523;1,97\nB;7000;20,61\n",
        "mean in a row": "stat;astma;kol\nN;250;250\nmean;0,012;0,300\n",
    }.items():
        yield case("percent_numerator", f"whole beside, {technique}", "t.csv", body, PERSON)


def parts():
    """Wholes and parts, flows and definitions that differ by few, and hidden counts that follow from the others."""
    for technique, body in {
        "category left out, share of the rest": "Rygning;n;pct\nAldrig;120;48,0\nTidligere;127;50,8\n", "tableone": "Variabel;Overall\nn;500\nsex = M (%);497 (99.4)\nage (mean (SD));63.20 (12.10)\n",
        "tableone in quotes": '"","Overall"\n"n","500"\n"sex = M (%)","497 (99.4) "\n"age (mean (SD))","63.20 (12.10)"\n"smoker = ja (%)","120 (24.0) "\n',
        "of whom": "Gruppe;Antal\nDiabetes;250\nheraf insulinbehandlede;247\nKOL;300\n", "two analyses": "Region;Hovedanalyse, antal;Sensitivitetsanalyse, antal\nNord;120;117\nSyd;130;130\n",
        "missing category": "Variabel;n (%)\nAlle;500 (100)\nMænd;250 (50,0)\nKvinder;250 (50,0)\nRyger ja;200 (40,2)\nRyger nej;297 (59,8)\n",
        "readmissions of admissions": "Region;Indlæggelser;heraf genindlæggelser\nNord;250;247\nSyd;300;120\n", "of births": "Sygehus;Fødsler;heraf vaginale\nA;250;247\nB;300;220\n",
        "running count": "Uge;Løbende antal\nUge 1;12\nUge 2;15\nUge 3;17\nUge 4;30\n", "at risk by year": "Tid (år);Antal i risiko\n0;250\n1;247\n2;240\n3;238\n",
        "with and without unknown": "Region;I alt;I alt ekskl. uoplyst\nNord;250;247\nSyd;300;290\n", "two totals of a row": "Region;Mænd;Kvinder;I alt;I alt 2019\nNord;<5;97;100;90\nSyd;50;60;110;100\n",
        "one left out": "Model;Antal;Gns. udgift\nAlle;120;1500,00\nUden yderligste;119;1000,00\n", "cumulative frequency": "Alder;CumFrequency;Percent\n18;12;2,4\n19;15;0,6\n20;30;3,0\n",
        "category left out, Stata": "region;Freq.;Percent;Cum.\nNord;120;48,00;48,00\nSyd;127;50,80;98,80\nTotal;250;100,00;\n",
        "all but few": '**Characteristic**,**N = 250**\nHIV negative,247 (99%)\nAge,"63 (50, 71)"\n',
        "the other part": "Region;Patienter;Ikke-danske statsborgere;Danske statsborgere\nNord;250;;247\nSyd;300;20;280\n", "nought and a total": "Region;Mænd;Kvinder;I alt\nNord;0;97;100\nSyd;50;60;110\n",
        "patients and women": "Afdeling;Patienter;Kvinder\nA;120;117\nB;130;60\n", "admitted and surviving": "Afdeling;Indlagte, antal;Overlevende, antal\nA;120;117\nB;130;110\n",
        "of whom, indented": "Gruppe;Antal\nDiabetes;250\n - heraf mænd;247\nKOL;300\n - heraf mænd;150\n", "of whom, English": "Group,n\nDiabetes,250\nof whom men,247\n",
        "sections": "Variabel;Niveau;n\nAlle;;500\nKøn;Mand;250\nKøn;Kvinde;250\nRyger;Ja;200\nRyger;Nej;297\n", "counts added up": "alder;Kumuleret antal\n20;120\n30;123\n40;222\n50;226\n60;266\n",
        "flow": "Trin;Antal\nAlle borgere;1200\nEksklusion: manglende data;1197\nEksklusion: døde før start;1150\n", "flow, English": "step,n\nAll,1200\nAlive at index,1197\nComplete data,1150\n",
        "life table": "År;I live ved start\n0;100\n1;98\n2;97\n3;95\n4;94\n5;90\n", "deaths added up": "År;Kumulerede dødsfald\n2019;100\n2020;103\n2021;150\n",
        "whole in the heading": 'Stage,"Drug A (N=98)","Drug B (N=102)"\nI,50,40\nII,45,42\nIII,<5,20\n', "definitions as rows": "Udtræk;Antal\nMed udenlandske borgere;1200\nUden udenlandske borgere;1197\n",
        "definitions as columns": "Region;Alle borgere;Danske statsborgere\nNord;1200;1197\nSyd;1500;1490\n",
    }.items():
        yield case("recalculable" if technique == "whole in the heading" else "small_difference", f"few between, {technique}", "t.csv", body, PERSON)
    for technique, body in {
        "means of a row and its part": "Gruppe;Antal;Gns. alder\nAlle;120;60,00\nMænd;119;59,70\n", "a row and its part": "Gruppe;Antal\nAlle;120\nMænd;117\n",
        "part above its whole": "Gruppe;2020;2021\nMænd;117;120\nAlle;120;180\n",
    }.items():
        yield case("small_count_possible", f"few between, {technique}", "t.csv", body, PERSON)
    for technique, body in {
        "two total rows": "Region;Antal\nNord;<5\nSyd;97\nI alt;100\nDanmark;100\n", "R, table": '"","Var1","Freq"\n"1","ja",250\n"2","nej",247\n"3","NA",NA\n"4","Sum",500\n',
        "crosstab": "køn,Nej,Ja,All\nK,120,,120\nM,127,,130\nAll,247,3,250\n",
        "table 1 with a column of all": "Variabel;Alle (N=500);Mænd (N=250);Kvinder (N=250)\nHIV;23 (4,6);<5;20 (8,0)\nAstma;50 (10,0);25 (10,0);25 (10,0)\n",
        "two by two": "Eksponering;Syge;Raske;I alt\nJa;<5;97;100\nNej;20;80;100\n", "empty, total of the row": "Region;Mænd;Kvinder;I alt\nNord;;97;100\nSyd;50;60;110\n",
        "hidden, total of the row": "Region;Mænd;Kvinder;I alt\nNord;<5;95;98\nSyd;50;60;110\n", "yes and no": "Variabel;Kategori;Antal\nHIV;nej;247\nHIV;ja;\nAlle;;250\n",
        "yes and no with a total": "Ryger;Antal\nJa;<5\nNej;497\nI alt;500\n",
    }.items():
        yield case("recalculable", f"hidden, {technique}", "t.csv", body)
    for technique, body in {
        "table 1": "Variabel;Antal\nAlle;500\nMænd;250\nKvinder;250\nRyger ja;<5\nRyger nej;497\n",
        "table 1 in sections": "Karakteristik;Antal\nN;500\nKøn;\n  Mænd;250\n  Kvinder;250\nRygning;\n  Ja;<5\n  Nej;497\n",
        "table 1, shares too": "Variabel;I alt, n (%);Mænd, n (%);Kvinder, n (%)\nHIV;23 (4,6);<5;20 (8,0)\nAstma;50 (10,0);25 (10,0);25 (10,0)\n",
        "cases and controls": "Variabel;Cases;Kontroller;Samlet\nHIV;<5;20;23\nAstma;25;25;50\n", "sections with N": "Variabel;Niveau;n\nAlle;;500\nKøn;Mand;250\nKøn;Kvinde;250\nRyger;Ja;<5\nRyger;Nej;497\n",
        "sections without N": "Variabel;Niveau;n\nKøn;Mand;250\nKøn;Kvinde;250\nRyger;Ja;<5\nRyger;Nej;497\n", "N of the heading": "Variabel;N = 500\nRyger ja;<5\nRyger nej;497 (99%)\n",
        "shares of the others": "Stage,n,Pct\nI,150,60.0\nII,97,38.8\nIII,<5,\n",
    }.items():
        yield case("recalculable", f"hidden, {technique}", "t.csv", body, PERSON)
    for total in ("Hele landet", "Tilsammen", "Ialt:", "Overall"):
        yield case("recalculable", f"hidden, total called {total}", "t.csv", f"Diagnose;Antal\nAstma;120\nKOL;<5\nDiabetes;77\n{total};200\n")
    for total in ("Σ", "Subtotal", "N"):
        yield case("recalculable", f"hidden, total called {total}", "t.csv", f"Diagnose;Antal\nAstma;120\nKOL;<5\nDiabetes;77\n{total};200\n", PERSON)
    for total in ("Danmark", "Patienter"):
        yield case("recalculable", f"hidden, column of all called {total}", "t.csv", f"Diagnose;Mænd;Kvinder;{total}\nAstma;120;<5;123\nKOL;40;50;90\nDiabetes;77;60;137\n", PERSON)
    for technique, body in {
        "no spread in a cell": "Gruppe;n;Alder, mean (SD)\nA;12;45,0 (0,0)\nB;30;51,2 (4,2)\n", "no spread in table 1": "Variabel;Alle\nN;5\nAlder, gns (SD);63 (0,0)\n",
    }.items():
        yield case("whole_group", technique, "t.csv", body, PERSON)


def curves():
    """Survival, incidence and hazard at the days when somebody died."""
    bounds = [(t, s, 0.004 + i / 1000, 1, round(s - 0.008 - i / 500, 3)) for i, (t, s) in enumerate(STEPS)]
    fallen = [(t, round(1 - s, 3)) for t, s in STEPS]
    for technique, body in {
        "tidy": rows(("time", "estimate", "std.error", "conf.high", "conf.low"), *bounds, mark=","),
        "Stata": rows(("time", "survivor function", "std. error", "lb", "ub"), *((t, s, e, low, high) for t, s, e, high, low in bounds)),
        "SAS": rows(("dage", "SURVIVAL", "SDF_LCL", "SDF_UCL"), *((t, s, low, high) for t, s, _, high, low in bounds)),
        "lifelines": rows(("timeline", "KM_estimate"), (0, 1.0), *STEPS, mark=","),
        "at risk and bounds": rows(("dage", "antal i risiko", "overlevelse", "nedre KI", "øvre KI"), *((t, 250 - 6 * i, s, low, high) for i, (t, s, _, high, low) in enumerate(bounds))),
        "long": rows(("strata", "time", "statistic", "value"), *(("A", t, "surv", s) for t, s in STEPS), mark=","),
        "strata": rows(("time", "estimate", "std.error", "conf.high", "conf.low", "strata"), *((t + day, *b, f"sex={sex}") for sex, day in (("K", 0), ("M", 1)) for t, *b in bounds[:5]), mark=","),
        "strata without bounds": rows(("time", "estimate", "strata"), *((*step, "A") for step in STEPS), mark=","),
        "strata beside each other": rows(("dage", "survival A", "survival B", "p"), *((t, s, round(s + 0.004, 3), "") for t, s in STEPS)),
        "groups without a name": rows(("dage", "A", "B"), *((t, f"0,{95 - 5 * i}", f"0,{94 - 5 * i}") for i, (t, _) in enumerate(STEPS))),
        "groups below each other": rows(("gruppe", "dage", "p_alive"), *((g, t, f"0.{95 - 5 * i}") for g in "AB" for i, (t, _) in enumerate(STEPS)), mark=","),
        "incidence": rows(("dage", "kumuleret incidens"), *((t, str(f).replace(".", ",")) for t, f in fallen)),
        "hazard": rows(("time", "cumhaz"), *fallen, mark=","),
    }.items():
        yield case("survival_steps", f"curve, {technique}", "t.csv", body, PERSON)


def told():
    """Few in words: in a label, a heading, a note above or below the table."""
    for note in (
        "To patienter fik blødning og døde", "En enkelt patient fik blødning og døde på Læsø", "One patient died from bleeding on Laeso", "Blødning sås i 3 patienter", "12 fik blødning og 3 døde",
        "Frafald blandt udlændinge n=3", "Et par patienter på Læsø havde HIV", "Begge patienter fra Læsø døde", "En 93-årig kvinde fra Læsø med HIV døde i marts 2020", "Studiet blev stoppet efter 3 dødsfald",
        "I gruppe 3 patienter under 18 år", "På Læsø var der mellem 2 og 4 patienter", "Alle på nær tre overlevede i Region Nord", "* 3 fra Læsø", "Den ældste patient var 103 år", "Missing: 3",
        "I Skive var tallet 3",
    ):
        yield case("small_count_possible", f"note, {note}", "t.csv", f"{NORTH}{note}\n", PERSON)
    for label in ("Astma HIV n=3", "Astma - 3 personer med HIV", "Astma HIV: 3", "Astma heraf tre med HIV", "Kvinde 93 år fra Læsø med HIV"):
        yield case("small_count_possible", f"label, {label}", "t.csv", f"Diagnose;Antal\n{label};120\nKOL;130\n", PERSON)
    for label in ("Kvinder: 3 personer", "Kvinder, tre"):
        yield case("small_count_possible", f"label of means, {label}", "t.csv", f"Gruppe;Alder, gns;BMI, gns\nMænd (n=120);54,2;27,1\n{label};51,3;26,2\n", PERSON)
    for heading in ("Kvinder (3/45)", "Kvinder [3 personer]"):
        yield case("small_count_possible", f"heading, {heading}", "t.csv", f"Karakteristik;Mænd (n=120);{heading}\nAlder, gns (SD);54,2 (12,1);51,3 (11,0)\nBMI, gns (SD);27,1 (4,1);26,2 (3,3)\n", PERSON)
    for title in ("Sag: kvinde på 93 år fra Læsø med HIV", "# HIV i Nord: tre", "Skive 3, Morsø 2"):
        yield case("small_count_possible", f"title, {title}", "t.csv", f"{title}\n{NORTH}", PERSON)
    for technique, body in {
        "few in a heading": "Region;Antal HIV = 3\nNord;120\nSyd;130\n", "note in two cells": "Region;Antal\nNord;120\nSyd;130\nNote;3 patienter fra Læsø er udeladt\n",
        "a death beside a day": "Dato;Afdeling;Antal indlagte\n12-03-2020 død kvinde 93 år;A;120\n13-03-2020;B;130\n",
        "SAS, missing": "hiv;Frequency;Percent;Cumulative Frequency;Cumulative Percent\nJa;250;50,10;250;50,10\nNej;249;49,90;499;100,00\nFrequency Missing = 3;;;;\n",
        "SAS, missing in one cell": "hiv;Frequency;Percent\nJa;250;50,10\nNej;249;49,90\nFrequency Missing = 3\n",
    }.items():
        yield case("small_count_possible", technique, "t.csv", body, PERSON)


def extremes():
    for technique, body in {
        "long": "variabel;statistik;værdi\nalder;mean;63,2\nalder;min;18\nalder;max;103\n", "long, estimates": "variable,stat,estimate\nage,mean,63.2\nage,min,18\nage,max,103\n",
        "youngest and oldest": "Gruppe;Antal;Gns. alder;Yngste;Ældste\nA;120;63,2;18;103\nB;130;61,2;19;99\n",
        "smallest and largest": "Variable;Obs;Mean;Smallest;Largest\nage;250;63.2;18;103\nbmi;250;26.3;15.1;61.2\n",
        "lowest and highest": "Variable,N,mean,lowest,highest\nage,250,63.2,18,103\nbmi,250,26.3,15.1,61.2\n", "interval of ages": "Gruppe;Antal;Gns. alder;Aldersinterval\nA;120;63,2;18-103\nB;130;61,2;19-99\n",
        "longest stay": "Afdeling;Antal;Gns. liggetid;Længste indlæggelse (dage)\nA;120;6,2;412\nB;130;5,1;99\n",
        "first and last day": "Region;Antal;Første indlæggelse;Seneste indlæggelse\nNord;120;2020-01-13;2021-11-04\nSyd;130;2020-02-03;2021-12-24\n",
        "outliers": "Gruppe;Antal;Median;Q1;Q3;Outliers\nA;120;63,2;50;71;103,4\nB;130;61,2;51;70;99,1\n",
        "whiskers": "Gruppe;n;lower whisker;q25;median;q75;upper whisker\nA;120;18,1;50,2;63;71;103\nB;130;19,2;51,3;61;70;99\n", "of a label": "Variabel;Værdi\nAlder, gns.;63,2\nAlder, maksimal;103\n",
        "of a second label": "Variabel;Mål;Alle\nAlder;Gns.;63,2\nAlder;Maks.;103\nAlder;Min.;18\n", "of a heading": "Variabel;Gns;Maks.\nAlder;63,2;103\nBMI;26,3;61,2\n",
        "SPSS": "Descriptives;;Statistic;Std. Error\nAlder;Mean;63,20;1,2\n;Median;64,00;\n;Minimum;18;\n;Maximum;103;\n;Range;85;\n",
        "tabstat": "stats;alder;bmi\nN;250;247\nmean;63,2;26,3\nmin;18;15,1\nmax;103;61,2\n", "tabstat, percentiles": "variable;N;mean;p1;p99\nalder;250;63,2;19;99\nbmi;247;26,3;16,1;55,2\n",
        "pandas": '"",alder,bmi\ncount,250,247\nmean,63.2,26.3\nstd,12.1,4.1\nmin,18,15.1\n25%,50,22\n50%,63,26\n75%,71,30\nmax,103,61.2\n',
        "of a word": "Afdeling;Antal;Gns. BMI;Maks-BMI\nA;120;26,2;61,2\nB;130;26,1;55,3\n", "last hundredth": "Afdeling;Antal;Gns. BMI;99%-fraktil\nA;120;26,2;61,2\nB;130;26,1;55,3\n",
        "last twentieth of twenty": "Afdeling;Antal;95-percentil, BMI\nA;20;61,2\nB;30;55,3\n", "both twentieths of twenty": "Afdeling;Antal;5. percentil;95. percentil\nA;20;16,2;61,2\nB;30;16,3;55,3\n",
        "tenths of twenty in a cell": "Afdeling;Antal;Median (p10-p90)\nA;20;26 (16-61)\nB;30;26 (17-55)\n", "long, values": "Variable,Statistic,Value\nAge,Minimum,18\nAge,Maximum,103\nAge,Mean,63.2\n",
        "long, two columns": "Variabel;Statistik;Mænd;Kvinder\nAlder;Gennemsnit;63,2;61,2\nAlder;Minimum;18;19\nAlder;Maksimum;103;99\n",
    }.items():
        yield case("extreme", f"extremes, {technique}", "t.csv", body, PERSON)


def mixed():
    """A count of few in a column of other figures, or in a cell beside them."""
    for technique, body in {
        "share of a note's whole": "Region;Antal\nNord;450\nSyd;300\n0,4 % af de 750 patienter havde HIV\n", "one to so many": "Region;Antal;Forhold\nNord;250;1:83\nSyd;300;1:10\n",
        "women to men": "Region;Antal;Kvinde:mand\nNord;250;3:247\nSyd;300;120:180\n", "long, estimate": "variable,stat,estimate\ndeaths,n,3\nage,mean,63.2\nage,sd,12.1\n",
        "long, value": "variable,stat,value\ndeaths,n,3\nage,mean,63.2\nage,sd,12.1\n", "deaths among ratios": "Variabel;HR\nAntal døde;3\nAlder;1,02\nKøn;0,87\n",
        "deaths among means": "Variabel;Mean\nAntal døde;3\nAlder;63,2\n", "cards": "group1,variable,stat_name,stat\nNord,hiv,n,3\nNord,hiv,N,250\nNord,hiv,p,0.012\nSyd,hiv,n,30\nSyd,hiv,N,300\nSyd,hiv,p,0.1\n",
        "cards with labels": "variable,variable_level,stat_label,stat\nhiv,ja,n,3\nhiv,ja,%,0.012\nage,,Mean,63.2\n",
        "events below ratios": "Variabel;OR;CI\nalder;1.02;1.00-1.04\nkøn;0.87;0.70-1.10\nEvents;3;\nN;250;\n", "count below estimates": "Variabel;Estimate\nIntercept;0.21\nalder;0.02\nn HIV;3\n",
        "count and some of it": "Gruppe;Antal\nA;250 (3)\nB;260 (30)\n", "share and count": "Gruppe;% (n)\nA;1,2 % (3)\nB;10,0 % (30)\n", "share and fraction": "Gruppe;% (n/N)\nA;1,2 (3/250)\nB;10,0 (30/300)\n",
        "share and count, Danish": "Gruppe;Andel (antal)\nA;1,2 (3)\nB;10,0 (30)\n", "rate and events": "Gruppe;Rate (events)\nA;1,2 (3)\nB;10,0 (30)\n",
        "glance": "n,nevent,statistic.log,p.value.log,concordance,AIC\n250,3,12.1,0.03,0.7,123.4\n", "observed, expected": "Region;Observed;Expected\nNord;3;12.0\nSyd;30;25.1\n",
        "parts of a test": "Gruppe;Observed;Expected;Chi2\nA;3;12,0;6,75\nB;30;21,0;3,86\n", "share and some of it": "region;antal\nNord;120\nSyd;45 (6,7%, 3 døde)\nMidt;130\nØst;99\nVest;88\n",
        "share and few": "region;antal\nNord;120\nSyd;0,4 % (3)\nMidt;130\nØst;99\nVest;88\n",
    }.items():
        yield case("small_count_possible", f"among others, {technique}", "t.csv", body, PERSON)
    for technique, body in {
        "of a hundred": "Region;Antal;HIV\nNord;100;3 ∕ 100\nSyd;130;12 ∕ 130\n", "excluded": "Post;Antal\ntotal observations;250\nexclusions;3\nobservations remaining;247\n",
        "gtsummary": '**Characteristic**,**N = 250**\nAge,"63 (50, 71)"\nHIV,3 (1.2%)\nUnknown,3\n', "heading in three rows": "Antal;;\nRegion;HIV;KOL\n;(n);(n)\nNord;[3];120\nSyd;[12];130\n",
        "sum of noughts and ones": "Variable,N,Sum\nastma,250,3\nkol,250,75\n", "deaths of so many": "region;antal\nNord;120\nSyd;3 døde/45\nMidt;130\nØst;99\nVest;88\n",
    }.items():
        yield case("small_count", f"among others, {technique}", "t.csv", body)


def unread():
    """Nothing that a rule knows, and yet few: only that it is not understood stops it."""
    for technique, body in {
        "R, quantiles": "0%,25%,50%,75%,100%\n18,45,63,77,103\n", "R, quantiles of groups": "kon,0%,25%,50%,75%,100%\nK,18,45.5,63,77,103\nM,19,44,62.5,75,99\n",
        "R, quantiles as rows": '"","x"\n"0%",18\n"25%",45.5\n"50%",63\n"75%",77\n"100%",103\n', "percentiles of few": "kon,n,5%,50%,95%\nK,20,21.5,63,97\nM,30,19.2,62.5,99\n",
        "tested and positive": "Region;Testede;Positive\nNord;250;247\nSyd;300;120\n", "invited and met": "Runde;Inviterede;Fremmødte\n1. runde;250;247\n2. runde;300;220\n",
        "first places": "Diagnose;I alt;Sygehus;Kommune;Region\nAstma;250;200;3;47\nKOL;300;200;20;80\n",
        "every value's share": "bmi;ecdf\n15,1;0,004\n17,3;0,008\n17,9;0,012\n18,8;0,016\n19,2;0,020\n61,2;1,000\n",
        "population and citizens": "Region;Befolkning;Danske statsborgere\nNord;1200;1197\nSyd;1500;1490\n", "definitions by year": "Region;Definition 2020;Definition 2021\nNord;1200;1203\nSyd;1500;1504\n",
        "at risk, wide": "Gruppe;0;1;2;3;4;5\nA;100;98;97;95;94;90\nB;200;180;170;150;140;120\n",
    }.items():
        yield case("column_not_understood", f"columns, {technique}", "t.csv", body, PERSON)
    yield case("cell_not_understood", "cells, days in a cell", "t.csv", "Gruppe;Antal;Index\nA;12;1/3 14/3 22/4\nB;13;2/3 5/3 6/6\n", PERSON)
    for cell in ("drei", "5 minus 2", "🔺🔺🔺", "<b>3</b>"):
        yield case("cell_not_understood", f"count, {cell}", "t.csv", f"region;antal\nNord;120\nSyd;{cell}\nMidt;130\nØst;99\nVest;88\n", PERSON)
    lines = (("Min.   ", "18.00"), ("1st Qu.", "45.00"), ("Median ", "63.00"), ("Mean   ", "61.20"), ("3rd Qu.", "77.00"), ("Max.   ", "103.00"))
    frame = '"","Var1","Var2","Freq"\n' + "".join(f'"{i}",""," alder","{what}:{value}  "\n' for i, (what, value) in enumerate(lines, 1))
    yield case("cell_not_understood", "cells, R, summary", "t.csv", frame, PERSON)
    summary = rows(("", "     alder", "     bmi"), ("X", "Min.   :18.00  ", "Min.   :15.10  "), ("X.1", "Mean   :61.20  ", "Mean   :26.30  "), ("X.2", "Max.   :103.00  ", "Max.   :61.20  "), mark=",")
    yield case("nothing_counted", "R, summary of columns", "t.csv", summary, PERSON)


def cases():
    for part in (beside, shares, parts, curves, told, extremes, mixed, unread):
        yield from part()
