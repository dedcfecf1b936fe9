#include "agreement/annex.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crypto/sha256.hpp"
#include "extract/testing.hpp"

namespace fvm::agreement {
namespace {

using extract::testing::catalogue;
using extract::testing::good_specification;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr Date today{2026, 11, 27};

std::string annex_text(Language language, const std::string& specification) {
  const auto compiled = compile(specification, "t.toml", catalogue(), today);
  EXPECT_TRUE(compiled.ok());
  if (!compiled.ok()) return compiled.error().code;
  documents::Document document{.language = language, .blocks = annex(language, *compiled, catalogue())};
  return documents::to_plain_text(document);
}

TEST(Annex, SaysEverythingThatTheSpecificationSays) {
  const auto compiled = compile(good_specification, "t.toml", catalogue(), today);
  ASSERT_TRUE(compiled.ok());
  for (const Language language : {Language::danish, Language::english}) {
    const std::string text = annex_text(language, good_specification);
    const extract::Specification& s = compiled->specification;
    for (const std::string& said :
         {s.number, s.title, s.authority, s.cvr, to_text(s.valid_from), to_text(s.valid_to), compiled->sha256,
          std::string("A10"), std::string("DE11")}) {
      EXPECT_THAT(text, HasSubstr(said));
    }
    for (const extract::Grant& grant : s.grants) {
      EXPECT_THAT(text, HasSubstr(grant.table));
      EXPECT_THAT(text, HasSubstr(grant.reason));
      for (const std::string& variable : grant.variables)
        EXPECT_THAT(text, HasSubstr("\n  " + variable + " | "));
      if (grant.where) {
        EXPECT_THAT(text, HasSubstr(extract::render(*grant.where)));
      }
      if (grant.period) {
        EXPECT_THAT(text, HasSubstr(to_text(grant.period->from)));
      }
    }
  }
}

TEST(Annex, SaysThatThePurposeIsPublicWhereItIs) {
  std::string told = good_specification;
  told.insert(told.find("title"), "purpose = \"Statistik over forekomst\"\n");
  EXPECT_THAT(annex_text(Language::danish, told), HasSubstr("Statistik over forekomst"));
  EXPECT_THAT(annex_text(Language::danish, told), HasSubstr("offentlige liste"));
  EXPECT_THAT(annex_text(Language::danish, good_specification), Not(HasSubstr("offentlige liste")));
}

TEST(Annex, SpeaksInWords) {
  const std::string danish = annex_text(Language::danish, good_specification);
  EXPECT_THAT(
      danish,
      HasSubstr("Mindst 2 rækker i LMDB.lmdb hvor atc begynder med »A10« og eksd er tidligst 2015-01-01."));
  EXPECT_THAT(danish, HasSubstr("Personen må ikke opfylde noget af disse kriterier:"));
  EXPECT_THAT(danish, HasSubstr("fast datasæt"));
  EXPECT_THAT(danish, HasSubstr("dato_start i den overordnede tabel fra 2010-01-01 til og med 2025-12-31"))
      << "a child keeps to the period of its parent: the reader is told, though the text does not say so";
  EXPECT_THAT(danish, HasSubstr("pseudonym for slægtningen"));
  const std::string english = annex_text(Language::english, good_specification);
  EXPECT_THAT(english, HasSubstr("At least 2 rows in LMDB.lmdb where atc begins with “A10”"));
}

// The text that was hashed stands in it, word for word: put together again from the annex it has the same
// hash.
TEST(Annex, HoldsTheTextItself) {
  const auto compiled = compile(good_specification, "t.toml", catalogue(), today);
  ASSERT_TRUE(compiled.ok());
  EXPECT_EQ(compiled->sha256, crypto::sha256_hex(good_specification));
  std::string source;
  for (const documents::Block& block : annex(Language::danish, *compiled, catalogue())) {
    if (const auto* literal = std::get_if<documents::Literal>(&block))
      source += (source.empty() ? "" : "\n\n") + literal->text;
  }
  EXPECT_EQ(source, std::string(good_specification) + "\n\n" + compiled->sha256);
}

TEST(Compile, RefusesWhatCannotBeBuilt) {
  std::string broken = good_specification;
  broken.replace(broken.find("\"atc\""), 5, "\"atx\"");
  std::vector<extract::Finding> findings;
  const auto compiled = compile(broken, "t.toml", catalogue(), today, &findings);
  ASSERT_FALSE(compiled.ok());
  EXPECT_EQ(compiled.error().code, "project.unknown_variable");
  EXPECT_EQ(findings.size(), 1u);
}

TEST(Compile, ALaterBeginningIsNoReasonButAnEndThatIsOverIs) {
  EXPECT_TRUE(compile(good_specification, "t.toml", catalogue(), {2026, 10, 1}).ok());
  EXPECT_EQ(compile(good_specification, "t.toml", catalogue(), {2028, 11, 1}).error().code,
            "project.agreement_expired");
}

}  // namespace
}  // namespace fvm::agreement
