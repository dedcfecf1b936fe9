// Pages and tags around a handler that answers with a list.
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "api/json_route.hpp"
#include "api/lists.hpp"

namespace fvm::api {
namespace {

namespace json = boost::json;

const http::Route route{"GET", "/api/v1/review", "", {}};

class ListsTest : public ::testing::Test {
 protected:
  http::Response ask(std::map<std::string, std::string> query, const std::string& known = {}) {
    http::Request request{.method = "GET",
                          .path = "/api/v1/review",
                          .query = std::move(query),
                          .headers = {},
                          .parameters = {},
                          .body = {},
                          .peer = {}};
    if (!known.empty()) request.headers["if-none-match"] = known;
    return handler_(request);
  }
  std::string page(std::map<std::string, std::string> query) {
    const auto answer = ask(std::move(query));
    if (answer.status != 200) return std::to_string(answer.status);
    const json::object got = json::parse(answer.body).as_object();
    std::string out;
    for (const auto& each : got.at("queue").as_array())
      out += std::string(each.as_object().at("release").as_string()) + " ";
    return out + (got.contains("next") ? json::serialize(got.at("next")) : "");
  }
  static std::string tag_of(const http::Response& response) {
    for (const auto& [name, value] : response.headers)
      if (name == "ETag") return value;
    return {};
  }

  std::vector<std::string> names_{"E", "D", "C", "B", "A"};
  http::Handler handler_ = listed(
      [this](const http::Request&) {
        json::array all;
        for (const auto& name : names_) all.push_back(json::object{{"release", name}});
        return document(200, {{"queue", std::move(all)}});
      },
      growing_list(route));
};

TEST_F(ListsTest, PagesFollowOneAnother) {
  EXPECT_EQ(page({}), "E D C B A ") << "who asks for no page gets all";
  EXPECT_EQ(page({{"limit", "2"}}), "E D \"D\"");
  EXPECT_EQ(page({{"limit", "2"}, {"after", "D"}}), "C B \"B\"");
  EXPECT_EQ(page({{"limit", "2"}, {"after", "B"}}), "A null");
  EXPECT_EQ(page({{"after", "A"}}), "null");
  EXPECT_EQ(page({{"limit", "5"}}), "E D C B A null");
}

TEST_F(ListsTest, NothingIsMissedOrToldTwiceWhenTheListGrows) {
  EXPECT_EQ(page({{"limit", "2"}}), "E D \"D\"");
  names_.insert(names_.begin(), "F");
  EXPECT_EQ(page({{"limit", "2"}, {"after", "D"}}), "C B \"B\"");
  std::erase(names_, "B");
  EXPECT_EQ(page({{"limit", "2"}, {"after", "B"}}), "400") << "it is gone: begin again";
}

TEST_F(ListsTest, WhatIsNoPageIsRefused) {
  for (const char* bad : {"0", "-1", "501", "x", "2x"}) EXPECT_EQ(page({{"limit", bad}}), "400") << bad;
  EXPECT_EQ(page({{"after", "nobody"}}), "400");
}

TEST_F(ListsTest, TheSameAgainIsNotSentAgain) {
  const std::string tag = tag_of(ask({}));
  ASSERT_FALSE(tag.empty());
  for (const std::string& known : {tag, "\"x\", " + tag, "W/" + tag, std::string("*")}) {
    const auto again = ask({}, known);
    EXPECT_EQ(again.status, 304u) << known;
    EXPECT_EQ(again.body, "");
    EXPECT_EQ(tag_of(again), tag);
  }
  EXPECT_EQ(ask({{"limit", "2"}}, tag).status, 200u) << "a page is another answer";
  names_.pop_back();
  EXPECT_EQ(ask({}, tag).status, 200u) << "the control: it has changed";
}

TEST_F(ListsTest, OnlyListsThatGrowHavePages) {
  EXPECT_EQ(growing_list({"GET", "/api/v1/queue", "", {}}), nullptr);
  EXPECT_EQ(growing_list({"POST", "/api/v1/releases", "", {}}), nullptr);
  EXPECT_FALSE(has_tag({"GET", "/api/me", "", {}}));
}

}  // namespace
}  // namespace fvm::api
