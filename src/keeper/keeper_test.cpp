#include <grp.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "crypto/ed25519.hpp"
#include "crypto/identifier.hpp"
#include "crypto/sealed_box.hpp"
#include "keeper/service.hpp"

namespace fvm::keeper {
namespace {

class KeeperTest : public ::testing::Test {
 protected:
  World& world_ = real_world();
  Path folder_ = std::filesystem::temp_directory_path() / ("fvm-keeper-" + random_hex(world_, 6));
  config::Instance instance_{folder_};

  void SetUp() override { ASSERT_TRUE(instance_.make_folders(world_).ok()); }
  void TearDown() override { (void)world_.remove_tree(folder_); }

  void make_keys(const std::optional<Path>& passphrase = {}) {
    const auto made = KeyStore::make(world_, instance_, passphrase);
    ASSERT_TRUE(made.ok()) << made.error().code;
  }
  std::string code_of_open(const std::optional<Path>& passphrase = {}) {
    const auto opened = KeyStore::open(world_, instance_, passphrase);
    return opened.ok() ? "" : opened.error().code;
  }
  Path passphrase_file(std::string_view text) {
    const Path file = folder_ / "passphrase";
    EXPECT_TRUE(world_.replace_file(file, text, 0600).ok());
    return file;
  }
  std::string read(const Path& file) { return world_.read_file(file, 1 << 20).value(); }
};

unsigned mode_of(const Path& file) {
  struct stat about{};
  EXPECT_EQ(::stat(file.c_str(), &about), 0) << file;
  return about.st_mode & 0777;
}

TEST_F(KeeperTest, KeyFilesAreTheOwnersAlone) {
  make_keys();
  EXPECT_EQ(mode_of(instance_.keys()), 0700u);
  const auto entries = world_.list(instance_.keys()).value();
  EXPECT_EQ(entries.size(), 7u);
  for (const auto& entry : entries)
    EXPECT_EQ(mode_of(instance_.keys() / entry.name), entry.is_directory ? 0700u : 0600u) << entry.name;
  EXPECT_EQ(code_of_open(), "");
  ::chmod(instance_.key_file("mirror").c_str(), 0640);
  EXPECT_EQ(code_of_open(), "keeper.key_open_to_others");
}

TEST_F(KeeperTest, MakingTwiceKeepsTheKeys) {
  make_keys();
  const std::string mirror = read(instance_.key_file("mirror"));
  const std::string audit = read(instance_.audit_public_key());
  make_keys();
  EXPECT_EQ(read(instance_.key_file("mirror")), mirror);
  EXPECT_EQ(read(instance_.audit_public_key()), audit);
}

TEST_F(KeeperTest, Passphrase) {
  const auto passphrase = passphrase_file("korrekt hest batteri klamme\n");
  make_keys(passphrase);
  EXPECT_EQ(code_of_open(), "keeper.passphrase_needed");
  EXPECT_EQ(code_of_open(passphrase), "");
  EXPECT_FALSE(world_.exists(instance_.seal_key_file()));
  EXPECT_EQ(code_of_open(passphrase_file("korrekt hest batteri klammf\n")), "keeper.wrong_passphrase");
  EXPECT_EQ(code_of_open(passphrase_file("\n")), "keeper.passphrase_empty");
  ::chmod(passphrase.c_str(), 0644);
  EXPECT_EQ(code_of_open(passphrase), "keeper.key_open_to_others");
}

TEST_F(KeeperTest, ShortPassphraseMakesNothing) {
  const auto made = KeyStore::make(world_, instance_, passphrase_file("kort\n"));
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().code, "keeper.passphrase_short");
  EXPECT_FALSE(world_.exists(instance_.sealing_file()));
}

TEST_F(KeeperTest, EveryDamagedByteIsNoticed) {
  make_keys();
  for (const Path& file : {instance_.key_file("mirror"), instance_.sealing_file()}) {
    const std::string whole = read(file);
    for (size_t i = 0; i < whole.size(); i += 7) {
      std::string damaged = whole;
      damaged[i] = damaged[i] == '0' ? '1' : '0';
      ASSERT_TRUE(world_.replace_file(file, damaged, 0600).ok());
      const std::string code = code_of_open();
      // In the salt or check of the sealing, damage cannot be told from another key file.
      EXPECT_TRUE(code == "keeper.key_damaged" || code == "keeper.wrong_key_file")
          << file << " " << i << code;
    }
    ASSERT_TRUE(world_.replace_file(file, whole.substr(0, whole.size() / 2), 0600).ok());
    EXPECT_EQ(code_of_open(), "keeper.key_damaged");
    ASSERT_TRUE(world_.replace_file(file, whole, 0600).ok());
  }
  EXPECT_EQ(code_of_open(), "");
}

TEST_F(KeeperTest, AKeyInAnothersPlaceDoesNotOpen) {
  make_keys();
  ASSERT_TRUE(
      world_.replace_file(instance_.key_file("mirror"), read(instance_.key_file("audit")), 0600).ok());
  EXPECT_EQ(code_of_open(), "keeper.key_damaged");
}

TEST_F(KeeperTest, NoKeysAndWrongKeyFile) {
  EXPECT_EQ(code_of_open(), "keeper.no_keys");
  make_keys();
  ASSERT_TRUE(world_.replace_file(instance_.seal_key_file(), "another key file\n", 0600).ok());
  EXPECT_EQ(code_of_open(), "keeper.wrong_key_file");
}

// A running keeper with a caller.
class Serving : public KeeperTest {
 protected:
  std::unique_ptr<KeyStore> keys_;
  std::atomic<bool> stop_ = false;
  std::thread server_;

