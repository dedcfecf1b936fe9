#include <fcntl.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <thread>

#include "wire/socket.hpp"

namespace fvm::wire {
namespace {

RC_GTEST_PROP(Codec, PseudonymiseRoundTrips,
              (const std::string& scope, uint8_t kind, const std::vector<uint64_t>& values)) {
  const auto back = decode<Pseudonymise>(encode(Pseudonymise{scope, kind, values}));
  RC_ASSERT(back.ok());
  RC_ASSERT(back->scope == scope && back->kind == kind && back->values == values);
}

TEST(Codec, RefusesTruncatedTrailingAndOversized) {
  const std::string good = encode(Launch{.profile = "scan", .mounts = {{"/in", 0}}, .arguments = {"a", "b"}});
  for (size_t n = 0; n < good.size(); ++n) EXPECT_FALSE(decode<Launch>(good.substr(0, n)).ok()) << n;
  EXPECT_FALSE(decode<Launch>(good + "x").ok());
  EXPECT_FALSE(decode<Pseudonyms>(std::string("\xff\xff\xff\xff", 4)).ok());
  EXPECT_EQ(decode<Launch>(good)->arguments[1], "b");
}

TEST(Socket, CarriesDescriptorsAndFailures) {
  auto [a, b] = pair().value();
  std::thread server([&b = b] {
    const auto request = b.receive();
    ASSERT_TRUE(request.ok());
    ASSERT_EQ(request->descriptors.size(), 1u);
    EXPECT_EQ(::write(request->descriptors[0].get(), "hi", 2), 2);
    EXPECT_TRUE(b.send(to_failure(refused("release.not_member", {{"user", "x"}}))).ok());
  });
  int pipe_ends[2];
  ASSERT_EQ(::pipe2(pipe_ends, O_CLOEXEC), 0);
  const auto reply = a.call<Captured>(Capture{"1", "t.csv", 10}, {pipe_ends[1]});
  server.join();
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.error().code, "release.not_member");
  EXPECT_EQ(reply.error().kind, Kind::refused);
  EXPECT_EQ(reply.error().argument("user"), "x");
  char text[2];
  EXPECT_EQ(::read(pipe_ends[0], text, 2), 2);
  EXPECT_EQ(a.peer()->pid, ::getpid());
}

TEST(Socket, PeerGoneIsAnError) {
  auto [a, b] = pair().value();
  b.take().reset();
  EXPECT_EQ(a.receive().error().code, "wire.closed");
  EXPECT_EQ(connect("/nonexistent/socket", "fvm-keeper").error().code, "wire.not_running");
}

// Whoever is refused before he has spoken hears why, and not only that nobody listens any more.
TEST(Socket, WhyItWasHungUpIsHeardAlsoByWhoSpeaksTooLate) {
  auto ends = pair();
  ASSERT_TRUE(ends.ok());
  {
    Connection server = std::move(ends->second);
    ASSERT_TRUE(server.send(to_failure(surroundings("keeper.busy"))).ok());
  }
  Connection client = std::move(ends->first);
  const auto status = client.call<Status>(GetStatus{});
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, "keeper.busy");
  const auto again = client.call<Status>(GetStatus{});
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().code, "wire.closed");
}

}  // namespace
}  // namespace fvm::wire
