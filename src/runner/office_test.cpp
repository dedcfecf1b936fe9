// Parts of archives that are what their list says, and others.
#include "runner/office.hpp"

#include <gtest/gtest.h>
#include <libdeflate.h>

#include <cstdint>

namespace fvm::runner {
namespace {

std::string little(uint64_t value, size_t bytes) {
  std::string out;
  for (size_t i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
  return out;
}

std::string packed(const std::string& bytes) {
  libdeflate_compressor* compressor = libdeflate_alloc_compressor(6);
  std::string out(libdeflate_deflate_compress_bound(compressor, bytes.size()), 0);
  out.resize(libdeflate_deflate_compress(compressor, bytes.data(), bytes.size(), out.data(), out.size()));
  libdeflate_free_compressor(compressor);
  return out;
}

// An archive of one part, with all that may be said of it (APPNOTE.TXT 4.3.7, 4.3.12, 4.3.16).
struct Archive {
  std::string data;
  uint16_t method = 8;
  uint32_t checksum = 0, size = 0;
  explicit Archive(const std::string& bytes)
      : data(packed(bytes)),
        checksum(libdeflate_crc32(0, bytes.data(), bytes.size())),
        size(static_cast<uint32_t>(bytes.size())) {}
  std::string bytes() const {
    const std::string facts = little(20, 2) + little(0, 2) + little(method, 2) + little(0, 4) +
                              little(checksum, 4) + little(data.size(), 4) + little(size, 4) + little(1, 2) +
                              little(0, 2);
    const std::string local = "PK\3\4" + facts + "a" + data;
    const std::string list = "PK\1\2" + little(20, 2) + facts + little(0, 14) + "a";
    return local + list + "PK\5\6" + little(0, 4) + little(1, 2) + little(1, 2) + little(list.size(), 4) +
           little(local.size(), 4) + little(0, 2);
  }
};

using Problem = Unpacked::Problem;

Problem unpack(const Archive& archive, std::vector<Part>& parts) {
  return unpack_office(archive.bytes(), parts).problem;
}

const std::string xml = "<?xml version=\"1.0\"?><x:sst a=\"1\">" + std::string(1000, 'y') + "</x:sst>";

TEST(Office, APartIsWhatWasPacked) {
  std::vector<Part> parts;
  ASSERT_EQ(unpack(Archive(xml), parts), Problem::none);
  ASSERT_EQ(parts.size(), 1u);
  EXPECT_EQ(parts[0].name, "a");
  EXPECT_EQ(parts[0].bytes, xml);
  EXPECT_EQ(parts[0].root, "sst");
}

TEST(Office, APartMayBeStoredOrEmpty) {
  Archive stored(xml);
  stored.method = 0, stored.data = xml;
  std::vector<Part> parts;
  ASSERT_EQ(unpack(stored, parts), Problem::none);
  ASSERT_EQ(unpack(Archive(""), parts), Problem::none);
  EXPECT_EQ(parts[0].bytes, xml);
  EXPECT_EQ(parts[1].bytes, "");
}

TEST(Office, APartThatIsNotWhatTheListSaysIsBroken) {
  const auto broken = [](auto change) {
    Archive archive(xml);
    change(archive);
    std::vector<Part> parts;
    return unpack(archive, parts) == Problem::broken && parts.empty();
  };
  EXPECT_FALSE(broken([](Archive&) {}));
  EXPECT_TRUE(broken([](Archive& one) { ++one.checksum; }));
  EXPECT_TRUE(broken([](Archive& one) { ++one.size; }));
  EXPECT_TRUE(broken([](Archive& one) { --one.size; }));
  EXPECT_TRUE(broken([](Archive& one) { one.size = 0; }));
  EXPECT_TRUE(broken([](Archive& one) { one.data += "more"; }));
  EXPECT_TRUE(broken([](Archive& one) { one.data.pop_back(); }));
  EXPECT_TRUE(broken([](Archive& one) { one.data = "nothing packed"; }));
  EXPECT_TRUE(broken([](Archive& one) { one.method = 0; }));
  EXPECT_TRUE(broken([](Archive& one) { one.method = 0, one.data = xml, one.size = 5; }));
  EXPECT_TRUE(broken([](Archive& one) { one.method = 0, one.data = xml, ++one.checksum; }));
  EXPECT_TRUE(broken([](Archive& one) { one.method = 97; }));
}

TEST(Office, APartIsForgottenAlone) {
  std::vector<Part> parts;
  ASSERT_EQ(unpack(Archive(xml), parts), Problem::none);
  ASSERT_EQ(unpack(Archive("<a/>"), parts), Problem::none);
  Package package(std::move(parts));
  package.forget(package.parts()[0]);
  EXPECT_EQ(package.parts()[0].bytes, "");
  EXPECT_EQ(package.parts()[0].root, "sst");
  EXPECT_EQ(package.parts()[1].bytes, "<a/>");
}

}  // namespace
}  // namespace fvm::runner
