// Kept copies: what is put in comes back and nothing else does; what is on the disk tells nothing.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "crypto/chunks.hpp"
#include "crypto/sha256.hpp"
#include "release/kept.hpp"
#include "release/progress.hpp"
#include "release/testing_keys.hpp"

namespace fvm::release {
namespace {

class Capture : public testing::Test {
 protected:
  Capture()
      : folder_(std::filesystem::temp_directory_path() / ("capture-" + random_hex(real_world(), 6))),
        instance_(folder_),
        copies_(real_world(), instance_, keys_.asked()) {
    EXPECT_TRUE(instance_.make_folders(real_world()).ok());
    std::filesystem::create_directories(outbox());
  }
  ~Capture() override { std::filesystem::remove_all(folder_); }
  Path outbox() const { return folder_ / "outbox"; }
  void put(const std::string& name, std::string_view bytes) { std::ofstream(outbox() / name) << bytes; }
  Result<Kept> keep(const std::string& name, uint64_t bytes_max = kept_bytes_max) {
    const Descriptor fd = TRY(open_staged(outbox(), name));
    return copies_.keep(fd.get(), bytes_max);
  }
  std::string kept(std::string_view bytes) {
    put("x", bytes);
    return keep("x").value().sha256;
  }
  std::string code(const std::string& sha256) {
    const auto read = copies_.read(sha256);
    return read.ok() ? "" : read.error().code;
  }
  Path file_of(const std::string& sha256) { return copies_.place_of(sha256)->sealed; }
  std::string on_disk(const Path& file) { return real_world().read_file(file, 1 << 30).value(); }
  void write(const Path& file, std::string_view bytes) {
    std::filesystem::remove(file);
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << bytes;
  }
  size_t entries() const {
    size_t files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(instance_.kept()))
      files += entry.is_regular_file() && entry.path().filename() != ".lock";
    return files;
  }
  Path folder_;
  config::Instance instance_;
  TestKeys keys_;
  KeptCopies copies_;
};

TEST_F(Capture, TheSameBytesAreOneCopyAndComeBack) {
  put("a", "hej");
  put("b", "hej");
  const Kept kept = keep("a").value();
  EXPECT_EQ(kept.sha256, crypto::sha256_hex("hej"));
  EXPECT_EQ(kept.bytes, 3u);
  EXPECT_EQ(keep("b")->sha256, kept.sha256);
  EXPECT_EQ(copies_.read(kept.sha256).value(), "hej");
  EXPECT_EQ(entries(), 1u) << "a file, nothing left over";
  struct stat facts{};
  ASSERT_EQ(::stat(file_of(kept.sha256).c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0400u);
}

TEST_F(Capture, EveryLengthAroundTheEndOfAPiece) {
  for (const size_t more : {0u, 1u}) {
    for (const size_t pieces : {0u, 1u, 2u}) {
      std::string bytes(pieces * crypto::chunk_bytes + more, 'x');
      for (size_t i = 0; i < bytes.size(); i += 4099) bytes[i] = static_cast<char>(i);
      EXPECT_EQ(copies_.read(kept(bytes)).value(), bytes) << bytes.size();
      bytes += "y";
      EXPECT_EQ(copies_.read(kept(bytes)).value(), bytes) << bytes.size();
    }
  }
}

TEST_F(Capture, OfATooLargeFileTheBeginningIsKeptAndTheSizeTold) {
  put("a", "0123456789");
  const Kept kept = keep("a", 4).value();
  EXPECT_EQ(kept.sha256, crypto::sha256_hex("0123"));
  EXPECT_EQ(kept.bytes, 10u);
  EXPECT_EQ(copies_.read(kept.sha256).value(), "0123");
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

TEST_F(Capture, NeitherBytesNorDigestAreOnTheDisk) {
  const std::string secret = "Kvinder på Ærø;4711\n", sha256 = kept(secret);
  const Path file = file_of(sha256);
  EXPECT_EQ(on_disk(file).find("4711"), std::string::npos);
  EXPECT_EQ(file.string().find(sha256.substr(0, 16)), std::string::npos);
  EXPECT_NE(copies_.read(sha256)->find("4711"), std::string::npos) << "the control";
}

TEST_F(Capture, WhatIsChangedCutOrSwappedDoesNotOpen) {
  const std::string a(3 * crypto::chunk_bytes / 2, 'a'), b(3 * crypto::chunk_bytes / 2, 'b');
  const std::string sha256 = kept(a), other = kept(b);
  const Path file = file_of(sha256);
  const std::string whole = on_disk(file);
  const size_t front = 8 + sealed_key_bytes;
  const auto with = [&](const std::string& bytes) {
    write(file, bytes);
    return code(sha256);
  };
  EXPECT_EQ(with(whole), "") << "the control";
  EXPECT_EQ(with(whole.substr(0, front + crypto::sealed_chunk_bytes)), "release.kept_changed") << "cut";
  EXPECT_EQ(with(whole.substr(0, whole.size() - 1)), "release.kept_changed");
  EXPECT_EQ(with(whole + "x"), "release.kept_changed");
  EXPECT_EQ(with(""), "release.kept_changed");
  EXPECT_EQ(with(whole.substr(0, front)), "release.kept_changed");
  for (const size_t at :
       {size_t{0}, size_t{9}, front, front + crypto::sealed_chunk_bytes, whole.size() - 1}) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_NE(with(changed), "") << at;
  }
  EXPECT_EQ(with(on_disk(file_of(other))), "release.kept_changed") << "another's copy";
  std::string moved = whole;  // the last piece first
  moved.replace(front, crypto::sealed_chunk_bytes, whole.substr(front + crypto::sealed_chunk_bytes));
  EXPECT_EQ(with(moved), "release.kept_changed");
}

TEST_F(Capture, ADamagedCopyIsSetAsideAndItsBytesKeptAgain) {
  const std::string sha256 = kept("hej");
  write(file_of(sha256), "FVMKEPT1 and then nothing");
  EXPECT_EQ(code(sha256), "release.kept_changed");
  EXPECT_EQ(kept("hej"), sha256);
  EXPECT_EQ(copies_.read(sha256).value(), "hej");
  EXPECT_EQ(entries(), 2u) << "what was there is still to be seen";
}

TEST_F(Capture, WhatIsDestroyedDoesNotOpenAlsoNotFromABackup) {
  const std::string sha256 = kept("hej"), other = kept("du");
  const Path file = file_of(sha256);
  const std::string backup = on_disk(file);
  ASSERT_TRUE(copies_.destroy(sha256).ok());
  EXPECT_EQ(code(sha256), "release.kept_missing");
  write(file, backup);
  EXPECT_EQ(code(sha256), "release.kept_locked");
  ASSERT_TRUE(copies_.destroy(sha256).ok()) << "again";
  EXPECT_EQ(kept("hej"), sha256) << "somebody sends the same bytes anew";
  EXPECT_EQ(copies_.read(sha256).value(), "hej");
  write(file, backup);
  EXPECT_EQ(code(sha256), "release.kept_changed") << "the new key does not open the old copy";
  EXPECT_EQ(code(other), "");
}

TEST_F(Capture, MemoryFilesCannotBeWrittenTo) {
  const auto bytes = copies_.open(kept("hej")).value();
  EXPECT_EQ(::pwrite(bytes.memory.get(), "x", 1, 0), -1);
  const std::string path = "/proc/self/fd/" + std::to_string(bytes.memory.get());
  const Descriptor again(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  EXPECT_TRUE(again) << "a job opens it anew";
}

TEST_F(Capture, CopiesOfBeforeAreReadAndEncryptedOnce) {
  const std::string bytes(crypto::chunk_bytes + 7, 'p'), sha256 = crypto::sha256_hex(bytes);
  const Path plain = instance_.kept() / sha256.substr(0, 2) / sha256;
  write(plain, bytes);
  const std::string foreign(64, 'e');  // its bytes are not those of its name: left for `verify` to tell
  write(instance_.kept() / "ee" / foreign, "x");
  write(instance_.kept() / ".incoming-0123", "half of a file");
  EXPECT_EQ(copies_.read(sha256).value(), bytes);
  EXPECT_EQ(encrypt_plain(real_world(), instance_, copies_).value(), 1u);
  EXPECT_FALSE(std::filesystem::exists(plain));
  EXPECT_FALSE(std::filesystem::exists(instance_.kept() / ".incoming-0123"));
  EXPECT_TRUE(std::filesystem::exists(instance_.kept() / "ee" / foreign));
  EXPECT_EQ(copies_.read(sha256).value(), bytes);
  EXPECT_EQ(encrypt_plain(real_world(), instance_, copies_).value(), 0u) << "and again";
  write(plain, bytes);  // killed between the two: both are there
  EXPECT_EQ(encrypt_plain(real_world(), instance_, copies_).value(), 1u);
  EXPECT_FALSE(std::filesystem::exists(plain));
}

// Killed between the link and the end: one file under two names.
TEST_F(Capture, WhatAKilledCaptureCalledACopyGoesWithoutTheCopy) {
  const std::string sha256 = kept("hej");
  std::filesystem::create_hard_link(file_of(sha256), instance_.kept() / ".incoming-0123");
  EXPECT_EQ(encrypt_plain(real_world(), instance_, copies_).value(), 0u);
  EXPECT_FALSE(std::filesystem::exists(instance_.kept() / ".incoming-0123"));
  EXPECT_EQ(copies_.read(sha256).value(), "hej");
  struct stat facts{};
  ASSERT_EQ(::stat(file_of(sha256).c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0400u);
}

TEST_F(Capture, WithoutTheKeeperNothingIsKeptAndNothingLeftOver) {
  keys_.down_ = true;
  put("a", "hej");
  EXPECT_EQ(keep("a").error().code, "wire.not_running");
  EXPECT_EQ(entries(), 0u);
  keys_.down_ = false;
  EXPECT_TRUE(keep("a").ok());
}

TEST(Numbers, ReadBack) {
  EXPECT_EQ(number_of(17), "H-000017");
  for (const char* text : {"H-000017", "h-17", "17"}) EXPECT_EQ(id_of(text), 17) << text;
  for (const char* text : {"", "H-", "-1", "17x", "0", "H-99999999999999999999"})
    EXPECT_FALSE(id_of(text)) << text;
}

}  // namespace
}  // namespace fvm::release
