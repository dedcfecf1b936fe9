#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "crypto/sha256.hpp"
#include "release/progress.hpp"

namespace fvm::release {
namespace {

class Capture : public testing::Test {
 protected:
  Capture()
      : folder_(std::filesystem::temp_directory_path() / ("capture-" + random_hex(real_world(), 6))),
        instance_(folder_) {
    EXPECT_TRUE(instance_.make_folders(real_world()).ok());
    std::filesystem::create_directories(outbox());
  }
  ~Capture() override { std::filesystem::remove_all(folder_); }
  Path outbox() const { return folder_ / "outbox"; }
  void put(const std::string& name, std::string_view bytes) { std::ofstream(outbox() / name) << bytes; }
  Result<Kept> keep(const std::string& name, uint64_t bytes_max = kept_bytes_max) {
    const Descriptor fd = TRY(open_staged(outbox(), name));
    return keep_bytes(real_world(), instance_, fd.get(), bytes_max);
  }
  Path folder_;
  config::Instance instance_;
};

TEST_F(Capture, KeepsTheBytesOnceUnderTheirHash) {
  put("a", "hej");
  put("b", "hej");
  const Kept kept = keep("a").value();
  EXPECT_EQ(kept.sha256, crypto::sha256_hex("hej"));
  EXPECT_EQ(kept.bytes, 3u);
  EXPECT_EQ(keep("b")->sha256, kept.sha256);
  EXPECT_EQ(real_world().read_file(kept_path(instance_, kept.sha256), 10).value(), "hej");
  EXPECT_EQ(std::distance(std::filesystem::recursive_directory_iterator(instance_.kept()), {}), 2)
      << "a folder and a file, nothing left over";
  struct stat facts{};
  ASSERT_EQ(::stat(kept_path(instance_, kept.sha256).c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0400u);
}

TEST_F(Capture, OfATooLargeFileTheBeginningIsKeptAndTheSizeTold) {
  put("a", "0123456789");
  const Kept kept = keep("a", 4).value();
  EXPECT_EQ(kept.sha256, crypto::sha256_hex("0123"));
  EXPECT_EQ(kept.bytes, 10u);
}

TEST_F(Capture, OnlyRegularFilesInTheFolderItself) {
  put("real", "x");
  std::filesystem::create_symlink(outbox() / "real", outbox() / "link");
  std::filesystem::create_directory(outbox() / "folder");
  ASSERT_EQ(::mkfifo((outbox() / "pipe").c_str(), 0600), 0);
  std::filesystem::create_symlink(outbox(), folder_ / "elsewhere");
  EXPECT_TRUE(keep("real").ok());
  for (const char* name : {"link", "folder", "pipe"})
    EXPECT_EQ(keep(name).error().code, "release.not_a_file") << name;
  EXPECT_EQ(keep("none").error().code, "release.no_such_file");
  EXPECT_FALSE(open_staged(folder_ / "elsewhere", "real").ok());
}

TEST(Numbers, ReadBack) {
  EXPECT_EQ(number_of(17), "H-000017");
  for (const char* text : {"H-000017", "h-17", "17"}) EXPECT_EQ(id_of(text), 17) << text;
  for (const char* text : {"", "H-", "-1", "17x", "0", "H-99999999999999999999"})
    EXPECT_FALSE(id_of(text)) << text;
}

}  // namespace
}  // namespace fvm::release
