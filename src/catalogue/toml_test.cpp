#include "catalogue/toml.hpp"

#include <gtest/gtest.h>

#include "base/messages.hpp"
#include "base/world.hpp"

namespace fvm::catalogue {
namespace {

const std::string good = R"([[table]]
register = "REG"
name = "visit"
person = "cpr"
period = "day"
key = ["id"]
variables = [
  { name = "cpr", class = "person", required = true },
  { name = "id", class = "record_key", required = true },
  { name = "day", type = "date", format = "%d%m%Y" },
  { name = "note", class = "dropped" },
]
[[table]]
register = "REG"
name = "code"
parent = { table = "visit", key = "id", parent_key = "id" }
variables = [ { name = "id", class = "record_key" }, { name = "code" } ]
)";

// The good text with one change.
std::string but(std::string_view from, std::string_view to) {
  std::string text = good;
  text.replace(text.find(from), from.size(), to);
  return text;
}

Error error_of(const std::string& text) {
  auto result = read_toml(text, "x.toml");
  return result.ok() ? Error{Kind::defect, "none", {}} : result.error();
}

TEST(CatalogueToml, ReadsEveryField) {
  const auto read = read_toml(good, "x.toml");
  ASSERT_TRUE(read.ok()) << describe(Language::english, read.error());
  const Table* table = read->find("reg.VISIT");
  ASSERT_NE(table, nullptr);
  EXPECT_EQ(*table->person, "cpr");
  EXPECT_EQ(table->find("DAY")->format, "%d%m%Y");
  EXPECT_FALSE(table->find("note")->grantable);
  EXPECT_EQ(read->find("REG.code")->parent->table, "visit");
}

struct Wrong {
  std::string from, to, code, line, advice;
};

TEST(CatalogueToml, NamesTheLineOfEachMistake) {
  const Wrong wrongs[] = {
      {"name = \"visit\"", "name = visit", "catalogue.unreadable", "3", ""},
      {"period = ", "perod = ", "catalogue.unknown_field", "5", "period"},
      {"type = \"date\"", "type = \"dato\"", "catalogue.unknown_type", "10", "date"},
      {"class = \"person\"", "class = \"persona\"", "catalogue.unknown_class", "8", "person"},
      {"class = \"person\"", "class = \"code\"", "catalogue.person_class", "1", ""},
      {"person = \"cpr\"", "person = \"cprr\"", "catalogue.no_variable", "1", "cpr"},
      {"period = \"day\"", "period = \"id\"", "catalogue.period_type", "1", ""},
      {"key = [\"id\"]", "key = [\"day\"]", "catalogue.key_required", "1", ""},
      {"name = \"id\", class = \"record_key\", required", "name = \"CPR\", required",
       "catalogue.variable_twice", "9", ""},
      {"table = \"visit\"", "table = \"visits\"", "catalogue.no_parent", "13", "visit"},
      {"name = \"code\"\n", "name = \"Visit\"\n", "catalogue.table_twice", "13", ""},
      {"parent = { table = \"visit\", key = \"id\", parent_key = \"id\" }\n", "", "catalogue.nobody", "13",
       ""},
      {"class = \"dropped\"", "class = \"dropped\", grantable = true", "catalogue.dropped_granted", "11", ""},
      {"name = \"visit\"", "name = \"../visit\"", "catalogue.bad_name", "1", ""},
      {"required = true }", "required = 1 }", "catalogue.field_kind", "8", ""},
      {"register = \"REG\"\n", "", "catalogue.field_missing", "1", ""},
  };
  for (const Wrong& wrong : wrongs) {
    const Error error = error_of(but(wrong.from, wrong.to));
    EXPECT_EQ(error.code, wrong.code) << wrong.to;
    EXPECT_EQ(error.argument("line"), wrong.line) << wrong.code;
    EXPECT_EQ(error.argument("advice"), wrong.advice) << wrong.code;
    EXPECT_EQ(describe(Language::danish, error).find('{'), std::string::npos);
  }
}

// A letter that is no ASCII makes toml++ run into undefined behaviour: it must not get there.
TEST(CatalogueToml, AStrayLetterIsRefusedWithItsLine) {
  const Error error = error_of("# ø\n[[table]]\nregister = æ\n");
  EXPECT_EQ(error.code, "catalogue.stray_letter");
  EXPECT_EQ(error.argument("line"), "3");
}

TEST(CatalogueToml, TheShippedCatalogueIsSound) {
  const auto text = real_world().read_file("share/catalogue/denmark.toml", catalogue_bytes_max);
  ASSERT_TRUE(text.ok());
  const auto read = read_toml(*text, "denmark.toml");
  ASSERT_TRUE(read.ok()) << describe(Language::english, read.error());
  EXPECT_EQ(read->tables.size(), 20u);
  EXPECT_EQ(read->find("CPR.t_person")->find("v_mor_pnr")->what, Class::relative);
  EXPECT_EQ(read->find("CPR.t_adresse")->find("v_supl_adr_1")->what, Class::name_address);
  EXPECT_EQ(read->find("LMDB.lmdb")->find("cpr_kom")->what, Class::residence);
}

}  // namespace
}  // namespace fvm::catalogue
