#include <gtest/gtest.h>

#include "desk/settings.hpp"

namespace fvm::desk {
namespace {

config::DeskConfig good() {
  config::DeskConfig config;
  config.mitid.issuer = "https://broker.example.dk";
  config.mitid.client_id = "portal";
  config.portal.public_url = "https://portal.example.dk";
  config.desk.public_url = "https://skrivebord.example.dk/";
  config.desk.client_id = "desk";
  config.desk.port = 8081;
  return config;
}

std::string refusal(const config::DeskConfig& config) {
  const auto checked = check_names(config);
  return checked.ok() ? "" : checked.error().code;
}

TEST(Settings, APlaceAndAClientOfItsOwn) {
  EXPECT_EQ(refusal(good()), "");
  EXPECT_EQ(origin(good()), "https://skrivebord.example.dk");
}

TEST(Settings, ThePortalsHostNameIsRefusedAlsoOnAnotherPort) {
  for (const char* url :
       {"https://portal.example.dk", "https://portal.example.dk:8443", "https://portal.example.dk/desk"}) {
    config::DeskConfig config = good();
    config.desk.public_url = url;
    EXPECT_EQ(refusal(config), "desk.same_name") << url;
  }
}

TEST(Settings, OnThisMachineAnotherPortWillDo) {
  config::DeskConfig config = good();
  config.portal.public_url = config.desk.public_url = "";
  EXPECT_EQ(refusal(config), "");
  config.desk.port = config.portal.port;
  EXPECT_EQ(refusal(config), "desk.same_name");
}

TEST(Settings, ThePortalsClientIsRefused) {
  for (const char* client : {"", "portal"}) {
    config::DeskConfig config = good();
    config.desk.client_id = client;
    EXPECT_EQ(refusal(config), "desk.same_client");
  }
  config::DeskConfig config = good();
  config.mitid.issuer = "";
  EXPECT_EQ(refusal(config), "desk.no_broker");
}

}  // namespace
}  // namespace fvm::desk
