#include "pgwire/protocol.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace fvm::pgwire {
namespace {

// Writes what a frontend would, so that reading is tested against something else than itself.
class Frontend {
 public:
  Frontend& two(int value) { return bytes(static_cast<uint32_t>(value), 2); }
  Frontend& four(int64_t value) { return bytes(static_cast<uint32_t>(value), 4); }
  Frontend& text(const std::string& value) {
    out_ += value;
    out_ += '\0';
    return *this;
  }
  Frontend& raw(const std::string& value) {
    out_ += value;
    return *this;
  }
  std::string done() { return out_; }

 private:
  Frontend& bytes(uint32_t value, int count) {
    for (int shift = (count - 1) * 8; shift >= 0; shift -= 8) out_ += static_cast<char>(value >> shift);
    return *this;
  }
  std::string out_;
};

rc::Gen<std::string> name() {
  return rc::gen::container<std::string>(rc::gen::inRange<char>(1, 127));
}

TEST(Protocol, StartupHasItsParameters) {
  const auto body =
      Frontend().four(3 << 16).text("user").text("anna").text("database").text("p").raw({'\0'}).done();
  const auto first = parse_first(body);
  ASSERT_TRUE(first.ok());
  const auto& startup = std::get<Startup>(*first);
  EXPECT_EQ(startup.parameter("user"), "anna");
  EXPECT_EQ(startup.parameter("database"), "p");
  EXPECT_EQ(startup.parameter("options"), "");
}

TEST(Protocol, EncryptionAndCancelAreKnownByTheirNumbers) {
  EXPECT_TRUE(std::holds_alternative<EncryptionRequest>(*parse_first(Frontend().four(80877103).done())));
  EXPECT_TRUE(std::holds_alternative<EncryptionRequest>(*parse_first(Frontend().four(80877104).done())));
  const auto cancel = parse_first(Frontend().four(80877102).four(7).four(-9).done());
  EXPECT_EQ(std::get<CancelRequest>(*cancel).process, 7);
  EXPECT_EQ(std::get<CancelRequest>(*cancel).secret, -9);
}

TEST(Protocol, OtherVersionsAreRefused) {
  EXPECT_EQ(parse_first(Frontend().four(2 << 16).raw({'\0'}).done()).error().code, "pgwire.protocol_version");
}

TEST(Protocol, AStartupWithoutItsEndIsBroken) {
  const auto body = Frontend().four(3 << 16).text("user").raw("anna").done();
  EXPECT_EQ(parse_first(body).error().code, "pgwire.broken_message");
  EXPECT_EQ(parse_first("").error().code, "pgwire.broken_message");
}

RC_GTEST_PROP(Protocol, ParseComesBack, ()) {
  const auto statement = *name(), sql = *name();
  const auto types = *rc::gen::arbitrary<std::vector<uint32_t>>();
  Frontend frontend;
  frontend.text(statement).text(sql).two(static_cast<int>(types.size()));
  for (const auto type : types) frontend.four(type);
  const auto body = frontend.done();
  const auto message = parse_message('P', body);
  RC_ASSERT(message.ok());
  const auto& parsed = std::get<Parse>(*message);
  RC_ASSERT(parsed.statement == statement);
  RC_ASSERT(parsed.sql == sql);
  RC_ASSERT(parsed.types == types);
}

RC_GTEST_PROP(Protocol, BindComesBack, ()) {
  const auto portal = *name(), statement = *name();
  std::vector<std::optional<std::string>> values;
  for (const auto& [present, value] : *rc::gen::arbitrary<std::vector<std::pair<bool, std::string>>>())
    values.push_back(present ? std::optional(value) : std::nullopt);
  const bool binary = *rc::gen::arbitrary<bool>();
  Frontend frontend;
  frontend.text(portal).text(statement).two(1).two(binary ? 1 : 0).two(static_cast<int>(values.size()));
  for (const auto& value : values)
    value ? frontend.four(static_cast<int64_t>(value->size())).raw(*value) : frontend.four(-1);
  const auto body = frontend.two(2).two(1).two(0).done();
  const auto message = parse_message('B', body);
  RC_ASSERT(message.ok());
  const auto& bound = std::get<Bind>(*message);
  RC_ASSERT(bound.portal == portal);
  RC_ASSERT(bound.statement == statement);
  RC_ASSERT(bound.values.size() == values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    RC_ASSERT(bound.values[i].binary == binary);
    RC_ASSERT(bound.values[i].bytes.has_value() == values[i].has_value());
    if (values[i]) RC_ASSERT(*bound.values[i].bytes == *values[i]);
  }
  RC_ASSERT((bound.binary_results == std::vector<bool>{true, false}));
}

RC_GTEST_PROP(Protocol, ACutMessageIsBrokenNotMisread, ()) {
  auto body = Frontend().text("p").text("s").two(0).two(2).four(3).raw("abc").four(-1).two(0).done();
  body.resize(static_cast<size_t>(*rc::gen::inRange<int>(0, static_cast<int>(body.size()))));
  const auto message = parse_message('B', body);
  RC_ASSERT(!message.ok());
  RC_ASSERT(message.error().code == "pgwire.broken_message");
}

RC_GTEST_PROP(Protocol, AnythingIsReadOrRefused, (char type, const std::string& body)) {
  (void)parse_first(body);
  (void)parse_message(type, body);
}

TEST(Protocol, BytesAfterTheEndAreRefused) {
  EXPECT_FALSE(parse_message('Q', Frontend().text("SELECT 1").raw("x").done()).ok());
  EXPECT_FALSE(parse_message('S', "x").ok());
  EXPECT_FALSE(parse_message('D', Frontend().raw("X").text("a").done()).ok());
  EXPECT_FALSE(parse_message('~', "").ok());
}

TEST(Protocol, ABindThatPromisesMoreThanThereIsIsRefused) {
  EXPECT_FALSE(
      parse_message('B', Frontend().text("").text("").two(0).two(1).four(0x7FFFFFFF).raw("x").done()).ok());
  EXPECT_FALSE(parse_message('B', Frontend().text("").text("").two(0).two(1).four(-2).two(0).done()).ok());
  EXPECT_FALSE(parse_message('P', Frontend().text("").text("").two(0xFFFF).four(1).done()).ok());
}

TEST(Protocol, ANegativeRowLimitIsNoLimit) {
  const auto body = Frontend().text("").four(-5).done();
  EXPECT_EQ(std::get<Execute>(*parse_message('E', body)).rows_max, 0u);
}

TEST(Protocol, ErrorsWithoutAStateAreInternal) {
  EXPECT_EQ(sqlstate_of(sql_error("42P01", "no")), "42P01");
  EXPECT_EQ(sqlstate_of(defect("duck.failed")), "XX000");
}

}  // namespace
}  // namespace fvm::pgwire
