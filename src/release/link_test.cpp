// One-time links: what they open, for whom, how often, and what ends them. Each refusal has its control: the
// same link opens before, or opens again when what stopped it is gone.
#include "release/link.hpp"

#include <unistd.h>

#include <fcntl.h>

#include <atomic>
#include <set>
#include <thread>

#include "crypto/sha256.hpp"
#include "notify/letters.hpp"
#include "release/suspend.hpp"
#include "release/testing.hpp"

namespace fvm::release {
namespace {

constexpr const char* content = "g;antal\nA;50\n";

class LinkTest : public ReleaseTest {
 protected:
  void SetUp() override {
    ReleaseTest::SetUp();
    ASSERT_TRUE(identity::add_institution(*ledger_, "test", "Region", "29190623", {"@region.dk"}).ok());
    ASSERT_TRUE(identity::add_user(*ledger_, "test", "mogens", "29190623", {identity::Role::analyst}).ok());
    number_ = mailed_as_link();
  }
  std::string mailed_as_link() {
    const std::string number = approved(content);
    const Request request = found(number);
    const auto made = make_link(world_, vouch_, request, 14);
    token_ = made->token;
    const auto body = [&](audit::Writer& w, Request& r) -> Result<void> {
      TRY(put_link(w, r, made->link));
      return notify::open(w, r.number, "id@x");
    };
    EXPECT_TRUE(take_step(*ledger_, number, courier(), Event::start, {}, body).ok());
    EXPECT_TRUE(step(number, courier(), Event::accept).ok());
    return number;
  }
  LinkAsked asked(const std::string& user = "rita", uint32_t position = 1) const {
    return {number_, token_, user, position};
  }
  Result<LinkFetched> fetch(const LinkAsked& asked) {
    return fetch_link(world_, *ledger_, *copies_, vouch_, asked);
  }
  std::string why(const LinkAsked& asked) { return code(fetch(asked)); }
  std::string shown(const LinkAsked& asked) { return code(show_link(*ledger_, asked)); }
  static std::string bytes_of(const LinkFetched& fetched) {
    std::string bytes(fetched.bytes, 0);
    EXPECT_EQ(::pread(fetched.memory.get(), bytes.data(), bytes.size(), 0),
              static_cast<ssize_t>(bytes.size()));
    return bytes;
  }
  void closing(bool begin, identity::Scope scope, const std::string& subject) {
    ASSERT_TRUE(ledger_
                    ->write({"test", "test.closing", "B-1", {}},
                            [&](audit::Writer& w) -> Result<void> {
                              if (!begin) {
                                TRY(identity::lift(w, "B-1"));
                                return {};
                              }
                              TRY(identity::suspend(w, scope, subject, "B-1"));
                              TRY(hold_closed(w, "B-1"));
                              return {};
                            })
                    .ok());
  }
  std::string number_, token_;
};

TEST_F(LinkTest, OpensTheApprovedBytesForAnAccountOfTheInstitution) {
  ASSERT_EQ(shown(asked()), "");
  const auto got = fetch(asked());
  ASSERT_TRUE(got.ok()) << code(got);
  EXPECT_EQ(bytes_of(*got), content);
  EXPECT_EQ(got->sha256, crypto::sha256_hex(content));
  EXPECT_EQ(got->name, "t.csv");
  EXPECT_LT(::write(got->memory.get(), "x", 1), 0) << "whoever is handed it cannot change it";
  const Request request = found(number_);
  EXPECT_EQ(request.link->opener, "rita");
  EXPECT_EQ(request.deliveries.back().what, "link_fetched");
}

TEST_F(LinkTest, NeitherStoreNorLedgerKnowsTheToken) {
  ASSERT_EQ(why(asked()), "");
  EXPECT_EQ(why({number_, std::string(link_token_characters, 'a'), "rita", 1}), "release.link_unknown");
  EXPECT_EQ(ledger_text().find(token_), std::string::npos);
  const auto raw = real_world().read_file(instance_->store_file(), 1u << 30).value();
  EXPECT_EQ(raw.find(token_), std::string::npos);
  EXPECT_NE(ledger_text().find(crypto::sha256_hex(content)), std::string::npos) << "the control";
}

TEST_F(LinkTest, LookingUsesNothingUp) {
  for (int i = 0; i < 10; ++i) EXPECT_EQ(shown(asked()), "");
  EXPECT_EQ(why(asked()), "");
}

TEST_F(LinkTest, AGuessedOrCutTokenAndOneOfAnotherReleaseOpenNothing) {
  const std::string first = number_, first_token = token_;
  number_ = mailed_as_link();
  ASSERT_EQ(why(asked()), "") << "the control";
  for (const LinkAsked& tried :
       {LinkAsked{first, token_, "rita", 1}, LinkAsked{number_, first_token, "rita", 1},
        LinkAsked{number_, token_.substr(1), "rita", 1}, LinkAsked{number_, "", "rita", 1},
        LinkAsked{"H-999999", token_, "rita", 1}, LinkAsked{"../kept", token_, "rita", 1},
        LinkAsked{number_, crypto::sha256_hex(token_), "rita", 1}}) {
    EXPECT_EQ(why(tried), "release.link_unknown") << tried.number;
    EXPECT_EQ(shown(tried), "release.link_unknown") << tried.number;
  }
  EXPECT_EQ(code(fetch({first, first_token, "rita", 2})), "release.link_no_file");
  EXPECT_EQ(why({first, first_token, "rita", 1}), "") << "the control";
}

TEST_F(LinkTest, NobodyOfAnotherInstitutionAndNobodyWhoIsClosed) {
  EXPECT_EQ(why(asked("mogens")), "release.link_not_yours");
  EXPECT_EQ(why(asked("nobody")), "identity.user_unknown");
  ASSERT_TRUE(identity::close_user(*ledger_, "olga", "eve", "rejst").ok());
  EXPECT_EQ(why(asked("eve")), "identity.user_closed");
  EXPECT_EQ(why(asked("sif")), "") << "the control";
  EXPECT_EQ(why(asked("rita")), "release.link_not_yours") << "somebody else has fetched";
}

TEST_F(LinkTest, OnceForEachFileButABrokenOffDownloadForAShortTime) {
  ASSERT_EQ(why(asked()), "");
  world_.ahead_microseconds += (link_resume_seconds - 60) * 1'000'000;
  ASSERT_EQ(why(asked()), "") << "begun anew";
  world_.ahead_microseconds += 120 * 1'000'000;
  EXPECT_EQ(why(asked()), "release.link_used");
}

TEST_F(LinkTest, NoMoreThanThreeTimesHoweverQuick) {
  for (uint32_t i = 0; i < link_fetches_max; ++i) EXPECT_EQ(why(asked()), "") << i;
  EXPECT_EQ(why(asked()), "release.link_used");
}

TEST_F(LinkTest, WhatArrivedIsFetched) {
  EXPECT_EQ(code(link_arrived(*ledger_, asked())), "release.link_stopped") << "before it was fetched";
  ASSERT_EQ(why(asked()), "");
  ASSERT_EQ(code(link_arrived(*ledger_, asked())), "");
  EXPECT_EQ(why(asked()), "release.link_used");
}

TEST_F(LinkTest, ExpiresByTheClock) {
  world_.pass_days(13);
  ASSERT_EQ(shown(asked()), "");
  world_.pass_days(1);
  EXPECT_EQ(shown(asked()), "release.link_expired");
  EXPECT_EQ(why(asked()), "release.link_expired");
}

TEST_F(LinkTest, DeadAfterARecall) {
  ASSERT_EQ(shown(asked()), "");
  ASSERT_TRUE(recall(*ledger_, number_, "anna", "fejl").ok());
  EXPECT_EQ(why(asked()), "release.link_recalled");
  const auto letters = notify::letters_about(store(), number_).value();
  ASSERT_EQ(letters.size(), 1u);
  EXPECT_NE(letters[0].text.find("link"), std::string::npos);
}

TEST_F(LinkTest, DeadWhileItIsHeldForABounceAndTheNewMailHasANewLink) {
  ASSERT_TRUE(bounce(*ledger_, number_, user("olga"), true, "ukendt modtager").ok());
  EXPECT_EQ(state(number_), State::held);
  EXPECT_EQ(why(asked()), "release.link_stopped");
  ASSERT_TRUE(settle(*ledger_, number_, "olga", Verdict::arrived, "spurgt").ok());
  EXPECT_EQ(why(asked()), "") << "the control: it had arrived";
}

TEST_F(LinkTest, DeadDuringAClosingOfAuthorProjectOrInstitution) {
  const std::pair<identity::Scope, std::string> all[] = {{identity::Scope::user, "anna"},
                                                         {identity::Scope::project, project},
                                                         {identity::Scope::institution, cvr}};
  for (const auto& [scope, subject] : all) {
    closing(true, scope, subject);
    const std::string said = shown(asked());
    EXPECT_TRUE(said == "release.link_stopped" || said == "identity.user_suspended") << subject << said;
    closing(false, scope, subject);
    EXPECT_EQ(shown(asked()), "") << "the control: the end gives it back";
  }
}

TEST_F(LinkTest, DeadWhenTheRecipientIsOffTheListOrTheProjectEnded) {
  for (const auto& [change, back] :
       {std::pair{"UPDATE recipient SET address = '@andre.dk'",
                  "UPDATE recipient SET address = '@kommune.dk'"},
        std::pair{"UPDATE project SET valid_to = '2020-12-31'", "UPDATE project SET valid_to = '2099-12-31'"},
        std::pair{"INSERT INTO member SELECT 'FVM-2026-0017', id, 0 FROM user WHERE name = 'rita'",
                  "DELETE FROM member WHERE user = (SELECT id FROM user WHERE name = 'rita')"}}) {
    execute(change);
    EXPECT_EQ(why(asked("sif")), "release.link_stopped") << change;
    execute(back);
  }
  EXPECT_EQ(why(asked("sif")), "") << "the control";
}

TEST_F(LinkTest, WhoCanWriteInTheStoreAloneMakesNoLinkAndTurnsNone) {
  // A blocked attempt's bytes, and a request whose mail went out; both of the same author.
  const std::string secret = "cpr;navn\n0101901234;Anna\n";
  put("x.csv", secret);
  const auto kept = copies_->keep(Descriptor(::open((outbox() / "x.csv").c_str(), O_RDONLY)).get(), 1 << 20);
  ASSERT_TRUE(kept.ok());
  ASSERT_EQ(shown(asked()), "");
  execute(
      ("UPDATE release_file SET sha256 = '" + kept->sha256 + "', approved_sha256 = '" + kept->sha256 + "'")
          .c_str());
  EXPECT_EQ(why(asked()), "release.link_stopped") << "other bytes under a link that was mailed";
  const auto approved_sha = crypto::sha256_hex(content);
  execute(
      ("UPDATE release_file SET sha256 = '" + approved_sha + "', approved_sha256 = '" + approved_sha + "'")
          .c_str());
  const std::string mine(link_token_characters, 'b');
  execute(("UPDATE release_link SET token_sha256 = '" + crypto::sha256_hex(mine) + "'").c_str());
  EXPECT_EQ(why({number_, mine, "rita", 1}), "release.link_stopped") << "a token of one's own";
  execute(("UPDATE release_link SET token_sha256 = '" + crypto::sha256_hex(token_) +
           "', expires = 9000000000000000")
              .c_str());
  EXPECT_EQ(why(asked()), "release.link_stopped") << "another time";
}

TEST_F(LinkTest, TheControlOfThatTheSameLinkUnchangedOpens) {
  execute("UPDATE release_link SET made = made + 1");  // what is not vouched for
  EXPECT_EQ(why(asked()), "");
}

TEST_F(LinkTest, ACopyThatIsNotTheApprovedBytesIsNotHandedOutAndNothingIsUsedUp) {
  const auto place = copies_->place_of(crypto::sha256_hex(content)).value();
  const std::string whole = real_world().read_file(place.sealed, 1 << 20).value();
  std::string bent = whole;
  bent[bent.size() - 3] ^= 1;
  std::filesystem::permissions(place.sealed, std::filesystem::perms::owner_all);
  std::ofstream(place.sealed, std::ios::binary) << bent;
  EXPECT_EQ(why(asked()), "release.not_approved_bytes");
  EXPECT_TRUE(found(number_).link->files.empty());
  std::ofstream(place.sealed, std::ios::binary) << whole;
  EXPECT_EQ(why(asked()), "") << "the control";
}

TEST_F(LinkTest, ManyAtOnceGetNoMoreThanOneAfterTheOther) {
  std::atomic<uint32_t> got = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      const auto ledger =
          audit::Ledger::open(world_, instance_->audit(), instance_->store_file(), {}).value();
      got += fetch_link(world_, *ledger, *copies_, vouch_, asked(i % 2 == 0 ? "rita" : "sif")).ok();
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(got, link_fetches_max);
  const Link link = *found(number_).link;
  EXPECT_EQ(link.files.at(0).fetches, link_fetches_max);
  std::set<std::string> fetchers;
  for (const auto& fact : found(number_).deliveries) {
    if (fact.what == "link_fetched") fetchers.insert(fact.who);
  }
  EXPECT_EQ(fetchers, std::set<std::string>{link.opener}) << "one account alone";
}

TEST_F(LinkTest, EveryOpeningAndEveryRefusalIsInTheLedger) {
  const size_t before = records();
  (void)shown(asked()), (void)why(asked()), (void)why(asked("mogens")), (void)shown({number_, "", "rita", 0});
  EXPECT_EQ(records(), before + 4);
  EXPECT_NE(ledger_text().find("release.link_refused"), std::string::npos);
}

TEST_F(LinkTest, TheFactsOfOneRequestAreBounded) {
  for (int64_t i = 0; i < delivery_facts_max + 20; ++i) (void)shown(asked());
  EXPECT_EQ(found(number_).deliveries.size(), static_cast<size_t>(delivery_facts_max));
}

TEST(LinkAddress, HoldsTheTokenWhereNoServerSeesIt) {
  EXPECT_EQ(link_address("https://p.dk//", "H-000001", "ab"), "https://p.dk/hent/H-000001#ab");
}

}  // namespace
}  // namespace fvm::release
