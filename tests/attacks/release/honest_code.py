"""Programs as analysts send them home: they name variables and choose groups, and hold no value of anybody."""
R = {
    "tabel1": 'library(dplyr)\nd <- read_population()\n# Alder i grupper\nd <- d %>% mutate(gruppe = cut(alder, c(18, 40, 60, 80, 120)))\nt <- d %>% filter(aar >= 2018) %>% count(region, gruppe)\nt <- filter(t, n >= 5)\nwrite.csv2(t, "tabel1.csv")\n',
    "cox": "library(survival)\nm <- coxph(Surv(dage, doed) ~ alder + koen + diabetes, data = d)\nsummary(m)\nround(exp(coef(m)), 2)\n",
    "figur": 'png("figur1.png", 800, 600)\npar(mar = c(5, 4, 2, 1))\nbarplot(table(d$region), col = c("#1b9e77", "#d95f02", "#7570b3"), ylim = c(0, 6000))\ndev.off()\n',
    "koder": 'diabetes <- c("DE10", "DE11", "DE12", "DE13", "DE14")\natc <- c("A10A", "A10B")\nd$dm <- substr(d$aktionsdiagnose, 1, 4) %in% diabetes\n',
}
SAS = {
    "freq": "proc freq data=work.pop; tables region*aar / nopercent norow nocol; where aar >= 2018; run;\n",
    "logit": "proc logistic data=work.pop descending; class koen region; model doed = alder koen region; run;\n",
    "datatrin": "data work.a; set lpr.kontakter; if substr(aktionsdiagnose, 1, 4) in ('DE10', 'DE11'); alder_gr = floor(alder / 10) * 10; run;\n",
}
STATA = {
    "reg": "use population, clear\ngen gruppe = floor(alder/10)*10\ntabulate region gruppe if aar >= 2018\nregress bmi alder i.koen i.region\nestimates table, b(%9.3f) se\n",
    "surv": "stset dage, failure(doed==1)\nstcox alder i.koen\nsts list, at(0 365 730)\n",
}
PYTHON = {
    "tabel": 'import pandas as pd\n\nd = load("population")\nt = d[d.aar >= 2018].groupby(["region", "aar"]).size().reset_index(name="antal")\nt = t[t.antal >= 5]\nt.to_csv("tabel.csv", sep=";", index=False)\n',
    "figur": 'import matplotlib.pyplot as plt\n\nfig, ax = plt.subplots(figsize=(8, 6))\nax.bar(t.region, t.antal, color="#1b9e77")\nax.set_ylim(0, 6000)\nfig.savefig("figur.png", dpi=200)\n',
    "model": "from sklearn.linear_model import LogisticRegression\n\nm = LogisticRegression(C=0.5, max_iter=200).fit(x, y)\nprint(m.coef_.round(3))\n",
}
SQL = {
    "antal": "SELECT region, aar, count(*) AS antal FROM population WHERE aar BETWEEN 2018 AND 2024 GROUP BY region, aar HAVING count(*) >= 5 ORDER BY region, aar;\n",
    "kohorte": "CREATE VIEW kohorte AS\nSELECT DISTINCT p.person FROM lpr_kontakter k JOIN population p USING (person)\nWHERE k.aktionsdiagnose LIKE 'DE11%' AND k.dato_start >= DATE '2018-01-01';\n",
    "andel": "SELECT region, round(100.0 * avg(diabetes), 0) AS andel_pct, count(*) AS personer\nFROM population GROUP BY 1;\n",
}


def files():
    for ending, programs in (("R", R), ("sas", SAS), ("do", STATA), ("py", PYTHON), ("sql", SQL)):
        for name, text in programs.items():
            yield f"kode_{name}.{ending}", text
