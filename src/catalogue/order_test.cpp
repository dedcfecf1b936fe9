// Orders: the traps of real order sheets, one by one.
#include "catalogue/order.hpp"

#include <gtest/gtest.h>

#include "catalogue/difference.hpp"
#include "catalogue/merge.hpp"
#include "catalogue/sheets.hpp"

namespace fvm::catalogue {
namespace {

using spreadsheet::Row;
using spreadsheet::Sheet;
using spreadsheet::Visibility;
using spreadsheet::Workbook;
using Cells = std::vector<std::string>;
using Texts = std::vector<std::string>;

const Catalogue& made() {
  static const Catalogue catalogue = [] {
    const auto list = read_list(
        "register\tkan_bestilles\ttabel\tvariabel\tindhold\tgyldighed\n"
        "LPR\t1\tt_adm\tv_cpr\tCPR-nummer\t1977 -\n"
        "LPR\t1\tt_adm\tc_adiag\tAktionsdiagnose\t1977 -\n"
        "LPR\t0\tt_adm\tk_intern\tIntern\t1977 -\n"
        "LPR\t1\tt_adm\tv_navn\tNavn\t\n"
        "LPR\t1\tt_diag\tc_diag\tDiagnose\t1977 -\n"
        "LSR\t1\tepikur\tatc\tATC-kode\t1995 -\n"
        "CAR\t1\tt_tumor\tc_icd\tICD-kode\t1943 -\n"
        "DRG\t1\tsoma_takst\"takstår\"_hel\"aktivitetsår\"\tdrg\tGruppe\t2010 -\n",
        "list.tsv");
    std::vector<Error> notes;
    Catalogue out = with_list({}, *list, notes);
    out.registers = {{"LSR", "LMS", "Lægemiddelstatistikregisteret", ""},
                     {"CAR", "", "Cancerregisteret", ""}};
    return out;
  }();
  return catalogue;
}

const Cells heading = {"Sort_ID",   "Kan_bestilles",      "Tabel", "Variabel", "Indhold",
                       "Gyldighed", "Ønsket variabel (x)"};

Row row(size_t number, Cells cells) {
  return {number, false, std::move(cells)};
}
// A row of the order sheet, from its names and its mark.
Row wanted(size_t number, const std::string& table, const std::string& variable,
           const std::string& mark = "x") {
  return row(number, {"1", "1", table, variable, "", "", mark});
}

Order read(std::vector<Row> rows, const std::string& sheet = "LPR") {
  rows.insert(rows.begin(), row(1, heading));
  return read_order({{{.name = sheet, .rows = std::move(rows)}}}, made());
}

Texts items(const Order& order) {
  Texts out;
  for (const OrderItem& item : order.items)
    out.push_back(item.register_name + "." + item.table + "." + item.variable);
  return out;
}

// "order.code@LPR!B7=advice", with "?" for notes.
Texts findings(const Order& order) {
  Texts out;
  for (const OrderFinding& each : order.findings) {
    const std::string advice(each.error.argument("advice"));
    out.push_back(each.error.code.substr(6) + (each.blocks ? "" : "?") + "@" + each.place.sheet + "!" +
                  each.place.column + std::to_string(each.place.row) + (advice.empty() ? "" : "=" + advice));
    EXPECT_EQ(describe(Language::danish, each).find('{'), std::string::npos)
        << describe(Language::danish, each);
    EXPECT_EQ(describe(Language::english, each).find('{'), std::string::npos);
  }
  return out;
}

TEST(Order, TakesWhatIsCrossed) {
  const Order order = read({wanted(2, "t_adm", "c_adiag"), wanted(3, "t_diag", "c_diag", "")});
  EXPECT_EQ(items(order), (Texts{"LPR.t_adm.c_adiag"}));
  EXPECT_EQ(findings(order), Texts{});
  EXPECT_EQ(order.items[0].place.row, 2u);
  EXPECT_EQ(order.items[0].place.column, "D");
}

TEST(Order, CapitalsBlanksAndOtherCrossesAreTheSame) {
  const Order order =
      read({wanted(2, " T_ADM\xC2\xA0", "C_Adiag\n", " X "), wanted(3, "t_diag", "c_diag", "×")});
  EXPECT_EQ(items(order), (Texts{"LPR.t_adm.c_adiag", "LPR.t_diag.c_diag"}));
  EXPECT_EQ(findings(order), Texts{});
}

TEST(Order, WhatIsNotACrossIsAskedAbout) {
  const Order order = read({wanted(2, "t_adm", "c_adiag", "x fra 2010"), wanted(3, "t_diag", "c_diag", "1")});
  EXPECT_EQ(items(order), Texts{});
  EXPECT_EQ(findings(order), (Texts{"unclear_mark@LPR!G2", "unclear_mark@LPR!G3"}));
}

TEST(Order, ACrossBesideTheColumnIsTold) {
  EXPECT_EQ(findings(read(
                {wanted(2, "t_adm", "c_adiag"), row(3, {"1", "1", "t_diag", "c_diag", "", "", "", "x"})})),
            (Texts{"mark_elsewhere?@LPR!H3"}));
  EXPECT_EQ(findings(read({row(2, {"", "", "", "", "", "", "x"})})), (Texts{"mark_without_variable@LPR!G2"}));
}

TEST(Order, NamesTheNearest) {
  EXPECT_EQ(findings(read({wanted(2, "t_adm", "c_adia")})), (Texts{"unknown_variable@LPR!D2=c_adiag"}));
  EXPECT_EQ(findings(read({wanted(2, "t_admm", "c_adiag")})), (Texts{"unknown_table@LPR!C2=t_adm"}));
  EXPECT_EQ(findings(read({wanted(2, "t_et", "c_et")}, "CAR2")), (Texts{"unknown_register@CAR2!2=CAR"}));
}

TEST(Order, NamesTheNearestAlsoWhereNothingCanBeOrdered) {
  Catalogue catalogue = made();
  for (Table& table : catalogue.tables)
    for (Variable& variable : table.variables) variable.orderable = false;
  const Order order =
      read_order({{{.name = "LPR", .rows = {row(1, heading), wanted(2, "t_diag", "c_dig")}}}}, catalogue);
  EXPECT_EQ(findings(order), (Texts{"unknown_variable@LPR!D2=c_diag"}));
}

TEST(Order, WhatCannotBeOrderedAndWhatIsNeverStored) {
  // The sheet says 1; the catalogue says 0, and it is the catalogue that counts.
  const Order order =
      read({wanted(2, "t_adm", "k_intern"), wanted(3, "t_adm", "v_navn"), wanted(4, "t_adm", "v_cpr")});
  EXPECT_EQ(items(order), (Texts{"LPR.t_adm.v_cpr"}));
  EXPECT_EQ(findings(order), (Texts{"not_orderable@LPR!D2", "never@LPR!D3", "unconfirmed?@LPR!D4"}));
}

TEST(Order, WhatWasOnlySetAsideForReviewIsANote) {
  Catalogue catalogue = made();
  for (Variable& variable : catalogue.tables[0].variables)
    if (variable.name == "v_navn") variable.what = Class::dropped;
  const Order order =
      read_order({{{.name = "LPR", .rows = {row(1, heading), wanted(2, "t_adm", "v_navn")}}}}, catalogue);
  EXPECT_EQ(items(order), (Texts{"LPR.t_adm.v_navn"}));
  EXPECT_EQ(findings(order), (Texts{"unconfirmed?@LPR!D2"}));
}

TEST(Order, TheSameVariableTwiceCountsOnce) {
  const Order order = read({wanted(2, "t_adm", "c_adiag"), wanted(3, "t_adm", "C_ADIAG")});
  EXPECT_EQ(items(order), (Texts{"LPR.t_adm.c_adiag"}));
  EXPECT_EQ(findings(order), (Texts{"twice?@LPR!D3"}));
}

TEST(Order, SheetNamesLeadToRegisters) {
  EXPECT_EQ(items(read({wanted(2, "epikur", "atc")}, "LMS")), (Texts{"LSR.epikur.atc"}));
  // The order's own overview knows a sheet that the catalogue does not.
  Workbook workbook;
  workbook.sheets.push_back({.name = "Oversigt",
                             .visibility = Visibility::hidden,
                             .rows = {row(1, {"Skemanavn", "Registerforkortelse", "Registernavn"}),
                                      row(2, {"Medicin", "LSR", "Lægemidler"})}});
  workbook.sheets.push_back({.name = "medicin", .rows = {row(1, heading), wanted(2, "epikur", "atc")}});
  EXPECT_EQ(items(read_order(workbook, made())), (Texts{"LSR.epikur.atc"}));
}

TEST(Order, PatternsAndTablesThatFollowThem) {
  const std::string pattern = "soma_takst\"takstår\"_hel\"aktivitetsår\"";
  const Order order = read({wanted(2, "soma_takst“takstår”_hel“aktivitetsår”", "drg")}, "DRG");
  EXPECT_EQ(items(order), (Texts{"DRG." + pattern + ".drg"}));
  EXPECT_EQ(findings(order), Texts{});
  EXPECT_EQ(findings(read({wanted(2, "soma_takst2015_hel2014", "drg")}, "DRG")), (Texts{"pattern?@DRG!C2"}));
}

TEST(Order, CrossesThatNobodySeesAreTold) {
  Workbook workbook{{{.name = "LPR",
                      .visibility = Visibility::very_hidden,
                      .rows = {row(1, heading), wanted(2, "t_adm", "c_adiag")}}}};
  EXPECT_EQ(findings(read_order(workbook, made())), (Texts{"hidden_mark?@LPR!2"}));
  workbook.sheets[0].visibility = Visibility::shown;
  workbook.sheets[0].rows[1].hidden = true;
  EXPECT_EQ(findings(read_order(workbook, made())), (Texts{"hidden_mark?@LPR!2"}));
}

TEST(Order, AListWithARegisterColumnWantsEveryRow) {
  const Cells head = {"Register", "Tabel", "Variabel", "Indhold", "Gyldighed"};
  const Order order = read_order(
      {{{.name = "Ark1",
         .rows = {row(1, head), row(2, {"Landspatient - LPR", "t_adm", "c_adiag"}), row(5, head),
                  row(6, {"LSR (SDS)", "epikur", "atc"}), row(7, {"Cancerregistret", "", "c_icd"})}}}},
      made());
  EXPECT_EQ(items(order), (Texts{"LPR.t_adm.c_adiag", "LSR.epikur.atc", "CAR.t_tumor.c_icd"}));
  EXPECT_EQ(findings(order), (Texts{"taken_as?@Ark1!A7", "taken_as?@Ark1!B7"}));
}

TEST(Order, AListThatSaysOneOrZeroAndWhy) {
  const Cells head = {"use_in_application", "reason_for_use", "register_name", "table_name", "variable_name"};
  const Order order =
      read_order({{{.name = "liste.csv",
                    .rows = {row(1, head), row(2, {"1", "Fordi\nsådan", "LPR", "t_adm", "c_adiag"}),
                             row(3, {"0", "", "LPR", "t_diag", "c_diag"}),
                             row(4, {"x", "", "LPR", "t_diag", "c_diag"})}}}},
                 made());
  EXPECT_EQ(items(order), (Texts{"LPR.t_adm.c_adiag"}));
  EXPECT_EQ(order.items[0].reason, "Fordi\nsådan");
  EXPECT_EQ(findings(order), (Texts{"unclear_mark@liste.csv!A4"}));
}

TEST(Order, NothingAndNoHeading) {
  EXPECT_EQ(findings(read({wanted(2, "t_adm", "c_adiag", "")})), (Texts{"nothing@!0"}));
  EXPECT_EQ(findings(read_order({{{.name = "A", .rows = {row(1, {"Hej"})}}}}, made())),
            (Texts{"no_heading@!0"}));
}

TEST(Order, ASheetWithoutItsLastColumnWantsNothing) {
  const Cells cut(heading.begin(), heading.end() - 1);
  const Order order = read_order(
      {{{.name = "LPR", .rows = {row(1, cut), row(2, {"1", "1", "t_adm", "c_adiag", "", ""})}}}}, made());
  EXPECT_EQ(items(order), Texts{});
  EXPECT_EQ(findings(order), (Texts{"no_mark_column@LPR!1"}));
}

TEST(Order, RemarksAreBounded) {
  std::vector<Row> rows;
  for (size_t i = 2; i < order_findings_max + 100; ++i) rows.push_back(wanted(i, "t_adm", "nej"));
  const Order order = read(std::move(rows));
  EXPECT_EQ(order.findings.size(), order_findings_max);
  EXPECT_EQ(order.findings.back().error.code, "order.too_many");
}

TEST(OrderSheet, IsLaidOutAsTheAuthoritys) {
  Catalogue catalogue = made();
  catalogue.tables[0].variables[0].minipas = "ja";
  const Workbook workbook = order_sheet(catalogue);
  ASSERT_EQ(workbook.sheets.size(), 5u);
  const Sheet& overview = workbook.sheets[0];
  EXPECT_EQ(overview.name, "Registeroversigt");
  EXPECT_EQ(overview.visibility, Visibility::hidden);
  EXPECT_EQ(overview.rows[0].cells, (Cells{"Skemanavn", "Registerforkortelse", "Registernavn"}));
  EXPECT_EQ(overview.rows[2].cells, (Cells{"LMS", "LSR", "Lægemiddelstatistikregisteret"}));
  const Sheet& lpr = workbook.sheets[1];
  EXPECT_EQ(lpr.rows[0].cells, (Cells{"Sort_ID", "Kan_bestilles", "Tabel", "Variabel", "Indhold", "Gyldighed",
                                      "Minipas", "Ønsket variabel (x)"}));
  EXPECT_EQ(lpr.rows[1].cells, (Cells{"1", "1", "t_adm", "v_cpr", "CPR-nummer", "1977 -", "ja"}));
  EXPECT_EQ(lpr.rows[3].cells[1], "0");
  EXPECT_EQ(workbook.sheets[2].name, "LMS");
  EXPECT_EQ(workbook.sheets[2].rows[0].cells, heading);
}

TEST(OrderSheet, ReadBackItIsTheSameCatalogue) {
  std::vector<Error> notes;
  Catalogue catalogue = made();
  for (Table& table : catalogue.tables)
    if (table.register_name == "CAR") table.variables[0].orderable = false;
  const Workbook workbook = order_sheet(catalogue);
  EXPECT_EQ(workbook.sheets[3].visibility, Visibility::very_hidden);
  const auto listing = list_of(workbook, "ark.xlsx");
  ASSERT_TRUE(listing.ok());
  EXPECT_TRUE(difference(catalogue, with_list(catalogue, *listing, notes)).empty());
  const Catalogue fresh = with_list({}, *listing, notes);
  EXPECT_TRUE(difference(catalogue, fresh).empty());
  EXPECT_EQ(fresh.find_register("LMS")->code, "LSR");
}

TEST(OrderSheet, WhatIsNoneIsRefusedWithItsPlace) {
  EXPECT_EQ(list_of({{{.name = "A", .rows = {row(1, {"Hej"})}}}}, "a.xlsx").error().code,
            "catalogue.sheet_none");
  // A list of variables is not the catalogue: it has no Kan_bestilles.
  EXPECT_EQ(list_of({{{.name = "A", .rows = {row(1, {"Tabel", "Variabel"}), row(2, {"t", "v"})}}}}, "a.xlsx")
                .error()
                .code,
            "catalogue.sheet_none");
  const auto wrong =
      list_of({{{.name = "LPR", .rows = {row(1, heading), row(9, {"1", "ja", "t", "v"})}}}}, "a.xlsx");
  EXPECT_EQ(wrong.error().code, "catalogue.sheet_orderable");
  EXPECT_EQ(wrong.error().argument("row"), "9");
}

}  // namespace
}  // namespace fvm::catalogue
