// Values of a dimension as codes: what is named, what is put together, what is above what.
#include <gtest/gtest.h>

#include "runner/table.hpp"

namespace fvm::runner {
namespace {

using Text = TableCodes::Text;

std::string tree(const TableCodes& codes) {
  std::string out;
  for (size_t i = 0; i < codes.hierarchy.size(); ++i)
    out += (i == 0 ? "" : " ") + codes.hierarchy.code(i) +
           (i == 0 ? "" : "<" + codes.hierarchy.code(codes.hierarchy.parent(i)));
  return out;
}

std::string code(const TableCodes& codes, const Text& value, const Text& parent = {}) {
  return codes.hierarchy.code(codes.leaves.at({value, parent}));
}

TEST(TableCodes, values_of_enough_persons_are_named_and_the_rest_put_together) {
  const auto codes = make_codes(
      {"kommune", ""}, {{"9", {}, 5}, {"101", {}, 80}, {"102", {}, 4}, {"ny", {}, 1}, {{}, {}, 7}}, {}, 5);
  ASSERT_TRUE(codes.ok());
  EXPECT_EQ(tree(*codes), "*total =9<*total =101<*total ?<*total ~<*total");
  EXPECT_EQ(code(*codes, "102"), "~");
  EXPECT_EQ(code(*codes, "ny"), "~");
  EXPECT_EQ(code(*codes, Text()), "?");
}

TEST(TableCodes, nothing_said_by_a_few_is_not_told_from_other_few) {
  const auto codes = make_codes({"kommune", ""}, {{"101", {}, 80}, {{}, {}, 2}}, {}, 5);
  EXPECT_EQ(code(codes.value(), Text()), "~");
}

TEST(TableCodes, a_value_that_looks_like_one_of_ours_is_still_a_value) {
  const auto codes =
      make_codes({"k", ""}, {{"*total", {}, 9}, {"~", {}, 9}, {"?", {}, 9}, {"", {}, 9}}, {}, 5);
  EXPECT_EQ(tree(codes.value()), "*total =<*total =*total<*total =?<*total =~<*total");
}

TEST(TableCodes, few_are_put_together_below_their_upper_level) {
  const std::map<Text, uint64_t> regions = {{"084", 90}, {"085", 3}, {Text(), 8}};
  const auto codes = make_codes(
      {"kommune", "region"},
      {{"101", "084", 80}, {"102", "084", 2}, {"103", "084", 4}, {"201", "085", 3}, {{}, {}, 8}}, regions, 5);
  ASSERT_TRUE(codes.ok());
  EXPECT_EQ(tree(*codes),
            "*total ^084<*total *missing<*total ~<*total =101<^084 ~^084<^084 ?*missing<*missing");
  EXPECT_EQ(code(*codes, "102", "084"), "~^084");
  EXPECT_EQ(code(*codes, "201", "085"), "~") << "not even the region has enough";
  EXPECT_EQ(code(*codes, Text(), Text()), "?*missing");
}

TEST(TableCodes, a_value_with_two_parents_is_no_hierarchy) {
  const std::map<Text, uint64_t> regions = {{"084", 90}, {"085", 30}};
  const auto codes = make_codes({"kommune", "region"}, {{"101", "084", 80}, {"101", "085", 30}}, regions, 5);
  ASSERT_FALSE(codes.ok());
  EXPECT_EQ(codes.error().code, "table.not_a_hierarchy");
  const auto nothing_said = make_codes({"kommune", "region"}, {{{}, "084", 80}, {{}, "085", 30}}, regions, 5);
  EXPECT_TRUE(nothing_said.ok()) << "unknown within two regions";
}

TEST(TableCodes, others_may_be_there_always) {
  const std::map<Text, uint64_t> regions = {{"084", 90}, {"085", 3}};
  const auto few = make_codes({"kommune", ""}, {{"101", {}, 80}, {"102", {}, 2}}, {}, 5, Others::always);
  const auto none = make_codes({"kommune", ""}, {{"101", {}, 80}}, {}, 5, Others::always);
  EXPECT_EQ(tree(few.value()), "*total =101<*total ~<*total");
  EXPECT_EQ(tree(none.value()), tree(few.value()));
  const auto below =
      make_codes({"kommune", "region"}, {{"101", "084", 80}, {"201", "085", 3}}, regions, 5, Others::always);
  EXPECT_EQ(tree(below.value()), "*total ^084<*total ~<*total =101<^084 ~^084<^084");
  EXPECT_EQ(code(below.value(), "201", "085"), "~");
}

TEST(TableCodes, values_that_are_put_together_are_as_those_of_few) {
  const auto flat = make_codes({.name = "kommune", .parent = "", .others = {"=102", "?"}},
                               {{"101", {}, 80}, {"102", {}, 70}, {{}, {}, 9}}, {}, 5);
  EXPECT_EQ(tree(flat.value()), "*total =101<*total ~<*total");
  EXPECT_EQ(code(flat.value(), "102"), "~");
  EXPECT_EQ(code(flat.value(), Text()), "~");
  const std::map<Text, uint64_t> regions = {{"084", 90}};
  const auto below = make_codes({.name = "kommune", .parent = "region", .others = {"=101", "=9"}},
                                {{"101", "084", 80}, {"102", "084", 10}}, regions, 5);
  EXPECT_EQ(tree(below.value()), "*total ^084<*total =102<^084 ~^084<^084");
}

TEST(TableCodes, nobody_at_all_is_a_total) {
  EXPECT_EQ(tree(make_codes({"kommune", ""}, {}, {}, 5).value()), "*total");
}

}  // namespace
}  // namespace fvm::runner
