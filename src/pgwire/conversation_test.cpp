#include "pgwire/conversation.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "pgwire/toy_engine.hpp"

namespace fvm::pgwire {
namespace {

std::string number(size_t value, int bytes) {
  std::string out;
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift);
  return out;
}
std::string message(char type, const std::string& body) {
  return type + number(body.size() + 4, 4) + body;
}
std::string zero(const std::string& text) {
  return text + '\0';
}
std::string startup(const std::string& database = "p") {
  const auto body =
      number(3 << 16, 4) + zero("user") + zero("anna") + zero("database") + zero(database) + '\0';
  return number(body.size() + 4, 4) + body;
}
std::string query(const std::string& sql) {
  return message('Q', zero(sql));
}
std::string parse(const std::string& name, const std::string& sql) {
  return message('P', zero(name) + zero(sql) + number(0, 2));
}
std::string bind(const std::string& portal, const std::string& name,
                 const std::vector<std::string>& values = {}) {
  auto body = zero(portal) + zero(name) + number(0, 2) + number(values.size(), 2);
  for (const auto& value : values) body += number(value.size(), 4) + value;
  return message('B', body + number(0, 2));
}
std::string execute(const std::string& portal, size_t rows = 0) {
  return message('E', zero(portal) + number(rows, 4));
}
const std::string sync = message('S', ""), leave = message('X', "");

// The types of the messages that came back, in order; DataRow and CopyData with their last value.
std::string answer(const std::string& input, size_t piece = SIZE_MAX, ToyEngine* engine = nullptr) {
  ToyEngine own;
  MemoryChannel channel(input, piece);
  ToySurroundings surroundings;
  Conversation(channel, engine == nullptr ? own : *engine, surroundings).run();
  std::string kinds;
  for (size_t at = 0; at + 5 <= channel.output.size();) {
    size_t length = 0;
    for (int i = 1; i <= 4; ++i)
      length = length << 8 | static_cast<uint8_t>(channel.output[at + static_cast<size_t>(i)]);
    kinds += channel.output[at];
    at += 1 + length;
  }
  return kinds;
}

TEST(Conversation, Greeting) {
  EXPECT_EQ(answer(startup() + leave), "RKZ");
}

TEST(Conversation, AnUnknownDatabaseIsTheEnd) {
  EXPECT_EQ(answer(startup("none") + query("rows 1")), "E");
}

TEST(Conversation, SimpleQueries) {
  EXPECT_EQ(answer(startup() + query("rows 2") + leave), "RKZTDDCZ");
  EXPECT_EQ(answer(startup() + query("do;rows 1;fail;rows 1") + query("") + leave), "RKZCTDCEZIZ");
}

TEST(Conversation, NoticesComeBeforeTheAnswer) {
  EXPECT_EQ(answer(startup() + query("rows 2 aloud") + query("rows 1") + leave), "RKZNTDDCZTDCZ");
  EXPECT_EQ(answer(startup() + parse("", "rows 1 aloud") + bind("", "") + execute("") + sync + leave),
            "RKZ12NDCZ");
}

TEST(Conversation, PrepareBindExecuteInPieces) {
  const auto input = startup() + parse("s", "rows $") + bind("p", "s", {"5"}) + execute("p", 2) +
                     execute("p", 2) + execute("p", 2) + sync + leave;
  EXPECT_EQ(answer(input), "RKZ12DDsDDsDCZ");
}

TEST(Conversation, DescribeTellsWhatWillCome) {
  const auto input = startup() + parse("s", "rows 1") + message('D', zero("Ss")) + bind("", "s") +
                     message('D', zero("P")) + message('C', zero("Ss")) + sync + leave;
  EXPECT_EQ(answer(input), "RKZ1tT2T3Z");
}

TEST(Conversation, AfterAnErrorNothingUntilSync) {
  const auto input = startup() + parse("", "unknown") + bind("", "") + execute("") + sync +
                     parse("", "rows 0") + bind("", "") + execute("") + sync + leave;
  EXPECT_EQ(answer(input), "RKZEZ12CZ");
}

TEST(Conversation, UnknownNamesAreErrors) {
  EXPECT_EQ(answer(startup() + bind("", "nope") + sync + execute("nope") + sync +
                   message('D', zero("Snope")) + sync + leave),
            "RKZEZEZEZ");
  EXPECT_EQ(answer(startup() + parse("a", "rows 1") + parse("a", "rows 1") + sync + leave), "RKZ1EZ");
  EXPECT_EQ(answer(startup() + parse("", "rows 1") + bind("", "", {"1"}) + sync + leave), "RKZ1EZ");
}

TEST(Conversation, CopyOut) {
  EXPECT_EQ(answer(startup() + query("out") + leave), "RKZHdddcCZ");
}

TEST(Conversation, CopyInKeepsAllRowsOrNone) {
  ToyEngine engine;
  const auto good = query("in") + message('d', "1\t2\n3") + message('d', "\t\\N\n") + message('c', "");
  EXPECT_EQ(answer(startup() + good + leave, SIZE_MAX, &engine), "RKZGCZ");
  ASSERT_EQ(engine.copied.size(), 2u);
  EXPECT_EQ(engine.copied[1][1], CopyField());
  engine.copied.clear();
  const auto bad = query("in") + message('d', "1\t2\n3\n4\t5\n") + message('c', "") + query("rows 1");
  EXPECT_EQ(answer(startup() + bad + leave, SIZE_MAX, &engine), "RKZGEZTDCZ");
  EXPECT_EQ(answer(startup() + query("in") + message('d', "1\t2\n") + message('f', zero("no")) + leave,
                   SIZE_MAX, &engine),
            "RKZGEZ");
  EXPECT_TRUE(engine.copied.empty());
}

TEST(Conversation, ABrokenMessageOrAnImpossibleLengthIsTheEnd) {
  EXPECT_EQ(answer(startup() + message('B', "rubbish") + query("rows 1")), "RKZE");
  EXPECT_EQ(answer(startup() + "Q" + number(3, 4) + query("rows 1")), "RKZE");
  EXPECT_EQ(answer(startup() + "Q" + number(message_bytes_max + 1, 4) + query("rows 1")), "RKZE");
}

TEST(Conversation, CancelGoesToTheOthers) {
  ToyEngine engine;
  ToySurroundings surroundings;
  MemoryChannel channel(number(16, 4) + number(80877102, 4) + number(42, 4) + number(9, 4));
  Conversation(channel, engine, surroundings).run();
  EXPECT_EQ(surroundings.cancelled, 42);
  EXPECT_EQ(channel.output, "");
}

TEST(Conversation, APeerThatLeavesInTheMiddleOfRowsEndsIt) {
  ToyEngine engine;
  ToySurroundings surroundings;
  MemoryChannel channel(startup() + query("rows 9999") + query("rows 9999") + leave);
  channel.output_bytes_max = 100;
  Conversation(channel, engine, surroundings).run();
  EXPECT_LT(channel.output.size(), 2 * Output::buffer_bytes);
}

RC_GTEST_PROP(Conversation, PiecesDoNotMatter, ()) {
  const auto input = startup() + query("rows 3;do") + parse("", "rows 2") + bind("", "") + execute("") +
                     sync + query("in") + message('d', "1\t2\n") + message('c', "") + leave;
  RC_ASSERT(answer(input, *rc::gen::inRange<size_t>(1, 50)) == answer(input));
}

}  // namespace
}  // namespace fvm::pgwire