  void SetUp() override {
    KeeperTest::SetUp();
    make_keys();
    keys_ = KeyStore::open(world_, instance_, {}).value();
    server_ = std::thread([this] {
      wire::Listener listener = wire::Listener::at(instance_.keeper_socket()).value();
      auto door = wire::Door::beside(real_world(), instance_.keeper_socket()).value();
      EXPECT_TRUE(serve(listener, *keys_, "test", stop_, std::move(door)).ok());
    });
    while (!real_world().exists(wire::power_file(instance_.keeper_socket())) ||
           !wire::connect(instance_.keeper_socket(), "fvm-keeper").ok())
      ::usleep(1000);
  }
  void TearDown() override {
    stop_ = true;
    server_.join();
    KeeperTest::TearDown();
  }
  wire::Connection connect() { return wire::connect(instance_.keeper_socket(), "fvm-keeper").value(); }
  static std::string code_of(const auto& result) { return result.ok() ? "" : result.error().code; }
};

const std::vector<uint64_t> some_values = {1, 2, crypto::identifier_values - 1};

TEST_F(Serving, PseudonymsDifferByProjectAndKindAndStay) {
  auto caller = connect();
  for (const char* project : {"P-1", "P-2"})
    ASSERT_TRUE(caller.call<wire::Done>(wire::MakeProjectKey{project}).ok());
  const auto ask = [&](const char* scope, uint8_t kind) {
    return caller.call<wire::Pseudonyms>(wire::Pseudonymise{scope, kind, some_values}).value().values;
  };
  const auto mirror = ask("mirror", 1);
  EXPECT_EQ(mirror.size(), some_values.size());
  EXPECT_EQ(mirror, ask("mirror", 1));
  EXPECT_NE(mirror, ask("mirror", 2));
  EXPECT_NE(mirror, ask("P-1", 1));
  EXPECT_NE(ask("P-1", 1), ask("P-2", 1));
  // The same after a restart: the keys are on disk.
  const auto again = KeyStore::open(world_, instance_, {}).value();
  std::vector<uint64_t> values = some_values;
  ASSERT_TRUE(again->cipher_of("P-1", 1)->encrypt(values).ok());
  EXPECT_EQ(values, ask("P-1", 1));
}

TEST_F(Serving, RefusesWhatItMust) {
  auto caller = connect();
  const auto ask = [&](const std::string& scope, uint8_t kind, std::vector<uint64_t> values) {
    return code_of(caller.call<wire::Pseudonyms>(wire::Pseudonymise{scope, kind, std::move(values)}));
  };
  EXPECT_EQ(ask("nobody", 1, {1}), "keeper.unknown_scope");
  EXPECT_EQ(ask("../mirror", 1, {1}), "keeper.unknown_scope");
  EXPECT_EQ(ask("", 1, {1}), "keeper.unknown_scope");
  EXPECT_EQ(ask("mirror", 0, {1}), "keeper.unknown_kind");
  EXPECT_EQ(ask("mirror", 4, {1}), "keeper.unknown_kind");
  EXPECT_EQ(ask("mirror", 1, {1, crypto::identifier_values}), "crypto.value_too_large");
  EXPECT_EQ(ask("mirror", 1, std::vector<uint64_t>(batch_values_max + 1)), "keeper.batch_too_large");
  EXPECT_EQ(ask("mirror", 1, std::vector<uint64_t>(batch_values_max)), "");
  for (const char* project : {"mirror", "../x", "", "a/b"})
    EXPECT_EQ(code_of(caller.call<wire::Done>(wire::MakeProjectKey{project})), "keeper.bad_project")
        << project;
  EXPECT_EQ(code_of(caller.call<wire::Signature>(wire::Sign{std::string(checkpoint_bytes_max + 1, 'x')})),
            "keeper.checkpoint_too_long");
  EXPECT_EQ(code_of(caller.call<wire::Captured>(wire::Capture{"1", "x", 1})), "wire.broken_message");
}

TEST_F(Serving, ProjectKeysAreMadeOnceAndDropped) {
  auto caller = connect();
  ASSERT_TRUE(caller.call<wire::Done>(wire::MakeProjectKey{"P-1"}).ok());
  const std::string file = read(instance_.project_key_file("P-1"));
  ASSERT_TRUE(caller.call<wire::Done>(wire::MakeProjectKey{"P-1"}).ok());
  EXPECT_EQ(read(instance_.project_key_file("P-1")), file);
  EXPECT_EQ(mode_of(instance_.project_key_file("P-1")), 0600u);
  const wire::Pseudonymise request{"P-1", 1, some_values};
  ASSERT_TRUE(caller.call<wire::Pseudonyms>(request).ok());
  // Dropped over another connection: this one's ciphers go too.
  ASSERT_TRUE(connect().call<wire::Done>(wire::DropProjectKey{"P-1"}).ok());
  EXPECT_EQ(code_of(caller.call<wire::Pseudonyms>(request)), "keeper.unknown_scope");
  EXPECT_FALSE(world_.exists(instance_.project_key_file("P-1")));
}

TEST_F(Serving, ManyMakeOneKey) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back(
        [this] { EXPECT_TRUE(connect().call<wire::Done>(wire::MakeProjectKey{"P-9"}).ok()); });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(world_.list(instance_.project_keys())->size(), 1u);
}

