// The counter at the end of a session's socket: whose name it takes, and what it does with nonsense. No table
// is made here (tests/functional/test_table_session.py makes them): requests that are understood are refused,
// because the project is not there, or are lists of nothing.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <thread>

#include "enclave/service.hpp"
#include "extract/service.hpp"
#include "identity/service.hpp"
#include "safetable/counter.hpp"

namespace fvm::safetable {
namespace {

namespace fs = std::filesystem;
constexpr const char* number = "FVM-2026-0017";

class CounterSocket : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(instance_.make_folders(real_world()).ok());
    ledger_ = audit::Ledger::open(real_world(), instance_.audit(), instance_.store_file(), {}).value();
    ASSERT_TRUE(identity::migrate(*ledger_).ok() && extract::migrate(*ledger_).ok() &&
                migrate(*ledger_).ok());
    ASSERT_TRUE(identity::add_institution(*ledger_, "root", "Ærø Kommune", "28856075", {}).ok());
    for (const char* name : {"anna", "eve"})
      ASSERT_TRUE(identity::add_user(*ledger_, "root", name, "28856075", {identity::Role::analyst}).ok());
    ASSERT_TRUE(identity::add_member(*ledger_, "root", number, "anna").ok());
    ASSERT_TRUE(
        ledger_
            ->write({"test", "test.changed", number, {}},
                    [](audit::Writer& writer) {
                      return writer.execute(
                          "INSERT INTO project(number, title, authority, cvr, valid_from, valid_to, "
                          "state, specification, specification_sha256, version, created) VALUES "
                          "('FVM-2026-0017', 'T', 'A', '28856075', '2020-01-01', '2099-12-31', 'open', "
                          "'', '', 1, 0)");
                    })
            .ok());
  }
  void TearDown() override {
    close();
    fs::remove_all(instance_.root());
  }
  void serve(const std::string& user = "anna") {
    auto ends = wire::pair().value();
    ours_.emplace(std::move(ends.first));
    theirs_.emplace(std::move(ends.second));
    thread_ = std::thread([this, user] {
      serve_session({real_world(), instance_, config_, *ledger_}, {number, user, Seat::session}, *theirs_);
      ::shutdown(theirs_->descriptor(), SHUT_RDWR);
    });
  }
  void close() {
    if (ours_) ::shutdown(ours_->descriptor(), SHUT_RDWR);
    if (thread_.joinable()) thread_.join();
  }
  std::string ask(const std::string& request) {
    if (!ours_->send(wire::AskTable{request}).ok()) return "gone";
    const auto answer = wire::receive_table(*ours_);
    return answer.ok() ? answer->json : answer.error().code;
  }
  size_t records_of(const std::string& action) {
    size_t found = 0;
    for (const auto& entry : fs::directory_iterator(instance_.audit())) {
      const auto text = real_world().read_file(entry.path(), 1 << 20);
      for (size_t at = 0; text.ok() && (at = text->find("\"" + action + "\"", at)) != std::string::npos; ++at)
        ++found;
    }
    return found;
  }

  config::Instance instance_{fs::temp_directory_path() / ("fvm-counter-" + random_hex(real_world(), 6))};
  config::Config config_;
  std::unique_ptr<audit::Ledger> ledger_;
  std::optional<wire::Connection> ours_, theirs_;
  std::thread thread_;
};

TEST_F(CounterSocket, AnswersOneRequestAfterTheOther) {
  serve();
  EXPECT_EQ(ask(R"({"do": "list"})"),
            R"({"project":"FVM-2026-0017","tables":[],"outside":[],"outside_elsewhere":0})");
  EXPECT_EQ(ask(R"({"do": "show", "table": 1})"), "table.unknown");
  EXPECT_EQ(ask(R"({"sql": "SELECT 1"})"), "table.no_dimension");
  EXPECT_EQ(ask("{"), "table.request_unreadable");
  EXPECT_EQ(ask(R"({"do": "list"})"),
            R"({"project":"FVM-2026-0017","tables":[],"outside":[],"outside_elsewhere":0})");
}

TEST_F(CounterSocket, WhoIsNoMemberGetsNothing) {
  serve("eve");
  EXPECT_EQ(ask(R"({"do": "list"})"), "enclave.not_member");
  EXPECT_EQ(ask(R"({"do": "show", "table": 1})"), "enclave.not_member");
  EXPECT_EQ(ask(R"({"sql": "SELECT 1", "rows": "a"})"), "enclave.not_member");
  EXPECT_EQ(records_of("table.refused"), 1u);
}

TEST_F(CounterSocket, TooOftenIsRefusedAndLeavesNoRecord) {
  serve();
  for (int i = 0; i < requests_burst_max; ++i) EXPECT_EQ(ask("{"), "table.request_unreadable");
  const auto before = ledger_->head()->size;
  size_t refusals = 0;
  for (int i = 0; i < 100; ++i) refusals += ask(R"({"sql": "x"})") == "table.too_often" ? 1 : 0;
  EXPECT_GE(refusals, 99u);
  EXPECT_LE(ledger_->head()->size, before + 1);
}

// A frame that is no request ends the socket, with one record; the control is the test above it.
TEST_F(CounterSocket, NonsenseEndsTheSocketAndIsOnRecord) {
  const std::string huge(2 * wire::text_bytes_max, 'x');
  const std::vector<std::function<void()>> attempts = {
      [&] { (void)ours_->send(wire::GetStatus{}).ok(); },
      [&] { (void)ours_->send(wire::AskTableAs{"FVM-2026-0018", "eve", "{}"}).ok(); },
      [&] { (void)ours_->send(wire::Launch{.profile = "session"}).ok(); },
      [&] { (void)ours_->send(wire::Type::ask_table, "no text").ok(); },
      [&] { (void)ours_->send(wire::Type::ask_table, std::string("\xff\xff\xff\xff", 4)).ok(); },
      [&] { (void)ours_->send(wire::AskTable{huge}).ok(); },
      [&] { (void)::send(ours_->descriptor(), "\xff\xff\xff\xff\x41\x00", 6, MSG_NOSIGNAL); }};
  size_t expected = 0;
  for (const auto& attempt : attempts) {
    serve();
    EXPECT_EQ(ask(R"({"do": "list"})").substr(0, 2), "{\"");
    attempt();
    thread_.join();  // it has ended by itself
    EXPECT_EQ(records_of("table.misasked"), ++expected);
    EXPECT_FALSE(ask(R"({"do": "list"})").starts_with("{"));
  }
}

TEST_F(CounterSocket, DescriptorsThatTravelAlongAreDropped) {
  serve();
  int pipe_ends[2];
  ASSERT_EQ(::pipe(pipe_ends), 0);
  ASSERT_TRUE(ours_->send(wire::AskTable{R"({"do": "list"})"}, {pipe_ends[1]}).ok());
  EXPECT_TRUE(wire::receive_table(*ours_).ok());
  ::close(pipe_ends[1]);
  char byte = 0;
  EXPECT_EQ(::read(pipe_ends[0], &byte, 1), 0) << "nobody holds the other end any more";
  ::close(pipe_ends[0]);
}

TEST_F(CounterSocket, APeerThatLeavesInTheMiddleEndsIt) {
  serve();
  (void)::send(ours_->descriptor(), "\x10\x00\x00\x00\x41\x00half", 10, MSG_NOSIGNAL);
  close();
  EXPECT_EQ(records_of("table.misasked"), 0u);
}

}  // namespace
}  // namespace fvm::safetable
