// The application as a document: what is read, what is found in it, and where.
#include "casework/document.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "casework/payer.hpp"
#include "casework/testing_text.hpp"

namespace fvm::casework {
namespace {

constexpr Date today{2026, 11, 2};

Reading reading_of(const std::string& text, const std::vector<OrderItem>& order = {}) {
  return read_application(text, "a.toml", today, order);
}

Reading with(std::string_view piece, std::string_view instead) {
  const std::string text = application_with(piece, instead);
  EXPECT_NE(text, "the piece is not there") << piece;
  return reading_of(text);
}

const Finding* find_code(const Reading& reading, std::string_view code) {
  const auto found = std::find_if(reading.findings.begin(), reading.findings.end(),
                                  [&](const Finding& f) { return f.error.code == code; });
  return found == reading.findings.end() ? nullptr : &*found;
}

// The code is found, with that weight, on the line where `piece` stands.
void expect_finding(std::string_view piece, std::string_view instead, std::string_view code,
                    Finding::Weight weight, std::string_view at = {}) {
  const std::string text = application_with(piece, instead);
  const Reading reading = with(piece, instead);
  const Finding* finding = find_code(reading, code);
  ASSERT_NE(finding, nullptr) << code << " for " << instead;
  EXPECT_EQ(finding->weight, weight) << code;
  const size_t place = text.find(at.empty() ? instead : at);
  const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(place), '\n');
  EXPECT_EQ(finding->error.argument("line"), std::to_string(line)) << code;
  EXPECT_EQ(finding->error.argument("file"), "a.toml");
}

TEST(Document, AWholeOneIsReadWithoutFindings) {
  const Reading reading = reading_of(whole_application());
  EXPECT_TRUE(reading.readable);
  for (const Finding& finding : reading.findings) ADD_FAILURE() << describe(Language::english, finding);
  const Application& a = reading.application;
  EXPECT_EQ(a.title, "Type 2-diabetes i kommunerne");
  EXPECT_EQ(a.cvr, "29189846");
  EXPECT_EQ(a.contact.email, "anna@demo-kommune.example");
  EXPECT_EQ(a.period, (Days{{2026, 12, 1}, {2028, 11, 30}}));
  EXPECT_EQ(a.users.at(0).account, "anna");
  EXPECT_EQ(a.payer.ean, "5798009811578");
  EXPECT_TRUE(a.population.has_criteria);
  EXPECT_EQ(a.grants.at(0).variables, (std::vector<std::string>{"pnr12", "atc", "eksd"}));
  EXPECT_EQ(a.grants.at(0).variable_reasons.at("atc"), "Skelner mellem insulin og tabletter");
  EXPECT_EQ(a.own_data.at(0).person, "cpr");
}

TEST(Document, WhatTheCompilerReadsIsCarriedOnWithoutWhatOnlyTheFormKnows) {
  const Application a = reading_of(whole_application()).application;
  EXPECT_TRUE(a.population.toml.starts_with("[population]\n"));
  EXPECT_EQ(a.population.toml.find("description"), std::string::npos);
  EXPECT_NE(a.population.toml.find("atc LIKE 'A10%'"), std::string::npos);
  const std::string& grant = a.grants.at(0).toml;
  EXPECT_TRUE(grant.starts_with("[[grant]]\n")) << grant;
  EXPECT_EQ(grant.find("variable_reasons"), std::string::npos);
  EXPECT_NE(grant.find("2015-01-01"), std::string::npos);
  // It is TOML by itself, and says the same: read as a document it gives the same grant again.
  const Application again = reading_of(a.population.toml + grant).application;
  EXPECT_EQ(again.grants.at(0).variables, a.grants.at(0).variables);
  EXPECT_EQ(again.grants.at(0).toml, grant);
  EXPECT_EQ(again.population.toml, a.population.toml);
}

TEST(Document, WhatCaseworkDoesNotKnowInAGrantIsKept) {
  const Application a =
      with("[[own_data]]", "some_new_key = { a = [1, 2], b = \"c\" }\n[[own_data]]").application;
  EXPECT_NE(a.grants.at(0).toml.find("some_new_key"), std::string::npos);
}

TEST(Document, AnEmptyTextMayBeKeptAndSaysAllThatIsMissing) {
  const Reading reading = reading_of("");
  EXPECT_TRUE(reading.readable);
  EXPECT_TRUE(block(reading.findings));
  for (const Finding& finding : reading.findings) EXPECT_EQ(finding.weight, Finding::Weight::incomplete);
}

TEST(Document, EveryFieldOfTheFormIsNeeded) {
  for (const char* field : {"title", "task", "purpose", "legal_basis", "necessity", "place", "applicant",
                            "contact", "authority", "signatory", "period", "users", "payer"}) {
    const std::string text = whole_application();
    const size_t at = text.find(std::string("\n") + field + " = ") + 1;
    std::string without = text;
    without.erase(at, text.find('\n', at) + 1 - at);
    const Reading reading = reading_of(without);
    const Finding* finding = find_code(reading, "application.missing");
    ASSERT_NE(finding, nullptr) << field;
    EXPECT_EQ(finding->error.argument("name"), std::string("application.") + field);
    EXPECT_TRUE(block(reading.findings)) << field;
    EXPECT_TRUE(reading.readable);
    EXPECT_EQ(finding->advice, "application.fill_in");
  }
}

TEST(Document, ABlankFieldIsMissing) {
  expect_finding("\"Planlægning af kommunens diabetesindsats\"", "\"  \"", "application.missing",
                 Finding::Weight::incomplete, "task = ");
}

TEST(Document, FindsWhatIsNoAnswerToTheQuestion) {
  using Weight = Finding::Weight;
  expect_finding("cvr = \"29189846\"", "cvr = \"2918984\"", "application.bad_cvr", Weight::wrong);
  expect_finding("cvr = \"29189846\"", "cvr = \"29189847\"", "application.cvr_check_digit", Weight::note);
  expect_finding("5798009811578", "579800981157", "application.bad_ean", Weight::wrong);
  expect_finding("5798009811578", "5798009811579", "application.ean_check_digit", Weight::wrong);
  expect_finding("5798009811578", "4006381333931", "application.ean_foreign", Weight::note);
  expect_finding("from = 2026-12-01", "from = 2029-12-01", "application.from_after_to", Weight::wrong);
  expect_finding("{ from = 2026-12-01, to = 2028-11-30 }", "{ from = 2024-12-01, to = 2025-11-30 }",
                 "application.period_over", Weight::wrong);
  expect_finding("from = 2026-12-01", "from = \"1/12\"", "application.wrong_kind", Weight::wrong);
  expect_finding("account = \"anna\"", "account = \"../anna\"", "application.bad_account", Weight::wrong);
  expect_finding("task = ", "tsak = ", "application.unknown_key", Weight::wrong);
  expect_finding("[[own_data]]", "[[owndata]]", "application.unknown_key", Weight::wrong);
  expect_finding("reason = \"Køb", "# reason = \"Køb", "application.missing", Weight::incomplete,
                 "[[grant]]");
  expect_finding("variables = [\"pnr12\", \"atc\", \"eksd\"]", "variables = []", "application.no_variables",
                 Weight::incomplete, "[[grant]]");
}

TEST(Document, SuggestsTheNearestField) {
  const Reading reading = with("task = ", "tsak = ");
  const Finding* finding = find_code(reading, "application.unknown_key");
  ASSERT_NE(finding, nullptr);
  EXPECT_NE(describe(Language::english, *finding).find("Did you mean \"task\"?"), std::string::npos);
}

TEST(Document, NothingIsEverWrittenToWhatIsNoAddress) {
  const Reading reading =
      with("contact = { name = \"Anna Andersen\", email = \"anna@demo-kommune.example\" }",
           "contact = { name = \"Anna\", email = \"anna@x.example\\r\\nBcc: eve@x.example\" }");
  EXPECT_NE(find_code(reading, "application.bad_email"), nullptr);
  EXPECT_EQ(reading.application.contact.email, "");
}

TEST(Document, TheSameUserTwiceIsASlip) {
  const Reading reading =
      with("users = [ ", "users = [ { name = \"A\", email = \"ANNA@demo-kommune.example\" }, ");
  EXPECT_NE(find_code(reading, "application.user_twice"), nullptr);
}

TEST(Document, APopulationIsNeededInOneWayOrTheOther) {
  const char* criteria = "any = [ { table = \"LMDB.lmdb\", where = \"atc LIKE 'A10%'\", at_least = 2 } ]";
  EXPECT_NE(find_code(with(criteria, ""), "application.population_open"), nullptr);
  EXPECT_NE(find_code(with(criteria, "none = []"), "application.population_open"), nullptr);
  const Reading without_source = with(criteria, "supplied = \"cohort.csv\"");
  ASSERT_NE(find_code(without_source, "application.missing"), nullptr);
  EXPECT_EQ(find_code(without_source, "application.missing")->error.argument("name"),
            "population.numbers_from");
  EXPECT_FALSE(block(with(criteria, "supplied = \"cohort.csv\"\nnumbers_from = \"Kommunen\"").findings));
}

TEST(Document, TextsThatAreNoTomlAreNotKept) {
  for (const char* bad : {"[application", "title = ", "a = 1\na = 2", "æøå = 1", "\xff\xfe"}) {
    const Reading reading = reading_of(bad);
    EXPECT_FALSE(reading.readable) << bad;
    EXPECT_TRUE(block(reading.findings)) << bad;
  }
  EXPECT_FALSE(reading_of(std::string(application_bytes_max + 1, '#')).readable);
}

TEST(Document, WrongKindsEverywhereAreFindingsAndNoMore) {
  const Reading reading =
      reading_of("application = 1\npopulation = [1]\ngrant = \"x\"\nown_data = [1, {}]\norder = [[1]]\n");
  EXPECT_TRUE(reading.readable);
  EXPECT_GE(std::count_if(reading.findings.begin(), reading.findings.end(),
                          [](const Finding& f) { return f.error.code == "application.wrong_kind"; }),
            5);
  const Reading inner = reading_of(
      "[application]\ntitle = 1\nperiod = 3\nusers = [1]\npayer = \"x\"\nauthority = []\n[[grant]]\ntable = "
      "1\n"
      "variables = [1, {}]\nvariable_reasons = 2\n");
  EXPECT_TRUE(inner.readable);
  EXPECT_TRUE(block(inner.findings));
}

TEST(Order, JoinsTheGrantOfItsTableWhateverTheCase) {
  const std::vector<OrderItem> order = {{"lmdb", "LMDB", "apk", "LMS", 12, 7},
                                        {"LMDB", "lmdb", "ATC", "LMS", 9, 7}};
  const Reading reading = reading_of(whole_application(), order);
  const Grant& grant = reading.application.grants.at(0);
  EXPECT_EQ(grant.variables, (std::vector<std::string>{"pnr12", "atc", "eksd", "apk"}));
  EXPECT_NE(grant.toml.find("apk"), std::string::npos);
  EXPECT_FALSE(block(reading.findings));
  EXPECT_EQ(reading.application.order.size(), 2u);
}

TEST(Order, ATableThatWasOnlyOrderedNeedsItsReasonAndSaysWhereItWasOrdered) {
  const Reading reading =
      reading_of(whole_application(), {{"DAR", "t_dodsaarsag_2", "c_dod1", "DAR", 31, 7}});
  ASSERT_EQ(reading.application.grants.size(), 2u);
  EXPECT_TRUE(reading.application.grants[1].from_order);
  EXPECT_EQ(reading.application.grants[1].table, "DAR.t_dodsaarsag_2");
  const Finding* finding = find_code(reading, "application.order_without_reason");
  ASSERT_NE(finding, nullptr);
  EXPECT_NE(describe(Language::english, *finding).find("DAR:31:7: "), std::string::npos);
  EXPECT_TRUE(block(reading.findings));
}

TEST(Order, TakesTheReasonsOfTheList) {
  const Reading reading = reading_of(
      whole_application(), {{"DAR", "t_dodsaarsag_2", "c_dod1", "Ark1", 31, 7, "Dødsårsag er udfaldet"},
                            {"LMDB", "lmdb", "apk", "Ark1", 32, 7, "Mængden"},
                            {"LMDB", "lmdb", "atc", "Ark1", 33, 7, "En anden"}});
  EXPECT_FALSE(block(reading.findings));
  const auto& grants = reading.application.grants;
  EXPECT_EQ(grants[1].reason, "Dødsårsag er udfaldet");
  EXPECT_NE(grants[1].toml.find("reason"), std::string::npos);
  EXPECT_EQ(grants[0].variable_reasons.at("apk"), "Mængden");
  EXPECT_EQ(grants[0].variable_reasons.at("atc"),
            "Skelner mellem insulin og tabletter");  // the form's own wins
}

TEST(Order, ByHandInTheDocument) {
  const Reading reading =
      with("[[own_data]]", "[[order]]\ntable = \"LMDB.lmdb\"\nvariables = [\"apk\"]\n\n[[own_data]]");
  EXPECT_EQ(reading.application.grants.at(0).variables.back(), "apk");
  EXPECT_NE(
      find_code(with("[[own_data]]", "[[order]]\ntable = \"LMDB\"\nvariables = [\"apk\"]\n\n[[own_data]]"),
                "application.order_table"),
      nullptr);
}

TEST(Form, TheEmptyOneIsReadAndLacksEverything) {
  for (const Language language : {Language::danish, Language::english}) {
    const Reading reading = reading_of(empty_form(language));
    EXPECT_TRUE(reading.readable);
    for (const Finding& finding : reading.findings)
      EXPECT_EQ(finding.weight, Finding::Weight::incomplete) << describe(language, finding);
  }
  EXPECT_NE(empty_form(Language::danish), empty_form(Language::english));
}

TEST(Form, EveryFieldThatTheReaderKnowsStandsInIt) {
  const std::string form = empty_form(Language::english);
  for (const char* field : {"title", "applicant", "authority", "contact", "signatory", "task", "purpose",
                            "legal_basis", "necessity", "place", "period", "users", "payer", "description",
                            "numbers_from", "supplied", "variable_reasons", "source", "person"}) {
    EXPECT_NE(form.find(std::string(field) + " = "), std::string::npos) << field;
  }
}

TEST(Ean, ChecksDigits) {
  for (const char* good : {"5798009811578", "5790000000005", "4006381333931"}) {
    EXPECT_TRUE(is_ean(good) && ean_digit_fits(good)) << good;
  }
  for (const char* bad : {"", "579800981157", "57980098115788", "579800981157x", " 798009811578"})
    EXPECT_FALSE(is_ean(bad)) << bad;
}

RC_GTEST_PROP(EanProperty, OneWrongDigitIsAlwaysSeen, ()) {
  std::string ean = *rc::gen::container<std::string>(12, rc::gen::inRange('0', static_cast<char>('9' + 1)));
  for (char last = '0'; last <= '9'; ++last) {
    if (ean_digit_fits(ean + last)) {
      ean += last;
      break;
    }
  }
  RC_ASSERT(ean.size() == 13u);
  const auto at = *rc::gen::inRange<size_t>(0, 13);
  const auto other = static_cast<char>('0' + (ean[at] - '0' + *rc::gen::inRange(1, 10)) % 10);
  std::string wrong = ean;
  wrong[at] = other;
  RC_ASSERT(!ean_digit_fits(wrong));
}

// Whatever arrives, it is either kept with findings or refused with findings; nothing else happens.
RC_GTEST_PROP(DocumentProperty, AnythingIsReadOrRefused, ()) {
  std::string text = whole_application();
  for (int changes = *rc::gen::inRange(1, 8); changes > 0; --changes) {
    const auto at = *rc::gen::inRange<size_t>(0, text.size());
    const auto count = *rc::gen::inRange<size_t>(0, 20);
    const auto piece = *rc::gen::elementOf(
        std::vector<std::string>{"", "\"", "[", "]]", "\n", "= 1", "{", "'''", "\xc3", "0x"});
    text.replace(at, std::min(count, text.size() - at), piece);
    if (text.empty()) text = "#";
  }
  const Reading reading = reading_of(text);
  if (!reading.readable) RC_ASSERT(block(reading.findings));
  for (const Finding& finding : reading.findings) RC_ASSERT(!describe(Language::danish, finding).empty());
}

}  // namespace
}  // namespace fvm::casework