TEST_F(Serving, SignsCheckpointsOnly) {
  auto caller = connect();
  const auto keys = caller.call<wire::PublicKeys>(wire::GetPublicKeys{}).value();
  EXPECT_EQ(crypto::parse_public_key(read(instance_.audit_public_key())).value(), keys.audit);
  const auto signature = caller.call<wire::Signature>(wire::Sign{"root 1"}).value();
  EXPECT_TRUE(crypto::verify(keys.audit, "fvm-audit-checkpoint\nroot 1", signature.bytes));
  EXPECT_FALSE(crypto::verify(keys.audit, "root 1", signature.bytes));
}

TEST_F(Serving, OpensBoxes) {
  auto caller = connect();
  const auto keys = caller.call<wire::PublicKeys>(wire::GetPublicKeys{}).value();
  const std::string box = crypto::seal(keys.set_aside, "line 7").value();
  const auto secret = caller.call<wire::Secret>(wire::Unseal{crypto::ephemeral_key_of(box).value()}).value();
  EXPECT_EQ(crypto::open(secret.bytes, box).value(), "line 7");
  EXPECT_EQ(code_of(caller.call<wire::Secret>(wire::Unseal{std::string(32, 0)})), "crypto.key_refused");
  EXPECT_EQ(code_of(caller.call<wire::Secret>(wire::Unseal{"short"})), "crypto.key_length");
}

