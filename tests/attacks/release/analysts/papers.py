"""Tables as papers and the logs of statistics programs print them: characteristics, models, tests, notes below. Each stands here as it is."""
from common import text

TABLES = {
    "table1_t2d_cohort.csv": """\
"","GLP-1 RA (N = 12,418)","SGLT2i (N = 15,902)","SMD"
"Age, years, mean (SD)","58.4 (11.9)","62.7 (11.2)","0.37"
"Female sex, n (%)","5,973 (48.1)","6,011 (37.8)","0.21"
"Duration of diabetes, years, median (IQR)","7.2 (3.1-12.0)","8.0 (3.8-12.9)","0.09"
"HbA1c, mmol/mol, median (IQR)","59 (52-69)","60 (53-70)","0.05"
"eGFR <60 mL/min/1.73m2, n (%)","1,329 (10.7)","1,829 (11.5)","0.03"
"Comorbidities","","",""
"  Heart failure, n (%)","695 (5.6)","2,274 (14.3)","0.29"
"  Ischaemic heart disease, n (%)","1,776 (14.3)","3,228 (20.3)","0.16"
"  Atrial fibrillation, n (%)","931 (7.5)","1,924 (12.1)","0.16"
"  COPD, n (%)","782 (6.3)","1,129 (7.1)","0.03"
"Metformin use, n (%)","10,369 (83.5)","13,056 (82.1)","0.04"
"Insulin use, n (%)","2,967 (23.9)","2,512 (15.8)","0.20"
"Education","","",""
"  Basic","4,098 (33.0)","5,486 (34.5)","0.03"
"  Vocational","5,390 (43.4)","6,981 (43.9)","0.01"
"  Higher","2,670 (21.5)","3,117 (19.6)","0.05"
"  Missing","260 (2.1)","318 (2.0)","0.01"
""",
    "ods_oddsratios.csv": """\
Effect,OddsRatioEst,LowerCL,UpperCL
agegrp 50-64 vs 18-49,1.214,1.163,1.268
agegrp 65-79 vs 18-49,1.871,1.790,1.956
agegrp 80+ vs 18-49,2.644,2.498,2.799
sex Female vs Male,0.913,0.884,0.943
cci 1 vs 0,1.352,1.301,1.405
cci 2 vs 0,1.718,1.640,1.800
cci 3+ vs 0,2.391,2.267,2.522
income Q1 vs Q4,1.187,1.133,1.243
income Q2 vs Q4,1.109,1.061,1.159
income Q3 vs Q4,1.046,1.001,1.093
""",
    "esttab_tabel3.csv": """\
"","(1)","(2)","(3)"
"","Sygefravær","Sygefravær","Sygefravær"
"1.behandlet","-0.412***","-0.398***","-0.371**"
"","(0.103)","(0.104)","(0.121)"
"2.udd","-0.221*","-0.208*","-0.201*"
"","(0.095)","(0.096)","(0.097)"
"3.udd","-1.034***","-0.987***","-0.962***"
"","(0.112)","(0.113)","(0.118)"
"alder","0.0312***","0.0298***","0.0301***"
"","(0.004)","(0.004)","(0.004)"
"_cons","6.731***","6.582***","6.604***"
"","(0.212)","(0.231)","(0.244)"
"N","84213","84213","79128"
"R-sq","0.034","0.041","0.043"
"Branche FE","Nej","Ja","Ja"
"År FE","Nej","Nej","Ja"
"Standard errors in parentheses"
"* p<0.05, ** p<0.01, *** p<0.001"
""",
    "sm_ols_summary.csv": """\
OLS Regression Results
Dep. Variable:,log_cost,R-squared:,0.187
Model:,OLS,Adj. R-squared:,0.187
Method:,Least Squares,F-statistic:,2413.
No. Observations:,104882,AIC:,301182.4
Df Residuals:,104871,BIC:,301287.6
Df Model:,10,,
Covariance Type:,HC3,,

,coef,std err,z,P>|z|,[0.025,0.975]
const,8.9127,0.021,424.414,0.000,8.872,8.954
C(sex)[T.M],-0.0713,0.006,-11.883,0.000,-0.083,-0.060
C(agegrp)[T.40-59],0.1881,0.008,23.513,0.000,0.172,0.204
C(agegrp)[T.60-79],0.4420,0.008,55.250,0.000,0.426,0.458
C(agegrp)[T.80+],0.5713,0.012,47.608,0.000,0.548,0.595
cci,0.2210,0.003,73.667,0.000,0.215,0.227
year,0.0142,0.002,7.100,0.000,0.010,0.018
""",
    "km_fixed_times.csv": """\
strata,time,n.risk,surv,lower,upper
"arm=Intervention",0,8214,1,1,1
"arm=Intervention",365,7610,0.941,0.936,0.946
"arm=Intervention",730,6981,0.887,0.880,0.894
"arm=Intervention",1095,5122,0.839,0.830,0.847
"arm=Control",0,24642,1,1,1
"arm=Control",365,22411,0.929,0.926,0.932
"arm=Control",730,20186,0.866,0.862,0.870
"arm=Control",1095,14730,0.811,0.806,0.816
""",
    "did_resultater.csv": """\
;Før;Efter;Forskel
Indsatskommuner (n = 41.230);18,42;16,97;-1,45
Kontrolkommuner (n = 128.904);17,88;17,61;-0,27
Forskel;0,54;-0,64;
DiD;;;-1,18
95 % sikkerhedsinterval;;;[-1,61; -0,75]
p-værdi;;;<0,001
""",
    "model_metrics.csv": """\
model,split,n,prevalence,auc,auc_lo,auc_hi,auprc,brier,cal_slope,cal_intercept,sens,spec,ppv,npv
logreg,train,182044,0.061,0.742,0.737,0.747,0.181,0.0531,1.00,0.00,0.68,0.67,0.12,0.97
logreg,test,60681,0.062,0.739,0.731,0.747,0.178,0.0536,0.98,-0.01,0.67,0.67,0.12,0.97
xgboost,train,182044,0.061,0.801,0.797,0.805,0.264,0.0502,1.12,0.02,0.73,0.71,0.14,0.98
xgboost,test,60681,0.062,0.771,0.763,0.779,0.219,0.0519,0.94,-0.03,0.70,0.70,0.13,0.97
random_forest,train,182044,0.061,0.874,0.871,0.877,0.402,0.0455,1.31,0.10,0.79,0.78,0.19,0.98
random_forest,test,60681,0.062,0.758,0.750,0.766,0.201,0.0525,0.91,-0.05,0.69,0.69,0.13,0.97
""",
    "tabel4_aktivitet_almen_praksis.csv": """\
Tabel 4. Kontakter til almen praksis pr. borger
Kilde: Sygesikringsregisteret (SSSY), udtræk af 14. marts 2024
Enhed: Gennemsnitligt antal kontakter pr. borger pr. år

Aldersgruppe;Mænd;Kvinder;Alle
0-4 år;6,1;5,8;6,0
5-17 år;3,2;4,1;3,6
18-39 år;3,9;8,4;6,1
40-64 år;5,8;8,0;6,9
65-79 år;9,4;10,2;9,8
80+ år;13,7;13,9;13,8

Note: Kun borgere med bopæl i Danmark hele året er medtaget.
Celler med færre end 5 borgere er udeladt.
Dato: 18-03-2024
""",
    "flere_tabeller_kol.csv": """\
A: Køn
Gruppe,Antal,Procent
Mænd,20114,47.3
Kvinder,22410,52.7

B: Aldersgruppe
Gruppe,Antal,Procent
30-49,2466,5.8
50-64,11907,28.0
65-79,20113,47.3
80+,8038,18.9

C: Rygestatus
Gruppe,Antal,Procent
Ryger,15309,36.0
Tidligere ryger,22112,52.0
Aldrig ryger,2977,7.0
Uoplyst,2126,5.0
""",
    "ods_onewayfreqs.csv": """\
Table,F_education,education,Frequency,Percent,CumFrequency,CumPercent
Table education,1 Basic,1 Basic,48211,28.1,48211,28.1
Table education,2 Vocational,2 Vocational,66120,38.6,114331,66.7
Table education,3 Short/medium,3 Short/medium,38104,22.2,152435,89.0
Table education,4 Long,4 Long,18911,11.0,171346,100.0
""",
    "proc_freq_crosstab.csv": """\
Table,sex,status,_TYPE_,_TABLE_,Frequency,Percent,RowPercent,ColPercent,Missing
Table sex * status,1,0,11,1,38211,42.6,89.6,47.2,.
Table sex * status,1,1,11,1,4436,4.9,10.4,50.3,.
Table sex * status,1,.,10,1,42647,47.5,.,.,.
Table sex * status,2,0,11,1,42751,47.6,90.7,52.8,.
Table sex * status,2,1,11,1,4383,4.9,9.3,49.7,.
Table sex * status,2,.,10,1,47134,52.5,.,.,.
Table sex * status,.,0,01,1,80962,90.2,.,.,.
Table sex * status,.,1,01,1,8819,9.8,.,.,.
Table sex * status,.,.,00,1,89781,100.0,.,.,0
""",
    "tabout_soc_ledig.csv": """\
Socioøkonomisk status,Ledig,,Ikke ledig,,Total,
,N,Row %,N,Row %,N,Row %
Selvstændig,"1,204",3.1,"37,641",96.9,"38,845",100.0
Lønmodtager højt niveau,"2,318",2.4,"94,271",97.6,"96,589",100.0
Lønmodtager mellem niveau,"3,918",3.6,"104,930",96.4,"108,848",100.0
Lønmodtager grundniveau,"14,812",6.1,"228,011",93.9,"242,823",100.0
Total,"22,252",4.6,"464,853",95.4,"487,105",100.0
""",
    "antal_psyk_diagnose_koen_masked.csv": """\
Diagnosis,Men,Women,Total
F00-F09,1204,1533,2737
F10-F19,3981,1822,5803
F20-F29,4110,2874,6984
F30-F39,5127,9441,14568
F40-F49,4420,9893,14313
F50-F59,*,*,1288
F60-F69,1302,4871,6173
F70-F79,411,302,713
F80-F89,2604,1120,3724
F90-F98,*,*,6120
* Suppressed (primary/secondary; threshold 5)
""",
    "lmer_bmi_fixed_random.csv": """\
"effect","group","term","estimate","std.error","statistic","df","p.value"
"fixed",NA,"(Intercept)",25.8113,0.0891,289.7,412.3,0
"fixed",NA,"tid",0.1129,0.0042,26.9,38211.4,1.1e-157
"fixed",NA,"koenM",0.6104,0.0521,11.7,9120.8,1.9e-31
"fixed",NA,"tid:koenM",-0.0214,0.0060,-3.57,38190.2,0.000361
"ran_pars","lbnr","sd__(Intercept)",4.1273,NA,NA,NA,NA
"ran_pars","lbnr","sd__tid",0.3188,NA,NA,NA,NA
"ran_pars","lbnr","cor__(Intercept).tid",-0.1142,NA,NA,NA,NA
"ran_pars","Residual","sd__Observation",1.4402,NA,NA,NA,NA
""",
    "its_segmented.csv": """\
Parameter;Estimat;95% KI;p
Niveau ved start (pr. 1.000);41,8;40,9 - 42,7;<0,001
Trend før (pr. måned);0,12;0,08 - 0,16;<0,001
Niveauændring marts 2020;-9,4;-11,2 - -7,6;<0,001
Trendændring;0,31;0,22 - 0,40;<0,001
Fourier sin1;1,02;0,61 - 1,43;<0,001
Fourier cos1;-0,44;-0,85 - -0,03;0,035
Durbin-Watson;1,94;;
""",
    "iv_first_stage.csv": """\
,(1) OLS,(2) First stage,(3) 2SLS
Distance to hospital (10 km),,0.071,
,,[0.006],
Treated,-0.034,,-0.061
,[0.004],,[0.019]
F (excluded instr.),,141.2,
Mean dep. var.,0.213,0.447,0.213
Controls,Yes,Yes,Yes
Observations,213 884,213 884,213 884
Clusters (parishes),1 892,1 892,1 892
""",
    "flowchart_cohort.csv": """\
step,description,n_remaining,n_excluded
0,"All persons with first-time HF diagnosis (DI50) 2010-2022",118204,
1,"Excl. age < 18",117611,593
2,"Excl. non-resident in the 2 years before index",115480,2131
3,"Excl. prior heart transplant or LVAD",115102,378
4,"Excl. died or emigrated before discharge",106733,8369
5,"Excl. missing data on education",103917,2816
""",
    "charlson.csv": """\
"CCI","n","pct"
"0",148210,67.2
"1",32904,14.9
"2",21017,9.5
"3",9120,4.1
"4",4677,2.1
"5+",4611,2.1
""",
    "births_gestational_age.csv": """\
Gestational age,Singletons n,Singletons %,Multiples n,Multiples %,Mean birthweight (g)
22+0-27+6,1204,0.3,412,2.9,812
28+0-31+6,2418,0.5,1033,7.2,1544
32+0-36+6,21844,4.7,5211,36.3,2588
37+0-41+6,428190,92.8,7691,53.6,3566
≥42+0,7610,1.6,-,-,3862
- not applicable
""",
    "validation_ppv.csv": """\
Code;Definition;Sampled;Confirmed;PPV (95% CI);Kappa
DI21;Primary diagnosis;250;239;95.6 (92.3-97.8);0.91
DI21;Secondary diagnosis;250;208;83.2 (78.0-87.6);0.82
DI50;Primary diagnosis;300;246;82.0 (77.2-86.2);0.79
DI48;Any;300;277;92.3 (88.7-95.1);0.88
DI63;Primary diagnosis;250;221;88.4 (83.8-92.1);0.86
""",
    "lca_fit.csv": """\
k,LL,AIC,BIC,aBIC,entropy,smallest_class_pct,BLRT_p
1,-412204.1,824424.2,824503.8,824478.4,,100.0,
2,-398120.7,796275.4,796444.6,796390.6,0.81,31.2,<0.001
3,-394011.2,788074.4,788333.2,788250.6,0.79,18.4,<0.001
4,-392870.5,785811.0,786159.3,786048.0,0.77,9.1,<0.001
5,-392612.9,785313.8,785751.8,785612.0,0.71,5.3,0.08
""",
    "stata_logit_or.tsv": """\
\t(1)\t(2)
VARIABLES\tany_adm\tany_adm
\t\t
female\t0.893***\t0.902***
\t(0.0121)\t(0.0124)
1.copd\t1.814***\t1.655***
\t(0.0402)\t(0.0379)
2.smoke\t1.122**\t1.098*
\t(0.0441)\t(0.0436)
3.smoke\t1.391***\t1.322***
\t(0.0498)\t(0.0481)
Constant\t0.0912***\t0.0731***
\t(0.00312)\t(0.00418)
\t\t
Observations\t143,908\t143,908
Pseudo R2\t0.0421\t0.0588
robust seeform in parentheses
*** p<0.01, ** p<0.05, * p<0.1
""",
    "fuldfoerelse_erhvervsudd.tsv": """\
Hovedområde\tTilgang\tFuldført inden 5 år\tFrafald\tIgangværende\tFuldført, pct.
Omsorg, sundhed og pædagogik\t14.204\t8.239\t4.412\t1.553\t58,0
Kontor, handel og forretningsservice\t9.871\t6.120\t3.011\t740\t62,0
Fødevarer, jordbrug og oplevelser\t5.120\t2.611\t2.010\t499\t51,0
Teknologi, byggeri og transport\t18.944\t10.230\t6.898\t1.816\t54,0
""",
}
AS_IN_WINDOWS = {  # by their encoding; the others are UTF-8 with the ends of lines of Linux
    "ods_oddsratios.csv": "utf-8",
    "esttab_tabel3.csv": "latin-1",
    "tabel4_aktivitet_almen_praksis.csv": "utf-8-sig",
    "ods_onewayfreqs.csv": "utf-8",
    "fuldfoerelse_erhvervsudd.tsv": "latin-1",
}


def write():
    for name, content in TABLES.items():
        if name in AS_IN_WINDOWS:
            text(name, content, AS_IN_WINDOWS[name], "\r\n")
        else:
            text(name, content)
