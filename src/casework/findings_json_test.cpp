// What lies in the store comes back as it was; what does not come from us is nothing.
#include "casework/findings_json.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace fvm::casework {
namespace {

TEST(FindingsJson, RemarksComeBack) {
  const std::vector<Finding> all = {
      {Finding::Weight::note, refused("application.no_grants", {{"file", "æ.toml"}, {"line", "3"}}),
       "application.fill_in"},
      {Finding::Weight::incomplete, usage("application.bad_ean", {{"ean", "1\"2\\"}}), ""},
      {Finding::Weight::wrong, refused("application.missing"), ""}};
  const auto back = findings_from_json(to_json(all));
  ASSERT_EQ(back.size(), all.size());
  for (size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(back[i].weight, all[i].weight);
    EXPECT_EQ(back[i].error.kind, all[i].error.kind);
    EXPECT_EQ(back[i].error.code, all[i].error.code);
    EXPECT_EQ(back[i].error.arguments, all[i].error.arguments);
    EXPECT_EQ(back[i].advice, all[i].advice);
  }
}

RC_GTEST_PROP(FindingsJsonProperty, OrdersComeBack, ()) {
  std::vector<OrderItem> order;
  for (int i = *rc::gen::inRange(0, 10); i > 0; --i) {
    const auto word = [] { return *rc::gen::container<std::string>(rc::gen::inRange('"', 'z')); };
    order.push_back({word(), word(), word(), word(), *rc::gen::inRange(0u, 100'000u),
                     *rc::gen::inRange(0u, 50u), word()});
  }
  RC_ASSERT(order_from_json(to_json(order)) == order);
}

TEST(FindingsJson, WhatIsNotOursIsNothing) {
  for (const char* text : {"", "{", "null", "{}", "[1, \"x\", null]", "[[]]"}) {
    EXPECT_TRUE(findings_from_json(text).empty()) << text;
    EXPECT_TRUE(order_from_json(text).empty()) << text;
  }
  EXPECT_EQ(findings_from_json("[{\"weight\": 99, \"facts\": 3}]").size(), 1u);
  EXPECT_EQ(findings_from_json("[{\"weight\": -7, \"facts\": [1]}]").at(0).weight, Finding::Weight::note);
}

}  // namespace
}  // namespace fvm::casework
