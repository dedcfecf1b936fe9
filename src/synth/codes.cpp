// long: tables of codes, names and medicines
#include "synth/codes.hpp"

#include <algorithm>
#include <vector>

namespace fvm::synth {
namespace {

constexpr std::array municipality_table = std::to_array<Municipality>({
    {101, 660}, {147, 105}, {151, 52}, {153, 40}, {155, 15}, {157, 75},  {159, 70},  {161, 24}, {163, 30},
    {165, 28},  {167, 54},  {169, 56}, {173, 58}, {175, 44}, {183, 24},  {185, 43},  {187, 17}, {190, 42},
    {201, 26},  {210, 41},  {217, 63}, {219, 54}, {223, 25}, {230, 57},  {240, 44},  {250, 46}, {253, 52},
    {259, 62},  {260, 31},  {265, 91}, {269, 24}, {270, 41}, {306, 33},  {316, 73},  {320, 37}, {326, 48},
    {329, 36},  {330, 80},  {336, 23}, {340, 30}, {350, 29}, {360, 40},  {370, 84},  {376, 60}, {390, 46},
    {400, 39},  {410, 40},  {420, 41}, {430, 52}, {440, 24}, {450, 32},  {461, 209}, {479, 59}, {480, 30},
    {482, 12},  {492, 6},   {510, 55}, {530, 27}, {540, 74}, {550, 36},  {561, 116}, {563, 4},  {573, 50},
    {575, 43},  {580, 59},  {607, 52}, {615, 96}, {621, 94}, {630, 121}, {657, 90},  {661, 59}, {665, 19},
    {671, 21},  {706, 44},  {707, 37}, {710, 50}, {727, 24}, {730, 100}, {740, 100}, {741, 4},  {746, 66},
    {751, 367}, {756, 42},  {760, 56}, {766, 48}, {773, 20}, {779, 45},  {787, 43},  {791, 97}, {810, 37},
    {813, 58},  {820, 36},  {825, 2},  {840, 31}, {846, 42}, {849, 38},  {851, 224}, {860, 63},
});

std::vector<double> cumulated() {
  std::vector<double> out;
  double sum = 0;
  for (const Municipality& m : municipality_table) out.push_back(sum += m.thousands);
  for (double& share : out) share /= sum;
  return out;
}

constexpr std::array hospital_table = std::to_array<Hospital>({
    {"1301", 1084, "334071000016004"}, {"1309", 1084, "404391000016006"}, {"1330", 1084, "404471000016001"},
    {"1516", 1084, "404131000016005"}, {"2000", 1084, "404151000016002"}, {"4001", 1084, "380351000016000"},
    {"3800", 1085, "338661000016005"}, {"3830", 1085, "338671000016001"}, {"4202", 1083, "324581000016003"},
    {"5000", 1083, "324381000016008"}, {"5501", 1083, "324451000016009"}, {"6008", 1083, "324521000016000"},
    {"6620", 1082, "371841000016003"}, {"6630", 1082, "371871000016006"}, {"6650", 1082, "371861000016004"},
    {"7005", 1082, "371851000016001"}, {"7026", 1082, "371831000016009"}, {"8001", 1081, "307291000016000"},
    {"8003", 1081, "307301000016004"},
});

constexpr std::array<DiseaseFacts, disease_count> disease_table = {{
    {"Type 2-diabetes",
     {"DE119", "DE110", "DE113"},
     .0045,
     .045,
     25,
     1.3,
     1.1,
     3.0,
     1.2,
     .10,
     0,
     {"A10BA02", "A10BJ06", "A10BK03"},
     {"", ""},
     "",
     "Type 2-diabetes"},
    {"Type 1-diabetes",
     {"DE109", "DE101", "DE103"},
     .00012,
     -.03,
     1,
     1.1,
     1,
     1,
     2.2,
     .12,
     0,
     {"A10AB05", "A10AE04", ""},
     {"", ""},
     "",
     "Type 1-diabetes"},
    {"Hypertension",
     {"DI109", "DI119", "DI139"},
     .013,
     .05,
     30,
     1.1,
     1.1,
     1.8,
     .25,
     .04,
     0,
     {"C09AA05", "C08CA01", "C03AA03"},
     {"", ""},
     "",
     ""},
    {"KOL",
     {"DJ449", "DJ441", "DJ440"},
     .0018,
     .06,
     40,
     1.0,
     6.0,
     1,
     1.4,
     .35,
     14,
     {"R03BB04", "R03AK06", "R03AC02"},
     {"", ""},
     "",
     "KOL"},
    {"Astma",
     {"DJ459", "DJ450", "DJ451"},
     .0022,
     -.02,
     3,
     .8,
     1.3,
     1.2,
     .5,
     .12,
     0,
     {"R03AC02", "R03BA02", "R03DC03"},
     {"", ""},
     "",
     "Astma"},
    {"Iskæmisk hjertesygdom",
     {"DI251", "DI209", "DI219"},
     .0022,
     .075,
     35,
     2.2,
     2.2,
     1.6,
     1.1,
     .45,
     16,
     {"B01AC06", "C10AA05", "C07AB02"},
     {"KFNG05", "KFNC10"},
     "",
     ""},
    {"Hjertesvigt",
     {"DI509", "DI500", "DI501"},
     .0006,
     .1,
     40,
     1.4,
     1.5,
     1.6,
     1.6,
     .4,
     7,
     {"C03CA01", "C07AB02", "C09AA05"},
     {"", ""},
     "",
     ""},
    {"Atrieflimren",
     {"DI489", "DI480", "DI482"},
     .0014,
     .09,
     35,
     1.5,
     1.1,
     1.4,
     .8,
     .25,
     0,
     {"B01AF02", "C07AB02", ""},
     {"", ""},
     "",
     ""},
    {"Apopleksi",
     {"DI639", "DI619", "DI649"},
     .0011,
     .085,
     35,
     1.3,
     1.8,
     1.2,
     1.0,
     .6,
     12,
     {"B01AC04", "C10AA05", ""},
     {"", ""},
     "",
     ""},
    {"Brystkræft",
     {"DC509", "DC504", "DC502"},
     .0022,
     .025,
     25,
     .01,
     1,
     1.1,
     3.0,
     .15,
     22,
     {"L02BG03", "", ""},
     {"KHAB40", "KHAC20"},
     "85003",
     ""},
    {"Prostatakræft",
     {"DC619", "DC619", "DC619"},
     .0009,
     .1,
     45,
     1,
     1,
     1,
     2.0,
     .15,
     15,
     {"L02AE02", "", ""},
     {"KKEC00", ""},
     "81403",
     ""},
    {"Lungekræft",
     {"DC349", "DC341", "DC343"},
     .0003,
     .075,
     40,
     1.1,
     12.,
     1,
     6.0,
     .3,
     1.6,
     {"N02AA01", "", ""},
     {"KGDC00", ""},
     "81403",
     ""},
    {"Tyktarmskræft",
     {"DC189", "DC187", "DC182"},
     .0007,
     .075,
     35,
     1.2,
     1.2,
     1.2,
     3.5,
     .3,
     9,
     {"N02AA01", "", ""},
     {"KJFB30", "KJFB46"},
     "81403",
     ""},
    {"Modermærkekræft",
     {"DC439", "DC435", "DC437"},
     .0005,
     .02,
     18,
     .9,
     1,
     1,
     1.5,
     .05,
     30,
     {"", "", ""},
     {"KQBE10", ""},
     "87203",
     ""},
    {"Depression",
     {"DF329", "DF322", "DF339"},
     .007,
     -.008,
     14,
     .55,
     1.4,
     1.2,
     .7,
     .12,
     0,
     {"N06AB04", "N06AB06", "N06AX11"},
     {"", ""},
     "",
     ""},
    {"Skizofreni",
     {"DF209", "DF200", "DF203"},
     .00008,
     -.05,
     16,
     1.5,
     1,
     1,
     4.0,
     .25,
     25,
     {"N05AH03", "N05AX08", ""},
     {"", ""},
     "",
     "Skizofreni"},
    {"Demens",
     {"DG309", "DF019", "DF039"},
     .00006,
     .15,
     50,
     .9,
     1.3,
     1.1,
     .9,
     .25,
     6,
     {"N06DA02", "", ""},
     {"", ""},
     "",
     "Demens"},
    {"Artrose",
     {"DM179", "DM169", "DM199"},
     .0045,
     .055,
     35,
     .75,
     1,
     2.0,
     .6,
     .12,
     0,
     {"M01AE01", "N02BE01", ""},
     {"KNGB40", "KNFB40"},
     "",
     ""},
    {"Hypothyreose",
     {"DE039", "DE063", "DE038"},
     .0022,
     .02,
     15,
     .25,
     1,
     1,
     .2,
     .02,
     0,
     {"H03AA01", "", ""},
     {"", ""},
     "",
     ""},
    {"Epilepsi",
     {"DG409", "DG403", "DG402"},
     .0006,
     .01,
     1,
     1.1,
     1,
     1,
     .9,
     .2,
     0,
     {"N03AX09", "N03AX14", ""},
     {"", ""},
     "",
     ""},
}};

constexpr std::array medicine_table = std::to_array<Medicine>({
    {"A10AB05", "NovoRapid", "100 E/ml", "E/ml", "INJVSK", 10000, 5, 41200, "007532"},
    {"A10AE04", "Lantus", "100 E/ml", "E/ml", "INJVSK", 10000, 5, 46800, "007540"},
    {"A10BA02", "Metformin", "500 mg", "mg", "TABFILM", 50000, 200, 6150, "010611"},
    {"A10BJ06", "Ozempic", "1 mg", "mg", "INJVSKP", 100, 1, 87500, "375216"},
    {"A10BK03", "Jardiance", "10 mg", "mg", "TABFILM", 1000, 30, 33400, "091442"},
    {"B01AC04", "Clopidogrel", "75 mg", "mg", "TABFILM", 7500, 100, 4120, "016842"},
    {"B01AC06", "Hjertemagnyl", "75 mg", "mg", "TABFILM", 7500, 100, 3995, "003459"},
    {"B01AF02", "Eliquis", "5 mg", "mg", "TABFILM", 500, 60, 41950, "164281"},
    {"C03AA03", "Hydromed", "25 mg", "mg", "TABLET", 2500, 100, 3870, "052211"},
    {"C03CA01", "Furix", "40 mg", "mg", "TABLET", 4000, 100, 3010, "042218"},
    {"C07AB02", "Selo-Zok", "50 mg", "mg", "DEPTAB", 5000, 100, 5240, "080244"},
    {"C08CA01", "Amlodipin", "5 mg", "mg", "TABLET", 500, 100, 2760, "019930"},
    {"C09AA05", "Ramipril", "5 mg", "mg", "TABLET", 500, 100, 2980, "022310"},
    {"C10AA05", "Atorvastatin", "40 mg", "mg", "TABFILM", 4000, 100, 3350, "035590"},
    {"G03AA07", "Microgyn", "30 mikrog+150 mikrog", "mg", "TABOVER", 15, 63, 11900, "070031"},
    {"H03AA01", "Eltroxin", "100 mikrogram", "mg", "TABLET", 10, 100, 6520, "045526"},
    {"J01CA04", "Imadrax", "500 mg", "mg", "TABFILM", 50000, 20, 5880, "062118"},
    {"J01CE02", "Primcillin", "1 mill. IE", "mg", "TABFILM", 66000, 30, 6240, "071803"},
    {"J01XE01", "Nitrofurantoin", "50 mg", "mg", "TABLET", 5000, 15, 7120, "061994"},
    {"L02AE02", "Eligard", "22,5 mg", "mg", "PULVINJ", 2250, 1, 289000, "058841"},
    {"L02BG03", "Anastrozol", "1 mg", "mg", "TABFILM", 100, 98, 18850, "036641"},
    {"M01AE01", "Ibuprofen", "400 mg", "mg", "TABFILM", 40000, 100, 4310, "011726"},
    {"N02AA01", "Contalgin", "10 mg", "mg", "DEPTAB", 1000, 25, 9420, "056621"},
    {"N02BE01", "Panodil", "500 mg", "mg", "TABFILM", 50000, 100, 3640, "010244"},
    {"N03AX09", "Lamotrigin", "100 mg", "mg", "TABLET", 10000, 56, 12700, "028841"},
    {"N03AX14", "Keppra", "500 mg", "mg", "TABFILM", 50000, 100, 22100, "031140"},
    {"N05AH03", "Olanzapin", "10 mg", "mg", "TABFILM", 1000, 28, 9150, "039271"},
    {"N05AX08", "Risperidon", "2 mg", "mg", "TABFILM", 200, 60, 11100, "046631"},
    {"N06AB04", "Citalopram", "20 mg", "mg", "TABFILM", 2000, 100, 3590, "025512"},
    {"N06AB06", "Sertralin", "50 mg", "mg", "TABFILM", 5000, 100, 3720, "027740"},
    {"N06AX11", "Mirtazapin", "30 mg", "mg", "TABFILM", 3000, 100, 6380, "029922"},
    {"N06DA02", "Donepezil", "10 mg", "mg", "TABFILM", 1000, 98, 9870, "033310"},
    {"R03AC02", "Ventoline", "0,2 mg/dosis", "mg/do", "INHPULV", 20, 200, 7940, "014482"},
    {"R03AK06", "Seretide", "50+500 mikg/dosis", "mg/do", "INHPULV", 50, 60, 31900, "047710"},
    {"R03BA02", "Spirocort", "0,2 mg/dosis", "mg/do", "INHPULV", 20, 200, 21600, "015521"},
    {"R03BB04", "Spiriva", "18 mikrogram", "mg", "INHPULK", 2, 90, 102300, "018814"},
    {"R03DC03", "Montelukast", "10 mg", "mg", "TABFILM", 1000, 98, 8840, "021156"},
});

constexpr std::array analysis_table = std::to_array<Analysis>({
    {"NPU27300", "mmol/mol", 36, 3.5, 19, "", "48", 0},         // HbA1c
    {"NPU02192", "mmol/L", 5.4, .7, 4.2, "4.2", "7.8", 1},      // glucose
    {"NPU01566", "mmol/L", 5.0, .9, -.6, "", "5.0", 1},         // cholesterol
    {"NPU01568", "mmol/L", 3.0, .8, -.8, "", "3.0", 1},         // LDL cholesterol
    {"NPU18016", "µmol/L", 76, 14, 12, "45", "105", 0},         // creatinine
    {"DNK35302", "mL/min", 88, 16, -14, "60", "", 0},           // eGFR: above 90 only ">90"
    {"NPU02319", "mmol/L", 8.7, .8, -.5, "7.3", "10.5", 1},     // haemoglobin
    {"NPU19748", "mg/L", 3, 14, 22, "", "8.0", 0},              // CRP: below 4 only "<4"
    {"NPU03577", "10^-3 IU/L", 1.8, .9, 3.5, "0.3", "4.0", 2},  // TSH
    {"NPU03230", "mmol/L", 4.0, .3, .1, "3.5", "4.6", 1},       // potassium
});

using Season = Acute::Season;
constexpr std::array acute_table = std::to_array<Acute>({
    {"DJ189", 5, 0, 110, Season::winter, false, true}, {"DJ101", 2, 0, 110, Season::winter, false, true},
    {"DJ069", 5, 0, 15, Season::winter, false, false}, {"DJ219", 6, 0, 2, Season::winter, false, true},
    {"DA099", 3, 0, 110, Season::none, false, true},   {"DN390", 4, 15, 110, Season::none, false, true},
    {"DR074", 5, 30, 110, Season::none, false, true},  {"DR104", 5, 5, 110, Season::none, false, true},
    {"DK359", 2, 5, 70, Season::none, false, true},    {"DK802", 2, 25, 90, Season::none, false, true},
    {"DS525", 4, 5, 110, Season::summer, true, false}, {"DS934", 6, 8, 70, Season::summer, true, false},
    {"DS610", 6, 3, 80, Season::summer, true, false},  {"DS060", 3, 2, 90, Season::summer, true, true},
    {"DS720", 3, 68, 110, Season::winter, true, true}, {"DT140", 4, 0, 110, Season::none, true, false},
    {"DZ038", 6, 0, 110, Season::none, false, false},  {"DZ039", 4, 20, 110, Season::none, false, false},
    {"DH259", 5, 60, 100, Season::none, false, false}, {"DM545", 5, 20, 80, Season::none, false, false},
    {"DL309", 3, 0, 90, Season::none, false, false},   {"DZ348", 2, 18, 45, Season::none, false, false},
});

constexpr std::array<std::string_view, 16> women = {"Anne",  "Mette", "Kirsten", "Hanne", "Søs",   "Åse",
                                                    "Ida",   "Freja", "Emma",    "Karen", "Bodil", "Lærke",
                                                    "Sofie", "Inger", "Mia",     "Ella"};
constexpr std::array<std::string_view, 16> men = {"Peter",  "Jens",    "Lars", "Søren",  "Jørgen", "Åge",
                                                  "Noah",   "William", "Mads", "Rasmus", "Bjørn",  "Niels",
                                                  "Magnus", "Poul",    "Emil", "Oscar"};
constexpr std::array<std::string_view, 16> last = {
    "Prøvesen", "Testgaard",  "Eksempel", "Opdigt",     "Mønsterby", "Skabelon", "Attrap",    "Forsøgsholm",
    "Påfund",   "Skyggemose", "Drømmeå",  "Kunstbjerg", "Fantasen",  "Udkast",   "Sandkasse", "Legehøj"};
constexpr std::array<std::string_view, 8> streets = {"Opdigtet Allé",    "Prøvevej",    "Eksempelstræde",
                                                     "Ingensteds Plads", "Mønstergade", "Kladdevænget",
                                                     "Attrapbakken",     "Åløse Stræde"};

}  // namespace

std::span<const Municipality> municipalities() {
  return municipality_table;
}

uint16_t municipality_for(double unit) {
  static const std::vector<double> shares = cumulated();
  const auto found = std::upper_bound(shares.begin(), shares.end(), unit);
  return static_cast<uint16_t>(std::min<ptrdiff_t>(found - shares.begin(), std::ssize(shares) - 1));
}

uint16_t region_of(uint16_t code) {
  constexpr std::array<uint16_t, 5> of_zealand = {253, 259, 265, 269, 0};
  if (std::find(of_zealand.begin(), of_zealand.end(), code) != of_zealand.end()) return 1085;
  if (code < 300 || code == 400) return 1084;
  if (code < 400) return 1085;
  if (code < 640 && code != 615) return 1083;
  if (code == 773 || code == 787 || code >= 810) return 1081;
  return 1082;
}

uint16_t county_of(uint16_t code) {
  switch (region_of(code)) {
    case 1081:
      return 80;
    case 1082:
      return code < 700 ? 65 : 70;
    case 1083:
      return code < 500 ? 42 : code < 570 ? 50 : 60;
    case 1084:
      return code == 400 ? 40 : code < 200 ? 15 : 20;
    default:
      return code < 300 ? 25 : code < 350 ? 30 : 35;
  }
}

std::span<const Hospital> hospitals() {
  return hospital_table;
}

const Hospital& hospital_of(uint16_t region, uint32_t choice) {
  std::array<const Hospital*, hospital_table.size()> here{};
  size_t count = 0;
  for (const Hospital& hospital : hospital_table) {
    if (hospital.region == region) here[count++] = &hospital;
  }
  return *here[choice % count];
}

const DiseaseFacts& facts_of(Disease disease) {
  return disease_table[static_cast<size_t>(disease)];
}

std::span<const Medicine> medicines() {
  return medicine_table;
}

const Medicine& medicine_of(std::string_view atc) {
  const auto found =
      std::lower_bound(medicine_table.begin(), medicine_table.end(), atc,
                       [](const Medicine& medicine, std::string_view code) { return medicine.atc < code; });
  return found == medicine_table.end() ? medicine_table.front() : *found;
}

std::span<const Analysis> analyses() {
  return analysis_table;
}
std::span<const Acute> acutes() {
  return acute_table;
}

double season_weight(Acute::Season season, unsigned month) {
  constexpr std::array<double, 12> winter = {1.0, 1.0, .85, .55, .35, .25, .2, .25, .35, .5, .7, .95};
  if (season == Season::none) return 1.0;
  return season == Season::winter ? winter[month - 1] : winter[(month + 5) % 12];
}

std::span<const std::string_view> first_names_women() {
  return women;
}
std::span<const std::string_view> first_names_men() {
  return men;
}
std::span<const std::string_view> last_names() {
  return last;
}
std::span<const std::string_view> street_names() {
  return streets;
}

}  // namespace fvm::synth
