#include <gtest/gtest.h>

#include "config/instance.hpp"
#include "config/settings.hpp"

namespace fvm::config {
namespace {

class ReadConfig : public ::testing::Test {
 protected:
  Path folder_ = std::filesystem::temp_directory_path() / ("fvm-config-" + random_hex(real_world(), 6));
  Path file_ = folder_ / "config.toml";
  void SetUp() override { ASSERT_TRUE(real_world().make_directories(folder_, 0700).ok()); }
  void TearDown() override { (void)real_world().remove_tree(folder_); }
  Result<Config> read(std::string_view text) {
    (void)real_world().replace_file(file_, text, 0600).ok();
    return read_config(real_world(), file_);
  }
};

// A letter that is no ASCII makes toml++ run into undefined behaviour: it must not get there.
TEST_F(ReadConfig, AStrayLetterIsRefusedWithItsLine) {
  const auto refused = read("# æ\n[portal]\nå = 1\n");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "config.stray_letter");
  EXPECT_EQ(refused.error().argument("line"), "3");
}

TEST_F(ReadConfig, DefaultTextReadsAsTheDefaults) {
  const std::string text = default_config_text();
  auto config = read(text);
  ASSERT_TRUE(config.ok()) << config.error().code << config.error().argument("key");
  Config defaults;
  std::string all, expected;
  const auto flatten = [](std::string& out) {
    return [&out](const char* section, const char* key, const auto& field, auto&&...) {
      out += std::string(section) + "." + key + "=";
      using T = std::remove_cvref_t<decltype(field)>;
      if constexpr (std::is_same_v<T, std::string>)
        out += field;
      else if constexpr (std::is_arithmetic_v<T>)
        out += std::to_string(field);
      else
        for (const auto& item : field) out += item + ",";
      out += "\n";
    };
  };
  for_each_setting(*config, flatten(all));
  for_each_setting(defaults, flatten(expected));
  EXPECT_EQ(all, expected);
  EXPECT_NE(all.find("portal.port=8080"), std::string::npos);
}

TEST_F(ReadConfig, EverySettingIsRead) {
  const auto config = read(
      "[portal]\nport = 9000\n[deliver]\nbad_rows_share_max = 0\n[release]\ntypes = [\"csv\"]\n"
      "[mail]\ntls = \"required\"\n");
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->portal.port, 9000);
  EXPECT_EQ(config->deliver.bad_rows_share_max, 0.0);
  EXPECT_EQ(config->release.types, std::vector<std::string>{"csv"});
  EXPECT_EQ(config->mail.tls, "required");
  EXPECT_EQ(config->session.memory_mib, 4096u);
}

TEST_F(ReadConfig, UnknownKeysAreRefusedWithTheNearest) {
  const auto key = read("# first\n[session]\nmemory_mb = 5\n");
  ASSERT_FALSE(key.ok());
  EXPECT_EQ(key.error().code, "config.unknown_key");
  EXPECT_EQ(key.error().argument("line"), "3");
  EXPECT_EQ(key.error().argument("nearest"), "memory_mib");
  EXPECT_EQ(read("[portl]\n").error().argument("nearest"), "portal");
  EXPECT_EQ(read("port = 1\n").error().code, "config.unknown_key");
}

TEST_F(ReadConfig, WrongValuesSayWhatIsWanted) {
  for (const char* text : {"[portal]\nport = 0\n", "[portal]\nport = 65536\n", "[portal]\nport = \"80\"\n",
                           "[portal]\nport = 80.5\n", "[deliver]\nbad_rows_share_max = nan\n",
                           "[mail]\ntls = \"sometimes\"\n", "[mail]\ntls = \"\"\n", "[mail]\nhost = 1\n",
                           "[release]\ntypes = \"csv\"\n", "[release]\ntypes = [1]\n", "portal = 1\n"}) {
    const auto config = read(text);
    ASSERT_FALSE(config.ok()) << text;
    EXPECT_EQ(config.error().code, "config.wrong_value") << text;
    EXPECT_EQ(config.error().kind, Kind::usage);
  }
  EXPECT_EQ(read("[portal]\n\nport = 0\n").error().argument("line"), "3");
  EXPECT_EQ(read("[portal]\nport = 0\n").error().argument("wanted"), "1 – 65535");
}

TEST_F(ReadConfig, BrokenTomlAndMissingFile) {
  const auto broken = read("[portal]\nport = = 1\n");
  ASSERT_FALSE(broken.ok());
  EXPECT_EQ(broken.error().code, "config.unreadable");
  EXPECT_EQ(broken.error().argument("line"), "2");
  EXPECT_EQ(read_config(real_world(), folder_ / "none.toml").error().code, "config.no_instance");
}

TEST(SafeName, MayBecomeAFolder) {
  for (const char* name : {"FVM-2026-0017", "a", "a_b.c"}) EXPECT_TRUE(is_safe_name(name)) << name;
  for (const char* name : {"", ".", "..", "-a", "a/b", "a b", "æ"}) EXPECT_FALSE(is_safe_name(name)) << name;
  EXPECT_FALSE(is_safe_name(std::string(65, 'a')));
}

}  // namespace
}  // namespace fvm::config
