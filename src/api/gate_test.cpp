// The gate and the sealed cookie, without network or store.
#include <gtest/gtest.h>

#include "api/gate.hpp"
#include "api/seal.hpp"

namespace fvm::api {
namespace {

constexpr int64_t second = 1'000'000;

account::Session session_of(int64_t created) {
  account::Session session;
  session.id = "s";
  session.created = Time{created * second};
  return session;
}

TEST(Sightings, IdleIsCountedFromTheLastRequest) {
  Sightings sightings;
  const auto session = session_of(1000);
  EXPECT_TRUE(sightings.see(session, Time{1100 * second}, 100));
  EXPECT_TRUE(sightings.see(session, Time{1200 * second}, 100));
  EXPECT_EQ(sightings.last(session), Time{1200 * second});
  EXPECT_FALSE(sightings.see(session, Time{1301 * second}, 100));
  EXPECT_FALSE(sightings.see(session, Time{1302 * second}, 100));  // and it does not come back
}

TEST(Sightings, AfterARestartLoginOrStepUpCounts) {
  Sightings fresh;
  auto session = session_of(1000);
  EXPECT_FALSE(fresh.see(session, Time{1101 * second}, 100));
  session.stepped_up = Time{1150 * second};
  EXPECT_TRUE(fresh.see(session, Time{1200 * second}, 100));
}

TEST(StepUp, IsAskedForDecisionsAndSignaturesAlone) {
  const char* steps = "/api/v1/applications/{number}/steps/{event}";
  for (const char* act : {"approve", "reject", "close", "hand_over", "withdraw", "reopen"})
    EXPECT_TRUE(asks_step_up("POST", steps, act)) << act;
  for (const char* act : {"note", "comment", "submit", "assign", ""})
    EXPECT_FALSE(asks_step_up("POST", steps, act)) << act;
  EXPECT_TRUE(asks_step_up("POST", "/api/v1/applications/{number}/agreements", ""));
  EXPECT_FALSE(asks_step_up("GET", "/api/v1/applications/{number}/agreements", ""));
  EXPECT_TRUE(asks_step_up("POST", "/api/v1/releases/{number}/review", ""));
  EXPECT_FALSE(asks_step_up("GET", "/api/v1/releases/{number}", ""));
  EXPECT_TRUE(asks_step_up("POST", "/api/v1/projects/{project}/releases", ""));
  EXPECT_FALSE(asks_step_up("GET", "/api/v1/projects/{project}/outbox", ""));
}

TEST(Seal, GivesBackWhatWasSealedAndNothingElse) {
  const Seal seal(real_world());
  OnTheWay way{.stage = Stage::proved,
               .aim = Aim::activate,
               .language = Language::english,
               .next = "/sag/1?x=æ",
               .flow = {"state", "nonce", "verifier", Time{7}, true},
               .proof = {"uuid", "28856075", "High"},
               .session = "token",
               .until = Time{real_world().now().microseconds + 60 * second}};
  const std::string text = seal.seal(way);
  EXPECT_EQ(text.find("28856075"), std::string::npos);
  const auto opened = seal.open(text);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->stage, Stage::proved);
  EXPECT_EQ(opened->aim, Aim::activate);
  EXPECT_EQ(opened->next, way.next);
  EXPECT_EQ(opened->flow.nonce, "nonce");
  EXPECT_TRUE(opened->flow.anew);
  EXPECT_EQ(opened->proof.cvr, "28856075");
  EXPECT_EQ(opened->session, "token");
  EXPECT_NE(text, seal.seal(way));
  EXPECT_FALSE(Seal(real_world()).open(text));  // another process
  for (size_t at = 0; at < text.size(); at += 5) {
    std::string changed = text;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(seal.open(changed)) << at;
  }
  way.until = real_world().now();
  EXPECT_FALSE(seal.open(seal.seal(way)));
  for (const char* rubbish : {"", "x", "AAAA", "==="}) EXPECT_FALSE(seal.open(rubbish));
}

TEST(Next, IsAPathOfOurs) {
  for (const char* good : {"/", "/me", "/sag/FVM-2026-0001?tab=2&x=%C3%A6", "/en/me"})
    EXPECT_TRUE(is_own_path(good)) << good;
  for (const char* bad : {"", "me", "//evil.dk", "/\\evil.dk", "https://evil.dk", "/a\nb", "/a b", "/%00",
                          "/../x", "/%2e%2e/x", "/\"x", "/<x>"})
    EXPECT_FALSE(is_own_path(bad)) << bad;
  EXPECT_FALSE(is_own_path("/" + std::string(next_bytes_max, 'a')));
}

TEST(Csrf, TokensDifferBySecret) {
  EXPECT_NE(Gate::csrf_token("a"), Gate::csrf_token("b"));
  EXPECT_EQ(Gate::csrf_token("a").size(), 64u);
}

TEST(WayIn, IsWhatAsksTheBrokerOrHashesAPassword) {
  const auto asks = [](const char* method, const char* path) {
    return is_way_in({.method = method, .path = path});
  };
  for (const char* path : {"/login/mitid", "/login/callback", "/login/step-up"})
    EXPECT_TRUE(asks("GET", path)) << path;
  EXPECT_TRUE(asks("POST", "/api/login/password"));
  for (const char* path : {"/", "/login", "/api/login"}) EXPECT_FALSE(asks("GET", path)) << path;
}

}  // namespace
}  // namespace fvm::api
