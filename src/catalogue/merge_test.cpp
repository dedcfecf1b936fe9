// The public list as the second source of a catalogue. The real list is read where it is at hand.
#include "catalogue/merge.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "base/messages.hpp"
#include "base/world.hpp"
#include "catalogue/difference.hpp"
#include "catalogue/document.hpp"
#include "catalogue/toml.hpp"

namespace fvm::catalogue {
namespace {

const std::string header = "register\tkan_bestilles\ttabel\tvariabel\tindhold\tgyldighed\n";

Listing listing(const std::string& rows) {
  auto read = read_list(header + rows, "list.tsv");
  EXPECT_TRUE(read.ok()) << (read.ok() ? "" : describe(Language::english, read.error()));
  return read.ok() ? std::move(read).value() : Listing{};
}

std::string code_of(const std::string& text) {
  const auto read = read_list(text, "list.tsv");
  return read.ok() ? "none" : read.error().code + ":" + std::string(read.error().argument("line"));
}

std::vector<std::string> codes(const std::vector<Error>& notes) {
  std::vector<std::string> out;
  for (const Error& note : notes) out.push_back(note.code + "@" + std::string(note.argument("place")));
  return out;
}

Catalogue described() {
  return read_toml(R"(
[[table]]
register = "REG"
name = "visit"
person = "cpr"
variables = [
  { name = "cpr", class = "person", required = true },
  { name = "day", type = "date", da = "Dagen" },
]
)",
                   "x.toml")
      .value();
}

TEST(List, NamesTheLineOfEachMistake) {
  EXPECT_EQ(code_of("a\tb\n"), "catalogue.list_header:1");
  EXPECT_EQ(code_of(header + "REG\t1\tt\tv\tx\n"), "catalogue.list_fields:2");
  EXPECT_EQ(code_of(header + "REG\t1\tt\tv\tx\t2019 -\nREG\t1\tt\tw\tx\ty\tz\n"), "catalogue.list_fields:3");
  EXPECT_EQ(code_of(header + "REG\tja\tt\tv\tx\t\n"), "catalogue.list_orderable:2");
  EXPECT_EQ(code_of(header + "REG\t1\t\tv\tx\t\n"), "catalogue.list_empty:2");
  EXPECT_EQ(code_of(header + "REG\t1\tt\tv\tK\xF8n\t\n"), "catalogue.list_utf8:2");
  EXPECT_EQ(code_of(header + "REG\t1\tt\tv\tK\xC3"), "catalogue.list_utf8:2");
  EXPECT_EQ(code_of(header), "catalogue.list_empty:1");
  EXPECT_EQ(code_of(header + "REG\t1\tt\tv\t\"citat\" og Ø\t\r\n\n"), "none");
}

TEST(Merge, ListAndDescriptionAreOneTable) {
  std::vector<Error> notes;
  const Catalogue merged = with_list(
      described(),
      listing("REG\t0\tvisit\tDAY\tBesøgsdato\t1995 -\nREG\t1\tvisit\tkom\tKommune\t2000 - 2010\n"), notes);
  const Table& table = *merged.find("REG.visit");
  EXPECT_EQ(table.person, "cpr");
  const Variable& day = *table.find("day");
  EXPECT_EQ(day.name, "day");
  EXPECT_EQ(day.text_da, "Dagen");  // what is described by hand stays
  EXPECT_EQ(day.type, Type::date);
  EXPECT_FALSE(day.orderable);
  EXPECT_EQ(day.validity.text, "1995 -");
  EXPECT_TRUE(day.confirmed);
  EXPECT_EQ(table.find("kom")->what, Class::residence);
  EXPECT_FALSE(table.find("kom")->confirmed);
  EXPECT_FALSE(table.find("cpr")->listed);
  EXPECT_EQ(codes(notes), (std::vector<std::string>{"catalogue.note_spelling@line 2"}));
}

TEST(Merge, EachSourceReplacesItsOwnPart) {
  std::vector<Error> notes;
  const Listing first = listing("REG\t1\tvisit\tkom\tKommune\t\nOLD\t1\tgone\tx\tX\t\n");
  const Catalogue both = with_list(described(), first, notes);
  EXPECT_NE(both.find("OLD.gone"), nullptr);
  const Catalogue next = with_list(both, listing("REG\t1\tvisit\tamt\tAmt\t\n"), notes);
  EXPECT_EQ(next.find("OLD.gone"), nullptr);
  EXPECT_EQ(next.find("REG.visit")->find("kom"), nullptr);
  EXPECT_NE(next.find("REG.visit")->find("amt"), nullptr);
  EXPECT_NE(next.find("REG.visit")->find("cpr"), nullptr);
  // The other way round: the description is replaced, the list stays.
  const Catalogue bare = with_described(both, read_toml(R"([[table]]
register = "NEW"
name = "t"
person = "cpr"
variables = [ { name = "cpr", class = "person", required = true } ])",
                                                        "y.toml")
                                                  .value());
  EXPECT_NE(bare.find("NEW.t"), nullptr);
  ASSERT_NE(bare.find("REG.visit"), nullptr);
  EXPECT_EQ(bare.find("REG.visit")->variables.size(), 1u);
  EXPECT_FALSE(bare.find("REG.visit")->person);
  EXPECT_NE(bare.find("OLD.gone"), nullptr);
  // The same again is the same.
  EXPECT_EQ(to_document(with_list(both, first, notes)), to_document(both));
  EXPECT_EQ(to_document(with_described(both, described())), to_document(both));
}

