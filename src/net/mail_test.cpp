#include "net/mail.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <sstream>

#include "net/smtp.hpp"

namespace fvm::net {
namespace {

Mail mail() {
  return {
      "fra@example.org",   "til@example.dk", "Hjemsendelse H-000001", "H-000001.abc@example.org", {0}, "Hej",
      {{"t.csv", "a;b\n"}}};
}

TEST(Mail, HasOneOfEachHeaderAndTheAttachment) {
  const std::string text = compose(mail()).value();
  EXPECT_NE(text.find("Message-ID: <H-000001.abc@example.org>\r\n"), std::string::npos);
  EXPECT_NE(text.find("Date: Thu, 01 Jan 1970 00:00:00 +0000\r\n"), std::string::npos);
  EXPECT_NE(text.find("filename=\"t.csv\"\r\n"), std::string::npos);
  EXPECT_NE(text.find(base64_lines("a;b\n")), std::string::npos);
}

TEST(Mail, RefusesWhatCouldBeginAnotherHeader) {
  const auto broken = [](auto change) {
    Mail m = mail();
    change(m);
    return !compose(m).ok();
  };
  EXPECT_TRUE(broken([](Mail& m) { m.to = "x@example.dk\r\nBcc: y@example.com"; }));
  EXPECT_TRUE(broken([](Mail& m) { m.to = "x@example.dk,y@example.com"; }));
  EXPECT_TRUE(broken([](Mail& m) { m.from = "<x@example.dk>"; }));
  EXPECT_TRUE(broken([](Mail& m) { m.subject = "a\nBcc: y@example.com"; }));
  EXPECT_TRUE(broken([](Mail& m) { m.message_id = "a>\r\nX: y@b"; }));
  EXPECT_TRUE(broken([](Mail& m) { m.attachments[0].name = "a\r\n\r\nb.csv"; }));
  EXPECT_FALSE(broken([](Mail&) {}));
}

TEST(Mail, OtherLettersAreEncoded) {
  Mail m = mail();
  m.subject = "Tabel over hjertepatienter på Ærø og Samsø 2015-2025, revideret";
  m.attachments[0].name = "Bilag \"Ærø\".csv";
  const std::string text = compose(m).value();
  EXPECT_NE(text.find("Subject: =?utf-8?B?"), std::string::npos);
  EXPECT_NE(text.find("filename*=utf-8''Bilag%20%22%C3%86r%C3%B8%22.csv\r\n"), std::string::npos);
}

TEST(Mail, Addresses) {
  for (const char* good : {"a@b.dk", "fornavn.efternavn+x@kommune.dk"}) EXPECT_TRUE(is_address(good)) << good;
  for (const char* bad :
       {"", "a", "@b", "a@", "a@@b", "a b@c", "a@b\n", "æ@b.dk", "-x@b.dk", "a@b;c", "a@.dk"}) {
    EXPECT_FALSE(is_address(bad)) << bad;
  }
}

// Whatever the subject and file name: every line is short, ASCII, and begins no header of its own.
RC_GTEST_PROP(Mail, NothingBreaksOut, (const std::string& subject, const std::string& name)) {
  Mail m = mail();
  m.subject = subject;
  m.attachments[0].name = name;
  const auto text = compose(m);
  if (!text.ok()) return;  // refused whole: nothing can break out of it
  const size_t end = text->find("\r\n\r\n");
  std::istringstream headers(text->substr(0, end + 2));
  size_t lines = 0;
  for (std::string line; std::getline(headers, line);) {
    RC_ASSERT(line.back() == '\r');
    lines += line[0] != ' ';
    for (const unsigned char c : line) RC_ASSERT(c == '\r' || (c >= 0x20 && c < 0x7F));
  }
  RC_ASSERT(lines == 8u);
}

TEST(Smtp, NobodyListeningIsLaterAndSendsNothing) {
  bool asked = false;
  const auto done = send({.host = "127.0.0.1", .port = 1, .connect_seconds_max = 2}, "a@b.dk", "c@d.dk", "x",
                         [&]() -> Result<void> {
                           asked = true;
                           return {};
                         });
  EXPECT_EQ(done.outcome, Outcome::later);
  EXPECT_FALSE(asked);
  EXPECT_EQ(tls_named("nonsense"), Tls::required);
}

}  // namespace
}  // namespace fvm::net
