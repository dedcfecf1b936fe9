#include <gtest/gtest.h>

#include "api/public_routes.hpp"

namespace fvm::api {
namespace {

class ApiTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(real_world().make_directories(folder_, 0700).ok());
    ASSERT_TRUE(real_world().create_file(folder_ / "portal.css", "body{}", 0600).ok());
    ASSERT_TRUE(real_world().create_file(folder_ / "portal.css.gz", "zipped", 0600).ok());
    ASSERT_TRUE(real_world().create_file(folder_ / "secret.txt", "no", 0600).ok());
    assets_ = Assets::read(real_world(), folder_).value();
    add_public_routes(router_, facts_, assets_);
  }
  void TearDown() override { (void)real_world().remove_tree(folder_); }
  http::Response get(const std::string& path, std::map<std::string, std::string> headers = {}) {
    return router_.answer({.method = "GET", .path = path, .headers = std::move(headers)});
  }

  Path folder_ = std::filesystem::temp_directory_path() / ("fvm-api-" + random_hex(real_world(), 6));
  bool keeper_runs_ = true;
  Result<std::vector<RegisterFreshness>> registers_ = std::vector<RegisterFreshness>{
      {"LPR_F", 5, 1'234'567, Time{1'795'392'000'000'000}}, {"<DAR>", 1, 0, std::nullopt}};
  ServiceFacts facts_{"Forvaltningsmaskinen",
                      "Styrelsen",
                      "1.2.3",
                      [this] { return std::vector<ProgramStatus>{{"fvm-keeper", keeper_runs_}}; },
                      [this] { return registers_; },
                      []() -> Result<int64_t> { return 7; }};
  Assets assets_;
  http::Router router_;
};

TEST_F(ApiTest, FirstPageInBothLanguagesEscapesAndFormats) {
  const std::string danish = get("/").body, english = get("/en").body;
  EXPECT_NE(danish.find("lang=\"da\""), std::string::npos);
  EXPECT_NE(danish.find("1.234.567"), std::string::npos);
  EXPECT_NE(danish.find("23. november 2026"), std::string::npos);
  EXPECT_NE(english.find("1,234,567"), std::string::npos);
  EXPECT_NE(english.find("23 November 2026"), std::string::npos);
  EXPECT_NE(english.find("&lt;DAR&gt;"), std::string::npos);
  EXPECT_EQ(english.find("<DAR>"), std::string::npos);
}

TEST_F(ApiTest, HealthFollowsThePrograms) {
  EXPECT_EQ(get("/health").status, 200u);
  keeper_runs_ = false;
  EXPECT_EQ(get("/health").status, 503u);
  EXPECT_NE(get("/").body.find("badge-error"), std::string::npos);
}

TEST_F(ApiTest, FreshnessThatCannotBeReadIsSaid) {
  EXPECT_NE(get("/api/v1/freshness").body.find("\"rows\":1234567"), std::string::npos);
  registers_ = surroundings("store.missing");
  EXPECT_EQ(get("/api/v1/freshness").status, 503u);
  EXPECT_NE(get("/en").body.find("cannot be fetched"), std::string::npos);
}

TEST_F(ApiTest, AssetsAreOnlyThoseReadAtStart) {
  EXPECT_EQ(get("/assets/portal.css").body, "body{}");
  EXPECT_EQ(get("/assets/portal.css", {{"accept-encoding", "gzip, br"}}).body, "zipped");
  const auto tag = get("/assets/portal.css").headers.front().second;
  EXPECT_EQ(get("/assets/portal.css", {{"if-none-match", tag}}).status, 304u);
  EXPECT_EQ(get("/assets/secret.txt").status, 404u);
  EXPECT_EQ(get("/assets/..").status, 404u);
}

}  // namespace
}  // namespace fvm::api
