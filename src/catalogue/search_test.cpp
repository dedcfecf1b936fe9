#include "catalogue/search.hpp"

#include <gtest/gtest.h>

namespace fvm::catalogue {
namespace {

std::string found(std::string_view q) {
  auto catalogue = std::make_shared<Catalogue>();
  Table contacts{.register_name = "LPR_F", .name = "kontakter", .text_da = "Kontakter på sygehus"};
  contacts.variables = {{.name = "aktionsdiagnose", .text_da = "Ætiologi"},
                        {.name = "cpr", .text_en = "Person"}};
  Table births{.register_name = "MFR", .name = "foedsler", .text_da = "Fødsler"};
  births.variables = {{.name = "cpr"}};
  catalogue->tables = {contacts, births};
  std::string out;
  for (const auto& hit : Search(catalogue).find(q)) out += hit.table->name + "." + hit.variable->name + " ";
  return out;
}

TEST(Search, FindsByWordsOfTheVariableAndItsTable) {
  EXPECT_EQ(found("cpr"), "kontakter.cpr foedsler.cpr ");
  EXPECT_EQ(found("  CPR   sygehus "), "kontakter.cpr ");
  EXPECT_EQ(found("ætiologi"), "kontakter.aktionsdiagnose ");
  EXPECT_EQ(found("ÆTIO"), "kontakter.aktionsdiagnose ");
  EXPECT_EQ(found("FØDSLER"), "foedsler.cpr ");
}

TEST(Search, FindsNothingWithoutAWordOrWithAWordTooMany) {
  EXPECT_EQ(found(""), "");
  EXPECT_EQ(found("   "), "");
  EXPECT_EQ(found("cpr xyz"), "");
}

}  // namespace
}  // namespace fvm::catalogue
