// rooms: base disclosure runner
// Any bytes as a message, as a header Authentication-Results and as a file name. Reading must end, stay
// inside its limits, and give only text that may be shown: valid UTF-8 without control or path characters.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "disclosure/text.hpp"
#include "runner/mail.hpp"

namespace {

void must_be_shown(const std::string& text, bool lines) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 && !(lines && c == '\n')) std::abort();
  }
  if (fvm::disclosure::to_utf8(text) != text) std::abort();
}

void check(const fvm::runner::Mail& mail, const fvm::runner::MailLimits& limits) {
  must_be_shown(mail.subject, false);
  must_be_shown(mail.text, true);
  if (mail.parts.size() > limits.parts_max) std::abort();
  for (const auto& part : mail.parts) {
    must_be_shown(part.name, false);
    const bool safe =
        !part.name.empty() && part.name[0] != '.' && part.name.find_first_of("/\\") == std::string::npos;
    if (!safe || part.kind.empty()) std::abort();
  }
  for (const auto& finding : mail.findings) must_be_shown(finding.detail, false);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const fvm::runner::MailLimits limits{.message_bytes_max = 1 << 20, .parts_max = 20, .depth_levels_max = 5};
  const auto mail = fvm::runner::read_mail(bytes, limits, "mx.example.dk");
  if (mail.ok()) check(*mail, limits);
  must_be_shown(fvm::runner::safe_name(bytes, 1), false);
  const auto result = fvm::runner::authentication_of({bytes}, "mx.example.dk");
  // Whoever does not begin with our server's name is not believed, whatever follows.
  const bool may_be_ours = fvm::disclosure::lower(bytes).find("mx.example.dk") != std::string::npos;
  if (!result.dmarc.empty() && !may_be_ours && bytes.find_first_of("\\(\"") == std::string::npos)
    std::abort();
  return 0;
}
