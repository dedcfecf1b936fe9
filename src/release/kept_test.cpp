// Invariant 2: attempts are kept copies, whatever became of them; and damage to them is found.
#include "release/kept.hpp"

#include <gtest/gtest.h>

#include "release/testing.hpp"

namespace fvm::release {
namespace {

using What = KeptFault::What;

class KeptTest : public ReleaseTest {
 protected:
  KeptReport report() { return verify_kept(world_, *instance_, *copies_, store()).value(); }
  std::vector<What> faults() {
    std::vector<What> out;
    for (const KeptFault& fault : report().faults) out.push_back(fault.what);
    return out;
  }
  std::string digest(const std::string& number) { return found(number).files[0].sha256; }
  Path file_of(const std::string& number) { return copies_->place_of(digest(number))->sealed; }
};

TEST_F(KeptTest, EveryAttemptIsThereWhateverBecameOfIt) {
  const std::string blocked_one = [&] {
    scanned_.value().blocks = true;
    const std::string number = sent("a\n");
    scanned_.value().blocks = false;
    return number;
  }();
  ASSERT_TRUE(step(sent("b\n"), user("anna"), Event::withdraw).ok());
  const std::string returned = sent("c\n");
  ASSERT_TRUE(say(returned, "rita", Ballot::send_back).ok());
  put("t.csv", "d\n");
  ASSERT_TRUE(resubmit(*ledger_, returned, "anna", {"t.csv"}, true, "").ok());
  ASSERT_TRUE(advance(world_, *ledger_, *instance_, hands_, returned).ok());
  ASSERT_TRUE(say(sent("a\n"), "rita", Ballot::reject).ok());
  EXPECT_EQ(state(blocked_one), State::blocked);
  EXPECT_EQ(report().attempts, 5u);
  EXPECT_EQ(report().copies, 4u) << "the same bytes twice are one copy";
  EXPECT_EQ(report().bytes, 8u);
  EXPECT_TRUE(faults().empty());
}

TEST_F(KeptTest, EachKindOfDamageIsFound) {
  const std::string number = sent("a\n");
  const Path file = file_of(number);
  std::filesystem::permissions(file, std::filesystem::perms::owner_write, std::filesystem::perm_options::add);
  EXPECT_EQ(faults(), std::vector{What::writable});
  std::filesystem::resize_file(file, std::filesystem::file_size(file) - 1);
  EXPECT_EQ(faults(), std::vector{What::changed});
  std::filesystem::rename(file, file.parent_path() / std::string(64, '0'));
  EXPECT_EQ(faults(), (std::vector{What::missing, What::unknown}));
}

TEST_F(KeptTest, SwappedCopiesAndALostKeyAreFound) {
  const Path a = file_of(sent("a\n")), b = file_of(sent("b\n")), aside = a.parent_path() / "x";
  std::filesystem::rename(a, aside), std::filesystem::rename(b, a), std::filesystem::rename(aside, b);
  EXPECT_EQ(faults(), (std::vector{What::changed, What::changed}));
  std::filesystem::rename(a, aside), std::filesystem::rename(b, a), std::filesystem::rename(aside, b);
  EXPECT_TRUE(faults().empty()) << "the control";
  keys_.halves_.erase(a.stem().string());
  EXPECT_EQ(faults(), std::vector{What::locked});
  keys_.down_ = true;
  EXPECT_EQ(code(verify_kept(world_, *instance_, *copies_, store())), "wire.not_running")
      << "a keeper that is down says nothing about the copies";
}

TEST_F(KeptTest, WhatIsFoundIsOnRecordAndToldToOperators) {
  const auto watch = [&] { return watch_kept(world_, *instance_, *copies_, *ledger_).value().faults.size(); };
  const size_t before = records();
  EXPECT_EQ(watch(), 0u);
  EXPECT_EQ(records(), before) << "nothing was sent yet";
  const std::string number = sent("a\n");
  const size_t told = notify::notices(store(), number)->size();
  EXPECT_EQ(watch(), 0u);
  EXPECT_EQ(notify::notices(store(), number)->size(), told);
  std::filesystem::remove(file_of(number));
  EXPECT_EQ(watch(), 1u);
  const auto notices = notify::notices(store(), number).value();
  ASSERT_EQ(notices.size(), told + 1);
  EXPECT_EQ(notices.back().key, "notice.copy_fault");
  EXPECT_EQ(notices.back().audience, "role:operator");
}

}  // namespace
}  // namespace fvm::release