TEST(Merge, WhatIsOddIsKeptAndReported) {
  std::vector<Error> notes;
  const Catalogue merged =
      with_list({},
                listing("DRG\t0\tt\tdage\t\t2011 - 2012\n"
                        "DRG\t1\tt\tDage\tSengedage\t2012 - 2017\n"
                        "DRG\t1\ttakst\"takstår\"_hel\"aktivitetsår\"\tdrg\tGruppe\tSeneste år -\n"
                        "DRG\t1\tt\tkvartal*\tAntal\t2008 -\n"
                        "DRG\t1\tt\tv_navn\tNavn\t2008 -\n"
                        "DRG\t1\tt\tdage\t\t2011 - 2012\n"),
                notes);
  EXPECT_EQ(codes(notes),
            (std::vector<std::string>{"catalogue.note_case@line 3", "catalogue.note_pattern@line 4",
                                      "catalogue.note_validity@line 4", "catalogue.note_name@line 5",
                                      "catalogue.note_twice@line 7"}));
  EXPECT_EQ(notes[0].argument("first"), "line 2");
  const Variable& days = *merged.find("DRG.t")->find("dage");
  EXPECT_TRUE(days.orderable);
  EXPECT_EQ(days.validity.years, (std::vector<Years>{{2011, 2017}}));
  EXPECT_EQ(days.text_da, "Sengedage");
  EXPECT_TRUE(merged.tables[1].is_pattern());
  EXPECT_EQ(granting(*merged.find("DRG.t")->find("kvartal*")), Granting::not_grantable);
  // A name that nobody has confirmed to be one is "unconfirmed", never granted.
  EXPECT_EQ(granting(*merged.find("DRG.t")->find("v_navn")), Granting::unconfirmed);
}

TEST(Merge, ConfirmingOpensWhatWasGuessed) {
  std::vector<Error> notes;
  const Catalogue before = with_list({}, listing("ABR\t1\tt_abort\tv_cpr\tKvindens CPR-nummer\t\n"), notes);
  EXPECT_EQ(granting(*before.find("ABR.t_abort")->find("v_cpr")), Granting::unconfirmed);
  EXPECT_FALSE(before.find("ABR.t_abort")->person);
  const auto after = with_confirmed(before, {"abr.T_ABORT", "V_CPR", std::nullopt, std::nullopt});
  ASSERT_TRUE(after.ok()) << describe(Language::english, after.error());
  EXPECT_EQ(granting(*after->find("ABR.t_abort")->find("v_cpr")), Granting::yes);
  EXPECT_EQ(after->find("ABR.t_abort")->person, "v_cpr");
  // The next list does not undo it.
  const Catalogue again =
      with_list(*after, listing("ABR\t1\tt_abort\tv_cpr\tKvindens CPR-nummer\t\n"), notes);
  EXPECT_EQ(to_document(again), to_document(*after));
  // Said to be a code after all: it leads nowhere.
  const auto code = with_confirmed(*after, {"ABR.t_abort", "v_cpr", Class::code, std::nullopt});
  EXPECT_FALSE(code->find("ABR.t_abort")->person);
  EXPECT_EQ(with_confirmed(before, {"ABR.t_abor", "v_cpr", {}, {}}).error().argument("advice"),
            "ABR.t_abort");
  EXPECT_EQ(with_confirmed(before, {"ABR.t_abort", "v_cprr", {}, {}}).error().code,
            "catalogue.unknown_variable");
  EXPECT_EQ(with_confirmed(described(), {"REG.visit", "day", {}, {}}).error().code,
            "catalogue.confirm_described");
  EXPECT_EQ(with_confirmed(before, {"ABR.t_abort", "v_cpr", Class::person, Type::date}).error().code,
            "catalogue.identifier_type");
}

TEST(Patterns, DigitsOrThePartItselfStandForAPart) {
  const std::string pattern = "soma_takst\"takstår\"_hel\"aktivitetsår\"";
  EXPECT_TRUE(matches_pattern(pattern, "soma_takst2015_hel2014"));
  EXPECT_TRUE(matches_pattern(pattern, "SOMA_takst15_hel14"));
  EXPECT_TRUE(matches_pattern(pattern, "soma_takst\"takstår\"_hel\"aktivitetsår\""));
  EXPECT_TRUE(matches_pattern(pattern, "soma_taksttakstår_helaktivitetsår"));
  for (const char* other : {"soma_takst_hel2014", "soma_takst2015_hel", "soma_takst2015_hel20145",
                            "soma_takst2015_amb2014", "xsoma_takst2015_hel2014", ""})
    EXPECT_FALSE(matches_pattern(pattern, other)) << other;
}

