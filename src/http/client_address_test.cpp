// Whose request it is behind proxies: what they vouch for counts, what a client says of himself never.
#include <gtest/gtest.h>

#include "http/client_address.hpp"

namespace fvm::http {
namespace {

std::string client(const std::vector<std::string>& proxies, const std::string& peer,
                   const std::string& forwarded = {}) {
  Request request;
  request.peer = peer;
  if (!forwarded.empty()) request.headers["x-forwarded-for"] = forwarded;
  return Proxies::parse(proxies).value().client(request);
}

TEST(Client, IsTheOtherEndUnlessThatIsOurs) {
  EXPECT_EQ(client({}, "203.0.113.7"), "203.0.113.7");
  EXPECT_EQ(client({"127.0.0.1"}, "203.0.113.7", "198.51.100.1"), "203.0.113.7") << "no proxy of ours";
  EXPECT_EQ(client({"127.0.0.1"}, "127.0.0.1", "198.51.100.1"), "198.51.100.1");
  EXPECT_EQ(client({"127.0.0.1"}, "::ffff:127.0.0.1", "198.51.100.1"), "198.51.100.1");
  EXPECT_EQ(client({"127.0.0.1"}, "127.0.0.1"), "") << "on this very machine, for itself";
  EXPECT_EQ(client({"127.0.0.1"}, ""), "") << "a Unix socket";
}

TEST(Client, TheLastThatIsNotOursCounts) {
  EXPECT_EQ(client({"127.0.0.1"}, "127.0.0.1", "1.2.3.4, 198.51.100.1"), "198.51.100.1");
  EXPECT_EQ(client({"127.0.0.1", "10.0.0.0/8"}, "127.0.0.1", "1.2.3.4, 198.51.100.1, 10.9.9.9"),
            "198.51.100.1");
  EXPECT_EQ(client({"10.0.0.0/8"}, "10.1.1.1", "10.2.2.2"), "10.2.2.2") << "all ours: the first";
  EXPECT_EQ(client({"127.0.0.1"}, "127.0.0.1", "1.2.3.4, rubbish"), "127.0.0.1");
  EXPECT_EQ(client({"127.0.0.1"}, "127.0.0.1", ","), "127.0.0.1");
}

TEST(Client, AnIpv6NetworkOf64IsOne) {
  const std::string one = client({}, "2001:db8:1:2::1");
  EXPECT_EQ(client({}, "2001:db8:1:2:ffff:ffff:ffff:ffff"), one);
  EXPECT_NE(client({}, "2001:db8:1:3::1"), one);
  EXPECT_NE(client({}, "203.0.113.7"), client({}, "203.0.113.8"));
  EXPECT_EQ(client({"::1"}, "::1", "2001:db8:1:2::99"), one);
}

TEST(Client, NetworksEndWhereTheySay) {
  EXPECT_EQ(client({"10.1.0.0/15"}, "10.1.255.255", "198.51.100.1"), "198.51.100.1");
  EXPECT_EQ(client({"10.1.0.0/16"}, "10.2.0.0", "198.51.100.1"), "10.2.0.0");
  EXPECT_EQ(client({"2001:db8::/33"}, "2001:db8:7fff::1", "198.51.100.1"), "198.51.100.1");
  EXPECT_NE(client({"2001:db8::/33"}, "2001:db8:8000::1", "198.51.100.1"), "198.51.100.1");
  for (const char* bad : {"", "localhost", "10.0.0.0/33", "::/129", "10.0.0.1/", "10.0.0.1/8x", "/8"})
    EXPECT_EQ(Proxies::parse({bad}).error().code, "http.bad_proxy") << bad;
}

}  // namespace
}  // namespace fvm::http