// A connection that goes into a sandbox can do one thing. The positive control is OpensBoxes and the others.
TEST_F(Serving, NarrowedConnectionsDoOneThing) {
  ASSERT_TRUE(connect().call<wire::Done>(wire::MakeProjectKey{"P-1"}).ok());
  auto caller = connect();
  ASSERT_TRUE(caller.call<wire::Done>(wire::Narrow{"mirror"}).ok());
  EXPECT_TRUE(caller.call<wire::Pseudonyms>(wire::Pseudonymise{"mirror", 1, {1}}).ok());
  EXPECT_EQ(code_of(caller.call<wire::Pseudonyms>(wire::Pseudonymise{"P-1", 1, {1}})), "keeper.narrowed");
  EXPECT_EQ(code_of(caller.call<wire::Done>(wire::Narrow{"P-1"})), "keeper.narrowed");
  EXPECT_EQ(code_of(caller.call<wire::Signature>(wire::Sign{"x"})), "keeper.narrowed");
  EXPECT_EQ(code_of(caller.call<wire::Secret>(wire::Unseal{std::string(32, 9)})), "keeper.narrowed");
  EXPECT_EQ(code_of(caller.call<wire::Done>(wire::MakeProjectKey{"P-2"})), "keeper.narrowed");
  EXPECT_EQ(code_of(caller.call<wire::Done>(wire::DropProjectKey{"P-1"})), "keeper.narrowed");
  EXPECT_TRUE(caller.call<wire::Status>(wire::GetStatus{}).ok());
}

TEST_F(Serving, BrokenFramesHurtNobodyElse) {
  auto good = connect();
  const std::string broken_frames[] = {
      std::string("\xff\xff\xff\xff\x0a\x00", 6),                   // longer than any message
      std::string("\x04\x00\x00\x00\x0a\x00\xff\xff\xff\xff", 10),  // a list longer than its frame
      std::string("\x00\x00\x00\x00\x63\x00", 6),                   // no such type
      "garbage that is long enough to be a header",
  };
  for (const std::string& bytes : broken_frames) {
    auto caller = connect();
    ASSERT_EQ(::write(caller.descriptor(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    const auto reply = caller.receive(2000);
    EXPECT_TRUE(!reply.ok() || reply->type == wire::Type::failure);
  }
  EXPECT_TRUE(good.call<wire::Status>(wire::GetStatus{}).ok());
}

TEST_F(Serving, ConnectionsAreBounded) {
  std::vector<wire::Connection> held;
  for (size_t i = 0; i < connections_max; ++i) {
    held.push_back(connect());
    ASSERT_TRUE(held.back().call<wire::Status>(wire::GetStatus{}).ok()) << i;
  }
  auto one_more = connect();
  EXPECT_EQ(code_of(wire::Connection::read<wire::Status>(one_more.receive(2000).value())), "keeper.busy");
  held.clear();
  ::usleep(200'000);
  EXPECT_TRUE(connect().call<wire::Status>(wire::GetStatus{}).ok());
}

// Another user who gets as far as the socket is refused by the kernel's word on who calls.
TEST_F(Serving, OtherUsersAreRefused) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to become somebody else";
  ::chmod(folder_.c_str(), 0711);
  ::chmod(instance_.run().c_str(), 0711);
  ::chmod(instance_.keeper_socket().c_str(), 0666);
  const pid_t child = ::fork();
  if (child == 0) {
    constexpr uid_t nobody = 65534;
    if (::setgroups(0, nullptr) != 0 || ::setgid(nobody) != 0 || ::setuid(nobody) != 0) ::_exit(2);
    auto caller = wire::connect(instance_.keeper_socket(), "fvm-keeper");
    if (!caller.ok()) ::_exit(3);
    const auto reply = caller->receive(2000);
    if (!reply.ok()) ::_exit(4);
    const auto status = wire::Connection::read<wire::Status>(*reply);
    ::_exit(!status.ok() && status.error().code == "keeper.not_for_you" ? 0 : 5);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace fvm::keeper
