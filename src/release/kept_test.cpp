// Invariant 2: attempts are kept copies, whatever became of them; and damage to them is found.
#include "release/kept.hpp"

#include <gtest/gtest.h>

#include "release/testing.hpp"

namespace fvm::release {
namespace {

class KeptTest : public ReleaseTest {
 protected:
  KeptReport report() { return verify_kept(world_, *instance_, store()).value(); }
  std::vector<KeptFault::What> faults() {
    std::vector<KeptFault::What> out;
    for (const KeptFault& fault : report().faults) out.push_back(fault.what);
    return out;
  }
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
  const Path file = kept_path(*instance_, found(sent("a\n")).files[0].sha256);
  std::filesystem::permissions(file, std::filesystem::perms::owner_write, std::filesystem::perm_options::add);
  EXPECT_EQ(faults(), std::vector{KeptFault::What::writable});
  std::ofstream(file) << "b";
  EXPECT_EQ(faults(), std::vector{KeptFault::What::changed});
  std::filesystem::rename(file, file.parent_path() / std::string(64, '0'));
  EXPECT_EQ(faults(), (std::vector{KeptFault::What::missing, KeptFault::What::unknown}));
}

}  // namespace
}  // namespace fvm::release
