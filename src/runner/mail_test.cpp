// Messages as people, machines and enemies write them.
#include "runner/mail.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "disclosure/text.hpp"

namespace fvm::runner {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;

constexpr std::string_view start =
    "From: Anna Hansen <Anna@Kommune.example>\r\nTo: data@example.dk\r\nSubject: "
    "=?iso-8859-1?Q?Ans=F8gning?=\r\n"
    "Message-ID: <1@kommune.example>\r\nDate: Fri, 27 Nov 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\n";

std::string message(std::string_view rest, std::string_view headers = start) {
  return std::string(headers) + std::string(rest);
}
Mail read(std::string_view bytes, MailLimits limits = {}) {
  auto mail = read_mail(bytes, limits, "mx.example.dk");
  if (!mail.ok()) throw std::runtime_error(mail.error().code);
  return std::move(*mail);
}
std::string part(std::string_view headers, std::string_view body) {
  return "--b\r\n" + std::string(headers) + "\r\n\r\n" + std::string(body) + "\r\n";
}
std::string mixed(const std::string& parts) {
  return message("Content-Type: multipart/mixed; boundary=b\r\n\r\n" + parts + "--b--\r\n");
}
auto finding(std::string_view code) {
  return Contains(Field(&MailFinding::code, code));
}

TEST(Mail, HeadersAndText) {
  const Mail mail = read(message("Content-Type: text/plain; charset=utf-8\r\n\r\nVi søger om adgang.\r\n"));
  EXPECT_EQ(mail.subject, "Ansøgning");
  EXPECT_EQ(mail.message_id, "1@kommune.example");
  ASSERT_EQ(mail.from.size(), 1u);
  EXPECT_EQ(mail.from[0].name, "Anna Hansen");
  EXPECT_EQ(mail.from[0].address, "Anna@kommune.example");
  EXPECT_EQ(mail.text, "Vi søger om adgang.\n");
  EXPECT_TRUE(mail.parts.empty());
  EXPECT_TRUE(mail.findings.empty());
}

std::string report(std::string_view groups, std::string_view last) {
  return message("Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n" +
                 part("Content-Type: text/plain", "It did not arrive.") +
                 part("Content-Type: message/delivery-status", groups) + std::string(last) + "--b--\r\n");
}

TEST(Mail, AReportSaysWhatBecameOfWhichMail) {
  const std::string whole = part("Content-Type: message/rfc822", "Message-ID: <H-1.ab@us.dk>\r\n\r\nx");
  const std::string headers =
      part("Content-Type: text/rfc822-headers", "Subject: s\r\nMessage-ID: <H-1.ab@us.dk>");
  const std::string groups =
      "Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; a@b\r\nAction: delayed\r\nStatus: 4.2.2\r\n\r\n"
      "Final-Recipient: rfc822; c@b\r\nACTION: Failed\r\nStatus: 5.1.1\r\n";
  for (const std::string& last : {whole, headers}) {
    const Mail mail = read(report(groups, last));
    EXPECT_TRUE(mail.is_report);
    EXPECT_EQ(mail.report.action, "failed") << "one who never gets it is enough";
    EXPECT_EQ(mail.report.status, "5.1.1");
    EXPECT_EQ(mail.report.message_id, "H-1.ab@us.dk");
  }
  EXPECT_EQ(read(report("Action: delayed\r\nStatus: 4.2.2\r\n", whole)).report.action, "delayed");
  EXPECT_EQ(read(report("", whole)).report.action, "");
  EXPECT_EQ(read(report(groups, "")).report.message_id, "");
}

TEST(Mail, AReportThatSomebodyForwardsIsNone) {
  const std::string inner =
      report("Action: failed\r\n", part("Content-Type: message/rfc822", "Message-ID: <x@y>\r\n\r\n"));
  std::string outer = inner;
  for (size_t at = 0; (at = outer.find("--b", at)) != std::string::npos; at += 4) outer.replace(at, 3, "--c");
  outer.replace(outer.find("boundary=b"), 10, "boundary=c");
  const Mail mail = read(mixed(part("Content-Type: message/rfc822", outer)));
  EXPECT_FALSE(mail.is_report);
  EXPECT_EQ(mail.report.action + mail.report.message_id, "");
}

TEST(Mail, TextInOtherCharacterSets) {
  EXPECT_EQ(read(message("Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: "
                         "quoted-printable\r\n\r\nbl=E5b=E6r\r\n"))
                .text,
            "blåbær\n");
  const Mail unknown = read(message("Content-Type: text/plain; charset=klingon-8\r\n\r\nqapla\xE6\r\n"));
  EXPECT_THAT(unknown.findings, finding("mail.charset"));
  EXPECT_EQ(disclosure::to_utf8(unknown.text), unknown.text) << "valid whatever it was";
}

TEST(Mail, DocumentsAreWhatTheyAreNotWhatTheyClaim) {
  const Mail mail =
      read(mixed(part("Content-Type: text/plain", "Hej") +
                 part("Content-Type: application/pdf; name=\"a.pdf\"\r\nContent-Transfer-Encoding: base64",
                      "JVBERi0xLjcKJSVFT0Y=") +
                 part("Content-Type: application/pdf; name=\"b.pdf\"", "MZ\x90\x01\x02\x03") +
                 part("Content-Type: application/octet-stream\r\nContent-Disposition: attachment; "
                      "filename*=iso-8859-1''ans%F8gning.csv",
                      "a;b\r\n1;2")));
  ASSERT_EQ(mail.parts.size(), 3u);
  EXPECT_EQ(mail.parts[0].kind, "pdf");
  EXPECT_EQ(mail.parts[0].bytes, "%PDF-1.7\n%%EOF");
  EXPECT_EQ(mail.parts[1].kind, "executable");
  EXPECT_EQ(mail.parts[2].name, "ansøgning.csv");
  EXPECT_EQ(mail.parts[2].kind, "text");
  EXPECT_THAT(mail.findings, finding("mail.type_pretended"));
  EXPECT_THAT(mail.findings, finding("mail.executable"));
}

TEST(Mail, NamesAreMadeSafe) {
  const Mail mail = read(
      mixed(part("Content-Type: application/pdf; name=\"../../etc/passwd\"", "%PDF-") +
            part("Content-Type: application/pdf; name=\"=?utf-8?B?aW52b2ljZeKArmZkcC5leGU=?=\"", "%PDF-")));
  EXPECT_EQ(mail.parts[0].name, "passwd");
  EXPECT_EQ(mail.parts[1].name, "invoicefdp.exe") << "the mark that turns text around is gone";
  EXPECT_THAT(mail.findings, finding("mail.name_changed"));
  EXPECT_EQ(safe_name("...", 3), "bilag-3");
  EXPECT_EQ(safe_name("a\r\nBcc: x.pdf", 1), "a  Bcc_ x.pdf");
  EXPECT_EQ(safe_name(std::string(500, 'x') + ".xlsx", 1).size(), 120u);
  EXPECT_TRUE(safe_name(std::string(500, 'x') + ".xlsx", 1).ends_with("x.xlsx"));
}

RC_GTEST_PROP(Mail, AnyNameBecomesAFileName, (const std::string& name)) {
  const std::string safe = safe_name(name, 7);
  RC_ASSERT(!safe.empty() && safe.size() <= 120);
  RC_ASSERT(safe[0] != '.' && safe[0] != '-' && safe.find('/') == std::string::npos &&
            safe.find('\\') == std::string::npos);
  RC_ASSERT(disclosure::to_utf8(safe) == safe);
  for (const char c : safe) RC_ASSERT(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
}

TEST(Mail, EncryptedAndSignedAreReported) {
  EXPECT_THAT(
      read(
          message("Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\n\r\nx"))
          .findings,
      finding("mail.encrypted"));
  EXPECT_THAT(read(message("Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; "
                           "boundary=b\r\n\r\n" +
                           part("Content-Type: application/pgp-encrypted", "Version: 1") +
                           part("Content-Type: application/octet-stream", "x") + "--b--"))
                  .findings,
              finding("mail.encrypted"));
  const Mail clear = read(
      message("Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; boundary=b\r\n\r\n" +
              part("Content-Type: text/plain", "Jeg accepterer") +
              part("Content-Type: application/pkcs7-signature; name=smime.p7s", "x") + "--b--"));
  EXPECT_THAT(clear.findings, finding("mail.signed"));
  EXPECT_EQ(clear.text, "Jeg accepterer\n");
}

TEST(Mail, AForwardedMailIsKeptWithItsDocuments) {
  const Mail mail = read(mixed(part("Content-Type: text/plain", "Se nedenfor") +
                               part("Content-Type: message/rfc822",
                                    "From: x@y.example\r\nSubject: inde/i\r\nContent-Type: application/pdf; "
                                    "name=c.pdf\r\n\r\n%PDF-1")));
  ASSERT_EQ(mail.parts.size(), 2u);
  EXPECT_EQ(mail.parts[0].name, "i.eml");
  EXPECT_EQ(mail.parts[0].kind, "message");
  EXPECT_EQ(mail.parts[1].name, "c.pdf");
  EXPECT_EQ(mail.text, "Se nedenfor\n") << "the inner one's text is not the sender's";
}

TEST(Mail, LimitsHold) {
  std::string deep = "Content-Type: text/plain\r\n\r\nx", many;
  for (int i = 0; i < 40; ++i) deep = "Content-Type: message/rfc822\r\n\r\nFrom: a@b.example\r\n" + deep;
  EXPECT_EQ(read_mail(message(deep), {}, "").error().code, "mail.too_deep");
  for (int i = 0; i < 200; ++i) many += part("Content-Type: image/png; name=a.png", "x");
  EXPECT_EQ(read_mail(mixed(many), {}, "").error().code, "mail.too_many_parts");
  EXPECT_EQ(read_mail(mixed("") + std::string(2000, 'x'), {.message_bytes_max = 1000}, "").error().code,
            "mail.too_large");
  EXPECT_EQ(read_mail("", {}, "").error().code, "mail.not_a_message");
  EXPECT_EQ(read_mail(std::string(1000, '\0'), {}, "").error().code, "mail.not_a_message");
}

TEST(Mail, SeveralSendersAreNobody) {
  EXPECT_THAT(
      read(message("\r\nx", "From: a@b.example\r\nFrom: c@d.example\r\nMessage-ID: <1@x>\r\n")).findings,
      finding("mail.from_many"));
  EXPECT_THAT(read(message("\r\nx", "From: a@b.example, c@d.example\r\nMessage-ID: <1@x>\r\n")).findings,
              finding("mail.from_many"));
  EXPECT_THAT(read(message("\r\nx", "Message-ID: <1@x>\r\n")).findings, finding("mail.from_none"));
}

TEST(Mail, MachinesAreRecognised) {
  const Mail mail =
      read(message("Return-Path: <>\r\nAuto-Submitted: auto-replied\r\nPrecedence: bulk\r\nList-Id: <x.y>\r\n"
                   "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b--"));
  EXPECT_TRUE(mail.has_return_path && mail.return_path.empty() && mail.is_list && mail.is_report);
  EXPECT_EQ(mail.auto_submitted, "auto-replied");
  EXPECT_EQ(mail.precedence, "bulk");
}

TEST(Authentication, OnlyOurOwnServerIsBelieved) {
  const auto result = [](std::vector<std::string> fields) {
    const MailAuthentication out = authentication_of(fields, "mx.example.dk");
    return out.dmarc + " " + out.domain;
  };
  EXPECT_EQ(result({"mx.example.dk; dkim=pass header.d=k.example;\r\n dmarc=pass (p=reject dis=none) "
                    "header.from=k.example"}),
            "pass k.example");
  EXPECT_EQ(result({"evil.example; dmarc=pass header.from=k.example"}), " ");
  EXPECT_EQ(result({"mx.example.dk.evil.example; dmarc=pass header.from=k.example"}), " ");
  EXPECT_EQ(
      result(
          {"mx.example.dk; spf=fail (dmarc=pass header.from=k.example); dmarc=fail header.from=k.example"}),
      "fail k.example");
  EXPECT_EQ(result({"mx.example.dk; x=\"; dmarc=pass header.from=k.example\""}), " ") << "inside quotes";
  EXPECT_EQ(result({"mx.example.dk; dmarc=pass header.from=k.example",
                    "mx.example.dk; dmarc=fail header.from=k.example"}),
            "conflict ");
  EXPECT_EQ(result({"MX.Example.DK 1 ; DMARC = pass header.from = K.example"}), "pass k.example");
  EXPECT_EQ(authentication_of({"; dmarc=pass header.from=k.example"}, "").dmarc, "")
      << "nobody is believed by default";
}

}  // namespace
}  // namespace fvm::runner
