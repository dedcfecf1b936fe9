#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <filesystem>
#include <stdexcept>
#include <thread>

#include "base/descriptor.hpp"
#include "base/world.hpp"
#include "http/cookies.hpp"
#include "http/router.hpp"
#include "http/server.hpp"

namespace fvm::http {
namespace {

TEST(Target, DecodesAndRefusesTricks) {
  const auto good = parse_target("/registre/LPR%5FF?q=a+b%26c&x=");
  ASSERT_TRUE(good);
  EXPECT_EQ(good->path, "/registre/LPR_F");
  EXPECT_EQ(good->query.at("q"), "a b&c");
  for (const char* bad : {"", "registre", "/../etc/passwd", "/a/%2e%2e/b", "/a\\..\\b", "/%00", "/%zz", "/%4",
                          "/a%0d%0ab", "/./a"}) {
    EXPECT_FALSE(parse_target(bad)) << bad;
  }
  EXPECT_FALSE(parse_target("/" + std::string(target_bytes_max, 'a')));
}

TEST(Html, EscapesWhatMatters) {
  EXPECT_EQ(escape_html("<a href=\"x\">'&"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
}

TEST(Cookie, IsTheOneAndOnlyOfItsName) {
  Request request{.method = "GET", .path = "/", .headers = {{"cookie", "a=1; __Host-b=x=y; c"}}};
  EXPECT_EQ(cookie(request, "a"), "1");
  EXPECT_EQ(cookie(request, "__Host-b"), "x=y");
  EXPECT_EQ(cookie(request, "b"), "");
  request.headers["cookie"] = "a=1; a=2";
  EXPECT_EQ(cookie(request, "a"), "");
  EXPECT_EQ(set_cookie("__Host-a", "1", 60, SameSite::lax).second,
            "__Host-a=1; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=Lax");
}

Router small_router() {
  Router router;
  router.add({"GET", "/tables/{table}", "", [](const Request& request) {
                return Response{200, "text/plain", request.parameters.at("table"), {}};
              }});
  router.add({"GET", "/cookies", "", [](const Request&) {
                return Response{200,
                                "text/plain",
                                "",
                                {drop_cookie("__Host-a"), set_cookie("__Host-b", "2", 9, SameSite::strict)}};
              }});
  router.add({"GET", "/throws", "", [](const Request&) -> Response { throw std::runtime_error("no"); }});
  return router;
}

TEST(Router, LeavesWhatNoRouteAnswersToWhoeverDressesIt) {
  Router router = small_router();
  router.otherwise([](const Request& request, Response problem) {
    return Response{problem.status, "text/plain", request.path};
  });
  EXPECT_EQ(router.answer({.method = "GET", .path = "/nothing"}).body, "/nothing");
  EXPECT_EQ(router.answer({.method = "GET", .path = "/nothing"}).status, 404u);
}

TEST(Router, FindsParametersAndSays404And405) {
  const Router router = small_router();
  EXPECT_EQ(router.answer({.method = "GET", .path = "/tables/lmdb"}).body, "lmdb");
  EXPECT_EQ(router.answer({.method = "GET", .path = "/tables/"}).status, 404u);
  EXPECT_EQ(router.answer({.method = "GET", .path = "/tables/a/b"}).status, 404u);
  EXPECT_EQ(router.answer({.method = "POST", .path = "/tables/a"}).status, 405u);
}

// Sends raw bytes and returns all that comes back until the server closes.
std::string exchange(int fd, const std::string& bytes) {
  [[maybe_unused]] const auto sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  std::string out;
  char buffer[4096];
  for (ssize_t got; (got = ::recv(fd, buffer, sizeof buffer, 0)) > 0;) {
    out.append(buffer, static_cast<size_t>(got));
  }
  return out;
}

Descriptor connected(uint16_t port) {
  Descriptor fd(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return {};
  return fd;
}

std::string talk(uint16_t port, const std::string& bytes) {
  const Descriptor fd = connected(port);
  return fd ? exchange(fd.get(), bytes) : "no connection";
}

class ServerTest : public ::testing::Test {
 protected:
  const Router router_ = small_router();
  std::unique_ptr<Server> server_ =
      Server::start({.port = 0, .request_seconds_max = 1, .idle_seconds_max = 1},
                    [this](const Request& request) { return router_.answer(request); })
          .value();
  std::string get(const std::string& target, const std::string& more = "") {
    return talk(server_->port(),
                "GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + more + "\r\n");
  }
};

TEST_F(ServerTest, AnswersWithSecurityHeaders) {
  const std::string answer = get("/tables/lmdb");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200")) << answer;
  EXPECT_NE(answer.find("Content-Security-Policy: default-src 'none'"), std::string::npos);
  EXPECT_TRUE(answer.ends_with("\r\n\r\nlmdb")) << answer;
}

TEST_F(ServerTest, RefusesTooMuchAndTooOdd) {
  EXPECT_TRUE(get("/a", "X: " + std::string(20'000, 'a') + "\r\n").starts_with("HTTP/1.1 431"));
  EXPECT_TRUE(get("/../etc/passwd").starts_with("HTTP/1.1 400"));
  EXPECT_TRUE(get("/throws").starts_with("HTTP/1.1 500"));
  EXPECT_TRUE(talk(server_->port(), "POST /tables/a HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n")
                  .starts_with("HTTP/1.1 413"));
  EXPECT_TRUE(talk(server_->port(), "nonsense\r\n\r\n").starts_with("HTTP/1.1 400"));
}

TEST_F(ServerTest, HeadHasTheLengthButNoBody) {
  const std::string answer =
      talk(server_->port(), "HEAD /tables/lmdb HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_NE(answer.find("Content-Length: 4"), std::string::npos) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
}

// Large bodies are for one address, two at a time; all others have the small limit, also without a length.
class LargeBodyTest : public ::testing::Test {
 protected:
  std::unique_ptr<Server> server_ =
      Server::start({.port = 0,
                     .body_bytes_max = 10,
                     .request_seconds_max = 1,
                     .large = {[](const Request& head) { return head.path == "/large"; }, 100, 2, 3}},
                    [](const Request& request) {
                      return Response{200, "text/plain", std::to_string(request.body.size()), {}};
                    })
          .value();
  static std::string head(const std::string& path, const std::string& more) {
    return "POST " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + more + "\r\n\r\n";
  }
  std::string post(const std::string& path, size_t bytes) {
    return talk(server_->port(),
                head(path, "Content-Length: " + std::to_string(bytes)) + std::string(bytes, 'x'));
  }
};

TEST_F(LargeBodyTest, AreForTheirAddressAlone) {
  EXPECT_TRUE(post("/large", 100).ends_with("\r\n\r\n100"));
  EXPECT_TRUE(post("/large", 101).starts_with("HTTP/1.1 413"));
  EXPECT_TRUE(post("/small", 10).ends_with("\r\n\r\n10"));
  EXPECT_TRUE(post("/small", 11).starts_with("HTTP/1.1 413"));
  const std::string chunks = "b\r\nxxxxxxxxxxx\r\n0\r\n\r\n";  // eleven bytes, told nowhere beforehand
  for (const char* path : {"/small", "/large"}) {
    EXPECT_TRUE(
        talk(server_->port(), head(path, "Transfer-Encoding: chunked") + chunks).starts_with("HTTP/1.1 413"))
        << path;
  }
}

TEST_F(LargeBodyTest, AreTakenAFewAtATime) {
  std::vector<std::thread> slow;
  for (int i = 0; i < 2; ++i) {  // each holds its place until it is cut off
    slow.emplace_back(
        [this] { EXPECT_EQ(talk(server_->port(), head("/large", "Content-Length: 50") + "x"), ""); });
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  const std::string told = post("/large", 50);
  EXPECT_TRUE(told.starts_with("HTTP/1.1 503")) << told;
  EXPECT_NE(told.find("Retry-After: 5"), std::string::npos) << told;
  EXPECT_NE(told.find("http.large_bodies"), std::string::npos) << told;
  EXPECT_TRUE(post("/large", 101).starts_with("HTTP/1.1 413")) << "too large now and later";
  EXPECT_TRUE(post("/large", 10).ends_with("\r\n\r\n10"));
  for (std::thread& each : slow) each.join();
  EXPECT_TRUE(post("/large", 50).ends_with("\r\n\r\n50"));
}

TEST_F(ServerTest, CutsOffASlowClient) {
  EXPECT_EQ(talk(server_->port(), "GET /tables/a HTTP/1.1\r\nHost: x\r\n"), "");
}

TEST(Places, WhoWaitsLongestGivesWay) {
  std::atomic<bool> held{true};
  const auto server =
      Server::start({.port = 0, .threads = 4, .connections_max = 3, .request_seconds_max = 30},
                    [&](const Request& request) {
                      while (request.path == "/long" && held)
                        std::this_thread::sleep_for(std::chrono::milliseconds(5));
                      return Response{200, "text/plain", request.path, {}};
                    })
          .value();
  const std::string end = "Connection: close\r\n\r\n";
  const auto request = [&](const std::string& path) { return "GET " + path + " HTTP/1.1\r\nHost: x\r\n"; };
  std::vector<Descriptor> slow;
  for (int i = 0; i < 3; ++i) {
    slow.push_back(connected(server->port()));
    ASSERT_GT(::send(slow.back().get(), request("/slow").data(), request("/slow").size(), 0), 0);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_TRUE(talk(server->port(), request("/new") + end).ends_with("/new"));
  EXPECT_EQ(exchange(slow[0].get(), ""), "") << "closed";
  for (int i : {1, 2}) EXPECT_TRUE(exchange(slow[static_cast<size_t>(i)].get(), end).ends_with("/slow")) << i;
  // Whose request is there does not give way.
  std::this_thread::sleep_for(std::chrono::milliseconds(1200));  // until the others have said goodbye
  std::vector<std::thread> working;
  for (int i = 0; i < 3; ++i) {
    working.emplace_back(
        [&] { EXPECT_TRUE(talk(server->port(), request("/long") + end).ends_with("/long")); });
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  EXPECT_EQ(talk(server->port(), request("/new") + end), "");
  held = false;
  for (std::thread& each : working) each.join();
}

TEST_F(ServerTest, PortInUseIsAClearError) {
  const auto second = Server::start({.port = server_->port()}, [](const Request&) { return Response{}; });
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, "http.cannot_listen");
}

class UnixServerTest : public ::testing::Test {
 protected:
  const std::string path_ =
      (std::filesystem::temp_directory_path() / ("fvm-http-" + random_hex(real_world(), 6) + ".sock"))
          .string();
  void TearDown() override { std::filesystem::remove(path_); }
  Result<std::unique_ptr<Server>> start() {
    return Server::start(
        {.unix_socket = path_, .request_seconds_max = 1, .idle_seconds_max = 1},
        [](const Request& request) { return Response{200, "text/plain", request.path, {}}; });
  }
  std::string get(const std::string& target) {
    const Descriptor fd(::socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, sizeof address.sun_path - 1);
    if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
      return "no connection";
    return exchange(fd.get(), "GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  }
};

TEST_F(UnixServerTest, AnswersOnASocketThatOnlyItsOwnerMayOpen) {
  const auto server = start();
  ASSERT_TRUE(server.ok());
  EXPECT_TRUE(get("/a").ends_with("\r\n\r\n/a"));
  struct stat status{};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_EQ((*server)->port(), 0);
}

TEST_F(UnixServerTest, ASocketThatACrashLeftIsReplaced) {
  {
    ASSERT_TRUE(start().ok());
  }
  const auto server = start();
  ASSERT_TRUE(server.ok());
  EXPECT_TRUE(get("/b").ends_with("/b"));
}

TEST(UnixServer, APathThatCannotBeOneIsAClearError) {
  for (const std::string& path : {std::string(200, 'a'), std::string("/nonexistent/x.sock")}) {
    const auto server = Server::start({.unix_socket = path}, [](const Request&) { return Response{}; });
    ASSERT_FALSE(server.ok());
    EXPECT_EQ(server.error().code, "http.cannot_listen_unix");
  }
}

}  // namespace
}  // namespace fvm::http
