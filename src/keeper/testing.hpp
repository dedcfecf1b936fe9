// A key store in a folder of its own, for the tests of keys.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>

#include "keeper/key_store.hpp"

namespace fvm::keeper {

class KeyStoreTest : public ::testing::Test {
 protected:
  World& world_ = real_world();
  config::Instance instance_{std::filesystem::temp_directory_path() / ("fvm-keys-" + random_hex(world_, 6))};
  std::unique_ptr<KeyStore> keys_;

  void SetUp() override {
    ASSERT_TRUE(instance_.make_folders(world_).ok());
    ASSERT_TRUE(KeyStore::make(world_, instance_, {}).ok());
    open();
  }
  void TearDown() override { (void)world_.remove_tree(instance_.root()); }
  void open() { keys_ = KeyStore::open(world_, instance_, {}).value(); }
  std::string read(const Path& file) { return world_.read_file(file, 1 << 20).value(); }
};

}  // namespace fvm::keeper
