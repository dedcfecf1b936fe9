// A case as it is shown: what stands in the document, and what does not.
#include "casework/views.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "casework/testing.hpp"

namespace fvm::casework {
namespace {

namespace json = boost::json;

class ViewsTest : public CaseworkTest {
 protected:
  json::object shown(const std::string& number, const char* who) {
    return to_json_view(view(setting(), number, who).value());
  }
};

TEST_F(ViewsTest, HasEveryFieldAndSaysNullForWhatIsNotKnown) {
  const json::object document = shown(draft(), "anna");
  for (const char* field :
       {"case",     "kind",      "state",     "project",           "parent",           "children",
        "origin",   "title",     "authority", "applicant",         "caseworker",       "created",
        "changed",  "submitted", "version",   "submitted_version", "in_force_version", "clock",
        "forecast", "remarks",   "history",   "notices",           "letters"}) {
    EXPECT_TRUE(document.contains(field)) << field;
  }
  EXPECT_TRUE(document.at("submitted").is_null());
  EXPECT_TRUE(document.at("parent").is_null());
  EXPECT_TRUE(document.at("caseworker").is_null());
  EXPECT_TRUE(document.at("clock").as_object().at("due").is_null());
  EXPECT_TRUE(document.at("clock").as_object().at("place").is_null());
  const json::object& forecast = document.at("forecast").as_object();
  EXPECT_TRUE(forecast.at("median_days").is_null());
  EXPECT_EQ(forecast.at("cases").to_number<int>(), 0);
}

TEST_F(ViewsTest, TheClockRunsInIt) {
  const std::string number = submitted();
  pass_days(7);
  const json::object clock = shown(number, "anna").at("clock").as_object();
  EXPECT_TRUE(clock.at("running").as_bool());
  EXPECT_EQ(clock.at("days_used").as_int64(), 5);
  EXPECT_EQ(clock.at("days_left").as_int64(), 25);
  EXPECT_EQ(clock.at("place").to_number<int>(), 1);
  EXPECT_EQ(clock.at("queue").to_number<int>(), 1);
  EXPECT_EQ(clock.at("due").as_string(), "2026-12-14");
}

TEST_F(ViewsTest, WorkingDaysOfADecidedCaseStandStill) {
  const std::string number = under_assessment();
  pass_days(7);
  take(number, "dorte", Event::reject);
  pass_days(100);
  const json::object clock = shown(number, "anna").at("clock").as_object();
  EXPECT_TRUE(clock.at("decided").as_bool());
  EXPECT_EQ(clock.at("days_used").as_int64(), 5);
}

TEST_F(ViewsTest, ACaseWithAChildNamesIt) {
  const std::string number = active();
  const auto child = amend(setting(), number, user("anna"), {}).value();
  EXPECT_EQ(shown(number, "karl").at("children").as_array().at(0).as_string(), child.number);
  EXPECT_EQ(shown(child.number, "anna").at("parent").as_string(), number);
  EXPECT_EQ(shown(child.number, "anna").at("kind").as_string(), "amendment");
}

TEST_F(ViewsTest, NoticesAndRemarksComeInBothLanguages) {
  hooks_.precheck = [](const Case&, const Application&) -> Result<std::vector<Finding>> {
    return std::vector<Finding>{
        {Finding::Weight::note,
         usage("application.bad_ean", {{"file", "a.toml"}, {"line", "3"}, {"column", "7"}, {"ean", "1"}}),
         "application.write_ean"}};
  };
  const json::object document = shown(submitted(), "anna");
  const json::object& remark = document.at("remarks").as_array().at(0).as_object();
  EXPECT_EQ(remark.at("weight").as_string(), "note");
  EXPECT_EQ(remark.at("code").as_string(), "application.bad_ean");
  EXPECT_EQ(remark.at("place").as_object().at("line").as_string(), "3");
  EXPECT_NE(remark.at("da").as_string(), remark.at("en").as_string());
  const json::object& notice = document.at("notices").as_array().at(0).as_object();
  EXPECT_NE(notice.at("da").as_string(), notice.at("en").as_string());
  EXPECT_EQ(notice.at("audience").as_string(), "anna");
}

TEST_F(ViewsTest, TheListHoldsWhatMayBeSeenAndNothingMore) {
  const std::string first = submitted(), second = draft();
  EXPECT_EQ(views(setting(), {}, "anna")->size(), 2u);
  EXPECT_EQ(views(setting(), {}, "sofie")->size(), 1u);
  EXPECT_EQ(views(setting(), {}, "karl")->size(), 1u);
  EXPECT_EQ(views(setting(), {}, "nils")->size(), 0u);
  EXPECT_EQ(views(setting(), {.states = {State::draft}}, "anna")->at(0).about.number, second);
  EXPECT_EQ(views(setting(), {.authority = "28856075"}, "karl")->size(), 0u);
  EXPECT_EQ(views(setting(), {.authority = "29189846"}, "karl")->at(0).about.number, first);
}

TEST_F(ViewsTest, APageIsFullOfCasesThatMayBeSeen) {
  const std::string first = submitted();
  for (int i = 0; i < 6; ++i) draft();
  const std::string last = submitted();
  const auto numbers = [&](const Filter& filter, const char* who) {
    std::string out;
    const auto page = views(setting(), filter, who).value();
    for (const View& each : page) out += each.about.number + " ";
    return out;
  };
  EXPECT_EQ(numbers({.most = 2}, "karl"), first + " " + last + " ") << "over six drafts of others";
  EXPECT_EQ(numbers({.most = 1}, "karl"), first + " ");
  const int64_t id = view(setting(), first, "karl")->about.id;
  EXPECT_EQ(numbers({.after = id, .most = 5}, "karl"), last + " ");
  EXPECT_EQ(views(setting(), {.after = id, .most = 3}, "anna")->size(), 3u) << "whose drafts they are";
}

TEST_F(ViewsTest, TheQueueNamesNoCase) {
  const std::string number = submitted();
  returned();
  const std::string text = json::serialize(to_json_view(queue(setting()).value()));
  EXPECT_EQ(text.find("FVM-"), std::string::npos);
  EXPECT_EQ(text.find("diabetes"), std::string::npos);
  EXPECT_NE(text.find("\"waiting\":1"), std::string::npos) << text;
  EXPECT_NE(text.find("\"with_applicants\":1"), std::string::npos);
}

TEST_F(ViewsTest, TheDifferenceIsToTheVersionBeforeUnlessSaid) {
  const std::string number = returned();
  ASSERT_TRUE(save(setting(), number, user("anna"), {.text = application_with("insulin", "andet")}).ok());
  ASSERT_TRUE(answer(setting(), number, user("anna"), {"Rettet", {}}).ok());
  const json::object document = to_json_view(compare(store(), number, "karl", {}, {}).value());
  EXPECT_EQ(document.at("before").as_int64(), 1);
  EXPECT_EQ(document.at("after").as_int64(), 2);
  EXPECT_EQ(document.at("changes").as_array().size(), 1u);
  const auto same = compare(store(), number, "karl", 2, 2).value();
  EXPECT_TRUE(same.changes.empty() && same.lines.empty());
  EXPECT_EQ(compare(store(), number, "karl", {}, 1).error().code, "casework.no_version");
  EXPECT_EQ(compare(store(), number, "nils", 1, 2).error().code, "casework.unknown");
}

TEST_F(ViewsTest, ExtensionsAreForecastFromExtensions) {
  for (int i = 0; i < 5; ++i) {
    const std::string number = under_assessment();
    pass_days(1);
    take(number, "dorte", Event::reject);
  }
  const std::string number = active();
  const auto child = extend(setting(), number, user("anna"), {}).value();
  ASSERT_TRUE(submit(setting(), child.number, user("anna"))->done);
  EXPECT_TRUE(view(setting(), submitted(), "anna")->forecast);
  EXPECT_FALSE(view(setting(), child.number, "anna")->forecast);
}

}  // namespace
}  // namespace fvm::casework
