// The API of safe tables over a made-up maker of tables: what is passed on, and what becomes of mistakes.
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "api/table_routes.hpp"

namespace fvm::api {
namespace {

namespace json = boost::json;

class TableApi : public ::testing::Test {
 protected:
  void SetUp() override { add_table_routes(router_, access_); }
  http::Response ask(const std::string& method, const std::string& below, const std::string& user = "anna",
                     const std::string& body = {}, std::map<std::string, std::string> query = {}) {
    http::Request request{.method = method,
                          .path = "/api/v1/projects/FVM-2026-0017/tables" + below,
                          .query = std::move(query),
                          .body = body};
    if (!user.empty()) request.headers["fvm-actor"] = user;
    return router_.answer(request);
  }
  json::object asked() const { return json::parse(request_).as_object(); }

  std::string project_, user_, request_;
  Result<TableAnswer> answer_ = TableAnswer{R"({"table": 3, "explanation": {"status": "open"}})", {"bytes"}};
  TableAccess access_{
      [this](const std::string& project, const std::string& user, const std::string& request) {
        project_ = project, user_ = user, request_ = request;
        return answer_;
      }};
  http::Router router_;
};

TEST_F(TableApi, WhoAndWhereComeFromHeaderAndPath) {
  const auto made = ask("POST", "", "anna", R"({"sql": "SELECT 1", "rows": "a"})");
  EXPECT_EQ(made.status, 201u);
  EXPECT_EQ(project_, "FVM-2026-0017");
  EXPECT_EQ(user_, "anna");
  EXPECT_EQ(asked().at("do").as_string(), "release");
  EXPECT_EQ(asked().at("language").as_string(), "da");
  EXPECT_EQ(json::parse(made.body).at("table").as_int64(), 3);
}

TEST_F(TableApi, WithoutAnActorNothing) {
  for (const char* below : {"", "/3", "/3/explain"}) EXPECT_EQ(ask("GET", below, "").status, 401u);
  EXPECT_EQ(ask("POST", "", "", "{}").status, 401u);
  EXPECT_EQ(request_, "");
}

TEST_F(TableApi, StagingNamesTableAndFormatsAlone) {
  EXPECT_EQ(ask("POST", "/3/outbox", "anna", R"({"formats": ["csv"]})").status, 201u);
  EXPECT_EQ(asked().at("do").as_string(), "stage");
  EXPECT_EQ(asked().at("table").as_int64(), 3);
  EXPECT_EQ(asked().at("formats"), (json::array{"csv"}));
  EXPECT_EQ(ask("POST", "/3/outbox", "anna", "{}").status, 201u);
  EXPECT_EQ(asked().at("formats"), (json::array{"xlsx"}));
  EXPECT_EQ(ask("POST", "/3/outbox", "anna", R"({"do": "release", "sql": "SELECT 1"})").status, 400u);
  EXPECT_EQ(asked().at("do").as_string(), "list") << "no more than whether he may ask";
  request_.clear();
  EXPECT_EQ(ask("POST", "/3/outbox", "", "{}").status, 401u);
  EXPECT_EQ(request_, "");
}

TEST_F(TableApi, ADocumentComesAsItsBytes) {
  const auto csv = ask("GET", "/3", "anna", {}, {{"format", "csv"}, {"language", "en"}});
  EXPECT_EQ(csv.status, 200u);
  EXPECT_EQ(csv.body, "bytes");
  EXPECT_EQ(csv.content_type, "text/csv; charset=utf-8");
  EXPECT_EQ(asked().at("table").as_int64(), 3);
  EXPECT_EQ(asked().at("language").as_string(), "en");
  EXPECT_EQ(ask("GET", "/3", "anna", {}, {{"format", "exe"}}).status, 422u);
  answer_ = TableAnswer{"{}", {}};
  EXPECT_EQ(ask("GET", "/3", "anna", {}, {{"format", "csv"}}).status, 503u);
}

TEST_F(TableApi, ACellIsExplained) {
  EXPECT_EQ(ask("GET", "/3/explain", "anna", {}, {{"cell", "a=1"}}).body, R"({"status":"open"})");
  EXPECT_EQ(asked().at("explain").as_string(), "a=1");
  EXPECT_EQ(ask("GET", "/3/explain").status, 422u);
  answer_ = TableAnswer{"[]", {}};
  EXPECT_EQ(ask("GET", "/3/explain", "anna", {}, {{"cell", "a=1"}}).status, 503u);
}

TEST_F(TableApi, APageIsAskedForAsAPart) {
  const auto page = [&](std::map<std::string, std::string> query) {
    const auto answer = ask("GET", "", "anna", {}, std::move(query));
    return std::to_string(answer.status) + " " + answer.body;
  };
  answer_ = TableAnswer{R"({"project":"P","tables":[{"table":4},{"table":9},{"table":12}]})", {}};
  EXPECT_EQ(page({}), "200 " + answer_->json) << "who asks for no page gets all";
  EXPECT_EQ(asked().at("most").as_int64(), -1);
  EXPECT_FALSE(asked().contains("after"));
  EXPECT_EQ(page({{"limit", "2"}, {"after", "3"}}),
            R"(200 {"project":"P","tables":[{"table":4},{"table":9}],"next":"9"})");
  EXPECT_EQ(asked().at("most").as_int64(), 3) << "one more tells whether there is another";
  EXPECT_EQ(asked().at("after").as_int64(), 3);
  EXPECT_EQ(page({{"limit", "3"}}),
            R"(200 {"project":"P","tables":[{"table":4},{"table":9},{"table":12}],"next":null})");
  for (const char* bad : {"0", "501", "x"}) EXPECT_EQ(page({{"limit", bad}}).substr(0, 3), "400") << bad;
  for (const char* bad : {"x", "0", "-1", "3x"})
    EXPECT_NE(page({{"after", bad}}).find("page_gone"), std::string::npos);
  answer_ = usage("table.unknown", {{"table", "3"}, {"project", "P"}});
  EXPECT_NE(page({{"after", "3"}}).find("page_gone"), std::string::npos);
  answer_ = refused("enclave.not_member", {{"user", "eve"}, {"project", "P"}});
  EXPECT_EQ(page({{"limit", "x"}}).substr(0, 3), "403");
}

TEST_F(TableApi, MistakesAreProblemDocumentsInBothLanguages) {
  const auto expect = [](const http::Response& response, unsigned status) {
    EXPECT_EQ(response.status, status) << response.body;
    EXPECT_EQ(response.content_type, "application/problem+json");
    const auto problem = json::parse(response.body).as_object();
    EXPECT_EQ(problem.at("status").to_number<unsigned>(), status);
    EXPECT_NE(problem.at("title").as_string(), problem.at("title_da").as_string());
  };
  for (const char* body : {"", "[]", "{", "1"}) expect(ask("POST", "", "anna", body), 400);
  expect(ask("POST", "", "anna", R"({"do": "list"})"), 400);
  for (const char* below : {"?", "/3/outbox", "/x/outbox"}) {
    answer_ = refused("enclave.not_member", {{"user", "eve"}, {"project", "P"}});
    const std::string to = below[0] == '?' ? "" : below;
    for (const char* body : {"", "{", R"({"do": "list"})"}) expect(ask("POST", to, "eve", body), 403);
    answer_ = TableAnswer{"{}", {}};
  }
  for (const char* number : {"/0", "/-1", "/x", "/1x", "/99999999999999999999"})
    expect(ask("GET", number), 404);
  answer_ = refused("enclave.not_member", {{"user", "eve"}, {"project", "P"}});
  expect(ask("GET", ""), 403);
  answer_ = usage("table.no_dimension");
  expect(ask("POST", "", "anna", "{}"), 422);
  answer_ = usage("table.label_identifies", {{"name", "a"}});
  expect(ask("POST", "", "anna", "{}"), 422);
  answer_ = usage("table.unknown", {{"table", "9"}, {"project", "P"}});
  expect(ask("GET", "/9"), 404);
  answer_ = refused("table.too_often", {{"requests", "1"}, {"seconds", "1"}});
  expect(ask("POST", "", "anna", "{}"), 429);
  answer_ = surroundings("table.not_made", {{"reason", "x"}});
  expect(ask("POST", "", "anna", "{}"), 503);
}

}  // namespace
}  // namespace fvm::api
