// The API of cases: the same service, the same rules, problem documents on mistakes.
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "api/casework_routes.hpp"
#include "casework/testing.hpp"

namespace fvm::api {
namespace {

namespace json = boost::json;

class CaseworkApi : public casework::CaseworkTest {
 protected:
  void SetUp() override {
    CaseworkTest::SetUp();
    setting_.emplace(setting());
    access_.emplace(*setting_);
    add_casework_routes(router_, *access_);
  }
  http::Response ask(const std::string& method, const std::string& path, const std::string& user,
                     const std::string& body = {}, std::map<std::string, std::string> query = {}) {
    http::Request request{.method = method, .path = path, .query = std::move(query), .body = body};
    if (!user.empty()) request.headers["fvm-actor"] = user;
    return router_.answer(request);
  }
  static json::object object(const http::Response& response) {
    return json::parse(response.body).as_object();
  }
  std::string begun() {
    const auto made = ask("POST", "/api/v1/applications", "anna", casework::whole_application());
    EXPECT_EQ(made.status, 201u) << made.body;
    return std::string(object(made).at("case").as_string());
  }
  http::Response step(const std::string& number, const std::string& event, const std::string& user,
                      const std::string& body = {}) {
    return ask("POST", "/api/v1/applications/" + number + "/steps/" + event, user, body);
  }

  std::optional<casework::Setting> setting_;
  std::optional<CaseworkAccess> access_;
  http::Router router_;
};

TEST_F(CaseworkApi, TheWholePathToADecision) {
  const std::string number = begun();
  EXPECT_EQ(step(number, "submit", "anna").status, 200u);
  EXPECT_EQ(step(number, "assign", "karl", R"({"to": "karl"})").status, 200u);
  EXPECT_EQ(step(number, "request", "karl", R"({"text": "Begrund LMDB"})").status, 200u);
  EXPECT_EQ(ask("PUT", "/api/v1/applications/" + number + "/document", "anna",
                casework::application_with("insulin", "andet"))
                .status,
            200u);
  EXPECT_EQ(step(number, "answer", "anna", R"({"text": "Rettet"})").status, 200u);
  const auto difference = ask("GET", "/api/v1/applications/" + number + "/difference", "karl");
  EXPECT_EQ(object(difference).at("changes").as_array().size(), 1u);
  const auto decided = step(number, "approve", "dorte", R"({"text": "Betingelserne er opfyldt"})");
  EXPECT_EQ(decided.status, 200u);
  EXPECT_EQ(object(decided).at("state").as_string(), "awaiting_agreement");
  EXPECT_EQ(object(ask("GET", "/api/v1/applications", "anna")).at("cases").as_array().size(), 1u);
  EXPECT_EQ(object(ask("GET", "/api/v1/queue", "nils")).at("waiting").as_int64(), 0);
}

TEST_F(CaseworkApi, WithoutAnActorNothing) {
  for (const char* path : {"/api/v1/applications", "/api/v1/queue", "/api/v1/applications/FVM-2026-0001"})
    EXPECT_EQ(ask("GET", path, "").status, 401u) << path;
}

TEST_F(CaseworkApi, MistakesAreProblemDocuments) {
  const std::string number = begun();
  const auto expect = [](const http::Response& response, unsigned status, std::string_view code) {
    EXPECT_EQ(response.status, status) << response.body;
    EXPECT_EQ(response.content_type, "application/problem+json");
    const auto problem = object(response);
    EXPECT_EQ(problem.at("type").as_string(), "urn:fvm:problem:" + std::string(code));
    EXPECT_EQ(problem.at("status").to_number<unsigned>(), status);
    EXPECT_NE(problem.at("title").as_string(), problem.at("title_da").as_string());
  };
  expect(step(number, "submit", "nils"), 404, "casework.unknown");
  expect(step("FVM-2026-0099", "submit", "anna"), 404, "casework.unknown");
  expect(step(number, "close", "anna", R"({"text": "x"})"), 403, "casework.not_allowed");
  expect(step(number, "submit", "anna", "[1]"), 400, "api.bad_json");
  expect(step(number, "submit", "anna", R"({"text": 1})"), 400, "api.bad_member");
  expect(step(number, "submit", "anna", R"({"words": "x"})"), 400, "api.bad_member");
  expect(ask("GET", "/api/v1/applications/" + number + "/document", "anna", {}, {{"version", "x"}}), 400,
         "api.bad_version");
  expect(ask("GET", "/api/v1/applications", "anna", {}, {{"state", "open"}}), 400, "casework.no_such_state");
  expect(ask("POST", "/api/v1/applications", "karl", casework::whole_application()), 403,
         "identity.role_missing");
}

TEST_F(CaseworkApi, OurProgramsEventsAreNoBusinessOfPeople) {
  const std::string number = approved();
  for (const char* event :
       {"activate", "adopt", "warn", "expire", "succeed", "lapse", "resume", "sign", "save", "nonsense"})
    EXPECT_EQ(step(number, event, "dorte", R"({"text": "x"})").status, 404u) << event;
  EXPECT_EQ(state(number), casework::State::awaiting_agreement);
}

TEST_F(CaseworkApi, FindingsStandInTheProblem) {
  const auto made = ask("POST", "/api/v1/applications", "anna", "[application]\n");
  EXPECT_EQ(made.status, 201u);
  EXPECT_FALSE(object(made).at("findings").as_array().empty());
  const auto refused = step(std::string(object(made).at("case").as_string()), "submit", "anna");
  EXPECT_EQ(refused.status, 422u);
  EXPECT_FALSE(object(refused).at("findings").as_array().empty());
  const auto broken = ask("POST", "/api/v1/applications", "anna", "[application");
  EXPECT_EQ(broken.status, 422u);
  EXPECT_EQ(object(broken)
                .at("findings")
                .as_array()
                .at(0)
                .as_object()
                .at("place")
                .as_object()
                .at("line")
                .as_string(),
            "1");
}

TEST_F(CaseworkApi, AmendmentsAndExtensionsAnswerWithTheNewCase) {
  const std::string number = active();
  const auto amended = step(number, "amend", "anna");
  EXPECT_EQ(amended.status, 201u);
  EXPECT_EQ(object(amended).at("case").as_string(), number + "-A1");
  const auto extended = step(number, "extend", "anna");
  EXPECT_EQ(extended.status, 201u);
  EXPECT_EQ(object(extended).at("parent").as_string(), number);
}

TEST_F(CaseworkApi, InternalNotesStayInside) {
  const std::string number = under_assessment();
  EXPECT_EQ(step(number, "note", "karl", R"({"text": "hemmelig"})").status, 200u);
  const std::string path = "/api/v1/applications/" + number;
  EXPECT_NE(ask("GET", path, "karl").body.find("hemmelig"), std::string::npos);
  EXPECT_EQ(ask("GET", path, "anna").body.find("hemmelig"), std::string::npos);
  EXPECT_EQ(ask("GET", "/api/v1/applications", "anna").body.find("hemmelig"), std::string::npos);
  EXPECT_EQ(ask("GET", path, "nils").status, 404u);
}

TEST_F(CaseworkApi, TheDocumentComesBackAsItWasGiven) {
  const std::string number = begun();
  const auto document = ask("GET", "/api/v1/applications/" + number + "/document", "anna");
  EXPECT_EQ(document.content_type, "application/toml");
  EXPECT_EQ(document.body, casework::whole_application());
}

}  // namespace
}  // namespace fvm::api
