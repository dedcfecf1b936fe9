#include "disclosure/vocabulary.hpp"

#include <algorithm>

#include "disclosure/ascii.hpp"

namespace fvm::disclosure {
namespace {

Words words_of(std::string_view list) {
  Words all;
  while (!list.empty()) {
    const size_t end = std::min(list.find(' '), list.size());
    all.insert(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return all;
}

}  // namespace

const Words& count_words() {
  static const Words all = {
      "n",          "antal",        "count",      "counts",        "freq",
      "frequency",  "frequencies",  "frekvens",   "hyppighed",     "personer",
      "persons",    "person",       "people",     "patients",      "patient",
      "patienter",  "borgere",      "individer",  "individuals",   "subjects",
      "cases",      "controls",     "kontroller", "tilfælde",      "events",
      "event",      "hændelser",    "døde",       "dødsfald",      "deaths",
      "dead",       "kvinder",      "mænd",       "women",         "men",
      "female",     "male",         "females",    "males",         "piger",
      "drenge",     "children",     "børn",       "total",         "totalt",
      "ialt",       "alle",         "all",        "sum",           "nobs",
      "obs",        "number",       "numbers",    "observationer", "observations",
      "kontakter",  "indlæggelser", "admissions", "contacts",      "diagnoser",
      "recepter",   "missing",      "uoplyst",    "nmiss",         "unikke",
      "unique",     "distinct",     "forekomst",  "incidens",      "prævalens",
      "familier",   "husstande",    "households", "deltagere",     "participants",
      "tæller",     "nævner",       "numerator",  "denominator",   "modtagere",
      "brugere",    "elever",       "ansatte",    "medarbejdere",  "beskæftigede",
      "ledige",     "fødsler",      "recipients", "users",         "pupils",
      "employees",  "births",       "exposed",    "unexposed",     "censored",
      "excluded",   "included",     "remaining",  "ekskluderet",   "ekskluderede",
      "inkluderet", "inkluderede",  "tilbage",    "atrisk",        "risk",
  };
  return all;
}

const Words& category_words() {
  static const Words all = {
      "år",        "aar",     "year",     "years",    "årstal",      "alder",     "age",      "kode",
      "code",      "nr",      "nummer",   "kommune",  "kommunekode", "komkode",   "region",   "regionskode",
      "måned",     "maaned",  "month",    "kvartal",  "quarter",     "uge",       "week",     "rang",
      "rank",      "decil",   "kvintil",  "quintile", "decile",      "niveau",    "level",    "score",
      "dag",       "day",     "dage",     "days",     "date",        "dato",      "gruppe",   "group",
      "klasse",    "class",   "køn",      "koen",     "sex",         "gender",    "fase",     "trin",
      "step",      "version", "model",    "lag",      "time",        "tid",       "t",        "chr",
      "df",        "order",   "id",       "index",    "kategori",    "category",  "tertil",   "grad",
      "grade",     "stadie",  "stadium",  "stage",    "asa",         "nyha",      "charlson", "paritet",
      "parity",    "dosis",   "dose",     "kapitel",  "chapter",     "parameter", "måneder",  "months",
      "kvartiler", "tertile", "quartile",
  };
  return all;
}

const Words& share_words() {
  static const Words all = {"pct",   "percent",    "cent", "procent", "%",   "andel",
                            "share", "proportion", "prop", "rate",    "frac"};
  return all;
}

const Words& rate_words() {
  static const Words all = {"ir",        "incidens",   "incidence",  "incidensrate", "dødsrate",
                            "promille",  "prævalens",  "prevalence", "risiko",       "risk",
                            "mortality", "mortalitet", "rater",      "dækning"};
  return all;
}

const Words& measure_words() {
  static const Words all = {
      "mean",      "gns",        "gennemsnit", "median",  "sd",       "std",    "se",         "ci",
      "p",         "or",         "hr",         "rr",      "irr",      "min",    "max",        "q1",
      "q3",        "p25",        "p50",        "p75",     "beta",     "coef",   "estimate",   "kr",
      "beløb",     "pris",       "lower",      "upper",   "varians",  "pvalue", "kvartil",    "quartile",
      "percentil", "percentile", "fraktil",    "kvantil", "quantile", "pctl",   "omkostning", "omkostninger",
      "udgift",    "udgifter",   "cost",       "costs",   "dkk"};
  return all;
}

const Words& certain_measures() {
  static const Words all = {"mean",
                            "gns",
                            "gennemsnit",
                            "gennemsnitlig",
                            "gennemsnitligt",
                            "gennemsnitlige",
                            "average",
                            "median",
                            "sd",
                            "std",
                            "varians",
                            "coef",
                            "beta",
                            "pvalue",
                            "q1",
                            "q3",
                            "p25",
                            "p50",
                            "p75",
                            "min",
                            "max"};
  return all;
}

const Words& identifier_headers() {
  static const Words all = {"cpr",           "pnr",
                            "cprnr",         "cpr_nr",
                            "personnummer",  "v_cpr",
                            "v_pnr",         "k_cpr",
                            "k_cprnr",       "pnr12",
                            "patient_cpr",   "sikredes_cpr",
                            "cpr_barn",      "cpr_moder",
                            "cpr_fader",     "cprnummer_barn",
                            "v_mor_pnr",     "v_far_pnr",
                            "recnum",        "k_recnum",
                            "v_recnum",      "dw_ek_kontakt",
                            "dw_ek_forloeb", "ydernummer",
                            "ydernr",        "c_ynr",
                            "patient_id",    "person_id",
                            "personid",      "patientid",
                            "pseudonym",     "borger_id",
                            "cpr_nummer",    "henvisning_ydernr",
                            "fornavn",       "efternavn",
                            "fulde_navn",    "patientnavn",
                            "first_name",    "last_name",
                            "surname",       "adresse",
                            "address",       "telefon",
                            "tlf",           "mobil",
                            "email",         "e-mail"};
  return all;
}

const Words& naming_words() {
  static const Words all = {"kode",  "code", "nr",  "nummer", "number", "id", "navn",  "name",
                            "tekst", "text", "fra", "til",    "from",   "to", "label", "i",
                            "in",    "af",   "of",  "ved",    "at",     "the"};
  return all;
}

const Words& statistic_letters() {
  static const Words all = {"z", "t", "f", "b"};
  return all;
}

const Words& beside_letters() {
  static const Words all = {"value", "statistic", "stat", "ratio"};
  return all;
}

const Words& statistic_words() {
  static const Words all = words_of(
      "average avg gennemsnitlig gennemsnitligt gennemsnitlige middel rate rater ratio odds hazard "
      "lx dx ex qx mx hazardratio oddsratio estimate estimat estimates coefficient coefficients koefficient "
      "value "
      "statistic chi2 chisq chi df pr wald aic bic loglik deviance r2 rmse error err stderr ki "
      "konfidensinterval conf nedre øvre low high lcl ucl iqr percentil percentile quantile kvantil "
      "variance skewness kurtosis smd afvigelse deviation spredning surv survival overlevelse cumhaz "
      "cuminc incidens incidence prævalens prevalence risiko risk andel indeks index vægt weight gini "
      "auc c-index sensitivitet specificitet sensitivity specificity korrelation correlation "
      "standardiseret standardised standardized justeret adjusted personår py pyears person-years "
      "personyears followup opfølgningstid forskel difference diff ændring change per fpr tpr tnr fnr "
      "ppv npv maf eaf cif lo hi grænse sikkerhedsgrænse varighed ventetid liggetid takst værdi qaly "
      "icer incr mean gns sum ci se sd samlede samlet udg pct procent percent % pris udgift udgifter "
      "omkostning omkostninger cost costs mio dkk kr ddd x2 eksponeret expected forventet observed "
      "observeret smr sir nnt ard vif tolerance eigenvalue fit predicted");
  return all;
}

const Words& mean_words() {
  static const Words all = {"mean",    "gns", "gennemsnit", "gennemsnitlig",
                            "average", "avg", "middel",     "middelværdi"};
  return all;
}

bool is_person_time(const std::vector<std::string>& words) {
  static const Words times = {"py",        "pyrs",      "pyear",     "pyears",      "personår",
                              "personaar", "risikotid", "persontid", "personyears", "persondage"};
  static const Words units = {"years", "year", "time", "days", "yrs"};
  for (size_t i = 0; i < words.size(); ++i) {
    if (times.contains(words[i]))
      return i == 0 || (words[i - 1] != "pr" && words[i - 1] != "per" &&
                        !std::isdigit(static_cast<unsigned char>(words[i - 1][0])));
    if ((words[i] == "person" || words[i] == "patient") && i + 1 < words.size() &&
        units.contains(words[i + 1]))
      return i == 0 || (words[i - 1] != "per" && !std::isdigit(static_cast<unsigned char>(words[i - 1][0])));
  }
  return false;
}

bool is_percentile(std::string_view word) {
  return word.size() >= 2 && (word[0] == 'p' || word[0] == 'q') && ascii::all_digits(word.substr(1));
}

const Words& title_words() {
  static const Words all = words_of(
      "antal andel fordeling fordelt efter pr per tabel table figur figure kilde kilder source sources "
      "periode period år year years og i på af for fra til the of by and in from to number numbers "
      "count counts share mean gennemsnit gns median personer persons patienter patients borgere people "
      "population projektets projekt project lpr lpr3 cpr lmr lægemiddelregisteret "
      "landspatientregisteret danmark denmark region kommune køn alder aldersgruppe sex age group "
      "gruppe grupper groups procent percent pct %");
  return all;
}

}  // namespace fvm::disclosure
