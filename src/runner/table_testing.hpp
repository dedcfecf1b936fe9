// For tests of the jobs of a safe table: a folder with what such a job is given.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include <fmt/format.h>

#include "duck/database.hpp"

namespace fvm::runner {

class TableFolderTest : public testing::Test {
 protected:
  TableFolderTest() {
    char name[] = "/tmp/fvm-table-XXXXXX";
    folder_ = ::mkdtemp(name);
    std::filesystem::create_directories(folder_ + "/ledger");
    std::filesystem::create_directories(folder_ + "/out/temporary");
  }
  ~TableFolderTest() override { std::filesystem::remove_all(folder_); }

  void run(const std::string& sql) {
    const auto done = connection_.run(sql);
    ASSERT_TRUE(done.ok()) << done.error().argument("reason");
  }
  void write(const std::string& name, const std::string& select) {
    run(fmt::format("COPY ({}) TO '{}/{}.parquet' (FORMAT parquet)", select, folder_, name));
  }

  std::string folder_;
  duck::Database database_ = duck::Database::open({.memory_mib = 512, .threads = 2}).value();
  duck::Connection connection_ = database_.connect().value();
};

}  // namespace fvm::runner
