// Which addresses may be asked at all; what is fetched is tested against a real server (tests/functional).
#include <gtest/gtest.h>

#include "net/https.hpp"

namespace fvm::net {
namespace {

TEST(Https, GoesToNamedHostsOverTlsOnly) {
  const Https https({.hosts = {"broker.example.dk", "keys.example.dk:8443"}});
  for (const char* good :
       {"https://broker.example.dk/a", "https://BROKER.example.dk:443/a?b", "https://keys.example.dk:8443/"})
    EXPECT_TRUE(https.allowed(good).ok()) << good;
  for (const char* bad :
       {"http://broker.example.dk/a", "https://broker.example.dk:8443/", "https://keys.example.dk/",
        "https://evil.example.com/", "https://broker.example.dk.evil.com/",
        "https://broker.example.dk@evil.com/", "https://evil.com\\@broker.example.dk/",
        "https://user:x@broker.example.dk/", "file:///etc/passwd", "ftp://broker.example.dk/",
        "https://broker.example.dk /", "https://", "", "//broker.example.dk/", "http://127.0.0.1/",
        "https://127.0.0.1/", "gopher://broker.example.dk/"})
    EXPECT_FALSE(https.allowed(bad).ok()) << bad;
  EXPECT_EQ(https.get("https://evil.example.com/").error().code, "net.address_refused");
}

TEST(Https, PlainToThisMachineOnlyWhenAskedForAndNamed) {
  const Https https({.hosts = {"127.0.0.1:4000", "broker.example.dk:80"}, .plain_loopback = true});
  EXPECT_TRUE(https.allowed("http://127.0.0.1:4000/x").ok());
  EXPECT_FALSE(https.allowed("http://127.0.0.1:4001/x").ok());
  EXPECT_FALSE(https.allowed("http://broker.example.dk/x").ok());
}

TEST(Fields, AreEncoded) {
  EXPECT_EQ(encode_fields({{"a", "x y&z"}, {"b", "æ"}, {"c~", "-._"}}), "a=x%20y%26z&b=%C3%A6&c~=-._");
}

TEST(Https, PortsAreThoseOfTheHostsAndOfNames) {
  EXPECT_EQ(ports_of({}), (std::vector<uint16_t>{53}));
  EXPECT_EQ(ports_of({"broker.example.dk", "keys.example.dk:8443", "[::1]", "[::1]:4000", "127.0.0.1:99999"}),
            (std::vector<uint16_t>{53, 443, 8443, 443, 4000, 443}));
}

}  // namespace
}  // namespace fvm::net
