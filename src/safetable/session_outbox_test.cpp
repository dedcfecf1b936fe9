// What a session is told of its /outbox: for whom the steward is asked, what of his answer goes in, how
// often, and that the socket leads to nothing else of his. The steward here is a thread that notes what it
// was asked; the true one: tests/functional/test_outbox_session.py.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <functional>
#include <mutex>
#include <thread>

#include "safetable/session_outbox.hpp"

namespace fvm::safetable {
namespace {

namespace fs = std::filesystem;

constexpr const char* whole =
    R"({"project": "P", "recipients": ["@kommune.dk"], "files_left_out": 0, "together": null, "files": [
  {"name": "t.csv", "bytes": 3, "modified": "2026", "sha256": "ab", "findings": [], "same_as": ["R-7"],
   "outlook": {"answer": "person", "so_far": null}}]})";
constexpr const char* cut =
    R"({"files":[{"name":"t.csv","bytes":3,"modified":"2026","sha256":"ab","findings":[],"outlook":{"answer":"person","so_far":null}}],"files_left_out":0,"together":null})";
constexpr const char* pending = R"({"files_left_out": 0, "together": null, "files": [
  {"name": "t.csv", "bytes": 3, "modified": "2026", "sha256": "", "findings": [], "outlook": {"answer": "pending", "so_far": null}}]})";

class SessionOutbox : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(instance_.make_folders(real_world()).ok());
    ledger_ = audit::Ledger::open(real_world(), instance_.audit(), instance_.store_file(), {}).value();
  }
  void TearDown() override {
    close();
    stop_ = true;
    if (steward_.joinable()) steward_.join();
    fs::remove_all(instance_.root());
  }
  // Answers with `answers` in turn, the last again and again; an empty one: not at all.
  void start_steward(std::vector<std::string> answers) {
    listener_.emplace(wire::Listener::at(instance_.steward_socket()).value());
    steward_ = std::thread([this, answers = std::move(answers)] {
      for (size_t i = 0; !stop_;) {
        auto caller = listener_->accept(20);
        if (!caller.ok()) continue;
        const auto frame = caller->receive(1000);
        const std::lock_guard lock(mutex_);
        if (frame.ok() && frame->type == wire::Type::ask_outlook)
          asked_.push_back(wire::decode<wire::AskOutlook>(frame->body).value());
        else
          strangers_ += 1;
        const std::string& answer = answers[std::min(i++, answers.size() - 1)];
        if (answer.empty())
          held_.push_back(std::move(*caller));
        else
          (void)wire::answer_table(*caller, wire::TableAnswer{answer, {}}).ok();
      }
    });
  }
  void serve(Seat seat = Seat::session, int ended = -1) {
    auto ends = wire::pair().value();
    ours_.emplace(std::move(ends.first));
    theirs_.emplace(std::move(ends.second));
    thread_ = std::thread([this, seat, ended] {
      serve_session({real_world(), instance_, config_, *ledger_, ended}, {"FVM-2026-0017", "anna", seat},
                    *theirs_);
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

  config::Instance instance_{fs::temp_directory_path() / ("fvm-outbox-" + random_hex(real_world(), 6))};
  config::Config config_;
  std::unique_ptr<audit::Ledger> ledger_;
  std::optional<wire::Connection> ours_, theirs_;
  std::optional<wire::Listener> listener_;
  std::vector<wire::AskOutlook> asked_;
  std::vector<wire::Connection> held_;
  size_t strangers_ = 0;
  std::mutex mutex_;
  std::atomic<bool> stop_{false};
  std::thread thread_, steward_;
};

TEST_F(SessionOutbox, TheStewardIsAskedForTheSessionsUserAndHisAnswerIsCut) {
  start_steward({whole});
  serve();
  EXPECT_EQ(ask(R"({"do": "outbox"})"), cut);
  EXPECT_EQ(ask(R"({"do": "outbox", "files": ["a,b.csv"], "wait": "no"})"), cut);
  close();
  ASSERT_EQ(asked_.size(), 2u);
  for (const wire::AskOutlook& each : asked_) EXPECT_EQ(each.project + " " + each.user, "FVM-2026-0017 anna");
  EXPECT_EQ(asked_[1].together, std::vector<std::string>{"a,b.csv"});
}

// Whatever else is sent reaches nobody; the control is the test above it.
TEST_F(SessionOutbox, NothingElsePassesThroughTheSocket) {
  start_steward({whole});
  const std::vector<std::function<void()>> attempts = {
      [&] { (void)ours_->send(wire::AskOutlook{"FVM-2026-0018", "bo", {}}).ok(); },
      [&] { (void)ours_->send(wire::AskTableAs{"FVM-2026-0018", "bo", "{}"}).ok(); },
      [&] { (void)ours_->send(wire::Wake{"desktops"}).ok(); },
      [&] { (void)ours_->send(wire::Type::ask_table, "no text").ok(); }};
  for (const auto& attempt : attempts) {
    serve();
    attempt();
    thread_.join();  // it has ended by itself
    EXPECT_FALSE(ask(R"({"do": "outbox"})").starts_with("{"));
  }
  serve();
  for (const char* request :
       {R"({"do": "outbox", "user": "bo"})", R"({"do": "outbox", "project": "FVM-2026-0018"})"})
    EXPECT_EQ(ask(request), "table.member_unknown");
  close();
  EXPECT_EQ(asked_.size() + strangers_, 0u);
  serve(Seat::outside);
  EXPECT_EQ(ask(R"({"do": "outbox"})"), "table.member_wrong") << "the portal has a route of its own";
}

TEST_F(SessionOutbox, ItWaitsForWhatIsPendingIfThatIsWanted) {
  start_steward({pending, pending, whole});
  serve();
  EXPECT_TRUE(ask(R"({"do": "outbox", "wait": "no"})").find("pending") != std::string::npos);
  EXPECT_EQ(ask(R"({"do": "outbox", "wait": "yes"})"), cut);
}

TEST_F(SessionOutbox, QuestionsHaveAPaceOfTheirOwn) {
  start_steward({whole});
  serve();
  size_t refused = 0;
  for (int i = 0; i < requests_burst_max + 20; ++i)
    refused += ask(R"({"do": "outbox"})") == "outbox.too_often" ? 1 : 0;
  EXPECT_GE(refused, 15u);
  EXPECT_EQ(ask("{"), "table.request_unreadable") << "a table's turn is not taken";
}

TEST_F(SessionOutbox, ASilentOrMadStewardIsAnAnswerTooAndASessionThatEndsIsNotHeldUp) {
  serve();
  EXPECT_EQ(ask(R"({"do": "outbox"})"), "outbox.not_told");
  close();
  start_steward({"[]", R"({"files": [{}]})", ""});
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  serve(Seat::session, ends[0]);
  EXPECT_EQ(ask(R"({"do": "outbox"})"), "outbox.not_told");
  EXPECT_EQ(ask(R"({"do": "outbox"})"), "outbox.not_told");
  ASSERT_TRUE(ours_->send(wire::AskTable{R"({"do": "outbox"})"}).ok());
  const auto begun = std::chrono::steady_clock::now();
  ASSERT_EQ(::write(ends[1], "x", 1), 1);
  close();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(5));
  for (const int end : ends) ::close(end);
}

}  // namespace
}  // namespace fvm::safetable
