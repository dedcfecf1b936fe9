// Which variables a statement uses, as people write statements.
#include "runner/sql_usage.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace fvm::runner {
namespace {

const std::vector<GrantedTable> tables = {
    {"lpr_f", "kontakter", {"dw_ek_kontakt", "cpr", "dato_start", "aktionsdiagnose"}},
    {"lpr_f", "diagnoser", {"dw_ek_kontakt", "diagnosekode"}},
    {"lmdb", "lmdb", {"cpr", "atc", "eksd"}},
    {"cpr", "status", {"cpr", "koen"}},
    {"dar", "status", {"cpr", "doed"}}};

std::string touched(std::string_view sql) {
  std::string text;
  for (const Touched& one : touched_by(significant(read_tokens(sql)), tables))
    text += (text.empty() ? "" : " ") + one.schema + "." + one.table + "." + one.column;
  return text;
}

TEST(Usage, ColumnsNamedWithTheirTable) {
  EXPECT_EQ(touched("SELECT atc FROM lmdb"), "lmdb.lmdb.atc");
  EXPECT_EQ(touched("select count(*) from LMDB.LMDB where \"EKSD\" > DATE '2020-01-01'"), "lmdb.lmdb.eksd");
  EXPECT_EQ(touched("SELECT k.dato_start FROM lpr_f.kontakter k"), "lpr_f.kontakter.dato_start");
  EXPECT_EQ(touched("SELECT dato_start AS x FROM kontakter ORDER BY aktionsdiagnose"),
            "lpr_f.kontakter.aktionsdiagnose lpr_f.kontakter.dato_start");
}

TEST(Usage, OfNoTableNothing) {
  EXPECT_EQ(touched("SELECT cpr FROM my_copy"), "");
  EXPECT_EQ(touched("SELECT 1"), "");
  EXPECT_EQ(touched(""), "");
  EXPECT_EQ(touched("SELECT count(*) FROM lmdb"), "");
  EXPECT_EQ(touched("SELECT 'atc' FROM lmdb -- eksd\n /* cpr */"), "");
}

TEST(Usage, ANameThatTwoTablesShareCountsForBoth) {
  EXPECT_EQ(touched("SELECT d.diagnosekode FROM kontakter JOIN diagnoser d USING (dw_ek_kontakt)"),
            "lpr_f.diagnoser.diagnosekode lpr_f.diagnoser.dw_ek_kontakt lpr_f.kontakter.dw_ek_kontakt");
}

TEST(Usage, TheRegisterTellsTablesOfOneNameApart) {
  EXPECT_EQ(touched("SELECT koen, doed FROM cpr.status"), "cpr.status.cpr cpr.status.koen");
  EXPECT_EQ(touched("SELECT doed FROM dar.status"), "dar.status.doed");
}

TEST(Usage, AStarIsTheTableReadWholeAndNoUse) {
  for (const char* sql : {"SELECT * FROM lmdb", "SELECT l.* FROM lmdb l", "SELECT 1, * FROM lmdb",
                          "SELECT DISTINCT * FROM lmdb", "FROM lmdb", "TABLE lmdb", "COPY lmdb TO STDOUT",
                          "SELECT COLUMNS('a.*') FROM lmdb"})
    EXPECT_EQ(touched(sql), "lmdb.lmdb.*") << sql;
  EXPECT_EQ(touched("SELECT * FROM lmdb WHERE atc LIKE 'A10%'"), "lmdb.lmdb.* lmdb.lmdb.atc");
  EXPECT_EQ(touched("SELECT 2 * 3 FROM lmdb"), "");
}

TEST(Usage, WhatAViewIsMadeFromCountsWhereItIsMade) {
  EXPECT_EQ(touched("CREATE VIEW v AS SELECT atc FROM lmdb"), "lmdb.lmdb.atc");
  EXPECT_EQ(touched("WITH x AS (SELECT eksd FROM lmdb) SELECT eksd FROM x"), "lmdb.lmdb.eksd");
  EXPECT_EQ(touched("SELECT * FROM v"), "");
}

RC_GTEST_PROP(UsageProperty, AnyTextIsReadWithoutHarmAndOnlyGrantedNamesComeOut, (const std::string& sql)) {
  for (const Touched& one : touched_by(significant(read_tokens("SELECT * FROM lmdb, " + sql)), tables)) {
    const auto table = std::find_if(tables.begin(), tables.end(), [&](const GrantedTable& each) {
      return each.schema == one.schema && each.name == one.table;
    });
    RC_ASSERT(table != tables.end());
    RC_ASSERT(one.column == "*" ||
              std::find(table->columns.begin(), table->columns.end(), one.column) != table->columns.end());
  }
}

TEST(Usage, EachIsWrittenOnce) {
  const Path file = std::filesystem::temp_directory_path() / ("fvm-usage-" + random_hex(real_world(), 6));
  Usage usage(tables, file);
  for (const char* sql : {"SELECT atc FROM lmdb", "SELECT atc, eksd FROM lmdb", "SELECT atc FROM lmdb"})
    usage.see(significant(read_tokens(sql)));
  EXPECT_EQ(real_world().read_file(file, 1000).value(), "lmdb.lmdb.atc\nlmdb.lmdb.eksd\n");
  (void)real_world().remove(file);
}

TEST(Usage, ALinkInItsPlaceIsNotFollowed) {
  const Path file = std::filesystem::temp_directory_path() / ("fvm-usage-" + random_hex(real_world(), 6));
  const Path target = file.string() + "-target";
  std::filesystem::create_symlink(target, file);
  Usage(tables, file).see(significant(read_tokens("SELECT atc FROM lmdb")));
  EXPECT_FALSE(std::filesystem::exists(target));
  (void)real_world().remove(file);
}

}  // namespace
}  // namespace fvm::runner
