#include "runner/plain_xml.hpp"

#include <charconv>
#include <optional>

#include "disclosure/text.hpp"

namespace fvm::runner::plain_xml {
namespace {

// XML 1.0, 2.2 and 4.1: a character by its number, but for the unusual ones.
std::optional<uint32_t> numbered(std::string_view digits) {
  const bool hexadecimal = digits.starts_with('x');
  if (hexadecimal) digits.remove_prefix(1);
  constexpr uint32_t space = 0x20, ascii_end = 0x7F, controls_end = 0xA0, surrogates = 0xD800;
  uint32_t code = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), code, hexadecimal ? 16 : 10);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  const bool ascii = code == '\t' || code == '\n' || (code >= space && code < ascii_end);
  return ascii || (code >= controls_end && code < surrogates) ? std::optional(code) : std::nullopt;
}

std::optional<uint32_t> named(std::string_view name) {
  if (name.starts_with('#')) return numbered(name.substr(1));
  if (name == "amp") return '&';
  if (name == "lt") return '<';
  if (name == "gt") return '>';
  if (name == "quot") return '"';
  if (name == "apos") return '\'';
  return std::nullopt;
}

}  // namespace

size_t begin_of(std::string_view xml) {
  constexpr std::string_view mark = "\xEF\xBB\xBF", version = R"(<?xml version="1.0")", end = "?>";
  size_t at = xml.starts_with(mark) ? mark.size() : 0;
  if (!xml.substr(at).starts_with("<?")) return at;
  if (!xml.substr(at).starts_with(version)) return std::string_view::npos;
  at += version.size();
  const auto pass = [&](std::string_view said) {
    const bool is_said = xml.substr(at).starts_with(said);
    if (is_said) at += said.size();
    return is_said;
  };
  (void)(pass(R"( encoding="UTF-8")") || pass(R"( encoding="utf-8")"));
  (void)(pass(R"( standalone="yes")") || pass(R"( standalone="no")"));
  return pass(end) ? at : std::string_view::npos;
}

size_t take_reference(std::string_view text, std::string& out) {
  constexpr size_t bytes_max = 10;
  const size_t end = text.substr(0, bytes_max).find(';');
  if (!text.starts_with('&') || end == std::string_view::npos) return 0;
  const auto code = named(text.substr(1, end - 1));
  if (!code) return 0;
  out = disclosure::utf8_of(*code);
  return end + 1;
}

}  // namespace fvm::runner::plain_xml
