#include <gtest/gtest.h>

#include "admission/book.hpp"

namespace fvm::admission {
namespace {

class BookTest : public ::testing::Test {
 protected:
  void TearDown() override { (void)real_world().remove_tree(folder_); }
  std::string admit(const char* project, const char* user, const char* professional, Rule rule) {
    const auto done = book_.admit({.project = project, .user = user, .professional = professional}, rule);
    if (!done.ok()) code_ = done.error().argument("code");
    return done.ok() ? "" : done.error().code;
  }
  Path folder_ = std::filesystem::temp_directory_path() / ("fvm-book-" + random_hex(real_world(), 6));
  Book book_{real_world(), folder_};
  std::string code_;  // that the last one who was not admitted was shown
};

TEST_F(BookTest, NobodyIsAdmittedBeforeAnOperatorConfirmed) {
  EXPECT_EQ(admit("P", "anna", "1", Rule::confirmed), "desk.not_confirmed");
  EXPECT_EQ(admit("P", "anna", "1", Rule::confirmed), "desk.not_confirmed");
  ASSERT_EQ(book_.entries()->size(), 1u);
  EXPECT_EQ(book_.confirm("P", "anna", "", "olga").error().code, "desk.nobody.unknown");
  EXPECT_EQ(book_.confirm("P", "bo", code_, "olga").error().code, "desk.nobody.unknown");
  const auto confirmed = book_.confirm("P", "anna", code_, "olga");
  ASSERT_TRUE(confirmed.ok());
  EXPECT_EQ(confirmed->professional, "1");
  EXPECT_EQ(admit("P", "anna", "1", Rule::confirmed), "");
  EXPECT_EQ(admit("Q", "anna", "1", Rule::confirmed),
            "desk.not_confirmed");  // another project is another matter
  EXPECT_EQ(book_.confirm("P", "anna", code_, "olga").error().code, "desk.nobody.unknown");
}

TEST_F(BookTest, AnotherPersonAtTheSameAccountWaitsAndReplacesOnlyWhenConfirmed) {
  for (const Rule rule : {Rule::confirmed, Rule::first_use}) {
    ASSERT_TRUE(book_.forget("P", "anna").ok());
    (void)admit("P", "anna", "1", Rule::first_use);
    EXPECT_EQ(admit("P", "anna", "1", rule), "");
    EXPECT_EQ(admit("P", "anna", "2", rule), "desk.not_confirmed");
    EXPECT_NE(code_, "");
    EXPECT_EQ(admit("P", "anna", "1", rule), "");  // who was there before is not locked out by it
    ASSERT_TRUE(book_.confirm("P", "anna", code_, "olga").ok());
    EXPECT_EQ(admit("P", "anna", "2", rule), "");
    EXPECT_EQ(admit("P", "anna", "1", rule), "desk.not_confirmed");
  }
}

TEST_F(BookTest, FirstUseBelievesWhoeverComesFirstAndHimAlone) {
  EXPECT_EQ(admit("P", "anna", "1", Rule::first_use), "");
  EXPECT_EQ(admit("Q", "anna", "1", Rule::first_use), "");
  EXPECT_EQ(admit("Q", "anna", "2", Rule::first_use), "desk.not_confirmed");
  EXPECT_EQ(admit("R", "bo", "1", Rule::first_use),
            "desk.not_confirmed");  // the same person under another name
}

TEST_F(BookTest, OfTwoWhoWaitTheOneWithTheCodeIsMeant) {
  (void)admit("P", "anna", "1", Rule::confirmed);
  (void)admit("P", "anna", "2", Rule::confirmed);
  const std::string second = code_;
  EXPECT_EQ(book_.confirm("P", "anna", second, "olga")->professional, "2");
  EXPECT_EQ(admit("P", "anna", "1", Rule::confirmed), "desk.not_confirmed");
  EXPECT_NE(code_, second);
  EXPECT_EQ(book_.forget("P", "anna").value(), 2u);
}

TEST_F(BookTest, ABookThatCannotBeReadAdmitsNobody) {
  EXPECT_EQ(admit("P", "anna", "1", Rule::first_use), "");
  ASSERT_TRUE(real_world().replace_file(folder_ / "admitted.json", "[{", 0600).ok());
  EXPECT_EQ(admit("P", "anna", "1", Rule::first_use), "desk.book_unreadable");
}

}  // namespace
}  // namespace fvm::admission
