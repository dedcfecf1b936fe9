// Keys of kept copies: names that tell nothing, a half for each copy, and its end.
#include "crypto/sha256.hpp"
#include "keeper/testing.hpp"

namespace fvm::keeper {
namespace {

class KeptKeys : public KeyStoreTest {
 protected:
  const std::string digest_ = crypto::sha256_hex("hej"), other_ = crypto::sha256_hex("du");
  const std::string key_ = std::string(32, 'k');

  std::string opened(const std::string& sha256, const std::string& sealed) {
    const auto key = keys_->open_kept(sha256, sealed);
    return key.ok() ? *key : key.error().code;
  }
};

TEST_F(KeptKeys, TheNameIsTheSameEachTimeAndNotTheDigest) {
  const auto told = keys_->name_kept(digest_).value();
  EXPECT_FALSE(told.has_key);
  EXPECT_NE(told.name, digest_);
  EXPECT_EQ(told.name.size(), 64u);
  EXPECT_EQ(keys_->seal_kept(digest_, key_)->first, told.name);
  EXPECT_NE(keys_->name_kept(other_)->name, told.name);
  open();
  EXPECT_EQ(keys_->name_kept(digest_)->name, told.name);
  EXPECT_TRUE(keys_->name_kept(digest_)->has_key);
  ASSERT_TRUE(world_.remove_tree(instance_.keys()).ok());
  ASSERT_TRUE(world_.remove_tree(instance_.erasable()).ok());
  ASSERT_TRUE(instance_.make_folders(world_).ok());
  ASSERT_TRUE(world_.remove(instance_.audit_public_key()).ok());
  ASSERT_TRUE(KeyStore::make(world_, instance_, {}).ok());
  open();
  EXPECT_NE(keys_->name_kept(digest_)->name, told.name)
      << "another instance's keeper has another name for it";
}

TEST_F(KeptKeys, WhatIsSealedOpensForTheSameBytesAlone) {
  const std::string sealed = keys_->seal_kept(digest_, key_)->second;
  ASSERT_TRUE(keys_->seal_kept(other_, key_).ok());
  EXPECT_EQ(sealed.find(key_), std::string::npos);
  EXPECT_EQ(opened(digest_, sealed), key_);
  EXPECT_NE(keys_->seal_kept(digest_, key_)->second, sealed) << "another time it looks otherwise";
  EXPECT_EQ(opened(other_, sealed), "keeper.kept_key_damaged");
  EXPECT_EQ(opened(digest_, sealed.substr(1)), "keeper.kept_key_damaged");
  std::string changed = sealed;
  changed.back() = static_cast<char>(changed.back() ^ 1);
  EXPECT_EQ(opened(digest_, changed), "keeper.kept_key_damaged");
  EXPECT_EQ(opened(crypto::sha256_hex("x"), sealed), "keeper.no_kept_key");
}

TEST_F(KeptKeys, DestroyedIsForGoodAlsoWithABackupOfTheOtherKeys) {
  const auto [name, sealed] = keys_->seal_kept(digest_, key_).value();
  const std::string half = read(instance_.kept_half_file(name));
  ASSERT_TRUE(keys_->destroy_kept(name).ok());
  ASSERT_TRUE(keys_->destroy_kept(name).ok()) << "again";
  EXPECT_EQ(opened(digest_, sealed), "keeper.no_kept_key");
  ASSERT_TRUE(keys_->seal_kept(digest_, key_).ok());
  EXPECT_EQ(opened(digest_, sealed), "keeper.kept_key_damaged") << "a new half opens nothing of before";
  ASSERT_TRUE(world_.replace_file(instance_.kept_half_file(name), half, 0600).ok());
  EXPECT_EQ(opened(digest_, sealed), key_) << "the control: a backup of erasable/, which must not exist";
}

TEST_F(KeptKeys, AHalfInAnothersPlaceDoesNotOpen) {
  const auto [name, sealed] = keys_->seal_kept(digest_, key_).value();
  const std::string other = keys_->seal_kept(other_, key_)->first;
  const std::string half = read(instance_.kept_half_file(other));
  ASSERT_TRUE(world_.replace_file(instance_.kept_half_file(name), half, 0600).ok());
  EXPECT_EQ(opened(digest_, sealed), "keeper.key_damaged");
}

TEST_F(KeptKeys, AnInstanceOfBeforeGetsItsKeyAndALostOneIsSeen) {
  ASSERT_TRUE(world_.remove(instance_.key_file(kept_key_name)).ok());
  open();
  EXPECT_TRUE(world_.exists(instance_.key_file(kept_key_name)));
  ASSERT_TRUE(keys_->seal_kept(digest_, key_).ok());
  ASSERT_TRUE(world_.remove(instance_.key_file(kept_key_name)).ok());
  EXPECT_FALSE(KeyStore::open(world_, instance_, {}).ok()) << "copies are locked: nobody makes another key";
}

TEST_F(KeptKeys, WhatIsNoDigestIsRefused) {
  for (const std::string& bad : {std::string(), std::string("../../keys/mirror"), std::string(63, 'a'),
                                 std::string(64, 'A'), std::string(64, '/')}) {
    EXPECT_EQ(keys_->name_kept(bad).error().code, "keeper.bad_digest") << bad;
    EXPECT_EQ(keys_->destroy_kept(bad).error().code, "keeper.bad_digest") << bad;
  }
  EXPECT_EQ(keys_->seal_kept(digest_, "short").error().code, "keeper.bad_digest");
}

}  // namespace
}  // namespace fvm::keeper
