// Storage keys of projects: two halves, poured and never told, destroyed for good and certified.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "crypto/ed25519.hpp"
#include "keeper/service.hpp"
#include "keeper/testing.hpp"

namespace fvm::keeper {
namespace {

constexpr const char* project = "FVM-2026-0017";

class StorageKeys : public KeyStoreTest {
 protected:
  std::atomic<uint64_t> served_ = 0;

  std::string key() {
    const auto found = keys_->storage_key(project);
    return found.ok() ? std::string(found->view()) : found.error().code;
  }
};

TEST_F(StorageKeys, OneIsMadeOnceAndComesBackTheSame) {
  EXPECT_EQ(key(), "keeper.no_storage_key");
  const auto made = keys_->make_storage_key(project);
  ASSERT_TRUE(made.ok()) << made.error().code;
  const std::string first = key();
  EXPECT_EQ(first.size(), 32u);
  EXPECT_EQ(keys_->make_storage_key(project).value(), *made);
  open();
  EXPECT_EQ(key(), first);
  ASSERT_TRUE(keys_->make_storage_key("FVM-2026-0018").ok());
  EXPECT_NE(std::string(keys_->storage_key("FVM-2026-0018")->view()), first);
}

// The attack that matters: a backup of keys/ put back. Its positive control is the pair of halves together.
TEST_F(StorageKeys, EitherHalfAloneIsNothing) {
  ASSERT_TRUE(keys_->make_storage_key(project).ok());
  const std::string right = key();
  const std::string half = read(instance_.storage_half_file(project));
  ASSERT_TRUE(world_.remove(instance_.storage_half_file(project)).ok());
  EXPECT_EQ(key(), "keeper.no_storage_key");
  // Another half gives another key: the first is not a key by itself.
  ASSERT_TRUE(keys_->make_storage_key(project).ok());
  EXPECT_NE(key(), right);
  ASSERT_TRUE(world_.replace_file(instance_.storage_half_file(project), half, 0600).ok());
  EXPECT_EQ(key(), right);
}

TEST_F(StorageKeys, AHalfOfAnotherProjectDoesNotOpen) {
  ASSERT_TRUE(keys_->make_storage_key(project).ok());
  ASSERT_TRUE(keys_->make_storage_key("FVM-2026-0018").ok());
  std::filesystem::copy_file(instance_.storage_half_file("FVM-2026-0018"),
                             instance_.storage_half_file(project),
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(key(), "keeper.key_damaged");
}

TEST_F(StorageKeys, DestroyedIsDestroyedAndTheCertificateSaysSo) {
  ASSERT_TRUE(keys_->make_project_key(project).ok());
  const std::string fingerprint = keys_->make_storage_key(project).value();
  const auto certified = keys_->destroy_project_keys(project, "title: Ærø\nreason: expired\n");
  ASSERT_TRUE(certified.ok()) << certified.error().code;
  EXPECT_TRUE(crypto::verify(keys_->audit_key().public_key(), certified->text, certified->signature));
  EXPECT_TRUE(certified->text.starts_with(std::string(crypto::certificate_prefix) + "project: " + project +
                                          "\nstorage key: sha256 " + fingerprint + "\nkeys destroyed: "));
  EXPECT_TRUE(certified->text.ends_with("title: Ærø\nreason: expired\n"));
  for (const Path& file : {instance_.storage_key_file(project), instance_.storage_half_file(project),
                           instance_.project_key_file(project)})
    EXPECT_FALSE(world_.exists(file)) << file;
  EXPECT_EQ(key(), "keeper.no_storage_key");
  EXPECT_EQ(keys_->make_storage_key(project).error().code, "keeper.keys_destroyed");
  EXPECT_FALSE(keys_->cipher_of(project, 1).ok());
}

TEST_F(StorageKeys, AskedAgainTheSameIsCertifiedAgain) {
  ASSERT_TRUE(keys_->make_storage_key(project).ok());
  const auto first = keys_->destroy_project_keys(project, "reason: closed\n");
  open();
  const auto second = keys_->destroy_project_keys(project, "reason: closed\n");
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(first->text, second->text);
}

// Killed between record and destruction: what is left of the keys goes the next time.
TEST_F(StorageKeys, WhatAKillLeftIsDestroyedTheNextTime) {
  ASSERT_TRUE(keys_->make_storage_key(project).ok());
  const std::string first = read(instance_.storage_key_file(project));
  const auto certified = keys_->destroy_project_keys(project, "");
  ASSERT_TRUE(world_.replace_file(instance_.storage_key_file(project), first, 0600).ok());
  const auto again = keys_->destroy_project_keys(project, "");
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->text, certified->text);
  EXPECT_FALSE(world_.exists(instance_.storage_key_file(project)));
}

TEST_F(StorageKeys, AProjectWithoutAStorageKeyIsCertifiedAsSuch) {
  ASSERT_TRUE(keys_->make_project_key(project).ok());
  const auto certified = keys_->destroy_project_keys(project, "");
  ASSERT_TRUE(certified.ok());
  EXPECT_NE(certified->text.find("\nstorage key: none\n"), std::string::npos);
}

TEST_F(StorageKeys, AStatementCannotForgeTheKeepersOwnLines) {
  for (const char* statement : {"project: other\n", "keys destroyed: never\n", "storage key: none\n",
                                "signature: x\n", "no colon\n", "unfinished: line", "a: \x01\n", "\n"})
    EXPECT_EQ(keys_->destroy_project_keys(project, statement).error().code, "keeper.bad_statement")
        << statement;
  EXPECT_FALSE(world_.exists(instance_.destroyed_key_file(project)));
  EXPECT_TRUE(keys_->make_storage_key(project).ok()) << "a refused request destroys nothing";
}

TEST_F(StorageKeys, AFileIsOverwrittenBeforeItIsRemoved) {
  const Path file = instance_.run() / "secret", other = instance_.run() / "link";
  ASSERT_TRUE(world_.create_file(file, "0123456789", 0600).ok());
  ASSERT_EQ(::link(file.c_str(), other.c_str()), 0);  // a second name, to see what became of the bytes
  ASSERT_TRUE(destroy_file(world_, file).ok());
  EXPECT_FALSE(world_.exists(file));
  EXPECT_EQ(read(other).size(), 10u);
  EXPECT_NE(read(other), "0123456789");
  EXPECT_TRUE(destroy_file(world_, file).ok()) << "gone already is fine";
}

TEST_F(StorageKeys, BadNamesAreRefused) {
  for (const char* name : {"", "../x", "mirror", "a/b"}) {
    EXPECT_EQ(keys_->make_storage_key(name).error().code, "keeper.bad_project");
    EXPECT_EQ(keys_->storage_key(name).error().code, "keeper.bad_project");
    EXPECT_EQ(keys_->destroy_project_keys(name, "").error().code, "keeper.bad_project");
  }
}

TEST_F(StorageKeys, PouredIntoThePipeAndNowhereElse) {
  const std::string fingerprint = keys_->make_storage_key(project).value();
  Conversation conversation(*keys_, "1", served_);
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
  const Descriptor from(ends[0]);
  wire::Frame frame{wire::Type::pour_storage_key, wire::encode(wire::PourStorageKey{project}), {}};
  EXPECT_EQ(conversation.answer(frame).error().code, "wire.broken_message") << "no pipe came along";
  frame.descriptors.emplace_back(ends[1]);
  const auto reply = conversation.answer(frame);
  ASSERT_TRUE(reply.ok()) << reply.error().code;
  EXPECT_TRUE(reply->body.empty());
  char line[128];
  EXPECT_EQ(::read(from.get(), line, sizeof line), 65);
  EXPECT_EQ(line[64], '\n');
}

TEST_F(StorageKeys, ANarrowedConnectionGetsNone) {
  ASSERT_TRUE(keys_->make_storage_key(project).ok());
  Conversation conversation(*keys_, "1", served_);
  ASSERT_TRUE(conversation.answer({wire::Type::narrow, wire::encode(wire::Narrow{project}), {}}).ok());
  for (const wire::Type type :
       {wire::Type::pour_storage_key, wire::Type::make_storage_key, wire::Type::destroy_project_keys})
    EXPECT_EQ(conversation.answer({type, "", {}}).error().code, "keeper.narrowed");
}

}  // namespace
}  // namespace fvm::keeper
