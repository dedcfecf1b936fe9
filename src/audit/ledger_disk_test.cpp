// The ledger on a disk that fails: nothing happens that cannot be written down.
#include <sched.h>
#include <sys/mount.h>

#include "audit/ledger_fixture.hpp"
#include "base/forwarding_world.hpp"

namespace fvm::audit {
namespace {

class LedgerDiskTest : public LedgerTest {};

// A disk that fails from now on.
class FaultyWorld : public ForwardingWorld {
 public:
  bool full = false, read_only = false;
  Result<void> append_file(const Path& p, std::string_view b, unsigned m) override {
    TRY(fault(p));
    return real_world().append_file(p, b, m);
  }
  Result<void> reserve(const Path& p, uint64_t n, unsigned m) override {
    if (!late) TRY(fault(p));
    return World::reserve(p, n, m);
  }
  bool late = false;  // the fault comes only after space was promised

 private:
  Result<void> fault(const Path& path) const {
    if (full) return surroundings("file.disk_full", {{"file", path.string()}});
    if (read_only) return system_error("open " + path.string(), EROFS);
    return {};
  }
};

TEST_F(LedgerDiskTest, AFullOrReadOnlyDiskRefusesBeforeAnythingChanges) {
  FaultyWorld world;
  auto ledger = Ledger::open(world, audit(), store(), {}).value();
  ASSERT_TRUE(ledger->migrate("test", {"CREATE TABLE note (text TEXT)"}).ok());
  bool begun = false;
  const auto body = [&](Writer&) -> Result<void> {
    begun = true;
    return {};
  };
  world.full = true;
  EXPECT_EQ(ledger->write({"anne", "test.noted", "x", {}}, body).error().code, "audit.disk_full");
  world.full = false;
  world.read_only = true;
  EXPECT_EQ(ledger->write({"anne", "test.noted", "x", {}}, body).error().code, "audit.not_writable");
  EXPECT_FALSE(begun);
  expect_one_chain(1);
  world.read_only = false;
  EXPECT_TRUE(add(*ledger, "again").ok());
  expect_one_chain(2);
}

// The file fails although space was promised: the change stands with its record in the store, nothing new
// begins until the record is in the file.
TEST_F(LedgerDiskTest, ALateFaultKeepsTheRecordAndStopsTheNext) {
  FaultyWorld world;
  auto ledger = Ledger::open(world, audit(), store(), {}).value();
  ASSERT_TRUE(ledger->migrate("test", {"CREATE TABLE note (text TEXT)"}).ok());
  world.full = world.late = true;
  EXPECT_TRUE(add(*ledger, "first").ok());
  EXPECT_EQ(add(*ledger, "second").error().code, "audit.disk_full");
  EXPECT_EQ(notes(*ledger), 1);
  expect_one_chain(1);
  world.full = false;
  EXPECT_TRUE(add(*ledger, "third").ok());
  EXPECT_EQ(notes(*ledger), 2);
  expect_one_chain(3);
}

// The same on a real full file system: a small tmpfs, in a mount namespace of its own.
TEST_F(LedgerDiskTest, ARealFullDiskLosesNothing) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("tmpfs", audit().c_str(), "tmpfs", 0, "size=3m") != 0) {
      ::_exit(77);
    }
    auto ledger = open().value();
    int written = 0;
    std::string code;
    for (; written < 200 && code.empty(); ++written) {
      const auto done = add(*ledger, std::string(60'000, 'x'));
      if (!done.ok()) code = done.error().code;
    }
    const bool right = code == "audit.disk_full" && notes(*ledger) == written - 1 &&
                       lines().size() == static_cast<size_t>(written) && written > 5;
    ::_exit(right ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 77) GTEST_SKIP() << "may not mount a tmpfs here";
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace fvm::audit
