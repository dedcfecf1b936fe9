#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "synth/generate.hpp"
#include "synth/health.hpp"
#include "synth/population.hpp"
#include "synth/scribe.hpp"

namespace fvm::synth {
namespace {

namespace fs = std::filesystem;

Period years(int from, int to) {
  return {static_cast<int32_t>(days_of_date(from, 1, 1)), static_cast<int32_t>(days_of_date(to, 12, 31))};
}

TEST(Numbers, NobodyHasOneOfThem) {
  const Period period = years(2000, 2025);
  const auto people = make_population(3, 60'000, period).value();
  ASSERT_EQ(people.size(), 60'000u);
  std::set<std::string> seen;
  for (const Person& person : people) {
    const Date birth = date_of_days(person.birth);
    ASSERT_FALSE(birth.month == 1 && birth.day == 1)
        << "the one birthday with real numbers that fail modulus 11";
    const Number number = number_of(person, never);
    ASSERT_FALSE(passes_modulus_11(number));
    ASSERT_EQ((number[9] - '0') % 2 == 1, person.sex == Sex::man);
    const int century = number[6] - '0';
    ASSERT_TRUE(birth.year >= 2000 ? century >= 4 : birth.year >= 1900 ? century <= 3 : century >= 5);
    ASSERT_TRUE(seen.insert(std::string(number.data(), 10)).second) << "two persons with one number";
    if (person.change == never) continue;
    const Number former = former_number_of(person);
    ASSERT_FALSE(passes_modulus_11(former));
    ASSERT_TRUE(seen.insert(std::string(former.data(), 10)).second);
    ASSERT_EQ(person.former_is_replacement, former[0] >= '6');
  }
  // Control: the check itself knows a number that satisfied the rule (the registry's own example,
  // 070761-4285).
  EXPECT_TRUE(passes_modulus_11({'0', '7', '0', '7', '6', '1', '4', '2', '8', '5'}));
}

TEST(Population, FamiliesFitTogether) {
  const Period period = years(1995, 2025);
  const auto people = make_population(5, 30'000, period).value();
  size_t with_parents = 0, grandchildren = 0;
  for (uint32_t i = 0; i < people.size(); ++i) {
    const Person& person = people[i];
    if (person.mother == nobody) continue;
    ++with_parents;
    const Person& mother = people[person.mother];
    EXPECT_EQ(mother.sex, Sex::woman);
    EXPECT_EQ(people[person.father].sex, Sex::man);
    const int age = mother.age(person.birth);
    EXPECT_GE(age, 15);
    EXPECT_LE(age, 48);
    if (mother.mother != nobody) ++grandchildren;
    bool listed = false;
    for (uint32_t child = mother.first_child; child != nobody; child = people[child].next_sibling)
      listed |= child == i;
    EXPECT_TRUE(listed);
  }
  EXPECT_GT(with_parents, people.size() / 4);
  EXPECT_GT(grandchildren, 100u);
}

TEST(Population, IsAFunctionOfTheSeed) {
  const Period period = years(2015, 2025);
  const auto one = make_population(1, 1000, period).value(), same = make_population(1, 1000, period).value();
  const auto other = make_population(2, 1000, period).value();
  size_t different = 0;
  for (size_t i = 0; i < one.size(); ++i) {
    EXPECT_EQ(one[i].birth, same[i].birth);
    EXPECT_EQ(one[i].serial, same[i].serial);
    different += one[i].birth != other[i].birth;
  }
  EXPECT_GT(different, 900u);
}

// One folder of deliveries for all tests below.
class Deliveries : public ::testing::Test {
 protected:
  static inline Path folder_;
  static inline Outcome outcome_;
  static constexpr uint32_t persons = 3000;

  static void SetUpTestSuite() {
    folder_ = fs::temp_directory_path() / ("fvm-synth-" + random_hex(real_world(), 6));
    auto made = generate(real_world(), order(folder_, 2), {});
    ASSERT_TRUE(made.ok()) << made.error().code;
    outcome_ = *made;
  }
  static void TearDownTestSuite() { fs::remove_all(folder_); }
  static Order order(const Path& folder, unsigned threads) {
    return {.persons = persons,
            .year_from = 2005,
            .year_to = 2023,
            .seed = 11,
            .threads = threads,
            .folder = folder};
  }
  static std::string text(const Path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  // The wanted columns of every row, by name in lower case; a plain parser for our own files that also checks
  // that every row has as many fields as the header.
  static std::vector<std::map<std::string, std::string>> rows(const std::string& table, char separator,
                                                              const std::set<std::string>& wanted) {
    std::string all = text(folder_ / (table + ".csv"));
    if (all.starts_with("\xEF\xBB\xBF")) all.erase(0, 3);
    std::vector<std::string> header;
    std::vector<std::map<std::string, std::string>> out(1);
    std::string field;
    size_t column = 0;
    bool quoted = false, in_header = true;
    const auto end_field = [&] {
      if (in_header) {
        std::transform(field.begin(), field.end(), field.begin(), ::tolower);
        header.push_back(field);
      } else if (column < header.size() && wanted.contains(header[column])) {
        out.back()[header[column]] = field;
      }
      field.clear();
      ++column;
    };
    for (const char c : all) {
      if (c == '"') {
        quoted = !quoted;
      } else if (c == separator && !quoted) {
        end_field();
      } else if (c == '\n' && !quoted) {
        end_field();
        EXPECT_EQ(column, header.size()) << table << " row " << out.size();
        if (!in_header) out.emplace_back();
        in_header = false;
        column = 0;
      } else {
        field += c;
      }
    }
    out.pop_back();
    return out;
  }
};

TEST_F(Deliveries, AreTheSameWhateverTheNumberOfThreads) {
  for (const unsigned threads : {1u, 5u}) {
    const Path other = folder_.string() + "-again";
    ASSERT_TRUE(generate(real_world(), order(other, threads), {}).ok());
    for (const Written& file : outcome_.files) {
      EXPECT_TRUE(text(folder_ / file.file) == text(other / file.file)) << file.file << " with " << threads;
    }
    fs::remove_all(other);
  }
}

TEST_F(Deliveries, EveryTableHasRowsAndIsListed) {
  EXPECT_EQ(outcome_.files.size(), table_count);
  std::istringstream list(text(folder_ / "deliveries.tsv"));
  size_t listed = 0;
  for (std::string line; std::getline(list, line); ++listed) {
    EXPECT_TRUE(fs::exists(folder_ / line.substr(line.find('\t') + 1))) << line;
  }
  EXPECT_EQ(listed, table_count);
}

// The catalogue is TOML; here only its names are wanted, line by line.
TEST_F(Deliveries, ColumnsAreThoseOfTheCatalogue) {
  std::istringstream catalogue(text("share/catalogue/denmark.toml"));
  std::map<std::string, std::set<std::string>> columns;
  std::string register_name, table;
  const auto quoted_after = [](const std::string& line, const std::string& key) {
    const size_t at = line.find(key + " = \"") + key.size() + 4;
    return line.substr(at, line.find('"', at) - at);
  };
  for (std::string line; std::getline(catalogue, line);) {
    if (line.starts_with("register = ")) register_name = quoted_after(line, "register");
    if (line.starts_with("name = ")) table = register_name + "." + quoted_after(line, "name");
    if (line.starts_with("  { name = ")) columns[table].insert(quoted_after(line, "name"));
  }
  for (size_t i = 0; i < table_count; ++i) {
    const TableFacts& facts = facts_of(static_cast<Table>(i));
    const std::set<std::string> ours(facts.columns, facts.columns + facts.column_count);
    EXPECT_EQ(ours, columns[std::string(facts.full_name)]) << facts.full_name;
  }
}

TEST_F(Deliveries, PersonsAreAsInDenmark) {
  int women = 0, men = 0, old = 0, children = 0, former = 0;
  for (const auto& row :
       rows("CPR.t_person", ';', {"c_kon", "c_status", "d_foddato", "v_gaeld_pnr_for_inaktive"})) {
    if (row.at("c_status") == "60") {
      ++former;
      EXPECT_FALSE(row.at("v_gaeld_pnr_for_inaktive").empty());
      continue;
    }
    ++(row.at("c_kon") == "K" ? women : men);
    const int born = std::stoi(row.at("d_foddato").substr(0, 4));
    old += born < 1940;
    children += born > 2005;
  }
  EXPECT_EQ(women + men, static_cast<int>(persons));
  EXPECT_NEAR(static_cast<double>(women) / persons, .5, .03);
  EXPECT_GT(old, 100);
  EXPECT_GT(children, 100);
  EXPECT_GT(former, 5);
}

TEST_F(Deliveries, InfectionsComeInWinterAndDiabetesWithItsMedicine) {
  std::map<std::string, int> pneumonia_by_season;
  std::set<std::string> diabetics;
  std::map<std::string, std::string> person_of;
  for (const auto& row : rows("LPR.t_adm", ';', {"c_adiag", "d_inddto", "k_recnum", "v_cpr"})) {
    person_of[row.at("k_recnum")] = row.at("v_cpr");
    const int month = std::stoi(row.at("d_inddto").substr(5, 2));
    if (row.at("c_adiag") == "DJ189")
      ++pneumonia_by_season[month <= 3 || month == 12 ? "winter" : month >= 6 && month <= 8 ? "summer" : ""];
    if (row.at("c_adiag").starts_with("DE11")) diabetics.insert(row.at("v_cpr"));
  }
  EXPECT_GT(pneumonia_by_season["winter"], 2 * pneumonia_by_season["summer"]);
  for (const auto& row : rows("LPR.t_diag", ';', {"v_recnum"}))
    EXPECT_TRUE(person_of.contains(row.at("v_recnum")));
  ASSERT_GT(diabetics.size(), 30u);
  std::set<std::string> treated;
  for (const auto& row : rows("LMDB.lmdb", ';', {"atc", "aup", "pnr12"})) {
    if (row.at("atc").starts_with("A10B")) treated.insert(row.at("pnr12"));
    EXPECT_NE(row.at("aup").find(','), std::string::npos) << "decimal comma";
  }
  size_t both = 0;
  for (const std::string& person : diabetics) both += treated.contains(person);
  EXPECT_GT(both, diabetics.size() / 2);
  EXPECT_LT(treated.size(), size_t{persons} / 4) << "and few others";
}

TEST_F(Deliveries, LaboratoryResultsFollowTheDisease) {
  std::set<std::string> diabetics;
  for (const auto& row : rows("RUKS.kronikere", ';', {"cpr", "debut", "sygdom"})) {
    if (row.at("sygdom") == "Type 2-diabetes" && row.at("debut") < "2005") diabetics.insert(row.at("cpr"));
  }
  double sick = 0, well = 0;
  int sick_count = 0, well_count = 0, words = 0, below = 0, above = 0;
  for (const auto& row : rows("LAB.lab_dm_forsker", ',', {"analysiscode", "patient_cpr", "value"})) {
    const std::string& value = row.at("value");
    below += value.starts_with('<');
    above += value.starts_with('>');
    words += std::isalpha(static_cast<unsigned char>(value[0])) != 0;
    if (row.at("analysiscode") != "NPU27300" || std::isdigit(static_cast<unsigned char>(value[0])) == 0)
      continue;
    const bool has = diabetics.contains(row.at("patient_cpr"));
    (has ? sick : well) += std::stod(value);
    ++(has ? sick_count : well_count);
  }
  ASSERT_GT(sick_count, 50);
  EXPECT_GT(sick / sick_count, well / well_count + 8);
  EXPECT_GT(words, 50);
  EXPECT_GT(below, 100);
  EXPECT_GT(above, 100);
}

TEST_F(Deliveries, QuirksAreThere) {
  int zero_lost = 0, zero_kept = 0;
  for (const auto& row : rows("SSR.t_ssik", ',', {"v_honuge"})) {
    const std::string& week = row.at("v_honuge");
    zero_lost += week.size() == 3;
    zero_kept += week.size() == 4 && week[0] == '0';
  }
  EXPECT_GT(zero_lost, 100);
  EXPECT_GT(zero_kept, 100);
  int without_contact = 0, with_contact = 0;
  for (const auto& row : rows("LPR_F.procedurer_andre", ',', {"dw_ek_forloeb", "dw_ek_kontakt"})) {
    ++(row.at("dw_ek_kontakt").empty() ? without_contact : with_contact);
    EXPECT_NE(row.at("dw_ek_kontakt").empty(), row.at("dw_ek_forloeb").empty());
  }
  EXPECT_GT(without_contact, 10);
  EXPECT_GT(with_contact, without_contact);
  std::set<std::string> doubted;
  for (const auto& row : rows("LPR_F.diagnoser", ',', {"senere_afkraeftet"}))
    doubted.insert(row.at("senere_afkraeftet"));
  EXPECT_EQ(doubted, (std::set<std::string>{"", "Ja", "Nej"}));
  const std::string addresses = text(folder_ / "CPR.t_adresse.csv");
  EXPECT_NE(addresses.find("\nBagbygningen"), std::string::npos) << "a line break inside quotes";
  EXPECT_NE(addresses.find("\xE9"), std::string::npos) << "Latin-1: Opdigtet Allé";
  EXPECT_EQ(addresses.find("\xC3"), std::string::npos) << "and no UTF-8";
  EXPECT_TRUE(text(folder_ / "LPR_F.kontakter.csv")
                  .starts_with("\xEF\xBB\xBF"
                               "dw_ek_kontakt,"));
  EXPECT_TRUE(text(folder_ / "LPR.t_adm.csv").starts_with("K_RECNUM;V_CPR;"));
  EXPECT_TRUE(text(folder_ / "LMDB.lmdb.csv").starts_with("Pnr12;"));
}

TEST_F(Deliveries, NothingHappensToTheDead) {
  std::map<std::string, std::string> died;
  for (const auto& row : rows("DAR.t_dodsaarsag_2", ';', {"d_dodsdato", "k_cpr"})) {
    const std::string& day = row.at("d_dodsdato");
    died[row.at("k_cpr")] = day.substr(6) + "-" + day.substr(3, 2) + "-" + day.substr(0, 2);
  }
  ASSERT_GT(died.size(), 100u);
  for (const auto& row : rows("LMDB.lmdb", ';', {"eksd", "pnr12"})) {
    const auto found = died.find(row.at("pnr12"));
    if (found == died.end()) continue;
    EXPECT_LE(row.at("eksd"), found->second);
  }
}

TEST_F(Deliveries, BirthsNameMotherAndFather) {
  int fathers = 0, all = 0;
  for (const auto& row : rows("MFR.mfr", ';', {"alder_moder", "cpr_fader", "cpr_moder"})) {
    ++all;
    EXPECT_FALSE(row.at("cpr_moder").empty());
    EXPECT_GE(std::stoi(row.at("alder_moder")), 15);
    fathers += !row.at("cpr_fader").empty();
  }
  EXPECT_GT(all, 100);
  EXPECT_GT(fathers, all / 2);
}

TEST_F(Deliveries, ChangedNumbersChangeInTheMiddle) {
  std::map<std::string, std::string> ended;  // former number -> day it ended
  for (const auto& row : rows("CPR.t_pnr_hist", ',', {"d_slut_dato", "v_pnr"}))
    ended[row.at("v_pnr")] = row.at("d_slut_dato");
  int before = 0;
  for (const auto& row : rows("SSR2.t_ssr", '\t', {"behandlings_dato", "sikredes_cpr"})) {
    const auto found = ended.find(row.at("sikredes_cpr"));
    if (found == ended.end()) continue;
    ++before;
    EXPECT_LT(row.at("behandlings_dato"), found->second);
  }
  EXPECT_GT(before, 20);
}

TEST(Generate, RefusesWhatItCannotMake) {
  const Path folder = fs::temp_directory_path() / ("fvm-synth-" + random_hex(real_world(), 6));
  const auto code = [&](Order order) {
    order.folder = folder;
    return generate(real_world(), order, {}).error().code;
  };
  EXPECT_EQ(code({.persons = 0}), "synth.bad_order");
  EXPECT_EQ(code({.persons = persons_max + 1}), "synth.bad_order");
  EXPECT_EQ(code({.year_from = 2020, .year_to = 2019}), "synth.bad_order");
  EXPECT_EQ(code({.year_from = 1900, .year_to = 2019}), "synth.bad_order");
  EXPECT_FALSE(fs::exists(folder));
  ASSERT_TRUE(generate(real_world(), {.persons = 10, .folder = folder}, {}).ok());
  EXPECT_EQ(code({.persons = 10}), "synth.exists") << "nothing is overwritten";
  fs::remove_all(folder);
}

}  // namespace
}  // namespace fvm::synth