TEST(Difference, SaysWhatChangedAndWhetherItMatters) {
  std::vector<Error> notes;
  const Catalogue before =
      with_list(described(), listing("ABR\t1\tt\tx\tX\t2000 -\nABR\t1\tt\ty\tY\t\n"), notes);
  const Catalogue after =
      with_list(described(), listing("ABR\t0\tt\tx\tX\t2000 - 2010\nCAR\t1\tt\tz\tZ\t\n"), notes);
  std::vector<std::string> lines;
  for (const Change& change : difference(before, after))
    lines.push_back(change.table + "." + change.variable + " " + change.field + " " + change.before + ">" +
                    change.after + (change.matters ? " !" : ""));
  EXPECT_EQ(lines, (std::vector<std::string>{"ABR.t.x valid 2000 ->2000 - 2010 !",
                                             "ABR.t.x orderable true>false", "ABR.t.y  > !", "CAR.t.  >"}));
  EXPECT_TRUE(difference(after, after).empty());
}

TEST(Document, KeepsEverything) {
  std::vector<Error> notes;
  const auto shipped = real_world().read_file("share/catalogue/denmark.toml", catalogue_bytes_max);
  ASSERT_TRUE(shipped.ok());
  const Catalogue all =
      with_list(read_toml(*shipped, "denmark.toml").value(),
                listing("LPR\t0\tt_adm\tv_cpr\tCPR\t1977 -\nX\t1\tt\tv_fritekst\tFritekst\t\n"), notes);
  const auto back = read_document(to_document(all));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(to_document(*back), to_document(all));
  EXPECT_TRUE(difference(all, *back).empty());
  EXPECT_EQ(read_document("{}").error().code, "catalogue.bad_document");
}

// The whole real list. Its figures are counted from the file itself with other means (sort, uniq, awk).
class RealList : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto list = real_world().read_file("../shared/data/catalogue/variables.tsv", list_bytes_max);
    if (!list.ok()) GTEST_SKIP() << "../shared/data is not at hand";
    listing_ = read_list(*list, "variables.tsv").value();
    classes_ =
        real_world().read_file("../shared/data/catalogue/variable-classes.tsv", list_bytes_max).value();
  }
  Listing listing_;
  std::string classes_;
};

TEST_F(RealList, EveryRowIsTakenOrTold) {
  ASSERT_TRUE(add_classes(listing_, classes_, "variable-classes.tsv").ok());
  EXPECT_EQ(listing_.rows.size(), 11076u);
  std::vector<Error> notes;
  const Catalogue catalogue = with_list({}, listing_, notes);
  size_t variables = 0, unread = 0;
  for (const Table& table : catalogue.tables) variables += table.variables.size();
  std::map<std::string, size_t> kinds;
  for (const Error& note : notes) ++kinds[note.code];
  EXPECT_EQ(catalogue.tables.size(), 373u);
  EXPECT_EQ(catalogue.register_codes().size(), 38u);
  EXPECT_EQ(variables + kinds["catalogue.note_twice"] + kinds["catalogue.note_case"], 11076u);
  EXPECT_EQ(kinds["catalogue.note_twice"], 5u);
  EXPECT_EQ(kinds["catalogue.note_case"], 1u);
  EXPECT_EQ(kinds["catalogue.note_pattern"], 29u);
  EXPECT_EQ(kinds["catalogue.note_validity"], 15u);
  for (const Table& table : catalogue.tables)
    for (const Variable& variable : table.variables)
      unread += !variable.validity.text.empty() && variable.validity.years.empty() ? 1 : 0;
  EXPECT_EQ(unread, 15u);
  // Nothing that looks like a person can be granted before somebody has confirmed it.
  for (const Table& table : catalogue.tables)
    for (const Variable& variable : table.variables)
      EXPECT_FALSE((identifies(variable.what) || !is_stored(variable.what)) && may_be_granted(variable))
          << table.full_name() << "." << variable.name;
}

// Our own guess against the classes that came with the list: it must not miss what they call a person's
// number or a name. (They are guesses too; what they call so and is not, is named here.)
TEST_F(RealList, OurGuessMissesNoPerson) {
  ASSERT_TRUE(add_classes(listing_, classes_, "variable-classes.tsv").ok());
  size_t persons = 0, names = 0, missed_names = 0;
  for (const ListRow& row : listing_.rows) {
    const Class guess = guess_class(row.variable, row.content);
    if (row.class_word == "person_id" && row.variable != "v_i_atcprog" && row.variable != "dspnr") {
      ++persons;
      EXPECT_TRUE(guess == Class::person || guess == Class::relative) << row.table << "." << row.variable;
    }
    if (row.class_word == "name_address") {
      ++names;
      missed_names += is_stored(guess) && !identifies(guess) ? 1 : 0;
    }
  }
  EXPECT_GT(persons, 250u);
  EXPECT_GT(names, 190u);
  EXPECT_LE(missed_names, 2u);
}

}  // namespace
}  // namespace fvm::catalogue
