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
    ASSERT_TRUE(real_world().create_file(folder_ / "portal.css.br", "br", 0600).ok());
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

TEST_F(ApiTest, JulyIsToldInGoodTimeAndNewsAreEscaped) {
  Date today{2026, 6, 9};
  facts_.today = [&] { return today; };
  facts_.news = {{{2026, 5, 1}, "<b>Nyt</b>", "<b>New</b>"}};
  EXPECT_EQ(get("/en").body.find("In July"), std::string::npos);
  EXPECT_NE(get("/").body.find("&lt;b&gt;Nyt&lt;/b&gt;"), std::string::npos);
  EXPECT_NE(get("/").body.find("1. maj 2026"), std::string::npos);
  for (const Date day : {Date{2026, 6, 10}, Date{2026, 7, 31}}) {
    today = day;
    EXPECT_NE(get("/en").body.find("In July"), std::string::npos);
  }
  today = {2026, 8, 1};
  EXPECT_EQ(get("/en").body.find("In July"), std::string::npos);
}

TEST_F(ApiTest, OpennessTellsWhatWasMeasuredAndHidesWhatIsFew) {
  EXPECT_EQ(get("/en/openness").status, 503u);
  Figures figures{.waiting = 1234, .decided = 3, .review_target = 2};
  figures.breaches = {{"2025", "minor", std::nullopt}, {"2025", "serious", 0}, {"2025", "all", std::nullopt}};
  facts_.figures = [&] { return figures; };
  std::string page = get("/en/openness").body;
  EXPECT_NE(page.find("1,234"), std::string::npos);
  EXPECT_NE(page.find("3 cases have been decided, too few"), std::string::npos);
  EXPECT_NE(page.find("<th scope=\"row\">2025</th><td class=\"number\">…</td><td class=\"number\">0</td><td "
                      "class=\"number\">…</td>"),
            std::string::npos);
  figures.median = 21, figures.nine_of_ten = 50, figures.review_median = 1, figures.reviewed = 9,
  figures.reviewed_within = 8;
  for (const char* path : {"/en/openness", "/en"}) {
    page = get(path).body;
    EXPECT_NE(page.find("within 21 working days, nine of ten within 50"), std::string::npos) << path;
    EXPECT_NE(page.find("8 of 9"), std::string::npos) << path;
  }
  EXPECT_EQ(get("/tilgaengelighed").status, 200u);
}

TEST_F(ApiTest, AssetsAreOnlyThoseReadAtStart) {
  EXPECT_EQ(get("/assets/portal.css").body, "body{}");
  for (const auto& [takes, body] : {std::pair("gzip, br", "br"),
                                    {"gzip, deflate, br;q=0.9", "br"},
                                    {"gzip", "zipped"},
                                    {"br;q=0, gzip", "zipped"},
                                    {"br;q=0.0,gzip;q=0.001", "zipped"},
                                    {"brotli, gzip-x", "body{}"},
                                    {"gzip;q=0", "body{}"},
                                    {" , ;,", "body{}"},
                                    {"", "body{}"}})
    EXPECT_EQ(get("/assets/portal.css", {{"accept-encoding", takes}}).body, body) << takes;
  EXPECT_EQ(get("/assets/portal.css.br").status, 404u);
  const auto tag = get("/assets/portal.css").headers.front().second;
  EXPECT_EQ(get("/assets/portal.css", {{"if-none-match", tag}}).status, 304u);
  EXPECT_EQ(get("/assets/secret.txt").status, 404u);
  EXPECT_EQ(get("/assets/..").status, 404u);
}

}  // namespace
}  // namespace fvm::api
