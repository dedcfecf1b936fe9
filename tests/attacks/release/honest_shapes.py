"""Tables as they are printed in papers and reports, by hand and by other programs: counts, medians, rates, models, keys. All counts are ten or more."""

SHAPES = {
    "tabel1_dansk": "Variabel;Mænd, n (%);Kvinder, n (%)\nAstma;124 (10,3);133 (10,2)\nKOL;240 (20,1);260 (20,3)\n",
    "tabel1_doede": "Aldersgruppe;Døde, n (%)\n0-17;12 (1,2)\n18-64;120 (2,4)\n65+;900 (30,0)\n",
    "rate_ki": "Gruppe;Antal;Rate (95 % CI)\nA;1200;2,7 (2,2-3,2)\nB;1300;5,2 (4,6-5,7)\n",
    "hr_ki": "Variabel;HR (95% CI)\nAlder;2,67 (2,2-3,2)\nKøn;1,31 (1,1-1,6)\n",
    "modeller": "Variabel;Model 1;Model 2\nAlder;1,04***;1,03***\nKøn;1,31***;1,30***\nBMI;1,02*;1,01\nN;2500;2500\n",
    "gtsummary": 'Characteristic,A,B\nN,120,340\nAge,"54 (45, 60)","51 (42, 58)"\nLOS (days),"3 (2, 5)","4 (2, 6)"\n',
    "median_iqr": 'Hospital;Patients;Median number of visits (IQR)\nA;1200;3 (2, 5)\nB;900;4 (2, 6)\n',
    "median_helt": "Region;Patienter;Median liggetid;Q1;Q3\nNord;1200;4;2;7\nSyd;900;3;2;6\n",
    "gns_besoeg": "Hospital;Patienter;Gns. antal besøg\nA;1200;3\nB;900;4\n",
    "komorbiditet": "antal_komorbiditeter;n;pct\n0;1200;60,0\n1;400;20,0\n2;300;15,0\n3+;100;5,0\n",
    "kvartaler": "køn;kvartal;antal\n" + "".join(f"{k};{q};{120 + 7 * q}\n" for k in "KM" for q in (1, 2, 3, 4)),
    "asa": "år;asa_score;antal\n" + "".join(f"{y};{s};{220 + 17 * s}\n" for y in (2022, 2023) for s in (1, 2, 3, 4)),
    "charlson": "sex,charlson,n\n" + "".join(f"{s},{c},{90 + 31 * c}\n" for s in ("F", "M") for c in (0, 1, 2, 3)),
    "eksponering": "exposure,outcome,n\n0,0,1200\n0,1,300\n1,0,800\n1,1,250\n",
    "sas_liste": "koen,doed,COUNT,PERCENT\nK,0,1200,48.0\nK,1,300,12.0\nM,0,800,32.0\nM,1,200,8.0\n",
    "pandas_to_raekker": ",region,n\n0,Nord,120\n1,Syd,130\n", "r_to_raekker": '"","region","n"\n"1","Nord",120\n"2","Syd",130\n',
    "fordeling": "gruppe;n;pct\nA;30;10\nB;45;15\nC;99;33\nD;126;42\n",
    "r_andel": '"region","n","total","pct"\n"Nord",123,1456,8.447802197802198\n"Syd",234,2345,9.978678038379531\n',
    "broom": "term,estimate,conf.low,conf.high\n" + "".join(f"x{i},{e:.2f},{e - 0.11:.2f},{e + 0.12:.2f}\n" for i, e in enumerate((0.97, 0.92, 0.99, 0.81, 0.95, 0.77, 0.98, 0.66, 0.93, 0.88))),
    "deciler": "Decil;Andel vaccineret (%)\n" + "".join(f"{d};{95.2 - 1.7 * d:.1f}\n".replace(".", ",") for d in range(1, 10)),
    "survfit": "time,n.risk,n.event,n.censor,survival,std.err\n365,1000,50,0,0.950,0.007\n730,900,60,0,0.887,0.010\n1095,800,70,0,0.809,0.012\n",
    "min_recepter": "Region;Antal med min. 2 recepter\nNord;120\nSyd;130\n", "nul_doede": "Afdeling;Børn;Døde\nA;1200;0\nB;1500;12\n",
    "kumuleret": "Gruppe;Frequency;Percent;Cumulative Percent\nA;120;40,0;40,0\nB;80;26,7;66,7\nC;100;33,3;100,0\n",
    "personaar": "Region;Personår;Hændelser;Rate pr. 1000 personår\nNord;1523,4;120;78,8\nSyd;9001,5;430;47,8\n", "maaneder": "måned;indlæggelser\n" + "".join(f"2023-{m:02};{420 + 13 * m}\n" for m in range(1, 13)),
    "doede_inden": "Udfald;Antal\nDød inden 30 dage;112\nDød inden 90 dage;135\nDød inden 1 år;189\n", "alder_mindst": "Afgrænsning;Antal patienter\n65 år og derover;1423\n75 år og derover;1120\n85 år og derover;412\n",
    "n_af_variable": "Variabel;N;Middelværdi;SD\nAlder;1250;54,3;12,1\nBMI;1187;27,1;4,9\nSystolisk BT;1105;138,2;18,3\n", "n_af_regioner": "Region;N;Middelværdi;SD\nNord;1250;54,3;12,1\nSyd;1247;55,1;11,9\nMidt;1105;53,2;12,3\n",
    "to_populationer": "Population;Aldersgruppe;Antal\n" + "".join(f"{who};{10 * a}-{10 * a + 9};{(130 - less) * a}\n" for who, less in (("Alle", 0), ("Uden tidligere kræft", 11)) for a in (4, 5, 6, 7)),
    "to_koen": "Køn;Aldersgruppe;Antal\n" + "".join(f"{who};{10 * a}-{10 * a + 9};{130 * a - less}\n" for who, less in (("Kvinder", 0), ("Mænd", 3)) for a in (4, 5, 6, 7)),
    "dosis": "Dosis (mg);Antal\n1;120\n2;240\n4;80\n", "revision": "Kommune;Borgere;Heraf vaccinerede;Dækning (%)\nAarhus;352000;301000;85,5\nOdense;205000;171000;83,4\n",
}


def files():
    for name, text in SHAPES.items():
        yield f"form_{name}.csv", text
